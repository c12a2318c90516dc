//! `belaeg fetch`: asks the sources for what is new, archives every answer and takes the documents in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use belaeg_corpus::{Access, Corpus, Miss, Page, Run, Taken};
use belaeg_fetch::{
    Cause, Event, Exchange, HostMemory, Item, Known, KnownDocument, KnownMiss, Purpose, RobotsMemory, Scope,
    Source, SourceReport, System, Validators,
};
use belaeg_model::{Hints, Kind};
use jiff::Timestamp;
use serde_json::json;

use crate::args::FetchArgs;
use crate::commands::ingest;
use crate::home::Home;
use crate::output;
use crate::pipeline::{Pipeline, extractor_version};
use crate::report::{self, Causes, Outcome};

/// Answers that wait for the archive. Few, since each may be large.
const WAITING: usize = 2;

/// A document can be found at the latest so long after it came.
const SOON: Duration = Duration::from_secs(5);

pub(crate) fn run(home: Option<&Path>, args: &FetchArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let sources = chosen(all_sources(&home)?, &args.sources)?;
    let scope = Scope { since: args.since, limit: args.limit };
    if args.dry_run {
        return dry_run(&sources, &scope);
    }
    let mains = sources.iter().filter_map(|s| Some((s.id.clone(), s.main.clone()?))).collect();
    let unasked = sources.iter().filter(|s| s.system == System::None).map(|s| s.id.clone()).collect();
    let mut pipeline = Pipeline::open(&home)?;
    let known = memory(&home)?;
    let (sender, mut events) = tokio::sync::mpsc::channel(WAITING);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    // A run is ended by killing it: whatever point that meets, the next one goes on from there.
    let (running, stop) = tokio::sync::watch::channel(false);
    let fetching = belaeg_fetch::run(sources, scope, home.settings.fetch.settings(), known, sender, stop);
    let network = std::thread::spawn(move || runtime.block_on(fetching));
    let mut taker = Taker {
        pipeline: &mut pipeline,
        stored: Instant::now(),
        same: BTreeMap::new(),
        unasked,
        mains,
        failed: BTreeMap::new(),
        troubled: false,
    };
    let mut out = output::stdout();
    while let Some(event) = events.blocking_recv() {
        if let Some(report) = taker.take(event)? {
            print(&mut out, &report, args.json)?;
        }
    }
    let (troubled, failed) = (taker.troubled, std::mem::take(&mut taker.failed));
    drop(running);
    let crashed = network.join().is_err();
    let tally = pipeline.finish()?;
    if crashed {
        bail!("the fetcher crashed; please report it. What it brought is stored");
    }
    ingest::report_on(&tally, &Causes::default());
    if !failed.is_empty() {
        let causes: Vec<String> = failed.iter().map(|(cause, n)| format!("{n} {cause}")).collect();
        report::say(&format!("not fetched: {} ({})", failed.values().sum::<u64>(), causes.join(", ")));
    }
    Ok(if troubled || tally.unindexed || tally.failures.total() > 0 {
        Outcome::SomeFailed
    } else {
        Outcome::Good
    })
}

fn all_sources(home: &Home) -> anyhow::Result<Vec<Source>> {
    let path = home.corpus().join("sources.toml");
    if !path.is_file() {
        bail!(
            "there is no {}\nhint: it says what to fetch; `belaeg init` in this folder writes the one with every kommune's minutes",
            path.display()
        );
    }
    let text = fs_err::read_to_string(&path)?;
    belaeg_fetch::sources(&text).with_context(|| format!("{} cannot be used", path.display()))
}

/// The sources of these ids, or of these places; all without any.
fn chosen(all: Vec<Source>, wanted: &[String]) -> anyhow::Result<Vec<Source>> {
    if wanted.is_empty() {
        return Ok(all);
    }
    let is = |source: &Source, name: &String| {
        source.id == *name || source.place.is_some_and(|place| name.parse() == Ok(place))
    };
    for name in wanted {
        if !all.iter().any(|source| is(source, name)) {
            let near = all.iter().max_by(|a, b| {
                strsim::jaro_winkler(&a.id, name).total_cmp(&strsim::jaro_winkler(&b.id, name))
            });
            let near = near.map_or_else(String::new, |s| format!("\nhint: did you mean {}?", s.id));
            bail!("{name:?} is no source and no place of one{near}");
        }
    }
    Ok(all.into_iter().filter(|source| wanted.iter().any(|name| is(source, name))).collect())
}

/// What would be asked first; asks nothing.
fn dry_run(sources: &[Source], scope: &Scope) -> anyhow::Result<Outcome> {
    let mut out = output::stdout();
    for source in sources {
        let place = source.place.map_or("–", |p| p.name());
        writeln!(out, "{} ({place}, {}, {})", source.id, source.kind, source.system.as_str())?;
        for url in source.plan(scope) {
            writeln!(out, "  {url}")?;
        }
        if let Some(note) = &source.note {
            writeln!(out, "  {note}")?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}

/// Takes what the fetcher brings into archive, catalog and index.
struct Taker<'a> {
    pipeline: &'a mut Pipeline,
    /// When a batch was last stored.
    stored: Instant,
    /// Documents of each source that came whole and were as before: their hosts know no conditional requests.
    same: BTreeMap<String, usize>,
    /// Sources that are not asked, whose entry says why: nothing that a run could mend.
    unasked: BTreeSet<String>,
    /// Selectors of the text of pages, by source.
    mains: BTreeMap<String, String>,
    /// Failures of all sources by cause.
    failed: BTreeMap<String, u64>,
    /// Something failed, or somebody should look at something.
    troubled: bool,
}

impl Taker<'_> {
    /// Takes in one event; gives the report of a source that is done.
    fn take(&mut self, event: Event) -> anyhow::Result<Option<SourceReport>> {
        match event {
            Event::Exchange(exchange) => self.exchange(&exchange)?,
            Event::Gone { source, url, at, status } => {
                self.pipeline.corpus().archive_gone(&source, &url, status, at)?
            }
            Event::Missed { source, url, whole, cause, at } => {
                let cause = cause.to_string();
                self.pipeline.corpus().note_miss(Miss {
                    source,
                    url,
                    whole,
                    cause,
                    tries: 1,
                    tried_at: at,
                })?;
            }
            Event::Wait { host, until } => {
                let corpus = self.pipeline.corpus();
                corpus.note_closed(&host, until)?;
                // A killed run must not make the next one ask too early.
                corpus.sync()?;
            }
            Event::Finished(mut report) => {
                let same = self.same.remove(&report.source).unwrap_or(0).min(report.fetched);
                report.fetched -= same;
                report.unchanged += same;
                self.finished(&report)?;
                return Ok(Some(report));
            }
        }
        if self.stored.elapsed() >= SOON {
            self.pipeline.settle()?;
            self.stored = Instant::now();
        }
        Ok(None)
    }

    fn exchange(&mut self, exchange: &Exchange) -> anyhow::Result<()> {
        if let Purpose::Failed(cause) = &exchange.purpose {
            tracing::info!(url = exchange.url, source = exchange.source, %cause, "nothing came of it");
        }
        if exchange.response_head.is_empty() {
            return Ok(());
        }
        let page = match &exchange.purpose {
            Purpose::Document(item) => Some(page(item, exchange, self.mains.get(&exchange.source))),
            _ => None,
        };
        let archived = archived(exchange, page.as_ref());
        let corpus = self.pipeline.corpus();
        let taken = corpus.archive_exchange(&archived, &extractor_version())?;
        match taken {
            // Of a document that was taken down nothing is kept.
            Taken::Nothing | Taken::Unchanged => {
                if exchange.status == 200 && page.is_some() {
                    *self.same.entry(exchange.source.clone()).or_default() += 1;
                }
                self.pipeline.tally.unchanged += u64::from(page.is_some());
            }
            Taken::Read { snapshot, bytes, known } => {
                // On disk before anything else sees it.
                corpus.sync()?;
                let tally = &mut self.pipeline.tally;
                *(if known { &mut tally.changed } else { &mut tally.new }) += 1;
                self.pipeline.submit(snapshot, bytes)?;
            }
        }
        Ok(())
    }

    fn finished(&mut self, report: &SourceReport) -> anyhow::Result<()> {
        let corpus = self.pipeline.corpus();
        let (failed, known) = (counts(&report.failed), counts(&report.known));
        self.troubled |=
            !failed.is_empty() || !report.alarms.is_empty() && !self.unasked.contains(&report.source);
        for (cause, n) in &failed {
            *self.failed.entry(cause.clone()).or_default() += n;
        }
        for alarm in &report.alarms {
            report::say(&format!("belaeg: {}: {alarm}", report.source));
        }
        corpus.note_run(Run {
            source: report.source.clone(),
            finished_at: Timestamp::now(),
            listed: report.listed as u64,
            fetched: report.fetched as u64,
            unchanged: report.unchanged as u64,
            gone: report.gone as u64,
            failed,
            known,
            newest: report.newest,
            complete: report.complete,
            alarms: report.alarms.clone(),
        })?;
        Ok(())
    }
}

fn counts(by_cause: &BTreeMap<Cause, usize>) -> BTreeMap<String, u64> {
    by_cause.iter().map(|(cause, n)| (cause.to_string(), *n as u64)).collect()
}

/// An exchange as the archive takes it.
pub(crate) fn archived<'a>(exchange: &'a Exchange, page: Option<&'a Page>) -> belaeg_corpus::Exchange<'a> {
    belaeg_corpus::Exchange {
        source: &exchange.source,
        url: &exchange.url,
        request_head: &exchange.request_head,
        response_head: &exchange.response_head,
        body: &exchange.body,
        content_encoding: exchange.content_encoding.as_deref(),
        status: exchange.status,
        fetched_at: exchange.fetched_at,
        ip: exchange.ip,
        // Behind a redirect stands what another host calls by another name: never that host's own rules.
        is_robots: exchange.purpose == Purpose::Robots && is_robots(&exchange.url),
        page,
    }
}

fn is_robots(url: &str) -> bool {
    url.split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'))
        .is_some_and(|(_, path)| path == "robots.txt")
}

fn page(item: &Item, exchange: &Exchange, main: Option<&String>) -> Page {
    let is_pdf = exchange.media_type.as_deref().is_some_and(|m| m.starts_with("application/pdf"));
    let is_minutes = item.kind == Kind::Minutes;
    Page {
        url: item.url.clone(),
        name: item.name.clone(),
        media_type: exchange.media_type.clone(),
        hints: Hints {
            url: Some(item.url.clone()),
            // The name of an attachment says more than what stands at its top; a page knows its own title.
            title: item.title.clone().filter(|_| is_pdf),
            kind: Some(item.kind),
            place: item.place,
            published: item.published.filter(|_| is_minutes),
            listed: item.published.filter(|_| !is_minutes),
            main: main.cloned(),
            ..Hints::default()
        },
        etag: exchange.validators.etag.clone(),
        last_modified: exchange.validators.last_modified.clone(),
        mark: item.mark.clone(),
        related: item.group.clone(),
        published: item.published,
        modified: item.modified,
        aliases: item.aliases.clone(),
    }
}

fn print(out: &mut impl Write, report: &SourceReport, json: bool) -> anyhow::Result<()> {
    let SourceReport { source, listed, fetched, unchanged, gone, newest, complete, alarms, .. } = report;
    let (failed, known) = (counts(&report.failed), counts(&report.known));
    if json {
        let line = json!({"source": source, "listed": listed, "fetched": fetched, "unchanged": unchanged, "gone": gone, "failed": failed, "known": known, "newest": newest, "complete": complete, "alarms": alarms});
        output::json_line(out, &line)?;
    } else {
        let list = |label: &str, counts: &BTreeMap<String, u64>| {
            let causes: Vec<String> = counts.iter().map(|(cause, n)| format!("{cause} {n}")).collect();
            if causes.is_empty() { String::new() } else { format!(", {label}: {}", causes.join(", ")) }
        };
        let (failed, known) = (list("failed", &failed), list("failed before", &known));
        let partly = if *complete { "" } else { ", not complete" };
        writeln!(
            out,
            "{source}: {listed} listed, {fetched} fetched, {unchanged} unchanged, {gone} gone{failed}{known}{partly}"
        )?;
    }
    out.flush()?;
    Ok(())
}

/// What earlier runs left in the catalog of a home.
pub(crate) fn memory(home: &Home) -> anyhow::Result<Arc<dyn Known>> {
    Ok(Arc::new(Memory(Mutex::new(Corpus::open(&home.corpus(), Access::Read)?))))
}

/// What earlier runs left in the catalog. What cannot be read is as if it had never been known: it is asked for again.
struct Memory(Mutex<Corpus>);

impl Memory {
    fn ask<T>(&self, question: impl FnOnce(&Corpus) -> Result<T, belaeg_corpus::Error>) -> Option<T> {
        let corpus = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        question(&corpus).inspect_err(|error| tracing::warn!(%error, "the catalog cannot be asked")).ok()
    }
}

impl Known for Memory {
    fn validators(&self, url: &str) -> Option<Validators> {
        let known = self.ask(|corpus| corpus.validators(url))??;
        Some(Validators { etag: known.etag, last_modified: known.last_modified })
    }

    fn mark(&self, source: &str, url: &str) -> Option<String> {
        self.ask(|corpus| corpus.mark(source, url))?
    }

    fn documents(&self, source: &str) -> Vec<KnownDocument> {
        let pages = self.ask(|corpus| corpus.pages(source)).unwrap_or_default();
        let known = |p: belaeg_corpus::KnownPage| KnownDocument {
            url: p.url,
            fetch_url: p.fetch_url,
            published: p.published,
            checked: p.checked_at,
            changed: p.changed_at,
        };
        pages.into_iter().map(known).collect()
    }

    fn canonical(&self, url: &str) -> Option<String> {
        self.ask(|corpus| corpus.canonical(url))?
    }

    fn misses(&self, source: &str) -> Vec<KnownMiss> {
        let misses = self.ask(|corpus| corpus.misses(source)).unwrap_or_default();
        let known = |m: Miss| {
            let cause = m.cause.parse().ok()?;
            Some(KnownMiss { url: m.url, whole: m.whole, cause, tries: m.tries, at: m.tried_at })
        };
        misses.into_iter().filter_map(known).collect()
    }

    fn is_taken_down(&self, url: &str) -> bool {
        let id = belaeg_corpus::document_id(url);
        self.ask(|corpus| corpus.is_taken_down(&id)).unwrap_or_default()
    }

    fn host(&self, host: &str) -> Option<HostMemory> {
        let known = self.ask(|corpus| corpus.host(host))??;
        Some(HostMemory {
            last_request: Some(known.last_request),
            robots: known.robots.map(|(body, status, at)| RobotsMemory { body, status, at }),
            closed_until: known.closed_until,
        })
    }

    fn listed_before(&self, source: &str) -> usize {
        let listed = self.ask(|corpus| corpus.listed_before(source)).unwrap_or_default();
        usize::try_from(listed).unwrap_or(usize::MAX)
    }
}
