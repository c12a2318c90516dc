//! Which words of a statement a query found.

use std::collections::BTreeSet;

use belaeg_model::ByteSpan;

use crate::analysis::{Token, stem, tokens};
use crate::query::{Atom, Parsed};

/// The words of `text` that a required word matches as written, by stem or by its beginning, and those of each
/// required phrase where it stands. In order, one span a word.
pub(crate) fn highlights(text: &str, parsed: &Parsed) -> Vec<ByteSpan> {
    if parsed.required.is_empty() {
        return Vec::new();
    }
    let tokens = tokens(text);
    let stems: Vec<String> = tokens.iter().map(|t| stem(&t.text)).collect();
    let mut found = BTreeSet::new();
    for atom in parsed.required.iter().flatten() {
        match atom {
            Atom::Word(word) => found.extend(
                tokens
                    .iter()
                    .zip(&stems)
                    .filter(|(t, stem)| word.matches(&t.text, stem))
                    .map(|(t, _)| t.span),
            ),
            Atom::Phrase(words) => found.extend(places_of(words, &tokens)),
        }
    }
    found.into_iter().collect()
}

/// The spans of the words of every occurrence of the phrase.
fn places_of<'a>(phrase: &'a [String], tokens: &'a [Token]) -> impl Iterator<Item = ByteSpan> + 'a {
    tokens
        .windows(phrase.len().max(1))
        .filter(move |window| window.iter().map(|t| &t.text).eq(phrase))
        .flat_map(|window| window.iter().map(|t| t.span))
}
