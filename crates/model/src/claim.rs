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

impl Found {
    /// The name used in JSON and in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Explicit => "explicit",
            Self::Context => "context",
            Self::Default => "default",
        }
    }
}

/// What made a number of the text a claim.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// A number with its unit: "28,9 %", "4,2 pr. 1.000 indbyggere".
    #[default]
    Written,
    /// A number that takes the unit of another: "12 og 15 %", "mod 31 i 2017".
    Shared,
    /// A number behind a noun or label that carries the unit: "omgørelsesprocenten er 33".
    Label,
    /// A share in words: "hver tredje", "tre ud af fire".
    Fraction,
    /// "26 ud af 13.244".
    OutOf,
    /// A number with the noun that it counts.
    Counted,
    /// A cell of a table, with what its heads say.
    Cell,
}

impl Rule {
    /// Every rule.
    pub const ALL: [Self; 7] =
        [Self::Written, Self::Shared, Self::Label, Self::Fraction, Self::OutOf, Self::Counted, Self::Cell];

    /// The name used in JSON and in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Shared => "shared",
            Self::Label => "label",
            Self::Fraction => "fraction",
            Self::OutOf => "out_of",
            Self::Counted => "counted",
            Self::Cell => "cell",
        }
    }
}

/// How a claim was found, and where its attributes were; `None` for an attribute that is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimFound {
    /// For [`Claim::years`].
    pub years: Option<Found>,
    /// For [`Claim::place`].
    pub place: Option<Found>,
    /// For [`Claim::measure`].
    pub measure: Option<Found>,
    /// What made the number a claim.
    pub rule: Rule,
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
    /// The value can hardly be meant as it stands: a share above all there is. Kept for a reader to judge.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out_of_range: bool,
    /// The number was read from a picture in which it can be read otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub doubtful: bool,
    /// How it was found, and where years, place and measure were.
    pub found: ClaimFound,
}

/// How far "ca." and "omkring" reach to either side, as a part of the value ...
const ABOUT: f64 = 0.05;
/// ... and at the least, in the claim's unit.
const ABOUT_AT_LEAST: f64 = 1.0;
/// How far "knap" and "næsten" reach down, "godt" and "lidt over" up, as a part of the value.
const NEARLY: f64 = 0.1;
/// How far a share in words ("hver tredje") reaches to either side, in points.
const WORDS: f64 = 3.0;

impl Claim {
    /// Whether a value of this unit and role is more than there can be.
    pub fn exceeds_range(unit: Unit, role: Role, value: f64) -> bool {
        let most = match unit {
            Unit::Percent | Unit::PercentagePoint => 100.0,
            Unit::Permille => 1000.0,
            Unit::PerN | Unit::Count => return false,
        };
        // A rise may be of any size.
        value > most && (role != Role::Change || unit == Unit::PercentagePoint)
    }

    /// The values that the words allow, from and to, in the claim's unit. What is printed is known to half a unit of its last
    /// digit; "ca." means 5 % of the value and at least 1 to either side; "knap" up to 10 % less, "godt" up to 10 % more; a
    /// share in words 3 points to either side; "over" has no end.
    pub fn interval(&self) -> (f64, f64) {
        let (low, high) = (self.value, self.value_max.unwrap_or(self.value));
        let half = match self.found.rule {
            Rule::Fraction => WORDS,
            Rule::OutOf | Rule::Counted => 0.0,
            _ => 0.5 * 0.1_f64.powi(self.decimals()),
        };
        let about = |value: f64| half.max(ABOUT * value.abs()).max(ABOUT_AT_LEAST);
        let nearly = |value: f64| half.max(NEARLY * value.abs());
        match self.approx {
            Approx::Exact => (low - half, high + half),
            Approx::About => (low - about(low), high + about(high)),
            Approx::JustUnder => (low - nearly(low), high),
            Approx::JustOver => (low, high + nearly(high)),
            Approx::Over | Approx::AtLeast => (low, f64::INFINITY),
            Approx::Under | Approx::AtMost => (f64::NEG_INFINITY, high),
        }
    }

    /// How many decimals the value is printed with.
    pub fn decimals(&self) -> i32 {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let written = match self.quote.rsplit_once(',') {
            Some((_, rest)) => digits(rest),
            // Some write a decimal point.
            None => self.value.to_string().split_once('.').map_or(0, |(_, rest)| digits(rest)),
        };
        i32::try_from(written.min(6)).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(quote: &str, value: f64, approx: Approx) -> Claim {
        Claim {
            quote: quote.to_owned(),
            span: ByteSpan::new(0, quote.len()),
            value,
            value_max: None,
            unit: Unit::Percent,
            per: None,
            numerator: None,
            denominator: None,
            noun: None,
            role: Role::Level,
            approx,
            years: Vec::new(),
            place: None,
            measure: None,
            area: None,
            out_of_range: false,
            doubtful: false,
            found: ClaimFound::default(),
        }
    }

    #[test]
    fn intervals_follow_the_words() {
        let near = |got: (f64, f64), want: (f64, f64)| {
            assert!(
                (got.0 == want.0 || (got.0 - want.0).abs() < 1e-9)
                    && (got.1 == want.1 || (got.1 - want.1).abs() < 1e-9),
                "{got:?}"
            );
        };
        near(claim("28,9 %", 28.9, Approx::Exact).interval(), (28.85, 28.95));
        near(claim("45 %", 45.0, Approx::Exact).interval(), (44.5, 45.5));
        near(claim("40 pct.", 40.0, Approx::About).interval(), (38.0, 42.0));
        near(claim("4 pct.", 4.0, Approx::About).interval(), (3.0, 5.0));
        near(claim("60 procent", 60.0, Approx::JustUnder).interval(), (54.0, 60.0));
        near(claim("60 procent", 60.0, Approx::JustOver).interval(), (60.0, 66.0));
        near(claim("90 %", 90.0, Approx::AtLeast).interval(), (90.0, f64::INFINITY));
        near(claim("4 %", 4.0, Approx::Under).interval(), (f64::NEG_INFINITY, 4.0));
        near(claim("4.2 %", 4.2, Approx::Exact).interval(), (4.15, 4.25));
        let half = Claim {
            found: ClaimFound { rule: Rule::Fraction, ..ClaimFound::default() },
            ..claim("halvdelen", 50.0, Approx::Exact)
        };
        near(half.interval(), (47.0, 53.0));
        let range = Claim { value_max: Some(15.0), ..claim("10-15 %", 10.0, Approx::Exact) };
        near(range.interval(), (9.5, 15.5));
    }

    #[test]
    fn more_than_all_is_out_of_range() {
        assert!(Claim::exceeds_range(Unit::Percent, Role::Level, 250.0));
        assert!(!Claim::exceeds_range(Unit::Percent, Role::Change, 250.0));
        assert!(!Claim::exceeds_range(Unit::Percent, Role::Level, 100.0));
        assert!(Claim::exceeds_range(Unit::PercentagePoint, Role::Change, 101.0));
        assert!(!Claim::exceeds_range(Unit::PerN, Role::Level, 250.0));
    }
}
