//! Speed of the whole path on the example documents: ingest (documents/s through the whole pipeline) and search (latency).
//!
//! `cargo bench --bench pipeline` prints medians of interleaved rounds; results of note are kept in `benches/results`.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints")]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use belaeg_index::{Index, Search};
use belaeg_model::Extracted;
use support::{Result, example_documents};

const DOCUMENTS: usize = 2_000;

fn main() -> Result<()> {
    let documents = example_documents()?;
    let home = tempfile::tempdir()?;
    ingest(home.path(), &documents)?;
    search(home.path())
}

/// The whole pipeline, the real binary: copies of the examples, each with a line of its own.
fn ingest(home: &Path, documents: &[(PathBuf, Extracted)]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for i in 0..DOCUMENTS {
        let (source, _) = &documents[i % documents.len()];
        let mut bytes = fs_err::read(source)?;
        bytes.extend_from_slice(format!("\nEksempel {i}.\n").as_bytes());
        let name = source.file_name().unwrap_or_default().to_string_lossy();
        fs_err::write(folder.path().join(format!("{i:05}-{name}")), bytes)?;
    }
    let run = |what: &str| -> Result<Duration> {
        let start = Instant::now();
        let done = Command::new(env!("CARGO_BIN_EXE_belaeg"))
            .args(["ingest".as_ref(), folder.path(), "--home".as_ref(), home])
            .stderr(Stdio::null())
            .status()?;
        if !done.success() {
            return Err(format!("{what} failed: {done}").into());
        }
        Ok(start.elapsed())
    };
    let (first, second) = (run("ingest")?, run("second ingest")?);
    let per_second = |time: Duration| DOCUMENTS as f64 / time.as_secs_f64();
    println!(
        "ingest   {:.0} documents/s new, {:.0} documents/s unchanged ({DOCUMENTS} documents)",
        per_second(first),
        per_second(second)
    );
    Ok(())
}

fn search(home: &Path) -> Result<()> {
    const QUERIES: usize = 200;
    let index = Index::open(&home.join("index"))?;
    let searches = [
        ("word", "omgørelsesprocent"),
        ("phrase", "\"andelen af\""),
        ("prefix", "sags*"),
        ("filter", "place:odense year:2017 rate:20..30"),
        ("both", "sygefravær unit:percent year:2020..2023"),
    ];
    for (name, query) in searches {
        let search = Search { query: query.parse()?, ..Search::default() };
        let mut times = Vec::new();
        let mut total = 0;
        for _ in 0..QUERIES {
            let start = Instant::now();
            total = index.search(&search)?.total;
            times.push(start.elapsed());
        }
        times.sort_unstable();
        let (p50, p99) = (times[QUERIES / 2], times[QUERIES * 99 / 100]);
        println!(
            "search   {name:6} p50 {:.2} ms, p99 {:.2} ms ({total} of {} statements)",
            p50.as_secs_f64() * 1e3,
            p99.as_secs_f64() * 1e3,
            index.statements()
        );
    }
    Ok(())
}
