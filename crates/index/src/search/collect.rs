//! Collects the best statements of every segment in one fixed order.

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::Sort;
use crate::query::claim_filter::{ClaimRows, RowTest};
use crate::schema::column;

/// A statement that matches, and what decides its place among the hits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The sort's own measure, smaller is better.
    rank: u64,
    document: u64,
    ordinal: u64,
    pub(super) score: Score,
    pub(super) address: DocAddress,
}

/// Keeps the `wanted` best and counts all.
pub(super) struct Best {
    pub(super) sort: Sort,
    /// What a claim must have to count for [`Sort::Rate`]; one is enough.
    pub(super) tests: Vec<RowTest>,
    pub(super) wanted: usize,
}

impl Collector for Best {
    type Fruit = (usize, Vec<Found>);
    type Child = BestOfSegment;

    fn for_segment(
        &self,
        ordinal: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<BestOfSegment> {
        let columns = segment.fast_fields();
        let rank = match self.sort {
            Sort::Relevance => Rank::Score,
            Sort::Published => Rank::Published(columns.column_opt(column::PUBLISHED)?),
            Sort::Rate => Rank::Rate(ClaimRows::open(segment)?.map(Box::new), self.tests.clone()),
        };
        Ok(BestOfSegment {
            rank,
            number: columns.u64(column::NUMBER)?,
            ordinal: columns.u64(column::ORDINAL)?,
            segment: ordinal,
            wanted: self.wanted,
            total: 0,
            found: Vec::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<(usize, Vec<Found>)>) -> tantivy::Result<(usize, Vec<Found>)> {
        let total = fruits.iter().map(|(total, _)| total).sum();
        let mut found: Vec<Found> = fruits.into_iter().flat_map(|(_, found)| found).collect();
        found.sort_unstable_by(order);
        found.truncate(self.wanted);
        Ok((total, found))
    }
}

/// What decides the order before document and ordinal.
enum Rank {
    Score,
    Published(Option<Column<i64>>),
    Rate(Option<Box<ClaimRows>>, Vec<RowTest>),
}

impl Rank {
    /// A number that is smaller the earlier the statement comes.
    fn of(&self, doc: DocId, score: Score) -> u64 {
        let high_first = match self {
            // Scores are not negative, so their bits are ordered as they are.
            Self::Score => Some(u64::from(score.to_bits())),
            Self::Published(column) => column.as_ref().and_then(|c| c.first(doc)).map(tantivy::i64_to_u64),
            Self::Rate(rows, tests) => {
                rows.as_ref().and_then(|r| r.highest(doc, tests)).map(tantivy::f64_to_u64)
            }
        };
        high_first.map_or(u64::MAX, |high| !high)
    }
}

pub(super) struct BestOfSegment {
    rank: Rank,
    number: Column<u64>,
    ordinal: Column<u64>,
    segment: SegmentOrdinal,
    wanted: usize,
    total: usize,
    found: Vec<Found>,
}

impl SegmentCollector for BestOfSegment {
    type Fruit = (usize, Vec<Found>);

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        if self.wanted == 0 {
            return;
        }
        self.found.push(Found {
            rank: self.rank.of(doc, score),
            document: self.number.first(doc).unwrap_or_default(),
            ordinal: self.ordinal.first(doc).unwrap_or_default(),
            score,
            address: DocAddress { segment_ord: self.segment, doc_id: doc },
        });
        // Twice the room, so that the cut is rare and its cost a constant a statement.
        if self.found.len() >= self.wanted.saturating_mul(2).max(1024) {
            self.cut();
        }
    }

    fn harvest(mut self) -> (usize, Vec<Found>) {
        self.cut();
        (self.total, self.found)
    }
}

impl BestOfSegment {
    fn cut(&mut self) {
        if self.found.len() > self.wanted {
            self.found.select_nth_unstable_by(self.wanted, order);
            self.found.truncate(self.wanted);
        }
    }
}

/// Rank, document, ordinal; the address is for statements that were written under one ordinal.
fn order(a: &Found, b: &Found) -> std::cmp::Ordering {
    (a.rank, a.document, a.ordinal, a.address).cmp(&(b.rank, b.document, b.ordinal, b.address))
}
