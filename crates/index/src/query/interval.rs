//! Ranges as they are typed: `20..40`, `20..`, `..40`, `>40`, `<=5,5`, `28,9`.

use std::fmt;
use std::ops::Bound;

/// The values from one end to another; an end may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval<T> {
    /// The lower end.
    pub low: Bound<T>,
    /// The upper end.
    pub high: Bound<T>,
}

impl<T: Copy + PartialOrd> Interval<T> {
    /// The values from `low` to `high`, both included.
    pub fn new(low: T, high: T) -> Self {
        Self { low: Bound::Included(low), high: Bound::Included(high) }
    }

    /// Reads a range whose ends `read` reads.
    ///
    /// # Errors
    /// What `read` says of an end, and that the range runs backwards.
    pub fn parse(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Self, String> {
        let text = text.trim();
        let end = |part: &str, kind: fn(T) -> Bound<T>| match part.trim() {
            "" => Ok(Bound::Unbounded),
            part => read(part).map(kind),
        };
        let (low, high) = if let Some((low, high)) = text.split_once("..") {
            (end(low, Bound::Included)?, end(high.trim_start_matches('='), Bound::Included)?)
        } else if let Some(low) = text.strip_prefix(">=").or_else(|| text.strip_prefix('≥')) {
            (Bound::Included(read(low.trim())?), Bound::Unbounded)
        } else if let Some(high) = text.strip_prefix("<=").or_else(|| text.strip_prefix('≤')) {
            (Bound::Unbounded, Bound::Included(read(high.trim())?))
        } else if let Some(low) = text.strip_prefix('>') {
            (Bound::Excluded(read(low.trim())?), Bound::Unbounded)
        } else if let Some(high) = text.strip_prefix('<') {
            (Bound::Unbounded, Bound::Excluded(read(high.trim())?))
        } else {
            let point = Bound::Included(read(text)?);
            (point, point)
        };
        let range = Self { low, high };
        if range.is_empty() {
            return Err(format!("{text:?} runs backwards: write the lower end first"));
        }
        Ok(range)
    }

    /// Whether no value lies in it.
    pub fn is_empty(&self) -> bool {
        match (self.low, self.high) {
            (Bound::Included(low), Bound::Included(high)) => {
                !matches!(low.partial_cmp(&high), Some(order) if order.is_le())
            }
            (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => {
                !matches!(low.partial_cmp(&high), Some(order) if order.is_lt())
            }
            _ => false,
        }
    }

    /// Whether a value from `low` to `high` lies in it.
    pub fn overlaps(&self, low: T, high: T) -> bool {
        let above = match self.low {
            Bound::Included(from) => high >= from,
            Bound::Excluded(from) => high > from,
            Bound::Unbounded => true,
        };
        let below = match self.high {
            Bound::Included(to) => low <= to,
            Bound::Excluded(to) => low < to,
            Bound::Unbounded => true,
        };
        above && below && !self.is_empty()
    }

    /// The values that lie in both.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        let low = match (self.low, other.low) {
            (Bound::Unbounded, low) | (low, Bound::Unbounded) => low,
            (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => {
                let own = a > b || (a == b && matches!(self.low, Bound::Excluded(_)));
                if own { self.low } else { other.low }
            }
        };
        let high = match (self.high, other.high) {
            (Bound::Unbounded, high) | (high, Bound::Unbounded) => high,
            (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => {
                let own = a < b || (a == b && matches!(self.high, Bound::Excluded(_)));
                if own { self.high } else { other.high }
            }
        };
        Self { low, high }
    }
}

impl<T: fmt::Display + PartialEq> Interval<T> {
    /// The range as it is typed after `field:`; one with an open end inside it needs two fields.
    pub(crate) fn typed(&self, field: &str) -> String {
        use Bound::{Excluded, Included, Unbounded};
        let low = match &self.low {
            Included(low) => Some(format!("{field}:>={low}")),
            Excluded(low) => Some(format!("{field}:>{low}")),
            Unbounded => None,
        };
        let high = match &self.high {
            Included(high) => Some(format!("{field}:<={high}")),
            Excluded(high) => Some(format!("{field}:<{high}")),
            Unbounded => None,
        };
        match (&self.low, &self.high, low, high) {
            (Included(low), Included(high), ..) if low == high => format!("{field}:{low}"),
            (Included(low), Included(high), ..) => format!("{field}:{low}..{high}"),
            (Unbounded, Unbounded, ..) => format!("{field}:.."),
            (.., Some(low), Some(high)) => format!("{low} {high}"),
            (.., low, high) => low.or(high).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<f64, String> {
        text.replace(',', ".").parse().map_err(|_| format!("{text:?} is no number"))
    }

    #[test]
    fn ranges_as_they_are_typed() {
        let cases = [
            ("20..40", "x:20..40"),
            ("28,9", "x:28.9"),
            ("20..", "x:>=20"),
            ("..=40", "x:<=40"),
            ("..", "x:.."),
            (">40", "x:>40"),
            ("> 40", "x:>40"),
            (">=40", "x:>=40"),
            ("≥40", "x:>=40"),
            ("<5,5", "x:<5.5"),
            ("<=5,5", "x:<=5.5"),
            ("-5..-1", "x:-5..-1"),
        ];
        for (typed, want) in cases {
            assert_eq!(Interval::parse(typed, read).expect(typed).typed("x"), want, "{typed}");
        }
        for wrong in ["40..20", "x", "", ">", "1..2..3", "<>3", "20..x"] {
            assert!(Interval::parse(wrong, read).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn what_lies_in_both() {
        let of = |typed: &str| Interval::parse(typed, read).expect(typed);
        let meet = |a: &str, b: &str| of(a).meet(&of(b));
        assert_eq!(meet(">20", "<=40").typed("x"), "x:>20 x:<=40");
        assert_eq!(meet("20..40", ">20").typed("x"), "x:>20 x:<=40");
        assert_eq!(meet("20..40", "..").typed("x"), "x:20..40");
        assert!(meet(">20", "20").is_empty());
        assert!(meet("10..20", "30..40").is_empty());
        assert!(!meet("10..20", "20..40").is_empty());
    }

    #[test]
    fn open_ends_leave_their_value_out() {
        let above = Interval::parse(">40", read).expect("a range");
        assert!(above.overlaps(40.1, 40.1) && above.overlaps(30.0, 41.0));
        assert!(!above.overlaps(40.0, 40.0) && !above.overlaps(30.0, 40.0));
        let upside_down = Interval::new(14.0, 11.0);
        assert!(!upside_down.overlaps(10.0, 15.0));
        assert!(!Interval::new(f64::NAN, 30.0).overlaps(0.0, 99.0));
    }
}
