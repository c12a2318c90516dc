//! Whether a statement can report a number or year at all: most cannot, and need no further reading.

use std::sync::LazyLock;

use belaeg_model::literals::Literals;

use crate::letters::{Letters, key};
use crate::number;

/// Parts of words without which a statement in words alone reports neither rate nor year; numbers in digits are looked
/// for apart. An odd blank or a broken line may hide any of them.
const WORDS: &[&str] = &[
    "procent",
    "p.p",
    "p. p",
    "pp",
    "pct",
    "promil",
    "%",
    "‰",
    "halvdel",
    "halvpart",
    "edel",
    "hver",
    "ud af",
    "½",
    "¼",
    "¾",
    "⅓",
    "⅔",
    "⅕",
    "⅖",
    "⅗",
    "⅘",
    "⅙",
    "⅚",
    "⅛",
    "⅜",
    "⅝",
    "⅞",
    " år",
    "fjor",
    "i går",
    "året",
    "i dag",
    "øjeblikket",
    "\u{ad}",
    "-\n",
    "\u{a0}",
    "\når",
    "ud\n",
];

static FINDER: LazyLock<Literals> = LazyLock::new(|| {
    // "to af de tre": a number before "af".
    let counted = number::spelled().flat_map(|(word, _)| [format!("{word} af"), format!("{word}\naf")]);
    // "tre ankesager": a count in words, also over the end of a line.
    let counts = number::spelled().filter(|(_, n)| *n > 1);
    let spelled = counts
        .flat_map(|(w, _)| [format!(" {w} "), format!(" {w}\n"), format!("\n{w} "), format!("\n{w}\n")]);
    let words = WORDS.iter().map(|w| (*w).to_owned()).chain(counted).chain(spelled);
    Literals::new(&words.collect::<Vec<_>>(), true).expect("a few hundred short patterns")
});

/// How numbers in words begin, from two on.
static BEGINNINGS: LazyLock<Letters> = LazyLock::new(|| {
    let mut beginnings = Letters::default();
    for (word, _) in number::spelled().filter(|(_, n)| *n > 1) {
        beginnings.insert(key(word.bytes()));
    }
    beginnings
});

/// False only for a text in which no rate, count or year can be found.
pub(crate) fn may_report(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || begins_with_number(text) || FINDER.find(text, 0).is_some()
}

fn begins_with_number(text: &str) -> bool {
    let plain = text.bytes().take(3).all(|b| b.is_ascii());
    if plain && !BEGINNINGS.may_begin(text.bytes()) {
        return false;
    }
    let word: String =
        text.chars().take_while(|c| c.is_alphabetic()).take(24).flat_map(char::to_lowercase).collect();
    number::word(&word).is_some_and(|n| n > 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_words_are_seen_over_line_ends() {
        for text in ["Der kom tre klager.", "Der kom tre\nklager.", "Der kom\ntre klager.", "Tre klager."] {
            assert!(may_report(text), "{text:?}");
            assert_eq!(crate::read(text, &crate::Context::default(), &[]).claims.len(), 1, "{text:?}");
        }
        assert!(!may_report("Kommunen er tilfreds med resultatet."));
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(
            text in "((en|to|tre|seks|halvanden|hundrede|tredjedel|halvdelen|hver|anden|femte|ud|af|procent|pct\\.|promille|p\\.p\\.|pp|sidste|i|året|før|år|sager|er|Odense|-|,|\\.)( |\u{a0}|\u{ad}|\n|-\n|)){0,12}"
        ) {
            let found = crate::read(&text, &crate::Context::default(), &[]);
            let silent = found.claims.is_empty() && found.years.is_empty();
            proptest::prop_assert!(silent || may_report(&text), "{:?} {:?}", text, found);
        }
    }
}
