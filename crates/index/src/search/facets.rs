//! What matches, counted by its properties in one pass over columns.

use std::collections::BTreeMap;
use std::hash::Hash;
use std::io;

use belaeg_model::place::PlaceKind;
use belaeg_model::{Kind, Place, Unit, Year};
use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::Search;
use super::histogram::{Histogram, Values};
use crate::query::claim_filter::{
    ClaimRow, ClaimRows, ClaimTest, NOTHING, RowTest, hash, numbered_unit, unit_of,
};
use crate::schema::{Fields, column};

/// How many of the statements that match have each property; the commonest first, years in their order.
///
/// A count is how many the same search would find if it asked for that too: places and years are those of claims where
/// the search has a filter on claims, and then of claims that pass it; otherwise those that the filters on place and year
/// look at. Measures and units are those of claims that pass the filters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets {
    /// By kommune.
    pub kommune: Vec<(Place, u64)>,
    /// By region: its own name, or one of its kommuner.
    pub region: Vec<(Place, u64)>,
    /// By genre of the document.
    pub kind: Vec<(Kind, u64)>,
    /// By year.
    pub year: Vec<(Year, u64)>,
    /// By the key of a claim's measure.
    pub measure: Vec<(String, u64)>,
    /// By the unit of a claim.
    pub unit: Vec<(Unit, u64)>,
    /// By the host of the document's address.
    pub source: Vec<(String, u64)>,
    /// The values of claims; `None` where there is none.
    pub histogram: Option<Histogram>,
}

/// Counts what matches.
pub(super) struct CountFacets {
    fields: Fields,
    /// What a claim must have to be counted; one is enough.
    tests: Vec<RowTest>,
    /// Whether places and years are those of claims.
    of_claims: bool,
}

impl CountFacets {
    pub(super) fn of(search: &Search, fields: Fields) -> Self {
        let asked = search.query.filters_of_any_claim();
        let tests = asked.iter().map(|filters| ClaimTest::new(filters).compile()).collect();
        Self { fields, tests, of_claims: !search.query.claim_filters().is_empty() }
    }
}

impl Collector for CountFacets {
    type Fruit = Facets;
    type Child = FacetsOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<FacetsOfSegment> {
        let columns = segment.fast_fields();
        let mut statements = Statements::default();
        if !self.of_claims {
            statements.near = Near::open(columns.str(column::NEAR)?)?;
            statements.year = columns.column_opt(column::YEAR)?;
        }
        let mut measure_names = FxHashMap::default();
        let index = segment.inverted_index(self.fields.claim_measure)?;
        let mut names = index.terms().stream()?;
        while names.advance() {
            if let Ok(name) = std::str::from_utf8(names.key()) {
                measure_names.insert(hash(name), name.to_owned());
            }
        }
        Ok(FacetsOfSegment {
            statements,
            kind: Names::open(columns.str(column::KIND)?),
            host: Names::open(columns.str(column::HOST)?),
            claims: ClaimRows::open(segment)?.map(|rows| Claims {
                rows,
                tests: self.tests.clone(),
                of_claims: self.of_claims,
                places: Place::all().map(|place| (hash(place.code()), place)).collect(),
                measure_names,
                measure: Tally::default(),
                unit: Tally::default(),
                values: Values::default(),
            }),
            kommune: Tally::default(),
            region: Tally::default(),
            year: Tally::default(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<io::Result<Counts>>) -> tantivy::Result<Facets> {
        let mut all = Counts::default();
        for fruit in fruits {
            all.add(fruit?);
        }
        Ok(all.facets())
    }
}

/// How many statements have each of some properties; a statement that has one several times counts once.
struct Tally<K>(FxHashMap<K, (u64, DocId)>);

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<K: Eq + Hash> Tally<K> {
    fn add(&mut self, key: K, doc: DocId) {
        let (count, last) = self.0.entry(key).or_insert((0, DocId::MAX));
        if *last != doc {
            (*count, *last) = (*count + 1, doc);
        }
    }

    fn counts(self) -> impl Iterator<Item = (K, u64)> {
        self.0.into_iter().map(|(key, (count, _))| (key, count))
    }
}

/// A column of names, counted by their ordinals.
#[derive(Default)]
struct Names {
    column: Option<StrColumn>,
    counts: Vec<u64>,
}

impl Names {
    fn open(column: Option<StrColumn>) -> Self {
        let terms = column.as_ref().map_or(0, |c| c.num_terms());
        Self { column, counts: vec![0; terms] }
    }

    /// Columns hold each name of a statement once.
    fn count(&mut self, doc: DocId) {
        for name in self.column.iter().flat_map(|c| c.term_ords(doc)) {
            if let Some(count) = usize::try_from(name).ok().and_then(|name| self.counts.get_mut(name)) {
                *count += 1;
            }
        }
    }

    fn counts(&self) -> io::Result<Vec<(String, u64)>> {
        let mut named = Vec::new();
        let Some(column) = &self.column else { return Ok(named) };
        for (name, count) in (0..).zip(&self.counts).filter(|(_, count)| **count > 0) {
            let mut text = String::new();
            column.ord_to_str(name, &mut text)?;
            named.push((text, *count));
        }
        Ok(named)
    }
}

/// The column of the places that statements are about.
#[derive(Default)]
struct Near {
    column: Option<StrColumn>,
    /// By ordinal.
    places: Vec<Option<Place>>,
}

impl Near {
    fn open(column: Option<StrColumn>) -> tantivy::Result<Self> {
        let mut places = Vec::new();
        if let Some(column) = &column {
            let mut codes = column.dictionary().stream()?;
            while codes.advance() {
                places.push(std::str::from_utf8(codes.key()).ok().and_then(|code| code.parse().ok()));
            }
        }
        Ok(Self { column, places })
    }

    fn of(&self, doc: DocId) -> impl Iterator<Item = Place> + '_ {
        let names = self.column.iter().flat_map(move |c| c.term_ords(doc));
        names.filter_map(|name| usize::try_from(name).ok().and_then(|name| *self.places.get(name)?))
    }
}

/// Places and years where they are not those of claims.
#[derive(Default)]
struct Statements {
    near: Near,
    year: Option<Column<i64>>,
}

/// The claims of a segment.
struct Claims {
    rows: ClaimRows,
    tests: Vec<RowTest>,
    of_claims: bool,
    places: FxHashMap<u64, Place>,
    measure_names: FxHashMap<u64, String>,
    measure: Tally<u64>,
    unit: Tally<u64>,
    values: Values,
}

pub(super) struct FacetsOfSegment {
    statements: Statements,
    kind: Names,
    host: Names,
    claims: Option<Claims>,
    kommune: Tally<Place>,
    region: Tally<Place>,
    year: Tally<i64>,
}

impl FacetsOfSegment {
    fn count_claims(&mut self, doc: DocId) {
        let Some(claims) = &mut self.claims else { return };
        let counts = |row: &ClaimRow| claims.tests.iter().any(|test| test.passes(row));
        for row in claims.rows.of(doc).filter(counts) {
            claims.unit.add(unit_of(&row), doc);
            if row.measure != NOTHING {
                claims.measure.add(row.measure, doc);
            }
            claims.values.add(&row, doc);
            if claims.of_claims {
                self.year.add(row.year, doc);
                if let Some(place) = claims.places.get(&row.place) {
                    count_place(*place, doc, &mut self.kommune, &mut self.region);
                }
            }
        }
    }
}

fn count_place(place: Place, doc: DocId, kommune: &mut Tally<Place>, region: &mut Tally<Place>) {
    match place.kind() {
        PlaceKind::Kommune => {
            kommune.add(place, doc);
            if let Some(around) = place.region() {
                region.add(around, doc);
            }
        }
        PlaceKind::Region => region.add(place, doc),
        PlaceKind::Country | PlaceKind::Group => {}
    }
}

impl SegmentCollector for FacetsOfSegment {
    type Fruit = io::Result<Counts>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.kind.count(doc);
        self.host.count(doc);
        for place in self.statements.near.of(doc) {
            count_place(place, doc, &mut self.kommune, &mut self.region);
        }
        for year in self.statements.year.iter().flat_map(|c| c.values_for_doc(doc)) {
            self.year.add(year, doc);
        }
        self.count_claims(doc);
    }

    fn harvest(self) -> io::Result<Counts> {
        let mut counts = Counts {
            kommune: self.kommune.counts().collect(),
            region: self.region.counts().collect(),
            kind: self.kind.counts()?.into_iter().collect(),
            year: self.year.counts().collect(),
            source: self.host.counts()?.into_iter().collect(),
            ..Counts::default()
        };
        if let Some(Claims { measure_names, measure, unit, values, .. }) = self.claims {
            let named =
                measure.counts().filter_map(|(number, n)| Some((measure_names.get(&number)?.clone(), n)));
            counts.measure = named.collect();
            counts.unit = unit.counts().collect();
            counts.values = values;
        }
        Ok(counts)
    }
}

/// The counts of a segment, or of several.
#[derive(Default)]
pub(super) struct Counts {
    kommune: BTreeMap<Place, u64>,
    region: BTreeMap<Place, u64>,
    kind: BTreeMap<String, u64>,
    year: BTreeMap<i64, u64>,
    measure: BTreeMap<String, u64>,
    unit: BTreeMap<u64, u64>,
    source: BTreeMap<String, u64>,
    values: Values,
}

impl Counts {
    fn add(&mut self, other: Self) {
        sum(&mut self.kommune, other.kommune);
        sum(&mut self.region, other.region);
        sum(&mut self.kind, other.kind);
        sum(&mut self.year, other.year);
        sum(&mut self.measure, other.measure);
        sum(&mut self.unit, other.unit);
        sum(&mut self.source, other.source);
        self.values.append(other.values);
    }

    fn facets(self) -> Facets {
        // The year of claims that have none is no year.
        let year = |(year, n): (i64, u64)| Some((Year::try_from(year).ok()?, n));
        Facets {
            kommune: commonest_first(self.kommune.into_iter().collect()),
            region: commonest_first(self.region.into_iter().collect()),
            kind: commonest_first(
                self.kind.into_iter().filter_map(|(kind, n)| Some((kind.parse().ok()?, n))).collect(),
            ),
            year: self.year.into_iter().filter_map(year).collect(),
            measure: commonest_first(self.measure.into_iter().collect()),
            unit: commonest_first(
                self.unit.into_iter().filter_map(|(unit, n)| Some((numbered_unit(unit)?, n))).collect(),
            ),
            source: commonest_first(self.source.into_iter().collect()),
            histogram: self.values.histogram(),
        }
    }
}

fn sum<K: Ord>(all: &mut BTreeMap<K, u64>, more: BTreeMap<K, u64>) {
    for (key, count) in more {
        *all.entry(key).or_default() += count;
    }
}

/// Entries come in the order of their keys, which decides between equals.
fn commonest_first<K>(mut counts: Vec<(K, u64)>) -> Vec<(K, u64)> {
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}
