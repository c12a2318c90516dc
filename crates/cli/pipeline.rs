//! The stages joined: snapshot → corpus → extract → claims → corpus → index.
//!
//! One thread owns corpus and index; as many workers as there are cores read documents. Bounded channels lie
//! between them, so that memory follows the batch and not the corpus. Order of writes: archive (fsync), catalog
//! (one transaction a batch), index (a commit that names the batch). [`Pipeline::open`] repeats what a killed run
//! left undone.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, channel, sync_channel};
use std::thread::JoinHandle;

use anyhow::Context;
use belaeg_corpus::{Access, Again, Corpus, Outcome, Snapshot, TakenDown};
use belaeg_extract::{Extractor, Input, WorkerCommand};
use belaeg_index::{IndexDocument, IndexStatement, Writer};
use belaeg_model::{Cause, DocumentId, Statement, Unit};

use crate::home::Home;
use crate::report::{self, Causes};

/// Documents of one transaction and one commit, at the most.
const BATCH_DOCUMENTS: usize = 200;

/// Bytes of the documents of one batch, about.
const BATCH_BYTES: u64 = 64 << 20;

/// What reads a document; stored with what was read.
pub(crate) fn extractor_version() -> String {
    format!("{} {}", belaeg_extract::EXTRACTOR, belaeg_claims::EXTRACTOR)
}

/// The extractor of a home; a PDF goes through this program, started anew.
pub(crate) fn extractor(settings: &crate::settings::Extract) -> anyhow::Result<Extractor> {
    let program: PathBuf = std::env::current_exe()?;
    let worker = WorkerCommand { program, args: vec![crate::WORKER.into()] };
    Ok(Extractor::new(worker, settings.limits()))
}

/// What a run has done so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) new: u64,
    pub(crate) changed: u64,
    pub(crate) unchanged: u64,
    /// Read again: they failed before, have new hints or an older extractor, or a killed run left them.
    pub(crate) again: u64,
    pub(crate) statements: u64,
    pub(crate) rates: u64,
    pub(crate) warnings: Causes,
    pub(crate) failures: Causes,
    /// The index could not take in what was stored.
    pub(crate) unindexed: bool,
}

/// Corpus, index and workers at work together.
pub(crate) struct Pipeline {
    corpus: Corpus,
    /// The live index; documents are stored without it where another version made it or it is damaged.
    index: Option<Writer>,
    workers: Workers,
    read: Vec<Outcome>,
    read_bytes: u64,
    pub(crate) tally: Tally,
}

impl Pipeline {
    /// Opens corpus and live index for writing, and finishes what a killed run left undone.
    pub(crate) fn open(home: &Home) -> anyhow::Result<Self> {
        let corpus = open_corpus(home)?;
        let index = match Writer::open(&home.index()) {
            Ok(index) => Some(index),
            Err(error @ (belaeg_index::Error::OtherSchema { .. } | belaeg_index::Error::Damaged { .. })) => {
                report::say(&format!("belaeg: {error}; until then documents are stored and not found"));
                None
            }
            Err(error) => return Err(error.into()),
        };
        let mut pipeline = Self::new(home, corpus, index)?;
        let pending = pipeline.corpus.pending()?;
        pipeline.read_archived(pending, &|_| ())?;
        pipeline.catch_up()?;
        Ok(pipeline)
    }

    /// Opens the corpus for writing, without the index.
    pub(crate) fn without_index(home: &Home) -> anyhow::Result<Self> {
        Self::new(home, open_corpus(home)?, None)
    }

    fn new(home: &Home, corpus: Corpus, index: Option<Writer>) -> anyhow::Result<Self> {
        let workers = Workers::start(extractor(&home.settings.extract)?, home.settings.extract.threads());
        let tally = Tally { unindexed: index.is_none(), ..Tally::default() };
        Ok(Self { corpus, index, workers, read: Vec::new(), read_bytes: 0, tally })
    }

    pub(crate) fn corpus(&mut self) -> &mut Corpus {
        &mut self.corpus
    }

    /// Hands a snapshot with its bytes to the workers; stores a batch when it is full.
    pub(crate) fn submit(&mut self, snapshot: Snapshot, bytes: Vec<u8>) -> anyhow::Result<()> {
        while let Some(outcome) = self.workers.take_ready() {
            self.keep(outcome)?;
        }
        let mut job = Box::new(Job { snapshot, bytes });
        while let Err(back) = self.workers.try_submit(job) {
            job = back;
            self.take_one()?;
        }
        Ok(())
    }

    /// Waits for everything that was submitted, and stores it.
    pub(crate) fn flush(&mut self) -> anyhow::Result<()> {
        while self.workers.busy > 0 {
            self.take_one()?;
        }
        self.store()
    }

    /// Stores everything that was taken in so far, also where nothing of it was to be read.
    pub(crate) fn settle(&mut self) -> anyhow::Result<()> {
        self.flush()?;
        self.corpus.store(&[])?;
        self.catch_up()
    }

    /// Removes a document from index, archive and catalog, in this order: as long as the catalog has it, a run that was
    /// killed can be repeated. Tells how much it was; nothing where there is none.
    pub(crate) fn take_down(
        &mut self,
        id: &DocumentId,
        reason: &str,
        lists: bool,
    ) -> anyhow::Result<Option<TakenDown>> {
        let mut index = self.index.take().context("the index has to be rebuilt first: `belaeg reindex`")?;
        if self.corpus.document(id)?.is_some() {
            index.remove(id)?;
            index.commit(index.batch())?;
            index = index.purge()?;
        }
        self.index = Some(index);
        let taken = self.corpus.take_down(id, reason, lists)?;
        self.catch_up()?;
        Ok(taken)
    }

    /// Reads snapshots from the archive again, in batches, and stores what comes of them.
    pub(crate) fn read_archived(
        &mut self,
        snapshots: Vec<Snapshot>,
        done: &dyn Fn(u64),
    ) -> anyhow::Result<()> {
        for snapshot in snapshots {
            let bytes = match self.corpus.read(&snapshot) {
                Ok(bytes) => bytes,
                Err(error) => {
                    self.refuse(snapshot, Cause::Unreadable, error.to_string());
                    continue;
                }
            };
            self.tally.again += 1;
            let length = snapshot.length;
            self.submit(snapshot, bytes)?;
            done(length);
        }
        self.flush()
    }

    /// Reads from the archive what is to be read again, a page of snapshots at a time.
    pub(crate) fn read_again(&mut self, what: Again<'_>, done: &dyn Fn(u64)) -> anyhow::Result<()> {
        let mut after = 0;
        loop {
            let page = self.corpus.to_read_again(what, after, BATCH_DOCUMENTS)?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.id;
            self.read_archived(page, done)?;
        }
    }

    /// Stores what is in hand and says what was done.
    pub(crate) fn finish(self) -> anyhow::Result<Tally> {
        Ok(self.close()?.0)
    }

    /// As [`finish`](Self::finish); gives the corpus back, still locked.
    pub(crate) fn close(mut self) -> anyhow::Result<(Tally, Corpus)> {
        self.settle()?;
        Ok((self.tally, self.corpus))
    }

    fn take_one(&mut self) -> anyhow::Result<()> {
        let outcome = self.workers.take()?;
        self.keep(outcome)
    }

    fn keep(&mut self, outcome: Outcome) -> anyhow::Result<()> {
        self.read_bytes += outcome.snapshot.length;
        self.read.push(outcome);
        if self.read.len() >= BATCH_DOCUMENTS || self.read_bytes >= BATCH_BYTES {
            self.store()?;
        }
        Ok(())
    }

    fn refuse(&mut self, snapshot: Snapshot, cause: Cause, detail: String) {
        self.read.push(Outcome { snapshot, extractor: extractor_version(), result: Err((cause, detail)) });
    }

    /// One batch: a transaction of the catalog, then (beside a live index) a commit of the index.
    fn store(&mut self) -> anyhow::Result<()> {
        if self.read.is_empty() {
            return Ok(());
        }
        let mut outcomes = std::mem::take(&mut self.read);
        self.read_bytes = 0;
        outcomes.sort_by_key(|o| o.snapshot.id);
        self.count(&outcomes)?;
        self.corpus.store(&outcomes)?;
        self.catch_up()
    }

    fn count(&mut self, outcomes: &[Outcome]) -> anyhow::Result<()> {
        for outcome in outcomes {
            match &outcome.result {
                Ok((extracted, statements)) => {
                    let rates = statements.iter().flat_map(|s| &s.claims).filter(|c| c.unit != Unit::Count);
                    self.tally.rates += rates.count() as u64;
                    self.tally.statements += statements.len() as u64;
                    for warning in &extracted.warnings {
                        self.tally.warnings.add(warning.cause);
                        tracing::info!(doc = outcome.snapshot.url, cause = %warning.cause, "{}", warning.detail);
                    }
                }
                Err((cause, detail)) => {
                    if self.corpus.has_later(&outcome.snapshot)? {
                        tracing::info!(doc = outcome.snapshot.url, %cause, "an earlier version cannot be read: {detail}");
                        continue;
                    }
                    self.tally.failures.add(*cause);
                    report::failure(&outcome.snapshot.url, *cause, detail);
                }
            }
        }
        Ok(())
    }

    /// Takes into the index what the catalog has in later batches than the index names.
    fn catch_up(&mut self) -> anyhow::Result<()> {
        let Some(index) = &mut self.index else { return Ok(()) };
        let (stored, indexed) = (self.corpus.batch()?, index.batch());
        if stored == indexed {
            return Ok(());
        }
        // An index that is ahead belongs to another catalog: everything is taken out and in again.
        let since = if indexed > stored { 0 } else { indexed };
        if since == 0 {
            index.remove_all()?;
        }
        for (id, ..) in self.corpus.takedowns()? {
            index.remove(&id)?;
        }
        for id in self.corpus.changed_since(since)? {
            with_document(&self.corpus, &id, |document| index.replace(document))?;
        }
        index.commit(stored)?;
        Ok(())
    }
}

/// Hands the current version of a document to `take` as the index wants it; nothing where there is none.
pub(crate) fn with_document(
    corpus: &Corpus,
    id: &DocumentId,
    take: impl FnOnce(&IndexDocument<'_>) -> Result<(), belaeg_index::Error>,
) -> anyhow::Result<()> {
    let Some(version) = corpus.version(id, None)? else {
        return Ok(());
    };
    let text = &version.extracted.text;
    let statement = |(i, s): (usize, &'_ Statement)| -> Option<(u32, String)> {
        Some((u32::try_from(i + 1).ok()?, about(s)))
    };
    let numbered: Vec<_> = version.statements.iter().enumerate().filter_map(statement).collect();
    let statements = version.statements.iter().zip(numbered).filter_map(|(statement, (ordinal, about))| {
        let item = statement.item.and_then(|item| item.get(text));
        Some(IndexStatement { ordinal, text: statement.span.get(text)?, item, about, statement })
    });
    let meta = &version.extracted.meta;
    take(&IndexDocument {
        id,
        version: version.number,
        url: &version.snapshot.url,
        sources: &corpus.sources_of(id)?,
        title: meta.title.as_ref().map(|t| t.value.as_str()),
        kind: meta.kind.as_ref().map(|k| k.value),
        place: meta.place.as_ref().map(|p| p.value),
        published: meta.published.as_ref().map(|p| p.value),
        statements: statements.collect(),
    })?;
    Ok(())
}

fn open_corpus(home: &Home) -> anyhow::Result<Corpus> {
    let corpus = Corpus::open(&home.corpus(), Access::Write)?;
    for problem in corpus.problems() {
        report::say(&format!("belaeg: {}, byte {}: {}", problem.file, problem.offset, problem.detail));
    }
    Ok(corpus)
}

/// The names of the measures that a statement reports: a search for one finds the statement.
fn about(statement: &Statement) -> String {
    let mut labels: Vec<&str> =
        statement.claims.iter().filter_map(|c| belaeg_claims::label(c.measure.as_deref()?)).collect();
    labels.sort_unstable();
    labels.dedup();
    labels.join(" ")
}

/// Bytes on their way to a worker.
struct Job {
    snapshot: Snapshot,
    bytes: Vec<u8>,
}

/// Threads that read documents. They end when this is dropped.
struct Workers {
    jobs: Option<SyncSender<Box<Job>>>,
    outcomes: Receiver<Outcome>,
    /// Documents submitted whose outcome was not taken yet.
    busy: usize,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    fn start(extractor: Extractor, count: usize) -> Self {
        let (jobs, receiver) = sync_channel::<Box<Job>>(count * 2);
        let (sender, outcomes) = channel();
        let receiver = std::sync::Arc::new(std::sync::Mutex::new(receiver));
        let threads = (0..count)
            .map(|_| {
                let (receiver, sender, extractor) = (receiver.clone(), sender.clone(), extractor.clone());
                std::thread::spawn(move || {
                    let next = || receiver.lock().ok()?.recv().ok();
                    while let Some(job) = next() {
                        if sender.send(read(&extractor, *job)).is_err() {
                            return;
                        }
                    }
                })
            })
            .collect();
        Self { jobs: Some(jobs), outcomes, busy: 0, threads }
    }

    /// Gives the job back when the channel is full.
    fn try_submit(&mut self, job: Box<Job>) -> Result<(), Box<Job>> {
        let Some(jobs) = &self.jobs else { return Err(job) };
        match jobs.try_send(job) {
            Ok(()) => {
                self.busy += 1;
                Ok(())
            }
            Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) => Err(job),
        }
    }

    /// An outcome that is there already.
    fn take_ready(&mut self) -> Option<Outcome> {
        let outcome = self.outcomes.try_recv().ok()?;
        self.busy -= 1;
        Some(outcome)
    }

    fn take(&mut self) -> anyhow::Result<Outcome> {
        let outcome = self
            .outcomes
            .recv()
            .map_err(|_| anyhow::anyhow!("the threads that read documents have stopped"))?;
        self.busy -= 1;
        Ok(outcome)
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

fn read(extractor: &Extractor, job: Job) -> Outcome {
    let Job { snapshot, bytes } = job;
    let input = Input {
        bytes: &bytes,
        name: &snapshot.name,
        media_type: snapshot.media_type.as_deref(),
        hints: &snapshot.hints,
    };
    // Whatever a document does to the reader, the thread lives on for the next one.
    let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let extracted = extractor.extract(&input).map_err(|f| (f.cause, f.detail))?;
        let statements: Vec<_> = belaeg_claims::statements(&extracted).collect();
        belaeg_corpus::check(&extracted, &statements).map_err(|why| (Cause::Crashed, why))?;
        Ok((extracted, statements))
    }));
    let crashed =
        || Err((Cause::Crashed, "the reader crashed; please report it with the document".to_owned()));
    let result = read.unwrap_or_else(|_| crashed());
    Outcome { snapshot, extractor: extractor_version(), result }
}
