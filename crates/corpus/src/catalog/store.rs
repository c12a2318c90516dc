//! Writing a batch: one transaction with everything that came of reading some snapshots.

use std::collections::BTreeMap;

use belaeg_model::{Cause, Claim, Extracted, Section, Statement};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, Transaction, TransactionBehavior, params};

use super::check::check;
use super::rows::{found_name, int};
use super::{Archived, Batch, load, near, pages};
use crate::error::ErrorKind;
use crate::stored::{blocks_to_json, hints_to_json, tables_to_json, to_json};
use crate::{Error, Outcome, Stored, document_id};

/// Commits all of a batch, or nothing at all.
pub(crate) fn store(conn: &mut Connection, all: &Batch<'_>) -> std::result::Result<Stored, Error> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let last = load::batch(&tx)?;
    let batch = last.saturating_add(1);
    insert_batch(&tx, batch, all.outcomes.len())?;
    for one in all.archived {
        insert_snapshot(&tx, one)?;
    }
    let mut writer = Writer::new(&tx, batch)?;
    for outcome in all.outcomes {
        writer.store(outcome)?;
    }
    pages::write(&tx, all.pending)?;
    acknowledge(&tx, all.lengths)?;
    let current = load::changed_since(&tx, last)?;
    tx.commit()?;
    Ok(Stored { batch, current })
}

/// Notes a file that could not be opened, so that there are no bytes to archive.
pub(crate) fn record_unreadable(conn: &mut Connection, url: &str, cause: Cause, detail: &str) -> Result<()> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let document = document_id(url);
    clear_failure(&tx, None, url)?;
    let id = next_id(&tx, "failures")?;
    insert_failure(&tx, id, document.as_str(), url, None, cause, detail)?;
    tx.commit()
}

pub(super) fn insert_batch(tx: &Transaction<'_>, batch: u64, outcomes: usize) -> Result<()> {
    tx.prepare_cached("INSERT INTO batches (batch, committed_at, outcomes) VALUES (?1, ?2, ?3)")?
        .execute(params![int(batch), Timestamp::now().to_string(), int(outcomes)])?;
    Ok(())
}

/// Writes a snapshot, and its document if that is new.
pub(super) fn insert_snapshot(tx: &Transaction<'_>, archived: &Archived) -> Result<()> {
    let Archived { snapshot: s, record_id } = archived;
    tx.prepare_cached("INSERT INTO documents (id, url) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
        .execute(params![s.document.as_str(), s.url])?;
    tx.prepare_cached(
        "INSERT INTO snapshots (id, document_id, number, record_id, name, sha256, fetched_at, media_type, hints, \
         file, offset_bytes, length_bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        s.id,
        s.document.as_str(),
        s.number,
        record_id,
        s.name,
        s.sha256.to_string(),
        s.fetched_at.to_string(),
        s.media_type,
        hints_to_json(&s.hints),
        s.file,
        int(s.offset),
        int(s.length),
    ])?;
    Ok(())
}

/// Notes up to where the catalog has taken in each archive file.
pub(super) fn acknowledge(tx: &Transaction<'_>, lengths: &BTreeMap<String, u64>) -> Result<()> {
    let mut upsert = tx.prepare_cached(
        "INSERT INTO archive_files (file, length_bytes) VALUES (?1, ?2) \
         ON CONFLICT (file) DO UPDATE SET length_bytes = excluded.length_bytes",
    )?;
    for (file, length) in lengths {
        upsert.execute(params![file, int(*length)])?;
    }
    Ok(())
}

fn insert_failure(
    tx: &Transaction<'_>,
    id: i64,
    document: &str,
    url: &str,
    snapshot: Option<i64>,
    cause: Cause,
    detail: &str,
) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO failures (id, document_id, url, snapshot_id, cause, detail, failed_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        id,
        document,
        url,
        snapshot,
        cause.as_str(),
        detail,
        Timestamp::now().to_string()
    ])?;
    Ok(())
}

/// Forgets that `snapshot` failed, and that the file at `url` could not be opened.
fn clear_failure(tx: &Transaction<'_>, snapshot: Option<i64>, url: &str) -> Result<()> {
    tx.prepare_cached(
        "DELETE FROM failures WHERE snapshot_id = ?1 \
         OR (document_id = ?2 AND url = ?3 AND snapshot_id IS NULL)",
    )?
    .execute(params![snapshot, document_id(url).as_str(), url])?;
    Ok(())
}

/// The id after the last one of `table`. There is one writer, so ids need no sequence of the database.
fn next_id(tx: &Transaction<'_>, table: &str) -> Result<i64> {
    tx.query_row(&format!("SELECT coalesce(max(id), 0) + 1 FROM {table}"), [], |row| row.get(0))
}

/// Writes outcomes within one transaction.
struct Writer<'tx> {
    tx: &'tx Transaction<'tx>,
    batch: u64,
    next_version: i64,
    next_failure: i64,
    next_statement: i64,
    next_claim: i64,
}

impl<'tx> Writer<'tx> {
    fn new(tx: &'tx Transaction<'tx>, batch: u64) -> Result<Self> {
        Ok(Self {
            tx,
            batch,
            next_version: next_id(tx, "versions")?,
            next_failure: next_id(tx, "failures")?,
            next_statement: next_id(tx, "statements")?,
            next_claim: next_id(tx, "claims")?,
        })
    }

    fn store(&mut self, outcome: &Outcome) -> std::result::Result<(), Error> {
        let snapshot = &outcome.snapshot;
        let url = &snapshot.url;
        let stored_url = self
            .tx
            .prepare_cached(
                "SELECT d.url FROM snapshots s JOIN documents d ON d.id = s.document_id WHERE s.id = ?1",
            )?
            .query_row([snapshot.id], |row| row.get::<_, String>(0))
            .optional()?;
        if stored_url.as_ref() != Some(url) {
            return Err(ErrorKind::UnknownSnapshot { id: snapshot.id, url: url.clone() }.into());
        }
        self.tx
            .prepare_cached("UPDATE snapshots SET hints = ?2 WHERE id = ?1")?
            .execute(params![snapshot.id, hints_to_json(&snapshot.hints)])?;
        clear_failure(self.tx, Some(snapshot.id), url)?;
        match &outcome.result {
            Ok((extracted, statements)) => match check(extracted, statements) {
                Ok(()) => self.version(outcome, extracted, statements)?,
                // One document's broken promise must not hold up the others.
                Err(why) => {
                    let why = format!("{} gave a version that cannot be kept: {why}", outcome.extractor);
                    self.failure(outcome, Cause::Crashed, &why)?;
                }
            },
            Err((cause, detail)) => self.failure(outcome, *cause, detail)?,
        }
        Ok(())
    }

    fn failure(&mut self, outcome: &Outcome, cause: Cause, detail: &str) -> Result<()> {
        let s = &outcome.snapshot;
        insert_failure(self.tx, self.next_failure, s.document.as_str(), &s.url, Some(s.id), cause, detail)?;
        self.next_failure += 1;
        Ok(())
    }

    /// Writes a version, in place of what was read from the same snapshot before.
    fn version(&mut self, outcome: &Outcome, extracted: &Extracted, statements: &[Statement]) -> Result<()> {
        let id = self.version_row(outcome, extracted)?;
        for table in ["statements", "warnings"] {
            self.tx.prepare_cached(&format!("DELETE FROM {table} WHERE version_id = ?1"))?.execute([id])?;
        }
        for (ordinal, warning) in (1..).zip(&extracted.warnings) {
            self.tx
                .prepare_cached(
                    "INSERT INTO warnings (version_id, ordinal, cause, detail) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![id, ordinal as i64, warning.cause.as_str(), warning.detail])?;
        }
        for (ordinal, statement) in (1..).zip(statements) {
            self.statement(id, ordinal, statement, &extracted.text)?;
        }
        // Snapshots may be read out of order: the last one that can be read is the current one.
        let (document, number) = (outcome.snapshot.document.as_str(), outcome.snapshot.number);
        let current: u32 = self
            .tx
            .prepare_cached(
                "UPDATE documents SET current_version = \
                 (SELECT max(number) FROM versions WHERE document_id = documents.id) WHERE id = ?1 \
                 RETURNING current_version",
            )?
            .query_row([document], |row| row.get(0))?;
        if current == number { near::write(self.tx, document, &extracted.text) } else { Ok(()) }
    }

    fn version_row(&mut self, outcome: &Outcome, extracted: &Extracted) -> Result<i64> {
        let snapshot = &outcome.snapshot;
        let meta = &extracted.meta;
        let mut upsert = self.tx.prepare_cached(
            "INSERT INTO versions (id, document_id, number, snapshot_id, batch, extractor, hints, title, title_how, \
             kind, kind_how, place, place_how, published, published_how, lang, lang_how, text, blocks, tables, details, \
             ocr_pages, doubtful) \
             SELECT ?1, document_id, number, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, \
             ?17, ?18, ?19, ?20, ?21 FROM snapshots WHERE id = ?2 \
             ON CONFLICT (snapshot_id) DO UPDATE SET batch = excluded.batch, extractor = excluded.extractor, \
             hints = excluded.hints, title = excluded.title, title_how = excluded.title_how, \
             kind = excluded.kind, kind_how = excluded.kind_how, place = excluded.place, \
             place_how = excluded.place_how, published = excluded.published, \
             published_how = excluded.published_how, lang = excluded.lang, lang_how = excluded.lang_how, \
             text = excluded.text, blocks = excluded.blocks, tables = excluded.tables, \
             details = excluded.details, ocr_pages = excluded.ocr_pages, doubtful = excluded.doubtful \
             RETURNING id",
        )?;
        let id = upsert.query_row(
            params![
                self.next_version,
                snapshot.id,
                int(self.batch),
                outcome.extractor,
                hints_to_json(&snapshot.hints),
                meta.title.as_ref().map(|s| s.value.as_str()),
                meta.title.as_ref().map(|s| s.how.as_str()),
                meta.kind.as_ref().map(|s| s.value.as_str()),
                meta.kind.as_ref().map(|s| s.how.as_str()),
                meta.place.as_ref().map(|s| s.value.code()),
                meta.place.as_ref().map(|s| s.how.as_str()),
                meta.published.as_ref().map(|s| s.value.to_string()),
                meta.published.as_ref().map(|s| s.how.as_str()),
                meta.lang.as_ref().map(|s| s.value.as_str()),
                meta.lang.as_ref().map(|s| s.how.as_str()),
                extracted.text,
                blocks_to_json(&extracted.blocks),
                tables_to_json(&extracted.tables),
                to_json(&meta.details),
                to_json(&extracted.ocr_pages),
                to_json(&extracted.doubtful),
            ],
            |row| row.get(0),
        )?;
        self.next_version += i64::from(id == self.next_version);
        Ok(id)
    }

    fn statement(&mut self, version: i64, ordinal: i64, statement: &Statement, text: &str) -> Result<()> {
        let id = self.next_statement;
        self.next_statement += 1;
        let said = statement.span.get(text).unwrap_or_default();
        self.tx
            .prepare_cached(
                "INSERT INTO statements (id, version_id, ordinal, kind, text, start_byte, end_byte, section, \
                 item_start_byte, item_end_byte, page, ocr) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                id,
                version,
                ordinal,
                statement.kind.as_str(),
                said,
                int(statement.span.start),
                int(statement.span.end),
                statement.section.map(Section::as_str),
                statement.item.map(|item| int(item.start)),
                statement.item.map(|item| int(item.end)),
                statement.page,
                statement.ocr,
            ])?;
        for year in &statement.years {
            self.tx
                .prepare_cached(
                    "INSERT INTO statement_years (statement_id, year) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                )?
                .execute(params![id, year])?;
        }
        for (ordinal, place) in (1i64..).zip(&statement.places) {
            self.tx
                .prepare_cached(
                    "INSERT INTO statement_places (statement_id, ordinal, place) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![id, ordinal, place.code()])?;
        }
        for (ordinal, claim) in (1..).zip(&statement.claims) {
            self.claim(id, ordinal, claim)?;
        }
        Ok(())
    }

    fn claim(&mut self, statement: i64, ordinal: i64, claim: &Claim) -> Result<()> {
        let id = self.next_claim;
        self.next_claim += 1;
        self.tx
            .prepare_cached(
                "INSERT INTO claims (id, statement_id, ordinal, quote, start_byte, end_byte, value, value_max, unit, \
                 per, numerator, denominator, noun, role, approx, place, measure, area, found_years, found_place, \
                 found_measure, rule, out_of_range, doubtful) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
                 ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)",
            )?
            .execute(params![
                id,
                statement,
                ordinal,
                claim.quote,
                int(claim.span.start),
                int(claim.span.end),
                claim.value,
                claim.value_max,
                claim.unit.as_str(),
                claim.per.map(int),
                claim.numerator,
                claim.denominator,
                claim.noun,
                claim.role.as_str(),
                claim.approx.as_str(),
                claim.place.map(|place| place.code()),
                claim.measure,
                claim.area,
                claim.found.years.map(found_name),
                claim.found.place.map(found_name),
                claim.found.measure.map(found_name),
                claim.found.rule.as_str(),
                claim.out_of_range,
                claim.doubtful,
            ])?;
        for year in &claim.years {
            self.tx
                .prepare_cached(
                    "INSERT INTO claim_years (claim_id, year) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
                )?
                .execute(params![id, year])?;
        }
        Ok(())
    }
}
