//! Numbers as statistics print them: decimal comma or point, dots or blanks between thousands, marks for missing values.

use serde::Deserialize;

/// More decimals than these are noise of the arithmetic behind them.
const MOST_DECIMALS: u8 = 10;

/// What stands between the whole number and its decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// `1.234,5`
    Comma,
    /// `1,234.5`
    Point,
}

/// A number and how many decimals it was printed with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) value: f64,
    pub(crate) decimals: u8,
}

/// Why a cell holds no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotANumber {
    /// A mark for a value that is not given: `..`, `-`, nothing.
    Missing,
    /// It can be thousands or decimals: `1.234`.
    Ambiguous,
    /// Something else.
    Other,
}

impl Number {
    /// A number of a workbook or of JSON, which has the decimals that it needs.
    pub(crate) fn of_float(value: f64) -> Result<Self, NotANumber> {
        if !value.is_finite() {
            return Err(NotANumber::Other);
        }
        let printed = format!("{value:.*}", usize::from(MOST_DECIMALS));
        let needed = printed.trim_end_matches('0');
        let decimals = needed.split_once('.').map_or(0, |(_, behind)| behind.len());
        let value = needed.parse().unwrap_or(value);
        Ok(Self { value, decimals: u8::try_from(decimals).unwrap_or(MOST_DECIMALS) })
    }

    /// A number as printed; without `decimal` only what can be read in one way.
    pub(crate) fn read(text: &str, decimal: Option<Decimal>) -> Result<Self, NotANumber> {
        let text = bare(text);
        if is_missing(text) {
            return Err(NotANumber::Missing);
        }
        let joined: String = text.chars().filter(|c| !is_blank(*c)).map(sign).collect();
        if joined.len() != text.len() && !blanks_part_thousands(text) {
            return Err(NotANumber::Other);
        }
        let decimal = match (decimal, shape(&joined)) {
            (_, None) => return Err(NotANumber::Other),
            (None, Some(Shape::Either)) => return Err(NotANumber::Ambiguous),
            (Some(decimal), Some(_)) => decimal,
            (None, Some(Shape::Comma)) => Decimal::Comma,
            (None, Some(Shape::Point | Shape::Whole)) => Decimal::Point,
        };
        plain(&joined, decimal).ok_or(NotANumber::Other)
    }
}

/// The decimal mark that `values` use; `None` where they do not tell, or tell both.
pub(crate) fn decimal_of<'v>(values: impl Iterator<Item = &'v str>) -> Option<Decimal> {
    let (mut comma, mut point) = (false, false);
    for value in values {
        let joined: String = bare(value).chars().filter(|c| !is_blank(*c)).map(sign).collect();
        match shape(&joined) {
            Some(Shape::Comma) => comma = true,
            Some(Shape::Point) => point = true,
            _ => {}
        }
    }
    match (comma, point) {
        (true, false) => Some(Decimal::Comma),
        (false, true) => Some(Decimal::Point),
        _ => None,
    }
}

/// Without the blanks around it and the sign of its unit.
fn bare(text: &str) -> &str {
    let text = text.trim();
    text.strip_suffix(['%', '‰']).map_or(text, str::trim_end)
}

/// The marks of Statistics Denmark, jobindsats.dk, the Talportal and R for a value that is not given. A dash can mean none or not
/// known, and is no figure either way.
fn is_missing(text: &str) -> bool {
    matches!(
        text,
        "" | "." | ".." | "..." | "…" | "-" | "–" | "—" | "--" | ":" | "x" | "NA" | "NaN" | "n/a" | "null"
    )
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

fn sign(c: char) -> char {
    if c == '\u{2212}' { '-' } else { c }
}

/// "12 345": every group behind a blank has three digits.
fn blanks_part_thousands(text: &str) -> bool {
    let whole = text.split([',', '.']).next().unwrap_or_default();
    let is_digits = |group: &str| group.len() == 3 && group.bytes().all(|b| b.is_ascii_digit());
    !text[whole.len()..].contains(is_blank) && whole.split(is_blank).skip(1).all(is_digits)
}

/// Which mark of a number can be its decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Whole,
    Comma,
    Point,
    /// One mark with three digits behind it.
    Either,
}

fn shape(text: &str) -> Option<Shape> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.'));
    if !is_number {
        return None;
    }
    let count = |mark: char| digits.matches(mark).count();
    match (count(','), count('.')) {
        (0, 0) => Some(Shape::Whole),
        (1, 0) => Some(if may_be_thousands(digits, ',') { Shape::Either } else { Shape::Comma }),
        (0, 1) => Some(if may_be_thousands(digits, '.') { Shape::Either } else { Shape::Point }),
        (_, 0) => are_thousands(digits, ',').then_some(Shape::Point),
        (0, _) => are_thousands(digits, '.').then_some(Shape::Comma),
        // Both: the last one is the decimal mark, and the other parts the thousands before it.
        _ => {
            let at = digits.rfind([',', '.'])?;
            let (whole, is_comma) = (&digits[..at], digits[at..].starts_with(','));
            let (thousands, shape) = if is_comma { ('.', Shape::Comma) } else { (',', Shape::Point) };
            are_thousands(whole, thousands).then_some(shape)
        }
    }
}

fn may_be_thousands(digits: &str, mark: char) -> bool {
    // "0.123" has decimals: no number of thousands begins with 0.
    are_thousands(digits, mark) && !digits.starts_with('0')
}

fn are_thousands(digits: &str, mark: char) -> bool {
    let mut groups = digits.split(mark);
    groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
}

fn plain(text: &str, decimal: Decimal) -> Option<Number> {
    let (mark, thousands) = match decimal {
        Decimal::Comma => (',', '.'),
        Decimal::Point => ('.', ','),
    };
    let (whole, behind) = text.split_once(mark).map_or((text, None), |(w, b)| (w, Some(b)));
    let digits = whole.trim_start_matches(['-', '+']);
    let is_split = digits.contains(thousands);
    if is_split && !are_thousands(digits, thousands) || behind.is_some_and(|b| b.contains([',', '.'])) {
        return None;
    }
    let value: f64 = text.replace(thousands, "").replace(mark, ".").parse().ok()?;
    let decimals = u8::try_from(behind.map_or(0, str::len)).unwrap_or(u8::MAX);
    if decimals > MOST_DECIMALS {
        return Number::of_float(value).ok();
    }
    value.is_finite().then_some(Number { value, decimals })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers() {
        use Decimal::{Comma, Point};
        for (text, decimal, value, decimals) in [
            ("25,6", None, 25.6, 1),
            ("25.60", None, 25.6, 2),
            ("1.234,5", None, 1234.5, 1),
            ("1,234.5", None, 1234.5, 1),
            ("1.234.567", None, 1_234_567.0, 0),
            ("1.234", Some(Comma), 1234.0, 0),
            ("1.234", Some(Point), 1.234, 3),
            ("12\u{a0}345", None, 12345.0, 0),
            ("12 345,6", None, 12345.6, 1),
            ("0.123", None, 0.123, 3),
            ("-0,5", None, -0.5, 1),
            ("\u{2212}1", None, -1.0, 0),
            ("28,9 %", None, 28.9, 1),
            (" 51\u{a0}", None, 51.0, 0),
            ("28,8461538461538", Some(Comma), 28.846_153_846_2, 10),
        ] {
            let read = Number::read(text, decimal).unwrap_or_else(|e| panic!("{text}: {e:?}"));
            assert_eq!(read, Number { value, decimals }, "{text}");
        }
        let float = |value| Number::of_float(value).expect("finite");
        assert_eq!(float(0.1 + 0.2), Number { value: 0.3, decimals: 1 });
        assert_eq!(float(1422.0), Number { value: 1422.0, decimals: 0 });
    }

    #[test]
    fn no_numbers() {
        use NotANumber::{Ambiguous, Missing, Other};
        for (text, decimal, why) in [
            ("..", None, Missing),
            ("-", None, Missing),
            (" ", None, Missing),
            ("1.234", None, Ambiguous),
            ("1,234", None, Ambiguous),
            ("25,6", Some(Decimal::Point), Other),
            ("1.23,4", None, Other),
            ("12.34.56", None, Other),
            ("1 2", None, Other),
            ("1e5", None, Other),
            ("ca. 5", None, Other),
            ("5 pct", None, Other),
            (",5", None, Other),
        ] {
            assert_eq!(Number::read(text, decimal), Err(why), "{text}");
        }
    }

    #[test]
    fn a_column_tells_its_decimal_mark() {
        assert_eq!(decimal_of(["1.234", "25,6", ".."].into_iter()), Some(Decimal::Comma));
        assert_eq!(decimal_of(["1.234", "25.6"].into_iter()), Some(Decimal::Point));
        assert_eq!(decimal_of(["1.234", "2.345"].into_iter()), None);
        assert_eq!(decimal_of(["25,6", "25.6"].into_iter()), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,16}", digits in "[-0-9., \u{a0}%]{0,12}") {
            for text in [&text, &digits] {
                for decimal in [None, Some(Decimal::Comma), Some(Decimal::Point)] {
                    if let Ok(number) = Number::read(text, decimal) {
                        prop_assert!(number.value.is_finite());
                    }
                }
            }
        }
    }
}
