//! How well a word of the query matches a statement, in numbers that do not depend on segments.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, Score, Searcher, SegmentReader, TantivyError, Term};

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

/// Why `doc` matches, as the engine wants it told.
pub(super) fn explained(
    weight: &dyn Weight,
    segment: &SegmentReader,
    doc: DocId,
    what: &'static str,
) -> tantivy::Result<Explanation> {
    let mut scorer = weight.scorer(segment, 1.0)?;
    if scorer.doc() > doc || scorer.seek(doc) != doc {
        return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
    }
    Ok(Explanation::new(what, scorer.score()))
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
            if let Some(info) = index.get_term_info(term)? {
                sum += living(&index, &info, segment)?;
            }
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

/// The number of statements in `segment` that have a term of `index`, without those that were replaced.
pub(super) fn living(
    index: &InvertedIndexReader,
    term: &TermInfo,
    segment: &SegmentReader,
) -> tantivy::Result<u64> {
    let Some(alive) = segment.alive_bitset() else { return Ok(u64::from(term.doc_freq)) };
    // Block by block, which is several times as fast as the engine's own count.
    let mut list = index.read_block_postings_from_terminfo(term, IndexRecordOption::Basic)?;
    let mut living = 0;
    while !list.docs().is_empty() {
        living += list.docs().iter().filter(|doc| alive.is_alive(**doc)).count() as u64;
        list.advance();
    }
    Ok(living)
}

/// The statements with a term: the word's rarity times its worth and a bonus for how often it occurs.
#[derive(Clone, Debug)]
pub(super) struct WordScore {
    term: Term,
    lengths: Field,
    scale: Scale,
    /// The scores of statements that have the word once, by the number that stands for their length.
    once: Arc<[Score]>,
    /// A form that only some of the statements have, and that scores higher.
    better: Option<Arc<WordScore>>,
}

/// What the score of a word is made of.
#[derive(Clone, Copy, Debug)]
struct Scale {
    rarity: f64,
    worth: f64,
}

impl Scale {
    fn score(self, frequency: u32, length: u8) -> Score {
        let (frequency, length) = (f64::from(frequency), FieldNormReader::id_to_fieldnorm(length));
        let damping = K1 * (1.0 - B + B * f64::from(length) / USUAL_LENGTH);
        rounded(self.rarity * (self.worth + FREQUENCY * frequency / (frequency + damping)))
    }
}

impl WordScore {
    /// `lengths` is the field whose word counts say how long a statement is.
    pub(super) fn new(term: Term, lengths: Field, rarity: f64, worth: f64) -> Self {
        let scale = Scale { rarity, worth };
        let once = (0..=u8::MAX).map(|length| scale.score(1, length)).collect();
        Self { term, lengths, scale, once, better: None }
    }

    /// Scores as `better` where that is found too. Every statement with its term has this one's.
    pub(super) fn or_better(self, better: Self) -> Self {
        Self { better: Some(Arc::new(better)), ..self }
    }

    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Option<WordScorer>> {
        let index = segment.inverted_index(self.term.field())?;
        let Some(postings) = index.read_postings(&self.term, IndexRecordOption::WithFreqs)? else {
            return Ok(None);
        };
        let better = match &self.better {
            Some(better) => better.scorer(segment, boost)?.map(Box::new),
            None => None,
        };
        let lengths = segment.get_fieldnorms_reader(self.lengths)?;
        Ok(Some(WordScorer { postings, lengths, word: self.clone(), boost, better }))
    }
}

impl Query for WordScore {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for WordScore {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.scorer(segment, boost)? {
            Some(scorer) => Box::new(scorer),
            None => Box::new(EmptyScorer),
        })
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained(self, segment, doc, "rarity * (worth + frequency)")
    }
}

struct WordScorer {
    postings: SegmentPostings,
    lengths: FieldNormReader,
    word: WordScore,
    boost: Score,
    better: Option<Box<WordScorer>>,
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
        let doc = self.doc();
        if let Some(better) = &mut self.better
            && (better.doc() == doc || better.doc() < doc && better.seek(doc) == doc)
        {
            return better.score();
        }
        let length = self.lengths.fieldnorm_id(doc);
        let score = match self.postings.term_freq() {
            1 => self.word.once[usize::from(length)],
            often => self.word.scale.score(often, length),
        };
        self.boost * score
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
