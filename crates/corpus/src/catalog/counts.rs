//! How much the catalog holds.

use belaeg_model::{Cause, Kind, Place};
use rusqlite::{Connection, Result, Row};

use super::rows::{named, named_or_null, parsed_or_null, unsigned};
use crate::{Counts, Coverage};

/// The current versions of all documents.
const CURRENT: &str = "versions v JOIN documents d ON d.id = v.document_id AND d.current_version = v.number";

pub(crate) fn counts(conn: &Connection) -> Result<Counts> {
    let one = |sql: &str| conn.query_row(sql, [], |row| unsigned(row, 0));
    let claims = |condition: &str| {
        one(&format!(
            "SELECT count(*) FROM {CURRENT} JOIN statements t ON t.version_id = v.id \
             JOIN claims c ON c.statement_id = t.id WHERE {condition}"
        ))
    };
    let published = |function: &str| {
        let sql = format!("SELECT {function}(v.published) FROM {CURRENT}");
        conn.query_row(&sql, [], |row| parsed_or_null(row, 0))
    };
    Ok(Counts {
        documents: one("SELECT count(*) FROM documents")?,
        snapshots: one("SELECT count(*) FROM snapshots")?,
        pending: super::load::pending_count(conn)?,
        versions: one("SELECT count(*) FROM versions")?,
        statements: one(&format!(
            "SELECT count(*) FROM {CURRENT} JOIN statements t ON t.version_id = v.id"
        ))?,
        rates: claims("c.unit <> 'count'")?,
        counts: claims("c.unit = 'count'")?,
        failures: grouped(conn, "SELECT cause, count(*) FROM failures f \
             WHERE NOT EXISTS (SELECT 1 FROM snapshots later JOIN versions v ON v.snapshot_id = later.id \
                               WHERE later.document_id = f.document_id AND later.id > f.snapshot_id) GROUP BY cause", cause)?
            .into_iter()
            .collect(),
        warnings: grouped(
            conn,
            &format!(
                "SELECT w.cause, count(*) FROM {CURRENT} JOIN warnings w ON w.version_id = v.id GROUP BY w.cause"
            ),
            cause,
        )?
        .into_iter()
        .collect(),
        kinds: grouped(conn, &by("kind"), |row| named_or_null::<Kind>(row, 0))?,
        places: grouped(conn, &by("place"), |row| parsed_or_null::<Place>(row, 0))?,
        oldest: published("min")?,
        newest: published("max")?,
        bytes: one("SELECT coalesce(sum(length_bytes), 0) FROM snapshots")?,
        archive_bytes: one("SELECT coalesce(sum(length_bytes), 0) FROM archive_files")?,
    })
}

/// Costs the same however much the catalog holds: a row that triggers keep, and the last run of each source.
pub(crate) fn covered(conn: &Connection) -> Result<Coverage> {
    let (documents, read) = conn
        .prepare_cached("SELECT documents, read FROM document_counts")?
        .query_row([], |row| Ok((unsigned(row, 0)?, unsigned(row, 1)?)))?;
    // From one source to the next by the index, because runs add up night by night.
    let sql = "WITH RECURSIVE sources (source) AS (SELECT min(source) FROM runs UNION ALL \
               SELECT (SELECT min(r.source) FROM runs r WHERE r.source > s.source) FROM sources s WHERE s.source IS NOT NULL) \
               SELECT coalesce(sum((SELECT r.listed FROM runs r WHERE r.source = s.source ORDER BY r.id DESC LIMIT 1)), 0) \
               FROM sources s WHERE s.source IS NOT NULL";
    let listed = conn.prepare_cached(sql)?.query_row([], |row| unsigned(row, 0))?;
    Ok(Coverage { listed, documents, read, batch: super::load::batch(conn)? })
}

fn by(column: &str) -> String {
    format!(
        "SELECT v.{column}, count(*) AS documents FROM {CURRENT} GROUP BY v.{column} \
         ORDER BY documents DESC, v.{column}"
    )
}

fn cause(row: &Row<'_>) -> Result<Cause> {
    named(row, 0)
}

fn grouped<K>(conn: &Connection, sql: &str, key: impl Fn(&Row<'_>) -> Result<K>) -> Result<Vec<(K, u64)>> {
    conn.prepare_cached(sql)?.query_map([], |row| Ok((key(row)?, unsigned(row, 1)?)))?.collect()
}
