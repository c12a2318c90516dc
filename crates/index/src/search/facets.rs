//! What matches, counted by its properties in one pass over columns.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::hash::Hash;
use std::io;

use belaeg_model::place::PlaceKind;
use belaeg_model::{Kind, Place, Unit, Year};
use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, RowId, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::Search;
use super::histogram::{Histogram, Values};
use crate::query::Filters;
use crate::query::claim_filter::{
    ClaimRows, ClaimTest, NOTHING, RowBlock, RowTest, hash, numbered_unit, read_values, unit_of,
};
use crate::schema::{Fields, column};

/// How many of the statements that match have each property; the commonest first, years in their order.
///
/// A count is how many the same search would find if it asked for that too: places and years are those of claims where
/// the search has a filter on claims, and then of claims that pass it; otherwise those that the filters on place and year
/// look at. Measures and units are those of claims that pass the filters. Where alternatives filter by different things, a property
/// counts that passes one of them, be it another than the one that found the statement.
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
    /// What the search asks for, of a claim or of a statement; one is enough.
    asked: Vec<Filters>,
    /// Whether places and years are those of claims.
    of_claims: bool,
}

impl CountFacets {
    pub(super) fn of(search: &Search, fields: Fields) -> Self {
        let asked = search.query.filters_of_any_claim();
        let tests = asked.iter().map(|filters| ClaimTest::new(filters).compile()).collect();
        Self { fields, tests, asked, of_claims: !search.query.claim_filters().is_empty() }
    }
}

impl Collector for CountFacets {
    type Fruit = Facets;
    type Child = FacetsOfSegment;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<FacetsOfSegment> {
        let columns = segment.fast_fields();
        let (mut near, mut year) = (Near::default(), Years::default());
        if !self.of_claims {
            near = Near::open(columns.str(column::NEAR)?)?;
            year = Years::open(columns.column_opt(column::YEAR)?);
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
            docs: Vec::with_capacity(BLOCK),
            near,
            year,
            kind: Names::open(columns.str(column::KIND)?),
            host: Names::open(columns.str(column::HOST)?),
            claims: ClaimRows::open(segment)?.map(|rows| Claims {
                rows,
                tests: self.tests.clone(),
                of_claims: self.of_claims,
                read: RowBlock::default(),
                places: Place::all().map(|place| (hash(place.code()), place)).collect(),
                measure_names,
                kommune: Tally::default(),
                region: Tally::default(),
                year: Tally::default(),
                measure: Tally::default(),
                unit: Tally::default(),
                values: Values::default(),
            }),
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
        let mut facets = all.facets();
        // A statement about 2016 and 2017 is not found by both: filters on the year meet.
        facets.year.retain(|(year, _)| self.asked.iter().any(|asked| asked.have_year(*year)));
        Ok(facets)
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

/// Columns are read for this many statements at a time, which is several times as fast as one by one.
const BLOCK: usize = 1024;

/// The values of a column for a block of statements; the n-th of `docs` has the n-th of `values`.
struct Read<T> {
    docs: Vec<DocId>,
    rows: Vec<RowId>,
    values: Vec<T>,
}

impl<T> Default for Read<T> {
    fn default() -> Self {
        Self { docs: Vec::new(), rows: Vec::new(), values: Vec::new() }
    }
}

impl<T: Copy + Debug + Default + PartialOrd + Send + Sync + 'static> Read<T> {
    fn read(&mut self, column: &Column<T>, docs: &[DocId]) {
        self.docs.clear();
        self.rows.clear();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        read_values(column, &self.rows, &mut self.values);
    }

    fn pairs(&self) -> impl Iterator<Item = (DocId, T)> + '_ {
        self.docs.iter().copied().zip(self.values.iter().copied())
    }
}

/// A column of names, counted by their ordinals. A statement has each name once.
#[derive(Default)]
struct Names {
    column: Option<StrColumn>,
    counts: Vec<u64>,
    read: Read<u64>,
}

impl Names {
    fn open(column: Option<StrColumn>) -> Self {
        let terms = column.as_ref().map_or(0, |c| c.num_terms());
        Self { column, counts: vec![0; terms], read: Read::default() }
    }

    fn count(&mut self, docs: &[DocId]) {
        let Some(column) = &self.column else { return };
        self.read.read(column.ords(), docs);
        for name in &self.read.values {
            if let Some(count) = usize::try_from(*name).ok().and_then(|name| self.counts.get_mut(name)) {
                *count += 1;
            }
        }
    }

    /// Every name with its count, by ordinal.
    fn counts(&self) -> io::Result<Vec<(String, u64)>> {
        let Some(column) = &self.column else { return Ok(Vec::new()) };
        let mut named = Vec::with_capacity(self.counts.len());
        let mut names = column.dictionary().stream()?;
        let mut counts = self.counts.iter();
        while let Some(count) = counts.next().filter(|_| names.advance()) {
            named.push((String::from_utf8_lossy(names.key()).into_owned(), *count));
        }
        Ok(named)
    }
}

/// The column of the places that statements are about.
#[derive(Default)]
struct Near {
    names: Names,
    /// The region of each name: its number among `regions`.
    region_of: Vec<Option<usize>>,
    /// Each region with its count and the last statement that was counted.
    regions: Vec<(Place, u64, DocId)>,
}

impl Near {
    fn open(column: Option<StrColumn>) -> io::Result<Self> {
        let mut near = Self { names: Names::open(column), ..Self::default() };
        for (code, _) in near.names.counts()? {
            let region = code.parse().ok().and_then(region);
            let number = region.map(|region| near.number(region));
            near.region_of.push(number);
        }
        Ok(near)
    }

    fn number(&mut self, region: Place) -> usize {
        self.regions.iter().position(|(known, ..)| *known == region).unwrap_or_else(|| {
            self.regions.push((region, 0, DocId::MAX));
            self.regions.len() - 1
        })
    }

    fn count(&mut self, docs: &[DocId]) {
        self.names.count(docs);
        for (doc, name) in self.names.read.pairs() {
            let region = usize::try_from(name).ok().and_then(|name| *self.region_of.get(name)?);
            let Some((_, count, last)) = region.and_then(|region| self.regions.get_mut(region)) else {
                continue;
            };
            if *last != doc {
                (*count, *last) = (*count + 1, doc);
            }
        }
    }

    fn kommuner(&self) -> io::Result<impl Iterator<Item = (Place, u64)>> {
        let places = self.names.counts()?.into_iter().filter_map(|(code, n)| Some((code.parse().ok()?, n)));
        Ok(places.filter(|(place, _): &(Place, u64)| place.kind() == PlaceKind::Kommune))
    }
}

/// The region that a place lies in, or is.
fn region(place: Place) -> Option<Place> {
    match place.kind() {
        PlaceKind::Kommune => place.region(),
        PlaceKind::Region => Some(place),
        PlaceKind::Country | PlaceKind::Group => None,
    }
}

/// The column of the years that statements are about, counted from the first year of the segment. A statement has each
/// year once.
#[derive(Default)]
struct Years {
    column: Option<Column<i64>>,
    first: i64,
    counts: Vec<u64>,
    read: Read<i64>,
}

impl Years {
    fn open(column: Option<Column<i64>>) -> Self {
        let first = column.as_ref().map_or(0, Column::min_value);
        Self { column, first, ..Self::default() }
    }

    fn count(&mut self, docs: &[DocId]) {
        let Some(column) = &self.column else { return };
        self.read.read(column, docs);
        for year in &self.read.values {
            // Years are of 16 bits, so that there are not many.
            let Ok(at) = usize::try_from(year.saturating_sub(self.first)) else { continue };
            if self.counts.len() <= at {
                self.counts.resize(at + 1, 0);
            }
            self.counts[at] += 1;
        }
    }

    fn counts(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        (self.first..).zip(self.counts.iter().copied())
    }
}

/// The claims of a segment.
struct Claims {
    rows: ClaimRows,
    tests: Vec<RowTest>,
    of_claims: bool,
    read: RowBlock,
    places: FxHashMap<u64, Place>,
    measure_names: FxHashMap<u64, String>,
    kommune: Tally<Place>,
    region: Tally<Place>,
    year: Tally<i64>,
    measure: Tally<u64>,
    unit: Tally<u64>,
    values: Values,
}

pub(super) struct FacetsOfSegment {
    /// Statements that match and are not counted yet.
    docs: Vec<DocId>,
    /// Places and years; not read where they are those of claims.
    near: Near,
    year: Years,
    kind: Names,
    host: Names,
    claims: Option<Claims>,
}

impl FacetsOfSegment {
    fn count(&mut self) {
        self.near.count(&self.docs);
        self.year.count(&self.docs);
        self.kind.count(&self.docs);
        self.host.count(&self.docs);
        if let Some(claims) = &mut self.claims {
            claims.count(&self.docs);
        }
        self.docs.clear();
    }
}

impl Claims {
    fn count(&mut self, docs: &[DocId]) {
        self.rows.read(docs, &mut self.read);
        for (doc, row) in self.read.rows().filter(|(_, row)| self.tests.iter().any(|t| t.passes(row))) {
            self.unit.add(unit_of(&row), doc);
            if row.measure != NOTHING {
                self.measure.add(row.measure, doc);
            }
            self.values.add(&row, doc);
            if self.of_claims {
                self.year.add(row.year, doc);
                let place = self.places.get(&row.place).copied();
                if let Some(kommune) = place.filter(|p| p.kind() == PlaceKind::Kommune) {
                    self.kommune.add(kommune, doc);
                }
                if let Some(region) = place.and_then(region) {
                    self.region.add(region, doc);
                }
            }
        }
    }
}

impl SegmentCollector for FacetsOfSegment {
    type Fruit = io::Result<Counts>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.docs.push(doc);
        if self.docs.len() == BLOCK {
            self.count();
        }
    }

    fn harvest(mut self) -> io::Result<Counts> {
        self.count();
        let mut counts = Counts {
            kommune: self.near.kommuner()?.collect(),
            region: self.near.regions.iter().map(|(place, n, _)| (*place, *n)).collect(),
            kind: self.kind.counts()?.into_iter().collect(),
            year: self.year.counts().collect(),
            source: self.host.counts()?.into_iter().collect(),
            ..Counts::default()
        };
        if let Some(claims) = self.claims {
            let names = &claims.measure_names;
            let named = |(number, n): (u64, u64)| Some((names.get(&number)?.clone(), n));
            counts.measure = claims.measure.counts().filter_map(named).collect();
            counts.unit = claims.unit.counts().collect();
            counts.values = claims.values;
            if claims.of_claims {
                counts.kommune = claims.kommune.counts().collect();
                counts.region = claims.region.counts().collect();
                counts.year = claims.year.counts().collect();
            }
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

    fn facets(mut self) -> Facets {
        // Columns have names that none of what matches has.
        self.kommune.retain(|_, n| *n > 0);
        self.region.retain(|_, n| *n > 0);
        self.kind.retain(|_, n| *n > 0);
        self.year.retain(|_, n| *n > 0);
        self.source.retain(|_, n| *n > 0);
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
