//! Reading the catalog.

use std::collections::{BTreeMap, HashMap};

use belaeg_model::{Claim, ClaimFound, DocumentId, Extracted, Hints, Metadata, Statement, Warning};
use rusqlite::{Connection, OptionalExtension, Params, Result, Row, params};

use super::Archived;
use super::check::check;
use super::rows::{
    self, SNAPSHOT, SNAPSHOT_COLUMNS, SNAPSHOT_TABLES, json, named, named_or_null, parsed, parsed_or_null,
    span, stated, unsigned,
};
use crate::error::ErrorKind;
use crate::stored::{blocks_from_json, from_json, tables_from_json};
use crate::{Again, Document, Error, Failure, Snapshot, Version, VersionSummary};

/// The columns that [`meta`] reads.
const META: &str = "v.title, v.title_how, v.kind, v.kind_how, v.place, v.place_how, v.published, v.published_how, \
     v.lang, v.lang_how, coalesce(v.details, '{}')";
/// How many columns [`META`] has.
const META_COLUMNS: usize = 11;

fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    conn.prepare_cached(sql)?.query_map(params, read)?.collect()
}

/// The last committed batch.
pub(crate) fn batch(conn: &Connection) -> Result<u64> {
    conn.query_row("SELECT coalesce(max(batch), 0) FROM batches", [], |row| unsigned(row, 0))
}

/// The id that the next snapshot gets.
pub(crate) fn next_snapshot_id(conn: &Connection) -> Result<i64> {
    conn.query_row("SELECT coalesce(max(id), 0) + 1 FROM snapshots", [], |row| row.get(0))
}

/// Up to where the catalog has taken in each archive file.
pub(crate) fn file_lengths(conn: &Connection) -> Result<BTreeMap<String, u64>> {
    let rows = all(conn, "SELECT file, length_bytes FROM archive_files", [], |row| {
        Ok((row.get(0)?, unsigned(row, 1)?))
    })?;
    Ok(rows.into_iter().collect())
}

/// The address that stands under `id`, if it is another one than `url`.
pub(crate) fn other_url(conn: &Connection, id: &DocumentId, url: &str) -> Result<Option<String>> {
    conn.prepare_cached("SELECT url FROM documents WHERE id = ?1 AND url <> ?2")?
        .query_row(params![id.as_str(), url], |row| row.get(0))
        .optional()
}

/// The last snapshot of a document and what came of it.
pub(crate) struct Latest {
    pub(crate) snapshot: Snapshot,
    /// Extractor and hints of the version that was read from it.
    pub(crate) read_with: Option<(String, Hints)>,
    pub(crate) has_failed: bool,
}

pub(crate) fn latest(conn: &Connection, id: &DocumentId) -> Result<Option<Latest>> {
    let sql = format!(
        "SELECT {SNAPSHOT}, v.extractor, v.hints, (SELECT count(*) FROM failures f WHERE f.document_id = d.id \
         AND (f.snapshot_id = s.id OR f.snapshot_id IS NULL)) \
         FROM {SNAPSHOT_TABLES} LEFT JOIN versions v ON v.snapshot_id = s.id \
         WHERE s.document_id = ?1 ORDER BY s.number DESC LIMIT 1"
    );
    conn.prepare_cached(&sql)?
        .query_row([id.as_str()], |row| {
            let extractor: Option<String> = row.get(SNAPSHOT_COLUMNS)?;
            let read_with = match extractor {
                Some(extractor) => Some((extractor, rows::hints(row, SNAPSHOT_COLUMNS + 1)?)),
                None => None,
            };
            let failures: i64 = row.get(SNAPSHOT_COLUMNS + 2)?;
            Ok(Latest { snapshot: rows::snapshot(row)?, read_with, has_failed: failures > 0 })
        })
        .optional()
}

/// The hints under which a snapshot stands in the archive, and its record's id.
pub(crate) fn archived_hints(conn: &Connection, id: i64) -> Result<Option<(Hints, String)>> {
    conn.prepare_cached("SELECT hints, record_id FROM snapshots WHERE id = ?1")?
        .query_row([id], |row| Ok((rows::hints(row, 0)?, row.get(1)?)))
        .optional()
}

/// Documents whose current version was written after `batch`.
pub(crate) fn changed_since(conn: &Connection, batch: u64) -> Result<Vec<DocumentId>> {
    let sql = "SELECT v.document_id FROM versions v JOIN documents d ON d.id = v.document_id \
               AND d.current_version = v.number WHERE v.batch > ?1 ORDER BY v.document_id";
    all(conn, sql, [rows::int(batch)], |row| rows::document_id(row, 0))
}

/// The snapshot that a version was read from.
pub(crate) fn archived_at(conn: &Connection, id: &DocumentId, version: u32) -> Result<Option<Snapshot>> {
    let sql = format!(
        "SELECT {SNAPSHOT} FROM {SNAPSHOT_TABLES} JOIN versions v ON v.snapshot_id = s.id \
         WHERE v.document_id = ?1 AND v.number = ?2"
    );
    conn.prepare_cached(&sql)?.query_row(params![id.as_str(), version], rows::snapshot).optional()
}

/// Snapshots with neither version nor failure, and those whose hints changed since they were read.
const PENDING: &str = "LEFT JOIN versions v ON v.snapshot_id = s.id LEFT JOIN failures f ON f.snapshot_id = s.id \
     WHERE f.id IS NULL AND (v.id IS NULL OR v.hints <> s.hints)";

/// Snapshots that are still to be read, in the order of the archive.
pub(crate) fn pending(conn: &Connection) -> Result<Vec<Snapshot>> {
    let sql = format!("SELECT {SNAPSHOT} FROM {SNAPSHOT_TABLES} {PENDING} ORDER BY s.file, s.offset_bytes");
    all(conn, &sql, [], rows::snapshot)
}

/// How many snapshots are still to be read.
pub(super) fn pending_count(conn: &Connection) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM snapshots s {PENDING}");
    conn.query_row(&sql, [], |row| unsigned(row, 0))
}

/// Every snapshot in the order of the archive.
pub(crate) fn snapshots(conn: &Connection) -> Result<Vec<Snapshot>> {
    all(
        conn,
        &format!("SELECT {SNAPSHOT} FROM {SNAPSHOT_TABLES} ORDER BY s.file, s.offset_bytes"),
        [],
        rows::snapshot,
    )
}

/// Every snapshot of an archive file with its record's id.
pub(crate) fn snapshots_of(conn: &Connection, file: &str) -> Result<Vec<Archived>> {
    let sql = format!("SELECT {SNAPSHOT}, s.record_id FROM {SNAPSHOT_TABLES} WHERE s.file = ?1");
    all(conn, &sql, [file], |row| {
        Ok(Archived { snapshot: rows::snapshot(row)?, record_id: row.get(SNAPSHOT_COLUMNS)? })
    })
}

/// What is wrong with the catalog's file, as SQLite tells it.
pub(crate) fn faults(conn: &Connection) -> Result<Vec<String>> {
    let told: Vec<String> = all(conn, "PRAGMA integrity_check", [], |row| row.get(0))?;
    Ok(told.into_iter().filter(|line| line != "ok").collect())
}

/// Snapshots whose version another extractor made.
pub(crate) fn stale(conn: &Connection, extractor: &str) -> Result<Vec<Snapshot>> {
    let sql = format!(
        "SELECT {SNAPSHOT} FROM {SNAPSHOT_TABLES} JOIN versions v ON v.snapshot_id = s.id \
         WHERE v.extractor <> ?1 ORDER BY s.file, s.offset_bytes"
    );
    all(conn, &sql, [extractor], rows::snapshot)
}

/// Which snapshots a re-reading goes through, with the parameters `?1` (batch) and `?2` (extractor).
fn again(what: Again<'_>) -> (&'static str, i64, &str) {
    const JOIN: &str = "LEFT JOIN versions v ON v.snapshot_id = s.id WHERE ?2 IS NOT NULL AND (v.batch IS NULL OR v.batch <= ?1)";
    const STALE: &str = "LEFT JOIN versions v ON v.snapshot_id = s.id LEFT JOIN failures f ON f.snapshot_id = s.id \
         WHERE ?1 IS NOT NULL AND (v.extractor <> ?2 OR f.id IS NULL AND (v.id IS NULL OR v.hints <> s.hints))";
    match what {
        Again::All { since } => (JOIN, rows::int(since), ""),
        Again::Stale { extractor } => (STALE, 0, extractor),
    }
}

/// Up to `limit` of the snapshots that are to be read again, after the snapshot `after`, in the order of the archive.
pub(crate) fn to_read_again(
    conn: &Connection,
    what: Again<'_>,
    after: i64,
    limit: usize,
) -> Result<Vec<Snapshot>> {
    let (condition, batch, extractor) = again(what);
    let sql =
        format!("SELECT {SNAPSHOT} FROM {SNAPSHOT_TABLES} {condition} AND s.id > ?3 ORDER BY s.id LIMIT ?4");
    all(conn, &sql, params![batch, extractor, after, rows::int(limit as u64)], rows::snapshot)
}

/// How many snapshots are to be read again, and their bytes.
pub(crate) fn size_to_read_again(conn: &Connection, what: Again<'_>) -> Result<(u64, u64)> {
    let (condition, batch, extractor) = again(what);
    let sql = format!("SELECT count(*), coalesce(sum(s.length_bytes), 0) FROM snapshots s {condition}");
    conn.query_row(&sql, params![batch, extractor], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)))
}

/// Whether a document has a snapshot after this one.
pub(crate) fn has_later(conn: &Connection, document: &DocumentId, snapshot: i64) -> Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM snapshots WHERE document_id = ?1 AND id > ?2)")?
        .query_row(params![document.as_str(), snapshot], |row| row.get(0))
}

/// Up to `limit` documents that have a version, after the id `after`.
pub(crate) fn readable_after(conn: &Connection, after: &str, limit: usize) -> Result<Vec<DocumentId>> {
    let sql = "SELECT id FROM documents WHERE id > ?1 AND current_version IS NOT NULL ORDER BY id LIMIT ?2";
    all(conn, sql, params![after, rows::int(limit as u64)], |row| rows::document_id(row, 0))
}

/// Every document, by address.
pub(crate) fn documents(conn: &Connection) -> Result<Vec<Document>> {
    documents_where(conn, "1 = 1", [])
}

pub(crate) fn document(conn: &Connection, id: &DocumentId) -> Result<Option<Document>> {
    Ok(documents_where(conn, "d.id = ?1", [id.as_str()])?.pop())
}

fn documents_where(conn: &Connection, condition: &str, params: impl Params + Clone) -> Result<Vec<Document>> {
    let sql = format!(
        "SELECT d.id, d.url, d.current_version, {META} FROM documents d LEFT JOIN versions v \
         ON v.document_id = d.id AND v.number = d.current_version WHERE {condition} ORDER BY d.url"
    );
    let mut documents = all(conn, &sql, params.clone(), |row| {
        let (id, meta) = (rows::document_id(row, 0)?, meta(row, 3)?);
        Ok(Document { id, url: row.get(1)?, current: row.get(2)?, meta, versions: Vec::new() })
    })?;
    let places: HashMap<DocumentId, usize> =
        documents.iter().enumerate().map(|(i, document)| (document.id.clone(), i)).collect();
    let sql = format!(
        "SELECT d.id, v.number, s.sha256, s.fetched_at, v.extractor FROM {SNAPSHOT_TABLES} \
         JOIN versions v ON v.snapshot_id = s.id WHERE {condition} ORDER BY d.id, v.number"
    );
    let versions = all(conn, &sql, params, |row| {
        let (sha256, fetched_at) = (parsed(row, 2)?, parsed(row, 3)?);
        let summary = VersionSummary { number: row.get(1)?, sha256, fetched_at, extractor: row.get(4)? };
        Ok((rows::document_id(row, 0)?, summary))
    })?;
    for (id, version) in versions {
        if let Some(document) = places.get(&id).and_then(|i| documents.get_mut(*i)) {
            document.versions.push(version);
        }
    }
    Ok(documents)
}

fn meta(row: &Row<'_>, column: usize) -> Result<Metadata> {
    Ok(Metadata {
        title: stated(row, column)?,
        kind: stated(row, column + 2)?,
        place: stated(row, column + 4)?,
        published: stated(row, column + 6)?,
        lang: stated(row, column + 8)?,
        details: json(row, column + 10, from_json)?,
    })
}

pub(crate) fn failures(conn: &Connection) -> Result<Vec<Failure>> {
    // A snapshot that failed counts no longer once a later one of its document could be read.
    let sql = "SELECT document_id, url, snapshot_id, cause, detail, failed_at FROM failures f \
               WHERE NOT EXISTS (SELECT 1 FROM snapshots later JOIN versions v ON v.snapshot_id = later.id \
                                 WHERE later.document_id = f.document_id AND later.id > f.snapshot_id) \
               ORDER BY url, id";
    all(conn, sql, [], |row| {
        Ok(Failure {
            document: rows::document_id(row, 0)?,
            url: row.get(1)?,
            snapshot: row.get(2)?,
            cause: named(row, 3)?,
            detail: row.get(4)?,
            at: parsed(row, 5)?,
        })
    })
}

/// One version of a document, whole; the current one without a `number`.
pub(crate) fn version(
    conn: &Connection,
    id: &DocumentId,
    number: Option<u32>,
) -> std::result::Result<Option<Version>, Error> {
    let sql = format!(
        "SELECT {SNAPSHOT}, {META}, v.id, v.number, v.extractor, v.batch, v.text, v.blocks, v.tables, \
         v.ocr_pages, v.doubtful \
         FROM {SNAPSHOT_TABLES} JOIN versions v ON v.snapshot_id = s.id \
         WHERE s.document_id = ?1 AND v.number = coalesce(?2, d.current_version)"
    );
    let found = conn
        .prepare_cached(&sql)?
        .query_row(params![id.as_str(), number], |row| {
            let at = SNAPSHOT_COLUMNS + META_COLUMNS;
            let extracted = Extracted {
                text: row.get(at + 4)?,
                blocks: json(row, at + 5, blocks_from_json)?,
                tables: json(row, at + 6, tables_from_json)?,
                meta: meta(row, SNAPSHOT_COLUMNS)?,
                warnings: Vec::new(),
                ocr_pages: json(row, at + 7, from_json)?,
                doubtful: json(row, at + 8, from_json)?,
            };
            let version = Version {
                snapshot: rows::snapshot(row)?,
                number: row.get(at + 1)?,
                extractor: row.get(at + 2)?,
                batch: unsigned(row, at + 3)?,
                extracted,
                statements: Vec::new(),
            };
            Ok((row.get::<_, i64>(at)?, version))
        })
        .optional()?;
    let Some((key, mut version)) = found else { return Ok(None) };
    version.extracted.warnings = warnings(conn, key)?;
    version.statements = statements(conn, key)?;
    match check(&version.extracted, &version.statements) {
        Ok(()) => Ok(Some(version)),
        Err(why) => {
            let what = format!("version {} of {}", version.number, version.snapshot.url);
            Err(ErrorKind::BadRow { what, why }.into())
        }
    }
}

fn warnings(conn: &Connection, version: i64) -> Result<Vec<Warning>> {
    let sql = "SELECT cause, detail FROM warnings WHERE version_id = ?1 ORDER BY ordinal";
    all(conn, sql, [version], |row| Ok(Warning { cause: named(row, 0)?, detail: row.get(1)? }))
}

/// The statements of a version: rows of five tables, joined here because each may hold several for a statement.
fn statements(conn: &Connection, version: i64) -> Result<Vec<Statement>> {
    let sql = "SELECT id, kind, start_byte, end_byte, section, item_start_byte, item_end_byte, page, ocr FROM statements \
               WHERE version_id = ?1 ORDER BY ordinal";
    let mut place = HashMap::new();
    let mut statements = all(conn, sql, [version], |row| {
        place.insert(row.get::<_, i64>(0)?, place.len());
        let (kind, span) = (named(row, 1)?, span(row, 2)?);
        let item: Option<i64> = row.get(5)?;
        Ok(Statement {
            span,
            kind,
            page: row.get(7)?,
            ocr: row.get(8)?,
            section: named_or_null(row, 4)?,
            item: item.map(|_| self::span(row, 5)).transpose()?,
            claims: Vec::new(),
            years: Vec::new(),
            places: Vec::new(),
        })
    })?;
    let mut with = |id: i64, change: &mut dyn FnMut(&mut Statement)| {
        if let Some(statement) = place.get(&id).and_then(|i| statements.get_mut(*i)) {
            change(statement);
        }
    };
    let sql = "SELECT y.statement_id, y.year FROM statement_years y JOIN statements t ON t.id = y.statement_id \
               WHERE t.version_id = ?1 ORDER BY y.year";
    for (id, year) in all(conn, sql, [version], |row| Ok((row.get(0)?, row.get(1)?)))? {
        with(id, &mut |statement| statement.years.push(year));
    }
    let sql = "SELECT p.statement_id, p.place FROM statement_places p JOIN statements t ON t.id = p.statement_id \
               WHERE t.version_id = ?1 ORDER BY p.ordinal";
    for (id, place) in all(conn, sql, [version], |row| Ok((row.get(0)?, parsed(row, 1)?)))? {
        with(id, &mut |statement| statement.places.push(place));
    }
    for (id, claim) in claims(conn, version)? {
        let mut claim = Some(claim);
        with(id, &mut |statement| statement.claims.extend(claim.take()));
    }
    Ok(statements)
}

/// The claims of a version with their statements' ids, in order.
fn claims(conn: &Connection, version: i64) -> Result<Vec<(i64, Claim)>> {
    let sql = "SELECT y.claim_id, y.year FROM claim_years y JOIN claims c ON c.id = y.claim_id \
               JOIN statements t ON t.id = c.statement_id WHERE t.version_id = ?1 ORDER BY y.year";
    let mut years: HashMap<i64, Vec<_>> = HashMap::new();
    for (id, year) in all(conn, sql, [version], |row| Ok((row.get(0)?, row.get(1)?)))? {
        years.entry(id).or_default().push(year);
    }
    let sql = "SELECT c.id, c.statement_id, c.quote, c.start_byte, c.end_byte, c.value, c.value_max, c.unit, c.per, \
               c.numerator, c.denominator, c.noun, c.role, c.approx, c.place, c.measure, c.area, c.found_years, \
               c.found_place, c.found_measure, c.rule, c.out_of_range, c.doubtful FROM claims c \
               JOIN statements t ON t.id = c.statement_id \
               WHERE t.version_id = ?1 ORDER BY t.ordinal, c.ordinal";
    all(conn, sql, [version], |row| {
        let per: Option<i64> = row.get(8)?;
        let claim = Claim {
            quote: row.get(2)?,
            span: span(row, 3)?,
            value: row.get(5)?,
            value_max: row.get(6)?,
            unit: named(row, 7)?,
            per: per.map(|_| unsigned(row, 8)).transpose()?,
            numerator: row.get(9)?,
            denominator: row.get(10)?,
            noun: row.get(11)?,
            role: named(row, 12)?,
            approx: named(row, 13)?,
            years: years.remove(&row.get(0)?).unwrap_or_default(),
            place: parsed_or_null(row, 14)?,
            measure: row.get(15)?,
            area: row.get(16)?,
            found: ClaimFound {
                years: named_or_null(row, 17)?,
                place: named_or_null(row, 18)?,
                measure: named_or_null(row, 19)?,
                rule: named(row, 20)?,
            },
            out_of_range: row.get(21)?,
            doubtful: row.get(22)?,
        };
        Ok((row.get(1)?, claim))
    })
}
