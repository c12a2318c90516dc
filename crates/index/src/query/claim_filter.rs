//! The filter on claims: value, unit, measure, role, approximation, year and place must be those of one claim.
//!
//! Postings name the statements that have each attribute somewhere; then the statement's claim rows are read from
//! columns, and it stays only if one row has them all.

use belaeg_model::{Approx, Claim, Role, Unit};
use tantivy::columnar::{Column, RowId};
use tantivy::query::doc_predicate_query::{
    ConstOrVariableSegmentPredicate, DocPredicate, DocPredicateQuery, SegmentDocPredicate,
};
use tantivy::query::{BooleanQuery, EnableScoring, Query};
use tantivy::{DocId, SegmentReader};

use super::Filters;
use super::filter::{any_of, year_ranges};
use super::filters::with_members;
use super::interval::Interval;
use crate::schema::{Fields, column};

/// The year of a row whose claim names none; no [`belaeg_model::Year`] reaches it.
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
    /// Unit, role, approximation and the claim's place in its statement in one number.
    pub form: u64,
    pub place: u64,
    pub measure: u64,
    pub year: i64,
}

impl ClaimRow {
    /// The rows of `claim`, the `number`-th of its statement: one a year, or one without a year.
    pub(crate) fn of(claim: &Claim, number: usize) -> impl Iterator<Item = Self> {
        let other = claim.value_max.unwrap_or(claim.value);
        let row = Self {
            low: claim.value.min(other),
            high: claim.value.max(other),
            form: form_number(claim.unit, claim.role, claim.approx) | (number as u64 & 0xff) << 24,
            place: claim.place.map_or(NOTHING, |p| hash(p.code())),
            measure: claim.measure.as_deref().map_or(NOTHING, hash),
            year: NO_YEAR,
        };
        let without_year = claim.years.is_empty().then_some(row);
        let each_year = claim.years.iter().map(move |year| Self { year: i64::from(*year), ..row });
        without_year.into_iter().chain(each_year)
    }
}

/// Unit, role and approximation in a column; the numbers belong to the schema version.
fn form_number(unit: Unit, role: Role, approx: Approx) -> u64 {
    unit_number(unit) | role_number(role) << 8 | approx_number(approx) << 16
}

fn role_number(role: Role) -> u64 {
    match role {
        Role::Level => 1,
        Role::Change => 2,
        Role::Target => 3,
        Role::Forecast => 4,
    }
}

fn approx_number(approx: Approx) -> u64 {
    match approx {
        Approx::Exact => 1,
        Approx::About => 2,
        Approx::JustUnder => 3,
        Approx::JustOver => 4,
        Approx::Over => 5,
        Approx::Under => 6,
        Approx::AtLeast => 7,
        Approx::AtMost => 8,
    }
}

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

/// The number of a row's unit.
pub(crate) fn unit_of(row: &ClaimRow) -> u64 {
    row.form & 0xff
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
    asked: Filters,
}

impl ClaimTest {
    /// The test on claims among `asked`.
    pub(crate) fn new(asked: &Filters) -> Self {
        let units = match (&asked.units, &asked.rates) {
            (Some(units), _) => units.clone(),
            (None, Some(_)) => rates(),
            (None, None) => Unit::ALL.to_vec(),
        };
        Self { units, asked: asked.clone() }
    }

    /// The test that every rate passes and no count.
    pub(crate) fn any_rate() -> Self {
        Self { units: rates(), asked: Filters::default() }
    }

    /// The same test over the numbers of the columns.
    pub(crate) fn compile(&self) -> RowTest {
        let asked = &self.asked;
        RowTest {
            units: self.units.iter().map(|u| unit_number(*u)).collect(),
            roles: asked.roles.as_ref().map(|all| all.iter().map(|r| role_number(*r)).collect()),
            approx: asked.approx.as_ref().map(|all| all.iter().map(|a| approx_number(*a)).collect()),
            rates: asked.rates.clone(),
            places: asked
                .places
                .iter()
                .map(|list| with_members(list).map(|place| hash(place.code())).collect())
                .collect(),
            measures: asked.measures.as_ref().map(|all| all.iter().map(|key| hash(key)).collect()),
            years: asked.years.as_ref().map(|all| all.iter().map(wide).collect()),
        }
    }

    /// A query for the statements with a claim that passes.
    pub(crate) fn query(self, fields: Fields) -> Box<dyn Query> {
        Box::new(DocPredicateQuery::from(ClaimFilter { test: self, fields }))
    }

    /// The statements that have each attribute somewhere: a superset of those that pass.
    fn candidates(&self, fields: &Fields) -> Box<dyn Query> {
        let asked = &self.asked;
        let mut all = vec![any_of(fields.claim_unit, self.units.iter().map(|u| u.as_str()))];
        all.extend(
            asked.places.iter().map(|list| any_of(fields.claim_place, with_members(list).map(|p| p.code()))),
        );
        all.extend(asked.measures.as_ref().map(|keys| any_of(fields.claim_measure, keys)));
        all.extend(asked.years.as_ref().map(|ranges| year_ranges(fields.claim_year, ranges)));
        Box::new(BooleanQuery::intersection(all))
    }
}

/// The units of rates.
fn rates() -> Vec<Unit> {
    Unit::ALL.into_iter().filter(|u| *u != Unit::Count).collect()
}

/// The same years as a row has them.
fn wide(range: &Interval<belaeg_model::Year>) -> Interval<i64> {
    Interval { low: range.low.map(i64::from), high: range.high.map(i64::from) }
}

/// [`ClaimTest`] over the numbers of the columns.
#[derive(Clone, Debug)]
pub(crate) struct RowTest {
    units: Vec<u64>,
    roles: Option<Vec<u64>>,
    approx: Option<Vec<u64>>,
    rates: Option<Vec<Interval<f64>>>,
    places: Vec<Vec<u64>>,
    measures: Option<Vec<u64>>,
    years: Option<Vec<Interval<i64>>>,
}

impl RowTest {
    pub(crate) fn passes(&self, row: &ClaimRow) -> bool {
        let has = |list: &Option<Vec<u64>>, number| list.as_ref().is_none_or(|all| all.contains(&number));
        let has_year = |all: &Vec<Interval<i64>>| all.iter().any(|range| range.overlaps(row.year, row.year));
        self.units.contains(&unit_of(row))
            && has(&self.roles, row.form >> 8 & 0xff)
            && has(&self.approx, row.form >> 16 & 0xff)
            && self.rates.as_ref().is_none_or(|all| all.iter().any(|range| range.overlaps(row.low, row.high)))
            && self.places.iter().all(|list| list.contains(&row.place))
            && has(&self.measures, row.measure)
            && self.years.as_ref().is_none_or(|all| row.year != NO_YEAR && has_year(all))
    }
}

/// The claim rows of a segment's statements.
pub(crate) struct ClaimRows {
    low: Column<f64>,
    high: Column<f64>,
    form: Column<u64>,
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
            columns.column_opt(column::ROW_FORM)?,
            columns.column_opt(column::ROW_PLACE)?,
            columns.column_opt(column::ROW_MEASURE)?,
            columns.column_opt(column::ROW_YEAR)?,
        );
        let (Some(low), Some(high), Some(form), Some(place), Some(measure), Some(year)) = all else {
            return Ok(None);
        };
        Ok(Some(Self { low, high, form, place, measure, year }))
    }

    pub(crate) fn of(&self, doc: DocId) -> impl Iterator<Item = ClaimRow> {
        // The columns are written together, so that their values lie in the same rows.
        self.low.index.value_row_ids(doc).map(|row| ClaimRow {
            low: self.low.values.get_val(row),
            high: self.high.values.get_val(row),
            form: self.form.values.get_val(row),
            place: self.place.values.get_val(row),
            measure: self.measure.values.get_val(row),
            year: self.year.values.get_val(row),
        })
    }

    /// Reads the rows of several statements at once, which is faster where many are read.
    pub(crate) fn read(&self, docs: &[DocId], block: &mut RowBlock) {
        block.docs.clear();
        block.rows.clear();
        self.low.row_ids_for_docs(docs, &mut block.docs, &mut block.rows);
        read_values(&self.low, &block.rows, &mut block.low);
        read_values(&self.high, &block.rows, &mut block.high);
        read_values(&self.form, &block.rows, &mut block.form);
        read_values(&self.place, &block.rows, &mut block.place);
        read_values(&self.measure, &block.rows, &mut block.measure);
        read_values(&self.year, &block.rows, &mut block.year);
    }

    /// The highest value among the rows of `doc` that pass one of `tests`.
    pub(crate) fn highest(&self, doc: DocId, tests: &[RowTest]) -> Option<f64> {
        self.of(doc)
            .filter(|row| tests.iter().any(|test| test.passes(row)))
            .map(|row| row.high)
            .max_by(f64::total_cmp)
    }
}

/// The claim rows of several statements.
#[derive(Default)]
pub(crate) struct RowBlock {
    docs: Vec<DocId>,
    rows: Vec<RowId>,
    low: Vec<f64>,
    high: Vec<f64>,
    form: Vec<u64>,
    place: Vec<u64>,
    measure: Vec<u64>,
    year: Vec<i64>,
}

impl RowBlock {
    /// Each row with its statement.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (DocId, ClaimRow)> + '_ {
        self.docs.iter().enumerate().map(|(i, doc)| {
            let row = ClaimRow {
                low: self.low[i],
                high: self.high[i],
                form: self.form[i],
                place: self.place[i],
                measure: self.measure[i],
                year: self.year[i],
            };
            (*doc, row)
        })
    }
}

/// Reads the values of a column that stand in `rows`.
pub(crate) fn read_values<T: Copy + Default + PartialOrd + 'static>(
    column: &Column<T>,
    rows: &[RowId],
    values: &mut Vec<T>,
) {
    values.clear();
    values.resize(rows.len(), T::default());
    column.values.get_vals(rows, values);
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
