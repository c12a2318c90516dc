//! The only writer of the index: schema, Danish analysis, generations and queries.
