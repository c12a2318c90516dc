//! What a catalog would keep between runs, in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use belaeg_fetch::{HostMemory, Known, KnownDocument, KnownMiss, Purpose, RobotsMemory, Validators};
use jiff::{SignedDuration, Timestamp};

use crate::Told;

#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    validators: HashMap<String, Validators>,
    /// By source and canonical address.
    marks: HashMap<(String, String), String>,
    documents: HashMap<(String, String), KnownDocument>,
    /// Canonical addresses by others.
    aliases: HashMap<String, String>,
    /// By source and canonical address.
    misses: HashMap<(String, String), KnownMiss>,
    hosts: HashMap<String, HostMemory>,
    listed: HashMap<String, usize>,
}

fn host(url: &str) -> String {
    url.split('/').nth(2).unwrap_or_default().to_owned()
}

impl Memory {
    /// Takes in what a run told.
    pub(crate) fn learn(&self, told: &Told) {
        let mut kept = self.0.lock().expect("no panic");
        for exchange in told.exchanges.iter().filter(|e| e.status != 0) {
            let memory = kept.hosts.entry(host(&exchange.url)).or_default();
            memory.last_request = memory.last_request.max(Some(exchange.fetched_at));
            match &exchange.purpose {
                Purpose::Robots => {
                    let body = String::from_utf8_lossy(&exchange.body).into_owned();
                    memory.robots =
                        Some(RobotsMemory { body, status: exchange.status, at: exchange.fetched_at });
                }
                Purpose::Document(item) => {
                    let key = (exchange.source.clone(), item.url.clone());
                    kept.validators.insert(exchange.url.clone(), exchange.validators.clone());
                    match &item.mark {
                        Some(mark) => kept.marks.insert(key.clone(), mark.clone()),
                        None => kept.marks.remove(&key),
                    };
                    kept.misses.remove(&key);
                    for alias in &item.aliases {
                        kept.aliases.insert(alias.clone(), item.url.clone());
                    }
                    let before = kept.documents.get(&key).filter(|_| exchange.status == 304);
                    let document = KnownDocument {
                        url: item.url.clone(),
                        fetch_url: exchange.url.clone(),
                        published: item.published,
                        checked: exchange.fetched_at,
                        changed: before.map_or(exchange.fetched_at, |d| d.changed),
                    };
                    kept.documents.insert(key, document);
                }
                _ => {}
            }
        }
        for (source, url, whole, cause) in &told.missed {
            let key = (source.clone(), url.clone());
            let tries = kept.misses.get(&key).filter(|m| m.cause == *cause).map_or(1, |m| m.tries + 1);
            let (url, whole) = (url.clone(), whole.clone());
            kept.misses.insert(key, KnownMiss { url, whole, cause: *cause, tries, at: Timestamp::now() });
        }
        for gone in &told.gone {
            kept.documents.retain(|(_, url), _| url != gone);
        }
        for (host, until) in &told.waits {
            kept.hosts.entry(host.clone()).or_default().closed_until = Some(*until);
        }
        for report in told.reports.iter().filter(|r| r.complete) {
            kept.listed.insert(report.source.clone(), report.listed);
        }
    }

    pub(crate) fn set_host(&self, host: String, memory: HostMemory) {
        self.0.lock().expect("no panic").hosts.insert(host, memory);
    }

    /// As if the last good run had listed so many documents.
    pub(crate) fn set_listed(&self, source: &str, listed: usize) {
        self.0.lock().expect("no panic").listed.insert(source.to_owned(), listed);
    }

    pub(crate) fn knows(&self, url: &str) -> bool {
        self.0.lock().expect("no panic").documents.keys().any(|(_, u)| u == url)
    }

    pub(crate) fn has_mark(&self, source: &str, url: &str) -> bool {
        self.0.lock().expect("no panic").marks.contains_key(&(source.to_owned(), url.to_owned()))
    }

    /// As if everything had happened so many days earlier.
    pub(crate) fn age(&self, days: i64) {
        let mut kept = self.0.lock().expect("no panic");
        let Kept { documents, misses, .. } = &mut *kept;
        let times = documents.values_mut().flat_map(|d| [&mut d.checked, &mut d.changed]);
        for at in times.chain(misses.values_mut().map(|m| &mut m.at)) {
            *at -= SignedDuration::from_hours(24 * days);
        }
    }

    /// As if every `robots.txt` had come then.
    pub(crate) fn date_robots(&self, at: Timestamp) {
        for memory in self.0.lock().expect("no panic").hosts.values_mut() {
            if let Some(robots) = &mut memory.robots {
                robots.at = at;
            }
        }
    }
}

impl Known for Memory {
    fn is_taken_down(&self, _: &str) -> bool {
        false
    }

    fn validators(&self, url: &str) -> Option<Validators> {
        self.0.lock().expect("no panic").validators.get(url).cloned()
    }

    fn mark(&self, source: &str, url: &str) -> Option<String> {
        let key = (source.to_owned(), url.to_owned());
        self.0.lock().expect("no panic").marks.get(&key).cloned()
    }

    fn documents(&self, source: &str) -> Vec<KnownDocument> {
        let kept = self.0.lock().expect("no panic");
        kept.documents.iter().filter(|((s, _), _)| s == source).map(|(_, d)| d.clone()).collect()
    }

    fn canonical(&self, url: &str) -> Option<String> {
        let kept = self.0.lock().expect("no panic");
        let own = kept.documents.keys().find(|(_, u)| u == url).map(|(_, u)| u.clone());
        own.or_else(|| kept.aliases.get(url).cloned())
    }

    fn misses(&self, source: &str) -> Vec<KnownMiss> {
        let kept = self.0.lock().expect("no panic");
        kept.misses.iter().filter(|((s, _), _)| s == source).map(|(_, m)| m.clone()).collect()
    }

    fn host(&self, host: &str) -> Option<HostMemory> {
        self.0.lock().expect("no panic").hosts.get(host).cloned()
    }

    fn listed_before(&self, source: &str) -> usize {
        self.0.lock().expect("no panic").listed.get(source).copied().unwrap_or(0)
    }
}
