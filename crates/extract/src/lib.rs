//! Bytes to text, blocks and metadata; one bad document never fails a run.
