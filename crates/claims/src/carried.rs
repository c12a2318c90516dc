//! Rates without a unit of their own: a noun or label before them says it, or the rate before them.

use belaeg_model::Unit;

use crate::lex::{Gap, Shape};
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::rates::is_year_number;
use crate::sentence::{Sentence, Use};
use crate::times::Time;
use crate::unit::{unit_at, unit_in_noun};
use crate::words;

/// Bare numbers behind a noun or label that says the unit: "Stemmeprocenten endte på 66,1", "Omgørelsesprocent: 41
/// (2019)", "Andel med ungdomsuddannelse (pct.): 2018: 79,6". The nearest one before a number counts.
pub(crate) fn by_label(s: &mut Sentence<'_>, found: &mut Vec<Mention>) {
    let mut label: Option<Unit> = None;
    trailing_unit(s, found);
    for i in 0..s.len() {
        if let Some(unit) = label_at(s, i) {
            label = Some(unit);
        }
        // "skatteprocenten med 0,2 procentpoint og yderligere 0,1": on with the nearer unit.
        if s.word_before(i) == "yderligere" && found.iter().any(|m| m.last < i) {
            continue;
        }
        let Some(unit) = label else { continue };
        let said = matches!(s.word_before(i), "på" | "er" | "var" | "være" | "til" | "under" | "henholdsvis")
            || s.word_before(i) == "og" && i > 1 && s.uses[i - 2] == Use::Rate;
        let spelled =
            s.number_word(i).filter(|_| said && s.uses[i] == Use::Free && !matches!(s.word(i), "en" | "et"));
        let Some(value) = bare_number(s, i).map(|(value, _)| value).or(spelled) else { continue };
        let limit = if unit == Unit::Percent && !said { 100.0 } else { 1000.0 };
        let in_words = s.tokens[i].is_word();
        if value <= limit && stands_alone(s, i) && (said || !in_words) {
            s.mark(i, i, Use::Rate);
            found.push(Mention::new(i, i, value, unit, Form::Implied));
        }
    }
}

/// Decimals before a unit that stands alone: "Odense 91,2; Nyborg 93,0 (pct., 2021)", "Roskilde: 4,8 – Lejre: 3,9. Sådan
/// ser fraværet i procent ud".
fn trailing_unit(s: &mut Sentence<'_>, found: &mut Vec<Mention>) {
    let in_percent = |k: usize| s.word_before(k) == "i" && unit_at(s, k).is_some() && s.uses[k] == Use::Free;
    let label =
        |k: usize| label_at(s, k).or_else(|| unit_at(s, k).filter(|_| in_percent(k)).map(|(unit, _)| unit));
    let Some((at, unit)) = (1..s.len()).find_map(|k| Some((k, label(k)?))) else { return };
    let values: Vec<usize> = (0..at)
        .filter(|i| s.free_number(*i).is_some_and(|n| n.shape == Shape::Decimal) && stands_alone(s, *i))
        .collect();
    if values.len() < 2 {
        return;
    }
    for i in values {
        let Some(n) = s.free_number(i) else { continue };
        s.mark(i, i, Use::Rate);
        found.push(Mention::new(i, i, n.value, unit, Form::Implied));
    }
}

/// A noun that carries a unit, or a unit that stands without a number: "(pct.)", "procent af den samlede mængde:".
fn label_at(s: &Sentence<'_>, i: usize) -> Option<Unit> {
    if !s.is(i, Class::UNIT) {
        return None;
    }
    if let Some(unit) = unit_in_noun(s.word(i)) {
        return Some(unit);
    }
    let (unit, last) = unit_at(s, i)?;
    let bare = s.uses[i] == Use::Free && i.checked_sub(1).is_none_or(|b| s.uses[b] != Use::Rate);
    let bracketed = i > 0 && s.symbol(i - 1, '(') && s.symbol(last + 1, ',');
    let heads = bracketed || s.symbol(last + 1, ')') || (last..s.len()).any(|k| s.symbol(k, ':'));
    (bare && heads).then_some(unit)
}

/// Whether the number at `i` counts nothing: behind it comes no noun.
fn stands_alone(s: &Sentence<'_>, i: usize) -> bool {
    let Some(next) = s.get(i + 1) else { return true };
    // "10 ud af 18 sager" is a share of its own.
    let of = if s.word(i + 1) == "ud" { i + 2 } else { i + 1 };
    if s.word(of) == "af" && (of == i + 2 || s.free_number(of + 1).is_some()) {
        return false;
    }
    // "5 ændret (9 %)": a count and its share.
    if s.symbol(i + 2, '(') && s.is(i + 1, Class::FUNCTION) {
        return false;
    }
    if !next.is_word() {
        // "2017/18", "22/27 pct."
        if next.is_symbol('/') {
            return false;
        }
        return !next.is_dash() || next.gap != Gap::Glued || s.free_number(i + 2).is_some();
    }
    next.entry.class.is(Class::FUNCTION)
}

/// Bare numbers that take the unit of the rate before them: "mod 4,1 på landsplan", "flest i Langeland (23,9)",
/// "3,9 (2017)", "hvor Halsnæs ligger på 26", "målet på 60", "landets 67,2", "i Tårnby 90,4 og i Ballerup 81,5".
pub(crate) fn forward(s: &mut Sentence<'_>, found: &mut Vec<Mention>, times: &[Time]) {
    let Some(model) = found.iter().find(|m| matches!(m.form, Form::Written | Form::Implied)).cloned() else {
        return;
    };
    for i in model.last + 1..s.len() {
        let Some((value, decimal)) = bare_number(s, i) else { continue };
        let ends = stands_alone(s, i) || times.iter().any(|t| t.first == i + 1);
        let fits = value <= model.value.max(10.0) * 20.0 && !counts_on(s, found, i) && !is_graded(s, i);
        if fits && (is_bracketed(s, i) || ends && (decimal || continues(s, i, times))) {
            let further = s.word_before(i) == "yderligere";
            let like =
                found.iter().filter(|m| further && m.last < i).max_by_key(|m| m.last).unwrap_or(&model);
            let (unit, per) = (like.unit, like.per);
            s.mark(i, i, Use::Rate);
            let mut m = Mention::new(i, i, value, unit, Form::Shared);
            m.per = per;
            found.push(m);
        }
    }
}

/// A number in digits, or in one word, that is used for nothing yet, and whether it has decimals.
fn bare_number(s: &Sentence<'_>, i: usize) -> Option<(f64, bool)> {
    if let Some(n) = s.free_number(i) {
        let quantity = !matches!(n.shape, Shape::Grouped | Shape::Code) && !is_year_number(s, i);
        return quantity.then_some((n.value, n.shape == Shape::Decimal));
    }
    let spelled = s.number_word(i).filter(|n| *n >= 10.0 && s.uses[i] == Use::Free)?;
    Some((spelled, false))
}

/// "karaktergennemsnittet er 7,0", "gennemsnitsalderen er 54,3": a figure on another scale.
fn is_graded(s: &Sentence<'_>, i: usize) -> bool {
    let (start, _) = crate::clause::around(s, i, i);
    (start.max(i.saturating_sub(5))..i).any(|k| {
        let word = s.word(k);
        word.starts_with("karakter")
            || word.ends_with("alder")
            || word.ends_with("alderen")
            || word.starts_with("indeks")
    })
}

/// Whether the number before the one at `i` counts something: then so may this one.
fn counts_on(s: &Sentence<'_>, found: &[Mention], i: usize) -> bool {
    let rate = found.iter().map(|m| m.last).filter(|last| *last < i).max().unwrap_or(0);
    (rate + 1..i).any(|k| s.free_number(k).is_some() && words::looks_counted(s.word(k + 1)))
}

fn is_bracketed(s: &Sentence<'_>, i: usize) -> bool {
    i > 0 && s.symbol(i - 1, '(') && s.symbol(i + 1, ')')
}

/// Whether what stands around the bare whole number at `i` says that it goes on with the rate before it.
fn continues(s: &Sentence<'_>, i: usize, times: &[Time]) -> bool {
    let Some(before) = i.checked_sub(1) else { return false };
    let dated = s.symbol(i + 1, '(') && times.iter().any(|t| t.first == i + 2);
    let after_year = times.iter().any(|t| t.last + 1 == i || t.last + 2 == i && s.symbol(before, ':'));
    let listed = s.symbol(before, ',') && times.iter().any(|t| t.first == i + 2);
    let list = listed || s.word(before) == "og" && before > 0 && s.uses[before - 1] == Use::Rate;
    let leads = s.symbol(before, '.') && s.word_before(before) == "hhv"
        || LEADING.contains(&s.word(before))
        || is_level_noun(s.word(before));
    dated || after_year || list || leads || after_place(s, i) || new_clause(s, i)
}

/// Words right before a whole number that goes on with the rates of its sentence.
const LEADING: &[&str] = &[
    "mod",
    "landets",
    "hhv",
    "henholdsvis",
    "havde",
    "har",
    "på",
    "til",
    "med",
    "det",
    "den",
    "er",
    "var",
    "blev",
    "fra",
    "lå",
    "nåede",
    "målet",
    "kun",
    "blot",
    "hele",
    "yderligere",
    "næsten",
    "omtrent",
    "knap",
    "godt",
    "kræver",
    "over",
    "under",
    "i",
    "ca",
    "cirka",
    "omkring",
    "og",
    "end",
    "bliver",
];

fn is_level_noun(word: &str) -> bool {
    matches!(word, "tallet" | "andelen" | "procenten" | "niveauet") || word.ends_with("snittet")
}

/// "i Hedensted 33, i Odder 29", "Samsø 61 | Odder 54": a name right before the number.
fn after_place(s: &Sentence<'_>, i: usize) -> bool {
    i.checked_sub(1).is_some_and(|k| k > 0 && s.tokens[k].is_word() && s.tokens[k].capital)
}

/// "60 procent er tilfredse, 25 har overvejet at flytte, og 15 har ikke taget stilling".
fn new_clause(s: &Sentence<'_>, i: usize) -> bool {
    let opens = s.symbol(i - 1, ',') || s.word_before(i) == "og" && i > 1 && s.symbol(i - 2, ',');
    opens && matches!(s.word(i + 1), "har" | "er" | "var" | "havde" | "blev" | "mener" | "siger")
}
