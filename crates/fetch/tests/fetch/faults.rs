//! What goes wrong is counted by its cause, costs no other source, and ends in time.

use std::sync::Arc;
use std::time::Duration;

use belaeg_fetch::{Cause, Scope, Settings};
use belaeg_testbed::{Fault, Server};

use crate::memory::Memory;
use crate::{Told, chosen, fetch, first, one, settings, world};

fn strict() -> Settings {
    Settings {
        first_byte_timeout: Duration::from_millis(800),
        total_timeout: Duration::from_millis(1500),
        wire_bytes: 4 << 20,
        body_bytes: 8 << 20,
        listing_pages: 40,
        retries: 0,
        ..settings()
    }
}

fn with_fault(server: &Server, pattern: &str, fault: Fault, source: &str) -> Told {
    server.clear_faults();
    server.set_fault(pattern, fault);
    fetch(one(server, source), Scope::default(), strict(), &Arc::default())
}

#[test]
fn causes() {
    let server = world(1);
    let pause = Duration::from_secs(1);
    for (fault, cause) in [
        (Fault::Silent, Cause::Timeout),
        (Fault::Slow { chunk: 1, pause }, Cause::Timeout),
        (Fault::CutOff, Cause::Interrupted),
        (Fault::RedirectLoop, Cause::TooManyRedirects),
        (Fault::GzipBomb { mib: 64 }, Cause::TooLarge),
        (Fault::EndlessBody, Cause::TooLarge),
        (Fault::DeclaredHuge, Cause::TooLarge),
        (Fault::ChangedTemplate, Cause::BadListing),
        (Fault::CookieWall, Cause::BadListing),
        (Fault::Malformed, Cause::BadListing),
    ] {
        let told = with_fault(&server, "dagsordener.odense.dk", fault.clone(), "odense-minutes");
        let report = told.single();
        assert!(report.failed.contains_key(&cause), "{fault:?}: {report:?}");
        assert!(!report.complete && !report.alarms.is_empty(), "{fault:?}: {report:?}");
    }
}

#[test]
fn bombs_among_documents_cost_the_document() {
    let server = world(1);
    let told =
        with_fault(&server, "dagsordener.odense.dk/vis/*", Fault::GzipBomb { mib: 64 }, "odense-minutes");
    let report = told.single();
    assert!(report.failed.contains_key(&Cause::TooLarge), "{report:?}");
    assert!(report.complete && report.fetched > 0, "{report:?}");
}

#[test]
fn lists_without_end_end() {
    let server = world(12);
    for source in chosen(&server, |s| s.system != belaeg_fetch::System::None) {
        let host = source.base.host_str().unwrap_or_default().replace(".localhost", "");
        let told = with_fault(&server, &host, Fault::EndlessList, &source.id);
        assert!(told.single().listed < 5000, "{:?}", told.single());
    }
}

#[test]
fn another_template_is_no_empty_list() {
    let server = world(12);
    let memory: Arc<Memory> = Arc::default();
    fetch(chosen(&server, |_| true), Scope::default(), strict(), &memory);
    server.set_fault("*", Fault::ChangedTemplate);
    let told = fetch(chosen(&server, |_| true), Scope::default(), strict(), &memory);
    for report in told.reports.iter().filter(|r| !r.source.ends_with("-letters")) {
        assert!(!report.complete && !report.alarms.is_empty(), "{report:?}");
        assert_eq!(report.gone, 0, "{report:?}");
    }
}

#[test]
fn an_empty_list_is_an_alarm_where_it_was_not_before() {
    let server = world(5);
    let memory: Arc<Memory> = Arc::default();
    let toml = server.sources_toml().replace("/om-kommunen/byraad/dagsorden-og-referat", "/");
    let rksk: Vec<_> = belaeg_fetch::sources(&toml).expect("sources");
    let rksk: Vec<_> = rksk.into_iter().filter(|s| s.system == belaeg_fetch::System::Rksk).collect();
    let mut rksk = rksk;
    rksk[0].options.lists.truncate(1);
    memory.set_listed(&rksk[0].id, 40);
    let told = fetch(rksk, Scope::default(), strict(), &memory);
    assert!(!told.single().complete);
    assert!(told.single().alarms.iter().any(|a| a.contains("they named 40")), "{:?}", told.single());
}

/// A meeting whose attachments did not all come is asked for again as if it were new.
#[test]
fn what_is_not_whole_is_not_remembered_as_whole() {
    let server = world(1);
    let memory: Arc<Memory> = Arc::default();
    let id = "odense-minutes";
    server.set_fault("dagsordener.odense.dk/vis/pdf/*", Fault::CutOff);
    let patient = Settings { retries: 0, interval: Duration::ZERO, ..settings() };
    let told = fetch(one(&server, id), Scope::default(), patient, &memory);
    let (item, _) = told.documents().find(|(_, e)| e.url.contains("/api/")).expect("a meeting");
    assert!(told.documents().any(|(item, _)| !memory.has_mark(id, &item.url)), "{}", item.url);
    server.clear_faults();
    fetch(one(&server, id), Scope::default(), settings(), &memory);
    let truth = server.truth();
    let attachments = truth
        .documents
        .iter()
        .filter(|d| d.addresses[0].contains("odense.dk") && d.addresses[0].contains("/vis/pdf/"));
    for attachment in attachments {
        assert!(memory.knows(&attachment.addresses[0]), "{}", attachment.addresses[0]);
    }
}

#[test]
fn a_wrong_charset_is_read() {
    let server = world(2);
    server.set_fault("dagsordener.odense.dk", Fault::WrongCharset);
    let told = first(one(&server, "odense-minutes"));
    let titles: Vec<&str> = told.documents().filter_map(|(item, _)| item.title.as_deref()).collect();
    assert!(titles.iter().any(|t| t.contains(['æ', 'ø', 'å'])), "{titles:?}");
    assert!(!titles.iter().any(|t| t.contains('\u{fffd}')), "{titles:?}");
}
