//! The figures that claims are held against.

use anyhow::{Context, anyhow};
use belaeg_check::import::{Origin, read};
use belaeg_check::{Figure, FigureSet};
use jiff::civil::Date;

use crate::home::Home;

/// The figures that ship with belaeg, for homes that have none of their own.
const SHIPPED: &str = include_str!("../../../../corpus/official/official.csv");

/// The figures of the tables in `corpus/official`, as they were known on a day.
pub(crate) fn figures(home: Option<&Home>, as_of: Option<Date>) -> anyhow::Result<FigureSet> {
    let mut all = home.map_or_else(|| Ok(Vec::new()), tables)?;
    if all.is_empty() {
        all = table("official.csv", SHIPPED.as_bytes())?;
    }
    all.retain(|f| as_of.is_none_or(|day| f.source.published.is_none_or(|published| published <= day)));
    Ok(FigureSet::new(all))
}

fn tables(home: &Home) -> anyhow::Result<Vec<Figure>> {
    let dir = home.corpus().join("official");
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs_err::read_dir(&dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "csv") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        all.extend(table(&path.display().to_string(), &fs_err::read(&path)?)?);
    }
    Ok(all)
}

fn table(name: &str, bytes: &[u8]) -> anyhow::Result<Vec<Figure>> {
    let origin = Origin { address: name.to_owned(), ..Origin::default() };
    let import = read(bytes, &origin, None).with_context(|| format!("{name} cannot be used"))?;
    match import.refused.first() {
        None => Ok(import.figures),
        Some(first) => Err(anyhow!("{name}, {}, {}: {}", first.at, first.column, first.why)),
    }
}
