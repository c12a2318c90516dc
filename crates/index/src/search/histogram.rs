//! How the values of claims are spread.

use belaeg_model::Unit;
use tantivy::DocId;

use crate::query::claim_filter::{ClaimRow, numbered_unit, unit_of};

/// About how many bins there are between the ends.
const BINS: f64 = 10.0;
/// The share of values at each end that may lie outside, so that one misread number does not flatten all others.
const OUTSIDE: f64 = 0.01;
/// Bins are no narrower than this, nor than the second share of the highest value, below which `f64` has no digits.
const NARROWEST: (f64, f64) = (0.01, 1e-9);

/// How many values of claims lie where. One unit alone: percent where there is any, else the unit with most values.
///
/// A claim counts once, with its value or the upper end of its range, as in sorting.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The unit of the values.
    pub unit: Unit,
    /// Bins from low to high.
    pub bins: Vec<Bin>,
}

/// The values from `from` up to and without `to`; a bin at the end may be open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// The lowest value; `None` in a first bin that takes everything below the second.
    pub from: Option<f64>,
    /// The value at which the next begins; `None` in a last bin that takes everything above.
    pub to: Option<f64>,
    /// How many claims.
    pub count: u64,
}

/// The values of claims by the number of their unit: 8 bytes each.
#[derive(Default)]
pub(super) struct Values {
    by_unit: Vec<Vec<f64>>,
    /// The row before, to tell the rows of one claim.
    last: Option<(DocId, u64, f64, f64)>,
}

impl Values {
    /// Takes in a row. A claim about several years has a row for each, one after the other.
    pub(super) fn add(&mut self, row: &ClaimRow, doc: DocId) {
        let number = unit_of(row);
        let claim = (doc, row.form, row.low, row.high);
        if self.last == Some(claim) {
            return;
        }
        self.last = Some(claim);
        let Ok(unit) = usize::try_from(number) else { return };
        if numbered_unit(number).is_none() {
            return;
        }
        if self.by_unit.len() <= unit {
            self.by_unit.resize_with(unit + 1, Vec::new);
        }
        self.by_unit[unit].push(row.high);
    }

    pub(super) fn append(&mut self, other: Self) {
        if self.by_unit.len() < other.by_unit.len() {
            self.by_unit.resize_with(other.by_unit.len(), Vec::new);
        }
        for (values, more) in self.by_unit.iter_mut().zip(other.by_unit) {
            values.extend(more);
        }
    }

    pub(super) fn histogram(self) -> Option<Histogram> {
        let units = (0..).zip(self.by_unit).filter(|(_, values)| !values.is_empty());
        let units = units.filter_map(|(number, values)| Some((numbered_unit(number)?, values)));
        // Counts of things that differ in size have little to tell beside a rate.
        let worth = |(unit, values): &(Unit, Vec<f64>)| match unit {
            Unit::Percent => (2, 0),
            Unit::Count => (0, values.len()),
            _ => (1, values.len()),
        };
        let (unit, values) = units.max_by_key(worth)?;
        Some(Histogram { unit, bins: bins(values)? })
    }
}

/// Bins of one round width (1, 2 or 5 times a power of ten) over nearly all of `values`; what lies outside is in open
/// ones. `None` where there are no values.
fn bins(mut values: Vec<f64>) -> Option<Vec<Bin>> {
    let last = values.len().checked_sub(1)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
    #[expect(clippy::cast_precision_loss, reason = "lengths stay far below 2^52")]
    let outside = (values.len() as f64 * OUTSIDE) as usize;
    let low = *values.select_nth_unstable_by(outside, f64::total_cmp).1;
    let high = *values.select_nth_unstable_by(last - outside, f64::total_cmp).1;
    let narrowest = NARROWEST.0.max(low.abs().max(high.abs()) * NARROWEST.1);
    let width = Width::of((high / BINS - low / BINS).max(narrowest));
    let first = width.index(low);
    let between = width.index(high).saturating_sub(first);
    let mut counts = vec![0; usize::try_from(between).ok()?.checked_add(1)?];
    let (mut below, mut above) = (0, 0);
    for value in &values {
        match usize::try_from(width.index(*value).saturating_sub(first)) {
            Err(_) => below += 1,
            Ok(bin) => *counts.get_mut(bin).unwrap_or(&mut above) += 1,
        }
    }
    let inner = (first..).zip(counts).map(|(bin, count)| Bin {
        from: Some(width.edge(bin)),
        to: Some(width.edge(bin + 1)),
        count,
    });
    let below = Bin { from: None, to: Some(width.edge(first)), count: below };
    let above = Bin { from: Some(width.edge(first + between + 1)), to: None, count: above };
    Some(
        [below]
            .into_iter()
            .chain(inner)
            .chain([above])
            .filter(|b| b.from.is_some() && b.to.is_some() || b.count > 0)
            .collect(),
    )
}

/// A width of bins: `digit` times ten to the power of `power`.
#[derive(Clone, Copy)]
struct Width {
    digit: f64,
    power: i32,
}

impl Width {
    /// The narrowest that is at least `width`.
    fn of(width: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "logarithms of f64 lie between -324 and 309")]
        let power = width.log10().floor() as i32;
        let digit = width / 10_f64.powi(power);
        let rounded = [1.0, 2.0, 5.0].into_iter().find(|d| digit <= d + 1e-9);
        rounded.map_or(Self { digit: 1.0, power: power + 1 }, |digit| Self { digit, power })
    }

    /// Where bin `bin` begins, without the noise of adding up fractions.
    fn edge(self, bin: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "bins are as many digits as values have")]
        let digits = bin as f64 * self.digit;
        if self.power < 0 { digits / 10_f64.powi(-self.power) } else { digits * 10_f64.powi(self.power) }
    }

    /// The bin that `value` lies in.
    fn index(self, value: f64) -> i64 {
        let exact = if self.power < 0 {
            value * 10_f64.powi(-self.power) / self.digit
        } else {
            value / 10_f64.powi(self.power) / self.digit
        };
        #[expect(clippy::cast_possible_truncation, reason = "a cast that is out of range gives the nearest")]
        let guess = exact.floor() as i64;
        // 0.3 / 0.1 is a little less than 3.
        if self.edge(guess.saturating_add(1)) <= value { guess.saturating_add(1) } else { guess }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(values: &[f64]) -> String {
        let end = |e: Option<f64>| e.map_or_else(|| "-".to_owned(), |e| e.to_string());
        let bins = bins(values.to_vec()).unwrap_or_default();
        let shown: Vec<String> =
            bins.iter().map(|b| format!("{}..{}:{}", end(b.from), end(b.to), b.count)).collect();
        shown.join(" ")
    }

    #[test]
    fn bins_are_round() {
        let cases: [(&[f64], &str); 6] = [
            (&[], ""),
            (&[5.0], "5..5.01:1"),
            (&[5.0, 5.3, 5.9, 6.1], "5..5.2:1 5.2..5.4:1 5.4..5.6:0 5.6..5.8:0 5.8..6:1 6..6.2:1"),
            (
                &[0.1, 0.2, 0.3, 0.4],
                "0.1..0.15:1 0.15..0.2:0 0.2..0.25:1 0.25..0.3:0 0.3..0.35:1 0.35..0.4:0 0.4..0.45:1",
            ),
            (
                &[-30.0, 0.0, 70.0],
                "-30..-20:1 -20..-10:0 -10..0:0 0..10:1 10..20:0 20..30:0 30..40:0 40..50:0 50..60:0 60..70:0 70..80:1",
            ),
            (
                &[1e6, 3e6],
                "1000000..1200000:1 1200000..1400000:0 1400000..1600000:0 1600000..1800000:0 1800000..2000000:0 2000000..2200000:0 2200000..2400000:0 2400000..2600000:0 2600000..2800000:0 2800000..3000000:0 3000000..3200000:1",
            ),
        ];
        for (values, want) in cases {
            assert_eq!(shown(values), want, "{values:?}");
        }
    }

    #[test]
    fn a_misread_number_does_not_flatten_the_others() {
        let mut values: Vec<f64> = (0..200).map(|i| f64::from(i % 10)).collect();
        values.push(1e9);
        values.push(-1e9);
        let shown = shown(&values);
        assert!(shown.starts_with("-..0:1 0..1:20 1..2:20 "), "{shown}");
        assert!(shown.ends_with(" 9..10:20 10..-:1"), "{shown}");
    }

    proptest::proptest! {
        #[test]
        fn every_value_is_in_one_bin(values in proptest::collection::vec(proptest::num::f64::NORMAL | proptest::num::f64::ZERO, 1..300)) {
            let bins = bins(values.clone()).unwrap_or_default();
            proptest::prop_assert_eq!(bins.iter().map(|b| b.count).sum::<u64>(), values.len() as u64);
            proptest::prop_assert!(bins.len() <= 14, "{}", bins.len());
        }
    }
}
