//! Speed of the stages on the example documents: claims (MB/s, beside one plain pass of the regex crate over the same
//! text), ingest (documents/s through the whole pipeline) and search (latency).
//!
//! `cargo bench --bench pipeline` prints medians of interleaved rounds; results of note are kept in `benches/results`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark prints"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use belaeg_extract::{Extractor, Input, Limits, WorkerCommand};
use belaeg_index::{Index, Search};
use belaeg_model::{Extracted, Hints, Unit};

const ROUNDS: usize = 7;
const DOCUMENTS: usize = 2_000;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let documents = example_documents()?;
    claims(&documents)?;
    let home = tempfile::tempdir()?;
    ingest(home.path(), &documents)?;
    search(home.path())
}

/// The example documents that are read in this process: text and HTML.
fn example_documents() -> Result<Vec<(PathBuf, Extracted)>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/documents");
    let worker =
        WorkerCommand { program: env!("CARGO_BIN_EXE_belaeg").into(), args: vec!["extract-worker".into()] };
    let extractor = Extractor::new(worker, Limits::default());
    let mut documents = Vec::new();
    for entry in std::fs::read_dir(folder)? {
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

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn mb_per_second(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / 1e6 / time.as_secs_f64()
}

/// Segmentation and claims on one core, and the regex crate counting digits in the same text.
fn claims(documents: &[(PathBuf, Extracted)]) -> Result<()> {
    const REPEATS: usize = 20;
    let digits = regex::Regex::new(r"\d")?;
    let bytes = REPEATS * documents.iter().map(|(_, d)| d.text.len()).sum::<usize>();
    let (mut ours, mut theirs, mut found, mut counted) = (Vec::new(), Vec::new(), 0, 0);
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..REPEATS {
            found = documents
                .iter()
                .flat_map(|(_, d)| belaeg_claims::find_statements(d))
                .map(|s| s.claims.len())
                .sum();
        }
        ours.push(start.elapsed());
        let start = Instant::now();
        for _ in 0..REPEATS {
            counted = documents.iter().map(|(_, d)| digits.find_iter(&d.text).count()).sum();
        }
        theirs.push(start.elapsed());
    }
    let (ours, theirs) = (mb_per_second(bytes, median(ours)), mb_per_second(bytes, median(theirs)));
    println!(
        "claims   {ours:.1} MB/s ({found} claims); regex \\d over the same text {theirs:.1} MB/s ({counted} digits); ratio {:.3}",
        ours / theirs
    );
    Ok(())
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
    let odense = "461".parse().ok();
    let base = Search::default();
    let searches = [
        ("word", Search { query: "omgørelsesprocent".into(), ..base.clone() }),
        ("phrase", Search { query: "\"andelen af\"".into(), ..base.clone() }),
        ("prefix", Search { query: "sags*".into(), ..base.clone() }),
        (
            "filter",
            Search {
                query: "*".into(),
                place: odense,
                years: Some((2017, 2017)),
                rate: Some((20.0, 30.0)),
                ..base.clone()
            },
        ),
        (
            "both",
            Search {
                query: "sygefravær".into(),
                unit: Some(Unit::Percent),
                years: Some((2020, 2023)),
                ..base
            },
        ),
    ];
    for (name, search) in &searches {
        let mut times = Vec::new();
        let mut total = 0;
        for _ in 0..QUERIES {
            let start = Instant::now();
            total = index.search(search)?.total;
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
