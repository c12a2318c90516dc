//! Claims held against official figures and against their own arithmetic.
//!
//! [`Figure`]s lie in a [`FigureSet`]; `data/definitions.toml` says what they mean. A statement with its claims is a
//! [`Passage`]; a [`Report`] holds its claims against the figures ([`Check`]), its numbers against each other ([`arithmetic()`]),
//! and asks the figures about comparisons in words ([`comparisons()`]). Fetches nothing and stores nothing.

mod arithmetic;
mod check;
mod comparison;
pub mod contradictions;
mod definitions;
pub mod figure;
mod figure_set;
pub mod import;
mod passage;
mod period;
mod reason;
mod record;
#[cfg(test)]
mod testing;
mod verdict;
mod words;

pub use arithmetic::{Agreement, Arithmetic, Sum, arithmetic};
pub use comparison::{About, Comparison, ComparisonReason, comparisons};
pub use definitions::{Break, Definition, area_label, breaks_between, definition};
pub use figure::{Figure, FigureUnit, Period, Provenance, Standing};
pub use figure_set::FigureSet;
pub use passage::Passage;
pub use reason::Reason;
pub use record::{ArithmeticRecord, CandidateRecord, CheckRecord, ComparisonRecord, Report, SourceRecord};
pub use verdict::{Candidate, Check, Verdict, Warning};
