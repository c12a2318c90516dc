//! What the benchmarks share: the example documents, medians, megabytes a second.

use std::error::Error;
use std::path::{Path, PathBuf};

use belaeg_extract::{Extractor, Input, Limits, WorkerCommand};
use belaeg_model::{Extracted, Hints};

/// Benchmarks end at the first error.
pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The example documents that are read in this process (text and HTML), in the order of their names.
pub(crate) fn example_documents() -> Result<Vec<(PathBuf, Extracted)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let worker =
        WorkerCommand { program: env!("CARGO_BIN_EXE_belaeg").into(), args: vec!["extract-worker".into()] };
    let extractor = Extractor::new(worker, Limits::default());
    let mut documents = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "html" || e == "txt") {
            let bytes = fs_err::read(&path)?;
            let name = path.display().to_string();
            let input = Input { bytes: &bytes, name: &name, media_type: None, hints: &Hints::default() };
            documents.push((path, extractor.extract(&input)?));
        }
    }
    documents.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(documents)
}
