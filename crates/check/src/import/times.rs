//! Periods as publishers write them, beyond our own notation.

use belaeg_model::{Year, date};

use crate::figure::Period;

/// The period that `text` names: `2019`, `2019K4`, `2019 - 4. kvartal`, `1. halvår 2018`, `november 2021`, `2021-11`, `2019.0`.
/// `2008-09` can be a month or two years, and is none.
pub(crate) fn period(text: &str) -> Option<Period> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text);
    if let Ok(period) = text.parse() {
        return Some(period);
    }
    iso_month(text).or_else(|| years(text)).or_else(|| in_words(text))
}

fn year(text: &str) -> Option<Year> {
    let is_year = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_year)
}

/// `2021-11`, where it cannot mean the years 2021 to 2011.
fn iso_month(text: &str) -> Option<Period> {
    let (first, second) = text.split_once('-')?;
    let (first, month) = (year(first)?, two_digits(second)?);
    Period::month(first, month).filter(|_| i16::from(month) <= first % 100)
}

/// `2013-17`, where it cannot mean a month.
fn years(text: &str) -> Option<Period> {
    let (first, second) = text.split_once(['-', '–'])?;
    let (first, last) = (year(first.trim())?, two_digits(second.trim())?);
    let end = first / 100 * 100 + i16::from(last);
    (last > 12 && end > first).then(|| Period::years(first, end))
}

fn two_digits(text: &str) -> Option<u8> {
    text.parse().ok().filter(|_| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()))
}

/// A year, and a month, quarter or half-year of it, in either order.
fn in_words(text: &str) -> Option<Period> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let at = words.iter().position(|word| year(word).is_some())?;
    let year = year(words[at])?;
    let rest = [&words[..at], &words[at + 1..]].concat();
    match rest[..] {
        [month] => Period::month(year, u8::try_from(date::month(month)?).ok()?),
        [number, "kvartal" | "kvt" | "kv" | "quarter"] => Period::quarter(year, number.parse().ok()?),
        [number, "halvår" | "halvaar"] => Period::half_year(year, number.parse().ok()?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn periods() {
        for (text, expected) in [
            ("2019", Some("2019")),
            ("2019.0", Some("2019")),
            ("2019 - 4. kvartal", Some("2019K4")),
            ("4. kvartal 2019", Some("2019K4")),
            ("1. kvt. 2020", Some("2020K1")),
            ("2019K4", Some("2019K4")),
            ("2019Q4", Some("2019K4")),
            ("1. halvår 2018", Some("2018H1")),
            ("november 2021", Some("2021M11")),
            ("2021 Nov.", Some("2021M11")),
            ("2021M11", Some("2021M11")),
            ("2021-11", Some("2021M11")),
            ("2013-17", Some("2013-2017")),
            ("2013\u{2013}2017", Some("2013-2017")),
            ("2008-09", None),
            ("5. kvartal 2019", None),
            ("2019 uge 4", None),
            ("2022/23", None),
            ("I alt", None),
            ("", None),
        ] {
            let read = period(text).map(|p| p.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9a-zæøå .-]{0,20}") {
            let _ = period(&text);
        }
    }
}
