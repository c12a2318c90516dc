//! The indexed words that begin as a query's word does.

use std::collections::BTreeSet;

use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use crate::schema::Fields;

/// A word reaches at most this many longer words a field: the shortest, then the first by the alphabet.
const MAX_REACHED: usize = 1000;

/// Indexed words, as terms.
pub(super) struct Reached {
    pub(super) text: Vec<Term>,
    pub(super) about: Vec<Term>,
    pub(super) context: Vec<Term>,
}

impl Reached {
    /// The words longer than `prefix` that begin with it.
    pub(super) fn by(prefix: &str, fields: Fields, searcher: &Searcher) -> tantivy::Result<Self> {
        let in_field = |field| longer_words(prefix, field, searcher);
        Ok(Self {
            text: in_field(fields.exact)?,
            about: in_field(fields.about)?,
            context: in_field(fields.context)?,
        })
    }
}

fn longer_words(prefix: &str, field: Field, searcher: &Searcher) -> tantivy::Result<Vec<Term>> {
    let mut nearest: BTreeSet<(usize, Vec<u8>)> = BTreeSet::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().range().gt(prefix).into_stream()?;
        while words.advance() && words.key().starts_with(prefix.as_bytes()) {
            let word = words.key();
            let full = nearest.len() == MAX_REACHED;
            let is_farther = |last: &(usize, Vec<u8>)| (last.0, last.1.as_slice()) <= (word.len(), word);
            if full && nearest.last().is_some_and(is_farther) {
                continue;
            }
            if nearest.insert((word.len(), word.to_vec())) && full {
                nearest.pop_last();
            }
        }
    }
    let term = |(_, word): (usize, Vec<u8>)| {
        String::from_utf8(word).ok().map(|word| Term::from_field_text(field, &word))
    };
    Ok(nearest.into_iter().filter_map(term).collect())
}
