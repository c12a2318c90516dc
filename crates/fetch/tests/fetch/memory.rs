//! What a catalog would keep between runs, in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use belaeg_fetch::{HostMemory, Known, KnownDocument, Purpose, RobotsMemory, Validators};
use jiff::Timestamp;

use crate::Told;

#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    validators: HashMap<String, Validators>,
    /// By source and canonical address.
    marks: HashMap<(String, String), String>,
    documents: HashMap<(String, String), KnownDocument>,
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
                    let document = KnownDocument {
                        url: item.url.clone(),
                        fetch_url: exchange.url.clone(),
                        published: item.published,
                        checked: exchange.fetched_at,
                    };
                    kept.documents.insert(key, document);
                }
                _ => {}
            }
        }
        for gone in &told.gone {
            kept.documents.retain(|(_, url), _| url != gone);
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

    /// As if every `robots.txt` had come long ago.
    pub(crate) fn age_robots(&self) {
        for memory in self.0.lock().expect("no panic").hosts.values_mut() {
            if let Some(robots) = &mut memory.robots {
                robots.at = Timestamp::UNIX_EPOCH;
            }
        }
    }
}

impl Known for Memory {
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

    fn host(&self, host: &str) -> Option<HostMemory> {
        self.0.lock().expect("no panic").hosts.get(host).cloned()
    }

    fn listed_before(&self, source: &str) -> usize {
        self.0.lock().expect("no panic").listed.get(source).copied().unwrap_or(0)
    }
}
