//! Dates as systems write them.

use belaeg_model::date::DANISH_TIME;
pub(crate) use belaeg_model::date::iso_day;
use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, Zoned};

/// The day it is in Denmark.
pub(crate) fn today() -> Date {
    day_of(Timestamp::now())
}

/// The day that an instant belongs to in Denmark.
pub(crate) fn day_of(at: Timestamp) -> Date {
    at.to_zoned(DANISH_TIME.clone()).date()
}

/// The instant of a time in ISO 8601; without an offset it is Danish time.
pub(crate) fn iso_instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let local: DateTime = text.parse().ok()?;
    local.to_zoned(DANISH_TIME.clone()).ok().map(|z| z.timestamp())
}

/// The day of a feed's entry: ISO 8601, RFC 822, or the first Danish date in it. A date with slashes whose first numbers could
/// both be the month is none, because feeds write either first.
pub(crate) fn feed_day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Some(day) = iso_day(text) {
        return Some(day);
    }
    if let Ok(at) = jiff::fmt::rfc2822::parse(text) {
        return Some(Zoned::with_time_zone(&at, DANISH_TIME.clone()).date());
    }
    let head = text.split([' ', 'T', ',']).next().unwrap_or_default();
    if head.matches('/').count() == 2 {
        return slashes(head);
    }
    in_text(text)
}

fn slashes(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let (a, b) = (parts.next()?.parse::<i8>().ok()?, parts.next()?.parse::<i8>().ok()?);
    let year = parts.next()?.parse().ok().filter(|y| (1900..2200).contains(y))?;
    match (a, b) {
        _ if a == b || a > 12 => Date::new(year, b, a).ok(),
        _ if b > 12 => Date::new(year, a, b).ok(),
        _ => None,
    }
}

/// The first date in a text.
pub(crate) fn in_text(text: &str) -> Option<Date> {
    belaeg_model::date::find_dates(text).first().map(|m| m.date)
}

/// The day that a path tells: `/20260720-nyt`, `/2026-07-20-nyt`, `/2026/07/20/nyt`, `/2026-05-04_15-00/`, `/20-07-2026`.
pub(crate) fn in_path(path: &str) -> Option<Date> {
    let parts: Vec<&str> = path.split('/').collect();
    let single =
        parts.iter().find_map(|part| compact(part).or_else(|| iso_prefix(part)).or_else(|| danish(part)));
    single.or_else(|| parts.windows(3).find_map(|w| of_numbers(w[0], w[1], w[2])))
}

/// The digits that `part` begins with, if it has exactly `n` there.
fn digits(part: &str, n: usize) -> Option<&str> {
    let end = part.bytes().take_while(u8::is_ascii_digit).count();
    (end == n).then(|| &part[..n])
}

fn compact(part: &str) -> Option<Date> {
    let d = digits(part, 8)?;
    of_numbers(&d[..4], &d[4..6], &d[6..])
}

fn iso_prefix(part: &str) -> Option<Date> {
    let year = digits(part, 4)?;
    let month = digits(part[4..].strip_prefix('-')?, 2)?;
    let day = digits(part[7..].strip_prefix('-')?, 2)?;
    of_numbers(year, month, day)
}

fn danish(part: &str) -> Option<Date> {
    let day = digits(part, 2)?;
    let month = digits(part[2..].strip_prefix('-')?, 2)?;
    let year = digits(part[5..].strip_prefix('-')?, 4)?;
    of_numbers(year, month, day)
}

fn of_numbers(year: &str, month: &str, day: &str) -> Option<Date> {
    let is_shaped =
        digits(year, 4) == Some(year) && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    let year: i16 = year.parse().ok().filter(|y| is_shaped && (1990..2100).contains(y))?;
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_feeds() {
        for (text, expected) in [
            ("Mon, 05 Oct 2026 14:00:00 +0200", "2026-10-05"),
            ("Mon, 05 Oct 2026 23:30:00 GMT", "2026-10-06"),
            ("2026-10-05T14:00:00+02:00", "2026-10-05"),
            ("2026-05-04T22:30:00Z", "2026-05-05"),
            ("2026-10-05T14:00:00", "2026-10-05"),
            ("2026-10-05", "2026-10-05"),
            ("10/25/2026 14:00:00", "2026-10-25"),
            ("25/10/2026", "2026-10-25"),
            ("10/05/2026 14:00:00", ""),
            ("5. oktober\u{a0}2026", "2026-10-05"),
            ("05-10-2026 14:00", "2026-10-05"),
            ("i går", ""),
        ] {
            assert_eq!(feed_day(text).map(|d| d.to_string()).unwrap_or_default(), expected, "{text}");
        }
    }

    #[test]
    fn days_in_paths() {
        for (path, expected) in [
            ("/nyheder/20260720-ny-børnehave", "2026-07-20"),
            ("/nyheder/2026-07-20-ny", "2026-07-20"),
            ("/nyheder/2026/07/20/ny", "2026-07-20"),
            ("/Politik/x/2026-05-04_15-00/referat", "2026-05-04"),
            ("/politik/x/04-05-2026", "2026-05-04"),
            ("/nyheder/20261320-x", ""),
            ("/sag/202607201234", ""),
            ("/nyheder/budget-2026", ""),
            ("/ø/2026-0æ", ""),
        ] {
            assert_eq!(in_path(path).map(|d| d.to_string()).unwrap_or_default(), expected, "{path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "[0-9/æ:-]{0,14}|\\PC*") {
            let _ = (feed_day(&text), in_path(&text), iso_instant(&text));
        }
    }
}
