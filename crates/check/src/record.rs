//! What is told about a checked statement: one JSON object, the same for the command line and the API.

use belaeg_model::{ByteSpan, Language, Place, Unit, Year};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::arithmetic::Arithmetic;
use crate::check::check;
use crate::comparison::Comparison;
use crate::verdict::{Candidate, Check, Verdict};
use crate::{About, FigureSet, Passage, Reason, arithmetic, comparisons, definition};

/// A statement with everything that was checked in it.
#[derive(Clone, Debug)]
pub struct Report<'c, 'f> {
    /// Its reported rates.
    pub checks: Vec<Check<'c, 'f>>,
    /// What can be calculated in it.
    pub arithmetic: Vec<Arithmetic>,
    /// What it compares in words.
    pub comparisons: Vec<Comparison<'f>>,
}

impl<'c, 'f> Report<'c, 'f> {
    /// Checks everything in a statement.
    pub fn new(passage: &Passage<'c>, about: &About, figures: &'f FigureSet) -> Self {
        // Of several areas in a statement, the one nearest to a number need not be its own.
        let certain = |mut check: Check<'c, 'f>| {
            let by_area = check.claim.measure.as_deref().and_then(definition).is_some_and(|d| d.areas);
            if by_area && check.verdict == Verdict::Deviates && check.claim.area != about.area {
                (check.verdict, check.reason) = (Verdict::Undecidable, Reason::AreaUncertain);
            }
            check
        };
        Self {
            checks: passage.claims.iter().filter_map(|c| check(c, passage, figures)).map(certain).collect(),
            arithmetic: arithmetic(passage),
            comparisons: comparisons(passage, about, figures),
        }
    }

    /// Whether nothing in it can be checked.
    pub fn is_empty(&self) -> bool {
        self.checks.is_empty() && self.arithmetic.is_empty() && self.comparisons.is_empty()
    }
}

/// A rate with its verdict, as JSON.
#[derive(Debug, Serialize)]
pub struct CheckRecord<'a> {
    /// The words that state the value.
    pub quote: &'a str,
    /// Where they stand in the statement's text, in bytes.
    pub span: ByteSpan,
    /// The value in `unit`.
    pub value: f64,
    /// The upper bound of a range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value_max: Option<f64>,
    /// The unit.
    pub unit: Unit,
    /// The claim's measure.
    pub measure: Option<&'a str>,
    /// The claim's area.
    pub area: Option<&'a str>,
    /// The claim's place.
    pub place: Option<Place>,
    /// The claim's years.
    pub years: &'a [Year],
    /// `matches`, `deviates`, `undecidable` or `no_figure`.
    pub verdict: &'static str,
    /// Why, in one sentence.
    pub because: String,
    /// What it was or could be held against.
    pub candidates: Vec<CandidateRecord<'a>>,
    /// What a reader has to know.
    pub warnings: Vec<&'static str>,
    /// How many cases the share is taken of, where a figure tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<u64>,
}

impl<'a> CheckRecord<'a> {
    /// The record of a check, its sentence in this language.
    pub fn new(check: &'a Check<'_, 'a>, language: Language) -> Self {
        let claim = check.claim;
        Self {
            quote: &claim.quote,
            span: claim.span,
            value: claim.value,
            value_max: claim.value_max,
            unit: claim.unit,
            measure: claim.measure.as_deref(),
            area: claim.area.as_deref(),
            place: claim.place,
            years: &claim.years,
            verdict: check.verdict.as_str(),
            because: check.reason.sentence(check, language),
            candidates: check.candidates.iter().map(CandidateRecord::new).collect(),
            warnings: check.warnings.iter().map(|w| w.as_str()).collect(),
            cases: check.cases,
        }
    }
}

/// A figure beside a claim, as JSON.
#[derive(Debug, Serialize)]
pub struct CandidateRecord<'a> {
    /// The figure's value.
    pub value: f64,
    /// Its unit, as in the tables of figures.
    pub unit: &'static str,
    /// Its measure, as in the tables of figures.
    pub measure: &'a str,
    /// Its area.
    pub area: &'a str,
    /// Its place.
    pub place: Place,
    /// Its period.
    pub period: String,
    /// How many cases it is a share of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cases: Option<u64>,
    /// Where it comes from.
    pub source: SourceRecord<'a>,
    /// The claim's value less this one.
    pub difference: f64,
    /// How far they may lie apart; none where the words give no end.
    pub tolerance: Option<f64>,
    /// When another value took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_at: Option<Timestamp>,
    /// Whether it is the claim's.
    pub fits: bool,
    /// What a reader has to know to use it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'a str>,
}

/// Where a figure comes from, as JSON.
#[derive(Debug, Serialize)]
pub struct SourceRecord<'a> {
    /// The name of the source.
    pub name: &'a str,
    /// Its address.
    pub url: Option<&'a str>,
    /// `official`, `kommune-quoting-official` or `news-quoting-official`.
    pub standing: &'static str,
    /// When it was published.
    pub published: Option<Date>,
    /// When it was taken over.
    pub retrieved_at: Option<Timestamp>,
}

impl<'a> CandidateRecord<'a> {
    fn new(candidate: &Candidate<'a>) -> Self {
        let figure = candidate.figure;
        let source = &figure.source;
        Self {
            value: figure.value,
            unit: figure.unit.as_str(),
            measure: &figure.measure,
            area: &figure.area,
            place: figure.place,
            period: figure.period.to_string(),
            cases: figure.cases,
            source: SourceRecord {
                name: &source.name,
                url: source.url.as_deref(),
                standing: source.standing.as_str(),
                published: source.published,
                retrieved_at: source.retrieved_at,
            },
            difference: plain(candidate.difference),
            tolerance: Some(plain(candidate.tolerance)).filter(|t| t.is_finite()),
            replaced_at: figure.replaced_at,
            fits: candidate.fits,
            note: figure.note.as_deref(),
        }
    }
}

/// Without the dust of binary fractions.
fn plain(value: f64) -> f64 {
    const SMALLEST: f64 = 1e6;
    let rounded = (value * SMALLEST).round() / SMALLEST;
    if rounded == 0.0 { 0.0 } else { rounded }
}

/// What was calculated in a statement, as JSON.
#[derive(Debug, Serialize)]
pub struct ArithmeticRecord {
    /// `consistent`, `inconsistent` or `not_checkable`.
    pub verdict: &'static str,
    /// Why, in one sentence.
    pub because: String,
    /// `percent_vs_points` or none.
    pub warnings: Vec<&'static str>,
    /// From the first to the last of the numbers, in bytes of the statement's text.
    pub span: ByteSpan,
}

impl ArithmeticRecord {
    /// The record, its sentence in this language.
    pub fn new(arithmetic: &Arithmetic, language: Language) -> Self {
        Self {
            verdict: arithmetic.agreement.as_str(),
            because: arithmetic.because(language),
            warnings: arithmetic.warnings.iter().map(|w| w.as_str()).collect(),
            span: arithmetic.span,
        }
    }
}

/// A comparison in words with its verdict, as JSON.
#[derive(Debug, Serialize)]
pub struct ComparisonRecord {
    /// `matches`, `deviates` or `undecidable`.
    pub verdict: &'static str,
    /// Why, in one sentence.
    pub because: String,
    /// What a reader has to know.
    pub warnings: Vec<&'static str>,
}

impl ComparisonRecord {
    /// The record, its sentence in this language.
    pub fn new(comparison: &Comparison<'_>, language: Language) -> Self {
        Self {
            verdict: comparison.verdict.as_str(),
            because: comparison.because(language),
            warnings: comparison.warnings.iter().map(|w| w.as_str()).collect(),
        }
    }
}
