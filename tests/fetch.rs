//! `belaeg fetch` against a simulated web of kommuner: what is in the archive afterwards is held against what was published.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use belaeg_testbed::{Document, Fault, Kind, LoggedRequest, Spec, System};
use serde_json::Value;

use crate::net::{History, Net, Record, address};
use crate::support::{Dice, program, skipped, strings, text};

/// All 98 kommuner; those with a rare system publish as much as ever, the others a little each.
fn country() -> Spec {
    Spec { full: 14, meetings: 2, news: 4, letters: 26, crawl_delay_s: 0, ..Spec::default() }
}

#[test]
fn all_that_is_published_is_kept_once_and_every_edit_is_a_version() {
    let net = Net::of(&country(), 0);
    let mut history = History::default();
    for step in 0..3 {
        if step > 0 {
            net.server.step();
        }
        let lines = net.fetch(&mut history);
        let wrong = net.differences(&mut history);
        assert!(
            wrong.is_empty(),
            "step {step}: {} wrong:\n{}",
            wrong.len(),
            wrong[..wrong.len().min(20)].join("\n")
        );
        assert_all_complete(&net, &lines);
    }
    assert_every_quirk(&net);
    assert_told(&net);
    assert_archived_once(&net);
}

/// The comparison itself: one document that nobody published, one that is doubled, one tombstone of another day.
#[test]
fn what_is_wrong_in_a_catalog_is_seen() {
    let net = Net::new(2, 0);
    let mut history = History::default();
    for step in 0..3 {
        if step > 0 {
            net.server.step();
        }
        net.fetch(&mut history);
        assert_eq!(net.differences(&mut history), [""; 0]);
    }
    let news = "(SELECT document_id FROM pages WHERE gone_at IS NULL AND source = 'odense-news' LIMIT 1)";

    for (change, found) in [
        (
            "UPDATE pages SET gone_at = '2020-01-01T00:00:00Z' WHERE gone_at IS NOT NULL".to_owned(),
            "which was not step",
        ),
        (
            format!(
                "INSERT INTO documents SELECT 'd', url, NULL FROM (SELECT 'http://x.dk/' AS url); \
                 INSERT INTO pages SELECT 'd', source, 'http://x.dk/', NULL, NULL, NULL, NULL, NULL, NULL, first_seen, \
                 last_seen, checked_at, NULL, NULL FROM pages WHERE document_id = {news}"
            ),
            "was never published",
        ),
        (
            format!(
                "UPDATE documents SET url = (SELECT url FROM documents WHERE id = {news}) || '?utm_source=nyhedsbrev' \
                 WHERE id = 'd'; UPDATE pages SET fetch_url = 'http://y.dk/' WHERE document_id = 'd'"
            ),
            "is there 2 times",
        ),
    ] {
        net.catalog().execute_batch(&change).expect("changed");
        let wrong = net.differences(&mut history);
        assert!(wrong.iter().any(|w| w.contains(found)), "{found}: {wrong:?}");
    }
}

/// Every source was read to its end, but for the one that nobody may fetch.
fn assert_all_complete(net: &Net, lines: &[Value]) {
    assert_eq!(lines.len(), net.server.sources_toml().matches("[[source]]").count());
    for line in lines.iter().filter(|l| l["source"] != "ishoej-minutes") {
        assert_eq!(line["complete"], true, "{line}");
        assert_eq!(line["alarms"], serde_json::json!([]), "{line}");
    }
}

/// The world had everything that is hard about the real one.
fn assert_every_quirk(net: &Net) {
    let (sources, truth, log) = (net.server.sources_toml(), net.server.truth(), net.server.log());
    for system in System::ALL {
        assert!(sources.contains(&format!("system = \"{}\"", system.as_str())), "{system:?}");
        let is_there = truth.documents.iter().any(|d| d.system == system);
        assert_eq!(is_there, system != System::None, "{system:?}");
    }
    let places: HashSet<_> = truth.documents.iter().map(|d| d.place).collect();
    assert_eq!(places.len(), 98);
    let some = |what: &str, is: &dyn Fn(&Document) -> bool| {
        assert!(truth.documents.iter().any(is), "no document {what}");
    };
    for kind in [Kind::Agenda, Kind::Minutes, Kind::News, Kind::Letter, Kind::Attachment] {
        some(&format!("of kind {kind:?}"), &|d| d.kind == kind);
    }
    for status in [404, 410] {
        some(&format!("gone with {status}"), &|d| d.withdrawn.is_some_and(|w| w.status == status));
    }
    some("that robots.txt forbids", &|d| d.forbidden == Some(belaeg_testbed::Forbidden::Robots));
    some("that answers 403", &|d| d.forbidden == Some(belaeg_testbed::Forbidden::Blocked));
    some("that was edited", &|d| d.kind == Kind::News && d.versions.len() > 1);
    some("that was an agenda and is minutes", &|d| d.kind == Kind::Minutes && d.versions.len() > 1);
    for status in [200, 301, 302, 304, 403, 404, 410] {
        assert!(log.iter().any(|r| r.status == status), "no answer {status}");
    }
    // A zipped sitemap, the second page of a list, a session, a meeting that no list has and a search does.
    for part in [".xml.gz", "?page=1", "/Home/AnonymousAuthentication", "/fragments/meeting/"] {
        assert!(log.iter().any(|r| r.path.contains(part)), "nobody asked for {part}");
    }
}

/// What was edited without a word is told, and what is gone.
fn assert_told(net: &Net) {
    let status = net.run(&["status", "--json"]).exits(0).one();
    assert!(status["sources"].as_array().is_some_and(|s| s.len() >= 98), "{status}");
    let catalog = net.catalog();
    let edited = strings(&catalog, "SELECT document_id FROM versions GROUP BY 1 HAVING count(*) > 1");
    let diffs = edited.iter().map(|id| net.run(&["show", id, "--diff", "1", "2", "--json"]).exits(0).one());
    let mut changed = diffs.filter(|d| d["claims"]["changed"].as_array().is_some_and(|c| !c.is_empty()));
    assert!(changed.next().is_some(), "none of {} tells of a changed claim", edited.len());
    let gone = strings(&catalog, "SELECT document_id FROM pages WHERE gone_at IS NOT NULL");
    let shown = net.run(&["show", &gone[0]]).exits(0).out;
    assert!(shown.contains("WITHDRAWN"), "{shown}");
}

/// The archive has each version of a document as one response, and no other whole answer from its address.
fn assert_archived_once(net: &Net) {
    let mut responses = HashMap::<String, usize>::new();
    for record in net.records() {
        let is_whole = record.kind == "response" && record.status == Some(200);
        *responses.entry(record.address).or_default() += usize::from(is_whole);
    }
    let snapshots = "SELECT p.fetch_url || ' ' || count(*) FROM snapshots s JOIN pages p USING (document_id) \
                     GROUP BY p.document_id";
    for line in strings(&net.catalog(), snapshots) {
        let (address, count) = line.rsplit_once(' ').expect("two columns");
        let archived = responses.get(address).copied().unwrap_or_default();
        assert_eq!(archived.to_string(), count, "{address}");
    }
}

#[test]
fn a_second_run_asks_only_whether_anything_changed() {
    let net = Net::new(14, 0);
    let mut history = History::default();
    net.fetch(&mut history);
    let asked = net.server.log().len();
    let archived = net.records().len();
    let count = |table: &str| strings(&net.catalog(), &format!("SELECT cast(count(*) AS TEXT) FROM {table}"));
    let before = (count("snapshots"), count("versions"), count("documents"));
    let lines = net.fetch(&mut history);
    assert!(lines.iter().all(|l| l["fetched"] == 0 && l["gone"] == 0), "{lines:?}");
    assert_eq!((count("snapshots"), count("versions"), count("documents")), before);
    let log = net.server.log();
    let (first, second) = log.split_at(asked);
    assert!(second.len() < first.len(), "{} requests and then {}", first.len(), second.len());
    assert_conditional(&net, first, second);
    assert_archive_grew_by_revisits(&net, archived);
}

/// Documents are asked for again under the condition that they changed, wherever their host gave the means.
fn assert_conditional(net: &Net, first: &[LoggedRequest], second: &[LoggedRequest]) {
    let addresses = addresses(net);
    let with_validators: HashSet<(&str, &str)> = first
        .iter()
        .filter(|r| r.status == 200 && r.has_validators)
        .map(|r| (r.host.as_str(), r.path.as_str()))
        .collect();
    let is_conditional =
        |r: &LoggedRequest| r.header("if-none-match").or(r.header("if-modified-since")).is_some();
    let mut conditional = 0;
    for request in second.iter().filter(|r| addresses.contains(&address(&net.server, r))) {
        if with_validators.contains(&(&request.host, &request.path)) {
            assert!(is_conditional(request), "{request:?}");
            // Without a session every address only leads to one.
            assert!([304, 302].contains(&request.status), "{request:?}");
            conditional += 1;
        } else {
            assert!(!request.has_validators, "{request:?}");
        }
    }
    assert!(conditional > 50, "{conditional}");
}

/// What is the same is said in a line: the archive has no document a second time, and no list that is as it was.
fn assert_archive_grew_by_revisits(net: &Net, archived: usize) {
    let (addresses, mut revisits) = (addresses(net), 0);
    let records = net.records();
    let (before, after) = records.split_at(archived);
    let lists = |records: &[Record], kind: &str| {
        let is_list =
            |r: &&Record| r.kind == kind && r.status == Some(200) && !addresses.contains(&r.address);
        records.iter().filter(is_list).count()
    };
    let whole = (lists(before, "response"), lists(after, "response"));
    assert!(lists(after, "revisit") > 10 && whole.1 < whole.0 / 4, "{whole:?} {}", lists(after, "revisit"));
    for record in after {
        let is_document = addresses.contains(&record.address);
        match record.kind.as_str() {
            "revisit" => revisits += 1,
            "request" | "warcinfo" => {}
            // How each run ended.
            "metadata" if record.address.is_empty() => {}
            // Lists, and ways to a session.
            "response" if !is_document || record.status != Some(200) => {}
            kind => panic!("{kind} {:?} {}", record.status, record.address),
        }
    }
    assert!(revisits > 50, "{revisits}");
}

/// Every address of every document.
fn addresses(net: &Net) -> HashSet<String> {
    net.server.truth().documents.into_iter().flat_map(|d| d.addresses).collect()
}

#[test]
fn what_is_published_can_be_searched_for_after_one_fetch() {
    let net = Net::new(3, 0);
    let mut history = History::default();
    net.fetch(&mut history);
    net.server.step();
    net.server.step();
    let truth = net.server.truth();
    let is_new = |d: &&Document| {
        d.versions.first().is_some_and(|v| v.step == 2) && d.forbidden.is_none() && d.withdrawn.is_none()
    };
    let kinds = [Kind::News, Kind::Minutes, Kind::Attachment];
    let fresh: Vec<&Document> = kinds
        .iter()
        .map(|k| truth.documents.iter().filter(is_new).find(|d| d.kind == *k).expect("a new document"))
        .collect();
    let is_found = |document: &Document| {
        let claim = document.versions[0].claims.first().expect("a claim");
        let query = format!("\"{}\"", claim.quote);
        let hits = net.run(&["search", &query, "--json", "--limit", "1000"]).json();
        hits.iter().any(|hit| document.addresses.contains(&text(&hit["document"]["url"])))
    };
    assert!(!fresh.iter().any(|d| is_found(d)));
    net.run(&["fetch"]);
    for document in fresh {
        assert!(is_found(document), "{document:?}");
    }
}

#[test]
fn a_source_that_lists_nothing_any_more_is_an_alarm() {
    let net = Net::new(1, 0);
    net.run(&["fetch", "odense-minutes"]);
    net.server.set_fault("dagsordener.odense.dk", Fault::ChangedTemplate);
    let line = net.run(&["fetch", "odense-minutes", "--json"]).exits(2).one();
    assert_eq!(line["complete"], false, "{line}");
    assert!(
        !line["alarms"].as_array().expect("a list").is_empty() || line["failed"].get("bad_listing").is_some(),
        "{line}"
    );
    assert_eq!(line["gone"], 0, "nothing is taken for gone: {line}");
}

#[test]
fn a_killed_run_loses_nothing_and_repeats_nothing() {
    let net = Net::new(8, 0);
    let start = Instant::now();
    let undisturbed = Net::new(8, 0);
    undisturbed.run(&["fetch"]);
    let took = start.elapsed();
    let mut dice = Dice(7);
    for _ in 0..50 {
        let mut child = Command::new(program())
            .args(["--home", ".", "fetch"])
            .current_dir(net.dir.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("belaeg starts");
        std::thread::sleep(
            (took.mul_f64(1.2) * u32::try_from(dice.below(1000)).expect("small") / 1000)
                .min(Duration::from_secs(3)),
        );
        let _ = child.kill();
        let _ = child.wait();
    }
    net.run(&["fetch"]);
    let wrong = net.differences(&mut History::default());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let catalog = net.catalog();
    assert_eq!(strings(&catalog, "PRAGMA integrity_check"), ["ok"]);

    let doubled = "SELECT document_id FROM snapshots GROUP BY document_id, sha256 HAVING count(*) > 1";
    assert_eq!(strings(&catalog, doubled), [""; 0]);
    let counts = |net: &Net| net.run(&["status", "--json"]).one()["statements"].clone();
    assert_eq!(counts(&net), counts(&undisturbed));
}

#[test]
fn what_is_fetched_can_be_searched_and_taken_down() {
    let net = Net::new(2, 0);
    let planned = net.run(&["fetch", "--dry-run"]).exits(0).out;
    assert!(planned.contains("/api/agenda/udvalgsliste"), "{planned}");
    assert!(net.server.log().is_empty(), "nothing was asked");
    net.run(&["fetch", "odense"]);
    let hits = net.run(&["search", "*", "--json"]).exits(0).json();
    let url = text(&hits[0]["document"]["url"]);
    assert!(url.contains("odense"), "{url}");
    let log = net.run(&["takedown", &url, "--reason", "anmodning"]).exits(0).one();
    assert!(log["records"].as_u64().is_some_and(|n| n >= 2), "{log}");
    let left = net.run(&["search", "*", "--json"]).json();
    assert!(left.iter().all(|hit| text(&hit["document"]["url"]) != url));
    net.run(&["fetch", "odense"]);
    let left = net.run(&["search", "*", "--json"]).json();
    assert!(left.iter().all(|hit| text(&hit["document"]["url"]) != url), "it is not fetched again");
    net.run(&["fetch", "odnese-minutes"]).exits(2).says(&["did you mean odense-minutes?"]);
}

#[test]
fn what_one_address_or_host_does_is_not_held_against_others() {
    let net = Net::new(1, 0);
    let letters: Vec<String> = net
        .server
        .truth()
        .documents
        .into_iter()
        .filter(|d| d.forbidden.is_none() && !d.versions.is_empty())
        .map(|d| d.addresses[0].clone())
        .filter(|a| a.contains("//www.odense.dk") || a.contains("//odense.dk"))
        .collect();
    let base = letters[0].split_inclusive('/').take(3).collect::<String>();
    let sources = format!(
        "[[source]]\nid = \"a-news\"\nkind = \"news\"\nsystem = \"urls\"\nbase = \"{base}\"\noptions = {{ urls = [\"http://dead.localhost:9/x\", \"{}\"] }}\n",
        letters[0]
    );
    fs_err::write(net.dir.path().join("corpus/sources.toml"), sources).expect("written");
    let line = net.run(&["fetch", "--json"]).exits(2).one();
    assert_eq!((&line["fetched"], &line["failed"]["connect"]), (&1.into(), &1.into()), "{line}");
}

/// A page that two sources list stays that of the one which brought it first, with its place and kind.
#[test]
fn a_page_of_two_sources_does_not_change_with_every_run() {
    let net = Net::new(1, 0);
    let sources = net.server.sources_toml();
    let is_news = |entry: &&str| entry.contains("\"odense-news\"");
    let first = sources.split("[[source]]").find(is_news).expect("a source");
    let other = |line: &str| match line.split(' ').next() {
        Some("id") => "id = \"aeroe-letters\"\n".to_owned(),
        Some("place") => "place = \"492\"\n".to_owned(),
        Some("kind") => "kind = \"letter\"\n".to_owned(),
        _ => format!("{line}\n"),
    };
    let second: String = first.lines().map(other).collect();
    net.write_sources(&format!("[[source]]{first}\n[[source]]{second}"));
    let known = || {
        let sql = "SELECT d.url || ' ' || p.source || ' ' || v.number || ' ' || v.place || ' ' || v.kind \
                   FROM documents d JOIN pages p ON p.document_id = d.id JOIN versions v ON v.document_id = d.id ORDER BY 1";
        strings(&net.catalog(), sql)
    };
    net.run(&["fetch"]);
    let first = known();
    assert!(first.len() > 3, "{first:?}");
    for _ in 0..2 {
        let lines = net.run(&["fetch", "--json"]).json();
        assert!(lines.iter().all(|l| l["fetched"] == 0 && l["gone"] == 0), "{lines:?}");
        assert_eq!(known(), first);
    }
    let listings = strings(&net.catalog(), "SELECT document_id FROM listings");
    assert_eq!(listings.len(), first.len(), "both list every page");
    net.run(&["reindex"]);
    for source in ["odense-news", "aeroe-letters"] {
        let hits = net.run(&["search", &format!("kilde:{source}"), "--json"]).json();
        let found: HashSet<String> = hits.iter().map(|hit| text(&hit["document"]["url"])).collect();
        assert_eq!(found.len(), first.len(), "{source}");
    }
    assert!(net.run(&["search", "kilde:odense-letters", "--json"]).json().is_empty());
}

/// Tools that others wrote read the archive: warcio (PyPI), where it is installed.
#[test]
fn other_tools_read_the_archive() {
    let python = ["python3", "python"].into_iter().find(|p| {
        Command::new(p).args(["-c", "import warcio"]).output().is_ok_and(|out| out.status.success())
    });
    let Some(python) = python else { return skipped("warcio is not installed (pip install warcio)") };
    let net = Net::new(3, 0);
    net.run(&["fetch"]);
    net.server.step();
    net.run(&["fetch"]);
    let files: Vec<PathBuf> = fs_err::read_dir(net.dir.path().join("corpus/archive"))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    let script = "import sys, collections\nfrom warcio.archiveiterator import ArchiveIterator\nkinds = collections.Counter()\n\
        for path in sys.argv[1:]:\n  with open(path, 'rb') as f:\n    for r in ArchiveIterator(f, check_digests='raise'):\n      \
        kinds[r.rec_type] += 1\n      r.content_stream().read()\nprint(*(f'{k} {n}' for k, n in sorted(kinds.items())))";
    let out = Command::new(python).arg("-c").arg(script).args(&files).output().expect("python starts");
    let printed = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{printed}{}", String::from_utf8_lossy(&out.stderr));
    for kind in ["request", "response", "revisit", "warcinfo"] {
        assert!(printed.contains(kind), "{printed}");
    }
}
