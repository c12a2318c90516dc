//! Indexed words that a word of the query reaches: those that begin as it does, those spelt nearly as it is.

use std::collections::BTreeMap;

use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::word_score::living;

/// A beginning reaches at most this many longer words a field, the shortest, then the first by the alphabet: more than begin
/// alike in any language.
const MAX_LONGER: usize = 100_000;
/// A misspelt word reaches at most this many others: the nearest, then the first by the alphabet.
const MAX_SIMILAR: usize = 50;
/// Shorter words have too many others near them. In bytes of the folded form.
const SHORTEST_FUZZY: usize = 4;
/// From here on two letters may be wrong.
const SHORTEST_WITH_TWO: usize = 9;

/// Words that were reached.
#[derive(Default)]
pub(super) struct Reached {
    pub(super) words: Vec<String>,
    /// How many statements each has, summed.
    pub(super) statements: u64,
}

/// The words in `field` that are longer than `prefix` and begin with it.
pub(super) fn longer(prefix: &str, field: Field, searcher: &Searcher) -> tantivy::Result<Reached> {
    let mut nearest = Nearest::new(MAX_LONGER);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().range().gt(prefix).into_stream()?;
        while words.advance() && words.key().starts_with(prefix.as_bytes()) {
            nearest.offer(words.key().len(), words.key(), || living(&index, words.value(), segment))?;
        }
    }
    let statements = nearest.words.values().fold(0, |sum: u64, n| sum.saturating_add(*n));
    Ok(Reached { words: nearest.words(), statements })
}

/// The words in `field` that differ from `word` in a letter or, where it is long, two.
pub(super) fn similar(word: &str, field: Field, searcher: &Searcher) -> tantivy::Result<Vec<String>> {
    let distance = match word.len() {
        _ if word.bytes().any(|b| b.is_ascii_digit()) => return Ok(Vec::new()),
        ..SHORTEST_FUZZY => return Ok(Vec::new()),
        SHORTEST_FUZZY..SHORTEST_WITH_TWO => 1,
        _ => 2,
    };
    let query = FuzzyTermQuery::new(Term::from_field_text(field, word), distance, true);
    let mut nearest = Nearest::new(MAX_SIMILAR);
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().search(query.automaton()?).into_stream()?;
        while words.advance() {
            let found = words.key();
            let distance = std::str::from_utf8(found).map(|found| strsim::osa_distance(found, word));
            if let Ok(distance @ 1..) = distance {
                nearest.offer(distance, found, || living(&index, words.value(), segment))?;
            }
        }
    }
    Ok(nearest.words())
}

/// The words with the smallest ranks, and how many statements have each.
struct Nearest {
    most: usize,
    words: BTreeMap<(usize, Vec<u8>), u64>,
}

impl Nearest {
    fn new(most: usize) -> Self {
        Self { most, words: BTreeMap::new() }
    }

    /// A word of a segment, and how many statements of it have the word still, which is asked if it may be kept; with none,
    /// it is not. One that others once displaced stays out, so that those that are kept were offered by every segment
    /// that has them.
    fn offer(
        &mut self,
        rank: usize,
        word: &[u8],
        statements: impl FnOnce() -> tantivy::Result<u64>,
    ) -> tantivy::Result<()> {
        let full = self.words.len() == self.most;
        let is_farther = |last: &(usize, Vec<u8>)| (last.0, last.1.as_slice()) < (rank, word);
        if full && self.words.last_key_value().is_some_and(|(last, _)| is_farther(last)) {
            return Ok(());
        }
        let statements = statements()?;
        if statements > 0 {
            *self.words.entry((rank, word.to_vec())).or_default() += statements;
        }
        if self.words.len() > self.most {
            self.words.pop_last();
        }
        Ok(())
    }

    fn words(self) -> Vec<String> {
        self.words.into_keys().filter_map(|(_, word)| String::from_utf8(word).ok()).collect()
    }
}
