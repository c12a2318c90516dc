//! Why a verdict is what it is, as one sentence.

use belaeg_model::Language;

use crate::definitions::{area_label, definition};
use crate::figure::Figure;
use crate::verdict::{Candidate, Check};

/// Why a verdict is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The statement does not say what is measured, or it is no measure of the table.
    NoMeasure,
    /// There are no official figures of the measure here.
    NoFigures,
    /// There are none in the claim's unit.
    OtherUnit,
    /// There is none for the place, area and period.
    NoCell,
    /// The figure is the claim's.
    Fits,
    /// Which figure is meant is not certain, but all that may be are the claim's.
    AllFit,
    /// The figure is another one.
    Differs,
    /// What is measured is only implied by the area, and the figure is another.
    MeasureImplied,
    /// The year may be that of the decision or the one it is for.
    YearOfDecision,
    /// The figure has been replaced by another.
    Replaced,
    /// The text denies the number, or it is the share of the others.
    Negated,
    /// Which of several concepts is meant is not said.
    ConceptUnnamed,
    /// The place is not named.
    PlaceUnnamed,
    /// The place is only that of the document, and the text does not speak of itself.
    PlaceAssumed,
    /// The area of law is not named.
    AreaUnnamed,
    /// The area that is named is none that figures are counted for.
    AreaUnspecific,
    /// Several areas are named, and which is meant is not certain.
    AreaUncertain,
    /// The year is not named.
    YearUnnamed,
    /// There are figures for other periods only.
    OtherPeriod,
    /// There are figures for other areas only.
    OtherArea,
    /// The only value is no official one.
    NoBasis,
    /// The year is the one of publication; its figure was not there yet.
    PublicationYear,
    /// The share is taken of something else.
    OtherDenominator,
    /// Another population or concept is meant.
    OtherPopulation,
    /// No case was decided.
    NoCases,
    /// The number was read from a picture and may be another.
    Doubtful,
}

impl Reason {
    /// The sentence for a claim with this reason.
    pub fn sentence(self, check: &Check<'_, '_>, language: Language) -> String {
        let first = check.candidates.first();
        let figure = || first.map(|c| name(c.figure)).unwrap_or_default();
        let pick = |en: &str, da: &str| language.pick(en, da).to_owned();
        match self {
            Self::Fits => language.pick("the figure is ", "tallet er ").to_owned() + &figure(),
            Self::Differs => differs(check, first, language),
            Self::AllFit => {
                pick("every figure that may be meant fits, ", "alle tal, der kan være ment, passer, ")
                    + &figure()
            }
            Self::NoMeasure => pick(
                "the text names nothing that there are official figures of",
                "teksten nævner ikke noget, der findes officielle tal for",
            ),
            Self::NoFigures => {
                pick("there are no official figures of this", "der er ingen officielle tal for det her")
            }
            Self::OtherUnit => {
                pick("the official figures are in another unit", "de officielle tal er i en anden enhed")
            }
            Self::NoCell => pick(
                "there is no official figure for this place, area and period",
                "der er intet officielt tal for dette sted, område og tidsrum",
            ),
            Self::MeasureImplied => pick(
                "the text does not name what is measured, and the figure of the area is another",
                "teksten nævner ikke, hvad der er målt, og områdets tal er et andet",
            ),
            Self::YearOfDecision => pick(
                "the year may be that of the decision or the one it is for, and the figure is another",
                "året kan være beslutningens eller det, den gælder for, og tallet er et andet",
            ),
            Self::Replaced => pick(
                "the figure has been replaced by another since",
                "tallet er siden blevet afløst af et andet",
            ),
            Self::Negated => pick(
                "the text denies the number, or it is the share of the others",
                "teksten benægter tallet, eller det er andelen af de andre",
            ),
            Self::ConceptUnnamed => pick(
                "the text does not say which of several concepts it means, and the figure is another",
                "teksten siger ikke, hvilket af flere begreber den mener, og tallet er et andet",
            ),
            Self::PlaceUnnamed => pick("the place is not named", "stedet er ikke nævnt"),
            Self::PlaceAssumed => pick(
                "the text does not name the place, and the figure of the document's own place is another",
                "teksten nævner ikke stedet, og tallet for dokumentets eget sted er et andet",
            ),
            Self::AreaUnnamed => pick(
                "the area is not named, and the figures of the areas do not agree",
                "området er ikke nævnt, og tallene for områderne er ikke enige",
            ),
            Self::AreaUnspecific => pick(
                "the area named may be several of those that figures are counted for",
                "det nævnte område kan være flere af dem, der opgøres tal for",
            ),
            Self::AreaUncertain => pick(
                "the area is not the only one that the sentence names, and its figure is another",
                "området er ikke det eneste, sætningen nævner, og dets tal er et andet",
            ),
            Self::YearUnnamed => pick(
                "the year is not named, and the figures of the years do not agree",
                "året er ikke nævnt, og årenes tal er ikke enige",
            ),
            Self::OtherPeriod => {
                pick("there are figures for other periods only", "der er kun tal for andre tidsrum")
            }
            Self::OtherArea => {
                pick("there are figures for other areas only", "der er kun tal for andre områder")
            }
            Self::NoBasis => pick(
                "the only value that was found is no official one",
                "den eneste værdi, der er fundet, er ikke officiel",
            ),
            Self::PublicationYear => pick(
                "the year named is that of publication, in which its figure was not there yet",
                "det nævnte år er udgivelsesåret, hvor årets tal ikke fandtes endnu",
            ),
            Self::OtherDenominator => other_denominator(check, language),
            Self::OtherPopulation => pick(
                "another population or concept is meant than the one the figures count",
                "der menes en anden gruppe eller et andet begreb end det, tallene opgør",
            ),
            Self::NoCases => pick(
                "no case was decided, so that there is no share; that is not 0 %",
                "ingen sager blev afgjort, så der findes ingen andel; det er ikke 0 %",
            ),
            Self::Doubtful => pick(
                "the number was read from a picture and may be another",
                "tallet er læst i et billede og kan være et andet",
            ),
        }
    }
}

fn differs(check: &Check<'_, '_>, first: Option<&Candidate<'_>>, language: Language) -> String {
    let Some(candidate) = first else { return String::new() };
    let by = danish(candidate.difference.abs(), 2);
    let way = match (candidate.difference > 0.0, language) {
        (true, Language::English) => "above",
        (false, Language::English) => "below",
        (true, Language::Danish) => "over",
        (false, Language::Danish) => "under",
    };
    let figure = name(candidate.figure);
    let value = &check.claim.quote;
    match language {
        Language::English => format!("the figure is {figure}; {value} is {by} {way} it"),
        Language::Danish => format!("tallet er {figure}; {value} er {by} {way}"),
    }
}

fn other_denominator(check: &Check<'_, '_>, language: Language) -> String {
    let definition = check.claim.measure.as_deref().and_then(definition);
    let usual = definition.map(|d| d.denominator.as_str()).unwrap_or_default();
    match language {
        Language::English => format!("the share is taken of something else than the official one ({usual})"),
        Language::Danish => format!("andelen er taget af noget andet end den officielle ({usual})"),
    }
}

/// "52 % (Hele landet, 2020, boernehandicap; Omgørelsesprocenter i 2020)".
fn name(figure: &Figure) -> String {
    let area = if figure.area == "alle" { String::new() } else { format!(", {}", area_label(&figure.area)) };
    format!("{figure} ({}, {}{area}; {})", figure.place.name(), figure.period, figure.source.name)
}

/// A number with a decimal comma and no more than `decimals`.
pub(crate) fn danish(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('.', ",")
}
