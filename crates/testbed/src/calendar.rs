//! Danish shapes of dates and times.

use belaeg_model::date::MONTHS;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday};

const WEEKDAYS: [&str; 7] = ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"];

/// "oktober".
pub(crate) fn month(date: Date) -> &'static str {
    MONTHS[usize::from(date.month().unsigned_abs()).clamp(1, 12) - 1]
}

/// "5. oktober 2026".
pub(crate) fn long(date: Date) -> String {
    format!("{}. {} {}", date.day(), month(date), date.year())
}

/// "mandag den 5. oktober 2026 kl. 15.45".
pub(crate) fn with_weekday(at: DateTime) -> String {
    let weekday = WEEKDAYS[usize::from(at.weekday().to_monday_zero_offset().unsigned_abs()).min(6)];
    format!("{weekday} den {} kl. {}", long(at.date()), at.strftime("%H.%M"))
}

/// "2026-10-05T14:00:00+02:00": the time of day in Denmark with its offset.
pub(crate) fn with_offset(at: DateTime) -> String {
    format!("{}{}", at.strftime("%Y-%m-%dT%H:%M:%S"), if is_summer(at.date()) { "+02:00" } else { "+01:00" })
}

/// "Mon, 05 Oct 2026 14:00:00 +0200", as RSS wants it.
pub(crate) fn rfc822(at: DateTime) -> String {
    format!(
        "{} {}",
        at.strftime("%a, %d %b %Y %H:%M:%S"),
        if is_summer(at.date()) { "+0200" } else { "+0100" }
    )
}

/// "Mon, 05 Oct 2026 00:00:00 GMT", as HTTP wants it.
pub(crate) fn http(date: Date) -> String {
    date.strftime("%a, %d %b %Y 00:00:00 GMT").to_string()
}

/// The European summer time, from the last Sunday of March to that of October; by the day, because no meeting is at night.
fn is_summer(date: Date) -> bool {
    let last_sunday = |month| {
        let first = Date::new(date.year(), month, 1).unwrap_or(date);
        first.nth_weekday_of_month(-1, Weekday::Sunday).unwrap_or(date)
    };
    date >= last_sunday(3) && date < last_sunday(10)
}

/// `date` moved by days; at the ends of time it stays.
pub(crate) fn days(date: Date, days: i32) -> Date {
    date.checked_add(i64::from(days).days()).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn shapes() {
        let at = date(2025, 10, 1).at(15, 45, 0, 0);
        assert_eq!(with_weekday(at), "onsdag den 1. oktober 2025 kl. 15.45");
        assert_eq!(with_offset(at), "2025-10-01T15:45:00+02:00");
        assert_eq!(with_offset(date(2025, 10, 26).at(9, 0, 0, 0)), "2025-10-26T09:00:00+01:00");
        assert_eq!(rfc822(at), "Wed, 01 Oct 2025 15:45:00 +0200");
        assert_eq!(http(date(2025, 1, 2)), "Thu, 02 Jan 2025 00:00:00 GMT");
    }
}
