//! Taking records of the archive into the catalog that it does not know: after a crash, or all of them once the
//! catalog was lost.

use std::collections::BTreeMap;

use belaeg_model::Hints;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::{Archived, load, pages, store};
use crate::fetched::{KnownHost, StoredFetch, host_of};
use crate::recover::{Entry, FoundSnapshot};
use crate::stored::hints_to_json;
use crate::{Error, Snapshot, document_id};

/// A transaction that takes in records.
pub(crate) struct Recovery<'conn> {
    tx: Transaction<'conn>,
    next_id: i64,
    taken: u64,
    /// Records that could not be taken in: file, offset, why.
    pub(crate) refused: Vec<(String, u64, String)>,
}

impl<'conn> Recovery<'conn> {
    pub(crate) fn begin(conn: &'conn mut Connection) -> Result<Self, Error> {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let next_id = load::next_snapshot_id(&tx)?;
        Ok(Self { tx, next_id, taken: 0, refused: Vec::new() })
    }

    /// Takes in one record; its snapshot is then still to be read.
    pub(crate) fn take(&mut self, entry: Entry) -> Result<(), Error> {
        match entry {
            Entry::Snapshot(found) => self.snapshot(found),
            Entry::Fetched { fetch, at } => self.fetched(&fetch, at),
            Entry::Hints { record_id, hints } => self.hints(&record_id, &hints),
        }
    }

    /// Commits, with the `lengths` that the archive's files now have. A catalog that was built again goes on
    /// counting its batches from the microsecond it was built in, which is more than it can have counted before:
    /// an index that names a batch of the lost catalog is then older than all that is stored now.
    pub(crate) fn commit(self, lengths: &BTreeMap<String, u64>) -> Result<(), Error> {
        if self.taken > 0 && load::batch(&self.tx)? == 0 {
            let now = u64::try_from(Timestamp::now().as_microsecond()).unwrap_or(1);
            store::insert_batch(&self.tx, now, 0)?;
        }
        store::acknowledge(&self.tx, lengths)?;
        self.tx.commit()?;
        Ok(())
    }

    fn hints(&mut self, record_id: &str, hints: &Hints) -> Result<(), Error> {
        self.tx
            .prepare_cached("UPDATE snapshots SET hints = ?2 WHERE record_id = ?1")?
            .execute(params![record_id, hints_to_json(hints)])?;
        Ok(())
    }

    fn fetched(&mut self, fetch: &StoredFetch, at: Timestamp) -> Result<(), Error> {
        pages::see(&self.tx, fetch, at)?;
        pages::note(&self.tx, fetch, at)?;
        if let Some(host) = host_of(&fetch.fetch_url).filter(|_| fetch.gone.is_none()) {
            pages::ask(&self.tx, &host, &KnownHost::asked(at))?;
        }
        Ok(())
    }

    fn snapshot(&mut self, found: FoundSnapshot) -> Result<(), Error> {
        let known = self
            .tx
            .prepare_cached("SELECT id FROM snapshots WHERE record_id = ?1")?
            .query_row([&found.record_id], |row| row.get::<_, i64>(0))
            .optional()?;
        if known.is_some() {
            return Ok(());
        }
        let document = document_id(&found.url);
        if let Some(other) = load::other_url(&self.tx, &document, &found.url)? {
            let why = format!("{} and {other} would both be document {document}", found.url);
            self.refused.push((found.file, found.offset, why));
            return Ok(());
        }
        let last = load::latest(&self.tx, &document)?.map_or(0, |latest| latest.snapshot.number);
        let snapshot = Snapshot {
            id: self.next_id,
            document,
            // What the record says holds, even where an earlier record is lost.
            number: if found.number > last { found.number } else { last.saturating_add(1) },
            url: found.url,
            name: found.name,
            sha256: found.sha256,
            fetched_at: found.fetched_at,
            media_type: found.media_type,
            hints: found.hints,
            file: found.file,
            offset: found.offset,
            length: found.length,
        };
        let at = snapshot.fetched_at;
        store::insert_snapshot(&self.tx, &Archived { snapshot, record_id: found.record_id })?;
        if let Some(fetch) = found.fetch {
            self.fetched(&fetch, at)?;
        }
        self.next_id += 1;
        self.taken += 1;
        Ok(())
    }
}
