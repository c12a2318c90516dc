//! `belaeg status`: what is stored, what is still to be read, what failed and why.

use std::io::Write;
use std::path::Path;

use belaeg_corpus::{Access, Corpus, Counts, Failure};
use belaeg_index::Index;
use belaeg_model::{Kind, Place};
use serde_json::json;

use crate::args::StatusArgs;
use crate::home::Home;
use crate::output::{self, plain};
use crate::pipeline::extractor_version;
use crate::report::Outcome;

pub(crate) fn run(home: Option<&Path>, args: &StatusArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let (counts, failures) = (corpus.counts()?, corpus.failures()?);
    let stale = corpus.stale(&extractor_version())?.len();
    let index = IndexState::of(&home, corpus.batch()?);
    let mut out = output::stdout();
    if args.json {
        output::json_line(&mut out, &record(&counts, &failures, stale, &index))?;
    } else {
        print(&mut out, &counts, &failures, stale, &index)?;
    }
    out.flush()?;
    Ok(Outcome::Good)
}

/// The index beside the corpus: how many statements, and whether it has everything.
struct IndexState {
    statements: Option<u64>,
    words: String,
}

impl IndexState {
    fn of(home: &Home, batch: u64) -> Self {
        match Index::open(&home.index()) {
            Ok(index) if index.batch() == batch => {
                Self { statements: Some(index.statements()), words: "up to date".to_owned() }
            }
            Ok(index) => Self {
                statements: Some(index.statements()),
                words: "behind the corpus; the next ingest brings it up to date".to_owned(),
            },
            Err(error) => Self { statements: None, words: error.to_string() },
        }
    }
}

fn record(counts: &Counts, failures: &[Failure], stale: usize, index: &IndexState) -> serde_json::Value {
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
