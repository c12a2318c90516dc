//! Numbers that are no quantities: paragraphs, clocks, phones, money, durations, ages, codes, ordinals.

use crate::lex::{Gap, Shape};
use crate::lexicon::Class;
use crate::sentence::{Sentence, Use};
use crate::words;

/// Marks every number of the sentence that can be neither a rate, a count nor a year.
pub(crate) fn mark(s: &mut Sentence<'_>) {
    mark_codes(s);
    mark_phones(s);
    let mut i = 0;
    while i < s.len() {
        mark_references(s, i);
        if s.free_number(i).is_some() {
            mark_by_what_follows(s, i);
        }
        i += 1;
    }
}

/// Digits glued by dashes or slashes that are no range: `24-024921`, `306-2009-600`, `15/34881`.
fn mark_codes(s: &mut Sentence<'_>) {
    let mut i = 0;
    while i < s.len() {
        let mut last = i;
        while last + 2 < s.len() + 1 && joins(s, last + 1) && s.get(last + 2).is_some() && s.glued(last + 2) {
            last += 2;
            // "29.15.04-G01-1987-19": letters and digits of one part.
            while last > i
                && s.glued(last + 1)
                && s.get(last + 1).is_some_and(|t| t.is_word() || t.number().is_some())
            {
                last += 1;
            }
        }
        let begins = s.get(i).is_some_and(|t| t.number().is_some() || t.is_word());
        let has_digits = (i..=last).any(|k| s.get(k).is_some_and(|t| t.number().is_some()));
        if begins && last > i && has_digits && is_code(s, i, last) {
            s.mark(i, last, Use::Code);
        }
        if s.get(i).and_then(crate::lex::Token::number).is_some_and(|n| n.shape == Shape::Code) {
            s.mark(i, i, Use::Code);
        }
        i = last + 1;
    }
}

fn joins(s: &Sentence<'_>, i: usize) -> bool {
    s.glued(i) && (s.symbol(i, '-') || s.symbol(i, '/'))
}

fn is_code(s: &Sentence<'_>, first: usize, last: usize) -> bool {
    let parts: Vec<_> = (first..=last).step_by(2).filter_map(|i| s.get(i)).collect();
    let numbers: Vec<_> = parts.iter().filter_map(|t| Some((t.number()?, t.norm.as_ref()))).collect();
    if numbers.iter().any(|(n, _)| n.shape == Shape::Code) {
        return true;
    }
    if numbers.len() < parts.len() {
        // "SAG-2015-01536", "5-årig" and "0-17-årige" (ages), "2-sprogede".
        return parts[0].is_word() && numbers.iter().any(|(_, w)| w.len() >= 4);
    }
    let long = |w: &str| w.len() > 4 && !w.contains([',', '.']);
    match numbers.as_slice() {
        [(a, wa), (b, wb)] => {
            let leading_zero = wb.len() > 2 && wb.starts_with('0');
            let years = parts[0].year_like().is_some() && wb.len() <= 4;
            let backwards = b.value < a.value && wb.len() > 2 && !years;
            long(wa) || long(wb) || leading_zero || backwards
        }
        _ => numbers.len() > 2,
    }
}

/// Eight digits: in one piece, in pairs, in fours; and pairs behind "+45".
fn mark_phones(s: &mut Sentence<'_>) {
    let plain = |s: &Sentence<'_>, i: usize, len: usize| {
        s.get(i).is_some_and(|t| t.norm.len() == len && t.norm.bytes().all(|b| b.is_ascii_digit()))
            && s.uses[i] == Use::Free
    };
    for i in 0..s.len() {
        if s.free_number(i).is_none() {
            continue;
        }
        for (len, parts) in [(8, 1), (4, 2), (2, 4)] {
            let all = (i..i + parts).all(|k| plain(s, k, len) && (k == i || s.tokens[k].gap == Gap::Space));
            let years = parts == 2 && all && (i..i + 2).all(|k| s.tokens[k].year_like().is_some());
            // "i 2022 1973 klagesager": a year and a count.
            let year_first = parts == 2 && all && s.tokens[i].year_like().is_some();
            if all && !years && !year_first {
                s.mark(i, i + parts - 1, Use::Phone);
            }
        }
    }
}

/// Numbers that name a thing: behind "§", "kl.", "nr.", "stk.", "punkt", a street ...
fn mark_references(s: &mut Sentence<'_>, i: usize) {
    if s.symbol(i, '§') {
        return mark_list(s, i + 1, Use::Reference);
    }
    let word = s.word(i);
    let behind_dot = s.skip_dot(i + 1);
    if s.is(i, Class::CLOCK) {
        mark_list(s, behind_dot, Use::Clock);
    } else if s.is(i, Class::REFERENCE) {
        mark_list(s, s.skip_colon(behind_dot), Use::Reference);
    } else if s.is(i, Class::SCORE) {
        mark_list(s, i + 1, Use::Measurement);
    } else if word == "kr" {
        mark_list(s, behind_dot, Use::Money);
    } else if s.tokens[i].capital
        && s.free_number(i + 1).is_some_and(|n| n.shape == Shape::Plain)
        && word != "alle"
        && words::STREET_ENDINGS.iter().any(|e| word.ends_with(e))
    {
        s.mark(i + 1, i + 1, Use::Reference);
    }
}

/// Marks the numbers from `i` on, over commas, dashes, dots, "og", "fra" and "til" between them.
fn mark_list(s: &mut Sentence<'_>, i: usize, r#use: Use) {
    let mut at = i;
    if matches!(s.word(at), "fra" | "på" | "mellem") && r#use == Use::Measurement {
        at += 1;
    }
    // "9. klasse: 2019 86 %": a year behind a colon is no name.
    if at > 0 && s.symbol(at - 1, ':') && s.get(at).is_some_and(|t| t.year_like().is_some()) {
        return;
    }
    while s.free_number(at).is_some() && !followed_by_rate_unit(s, at + 1) && !s.symbol(at + 1, '=') {
        s.mark(at, at, r#use);
        let mut next = at + 1;
        while s.dash(next)
            || s.symbol(next, ',')
            || s.symbol(next, ':')
            || matches!(s.word(next), "og" | "til" | "eller")
        {
            next += 1;
        }
        // "uge 38, 2022".
        let dated = s.symbol(at + 1, ',') && s.get(next).is_some_and(|t| t.year_like().is_some());
        if next == at + 1 || dated {
            return;
        }
        at = next;
    }
}

fn followed_by_rate_unit(s: &Sentence<'_>, i: usize) -> bool {
    crate::unit::unit_at(s, i).is_some()
}

/// Numbers told by the words behind them: money, measurements, durations, ages, ordinals, clocks, addresses.
fn mark_by_what_follows(s: &mut Sentence<'_>, i: usize) {
    let end = range_end(s, i);
    let next = end + 1;
    let r#use = if s.is(next, Class::MONEY) || s.is(next, Class::SCALE) && is_money(s, next) {
        Use::Money
    } else if s.symbol(next, '+') || heads_compound(s, next) && !is_year_of_name(s, i, end) {
        Use::Compound
    } else if s.is(next, Class::MEASUREMENT) {
        Use::Measurement
    } else if s.is(next, Class::DURATION)
        || s.is(next + 1, Class::DURATION) && s.is(next, Class::DURATION_ADJECTIVE)
    {
        Use::Duration
    } else if s.symbol(next, '.') && ordinal_follows(s, i, next) {
        Use::Ordinal
    } else if is_postcode(s, i) {
        Use::Reference
    } else {
        return;
    };
    s.mark(i, end, r#use);
}

/// The last number of "10-15", "10 til 15", "10, 12 og 15" beginning at `i`; only over glued dashes and "til".
fn range_end(s: &Sentence<'_>, i: usize) -> usize {
    let mut end = i;
    loop {
        let dashed = s.dash(end + 1) && s.glued(end + 1) && s.glued(end + 2);
        let worded = s.word(end + 1) == "til" && s.tokens[end].year_like().is_none();
        if (dashed || worded) && s.free_number(end + 2).is_some() {
            end += 2;
        } else if s.symbol(end + 1, '.') && s.dash(end + 2) && s.free_number(end + 3).is_some() {
            end += 3;
        } else {
            return end;
        }
    }
}

/// "2030-målet", "2025-kravet": the number is a year.
fn is_year_of_name(s: &Sentence<'_>, first: usize, last: usize) -> bool {
    first == last && s.tokens[first].year_like().is_some()
}

/// "mio. kr.", "mia. kroner", or a bare "mio."/"millioner" (people are counted in digits here).
fn is_money(s: &Sentence<'_>, scale: usize) -> bool {
    let after = s.skip_dot(scale + 1);
    s.is(after, Class::MONEY) || !words::looks_counted(s.word(after))
}

/// A dash at `dash` and a word glued behind it that is no unit: "5-årig", "6-byerne", "17-årige".
fn heads_compound(s: &Sentence<'_>, dash: usize) -> bool {
    let i = dash + 1;
    s.dash(dash)
        && s.glued(dash)
        && s.glued(i)
        && s.get(i).is_some_and(crate::lex::Token::is_word)
        && !words::is_percent_word(s.word(i))
        && !matches!(s.word(i), "pct" | "promille")
}

/// "7. klasse", "1. halvår", "4.-9. klasse", "2. behandling"; not a dot at the end.
fn ordinal_follows(s: &Sentence<'_>, first: usize, dot: usize) -> bool {
    if s.free_number(first).is_none_or(|n| n.shape != Shape::Plain) {
        return false;
    }
    let Some(next) = s.get(dot + 1) else {
        return false;
    };
    let list_number = first == 0 && next.gap != Gap::Glued;
    next.is_dash() || list_number || next.is_word() && !next.capital && next.gap != Gap::Glued
}

/// Four digits before a capitalised word, behind a comma or at the start: "Smallegade 1, 2000 Frederiksberg".
fn is_postcode(s: &Sentence<'_>, i: usize) -> bool {
    let four = s.get(i).is_some_and(|t| t.norm.len() == 4 && t.norm.bytes().all(|b| b.is_ascii_digit()));
    let town = s.get(i + 1).is_some_and(|t| t.is_word() && t.capital && t.gap == Gap::Space);
    let address = i.checked_sub(1).is_none_or(|b| {
        s.symbol(b, ',') && b.checked_sub(1).is_some_and(|k| s.get(k).is_some_and(|t| t.number().is_some()))
            || s.symbol(b, '-') && s.word_before(b) == "dk"
    });
    four && town && address && s.get(i).is_some_and(|t| t.year_like().is_none() || i > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> Vec<(String, Use)> {
        let s = Sentence::new(text);
        (0..s.len())
            .filter(|i| s.tokens[*i].number().is_some())
            .map(|i| (s.tokens[i].norm.to_string(), s.uses[i]))
            .collect()
    }

    #[test]
    fn numbers_that_are_no_quantities() {
        let cases: &[(&str, &[Use])] = &[
            (
                "Sag 00.15.01-A00-24-1 hos 59 66 65 54",
                &[Use::Code, Use::Code, Use::Code, Use::Code, Use::Phone, Use::Phone, Use::Phone, Use::Phone],
            ),
            (
                "Sag 2019-0087614 kl. 16.30 i lokale 2.14.",
                &[Use::Code, Use::Code, Use::Clock, Use::Reference],
            ),
            ("§ 166 og § 60, stk. 1.", &[Use::Reference, Use::Reference, Use::Reference]),
            ("9.450 kroner og 1,4 mio. kr. til 2.019 m²", &[Use::Money, Use::Money, Use::Measurement]),
            (
                "0-17-årige, 80+-årige, 5-årig, 6-byerne",
                &[Use::Compound, Use::Compound, Use::Compound, Use::Compound, Use::Compound],
            ),
            ("4.-9. klasse og 1. halvår", &[Use::Ordinal, Use::Ordinal, Use::Ordinal]),
            ("147 dage, 8 ugers frist, 3 hele måneder", &[Use::Duration, Use::Duration, Use::Duration]),
            ("Egevej 14, 2000 Frederiksberg", &[Use::Reference, Use::Reference]),
            ("på en skala fra 1 til 5; indeks 103", &[Use::Measurement, Use::Measurement, Use::Measurement]),
            ("den 7. april 2022 og 1/3 2020", &[Use::Date, Use::Date, Use::Date, Use::Date, Use::Date]),
            ("10-15 % af 212 sager", &[Use::Free, Use::Free, Use::Free]),
            ("i 2022 1973 klagesager", &[Use::Free, Use::Free]),
            ("J.nr. 24-024921 og 15/34881", &[Use::Code, Use::Code, Use::Code, Use::Code]),
            ("kl. 9-14 på 50 km/t", &[Use::Clock, Use::Clock, Use::Measurement]),
        ];
        for (text, want) in cases {
            let got: Vec<Use> = uses(text).into_iter().map(|(_, u)| u).collect();
            assert_eq!(got, *want, "{text}");
        }
    }
}
