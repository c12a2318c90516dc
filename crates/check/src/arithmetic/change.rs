//! From A to B against the direction and the change that are stated, and distances to another value.

use belaeg_model::{Claim, Role, Rule, Unit};

use super::{Agreement, Arithmetic, Sum, meet};
use crate::passage::Passage;
use crate::verdict::Warning;
use crate::words::{Word, fits};

const UP: &[&str] = &[
    "steg",
    "steget",
    "stiger",
    "stigning*",
    "stige",
    "stigende",
    "vokset",
    "vokser",
    "voksede",
    "øget",
    "øges",
    "øgede",
    "forøge*",
    "hævet",
    "hævede",
    "hæves",
];
const DOWN: &[&str] = &[
    "fald",
    "faldt",
    "falder",
    "faldet",
    "falde",
    "faldende",
    "reducere*",
    "reduktion*",
    "sænk*",
    "mindsk*",
    "nedbrag*",
    "nedgang*",
    "formindsk*",
    "halvere*",
];

/// Whether a word says that something rises or falls.
pub(super) fn direction(word: &str) -> Option<bool> {
    let any = |stems: &[&str]| stems.iter().any(|s| fits(s, word));
    if any(UP) {
        Some(true)
    } else if any(DOWN) {
        Some(false)
    } else {
        None
    }
}

/// "faldet fra 22 til 33 procent", "fra 47 til 60 procent, en stigning på 13 procentpoint".
pub(super) fn movements(passage: &Passage<'_>) -> Vec<Arithmetic> {
    let mut found = Vec::new();
    for (i, from) in passage.claims.iter().enumerate() {
        let Some(to) = passage.claims[i + 1..].iter().find(|c| is_kind(c, from)) else { continue };
        if !is_from_to(passage, from, to) {
            continue;
        }
        found.extend(movement(passage, from, to));
    }
    found
}

/// The same sort of reported number: a share with a share, a count with a count of the same noun.
fn is_kind(claim: &Claim, as_claim: &Claim) -> bool {
    claim.unit == as_claim.unit
        && claim.role == Role::Level
        && as_claim.role == Role::Level
        && (claim.unit != Unit::Count || claim.noun == as_claim.noun)
        && claim.found.rule != Rule::OutOf
        && claim.span.start >= as_claim.span.end
}

fn is_from_to(passage: &Passage<'_>, from: &Claim, to: &Claim) -> bool {
    let before = passage.words_before(from.span.start);
    let from_word = before.iter().rev().take(2).any(|w| w.lower == "fra");
    let between = passage.words_between(from.span.end, to.span.start);
    let plain = passage.text.get(from.span.end..to.span.start).is_some_and(|t| !t.contains([';', ':', '.']));
    from_word && plain && between.len() <= 12 && between.iter().any(|w| w.lower == "til")
}

fn movement(passage: &Passage<'_>, from: &Claim, to: &Claim) -> Option<Arithmetic> {
    let change = change_behind(passage, to);
    let said = said_direction(passage, from, to, change);
    let rises = to.value > from.value;
    let words = |claim: &Claim| claim.quote.clone();
    let wrong_way = said.is_some_and(|up| up != rises || to.value == from.value);
    let meets = |up: bool| Sum::Movement { from: words(from), to: words(to), rises: up };
    match (change, said) {
        (None, None) => None,
        (None, Some(up)) => Some(Arithmetic::new(!wrong_way, meets(up), &[from, to])),
        (Some(_), Some(up)) if wrong_way => Some(Arithmetic::new(false, meets(up), &[from, to])),
        (Some(change), _) => Some(stated_change(from, to, change)),
    }
}

/// The change that is stated behind the two levels: the next number, a few words on.
fn change_behind<'a>(passage: &Passage<'a>, to: &Claim) -> Option<&'a Claim> {
    let next = passage.claims.iter().filter(|c| c.span.start >= to.span.end).min_by_key(|c| c.span.start)?;
    let near = passage.words_between(to.span.end, next.span.start).len() <= 8;
    (next.role == Role::Change && near).then_some(next)
}

/// The direction that the words say: before "fra", or behind with the change.
fn said_direction(passage: &Passage<'_>, from: &Claim, to: &Claim, change: Option<&Claim>) -> Option<bool> {
    let nearest = |words: &[Word<'_>]| words.iter().rev().find_map(|w| direction(&w.lower));
    let start = passage.claims.iter().filter(|c| c.span.end <= from.span.start).map(|c| c.span.end).max();
    let before = passage.words_between(start.unwrap_or_default(), from.span.start);
    // The verb stands near: "faldt ... fra", not a sentence or a headline away.
    let before = &before[before.len().saturating_sub(12)..];
    let text = passage.text.get(..from.span.start).unwrap_or_default();
    let clause = text.rfind([':', ';', '.']).unwrap_or_default();
    let before = &before[before.partition_point(|w| w.span.start < clause)..];
    let behind = change.map(|c| passage.words_between(to.span.end, c.span.start));
    nearest(before).or_else(|| behind.and_then(nearest))
}

fn stated_change(from: &Claim, to: &Claim, change: &Claim) -> Arithmetic {
    let (a, b) = (printed(from), printed(to));
    let percent = percent_of(a, b);
    let points = span_of_difference(a, b);
    let stated = change.interval();
    let agrees = match change.unit {
        Unit::PercentagePoint | Unit::Count => meet(points, stated),
        _ => meet(percent, stated),
    };
    let sum = Sum::Change {
        from: from.quote.clone(),
        to: to.quote.clone(),
        percent,
        difference: (to.value - from.value).abs(),
        stated: change.quote.clone(),
    };
    let mut found = Arithmetic::new(agrees, sum, &[from, to, change]);
    let of_shares = from.unit == Unit::Percent;
    if !agrees && of_shares && change.unit == Unit::Percent && meet(points, stated) {
        found.warnings.push(Warning::PercentVsPoints);
    }
    if change.unit == Unit::PercentagePoint && !of_shares {
        found.agreement = Agreement::NotCheckable;
    }
    found
}

/// The values that a level may have had before it was rounded.
fn printed(claim: &Claim) -> (f64, f64) {
    let half = if claim.unit == Unit::Count { 0.0 } else { 0.5 * 0.1_f64.powi(claim.decimals()) };
    (claim.value - half, claim.value + half)
}

/// The change in percent of the first value, whatever the two were before rounding.
fn percent_of(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    let ends = [(a.0, b.0), (a.0, b.1), (a.1, b.0), (a.1, b.1)];
    let changes = ends.map(|(a, b)| if a > 0.0 { 100.0 * (b - a) / a } else { f64::INFINITY });
    let low = changes.iter().copied().fold(f64::INFINITY, f64::min);
    let high = changes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    size((low, high))
}

fn span_of_difference(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    size((b.0 - a.1, b.1 - a.0))
}

/// An interval of changes as one of sizes.
fn size((low, high): (f64, f64)) -> (f64, f64) {
    if low >= 0.0 {
        (low, high)
    } else if high <= 0.0 {
        (-high, -low)
    } else {
        (0.0, high.max(-low))
    }
}

/// "40 procent, otte procentpoint over landsgennemsnittet på 31,8 procent".
pub(super) fn distances(passage: &Passage<'_>) -> Vec<Arithmetic> {
    let rates: Vec<&Claim> = passage.claims.iter().filter(|c| c.unit != Unit::Count).collect();
    let is_level = |c: &&&Claim| c.role == Role::Level && c.unit == Unit::Percent;
    let distance = |(i, pair): (usize, &[&Claim])| {
        let above = says_above(passage, pair[0], pair[1])?;
        let mut found = rates[..=i].iter().filter(is_level).map(|level| held(above, level, pair[0], pair[1]));
        let first = found.next()?;
        // Of several levels before it, the distance may be of any.
        match found.find(|f| f.agreement == Agreement::Consistent) {
            _ if first.agreement == Agreement::Consistent => Some(first),
            Some(other) => Some(other),
            None => (rates[..=i].iter().filter(is_level).count() == 1).then_some(first),
        }
    };
    rates.windows(2).enumerate().filter_map(distance).collect()
}

/// Whether a distance is said to be above or below the level right behind it.
fn says_above(passage: &Passage<'_>, apart: &Claim, other: &Claim) -> Option<bool> {
    let is_level = other.role == Role::Level && other.unit == Unit::Percent;
    if !is_level || apart.role != Role::Change || apart.unit != Unit::PercentagePoint {
        return None;
    }
    let words = passage.words_between(apart.span.end, other.span.start);
    let [first, rest @ ..] = words else { return None };
    let end = rest.first().is_some_and(|w| w.lower == "end");
    let to_average = rest.iter().any(|w| fits("lands*", &w.lower) || fits("gennemsnit*", &w.lower));
    match &*first.lower {
        _ if words.len() > 5 || !to_average => None,
        "over" => Some(true),
        "under" => Some(false),
        "højere" | "mere" if end => Some(true),
        "lavere" | "mindre" if end => Some(false),
        _ => None,
    }
}

fn held(above: bool, level: &Claim, apart: &Claim, other: &Claim) -> Arithmetic {
    let way = if above { level.value >= other.value } else { level.value <= other.value };
    let points = span_of_difference(printed(level), printed(other));
    let sum = Sum::Change {
        from: other.quote.clone(),
        to: level.quote.clone(),
        percent: percent_of(printed(other), printed(level)),
        difference: (level.value - other.value).abs(),
        stated: apart.quote.clone(),
    };
    Arithmetic::new(way && meet(points, apart.interval()), sum, &[level, apart, other])
}
