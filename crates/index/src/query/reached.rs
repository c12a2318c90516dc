//! Indexed words that a word of the query reaches: those that begin as it does, those spelt nearly as it is.

use std::collections::BTreeSet;

use tantivy::query::{FuzzyTermQuery, Query, RegexQuery};
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::word_score::living;

/// A misspelt word reaches at most this many others: the nearest, then the first by the alphabet.
const MAX_SIMILAR: usize = 50;
/// Shorter words have too many others near them. In bytes of the folded form.
const SHORTEST_FUZZY: usize = 4;
/// From here on two letters may be wrong.
const SHORTEST_WITH_TWO: usize = 9;

/// The statements with a word in `field` that is longer than `prefix` and begins with it.
pub(super) fn longer(prefix: &str, field: Field) -> tantivy::Result<Box<dyn Query>> {
    let mut pattern = String::with_capacity(prefix.len() + 2);
    for c in prefix.chars() {
        // Numbers have points, and "⑴" is folded to "(1)".
        pattern.extend("\\.+*?()|[]{}^$".contains(c).then_some('\\'));
        pattern.push(c);
    }
    pattern.push_str(".+");
    Ok(Box::new(RegexQuery::from_pattern(&pattern, field)?))
}

/// How many statements each of those words has, summed.
pub(super) fn statements_with_longer(
    prefix: &str,
    field: Field,
    searcher: &Searcher,
) -> tantivy::Result<u64> {
    let mut sum: u64 = 0;
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().range().gt(prefix).into_stream()?;
        while words.advance() && words.key().starts_with(prefix.as_bytes()) {
            sum = sum.saturating_add(living(&index, words.value(), segment)?);
        }
    }
    Ok(sum)
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
    let mut nearest = Nearest::default();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut words = index.terms().search(query.automaton()?).into_stream()?;
        while words.advance() {
            let found = words.key();
            let distance = std::str::from_utf8(found).map(|found| strsim::osa_distance(found, word));
            if let Ok(distance @ 1..) = distance {
                nearest.offer(distance, found, || Ok(living(&index, words.value(), segment)? > 0))?;
            }
        }
    }
    Ok(nearest.words())
}

/// The words with the smallest ranks.
#[derive(Default)]
struct Nearest {
    words: BTreeSet<(usize, Vec<u8>)>,
}

impl Nearest {
    /// Keeps a word of a segment if it is among the nearest and some statement has it still, which is asked then.
    fn offer(
        &mut self,
        rank: usize,
        word: &[u8],
        lives: impl FnOnce() -> tantivy::Result<bool>,
    ) -> tantivy::Result<()> {
        let full = self.words.len() == MAX_SIMILAR;
        let is_farther = |last: &(usize, Vec<u8>)| (last.0, last.1.as_slice()) < (rank, word);
        if full && self.words.last().is_some_and(is_farther) || !lives()? {
            return Ok(());
        }
        self.words.insert((rank, word.to_vec()));
        if self.words.len() > MAX_SIMILAR {
            self.words.pop_last();
        }
        Ok(())
    }

    fn words(self) -> Vec<String> {
        self.words.into_iter().filter_map(|(_, word)| String::from_utf8(word).ok()).collect()
    }
}
