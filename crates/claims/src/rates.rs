//! Rates with their unit: beside the number, shared in a list, per N, or carried by a noun before it.

use belaeg_model::Unit;

use crate::lex::Shape;
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::sentence::{Sentence, Use};
use crate::times::Time;
use crate::unit::{per_n_at, unit_at};
use crate::{number, words};

/// Every rate in digits or words with a unit; the tokens are marked. In order of the text.
pub(crate) fn find_rates(s: &mut Sentence<'_>, times: &[Time]) -> Vec<Mention> {
    let mut found = Vec::new();
    if !s.seen.is(Class::UNIT.or(Class::PER)) || !s.seen.is(Class::NUMERAL.or(Class::ONE)) {
        return found;
    }
    let mut i = 0;
    while i < s.len() {
        if let Some((unit, last)) = unit_at(s, i) {
            written(s, i, last, unit, &mut found);
            i = last + 1;
        } else if let Some((n, last)) = per_n_at(s, i) {
            per_n(s, i, last, n, &mut found);
            i = last + 1;
        } else {
            i += 1;
        }
    }
    crate::carried::by_label(s, &mut found);
    found.sort_by_key(|m| m.first);
    merge_ranges(s, &mut found, times);
    crate::carried::forward(s, &mut found, times);
    found.sort_by_key(|m| m.first);
    found
}

/// A quantity in digits or words that ends at token `last`: its first token and value.
fn quantity_ending(s: &Sentence<'_>, last: usize) -> Option<(usize, f64)> {
    if let Some(n) = s.free_number(last) {
        return Some((last, n.value));
    }
    if s.word(last).is_empty() {
        return None;
    }
    // "en enkelt procent".
    if s.word(last) == "enkelt" && matches!(s.word_before(last), "en" | "et") {
        return Some((last - 1, 1.0));
    }
    let longest = (last.saturating_sub(5)..=last).find_map(|first| {
        let parts: Vec<&str> = (first..=last).map(|k| s.word(k)).collect();
        number::words(&parts).map(|v| (first, v))
    })?;
    Some(longest)
}

/// A number with its unit at tokens `unit..=last`, and the numbers before it that share the unit.
fn written(s: &mut Sentence<'_>, unit: usize, last: usize, kind: Unit, found: &mut Vec<Mention>) {
    let compound = s.dash_before(unit);
    let number_end = if compound { unit.checked_sub(2) } else { unit.checked_sub(1) };
    let Some((first, value)) = number_end.and_then(|end| quantity_ending(s, end)) else {
        return;
    };
    // "siden 1990 pct.": a year in front of a column's unit.
    if is_year_number(s, first) {
        return;
    }
    if is_idiom(s, value, first, last) || is_sum(s, first, last) || is_quantile(s, last) {
        s.mark(first, last, Use::Measurement);
        return;
    }
    s.mark(first, last, Use::Rate);
    let mut mention = Mention::new(first, last, value, kind, Form::Written);
    if let Some((low_first, low)) = range_before(s, first, value) {
        mention.first = low_first;
        mention.value = low;
        mention.value_max = Some(value);
        s.mark(low_first, first, Use::Rate);
    }
    for m in shared_before(s, mention.first, kind) {
        s.mark(m.first, m.last, Use::Rate);
        found.push(m);
    }
    found.push(mention);
}

/// "100 procent enig": certainty, not a share.
fn is_idiom(s: &Sentence<'_>, value: f64, first: usize, last: usize) -> bool {
    const STATES: &[&str] = &[
        "enig",
        "enige",
        "enigt",
        "sikker",
        "sikre",
        "sikkert",
        "klar",
        "klart",
        "overbevist",
        "overbeviste",
        "ærlig",
        "ærlige",
        "bag",
        "fokus",
        "opbakning",
        "tryg",
        "trygge",
        "åben",
        "åbne",
        "rigtigt",
        "rigtig",
        "forkert",
        "garanti",
        "afklaret",
        "ligeglad",
    ];
    let certain = [100.0, 110.0, 120.0, 200.0, 1000.0].contains(&value);
    let effort = (first.saturating_sub(3)..first)
        .any(|k| matches!(s.word(k), "giver" | "giv" | "give" | "gav" | "yder"));
    let ends = s.get(last + 1).is_none_or(|t| !t.is_word());
    let sure = STATES.contains(&s.word(last + 1)) || s.word(last + 1) == "på" && s.word(last + 2) == "det";
    // An advertisement.
    let offer = matches!(s.word(last + 1), "rabat" | "rabatten")
        || s.word(last + 1) == "på" && s.word(last + 2) == "alt";
    offer || certain && (sure || effort && ends)
}

/// "85 %-fraktil": a place in a distribution.
fn is_quantile(s: &Sentence<'_>, last: usize) -> bool {
    s.dash(last + 1) && ["fraktil", "percentil", "kvartil"].iter().any(|q| s.word(last + 2).starts_with(q))
}

/// "regnes en procent ud": a percentage as such.
fn is_sum(s: &Sentence<'_>, first: usize, last: usize) -> bool {
    let bare = matches!(s.word(first), "en" | "et") && first + 1 == last;
    bare && (s.word(last + 1) == "ud"
        || (first.saturating_sub(3)..first).any(|k| s.word(k).contains("regne")))
}

/// The low end of "10-15 %", "seks-syv procent", "mellem 10 og 15 %", "10 til 15 %" before the number at `first`.
fn range_before(s: &Sentence<'_>, first: usize, high: f64) -> Option<(usize, f64)> {
    let joint = first.checked_sub(1)?;
    let (low_first, low) = quantity_ending(s, joint.checked_sub(1)?)?;
    if low >= high || is_year_number(s, joint - 1) {
        return None;
    }
    let joined = match s.word(joint) {
        "og" => is_between(s, low_first),
        "til" => !behind_fra(s, low_first) || spans(s, low_first),
        "à" | "a" => true,
        _ => s.dash(joint),
    };
    joined.then_some((low_first, low))
}

/// "mellem", also over an approximation: "mellem ca. 10 og 15".
fn is_between(s: &Sentence<'_>, first: usize) -> bool {
    s.word_before(first) == "mellem"
        || matches!(s.word_before(first), "ca" | "cirka" | "omkring")
            && first > 1
            && s.word(first - 2) == "mellem"
}

/// Whether "fra A til B" before token `until` is a range and no development: a verb of spread, or no word of rise,
/// fall or movement at all.
pub(crate) fn spans(s: &Sentence<'_>, until: usize) -> bool {
    let spread = |w: &str| {
        ["varier", "spænd", "sving", "fordel"].iter().any(|stem| w.starts_with(stem)) || w == "intervallet"
    };
    // "ligger fra 5 til 10 %": a verb that stands still.
    let still = |k: usize| {
        matches!(
            s.word(k),
            "ligger" | "lå" | "udgør" | "udgjorde" | "er" | "var" | "får" | "fik" | "har" | "havde" | "giver"
        )
    };
    let from = (until.saturating_sub(3)..until).rev().find(|k| s.word(*k) == "fra");
    let lies = from.is_some_and(|from| (from.saturating_sub(2)..from).any(still));
    (0..until).any(|k| spread(s.word(k)))
        || lies && !(0..s.len()).any(|k| crate::movement::is_development(s.word(k)))
}

/// "fra" before the value at `first`, also over "de nuværende".
pub(crate) fn behind_fra(s: &Sentence<'_>, first: usize) -> bool {
    (first.saturating_sub(3)..first).any(|k| s.word(k) == "fra")
}

pub(crate) fn is_year_number(s: &Sentence<'_>, i: usize) -> bool {
    s.get(i).is_some_and(|t| t.year_like().is_some())
}

/// The bare numbers before `first` that share its unit: "19 og 31 procent", "A, B og C pct.", "fra 66 til 69".
fn shared_before(s: &Sentence<'_>, first: usize, unit: Unit) -> Vec<Mention> {
    let mut shared = Vec::new();
    let mut at = first;
    let mut conjoined = false;
    while let Some(joint) = joint_before(s, at) {
        let word = s.word(joint);
        let joins = matches!(word, "og" | "til" | "eller" | "mod" | "samt" | "henholdsvis" | "kontra") || conjoined && s.symbol(joint, ',')
                // "22 / 27 pct."
                || s.symbol(joint, '/') && !s.glued(joint);
        let Some(end) = joint.checked_sub(1).filter(|_| joins).map(|e| over_group(s, e)) else { break };
        if is_year_number(s, end) || s.free_number(end).is_some_and(|n| n.shape == Shape::Code) {
            break;
        }
        let Some((first, value)) = quantity_ending(s, end).filter(|_| !matches!(s.word(end), "en" | "et"))
        else {
            break;
        };
        conjoined = true;
        shared.push(Mention::new(first, end, value, unit, Form::Shared));
        at = first;
    }
    shared.reverse();
    shared
}

/// The token before `at`, over an approximation ("ca.", "knap").
fn joint_before(s: &Sentence<'_>, at: usize) -> Option<usize> {
    let mut joint = at.checked_sub(1)?;
    // "Vejle havde 63, Kolding 58 og Fredericia 55 procent".
    if s.tokens[joint].is_word() && s.tokens[joint].capital && joint > 0 {
        joint -= 1;
    }
    while s.symbol(joint, '.')
        || matches!(s.word(joint), "ca" | "cirka" | "omkring" | "knap" | "godt" | "næsten" | "over" | "under")
    {
        joint = joint.checked_sub(1)?;
    }
    Some(joint)
}

/// Behind a number that ends a group "66 i 2016", "66 (2016)": the token of the number.
fn over_group(s: &Sentence<'_>, end: usize) -> usize {
    if s.uses[end] == Use::Year {
        let mut at = end;
        while at > 0 && (s.uses[at] == Use::Year || matches!(s.word(at), "i" | "år")) {
            at -= 1;
        }
        return at;
    }
    if s.symbol(end, ')')
        && let Some(open) = (end.saturating_sub(4)..end).rev().find(|k| s.symbol(*k, '('))
    {
        return open.saturating_sub(1);
    }
    end
}

/// "11,1 underretninger pr. 100 børn og unge": the number before, the noun behind.
fn per_n(s: &mut Sentence<'_>, per: usize, n_token: usize, n: u64, found: &mut Vec<Mention>) {
    if per == 0 {
        return leading_per_n(s, n_token, n, found);
    }
    let Some(first) = (per.saturating_sub(4)..per).rev().find(|k| s.free_number(*k).is_some()) else {
        return;
    };
    let plain_words =
        (first + 1..per).all(|k| !s.word(k).is_empty() && !matches!(s.word(k), "i" | "og" | "af"));
    if !plain_words || is_year_number(s, first) {
        return;
    }
    let mut last = n_token;
    if s.get(last + 1).is_some_and(crate::lex::Token::is_word) && !s.is(last + 1, Class::FUNCTION) {
        last += 1;
        if s.word(last + 1) == "og" && words::looks_counted(s.word(last + 2)) {
            last += 2;
        }
    }
    let Some(value) = s.free_number(first).map(|n| n.value) else {
        return;
    };
    s.mark(first, last, Use::Rate);
    // "fra 412 i 2016 til 387 indlæggelser pr. 1.000 borgere".
    for mut m in shared_before(s, first, Unit::PerN) {
        m.per = Some(n);
        s.mark(m.first, m.last, Use::Rate);
        found.push(m);
    }
    let mut mention = Mention::new(first, last, value, Unit::PerN, Form::Written);
    mention.per = Some(n);
    found.push(mention);
}

/// "Pr. 100.000 indbyggere var der i 2019 112 indlæggelser": the first number with a noun behind it.
fn leading_per_n(s: &mut Sentence<'_>, n_token: usize, n: u64, found: &mut Vec<Mention>) {
    let counted = |k: &usize| {
        s.free_number(*k).is_some() && !is_year_number(s, *k) && words::looks_counted(s.word(k + 1))
    };
    let Some(first) = (n_token + 1..s.len()).find(counted) else { return };
    let Some(value) = s.free_number(first).map(|n| n.value) else { return };
    s.mark(n_token, n_token, Use::Rate);
    s.mark(first, first + 1, Use::Rate);
    let mut mention = Mention::new(first, first + 1, value, Unit::PerN, Form::Written);
    mention.per = Some(n);
    found.push(mention);
}

/// "mellem 10 % og 15 %", "10 % - 15 %", "10 % til 15 %": one range, unless years or places stand between.
fn merge_ranges(s: &Sentence<'_>, found: &mut Vec<Mention>, times: &[Time]) {
    let mut i = 0;
    while i + 1 < found.len() {
        let (a, b) = (&found[i], &found[i + 1]);
        let joint = a.last + 1;
        let adjacent = joint + 1 == b.first && a.unit == b.unit && a.value < b.value;
        let ranged = match s.word(joint) {
            "og" => is_between(s, a.first),
            "til" => !behind_fra(s, a.first) || spans(s, a.first),
            _ => s.dash(joint),
        };
        let single = a.value_max.is_none() && b.value_max.is_none();
        let paired = own_bracket(s, b.last + 1, times);
        if adjacent && ranged && single && !paired {
            let (value_max, last) = (b.value, b.last);
            found[i].value_max = Some(value_max);
            found[i].last = last;
            found.remove(i + 1);
        }
        i += 1;
    }
}

/// A parenthesis that begins at `i` and holds a time: the bound belongs to it alone.
fn own_bracket(s: &Sentence<'_>, i: usize, times: &[Time]) -> bool {
    s.symbol(i, '(') && times.iter().any(|t| t.first == i + 1)
}
