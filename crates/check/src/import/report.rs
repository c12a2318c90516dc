//! What an import brought: figures, what was passed over, what was refused and why.

use std::collections::BTreeMap;
use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use crate::figure::{Figure, Period};

/// Rows that are listed one by one; further ones are counted.
const MOST_LISTED: usize = 10_000;

/// A form in which figures are given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Our own table, as in `corpus/official`.
    Own,
    /// JSON-stat, as the StatBank or others answer it.
    JsonStat,
    /// The StatBank's CSV or BULK.
    StatBankCsv,
    /// Ankestyrelsen's Talportal, CSV or Excel.
    Talportal,
    /// A text table that a mapping explains.
    Csv,
    /// A workbook that a mapping explains.
    Workbook,
}

impl Format {
    /// The name in JSON and in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::JsonStat => "json_stat",
            Self::StatBankCsv => "stat_bank_csv",
            Self::Talportal => "talportal",
            Self::Csv => "csv",
            Self::Workbook => "workbook",
        }
    }
}

/// Why a cell is passed over although nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// The publisher gives no value: `..`, `-`, nothing.
    Missing,
    /// A landsdel, Christiansø, the rest of the world.
    OtherArea,
    /// The mapping or the description of the table does not want it.
    NotChosen,
    /// The Talportal's Excel writes 0 for a missing value too.
    ZeroOrMissing,
    /// The same figure stands in it twice.
    Repeated,
}

impl Skip {
    /// The name in JSON and in counts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::OtherArea => "other_area",
            Self::NotChosen => "not_chosen",
            Self::ZeroOrMissing => "zero_or_missing",
            Self::Repeated => "repeated",
        }
    }
}

/// Why a row is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No kommune, region or country has this code or name.
    UnknownPlace,
    /// Code and name of the place disagree.
    PlaceMismatch,
    /// No period that is known.
    BadPeriod,
    /// No number.
    BadNumber,
    /// A number that can be thousands or decimals.
    AmbiguousNumber,
    /// A unit that is not known.
    UnknownUnit,
    /// What is measured is not said.
    NoMeasure,
    /// Who says the figure is not known.
    UnknownStanding,
    /// More or fewer values than columns.
    RowLength,
}

impl Refusal {
    /// The name in JSON and in counts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownPlace => "unknown_place",
            Self::PlaceMismatch => "place_mismatch",
            Self::BadPeriod => "bad_period",
            Self::BadNumber => "bad_number",
            Self::AmbiguousNumber => "ambiguous_number",
            Self::UnknownUnit => "unknown_unit",
            Self::NoMeasure => "no_measure",
            Self::UnknownStanding => "unknown_standing",
            Self::RowLength => "row_length",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A row that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Where: the row, or the number of the value and its coordinates.
    pub at: String,
    /// The column.
    pub column: String,
    /// Why.
    pub cause: Refusal,
    /// In words, with what stands there.
    pub why: String,
}

/// One cell with two values in the same import; both are kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Contradiction {
    /// What is measured.
    pub measure: String,
    /// What it is narrowed to.
    pub area: String,
    /// The place's code.
    pub place: String,
    /// The period.
    pub period: String,
    /// Every value, smallest first.
    pub values: Vec<f64>,
}

/// What an import brought.
#[derive(Clone, Debug)]
pub struct Import {
    /// The form it had.
    pub format: Format,
    /// What it calls itself.
    pub title: Option<String>,
    /// When its publisher last changed it.
    pub updated: Option<Date>,
    /// The figures.
    pub figures: Vec<Figure>,
    /// Cells passed over, by cause.
    pub skipped: BTreeMap<Skip, u64>,
    /// Rows refused, the first of them.
    pub refused: Vec<Refused>,
    /// Rows refused, by cause.
    pub causes: BTreeMap<Refusal, u64>,
    /// Cells with several values.
    pub contradictions: Vec<Contradiction>,
}

impl Import {
    pub(super) fn new(format: Format) -> Self {
        Self {
            format,
            title: None,
            updated: None,
            figures: Vec::new(),
            skipped: BTreeMap::new(),
            refused: Vec::new(),
            causes: BTreeMap::new(),
            contradictions: Vec::new(),
        }
    }

    pub(super) fn skip(&mut self, why: Skip) {
        *self.skipped.entry(why).or_default() += 1;
    }

    /// Notes a refused row; what is said of one row and column is said once.
    pub(super) fn refuse(&mut self, refused: Refused) {
        if self.refused.last() == Some(&refused) {
            return;
        }
        *self.causes.entry(refused.cause).or_default() += 1;
        if self.refused.len() < MOST_LISTED {
            self.refused.push(refused);
        }
    }

    /// Keeps a figure that stands there twice once, and notes the cells with several values.
    pub(super) fn settle(&mut self) {
        type Cell<'f> = (&'f str, &'f str, &'f str, Period, &'f str);
        fn cell(figure: &Figure) -> Cell<'_> {
            let Figure { measure, area, place, period, unit, .. } = figure;
            (measure, area, place.code(), *period, unit.as_str())
        }
        self.figures.sort_by(|a, b| {
            let source = |f: &Figure| (f.source.standing, f.source.name.clone());
            cell(a).cmp(&cell(b)).then(a.value.total_cmp(&b.value)).then_with(|| source(a).cmp(&source(b)))
        });
        let before = self.figures.len();
        self.figures.dedup_by(|a, b| a == b);
        let repeated = (before - self.figures.len()) as u64;
        if repeated > 0 {
            self.skipped.insert(Skip::Repeated, repeated);
        }
        for group in self.figures.chunk_by(|a, b| cell(a) == cell(b)) {
            let mut values: Vec<f64> = group.iter().map(|f| f.value).collect();
            values.dedup();
            if values.len() > 1 {
                let Figure { measure, area, place, period, .. } = &group[0];
                self.contradictions.push(Contradiction {
                    measure: measure.clone(),
                    area: area.clone(),
                    place: place.code().to_owned(),
                    period: period.to_string(),
                    values,
                });
            }
        }
    }
}
