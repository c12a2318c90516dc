//! The official figures that claims are held against: the tables of `corpus/official`, or the curated ones that the program brings,
//! and what was imported.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use belaeg_check::import::{self, Origin};
use belaeg_check::{Figure, FigureSet, Provenance};
use belaeg_corpus::{Access, Corpus, FigureRow, StoredFigure};
use belaeg_model::date::DANISH_TIME;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::home::is_home;
use crate::report;

/// The curated figures, as `corpus/official/official.csv` of the repository.
const CURATED: &[u8] = include_bytes!("../../corpus/official/official.csv");
const CURATED_NAME: &str = "official.csv";

/// The largest file of figures that is read, in bytes.
const MOST_BYTES: u64 = import::MOST_BYTES;

/// A figure, and how it came.
#[derive(Clone, Debug)]
pub(crate) struct KnownFigure {
    pub(crate) figure: Figure,
    /// The first import that gave it; none for a table of `corpus/official`.
    pub(crate) import: Option<i64>,
}

/// Every figure that is known, or was known at the end of a day, for the home in `dir` if that is one, those too that were
/// replaced; and how many rows of its tables were refused.
pub(crate) fn read(dir: &Path, as_of: Option<Date>) -> anyhow::Result<(FigureSet, u64)> {
    let (known, refused) = known(dir, as_of.map(end_of_day).transpose()?)?;
    let figures = known.into_iter().map(|k| k.figure);
    let by_then =
        |f: &Figure| as_of.is_none_or(|day| f.source.published.is_none_or(|published| published <= day));
    Ok((figures.filter(by_then).collect(), refused))
}

/// The last moment of a day in Denmark.
pub(crate) fn end_of_day(day: Date) -> anyhow::Result<Timestamp> {
    let next = day.tomorrow()?.to_zoned(DANISH_TIME.clone())?;
    Ok(next.timestamp() - jiff::SignedDuration::from_nanos(1))
}

/// The figures that were known at a time, replaced values too: those of the tables in `corpus/official` of the home in `dir`, if that is
/// one, with the curated ones where the home has no own copy, and those that were imported. And how many rows of the tables were
/// refused.
pub(crate) fn known(dir: &Path, known_at: Option<Timestamp>) -> anyhow::Result<(Vec<KnownFigure>, u64)> {
    let is_home = is_home(dir);
    let files = if is_home { tables(&dir.join("corpus/official"))? } else { Vec::new() };
    let mut figures = Vec::new();
    let mut refused = 0;
    if !files.iter().any(|f| f.file_name().is_some_and(|name| name == CURATED_NAME)) {
        refused += add(&mut figures, CURATED_NAME, CURATED)?;
    }
    for file in &files {
        let name = file.display().to_string();
        anyhow::ensure!(
            fs_err::metadata(file)?.len() <= MOST_BYTES,
            "{name} has more than {} MiB of figures",
            MOST_BYTES >> 20
        );
        refused += add(&mut figures, &name, &fs_err::read(file)?)?;
    }
    let of_table = |figure| KnownFigure { figure, import: None };
    let mut all: Vec<KnownFigure> = figures.into_iter().map(of_table).collect();
    if is_home && dir.join("corpus/catalog.sqlite").is_file() {
        all.extend(imported(&Corpus::open(&dir.join("corpus"), Access::Read)?, known_at)?);
    }
    Ok((all, refused))
}

/// Adds the figures of one table; rows that cannot be used are said and counted.
fn add(figures: &mut Vec<Figure>, name: &str, bytes: &[u8]) -> anyhow::Result<u64> {
    let origin = Origin { address: name.to_owned(), ..Origin::default() };
    let import = import::read(bytes, &origin, None).with_context(|| format!("{name} cannot be used"))?;
    for row in &import.refused {
        report::say(&format!("belaeg: {name}, {}, {}: {}; the row is left out", row.at, row.column, row.why));
    }
    figures.extend(import.figures);
    Ok(import.causes.values().sum())
}

/// The CSV files of a folder, by name; none where there is no folder.
fn tables(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

fn imported(corpus: &Corpus, known_at: Option<Timestamp>) -> anyhow::Result<Vec<KnownFigure>> {
    let updated: HashMap<i64, Option<Date>> =
        corpus.imports()?.into_iter().map(|import| (import.id, import.updated)).collect();
    let mut sources = HashMap::new();
    let stored = corpus.figures(known_at)?.into_iter();
    stored.map(|stored| of_catalog(stored, &updated, &mut sources)).collect()
}

/// A figure as the catalog stores it.
pub(crate) fn row(figure: &Figure) -> FigureRow {
    let Provenance { standing, name, url, .. } = &*figure.source;
    FigureRow {
        measure: figure.measure.clone(),
        area: figure.area.clone(),
        place: figure.place,
        period: figure.period.to_string(),
        value: figure.value,
        decimals: figure.decimals,
        unit: figure.unit.as_str().to_owned(),
        cases: figure.cases,
        standing: standing.as_str().to_owned(),
        source: name.clone(),
        url: url.clone(),
        note: figure.note.clone(),
    }
}

/// Sources of one import, shared by their figures.
type Sources = HashMap<(i64, String, Option<String>, String), Arc<Provenance>>;

fn of_catalog(
    stored: StoredFigure,
    updated: &HashMap<i64, Option<Date>>,
    sources: &mut Sources,
) -> anyhow::Result<KnownFigure> {
    let StoredFigure { figure: row, import, known_since, replaced_at } = stored;
    let damaged = || format!("a figure of import {import} in the catalog cannot be read");
    let key = (import, row.source.clone(), row.url.clone(), row.standing.clone());
    let source = match sources.get(&key) {
        Some(source) => Arc::clone(source),
        None => {
            let source = Arc::new(Provenance {
                standing: row.standing.parse().with_context(damaged)?,
                name: row.source,
                url: row.url,
                published: updated.get(&import).copied().flatten(),
                retrieved_at: Some(known_since),
            });
            sources.insert(key, Arc::clone(&source));
            source
        }
    };
    let figure = Figure {
        measure: row.measure,
        area: row.area,
        place: row.place,
        period: row.period.parse().with_context(damaged)?,
        value: row.value,
        decimals: row.decimals,
        unit: row.unit.parse().with_context(damaged)?,
        cases: row.cases,
        source,
        replaced_at,
        note: row.note,
    };
    Ok(KnownFigure { figure, import: Some(import) })
}
