//! Places as publishers write them: kommune codes of three or four digits or as numbers, regions, names; and areas that belaeg
//! has no figures for.

use belaeg_model::Place;
use belaeg_model::place::UnknownPlace;

/// A place of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    /// A kommune, a region or the country.
    Place(Place),
    /// A landsdel, Christiansø, the rest of the world: no place that a claim is about.
    Elsewhere,
}

/// Statistics Denmark's landsdele but Bornholm, whose name is the kommune's too.
const LANDSDELE: [&str; 10] = [
    "byen københavn",
    "københavns omegn",
    "nordsjælland",
    "østsjælland",
    "vest- og sydsjælland",
    "fyn",
    "sydjylland",
    "østjylland",
    "vestjylland",
    "nordjylland",
];

/// Beginnings of names that are no places of the gazetteer.
const ELSEWHERE: [&str; 7] =
    ["landsdel ", "province ", "uoplyst", "udlandet", "christiansø", "uden for danmark", "ukendt"];

const COUNTRY: [&str; 3] = ["whole country", "all denmark", "hele danmark"];

/// The place that `text` names by code, by name, or by both (`101 København`).
pub(crate) fn place(text: &str) -> Result<Named, UnknownPlace> {
    let text = text.trim();
    let number = text.strip_suffix(".0").unwrap_or(text);
    if is_code(number) {
        return code(number).map_or_else(|| text.parse().map(Named::Place), Ok);
    }
    if let Some((first, rest)) = text.split_once([' ', '\u{a0}'])
        && is_code(first)
        && first.len() > 1
        && rest.contains(char::is_alphabetic)
        && let Some(named) = code(first)
    {
        return Ok(named);
    }
    let lower = text.to_lowercase();
    if LANDSDELE.contains(&lower.as_str()) || ELSEWHERE.iter().any(|begin| lower.starts_with(begin)) {
        return Ok(Named::Elsewhere);
    }
    if COUNTRY.contains(&lower.as_str()) {
        return Ok(Named::Place(Place::DENMARK));
    }
    text.parse().map(Named::Place)
}

fn is_code(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// What a code of Statistics Denmark names: 0 the country, 1 to 11 landsdele, 81 to 85 regions, 411 Christiansø.
fn code(digits: &str) -> Option<Named> {
    let number: u16 = digits.parse().ok()?;
    let of = |code: String| code.parse().ok().map(Named::Place);
    match number {
        0 => Some(Named::Place(Place::DENMARK)),
        1..=11 | 411 => Some(Named::Elsewhere),
        81..=85 => of(format!("{}", number + 1000)),
        _ => of(format!("{number:03}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn places() {
        for (text, expected) in [
            ("101", "101"),
            ("0101", "101"),
            ("101.0", "101"),
            ("461", "461"),
            ("000", "DK"),
            ("0", "DK"),
            ("081", "1081"),
            ("84", "1084"),
            ("1084", "1084"),
            ("101 København", "101"),
            ("Københavns Kommune", "101"),
            ("København", "101"),
            ("Århus", "751"),
            ("Aarhus Kommune", "751"),
            ("Århus Kommune", "751"),
            ("Vesthimmerlands", "820"),
            ("Vesthimmerland", "820"),
            ("Nordfyns Kommune", "480"),
            ("Bornholm", "400"),
            ("Bornholms Regionskommune", "400"),
            ("Ærø", "492"),
            ("Hele landet", "DK"),
            ("Region Hovedstaden", "1084"),
        ] {
            let read = place(text).unwrap_or_else(|e| panic!("{text}: {e}"));
            let Named::Place(read) = read else { panic!("{text} is elsewhere") };
            assert_eq!(read.code(), expected, "{text}");
        }
        for text in
            ["01", "3", "11", "411", "Landsdel Fyn", "Fyn", "Nordjylland", "Uoplyst område", "Udlandet"]
        {
            assert_eq!(place(text), Ok(Named::Elsewhere), "{text}");
        }
        for text in ["", "102", "9999", "10101", "Atlantis", "I alt", "-5"] {
            assert!(place(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,16}") {
            let _ = place(&text);
        }
    }
}
