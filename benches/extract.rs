//! Speed of the extractor: HTML pages and PDFs a second, one after the other on one core.
//!
//! `cargo bench --bench extract` reads the example documents; `BELAEG_BENCH_PAGES=FOLDER` reads the files of another
//! folder, such as the evaluation pages of another extractor. Prints medians of rounds.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use belaeg_extract::{Extractor, Input, Limits, WorkerCommand};
use belaeg_model::Hints;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let examples = || Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let folder = std::env::var_os("BELAEG_BENCH_PAGES").map_or_else(examples, PathBuf::from);
    for (what, endings) in [("html", &["html", "htm", ""][..]), ("pdf", &["pdf"][..])] {
        let files = files(&folder, endings)?;
        if !files.is_empty() {
            measure(what, &files);
        }
    }
    Ok(())
}

fn files(folder: &Path, endings: &[&str]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let ending = path.extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_file() && endings.contains(&ending.as_str()) {
            files.push((path.display().to_string(), fs_err::read(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn measure(what: &str, files: &[(String, Vec<u8>)]) {
    let worker =
        WorkerCommand { program: env!("CARGO_BIN_EXE_belaeg").into(), args: vec!["extract-worker".into()] };
    let extractor = Extractor::new(worker, Limits { ocr: false, ..Limits::default() });
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut seconds = Vec::new();
    let mut failed = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        failed = 0;
        for (name, bytes) in files {
            let input = Input { bytes, name, media_type: None, hints: &Hints::default() };
            failed += usize::from(extractor.extract(&input).is_err());
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let median = seconds[ROUNDS / 2];
    println!(
        "{what:5} {:.0} documents/s, {:.1} MB/s ({} documents, {failed} without text)",
        files.len() as f64 / median,
        bytes as f64 / median / 1e6,
        files.len()
    );
}
