//! One module a command.

pub(crate) mod check;
pub(crate) mod claims;
pub(crate) mod completions;
pub(crate) mod compounds;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod eval;
pub(crate) mod evidence;
pub(crate) mod export;
pub(crate) mod extract;
pub(crate) mod fetch;
pub(crate) mod ingest;
pub(crate) mod init;
pub(crate) mod official;
pub(crate) mod reindex;
pub(crate) mod relevance;
pub(crate) mod report;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod status;
pub(crate) mod takedown;
pub(crate) mod trace;
