//! Whether a statement can report a number or year at all: most cannot, and need no further reading.

use std::sync::LazyLock;

use belaeg_model::ByteSpan;
use belaeg_model::literals::Literals;

use crate::lexicon::{self, Class};
use crate::number;

/// What was found in a statement without digits, and what else must stand there for a rate, count or year.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// Nothing else.
    Enough,
    /// A hyphen that breaks a word.
    Hyphen,
    /// A share in words: the whole word is one, or an ordinal follows.
    Share,
    /// A unit: a number in words stands in the statement.
    Unit,
    /// "ud af": a number in words follows.
    OutOf,
    /// A number in words: it is no part of a word.
    Number,
    /// A stretch of time: the words beside it say which one.
    Time,
}

/// Parts of words without which a statement in words alone reports neither rate nor year, nor names a place but as it is
/// spelled; numbers in digits are looked for apart.
const SIGNS: &[(Sign, &[&str])] = &[
    (Sign::Enough, &["½", "¼", "¾", "⅓", "⅔", "⅕", "⅖", "⅗", "⅘", "⅙", "⅚", "⅛", "⅜", "⅝", "⅞"]),
    // An odd blank or a broken line may hide any of the others.
    (Sign::Enough, &["\u{ad}", "\u{a0}", "-\n", "\u{2010}"]),
    (Sign::Hyphen, &["- "]),
    (Sign::Share, &["halvdel", "halvpart", "edel", "hver"]),
    (Sign::Unit, &["procent", "p.p", "p. p", "pp", "pct", "promil", "%", "‰"]),
    (Sign::OutOf, &["ud af", "ud\naf"]),
    (Sign::Enough, &["fjor", "i går", "i gÅr"]),
    (Sign::Time, &["år", "År", "sidste", "forrige"]),
    // Words for the country, and for the region of the document's kommune.
    (Sign::Enough, &["landet", "danskerne", "regionen", "regionsgennemsnit", "regionalt"]),
];

static FINDER: LazyLock<(Literals, Vec<Sign>)> = LazyLock::new(|| {
    let listed = SIGNS.iter().flat_map(|(sign, parts)| parts.iter().map(|p| ((*p).to_owned(), *sign)));
    // "tre ankesager": a count in words, also over the end of a line.
    let counts = number::spelled()
        .filter(|(_, n)| *n > 1)
        .flat_map(|(w, _)| [format!("{w} "), format!("{w}\n")])
        .map(|part| (part, Sign::Number));
    let (parts, signs): (Vec<String>, Vec<Sign>) = listed.chain(counts).unzip();
    (Literals::new(&parts, true).expect("a few hundred short patterns"), signs)
});

/// False only for a text in which no rate, count or year can be found, and no place but as it is spelled.
pub(crate) fn may_report(text: &str) -> bool {
    has_digit(text) || has_sign(text)
}

/// Sixteen bytes at once: they are compared side by side.
fn has_digit(text: &str) -> bool {
    let (whole, rest) = text.as_bytes().as_chunks::<16>();
    whole.iter().any(|bytes| bytes.iter().fold(false, |any, b| any | b.is_ascii_digit()))
        || rest.iter().any(u8::is_ascii_digit)
}

fn has_sign(text: &str) -> bool {
    let (finder, signs) = &*FINDER;
    let mut next = finder.find(text, 0);
    while let Some(found) = next {
        if signs[found.index].holds(text, found.span) {
            return true;
        }
        // One that says nothing may overlap one that does: "halvår" and "år".
        next = finder.find(text, found.span.start + 1);
    }
    false
}

impl Sign {
    fn holds(self, text: &str, found: ByteSpan) -> bool {
        let word = word_around(text, found.of(text).trim_end().len() + found.start);
        let (before, behind) = (&text[..word.start], &text[word.end..]);
        match self {
            Self::Enough => true,
            Self::Hyphen => {
                let rest = text[found.end..].trim_start_matches(' ');
                rest.starts_with('\n') || rest.starts_with("cent")
            }
            Self::Share => is_share(&word.of(text).to_lowercase(), behind),
            Self::Unit => {
                let part_of_word = found.len() == 2 && word.len() > 2;
                // "et%" and "et p.p.": what is before the sign, or before the word that holds it.
                let mut before = &text[..found.start];
                if found.of(text).starts_with(char::is_alphabetic) {
                    before = before.trim_end_matches(char::is_alphabetic);
                }
                !part_of_word && has_quantity(text, before)
            }
            Self::OutOf => {
                words(&text[found.end..]).take(6).any(|w| number::word(&w).is_some_and(|n| n > 1.0))
            }
            Self::Number => number::word(&word.of(text).to_lowercase()).is_some(),
            Self::Time => says_when(&word.of(text).to_lowercase(), before, behind),
        }
    }
}

/// "halvdelen", "tredjedele", "hver femte"; not "ledelse", "hverdag", "hver gang".
fn is_share(word: &str, behind: &str) -> bool {
    match word {
        "hver" | "hvert" => words(behind).next().is_some_and(|w| number::ordinal(&w).is_some()),
        _ => lexicon::listed(word).is(Class::FRACTION),
    }
}

/// Whether a number in words may belong to a unit behind `before`: "en", an article elsewhere, only right before it.
fn has_quantity(text: &str, before: &str) -> bool {
    const LAST: &[&str] =
        &["en", "et", "enkelt", "halv", "halvt", "kvart", "halvanden", "halvandet", "tusind", "tusinde"];
    word_before(before).is_some_and(|w| LAST.contains(&w.as_str()))
        || words(text).any(|w| !matches!(w.as_str(), "en" | "et") && number::word(&w).is_some())
}

/// "sidste år", "for to år siden", "året før"; not "hvert år" or "flere år".
fn says_when(word: &str, before: &str, behind: &str) -> bool {
    const LEADING: &[&str] =
        &["sidste", "forrige", "i", "dette", "indeværende", "næste", "kommende", "samme", "begge"];
    const FOLLOWING: &[&str] = &["før", "forinden", "forud", "tidligere", "efter", "senere", "siden"];
    const SEASONS: &[&str] = &["forår", "sommer", "efterår", "vinter", "sæson", "skoleår"];
    let followed = |by: &[&str]| words(behind).next().is_some_and(|w| by.contains(&w.as_str()));
    match word {
        "år" | "års" | "året" | "årene" => {
            followed(FOLLOWING) || word_before(before).is_some_and(|w| LEADING.contains(&w.as_str()))
        }
        "sidste" | "forrige" => followed(SEASONS),
        _ => false,
    }
}

/// The letters around byte `at`.
fn word_around(text: &str, at: usize) -> ByteSpan {
    let start = text[..at].trim_end_matches(char::is_alphabetic).len();
    let end = text.len() - text[at..].trim_start_matches(char::is_alphabetic).len();
    ByteSpan::new(start, end)
}

/// The words of `text` in lower case.
fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

/// The last word of `text` in lower case.
fn word_before(text: &str) -> Option<String> {
    text.rsplit(|c: char| !c.is_alphabetic()).find(|w| !w.is_empty()).map(str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Context, Findings, find_claims, read};

    #[test]
    fn counts_in_words_are_seen_over_line_ends() {
        for text in [
            "Der kom tre klager.",
            "Der kom tre\nklager.",
            "Der kom\ntre klager.",
            "Tre klager.",
            "Der kom flere (tre klager).",
        ] {
            assert!(may_report(text), "{text:?}");
            assert_eq!(read(text, &Context::default(), &[]).claims.len(), 1, "{text:?}");
        }
    }

    #[test]
    fn what_can_report_nothing_is_not_read() {
        for text in [
            "Kommunen er tilfreds med resultatet.",
            "Hvert år holder enhver leder møde med hver afdeling hver dag.",
            "Ledelsen af fotoklubben har mange års erfaring.",
            "Andelen af elever og antallet af klager steg gennem årene.",
            "Omgørelsesprocenten er et mål for kvaliteten, og gruppen arbejder op imod det.",
            "Børne- og ungeudvalget drøfter sagen sidste gang i dag.",
        ] {
            assert!(!may_report(text), "{text:?}");
        }
    }

    #[test]
    fn years_and_shares_in_words_are_read() {
        for text in [
            "De to af kommunens skoler er nye.",
            "Det var færre end sidste\u{a0}år.",
            "Året før var der flere.",
            "Sidste sommer var der flere.",
            "HVER TREDJE BORGER KLAGEDE.",
            "En ud af fem klagede.",
            "Det er én procent.",
            "Det faldt et p.p. til sommer.",
            "Det er kun et%.",
            "Det er en halv procent.",
            "To tredjedele\naf dem klagede.",
        ] {
            assert!(may_report(text), "{text:?}");
        }
    }

    #[test]
    fn places_do_not_depend_on_what_is_reported() {
        let context = Context { place: "461".parse().ok(), ..Context::default() };
        let places = |text: &str| find_claims(text, &context).places;
        for (text, with_rate) in [
            ("Så tilfredse er danskerne.", "Så tilfredse er danskerne: 5 pct."),
            (
                "Det går som i resten af landet og regionen.",
                "Det er 5 pct. som i resten af landet og regionen.",
            ),
            ("Odense og Region Syddanmark er enige.", "Odense og Region Syddanmark er 5 pct. enige."),
            (
                "Assens ligger under lands- \ngennemsnittet.",
                "Assens ligger 5 pct. under lands- \ngennemsnittet.",
            ),
        ] {
            assert!(!places(text).is_empty(), "{text:?}");
            assert_eq!(places(text), places(with_rate), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(
            text in "((en|to|tre|seks|halvanden|hundrede|tredjedel|halvdelen|hver|anden|femte|ud|af|procent|pct\\.|promille|p\\.p\\.|pp|sidste|i|året|Året|før|år|siden|samme|sommer|sager|er|Odense|danskerne|regionen|landet|lands|gennemsnittet|-|,|\\(|\\.)( |\u{a0}|\u{ad}|\n|-\n|- |)){0,12}"
        ) {
            let context = Context { place: "461".parse().ok(), published: "2022-05-03".parse().ok() };
            let Findings { claims, years, places } = read(&text, &context, &[]);
            let found = find_claims(&text, &context);
            proptest::prop_assert_eq!((found.claims, found.years, found.places), (claims, years, places), "{:?}", text);
        }
    }
}
