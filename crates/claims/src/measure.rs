//! What a number measures: the table of measures, and the pattern in the statement that is nearest to the number.

use std::sync::LazyLock;

use belaeg_model::{Found, Role, Unit};
use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::base::{
    base_of_share, end_of_noun, is_elliptic, is_of_next, is_told_anew, leading_base, names_nothing_new,
    relative_clause, restates,
};
use crate::clause::{crosses, is_boundary};
use crate::lex::Token;
use crate::mention::{Form, Mention};
use crate::pattern::{Finder, Hit, Pattern};
use crate::sentence::{Sentence, Use};

/// One measure of the table, as a reader of claims may want to show it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// The key in claims, searches and figures.
    pub id: String,
    /// The Danish name.
    pub label: String,
    /// What is divided by what.
    #[serde(default)]
    pub definition: Option<String>,
    /// Who defines it.
    #[serde(default)]
    pub source: Option<String>,
    /// What it is easily mistaken for.
    #[serde(default)]
    pub not: Option<String>,
    #[serde(default)]
    change_only: bool,
    #[serde(default)]
    within: Vec<Pattern>,
    #[serde(default)]
    within_not: Vec<Pattern>,
    patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
struct Area {
    id: String,
    #[expect(dead_code, reason = "shown to people who read the table")]
    label: String,
    patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    /// Patterns of what rates are given for and is no measure.
    not_measured: Vec<Pattern>,
    measure: Vec<Measure>,
    area: Vec<Area>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/measures.toml"))
        .expect("data/measures.toml is compiled in and covered by a test")
});

/// How a measure was found: that a share is of something no pattern names is said by nothing in the text.
pub(crate) fn found(id: &str) -> Found {
    if id == OTHER_SHARE { Found::Default } else { Found::Explicit }
}

/// What finds the patterns of the measures, and of the areas.
static FINDERS: LazyLock<(Finder, Finder)> = LazyLock::new(|| {
    let none = std::iter::once(TABLE.not_measured.as_slice());
    let measures = TABLE.measure.iter().map(|m| m.patterns.as_slice()).chain(none);
    let areas = TABLE.area.iter().map(|a| a.patterns.as_slice());
    (Finder::new(measures), Finder::new(areas))
});

/// The share of something that no measure of the table names.
pub(crate) const OTHER_SHARE: &str = "andel_oevrig";

/// Every measure of the table.
pub fn measures() -> &'static [Measure] {
    &TABLE.measure
}

/// The Danish name of the measure with this key.
pub fn label(id: &str) -> Option<&'static str> {
    measures().iter().find(|m| m.id == id).map(|m| m.label.as_str())
}

/// The Danish names in lower case, by key.
static FOLDED_LABELS: LazyLock<FxHashMap<&'static str, String>> =
    LazyLock::new(|| measures().iter().map(|m| (m.id.as_str(), m.label.to_lowercase())).collect());

/// The Danish name, in lower case, of the measure with this key.
pub(crate) fn folded_label(id: &str) -> Option<&'static str> {
    FOLDED_LABELS.get(id).map(String::as_str)
}

/// The key of the measure that `name` is the key or the Danish name of, in any case.
pub fn measure_key(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    measures().iter().find(|m| m.id == name || m.label.to_lowercase() == name).map(|m| m.id.as_str())
}

/// The key of what each mention measures: the pattern nearest to it; for the size of a movement, else what the
/// rate before it measures ("fra 73 % til 61 %, dvs. 12 %-point"); for a share, else the share of something.
pub(crate) fn attach(
    s: &Sentence<'_>,
    mentions: &[Mention],
    roles: &[(Role, bool)],
    between: &Between,
) -> Vec<Option<String>> {
    let is_rate = |m: &Mention| m.form != Form::Count && m.unit != Unit::PerN;
    if !mentions.iter().any(is_rate) {
        return vec![None; mentions.len()];
    }
    let hits = hits(s);
    let mut rate_before: Option<String> = None;
    let mut last = 0;
    let measure = |(m, (_, moves)): (&Mention, &(Role, bool))| {
        if !is_rate(m) {
            return None;
        }
        let compared = rate_before.is_some()
            && (names_nothing_new(s, last, m.first)
                || mentions.iter().any(|b| b.last == last && restates(s, b, m)));
        let id = if compared { rate_before.clone() } else { nearest_measure(s, &hits, m, between, *moves) };
        let id = id.map(|id| {
            if id == OTHER_SHARE && is_elliptic(s, m) { rate_before.clone().unwrap_or(id) } else { id }
        });
        // The size of a movement in points is of the share before it; in percent it is of what moves.
        let handed = |id: &String| *moves && (id != OTHER_SHARE || m.unit == Unit::PercentagePoint);
        let id = id.or_else(|| rate_before.clone().filter(handed));
        rate_before.clone_from(&id);
        last = m.last;
        id
    };
    mentions.iter().zip(roles).map(measure).collect()
}

/// The key of the measure that a pattern names; `None` for what is no measure.
fn key(hit: &Hit) -> Option<&'static str> {
    measures().get(hit.row).map(|m| m.id.as_str())
}

fn change_only(hit: &Hit) -> bool {
    measures().get(hit.row).is_some_and(|m| m.change_only)
}

/// The measures that the statement names and that may stand in it.
fn hits(s: &Sentence<'_>) -> Vec<Hit> {
    let mut hits = FINDERS.0.find(s);
    hits.retain(|h| {
        let Some(m) = measures().get(h.row) else { return true };
        let near = m.within.is_empty() || m.within.iter().any(|p| p.stands_in(s));
        near && !m.within_not.iter().any(|p| p.stands_in(s))
    });
    hits
}

/// The area of each rate: the one that the statement names, or of several the one that the order tells.
pub(crate) fn areas(s: &Sentence<'_>, mentions: &[Mention], between: &Between) -> Vec<Option<String>> {
    let is_rate = |m: &Mention| m.form != Form::Count;
    let mut hits = if mentions.iter().any(is_rate) { FINDERS.1.find(s) } else { Vec::new() };
    hits.sort_by_key(|h| h.first);
    let id = |h: &Hit| TABLE.area[h.row].id.clone();
    if hits.windows(2).all(|pair| pair[0].row == pair[1].row) {
        let nearest = |m: &Mention| hits.iter().min_by_key(|h| between.distance(h, m)).map(id);
        return mentions.iter().map(|m| if is_rate(m) { nearest(m) } else { None }).collect();
    }
    let rates: Vec<usize> = mentions.iter().filter(|m| is_rate(m)).map(|m| m.first).collect();
    let area = |m: &Mention| area_in_order(&hits, &rates, m.first).map(id);
    mentions.iter().map(|m| if is_rate(m) { area(m) } else { None }).collect()
}

/// Of several areas the one that a rate is of: "for A 46 % mod 52 %, og for B 21 %", "47 % om A og 32 % om B". `None` where
/// the order leaves it open, so that no rate is given to the wrong one.
fn area_in_order<'h>(hits: &'h [Hit], rates: &[usize], rate: usize) -> Option<&'h Hit> {
    let (first, last) = (hits.first()?.first, hits.last()?.first);
    let area_first = rates.first().is_none_or(|r| first < *r);
    let area_last = rates.last().is_none_or(|r| last > *r);
    match (area_first, area_last) {
        (true, false) => {
            let behind = |h: &&Hit| h.first < rate;
            one_area(hits.iter().rev().filter(behind), rates)
        }
        (false, true) => one_area(hits.iter().filter(|h| h.first > rate), rates),
        _ => None,
    }
}

/// The first of the areas, if no other stands beside it without a rate between them.
fn one_area<'h>(mut hits: impl Iterator<Item = &'h Hit>, rates: &[usize]) -> Option<&'h Hit> {
    let first = hits.next()?;
    let beside = |h: &&Hit| {
        let (from, to) = (first.first.min(h.first), first.first.max(h.first));
        !rates.iter().any(|r| from < *r && *r < to)
    };
    hits.take_while(beside).all(|h| h.row == first.row).then_some(first)
}

/// What a statement is about, whether or not it reports a number of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    /// The key of the measure that it names first.
    pub measure: Option<String>,
    /// The area, if it names only one.
    pub area: Option<String>,
}

/// What the words of `text` name.
pub fn topic(text: &str) -> Topic {
    let s = Sentence::new(text);
    let named = hits(&s).into_iter().filter(|h| !change_only(h)).min_by_key(|h| h.first);
    let areas = FINDERS.1.find(&s);
    let area = areas.first().filter(|first| areas.iter().all(|h| h.row == first.row));
    Topic {
        measure: named.as_ref().and_then(key).map(str::to_owned),
        area: area.map(|h| TABLE.area[h.row].id.clone()),
    }
}

/// The measure and the area that the words of a table's head or caption name.
pub(crate) fn named(s: &Sentence<'_>, head: &Mention) -> Named {
    let (moved, levels): (Vec<Hit>, Vec<Hit>) = FINDERS.0.find(s).into_iter().partition(change_only);
    let between = Between::new(s, &[]);
    let nearest =
        |hits: &[Hit]| hits.iter().min_by_key(|h| between.distance(h, head)).and_then(key).map(str::to_owned);
    let area = areas(s, std::slice::from_ref(head), &between).pop().flatten();
    Named { measure: nearest(&levels), moved: nearest(&moved), area }
}

/// What the words of a head name.
pub(crate) struct Named {
    pub(crate) measure: Option<String>,
    /// The measure of rises and falls: "Befolkning" of "+5 %".
    pub(crate) moved: Option<String>,
    pub(crate) area: Option<String>,
}

/// Whether the word alone names a rate in percent: "sygefravær", "valgdeltagelse".
pub(crate) fn is_rate_noun(word: &str) -> bool {
    const NOUNS: &[&str] = &[
        "sygefravær",
        "ledighed",
        "valgdeltagelse",
        "bruttoledighed",
        "frafald",
        "tilfredshed",
        "svarprocent",
        "kommuneskat",
    ];
    NOUNS.iter().any(|n| word.strip_prefix(n).is_some_and(|rest| rest.len() <= 2))
}

/// Measures of how complaints ended: shares of the complaints that were decided.
const OUTCOMES: &[&str] =
    &["omgoerelsesprocent", "stadfaestelsesprocent", "hjemvisningsprocent", "aendringsprocent"];

/// "26 ud af 13.244 afgørelser", "0,6 % af de 1.700 afgørelser": a share of all that was decided in the first place,
/// and not of what was complained about.
fn is_of_all_decisions(s: &Sentence<'_>, m: &Mention, base: Option<(usize, usize)>) -> bool {
    const MANY: f64 = 1000.0;
    let many = m.ratio.is_some_and(|(_, y)| y >= MANY)
        || (m.last + 1..m.last + 6)
            .filter(|k| s.uses.get(*k) != Some(&Use::Year))
            .any(|k| s.get(k).and_then(Token::number).is_some_and(|n| n.value >= MANY));
    let last = base.map_or(m.last, |(_, last)| last.max(m.last));
    many && (m.first..last + 6).any(|k| s.word(k).starts_with("afgørelse"))
}

fn nearest_measure(
    s: &Sentence<'_>,
    hits: &[Hit],
    m: &Mention,
    between: &Between,
    moves: bool,
) -> Option<String> {
    if !moves && is_told_anew(s, hits, m) {
        return Some(OTHER_SHARE.to_owned());
    }
    let base = if m.form == Form::Ratio
        || m.form == Form::WordFraction && (m.first..m.last).any(|k| s.word(k) == "af")
    {
        Some((m.first, end_of_noun(s, m.last)))
    } else {
        base_of_share(s, m).or_else(|| leading_base(s, m))
    };
    // "hver ottende borger, der klagede, fik medhold": who the share is of, where something else is said of them.
    let relative = relative_clause(s, m);
    let in_relative = |h: &Hit| relative.is_some_and(|(a, b)| a < h.first && h.last < b);
    let elsewhere = hits.iter().any(|h| !in_relative(h));
    let hit = hits
        .iter()
        .filter(|h| !(elsewhere && in_relative(h)))
        .filter(|h| h.first < m.last || !is_of_next(s, m.last, h.first))
        // "I hver sjette sag skyldes overskridelsen ...": a share of the reasons.
        .filter(|h| base.is_none() || !matches!(s.word_before(h.first), "skyldes" | "skyldtes"))
        .filter(|h| moves || !change_only(h))
        // "0,4 % af sine indbyggere" less: of a change, what it is a part of is what is measured.
        .filter(|h| moves || !base.is_some_and(|(a, b)| a <= h.last && h.first <= b))
        .filter(|h| m.form != Form::WordFraction || h.last < m.first || h.first > m.last)
        .filter(|h| base.is_none() || m.ratio.is_some() || h.last >= m.first || !crosses(s, h.last, m.first))
        .min_by_key(|h| between.distance(h, m));
    match hit.map(key) {
        Some(Some(id)) if OUTCOMES.contains(&id) && is_of_all_decisions(s, m, base) => {
            Some(OTHER_SHARE.to_owned())
        }
        Some(id) => id.map(str::to_owned),
        None if moves || base.is_none() && is_absence(s) => None,
        None => Some(OTHER_SHARE.to_owned()),
    }
}

/// Absence that is not the absence of employees: no measure of the table.
fn is_absence(s: &Sentence<'_>) -> bool {
    let any = |test: &dyn Fn(&str) -> bool| (0..s.len()).any(|k| test(s.word(k)));
    any(&|w| w.starts_with("fravær") || w == "skolefravær" || w.starts_with("elevfravær"))
        && any(&|w| w.starts_with("elev") || w.starts_with("skole"))
        && !any(&|w| w.starts_with("andel"))
}

/// What lies between two tokens, counted once a statement.
pub(crate) struct Between(Vec<Before>);

/// What stands before a token.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    /// Clause boundaries.
    boundaries: usize,
    /// "og", "samt".
    joints: usize,
    /// Rates that begin.
    rates: usize,
}

impl Between {
    pub(crate) fn new(s: &Sentence<'_>, mentions: &[Mention]) -> Self {
        // Only rates are held against it.
        if !mentions.is_empty() && mentions.iter().all(|m| m.form == Form::Count) {
            return Self(Vec::new());
        }
        let mut all = vec![Before::default(); s.len() + 1];
        for m in mentions.iter().filter(|m| m.form != Form::Count && m.first < s.len()) {
            all[m.first + 1].rates += 1;
        }
        for k in 0..s.len() {
            let before = all[k];
            let next = &mut all[k + 1];
            next.boundaries = before.boundaries + usize::from(is_boundary(s, k));
            next.joints = before.joints + usize::from(matches!(s.word(k), "og" | "samt"));
            next.rates += before.rates;
        }
        Self(all)
    }

    /// How far a pattern is from the mention: tokens, with a surcharge for a clause boundary and for each other rate
    /// between them.
    fn distance(&self, h: &Hit, m: &Mention) -> usize {
        let (a, b, behind) =
            if h.first > m.last { (m.last, h.first, true) } else { (h.last, m.first, false) };
        let count = |of: fn(&Before) -> usize| match (self.0.get(a + 1), self.0.get(b)) {
            (Some(first), Some(last)) => of(last).saturating_sub(of(first)),
            _ => 0,
        };
        let gap = b.saturating_sub(a);
        let clause = if count(|before| before.boundaries) > 0 { 8 } else { 0 };
        // "hjemvisninger 18 pct. og ændringer 4 pct.": a joint behind the number begins something else.
        2 * gap
            + clause
            + if behind && count(|before| before.joints) > 0 { 9 } else { 0 }
            + 12 * count(|before| before.rates)
            + if behind { if gap > 6 { 6 } else { 0 } } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics() {
        for (text, measure, area) in [
            (
                "Odenses omgørelsesprocent på socialområdet var højere end i 2016",
                Some("omgoerelsesprocent"),
                Some("socialomraadet"),
            ),
            (
                "Sager på social- og beskæftigelsesområdet",
                None,
                Some("kommunale_social_og_beskaeftigelsessager"),
            ),
            ("Socialområdet og børnehandicapområdet", None, None),
            ("Børn- og Ungeområdet i Odense", None, Some("boern_og_unge")),
            ("Ærø havde landets laveste ledighed", Some("ledighed"), None),
            ("Rådet drøftede sagen", None, None),
        ] {
            let topic = topic(text);
            assert_eq!((topic.measure.as_deref(), topic.area.as_deref()), (measure, area), "{text}");
        }
    }

    #[test]
    fn several_areas_go_by_their_order() {
        let of = |text: &str| -> Vec<String> {
            let found = crate::find_claims(text, &crate::Context::default()).claims;
            found.into_iter().map(|c| c.area.unwrap_or_else(|| "?".to_owned())).collect()
        };
        const BOERN: &str = "boernehandicap";
        const VOKSNE: &str = "voksenhandicap";
        for (text, want) in [
            (
                "For børnehandicap steg omgørelsesprocenten fra 46\u{a0}% til 52 %, og for voksenhandicap var den 21 %.",
                &[BOERN, BOERN, VOKSNE][..],
            ),
            (
                "47 pct. af sagerne om børnehandicap og 32 pct. af sagerne om voksenhandicap blev omgjort.",
                &[BOERN, VOKSNE],
            ),
            ("Omgørelsesprocenten for børnehandicap og voksenhandicap var 40 % og 21 %.", &["?", "?"]),
            (
                "På børnehandicapområdet var omgørelsesprocenten 47 % og 32 % på voksenhandicapområdet.",
                &["?", "?"],
            ),
            (
                "I 2018 lå Odense på 42 procent på voksenhandicapområdet, 39 procent på børnehandicapområdet og 48 procent på \
                 voksenhandicapområdet målt på omgjorte sager.",
                &[VOKSNE, BOERN, VOKSNE],
            ),
            ("Børnehandicapområdets omgørelsesprocent var 47 % i 2018 på Ærø.", &[BOERN]),
        ] {
            assert_eq!(of(text), want, "{text}");
        }
    }

    #[test]
    fn the_table_is_whole() {
        let ids: Vec<&str> = measures().iter().map(|m| m.id.as_str()).collect();
        for id in [
            "omgoerelsesprocent",
            "stadfaestelsesprocent",
            "hjemvisningsprocent",
            "aendringsprocent",
            "medholdsprocent",
            "fejlprocent",
            "klageandel",
            "sygefravaer",
            "ledighed",
            "karakter_bestaaet",
            "tilfredshed",
            "valgdeltagelse",
            "frafald",
            "vaccinationsandel",
            "genanvendelse",
            "co2_reduktion",
            "befolkningsvaekst",
            "ungdomsuddannelse",
            "kommuneskat",
            "grundskyld",
            "besparelse",
            "budgetafvigelse",
        ] {
            assert!(ids.contains(&id), "{id}");
        }
        assert!(ids.iter().all(|id| id.is_ascii()));
        assert!(measures().iter().all(|m| !m.patterns.is_empty()));
        assert_eq!(label("omgoerelsesprocent"), Some("omgørelsesprocent"));
    }
}
