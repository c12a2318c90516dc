//! The official figures that a command works with: the tables of `corpus/official`, and what was imported.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use belaeg_check::import::{self, Import, Origin};
use belaeg_check::{Figure, FigureSet, Provenance};
use belaeg_corpus::{Access, Corpus, FigureRow, StoredFigure};
use belaeg_model::date::DANISH_TIME;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::home::Home;
use crate::report;

/// The curated figures, for a folder that has none.
pub(crate) const CURATED: &str = include_str!("../../corpus/official/official.csv");

/// Their name in a home.
pub(crate) const CURATED_FILE: &str = "official.csv";

/// A figure, and how it came.
#[derive(Clone, Debug)]
pub(crate) struct KnownFigure {
    pub(crate) figure: Figure,
    /// The first import that gave it; none for a table of `corpus/official`.
    pub(crate) import: Option<i64>,
    /// When the same source gave another value for its cell.
    pub(crate) replaced_at: Option<Timestamp>,
}

/// The figures of a home that were known at a time, replaced values too; without a home those that come with the program. Rows of
/// the home's own tables that cannot be read are told on standard error.
pub(crate) fn known(home: Option<&Home>, known_at: Option<Timestamp>) -> anyhow::Result<Vec<KnownFigure>> {
    let mut all = tables(home)?;
    if let Some(home) = home {
        let corpus = Corpus::open(&home.corpus(), Access::Read)?;
        let updated: HashMap<i64, _> = corpus.imports()?.into_iter().map(|i| (i.id, i.updated)).collect();
        let mut sources = HashMap::new();
        for stored in corpus.figures(known_at)? {
            let published = updated.get(&stored.import).copied().flatten();
            all.push(of_catalog(stored, published, &mut sources)?);
        }
    }
    Ok(all)
}

/// The figures that claims are held against, as they were known at the end of a day.
pub(crate) fn set(home: Option<&Home>, as_of: Option<Date>) -> anyhow::Result<FigureSet> {
    let known = known(home, as_of.map(end_of_day).transpose()?)?;
    let by_then =
        |f: &Figure| as_of.is_none_or(|day| f.source.published.is_none_or(|published| published <= day));
    Ok(known.into_iter().map(|k| k.figure).filter(by_then).collect())
}

/// The last moment of a day in Denmark.
pub(crate) fn end_of_day(day: Date) -> anyhow::Result<Timestamp> {
    let next = day.tomorrow()?.to_zoned(DANISH_TIME.clone())?;
    Ok(next.timestamp() - jiff::SignedDuration::from_nanos(1))
}

fn tables(home: Option<&Home>) -> anyhow::Result<Vec<KnownFigure>> {
    let files = home.map(|home| csv_files(&home.corpus().join("official"))).transpose()?.unwrap_or_default();
    if files.is_empty() {
        return Ok(of_table(read_table(CURATED.as_bytes(), CURATED_FILE)?));
    }
    let mut all = Vec::new();
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let import = read_table(&fs_err::read(&path)?, &name)
            .with_context(|| format!("{} cannot be used", path.display()))?;
        for row in &import.refused {
            report::say(&format!("belaeg: {}: {}: {}: {}", path.display(), row.at, row.cause, row.why));
        }
        all.extend(of_table(import));
    }
    Ok(all)
}

/// The tables of `corpus/official`, by name.
fn csv_files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs_err::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv")) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_table(bytes: &[u8], name: &str) -> anyhow::Result<Import> {
    let origin = Origin { address: name.to_owned(), ..Origin::default() };
    Ok(import::read(bytes, &origin, None)?)
}

fn of_table(import: Import) -> Vec<KnownFigure> {
    let known = |figure| KnownFigure { figure, import: None, replaced_at: None };
    import.figures.into_iter().map(known).collect()
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
    published: Option<Date>,
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
                published,
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
        note: row.note,
    };
    Ok(KnownFigure { figure, import: Some(import), replaced_at })
}
