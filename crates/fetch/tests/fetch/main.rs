//! Fetches the simulated web of kommuner over real connections on loopback.

mod answers;
mod faults;
mod loopback;
mod memory;
mod polite;
mod real;
mod truth;

use std::sync::Arc;
use std::time::Duration;

use belaeg_fetch::{Cause, Event, Exchange, Purpose, Scope, Settings, Source, SourceReport, run, sources};
use belaeg_testbed::{Server, ServerOptions, Spec, World};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::{mpsc, watch};

use memory::Memory;

/// Everything that a run told.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) exchanges: Vec<Exchange>,
    /// Addresses of documents that are gone.
    pub(crate) gone: Vec<String>,
    pub(crate) reports: Vec<SourceReport>,
    /// Hosts that asked to be left alone, and until when.
    pub(crate) waits: Vec<(String, Timestamp)>,
    /// What did not come and is not asked for again soon.
    pub(crate) missed: Vec<Missed>,
}

/// A document that did not come: source, canonical address, what it is attached to, why.
pub(crate) type Missed = (String, String, Option<String>, Cause);

impl Told {
    pub(crate) fn documents(&self) -> impl Iterator<Item = (&belaeg_fetch::Item, &Exchange)> {
        self.exchanges.iter().filter_map(|e| match &e.purpose {
            Purpose::Document(item) => Some((&**item, e)),
            _ => None,
        })
    }

    pub(crate) fn report(&self, source: &str) -> &SourceReport {
        self.reports.iter().find(|r| r.source == source).expect("a report")
    }

    /// The only report.
    pub(crate) fn single(&self) -> &SourceReport {
        assert_eq!(self.reports.len(), 1);
        &self.reports[0]
    }
}

/// A world of `kommuner` as it is today.
pub(crate) fn world(kommuner: usize) -> Server {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let spec = Spec { kommuner, letters: 8, crawl_delay_s: 0, today, ..Spec::default() };
    Server::start(World::new(&spec), ServerOptions::default()).expect("a server")
}

pub(crate) fn settings() -> Settings {
    Settings {
        user_agent: "belaeg/0.1 (+https://eksempel.dk)".to_owned(),
        interval: Duration::from_millis(1),
        retries: 1,
        longest_wait_days: 0,
        allow: vec!["*.localhost".to_owned()],
        ..Settings::default()
    }
}

/// The sources of a world whose ids `wanted` likes.
pub(crate) fn chosen(server: &Server, wanted: impl Fn(&Source) -> bool) -> Vec<Source> {
    let all = sources(&server.sources_toml()).expect("sources");
    let chosen: Vec<Source> = all.into_iter().filter(wanted).collect();
    assert!(!chosen.is_empty());
    chosen
}

/// The one source with this id.
pub(crate) fn one(server: &Server, id: &str) -> Vec<Source> {
    chosen(server, |s| s.id == id)
}

/// Runs to the end and keeps everything; the memory learns of it as a catalog would.
pub(crate) fn fetch(sources: Vec<Source>, scope: Scope, settings: Settings, memory: &Arc<Memory>) -> Told {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (out, mut events) = mpsc::channel(4);
        let (_stop, stopping) = watch::channel(false);
        let known: Arc<Memory> = Arc::clone(memory);
        let task = tokio::spawn(run(sources, scope, settings, known, out, stopping));
        let mut told = Told::default();
        while let Some(event) = events.recv().await {
            take(&mut told, event);
        }
        task.await.expect("the run ends");
        memory.learn(&told);
        told
    })
}

pub(crate) fn take(told: &mut Told, event: Event) {
    match event {
        Event::Exchange(exchange) => told.exchanges.push(*exchange),
        Event::Gone { url, .. } => told.gone.push(url),
        Event::Missed { source, url, whole, cause, .. } => told.missed.push((source, url, whole, cause)),
        Event::Wait { host, until } => told.waits.push((host, until)),
        Event::Finished(report) => told.reports.push(report),
    }
}

/// A first run over some sources, without a limit.
pub(crate) fn first(sources: Vec<Source>) -> Told {
    fetch(sources, Scope::default(), settings(), &Arc::default())
}
