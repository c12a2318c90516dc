//! What a number measures: the table of measures, and the pattern in the statement that is nearest to the number.

use std::sync::LazyLock;

use belaeg_model::{Role, Unit};
use serde::Deserialize;

use crate::clause::crosses;
use crate::mention::{Form, Mention};
use crate::sentence::Sentence;
use crate::words;

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
    measure: Vec<Measure>,
    area: Vec<Area>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    toml::from_str(include_str!("../data/measures.toml"))
        .expect("data/measures.toml is compiled in and covered by a test")
});

/// The share of something that no measure of the table names.
pub(crate) const OTHER_SHARE: &str = "andel_oevrig";

/// Every measure of the table.
pub fn measures() -> &'static [Measure] {
    &TABLE.measure
}

/// The Danish name of the measure with this key.
pub fn label(id: &str) -> Option<&'static str> {
    if id == OTHER_SHARE {
        return Some("andel");
    }
    measures().iter().find(|m| m.id == id).map(|m| m.label.as_str())
}

/// The key of the measure that `name` is the key or the Danish name of, in any case.
pub fn measure_key(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    if name == OTHER_SHARE {
        return Some(OTHER_SHARE);
    }
    measures().iter().find(|m| m.id == name || m.label.to_lowercase() == name).map(|m| m.id.as_str())
}

/// One word of a pattern.
#[derive(Debug)]
enum Part {
    Is(String),
    Starts(String),
    Ends(String),
    Contains(String),
    /// Up to three words.
    Gap,
}

/// A row of words in a statement.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
struct Pattern(Vec<Part>);

impl From<String> for Pattern {
    fn from(written: String) -> Self {
        let part = |w: &str| match (w.strip_prefix('*'), w.strip_suffix('*')) {
            _ if w == "..." => Part::Gap,
            (Some(_), Some(_)) => Part::Contains(w.trim_matches('*').to_owned()),
            (Some(end), None) => Part::Ends(end.to_owned()),
            (None, Some(start)) => Part::Starts(start.to_owned()),
            (None, None) => Part::Is(w.to_owned()),
        };
        Self(written.split_whitespace().map(part).collect())
    }
}

impl Pattern {
    /// The last token of the match that begins at token `i`.
    fn match_at(&self, s: &Sentence<'_>, i: usize) -> Option<usize> {
        match_parts(&self.0, s, i).map(|end| end - 1)
    }

    fn stands_in(&self, s: &Sentence<'_>) -> bool {
        (0..s.len()).any(|i| self.match_at(s, i).is_some())
    }
}

/// Behind the last token of the match of `parts` at `i`.
fn match_parts(parts: &[Part], s: &Sentence<'_>, i: usize) -> Option<usize> {
    let Some((first, rest)) = parts.split_first() else {
        return Some(i);
    };
    if matches!(first, Part::Gap) {
        return (i..=i + 3).find_map(|k| match_parts(rest, s, k));
    }
    let norm = s.get(i)?.norm.as_ref();
    let fits = match first {
        Part::Is(w) => norm == w,
        Part::Starts(w) => norm.starts_with(w.as_str()),
        Part::Ends(w) => norm.ends_with(w.as_str()) && norm.len() > w.len(),
        Part::Contains(w) => norm.contains(w.as_str()),
        Part::Gap => false,
    };
    fits.then(|| match_parts(rest, s, i + 1)).flatten()
}

/// A pattern found in the statement.
struct Hit<'m> {
    id: &'m str,
    first: usize,
    last: usize,
    change_only: bool,
}

/// The key of what each mention measures: the pattern nearest to it; for the size of a movement, else what the
/// rate before it measures ("fra 73 % til 61 %, dvs. 12 %-point"); for a share, else the share of something.
pub(crate) fn attach(s: &Sentence<'_>, mentions: &[Mention], roles: &[(Role, bool)]) -> Vec<Option<String>> {
    let stands = |m: &&Measure| {
        (m.within.is_empty() || m.within.iter().any(|p| p.stands_in(s)))
            && !m.within_not.iter().any(|p| p.stands_in(s))
    };
    let usable: Vec<&Measure> = measures().iter().filter(stands).collect();
    let hits = find(s, usable.iter().map(|m| (m.id.as_str(), m.change_only, m.patterns.as_slice())));
    let mut found: Vec<Option<String>> = Vec::new();
    let mut rate_before: Option<String> = None;
    for (m, (_, moves)) in mentions.iter().zip(roles) {
        let measure = if m.form == Form::Count || m.unit == Unit::PerN {
            None
        } else {
            let id = nearest_measure(s, &hits, m, mentions, *moves);
            let id = id.or_else(|| rate_before.clone().filter(|_| *moves));
            rate_before.clone_from(&id);
            id
        };
        found.push(measure);
    }
    found
}

/// The area nearest to each rate.
pub(crate) fn areas(s: &Sentence<'_>, mentions: &[Mention]) -> Vec<Option<String>> {
    let hits = find(s, TABLE.area.iter().map(|a| (a.id.as_str(), false, a.patterns.as_slice())));
    let nearest =
        |m: &Mention| hits.iter().min_by_key(|h| distance(s, h, m, mentions)).map(|h| h.id.to_owned());
    mentions.iter().map(|m| if m.form == Form::Count { None } else { nearest(m) }).collect()
}

/// The measure and the area that the words of a table's head or caption name.
pub(crate) fn named(s: &Sentence<'_>, head: &Mention) -> (Option<String>, Option<String>) {
    let all = measures().iter().filter(|m| !m.change_only);
    let hits = find(s, all.map(|m| (m.id.as_str(), false, m.patterns.as_slice())));
    let nearest = hits.iter().min_by_key(|h| distance(s, h, head, &[])).map(|h| h.id.to_owned());
    (nearest, areas(s, std::slice::from_ref(head)).pop().flatten())
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
    ];
    NOUNS.iter().any(|n| word.strip_prefix(n).is_some_and(|rest| rest.len() <= 2))
}

/// Where the patterns stand in the statement; a pattern inside a longer one is left out.
fn find<'m>(s: &Sentence<'_>, rows: impl Iterator<Item = (&'m str, bool, &'m [Pattern])>) -> Vec<Hit<'m>> {
    let mut hits = Vec::new();
    for (id, change_only, patterns) in rows {
        for first in 0..s.len() {
            if let Some(last) = patterns.iter().filter_map(|p| p.match_at(s, first)).max() {
                hits.push(Hit { id, first, last, change_only });
            }
        }
    }
    longest(hits)
}

fn nearest_measure(
    s: &Sentence<'_>,
    hits: &[Hit<'_>],
    m: &Mention,
    mentions: &[Mention],
    moves: bool,
) -> Option<String> {
    let base = if m.form == Form::Ratio { Some((m.first, m.last)) } else { base_of_share(s, m) };
    let hit = hits
        .iter()
        .filter(|h| moves || !h.change_only)
        // "0,4 % af sine indbyggere" less: of a change, what it is a part of is what is measured.
        .filter(|h| moves || !base.is_some_and(|(a, b)| a <= h.first && h.last <= b))
        .filter(|h| base.is_none() || m.ratio.is_some() || h.last >= m.first || !crosses(s, h.last, m.first))
        .min_by_key(|h| distance(s, h, m, mentions));
    match hit {
        Some(hit) => Some(hit.id.to_owned()),
        None if moves || base.is_none() && is_absence(s) => None,
        None => Some(OTHER_SHARE.to_owned()),
    }
}

/// Absence that is not the absence of employees: no measure of the table.
fn is_absence(s: &Sentence<'_>) -> bool {
    let any = |test: &dyn Fn(&str) -> bool| (0..s.len()).any(|k| test(s.word(k)));
    any(&|w| w.starts_with("fravær") || w == "skolefravær" || w.starts_with("elevfravær"))
        && any(&|w| w.starts_with("elev") || w.starts_with("skole"))
}

/// Drops the hits that lie inside a longer one.
fn longest(hits: Vec<Hit<'_>>) -> Vec<Hit<'_>> {
    let inside = |a: &Hit<'_>, b: &Hit<'_>| {
        b.first <= a.first && a.last <= b.last && b.last - b.first > a.last - a.first
    };
    let keep: Vec<bool> = hits.iter().map(|a| !hits.iter().any(|b| inside(a, b))).collect();
    hits.into_iter().zip(keep).filter_map(|(h, k)| k.then_some(h)).collect()
}

/// The tokens of what the share is a share of: "af de hjemviste sager" behind the number. A measure named there
/// is the base and not what is measured.
fn base_of_share(s: &Sentence<'_>, m: &Mention) -> Option<(usize, usize)> {
    let af = m.last + 1;
    if s.word(af) != "af" {
        return None;
    }
    let mut last = af;
    while let Some(token) = s.get(last + 1).filter(|t| t.is_word()) {
        let word = token.norm.as_ref();
        let article =
            matches!(word, "de" | "alle" | "det" | "den" | "vores" | "kommunens" | "samtlige" | "landets");
        if !article && !words::looks_counted(word) && !words::is_adjective(word) {
            break;
        }
        last += 1;
        let ends = words::looks_counted(word)
            && !s.get(last + 1).is_some_and(|t| t.is_word() && words::looks_counted(&t.norm));
        if ends {
            break;
        }
    }
    (last > af).then_some((af, last))
}

/// How far a pattern is from the mention: tokens, with a surcharge for each clause boundary and each other rate between.
fn distance(s: &Sentence<'_>, h: &Hit<'_>, m: &Mention, mentions: &[Mention]) -> usize {
    let (a, b, behind) = if h.first > m.last { (m.last, h.first, true) } else { (h.last, m.first, false) };
    let between = mentions.iter().filter(|o| o.form != Form::Count && o.first > a && o.last < b).count();
    let clause = if crosses(s, a, b) { 8 } else { 0 };
    2 * b.saturating_sub(a)
        + clause
        + 12 * between
        + usize::from(!behind)
        + usize::from(behind && b - a > 6) * 6
}

#[cfg(test)]
mod tests {
    use super::*;

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
