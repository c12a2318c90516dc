//! JSON-stat: wrapped in `dataset` as the StatBank answers it, and version 2.0.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use belaeg_model::date::iso_day;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::known::{self, STATBANK_PERIOD, STATBANK_VALUE, overlay};
use super::mapping::Mapping;
use super::reader::{self, At, Cell, Reader};
use super::{Failure, Format, Import, Origin};

/// The most cells, empty ones included.
const MOST_CELLS: usize = 5_000_000;

/// The dimension of what is measured, in answers of the StatBank.
const CONTENTS: &str = "ContentsCode";

/// Values of a dimension that are named in a message.
const FEW: usize = 5;

pub(super) fn read(bytes: &[u8], origin: &Origin, user: Option<&Mapping>) -> Result<Import, Failure> {
    let outer: Dataset =
        serde_json::from_slice(bytes).map_err(|e| Failure::Damaged(format!("it is no JSON-stat: {e}")))?;
    let dataset = outer.unwrapped();
    let cube = Cube::of(&dataset)?;
    let heads = cube.heads();
    let contents = dataset.dimension.all.get(CONTENTS);
    let table = origin.table.clone().or_else(|| contents.and_then(Dimension::only_code));
    let mut base = known::statbank(table.as_deref(), &heads);
    if let Some(role) = cube.role(&dataset, "time", STATBANK_PERIOD) {
        base.columns.period = Some(role);
    }
    if let Some(role) = cube.role(&dataset, "geo", known::STATBANK_PLACE) {
        base.columns.place = Some(role);
    }
    let said = contents.and_then(Dimension::only_unit);
    base.constant.unit = said.and_then(UnitOf::base).filter(|unit| reader::unit(unit).is_ok());
    let mut mapping = overlay(base, user);
    let title = dataset.label.clone().filter(|label| !label.is_empty());
    if mapping.constant.source.is_none() {
        mapping.constant.source = title.clone();
    }
    let mut reader = Reader::new(Format::JsonStat, &heads, &mapping, origin)?;
    cube.check_unexplained(&reader)?;
    cube.rows(&dataset.value, |number, cells| reader.row(At::Value { number, heads: &heads }, cells))?;
    let mut import = reader.finish();
    let updated = dataset.updated.as_deref().and_then(iso_day);
    print_alike(&mut import, said.and_then(UnitOf::decimals));
    import.title = title;
    import.updated = updated;
    Ok(import)
}

/// JSON leaves out zeros behind the decimal mark: every value of a table is printed with as many decimals as it says, or as the
/// value with the most of them.
fn print_alike(import: &mut Import, said: Option<u8>) {
    let mut most: HashMap<String, u8> = HashMap::new();
    for figure in &import.figures {
        let decimals = most.entry(figure.measure.clone()).or_default();
        *decimals = figure.decimals.max(*decimals);
    }
    for figure in &mut import.figures {
        let most = most.get(&figure.measure).copied().unwrap_or_default();
        figure.decimals = said.unwrap_or(0).max(most);
    }
}

/// A dataset; all that it does not say is empty.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Dataset {
    /// The wrapping of version 1.
    dataset: Option<Box<Dataset>>,
    label: Option<String>,
    updated: Option<String>,
    id: Vec<String>,
    size: Vec<usize>,
    role: Roles,
    dimension: Dimensions,
    value: Cells,
}

impl Dataset {
    fn unwrapped(self) -> Self {
        match self.dataset {
            Some(inner) => *inner,
            None => self,
        }
    }
}

/// Which dimensions are time and places.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Roles {
    time: Vec<String>,
    geo: Vec<String>,
}

/// The dimensions, and between them, in version 1, their order, sizes and roles.
#[derive(Default)]
struct Dimensions {
    id: Vec<String>,
    size: Vec<usize>,
    role: Roles,
    all: HashMap<String, Dimension>,
}

impl<'de> Deserialize<'de> for Dimensions {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Dimensions;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of dimensions")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Dimensions, A::Error> {
                let mut found = Dimensions::default();
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "id" => found.id = map.next_value()?,
                        "size" => found.size = map.next_value()?,
                        "role" => found.role = map.next_value()?,
                        _ => {
                            let dimension = map.next_value()?;
                            found.all.insert(name, dimension);
                        }
                    }
                }
                Ok(found)
            }
        }
        from.deserialize_map(Map)
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dimension {
    category: Category,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Category {
    index: Index,
    label: BTreeMap<String, String>,
    unit: BTreeMap<String, UnitOf>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct UnitOf {
    base: Value,
    decimals: Value,
}

impl UnitOf {
    fn base(&self) -> Option<String> {
        self.base.as_str().map(str::to_owned)
    }

    fn decimals(&self) -> Option<u8> {
        self.decimals.as_u64().and_then(|d| u8::try_from(d).ok()).filter(|d| *d <= 10)
    }
}

/// The order of categories: as a list of codes, or as an object of their numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Index {
    List(Vec<String>),
    Numbers(BTreeMap<String, usize>),
}

impl Default for Index {
    fn default() -> Self {
        Self::List(Vec::new())
    }
}

impl Dimension {
    /// Codes and names of the categories, in order.
    fn categories(&self) -> Vec<(String, String)> {
        let codes: Vec<String> = match &self.category.index {
            // A dimension of one category need not number it.
            Index::List(codes) if codes.is_empty() => self.category.label.keys().take(1).cloned().collect(),
            Index::List(codes) => codes.clone(),
            Index::Numbers(numbers) => {
                let mut codes: Vec<(&usize, &String)> = numbers.iter().map(|(c, n)| (n, c)).collect();
                codes.sort_unstable();
                codes.into_iter().map(|(_, code)| code.clone()).collect()
            }
        };
        let name = |code: &String| self.category.label.get(code).cloned().unwrap_or_default();
        codes.into_iter().map(|code| (code.clone(), name(&code))).collect()
    }

    fn only_code(&self) -> Option<String> {
        let mut categories = self.categories();
        (categories.len() == 1).then(|| categories.remove(0).0)
    }

    fn only_unit(&self) -> Option<&UnitOf> {
        self.category.unit.values().next().filter(|_| self.category.unit.len() == 1)
    }
}

/// The values: all in order, or some with their numbers.
enum Cells {
    All(Vec<Option<f64>>),
    Some(Vec<(usize, Option<f64>)>),
}

impl Default for Cells {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl<'de> Deserialize<'de> for Cells {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Cells;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list or an object of values")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Cells, A::Error> {
                let mut cells = Vec::new();
                // What is more than the most is read past and found too much by its count.
                while let Some(Element(value)) = seq.next_element()? {
                    if cells.len() <= MOST_CELLS {
                        cells.push(value);
                    }
                }
                Ok(Cells::All(cells))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cells, A::Error> {
                let mut cells = Vec::new();
                while let Some((number, Element(value))) = map.next_entry::<String, Element>()? {
                    let number = number.parse().unwrap_or(usize::MAX);
                    if cells.len() <= MOST_CELLS {
                        cells.push((number, value));
                    }
                }
                Ok(Cells::Some(cells))
            }
        }
        from.deserialize_any(Either)
    }
}

/// A value; null and marks such as ".." are none.
struct Element(Option<f64>);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Element;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or null")
            }

            fn visit_f64<E>(self, value: f64) -> Result<Element, E> {
                Ok(Element(Some(value)))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Element, E> {
                Ok(Element(Some(value as f64)))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Element, E> {
                Ok(Element(Some(value as f64)))
            }

            fn visit_unit<E>(self) -> Result<Element, E> {
                Ok(Element(None))
            }

            fn visit_str<E>(self, text: &str) -> Result<Element, E> {
                Ok(Element(text.parse().ok()))
            }
        }
        from.deserialize_any(Any)
    }
}

/// The dimensions in order, with the codes and names of their categories.
struct Cube {
    dimensions: Vec<(String, Vec<(String, String)>)>,
}

impl Cube {
    fn of(dataset: &Dataset) -> Result<Self, Failure> {
        let inner = &dataset.dimension;
        let (id, size) =
            if dataset.id.is_empty() { (&inner.id, &inner.size) } else { (&dataset.id, &dataset.size) };
        if id.is_empty() || id.len() != size.len() {
            return Err(Failure::Damaged(
                "it is JSON, but no JSON-stat with `id`, `size` and `value`".to_owned(),
            ));
        }
        let cells = size.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
        let cells = cells.filter(|cells| *cells <= MOST_CELLS).ok_or_else(|| Failure::TooLarge {
            what: format!("its dimensions make more than {MOST_CELLS} values"),
            limit: MOST_CELLS as u64,
        })?;
        let mut dimensions = Vec::new();
        for (id, size) in id.iter().zip(size) {
            let categories = inner.all.get(id).map(Dimension::categories).unwrap_or_default();
            if categories.len() != *size {
                let had = categories.len();
                return Err(Failure::Damaged(format!(
                    "the dimension {id} has {had} categories and says {size}"
                )));
            }
            dimensions.push((id.clone(), categories));
        }
        let given = match &dataset.value {
            Cells::All(all) => all.len(),
            Cells::Some(some) if some.iter().all(|(number, _)| *number < cells) => cells,
            Cells::Some(_) => usize::MAX,
        };
        if given != cells {
            return Err(Failure::Damaged(format!(
                "its values do not fit its dimensions, which make {cells}"
            )));
        }
        Ok(Self { dimensions })
    }

    /// The dimensions, and behind them the value.
    fn heads(&self) -> Vec<String> {
        self.dimensions.iter().map(|(id, _)| id.clone()).chain([STATBANK_VALUE.to_owned()]).collect()
    }

    /// The dimension of a role, unless one has the StatBank's name for it.
    fn role(&self, dataset: &Dataset, role: &str, usual: &str) -> Option<String> {
        if self.dimensions.iter().any(|(id, _)| id.to_lowercase() == usual.to_lowercase()) {
            return None;
        }
        let roles = [&dataset.role, &dataset.dimension.role];
        let mut named = roles.into_iter().flat_map(|r| if role == "time" { &r.time } else { &r.geo });
        named.find(|id| self.dimensions.iter().any(|(known, _)| known == *id)).cloned()
    }

    /// # Errors
    /// If a dimension that nobody has explained has several categories.
    fn check_unexplained(&self, reader: &Reader<'_>) -> Result<(), Failure> {
        let unexplained = reader.unexplained();
        let several = unexplained.iter().filter_map(|column| self.dimensions.get(*column));
        match several.into_iter().find(|(_, categories)| categories.len() > 1) {
            Some((id, categories)) => Err(Failure::SeveralValues {
                column: id.clone(),
                values: categories.iter().take(FEW).map(|(c, _)| c.as_str()).collect::<Vec<_>>().join(", "),
            }),
            None => Ok(()),
        }
    }

    /// Hands on every value with its coordinates; the last dimension varies fastest.
    fn rows(
        &self,
        cells: &Cells,
        mut take: impl FnMut(u64, &[Cell<'_>]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut row = vec![Cell::Empty; self.dimensions.len() + 1];
        let mut hand_on = |number: usize, value: Option<f64>| {
            let mut rest = number;
            for (column, (_, categories)) in self.dimensions.iter().enumerate().rev() {
                let (code, label) = &categories[rest % categories.len()];
                row[column] = Cell::Coded { code, label };
                rest /= categories.len();
            }
            if let Some(last) = row.last_mut() {
                *last = value.map_or(Cell::Empty, Cell::Number);
            }
            take(number as u64 + 1, &row)
        };
        match cells {
            Cells::All(all) => all.iter().enumerate().try_for_each(|(number, value)| hand_on(number, *value)),
            Cells::Some(some) => some.iter().try_for_each(|(number, value)| hand_on(*number, *value)),
        }
    }
}
