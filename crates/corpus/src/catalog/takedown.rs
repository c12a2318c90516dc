//! Documents that were taken down.

use belaeg_model::DocumentId;
use jiff::Timestamp;
use rusqlite::{Connection, Result, Row, Transaction, TransactionBehavior, params};

use super::rows::{self, int, parsed, unsigned};
use crate::takedown::TakenDown;

/// Every address that a document has: canonical, asked for, others.
pub(crate) fn addresses(conn: &Connection, id: &DocumentId) -> Result<Vec<String>> {
    let sql = "SELECT url FROM documents WHERE id = ?1 UNION SELECT fetch_url FROM pages WHERE document_id = ?1 \
               UNION SELECT url FROM aliases WHERE document_id = ?1";
    conn.prepare_cached(sql)?.query_map([id.as_str()], |row| row.get(0))?.collect()
}

/// Deletes everything of a document, and notes how much it was.
pub(crate) fn take_down(
    conn: &mut Connection,
    id: &DocumentId,
    reason: &str,
    at: Timestamp,
    records: u64,
) -> Result<TakenDown> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let count = |of: &str| -> Result<u64> {
        tx.query_row(&format!("SELECT count(*) FROM {of} WHERE v.document_id = ?1"), [id.as_str()], |row| {
            unsigned(row, 0)
        })
    };
    let taken = TakenDown {
        records,
        versions: count("versions v")?,
        statements: count("statements t JOIN versions v ON v.id = t.version_id")?,
        claims: count(
            "claims c JOIN statements t ON t.id = c.statement_id JOIN versions v ON v.id = t.version_id",
        )?,
    };
    for table in ["versions", "failures", "pages", "aliases", "misses", "snapshots"] {
        tx.execute(&format!("DELETE FROM {table} WHERE document_id = ?1"), [id.as_str()])?;
    }
    tx.execute("DELETE FROM documents WHERE id = ?1", [id.as_str()])?;
    tx.execute(
        "INSERT INTO takedowns (document_id, at, reason, records, versions, statements, claims) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            id.as_str(),
            at.to_string(),
            reason,
            int(taken.records),
            int(taken.versions),
            int(taken.statements),
            int(taken.claims)
        ],
    )?;
    tx.commit()?;
    Ok(taken)
}

/// Takes in from the archive that a document was taken down.
pub(super) fn remember(tx: &Transaction<'_>, id: &str, at: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO takedowns (document_id, at, reason, records, versions, statements, claims) \
         SELECT ?1, ?2, '', 0, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM takedowns WHERE document_id = ?1)",
        params![id, at.to_string()],
    )?;
    Ok(())
}

pub(crate) fn is_taken_down(conn: &Connection, id: &DocumentId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM takedowns WHERE document_id = ?1)";
    conn.prepare_cached(sql)?.query_row([id.as_str()], |row| row.get(0))
}

pub(crate) fn takedowns(conn: &Connection) -> Result<Vec<(DocumentId, Timestamp, String, TakenDown)>> {
    let sql =
        "SELECT document_id, at, reason, records, versions, statements, claims FROM takedowns ORDER BY id";
    let one = |row: &Row<'_>| {
        let taken = TakenDown {
            records: unsigned(row, 3)?,
            versions: unsigned(row, 4)?,
            statements: unsigned(row, 5)?,
            claims: unsigned(row, 6)?,
        };
        Ok((rows::document_id(row, 0)?, parsed(row, 1)?, row.get(2)?, taken))
    };
    conn.prepare_cached(sql)?.query_map([], one)?.collect()
}
