//! The only writer of the corpus: WARC archive and SQLite catalog.
