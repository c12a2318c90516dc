//! How much the catalog holds.

use belaeg_model::{Cause, Kind, Place};
use rusqlite::{Connection, Result, Row};

use super::rows::{named, named_or_null, parsed_or_null, unsigned};
use crate::Counts;

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
