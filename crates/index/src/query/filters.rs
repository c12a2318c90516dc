//! What a statement, its document or one of its claims must have.

use std::fmt;

use belaeg_model::{Approx, Claim, Kind, Place, Role, Unit, Year};
use jiff::civil::Date;

use super::interval::Interval;
use super::{Field, QueryError};

/// Filters that must all be passed. `None`, or an empty list of lists, asks for nothing; of a list one entry is enough.
///
/// With a value, unit, measure, role or approximation, everything but `kinds`, `sources` and `published` must be true of
/// one and the same claim. Without, `places` are those of the document, those that the statement names or those of its
/// claims, and `years` are those it mentions or has a claim about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filters {
    /// Of each list, one place. A region or group stands for its kommuner too.
    pub places: Vec<Vec<Place>>,
    /// The year.
    pub years: Option<Vec<Interval<Year>>>,
    /// The value, as printed in its unit; a claim that gives a range matches where the two overlap. Not counts, unless
    /// `units` asks for them.
    pub rates: Option<Vec<Interval<f64>>>,
    /// The unit.
    pub units: Option<Vec<Unit>>,
    /// The key of the measure.
    pub measures: Option<Vec<String>>,
    /// The role of the value.
    pub roles: Option<Vec<Role>>,
    /// How exactly the value is given.
    pub approx: Option<Vec<Approx>>,
    /// The genre of the document.
    pub kinds: Option<Vec<Kind>>,
    /// Of each list, one: the host of the document's address, a domain above it, or the id of a source that listed it when it
    /// was indexed.
    pub sources: Vec<Vec<String>>,
    /// The day of the document's publication.
    pub published: Option<Vec<Interval<Date>>>,
}

impl Filters {
    /// Whether they ask for nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether they ask for something that only a claim has.
    pub fn ask_for_a_claim(&self) -> bool {
        self.rates.is_some()
            || self.units.is_some()
            || self.measures.is_some()
            || self.roles.is_some()
            || self.approx.is_some()
    }

    /// Whether one claim has everything that they ask of a claim.
    pub fn pass(&self, claim: &Claim) -> bool {
        let one_of = |list: &Option<Vec<_>>| list.as_ref().is_none_or(|units| units.contains(&claim.unit));
        let other = claim.value_max.unwrap_or(claim.value);
        let (low, high) = (claim.value.min(other), claim.value.max(other));
        let unit = match self.units {
            None => self.rates.is_none() || claim.unit != Unit::Count,
            Some(_) => one_of(&self.units),
        };
        let has = |key: &str| self.measures.as_ref().is_none_or(|all| all.iter().any(|m| m == key));
        unit && self.rates.as_ref().is_none_or(|all| all.iter().any(|r| r.overlaps(low, high)))
            && has(claim.measure.as_deref().unwrap_or_default())
            && self.roles.as_ref().is_none_or(|all| all.contains(&claim.role))
            && self.approx.as_ref().is_none_or(|all| all.contains(&claim.approx))
            && self.places.iter().all(|all| claim.place.is_some_and(|p| with_members(all).any(|m| m == p)))
            && (self.years.is_none() || claim.years.iter().any(|year| self.have_year(*year)))
    }

    /// Whether the year is one of those that they ask for.
    pub(crate) fn have_year(&self, year: Year) -> bool {
        self.years.as_ref().is_none_or(|all| all.iter().any(|range| range.overlaps(year, year)))
    }

    /// Both together.
    ///
    /// # Errors
    /// [`QueryError::Contradiction`] where nothing could pass both.
    pub fn and(&self, other: &Self) -> Result<Self, QueryError> {
        Ok(Self {
            places: all_lists(&self.places, &other.places),
            years: meet(Field::Year, &self.years, &other.years)?,
            rates: meet(Field::Rate, &self.rates, &other.rates)?,
            units: meet(Field::Unit, &self.units, &other.units)?,
            measures: meet(Field::Measure, &self.measures, &other.measures)?,
            roles: meet(Field::Role, &self.roles, &other.roles)?,
            approx: meet(Field::Approx, &self.approx, &other.approx)?,
            kinds: meet(Field::Kind, &self.kinds, &other.kinds)?,
            sources: all_lists(&self.sources, &other.sources),
            published: meet(Field::After, &self.published, &other.published)?,
        })
    }

    /// Either, where both ask for one thing and for the same one; else `None`.
    pub(super) fn or(&self, other: &Self) -> Option<Self> {
        let mut either = self.clone();
        let joined = [
            join_lists(&mut either.places, &other.places),
            join(&mut either.years, &other.years),
            join(&mut either.rates, &other.rates),
            join(&mut either.units, &other.units),
            join(&mut either.measures, &other.measures),
            join(&mut either.roles, &other.roles),
            join(&mut either.approx, &other.approx),
            join(&mut either.kinds, &other.kinds),
            join_lists(&mut either.sources, &other.sources),
            join(&mut either.published, &other.published),
        ];
        let count = |of: Asked| joined.iter().filter(|asked| **asked == of).count();
        (count(Asked::Both) == 1 && count(Asked::One) == 0).then_some(either)
    }

    /// Each thing asked for, as it is typed.
    fn typed(&self) -> Vec<String> {
        let mut all: Vec<String> = self.places.iter().map(|list| either(list, typed_place)).collect();
        let ranges = |list: &Option<Vec<Interval<Year>>>| {
            list.as_ref().map(|list| either(list, |range| range.typed(Field::Year.name())))
        };
        all.extend(ranges(&self.years));
        all.extend(self.rates.as_ref().map(|list| either(list, typed_rates)));
        all.extend(self.units.as_ref().map(|list| either(list, |unit| named(Field::Unit, unit.as_str()))));
        all.extend(self.measures.as_ref().map(|list| either(list, |key| named(Field::Measure, key))));
        all.extend(self.roles.as_ref().map(|list| either(list, |role| named(Field::Role, role.as_str()))));
        all.extend(self.approx.as_ref().map(|list| either(list, |a| named(Field::Approx, a.as_str()))));
        all.extend(self.kinds.as_ref().map(|list| either(list, |kind| named(Field::Kind, kind.as_str()))));
        all.extend(self.sources.iter().map(|list| either(list, |host| named(Field::Source, host))));
        all.extend(self.published.as_ref().map(|list| either(list, typed_dates)));
        all
    }
}

/// The filters as a query has them.
impl fmt::Display for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed().join(" "))
    }
}

/// Each place and, of a region or group, its kommuner.
pub(super) fn with_members(places: &[Place]) -> impl Iterator<Item = Place> + '_ {
    places.iter().flat_map(|place| std::iter::once(*place).chain(place.members()))
}

/// What passes two filters on one thing.
trait Meet: Sized {
    /// `None` where nothing does.
    fn meet(&self, other: &Self) -> Option<Self>;
}

impl<T: Copy + PartialOrd> Meet for Interval<T> {
    fn meet(&self, other: &Self) -> Option<Self> {
        Some(Interval::meet(self, other)).filter(|both| !both.is_empty())
    }
}

macro_rules! meet_if_equal {
    ($($name:ty),*) => {
        $(impl Meet for $name {
            fn meet(&self, other: &Self) -> Option<Self> {
                (self == other).then(|| self.clone())
            }
        })*
    };
}
meet_if_equal!(Unit, Role, Approx, Kind, String);

/// The lists of which both ask for one entry each, no list twice.
fn all_lists<T: Clone + PartialEq>(a: &[Vec<T>], b: &[Vec<T>]) -> Vec<Vec<T>> {
    a.iter().chain(b.iter().filter(|list| !a.contains(list))).cloned().collect()
}

fn meet<T: Meet + Clone + PartialEq>(
    field: Field,
    a: &Option<Vec<T>>,
    b: &Option<Vec<T>>,
) -> Result<Option<Vec<T>>, QueryError> {
    match (a, b) {
        (None, list) | (list, None) => Ok(list.clone()),
        (Some(a), Some(b)) => {
            let mut both: Vec<T> = Vec::new();
            for one in a.iter().flat_map(|x| b.iter().filter_map(|y| x.meet(y))) {
                // 2015.. and 2016.. meet 2016 in the same year.
                if !both.contains(&one) {
                    both.push(one);
                }
            }
            if both.is_empty() {
                return Err(QueryError::Contradiction { field: field.name() });
            }
            Ok(Some(both))
        }
    }
}

/// Which of two filters ask for a thing.
#[derive(Clone, Copy, PartialEq)]
enum Asked {
    Neither,
    One,
    Both,
}

fn join<T: Clone + PartialEq>(a: &mut Option<Vec<T>>, b: &Option<Vec<T>>) -> Asked {
    match (a, b) {
        (None, None) => Asked::Neither,
        (Some(a), Some(b)) => {
            add_new(a, b);
            Asked::Both
        }
        _ => Asked::One,
    }
}

/// Two lists of which one entry each must be had cannot be joined to one.
fn join_lists<T: Clone + PartialEq>(a: &mut [Vec<T>], b: &[Vec<T>]) -> Asked {
    match (a, b) {
        ([], []) => Asked::Neither,
        ([a], [b]) => {
            add_new(a, b);
            Asked::Both
        }
        _ => Asked::One,
    }
}

fn add_new<T: Clone + PartialEq>(to: &mut Vec<T>, more: &[T]) {
    for entry in more {
        if !to.contains(entry) {
            to.push(entry.clone());
        }
    }
}

fn either<T>(list: &[T], typed: impl Fn(&T) -> String) -> String {
    match list {
        [only] => typed(only),
        several => {
            let in_group = |entry: &T| {
                let typed = typed(entry);
                if typed.contains(' ') && !typed.contains('"') { format!("({typed})") } else { typed }
            };
            format!("({})", several.iter().map(in_group).collect::<Vec<_>>().join(" OR "))
        }
    }
}

fn named(field: Field, value: &str) -> String {
    let bare = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if bare { format!("{}:{value}", field.name()) } else { format!("{}:\"{value}\"", field.name()) }
}

fn typed_place(place: &Place) -> String {
    named(Field::Place, place.name())
}

fn typed_rates(range: &Interval<f64>) -> String {
    let typed = Interval { low: range.low.map(typed_number), high: range.high.map(typed_number) };
    typed.typed(Field::Rate.name())
}

/// With a comma where three decimals after a point would be thousands.
fn typed_number(value: f64) -> String {
    let typed = value.to_string();
    match typed.split_once('.') {
        Some((whole, decimals)) if decimals.len() == 3 => format!("{whole},{decimals}"),
        _ => typed,
    }
}

fn typed_dates(range: &Interval<Date>) -> String {
    use std::ops::Bound::{Excluded, Included};
    let after = match range.low {
        Excluded(day) | Included(day) => Some(format!("{}:{day}", Field::After.name())),
        _ => None,
    };
    let before = match range.high {
        Excluded(day) | Included(day) => Some(format!("{}:{day}", Field::Before.name())),
        _ => None,
    };
    after.into_iter().chain(before).collect::<Vec<_>>().join(" ")
}
