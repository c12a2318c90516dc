//! Whether a statement can report a number or year at all: most cannot, and need no further reading.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Parts of words without which a statement in words alone reports neither rate nor year; numbers in digits are looked
/// for apart.
const WORDS: &[&str] = &[
    "procent",
    "p.p",
    "p. p",
    "pp",
    "pct",
    "pro\u{ad}cent",
    "pro-\n",
    "promil",
    "%",
    "‰",
    "halvdel",
    "halvpart",
    "tredje",
    "tredie",
    "fjerde",
    "femte",
    "sjette",
    "syvende",
    "ottende",
    "niende",
    "tiende",
    "tolvte",
    "femtende",
    "tyvende",
    "hver",
    "ud af",
    " af ",
    "½",
    "¼",
    "¾",
    "⅓",
    "⅔",
    "⅕",
    "⅛",
    " år",
    "fjor",
    "året",
    "i dag",
    "øjeblikket",
    "\u{ad}",
    "-\n",
    "\nud",
    "ud\n",
    "af\n",
    "\naf",
    "\u{a0}",
    "\når",
];

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder().ascii_case_insensitive(true).build(WORDS).expect("a few short patterns")
});

/// False only for a text in which no rate, count or year can be found.
pub(crate) fn may_report(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || FINDER.is_match(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(
            text in "((en|to|tre|seks|halvanden|hundrede|tredjedel|halvdelen|hver|anden|femte|ud|af|procent|pct\\.|promille|p\\.p\\.|pp|sidste|i|året|før|år|sager|er|Odense|-|,)( |\u{a0}|\u{ad}|\n|-\n|)){0,12}"
        ) {
            let found = crate::read(&text, &crate::Context::default());
            let silent = found.claims.is_empty() && found.years.is_empty();
            proptest::prop_assert!(silent || may_report(&text), "{:?} {:?}", text, found);
        }
    }
}
