//! The numbers of one statement held against each other: shares, movements, sums.
//!
//! Every number is known to half a unit of its last digit, and counts are exact. Where the words do not say how numbers
//! belong together, nothing is said.

mod change;
mod share;
mod sum;

use belaeg_model::{ByteSpan, Claim, Language, Role, Unit};

use crate::passage::Passage;
use crate::reason::danish;
use crate::verdict::Warning;

pub(crate) use share::restated;
pub(crate) use sum::total_measure;

/// Whether the numbers of a statement agree with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Agreement {
    /// They do, as far as they are printed.
    Consistent,
    /// They do not.
    Inconsistent,
    /// They belong together, but the text does not say enough.
    NotCheckable,
}

impl Agreement {
    /// The name used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Consistent => "consistent",
            Self::Inconsistent => "inconsistent",
            Self::NotCheckable => "not_checkable",
        }
    }

    /// The words for people.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Consistent => language.pick("adds up", "går op"),
            Self::Inconsistent => language.pick("does not add up", "går ikke op"),
            Self::NotCheckable => language.pick("cannot be calculated", "kan ikke regnes efter"),
        }
    }

    fn of(agrees: bool) -> Self {
        if agrees { Self::Consistent } else { Self::Inconsistent }
    }
}

/// What was calculated.
#[derive(Clone, Debug, PartialEq)]
pub enum Sum {
    /// So many of so many, and the share that is stated in percent.
    Share {
        /// The part.
        part: f64,
        /// The whole.
        whole: f64,
        /// What is stated, as printed.
        stated: String,
    },
    /// From one value to another, and what the words call it.
    Movement {
        /// The first value, as printed.
        from: String,
        /// The last value, as printed.
        to: String,
        /// Whether the words say that it rose.
        rises: bool,
    },
    /// From one value to another, and the change that is stated.
    Change {
        /// The first value, as printed.
        from: String,
        /// The last value, as printed.
        to: String,
        /// The change in percent of the first, from and to.
        percent: (f64, f64),
        /// The difference of the two.
        difference: f64,
        /// What is stated, as printed.
        stated: String,
    },
    /// Parts and the total that is stated, in percent or a number.
    Parts {
        /// The sum of the parts.
        sum: f64,
        /// What the total is or has to be.
        total: f64,
    },
    /// A share above all there is, in percent.
    AboveAll {
        /// As printed.
        stated: String,
    },
}

/// Numbers of a statement that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Arithmetic {
    /// Whether they agree.
    pub agreement: Agreement,
    /// What was calculated.
    pub sum: Sum,
    /// `percent_vs_points` or none.
    pub warnings: Vec<Warning>,
    /// From the first to the last of the numbers, in the statement's text.
    pub span: ByteSpan,
}

impl Arithmetic {
    fn new(agrees: bool, sum: Sum, claims: &[&Claim]) -> Self {
        let start = claims.iter().map(|c| c.span.start).min().unwrap_or_default();
        let end = claims.iter().map(|c| c.span.end).max().unwrap_or_default();
        Self { agreement: Agreement::of(agrees), sum, warnings: Vec::new(), span: ByteSpan::new(start, end) }
    }

    /// Why, as one sentence.
    pub fn because(&self, language: Language) -> String {
        let pick = |en: String, da: String| if language == Language::Danish { da } else { en };
        match &self.sum {
            Sum::Share { part, whole, stated } => {
                // Nothing is held against a whole of 0.
                let share = danish(100.0 * part / whole, 1);
                let (part, whole) = (danish(*part, 2), danish(*whole, 2));
                pick(
                    format!("{part} of {whole} is {share} %; the text says {stated}"),
                    format!("{part} af {whole} er {share} %; teksten siger {stated}"),
                )
            }
            Sum::Movement { from, to, rises } => pick(
                format!(
                    "from {from} to {to}; the text says that it {}",
                    if *rises { "rose" } else { "fell" }
                ),
                format!(
                    "fra {from} til {to}; teksten siger, at det {}",
                    if *rises { "steg" } else { "faldt" }
                ),
            ),
            Sum::Change { from, to, percent, difference, stated } => {
                let (low, high) = (danish(percent.0, 1), danish(percent.1, 1));
                let percent = if low == high { low } else { format!("{low}–{high}") };
                let by = danish(*difference, 2);
                pick(
                    format!(
                        "from {from} to {to} is {percent} % and a difference of {by}; the text says {stated}"
                    ),
                    format!(
                        "fra {from} til {to} er {percent} % og en forskel på {by}; teksten siger {stated}"
                    ),
                )
            }
            Sum::Parts { sum, total } => {
                let (sum, total) = (danish(*sum, 2), danish(*total, 2));
                pick(
                    format!("the parts make {sum}, the whole is {total}"),
                    format!("delene giver {sum}, det hele er {total}"),
                )
            }
            Sum::AboveAll { stated } => pick(
                format!("{stated} is more than all there is"),
                format!("{stated} er mere end alt, hvad der er"),
            ),
        }
    }
}

/// Everything in the statement that can be calculated, in the order of the text.
pub fn arithmetic(passage: &Passage<'_>) -> Vec<Arithmetic> {
    let mut found = share::shares(passage);
    found.extend(change::movements(passage));
    found.extend(change::distances(passage));
    found.extend(sum::totals(passage));
    found.extend(sum::counted(passage));
    found.extend(sum::wholes(passage));
    found.extend(sum::above_all(passage));
    found.sort_by_key(|a| (a.span.start, a.span.end));
    found
}

/// Whether the claim is a reported percentage.
fn is_share(claim: &Claim) -> bool {
    claim.unit == Unit::Percent && claim.role == Role::Level
}

/// Whether two claims can be about the same years and place: what one leaves out is no difference.
fn same_setting(a: &Claim, b: &Claim) -> bool {
    let years = a.years == b.years || a.years.is_empty() || b.years.is_empty();
    years && (a.place == b.place || a.place.is_none() || b.place.is_none())
}

/// Two values that lie nearer than this are the same.
const SAME: f64 = 1e-9;

/// Whether two intervals meet; their ends belong to them.
fn meet(a: (f64, f64), b: (f64, f64)) -> bool {
    a.0 <= b.1 + SAME && b.0 <= a.1 + SAME
}
