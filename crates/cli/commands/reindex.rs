//! `belaeg reindex`: a new index from the archive, swapped in when it is complete.

use std::path::Path;

use crate::args::ReindexArgs;
use crate::commands::ingest::report_on;
use crate::home::Home;
use crate::pipeline::{Pipeline, extractor_version};
use crate::report::{self, Causes, Outcome};

pub(crate) fn run(home: Option<&Path>, args: &ReindexArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let mut pipeline = Pipeline::rebuild(&home)?;
    let corpus = pipeline.corpus();
    let mut snapshots = if args.stale { corpus.stale(&extractor_version())? } else { corpus.snapshots()? };
    if args.stale {
        snapshots.extend(corpus.pending()?);
    }
    let bar = report::Progress::new("snapshots read", snapshots.len() as u64);
    pipeline.read_archived(snapshots, &|n| bar.advance(n))?;
    bar.finish();
    let documents = pipeline.corpus().documents()?.len() as u64;
    let bar = report::Progress::new("documents indexed", documents);
    let tally = pipeline.finish_rebuild(&|n| bar.advance(n))?;
    bar.finish();
    report_on(&tally, &Causes::default());
    Ok(if tally.failures.total() > 0 { Outcome::SomeFailed } else { Outcome::Good })
}
