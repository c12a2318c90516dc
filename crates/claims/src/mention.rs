//! A number that reports a rate or a count, before it is known what it is about.

use belaeg_model::{Rule, Unit};

/// How the value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// With its unit beside it.
    Written,
    /// The unit stands at a number after or before it.
    Shared,
    /// The unit is in a noun before it.
    Implied,
    /// "halvdelen", "hver tredje", "tre ud af fire".
    WordFraction,
    /// "26 ud af 13.244".
    Ratio,
    /// A count.
    Count,
}

impl Form {
    /// What it is called where the claim is shown.
    pub(crate) fn rule(self) -> Rule {
        match self {
            Self::Written => Rule::Written,
            Self::Shared => Rule::Shared,
            Self::Implied => Rule::Label,
            Self::WordFraction => Rule::Fraction,
            Self::Ratio => Rule::OutOf,
            Self::Count => Rule::Counted,
        }
    }
}

/// A number in the statement that reports something. Token indexes are inclusive.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) value: f64,
    pub(crate) value_max: Option<f64>,
    pub(crate) unit: Unit,
    pub(crate) per: Option<u64>,
    pub(crate) ratio: Option<(f64, f64)>,
    pub(crate) noun: Option<String>,
    pub(crate) form: Form,
}

impl Mention {
    pub(crate) fn new(first: usize, last: usize, value: f64, unit: Unit, form: Form) -> Self {
        Self { first, last, value, value_max: None, unit, per: None, ratio: None, noun: None, form }
    }

    /// A stand-in for the numbers under a head of `len` tokens: it follows them all.
    pub(crate) fn head(len: usize) -> Self {
        Self::new(len, len, 0.0, Unit::Percent, Form::Implied)
    }
}
