//! Rows of a long table to figures, as a mapping says.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use belaeg_model::Place;

use super::mapping::{Mapping, Values, key};
use super::number::{Decimal, NotANumber, Number};
use super::places::{self, Named};
use super::report::{Format, Import, Refusal, Refused, Skip};
use super::{Failure, MOST_FIGURES, Origin, times};
use crate::figure::{Figure, FigureUnit, Period, Provenance, Standing};

/// The area of a figure that is narrowed to none.
const EVERYTHING: &str = "alle";

/// Words of an area's column for no narrowing.
const NO_AREA: [&str; 5] = ["", "alle", "i_alt", "total", "samlet"];

/// Longest text that is kept of a table: keys, names of sources, notes.
const LONGEST: usize = 500;

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell<'a> {
    /// Text, as printed.
    Text(&'a str),
    /// A category with its code and its name.
    Coded { code: &'a str, label: &'a str },
    /// A number of a workbook or of JSON.
    Number(f64),
    /// Nothing.
    Empty,
}

impl Cell<'_> {
    /// Its text, or its code.
    pub(super) fn words(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text.trim()),
            Self::Coded { code, .. } => Cow::Borrowed(code),
            Self::Number(value) => Cow::Owned(value.to_string()),
            Self::Empty => Cow::Borrowed(""),
        }
    }

    /// Whether it is the category `wanted`: its code, its name, or a text that begins with the code.
    fn is(&self, wanted: &str) -> bool {
        let same = |text: &str| text.to_lowercase() == wanted.to_lowercase();
        match self {
            Self::Coded { code, label } => same(code) || same(label),
            _ => {
                let words = self.words();
                same(&words) || words.split_once(' ').is_some_and(|(code, _)| same(code))
            }
        }
    }

    fn number(&self, decimal: Option<Decimal>) -> Result<Number, NotANumber> {
        match self {
            Self::Number(value) => Number::of_float(*value),
            Self::Text(text) | Self::Coded { code: text, .. } => Number::read(text, decimal),
            Self::Empty => Err(NotANumber::Missing),
        }
    }
}

/// Where a row stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum At<'a> {
    /// The number of a row, from 1.
    Row(u64),
    /// The number of a value from 1, and the heads of its coordinates.
    Value { number: u64, heads: &'a [String] },
}

/// A column, or what is the same for all rows.
#[derive(Clone, Debug)]
enum Given<T> {
    Column(usize),
    Fixed(T),
}

/// A column of values and what it holds.
#[derive(Clone, Debug)]
struct Plan {
    column: usize,
    measure: Given<String>,
    area: Option<String>,
    unit: Given<FigureUnit>,
    cases: Option<usize>,
    when: Vec<(usize, Vec<String>)>,
}

/// Takes rows and makes figures of them.
pub(super) struct Reader<'a> {
    import: Import,
    heads: Vec<String>,
    mapping: &'a Mapping,
    origin: &'a Origin,
    place: Given<Place>,
    period: Given<Period>,
    plans: Vec<Plan>,
    only: Vec<(usize, Vec<String>)>,
    area: Vec<usize>,
    optional: Optional,
    sources: HashMap<(Standing, String, Option<String>), Arc<Provenance>>,
    /// The mark of decimals, where the mapping or the column of values tells.
    pub(super) decimal: Option<Decimal>,
    /// The Excel of the Talportal writes 0 for a missing value.
    pub(super) zero_is_missing: bool,
}

/// Columns that a table may have.
#[derive(Clone, Copy, Debug, Default)]
struct Optional {
    place_name: Option<usize>,
    standing: Option<usize>,
    source: Option<usize>,
    url: Option<usize>,
    note: Option<usize>,
}

impl<'a> Reader<'a> {
    /// # Errors
    /// If the mapping names columns that are not there, or leaves out what every figure needs.
    pub(super) fn new(
        format: Format,
        heads: &[String],
        mapping: &'a Mapping,
        origin: &'a Origin,
    ) -> Result<Self, Failure> {
        let find = Heads(heads);
        let (columns, constant) = (&mapping.columns, &mapping.constant);
        let place =
            find.given("place", &columns.place, &constant.place, |text| match places::place(text) {
                Ok(Named::Place(place)) => Ok(place),
                Ok(Named::Elsewhere) => Err(format!("{text:?} is no kommune, region or country")),
                Err(e) => Err(e.to_string()),
            })?;
        let period = find.given("period", &columns.period, &constant.period, |text| {
            times::period(text).ok_or_else(|| format!("{text:?} is no period"))
        })?;
        let whole = [Values::default()];
        let values = if mapping.values.is_empty() { &whole[..] } else { &mapping.values };
        let plans = values.iter().map(|v| find.plan(v, mapping)).collect::<Result<_, _>>()?;
        let optional = Optional {
            place_name: find.optional(&columns.place_name)?,
            standing: find.optional(&columns.standing)?,
            source: find.optional(&columns.source)?,
            url: find.optional(&columns.url)?,
            note: find.optional(&columns.note)?,
        };
        if let Some(standing) = &constant.standing {
            standing.parse::<Standing>().map_err(|e| Failure::Mapping(e.to_string()))?;
        }
        Ok(Self {
            import: Import::new(format),
            heads: heads.to_vec(),
            mapping,
            origin,
            place,
            period,
            plans,
            only: find.choices(&mapping.only)?,
            area: columns.area.iter().map(|head| find.column(head)).collect::<Result<_, _>>()?,
            optional,
            sources: HashMap::new(),
            decimal: mapping.decimal,
            zero_is_missing: false,
        })
    }

    /// The columns that hold values.
    pub(super) fn value_columns(&self) -> Vec<usize> {
        self.plans.iter().map(|plan| plan.column).collect()
    }

    /// Columns that no one has explained: neither read nor chosen from.
    pub(super) fn unexplained(&self) -> Vec<usize> {
        let mut explained = self.value_columns();
        let column = |from: Option<usize>| from.into_iter();
        explained.extend(self.area.iter().copied());
        explained.extend(self.only.iter().map(|(column, _)| *column));
        if let Given::Column(place) = self.place {
            explained.push(place);
        }
        if let Given::Column(period) = self.period {
            explained.push(period);
        }
        for plan in &self.plans {
            explained.extend(plan.when.iter().map(|(column, _)| *column).chain(column(plan.cases)));
        }
        (0..self.heads.len()).filter(|column| !explained.contains(column)).collect()
    }

    /// Whether `only` and one of the values want the row.
    pub(super) fn wants(&self, cells: &[Cell<'_>]) -> bool {
        chosen(&self.only, cells) && self.plans.iter().any(|plan| chosen(&plan.when, cells))
    }

    /// Takes a row.
    ///
    /// # Errors
    /// If there are too many figures.
    pub(super) fn row(&mut self, at: At<'_>, cells: &[Cell<'_>]) -> Result<(), Failure> {
        if !self.wants(cells) {
            self.import.skip(Skip::NotChosen);
            return Ok(());
        }
        match self.figures(at, cells) {
            Ok(figures) => self.import.figures.extend(figures),
            Err(Nothing::Skip(why)) => self.import.skip(why),
            Err(Nothing::Refuse(refused)) => self.import.refuse(refused),
        }
        if self.import.figures.len() > MOST_FIGURES {
            let what = format!("it has more than {MOST_FIGURES} figures");
            return Err(Failure::TooLarge { what, limit: MOST_FIGURES as u64 });
        }
        Ok(())
    }

    /// Refuses a row that has more or fewer values than there are columns.
    pub(super) fn refuse_length(&mut self, at: At<'_>, length: usize) {
        let why = format!("the row has {length} values and the head {}", self.heads.len());
        let at = described(at, &[]);
        self.import.refuse(Refused { at, column: String::new(), cause: Refusal::RowLength, why });
    }

    /// What all the rows came to.
    pub(super) fn finish(mut self) -> Import {
        self.import.settle();
        self.import
    }

    /// The figures of a row: one for each column of values that wants it. A bad value is refused and leaves the others.
    fn figures(&mut self, at: At<'_>, cells: &[Cell<'_>]) -> Result<Vec<Figure>, Nothing> {
        let place = self.place(at, cells)?;
        let period = match &self.period {
            Given::Fixed(period) => *period,
            Given::Column(column) => {
                let words = cell(cells, *column).words();
                let unknown = || format!("{:?} is no period that is known", short(&words));
                times::period(&words)
                    .ok_or_else(|| self.refused(at, cells, *column, Refusal::BadPeriod, unknown()))?
            }
        };
        let source = self.source(at, cells)?;
        let note = self.optional.note.map(|column| short(&cell(cells, column).words()));
        let note = note.filter(|note| !note.is_empty());
        let mut figures = Vec::new();
        let plans = std::mem::take(&mut self.plans);
        for plan in plans.iter().filter(|plan| chosen(&plan.when, cells)) {
            match self.value(at, cells, plan) {
                Ok((number, measure, unit)) => figures.push(Figure {
                    measure,
                    area: plan.area.clone().unwrap_or_else(|| self.area(cells)),
                    place,
                    period,
                    value: number.value,
                    decimals: number.decimals,
                    unit,
                    cases: plan.cases.and_then(|column| self.cases(cells, column)),
                    source: Arc::clone(&source),
                    replaced_at: None,
                    note: note.clone(),
                }),
                Err(Nothing::Skip(why)) => self.import.skip(why),
                Err(Nothing::Refuse(refused)) => self.import.refuse(refused),
            }
        }
        self.plans = plans;
        Ok(figures)
    }

    fn place(&self, at: At<'_>, cells: &[Cell<'_>]) -> Result<Place, Nothing> {
        let column = match &self.place {
            Given::Fixed(place) => return Ok(*place),
            Given::Column(column) => *column,
        };
        let place = match named(cell(cells, column)) {
            Ok(Named::Place(place)) => place,
            Ok(Named::Elsewhere) => return Err(Nothing::Skip(Skip::OtherArea)),
            Err(why) => return Err(self.refused(at, cells, column, Refusal::UnknownPlace, why)),
        };
        if let Some(column) = self.optional.place_name
            && let Ok(Named::Place(other)) = places::place(&cell(cells, column).words())
            && other != place
        {
            let why = format!("the code is {place}'s ({}) and the name {other}'s", place.code());
            return Err(self.refused(at, cells, column, Refusal::PlaceMismatch, why));
        }
        Ok(place)
    }

    fn value(
        &self,
        at: At<'_>,
        cells: &[Cell<'_>],
        plan: &Plan,
    ) -> Result<(Number, String, FigureUnit), Nothing> {
        let value = cell(cells, plan.column);
        let refused = |column, cause, why| Err(self.refused(at, cells, column, cause, why));
        let number = match value.number(self.decimal) {
            Ok(number) => number,
            Err(NotANumber::Missing) => return Err(Nothing::Skip(Skip::Missing)),
            Err(NotANumber::Ambiguous) => {
                let why = format!(
                    "{:?} can have thousands or decimals; say `decimal` in a mapping file",
                    short(&value.words())
                );
                return refused(plan.column, Refusal::AmbiguousNumber, why);
            }
            Err(NotANumber::Other) => {
                let why = format!("{:?} is no number", short(&value.words()));
                return refused(plan.column, Refusal::BadNumber, why);
            }
        };
        if self.zero_is_missing && number.value == 0.0 {
            return Err(Nothing::Skip(Skip::ZeroOrMissing));
        }
        let measure = match &plan.measure {
            Given::Fixed(measure) => measure.clone(),
            Given::Column(column) => match key(&short(&cell(cells, *column).words())) {
                empty if empty.is_empty() => {
                    let why = "what is measured is not said".to_owned();
                    return refused(*column, Refusal::NoMeasure, why);
                }
                measure => measure,
            },
        };
        let unit = match &plan.unit {
            Given::Fixed(unit) => *unit,
            Given::Column(column) => match unit(&cell(cells, *column).words()) {
                Ok(unit) => unit,
                Err(why) => return refused(*column, Refusal::UnknownUnit, why),
            },
        };
        Ok((number, measure, unit))
    }

    /// A number of cases that cannot be read is as if it were not given: the figure itself is good.
    fn cases(&self, cells: &[Cell<'_>], column: usize) -> Option<u64> {
        let number = cell(cells, column).number(self.decimal.or(Some(Decimal::Comma))).ok()?;
        let is_count = number.value >= 0.0 && number.value.fract() == 0.0 && number.value < 1e12;
        is_count.then_some(number.value as u64)
    }

    fn area(&self, cells: &[Cell<'_>]) -> String {
        let areas = &self.mapping.areas;
        let keys: Vec<String> = self
            .area
            .iter()
            .map(|column| short(&cell(cells, *column).words()))
            .map(|words| areas.get(&words).cloned().unwrap_or_else(|| key(&words)))
            .filter(|key| !NO_AREA.contains(&key.as_str()))
            .collect();
        let constant = || self.mapping.constant.area.clone().unwrap_or_else(|| EVERYTHING.to_owned());
        if keys.is_empty() { constant() } else { keys.join("/") }
    }

    fn source(&mut self, at: At<'_>, cells: &[Cell<'_>]) -> Result<Arc<Provenance>, Nothing> {
        let constant = &self.mapping.constant;
        let words = |column: Option<usize>| {
            let words = column.map(|column| short(&cell(cells, column).words()));
            words.filter(|words| !words.is_empty())
        };
        let standing = words(self.optional.standing).or_else(|| constant.standing.clone());
        let standing = match standing.map(|standing| standing.parse::<Standing>()) {
            None => Standing::Official,
            Some(Ok(standing)) => standing,
            Some(Err(e)) => {
                let column = self.optional.standing.unwrap_or(0);
                return Err(self.refused(at, cells, column, Refusal::UnknownStanding, e.to_string()));
            }
        };
        let name = words(self.optional.source).or_else(|| constant.source.clone());
        let name = name.unwrap_or_else(|| self.origin.address.clone());
        let url = words(self.optional.url).or_else(|| constant.url.clone());
        let retrieved_at = self.origin.retrieved_at;
        let known = self.sources.entry((standing, name, url)).or_insert_with_key(|(standing, name, url)| {
            let (name, url) = (name.clone(), url.clone());
            Arc::new(Provenance { standing: *standing, name, url, published: None, retrieved_at })
        });
        Ok(Arc::clone(known))
    }

    fn refused(&self, at: At<'_>, cells: &[Cell<'_>], column: usize, cause: Refusal, why: String) -> Nothing {
        let column = self.heads.get(column).cloned().unwrap_or_default();
        Nothing::Refuse(Refused { at: described(at, cells), column, cause, why })
    }
}

/// Why a row or value gives no figure.
enum Nothing {
    Skip(Skip),
    Refuse(Refused),
}

fn described(at: At<'_>, cells: &[Cell<'_>]) -> String {
    match at {
        At::Row(row) => format!("row {row}"),
        At::Value { number, heads } => {
            let pairs = heads.iter().zip(cells).filter(|(_, cell)| matches!(cell, Cell::Coded { .. }));
            let pairs: Vec<String> = pairs.map(|(head, cell)| format!("{head}={}", cell.words())).collect();
            format!("value {number} ({})", pairs.join(", "))
        }
    }
}

/// A cell of a row; one that is not there is empty.
fn cell<'c>(cells: &'c [Cell<'_>], column: usize) -> &'c Cell<'c> {
    cells.get(column).unwrap_or(&Cell::Empty)
}

/// The place of a cell: by its code, or else by its name.
fn named(cell: &Cell<'_>) -> Result<Named, String> {
    let by_words = |words: &str| places::place(words).map_err(|e| e.to_string());
    match cell {
        Cell::Coded { code, label } => by_words(code).or_else(|e| by_words(label).map_err(|_| e)),
        other => match other.words() {
            words if words.is_empty() => Err("no place is named".to_owned()),
            words => by_words(&short(&words)),
        },
    }
}

fn chosen(choices: &[(usize, Vec<String>)], cells: &[Cell<'_>]) -> bool {
    choices.iter().all(|(column, wanted)| {
        let cell = cell(cells, *column);
        wanted.iter().any(|wanted| cell.is(wanted))
    })
}

/// No more of a text than is kept.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect()
}

/// A unit in the words of publishers.
pub(super) fn unit(text: &str) -> Result<FigureUnit, String> {
    let lower = text.trim().trim_end_matches('.').to_lowercase();
    let ours = match lower.as_str() {
        "%" | "procent" | "percent" | "per cent" | "pct" => "pct",
        "procentpoint" | "pct-point" | "percentage points" | "percentage_point" => "pct-point",
        "‰" | "promille" | "permille" | "pro mille" | "per mille" => "promille",
        "antal" | "number" | "personer" | "persons" | "count" => "antal",
        other => other,
    };
    ours.parse().map_err(|e: crate::figure::UnknownUnit| e.to_string())
}

/// The heads of the columns, found in any case.
struct Heads<'a>(&'a [String]);

impl Heads<'_> {
    fn column(&self, head: &str) -> Result<usize, Failure> {
        let wanted = head.trim().to_lowercase();
        self.0
            .iter()
            .position(|h| h.trim().to_lowercase() == wanted)
            .ok_or_else(|| Failure::Mapping(format!("there is no column {head:?}, only {}", listed(self.0))))
    }

    fn optional(&self, head: &Option<String>) -> Result<Option<usize>, Failure> {
        head.as_ref().map(|head| self.column(head)).transpose()
    }

    fn choices(&self, choices: &BTreeMap<String, Vec<String>>) -> Result<Vec<(usize, Vec<String>)>, Failure> {
        choices.iter().map(|(head, wanted)| Ok((self.column(head)?, wanted.clone()))).collect()
    }

    fn given<T>(
        &self,
        what: &str,
        column: &Option<String>,
        constant: &Option<String>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Given<T>, Failure> {
        match (column, constant) {
            (Some(head), _) => self.column(head).map(Given::Column),
            (None, Some(text)) => read(text).map(Given::Fixed).map_err(Failure::Mapping),
            (None, None) => {
                Err(Failure::Mapping(format!("it names no column for the {what}; say columns.{what}")))
            }
        }
    }

    fn plan(&self, values: &Values, mapping: &Mapping) -> Result<Plan, Failure> {
        let (columns, constant) = (&mapping.columns, &mapping.constant);
        let head = values.column.as_ref().or(columns.value.as_ref());
        let head = head.ok_or_else(|| Failure::Mapping("it names no column of values".to_owned()))?;
        let column = self.column(head)?;
        let key = |text: &str| match key(text) {
            empty if empty.is_empty() => Err(format!("{text:?} names no measure")),
            key => Ok(key),
        };
        let no_measure = || Failure::NoMeasure { columns: listed(self.0) };
        let measure = values.measure.clone().or_else(|| constant.measure.clone());
        let measure = match (&measure, &columns.measure) {
            (None, None) => return Err(no_measure()),
            (Some(text), _) => Given::Fixed(key(text).map_err(Failure::Mapping)?),
            (None, head) => self.given("measure", head, &None, key)?,
        };
        let fixed = values.unit.clone().or_else(|| constant.unit.clone());
        let unit = match (&fixed, &columns.unit) {
            (None, None) => return Err(no_measure()),
            (Some(text), _) => Given::Fixed(unit(text).map_err(Failure::Mapping)?),
            (None, head) => self.given("unit", head, &None, unit)?,
        };
        let cases = self.optional(if values.cases.is_some() { &values.cases } else { &columns.cases })?;
        let area = values.area.clone();
        Ok(Plan { column, measure, area, unit, cases, when: self.choices(&values.when)? })
    }
}

/// The heads for a message.
pub(super) fn listed(heads: &[String]) -> String {
    let mut shown: Vec<String> = heads.iter().take(20).map(|head| short(head)).collect();
    if heads.len() > shown.len() {
        shown.push(format!("... {} in all", heads.len()));
    }
    shown.join(", ")
}
