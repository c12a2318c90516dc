//! Danish dates in running text.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::{ByteSpan, Year};

/// The months' Danish names; an abbreviation is a prefix of at least three letters.
pub const MONTHS: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];

/// Danish time by its rule, so that no file of time zones is needed.
pub static DANISH_TIME: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap_or(TimeZone::UTC));

/// The day in Denmark that a time in ISO 8601 falls on; without an offset it is Danish time.
pub fn iso_day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at.to_zoned(DANISH_TIME.clone()).date());
    }
    text.parse::<DateTime>().ok().map(DateTime::date)
}

/// A date and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateMention {
    /// The words of the date, without weekday or clock.
    pub span: ByteSpan,
    /// The date.
    pub date: Date,
}

/// The month that `word` names (1 to 12), full or abbreviated, in any case; a final dot is ignored.
pub fn month(word: &str) -> Option<i8> {
    let word = word.strip_suffix('.').unwrap_or(word);
    let [a, b, _, ..] = word.as_bytes() else { return None };
    // Most words begin like none.
    let two = [a.to_ascii_lowercase(), b.to_ascii_lowercase()];
    if !matches!(&two, b"ja" | b"fe" | b"ma" | b"ap" | b"ju" | b"au" | b"se" | b"ok" | b"no" | b"de") {
        return None;
    }
    let names = |name: &str| {
        let short = word.len() == 3 || word.eq_ignore_ascii_case("sept");
        let head = name.get(..word.len()).filter(|head| short || head.len() == name.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(word))
    };
    MONTHS.iter().position(|name| names(name)).and_then(|i| i8::try_from(i + 1).ok())
}

/// Every full date (day, month and year) of `text`, in order.
///
/// Shapes: `7. april 2022`, `d. 1.9.2018`, `29-06-2016`, `1/3 2020`, `31/12-18`, `2022-04-07`, `15-maj-2002`.
pub fn find_dates(text: &str) -> Vec<DateMention> {
    let mut found: Vec<DateMention> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        if let Some(mention) = date_at(text, at) {
            at = mention.span.end;
            found.push(mention);
        } else {
            while at < bytes.len() && bytes[at].is_ascii_digit() {
                at += 1;
            }
        }
    }
    found
}

/// The full date that begins at byte `at` of `text`, if one does.
pub fn date_at(text: &str, at: usize) -> Option<DateMention> {
    let mut scan = Scan::new(text, at)?;
    let first = scan.digits()?;
    let date = if first.len() == 4 { iso(first, &mut scan)? } else { day_first(first, &mut scan)? };
    scan.at_boundary().then(|| DateMention { span: ByteSpan::new(at, scan.at), date })
}

/// The year that a two-digit year in a date means: 00 to 68 are of this century.
pub fn full_year(two_digits: i16) -> Year {
    if two_digits <= 68 { 2000 + two_digits } else { 1900 + two_digits }
}

fn iso(year: &str, scan: &mut Scan<'_>) -> Option<Date> {
    scan.one_of(b"-")?;
    let month = scan.digits().filter(|d| d.len() == 2)?;
    scan.one_of(b"-")?;
    let day = scan.digits().filter(|d| d.len() == 2)?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn day_first(day: &str, scan: &mut Scan<'_>) -> Option<Date> {
    let day: i8 = day.parse().ok().filter(|d| (1..=31).contains(d))?;
    let (month, year) = numeric_rest(scan).or_else(|| worded_rest(scan))?;
    Date::new(year, month, day).ok()
}

/// `-06-2016`, `.01.2020`, `/3 2020`, `/12-18` behind the day.
fn numeric_rest(scan: &mut Scan<'_>) -> Option<(i8, Year)> {
    let start = scan.at;
    let rest = || -> Option<(i8, Year)> {
        let first = scan.one_of(b"-./")?;
        let month = scan.digits().filter(|d| d.len() <= 2)?;
        if first == b'/' {
            scan.one_of(b"-/ ")?;
        } else {
            scan.one_of(&[first])?;
        }
        let year = scan.digits()?;
        let year = match year.len() {
            4 => year.parse().ok().filter(|y| (1800..2200).contains(y))?,
            2 => full_year(year.parse().ok()?),
            _ => return None,
        };
        Some((month.parse().ok()?, year))
    };
    let mut rest = rest;
    let result = rest();
    if result.is_none() {
        scan.at = start;
    }
    result
}

/// `. april 2022`, `-maj-2002`, ` sept. 2021` behind the day.
fn worded_rest(scan: &mut Scan<'_>) -> Option<(i8, Year)> {
    let _ = scan.one_of(b".-");
    scan.spaces();
    let month = month(scan.letters()?)?;
    let _ = scan.one_of(b".,-");
    scan.spaces();
    let year = scan.digits().filter(|d| d.len() == 4)?;
    let year = year.parse().ok().filter(|y| (1800..2200).contains(y))?;
    Some((month, year))
}

/// A cursor over the bytes of a text.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    /// A cursor at `at`, unless a letter or digit touches it from the left.
    fn new(text: &'t str, at: usize) -> Option<Self> {
        let before = text.get(..at)?.chars().next_back();
        let glued = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '/' | '-' | '§'));
        let decimal = before.is_some_and(|c| matches!(c, '.' | ','))
            && text[..at - 1].ends_with(|c: char| c.is_ascii_digit());
        (!glued && !decimal).then_some(Self { text, at })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take_while(&mut self, good: impl Fn(u8) -> bool) -> Option<&'t str> {
        let start = self.at;
        while self.peek().is_some_and(&good) {
            self.at += 1;
        }
        (self.at > start).then(|| &self.text[start..self.at])
    }

    fn digits(&mut self) -> Option<&'t str> {
        self.take_while(|b| b.is_ascii_digit())
    }

    fn letters(&mut self) -> Option<&'t str> {
        self.take_while(|b| b.is_ascii_alphabetic())
    }

    fn one_of(&mut self, set: &[u8]) -> Option<u8> {
        let b = self.peek().filter(|b| set.contains(b))?;
        self.at += 1;
        Some(b)
    }

    /// Skips blanks, no-break spaces and line breaks (a date may be wrapped).
    fn spaces(&mut self) {
        let rest = &self.text[self.at..];
        let blank = rest.len() - rest.trim_start().len();
        if blank <= 4 {
            self.at += blank;
        }
    }

    fn at_boundary(&self) -> bool {
        let mut rest = self.text[self.at..].chars();
        match rest.next() {
            None => true,
            Some('-' | '/' | '.' | ',') => !rest.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => !c.is_alphanumeric(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_denmark() {
        for (text, day) in [
            ("2026-05-04T22:30:00Z", "2026-05-05"),
            ("2026-12-04T22:30:00Z", "2026-12-04"),
            ("2026-05-04T14:00:00+02:00", "2026-05-04"),
            ("2026-05-04T23:30:00", "2026-05-04"),
            (" 2026-05-04 ", "2026-05-04"),
        ] {
            assert_eq!(iso_day(text).map(|d| d.to_string()).as_deref(), Some(day), "{text}");
        }
        assert_eq!(iso_day("4. maj 2026"), None);
    }

    #[test]
    fn finds_every_shape() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("Mødedato: 7. april 2022", &[("7. april 2022", "2022-04-07")]),
            ("19-04-2018", &[("19-04-2018", "2018-04-19")]),
            ("04.04.2017\nSiden", &[("04.04.2017", "2017-04-04")]),
            ("11.9.2025, kl. 10:00", &[("11.9.2025", "2025-09-11")]),
            ("Pr. 1/3 2020 og 31/12-18.", &[("1/3 2020", "2020-03-01"), ("31/12-18", "2018-12-31")]),
            ("2022-04-07T10:00", &[]),
            ("den 2022-04-07.", &[("2022-04-07", "2022-04-07")]),
            ("15-maj-2002", &[("15-maj-2002", "2002-05-15")]),
            ("7.\u{a0}sept. 2021", &[("7.\u{a0}sept. 2021", "2021-09-07")]),
            ("den 29.\njanuar 2020", &[("29.\njanuar 2020", "2020-01-29")]),
            ("29-06-2016 17:30:00", &[("29-06-2016", "2016-06-29")]),
            ("den 30. februar 2020, 45. april 2020", &[]),
            ("Sag 00.15.01-A00-24-1, J.nr. 24-024921", &[]),
            ("tlf. 59 66 65 54 og 2.14 og 13.244", &[]),
            ("1.12.1999.4", &[]),
        ];
        for (text, want) in cases {
            let got: Vec<_> =
                find_dates(text).iter().map(|m| (m.span.of(text), m.date.to_string())).collect();
            let want: Vec<_> = want.iter().map(|(q, d)| (*q, (*d).to_owned())).collect();
            assert_eq!(got, want, "{text:?}");
        }
    }

    #[test]
    fn months_have_short_forms() {
        assert_eq!(month("Sept."), Some(9));
        assert_eq!(month("jan"), Some(1));
        assert_eq!(month("MAJ"), Some(5));
        assert_eq!(month("mar"), Some(3));
        assert_eq!(month("ma"), None);
        assert_eq!(month("augu"), None);
        assert_eq!(month("årti"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_gives_spans_on_boundaries(text in "[0-9./ -]{0,12}|\\PC*") {
            for m in find_dates(&text) {
                proptest::prop_assert!(m.span.get(&text).is_some());
            }
        }
    }
}
