//! Collects the best statements of every segment in one fixed order.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use super::Sort;
use super::cursor::Position;
use crate::query::claim_filter::{ClaimRows, RowTest};
use crate::schema::column;

/// A statement that matches, and its place among them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) position: Position,
    /// Two statements that were written under one ordinal differ in it.
    pub(super) address: DocAddress,
    pub(super) score: Score,
    /// The number of its words; 0 where results are not folded.
    words: u64,
    /// How many more of the statements that match have the same words; 0 where results are not folded.
    pub(super) same: u64,
}

/// The best statements, in order.
#[derive(Default)]
pub(super) struct Tops {
    /// How many match in all.
    pub(super) total: usize,
    pub(super) found: Vec<Found>,
}

/// The order of statements, and where in it to begin.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) sort: Sort,
    /// What a claim must have to count for [`Sort::Rate`]; one is enough.
    pub(super) rate: Vec<RowTest>,
    /// Only statements after this place are wanted.
    pub(super) after: Option<Position>,
}

/// Keeps the `wanted` best and counts all.
pub(super) struct Best {
    pub(super) order: Order,
    pub(super) wanted: usize,
    /// Of statements with the same words only the first is kept, and none whose words are among these.
    pub(super) fold: Option<Arc<FxHashSet<u64>>>,
}

impl Collector for Best {
    type Fruit = Tops;
    type Child = BestOfSegment;

    fn for_segment(
        &self,
        ordinal: SegmentOrdinal,
        segment: &SegmentReader,
    ) -> tantivy::Result<BestOfSegment> {
        let fold = match &self.fold {
            Some(seen) => Some(Folded {
                seen: Arc::clone(seen),
                column: segment.fast_fields().u64(column::SAME)?,
                all: Vec::new(),
            }),
            None => None,
        };
        Ok(BestOfSegment {
            places: Places::open(&self.order, segment)?,
            after: self.order.after,
            segment: ordinal,
            wanted: self.wanted,
            worst: Position::END,
            total: 0,
            found: Vec::new(),
            fold,
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<(Tops, Vec<u64>)>) -> tantivy::Result<Tops> {
        let mut tops = Tops::default();
        let mut words = Vec::with_capacity(fruits.len());
        for (of_segment, of_words) in fruits {
            tops.total += of_segment.total;
            tops.found.extend(of_segment.found);
            words.push(of_words);
        }
        in_order(&mut tops.found, self.fold.is_some());
        tops.found.truncate(self.wanted);
        if self.fold.is_some() {
            count_same(&mut tops.found, &words);
        }
        Ok(tops)
    }
}

/// Puts statements in order; where they are folded, of those with the same words the first stays.
fn in_order(found: &mut Vec<Found>, fold: bool) {
    found.sort_unstable_by_key(|f| (f.position, f.address));
    if fold {
        let mut met = FxHashSet::default();
        found.retain(|f| met.insert(f.words));
    }
}

/// Says of each statement how many more have its words; `all` are the words of every statement that matches.
fn count_same(found: &mut [Found], all: &[Vec<u64>]) {
    let mut counts: FxHashMap<u64, u64> = found.iter().map(|f| (f.words, 0)).collect();
    for words in all.iter().flatten() {
        if let Some(count) = counts.get_mut(words) {
            *count += 1;
        }
    }
    for f in found {
        f.same = counts.get(&f.words).map_or(0, |count| count.saturating_sub(1));
    }
}

/// The columns that decide the places of a segment's statements.
struct Places {
    rank: Rank,
    document: Column<u64>,
    ordinal: Column<u64>,
}

impl Places {
    fn open(order: &Order, segment: &SegmentReader) -> tantivy::Result<Self> {
        let columns = segment.fast_fields();
        let rank = match order.sort {
            Sort::Relevance => Rank::Score,
            Sort::Published => Rank::Published(columns.column_opt(column::PUBLISHED)?),
            Sort::Rate => Rank::Rate(ClaimRows::open(segment)?.map(Box::new), order.rate.clone()),
        };
        Ok(Self { rank, document: columns.u64(column::NUMBER)?, ordinal: columns.u64(column::ORDINAL)? })
    }

    /// The place of the statement `doc`, if its rank does not rule it out.
    fn of(&self, doc: DocId, score: Score, allowed: impl Fn(u64) -> bool) -> Option<Position> {
        let rank = self.rank.of(doc, score);
        allowed(rank).then(|| Position {
            rank,
            document: self.document.first(doc).unwrap_or_default(),
            ordinal: self.ordinal.first(doc).unwrap_or_default(),
        })
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
    places: Places,
    after: Option<Position>,
    segment: SegmentOrdinal,
    wanted: usize,
    /// Statements after this place are not among the best.
    worst: Position,
    total: usize,
    found: Vec<Found>,
    fold: Option<Folded>,
}

/// What folding needs of a segment.
struct Folded {
    seen: Arc<FxHashSet<u64>>,
    column: Column<u64>,
    /// The words of every statement that matches: 8 bytes each.
    all: Vec<u64>,
}

impl SegmentCollector for BestOfSegment {
    type Fruit = (Tops, Vec<u64>);

    fn collect(&mut self, doc: DocId, score: Score) {
        self.total += 1;
        let mut words = 0;
        if let Some(fold) = &mut self.fold {
            words = fold.column.first(doc).unwrap_or_default();
            fold.all.push(words);
        }
        if self.wanted == 0 {
            return;
        }
        let (worst, after) = (self.worst, self.after);
        let allowed = |rank| rank <= worst.rank && after.is_none_or(|after| rank >= after.rank);
        let Some(position) = self.places.of(doc, score, allowed) else { return };
        if position > worst || after.is_some_and(|after| position <= after) {
            return;
        }
        if self.fold.as_ref().is_some_and(|fold| fold.seen.contains(&words)) {
            return;
        }
        let address = DocAddress { segment_ord: self.segment, doc_id: doc };
        self.found.push(Found { position, address, score, words, same: 0 });
        // Twice the room, so that the cut is rare and its cost a constant a statement.
        if self.found.len() >= self.wanted.saturating_mul(2).max(64) {
            self.cut();
        }
    }

    fn harvest(mut self) -> (Tops, Vec<u64>) {
        self.cut();
        let words = self.fold.map(|fold| fold.all).unwrap_or_default();
        (Tops { total: self.total, found: self.found }, words)
    }
}

impl BestOfSegment {
    /// Keeps the `wanted` best of what was found.
    fn cut(&mut self) {
        let Some(last) = self.wanted.checked_sub(1) else { return };
        if self.fold.is_some() {
            in_order(&mut self.found, true);
        } else if last < self.found.len() {
            self.found.select_nth_unstable_by_key(last, |f| (f.position, f.address));
        }
        if let Some(worst) = self.found.get(last) {
            self.worst = worst.position;
            self.found.truncate(self.wanted);
        }
    }
}

/// Gathers the words of the statements up to a place, so that later pages do not show them again.
pub(super) struct WordsUpTo {
    pub(super) order: Order,
    pub(super) last: Position,
}

impl Collector for WordsUpTo {
    type Fruit = FxHashSet<u64>;
    type Child = WordsOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<WordsOfSegment> {
        Ok(WordsOfSegment {
            places: Places::open(&self.order, segment)?,
            last: self.last,
            column: segment.fast_fields().u64(column::SAME)?,
            words: FxHashSet::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<FxHashSet<u64>>) -> tantivy::Result<FxHashSet<u64>> {
        Ok(fruits.into_iter().flatten().collect())
    }
}

pub(super) struct WordsOfSegment {
    places: Places,
    last: Position,
    column: Column<u64>,
    words: FxHashSet<u64>,
}

impl SegmentCollector for WordsOfSegment {
    type Fruit = FxHashSet<u64>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let last = self.last;
        if self.places.of(doc, score, |rank| rank <= last.rank).is_some_and(|p| p <= last) {
            self.words.extend(self.column.first(doc));
        }
    }

    fn harvest(self) -> FxHashSet<u64> {
        self.words
    }
}

/// The words of each of `found`.
pub(super) fn words_of(found: &[Found]) -> impl Iterator<Item = u64> + '_ {
    found.iter().map(|f| f.words)
}
