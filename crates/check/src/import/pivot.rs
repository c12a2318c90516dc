//! The Talportal's tables with measures and periods side by side, under heads of two levels.

use super::Failure;
use super::known;
use super::mapping::Mapping;
use super::reader::Cell;
use super::times;

/// Heads of the columns that a pivoted table is turned into, behind those of its labels.
const PERIOD: &str = "periode";
const MEASURE: &str = "måltal";
const VALUE: &str = "værdi";

/// How the columns of a pivoted table become rows.
#[derive(Debug)]
pub(super) struct Pivot {
    /// Columns of labels.
    labels: Vec<usize>,
    /// Columns of values: which, and their period and measure.
    values: Vec<(usize, String, String)>,
    heads: Vec<String>,
}

impl Pivot {
    /// For heads of two levels, of which either may hold the measures and the other the periods. A head of one level is a label.
    /// `None` where there is no column of a known measure and a period.
    pub(super) fn of(heads: &[(String, String)]) -> Option<Self> {
        let mut pivot = Self { labels: Vec::new(), values: Vec::new(), heads: Vec::new() };
        for (column, (first, second)) in heads.iter().enumerate() {
            match (first.is_empty(), second.is_empty()) {
                (false, false) => pivot.values.extend(told(column, first, second)),
                (true, true) => {}
                (false, true) => pivot.label(column, first),
                (true, false) => pivot.label(column, second),
            }
        }
        pivot.heads.extend([PERIOD, MEASURE, VALUE].map(str::to_owned));
        (!pivot.values.is_empty() && !pivot.labels.is_empty()).then_some(pivot)
    }

    fn label(&mut self, column: usize, head: &str) {
        self.labels.push(column);
        self.heads.push(head.to_owned());
    }

    /// Heads of the rows that it gives.
    pub(super) fn heads(&self) -> &[String] {
        &self.heads
    }

    /// What they mean.
    pub(super) fn mapping(&self) -> Mapping {
        known::talportal_pivot(&self.heads, [PERIOD, MEASURE, VALUE])
    }

    /// The columns of values.
    pub(super) fn columns(&self) -> impl Iterator<Item = usize> {
        self.values.iter().map(|(column, ..)| *column)
    }

    /// Hands on a row for each value of a row.
    pub(super) fn rows(
        &self,
        cells: &[Cell<'_>],
        mut take: impl FnMut(&[Cell<'_>]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let at = |column: usize| cells.get(column).copied().unwrap_or(Cell::Empty);
        let labels: Vec<Cell<'_>> = self.labels.iter().map(|column| at(*column)).collect();
        for (column, period, measure) in &self.values {
            let mut row = labels.clone();
            row.extend([Cell::Text(period), Cell::Text(measure), at(*column)]);
            take(&row)?;
        }
        Ok(())
    }
}

/// A column's period and measure, whichever level they stand on.
fn told(column: usize, first: &str, second: &str) -> Option<(usize, String, String)> {
    let is =
        |period: &str, measure: &str| times::period(period).is_some() && known::is_talportal_measure(measure);
    match (is(first, second), is(second, first)) {
        (true, _) => Some((column, first.to_owned(), second.to_owned())),
        (_, true) => Some((column, second.to_owned(), first.to_owned())),
        _ => None,
    }
}
