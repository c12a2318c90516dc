//! What earlier runs left, as the caller tells it.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::Cause;

/// What makes a request a conditional one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// The value of `ETag`, as it came.
    pub etag: Option<String>,
    /// The value of `Last-Modified`, as it came.
    pub last_modified: Option<String>,
}

/// A document that earlier runs fetched and that was there when it was last looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDocument {
    /// The canonical address.
    pub url: String,
    /// The address that was asked for, which may be another one.
    pub fetch_url: String,
    /// The day of the meeting, article or letter.
    pub published: Option<Date>,
    /// When it was last asked for.
    pub checked: Timestamp,
    /// When its content came that it still has.
    pub changed: Timestamp,
}

/// A document of which nothing came, for a cause that another try does not change at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMiss {
    /// The canonical address.
    pub url: String,
    /// The document that it is attached to.
    pub whole: Option<String>,
    /// Why nothing came.
    pub cause: Cause,
    /// How often it was asked for, each time with this cause.
    pub tries: u32,
    /// When it was last asked for.
    pub at: Timestamp,
}

/// A host's `robots.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RobotsMemory {
    /// The body, content coding undone.
    pub body: String,
    /// The status.
    pub status: u16,
    /// When it came.
    pub at: Timestamp,
}

/// What is remembered of a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostMemory {
    /// When it was last asked for anything.
    pub last_request: Option<Timestamp>,
    /// Its `robots.txt`.
    pub robots: Option<RobotsMemory>,
    /// It asked to be left alone until then.
    pub closed_until: Option<Timestamp>,
}

/// What earlier runs left. Answers must be quick: they are asked for between requests.
pub trait Known: Send + Sync {
    /// The validators that the last good answer from an address came with.
    fn validators(&self, url: &str) -> Option<Validators>;

    /// The mark that the list of `source` gave the document last, by its canonical address.
    fn mark(&self, source: &str, url: &str) -> Option<String>;

    /// The documents of a source, without those that are gone.
    fn documents(&self, source: &str) -> Vec<KnownDocument>;

    /// The canonical address of the document that is there at `url`, or has it among its other addresses.
    fn canonical(&self, url: &str) -> Option<String>;

    /// What did not come of a source.
    fn misses(&self, source: &str) -> Vec<KnownMiss>;

    /// Whether a document with this address, canonical or another, was taken down: it is not asked for again.
    fn is_taken_down(&self, url: &str) -> bool;

    /// What is remembered of a host; its name has a port only where that is not the scheme's own.
    fn host(&self, host: &str) -> Option<HostMemory>;

    /// How many documents the lists of `source` named in its last complete run.
    fn listed_before(&self, source: &str) -> usize;
}
