//! What a statement reports: a rate or a count together with what it is about.

use serde::{Deserialize, Serialize};

use crate::{ByteSpan, Place};

/// A calendar year of the common era.
pub type Year = i16;

/// The unit of a claim's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Per hundred; word fractions and "X ud af Y" too.
    Percent,
    /// A difference between two percentages.
    PercentagePoint,
    /// Per thousand.
    Permille,
    /// A number per [`Claim::per`] ("4,2 pr. 1.000 indbyggere").
    PerN,
    /// A number of cases, persons, decisions ... named by [`Claim::noun`].
    Count,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 5] =
        [Self::Percent, Self::PercentagePoint, Self::Permille, Self::PerN, Self::Count];

    /// The name used in JSON, on the command line and in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::PercentagePoint => "percentage_point",
            Self::Permille => "permille",
            Self::PerN => "per_n",
            Self::Count => "count",
        }
    }
}

/// What the value is meant as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A reported level.
    #[default]
    Level,
    /// The size of a rise, a fall or a distance; positive.
    Change,
    /// A goal, requirement or limit.
    Target,
    /// An expected or budgeted future value.
    Forecast,
}

impl Role {
    /// The name used in JSON and in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Change => "change",
            Self::Target => "target",
            Self::Forecast => "forecast",
        }
    }
}

/// How exactly the statement gives the value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approx {
    /// As printed.
    #[default]
    Exact,
    /// ca., omkring, omtrent.
    About,
    /// knap, næsten, tæt på.
    JustUnder,
    /// godt, lidt over.
    JustOver,
    /// over, mere end.
    Over,
    /// under, mindre end.
    Under,
    /// mindst, minimum.
    AtLeast,
    /// højst, op til.
    AtMost,
}

impl Approx {
    /// The name used in JSON and in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::About => "about",
            Self::JustUnder => "just_under",
            Self::JustOver => "just_over",
            Self::Over => "over",
            Self::Under => "under",
            Self::AtLeast => "at_least",
            Self::AtMost => "at_most",
        }
    }
}

/// Where an attribute of a claim was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Said in the statement itself.
    Explicit,
    /// Taken over from a heading, a table head or an earlier statement.
    Context,
    /// Taken from the document, because the statement names none.
    Default,
}

/// Where a claim's attributes were found; `None` for an attribute that is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimFound {
    /// For [`Claim::years`].
    pub years: Option<Found>,
    /// For [`Claim::place`].
    pub place: Option<Found>,
    /// For [`Claim::measure`].
    pub measure: Option<Found>,
}

/// A rate or a count together with what it is about. What the text does not say stays empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The words that state the value: `span` of the statement's text.
    pub quote: String,
    /// Where the quote stands in the statement's text, in bytes.
    pub span: ByteSpan,
    /// The value in `unit`; the lower bound of a range.
    pub value: f64,
    /// The upper bound of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_max: Option<f64>,
    /// The unit of `value`.
    pub unit: Unit,
    /// The N of [`Unit::PerN`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<u64>,
    /// The X of "X ud af Y" in digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numerator: Option<f64>,
    /// The Y of "X ud af Y" in digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denominator: Option<f64>,
    /// The counted noun as written, for [`Unit::Count`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noun: Option<String>,
    /// What the value is meant as.
    pub role: Role,
    /// How exactly it is given.
    pub approx: Approx,
    /// The calendar years the value is about, sorted.
    pub years: Vec<Year>,
    /// The place the value is about.
    pub place: Option<Place>,
    /// The measure's key, as in the table of measures.
    pub measure: Option<String>,
    /// The area of law or group the measure is narrowed to, as in the table of measures.
    pub area: Option<String>,
    /// Where years, place and measure were found.
    pub found: ClaimFound,
}
