//! Opening the catalog's file and bringing it to the schema of this program.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::near;
use crate::Error;
use crate::error::ErrorKind;

/// The schema, step by step; a catalog's `user_version` tells how many it has taken.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/001_first.sql"),
    include_str!("../../migrations/002_rules_and_sections.sql"),
    include_str!("../../migrations/003_pages_and_details.sql"),
    include_str!("../../migrations/004_fetched_pages.sql"),
    include_str!("../../migrations/005_misses.sql"),
    NEAR,
    include_str!("../../migrations/007_document_counts.sql"),
    include_str!("../../migrations/008_figures.sql"),
    include_str!("../../migrations/009_answers.sql"),
];

/// The step from which on the catalog can tell near-duplicates.
const NEAR: &str = include_str!("../../migrations/006_near_and_listings.sql");

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Opens the catalog for writing, and creates or updates it.
pub(crate) fn open_to_write(path: &Path) -> Result<Connection, Error> {
    refuse_directory(path)?;
    let open = || -> Result<Connection, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(path, flags)?;
        configure(&conn)?;
        let version = schema_version(&conn, path)?;
        // Written before the first table, so that a foreign file is not touched.
        conn.pragma_update(None, "journal_mode", "WAL")?;
        // A commit is durable once store() returns, because an index may name its batch from then on.
        conn.pragma_update(None, "synchronous", "FULL")?;
        // What is taken down or replaced is overwritten, and does not stay in free pages.
        conn.pragma_update(None, "secure_delete", "ON")?;
        migrate(&mut conn, version)?;
        Ok(conn)
    };
    open().map_err(|e| e.at(path))
}

/// Opens the catalog for reading; beside a writer it sees the last commit.
pub(crate) fn open_to_read(path: &Path) -> Result<Connection, Error> {
    refuse_directory(path)?;
    let open = || -> Result<Connection, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(path, flags)?;
        configure(&conn)?;
        let (found, known) = (schema_version(&conn, path)?, known());
        if found < known {
            return Err(ErrorKind::Older { path: path.to_owned(), found, known }.into());
        }
        Ok(conn)
    };
    open().map_err(|e| e.at(path))
}

/// A catalog in memory that holds nothing: the view of a home in which nothing was ingested.
pub(crate) fn empty() -> Result<Connection, Error> {
    let mut conn = Connection::open_in_memory()?;
    configure(&conn)?;
    migrate(&mut conn, 0)?;
    Ok(conn)
}

fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

fn refuse_directory(path: &Path) -> Result<(), Error> {
    if path.is_dir() { Err(ErrorKind::IsDirectory { path: path.to_owned() }.into()) } else { Ok(()) }
}

fn configure(conn: &Connection) -> Result<(), Error> {
    conn.busy_timeout(BUSY_TIMEOUT)?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// How many migrations the catalog has taken: 0 for a new one.
fn schema_version(conn: &Connection, path: &Path) -> Result<i64, Error> {
    let found: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    let path = || path.to_owned();
    if found > known() {
        return Err(ErrorKind::Newer { path: path(), found, known: known() }.into());
    }
    if found < 0 || (found == 0 && tables > 0) {
        let why = "it is a database of another program".to_owned();
        return Err(ErrorKind::NotACatalog { path: path(), why }.into());
    }
    Ok(found)
}

/// Takes all missing steps or none: who reads meanwhile finds the catalog of before.
fn migrate(conn: &mut Connection, version: i64) -> Result<(), Error> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (number, sql) in (1..).zip(MIGRATIONS).filter(|(number, _)| *number > version) {
        tx.execute_batch(sql)?;
        if *sql == NEAR {
            near::write_all(&tx)?;
        }
        tx.pragma_update(None, "user_version", number)?;
    }
    tx.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalog as the first schema left it, with one claim.
    const FIRST: &str = "
        INSERT INTO documents VALUES ('d', 'file:///æ', 1);
        INSERT INTO batches VALUES (1, '2026-01-01T00:00:00Z', 1);
        INSERT INTO snapshots VALUES (1, 'd', 1, 'r', 'æ', 's', '2026-01-01T00:00:00Z', NULL, '{}', 'f', 0, 1);
        INSERT INTO versions (id, document_id, number, snapshot_id, batch, extractor, hints, text, blocks, tables)
            VALUES (1, 'd', 1, 1, 1, 'claims/1', '{}', '5 %', '[]', '[]');
        INSERT INTO statements VALUES (1, 1, 1, 'sentence', '5 %', 0, 3);
        INSERT INTO claims (id, statement_id, ordinal, quote, start_byte, end_byte, value, unit, role, approx)
            VALUES (1, 1, 1, '5 %', 0, 3, 5, 'percent', 'level', 'exact');";

    #[test]
    fn a_catalog_of_the_first_schema_is_taken_along() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("catalog.sqlite");
        let old = Connection::open(&path).expect("SQLite");
        old.execute_batch(MIGRATIONS[0]).expect("the first schema");
        old.pragma_update(None, "user_version", 1).expect("set");
        old.execute_batch(FIRST).expect("rows");
        drop(old);
        assert!(
            matches!(open_to_read(&path), Err(e) if e.to_string().contains("older")),
            "a reader changes nothing"
        );
        let new = open_to_write(&path).expect("migrated");
        let claim = "SELECT quote, rule, out_of_range FROM claims";
        let row = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?));
        let got: (String, String, bool) = new.query_row(claim, [], row).expect("the claim");
        assert_eq!(got, ("5 %".to_owned(), "written".to_owned(), false));
        let version: i64 = new.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a number");
        assert_eq!(version, known());
    }
}
