//! Imports and figures in the catalog.

use std::collections::BTreeMap;

use belaeg_model::Place;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Row, Transaction, TransactionBehavior, params};

use super::pages;
use super::rows::{int, json, parsed, parsed_or_null, unsigned};
use super::store::acknowledge;
use crate::Digest;
use crate::archive::Written;
use crate::fetched::{KnownHost, host_of};
use crate::figures::{FigureRow, ImportRow, NewImport, StoredFigure};
use crate::stored::{from_json, to_json};

/// The last import of the same origin or of the same bytes, if it had these bytes and was read in the same way.
pub(crate) fn last_import(conn: &Connection, new: &NewImport<'_>, sha256: &Digest) -> Result<Option<i64>> {
    let sha256 = sha256.to_string();
    let last = conn
        .prepare_cached(
            "SELECT id, sha256 FROM imports WHERE (origin = ?1 OR sha256 = ?2) AND reading = ?3 ORDER BY id DESC LIMIT 1",
        )?
        .query_row(params![new.origin, sha256, new.reading], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    Ok(last.filter(|(_, had)| *had == sha256).map(|(id, _)| id))
}

/// Notes that the bytes of an import were met again.
pub(crate) fn check_import(conn: &mut Connection, id: i64, at: Timestamp) -> Result<()> {
    conn.execute("UPDATE imports SET checked_at = ?2 WHERE id = ?1", params![id, at.to_string()])?;
    Ok(())
}

/// Stores an import with its figures, and up to where the catalog has taken in the archive: all of it, or nothing.
pub(crate) fn insert_import(
    conn: &mut Connection,
    new: &NewImport<'_>,
    sha256: &Digest,
    written: &Written,
    lengths: &BTreeMap<String, u64>,
) -> Result<i64> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let id: i64 = tx.query_row("SELECT coalesce(max(id), 0) + 1 FROM imports", [], |row| row.get(0))?;
    tx.execute(
        "INSERT INTO imports (id, imported_at, checked_at, origin, request, reading, format, title, updated, sha256, file, \
         offset_bytes, skipped, refused) VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            id,
            new.at.to_string(),
            new.origin,
            new.request,
            new.reading,
            new.format,
            new.title,
            new.updated.map(|date| date.to_string()),
            sha256.to_string(),
            written.file,
            int(written.offset),
            to_json(new.skipped),
            to_json(new.refused),
        ],
    )?;
    insert_figures(&tx, id, new.figures)?;
    for exchange in new.exchanges {
        if let Some(host) = host_of(exchange.url) {
            pages::ask(&tx, &host, &KnownHost::asked(exchange.fetched_at))?;
        }
    }
    acknowledge(&tx, lengths)?;
    tx.commit()?;
    Ok(id)
}

fn insert_figures(tx: &Transaction<'_>, import: i64, figures: &[FigureRow]) -> Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO figures (import_id, measure, area, place, period, value, decimals, unit, cases, standing, source, url, \
         note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for f in figures {
        insert.execute(params![
            import,
            f.measure,
            f.area,
            f.place.code(),
            f.period,
            f.value,
            f.decimals,
            f.unit,
            f.cases.map(int),
            f.standing,
            f.source,
            f.url,
            f.note,
        ])?;
    }
    Ok(())
}

/// Every import, oldest first.
pub(crate) fn imports(conn: &Connection) -> Result<Vec<ImportRow>> {
    let sql = "SELECT i.id, i.imported_at, i.checked_at, i.origin, i.request, i.format, i.title, i.updated, i.sha256, i.file, \
               i.offset_bytes, i.skipped, i.refused, (SELECT count(*) FROM figures f WHERE f.import_id = i.id) \
               FROM imports i ORDER BY i.id";
    let row = |row: &Row<'_>| {
        Ok(ImportRow {
            id: row.get(0)?,
            imported_at: parsed(row, 1)?,
            checked_at: parsed(row, 2)?,
            origin: row.get(3)?,
            request: row.get(4)?,
            format: row.get(5)?,
            title: row.get(6)?,
            updated: parsed_or_null(row, 7)?,
            sha256: row.get(8)?,
            file: row.get(9)?,
            offset: unsigned(row, 10)?,
            skipped: json(row, 11, from_json)?,
            refused: json(row, 12, from_json)?,
            figures: unsigned(row, 13)?,
        })
    };
    conn.prepare(sql)?.query_map([], row)?.collect()
}

/// Every value of every cell that was known at a time, by cell and source, the older ones first.
pub(crate) fn figures(conn: &Connection, known_at: Option<Timestamp>) -> Result<Vec<StoredFigure>> {
    let times = import_times(conn, known_at)?;
    // By cell and source, and within them by import.
    let sql = "SELECT import_id, measure, area, place, period, value, decimals, unit, cases, standing, source, url, note \
               FROM figures ORDER BY measure, area, place, period, unit, source, import_id, value";
    let row = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, figure(row)?));
    let mut statement = conn.prepare(sql)?;
    let (mut cell, mut all) = (Vec::new(), Vec::new());
    for found in statement.query_map([], row)? {
        let (import, figure) = found?;
        let Some(at) = times.get(&import) else { continue };
        if cell.last().is_some_and(|last: &StoredFigure| !is_same_cell(&last.figure, &figure)) {
            history(std::mem::take(&mut cell), &mut all);
        }
        cell.push(StoredFigure { figure, import, known_since: *at, replaced_at: None });
    }
    history(cell, &mut all);
    Ok(all)
}

fn import_times(conn: &Connection, known_at: Option<Timestamp>) -> Result<BTreeMap<i64, Timestamp>> {
    let mut statement = conn.prepare("SELECT id, imported_at FROM imports")?;
    let times = statement.query_map([], |row| Ok((row.get(0)?, parsed(row, 1)?)))?;
    let is_known = |at: &Timestamp| known_at.is_none_or(|known_at| *at <= known_at);
    times.filter(|time| !matches!(time, Ok((_, at)) if !is_known(at))).collect()
}

fn is_same_cell(a: &FigureRow, b: &FigureRow) -> bool {
    a.place == b.place
        && a.period == b.period
        && a.measure == b.measure
        && a.area == b.area
        && a.unit == b.unit
        && a.source == b.source
}

/// What one source said of one cell over its imports: an import that says the same as the one before adds nothing.
fn history(mut cell: Vec<StoredFigure>, all: &mut Vec<StoredFigure>) {
    // How many of the last of `all` hold.
    let mut current = 0;
    while let Some(first) = cell.first() {
        let (import, at) = (first.import, first.known_since);
        let later = cell.split_off(cell.iter().take_while(|s| s.import == import).count());
        let holds = all.len() - current;
        if !cell.iter().map(|s| &s.figure).eq(all[holds..].iter().map(|s| &s.figure)) {
            for old in &mut all[holds..] {
                old.replaced_at = Some(at);
            }
            current = cell.len();
            all.append(&mut cell);
        }
        cell = later;
    }
}

fn figure(row: &Row<'_>) -> Result<FigureRow> {
    Ok(FigureRow {
        measure: row.get(1)?,
        area: row.get(2)?,
        place: parsed::<Place>(row, 3)?,
        period: row.get(4)?,
        value: row.get(5)?,
        decimals: row.get(6)?,
        unit: row.get(7)?,
        cases: row.get::<_, Option<i64>>(8)?.and_then(|cases| u64::try_from(cases).ok()),
        standing: row.get(9)?,
        source: row.get(10)?,
        url: row.get(11)?,
        note: row.get(12)?,
    })
}
