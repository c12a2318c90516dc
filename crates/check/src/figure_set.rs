//! Figures in memory, found by what they measure, where and when.

use std::ops::Range;

use belaeg_model::Place;
use rustc_hash::FxHashMap;

use crate::figure::{Figure, Period};

/// A number for each measure, so that the index compares numbers and not names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct MeasureNumber(u32);

/// Figures, sorted by measure, place, period and area; of one cell the official ones first, and those that hold before those that were replaced. One cell may hold several values:
/// sources contradict each other, and figures are revised.
#[derive(Clone, Debug, Default)]
pub struct FigureSet {
    figures: Vec<Figure>,
    measures: FxHashMap<String, MeasureNumber>,
    /// Where the figures of a measure and place lie.
    places: FxHashMap<(MeasureNumber, Place), Range<usize>>,
}

impl FigureSet {
    /// The set of these figures.
    pub fn new(mut figures: Vec<Figure>) -> Self {
        figures.sort_by(|a, b| {
            (&a.measure, a.place, a.period, &a.area, a.source.standing)
                .cmp(&(&b.measure, b.place, b.period, &b.area, b.source.standing))
                .then(a.replaced_at.is_some().cmp(&b.replaced_at.is_some()))
                .then(a.value.total_cmp(&b.value))
                .then_with(|| a.source.name.cmp(&b.source.name))
        });
        let mut set = Self { figures, ..Self::default() };
        set.index();
        set
    }

    fn index(&mut self) {
        let mut start = 0;
        for group in self.figures.chunk_by(|a, b| a.measure == b.measure && a.place == b.place) {
            let next = MeasureNumber(u32::try_from(self.measures.len()).unwrap_or(u32::MAX));
            let number = match self.measures.get(&group[0].measure) {
                Some(number) => *number,
                None => *self.measures.entry(group[0].measure.clone()).or_insert(next),
            };
            self.places.insert((number, group[0].place), start..start + group.len());
            start += group.len();
        }
    }

    /// Every figure of a measure at a place, by period and area.
    pub fn at(&self, measure: &str, place: Place) -> &[Figure] {
        let range = self.measures.get(measure).and_then(|number| self.places.get(&(*number, place)));
        range.map_or(&[], |range| &self.figures[range.clone()])
    }

    /// Every figure of a measure at a place for exactly this period, by area; of one area the official ones first.
    pub fn cell(&self, measure: &str, place: Place, period: Period) -> &[Figure] {
        let figures = self.at(measure, place);
        let start = figures.partition_point(|f| f.period < period);
        let end = figures.partition_point(|f| f.period <= period);
        &figures[start..end]
    }

    /// Whether there is any figure of the measure.
    pub fn has(&self, measure: &str) -> bool {
        self.measures.contains_key(measure)
    }

    /// Every figure, by measure, place, period and area.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }
}

impl FromIterator<Figure> for FigureSet {
    fn from_iter<I: IntoIterator<Item = Figure>>(figures: I) -> Self {
        Self::new(figures.into_iter().collect())
    }
}
