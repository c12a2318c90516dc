//! Words that must all be found, one of them at least in the statement itself.

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

use super::best_way::{BestWay, BestWayScorer, BestWayWeight};
use super::word_score::explained;

/// The statements where every word is found, and not all of them in its context alone. A statement's score is the sum of
/// its words'.
#[derive(Clone, Debug)]
pub(super) struct Together {
    words: Vec<BestWay>,
}

impl Together {
    pub(super) fn new(words: Vec<BestWay>) -> Self {
        Self { words }
    }
}

impl Query for Together {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let words = self.words.iter().map(|word| word.weigh(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(Box::new(TogetherWeight(words)))
    }
}

struct TogetherWeight(Vec<BestWayWeight>);

impl Weight for TogetherWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut words = Vec::with_capacity(self.0.len());
        for word in &self.0 {
            let Some(scorer) = word.open(segment, boost)? else { return Ok(Box::new(EmptyScorer)) };
            words.push(scorer);
        }
        words.sort_by_key(DocSet::size_hint);
        let mut scorer = TogetherScorer { words, doc: 0 };
        scorer.find_from(0);
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained(self, segment, doc, "words together")
    }
}

struct TogetherScorer {
    /// Rarest first.
    words: Vec<BestWayScorer>,
    doc: DocId,
}

impl TogetherScorer {
    fn find_from(&mut self, target: DocId) -> DocId {
        let Some((rarest, others)) = self.words.split_first_mut() else { return TERMINATED };
        let mut doc = rarest.seek(target);
        while doc != TERMINATED {
            let found = others.iter_mut().all(|word| word.finds(doc));
            if found
                && (rarest.finds_in_statement() || others.iter_mut().any(BestWayScorer::finds_in_statement))
            {
                break;
            }
            doc = rarest.seek(doc + 1);
        }
        self.doc = doc;
        doc
    }
}

impl DocSet for TogetherScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.find_from(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target { self.find_from(target) } else { self.doc }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.words.first().map_or(0, DocSet::size_hint)
    }
}

impl Scorer for TogetherScorer {
    fn score(&mut self) -> Score {
        self.words.iter_mut().map(Scorer::score).sum()
    }
}
