//! The only writer of the index: schema, Danish analysis, generations and queries.
//!
//! [`Writer`] takes documents with their statements and claims; [`Index`] answers a [`Search`] with [`Results`].
//! Both work on a folder of generations; `generation.rs` draws it. Analysis and queries do not show tantivy's
//! types to the outside.

pub mod analysis;
mod error;
mod generation;
mod highlight;
mod link;
mod query;
mod read_only;
mod record;
pub mod relevance;
mod same;
mod schema;
mod search;
mod tokenizer;
mod write;

pub use error::Error;
pub use query::{
    Filters, Interval, MAX_BYTES, MAX_DEPTH, MAX_WORDS, Measures, Query, QueryError, Tier, Tiers, Words,
    approx, kind, rate_range, role, unit, year_range,
};
pub use record::{Found, Hit, HitDocument, HitStatement, Matched};
pub use schema::SCHEMA_VERSION;
pub use search::{Bin, Cursor, CursorError, Facets, Histogram, Hits, Index, Results, Search, Sort};
pub use write::{IndexDocument, IndexStatement, Writer};
