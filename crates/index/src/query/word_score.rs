//! How well a word of the query matches a statement, in numbers that do not depend on segments.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, Searcher, SegmentReader, TantivyError, Term};

/// Scores are multiples of one part in this many.
const STEPS: f64 = 1024.0;
/// How much often in a short statement is worth over once in a long one, at most.
pub(super) const FREQUENCY: f64 = 0.3;
/// The words of a usual statement. A constant, since the true mean changes with every document.
const USUAL_LENGTH: f64 = 20.0;
/// What every word is worth however common, so that its tiers stay apart where all statements have it.
const COMMON: f64 = 0.5;
/// BM25's constants.
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// `score` as a multiple of 1/1024. The sum of a few hundred of them is exact in `f32`.
pub(super) fn rounded(score: f64) -> Score {
    #[expect(clippy::cast_possible_truncation, reason = "a small multiple of 1/1024 is exact in f32")]
    let rounded = ((score * STEPS).round() / STEPS) as Score;
    rounded
}

/// How rare words are.
pub(super) struct Rarity<'a> {
    searcher: &'a Searcher,
    statements: u64,
}

impl<'a> Rarity<'a> {
    pub(super) fn new(searcher: &'a Searcher) -> Self {
        Self { searcher, statements: searcher.num_docs() }
    }

    /// The number of statements with `term`, without those that were replaced and still lie in a segment.
    pub(super) fn statements(&self, term: &Term) -> tantivy::Result<u64> {
        let mut sum = 0;
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(term.field())?;
            sum += u64::from(match segment.alive_bitset() {
                None => index.doc_freq(term)?,
                Some(alive) => index
                    .read_postings(term, IndexRecordOption::Basic)?
                    .map_or(0, |postings| postings.doc_freq_given_deletes(alive)),
            });
        }
        Ok(sum)
    }

    /// BM25's inverse document frequency of a word that `count` statements have, and a little.
    pub(super) fn of(&self, count: u64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "counts of statements stay far below 2^52")]
        let (all, count) = (self.statements as f64, count.min(self.statements) as f64);
        COMMON + (1.0 + (all - count + 0.5) / (count + 0.5)).ln()
    }
}

/// The statements with a term: the word's rarity times its worth and a bonus for how often it occurs.
#[derive(Clone, Debug)]
pub(super) struct WordScore {
    term: Term,
    lengths: Field,
    rarity: f64,
    worth: f64,
}

impl WordScore {
    /// `lengths` is the field whose word counts say how long a statement is.
    pub(super) fn new(term: Term, lengths: Field, rarity: f64, worth: f64) -> Self {
        Self { term, lengths, rarity, worth }
    }

    fn score(&self, frequency: u32, length: u32) -> Score {
        let frequency = f64::from(frequency);
        let damping = K1 * (1.0 - B + B * f64::from(length) / USUAL_LENGTH);
        rounded(self.rarity * (self.worth + FREQUENCY * frequency / (frequency + damping)))
    }
}

impl Query for WordScore {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for WordScore {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let index = segment.inverted_index(self.term.field())?;
        let Some(postings) = index.read_postings(&self.term, IndexRecordOption::WithFreqs)? else {
            return Ok(Box::new(EmptyScorer));
        };
        let lengths = segment.get_fieldnorms_reader(self.lengths)?;
        Ok(Box::new(WordScorer { postings, lengths, word: self.clone(), boost }))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        Ok(Explanation::new("rarity * (worth + frequency)", scorer.score()))
    }
}

struct WordScorer {
    postings: SegmentPostings,
    lengths: FieldNormReader,
    word: WordScore,
    boost: Score,
}

impl DocSet for WordScorer {
    fn advance(&mut self) -> DocId {
        self.postings.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.postings.seek(target)
    }

    fn doc(&self) -> DocId {
        self.postings.doc()
    }

    fn size_hint(&self) -> u32 {
        self.postings.size_hint()
    }
}

impl Scorer for WordScorer {
    fn score(&mut self) -> Score {
        let length = self.lengths.fieldnorm(self.doc());
        self.boost * self.word.score(self.postings.term_freq(), length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::MAX_WORDS;

    #[test]
    fn sums_of_scores_do_not_depend_on_their_order() {
        // The rarest word of a thousand million statements, found in the best way, and ever commoner ones.
        let scores: Vec<Score> =
            (0..MAX_WORDS).map(|i| rounded(21.4 * 1.3 / (1.0 + 0.013 * i as f64))).collect();
        let forwards: Score = scores.iter().sum();
        let backwards: Score = scores.iter().rev().sum();
        let inside_out: Score = scores[100..].iter().chain(&scores[..100]).sum();
        assert_eq!((forwards, forwards), (backwards, inside_out));
        let exact: f64 = scores.iter().map(|s| f64::from(*s)).sum();
        assert_eq!(f64::from(forwards), exact);
        assert_eq!(
            f64::from(rounded(21.9 * 1.3) * MAX_WORDS as Score),
            f64::from(rounded(21.9 * 1.3)) * 256.0
        );
    }
}
