//! Rates without a unit of their own: a noun or label before them says it, or the rate before them.

use belaeg_model::Unit;

use crate::lex::{Gap, Shape};
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::rates::is_year_number;
use crate::sentence::{Sentence, Use};
use crate::times::Time;
use crate::unit::{unit_at, unit_in_noun};

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
        let (Some(unit), Some(n)) = (label, s.free_number(i)) else { continue };
        let said = matches!(s.word_before(i), "på" | "er" | "var" | "være" | "til") && !is_year_number(s, i);
        let limit = if unit == Unit::Percent && !said { 100.0 } else { 1000.0 };
        let fits =
            n.value <= limit && !matches!(n.shape, Shape::Code | Shape::Grouped) && !is_year_number(s, i);
        if fits && stands_alone(s, i) {
            s.mark(i, i, Use::Rate);
            found.push(Mention::new(i, i, n.value, unit, Form::Implied));
        }
    }
}

/// "Odense 91,2; Nyborg 93,0 (pct., 2021)": a unit in brackets at the end of a list of decimals.
fn trailing_unit(s: &mut Sentence<'_>, found: &mut Vec<Mention>) {
    let Some(open) = (1..s.len()).find(|k| s.symbol(*k, '(') && unit_at(s, k + 1).is_some()) else { return };
    let Some((unit, last)) = unit_at(s, open + 1) else { return };
    let closes = s.symbol(last + 1, ')') || s.symbol(last + 1, ',');
    let is_value = |s: &Sentence<'_>, k: usize| s.free_number(k).is_some_and(|n| n.shape == Shape::Decimal);
    let listed = (0..open).any(|k| s.symbol(k, ':'));
    if !closes || !listed || !is_value(s, open - 1) {
        return;
    }
    for i in 0..open {
        let Some(n) = s.free_number(i).filter(|_| is_value(s, i) && stands_alone(s, i)) else { continue };
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
    let heads = s.symbol(last + 1, ')') || (last..s.len()).any(|k| s.symbol(k, ':'));
    (bare && heads).then_some(unit)
}

/// Whether the number at `i` counts nothing: behind it comes no noun.
fn stands_alone(s: &Sentence<'_>, i: usize) -> bool {
    let Some(next) = s.get(i + 1) else { return true };
    // "10 ud af 18 sager" is a share of its own.
    if s.word(i + 1) == "ud" && s.word(i + 2) == "af" {
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
/// "3,9 (2017)", "hvor Halsnæs ligger på 26", "målet på 60", "landets 67,2".
pub(crate) fn forward(s: &mut Sentence<'_>, found: &mut Vec<Mention>, times: &[Time]) {
    let Some(model) = found.iter().find(|m| matches!(m.form, Form::Written | Form::Implied)).cloned() else {
        return;
    };
    for i in model.last + 1..s.len() {
        let Some(n) = s.free_number(i) else { continue };
        let same_scale = n.value <= model.value.max(10.0) * 20.0 && n.shape != Shape::Grouped;
        let fits = same_scale && !is_year_number(s, i) && n.shape != Shape::Code;
        let ends = stands_alone(s, i) || times.iter().any(|t| t.first == i + 1);
        if fits && (is_bracketed(s, i) || ends && continues(s, i, times)) {
            let further = s.word_before(i) == "yderligere";
            let like =
                found.iter().filter(|m| further && m.last < i).max_by_key(|m| m.last).unwrap_or(&model);
            let (unit, per) = (like.unit, like.per);
            s.mark(i, i, Use::Rate);
            let mut m = Mention::new(i, i, n.value, unit, Form::Shared);
            m.per = per;
            found.push(m);
        }
    }
}

fn is_bracketed(s: &Sentence<'_>, i: usize) -> bool {
    i > 0 && s.symbol(i - 1, '(') && s.symbol(i + 1, ')')
}

/// Whether what stands around the bare number at `i` says that it goes on with the rate before it.
fn continues(s: &Sentence<'_>, i: usize, times: &[Time]) -> bool {
    let before = s.word_before(i);
    let second = i.checked_sub(2).map_or("", |k| s.word(k));
    let dated = s.symbol(i + 1, '(') && times.iter().any(|t| t.first == i + 2);
    let after_year = times.iter().any(|t| t.last + 1 == i || t.last + 2 == i && s.symbol(i - 1, ':'));
    let named = match before {
        "mod" | "landets" | "hhv" | "henholdsvis" | "havde" | "nøjedes" => true,
        "på" => is_goal_or_level(second) || is_level_verb(second) || after_place(s, i - 1),
        "til" => times.iter().any(|t| t.first == i + 1 || t.first == i + 2),
        "yderligere" => true,
        "med" => matches!(second, "nøjedes" | "slap" | "var"),
        "det" | "den" | "tallet" | "andelen" => is_level_verb(second),
        "er" | "var" | "blev" => {
            spoken_of(s, i)
                || matches!(second, "tallet" | "andelen" | "den" | "det" | "gennemsnittet" | "procenten" | "snittet")
        }
        // "hhv. 52 og 50": on with a list.
        "og" => i > 1 && s.uses[i - 2] == Use::Rate || times.iter().any(|t| t.first == i + 1),
        "kun" | "blot" | "hele" if before_place(s, i) => true,
        _ => after_place(s, i),
    };
    named || s.symbol(i - 1, '.') && second == "hhv" || dated || after_year
}

/// "tallet for årets første måneder var 81.", "hvor den året før var 23,6": the subject is what the rate before was about.
fn spoken_of(s: &Sentence<'_>, i: usize) -> bool {
    let ends = s.get(i + 1).is_none_or(|t| !t.is_word());
    let subject = |w: &str| {
        matches!(w, "den" | "det" | "tallet" | "andelen" | "niveauet" | "procenten" | "satsen") || w.ends_with("snittet")
    };
    let (start, _) = crate::clause::around(s, i, i);
    ends && (start..i).any(|k| subject(s.word(k)))
}

/// "kun 0,9 i Dragør".
fn before_place(s: &Sentence<'_>, i: usize) -> bool {
    matches!(s.word(i + 1), "i" | "på" | "for" | "hos") && s.get(i + 2).is_some_and(|t| t.is_word() && t.capital)
}

/// "i Hedensted 33, i Odder 29": a name right before the number.
fn after_place(s: &Sentence<'_>, i: usize) -> bool {
    let Some(name) = i.checked_sub(1).filter(|k| s.tokens[*k].is_word() && s.tokens[*k].capital) else {
        return false;
    };
    let joint = name.checked_sub(1);
    joint.is_some_and(|k| {
        matches!(s.word(k), "i" | "og" | "på" | "hos") || s.symbol(k, ',') || s.symbol(k, ';')
    })
}

fn is_level_verb(word: &str) -> bool {
    matches!(word, "ligger" | "lå" | "endte" | "landede" | "lander" | "er" | "var" | "blev" | "nåede")
}

/// "målet på 60", "landsgennemsnittet på 36".
fn is_goal_or_level(word: &str) -> bool {
    ["mål", "krav", "loft", "grænse"].iter().any(|g| word.starts_with(g) || word.ends_with(g))
        || ["kravet", "målet", "gennemsnit", "gennemsnittet", "snit", "snittet", "landstallet"]
            .iter()
            .any(|g| word.ends_with(g))
}
