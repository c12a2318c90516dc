//! What is found is what is there: every system against the truth of the world, at the start and week by week.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use belaeg_fetch::{Cause, Scope, System};
use belaeg_testbed::{Forbidden, Server};

use crate::{Told, chosen, fetch, first, memory::Memory, one, settings, world};

/// Addresses at which a run found documents, whichever it calls the canonical ones.
fn found(told: &Told) -> BTreeSet<String> {
    let addresses = told.documents().flat_map(|(item, exchange)| [item.url.clone(), exchange.url.clone()]);
    addresses.collect()
}

/// The documents that are there and were not found, and those that were found and are not there.
fn differences(server: &Server, told: &Told, systems: &[&str]) -> (Vec<String>, Vec<String>) {
    let truth = server.truth();
    let found = found(told);
    let there = |d: &&belaeg_testbed::Document| d.withdrawn.is_none() && d.forbidden.is_none();
    let of_systems = |d: &&belaeg_testbed::Document| systems.contains(&d.system.as_str());
    let missed = truth.documents.iter().filter(there).filter(of_systems);
    let missed = missed.filter(|d| !d.addresses.iter().any(|a| found.contains(a)));
    let missed = missed.map(|d| format!("{} {}", d.system.as_str(), d.addresses[0])).collect();
    let known: BTreeSet<&String> =
        truth.documents.iter().flat_map(|d| &d.addresses).chain(&truth.soft_404).collect();
    let invented = told.documents().filter(|(item, exchange)| {
        exchange.status == 200 && !known.contains(&item.url) && !known.contains(&exchange.url)
    });
    (missed, invented.map(|(item, _)| item.url.clone()).collect())
}

#[test]
fn every_document_of_every_system_is_found() {
    let server = world(12);
    let told = first(chosen(&server, |_| true));
    let all: Vec<&str> = System::ALL.iter().map(|s| s.as_str()).collect();
    let (missed, invented) = differences(&server, &told, &all);
    assert!(missed.is_empty(), "missed:\n{}", missed.join("\n"));
    assert!(invented.is_empty(), "invented:\n{}", invented.join("\n"));
    for report in told.reports.iter().filter(|r| r.source != "ishoej-minutes") {
        assert!(report.complete, "{report:?}");
        assert!(report.alarms.is_empty(), "{report:?}");
    }
    let ishoej = told.report("ishoej-minutes");
    assert!(!ishoej.complete && ishoej.alarms.len() == 1, "{ishoej:?}");
    let asked: Vec<_> = server.log().into_iter().filter(|r| r.host == "ishoj.dk").collect();
    assert!(asked.is_empty(), "{asked:?}");
}

#[test]
fn what_may_not_be_fetched_is_counted_by_cause() {
    let server = world(4);
    let told = first(chosen(&server, |_| true));
    let truth = server.truth();
    for (why, cause) in [(Forbidden::Robots, Cause::Robots), (Forbidden::Blocked, Cause::Forbidden)] {
        let there: Vec<_> = truth.documents.iter().filter(|d| d.forbidden == Some(why)).collect();
        let counted: usize = told.reports.iter().filter_map(|r| r.failed.get(&cause)).sum();
        assert!(counted <= there.len(), "{why:?}: {counted} of {}", there.len());
        for document in there {
            assert!(!found(&told).contains(&document.addresses[0]));
        }
    }
}

#[test]
fn bytes_are_as_they_came() {
    use std::io::Read;
    let server = world(2);
    let told = first(one(&server, "odense-minutes"));
    let truth = server.truth();
    let by_address: HashMap<&String, _> =
        truth.documents.iter().flat_map(|d| d.addresses.iter().map(move |a| (a, d))).collect();
    let mut checked = 0;
    for (_, exchange) in told.documents() {
        let mut body = exchange.body.clone();
        if exchange.content_encoding.as_deref() == Some("gzip") {
            body.clear();
            flate2::read::MultiGzDecoder::new(&exchange.body[..]).read_to_end(&mut body).expect("gzip");
        }
        let version = by_address[&exchange.url].versions.last().expect("a version");
        assert_eq!(sha256(&body), version.sha256, "{}", exchange.url);
        assert!(exchange.request_head.starts_with(b"GET /"));
        assert!(exchange.request_head.ends_with(b"\r\n\r\n"));
        assert!(exchange.response_head.starts_with(b"HTTP/1.1 200 OK\r\n"));
        assert_eq!(exchange.ip.map(|ip| ip.is_loopback()), Some(true));
        checked += 1;
    }
    assert!(checked > 5, "{checked}");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Weeks go by: what is new or changed is fetched, what is withdrawn is gone, and the rest is left alone.
#[test]
fn weeks_go_by() {
    let server = world(12);
    let memory: Arc<Memory> = Arc::default();
    let all = |s: &Server| chosen(s, |_| true);
    let at_first = fetch(all(&server), Scope::default(), settings(), &memory);
    for week in 1..=3 {
        server.step();
        let told = fetch(all(&server), Scope::default(), settings(), &memory);
        let truth = server.truth();
        let found = found(&told);
        for document in &truth.documents {
            let was_there =
                memory.knows(&document.addresses[0]) || document.addresses.iter().any(|a| memory.knows(a));
            let address = &document.addresses[0];
            match document.withdrawn {
                Some(gone) => assert!(!was_there, "week {week}: {address} is gone since {}", gone.step),
                None if document.forbidden.is_none()
                    && document.versions.last().is_some_and(|v| v.step == week) =>
                {
                    let is_found = document.addresses.iter().any(|a| found.contains(a));
                    assert!(is_found, "week {week}: {} {address} changed", document.system.as_str());
                }
                None => {}
            }
        }
        let came = |told: &Told| told.reports.iter().map(|r| r.fetched).sum::<usize>();
        assert!(came(&told) < came(&at_first), "week {week}: {}", came(&told));
    }
}

#[test]
fn agenda_and_minutes_are_linked() {
    let server = world(2);
    server.step();
    let told = first(one(&server, "odense-minutes"));
    let mut groups: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for (item, exchange) in told.documents().filter(|(_, e)| e.url.contains("/api/")) {
        let group = item.group.as_deref().expect("a group");
        groups.entry(group).or_default().insert(&exchange.url);
    }
    assert!(groups.values().any(|records| records.len() > 1), "{groups:?}");
}
