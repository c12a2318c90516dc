//! The records that travel between belaeg's stages, and the words they are made of.
//!
//! In travel order: bytes come in with [`Hints`]; `extract` makes an [`Extracted`] of them (text, [`Block`]s,
//! [`Metadata`], [`Warning`]s); `claims` cuts that into [`Statement`]s with their [`Claim`]s; `corpus` and
//! `index` keep them under a [`DocumentId`] and a [`StatementId`]. Nothing here does I/O.

mod claim;
pub mod date;
mod document;
mod id;
mod language;
pub mod literals;
pub mod place;
mod span;
mod statement;

pub use claim::{Approx, Claim, ClaimFound, Found, Role, Rule, Unit, Year};
pub use document::{
    Block, BlockKind, CaseNumber, Cause, Cell, Details, Extracted, Hints, How, Kind, Metadata, Party, Stated,
    Table, Warning,
};
pub use id::{ClaimId, DocumentId, IdError, StatementId};
pub use language::Language;
pub use place::{Place, PlaceKind};
pub use span::ByteSpan;
pub use statement::{Section, Statement, StatementKind};
