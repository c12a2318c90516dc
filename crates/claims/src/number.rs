//! Danish numbers, in digits and in words: the one place where a decimal comma is read.

use crate::lex::{Number, Shape};

/// The value of a fraction glyph.
pub(crate) fn glyph(c: char) -> Option<f64> {
    Some(match c {
        '½' => 0.5,
        '¼' => 0.25,
        '¾' => 0.75,
        '⅓' => 1.0 / 3.0,
        '⅔' => 2.0 / 3.0,
        '⅕' => 0.2,
        '⅖' => 0.4,
        '⅗' => 0.6,
        '⅘' => 0.8,
        '⅙' => 1.0 / 6.0,
        '⅚' => 5.0 / 6.0,
        '⅛' => 0.125,
        '⅜' => 0.375,
        '⅝' => 0.625,
        '⅞' => 0.875,
        _ => return None,
    })
}

/// Reads the number in digits that begins at byte `at`, which holds a digit or a fraction glyph.
///
/// Returns the number and where it ends. `after_letters`: letters touch it from the left ("P00").
pub(crate) fn read_digits(text: &str, at: usize, after_letters: bool) -> (Number, usize) {
    let whole_end = digits_end(text, at);
    let (mut shape, mut end) = (Shape::Plain, whole_end);
    if let Some(grouped) = groups_end(text, at, whole_end) {
        (shape, end) = (Shape::Grouped, grouped);
    }
    if let Some(decimals) = fraction_end(text, end, ',') {
        // "2016,2017" is a list.
        if end - at == 4 && decimals - end == 5 && !after_letters {
            return (Number { value: value_of(&text[at..end], shape), shape }, end);
        }
        (shape, end) = (Shape::Decimal, decimals);
    } else if shape == Shape::Plain
        && let Some(decimals) = fraction_end(text, end, '.')
    {
        (shape, end) = (Shape::Point, decimals);
    }
    let mut value = value_of(&text[at..end], shape);
    if let Some(part) = text[end..].chars().next().and_then(|c| Some((c, glyph(c)?))) {
        value += part.1;
        (shape, end) = (Shape::Decimal, end + part.0.len_utf8());
    }
    let code_end = code_end(text, end);
    if after_letters || code_end > end {
        return (Number { value, shape: Shape::Code }, code_end);
    }
    (Number { value, shape }, end)
}

/// The end of a code that goes on behind a number with digits and separators: `29.15.04`, `24-024921`, `5a`.
fn code_end(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let mut chars = rest.chars();
    match (chars.next(), chars.next()) {
        (Some('.' | ','), Some(d)) if d.is_ascii_digit() => {
            let run = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
            let run = rest.len() - run.len();
            let stops = rest[..run].len() - rest[..run].trim_end_matches(['.', ',']).len();
            end + run - stops
        }
        (Some(l), after) if l.is_ascii_lowercase() && !after.is_some_and(char::is_alphabetic) => {
            // "4a", "2b": a section or a class; "5 m" has a blank.
            if after.is_some_and(|c| c.is_numeric()) { end } else { end + 1 }
        }
        _ => end,
    }
}

fn digits_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    text.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

/// The end of `13.244`, `1.234.567`, `13 244` (blank, no-break and thin spaces) when the first group ends at `end`.
fn groups_end(text: &str, at: usize, end: usize) -> Option<usize> {
    if !(1..=3).contains(&(end - at)) || text[at..].starts_with('0') {
        return None;
    }
    let separator =
        text[end..].chars().next().filter(|c| matches!(c, '.' | ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}'))?;
    let mut last = None;
    let mut next = end;
    while text[next..].starts_with(separator) {
        let group = next + separator.len_utf8();
        let group_end = digits_end(text, group);
        if group_end - group != 3 {
            // A group of another length: with blanks it is a phone number, with dots a code.
            return if group_end == group { last } else { None };
        }
        last = Some(group_end);
        next = group_end;
    }
    last
}

/// The end of the decimals behind `mark` at `end`.
fn fraction_end(text: &str, end: usize, mark: char) -> Option<usize> {
    let digits = end + text[end..].strip_prefix(mark).map(|_| 1)?;
    let last = digits_end(text, digits);
    let ok = if mark == ',' { last > digits } else { (1..=2).contains(&(last - digits)) };
    (ok && !goes_on_as_code(&text[last..])).then_some(last)
}

fn goes_on_as_code(rest: &str) -> bool {
    let mut chars = rest.chars();
    matches!(chars.next(), Some('.' | ',')) && chars.next().is_some_and(|c| c.is_ascii_digit())
}

fn value_of(written: &str, shape: Shape) -> f64 {
    if written.len() <= 9
        && let Ok(whole) = written.parse::<u32>()
    {
        return f64::from(whole);
    }
    let mut digits = String::with_capacity(written.len());
    for c in written.chars() {
        match c {
            '0'..='9' => digits.push(c),
            ',' => digits.push('.'),
            '.' if shape == Shape::Point => digits.push('.'),
            _ => {}
        }
    }
    digits.parse().unwrap_or(0.0)
}

const SMALL: &[(&str, u16)] = &[
    ("nul", 0),
    ("en", 1),
    ("et", 1),
    ("én", 1),
    ("ét", 1),
    ("to", 2),
    ("tre", 3),
    ("fire", 4),
    ("fem", 5),
    ("seks", 6),
    ("syv", 7),
    ("otte", 8),
    ("ni", 9),
    ("ti", 10),
    ("elleve", 11),
    ("tolv", 12),
    ("tretten", 13),
    ("fjorten", 14),
    ("femten", 15),
    ("seksten", 16),
    ("sytten", 17),
    ("atten", 18),
    ("nitten", 19),
];

const TENS: &[(&str, u16)] = &[
    ("tyve", 20),
    ("tredive", 30),
    ("fyrre", 40),
    ("fyrretyve", 40),
    ("halvtreds", 50),
    ("halvtredsindstyve", 50),
    ("tres", 60),
    ("tresindstyve", 60),
    ("halvfjerds", 70),
    ("halvfjerdsindstyve", 70),
    ("firs", 80),
    ("firsindstyve", 80),
    ("halvfems", 90),
    ("halvfemsindstyve", 90),
];

fn look_up(table: &[(&str, u16)], word: &str) -> Option<f64> {
    table.iter().find(|(w, _)| *w == word).map(|(_, v)| f64::from(*v))
}

/// The number below 1,000 that one word in lower case spells: `nul`, `sytten`, `seksogfyrre`, `tohundrede`.
pub(crate) fn word(word: &str) -> Option<f64> {
    crate::lexicon::number(word).map(f64::from)
}

/// Every number below 1,000 that one word spells.
pub(crate) fn spelled() -> impl Iterator<Item = (String, u16)> {
    let plain = SMALL.iter().chain(TENS).map(|(word, value)| ((*word).to_owned(), *value));
    let units = || SMALL.iter().filter(|(_, value)| (1..10).contains(value));
    let compound = units().flat_map(|(u, a)| TENS.iter().map(move |(t, b)| (format!("{u}og{t}"), a + b)));
    let hundred = |end: &'static str| {
        let several = units().map(move |(u, a)| (format!("{u}{end}"), a * 100));
        several.chain([(end.to_owned(), 100)])
    };
    plain.chain(compound).chain(hundred("hundrede")).chain(hundred("hundred"))
}

/// `tredjedel`, `fjerdedele`, `tiendedelen` ...: every form of every part.
pub(crate) fn parts_of_a_whole() -> impl Iterator<Item = String> {
    let forms = |(ordinal, _): &(&'static str, u16)| {
        let ordinal = *ordinal;
        PART_ENDINGS.iter().map(move |end| format!("{ordinal}{end}"))
    };
    ORDINALS.iter().flat_map(forms)
}

/// The endings of a part of a whole behind its ordinal.
pub(crate) const PART_ENDINGS: &[&str] = &["delene", "delen", "dele", "del"];

/// The number that several words spell: `fjorten komma tre`, `to et halvt`, `en halv`, `halvanden`,
/// `et hundrede og femogtyve`, `to tusind`. `None` unless every word takes part.
pub(crate) fn words(words: &[&str]) -> Option<f64> {
    match words {
        [w] if matches!(*w, "halvanden" | "halvandet") => Some(1.5),
        [w] => word(w),
        ["en" | "et", "halv" | "halvt"] => Some(0.5),
        ["en" | "et", "kvart"] => Some(0.25),
        [w, "og", "en" | "et", "halv" | "halvt"] | [w, "en" | "et", "halv" | "halvt"] => Some(word(w)? + 0.5),
        [whole @ .., "komma", decimal] => {
            let tens = word(decimal)?;
            let scale = if tens < 10.0 { 10.0 } else { 100.0 };
            Some(self::words(whole)? + tens / scale)
        }
        [w, "hundrede"] => Some(look_up(SMALL, w)? * 100.0),
        [w, "tusind" | "tusinde"] => Some(word(w)? * 1000.0),
        [head @ .., "og", tail] if matches!(head.last(), Some(&"hundrede")) => {
            Some(self::words(head)? + word(tail).filter(|v| *v < 100.0)?)
        }
        _ => None,
    }
}

const ORDINALS: &[(&str, u16)] = &[
    ("anden", 2),
    ("andet", 2),
    ("tredje", 3),
    ("tredie", 3),
    ("fjerde", 4),
    ("femte", 5),
    ("sjette", 6),
    ("syvende", 7),
    ("ottende", 8),
    ("niende", 9),
    ("tiende", 10),
    ("tolvte", 12),
    ("femtende", 15),
    ("tyvende", 20),
    ("hundrede", 100),
];

/// The N of an ordinal word: `tredje`, `femte` ...; `anden` is 2.
pub(crate) fn ordinal(word: &str) -> Option<f64> {
    look_up(ORDINALS, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits() {
        let cases = [
            ("28,9 %", 28.9, Shape::Decimal, 4),
            ("13.244 sager", 13244.0, Shape::Grouped, 6),
            ("13\u{a0}244 sager", 13244.0, Shape::Grouped, 7),
            ("1.234.567,5 kr.", 1_234_567.5, Shape::Decimal, 11),
            ("36.2 %", 36.2, Shape::Point, 4),
            ("2.14.", 2.14, Shape::Point, 4),
            ("1½ procent", 1.5, Shape::Decimal, 3),
            ("½ procent", 0.5, Shape::Decimal, 2),
            ("212 sager", 212.0, Shape::Plain, 3),
            ("59 66 65 54", 59.0, Shape::Plain, 2),
            ("29.15.04-P00", 29.15, Shape::Code, 8),
            ("2016,2017", 2016.0, Shape::Plain, 4),
            ("19 000 og", 19000.0, Shape::Grouped, 6),
            ("12.", 12.0, Shape::Plain, 2),
            ("5a.", 5.0, Shape::Code, 2),
        ];
        for (text, value, shape, end) in cases {
            let (n, at) = read_digits(text, 0, false);
            assert_eq!(n.shape, shape, "{text}");
            if shape != Shape::Code {
                assert!((n.value - value).abs() < 1e-9, "{text}: {}", n.value);
            }
            assert_eq!(at, end, "{text}");
        }
    }

    #[test]
    fn number_words() {
        let cases: &[(&str, Option<f64>)] = &[
            ("seksogfyrre", Some(46.0)),
            ("nioghalvfems", Some(99.0)),
            ("enogtyve", Some(21.0)),
            ("halvtreds", Some(50.0)),
            ("tresindstyve", Some(60.0)),
            ("fjorten komma tre", Some(14.3)),
            ("to et halvt", Some(2.5)),
            ("en halv", Some(0.5)),
            ("halvanden", Some(1.5)),
            ("hundrede", Some(100.0)),
            ("et hundrede og femogtyve", Some(125.0)),
            ("to tusind", Some(2000.0)),
            ("sagog", None),
            ("og", None),
            ("mange", None),
        ];
        for (text, want) in cases {
            let parts: Vec<&str> = text.split(' ').collect();
            let got = words(&parts);
            assert_eq!(got.map(|v| (v * 1000.0).round()), want.map(|v| (v * 1000.0).round()), "{text}");
        }
    }
}
