//! Shares in words: "halvdelen", "en tredjedel", "hver femte", "tre ud af fire", "26 ud af 13.244", "2/3 af".

use belaeg_model::Unit;

use crate::lex::Shape;
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::rates::{behind_fra, spans};
use crate::sentence::{Sentence, Use};
use crate::{number, words};

/// Every share of the sentence; the tokens of the words (not of the digits, which may be counts too) are marked.
pub(crate) fn find_fractions(s: &mut Sentence<'_>, rates: &mut Vec<Mention>) {
    if !s.seen.is(Class::FRACTION.or(Class::NUMERAL).or(Class::ONE)) {
        return;
    }
    let mut i = 0;
    while i < s.len() {
        let found = if s.is(i, Class::FRACTION) {
            half(s, i).or_else(|| parts(s, i)).or_else(|| every_nth(s, i))
        } else {
            glyph(s, i).or_else(|| slashed(s, i)).or_else(|| out_of(s, i))
        };
        match found {
            Some(mention) => {
                i = mention.last + 1;
                if mention.form == Form::WordFraction {
                    s.mark(mention.first, mention.last, Use::Rate);
                }
                rates.push(mention);
            }
            None => i += 1,
        }
    }
    rates.sort_by_key(|m| m.first);
    merge_ranges(s, rates);
    base_first(s, rates);
}

/// "mellem en fjerdedel og en tredjedel": one range.
fn merge_ranges(s: &Sentence<'_>, rates: &mut Vec<Mention>) {
    let mut i = 0;
    while i + 1 < rates.len() {
        let (a, b) = (&rates[i], &rates[i + 1]);
        let words = a.form == Form::WordFraction && b.form == Form::WordFraction && a.value < b.value;
        let joint = a.last + 1;
        let between = s.word(joint) == "og" && s.word_before(a.first) == "mellem"
            || s.word(joint) == "til" && (!behind_fra(s, a.first) || spans(s, a.first));
        if words && joint + 1 == b.first && between {
            let (value_max, last) = (b.value, b.last);
            rates[i].value_max = Some(value_max);
            rates[i].last = last;
            rates.remove(i + 1);
        }
        i += 1;
    }
}

/// A percentage with four decimals.
fn percent(x: f64, y: f64) -> f64 {
    (100.0 * x / y * 10_000.0).round() / 10_000.0
}

fn fraction(first: usize, last: usize, share: f64) -> Mention {
    Mention::new(first, last, percent(share, 1.0), Unit::Percent, Form::WordFraction)
}

fn half(s: &Sentence<'_>, i: usize) -> Option<Mention> {
    if !matches!(s.word(i), "halvdelen" | "halvdel" | "halvparten") {
        return None;
    }
    let before = s.word_before(i);
    let ordinal =
        matches!(before, "første" | "anden" | "sidste" | "andet" | "tidlig" | "sen" | "øverste" | "nederste")
            || i > 0 && s.uses[i - 1] == Use::Ordinal
            || i > 0 && s.symbol(i - 1, '.');
    let idiom = s.word(i + 1) == "af" && s.word(i + 2).starts_with("sandhed");
    (!ordinal && !idiom && !of_time(s, i + 1)).then(|| fraction(i, i, 0.5))
}

/// "af et år", "af perioden", "af 2022" at `i`: a stretch of time, not a share.
fn of_time(s: &Sentence<'_>, i: usize) -> bool {
    if s.word(i) != "af" {
        return words::is_calendar(s.word(i)) && s.word(i) != "gang";
    }
    (i + 1..i + 4)
        .take_while(|k| s.get(*k).is_some())
        .any(|k| s.uses[k] == Use::Year || words::is_calendar(s.word(k)))
        && !(i + 1..i + 3).any(|k| words::looks_counted(s.word(k)) && !words::is_calendar(s.word(k)))
}

/// "en tredjedel", "to tredjedele", "3 fjerdedele", "tredjedelen".
fn parts(s: &Sentence<'_>, i: usize) -> Option<Mention> {
    let word = s.word(i);
    let stem = number::PART_ENDINGS.iter().find_map(|e| word.strip_suffix(e))?;
    let n = number::ordinal(stem).filter(|n| *n > 2.0)?;
    let numerator = i.checked_sub(1).and_then(|b| {
        let value = s.free_number(b).map(|n| n.value).or_else(|| s.number_word(b))?;
        (value > 0.0 && value < n).then_some(value)
    });
    let first = if numerator.is_some() { i - 1 } else { i };
    (!of_time(s, i + 1)).then(|| fraction(first, i, numerator.unwrap_or(1.0) / n))
}

/// "hver tredje", "hvert femte", "hveranden"; not "hver anden tirsdag".
fn every_nth(s: &Sentence<'_>, i: usize) -> Option<Mention> {
    let (n, last) = match s.word(i) {
        "hveranden" | "hvertandet" => (2.0, i),
        "hver" | "hvert" if s.symbol(i + 2, '.') && s.tokens[i + 1].number().is_some() => {
            (s.tokens[i + 1].number()?.value, i + 2)
        }
        "hver" | "hvert" => (number::ordinal(s.word(i + 1))?, i + 1),
        _ => return None,
    };
    let next = s.word(last + 1);
    let frequency = words::is_calendar(next) || next.is_empty() && s.get(last + 1).is_none();
    (!frequency && (2.0..100.0).contains(&n)).then(|| fraction(i, last, 1.0 / n))
}

/// "¾ af borgerne", "over ⅘": a glyph below one without a unit.
fn glyph(s: &Sentence<'_>, i: usize) -> Option<Mention> {
    let n = s.free_number(i).filter(|n| n.value < 1.0)?;
    let alone =
        s.tokens[i].norm.chars().count() == 1 && number::glyph(s.tokens[i].norm.chars().next()?).is_some();
    let share = s.word(i + 1) == "af" || s.get(i + 1).is_none_or(|t| t.is_symbol('.') || t.is_symbol(','));
    (alone && share && !of_time(s, i + 1)).then(|| fraction(i, i, n.value))
}

/// "2/3 af": two small numbers and a slash.
fn slashed(s: &Sentence<'_>, i: usize) -> Option<Mention> {
    let (x, y) = (s.free_number(i)?, s.free_number(i + 2)?);
    let joined = s.symbol(i + 1, '/') && s.glued(i + 1) && s.glued(i + 2);
    let small = x.value > 0.0 && x.value < y.value && y.value <= 10.0;
    let date = matches!(s.word_before(i), "den" | "d" | "pr" | "senest" | "inden" | "fra" | "til" | "dato")
        || i == 0;
    let ends = s.get(i + 3).is_none_or(|t| t.is_symbol('.') || t.is_symbol(',')) && !date;
    let share = ends || s.get(i + 3).is_some_and(crate::lex::Token::is_word);
    (joined && small && share && !of_time(s, i + 3)).then(|| fraction(i, i + 2, x.value / y.value))
}

/// "tre ud af fire", "26 ud af 13.244", "10 ud af de 17", "49 af 88 klagesager".
fn out_of(s: &Sentence<'_>, i: usize) -> Option<Mention> {
    if s.tokens[i].number().is_none() && s.number_word(i).is_none() {
        return None;
    }
    // "syv ledige ud af ti": the noun may stand between.
    let ud = (i + 1..i + 4)
        .take_while(|k| {
            *k == i + 1 || words::looks_counted(s.word(k - 1)) || words::is_adjective(s.word(k - 1))
        })
        .find(|k| s.word(*k) == "ud");
    let (ud, af) = (ud.is_some(), ud.unwrap_or(i) + 1);
    if s.word(af) != "af" {
        return None;
    }
    let (x, x_digits) = amount(s, i)?;
    let y_at = (af + 1..af + 5).take_while(|k| s.get(*k).is_some()).find(|k| amount(s, *k).is_some())?;
    let bridge = (af + 1..y_at).all(|k| {
        matches!(
            s.word(k),
            "de" | "i"
                | "alt"
                | "samlet"
                | "hver"
                | "landets"
                | "kommunens"
                | "ialt"
                | "dem"
                | "mine"
                | "vores"
        )
        // "38 ud af sagens 41 dokumenter".
            || ud && s.word(k).ends_with('s')
    });
    let (y, y_digits) = amount(s, y_at)?;
    let unitless = crate::unit::unit_at(s, y_at + 1).is_none() && crate::unit::unit_at(s, i + 1).is_none();
    // "to af de tre" without "ud" may pick single things out: words need "ud" or a noun.
    let share = ud || x_digits && y_digits || y_at == af + 1 && words::looks_counted(s.word(y_at + 1));
    if !bridge || !unitless || !share || x > y || y <= 1.0 {
        return None;
    }
    let mut m = Mention::new(i, y_at, percent(x, y), Unit::Percent, Form::WordFraction);
    if x_digits && y_digits {
        m.form = Form::Ratio;
        m.ratio = Some((x, y));
    }
    Some(m)
}

/// A whole number in digits or one word at `i`, and whether it is in digits.
fn amount(s: &Sentence<'_>, i: usize) -> Option<(f64, bool)> {
    if let Some(n) = s.free_number(i) {
        let whole = matches!(n.shape, Shape::Plain | Shape::Grouped);
        return whole.then_some((n.value, true));
    }
    s.number_word(i).filter(|v| *v > 0.0 && s.word(i) != "en" || s.word(i + 1) == "ud").map(|v| (v, false))
}

/// "Ud af 39 sager var 12 ...": the base comes first. A percentage that says the same ("dvs. 31 %") takes the numbers over.
fn base_first(s: &Sentence<'_>, rates: &mut Vec<Mention>) {
    let Some((base_at, y)) = (0..s.len()).find_map(|i| leading_base(s, i)) else {
        return;
    };
    let taken = |k: usize| rates.iter().any(|m| m.first <= k && k <= m.last);
    let part = (base_at + 1..s.len()).take_while(|k| !ends_clause(s, *k) && !taken(*k)).find_map(|k| {
        let n = s.free_number(k).filter(|n| matches!(n.shape, Shape::Plain | Shape::Grouped))?;
        (n.value <= y && !is_year(s, k)).then_some((k, n.value))
    });
    let Some((x_at, x)) = part else { return };
    if taken(base_at) {
        return;
    }
    let same = rates.iter_mut().find(|m| {
        m.first > x_at
            && m.unit == Unit::Percent
            && m.ratio.is_none()
            && (m.value - percent(x, y)).abs() <= 0.5
    });
    if let Some(m) = same {
        m.ratio = Some((x, y));
        return;
    }
    let mut m = Mention::new(base_at, x_at, percent(x, y), Unit::Percent, Form::Ratio);
    m.ratio = Some((x, y));
    rates.push(m);
    rates.sort_by_key(|m| m.first);
}

/// "Ud af 13.244 afgørelser", "Af 39 sager" at the start of a clause: where the number stands, and its value.
fn leading_base(s: &Sentence<'_>, i: usize) -> Option<(usize, f64)> {
    let starts = i == 0 || s.symbol(i - 1, ',') || s.dash(i - 1);
    let af = if s.word(i) == "ud" { i + 1 } else { i };
    if !starts || s.word(af) != "af" {
        return None;
    }
    let at = (af + 1..af + 4).take_while(|k| s.get(*k).is_some()).find(|k| s.free_number(*k).is_some())?;
    let n = s.free_number(at).filter(|n| matches!(n.shape, Shape::Plain | Shape::Grouped))?;
    let counted = (at + 1..at + 3).any(|k| words::looks_counted(s.word(k)));
    (counted && !is_year(s, at) && n.value > 1.0).then_some((at, n.value))
}

fn ends_clause(s: &Sentence<'_>, k: usize) -> bool {
    s.symbol(k, ';') || s.symbol(k, ':') || matches!(s.word(k), "hvorimod" | "mens" | "men")
}

fn is_year(s: &Sentence<'_>, i: usize) -> bool {
    s.uses[i] == Use::Year
}
