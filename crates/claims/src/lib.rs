//! Danish text to statements, rates, counts and years.
