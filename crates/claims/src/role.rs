//! What a number is meant as: level, change, target, forecast.

use belaeg_model::{Approx, Role, Year};

use crate::expectation::{is_conditional, is_forecast};
use crate::goal::{is_goal_itself, is_target};
use crate::mention::{Form, Mention};
use crate::movement::is_movement;
use crate::sentence::{Sentence, Use};

/// The role of a mention, and whether it is the size of a movement or distance (which a target or forecast may be too).
pub(crate) fn role_of(s: &Sentence<'_>, m: &Mention, approx: Approx) -> (Role, bool) {
    let moves = m.form != Form::Count && is_movement(s, m);
    let role = if is_goal_itself(s, m) {
        Role::Target
    } else if (starts_development(s, m) || ends_comparison(s, m)) && !moves {
        Role::Level
    } else if is_target(s, m, approx) {
        Role::Target
    } else if is_forecast(s, m) || is_conditional(s, m) {
        Role::Forecast
    } else if moves {
        Role::Change
    } else {
        Role::Level
    };
    (role, moves)
}

/// "0,5 procentpoint lavere end sidste års 6,3 procent": what something else is held against has been.
fn ends_comparison(s: &Sentence<'_>, m: &Mention) -> bool {
    (m.first.saturating_sub(4)..m.first).any(|k| {
        s.word(k) == "end"
            && (k + 1..m.first).all(|v| s.uses[v] == Use::Year || matches!(s.word(v), "de" | "det"))
    })
}

/// "fra 55 %", "fra de nuværende 55 %": where a development begins is a level, wherever it is to go.
fn starts_development(s: &Sentence<'_>, m: &Mention) -> bool {
    let from = (m.first.saturating_sub(3)..m.first).rev().find(|k| s.word(*k) == "fra");
    let filler = |k: usize| {
        matches!(s.word(k), "de" | "nuværende" | "nu" | "ca" | "omkring" | "knap" | "godt")
            || s.symbol(k, '.')
    };
    from.is_some_and(|from| (from + 1..m.first).all(filler))
}

/// A forecast for years that were over when the text was published is none; a change of years still to come is one.
/// `expects`: the statement speaks of expectations somewhere.
pub(crate) fn settle(
    role: Role,
    moves: bool,
    expects: bool,
    years: &[Year],
    published: Option<Year>,
) -> Role {
    let over = published.is_some_and(|p| years.last().is_some_and(|y| *y < p));
    let to_come = published.is_some_and(|p| years.first().is_some_and(|y| *y > p));
    let ends_later = published.is_some_and(|p| years.last().is_some_and(|y| *y > p));
    match role {
        Role::Change if ends_later => Role::Forecast,
        Role::Level if to_come && expects => Role::Forecast,
        Role::Forecast if over && moves => Role::Change,
        Role::Forecast if over => Role::Level,
        role => role,
    }
}

pub(crate) fn starts_with_any(word: &str, stems: &[&str]) -> bool {
    // Most stems differ in the first letter.
    let first = word.bytes().next();
    stems.iter().any(|stem| stem.bytes().next() == first && word.starts_with(stem))
}

/// Roles that a list hands on: "mindst 60 % i 2025, minimum 65 % i 2030", "1,25 % på A og ½ % på B".
pub(crate) fn hand_on(s: &Sentence<'_>, mentions: &[Mention], roles: &mut [(Role, bool)]) {
    for i in 1..mentions.len() {
        let (before, m) = (&mentions[i - 1], &mentions[i]);
        let same_unit = before.unit == m.unit && before.last < m.first;
        // "vil stige med 50 pct. – mest i Egedal (98 pct.)": the parts of the same movement.
        let part = s.symbol(m.first.saturating_sub(1), '(')
            && (before.last + 1..m.first).any(|k| matches!(s.word(k), "mest" | "mindst" | "størst"));
        if part && roles[i - 1].1 {
            roles[i] = roles[i - 1];
            continue;
        }
        // "steget med 18 pct. siden 2019, og 27 pct. af klagerne ...": the share of something is said anew.
        let said_anew = s.word(m.last + 1) == "af" && s.word(before.last + 1) != "af";
        if said_anew {
            continue;
        }
        if roles[i].0 == Role::Level
            && roles[i - 1].0 != Role::Level
            && same_unit
            && goes_on(s, before.last, m.first)
        {
            roles[i] = roles[i - 1];
        }
    }
}

/// Whether only joints, times, places and approximations stand between tokens `a` and `b`.
fn goes_on(s: &Sentence<'_>, a: usize, b: usize) -> bool {
    let joined = s.word_before(b) == "og" || (a + 1..b).any(|k| s.word(k) == "og" || s.symbol(k, ','));
    let verbs = [
        "er",
        "var",
        "lå",
        "ligger",
        "blev",
        "mens",
        "men",
        "mod",
        "realiseret",
        "til",
        "vil",
        "har",
        "at",
        "udgjorde",
        "udgør",
        "endte",
        "da",
    ];
    let rising = (a + 1..b).any(|k| matches!(s.word(k), "stigende" | "faldende" | "voksende"));
    if rising && s.word_before(b) == "til" {
        return true;
    }
    joined
        && b - a <= 12
        && !(a + 1..b).any(|k| {
            s.uses[k] != Use::Year
                && s.uses.get(k + 1) != Some(&Use::Year)
                && (verbs.contains(&s.word(k)) || s.symbol(k, '('))
        })
}
