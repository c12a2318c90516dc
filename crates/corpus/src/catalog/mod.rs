//! The catalog: all SQL of belaeg, and the border between the model's types and the catalog's rows.

mod check;
mod counts;
mod figures;
mod load;
mod migrate;
mod near;
mod pages;
mod recover;
mod rows;
mod store;
mod takedown;

pub use check::check;

pub(crate) use counts::{counts, covered};
pub(crate) use figures::{check_import, figures, imports, insert_import, last_import};
pub(crate) use load::{
    archived_at, archived_hints, batch, changed_since, document, documents, failures, faults, file_lengths,
    has_later, latest, next_snapshot_id, other_url, pending, readable_after, size_to_read_again, snapshots,
    snapshots_of, stale, to_read_again, version,
};
pub(crate) use migrate::{empty, open_to_read, open_to_write};
pub(crate) use near::near;
pub(crate) use pages::{
    answer, canonical, coverage, host, listed_before, mark, misses, owner, page_dates, pages, related, runs,
    sources_of, validators,
};
pub(crate) use recover::Recovery;
pub(crate) use store::{record_unreadable, store};
pub(crate) use takedown::{
    addresses, clear_log, copies, is_taken_down, places_of, shared_statements, stored_of, take_down,
    takedowns,
};

use std::collections::BTreeMap;

use crate::fetched::Pending;
use crate::{Outcome, Snapshot};

/// What one transaction writes.
pub(crate) struct Batch<'a> {
    pub(crate) archived: &'a [Archived],
    pub(crate) pending: &'a Pending,
    pub(crate) outcomes: &'a [Outcome],
    /// Of the archive's files.
    pub(crate) lengths: &'a BTreeMap<String, u64>,
}

/// A snapshot that stands in the archive and not yet in the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Archived {
    pub(crate) snapshot: Snapshot,
    pub(crate) record_id: String,
}
