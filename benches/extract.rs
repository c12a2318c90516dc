//! Speed of the extractor: HTML pages and PDFs a second, one after the other on one core; and whole documents of every
//! format a second, from bytes to claims, with every core busy, beside the same with one.
//!
//! `cargo bench --bench extract` reads the example documents, and for the mixture the documents of the tests too; `BELAEG_BENCH_PAGES=FOLDER` reads the files of another
//! folder, such as the evaluation pages of another extractor. Prints medians of rounds.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use belaeg_extract::{Extractor, Input, Limits, WorkerCommand};
use belaeg_model::Hints;
use peak_alloc::PeakAlloc;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

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
    mixture()
}

/// Pages, PDFs, office files and text from bytes to claims, by one thread and by one a core.
fn mixture() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for folder in [
        "corpus/documents",
        "crates/extract/tests/data/pages",
        "crates/extract/tests/data/pdf",
        "crates/extract/tests/data/office",
    ] {
        let endings =
            ["html", "pdf", "txt", "docx", "odt", "xlsx", "ods", "csv", "rtf", "pptx", "eml", "zip"];
        all.extend(
            files(&root.join(folder), &endings)?.into_iter().filter(|(name, _)| !name.contains(".alt")),
        );
    }
    let cores = std::thread::available_parallelism()?.get();
    let bytes: usize = all.iter().map(|(_, bytes)| bytes.len()).sum();
    println!("mixture of {} documents, {:.1} MB", all.len(), bytes as f64 / 1e6);
    for threads in [1, cores] {
        PEAK.reset_peak_usage();
        let before = PEAK.current_usage_as_mb();
        let mut seconds: Vec<f64> = (0..ROUNDS).map(|_| read_all(&all, threads)).collect();
        seconds.sort_by(f64::total_cmp);
        let rate = all.len() as f64 / seconds[ROUNDS / 2];
        let peak = PEAK.peak_usage_as_mb() - before;
        println!(
            "  {threads} thread(s): {rate:.0} documents/s, {peak:.0} MB beside the documents (workers are limited by themselves)"
        );
    }
    Ok(())
}

/// Seconds in which `threads` threads extract all documents and find their claims.
fn read_all(all: &[(String, Vec<u8>)], threads: usize) -> f64 {
    let (extractor, next) = (extractor(), AtomicUsize::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((name, bytes)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let input = Input { bytes, name, media_type: None, hints: &Hints::default() };
                    if let Ok(read) = extractor.extract(&input) {
                        std::hint::black_box(belaeg_claims::statements(&read).count());
                    }
                }
            });
        }
    });
    start.elapsed().as_secs_f64()
}

fn extractor() -> Extractor {
    let worker =
        WorkerCommand { program: env!("CARGO_BIN_EXE_belaeg").into(), args: vec!["extract-worker".into()] };
    Extractor::new(worker, Limits { ocr: false, ..Limits::default() })
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
    let extractor = extractor();
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
