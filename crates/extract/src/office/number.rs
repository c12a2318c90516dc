//! Numbers as a spreadsheet shows them, in Danish: number formats of Excel, decimal comma, dates.

use belaeg_model::date::MONTHS;

/// Digits that a spreadsheet keeps of a number, and that it shows where no format says.
const KEPT: usize = 15;
const SHOWN: i32 = 11;
/// Places that a format may ask for.
const MOST_PLACES: usize = 30;

/// The format with the number `id` that no file writes down.
pub(super) fn builtin(id: u16) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        14..=17 | 27..=31 | 50..=58 => "d-m-yyyy",
        18..=21 | 32..=35 => "h:mm",
        22 => "d-m-yyyy h:mm",
        37 | 38 => "#,##0;-#,##0",
        39 | 40 => "#,##0.00;-#,##0.00",
        41 | 42 => "#,##0",
        43 | 44 => "#,##0.00",
        45 | 47 => "mm:ss",
        46 => "[h]:mm",
        _ => "General",
    }
}

/// `value` as the format `code` shows it.
pub(super) fn shown(value: f64, code: &str) -> String {
    if !value.is_finite() {
        return String::new();
    }
    let sections = sections(code);
    let at = match (sections.len(), value) {
        (3.., 0.0) => 2,
        (2.., v) if v < 0.0 => 1,
        _ => 0,
    };
    let pattern = Pattern::of(sections.get(at).copied().unwrap_or_default());
    // A section of its own for negative numbers says itself how they are marked.
    pattern.show(if at == 1 { value.abs() } else { value })
}

/// Whether `words` show `value` with a decimal point, not with a comma as in Danish.
pub(super) fn is_english(words: &str, value: f64) -> bool {
    let figures: String = words.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
    let reads = |group: char, point: char| {
        let plain = figures.replace(group, "").replace(point, ".");
        let places = plain.split_once('.').map_or(0, |(_, places)| places.len());
        // Half of the last place shown was rounded away at most, and some more by binary fractions.
        let rounded = 0.51 * 10_f64.powi(-i32::try_from(places).unwrap_or(0));
        plain.parse::<f64>().is_ok_and(|read| (read - value.abs()).abs() <= rounded)
    };
    !reads('.', ',') && reads(',', '.')
}

/// The sections of a format, parted by `;` outside of quotes.
fn sections(code: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in code.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            ';' if !quoted => {
                parts.push(&code[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&code[start..]);
    parts
}

/// What a section of a format asks for.
#[derive(Debug, Default)]
struct Pattern {
    before: String,
    behind: String,
    /// Powers of ten that the number is multiplied by: -3 for each comma behind the digits.
    shift: i32,
    percent: bool,
    /// Whether a place is filled by a nought where there is no digit.
    filled: bool,
    groups: bool,
    fewest_places: usize,
    most_places: usize,
    /// Whether there are places for digits at all.
    digits: bool,
    /// Whether the digits are shown as they come: no format, or one that is not understood.
    general: bool,
    point: bool,
}

impl Pattern {
    fn of(section: &str) -> Self {
        let mut pattern = Self::default();
        let mut chars = section.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => chars.by_ref().take_while(|c| *c != '"').for_each(|c| pattern.literal(c)),
                '\\' => chars.next().into_iter().for_each(|c| pattern.literal(c)),
                // A blank as wide as the next sign, or filled up with it.
                '_' | '*' => drop(chars.next()),
                '[' => {
                    let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    pattern.bracket(&inside);
                }
                'G' | 'g' | 'S' | 's' if matches!(chars.peek(), Some('e' | 't')) => {
                    while chars.next_if(|c| c.is_ascii_alphabetic()).is_some() {}
                    pattern.general = true;
                    pattern.digits = true;
                }
                // Powers of ten and fractions are shown as plain numbers.
                'E' | 'e' | '/' if pattern.digits => {
                    pattern.general = true;
                    break;
                }
                c => pattern.take(c),
            }
        }
        pattern.shift = pattern.shift.max(-9);
        pattern
    }

    fn take(&mut self, c: char) {
        match c {
            '0' | '#' | '?' => {
                // Commas that stand before digits part thousands, those behind the last one divide.
                self.groups |= std::mem::take(&mut self.shift) < 0;
                self.digits = true;
                self.filled |= c == '0';
                if self.point {
                    self.most_places = (self.most_places + 1).min(MOST_PLACES);
                    self.fewest_places = if c == '0' { self.most_places } else { self.fewest_places };
                }
            }
            '.' if self.digits || !self.point => self.point = true,
            ',' if self.digits => self.shift -= 3,
            '%' => {
                self.percent = true;
                self.literal('%');
            }
            '@' | ',' | '.' => {}
            c => self.literal(c),
        }
    }

    fn literal(&mut self, c: char) {
        if self.digits { self.behind.push(c) } else { self.before.push(c) }
    }

    /// `[$kr.-406]` is a currency; colours and conditions show nothing.
    fn bracket(&mut self, inside: &str) {
        if let Some(currency) = inside.strip_prefix('$') {
            let sign = currency.split('-').next().unwrap_or_default();
            sign.chars().for_each(|c| self.literal(c));
        }
    }

    fn show(&self, value: f64) -> String {
        let shift = self.shift + if self.percent { 2 } else { 0 };
        let before = self.before.trim();
        let behind = self.behind.trim();
        let shows_nought = self.filled || self.general || value != 0.0;
        let shows_words = !(before.is_empty() && behind.is_empty());
        if shows_words && !(self.digits && shows_nought) {
            return before.to_owned();
        }
        let number = match self.general || !self.digits {
            true => general(value, shift),
            false => fixed(value, shift, self.fewest_places, self.most_places, self.groups),
        };
        let (sign, number) = number.strip_prefix('-').map_or(("", number.as_str()), |rest| ("-", rest));
        // A bracket around a number, or a sign before it, stands close; words and units do not.
        let apart =
            |words: &str| if words.ends_with(|c: char| c.is_alphanumeric() || c == '.') { " " } else { "" };
        let close = behind.is_empty() || behind.starts_with([')', '.', ',', '-', ':']);
        format!("{before}{}{sign}{number}{}{behind}", apart(before), if close { "" } else { " " })
    }
}

/// The number's digits and where its point stands: `0.d1d2d3... * 10^point`.
fn digits(value: f64) -> (Vec<u8>, i32) {
    let text = format!("{:.*e}", KEPT - 1, value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    let point = exponent.parse::<i32>().unwrap_or(0) + 1;
    (digits, if value == 0.0 { 0 } else { point })
}

/// As many digits as a cell without a format shows.
fn general(value: f64, shift: i32) -> String {
    let (_, point) = digits(value);
    if !(-8..=20).contains(&(point + shift)) {
        return format!("{value:e}").replace('.', ",");
    }
    let places = usize::try_from(SHOWN - (point + shift)).unwrap_or(0);
    fixed(value, shift, 0, places, false)
}

/// The number with its point moved by `shift`, rounded as on paper: a five goes up.
fn fixed(value: f64, shift: i32, fewest: usize, most: usize, groups: bool) -> String {
    let (mut digits, mut point) = digits(value);
    point += shift;
    let kept = point.saturating_add(i32::try_from(most).unwrap_or(0));
    point += round(&mut digits, kept);
    let whole: String = match usize::try_from(point) {
        Ok(n) if n > 0 => (0..n.min(400)).map(|i| digit(&digits, i)).collect(),
        _ => "0".to_owned(),
    };
    let place = |i: usize| {
        let at = point.saturating_add(i32::try_from(i).unwrap_or(0));
        usize::try_from(at).map_or('0', |at| digit(&digits, at))
    };
    let mut places: String = (0..most).map(place).collect();
    while places.len() > fewest && places.ends_with('0') {
        places.pop();
    }
    let whole = if groups { grouped(&whole) } else { whole };
    let is_zero = digits.iter().all(|d| *d == 0);
    let sign = if value < 0.0 && !is_zero { "-" } else { "" };
    let comma = if places.is_empty() { "" } else { "," };
    format!("{sign}{whole}{comma}{places}")
}

fn digit(digits: &[u8], at: usize) -> char {
    char::from(b'0' + digits.get(at).copied().unwrap_or(0))
}

/// Keeps `kept` digits; says by how much the point moves because a nine became a ten.
fn round(digits: &mut Vec<u8>, kept: i32) -> i32 {
    let Ok(kept) = usize::try_from(kept) else {
        digits.clear();
        return 0;
    };
    let up = digits.get(kept).is_some_and(|d| *d >= 5);
    digits.truncate(kept);
    if !up {
        return 0;
    }
    for d in digits.iter_mut().rev() {
        if *d < 9 {
            *d += 1;
            return 0;
        }
        *d = 0;
    }
    digits.insert(0, 1);
    1
}

/// Thousands parted by points.
fn grouped(whole: &str) -> String {
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(c);
    }
    out
}

/// A date with its time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) year: u16,
    pub(super) month: u8,
    pub(super) day: u8,
    pub(super) hour: u8,
    pub(super) minute: u8,
}

/// `moment` in the parts that the format `code` shows: ISO where day, month and year are shown, Danish words else.
pub(super) fn shown_date(moment: Moment, code: &str) -> String {
    let parts = date_parts(code);
    let Moment { year, month, day, hour, minute } = moment;
    let name = MONTHS.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or_default();
    let has_time = parts.contains('h');
    let has = |part: char| parts.contains(part);
    let date = match (has('y'), has('m'), has('d')) {
        (true, _, true) => format!("{year:04}-{month:02}-{day:02}"),
        (true, true, false) => format!("{name} {year}"),
        (true, false, false) => year.to_string(),
        (false, true, true) => format!("{day}. {name}"),
        (false, true, false) if !has_time => name.to_owned(),
        (false, false, true) => format!("{day}."),
        (false, _, _) if has_time => String::new(),
        (false, _, _) => format!("{year:04}-{month:02}-{day:02}"),
    };
    let clock = if has_time { format!("{hour:02}:{minute:02}") } else { String::new() };
    format!("{date} {clock}").trim().to_owned()
}

/// The letters of a date format (y, m, d, h) that are shown; an m next to hours or seconds is a minute.
fn date_parts(code: &str) -> String {
    let first = sections(code).first().copied().unwrap_or_default();
    let mut letters = String::new();
    let mut chars = first.chars();
    while let Some(c) = chars.next() {
        match c.to_ascii_lowercase() {
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '[' if !first.contains("[h") => drop(chars.by_ref().find(|c| *c == ']')),
            '\\' | '_' => drop(chars.next()),
            // Danish writes å for år and t for timer.
            'å' => letters.push('y'),
            't' => letters.push('h'),
            c @ ('y' | 'm' | 'd' | 'h' | 's') if !letters.ends_with(c) => letters.push(c),
            _ => {}
        }
    }
    letters.replace("hms", "h").replace("hm", "h").replace("ms", "h").replace('s', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_shown() {
        for (value, code, want) in [
            (0.15, "0%", "15 %"),
            (0.285, "0%", "29 %"),
            (0.1234, "0.0%", "12,3 %"),
            (0.1234, "0.00 %", "12,34 %"),
            (-0.031, "0.0%", "-3,1 %"),
            (22.5, "0.0\" %\"", "22,5 %"),
            (2017.0, "General", "2017"),
            (0.1 + 0.2, "General", "0,3"),
            (-1.5, "", "-1,5"),
            (12345.678, "#,##0", "12.346"),
            (1234567.5, "#,##0.00", "1.234.567,50"),
            (0.0, "#,##0.0", "0,0"),
            (-0.04, "0.0", "0,0"),
            (999.95, "0.0", "1000,0"),
            (0.5, "0", "1"),
            (1500000.0, "#,##0.0,,", "1,5"),
            (1.5, "0.##", "1,5"),
            (3.0, "0.##", "3"),
            (1234.0, "#,##0 \"kr.\"", "1.234 kr."),
            (1234.0, "[$kr.-406] #,##0", "kr. 1.234"),
            (-1234.0, "#,##0;[Red](#,##0)", "(1.234)"),
            (-5.0, "0;-0", "-5"),
            (0.0, "0;-0;\"–\"", "–"),
            (7.0, "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)", "7"),
            (0.0, "_(* #,##0_);_(* (#,##0);_(* \"-\"??_);_(@_)", "-"),
            (0.25, "# ?/?", "0,25"),
            (12000.0, "0.00E+00", "12000"),
            (1e300, "General", "1e300"),
            (1e300, "#,##0", &grouped(&format!("1{}", "0".repeat(300)))),
            (1e-300, "0.0", "0,0"),
            (5.0, "@", "5"),
            (f64::NAN, "0", ""),
        ] {
            assert_eq!(shown(value, code), want, "{value} {code:?}");
        }
    }

    #[test]
    fn english_numbers() {
        for (words, value, want) in [
            ("5.9%", 5.94, true),
            ("5,9 %", 5.94, false),
            ("1,234", 1234.0, true),
            ("1.234", 1234.0, false),
            ("1,234", 1.234, false),
            ("1,234.50", -1234.5, true),
            ("12", 12.0, false),
            ("i alt", 12.0, false),
        ] {
            assert_eq!(is_english(words, value), want, "{words}");
        }
    }

    #[test]
    fn dates_as_shown() {
        let moment = Moment { year: 2024, month: 4, day: 7, hour: 13, minute: 5 };
        for (code, want) in [
            ("dd-mm-yyyy", "2024-04-07"),
            ("d. mmmm yyyy", "2024-04-07"),
            ("[$-406]d. mmmm yyyy;@", "2024-04-07"),
            ("mmm-yy", "april 2024"),
            ("yyyy", "2024"),
            ("d-mmm", "7. april"),
            ("mmmm", "april"),
            ("dd-mm-yyyy hh:mm", "2024-04-07 13:05"),
            ("h:mm", "13:05"),
            ("mm:ss", "13:05"),
            ("", "2024-04-07"),
        ] {
            assert_eq!(shown_date(moment, code), want, "{code:?}");
        }
    }
}
