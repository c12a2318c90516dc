//! Manners: who is asked what, when, and how often.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use belaeg_fetch::{Cause, HostMemory, Purpose, Scope, Settings, run};
use belaeg_testbed::{Fault, RetryAfter};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};

use crate::memory::Memory;
use crate::{chosen, fetch, first, one, settings, world};

#[test]
fn one_request_at_a_time_and_a_pause_between() {
    let server = world(3);
    let pause = Duration::from_millis(20);
    let settings = Settings { interval: pause, ..settings() };
    let scope = Scope { limit: Some(6), ..Scope::default() };
    fetch(chosen(&server, |_| true), scope, settings, &Arc::default());
    let mut by_host: HashMap<String, Vec<_>> = HashMap::new();
    for request in server.log() {
        by_host.entry(request.host.clone()).or_default().push(request);
    }
    assert!(by_host.len() >= 6, "{:?}", by_host.keys());
    for (host, requests) in by_host {
        assert_eq!(requests[0].path, "/robots.txt", "{host}");
        for pair in requests.windows(2) {
            let end = pair[0].finished_at_us.expect("an end");
            assert!(pair[1].at_us >= end, "{host}: two at once");
        }
        // The clock of the server sees the ends of the pauses blurred by what the machine does besides.
        let span = requests.last().map_or(0, |r| r.at_us) - requests[0].at_us;
        let least = u64::try_from(requests.len() - 2).expect("two requests") * 20_000;
        assert!(span + 20_000 >= least, "{host}: {} requests in {span} us", requests.len());
        assert!(requests.iter().all(|r| r.header("user-agent") == Some("belaeg/0.1 (+https://eksempel.dk)")));
    }
}

#[test]
fn robots_are_remembered_for_a_day() {
    let server = world(1);
    let memory: Arc<Memory> = Arc::default();
    let asked = || server.log().iter().filter(|r| r.path == "/robots.txt").count();
    let run = || fetch(one(&server, "odense-minutes"), Scope::default(), settings(), &memory);
    run();
    run();
    assert_eq!(asked(), 1);
    memory.date_robots(Timestamp::UNIX_EPOCH);
    run();
    assert_eq!(asked(), 2);
    // The clock was wrong once.
    memory.date_robots(Timestamp::now() + SignedDuration::from_hours(2));
    run();
    assert_eq!(asked(), 3);
}

#[test]
fn robots_forbid_and_robots_fail() {
    let server = world(1);
    for (fault, cause) in [(Fault::RobotsForbid, Cause::Robots), (Fault::RobotsError, Cause::HostClosed)] {
        server.clear_faults();
        server.set_fault("dagsordener.odense.dk", fault);
        let before = server.log().len();
        let told = first(one(&server, "odense-minutes"));
        let report = told.single();
        assert_eq!(report.failed.get(&cause), Some(&1), "{report:?}");
        assert!(!report.complete && !report.alarms.is_empty());
        assert!(server.log()[before..].iter().all(|r| r.path == "/robots.txt"));
    }
}

#[test]
fn a_short_wait_is_waited_and_a_long_one_closes_the_host() {
    let server = world(1);
    let busy = |retry_after| Fault::Busy { status: 429, retry_after, times: 1 };
    server.set_fault("dagsordener.odense.dk", busy(RetryAfter::Seconds(1)));
    let told = first(one(&server, "odense-minutes"));
    assert!(told.single().complete, "{:?}", told.single());
    let log = server.log();
    let at = log.iter().position(|r| r.status == 429).expect("an answer");
    assert!(log[at + 1].at_us - log[at].at_us >= 950_000, "it came back too early");
    assert_eq!(told.waits.len(), 1, "{:?}", told.waits);
    let kept: Vec<u16> =
        told.exchanges.iter().filter(|e| e.purpose == Purpose::Retried).map(|e| e.status).collect();
    assert_eq!(kept, [429], "no answer is dropped");

    server.set_fault("dagsordener.odense.dk", busy(RetryAfter::Date(86_400)));
    let told = first(one(&server, "odense-minutes"));
    let report = told.single();
    assert_eq!(told.waits.len(), 1, "{:?}", told.waits);
    assert!(report.alarms.iter().any(|a| a.contains("left alone")), "{report:?}");
    assert_eq!(report.fetched, 0);
}

#[test]
fn a_host_that_was_closed_stays_closed() {
    let server = world(1);
    let memory: Arc<Memory> = Arc::default();
    let host = server.origin("dagsordener.odense.dk").replace("http://", "");
    let until = Timestamp::now() + SignedDuration::from_hours(1);
    memory.set_host(host, HostMemory { closed_until: Some(until), ..HostMemory::default() });
    let told = fetch(one(&server, "odense-minutes"), Scope::default(), settings(), &memory);
    assert_eq!(told.single().failed.get(&Cause::HostClosed), Some(&1));
    assert!(server.log().is_empty());
}

#[test]
fn a_host_that_fails_at_five_addresses_is_left_alone() {
    let server = world(1);
    let down = Fault::Busy { status: 503, retry_after: RetryAfter::Unsaid, times: 1000 };
    server.set_fault("dagsordener.odense.dk/api/agenda/dagsorden/*", down);
    let told = first(one(&server, "odense-minutes"));
    let log = server.log();
    let failed: BTreeSet<&str> = log.iter().filter(|r| r.status == 503).map(|r| r.path.as_str()).collect();
    assert_eq!(failed.len(), 5, "{:?}", told.single());
    assert!(told.single().alarms.iter().any(|a| a.contains("in a row failed")), "{:?}", told.single());
}

#[test]
fn a_challenge_is_not_worked_around() {
    let server = world(12);
    let toml = server
        .sources_toml()
        .replace("system = \"none\"", "system = \"listpage\"\noptions = { item = \"a\" }");
    let all = belaeg_fetch::sources(&toml).expect("sources");
    let ishoej = all.into_iter().filter(|s| s.id == "ishoej-minutes").collect();
    let told = first(ishoej);
    assert!(told.single().failed.contains_key(&Cause::Challenge), "{:?}", told.single());
    assert!(!told.single().complete);
}

/// What earlier runs have is not sent again.
#[test]
fn nothing_new_is_nothing_fetched() {
    let server = world(12);
    let memory: Arc<Memory> = Arc::default();
    let run = || fetch(chosen(&server, |_| true), Scope::default(), settings(), &memory);
    let before = run();
    let after = run();
    let unchanged: usize = after.reports.iter().map(|r| r.unchanged).sum();
    assert!(unchanged > 50, "{unchanged}");
    assert!(after.exchanges.iter().any(|e| e.status == 304 && e.body.is_empty()));
    assert!(after.gone.is_empty(), "{:?}", after.gone);
    let documents = |told: &crate::Told| told.reports.iter().map(|r| r.listed).sum::<usize>();
    assert!(documents(&after) <= documents(&before));
}

#[test]
fn stopping_ends_every_source() {
    let server = world(3);
    let sources = chosen(&server, |_| true);
    let count = sources.len();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let told = runtime.block_on(async {
        let (out, mut events) = mpsc::channel(1);
        let (stop, stopping) = watch::channel(false);
        let settings = Settings { interval: Duration::from_secs(3600), ..settings() };
        let known: Arc<Memory> = Arc::default();
        tokio::spawn(run(sources, Scope::default(), settings, known, out, stopping));
        let mut told = crate::Told::default();
        while let Some(event) = events.recv().await {
            // The second request of every host would come in an hour.
            stop.send_replace(true);
            crate::take(&mut told, event);
        }
        told
    });
    assert_eq!(told.reports.len(), count);
    assert!(told.reports.iter().all(|r| !r.complete));
}

#[test]
fn limits_and_days_are_kept() {
    let server = world(1);
    let limited = Scope { limit: Some(3), ..Scope::default() };
    let told = fetch(one(&server, "odense-minutes"), limited, settings(), &Arc::default());
    assert_eq!(told.documents().count(), 3);
    assert!(!told.single().complete);
    let newest = told.single().newest.expect("a day");
    let since = Scope { since: Some(newest), limit: None };
    let told = fetch(one(&server, "odense-minutes"), since, settings(), &Arc::default());
    assert!(told.documents().count() > 0);
    assert!(told.documents().all(|(item, _)| item.published >= Some(newest)));
}

#[test]
fn a_plan_asks_nobody() {
    let server = world(12);
    for source in chosen(&server, |s| s.system != belaeg_fetch::System::None) {
        let plan = source.plan(&Scope::default());
        assert!(!plan.is_empty(), "{}", source.id);
    }
    assert!(server.log().is_empty());
}

/// A redirect into a private network is seen and not followed.
#[test]
fn private_networks_are_out_of_reach() {
    let server = world(1);
    server.set_fault("dagsordener.odense.dk", Fault::RedirectPrivate);
    let told = first(one(&server, "odense-minutes"));
    assert_eq!(told.single().failed.get(&Cause::PrivateAddress), Some(&1), "{:?}", told.single());
    assert!(told.exchanges.iter().any(|e| e.purpose == Purpose::Redirect && e.status == 302));

    server.clear_faults();
    let closed = Settings { allow: Vec::new(), ..settings() };
    let told = fetch(one(&server, "odense-minutes"), Scope::default(), closed, &Arc::default());
    assert_eq!(told.single().failed.get(&Cause::PrivateAddress), Some(&1), "{:?}", told.single());
}
