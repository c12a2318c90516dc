//! What the columns of known publishers mean.

use std::sync::LazyLock;

use serde::Deserialize;

use super::mapping::{Mapping, Values};

/// A table of the StatBank that is described.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    id: String,
    title: String,
    /// A variable that no other table has.
    #[serde(default)]
    variable: Option<String>,
    values: Vec<Values>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    table: Vec<Table>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    let tables: Result<Tables, _> = toml::from_str(include_str!("../../data/tables.toml"));
    tables.expect("data/tables.toml is compiled in and covered by a test").table
});

/// The StatBank's names of columns.
pub(super) const STATBANK_PLACE: &str = "OMRÅDE";
pub(super) const STATBANK_PERIOD: &str = "TID";
pub(super) const STATBANK_VALUE: &str = "INDHOLD";

/// The Talportal's columns of labels, in lower case.
pub(super) const TALPORTAL_LABELS: [&str; 4] = ["kommune", "lovgivning", "sagsemne", "periode"];

/// The Talportal's measures: what it calls them, our key, the unit. Its share of rejected cases is left out: it divides by the
/// cases that were decided on their merits, in which the rejected ones are not.
const TALPORTAL: [(&str, &str, &str); 10] = [
    ("Realitetsbehandlede sager i alt", "realitetsbehandlede_sager", "antal"),
    ("Afgjorte sager", "afgjorte_sager", "antal"),
    ("Stadfæstede sager", "stadfaestet_antal", "antal"),
    ("Ændrede/ophævede sager", "aendret_ophaevet_antal", "antal"),
    ("Hjemviste sager", "hjemvist_antal", "antal"),
    ("Afviste sager", "afvist_antal", "antal"),
    ("Omgørelsesprocent", "omgoerelsesprocent", "pct"),
    ("Stadfæstelsesprocent", "stadfaestet_andel", "pct"),
    ("Ændrings-/ophævelsesprocent", "aendret_ophaevet_andel", "pct"),
    ("Hjemvisningsprocent", "hjemvist_andel", "pct"),
];

/// The denominator of the Talportal's shares.
const TALPORTAL_CASES: &str = "Realitetsbehandlede sager i alt";

/// The area of all the Talportal's cases of kommuner.
const TALPORTAL_ALL: &str = "kommunale_social_og_beskaeftigelsessager";

/// Our own table.
pub(super) fn own() -> Mapping {
    let column = |head: &str| Some(head.to_owned());
    let mut mapping = Mapping { decimal: Some(super::Decimal::Point), ..Mapping::default() };
    mapping.columns.place = column("place_code");
    mapping.columns.place_name = column("place_name");
    mapping.columns.period = column("year");
    mapping.columns.value = column("value");
    mapping.columns.measure = column("measure");
    mapping.columns.area = vec!["area".to_owned()];
    mapping.columns.unit = column("unit");
    mapping.columns.cases = column("cases");
    mapping.columns.standing = column("seen_in");
    mapping.columns.source = column("source_title");
    mapping.columns.url = column("source_url");
    mapping.columns.note = column("note");
    mapping
}

/// A table of the StatBank: by its name, or by a variable that no other table has.
pub(super) fn statbank(id: Option<&str>, heads: &[String]) -> Mapping {
    let mut mapping = Mapping::default();
    mapping.columns.place = Some(STATBANK_PLACE.to_owned());
    mapping.columns.period = Some(STATBANK_PERIOD.to_owned());
    mapping.columns.value = Some(STATBANK_VALUE.to_owned());
    let has = |variable: &String| heads.iter().any(|head| head.to_lowercase() == variable.to_lowercase());
    let named = id.and_then(|id| TABLES.iter().find(|t| t.id.eq_ignore_ascii_case(id)));
    let table = match id {
        Some(_) => named,
        None => TABLES.iter().find(|t| t.variable.as_ref().is_some_and(has)),
    };
    let name = table.map(|t| format!("Danmarks Statistik, {}: {}", t.id, t.title));
    let unnamed = || id.map(|id| format!("Danmarks Statistik, {}", id.to_uppercase()));
    mapping.constant.source = name.or_else(unnamed);
    mapping.values = table.map_or_else(Vec::new, |t| t.values.clone());
    // A variable that was left out of the request was summed over by the StatBank.
    for values in &mut mapping.values {
        values.when.retain(|variable, _| has(variable));
    }
    mapping
}

/// The Talportal's table with a row for each kommune, subject and period.
pub(super) fn talportal(heads: &[String]) -> Mapping {
    let head = |name: &str| heads.iter().find(|head| head.trim().eq_ignore_ascii_case(name)).cloned();
    let values = TALPORTAL.iter().filter_map(|(name, measure, unit)| {
        let head = head(name)?;
        let cases = head_of_cases(unit, heads);
        Some(Values { column: Some(head), cases, ..talportal_values(measure, unit) })
    });
    let mut mapping = Mapping { values: values.collect(), ..talportal_labels(heads) };
    mapping.columns.period = head("periode");
    mapping
}

fn head_of_cases(unit: &str, heads: &[String]) -> Option<String> {
    let head = heads.iter().find(|head| head.trim() == TALPORTAL_CASES);
    head.filter(|_| unit == "pct").cloned()
}

fn talportal_values(measure: &str, unit: &str) -> Values {
    Values { measure: Some(measure.to_owned()), unit: Some(unit.to_owned()), ..Values::default() }
}

/// The Talportal's table with measures and periods side by side, its values told by the columns `period`, `measure` and `value`.
pub(super) fn talportal_pivot(labels: &[String], [period, measure, value]: [&str; 3]) -> Mapping {
    let values = TALPORTAL.iter().map(|(name, key, unit)| {
        let when = [(measure.to_owned(), vec![(*name).to_owned()])].into();
        Values { when, ..talportal_values(key, unit) }
    });
    let mut mapping = Mapping { values: values.collect(), ..talportal_labels(labels) };
    mapping.columns.period = Some(period.to_owned());
    mapping.columns.value = Some(value.to_owned());
    mapping
}

fn talportal_labels(heads: &[String]) -> Mapping {
    let head = |name: &str| heads.iter().find(|head| head.trim().to_lowercase() == name).cloned();
    let mut mapping = Mapping::default();
    mapping.columns.place = head("kommune");
    mapping.columns.area = ["lovgivning", "sagsemne"].into_iter().filter_map(head).collect();
    mapping.constant.area = Some(TALPORTAL_ALL.to_owned());
    mapping.constant.source = Some("Ankestyrelsen, Talportalen".to_owned());
    mapping
}

/// Whether the Talportal has a measure of this name.
pub(super) fn is_talportal_measure(name: &str) -> bool {
    TALPORTAL.iter().any(|(known, ..)| known.to_lowercase() == name.trim().to_lowercase())
}

/// `base` with what the user's mapping says in its place.
pub(super) fn overlay(mut base: Mapping, user: Option<&Mapping>) -> Mapping {
    let Some(user) = user.cloned() else { return base };
    let says_measure = user.constant.measure.is_some() || user.columns.measure.is_some();
    if !user.values.is_empty() || says_measure {
        base.values = user.values;
    }
    base.encoding = user.encoding.or(base.encoding);
    base.delimiter = user.delimiter.or(base.delimiter);
    base.decimal = user.decimal.or(base.decimal);
    base.skip_rows = user.skip_rows.max(base.skip_rows);
    base.sheet = user.sheet.or(base.sheet);
    base.only.extend(user.only);
    base.areas.extend(user.areas);
    let replace = |base: &mut Option<String>, user: Option<String>| {
        if user.is_some() {
            *base = user;
        }
    };
    let (columns, said) = (&mut base.columns, user.columns);
    replace(&mut columns.place, said.place);
    replace(&mut columns.place_name, said.place_name);
    replace(&mut columns.period, said.period);
    replace(&mut columns.value, said.value);
    replace(&mut columns.measure, said.measure);
    replace(&mut columns.unit, said.unit);
    replace(&mut columns.cases, said.cases);
    replace(&mut columns.standing, said.standing);
    replace(&mut columns.source, said.source);
    replace(&mut columns.url, said.url);
    replace(&mut columns.note, said.note);
    if !said.area.is_empty() {
        columns.area = said.area;
    }
    let (constant, said) = (&mut base.constant, user.constant);
    replace(&mut constant.place, said.place);
    replace(&mut constant.period, said.period);
    replace(&mut constant.measure, said.measure);
    replace(&mut constant.area, said.area);
    replace(&mut constant.unit, said.unit);
    replace(&mut constant.standing, said.standing);
    replace(&mut constant.source, said.source);
    replace(&mut constant.url, said.url);
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn described_tables() {
        assert!(TABLES.len() >= 3);
        for table in TABLES.iter() {
            assert!(!table.title.is_empty() && !table.values.is_empty(), "{}", table.id);
            for values in &table.values {
                assert!(values.measure.is_some(), "{}", table.id);
                let unit = values.unit.as_deref().unwrap_or_default();
                assert!(super::super::reader::unit(unit).is_ok(), "{}: {unit}", table.id);
            }
        }
    }
}
