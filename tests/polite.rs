//! Manners, as the log of the server shows them: pauses, `robots.txt`, `Crawl-delay`, `Retry-After`, refusals; with many
//! hosts at once and from run to run.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use belaeg_testbed::{Fault, LoggedRequest, RetryAfter, Spec};

use crate::net::{Net, address};
use crate::support::program;

/// The requests of each host, in the order of their arrival.
fn by_host(log: Vec<LoggedRequest>) -> BTreeMap<String, Vec<LoggedRequest>> {
    let mut hosts: BTreeMap<String, Vec<LoggedRequest>> = BTreeMap::new();
    for request in log {
        hosts.entry(request.host.clone()).or_default().push(request);
    }
    hosts.values_mut().for_each(|requests| requests.sort_by_key(|r| r.at_us));
    hosts
}

fn ended(request: &LoggedRequest) -> u64 {
    request.finished_at_us.unwrap_or_else(|| panic!("{request:?} has no end"))
}

/// Never two at once, and `pause_us` between the starts of any two.
///
/// The pause is kept where a request leaves and seen where it arrives. What holds however busy the machine is: a
/// request left after the answer before it was sent, and the n-th after that arrived no earlier than n pauses later.
fn assert_paced(host: &str, requests: &[LoggedRequest], pause_us: u64) {
    for pair in requests.windows(2) {
        assert!(ended(&pair[0]) <= pair[1].at_us, "{host}: two at once: {pair:?}");
    }
    for (at, first) in requests.iter().enumerate() {
        for (n, later) in (1..).zip(requests.iter().skip(at + 2)) {
            let least = ended(first) + n * pause_us;
            assert!(later.at_us >= least, "{host}: {} us too early: {later:?}", least - later.at_us);
        }
    }
    let (Some(first), Some(last)) = (requests.first(), requests.last()) else { return };
    let pauses = requests.len() as u64 - 1;
    let span = last.at_us - first.at_us;
    assert!(span + pause_us >= pauses * pause_us, "{host}: {span} us for {pauses} pauses");
}

#[test]
fn hosts_are_asked_one_request_at_a_time_with_pauses_also_across_runs() {
    let net = Net::new(12, 50);
    net.run(&["fetch", "--limit", "3"]);
    net.run(&["fetch", "--limit", "3"]);
    let log = net.server.log();
    for request in &log {
        assert!(request.header("user-agent").is_some_and(|a| a.starts_with("belaeg/")), "{request:?}");
    }
    let hosts = by_host(log);
    assert_eq!(hosts.len(), 20, "{:?}", hosts.keys());
    // Several were busy at once.
    let spans: u64 = hosts.values().map(|r| r[r.len() - 1].at_us - r[0].at_us).sum();
    assert!(spans > 2 * net.server.now_us(), "{spans} us of {}", net.server.now_us());
    for (host, requests) in &hosts {
        assert_paced(host, requests, 50_000);
    }
}

#[test]
fn a_killed_run_does_not_shorten_the_pause() {
    let net = Net::new(1, 1500);
    let answered = || net.server.log().iter().filter(|r| r.finished_at_us.is_some()).count();
    for _ in 0..3 {
        kill_when(&net, || answered() >= 3);
    }
    net.run(&["fetch", "odense-news", "--limit", "1"]);
    for (host, requests) in by_host(net.server.log()) {
        assert_paced(&host, &requests, 1_500_000);
    }
}

/// Starts a fetch of everything and kills it a moment after `is_time`.
fn kill_when(net: &Net, is_time: impl Fn() -> bool) {
    let mut child = Command::new(program())
        .args(["--home", ".", "fetch"])
        .current_dir(net.dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("belaeg starts");
    let begin = Instant::now();
    while !is_time() && begin.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(5));
    }
    // What has arrived is on its way into the archive.
    std::thread::sleep(Duration::from_millis(300));
    child.kill().expect("killed");
    child.wait().expect("ended");
}

#[test]
fn robots_are_asked_first_and_obeyed() {
    let net = Net::new(16, 0);
    net.server.set_fault("dagsordener.odense.dk", Fault::RobotsForbid);
    net.server.set_fault("www.ballerup.dk", Fault::RobotsError);
    net.run(&["fetch"]);
    net.run(&["fetch"]);
    let hosts = by_host(net.server.log());
    assert!(hosts.len() > 24, "{:?}", hosts.keys());
    for (host, requests) in &hosts {
        assert_eq!(requests[0].path, "/robots.txt", "{host}");
        let others = requests.iter().filter(|r| r.path != "/robots.txt").count();
        match host.as_str() {
            // Forbidden altogether, and for a while as nobody knows what is allowed.
            "dagsordener.odense.dk" | "www.ballerup.dk" => assert_eq!(others, 0, "{host}"),
            _ => assert_eq!(requests.len() - others, 1, "{host}: it is remembered from run to run"),
        }
        let rules = ["/nyheder/intern/", "/data/attachments/"];
        let forbidden = requests.iter().find(|r| rules.iter().any(|rule| r.path.starts_with(rule)));
        assert!(forbidden.is_none(), "{forbidden:?}");
    }
    let truth = net.server.truth();
    assert!(truth.documents.iter().any(|d| d.addresses[0].contains("/nyheder/intern/")), "nothing to obey");
}

#[test]
fn the_delay_that_a_host_asks_for_holds_from_run_to_run() {
    let spec = Spec { kommuner: 64, full: 0, meetings: 1, news: 1, letters: 0, ..Spec::default() };
    let net = Net::of(&spec, 10);
    // Langeland's hosts ask for a second.
    for _ in 0..2 {
        net.run(&["fetch", "langeland", "--limit", "1"]);
    }
    let hosts = by_host(net.server.log());
    assert_eq!(hosts.len(), 2, "{:?}", hosts.keys());
    for (host, requests) in &hosts {
        assert!(requests.len() > 4, "{host}: {requests:?}");
        assert_paced(host, requests, 1_000_000);
    }
}

#[test]
fn a_host_that_asks_to_be_left_alone_is_left_alone() {
    let net = Net::new(2, 0);
    let busy = |status, retry_after, times| Fault::Busy { status, retry_after, times };
    // One wait of two seconds in the middle of Odense's news, and one of an hour for its minutes.
    net.server.set_fault("www.odense.dk/nyheder/*", busy(503, RetryAfter::Seconds(2), 1));
    net.server
        .set_fault("dagsordener.odense.dk/api/agenda/dagsorden/*", busy(429, RetryAfter::Date(3600), 1));
    net.run(&["fetch"]);
    let hosts = by_host(net.server.log());
    let news = &hosts["www.odense.dk"];
    let at = news.iter().position(|r| r.status == 503).expect("an answer");
    assert!(news[at + 1].at_us >= news[at].at_us + 2_000_000, "{:?}", &news[at..=at + 1]);
    assert_eq!(news[at + 1].path, news[at].path, "and then it is asked for again");
    let minutes = &hosts["dagsordener.odense.dk"];
    assert_eq!(minutes.last().map(|r| r.status), Some(429), "nothing came after it");

    // The hour holds for the next run, the answer of which would be good.
    let before = net.server.log().len();
    net.run(&["fetch"]).exits(2);
    let log = net.server.log();
    assert!(log.len() > before, "others are asked");
    assert!(log[before..].iter().all(|r| r.host != "dagsordener.odense.dk"));
}

#[test]
fn a_short_wait_holds_for_a_run_that_was_started_within_it() {
    let net = Net::new(1, 0);
    let busy = Fault::Busy { status: 503, retry_after: RetryAfter::Seconds(8), times: 1 };
    net.server.set_fault("dagsordener.odense.dk/api/agenda/dagsorden/*", busy);
    let refused = || net.server.log().iter().position(|r| r.status == 503);
    kill_when(&net, || refused().is_some());
    net.run(&["fetch", "odense-minutes", "--limit", "1"]);
    let minutes = &by_host(net.server.log())["dagsordener.odense.dk"];
    let at = minutes.iter().position(|r| r.status == 503).expect("an answer");
    let next = minutes.get(at + 1).expect("another request");
    assert!(next.at_us >= minutes[at].at_us + 8_000_000, "{:?}", &minutes[at..=at + 1]);
}

#[test]
fn refusals_are_taken_as_they_are() {
    let spec = Spec {
        kommuner: 12,
        full: 0,
        meetings: 1,
        news: 1,
        letters: 26,
        crawl_delay_s: 0,
        ..Spec::default()
    };
    let net = Net::of(&spec, 0);
    // Somebody tries what stands behind a challenge.
    let sources = net.server.sources_toml();
    let lists = "system = \"listpage\"\noptions = { item = \"a\" }";
    net.write_sources(&sources.replace("system = \"none\"", lists));
    net.run(&["fetch"]);
    let log = net.server.log();
    let refused: Vec<&LoggedRequest> = log.iter().filter(|r| r.status == 403).collect();
    let hosts: BTreeSet<&str> = refused.iter().map(|r| r.host.as_str()).collect();
    assert_eq!(hosts, BTreeSet::from(["ishoj.dk", "www.ft.dk"]));
    for request in &refused {
        let times = log.iter().filter(|r| r.host == request.host && r.path == request.path).count();
        assert_eq!(times, 1, "{} was asked for again", address(&net.server, request));
    }
    let at_the_challenge: Vec<&str> =
        log.iter().filter(|r| r.host == "ishoj.dk").map(|r| r.path.as_str()).collect();
    assert_eq!(at_the_challenge.len(), 2, "{at_the_challenge:?}");
}
