//! The product as its users meet it: the real binary on real files, home by home; and the rules of the workspace.
//!
//! Expected output stands in `tests/data`; `UPDATE_EXPECT=1 cargo test --test integration` writes it anew.

mod bad_input;
mod check;
mod check_answers;
mod cli;
mod crash;
mod demo;
mod documents;
mod edges;
mod eval;
mod export;
mod faults;
mod fetch;
mod fetch_answers;
mod ingest;
mod net;
mod official;
mod polite;
mod reindex;
mod search;
mod search_results;
mod support;
mod versions;
