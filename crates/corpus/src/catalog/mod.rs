//! The catalog: all SQL of belaeg, and the border between the model's types and the catalog's rows.

mod check;
mod counts;
mod load;
mod migrate;
mod recover;
mod rows;
mod store;

pub use check::check;

pub(crate) use counts::counts;
pub(crate) use load::{
    archived_hints, batch, changed_since, document, documents, failures, file_lengths, latest,
    next_snapshot_id, other_url, pending, snapshots, stale, version,
};
pub(crate) use migrate::{empty, open_to_read, open_to_write};
pub(crate) use recover::Recovery;
pub(crate) use store::{record_unreadable, store};

use crate::Snapshot;

/// A snapshot that stands in the archive and not yet in the catalog.
#[derive(Clone, Debug)]
pub(crate) struct Archived {
    pub(crate) snapshot: Snapshot,
    pub(crate) record_id: String,
}
