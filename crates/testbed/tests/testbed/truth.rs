//! The truth is what is served, and the same from run to run.

use std::collections::HashMap;

use belaeg_testbed::{Document, Kind, Server, Spec, System, World};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::client::{Answer, get, get_with};
use crate::{server, start};

/// GET of a whole address.
fn fetch(server: &Server, address: &str) -> Answer {
    let rest = address.strip_prefix("http://").expect("http");
    let (host, rest) = rest.split_once(".localhost:").expect("a simulated host");
    get(server, host, &format!("/{}", rest.split_once('/').expect("a path").1))
}

fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The words that a reader of the answer sees, roughly.
fn words(answer: &Answer) -> String {
    match answer.header("content-type") {
        Some("application/pdf") => {
            let pdf = lopdf::Document::load_mem(&answer.body).expect("a PDF");
            let pages: Vec<u32> = pdf.get_pages().into_keys().collect();
            pdf.extract_text(&pages).expect("text").replace('\n', " ")
        }
        _ => answer.text().to_owned(),
    }
}

fn assert_served(server: &Server, document: &Document) {
    let answer = fetch(server, &document.addresses[0]);
    let name = format!("{:?} {}", document.system, document.addresses[0]);
    if document.forbidden == Some(belaeg_testbed::Forbidden::Blocked) {
        assert_eq!(answer.status, 403, "{name}");
        return;
    }
    if let Some(gone) = document.withdrawn {
        assert_eq!(answer.status, gone.status, "{name}");
        return;
    }
    assert_eq!(answer.status, 200, "{name}");
    let version = document.versions.last().expect("a version");
    assert_eq!(hash(&answer.body), version.sha256, "{name}");
    let words = words(&answer);
    assert!(words.contains("Eksempel"), "{name}");
    for claim in &version.claims {
        // The reader of PDFs at hand gives a no-break space as a blank.
        let found = words.contains(&claim.quote) || words.contains(&claim.quote.replace('\u{a0}', " "));
        assert!(found, "{name}: {}", claim.quote);
    }
}

#[test]
fn everything_is_served_as_the_truth_says() {
    let server = server();
    for _ in 0..3 {
        let truth = server.truth();
        assert!(truth.documents.len() > 300, "{}", truth.documents.len());
        for document in &truth.documents {
            assert_served(&server, document);
        }
        for address in &truth.soft_404 {
            let answer = fetch(&server, address);
            assert!(answer.status == 200 && answer.text().contains("Siden blev ikke fundet"));
        }
        server.step();
    }
}

#[test]
fn articles_have_several_addresses() {
    let server = server();
    let truth = server.truth();
    let article = truth.documents.iter().find(|d| d.kind == Kind::News).expect("news");
    let [first, second, third] = &article.addresses[..] else { panic!("{:?}", article.addresses) };
    assert_eq!(hash(&fetch(&server, second).body), article.versions[0].sha256);
    let moved = fetch(&server, third);
    assert!(moved.status == 301 && moved.header("location").is_some_and(|l| first.ends_with(l)));
}

#[test]
fn time_edits_withdraws_and_publishes() {
    let server = start(&Spec { kommuner: 20, ..Spec::default() });
    let before = server.truth();
    server.step();
    server.step();
    let after = server.truth();
    assert_eq!(after.step, 2);
    let old: HashMap<&str, &Document> =
        before.documents.iter().map(|d| (d.addresses[0].as_str(), d)).collect();
    let count = |f: &dyn Fn(&Document) -> bool| after.documents.iter().filter(|d| f(d)).count();
    let is_new = |d: &Document| !old.contains_key(d.addresses[0].as_str());
    assert!(count(&|d| is_new(d) && d.kind == Kind::News) >= 38);
    assert!(count(&|d| is_new(d) && d.kind == Kind::Minutes && d.system == System::FirstAgenda) >= 10);
    assert!(count(&|d| d.versions.len() > 1 && d.kind == Kind::News) > 0);
    assert!(
        count(&|d| d.versions.len() > 1 && d.kind == Kind::Minutes && d.system == System::FirstAgenda) > 0
    );
    assert!(count(&|d| d.withdrawn.is_some_and(|w| w.status == 404)) > 0);
    assert!(count(&|d| d.withdrawn.is_some_and(|w| w.status == 410)) > 0);
    // One address that had the agenda and has the minutes.
    let turned = |d: &Document| {
        d.kind == Kind::Minutes && old.get(&*d.addresses[0]).is_some_and(|o| o.kind == Kind::Agenda)
    };
    assert!(count(&turned) > 0);
}

#[test]
fn the_date_of_release_moves_with_some_edits_alone() {
    let server = start(&Spec { kommuner: 20, ..Spec::default() });
    let released =
        |document: &Document| fetch(&server, &document.addresses[0]).json()["Moede"]["ReleasedDate"].clone();
    let is_record =
        |d: &&Document| d.system == System::FirstAgenda && d.kind == Kind::Minutes && d.withdrawn.is_none();
    let before: HashMap<String, _> = server
        .truth()
        .documents
        .iter()
        .filter(is_record)
        .map(|d| (d.addresses[0].clone(), released(d)))
        .collect();
    server.step();
    let after = server.truth();
    let edited = after.documents.iter().filter(is_record).filter(|d| d.versions.len() > 1);
    let moved: Vec<bool> = edited.map(|d| released(d) != before[&d.addresses[0]]).collect();
    assert!(moved.contains(&true) && moved.contains(&false), "{moved:?}");
}

#[test]
fn worlds_follow_from_their_seed() {
    let spec = Spec { kommuner: 14, ..Spec::default() };
    let (mut one, mut two) = (World::new(&spec), World::new(&spec));
    for _ in 0..2 {
        one.step();
        two.step();
    }
    assert_eq!(one.sources_toml(80), two.sources_toml(80));
    let hashes = |s: &Server| -> Vec<String> {
        s.truth().documents.iter().flat_map(|d| d.versions.iter().map(|v| v.sha256.clone())).collect()
    };
    let (first, second) = (start(&spec), start(&spec));
    // The ports differ; no document has its own address in it.
    assert_eq!(hashes(&first), hashes(&second));
    assert_ne!(hashes(&first), hashes(&start(&Spec { seed: 2, ..spec })));
}

#[test]
fn a_kommune_is_the_same_in_a_larger_world() {
    let (small, large) = (start(&Spec { kommuner: 1, letters: 0, ..Spec::default() }), server());
    let bodies = |s: &Server| get(s, "dagsordener.odense.dk", "/api/agenda/udvalgsliste").body;
    assert_eq!(bodies(&small), bodies(&large));
}

#[test]
fn conditional_requests() {
    let server = server();
    let truth = server.truth();
    let mut seen = HashMap::new();
    for document in truth.documents.iter().filter(|d| d.kind == Kind::News && d.withdrawn.is_none()) {
        let first = fetch(&server, &document.addresses[0]);
        let rest = document.addresses[0].strip_prefix("http://").expect("http");
        let (host, rest) = rest.split_once(".localhost:").expect("a host");
        let path = format!("/{}", rest.split_once('/').expect("a path").1);
        let validators = (first.header("etag").is_some(), first.header("last-modified").is_some());
        *seen.entry(validators).or_insert(0) += 1;
        for (request, validator) in [("if-none-match", "etag"), ("if-modified-since", "last-modified")] {
            if let Some(value) = first.header(validator) {
                let again = get_with(&server, host, &path, &[(request, value)]);
                assert_eq!((again.status, again.body.len()), (304, 0), "{host}{path}");
            }
        }
        let other = get_with(
            &server,
            host,
            &path,
            &[("if-none-match", "\"x\""), ("if-modified-since", "Mon, 01 Jan 2001 00:00:00 GMT")],
        );
        assert_eq!(other.status, 200);
    }
    assert!(seen.len() >= 3, "{seen:?}");
}

#[test]
fn some_hosts_compress() {
    let server = start(&Spec::default());
    let hosts = World::new(&Spec::default()).hosts();
    let compressed = hosts.iter().filter(|host| {
        let plain = get_with(&server, host, "/nyheder", &[]);
        let small = get_with(&server, host, "/nyheder", &[("accept-encoding", "gzip, br")]);
        if small.header("content-encoding") != Some("gzip") {
            return false;
        }
        assert_eq!(small.gunzipped().as_bytes(), plain.body);
        true
    });
    assert!(compressed.count() > 10);
}

#[test]
fn the_log_keeps_what_was_asked() {
    let server = server();
    get_with(&server, "www.kk.dk", "/nyheder?page=1", &[("user-agent", "prøve"), ("if-none-match", "\"a\"")]);
    let log = server.log();
    let [entry] = &log[..] else { panic!("{log:?}") };
    assert_eq!(
        (entry.host.as_str(), entry.method.as_str(), entry.path.as_str()),
        ("www.kk.dk", "GET", "/nyheder?page=1")
    );
    assert_eq!((entry.header("user-agent"), entry.header("if-none-match")), (Some("prøve"), Some("\"a\"")));
    assert!(entry.status == 200 && entry.bytes > 500);
}

#[test]
fn sources_name_every_kommune() {
    let server = start(&Spec::default());
    let toml: toml::Table = server.sources_toml().parse().expect("TOML");
    let sources = toml["source"].as_array().expect("sources");
    let ids: std::collections::HashSet<&str> = sources.iter().filter_map(|s| s["id"].as_str()).collect();
    assert_eq!(ids.len(), sources.len());
    assert_eq!(sources.iter().filter(|s| s["kind"].as_str() == Some("minutes")).count(), 98);
    for source in sources.iter().filter(|s| s["system"].as_str() != Some("none")) {
        let base = source["base"].as_str().expect("a base");
        assert!(base.contains(".localhost:"), "{base}");
    }
    let unreachable = sources.iter().find(|s| s["place"].as_str() == Some("183")).expect("Ishøj");
    assert!(unreachable["system"].as_str() == Some("none") && unreachable["note"].is_str());
}
