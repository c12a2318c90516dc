//! The only writer of `corpus/`: the archive of everything that was fetched (gzipped WARC files) and the catalog
//! of what was read from it (SQLite).
//!
//! The archive is the truth; the catalog can be built again from it. Writes are ordered so that a kill at any point
//! loses nothing that was acknowledged: [`Corpus::archive`] appends, [`Corpus::sync`] makes that durable,
//! [`Corpus::store`] commits what came of it in one transaction. [`Corpus::open`] finds where the two disagree.

mod archive;
mod catalog;
mod digest;
mod error;
mod export;
mod fetched;
mod figures;
mod http;
mod lock;
mod naming;
mod raw;
mod records;
mod recover;
mod shingles;
mod stored;
mod takedown;
mod verify;
mod warc;

use std::path::{Path, PathBuf};

use belaeg_model::{Cause, DocumentId, Hints};
use jiff::Timestamp;
use rusqlite::Connection;

pub use catalog::check;
pub use digest::{Digest, DigestError, document_id};
pub use error::Error;
pub use export::{Cell, Column, ColumnType, TABLES, Table};
pub use fetched::{Exchange, KnownHost, KnownPage, Miss, Page, PageDates, Run, Taken, Validators};
pub use figures::{FigureRow, ImportRow, Imported, NewImport, StoredFigure};
pub use raw::ArchivedRecord;
pub use records::{
    Again, Counts, Coverage, Document, Failure, NearDuplicate, Need, NewSnapshot, Outcome, Problem, Snapshot,
    Stored, Version, VersionSummary,
};

pub use takedown::TakenDown;
pub use verify::Verified;

use archive::Archive;
use catalog::{Archived, Recovery};
use error::ErrorKind;
use fetched::Pending;
use lock::Lock;
use stored::{StoredSnapshot, to_ascii_json};
use warc::RecordHead;

/// What a [`Corpus`] is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading, beside a writer if there is one.
    Read,
    /// Writing, by one process at a time.
    Write,
}

/// The corpus of one home: archive and catalog.
#[derive(Debug)]
pub struct Corpus {
    dir: PathBuf,
    catalog: PathBuf,
    conn: Connection,
    /// Absent when the corpus is open for reading.
    writer: Option<Writer>,
    problems: Vec<Problem>,
}

#[derive(Debug)]
struct Writer {
    archive: Archive,
    next_id: i64,
    /// Archived since the last batch, and not yet in the catalog.
    archived: Vec<Archived>,
    /// Fetched since the last batch, and not yet in the catalog.
    pending: Pending,
    _lock: Lock,
}

impl Corpus {
    /// Opens the corpus in `dir`, the folder `corpus` of a home.
    ///
    /// For reading, a folder in which nothing was ingested is an empty corpus. For writing, whatever is missing is
    /// created; the end of a record that was never finished is cut off; records that are in the archive and not in
    /// the catalog (after a crash, or all of them when the catalog was lost) become snapshots that are
    /// [`pending`](Self::pending). What was found wrong is told by [`problems`](Self::problems).
    ///
    /// # Errors
    /// If another process writes ([`Error::is_locked`]); if the catalog is no catalog, is one of a newer belaeg, or is
    /// missing beside an archive while reading; if a file cannot be read or written.
    pub fn open(dir: &Path, access: Access) -> Result<Self, Error> {
        let (dir, catalog) = (dir.to_owned(), dir.join("catalog.sqlite"));
        match access {
            Access::Write => Self::open_to_write(dir, catalog),
            Access::Read => {
                let conn = if catalog.exists() {
                    catalog::open_to_read(&catalog)?
                } else if archive::files(&dir.join("archive"))?.is_empty() {
                    catalog::empty()?
                } else {
                    return Err(ErrorKind::CatalogMissing { path: catalog }.into());
                };
                Ok(Self { dir, catalog, conn, writer: None, problems: Vec::new() })
            }
        }
    }

    fn open_to_write(dir: PathBuf, catalog: PathBuf) -> Result<Self, Error> {
        let archive_dir = dir.join("archive");
        fs_err::create_dir_all(&archive_dir)?;
        let lock = Lock::take(&dir)?;
        let mut conn = catalog::open_to_write(&catalog)?;
        let mut open = || -> Result<_, Error> {
            let known = catalog::file_lengths(&conn)?;
            let mut recovery = Recovery::begin(&mut conn)?;
            let mut repair = recover::repair(&archive_dir, &known, &mut |entry| recovery.take(entry))?;
            let refused = std::mem::take(&mut recovery.refused);
            recovery.commit(&repair.lengths)?;
            repair.problems.extend(refused.into_iter().map(|(file, offset, why)| Problem {
                file,
                offset,
                detail: format!("the record is not used: {why}"),
            }));
            let next_id = catalog::next_snapshot_id(&conn)?;
            Ok((repair, next_id))
        };
        let (repair, next_id) = open().map_err(|e| e.at(&catalog))?;
        let archive = Archive::open(&archive_dir, repair.append_to.as_deref(), repair.next_number)?;
        let writer =
            Writer { archive, next_id, archived: Vec::new(), pending: Pending::default(), _lock: lock };
        Ok(Self { dir, catalog, conn, writer: Some(writer), problems: repair.problems })
    }

    /// What was found wrong with the archive when it was opened for writing.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What is to be done with bytes of the digest `sha256` that were found at `url` with `hints`, by an
    /// ingest that would read them with `extractor`.
    ///
    /// # Errors
    /// If the catalog cannot be read, or another address has the same document id.
    pub fn needs(&self, url: &str, sha256: &Digest, hints: &Hints, extractor: &str) -> Result<Need, Error> {
        let id = self.id_of(url)?;
        let retry = |snapshot: &Snapshot, hints: &Hints| {
            Need::Retry(Snapshot { hints: hints.clone(), ..snapshot.clone() })
        };
        if let Some(last) = self.unstored(&id) {
            // On its way through the pipeline already, in this batch.
            return Ok(match last.sha256 == *sha256 {
                false => Need::Changed,
                true if last.hints == *hints => Need::Unchanged,
                true => retry(last, hints),
            });
        }
        let Some(latest) = self.query(|conn| catalog::latest(conn, &id))? else { return Ok(Need::New) };
        // Who says nothing this time takes back nothing that was said before.
        let hints = if *hints == Hints::default() { &latest.snapshot.hints } else { hints };
        if latest.snapshot.sha256 != *sha256 {
            return Ok(Need::Changed);
        }
        let is_read = latest.read_with.is_some_and(|(by, with)| by == extractor && with == *hints);
        let is_good = is_read && !latest.has_failed && latest.snapshot.hints == *hints;
        Ok(if is_good { Need::Unchanged } else { retry(&latest.snapshot, hints) })
    }

    /// Appends bytes to the archive. They are durable after [`sync`](Self::sync).
    ///
    /// # Errors
    /// If the corpus is open for reading, the archive cannot be written (it is then as it was before), the hints are
    /// longer than 1 MiB, or another address has the same document id.
    pub fn archive(&mut self, new: &NewSnapshot<'_>) -> Result<Snapshot, Error> {
        let document = self.id_of(new.url)?;
        let (number, sha256) = (self.last_number(&document)?.saturating_add(1), Digest::of(new.bytes));
        let stored = StoredSnapshot {
            url: new.url.to_owned(),
            name: new.name.to_owned(),
            number,
            media_type: new.media_type.map(str::to_owned),
            hints: new.hints.into(),
            sha256: None,
        };
        let head = RecordHead {
            kind: "resource",
            date: new.fetched_at,
            url: Some(new.url),
            content_type: new.media_type.unwrap_or_default(),
            refers_to: None,
            extension: Some(&to_ascii_json(&stored)),
            more: &[],
            sha256,
            length: new.bytes.len(),
        };
        let writer = self.writer()?;
        let written = writer.archive.append(&head, new.bytes)?;
        let snapshot = Snapshot {
            id: writer.next_id,
            document,
            number,
            url: stored.url,
            name: stored.name,
            sha256,
            fetched_at: new.fetched_at,
            media_type: stored.media_type,
            hints: new.hints.clone(),
            file: written.file,
            offset: written.offset,
            length: new.bytes.len() as u64,
        };
        writer.next_id += 1;
        writer.archived.push(Archived { snapshot: snapshot.clone(), record_id: written.record_id });
        Ok(snapshot)
    }

    /// Makes everything that was archived durable.
    ///
    /// # Errors
    /// If the corpus is open for reading or the archive cannot be written.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.writer()?.archive.sync()
    }

    /// Commits what came of reading snapshots, in one transaction: every snapshot that was archived since the last
    /// batch, and a version or a failure for each outcome. A snapshot that was stored before keeps its number, and
    /// what was read from it is replaced; a failure leaves the version that was read before.
    ///
    /// Syncs the archive first, if that was not done. Without anything to commit the last batch is returned.
    ///
    /// # Errors
    /// If the corpus is open for reading, a snapshot is not of this archive, or archive or catalog cannot be
    /// written; then nothing of the batch is stored, and it can be stored again.
    pub fn store(&mut self, outcomes: &[Outcome]) -> Result<Stored, Error> {
        self.archive_new_hints(outcomes)?;
        self.sync()?;
        let Some(writer) = &mut self.writer else { return Err(self.read_only()) };
        if outcomes.is_empty() && writer.archived.is_empty() && writer.pending.is_empty() {
            return Ok(Stored { batch: self.batch()?, current: Vec::new() });
        }
        let batch = catalog::Batch {
            archived: &writer.archived,
            pending: &writer.pending,
            outcomes,
            lengths: writer.archive.lengths(),
        };
        let stored = catalog::store(&mut self.conn, &batch).map_err(|e| e.at(&self.catalog))?;
        writer.archived.clear();
        writer.pending = Pending::default();
        writer.archive.acknowledge();
        Ok(stored)
    }

    /// Notes that the file at `url` could not be opened at all, so that there is nothing to archive.
    /// The note goes when an outcome of the document is stored.
    ///
    /// # Errors
    /// If the corpus is open for reading or the catalog cannot be written.
    pub fn record_unreadable(&mut self, url: &str, cause: Cause, detail: &str) -> Result<(), Error> {
        self.writer()?;
        catalog::record_unreadable(&mut self.conn, url, cause, detail).map_err(|e| self.failed(e))
    }

    /// The last committed batch; 0 for an empty catalog. Batches grow, but not always by one: a catalog that was built
    /// again goes on with a higher number than it ever had. An index that names a later batch than this one was made
    /// from another catalog and must be built anew.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn batch(&self) -> Result<u64, Error> {
        self.query(catalog::batch)
    }

    /// Documents whose current version was written after `batch`, by id: what an index that stopped at `batch` must
    /// take in again. After the catalog was built again these are all that were stored since.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn changed_since(&self, batch: u64) -> Result<Vec<DocumentId>, Error> {
        self.query(|conn| catalog::changed_since(conn, batch))
    }

    /// Snapshots that are still to be read, in the order of the archive: those with neither version nor failure, and
    /// those whose version was read with other hints.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn pending(&self) -> Result<Vec<Snapshot>, Error> {
        Ok(self.with_unstored(self.query(catalog::pending)?))
    }

    /// Every snapshot, in the order of the archive.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn snapshots(&self) -> Result<Vec<Snapshot>, Error> {
        Ok(self.with_unstored(self.query(catalog::snapshots)?))
    }

    /// Snapshots whose version was made by another extractor than `extractor`, in the order of the archive.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn stale(&self, extractor: &str) -> Result<Vec<Snapshot>, Error> {
        self.query(|conn| catalog::stale(conn, extractor))
    }

    /// Up to `limit` of the snapshots to be read again, after the snapshot with the id `after` (0 for the first), in the
    /// order of the archive. Storing what came of them takes them out of the list.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn to_read_again(&self, what: Again<'_>, after: i64, limit: usize) -> Result<Vec<Snapshot>, Error> {
        self.query(|conn| catalog::to_read_again(conn, what, after, limit))
    }

    /// How many snapshots are to be read again, and how many bytes they have.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn size_to_read_again(&self, what: Again<'_>) -> Result<(u64, u64), Error> {
        self.query(|conn| catalog::size_to_read_again(conn, what))
    }

    /// Whether the document of `snapshot` has a later one.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn has_later(&self, snapshot: &Snapshot) -> Result<bool, Error> {
        let unstored = self.unstored(&snapshot.document).is_some_and(|s| s.id > snapshot.id);
        Ok(unstored || self.query(|conn| catalog::has_later(conn, &snapshot.document, snapshot.id))?)
    }

    /// Up to `limit` documents that have a version, by id, after the id `after`.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn readable_after(&self, after: Option<&DocumentId>, limit: usize) -> Result<Vec<DocumentId>, Error> {
        self.query(|conn| catalog::readable_after(conn, after.map_or("", DocumentId::as_str), limit))
    }

    /// The bytes of a snapshot as they came, checked against their digest.
    ///
    /// # Errors
    /// If the archive file is missing or the record is damaged.
    pub fn read(&self, snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
        archive::read(&self.dir.join("archive"), snapshot)
    }

    /// Where in the archive a version of a document stands; `None` where there is no such version.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn archived_at(&self, id: &DocumentId, version: u32) -> Result<Option<Snapshot>, Error> {
        self.query(|conn| catalog::archived_at(conn, id, version))
    }

    /// What the corpus covers; cheap enough to be asked with every search.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn covered(&self) -> Result<Coverage, Error> {
        self.at_one_time(catalog::covered)
    }

    /// The record of a snapshot as it lies in the archive: one gzip member of a WARC file, checked against its digest.
    ///
    /// # Errors
    /// If the archive file is missing or the record is damaged.
    pub fn record(&self, snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
        raw::record(&self.dir.join("archive"), snapshot)
    }

    /// Every document, by address.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn documents(&self) -> Result<Vec<Document>, Error> {
        self.at_one_time(catalog::documents)
    }

    /// One document, if there is one with this id.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn document(&self, id: &DocumentId) -> Result<Option<Document>, Error> {
        self.at_one_time(|conn| catalog::document(conn, id))
    }

    /// One version of a document, whole; without a `number` the current one.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn version(&self, id: &DocumentId, number: Option<u32>) -> Result<Option<Version>, Error> {
        self.at_one_time(|conn| catalog::version(conn, id, number))
    }

    /// Documents with nearly the same text as this one has now, most alike first: an agenda and its minutes, one press
    /// release at two places. A text of fewer than 30 words has none.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn near_duplicates(&self, id: &DocumentId) -> Result<Vec<NearDuplicate>, Error> {
        self.at_one_time(|conn| catalog::near(conn, id))
    }

    /// Every document that could not be read, by address.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn failures(&self) -> Result<Vec<Failure>, Error> {
        self.query(catalog::failures)
    }

    /// How much the catalog holds.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn counts(&self) -> Result<Counts, Error> {
        self.at_one_time(catalog::counts)
    }

    /// Appends a metadata record for each snapshot that was read with other hints than the archive knows, so that a
    /// catalog built again has them too.
    fn archive_new_hints(&mut self, outcomes: &[Outcome]) -> Result<(), Error> {
        for snapshot in outcomes.iter().map(|outcome| &outcome.snapshot) {
            let archived = self.writer()?.archived.iter().find(|a| a.snapshot.id == snapshot.id);
            let archived = match archived {
                Some(a) => Some((a.snapshot.hints.clone(), a.record_id.clone())),
                None => self.query(|conn| catalog::archived_hints(conn, snapshot.id))?,
            };
            // A snapshot that is in neither is refused by the transaction.
            let Some((hints, record_id)) = archived else { continue };
            if hints == snapshot.hints {
                continue;
            }
            let stored = StoredSnapshot {
                url: snapshot.url.clone(),
                name: snapshot.name.clone(),
                number: snapshot.number,
                media_type: snapshot.media_type.clone(),
                hints: (&snapshot.hints).into(),
                sha256: None,
            };
            let extension = to_ascii_json(&stored);
            let block = format!("belaeg-hints: {}\r\n", to_ascii_json(&stored.hints));
            let head = RecordHead {
                kind: "metadata",
                date: Timestamp::now(),
                url: Some(&snapshot.url),
                content_type: "application/warc-fields",
                refers_to: Some(&record_id),
                extension: Some(&extension),
                more: &[],
                sha256: Digest::of(block.as_bytes()),
                length: block.len(),
            };
            self.writer()?.archive.append(&head, block.as_bytes())?;
        }
        Ok(())
    }

    /// The document id of `url`, unless another address has it.
    fn id_of(&self, url: &str) -> Result<DocumentId, Error> {
        let id = document_id(url);
        let in_batch = self.unstored(&id).map(|s| s.url.clone()).filter(|other| other != url);
        let other = match in_batch {
            Some(other) => Some(other),
            None => self.query(|conn| catalog::other_url(conn, &id, url))?,
        };
        match other {
            Some(other) => {
                Err(ErrorKind::Collision { url: url.to_owned(), other, id: id.to_string() }.into())
            }
            None => Ok(id),
        }
    }

    /// The last snapshot of a document that is in the archive and not yet in the catalog.
    fn unstored(&self, id: &DocumentId) -> Option<&Snapshot> {
        let archived = self.writer.iter().flat_map(|writer| writer.archived.iter().rev());
        archived.map(|a| &a.snapshot).find(|snapshot| snapshot.document == *id)
    }

    fn with_unstored(&self, mut snapshots: Vec<Snapshot>) -> Vec<Snapshot> {
        let archived = self.writer.iter().flat_map(|writer| &writer.archived);
        snapshots.extend(archived.map(|a| a.snapshot.clone()));
        snapshots
    }

    fn writer(&mut self) -> Result<&mut Writer, Error> {
        let dir = &self.dir;
        self.writer.as_mut().ok_or_else(|| ErrorKind::ReadOnly { dir: dir.clone() }.into())
    }

    fn read_only(&self) -> Error {
        ErrorKind::ReadOnly { dir: self.dir.clone() }.into()
    }

    fn query<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
        read(&self.conn).map_err(|e| self.failed(e))
    }

    /// Reads in one transaction, so that a batch committed meanwhile is seen whole or not at all.
    fn at_one_time<T, E: Into<Error>>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, Error> {
        let tx = self.conn.unchecked_transaction().map_err(|e| self.failed(e))?;
        read(&tx).map_err(|e| e.into().at(&self.catalog))
    }

    fn failed(&self, error: rusqlite::Error) -> Error {
        Error::from(error).at(&self.catalog)
    }
}
