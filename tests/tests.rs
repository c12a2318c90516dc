//! The product as its users meet it: the real binary on real files, home by home; and the rules of the workspace.
//!
//! Expected output stands in `tests/data`; `UPDATE_EXPECT=1 cargo test --test integration` writes it anew.

mod bad_input;
mod check;
mod cli;
mod crash;
mod demo;
mod documents;
mod edges;
mod eval;
mod fetch;
mod ingest;
mod official;
mod reindex;
mod support;
