//! `belaeg reindex`: a new index from the archive, swapped in when it is complete.
//!
//! A killed run is gone on with by the next of the same kind: what was read stands in the catalog, and what was indexed
//! in the half-built generation, up to its last commit.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use belaeg_corpus::{Access, Again, Corpus};
use belaeg_index::Writer;
use belaeg_model::DocumentId;

use crate::args::ReindexArgs;
use crate::commands::ingest::report_on;
use crate::home::Home;
use crate::pipeline::{Pipeline, extractor_version, with_document};
use crate::report::{self, Causes, Outcome, Progress};

/// Documents between two looks at the clock.
const PAGE: usize = 500;

/// What a kill may cost. A commit more often would cost merging.
const BETWEEN_COMMITS: Duration = Duration::from_secs(30);

pub(crate) fn run(home: Option<&Path>, args: &ReindexArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    if args.rollback {
        Writer::roll_back(&home.index())?;
        report::say(
            "the index before the last reindex is live again; the next ingest or fetch takes in what it lacks",
        );
        return Ok(Outcome::Good);
    }
    let extractor = extractor_version();
    let mut pipeline = Pipeline::without_index(&home)?;
    let batch = pipeline.corpus().batch()?;
    let what = format!("{} {extractor}", if args.stale { "stale" } else { "all" });
    let index = Writer::rebuild(&home.index(), &what, batch)?;
    let again = match index.since() {
        Some(since) if !args.stale => Again::All { since },
        _ => Again::Stale { extractor: &extractor },
    };
    let (snapshots, bytes) = pipeline.corpus().size_to_read_again(again)?;
    tracing::info!(snapshots, bytes, "to be read again");
    let bar = Progress::bytes("read", bytes);
    pipeline.read_again(again, &|n| bar.advance(n))?;
    bar.finish();
    let (tally, corpus) = pipeline.close()?;
    Rebuild { home: &home, corpus, index }.finish()?;
    report_on(&tally, &Causes::default());
    Ok(if tally.failures.total() > 0 { Outcome::SomeFailed } else { Outcome::Good })
}

/// A generation while it takes in what the catalog has.
struct Rebuild<'a> {
    home: &'a Home,
    /// Locked: nothing changes meanwhile.
    corpus: Corpus,
    index: Writer,
}

impl Rebuild<'_> {
    /// Takes every current version in and swaps the generation in.
    fn finish(mut self) -> anyhow::Result<()> {
        let batch = self.corpus.batch()?;
        let counts = self.corpus.counts()?;
        let bar = Progress::new("documents indexed", counts.documents);
        // What a killed run indexed, it indexed as of that batch.
        let mut done = self.index.done().cloned();
        let as_of = if done.is_some() { self.index.batch() } else { batch };
        let mut readers = self.readers()?;
        let mut committed = Instant::now();
        loop {
            let page = self.corpus.readable_after(done.as_ref(), PAGE)?;
            let Some(last) = page.last().cloned() else { break };
            self.add(&page, &mut readers)?;
            if committed.elapsed() >= BETWEEN_COMMITS {
                self.index.commit_up_to(as_of, &last)?;
                committed = Instant::now();
            }
            bar.advance(page.len() as u64);
            done = Some(last);
        }
        for id in self.corpus.changed_since(as_of)? {
            with_document(&self.corpus, &id, |document| self.index.replace(document))?;
        }
        self.index.swap_in(batch, done.as_ref(), counts.statements)?;
        bar.finish();
        Ok(())
    }

    /// A connection to the catalog for each thread.
    fn readers(&self) -> anyhow::Result<Vec<Corpus>> {
        let open = |_| Ok(Corpus::open(&self.home.corpus(), Access::Read)?);
        (0..self.home.settings.extract.threads()).map(open).collect()
    }

    /// Takes a page of documents in, with a thread for each reader.
    fn add(&self, page: &[DocumentId], readers: &mut [Corpus]) -> anyhow::Result<()> {
        let next = AtomicUsize::new(0);
        let (index, next) = (&self.index, &next);
        let work = move |corpus: &Corpus| -> anyhow::Result<()> {
            while let Some(id) = page.get(next.fetch_add(1, Ordering::Relaxed)) {
                with_document(corpus, id, |document| index.add(document))?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let threads: Vec<_> =
                readers.iter_mut().map(|corpus| scope.spawn(move || work(corpus))).collect();
            threads.into_iter().try_for_each(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|_| Err(anyhow!("a thread that indexes has crashed; please report it")))
            })
        })
    }
}
