//! The catalog: all SQL of belaeg, and the border between the model's types and the catalog's rows.

mod check;
mod counts;
mod figures;
mod load;
mod migrate;
mod pages;
mod recover;
mod rows;
mod store;
mod takedown;

pub use check::check;

pub(crate) use counts::counts;
pub(crate) use figures::{check_import, figures, imports, insert_import, last_import};
pub(crate) use load::{
    archived_hints, batch, changed_since, document, documents, failures, file_lengths, latest,
    next_snapshot_id, other_url, pending, snapshots, stale, version,
};
pub(crate) use migrate::{empty, open_to_read, open_to_write};
pub(crate) use pages::{coverage, host, listed_before, mark, page_dates, pages, related, runs, validators};
pub(crate) use recover::Recovery;
pub(crate) use store::{record_unreadable, store};
pub(crate) use takedown::{addresses, is_taken_down, take_down, takedowns};

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
