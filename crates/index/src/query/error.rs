//! Why a query cannot be answered, and what to write in its place.

use crate::query::{MAX_BYTES, MAX_DEPTH, MAX_WORDS};

/// A query that cannot mean what it says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A name before a colon that is no field.
    #[error("{name:?} is no field{}; to find the words, write \"{name}: ...\" in quotes", did_you_mean(*.suggestion))]
    UnknownField {
        /// What was written.
        name: String,
        /// The field with the nearest name.
        suggestion: Option<&'static str>,
    },
    /// A field with nothing after its colon.
    #[error("{field}: has no value; write {field}:{example}")]
    NoValue {
        /// The field.
        field: &'static str,
        /// A value that it takes.
        example: &'static str,
    },
    /// A value that a field does not take.
    #[error("{field}: {cause}")]
    BadValue {
        /// The field.
        field: &'static str,
        /// What is wrong with it and what to write.
        cause: String,
    },
    /// Filters that nothing can pass together.
    #[error(
        "the filters on {field} exclude each other: no statement can pass both; join them by OR, in parentheses"
    )]
    Contradiction {
        /// The field.
        field: &'static str,
    },
    /// More words than a query may have.
    #[error("the query has more than {MAX_WORDS} words; write fewer, or begin* for many forms of one")]
    TooManyWords,
    /// More bytes than a query may have.
    #[error("the query is {bytes} bytes long; write at most {MAX_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// More parentheses inside each other than a query may have.
    #[error("the query has more than {MAX_DEPTH} parentheses inside each other; write fewer")]
    TooDeep,
}

fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |name| format!(" (did you mean {name}:?)"))
}
