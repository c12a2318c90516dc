//! What the official figures mean, as data: which figures a claim is held against, areas, breaks, look-alikes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use belaeg_model::{ByteSpan, Language, Place, Year};
use serde::Deserialize;

use crate::figure::{Figure, Period};
use crate::words::{Phrase, Word};

/// What an official measure is, and which figures a claim of it is held against.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The measure of a claim.
    pub id: String,
    /// Words that name the measure where the claim's own is none or only "a share".
    #[serde(default)]
    words: Vec<Phrase>,
    /// Words that imply the measure where only an area is named.
    #[serde(default)]
    implied: Vec<Phrase>,
    /// Words that name it where the denominator is every decision of a kommune.
    #[serde(default)]
    outcomes: Vec<Phrase>,
    /// Whether figures can decide at all: the denominator of some measures is never said.
    #[serde(default = "yes")]
    pub comparable: bool,
    /// The measure of the figures.
    pub figures: String,
    /// The measure of the figures whose denominator is every case, rejected ones too.
    #[serde(default)]
    pub of_all: Option<String>,
    /// Measures of figures with that denominator that are parts of it.
    #[serde(default)]
    pub(crate) parts_of_all: Vec<String>,
    /// What is counted.
    pub numerator: String,
    /// What it is a share of.
    pub denominator: String,
    /// The measure of the figures that count the denominator.
    #[serde(default)]
    pub cases: Option<String>,
    /// The measure of the figures that count every case, rejected ones too.
    #[serde(default)]
    pub all_cases: Option<String>,
    /// How the source prints it.
    pub rounding: String,
    /// Whether the figures differ by area of law, so that a claim has to name it.
    #[serde(default)]
    pub areas: bool,
    /// Years from the end of the period until the figure is published.
    #[serde(default)]
    pub lag_years: Year,
    /// Whether months in the text are dates of something else.
    #[serde(default)]
    pub whole_years: bool,
    /// Words that say that another population or concept is meant.
    #[serde(default)]
    pub(crate) elsewhere: Vec<Phrase>,
    /// Words without one of which it is not certain that this concept is meant.
    #[serde(default)]
    pub(crate) needs: Vec<Phrase>,
    /// Whether it is decided in one year for the next, so that the year beside a change may be either.
    #[serde(default)]
    pub(crate) decided_ahead: bool,
    /// What it is easily mistaken for.
    #[serde(default)]
    pub look_alikes: Vec<String>,
}

fn yes() -> bool {
    true
}

/// What a claim's area covers in the figures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Area {
    id: String,
    covers: Vec<String>,
    kin: Vec<String>,
}

/// A year from which a series does not compare with the years before.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// The first year that does not compare with the one before.
    pub year: Year,
    measures: Vec<String>,
    areas: Vec<String>,
    da: String,
    en: String,
}

impl Break {
    /// Why, in one sentence.
    pub fn why(&self, language: Language) -> &str {
        language.pick(&self.en, &self.da)
    }

    /// Whether it lies between the first and the last of these years, for a measure in an area.
    pub(crate) fn parts(&self, measure: &str, area: Option<&str>, years: (Year, Year)) -> bool {
        let concerns = |area: &str| self.areas.iter().any(|a| a == area);
        years.0 < self.year
            && self.year <= years.1
            && self.measures.iter().any(|m| m == measure)
            && (self.areas.is_empty() || area.is_some_and(concerns))
    }
}

/// A measure that is made of others.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Total {
    pub(crate) of: String,
    pub(crate) parts: Vec<String>,
}

/// Measures of which every case has one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    parts: Vec<String>,
}

/// A cell whose values are no basis for a verdict.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoBasis {
    measure: String,
    area: String,
    place: Place,
    #[serde(deserialize_with = "period")]
    period: Period,
}

fn period<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// Kommuner that are compared with each other.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    pub(crate) words: Vec<Phrase>,
    pub(crate) places: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    never_above_100: Vec<String>,
    labels: BTreeMap<String, String>,
    measure: Vec<Definition>,
    area: Vec<Area>,
    total: Vec<Total>,
    whole: Vec<Whole>,
    no_basis: Vec<NoBasis>,
    group: Vec<Group>,
    #[serde(rename = "break")]
    breaks: Vec<Break>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/definitions.toml"))
        .expect("data/definitions.toml is compiled in and covered by a test")
});

/// The definition of a claim's measure, if there are official figures of it.
pub fn definition(measure: &str) -> Option<&'static Definition> {
    TABLE.measure.iter().find(|d| d.id == measure)
}

/// The measure that words name, and where the nearest of them stands to `at`; for claims whose own measure says nothing.
pub(crate) fn named(words: &[Word<'_>], at: ByteSpan) -> Option<&'static Definition> {
    let distance = |span: ByteSpan| {
        if span.start >= at.end { span.start - at.end } else { at.start.saturating_sub(span.end) }
    };
    let nearest = |d: &'static Definition| {
        let spans = d.words.iter().flat_map(|phrase| phrase.find_all(words));
        spans.map(distance).min().map(|distance| (distance, d))
    };
    TABLE.measure.iter().filter_map(nearest).min_by_key(|(distance, _)| *distance).map(|(_, d)| d)
}

/// The measure that an area of law and words such as "landsgennemsnittet" imply.
pub(crate) fn implied(words: &[Word<'_>]) -> Option<&'static Definition> {
    TABLE.measure.iter().find(|d| d.implied.iter().any(|p| p.stands_in(words)))
}

/// The measure whose outcome the words name.
pub(crate) fn of_outcome(words: &[Word<'_>]) -> Option<&'static Definition> {
    TABLE.measure.iter().find(|d| d.outcomes.iter().any(|p| p.stands_in(words)))
}

/// The measures that are made of others.
pub(crate) fn totals() -> &'static [Total] {
    &TABLE.total
}

/// Whether these measures are all the outcomes that a case can have.
pub(crate) fn is_whole(measures: &[&str]) -> bool {
    TABLE.whole.iter().any(|whole| whole.parts.iter().all(|part| measures.contains(&part.as_str())))
}

/// Whether a share of this measure cannot be more than 100 percent.
pub(crate) fn is_never_above_100(measure: &str) -> bool {
    TABLE.never_above_100.iter().any(|m| m == measure)
}

/// Whether the figure's cell is no basis for a verdict.
pub(crate) fn is_no_basis(figure: &Figure) -> bool {
    let same = |cell: &NoBasis| {
        cell.measure == figure.measure
            && cell.area == figure.area
            && cell.place == figure.place
            && cell.period == figure.period
    };
    TABLE.no_basis.iter().any(same)
}

/// The Danish name of an area of figures; its key where it has none.
pub fn area_label(area: &str) -> &str {
    TABLE.labels.get(area).map_or(area, String::as_str)
}

/// The groups of kommuner.
pub(crate) fn groups() -> &'static [Group] {
    &TABLE.group
}

/// The breaks between two years of the series of a claim's measure in an area.
pub fn breaks_between(
    measure: &str,
    area: &str,
    years: (Year, Year),
) -> impl Iterator<Item = &'static Break> {
    breaks().iter().filter(move |b| b.parts(measure, Some(area), years))
}

/// The breaks of every series.
pub(crate) fn breaks() -> &'static [Break] {
    &TABLE.breaks
}

/// The areas of figures that a claim's area may be, and those that are nearly the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Areas<'a> {
    /// The claim is about one of these.
    pub(crate) covers: Vec<&'a str>,
    /// Shown beside them.
    pub(crate) kin: Vec<&'a str>,
}

impl<'a> Areas<'a> {
    /// Of the area that a claim names.
    pub(crate) fn of(area: &'a str) -> Self {
        let strings = |all: &'static [String]| all.iter().map(String::as_str).collect();
        match TABLE.area.iter().find(|a| a.id == area) {
            Some(area) => Self { covers: strings(&area.covers), kin: strings(&area.kin) },
            None => Self { covers: vec![area], kin: Vec::new() },
        }
    }

    /// The one area that is meant, if it is only one.
    pub(crate) fn only(&self) -> Option<&'a str> {
        if let [area] = self.covers[..] { Some(area) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(definition("omgoerelsesprocent").map(|d| d.areas), Some(true));
        assert!(definition("andel_oevrig").is_none());
        assert_eq!(Areas::of("boernehandicap").only(), Some("boernehandicap"));
        assert_eq!(Areas::of("beskaeftigelse").only(), None);
        for b in breaks() {
            for measure in &b.measures {
                assert!(definition(measure).is_some(), "{measure}");
            }
        }
    }

    #[test]
    fn breaks_lie_between_years() {
        let parted = |area, years| {
            let hit = |b: &&Break| b.parts("omgoerelsesprocent", area, years);
            breaks().iter().filter(hit).map(|b| b.year).collect::<Vec<_>>()
        };
        assert_eq!(parted(Some("boernehandicap"), (2020, 2021)), [2021]);
        assert_eq!(parted(Some("boernehandicap"), (2016, 2018)), [0_i16; 0]);
        assert_eq!(parted(Some("voksenhandicap"), (2017, 2018)), [2018]);
        assert_eq!(parted(None, (2021, 2022)), [0_i16; 0]);
    }
}
