//! What goes into the corpus and what comes out of it.

use std::collections::BTreeMap;

use belaeg_model::{Cause, DocumentId, Extracted, Hints, Kind, Metadata, Place, Statement};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::Digest;

/// Bytes that are to be archived.
#[derive(Clone, Copy, Debug)]
pub struct NewSnapshot<'a> {
    /// The document's canonical address.
    pub url: &'a str,
    /// The file's name, for people and for telling formats apart.
    pub name: &'a str,
    /// When the bytes were fetched.
    pub fetched_at: Timestamp,
    /// The media type the source gave.
    pub media_type: Option<&'a str>,
    /// What is known about the document from outside.
    pub hints: &'a Hints,
    /// The bytes as they came.
    pub bytes: &'a [u8],
}

/// Archived bytes: what they are and where they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Number in the catalog, counted from 1 in the order of the archive.
    pub id: i64,
    /// The document they belong to.
    pub document: DocumentId,
    /// The number of the version that is read from them, from 1. It is given when they are archived, so that it
    /// stays the same whether or not, and in whatever order, the snapshots of a document can be read.
    pub number: u32,
    /// The document's canonical address.
    pub url: String,
    /// The file's name.
    pub name: String,
    /// Digest of the bytes.
    pub sha256: Digest,
    /// When they were fetched.
    pub fetched_at: Timestamp,
    /// The media type the source gave.
    pub media_type: Option<String>,
    /// What is known about the document from outside.
    pub hints: Hints,
    /// The archive file, without its folder.
    pub file: String,
    /// Where the record begins in that file, in bytes.
    pub offset: u64,
    /// How many bytes were archived, uncompressed.
    pub length: u64,
}

/// What is to be done with bytes that are at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one is made for each document and none is kept")]
pub enum Need {
    /// The document is not known: archive and read.
    New,
    /// The document held other bytes last time: archive and read.
    Changed,
    /// The bytes are archived but failed, were not read yet, or were read by another extractor or with other
    /// hints: read this snapshot, which carries the new hints, and store the outcome.
    Retry(Snapshot),
    /// Nothing.
    Unchanged,
}

/// What came of reading a snapshot.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The snapshot that was read, with the hints it was read with.
    pub snapshot: Snapshot,
    /// Name and version of what read it.
    pub extractor: String,
    /// What it holds, or why that cannot be told.
    pub result: Result<(Extracted, Vec<Statement>), (Cause, String)>,
}

/// What a call of [`Corpus::store`](crate::Corpus::store) has written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// The batch that was committed.
    pub batch: u64,
    /// Documents whose current version was written, in the order of their ids.
    pub current: Vec<DocumentId>,
}

/// A document and what is known of its versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Its canonical address.
    pub url: String,
    /// The number of its current version, the last one that could be read.
    pub current: Option<u32>,
    /// What the current version says about itself.
    pub meta: Metadata,
    /// Its versions, oldest first.
    pub versions: Vec<VersionSummary>,
}

/// One line about a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSummary {
    /// Its number; a number is missing where the bytes could not be read.
    pub number: u32,
    /// Digest of the bytes it was read from.
    pub sha256: Digest,
    /// When those were fetched.
    pub fetched_at: Timestamp,
    /// What read it.
    pub extractor: String,
}

/// A version of a document, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The snapshot it was read from: document, address, digest, time.
    pub snapshot: Snapshot,
    /// Its number, from 1.
    pub number: u32,
    /// What read it.
    pub extractor: String,
    /// The batch in which it was last written.
    pub batch: u64,
    /// Text, blocks, tables, metadata and warnings.
    pub extracted: Extracted,
    /// Its statements with their claims, in the order of the text.
    pub statements: Vec<Statement>,
}

/// A document with nearly the same text as another one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearDuplicate {
    /// Its id.
    pub id: DocumentId,
    /// Its canonical address.
    pub url: String,
    /// Title of its current version.
    pub title: Option<String>,
    /// What it is.
    pub kind: Option<Kind>,
    /// Who published it.
    pub place: Option<Place>,
    /// When.
    pub published: Option<Date>,
    /// The share of all three-word sequences of the two that both have, from 0 to 1.
    pub similarity: f64,
}

/// A document that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The document.
    pub document: DocumentId,
    /// Its address.
    pub url: String,
    /// The snapshot that could not be read; `None` when there were no bytes to archive.
    pub snapshot: Option<i64>,
    /// Why, for counting.
    pub cause: Cause,
    /// Why, for a person.
    pub detail: String,
    /// When it was tried last.
    pub at: Timestamp,
}

/// Something wrong with the archive that was found when it was opened or read through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The archive file, without its folder.
    pub file: String,
    /// Where, in bytes.
    pub offset: u64,
    /// One line for a person: what is wrong, what was done or is to do.
    pub detail: String,
}

/// What the corpus covers of what there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Documents that the sources' lists named when they were last asked.
    pub listed: u64,
    /// Documents, readable or not.
    pub documents: u64,
    /// Documents that could be read.
    pub read: u64,
    /// The last committed batch.
    pub batch: u64,
}

/// How much the corpus holds. Statements, rates, counts, warnings, kinds, places and dates are those of the
/// documents' current versions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Documents, readable or not.
    pub documents: u64,
    /// Snapshots.
    pub snapshots: u64,
    /// Snapshots that are still to be read.
    pub pending: u64,
    /// Versions, current and earlier.
    pub versions: u64,
    /// Statements.
    pub statements: u64,
    /// Claims that are rates.
    pub rates: u64,
    /// Claims that are counts.
    pub counts: u64,
    /// Failures by cause.
    pub failures: BTreeMap<Cause, u64>,
    /// Warnings by cause.
    pub warnings: BTreeMap<Cause, u64>,
    /// Documents by kind, most first; `None` where the kind is not known.
    pub kinds: Vec<(Option<Kind>, u64)>,
    /// Documents by place, most first; `None` where the place is not known.
    pub places: Vec<(Option<Place>, u64)>,
    /// The earliest date of publication.
    pub oldest: Option<Date>,
    /// The latest date of publication.
    pub newest: Option<Date>,
    /// Archived bytes, uncompressed.
    pub bytes: u64,
    /// Size of the archive files on disk that the catalog knows, in bytes.
    pub archive_bytes: u64,
}

/// Which of the archive's snapshots are to be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again<'a> {
    /// All whose version was not written after this batch.
    All {
        /// The catalog's batch when the re-reading began.
        since: u64,
    },
    /// Those whose version another extractor made, and those that are still to be read.
    Stale {
        /// Today's extractor.
        extractor: &'a str,
    },
}
