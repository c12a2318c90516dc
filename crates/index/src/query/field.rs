//! The fields of the query language: their names, in Danish and English, and the values that they take.

use std::ops::Bound;

use belaeg_model::{Approx, Kind, Place, Role, Unit, Year};
use jiff::civil::Date;

use super::interval::Interval;
use super::{Filters, QueryError};
use crate::analysis::{canonical, fold, is_fixed_space};

/// What stands before a colon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Place,
    Year,
    Rate,
    Unit,
    Kind,
    Measure,
    Role,
    Approx,
    Source,
    Before,
    After,
}

/// Every name, folded; of a field the one that is printed comes first.
const NAMES: [(&str, Field); 27] = [
    ("place", Field::Place),
    ("kommune", Field::Place),
    ("sted", Field::Place),
    ("region", Field::Place),
    ("year", Field::Year),
    ("aar", Field::Year),
    ("rate", Field::Rate),
    ("sats", Field::Rate),
    ("vaerdi", Field::Rate),
    ("unit", Field::Unit),
    ("enhed", Field::Unit),
    ("kind", Field::Kind),
    ("type", Field::Kind),
    ("slags", Field::Kind),
    ("measure", Field::Measure),
    ("maal", Field::Measure),
    ("role", Field::Role),
    ("rolle", Field::Role),
    ("approx", Field::Approx),
    ("praecision", Field::Approx),
    ("source", Field::Source),
    ("kilde", Field::Source),
    ("before", Field::Before),
    ("foer", Field::Before),
    ("after", Field::After),
    ("efter", Field::After),
    ("value", Field::Rate),
];

/// Names as they are suggested; `NAMES` is folded.
const SUGGESTED: [&str; 22] = [
    "place",
    "kommune",
    "year",
    "år",
    "rate",
    "sats",
    "unit",
    "enhed",
    "kind",
    "type",
    "measure",
    "mål",
    "role",
    "rolle",
    "approx",
    "præcision",
    "source",
    "kilde",
    "before",
    "før",
    "after",
    "efter",
];

/// Every role.
pub(super) const ROLES: [Role; 4] = [Role::Level, Role::Change, Role::Target, Role::Forecast];

impl Field {
    /// The field with this name, in any case and spelling of æ ø å.
    pub(super) fn named(name: &str) -> Option<Self> {
        let folded = fold(name);
        NAMES.iter().find(|(known, _)| *known == folded).map(|(_, field)| *field)
    }

    /// The name that it is printed by.
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    /// The known name that is nearest to `name`, if one is near.
    pub(super) fn suggestion(name: &str) -> Option<&'static str> {
        let folded = fold(name);
        let distance = |known: &str| strsim::osa_distance(&folded, &fold(known));
        let nearest = SUGGESTED.into_iter().min_by_key(|known| distance(known))?;
        (distance(nearest) <= 1 + nearest.len() / 4).then_some(nearest)
    }

    /// A value that it takes.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Place => "odense",
            Self::Year => "2016..2020",
            Self::Rate => "20..40",
            Self::Unit => "percent",
            Self::Kind => "minutes",
            Self::Measure => "sygefravaer",
            Self::Role => "level",
            Self::Approx => "exact",
            Self::Source => "www.odense.dk",
            Self::Before | Self::After => "2020-01-31",
        }
    }

    /// The filter that asks for `value`.
    pub(super) fn filter(
        self,
        value: &str,
        measures: &dyn Fn(&str) -> Result<String, String>,
    ) -> Result<Filters, QueryError> {
        let value = value.trim();
        if value.is_empty() {
            return Err(QueryError::NoValue { field: self.name(), example: self.example() });
        }
        let none = Filters::default;
        let read = || -> Result<Filters, String> {
            Ok(match self {
                Self::Place => Filters { places: vec![vec![place(value)?]], ..none() },
                Self::Year => Filters { years: Some(vec![year_range(value)?]), ..none() },
                Self::Rate => Filters { rates: Some(vec![rate_range(value)?]), ..none() },
                Self::Unit => Filters { units: Some(vec![unit(value)?]), ..none() },
                Self::Kind => Filters { kinds: Some(vec![kind(value)?]), ..none() },
                Self::Measure => Filters { measures: Some(vec![measures(value)?]), ..none() },
                Self::Role => Filters { roles: Some(vec![role(value)?]), ..none() },
                Self::Approx => Filters { approx: Some(vec![approx(value)?]), ..none() },
                Self::Source => Filters { sources: vec![vec![value.to_lowercase()]], ..none() },
                Self::Before => published(Bound::Unbounded, Bound::Excluded(day(value, Edge::First)?)),
                Self::After => published(Bound::Excluded(day(value, Edge::Last)?), Bound::Unbounded),
            })
        };
        read().map_err(|cause| QueryError::BadValue { field: self.name(), cause })
    }
}

fn published(low: Bound<Date>, high: Bound<Date>) -> Filters {
    Filters { published: Some(vec![Interval { low, high }]), ..Filters::default() }
}

fn place(text: &str) -> Result<Place, String> {
    text.parse().map_err(|unknown: belaeg_model::place::UnknownPlace| unknown.to_string())
}

/// A year or a range of years: `2017`, `2016..2020`, `2016..`, `>2016`.
///
/// # Errors
/// What is no year, and that a range runs backwards; in words for the user.
pub fn year_range(text: &str) -> Result<Interval<Year>, String> {
    Interval::parse(text, |part| {
        let year: Option<Year> = part.parse().ok().filter(|y| (1000..=2999).contains(y));
        year.ok_or_else(|| format!("{part:?} is no year; write 2017, 2016..2020, 2016.., ..2020 or >2016"))
    })
}

/// A value or a range of values: `28,9`, `20..40`, `20..`, `<=5,5`, `>1.000`; a percent sign may follow, or what it is read as.
///
/// # Errors
/// What is no number, and that a range runs backwards; in words for the user.
pub fn rate_range(text: &str) -> Result<Interval<f64>, String> {
    Interval::parse(text, |part| {
        let value = number(part).filter(|v| v.is_finite());
        value.ok_or_else(|| format!("{part:?} is no number; write 28,9, 20..40, 20.., ..40 or >40"))
    })
}

/// The number that `text` writes, as the words of a text are read: "13.244" and "13 244" are whole, "28.9" is not.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let bare = ["%", "pct.", "pct", "procent"]
        .iter()
        .find_map(|unit| text.strip_suffix(unit))
        .unwrap_or(text)
        .trim_end();
    let (sign, digits) = match bare.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (-1.0, digits),
        None => (1.0, bare),
    };
    let grouped = digits.replace(|c: char| c == ' ' || is_fixed_space(c), ".");
    let written = canonical(&grouped).unwrap_or_else(|| digits.to_owned());
    // "inf" and "nan" are numbers to the parser, and it takes a second sign.
    let is_number = written.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let value: Option<f64> = written.replace(',', ".").parse().ok().filter(|_| is_number);
    Some(sign * value?)
}

/// A unit by its key or a Danish name.
///
/// # Errors
/// That it is none, and which there are; in words for the user.
pub fn unit(text: &str) -> Result<Unit, String> {
    let other = match text.to_lowercase().as_str() {
        "%" | "pct" | "pct." | "procent" => Some(Unit::Percent),
        "procentpoint" | "pp" => Some(Unit::PercentagePoint),
        "promille" | "‰" => Some(Unit::Permille),
        "antal" => Some(Unit::Count),
        _ => None,
    };
    let keys = Unit::ALL.map(Unit::as_str);
    other.map_or_else(|| by_key("unit", text, &Unit::ALL, &keys), Ok)
}

/// A genre by its key or its Danish name.
///
/// # Errors
/// That it is none, and which there are; in words for the user.
pub fn kind(text: &str) -> Result<Kind, String> {
    let other = match text.to_lowercase().as_str() {
        "nyhed" | "nyheder" => Some(Kind::News),
        "referat" | "referater" | "dagsorden" => Some(Kind::Minutes),
        "brev" | "breve" => Some(Kind::Letter),
        "rapport" | "rapporter" => Some(Kind::Report),
        _ => None,
    };
    let keys = Kind::ALL.map(Kind::as_str);
    other.map_or_else(|| by_key("kind", text, &Kind::ALL, &keys), Ok)
}

/// A role by its key or its Danish name.
///
/// # Errors
/// That it is none, and which there are; in words for the user.
pub fn role(text: &str) -> Result<Role, String> {
    let other = match text.to_lowercase().as_str() {
        "niveau" => Some(Role::Level),
        "ændring" => Some(Role::Change),
        "mål" => Some(Role::Target),
        "forventning" | "prognose" => Some(Role::Forecast),
        _ => None,
    };
    other.map_or_else(|| by_key("role", text, &ROLES, &ROLES.map(Role::as_str)), Ok)
}

/// How exactly a value is given, by its key or a Danish word.
///
/// # Errors
/// That it is none, and which there are; in words for the user.
pub fn approx(text: &str) -> Result<Approx, String> {
    const ALL: [Approx; 8] = [
        Approx::Exact,
        Approx::About,
        Approx::JustUnder,
        Approx::JustOver,
        Approx::Over,
        Approx::Under,
        Approx::AtLeast,
        Approx::AtMost,
    ];
    let other = match text.to_lowercase().as_str() {
        "præcis" => Some(Approx::Exact),
        "cirka" | "ca" | "ca." | "omkring" => Some(Approx::About),
        "knap" | "næsten" => Some(Approx::JustUnder),
        "godt" => Some(Approx::JustOver),
        "mindst" => Some(Approx::AtLeast),
        "højst" => Some(Approx::AtMost),
        _ => None,
    };
    other.map_or_else(|| by_key("approximation", text, &ALL, &ALL.map(Approx::as_str)), Ok)
}

fn by_key<T: Copy>(what: &str, text: &str, all: &[T], keys: &[&str]) -> Result<T, String> {
    let lower = text.to_lowercase();
    let known = all.iter().zip(keys).find(|(_, key)| **key == lower);
    known.map(|(value, _)| *value).ok_or_else(|| {
        let near = keys.iter().find(|key| strsim::osa_distance(key, &lower) <= 2);
        let hint = near.map_or_else(String::new, |key| format!("did you mean {key}? "));
        format!("{text:?} is no {what}; {hint}write one of {}", keys.join(", "))
    })
}

/// Which day of a year or month is meant.
#[derive(Clone, Copy)]
enum Edge {
    First,
    Last,
}

/// A day; of a year or a month its first or last.
fn day(text: &str, edge: Edge) -> Result<Date, String> {
    let wrong = || format!("{text:?} is no date; write 2020-01-31, 2020-01 or 2020");
    let full = match (text.len(), edge) {
        (4, Edge::First) => format!("{text}-01-01"),
        (4, Edge::Last) => format!("{text}-12-31"),
        (7, _) => format!("{text}-01"),
        _ => text.to_owned(),
    };
    if full.len() != 10 {
        return Err(wrong());
    }
    let date: Date = full.parse().map_err(|_| wrong())?;
    Ok(match (text.len(), edge) {
        (7, Edge::Last) => date.last_of_month(),
        _ => date,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_both_languages() {
        for name in SUGGESTED {
            assert!(Field::named(name).is_some(), "{name}");
        }
        assert_eq!(Field::named("ÅR"), Some(Field::Year));
        assert_eq!(Field::named("foer"), Some(Field::Before));
        assert_eq!(Field::named("emne"), None);
        assert_eq!(Field::suggestion("kommun"), Some("kommune"));
        assert_eq!(Field::suggestion("yaer"), Some("year"));
        assert_eq!(Field::suggestion("bibliotek"), None);
    }

    #[test]
    fn values_are_written_as_in_a_text() {
        let cases = [
            ("13.244", 13244.0),
            ("13 244", 13244.0),
            ("13\u{a0}244,5", 13244.5),
            ("28,9", 28.9),
            ("28.9", 28.9),
            ("0.125", 0.125),
            ("13,244", 13.244),
            ("-1.000", -1000.0),
            ("\u{2212}2,5 %", -2.5),
            ("5,2 pct.", 5.2),
            ("4,2 procent", 4.2),
            ("007", 7.0),
            (".5", 0.5),
        ];
        for (written, want) in cases {
            assert_eq!(number(written), Some(want), "{written}");
        }
        for wrong in ["", "-", "--5", "inf", "nan", "+-3", "1.2.3", "procent", "5 5,5 x"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_value_is_read_as_it_is_echoed(thousandths in -9_999_999_i32..9_999_999) {
            let value = f64::from(thousandths) / 1000.0;
            let asked = Filters { rates: Some(vec![Interval::new(value, value)]), ..Filters::default() };
            let typed = asked.to_string();
            let typed = typed.split_once(':').map(|(_, value)| value).unwrap_or_default();
            proptest::prop_assert_eq!(number(typed), Some(value));
        }
    }

    #[test]
    fn days_of_years_and_months() {
        let first = |text: &str| day(text, Edge::First).map(|d| d.to_string());
        let last = |text: &str| day(text, Edge::Last).map(|d| d.to_string());
        assert_eq!(first("2020").as_deref(), Ok("2020-01-01"));
        assert_eq!(last("2020").as_deref(), Ok("2020-12-31"));
        assert_eq!(last("2020-02").as_deref(), Ok("2020-02-29"));
        assert_eq!(last("2020-02-03").as_deref(), Ok("2020-02-03"));
        for wrong in ["20", "2020-13", "2020-02-30", "i går", "æøåæ", ""] {
            assert!(first(wrong).is_err(), "{wrong}");
        }
    }
}
