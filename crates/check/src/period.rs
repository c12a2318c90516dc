//! Periods of official figures: whole months from first to last, written as years, quarters, half-years, months or spans.

use std::fmt;
use std::str::FromStr;

use belaeg_model::Year;

const MONTHS_PER_YEAR: i32 = 12;

/// A run of whole months. Written as `2021`, `2024K3`, `2018H1`, `2021M11`, `2013-2017`, `2017-2018H1` or
/// `2014M06-2015M05`; the written form of a period reads back as the same period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// Months since January of year 0.
    first: i32,
    /// The last month, in the period.
    last: i32,
}

impl Period {
    /// A calendar year.
    pub fn year(year: Year) -> Self {
        Self::years(year, year)
    }

    /// Every month of the years `first` to `last`; in either order.
    pub fn years(first: Year, last: Year) -> Self {
        let (first, last) = (first.min(last), first.max(last));
        Self { first: january(first), last: january(last) + MONTHS_PER_YEAR - 1 }
    }

    /// Month 1 to 12 of a year.
    pub fn month(year: Year, month: u8) -> Option<Self> {
        Self::part(year, month, 1, MONTHS_PER_YEAR)
    }

    /// Quarter 1 to 4 of a year.
    pub fn quarter(year: Year, quarter: u8) -> Option<Self> {
        Self::part(year, quarter, 3, 4)
    }

    /// Half-year 1 or 2.
    pub fn half_year(year: Year, half: u8) -> Option<Self> {
        Self::part(year, half, 6, 2)
    }

    /// From the beginning of `self` to the end of `last`; none if `last` both begins and ends earlier.
    pub fn until(self, last: Self) -> Option<Self> {
        let later = self.first <= last.first || self.last <= last.last;
        (later && self.first <= last.last).then_some(Self { first: self.first, last: last.last })
    }

    fn part(year: Year, number: u8, months: i32, parts: i32) -> Option<Self> {
        let number = i32::from(number);
        if !(1..=parts).contains(&number) {
            return None;
        }
        let first = january(year) + (number - 1) * months;
        Some(Self { first, last: first + months - 1 })
    }

    /// How many months it has.
    pub fn months(self) -> i32 {
        self.last - self.first + 1
    }

    /// The year that the period is, if it is one calendar year.
    pub fn as_year(self) -> Option<Year> {
        (self.months() == MONTHS_PER_YEAR && self.starts_a_year()).then(|| self.first_year())
    }

    /// The year in which it begins.
    pub fn first_year(self) -> Year {
        year_of(self.first)
    }

    /// The year in which it ends.
    pub fn last_year(self) -> Year {
        year_of(self.last)
    }

    /// Whether every month of `other` is in it.
    pub fn contains(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// Whether it is longer than a year.
    pub fn is_multi_year(self) -> bool {
        self.months() > MONTHS_PER_YEAR
    }

    fn starts_a_year(self) -> bool {
        self.first.rem_euclid(MONTHS_PER_YEAR) == 0
    }

    fn ends_a_year(self) -> bool {
        self.last.rem_euclid(MONTHS_PER_YEAR) == MONTHS_PER_YEAR - 1
    }
}

fn january(year: Year) -> i32 {
    i32::from(year) * MONTHS_PER_YEAR
}

fn year_of(month: i32) -> Year {
    // A month was made from a `Year`, so that it fits.
    Year::try_from(month.div_euclid(MONTHS_PER_YEAR)).unwrap_or(Year::MAX)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.first_year();
        let month = self.first.rem_euclid(MONTHS_PER_YEAR);
        match self.months() {
            12 if self.starts_a_year() => write!(f, "{year:04}"),
            6 if month % 6 == 0 => write!(f, "{year:04}H{}", month / 6 + 1),
            3 if month % 3 == 0 => write!(f, "{year:04}K{}", month / 3 + 1),
            1 => write!(f, "{year:04}M{:02}", month + 1),
            _ => self.write_span(f),
        }
    }
}

impl Period {
    fn write_span(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = (self.last_year(), self.last.rem_euclid(MONTHS_PER_YEAR));
        write!(f, "{:04}", self.first_year())?;
        if !self.starts_a_year() {
            write!(f, "M{:02}", self.first.rem_euclid(MONTHS_PER_YEAR) + 1)?;
        }
        match last {
            (year, _) if self.ends_a_year() => write!(f, "-{year:04}"),
            (year, 5) => write!(f, "-{year:04}H1"),
            (year, month) => write!(f, "-{year:04}M{:02}", month + 1),
        }
    }
}

/// A text that is no period.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is no period: expected a year (2021), month (2021M11), quarter (2024K3), half-year (2018H1) or span (2013-2017)"
)]
pub struct UnknownPeriod(String);

impl FromStr for Period {
    type Err = UnknownPeriod;

    fn from_str(text: &str) -> Result<Self, UnknownPeriod> {
        let unknown = || UnknownPeriod(text.chars().take(40).collect());
        let trimmed = text.trim();
        let Some((first, last)) = trimmed.split_once(['-', '–']) else {
            return single(trimmed).ok_or_else(unknown);
        };
        let ends = single(first.trim()).zip(single(last.trim()));
        ends.and_then(|(first, last)| first.until(last)).ok_or_else(unknown)
    }
}

/// A year, or a year with a part of it. Statistics Denmark writes quarters with `K`, its English pages with `Q`.
fn single(text: &str) -> Option<Period> {
    let (digits, part) = text.split_at_checked(4)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year: Year = digits.parse().ok()?;
    let mut letters = part.chars();
    let Some(letter) = letters.next() else { return Some(Period::year(year)) };
    let number = letters.as_str();
    if number.is_empty() || number.len() > 2 || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u8 = number.parse().ok()?;
    match letter.to_ascii_uppercase() {
        'M' => Period::month(year, number),
        'K' | 'Q' => Period::quarter(year, number),
        'H' => Period::half_year(year, number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn written_forms() {
        for text in [
            "2021",
            "2021M11",
            "2024K3",
            "2018H1",
            "2018H2",
            "2013-2017",
            "2017-2018H1",
            "2014M06-2015M05",
            "2015M06-2016M05",
            "2016M07-2017",
        ] {
            assert_eq!(text.parse::<Period>().expect(text).to_string(), text);
        }
        for (text, same) in [
            ("2018Q1", "2018K1"),
            (" 2013 – 2017 ", "2013-2017"),
            ("2021m1", "2021M01"),
            ("2018K1-2018K2", "2018H1"),
            ("2018-2018M04", "2018-2018M04"),
            ("2018M03-2018H1", "2018M03-2018H1"),
        ] {
            assert_eq!(text.parse::<Period>().expect(text).to_string(), same);
        }
    }

    #[test]
    fn no_periods() {
        for text in [
            "",
            "21",
            "2021M13",
            "2021M0",
            "2021K5",
            "2018H3",
            "2017-2013",
            "20211",
            "2021M",
            "æøå",
            "2021M1x",
            "+201",
            "2021-",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn parts_and_lengths() {
        let period = |text: &str| text.parse::<Period>().expect("a period");
        assert_eq!(period("2021").as_year(), Some(2021));
        assert_eq!(period("2014M06-2015M05").months(), 12);
        assert_eq!(period("2014M06-2015M05").as_year(), None);
        assert!(period("2021").contains(period("2021M11")));
        assert!(!period("2021M11").contains(period("2021")));
        assert!(period("2013-2017").is_multi_year() && !period("2018H1").is_multi_year());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,12}") {
            let _ = text.parse::<Period>();
        }

        #[test]
        fn reads_what_it_writes(first in 0_i32..24_000, months in 0_i32..200) {
            let period = Period { first, last: first + months };
            prop_assert_eq!(period.to_string().parse::<Period>(), Ok(period));
        }
    }
}
