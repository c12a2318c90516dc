//! What a number measures: the table of measures, and the pattern in the statement that is nearest to the number.

use std::sync::LazyLock;

use belaeg_model::{Found, Role, Unit};
use serde::Deserialize;

use crate::clause::{crosses, is_boundary};
use crate::lex::Token;
use crate::mention::{Form, Mention};
use crate::pattern::{Finder, Hit, Pattern};
use crate::sentence::{Sentence, Use};
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

/// The key of the measure that `name` is the key or the Danish name of, in any case.
pub fn measure_key(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    measures().iter().find(|m| m.id == name || m.label.to_lowercase() == name).map(|m| m.id.as_str())
}

/// The key of what each mention measures: the pattern nearest to it; for the size of a movement, else what the
/// rate before it measures ("fra 73 % til 61 %, dvs. 12 %-point"); for a share, else the share of something.
pub(crate) fn attach(s: &Sentence<'_>, mentions: &[Mention], roles: &[(Role, bool)]) -> Vec<Option<String>> {
    let is_rate = |m: &Mention| m.form != Form::Count && m.unit != Unit::PerN;
    if !mentions.iter().any(is_rate) {
        return vec![None; mentions.len()];
    }
    let hits = hits(s);
    let between = Between::new(s, mentions);
    let mut rate_before: Option<String> = None;
    let mut last = 0;
    let measure = |(m, (_, moves)): (&Mention, &(Role, bool))| {
        if !is_rate(m) {
            return None;
        }
        let compared = rate_before.is_some() && goes_on(s, last, m.first);
        let id = if compared { rate_before.clone() } else { nearest_measure(s, &hits, m, &between, *moves) };
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

/// "mod 33 pct. året før og 41 pct. i 2020": nothing between the numbers names another thing.
fn goes_on(s: &Sentence<'_>, a: usize, b: usize) -> bool {
    let joint = |k: usize| {
        s.uses[k] == Use::Year
            || !s.tokens[k].is_word()
            || matches!(
                s.word(k),
                "og" | "i" | "mod" | "samt" | "ca" | "knap" | "godt" | "kun" | "blot" | "året" | "år"
            )
    };
    let compares = (a + 1..b).any(|k| matches!(s.word(k), "mod" | "og"));
    compares && b - a <= 8 && (a + 1..b).all(joint)
}

/// "... omgjort, men kun 31 procent af sagerne om voksenhandicap": what became of them was said before.
fn is_elliptic(s: &Sentence<'_>, m: &Mention) -> bool {
    let Some((_, base_end)) = base_of_share(s, m) else { return false };
    let (start, end) = crate::clause::around(s, m.first, m.last);
    let joined = (start.saturating_sub(1)..m.first).any(|k| matches!(s.word(k), "men" | "og" | "mens"));
    joined && !(start..=end).any(|k| k > base_end && is_verb(s.word(k)) || k < m.first && is_verb(s.word(k)))
}

/// Whether `word` is a verb that says what became of the share.
fn is_verb(word: &str) -> bool {
    matches!(
        word,
        "er" | "var"
            | "blev"
            | "bliver"
            | "har"
            | "havde"
            | "fik"
            | "får"
            | "gik"
            | "går"
            | "kom"
            | "kommer"
            | "skal"
            | "kan"
            | "vil"
            | "må"
            | "svarer"
            | "mener"
            | "oplever"
            | "ønsker"
            | "overvejer"
            | "føler"
            | "siger"
            | "angiver"
            | "bor"
    ) || ["ede", "des", "edes", "tes"].iter().any(|e| word.len() > 4 && word.ends_with(e))
}

/// "men kun 41 % har hørt om muligheden": a share at the head of a clause with a verb of its own, where nothing of the
/// clause is a measure.
fn is_told_anew(s: &Sentence<'_>, hits: &[Hit], m: &Mention) -> bool {
    let (start, mut end) = crate::clause::around(s, m.first, m.last);
    // "94 pct. svarer, at de er tilfredse".
    if s.symbol(end + 1, ',') && s.word(end + 2) == "at" {
        end = crate::clause::around(s, end + 2, end + 2).1;
    }
    let heads = start > 0
        && (start..m.first)
            .all(|k| matches!(s.word(k), "og" | "men" | "at" | "kun" | "blot" | "kan" | "under" | "over"));
    heads
        && s.get(m.last + 1).is_some_and(|t| is_verb(&t.norm))
        && !hits.iter().any(|h| h.first >= start && h.last <= end)
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

/// The area nearest to each rate.
pub(crate) fn areas(s: &Sentence<'_>, mentions: &[Mention]) -> Vec<Option<String>> {
    if mentions.iter().all(|m| m.form == Form::Count) {
        return vec![None; mentions.len()];
    }
    let hits = FINDERS.1.find(s);
    let id = |h: &Hit| TABLE.area[h.row].id.clone();
    let between = Between::new(s, mentions);
    let nearest = |m: &Mention| hits.iter().min_by_key(|h| between.distance(h, m)).map(id);
    mentions.iter().map(|m| if m.form == Form::Count { None } else { nearest(m) }).collect()
}

/// The measure and the area that the words of a table's head or caption name.
pub(crate) fn named(s: &Sentence<'_>, head: &Mention) -> (Option<String>, Option<String>) {
    let mut hits = FINDERS.0.find(s);
    hits.retain(|h| !change_only(h));
    let between = Between::new(s, &[]);
    let nearest = hits.iter().min_by_key(|h| between.distance(h, head)).and_then(key).map(str::to_owned);
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

/// Measures of how complaints ended: shares of the complaints that were decided.
const OUTCOMES: &[&str] =
    &["omgoerelsesprocent", "stadfaestelsesprocent", "hjemvisningsprocent", "aendringsprocent"];

/// "26 ud af 13.244 afgørelser", "0,6 % af de 1.700 afgørelser": a share of all that was decided in the first place,
/// and not of what was complained about.
fn is_of_all_decisions(s: &Sentence<'_>, m: &Mention, base: Option<(usize, usize)>) -> bool {
    const MANY: f64 = 1000.0;
    let many = m.ratio.is_some_and(|(_, y)| y >= MANY)
        || (m.last + 1..m.last + 5)
            .filter(|k| s.uses.get(*k) != Some(&Use::Year))
            .any(|k| s.get(k).and_then(Token::number).is_some_and(|n| n.value >= MANY));
    let last = base.map_or(m.last, |(_, last)| last.max(m.last));
    many && (m.first..last + 4).any(|k| s.word(k).starts_with("afgørelse"))
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

/// Whether a contrast or a new main clause stands between the number and the words behind it: "31 pct. i 2020, mens
/// sygefraværet var 6 pct.".
fn is_of_next(s: &Sentence<'_>, number: usize, words: usize) -> bool {
    (number + 1..words).any(|k| {
        matches!(s.word(k), "mens" | "men" | "hvorimod" | "medens")
            || s.symbol(k, ';')
            || s.symbol(k, ',') && s.word(k + 1) == "og" && (k + 2..words + 4).any(|v| is_verb(s.word(v)))
    })
}

/// The commas around a relative clause right behind what the mention is a share of: ", der klagede over kommunen, ".
fn relative_clause(s: &Sentence<'_>, m: &Mention) -> Option<(usize, usize)> {
    let comma = (m.last + 1..m.last + 7).find(|k| s.symbol(*k, ','))?;
    let end = (comma + 1..s.len()).find(|k| s.symbol(*k, ','))?;
    matches!(s.word(comma + 1), "der" | "som").then_some((comma, end))
}

/// The last token of the noun behind a ratio: "7 ud af 9 hjemvisninger", "3 ud af 4 påklagede afgørelser".
fn end_of_noun(s: &Sentence<'_>, last: usize) -> usize {
    let noun = |k: usize| words::looks_counted(s.word(k)) || words::is_adjective(s.word(k));
    (last + 1..last + 4).take_while(|k| noun(*k)).last().unwrap_or(last)
}

/// "Af de omgjorte sager skyldtes 55 % nye oplysninger": what the share is of opens the sentence.
fn leading_base(s: &Sentence<'_>, m: &Mention) -> Option<(usize, usize)> {
    let af = if s.word(0) == "ud" { 1 } else { 0 };
    let first = if matches!(s.word(af + 1), "de" | "alle" | "kommunens") { af + 2 } else { af + 1 };
    let last = end_of_noun(s, first.saturating_sub(1));
    (s.word(af) == "af" && last >= first && last < m.first).then_some((af, last))
}

/// Absence that is not the absence of employees: no measure of the table.
fn is_absence(s: &Sentence<'_>) -> bool {
    let any = |test: &dyn Fn(&str) -> bool| (0..s.len()).any(|k| test(s.word(k)));
    any(&|w| w.starts_with("fravær") || w == "skolefravær" || w.starts_with("elevfravær"))
        && any(&|w| w.starts_with("elev") || w.starts_with("skole"))
        && !any(&|w| w.starts_with("andel"))
}

/// The tokens of what the share is a share of: "af de hjemviste sager" behind the number. A measure named there
/// is the base and not what is measured.
fn base_of_share(s: &Sentence<'_>, m: &Mention) -> Option<(usize, usize)> {
    let af = m.last + 1;
    // "fire ud af ti ledige", "hver sjette sag": the noun stands right behind.
    if m.form == Form::WordFraction && words::looks_counted(s.word(af)) {
        return Some((af, af));
    }
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
        // A definite noun is the last word: "omgørelserne handlede om".
        let ends = words::looks_counted(word)
            && (word.ends_with("erne")
                || !s.get(last + 1).is_some_and(|t| t.is_word() && words::looks_counted(&t.norm)));
        if ends {
            break;
        }
    }
    (last > af).then_some((af, last))
}

/// What lies between two tokens, counted once a statement.
struct Between {
    /// Clause boundaries before each token.
    boundaries: Vec<usize>,
    /// Joints ("og", "samt") before each token.
    joints: Vec<usize>,
    /// Rates that begin before each token.
    rates: Vec<usize>,
}

impl Between {
    fn new(s: &Sentence<'_>, mentions: &[Mention]) -> Self {
        let mut begins = vec![0; s.len() + 1];
        for m in mentions.iter().filter(|m| m.form != Form::Count && m.first < s.len()) {
            begins[m.first] += 1;
        }
        let sums = |one: &dyn Fn(usize) -> usize| {
            let mut sum = 0;
            let before = |k| {
                let here = sum;
                sum += one(k);
                here
            };
            (0..=s.len()).map(before).collect()
        };
        Self {
            boundaries: sums(&|k| usize::from(is_boundary(s, k))),
            joints: sums(&|k| usize::from(matches!(s.word(k), "og" | "samt"))),
            rates: sums(&|k| begins[k]),
        }
    }

    /// How far a pattern is from the mention: tokens, with a surcharge for a clause boundary and for each other rate
    /// between them.
    fn distance(&self, h: &Hit, m: &Mention) -> usize {
        let (a, b, behind) =
            if h.first > m.last { (m.last, h.first, true) } else { (h.last, m.first, false) };
        let count = |sums: &[usize]| match (sums.get(a + 1), sums.get(b)) {
            (Some(first), Some(last)) => last.saturating_sub(*first),
            _ => 0,
        };
        let gap = b.saturating_sub(a);
        let clause = if count(&self.boundaries) > 0 { 8 } else { 0 };
        // "hjemvisninger 18 pct. og ændringer 4 pct.": a joint behind the number begins something else.
        2 * gap
            + clause
            + if behind && count(&self.joints) > 0 { 9 } else { 0 }
            + 12 * count(&self.rates)
            + if behind { if gap > 6 { 6 } else { 0 } } else { 1 }
    }
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
