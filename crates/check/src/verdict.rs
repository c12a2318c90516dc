//! What became of a claim: verdict, candidates, warnings.

use belaeg_model::{Claim, Language};

use crate::figure::Figure;
use crate::reason::Reason;

/// A claim held against figures. Never true or false: figures have definitions, and claims are short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// The figure of the same measure, area, denominator, place and period is the one that is claimed.
    Matches,
    /// It is another one.
    Deviates,
    /// Which figure is meant is not certain, and those that may be do not agree.
    Undecidable,
    /// There is no official figure for it here.
    NoFigure,
}

impl Verdict {
    /// The words for people.
    pub fn label(self, language: Language) -> &'static str {
        match self {
            Self::Matches => language.pick("matches", "stemmer"),
            Self::Deviates => language.pick("deviates", "afviger"),
            Self::Undecidable => language.pick("cannot be decided", "kan ikke afgøres"),
            Self::NoFigure => language.pick("no official source", "ingen officiel kilde"),
        }
    }

    /// The name used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matches => "matches",
            Self::Deviates => "deviates",
            Self::Undecidable => "undecidable",
            Self::NoFigure => "no_figure",
        }
    }
}

/// What a reader has to know beside the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Warning {
    /// Fewer than 20 cases: one case moves the share by many points.
    FewCases,
    /// No case was decided: there is no share, not one of 0.
    NoCases,
    /// The years that are compared lie on both sides of a break in the series.
    SeriesBreak,
    /// The official figure has had several values.
    Revised,
    /// The claim's denominator is another one.
    OtherDenominator,
    /// Percent is said where percentage points are meant.
    PercentVsPoints,
    /// The year named is that of publication, not of the data.
    PublicationYear,
    /// The claim does not name its area of law.
    AreaUnnamed,
    /// The claim or the figure is about several years.
    MultiYear,
}

impl Warning {
    /// In words, for a share of so many cases.
    pub fn sentence(self, cases: Option<u64>, language: Language) -> String {
        let words = match self {
            Self::FewCases => return few_cases(cases, language),
            Self::NoCases => language.pick("no case was decided", "ingen sager blev afgjort"),
            Self::SeriesBreak => language.pick(
                "the years lie on both sides of a break in the series",
                "årene ligger på hver sin side af et brud i serien",
            ),
            Self::Revised => language.pick("the figure has been revised", "tallet er blevet rettet"),
            Self::OtherDenominator => {
                language.pick("the share is taken of something else", "andelen er taget af noget andet")
            }
            Self::PercentVsPoints => language.pick(
                "percent is said where percentage points are meant",
                "der står procent, hvor der menes procentpoint",
            ),
            Self::PublicationYear => {
                language.pick("the year is that of publication", "året er udgivelsesåret")
            }
            Self::AreaUnnamed => language.pick("the area of law is not named", "området er ikke nævnt"),
            Self::MultiYear => language.pick("it is about several years", "det gælder flere år"),
        };
        words.to_owned()
    }

    /// The name used in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FewCases => "few_cases",
            Self::NoCases => "no_cases",
            Self::SeriesBreak => "series_break",
            Self::Revised => "revised",
            Self::OtherDenominator => "other_denominator",
            Self::PercentVsPoints => "percent_vs_points",
            Self::PublicationYear => "publication_year",
            Self::AreaUnnamed => "area_unnamed",
            Self::MultiYear => "multi_year",
        }
    }
}

fn few_cases(cases: Option<u64>, language: Language) -> String {
    let Some(cases) = cases.filter(|n| *n > 0) else {
        return language.pick("few cases", "få sager").to_owned();
    };
    let points = (100 + cases / 2) / cases;
    match language {
        Language::English => format!("few cases ({cases}): one case moves it by about {points} points"),
        Language::Danish => {
            format!("få sager ({cases}): én sag flytter det med omkring {points} procentpoint")
        }
    }
}

/// Below this many cases a share moves by five points and more with one of them.
pub(crate) const FEW_CASES: u64 = 20;

/// A figure that a claim was held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate<'f> {
    /// The figure.
    pub figure: &'f Figure,
    /// Whether the claim's words and the rounding of both allow this figure.
    pub fits: bool,
    /// The claim's value less the figure's, in the claim's unit.
    pub difference: f64,
    /// How far they may lie apart in the direction in which they do; infinite where the words give no end ("over").
    pub tolerance: f64,
}

/// A claim with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Check<'c, 'f> {
    /// The claim.
    pub claim: &'c Claim,
    /// What became of it.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// What it was or could be held against, the nearest in meaning first.
    pub candidates: Vec<Candidate<'f>>,
    /// In the order of their names above, each once.
    pub warnings: Vec<Warning>,
    /// How many cases the share is taken of, where a figure tells.
    pub cases: Option<u64>,
}

impl<'f> Candidate<'f> {
    /// A figure beside a claim of the same unit and the interval that its words allow. The rounding of both counts: 51 fits 50.6, and 50.6 does not fit 52.
    pub(crate) fn new(claim: &Claim, (low, high): (f64, f64), figure: &'f Figure) -> Self {
        let rounding = figure.rounding();
        // Intervals that only touch do not meet, but for words such as "knap 50" that include their end.
        let exact = claim.approx == belaeg_model::Approx::Exact;
        let slack = if exact { -SAME } else { SAME };
        let fits = figure.value + rounding + slack > low && figure.value - rounding - slack < high;
        let nearest =
            figure.value.clamp(claim.value, claim.value_max.unwrap_or(claim.value).max(claim.value));
        let tolerance = if figure.value >= nearest { high - nearest } else { nearest - low };
        Self { figure, fits, difference: nearest - figure.value, tolerance: tolerance.max(0.0) + rounding }
    }
}

/// Two values that lie nearer than this are the same.
const SAME: f64 = 1e-9;
