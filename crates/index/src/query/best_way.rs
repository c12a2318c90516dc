//! The ways in which a word may be found, and in each statement the best of them.

use std::sync::Arc;

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError};

/// The statements that are found in some way, each with the score of the best.
///
/// The engine's own disjunction scores every statement of every way in advance, thousands at a time; this one looks at a
/// statement only when it is asked for, which is what makes a rare word beside a common one fast.
#[derive(Clone, Debug)]
pub(super) struct BestWay {
    /// Best first: wherever two match, the earlier one scores higher.
    ways: Vec<Arc<dyn Query>>,
    /// How many of them, the first ones, look at the statement itself and not at its context.
    own: usize,
}

impl BestWay {
    /// The ways to find a word in the statement, then those in its context. They stand best first: no
    /// statement scores higher by a later one than by an earlier one that finds it.
    pub(super) fn new(own: Vec<Arc<dyn Query>>, context: Vec<Arc<dyn Query>>) -> Self {
        Self { own: own.len(), ways: own.into_iter().chain(context).collect() }
    }

    pub(super) fn ways(&self, scoring: EnableScoring<'_>) -> tantivy::Result<BestWayWeight> {
        let ways = self.ways.iter().map(|way| way.weight(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(BestWayWeight { ways, own: self.own })
    }
}

impl Query for BestWay {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.ways(scoring)?))
    }
}

pub(super) struct BestWayWeight {
    ways: Vec<Box<dyn Weight>>,
    own: usize,
}

impl BestWayWeight {
    /// The scorer of a segment in which something is found.
    pub(super) fn ways(
        &self,
        segment: &SegmentReader,
        boost: Score,
    ) -> tantivy::Result<Option<BestWayScorer>> {
        let mut ways = Vec::with_capacity(self.ways.len());
        let mut own = 0;
        for (i, way) in self.ways.iter().enumerate() {
            let scorer = way.scorer(segment, boost)?;
            let doc = scorer.doc();
            if doc != TERMINATED {
                own += usize::from(i < self.own);
                ways.push(Way { doc, adrift: false, scorer });
            }
        }
        let first = ways.iter().map(|way| way.doc).min();
        Ok(first.map(|doc| BestWayScorer { ways, own, doc }))
    }
}

impl Weight for BestWayWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.ways(segment, boost)? {
            None => Box::new(EmptyScorer),
            Some(scorer) => Box::new(scorer),
        })
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(segment, 1.0)?;
        if scorer.doc() > doc || scorer.seek(doc) != doc {
            return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
        }
        Ok(Explanation::new("best way", scorer.score()))
    }
}

/// A way, and where it stands in a segment.
struct Way {
    /// Where `scorer` stands; while it is adrift, no statement that it finds comes before.
    doc: DocId,
    /// Whether it was only asked whether it finds a statement that it does not, and may not say where the next one is.
    adrift: bool,
    scorer: Box<dyn Scorer>,
}

impl Way {
    /// The first statement from `target` on.
    fn seek(&mut self, target: DocId) -> DocId {
        if self.adrift {
            let mut from = self.doc.max(target);
            while from != TERMINATED && !self.finds(from) {
                from = self.doc;
            }
        } else if self.doc < target {
            // A step is cheaper than a search.
            self.doc = if self.doc + 1 == target { self.scorer.advance() } else { self.scorer.seek(target) };
        }
        self.doc
    }

    /// Whether it finds `target`, which no earlier question lay behind. Cheaper than [`seek`](Self::seek) where it is
    /// several words that must come together.
    fn finds(&mut self, target: DocId) -> bool {
        if self.doc < target || (self.adrift && self.doc == target) {
            (self.doc, self.adrift) = match self.scorer.seek_danger(target) {
                SeekDangerResult::Found => (target, false),
                SeekDangerResult::SeekLowerBound(next) => (next, true),
            };
        }
        self.doc == target && !self.adrift
    }
}

pub(super) struct BestWayScorer {
    ways: Vec<Way>,
    own: usize,
    /// Where the whole stands. Some way stands here too; the others may lag behind.
    doc: DocId,
}

impl BestWayScorer {
    /// Whether `target` is found, which no earlier question lay behind. Afterwards it stands there, or adrift.
    pub(super) fn finds(&mut self, target: DocId) -> bool {
        let found = self.ways.iter_mut().any(|way| way.finds(target));
        if found {
            self.doc = target;
        }
        found
    }

    /// Whether the statement where it stands is found by itself, not by its context.
    pub(super) fn finds_in_statement(&mut self) -> bool {
        let doc = self.doc;
        self.ways.iter_mut().take(self.own).any(|way| way.finds(doc))
    }
}

impl DocSet for BestWayScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED { TERMINATED } else { self.seek(self.doc + 1) }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.doc = TERMINATED;
        for way in &mut self.ways {
            self.doc = self.doc.min(way.seek(target));
            if self.doc == target {
                break;
            }
        }
        self.doc
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        let mut next = TERMINATED;
        for way in self.ways.iter_mut().take_while(|_| target != TERMINATED) {
            if way.finds(target) {
                self.doc = target;
                return SeekDangerResult::Found;
            }
            next = next.min(way.doc);
        }
        SeekDangerResult::SeekLowerBound(next)
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.ways.iter().fold(0, |sum, way| sum.saturating_add(way.scorer.size_hint()))
    }
}

impl Scorer for BestWayScorer {
    fn score(&mut self) -> Score {
        let doc = self.doc;
        let best = self.ways.iter_mut().find_map(|way| way.finds(doc).then_some(&mut way.scorer));
        best.map_or(0.0, |scorer| scorer.score())
    }
}
