//! Official figures: one number with what it measures, where it comes from, and how it was printed.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use belaeg_model::Place;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

pub use crate::period::{Period, UnknownPeriod};

/// The unit of a figure's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FigureUnit {
    /// Per hundred.
    Percent,
    /// A difference between two percentages; may be negative.
    PercentagePoint,
    /// Per thousand.
    Permille,
    /// Cases, persons, votes.
    Count,
    /// Marks on the Danish scale from -3 to 12.
    Grade,
    /// Working days per full-time employee.
    WorkingDays,
    /// Danish kroner.
    Kroner,
    /// Square kilometres.
    SquareKilometres,
}

impl FigureUnit {
    const NAMES: [(Self, &'static str); 8] = [
        (Self::Percent, "pct"),
        (Self::PercentagePoint, "pct-point"),
        (Self::Permille, "promille"),
        (Self::Count, "antal"),
        (Self::Grade, "karakter"),
        (Self::WorkingDays, "dagsvaerk"),
        (Self::Kroner, "kr"),
        (Self::SquareKilometres, "km2"),
    ];

    /// The name used in the tables of `corpus/official`.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(unit, _)| *unit == self).map_or("", |(_, name)| name)
    }
}

/// A text that names no unit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is no unit: expected pct, pct-point, promille, antal, karakter, dagsvaerk, kr or km2")]
pub struct UnknownUnit(String);

impl FromStr for FigureUnit {
    type Err = UnknownUnit;

    fn from_str(text: &str) -> Result<Self, UnknownUnit> {
        let known = Self::NAMES.iter().find(|(_, name)| *name == text.trim());
        known.map(|(unit, _)| *unit).ok_or_else(|| UnknownUnit(text.chars().take(40).collect()))
    }
}

/// Who says the figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// The authority that makes the statistic.
    Official,
    /// A kommune that quotes the authority.
    QuotedByKommune,
    /// News that quotes the authority.
    QuotedByNews,
}

impl Standing {
    const ALL: [Self; 3] = [Self::Official, Self::QuotedByKommune, Self::QuotedByNews];

    /// The name used in the tables of `corpus/official`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::QuotedByKommune => "kommune-quoting-official",
            Self::QuotedByNews => "news-quoting-official",
        }
    }

    /// Whether the authority itself says it.
    pub fn is_official(self) -> bool {
        self == Self::Official
    }
}

/// A text that names no standing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" does not say who gives a figure: expected official, kommune-quoting-official or news-quoting-official"
)]
pub struct UnknownStanding(String);

impl FromStr for Standing {
    type Err = UnknownStanding;

    fn from_str(text: &str) -> Result<Self, UnknownStanding> {
        let known = Self::ALL.into_iter().find(|s| s.as_str() == text.trim());
        known.ok_or_else(|| UnknownStanding(text.chars().take(40).collect()))
    }
}

/// Where a figure comes from; shared by all figures of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// Who says it.
    pub standing: Standing,
    /// The name of the source: title of a page or of a table.
    pub name: String,
    /// The address of the source.
    pub url: Option<String>,
    /// When the source published it.
    pub published: Option<Date>,
    /// When it was taken over from the source.
    pub retrieved_at: Option<Timestamp>,
}

/// One official number.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// What is measured, by its key in the tables of figures (`stadfaestet_andel`).
    pub measure: String,
    /// The area of law, group or population it is narrowed to, by its key; `alle` where there is none.
    pub area: String,
    /// The place; [`Place::DENMARK`] for the whole country.
    pub place: Place,
    /// The months it is about.
    pub period: Period,
    /// The value in `unit`.
    pub value: f64,
    /// How many decimals the source prints.
    pub decimals: u8,
    /// The unit of `value`.
    pub unit: FigureUnit,
    /// How many cases or persons a share is taken of.
    pub cases: Option<u64>,
    /// Where it comes from.
    pub source: Arc<Provenance>,
    /// When the same source gave another value for the cell; none while this one holds.
    pub replaced_at: Option<Timestamp>,
    /// What a reader has to know to use it.
    pub note: Option<String>,
}

impl Figure {
    /// Whether it held on a day; without one, whether it holds.
    pub fn holds(&self, day: Option<Date>) -> bool {
        let replaced = self.replaced_at.map(|at| at.to_zoned(TimeZone::UTC).date());
        replaced.is_none_or(|replaced| day.is_some_and(|day| day < replaced))
    }

    /// Half a unit of the last printed digit: how far the value may lie from the one that was rounded.
    pub fn rounding(&self) -> f64 {
        0.5 * 0.1_f64.powi(i32::from(self.decimals))
    }
}

/// The value as Danish prints it, with the decimals of its source.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = format!("{:.*}", usize::from(self.decimals), self.value).replace('.', ",");
        f.write_str(&number)?;
        match self.unit {
            FigureUnit::Percent => f.write_str(" %"),
            FigureUnit::PercentagePoint => f.write_str(" procentpoint"),
            FigureUnit::Permille => f.write_str(" promille"),
            FigureUnit::Count | FigureUnit::Grade => Ok(()),
            FigureUnit::WorkingDays => f.write_str(" dagsværk"),
            FigureUnit::Kroner => f.write_str(" kr."),
            FigureUnit::SquareKilometres => f.write_str(" km²"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for (unit, name) in FigureUnit::NAMES {
            assert_eq!(name.parse(), Ok(unit));
            assert_eq!(unit.as_str(), name);
        }
        for standing in Standing::ALL {
            assert_eq!(standing.as_str().parse(), Ok(standing));
        }
        assert!("procent".parse::<FigureUnit>().is_err() && "avis".parse::<Standing>().is_err());
    }
}
