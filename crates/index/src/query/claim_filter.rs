//! The filter on claims: rate, unit, measure, year and place must be those of one claim.
//!
//! Postings name the statements that have each attribute somewhere; then the statement's claim rows are read from
//! columns, and it stays only if one row has them all.

use belaeg_model::{Claim, Place, Unit, Year};
use tantivy::columnar::Column;
use tantivy::query::doc_predicate_query::{
    ConstOrVariableSegmentPredicate, DocPredicate, DocPredicateQuery, SegmentDocPredicate,
};
use tantivy::query::{BooleanQuery, EnableScoring, Query};
use tantivy::{DocId, SegmentReader};

use super::filter::{any_of, year_range};
use crate::schema::{Fields, column};
use crate::search::Search;

/// The year of a row whose claim names none; no [`Year`] reaches it.
pub(crate) const NO_YEAR: i64 = i64::MIN;
/// The place or measure of a row whose claim has none; [`hash`] never gives it.
pub(crate) const NOTHING: u64 = 0;

/// A claim in one year, as it stands in the columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ClaimRow {
    /// The value, or the lower end of a range.
    pub low: f64,
    /// The value, or the upper end of a range.
    pub high: f64,
    pub unit: u64,
    pub place: u64,
    pub measure: u64,
    pub year: i64,
}

impl ClaimRow {
    /// The rows of `claim`: one a year, or one without a year.
    pub(crate) fn of(claim: &Claim) -> impl Iterator<Item = Self> {
        let other = claim.value_max.unwrap_or(claim.value);
        let row = Self {
            low: claim.value.min(other),
            high: claim.value.max(other),
            unit: unit_number(claim.unit),
            place: claim.place.map_or(NOTHING, |p| hash(p.code())),
            measure: claim.measure.as_deref().map_or(NOTHING, hash),
            year: NO_YEAR,
        };
        let without_year = claim.years.is_empty().then_some(row);
        let each_year = claim.years.iter().map(move |year| Self { year: i64::from(*year), ..row });
        without_year.into_iter().chain(each_year)
    }
}

/// A unit in a column; the numbers belong to the schema version.
fn unit_number(unit: Unit) -> u64 {
    match unit {
        Unit::Percent => 1,
        Unit::PercentagePoint => 2,
        Unit::Permille => 3,
        Unit::PerN => 4,
        Unit::Count => 5,
    }
}

/// The unit of a number in a column.
pub(crate) fn numbered_unit(number: u64) -> Option<Unit> {
    Unit::ALL.into_iter().find(|unit| unit_number(*unit) == number)
}

/// A name in a column: 32 bits of FNV-1a. Two names that share a number meet only in a statement that has both
/// as terms, since the candidates are looked up by name.
pub(crate) fn hash(name: &str) -> u64 {
    let fnv = |h: u32, b: u8| (h ^ u32::from(b)).wrapping_mul(0x0100_0193);
    u64::from(name.bytes().fold(0x811c_9dc5, fnv)).max(1)
}

/// What one claim must have.
#[derive(Clone, Debug)]
pub(crate) struct ClaimTest {
    units: Vec<Unit>,
    rate: Option<(f64, f64)>,
    place: Option<Place>,
    measure: Option<String>,
    years: Option<(Year, Year)>,
}

impl ClaimTest {
    /// The test that `search` asks for; `None` where it asks for no rate, unit or measure.
    pub(crate) fn of(search: &Search) -> Option<Self> {
        let units = match (search.unit, search.rate, &search.measure) {
            (Some(unit), _, _) => vec![unit],
            (None, Some(_), _) => Unit::ALL.into_iter().filter(|u| *u != Unit::Count).collect(),
            (None, None, Some(_)) => Unit::ALL.to_vec(),
            (None, None, None) => return None,
        };
        Some(Self {
            units,
            rate: search.rate,
            place: search.place,
            measure: search.measure.clone(),
            years: search.years,
        })
    }

    /// The test that every claim passes that is about the place and years of `search`.
    pub(crate) fn any(search: &Search) -> Self {
        Self {
            units: Unit::ALL.to_vec(),
            rate: None,
            place: search.place,
            measure: None,
            years: search.years,
        }
    }

    /// The test that every rate passes and no count.
    pub(crate) fn any_rate() -> Self {
        let units = Unit::ALL.into_iter().filter(|u| *u != Unit::Count).collect();
        Self { units, rate: None, place: None, measure: None, years: None }
    }

    /// The same test over the numbers of the columns.
    pub(crate) fn compile(&self) -> RowTest {
        RowTest {
            units: self.units.iter().map(|u| unit_number(*u)).collect(),
            rate: self.rate,
            place: self.place.map(|p| hash(p.code())),
            measure: self.measure.as_deref().map(hash),
            years: self.years.map(|(from, to)| (i64::from(from), i64::from(to))),
        }
    }

    /// A query for the statements with a claim that passes.
    pub(crate) fn query(self, fields: Fields) -> Box<dyn Query> {
        Box::new(DocPredicateQuery::from(ClaimFilter { test: self, fields }))
    }

    /// The statements that have each attribute somewhere: a superset of those that pass.
    fn candidates(&self, fields: &Fields) -> Box<dyn Query> {
        let mut all = vec![any_of(fields.claim_unit, self.units.iter().map(|u| u.as_str()))];
        all.extend(self.place.map(|p| any_of(fields.claim_place, [p.code()])));
        all.extend(self.measure.as_deref().map(|m| any_of(fields.claim_measure, [m])));
        all.extend(self.years.map(|years| year_range(fields.claim_year, years)));
        Box::new(BooleanQuery::intersection(all))
    }
}

/// [`ClaimTest`] over the numbers of the columns.
#[derive(Clone, Debug)]
pub(crate) struct RowTest {
    units: Vec<u64>,
    rate: Option<(f64, f64)>,
    place: Option<u64>,
    measure: Option<u64>,
    years: Option<(i64, i64)>,
}

impl RowTest {
    pub(crate) fn passes(&self, row: &ClaimRow) -> bool {
        self.units.contains(&row.unit)
            && self.rate.is_none_or(|(from, to)| from <= to && row.low <= to && from <= row.high)
            && self.place.is_none_or(|place| place == row.place)
            && self.measure.is_none_or(|measure| measure == row.measure)
            && self.years.is_none_or(|(from, to)| from <= row.year && row.year <= to)
    }
}

/// The claim rows of a segment's statements.
pub(crate) struct ClaimRows {
    low: Column<f64>,
    high: Column<f64>,
    unit: Column<u64>,
    place: Column<u64>,
    measure: Column<u64>,
    year: Column<i64>,
}

impl ClaimRows {
    /// The rows of `segment`; `None` where no statement has a claim.
    pub(crate) fn open(segment: &SegmentReader) -> tantivy::Result<Option<Self>> {
        let columns = segment.fast_fields();
        let all = (
            columns.column_opt(column::ROW_LOW)?,
            columns.column_opt(column::ROW_HIGH)?,
            columns.column_opt(column::ROW_UNIT)?,
            columns.column_opt(column::ROW_PLACE)?,
            columns.column_opt(column::ROW_MEASURE)?,
            columns.column_opt(column::ROW_YEAR)?,
        );
        let (Some(low), Some(high), Some(unit), Some(place), Some(measure), Some(year)) = all else {
            return Ok(None);
        };
        Ok(Some(Self { low, high, unit, place, measure, year }))
    }

    pub(crate) fn of(&self, doc: DocId) -> impl Iterator<Item = ClaimRow> {
        // The columns are written together, so that their values lie in the same rows.
        self.low.index.value_row_ids(doc).map(|row| ClaimRow {
            low: self.low.values.get_val(row),
            high: self.high.values.get_val(row),
            unit: self.unit.values.get_val(row),
            place: self.place.values.get_val(row),
            measure: self.measure.values.get_val(row),
            year: self.year.values.get_val(row),
        })
    }

    /// The highest value among the rows of `doc` that pass.
    pub(crate) fn highest(&self, doc: DocId, test: &RowTest) -> Option<f64> {
        self.of(doc).filter(|row| test.passes(row)).map(|row| row.high).max_by(f64::total_cmp)
    }
}

/// [`ClaimTest`] as the engine wants it.
#[derive(Debug)]
struct ClaimFilter {
    test: ClaimTest,
    fields: Fields,
}

impl DocPredicate for ClaimFilter {
    type SegmentDocPredicate = SegmentFilter;

    fn doc_predicate(
        &self,
        segment: &SegmentReader,
    ) -> tantivy::Result<ConstOrVariableSegmentPredicate<SegmentFilter>> {
        let Some(rows) = ClaimRows::open(segment)? else {
            return Ok(ConstOrVariableSegmentPredicate::Const(false));
        };
        let weight = self
            .test
            .candidates(&self.fields)
            .weight(EnableScoring::disabled_from_schema(segment.schema()))?;
        Ok(ConstOrVariableSegmentPredicate::Variable {
            predicate: SegmentFilter { rows, test: self.test.compile() },
            necessary_condition: weight.scorer(segment, 1.0)?,
        })
    }
}

/// The claim rows of a segment and what one of them must have.
struct SegmentFilter {
    rows: ClaimRows,
    test: RowTest,
}

impl SegmentDocPredicate for SegmentFilter {
    fn eval(&mut self, doc: DocId) -> bool {
        self.rows.of(doc).any(|row| self.test.passes(&row))
    }
}
