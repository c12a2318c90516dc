//! SQLite FTS5 (unicode61, ranked by bm25) beside a table with the same columns.

use std::path::Path;

use rusqlite::Connection;

use crate::{Engine, FILTER, HITS, Question, Result, Row};

/// Statements of a transaction.
const BATCH: i64 = 50_000;

pub(crate) fn build(dir: &Path, rows: impl Iterator<Item = Result<Row>>) -> Result<()> {
    let db = Connection::open(dir.join("statements.sqlite"))?;
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072;
         CREATE TABLE statement (number INTEGER PRIMARY KEY, id TEXT, text TEXT, place TEXT, kind TEXT, published TEXT, claims TEXT);
         CREATE VIRTUAL TABLE words USING fts5(text, content = 'statement', content_rowid = 'number', tokenize = 'unicode61', prefix = '5');
         BEGIN",
    )?;
    for (number, row) in (1i64..).zip(rows) {
        let row = row?;
        let claims: Vec<_> = row.claims.iter().map(|said| crate::belaeg::claim(&row, said)).collect();
        db.prepare_cached("INSERT INTO statement VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?.execute((
            number,
            &row.id,
            &row.text,
            row.place.code(),
            row.kind.as_str(),
            row.published.to_string(),
            serde_json::to_string(&claims)?,
        ))?;
        db.prepare_cached("INSERT INTO words (rowid, text) VALUES (?1, ?2)")?.execute((number, &row.text))?;
        if number % BATCH == 0 {
            db.execute_batch("COMMIT; BEGIN")?;
        }
    }
    db.execute_batch(
        "COMMIT; INSERT INTO words (words) VALUES ('optimize'); PRAGMA wal_checkpoint(TRUNCATE)",
    )?;
    Ok(())
}

pub(crate) struct Fts5(Connection);

impl Fts5 {
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        let db = Connection::open(dir.join("statements.sqlite"))?;
        db.execute_batch("PRAGMA cache_size = -131072; PRAGMA mmap_size = 4294967296")?;
        Ok(Self(db))
    }
}

impl Engine for Fts5 {
    fn ask(&self, question: &Question) -> Result<usize> {
        let words = question.words.iter().map(|word| format!("\"{word}\""));
        let query = match question.class.as_str() {
            "phrase" => format!("\"{}\"", question.words.join(" ")),
            "prefix" => format!("\"{}\" *", question.words[0]),
            _ => words.collect::<Vec<_>>().join(" "),
        };
        let (kind, from, before) = FILTER;
        let by_rank = "SELECT text FROM statement JOIN (SELECT rowid AS found FROM words WHERE words MATCH ?1
                       ORDER BY rank LIMIT ?2) ON number = found";
        let sql = match question.class.as_str() {
            "filter" => &format!(
                "SELECT s.text FROM words JOIN statement AS s ON s.number = words.rowid WHERE words MATCH ?1
                 AND kind = '{}' AND published >= '{from}' AND published < '{before}' ORDER BY rank LIMIT ?2",
                kind.as_str()
            ),
            "sorted" => {
                "SELECT s.text FROM words JOIN statement AS s ON s.number = words.rowid WHERE words MATCH ?1
                 ORDER BY published DESC LIMIT ?2"
            }
            _ => by_rank,
        };
        if question.class == "facet" {
            let facets =
                "SELECT place, kind, count(*) FROM words JOIN statement AS s ON s.number = words.rowid
                          WHERE words MATCH ?1 GROUP BY place, kind";
            let mut facets = self.0.prepare_cached(facets)?;
            let counts = facets.query_map([&query], |row| row.get::<_, i64>(2))?;
            counts.collect::<rusqlite::Result<Vec<_>>>()?;
        }
        let mut statement = self.0.prepare_cached(sql)?;
        let texts = statement.query_map((query, i64::try_from(HITS)?), |row| row.get::<_, String>(0))?;
        Ok(texts.collect::<rusqlite::Result<Vec<_>>>()?.len())
    }
}
