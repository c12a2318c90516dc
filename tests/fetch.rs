//! `belaeg fetch` against a simulated web of kommuner: what is in the archive afterwards is held against what was published.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use belaeg_testbed::{Document, Fault, LoggedRequest, RetryAfter, Server, ServerOptions, Spec, World};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{Dice, Run, belaeg, program, skipped, strings, text};

/// A home beside a served world.
struct Net {
    server: Server,
    dir: TempDir,
}

impl Net {
    /// Kommuner with every system among them, as soon as there are twelve.
    fn new(kommuner: usize, interval_ms: u32) -> Self {
        let spec = Spec { kommuner, meetings: 3, news: 4, letters: 6, crawl_delay_s: 0, ..Spec::default() };
        let server = Server::start(World::new(&spec), ServerOptions::default()).expect("a free port");
        let dir = tempfile::tempdir().expect("a folder");
        fs_err::create_dir_all(dir.path().join("corpus")).expect("a folder");
        fs_err::write(dir.path().join("corpus/sources.toml"), server.sources_toml()).expect("written");
        let settings = format!(
            "[fetch]\nallow_hosts = [\"*.localhost\"]\ninterval_ms = {interval_ms}\nfirst_byte_seconds = 5\ntotal_seconds = 10\nwire_mib = 2\nlongest_wait_days = 0\n"
        );
        fs_err::write(dir.path().join("belaeg.toml"), settings).expect("written");
        Self { server, dir }
    }

    fn run(&self, args: &[&str]) -> Run {
        belaeg(self.dir.path(), &[&["--home", "."], args].concat())
    }

    fn catalog(&self) -> Connection {
        Connection::open(self.dir.path().join("corpus/catalog.sqlite")).expect("a catalog")
    }

    /// The digests of every document's snapshots by each of its addresses, and whether it is gone.
    fn stored(&self) -> BTreeMap<String, (Vec<String>, bool)> {
        let catalog = self.catalog();
        let mut stored: BTreeMap<String, (Vec<String>, bool)> = BTreeMap::new();
        let sql = "SELECT d.url, p.fetch_url, s.sha256, p.gone_at IS NOT NULL, \
                   (SELECT group_concat(a.url, char(10)) FROM aliases a WHERE a.document_id = d.id) \
                   FROM snapshots s JOIN documents d ON d.id = s.document_id \
                   JOIN pages p ON p.document_id = d.id ORDER BY s.id";
        let mut rows = catalog.prepare(sql).expect("SQL");
        let mut rows = rows.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let of = |column: usize| row.get::<_, Option<String>>(column).expect("text").unwrap_or_default();
            let (url, asked, sha256, aliases) = (of(0), of(1), of(2), of(4));
            let gone = row.get::<_, bool>(3).expect("a truth value");
            let addresses: BTreeSet<&str> =
                [url.as_str(), &asked].into_iter().chain(aliases.lines()).collect();
            for address in addresses {
                let entry = stored.entry(address.to_owned()).or_default();
                entry.0.push(sha256.clone());
                entry.1 = gone;
            }
        }
        stored
    }

    /// What the truth has and the archive has not, or the other way round; nothing where all is well. `seen` keeps the
    /// versions that were there when it was fetched.
    fn differences(&self, seen: &mut BTreeMap<String, Vec<String>>) -> Vec<String> {
        let stored = self.stored();
        let truth = self.server.truth();
        let mut wrong = Vec::new();
        for document in truth.documents.iter().filter(|d| d.forbidden.is_none()) {
            let first = &document.addresses[0];
            let versions = seen.entry(first.clone()).or_default();
            if document.withdrawn.is_none()
                && let Some(version) = document.versions.last()
                && versions.last() != Some(&version.sha256)
            {
                versions.push(version.sha256.clone());
            }
            wrong.extend(difference(document, versions, &stored));
        }
        wrong
    }
}

fn difference(
    document: &Document,
    versions: &[String],
    stored: &BTreeMap<String, (Vec<String>, bool)>,
) -> Option<String> {
    let first = &document.addresses[0];
    let found = document.addresses.iter().find_map(|address| stored.get(address));
    match found {
        None if versions.is_empty() => None,
        None => Some(format!("{first} ({:?}) is missing", document.system)),
        Some((found, _)) if found != versions => Some(format!(
            "{first} ({:?}) has {} version(s) and not {}",
            document.system,
            found.len(),
            versions.len()
        )),
        Some((_, gone)) if *gone != document.withdrawn.is_some() => {
            Some(format!("{first} ({:?}) gone: {gone}, withdrawn: {:?}", document.system, document.withdrawn))
        }
        Some(_) => None,
    }
}

#[test]
fn all_that_is_published_is_kept_once_and_every_edit_is_a_version() {
    let net = Net::new(14, 0);
    let mut seen = BTreeMap::new();
    for step in 0..3 {
        if step > 0 {
            net.server.step();
        }
        net.run(&["fetch"]);
        let wrong = net.differences(&mut seen);
        assert!(
            wrong.is_empty(),
            "step {step}: {} wrong:\n{}",
            wrong.len(),
            wrong[..wrong.len().min(20)].join("\n")
        );
    }
    // One document, one place in the index; what was edited without a word is told.
    let status = net.run(&["status", "--json"]).exits(0).one();
    let sources = status["sources"].as_array().expect("a list");
    assert!(sources.len() >= 14, "{}", sources.len());
    let edited =
        strings(&net.catalog(), "SELECT document_id FROM versions GROUP BY document_id HAVING count(*) > 1");
    assert!(!edited.is_empty());
    let diffs = edited.iter().map(|id| net.run(&["show", id, "--diff", "1", "2", "--json"]).exits(0).one());
    assert!(diffs.into_iter().any(|d| d["claims"]["changed"].as_array().is_some_and(|c| !c.is_empty())));
    let gone = strings(&net.catalog(), "SELECT document_id FROM pages WHERE gone_at IS NOT NULL");
    let shown = net.run(&["show", &gone[0]]).exits(0).out;
    assert!(shown.contains("WITHDRAWN"), "{shown}");
}

#[test]
fn a_second_run_asks_only_whether_anything_changed() {
    let net = Net::new(14, 0);
    net.run(&["fetch"]);
    let before = net.server.log().len();
    let snapshots = strings(&net.catalog(), "SELECT cast(count(*) AS TEXT) FROM snapshots");
    let lines = net.run(&["fetch", "--json"]).json();
    assert!(lines.iter().all(|l| l["fetched"] == 0), "{lines:?}");
    assert_eq!(strings(&net.catalog(), "SELECT cast(count(*) AS TEXT) FROM snapshots"), snapshots);
    // Whoever gave validators is asked with them.
    let log = net.server.log();
    let (first, second) = log.split_at(before);
    let documents: BTreeSet<String> =
        net.server.truth().documents.into_iter().flat_map(|d| d.addresses).collect();
    let is_document = |r: &LoggedRequest| {
        documents.iter().any(|d| d.ends_with(&r.path) && d.contains(&format!("//{}.localhost", r.host)))
    };
    let answered: Vec<u16> = second.iter().filter(|r| is_document(r)).map(|r| r.status).collect();
    assert!(answered.contains(&304), "{answered:?}");
    let is_conditional =
        |r: &LoggedRequest| r.header("if-none-match").or(r.header("if-modified-since")).is_some();
    let conditional: BTreeSet<&str> =
        second.iter().filter(|r| is_conditional(r)).map(|r| r.host.as_str()).collect();
    for request in second.iter().filter(|r| is_document(r) && conditional.contains(r.host.as_str())) {
        assert!(is_conditional(request), "{request:?}");
    }
    assert!(second.len() < first.len(), "{} requests and then {}", first.len(), second.len());
}

#[test]
fn hosts_are_asked_one_request_at_a_time_with_pauses_also_across_runs() {
    let net = Net::new(6, 60);
    net.run(&["fetch", "--limit", "3"]);
    net.run(&["fetch", "--limit", "3"]);
    let log = net.server.log();
    let mut by_host: BTreeMap<&str, Vec<(u64, Option<u64>)>> = BTreeMap::new();
    for request in &log {
        assert!(request.header("user-agent").is_some_and(|a| a.starts_with("belaeg/")), "{request:?}");
        by_host.entry(&request.host).or_default().push((request.at_us, request.finished_at_us));
    }
    for (host, mut times) in by_host {
        times.sort_unstable();
        for pair in times.windows(2) {
            let (first, next) = (pair[0], pair[1]);
            assert!(first.1.is_some_and(|end| end <= next.0), "{host}: two requests at once");
        }
        // The pause is kept where the request is made and seen where it arrives, a little later or less so: the sum tells.
        let (first, last, pauses) = (times[0].0, times[times.len() - 1].0, times.len() as u64 - 1);
        assert!(last - first + 60_000 >= pauses * 60_000, "{host}: {} µs for {pauses} pauses", last - first);
    }
}

#[test]
fn what_goes_wrong_at_one_host_costs_the_others_nothing() {
    let net = Net::new(14, 0);
    let faults = [
        ("dagsordener.odense.dk", Fault::Malformed, "bad_listing"),
        ("dagsorden.glostrup.dk", Fault::RobotsForbid, "robots"),
        ("billund.meetingsplus.dk", Fault::EndlessBody, "too_large"),
        ("www.rksk.dk", Fault::RedirectPrivate, "private_address"),
        ("www.frederikssund.dk", Fault::RedirectLoop, "too_many_redirects"),
        ("www.hedensted.dk", Fault::GzipBomb { mib: 600 }, "too_large"),
        (
            "apps.aalborgkommune.dk",
            Fault::Busy { status: 429, retry_after: RetryAfter::Seconds(3600), times: 1000 },
            "host_closed",
        ),
        ("norddjurs.meetingsplus.dk", Fault::Silent, "timeout"),
        ("aabendagsorden.syddjurs.dk", Fault::CutOff, "interrupted"),
    ];
    for (host, fault, _) in &faults {
        net.server.set_fault(host, fault.clone());
    }
    let run = net.run(&["fetch", "--json"]).exits(2);
    let lines = run.json();
    let sources = toml::from_str::<toml::Table>(&net.server.sources_toml()).expect("TOML");
    let id_of = |host: &str| {
        let all = sources["source"].as_array().expect("a list").iter();
        all.filter(|s| s["base"].as_str().is_some_and(|b| b.contains(&format!("//{host}.localhost"))))
            .map(|s| s["id"].as_str().expect("an id").to_owned())
            .next()
            .expect("a source at this host")
    };
    let mut hurt = BTreeSet::new();
    for (host, fault, cause) in &faults {
        let id = id_of(host);
        let line = lines.iter().find(|l| text(&l["source"]) == id).expect("a line for each source");
        let failed = line["failed"].as_object().expect("counts");
        assert!(
            failed.keys().any(|c| c == cause) || *cause == "host_closed" && !failed.is_empty(),
            "{host} {fault:?}: {line}"
        );
        assert_eq!(line["complete"], false, "{host}: {line}");
        hurt.insert(id);
    }
    for line in lines.iter().filter(|l| !hurt.contains(&text(&l["source"]))) {
        assert!(line["listed"] != 0 || line["complete"] == false, "{line}");
    }
    // What was a passing fault is made good by the next run.
    net.server.clear_faults();
    let catalog = net.catalog();
    catalog
        .execute("UPDATE hosts SET closed_until = NULL, robots_at = '2000-01-01T00:00:00Z'", [])
        .expect("written");
    drop(catalog);
    net.run(&["fetch"]);
    let wrong = net.differences(&mut BTreeMap::new());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    let wrong = net.differences(&mut BTreeMap::new());
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
