//! Units of rates as they are written behind a number.

use belaeg_model::Unit;

use crate::lexicon::Class;
use crate::sentence::Sentence;
use crate::words;

/// The unit that begins at token `i`, and the index of its last token.
pub(crate) fn unit_at(s: &Sentence<'_>, i: usize) -> Option<(Unit, usize)> {
    if !s.is(i, Class::UNIT) {
        return None;
    }
    if s.symbol(i, '%') {
        return Some(points(s, i).map_or((Unit::Percent, i), |last| (Unit::PercentagePoint, last)));
    }
    if s.symbol(i, '‰') {
        return Some((Unit::Permille, i));
    }
    if !s.is(i, Class::UNIT) {
        let headed = s.word(i).starts_with("procent") && s.dash_before(i);
        return headed.then_some((Unit::Percent, i));
    }
    match s.word(i) {
        "procent" | "procents" | "procenter" | "procenten" => {
            Some(points(s, i).map_or((Unit::Percent, i), |last| (Unit::PercentagePoint, last)))
        }
        "procentpoint" | "procentpoints" | "procentpointet" | "procentenheder" | "pctpoint" => {
            Some((Unit::PercentagePoint, i))
        }
        "pct" | "prct" | "pcts" => {
            let last = if s.symbol(i + 1, '.') { i + 1 } else { i };
            Some(points(s, last).map_or((Unit::Percent, last), |last| (Unit::PercentagePoint, last)))
        }
        "pp" => Some((
            Unit::PercentagePoint,
            if s.symbol(i + 1, '.') && s.get(i + 2).is_some() { i + 1 } else { i },
        )),
        "p" if s.symbol(i + 1, '.') && s.word(i + 2) == "p" && s.glued(i + 2) => {
            Some((Unit::PercentagePoint, i + 2))
        }
        "promille" | "promiller" => Some((Unit::Permille, i)),
        word if word.starts_with("procent") && s.dash_before(i) => Some((Unit::Percent, i)),
        _ => None,
    }
}

/// "-point" or "point" behind the unit that ends at `last`.
fn points(s: &Sentence<'_>, last: usize) -> Option<usize> {
    let word = if s.dash(last + 1) && s.glued(last + 1) && s.glued(last + 2) { last + 2 } else { last + 1 };
    matches!(s.word(word), "point" | "points" | "enheder").then_some(word)
}

/// "pr. 1.000", "per 100" at token `i`: the N and the index of its token.
pub(crate) fn per_n_at(s: &Sentence<'_>, i: usize) -> Option<(u64, usize)> {
    if !s.is(i, Class::PER) {
        return None;
    }
    let number = match s.word(i) {
        "pr" | "per" => s.skip_dot(i + 1),
        "for" if s.word(i + 1) == "hver" => i + 2,
        _ => return None,
    };
    let n = s.free_number(number).map(|n| n.value).or_else(|| {
        let word = s.word(number);
        (word == "tusind" || word == "tusinde")
            .then_some(1000.0)
            .or_else(|| (word == "hundrede").then_some(100.0))
    })?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 10 to a million"
    )]
    ((10.0..=1_000_000.0).contains(&n) && n.fract() == 0.0).then_some((n as u64, number))
}

/// Whether `word` holds the name of a unit: "procentsmål", "grundskyldspromillen".
pub(crate) fn is_in_word(word: &str) -> bool {
    // Most words are shorter than "procent" or have no p, which is faster found.
    let mut rest = if word.len() < 7 { "" } else { word };
    while let Some(p) = rest.as_bytes().iter().position(|b| *b == b'p') {
        rest = &rest[p + 1..];
        if rest.starts_with("rocent") || rest.starts_with("romille") {
            return true;
        }
    }
    false
}

/// The unit that a compound noun carries: "omgørelsesprocenten", "grundskyldspromillen".
pub(crate) fn unit_in_noun(word: &str) -> Option<Unit> {
    const PERCENT: &[&str] = &["procent", "procenten", "procenter", "procenterne", "procents", "procentens"];
    const PERMILLE: &[&str] = &["promille", "promillen", "promiller", "promillerne"];
    let carries = |endings: &[&str]| endings.iter().any(|e| word.ends_with(e) && word.len() > e.len() + 2);
    if carries(PERCENT) && !words::is_percent_word(word) {
        Some(Unit::Percent)
    } else if carries(PERMILLE) {
        Some(Unit::Permille)
    } else {
        None
    }
}
