//! Dates as pages of many countries write them.

use belaeg_model::date::full_year;
use jiff::civil::Date;

/// Bytes of a text in which a date is looked for.
const LONGEST: usize = 400;
/// The years of the web.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2100;

/// Beginnings of the months' names: Danish, English, German, French, Spanish, Italian, Portuguese, Polish, Dutch,
/// Swedish and Norwegian.
const MONTHS: [&[&str]; 12] = [
    &["jan", "janv", "jän", "ene", "gen", "stycz", "sty"],
    &["feb", "fév", "fev", "lut"],
    &["mar", "mär", "mrz", "maart", "mrt"],
    &["apr", "avr", "abr", "kwie"],
    &["may", "mai", "maj", "mag", "mei"],
    &["jun", "juin", "giu", "czerw"],
    &["jul", "juil", "lug", "lip"],
    &["aug", "août", "aout", "ago", "sierp"],
    &["sep", "set", "wrz"],
    &["oct", "okt", "out", "ott", "paźdz"],
    &["nov", "lis"],
    &["dec", "dez", "déc", "dic", "dzm", "grud"],
];

/// The first full date of `text`.
pub(crate) fn first_date(text: &str) -> Option<Date> {
    let text = text.get(..text.floor_char_boundary(LONGEST))?;
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let tokens: Vec<Token<'_>> = tokens(text).collect();
    (0..tokens.len()).find_map(|at| date_of(tokens.get(at..)?))
}

/// A number or a word, and what stands right before it.
#[derive(Clone, Copy, Debug)]
struct Token<'t> {
    text: &'t str,
    number: Option<i16>,
    /// Marks and blanks between it and the token before.
    gap: &'t str,
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(char::is_alphanumeric)?;
        let (gap, from) = rest.split_at_checked(start)?;
        let digits = from.starts_with(|c: char| c.is_ascii_digit());
        let same = |c: char| if digits { c.is_ascii_digit() } else { c.is_alphabetic() || c == '\'' };
        let len =
            from.find(|c| !same(c)).unwrap_or(from.len()).max(from.chars().next().map_or(1, char::len_utf8));
        let (text, after) = from.split_at_checked(len)?;
        rest = after;
        Some(Token { text, number: if digits { text.parse().ok() } else { None }, gap })
    })
}

/// The date that begins with the first of these tokens.
fn date_of(tokens: &[Token<'_>]) -> Option<Date> {
    let [first, rest @ ..] = tokens else { return None };
    match first.number {
        Some(number) if first.text.len() == 4 => year_first(number, rest),
        _ if first.text.len() == 8 && first.text.starts_with(|c: char| c.is_ascii_digit()) => {
            compact(first.text, rest)
        }
        Some(day) if first.text.len() <= 2 => numeric(day, rest).or_else(|| day_and_month(day, rest)),
        Some(_) => None,
        None => month_first(month(first.text)?, rest),
    }
}

/// 2018-04-19, 2018/4/19, 2018. 4. 19, 2018年4月19日.
fn year_first(year: i16, rest: &[Token<'_>]) -> Option<Date> {
    let joins = |t: &Token<'_>| matches!(t.gap.trim(), "-" | "/" | "." | "_" | "");
    match rest {
        [m, d, ..]
            if m.number.is_some() && d.number.is_some() && !m.gap.is_empty() && joins(m) && joins(d) =>
        {
            date(year, m, d)
        }
        [y, m, mm, d, ..] if matches!(y.text, "年") && mm.text.starts_with('月') => date(year, m, d),
        _ => None,
    }
}

/// 20180419, alone.
fn compact(text: &str, rest: &[Token<'_>]) -> Option<Date> {
    if rest.first().is_some_and(|next| next.gap.is_empty() && !next.text.starts_with(['T', 't'])) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    checked(part(0..4)?, part(4..6)?, part(6..8)?)
}

/// 19.04.2018, 19/4/18; 04/19/2018 where it can be nothing else.
fn numeric(day: i16, rest: &[Token<'_>]) -> Option<Date> {
    let [m, y, ..] = rest else { return None };
    let (month, year) = (m.number?, y.number?);
    let mark = m.gap.trim();
    let full = y.text.len() == 4;
    if !matches!(mark, "." | "/" | "-" | "–")
        || mark != y.gap.trim()
        || m.text.len() > 2
        || !(full || y.text.len() == 2)
    {
        return None;
    }
    // "12-10-11" may be anything; a clock follows with a colon.
    if !full && mark == "-" {
        return None;
    }
    let year = if full { year } else { full_year(year) };
    checked(year, month, day).or_else(|| (mark == "/").then(|| checked(year, day, month)).flatten())
}

/// 19. april 2018, 19th of April, 2018, 5 de mayo de 2022.
fn day_and_month(day: i16, rest: &[Token<'_>]) -> Option<Date> {
    let small = |t: &Token<'_>| {
        matches!(
            t.text.to_lowercase().as_str(),
            "de" | "del" | "of" | "th" | "st" | "nd" | "rd" | "er" | "do" | "o" | "a" | "º"
        )
    };
    let mut rest = rest.iter().filter(|t| !small(t));
    let word = rest.next().filter(|t| t.number.is_none() && !t.gap.contains([':', '|', ',']))?;
    let month = month(word.text)?;
    let year = rest.next()?;
    checked(year_of(year)?, month, day)
}

/// April 19, 2018; Apr. 19th 2018.
fn month_first(month: i16, rest: &[Token<'_>]) -> Option<Date> {
    let mut rest = rest.iter().filter(|t| !matches!(t.text, "th" | "st" | "nd" | "rd" | "the"));
    let day = rest.next().filter(|t| t.text.len() <= 2)?.number?;
    let year = rest.next().filter(|t| t.text.len() == 4)?;
    checked(year_of(year)?, month, day)
}

fn year_of(token: &Token<'_>) -> Option<i16> {
    let number = token.number?;
    match token.text.len() {
        4 => Some(number),
        2 if token.gap.trim().is_empty() || token.gap.contains(['.', '\'', '’']) => Some(full_year(number)),
        _ => None,
    }
}

fn date(year: i16, month: &Token<'_>, day: &Token<'_>) -> Option<Date> {
    checked(year, month.number?, day.number?)
}

fn checked(year: i16, month: i16, day: i16) -> Option<Date> {
    let small = |n: i16| i8::try_from(n).ok();
    YEARS.contains(&year).then(|| Date::new(year, small(month)?, small(day)?).ok()).flatten()
}

/// The month whose name a word begins with, full or abbreviated.
fn month(word: &str) -> Option<i16> {
    if !(3..=14).contains(&word.len()) {
        return None;
    }
    let lower = word.to_lowercase();
    let named = |names: &[&str]| names.iter().any(|name| lower.starts_with(name));
    let at = MONTHS.iter().position(|names| named(names))?;
    // "Marketing" and "Maison" are no months.
    let known = lower.len() <= 4 || KNOWN_ENDS.iter().any(|end| lower.ends_with(end));
    known.then(|| i16::try_from(at + 1).ok()).flatten()
}

/// How the full names end.
const KNOWN_ENDS: &[&str] = &[
    "uar",
    "uary",
    "ember",
    "embre",
    "obre",
    "ober",
    "tember",
    "ril",
    "rile",
    "arts",
    "arch",
    "ärz",
    "arzo",
    "arca",
    "ars",
    "maart",
    "août",
    "august",
    "ugust",
    "gosto",
    "ebruar",
    "febrero",
    "febbraio",
    "février",
    "fevereiro",
    "fevrier",
    "enero",
    "ennaio",
    "janvier",
    "janeiro",
    "januari",
    "februari",
    "stycznia",
    "styczeń",
    "lutego",
    "luty",
    "kwietnia",
    "kwiecień",
    "avril",
    "abril",
    "aprile",
    "mayo",
    "maggio",
    "maio",
    "maja",
    "junio",
    "juin",
    "giugno",
    "junho",
    "czerwca",
    "czerwiec",
    "juni",
    "june",
    "julio",
    "juillet",
    "luglio",
    "julho",
    "lipca",
    "lipiec",
    "juli",
    "july",
    "sierpnia",
    "sierpień",
    "agosto",
    "augustus",
    "augusti",
    "settembre",
    "setembro",
    "września",
    "wrzesień",
    "ottobre",
    "outubro",
    "octubre",
    "października",
    "październik",
    "novembro",
    "listopada",
    "listopad",
    "dezembro",
    "dicembre",
    "diciembre",
    "grudnia",
    "grudzień",
    "jänner",
    "sept",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_many_countries() {
        for (text, want) in [
            ("2018-04-19T10:00:00+02:00", Some("2018-04-19")),
            ("20180419", Some("2018-04-19")),
            ("19.04.2018, 10:15 Uhr", Some("2018-04-19")),
            ("Do., 19. 4. 2018", Some("2018-04-19")),
            ("2.11.22", Some("2022-11-02")),
            ("04/19/2018", Some("2018-04-19")),
            ("Torsdag den 19. april 2018", Some("2018-04-19")),
            ("2. marts 2018 kl. 10", Some("2018-03-02")),
            ("Apr. 19th, 2018", Some("2018-04-19")),
            ("December 29th 2019", Some("2019-12-29")),
            ("May 9, 2020", Some("2020-05-09")),
            ("9th of May 2020", Some("2020-05-09")),
            ("5 de mayo de 2022", Some("2022-05-05")),
            ("1er août 2019", Some("2019-08-01")),
            ("Mittwoch, 3. März 2021", Some("2021-03-03")),
            ("11 października 2020", Some("2020-10-11")),
            ("2018年4月19日", Some("2018-04-19")),
            ("28. Jan. 2022", Some("2022-01-28")),
            ("Copyright 2018", None),
            ("4 Marketing 2018", None),
            ("12 34 56 78", None),
            ("kl. 12.10.11", Some("2011-10-12")),
            ("31.02.2020", None),
            ("Æblernes år 1887-01-02", None),
        ] {
            assert_eq!(first_date(text).map(|d| d.to_string()).as_deref(), want, "{text}");
        }
    }
}
