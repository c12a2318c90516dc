//! How well found rates, counts and years agree with labelled statements: the measure of `corpus/gold`.
//!
//! All figures are micro-averaged. A found rate is the same as a labelled one when value, upper bound, unit and
//! N agree; values within 0.011. The two numbers of an "X ud af Y" rate are left out of the counts.

use std::collections::BTreeMap;

use belaeg_model::Year;
use serde::{Deserialize, Serialize};

const TOLERANCE: f64 = 0.011;

/// A labelled statement, or what was found in one. Keys as in `corpus/gold/SCHEMA.md`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Labelled {
    /// Joins labels and findings.
    pub id: String,
    /// The statement; empty in findings.
    #[serde(default)]
    pub text: String,
    /// Rates.
    #[serde(default)]
    pub rates: Vec<LabelledRate>,
    /// Counts.
    #[serde(default)]
    pub counts: Vec<LabelledCount>,
    /// Every year of the statement.
    #[serde(default)]
    pub years: Vec<Year>,
    /// Another right reading of the years.
    #[serde(default)]
    pub years_alt: Option<Vec<Year>>,
}

/// A rate of a labelled statement.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LabelledRate {
    quote: Option<String>,
    value: f64,
    value_max: Option<f64>,
    unit: String,
    per: Option<u64>,
    numerator: Option<f64>,
    denominator: Option<f64>,
    role: Option<String>,
    role_alt: Option<String>,
    approx: Option<String>,
    #[serde(default)]
    years: Vec<Year>,
    years_alt: Option<Vec<Year>>,
    place: Option<String>,
    measure: Option<String>,
}

/// A count of a labelled statement.
#[derive(Clone, Debug, Deserialize)]
pub struct LabelledCount {
    value: f64,
}

/// Precision, recall and F1, each from 0 to 1; 1 where there is nothing to find or nothing was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Prf(pub f64, pub f64, pub f64);

/// The share of found rates whose attribute is right, each from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Accuracy {
    /// Years, all of them.
    pub years: f64,
    /// Place.
    pub place: f64,
    /// Level, change, target or forecast.
    pub role: f64,
    /// How exactly the value is given.
    pub approx: f64,
    /// Measure, where the label names one.
    pub measure: f64,
}

/// The agreement of findings with labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Score {
    /// Labelled statements.
    pub statements: usize,
    /// Rates found.
    pub rate: Prf,
    /// The same, where a rate counts only with the right years, place and role.
    pub tuple: Prf,
    /// Counts found, on value alone.
    pub count: Prf,
    /// Years of the statements.
    pub year: Prf,
    /// The share of statements without a labelled rate for which none was found.
    pub silent: f64,
    /// Attributes of the rates found.
    pub accuracy: Accuracy,
    /// Labelled rates by their unit, and by how they are written and what stands around them; a rate may be of several
    /// constructions.
    pub groups: Vec<Group>,
}

/// Labelled rates of one unit or construction, and how many of them were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// "unit" or "construction".
    pub by: &'static str,
    /// Which one.
    pub name: String,
    /// Labelled rates.
    pub gold: usize,
    /// Those of them that were found.
    pub found: usize,
    /// Those of them that were found with the right years, place and role.
    pub right: usize,
}

/// What is wrong in one statement.
#[derive(Clone, Debug, Serialize)]
pub struct Mistake {
    /// The statement's id.
    pub id: String,
    /// The statement.
    pub text: String,
    /// Rates found that are not labelled.
    pub extra: Vec<LabelledRate>,
    /// Labelled rates not found.
    pub missed: Vec<LabelledRate>,
    /// Found and labelled rate with other years, place or role.
    pub wrong: Vec<(LabelledRate, LabelledRate)>,
    /// The years found.
    pub years_got: Vec<Year>,
    /// The years labelled.
    pub years_want: Vec<Year>,
}

#[derive(Default)]
struct Tally {
    hit: usize,
    found: usize,
    gold: usize,
}

impl Tally {
    fn add(&mut self, hit: usize, found: usize, gold: usize) {
        self.hit += hit;
        self.found += found;
        self.gold += gold;
    }

    fn prf(&self) -> Prf {
        let (p, r) = (share(self.hit, self.found), share(self.hit, self.gold));
        Prf(p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of statements")]
fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 1.0 } else { part as f64 / of as f64 }
}

/// Holds what was found against the labels; a labelled statement without findings counts as one where nothing was found.
pub fn score(gold: &[Labelled], found: &[Labelled]) -> (Score, Vec<Mistake>) {
    let (mut rate, mut tuple, mut count, mut year, mut silent) =
        (Tally::default(), Tally::default(), Tally::default(), Tally::default(), Tally::default());
    let mut attributes: [Tally; 5] = Default::default();
    let mut mistakes = Vec::new();
    let mut groups = Groups::default();
    let nothing = Labelled::default();
    for g in gold {
        let p = found.iter().find(|p| p.id == g.id).unwrap_or(&nothing);
        let paired = pair(&p.rates, &g.rates, same_rate, agreement);
        let right = paired.pairs.iter().filter(|(a, b)| full_tuple(a, b)).count();
        rate.add(paired.pairs.len(), p.rates.len(), g.rates.len());
        tuple.add(right, p.rates.len(), g.rates.len());
        for (a, b) in &paired.pairs {
            tally_attributes(&mut attributes, a, b);
        }
        for rate in &g.rates {
            let hit = paired.pairs.iter().find(|(_, b)| std::ptr::eq(*b, rate));
            groups.add(rate, g, hit.is_some(), hit.is_some_and(|(a, b)| full_tuple(a, b)));
        }
        if g.rates.is_empty() {
            silent.add(usize::from(p.rates.is_empty()), 0, 1);
        }
        let (p_counts, g_counts) = (counts_outside_rates(p, g), counts_outside_rates(g, g));
        let same = pair(&p_counts, &g_counts, |a, b| near(*a, *b), |_, _| 0);
        count.add(same.pairs.len(), p_counts.len(), g_counts.len());
        let (got, want) = (sorted(&p.years), wanted_years(p, g));
        year.add(got.iter().filter(|y| want.contains(y)).count(), got.len(), want.len());
        let wrong: Vec<_> = paired.pairs.iter().filter(|(a, b)| !full_tuple(a, b)).copied().collect();
        if !paired.extra.is_empty() || !paired.missed.is_empty() || !wrong.is_empty() || got != want {
            mistakes.push(Mistake {
                id: g.id.clone(),
                text: g.text.clone(),
                extra: paired.extra.into_iter().cloned().collect(),
                missed: paired.missed.into_iter().cloned().collect(),
                wrong: wrong.into_iter().map(|(a, b)| (a.clone(), b.clone())).collect(),
                years_got: got,
                years_want: want,
            });
        }
    }
    let [years, place, role, approx, measure] = attributes.map(|t| share(t.hit, t.gold));
    let score = Score {
        statements: gold.len(),
        rate: rate.prf(),
        tuple: tuple.prf(),
        count: count.prf(),
        year: year.prf(),
        silent: share(silent.hit, silent.gold),
        accuracy: Accuracy { years, place, role, approx, measure },
        groups: groups.0.into_values().collect(),
    };
    (score, mistakes)
}

/// Labelled rates by unit and construction, in the order of their names.
#[derive(Default)]
struct Groups(BTreeMap<(&'static str, String), Group>);

impl Groups {
    fn add(&mut self, rate: &LabelledRate, g: &Labelled, found: bool, right: bool) {
        let constructions = constructions(rate, g).map(|name| ("construction", name.to_owned()));
        for (by, name) in constructions.chain([("unit", rate.unit.clone())]) {
            let new = || Group { by, name: name.clone(), gold: 0, found: 0, right: 0 };
            let group = self.0.entry((by, name.clone())).or_insert_with(new);
            group.gold += 1;
            group.found += usize::from(found);
            group.right += usize::from(right);
        }
    }
}

/// How a labelled rate is written and what stands around it.
fn constructions<'a>(rate: &'a LabelledRate, g: &'a Labelled) -> impl Iterator<Item = &'static str> {
    let quote = rate.quote.as_deref().unwrap_or_default();
    let digits = quote.contains(|c: char| c.is_ascii_digit());
    let several = |of: &dyn Fn(&LabelledRate) -> String| {
        let mut all: Vec<String> = g.rates.iter().map(of).collect();
        all.sort_unstable();
        all.dedup();
        all.len() > 1
    };
    let role = rate.role.as_deref();
    [
        ("alone in its statement", g.rates.len() == 1),
        ("one of several rates", g.rates.len() > 1),
        ("several places", several(&|r| r.place.clone().unwrap_or_default())),
        ("several years", several(&|r| format!("{:?}", r.years))),
        ("range", rate.value_max.is_some()),
        ("X ud af Y", rate.numerator.is_some()),
        ("in words", !digits),
        ("bare number", digits && !quote.contains(|c: char| c.is_alphabetic() || matches!(c, '%' | '‰'))),
        ("approximate", rate.approx.as_deref().is_some_and(|a| a != "exact")),
        ("change", role == Some("change")),
        ("target", role == Some("target")),
        ("forecast", role == Some("forecast")),
    ]
    .into_iter()
    .filter_map(|(name, is)| is.then_some(name))
}

fn tally_attributes(attributes: &mut [Tally; 5], a: &LabelledRate, b: &LabelledRate) {
    let role = a.role == b.role || b.role_alt.is_some() && a.role == b.role_alt;
    let mut add = |i: usize, right: bool| attributes[i].add(usize::from(right), 0, 1);
    add(0, same_years(a, b));
    add(1, a.place == b.place);
    add(2, role);
    add(3, a.approx == b.approx);
    if b.measure.is_some() {
        add(4, a.measure == b.measure);
    }
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE
}

fn same_rate(p: &LabelledRate, g: &LabelledRate) -> bool {
    let same_max = match (p.value_max, g.value_max) {
        (Some(a), Some(b)) => near(a, b),
        (a, b) => a.is_none() && b.is_none(),
    };
    near(p.value, g.value) && same_max && p.unit == g.unit && p.per == g.per
}

fn sorted(years: &[Year]) -> Vec<Year> {
    let mut years = years.to_vec();
    years.sort_unstable();
    years.dedup();
    years
}

fn same_years(p: &LabelledRate, g: &LabelledRate) -> bool {
    let got = sorted(&p.years);
    got == sorted(&g.years) || g.years_alt.as_deref().is_some_and(|alt| got == sorted(alt))
}

fn full_tuple(p: &LabelledRate, g: &LabelledRate) -> bool {
    let role = p.role == g.role || p.role == g.role_alt;
    same_years(p, g) && p.place == g.place && role
}

/// How many attributes agree: pairs equal values with the right twin.
fn agreement(p: &LabelledRate, g: &LabelledRate) -> u8 {
    let bits = [full_tuple(p, g), same_years(p, g), p.place == g.place, p.quote == g.quote];
    bits.into_iter().fold(0, |sum, bit| 2 * sum + u8::from(bit))
}

fn wanted_years(p: &Labelled, g: &Labelled) -> Vec<Year> {
    let got = sorted(&p.years);
    match &g.years_alt {
        Some(alt) if got == sorted(alt) => got,
        _ => sorted(&g.years),
    }
}

/// The values of `of`'s counts but the numerators and denominators of the labelled rates.
fn counts_outside_rates(of: &Labelled, gold: &Labelled) -> Vec<f64> {
    let parts: Vec<f64> = gold.rates.iter().flat_map(|r| [r.numerator, r.denominator]).flatten().collect();
    of.counts.iter().map(|c| c.value).filter(|v| !parts.contains(v)).collect()
}

struct Paired<'a, T> {
    pairs: Vec<(&'a T, &'a T)>,
    extra: Vec<&'a T>,
    missed: Vec<&'a T>,
}

/// Pairs each labelled item with the free found item that is the same and agrees best.
fn pair<'a, T, K: Ord>(
    found: &'a [T],
    gold: &'a [T],
    same: impl Fn(&T, &T) -> bool,
    agreement: impl Fn(&T, &T) -> K,
) -> Paired<'a, T> {
    let mut free: Vec<&T> = found.iter().collect();
    let (mut pairs, mut missed) = (Vec::new(), Vec::new());
    for g in gold {
        // The first of equals, as `max` of Python.
        let best = (0..free.len()).rev().filter(|i| same(free[*i], g)).max_by_key(|i| agreement(free[*i], g));
        match best {
            Some(i) => pairs.push((free.remove(i), g)),
            None => missed.push(g),
        }
    }
    Paired { pairs, extra: free, missed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(json: serde_json::Value) -> Labelled {
        serde_json::from_value(json).expect("test data")
    }

    #[test]
    fn counts_hits_and_misses() {
        let gold = [
            labelled(serde_json::json!({"id": "a", "text": "t", "rates": [
            {"quote": "5 %", "value": 5, "unit": "percent", "role": "level", "approx": "exact", "years": [2020], "place": "461", "measure": "ledighed"},
            {"quote": "6 %", "value": 6, "unit": "percent", "role": "level", "role_alt": "change", "approx": "exact", "years": [2021], "place": "DK", "measure": null}],
            "counts": [{"value": 7}, {"value": 8}], "years": [2020, 2021]})),
            labelled(serde_json::json!({"id": "b", "text": "u"})),
        ];
        let found = [labelled(serde_json::json!({"id": "a", "rates": [
            {"quote": "5 %", "value": 5.01, "unit": "percent", "role": "level", "approx": "about", "years": [2019], "place": "461", "measure": "frafald"},
            {"quote": "6 %", "value": 6, "unit": "percent", "role": "change", "approx": "exact", "years": [2021], "place": "DK", "measure": null},
            {"quote": "9 %", "value": 9, "unit": "percent", "role": "level", "approx": "exact", "years": [], "place": null, "measure": null}],
            "counts": [{"value": 7}], "years": [2020]}))];
        let (s, mistakes) = score(&gold, &found);
        assert_eq!((s.rate.0, s.rate.1), (2.0 / 3.0, 1.0));
        assert_eq!((s.tuple.0, s.tuple.1), (1.0 / 3.0, 0.5));
        assert_eq!((s.count.0, s.count.1), (1.0, 0.5));
        assert_eq!((s.year.0, s.year.1), (1.0, 0.5));
        assert_eq!(s.silent, 1.0);
        let a = s.accuracy;
        assert_eq!((a.years, a.place, a.role, a.approx, a.measure), (0.5, 1.0, 1.0, 0.5, 0.0));
        assert_eq!(mistakes.len(), 1);
        assert_eq!((mistakes[0].extra.len(), mistakes[0].wrong.len()), (1, 1));
    }
}
