//! What the words of a heading, a caption or a table's head say about the numbers under them.

use belaeg_model::place::PlaceKind;
use belaeg_model::{Claim, Found, Place, Role, Unit, Year};

use crate::lexicon::Class;
use crate::mention::Mention;
use crate::sentence::Sentence;
use crate::unit::{per_n_at, unit_at, unit_in_noun};
use crate::{Context, measure, places, times, words};

/// What the words of a head or caption say about the numbers under it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) unit: Option<(Unit, Option<u64>)>,
    pub(crate) noun: Option<String>,
    /// Whether the numbers are counts of the noun: "Antal sager", "Afgjorte klager".
    pub(crate) counts: bool,
    pub(crate) years: Vec<Year>,
    pub(crate) place: Option<Place>,
    pub(crate) measure: Option<String>,
    /// The measure of rises and falls under it.
    pub(crate) moved: Option<String>,
    pub(crate) area: Option<String>,
    /// Whether the numbers are shares of something that is said.
    pub(crate) share: bool,
    pub(crate) role: Option<Role>,
    /// Whether the years under it are the ones in which school years end: "Elevfravær (skoleår, slutår)".
    pub(crate) school_year_ends: bool,
}

impl Head {
    pub(crate) fn of(words: &str, context: &Context) -> Self {
        let mut s = Sentence::new(words);
        let unit = unit_of(&s);
        let years = times::find_times(&mut s, context.published, &[]);
        let places = places::places_of(&s, context.place);
        let whole = Mention::head(s.len());
        let mut measures = measure::named(&s, &whole);
        let noun = (0..s.len()).rev().map(|k| s.word(k)).find(|w| words::looks_counted(w)).map(str::to_owned);
        let counts = (0..s.len()).any(|k| s.word(k).starts_with("antal"))
            || unit.is_none() && (noun.as_deref().is_some_and(is_case_noun) || is_lone_participle(&s));
        let role = (0..s.len()).find_map(|k| match s.word(k) {
            "mål" | "måltal" | "målsætning" | "krav" => Some(Role::Target),
            "prognose" | "forventet" | "skøn" | "budget" => Some(Role::Forecast),
            "ændring" | "ændringer" | "udvikling" | "forskel" | "stigning" | "fald" | "vækst" => {
                Some(Role::Change)
            }
            // "CO2-reduktion siden 1990".
            word if word.ends_with("reduktion") => Some(Role::Change),
            _ => None,
        });
        // "Ændring i procent" heads rises and falls, "Ændret eller ophævet" decisions.
        if role == Some(Role::Change) && measures.measure.as_deref() == Some("aendringsprocent") {
            measures.measure = None;
        }
        // "Andel sager afgjort til tiden" says of what, "Andel" alone does not.
        let share = (0..s.len())
            .any(|k| s.word(k).starts_with("andel") && s.tokens.get(k + 1).is_some_and(|t| t.is_word()));
        let mut all: Vec<Year> = years.into_iter().flat_map(|t| t.years).collect();
        all.sort_unstable();
        all.dedup();
        Self {
            unit,
            noun,
            counts,
            years: all,
            // "Varde" alone in a cell is the kommune, though it is a word too.
            place: named_place(&places).or_else(|| lone_name(words)),
            measure: measures.measure,
            moved: measures.moved,
            area: measures.area,
            share,
            role,
            school_year_ends: (0..s.len()).any(|k| s.word(k) == "slutår"),
        }
    }

    /// What this head says, and what `other` says where it is silent.
    pub(crate) fn or(&self, other: &Self) -> Self {
        let unit = if self.counts { None } else { self.unit.or(other.unit) };
        Self {
            unit,
            noun: self.noun.clone().or_else(|| other.noun.clone()),
            counts: self.counts || self.unit.is_none() && other.counts,
            years: if self.years.is_empty() { other.years.clone() } else { self.years.clone() },
            place: self.place.or(other.place),
            measure: self.measure.clone().or_else(|| other.measure.clone()),
            moved: self.moved.clone().or_else(|| other.moved.clone()),
            area: self.area.clone().or_else(|| other.area.clone()),
            share: self.share || other.share,
            role: self.role.or(other.role),
            school_year_ends: self.school_year_ends || other.school_year_ends,
        }
    }

    /// Gives the claim of a cell what the cell does not say itself.
    pub(crate) fn complete(&self, claim: &mut Claim, document: Option<Place>) {
        if claim.years.is_empty() && !self.years.is_empty() {
            claim.years.clone_from(&self.years);
            if let ([year], true) = (self.years.as_slice(), self.school_year_ends) {
                claim.years = vec![year - 1, *year];
            }
            claim.found.years = Some(Found::Context);
        }
        if let Some(role) = self.role.filter(|_| claim.role == Role::Level) {
            claim.role = role;
        }
        if claim.place.is_none() {
            claim.place = self.place.or(document);
            claim.found.place =
                claim.place.map(|_| if self.place.is_some() { Found::Context } else { Found::Default });
        }
        if claim.unit != Unit::Count && claim.unit != Unit::PerN {
            if claim.role == Role::Change && self.measure.is_none() && self.moved.is_some() {
                claim.measure.clone_from(&self.moved);
                claim.found.measure = Some(Found::Context);
            }
            let named = claim.measure.as_deref().is_some_and(|m| m != measure::OTHER_SHARE);
            if !named && self.measure.is_some() {
                claim.measure.clone_from(&self.measure);
                claim.found.measure = Some(Found::Context);
            } else if claim.measure.is_none() && claim.role != Role::Change {
                claim.measure = Some(measure::OTHER_SHARE.to_owned());
                claim.found.measure = Some(Found::Default);
            }
            if self.share && claim.found.measure == Some(Found::Default) {
                claim.found.measure = Some(Found::Context);
            }
            claim.area = claim.area.take().or_else(|| self.area.clone());
        }
    }
}

/// The place that the words are the name of; "461" in a cell is a number and no code.
fn lone_name(words: &str) -> Option<Place> {
    words.trim().parse().ok().filter(|_| words.trim().starts_with(char::is_uppercase))
}

/// A kommune before the country: "Odense og hele landet" says neither.
fn named_place(places: &[places::PlaceAt]) -> Option<Place> {
    let mut named: Vec<Place> = places.iter().map(|p| p.place).collect();
    named.dedup();
    match named.as_slice() {
        [one] => Some(*one),
        [a, b] if a.kind() == PlaceKind::Kommune && b.kind() == PlaceKind::Region => Some(*a),
        _ => None,
    }
}

/// The unit that a head names: "Procent", "pct.", "Omgørelsesprocent", "pr. 1.000 indbyggere".
fn unit_of(s: &Sentence<'_>) -> Option<(Unit, Option<u64>)> {
    (0..s.len()).find_map(|k| {
        if let Some((n, _)) = per_n_at(s, k) {
            return Some((Unit::PerN, Some(n)));
        }
        let word = s.word(k);
        let noun = unit_in_noun(word)
            .or_else(|| (word == "andel" || word.ends_with("andel")).then_some(Unit::Percent));
        // "Sygefravær, dage pr. ansat" is no percentage.
        let other = (0..s.len()).any(|k| s.is(k, Class::DURATION.or(Class::MONEY)));
        let share = || (!other && measure::is_rate_noun(word)).then_some(Unit::Percent);
        unit_at(s, k).map(|(unit, _)| unit).or(noun).or_else(share).map(|unit| (unit, None))
    })
}

/// A noun that is counted in a table without "antal": cases and decisions, not groups of people.
/// "Vaccinerede", "Tilmeldte": those to whom it happened.
fn is_lone_participle(s: &Sentence<'_>) -> bool {
    s.len() == 1 && (s.word(0).ends_with("erede") || s.word(0).ends_with("meldte"))
}

fn is_case_noun(word: &str) -> bool {
    const NOUNS: &[&str] =
        &["sager", "klager", "afgørelser", "henvendelser", "underretninger", "ansøgninger", "indberetninger"];
    NOUNS.iter().any(|n| word.strip_suffix("ne").unwrap_or(word).ends_with(n))
}
