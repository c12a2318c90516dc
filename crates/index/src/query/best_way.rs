//! The ways in which a word may be found, and in each statement the best of them.

use std::sync::Arc;

use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::word_score::explained;

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

    pub(super) fn weigh(&self, scoring: EnableScoring<'_>) -> tantivy::Result<BestWayWeight> {
        let ways = self.ways.iter().map(|way| way.weight(scoring)).collect::<tantivy::Result<_>>()?;
        Ok(BestWayWeight { ways, own: self.own })
    }
}

impl Query for BestWay {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.weigh(scoring)?))
    }
}

pub(super) struct BestWayWeight {
    ways: Vec<Box<dyn Weight>>,
    own: usize,
}

impl BestWayWeight {
    /// The scorer of a segment in which something is found.
    pub(super) fn open(
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
                ways.push(OpenWay { doc, adrift: false, scorer });
            }
        }
        let first = ways.iter().map(|way| way.doc).min();
        Ok(first.map(|doc| BestWayScorer { ways, own, doc }))
    }
}

impl Weight for BestWayWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.open(segment, boost)? {
            None => Box::new(EmptyScorer),
            Some(scorer) => Box::new(scorer),
        })
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained(self, segment, doc, "best way")
    }
}

/// A way, and where it stands in a segment.
struct OpenWay {
    /// Where `scorer` stands; while it is adrift, no statement that it finds comes before.
    doc: DocId,
    /// Whether it was only asked whether it finds a statement that it does not, and may not say where the next one is.
    adrift: bool,
    scorer: Box<dyn Scorer>,
}

impl OpenWay {
    /// The first statement from `target` on.
    fn seek(&mut self, target: DocId) -> DocId {
        if self.adrift {
            let mut from = self.doc.max(target);
            while from != TERMINATED && !self.finds(from) {
                from = self.doc;
            }
            self.doc = from;
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
    ways: Vec<OpenWay>,
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// A list that says as little as it may: after a question that it answers with no, it takes only further questions.
    struct Sparing {
        docs: Vec<DocId>,
        at: usize,
        adrift: bool,
        score: Score,
    }

    impl DocSet for Sparing {
        fn advance(&mut self) -> DocId {
            assert!(!self.adrift);
            self.at = (self.at + 1).min(self.docs.len());
            self.doc()
        }

        fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
            assert!(target < TERMINATED);
            self.at += self.docs[self.at..].partition_point(|doc| *doc < target);
            self.adrift = self.docs.get(self.at) != Some(&target);
            let last = self.docs.last().copied().unwrap_or(0);
            match self.adrift {
                false => SeekDangerResult::Found,
                true if target >= last => SeekDangerResult::SeekLowerBound(TERMINATED),
                true => SeekDangerResult::SeekLowerBound(target + 1),
            }
        }

        fn doc(&self) -> DocId {
            assert!(!self.adrift);
            self.docs.get(self.at).copied().unwrap_or(TERMINATED)
        }

        fn size_hint(&self) -> u32 {
            0
        }
    }

    impl Scorer for Sparing {
        fn score(&mut self) -> Score {
            assert!(!self.adrift);
            self.score
        }
    }

    proptest! {
        #[test]
        fn it_stands_where_some_way_does(
            lists in proptest::collection::vec(proptest::collection::btree_set(0..40_u32, 1..12), 1..5),
            moves in proptest::collection::vec((0..4, 1..15_u32), 1..40),
        ) {
            let mut score = 10.0;
            let ways = lists.iter().map(|docs| {
                score -= 1.0;
                let docs: Vec<DocId> = docs.iter().copied().collect();
                OpenWay { doc: docs[0], adrift: false, scorer: Box::new(Sparing { docs, at: 0, adrift: false, score }) }
            });
            let ways: Vec<OpenWay> = ways.collect();
            let all: BTreeSet<DocId> = lists.iter().flatten().copied().collect();
            let from = |target: DocId| all.range(target..).next().copied().unwrap_or(TERMINATED);
            let mut scorer = BestWayScorer { own: 1, doc: from(0), ways };
            for (what, by) in moves {
                let doc = scorer.doc();
                if doc == TERMINATED {
                    break;
                }
                let best = lists.iter().position(|docs| docs.contains(&doc)).expect("some way stands here");
                match what {
                    0 => prop_assert_eq!(scorer.advance(), from(doc + 1)),
                    1 => prop_assert_eq!(scorer.seek(doc + by), from(doc + by)),
                    2 => {
                        prop_assert_eq!(scorer.score(), 9.0 - best as Score);
                        prop_assert_eq!(scorer.finds_in_statement(), best == 0);
                    }
                    _ => {
                        let mut target = doc + by;
                        while let SeekDangerResult::SeekLowerBound(next) = scorer.seek_danger(target) {
                            prop_assert!(!all.contains(&target) && next > target && next <= from(target));
                            target = next;
                            if target == TERMINATED {
                                return Ok(());
                            }
                        }
                        prop_assert_eq!((scorer.doc(), from(target)), (target, target));
                    }
                }
            }
            prop_assert_eq!(scorer.seek(TERMINATED), TERMINATED);
            prop_assert_eq!((scorer.doc(), scorer.advance()), (TERMINATED, TERMINATED));
        }
    }
}
