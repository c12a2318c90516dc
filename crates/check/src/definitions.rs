//! What the official figures mean, as data: which figures a claim is held against, areas, breaks, look-alikes.

use std::sync::LazyLock;

use belaeg_model::{Language, Year};
use serde::Deserialize;

use crate::words::Phrase;

/// What an official measure is, and which figures a claim of it is held against.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// The measure of a claim.
    pub id: String,
    /// The measure of the figures.
    pub figures: String,
    /// The measure of the figures whose denominator is every case, rejected ones too.
    #[serde(default)]
    pub of_all: Option<String>,
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
    /// What it is easily mistaken for.
    #[serde(default)]
    pub look_alikes: Vec<String>,
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

    /// Whether it lies between the first and the last of these years, for a measure in an area; a claim that names none
    /// may be of any.
    pub(crate) fn parts(&self, measure: &str, area: Option<&str>, years: (Year, Year)) -> bool {
        let concerns = |area: &str| self.areas.is_empty() || self.areas.iter().any(|a| a == area);
        years.0 < self.year
            && self.year <= years.1
            && self.measures.iter().any(|m| m == measure)
            && area.is_none_or(concerns)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    measure: Vec<Definition>,
    area: Vec<Area>,
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
        assert_eq!(parted(Some("boernehandicap"), (2016, 2018)), []);
        assert_eq!(parted(Some("voksenhandicap"), (2017, 2018)), [2018]);
        assert_eq!(parted(None, (2021, 2022)), []);
    }
}
