//! Documents that were taken down.

use belaeg_model::DocumentId;
use jiff::Timestamp;
use rusqlite::{Connection, Result, Row, Transaction, TransactionBehavior, params};

use super::rows::{self, int, parsed, unsigned};
use super::{load, store};
use crate::takedown::TakenDown;

/// Every address that a document has: canonical, asked for, others.
pub(crate) fn addresses(conn: &Connection, id: &DocumentId) -> Result<Vec<String>> {
    let sql = "SELECT url FROM documents WHERE id = ?1 UNION SELECT fetch_url FROM pages WHERE document_id = ?1 \
               UNION SELECT url FROM aliases WHERE document_id = ?1";
    conn.prepare_cached(sql)?.query_map([id.as_str()], |row| row.get(0))?.collect()
}

/// Documents under other addresses with the same bytes.
pub(crate) fn copies(conn: &Connection, id: &DocumentId) -> Result<Vec<(DocumentId, String)>> {
    let sql = "SELECT DISTINCT d.id, d.url FROM snapshots own JOIN snapshots s ON s.sha256 = own.sha256 \
               JOIN documents d ON d.id = s.document_id WHERE own.document_id = ?1 AND d.id <> ?1 ORDER BY d.url";
    let one = |row: &Row<'_>| Ok((rows::document_id(row, 0)?, row.get(1)?));
    conn.prepare_cached(sql)?.query_map([id.as_str()], one)?.collect()
}

/// Statements of a document that others have too, with the id of each other: footers, forms, press releases.
pub(crate) fn shared_statements(conn: &Connection, id: &DocumentId) -> Result<Vec<(String, DocumentId)>> {
    let sql = "SELECT DISTINCT t.text, v.document_id FROM statements t JOIN versions v ON v.id = t.version_id \
               WHERE v.document_id <> ?1 AND t.text IN (SELECT own.text FROM statements own \
               JOIN versions w ON w.id = own.version_id WHERE w.document_id = ?1)";
    let one = |row: &Row<'_>| Ok((row.get(0)?, rows::document_id(row, 1)?));
    conn.prepare_cached(sql)?.query_map([id.as_str()], one)?.collect()
}

/// How much the catalog has of a document.
pub(crate) fn stored_of(conn: &Connection, id: &DocumentId) -> Result<TakenDown> {
    let count = |of: &str| -> Result<u64> {
        let sql = format!("SELECT count(*) FROM {of} WHERE v.document_id = ?1");
        conn.query_row(&sql, [id.as_str()], |row| unsigned(row, 0))
    };
    Ok(TakenDown {
        versions: count("versions v")?,
        statements: count("statements t JOIN versions v ON v.id = t.version_id")?,
        claims: count(
            "claims c JOIN statements t ON t.id = c.statement_id JOIN versions v ON v.id = t.version_id",
        )?,
        ..TakenDown::default()
    })
}

/// Deletes everything of a document, and notes how much it was. Behind its own, `ids` has those that it would have under its
/// other addresses.
pub(crate) fn take_down(
    conn: &mut Connection,
    id: &DocumentId,
    ids: &str,
    reason: &str,
    at: Timestamp,
    archived: TakenDown,
) -> Result<TakenDown> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let TakenDown { versions, statements, claims, .. } = stored_of(&tx, id)?;
    let taken = TakenDown { versions, statements, claims, ..archived };
    for table in ["versions", "failures", "pages", "aliases", "misses", "snapshots"] {
        tx.execute(&format!("DELETE FROM {table} WHERE document_id = ?1"), [id.as_str()])?;
    }
    tx.execute("DELETE FROM documents WHERE id = ?1", [id.as_str()])?;
    // Records that were overwritten cannot be referred to; the others are archived once more.
    tx.execute("DELETE FROM answers", [])?;
    tx.execute(
        "INSERT INTO takedowns (document_id, at, reason, records, versions, statements, claims, lists, \
         lists_overwritten) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            id.as_str(),
            at.to_string(),
            reason,
            int(taken.records),
            int(taken.versions),
            int(taken.statements),
            int(taken.claims),
            int(taken.lists),
            int(taken.lists_overwritten),
        ],
    )?;
    remember_aliases(&tx, ids)?;
    // An index that is put back from before is behind then.
    let batch = load::batch(&tx)?.saturating_add(1);
    store::insert_batch(&tx, batch, 0)?;
    tx.commit()?;
    Ok(taken)
}

/// Overwrites what the log of the database still holds of earlier states; false where somebody reads them just now.
pub(crate) fn clear_log(conn: &Connection) -> Result<bool> {
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
}

/// Where the archive has records of a document: file and byte.
pub(crate) fn places_of(conn: &Connection, id: &DocumentId) -> Result<Vec<(String, u64)>> {
    conn.prepare_cached("SELECT file, offset_bytes FROM snapshots WHERE document_id = ?1")?
        .query_map([id.as_str()], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?
        .collect()
}

/// Takes in from the archive that a document was taken down.
pub(super) fn remember(tx: &Transaction<'_>, ids: &str, at: Timestamp) -> Result<()> {
    let id = ids.split(' ').next().unwrap_or_default();
    tx.execute(
        "INSERT INTO takedowns (document_id, at, reason, records, versions, statements, claims) \
         SELECT ?1, ?2, '', 0, 0, 0, 0 WHERE NOT EXISTS (SELECT 1 FROM takedowns WHERE document_id = ?1)",
        params![id, at.to_string()],
    )?;
    remember_aliases(tx, ids)
}

fn remember_aliases(tx: &Transaction<'_>, ids: &str) -> Result<()> {
    let mut ids = ids.split(' ');
    let id = ids.next();
    for alias in ids {
        tx.prepare_cached(
            "INSERT INTO takedown_aliases (id, document_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
        )?
        .execute(params![alias, id])?;
    }
    Ok(())
}

pub(crate) fn is_taken_down(conn: &Connection, id: &DocumentId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM takedowns WHERE document_id = ?1) \
               OR EXISTS (SELECT 1 FROM takedown_aliases WHERE id = ?1)";
    conn.prepare_cached(sql)?.query_row([id.as_str()], |row| row.get(0))
}

pub(crate) fn takedowns(conn: &Connection) -> Result<Vec<(DocumentId, Timestamp, String, TakenDown)>> {
    let sql = "SELECT document_id, at, reason, records, versions, statements, claims, lists, lists_overwritten \
               FROM takedowns ORDER BY id";
    let one = |row: &Row<'_>| {
        let taken = TakenDown {
            records: unsigned(row, 3)?,
            versions: unsigned(row, 4)?,
            statements: unsigned(row, 5)?,
            claims: unsigned(row, 6)?,
            lists: unsigned(row, 7)?,
            lists_overwritten: unsigned(row, 8)?,
        };
        Ok((rows::document_id(row, 0)?, parsed(row, 1)?, row.get(2)?, taken))
    };
    conn.prepare_cached(sql)?.query_map([], one)?.collect()
}
