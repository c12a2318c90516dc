//! `belaeg status`: what is stored, what is still to be read, what failed and why.

use std::io::Write;
use std::path::Path;

use belaeg_corpus::{Access, Corpus, Counts, Failure, Run, Verified};
use belaeg_index::Index;
use belaeg_model::{Kind, Place};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;

use crate::args::StatusArgs;
use crate::home::Home;
use crate::output::{self, plain};
use crate::pipeline::extractor_version;
use crate::report::{Outcome, Progress};

pub(crate) fn run(home: Option<&Path>, args: &StatusArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let (counts, failures) = (corpus.counts()?, corpus.failures()?);
    let stale = corpus.stale(&extractor_version())?.len();
    let index = IndexState::of(&home, corpus.batch()?, counts.statements);
    let sources = SourceState::all(&corpus)?;
    let verified = if args.verify { Some(verify(&corpus, counts.archive_bytes)?) } else { None };
    let mut out = output::stdout();
    if args.json {
        let mut record = record(&counts, &failures, stale, &index, &sources);
        if let Some(verified) = &verified {
            record["verified"] = json!(verified);
        }
        output::json_line(&mut out, &record)?;
    } else {
        print(&mut out, &counts, &failures, stale, &index)?;
        print_sources(&mut out, &sources)?;
        if let Some(verified) = &verified {
            print_verified(&mut out, verified)?;
        }
    }
    out.flush()?;
    let is_sound = verified.is_none_or(|verified| verified.damaged.is_empty());
    Ok(if is_sound { Outcome::Good } else { Outcome::SomeFailed })
}

fn verify(corpus: &Corpus, bytes: u64) -> anyhow::Result<Verified> {
    let progress = Progress::new("bytes of the archive", bytes);
    let verified = corpus.verify(&mut |bytes| progress.advance(bytes))?;
    progress.finish();
    Ok(verified)
}

fn print_verified(out: &mut impl Write, verified: &Verified) -> anyhow::Result<()> {
    let Verified { files, records, snapshots, bytes, damaged } = verified;
    let kinds: Vec<String> = records.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    let kinds = if kinds.is_empty() { "no records".to_owned() } else { kinds.join(", ") };
    writeln!(out, "verified    {files} files, {bytes} bytes: {kinds}; {snapshots} snapshots as cataloged")?;
    for problem in damaged {
        writeln!(out, "DAMAGED     {}, byte {}: {}", problem.file, problem.offset, plain(&problem.detail))?;
    }
    Ok(())
}

/// The index beside the corpus: how many statements, and whether it has everything.
struct IndexState {
    statements: Option<u64>,
    words: String,
}

impl IndexState {
    fn of(home: &Home, batch: u64, statements: u64) -> Self {
        match Index::open(&home.index()) {
            Ok(index) if index.batch() == batch && index.statements() == statements => {
                Self { statements: Some(statements), words: "up to date".to_owned() }
            }
            Ok(index) if index.batch() == batch => Self {
                statements: Some(index.statements()),
                words: "not what the corpus has; `belaeg reindex` builds it anew".to_owned(),
            },
            Ok(index) => Self {
                statements: Some(index.statements()),
                words: "behind the corpus; the next ingest brings it up to date".to_owned(),
            },
            Err(error) => Self { statements: None, words: error.to_string() },
        }
    }
}

/// A source: its last run, and what is stored of it.
#[derive(Serialize)]
struct SourceState {
    #[serde(flatten)]
    run: Run,
    last_success: Option<Timestamp>,
    /// Documents in the archive, of which could be read, of which are no longer there.
    documents: u64,
    read: u64,
    withdrawn: u64,
}

impl SourceState {
    fn all(corpus: &Corpus) -> anyhow::Result<Vec<Self>> {
        let coverage = corpus.coverage()?;
        let of = |(run, last_success): (Run, Option<Timestamp>)| {
            let [documents, read, withdrawn] = coverage.get(&run.source).copied().unwrap_or_default();
            Self { run, last_success, documents, read, withdrawn }
        };
        Ok(corpus.runs()?.into_iter().map(of).collect())
    }
}

fn print_sources(out: &mut impl Write, sources: &[SourceState]) -> anyhow::Result<()> {
    for SourceState { run, last_success, documents, read, withdrawn } in sources {
        let Run { source, listed, newest, alarms, failed, known, .. } = run;
        let newest = newest.map_or_else(|| "–".to_owned(), |d| d.to_string());
        let success = last_success.map_or_else(|| "never".to_owned(), |t| t.to_string());
        writeln!(
            out,
            "source      {source}: {listed} listed, {documents} archived, {read} read, {withdrawn} withdrawn; newest {newest}, last success {success}"
        )?;
        for (label, counts) in [("failed", failed), ("failed before", known)] {
            let causes: Vec<String> = counts.iter().map(|(cause, n)| format!("{cause} {n}")).collect();
            if !causes.is_empty() {
                writeln!(out, "            {label}: {}", causes.join(", "))?;
            }
        }
        for alarm in alarms {
            writeln!(out, "            ALARM: {}", plain(alarm))?;
        }
    }
    Ok(())
}

fn record(
    counts: &Counts,
    failures: &[Failure],
    stale: usize,
    index: &IndexState,
    sources: &[SourceState],
) -> serde_json::Value {
    let kinds = counts.kinds.iter().map(|(kind, n)| json!({"kind": kind, "documents": n}));
    let places = counts.places.iter().map(|(place, n)| json!({"place": place, "documents": n}));
    let failed = failures.iter().map(
        |f| json!({"document": f.document, "url": f.url, "cause": f.cause, "detail": f.detail, "at": f.at}),
    );
    json!({
        "documents": counts.documents,
        "snapshots": counts.snapshots,
        "versions": counts.versions,
        "pending": counts.pending,
        "stale": stale,
        "statements": counts.statements,
        "rates": counts.rates,
        "counts": counts.counts,
        "oldest": counts.oldest,
        "newest": counts.newest,
        "bytes": counts.bytes,
        "archive_bytes": counts.archive_bytes,
        "kinds": kinds.collect::<Vec<_>>(),
        "places": places.collect::<Vec<_>>(),
        "warnings": counts.warnings,
        "failures": failed.collect::<Vec<_>>(),
        "sources": sources,
        "index": {"statements": index.statements, "state": index.words},
    })
}

fn print(
    out: &mut impl Write,
    counts: &Counts,
    failures: &[Failure],
    stale: usize,
    index: &IndexState,
) -> anyhow::Result<()> {
    let date = |d: Option<jiff::civil::Date>| d.map_or_else(|| "–".to_owned(), |d| d.to_string());
    writeln!(
        out,
        "documents   {} ({} versions, {} snapshots)",
        counts.documents, counts.versions, counts.snapshots
    )?;
    writeln!(out, "published   {} to {}", date(counts.oldest), date(counts.newest))?;
    writeln!(
        out,
        "statements  {} with {} rates and {} counts",
        counts.statements, counts.rates, counts.counts
    )?;
    writeln!(out, "archive     {} bytes on disk, {} bytes of documents", counts.archive_bytes, counts.bytes)?;
    match index.statements {
        Some(n) => writeln!(out, "index       {n} statements, {}", index.words)?,
        None => writeln!(out, "index       {}", index.words)?,
    }
    let kinds = counts.kinds.iter().map(|(k, n)| format!("{} {n}", k.map_or("unknown", Kind::as_str)));
    writeln!(out, "kinds       {}", kinds.collect::<Vec<_>>().join(", "))?;
    let places = counts.places.iter().map(|(p, n)| format!("{} {n}", p.map_or("unknown", Place::name)));
    writeln!(out, "places      {}", places.collect::<Vec<_>>().join(", "))?;
    if counts.pending > 0 {
        writeln!(out, "to be read  {} snapshots; the next ingest reads them", counts.pending)?;
    }
    if stale > 0 {
        writeln!(
            out,
            "stale       {stale} versions were read by another extractor; `belaeg reindex --stale` reads them again"
        )?;
    }
    for (cause, n) in &counts.warnings {
        writeln!(out, "warning     {cause} {n}")?;
    }
    for f in failures {
        writeln!(out, "failed      {}: {}: {}", plain(&f.url), f.cause, plain(&f.detail))?;
    }
    Ok(())
}
