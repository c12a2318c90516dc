//! Answers that look like documents and are none, redirects, and what is asked again when.

use std::collections::BTreeMap;
use std::sync::Arc;

use belaeg_fetch::{Cause, Purpose, Scope, Settings, Source};

use crate::loopback::Loopback;
use crate::memory::Memory;
use crate::{Told, fetch, settings};

fn run(sources: Vec<Source>, settings: Settings, memory: &Arc<Memory>) -> Told {
    fetch(sources, Scope::default(), settings, memory)
}

fn patient() -> Settings {
    Settings { longest_wait_days: 30, ..settings() }
}

/// The documents of a run: path of the canonical address, and those of the others.
fn documents(told: &Told) -> Vec<(String, Vec<String>)> {
    let path = |url: &String| {
        url.split_once(".localhost").map_or(url.as_str(), |u| u.0).to_owned()
            + url.splitn(4, '/').nth(3).map(|p| format!("/{p}")).unwrap_or_default().as_str()
    };
    let short = |url: &String| path(url).replace("http://", "");
    told.documents().map(|(item, _)| (short(&item.url), item.aliases.iter().map(short).collect())).collect()
}

fn of(documents: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
    documents.iter().map(|(url, aliases)| ((*url).to_owned(), owned(aliases))).collect()
}

#[test]
fn parts_and_empty_answers_are_no_documents() {
    let server = Loopback::start();
    for status in [
        "202 Accepted",
        "203 Elsewhere",
        "204 No Content",
        "205 Reset Content",
        "206 Partial Content",
        "304 Not Modified",
    ] {
        let has_body = status.starts_with("206") || status.starts_with("202");
        server.answer("a/x", status, "Content-Type: text/html\r\n", if has_body { "<p>halv" } else { "" });
        server.list(&["a/x"]);
        let told = run(server.source(), settings(), &Arc::default());
        let report = &told.reports[0];
        assert_eq!(report.failed, BTreeMap::from([(Cause::Status, 1)]), "{status}: {report:?}");
        assert_eq!((report.fetched, report.unchanged, told.documents().count()), (0, 0, 0), "{status}");
        assert_eq!(told.missed.len(), 1, "{status}");
    }
}

#[test]
fn as_it_was_is_an_answer_to_a_condition_only() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    server.list(&["a/x", "a/y"]);
    server.answer("a/x", "200 OK", "ETag: \"ø\"\r\n", "et");
    server.answer("a/y", "200 OK", "", "to");
    run(server.source(), settings(), &memory);
    for address in ["a/x", "a/y"] {
        server.answer(address, "304 Not Modified", "", "");
    }
    let told = run(server.source(), settings(), &memory);
    assert!(server.log().iter().any(|a| a.path == "/x" && a.is_conditional()));
    let report = &told.reports[0];
    assert_eq!((report.unchanged, report.failed.get(&Cause::Status)), (1, Some(&1)), "{report:?}");
}

#[test]
fn a_moved_document_is_one_document() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    server.page("a/ny", "Børn");
    server.redirect("a/gammel", 301, "a/mellem");
    server.redirect("a/mellem", 308, "a/ny");
    server.list(&["a/gammel", "a/mellem", "a/ny", "a/gammel?utm_source=x"]);
    let told = run(server.source(), settings(), &memory);
    assert_eq!(documents(&told), of(&[("a/ny", &["a/gammel"]), ("a/ny", &["a/mellem"])]));
    assert_eq!(told.reports[0].listed, 1, "{:?}", told.reports[0]);
    // The next run knows every address of it, and asks once.
    server.clear_log();
    let told = run(server.source(), settings(), &memory);
    assert_eq!(told.documents().count(), 1);
    assert_eq!((told.reports[0].listed, told.reports[0].gone), (1, 0), "{:?}", told.reports[0]);
    // Without the new address in the list, too.
    server.list(&["a/mellem"]);
    let told = run(server.source(), settings(), &memory);
    assert_eq!(documents(&told)[0].0, "a/ny");
    assert_eq!((told.reports[0].listed, told.reports[0].gone), (1, 0), "{:?}", told.reports[0]);
}

#[test]
fn a_document_that_is_elsewhere_for_a_while_keeps_its_address() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    server.page("a/side", "Ældre");
    for (address, status) in [("a/et", 302), ("a/to", 303), ("a/tre", 307)] {
        server.redirect(address, status, "a/side");
    }
    server.list(&["a/et", "a/to", "a/tre"]);
    for _ in 0..2 {
        let told = run(server.source(), settings(), &memory);
        let urls: Vec<String> = documents(&told).into_iter().map(|d| d.0).collect();
        assert_eq!(urls, ["a/et", "a/et", "a/et"], "{:?}", documents(&told));
        assert_eq!(documents(&told)[1].1, [""; 0], "it is that page for this time only");
    }
    server.page("a/to", "Nu er den her igen");
    let told = run(server.source(), settings(), &memory);
    assert!(documents(&told).iter().any(|(url, _)| url == "a/to"), "{:?}", documents(&told));
}

#[test]
fn a_known_document_that_moves_keeps_its_address_or_gives_way() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    for address in ["a/et", "a/to", "a/tre"] {
        server.page(address, address);
    }
    server.list(&["a/et", "a/to", "a/tre"]);
    run(server.source(), settings(), &memory);
    server.page("a/ny", "a/et");
    server.redirect("a/et", 301, "a/ny");
    server.redirect("a/to", 301, "a/tre");
    let told = run(server.source(), settings(), &memory);
    // What has moved waits for what else moves there.
    assert_eq!(documents(&told), of(&[("a/tre", &[]), ("a/et", &["a/ny"])]));
    assert_eq!(told.gone, [server.url("a/to")], "it is the other one now");
    assert_eq!(told.reports[0].gone, 1);
}

#[test]
fn what_leads_to_the_front_page_is_gone_and_no_document() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    for address in ["a/et", "a/to", "a/tre"] {
        server.page(address, address);
    }
    server.page("a/", "Velkommen til Ærø");
    server.redirect("a/fire", 301, "a/");
    server.redirect("a/fem", 302, "a/");
    server.list(&["a/et", "a/to", "a/tre", "a/fire", "a/fem"]);
    let told = run(server.source(), settings(), &memory);
    assert_eq!(told.documents().count(), 3, "{:?}", documents(&told));
    assert_eq!(told.reports[0].failed, BTreeMap::from([(Cause::BadRedirect, 2)]), "{:?}", told.reports[0]);
    // Known ones: moved for good, by way of another page, and for a while.
    server.redirect("a/et", 301, "a/");
    server.redirect("a/to", 308, "a/mellem");
    server.redirect("a/mellem", 301, "a/");
    server.redirect("a/tre", 302, "a/");
    server.list(&["a/et", "a/to", "a/tre"]);
    let told = run(server.source(), settings(), &memory);
    assert_eq!(told.gone, [server.url("a/et"), server.url("a/to")]);
    assert_eq!(told.documents().count(), 0, "{:?}", documents(&told));
    assert_eq!(told.reports[0].failed, BTreeMap::from([(Cause::BadRedirect, 1)]), "{:?}", told.reports[0]);
}

#[test]
fn what_leads_where_many_lead_is_gone() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    let all = ["a/1", "a/2", "a/3", "a/4", "a/5"];
    for address in all {
        server.page(address, address);
    }
    server.list(&all);
    run(server.source(), settings(), &memory);
    server.page("a/findes-ikke", "Siden er væk");
    server.page("a/nyt", "a/2");
    for address in ["a/1", "a/3", "a/4", "a/5"] {
        server.redirect(address, 301, "a/findes-ikke");
    }
    server.redirect("a/2", 301, "a/nyt");
    let told = run(server.source(), settings(), &memory);
    let gone = ["a/1", "a/3", "a/4", "a/5"].map(|address| server.url(address));
    assert_eq!(told.gone, gone);
    assert_eq!(documents(&told), of(&[("a/2", &["a/nyt"])]), "one of its own has moved");
    assert_eq!((told.reports[0].gone, told.reports[0].fetched), (4, 1), "{:?}", told.reports[0]);
}

#[test]
fn lists_that_are_cut_off_are_not_complete() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    for address in ["a/et", "a/to"] {
        server.page(address, address);
    }
    let url = |address: &str| server.url(address);
    let (et, to) = (url("a/et"), url("a/to"));
    let list = format!(
        "<!DOCTYPE html>\n<html><ul><li><a href='{et}'>æ</a></li><li><a href='{to}'>ø</a></li></ul></html>\n"
    );
    let feed = format!(
        "<?xml version='1.0'?><rss><channel><item><link>{et}</link></item><item><link>{to}</link></item></channel></rss>"
    );
    for (system, options, whole) in [("listpage", "options = { item = \"li\" }", list), ("rss", "", feed)] {
        server.answer("a/liste", "200 OK", "Content-Type: text/html\r\n", &whole);
        let source = server.source_of(system, "a/liste", options);
        let told = run(source.clone(), settings(), &memory);
        assert!(told.reports[0].complete, "{system}: {:?}", told.reports[0]);
        let half = whole.split_once(&to).expect("two items").0;
        server.answer("a/liste", "200 OK", "Content-Type: text/html\r\n", half);
        server.clear_log();
        let told = run(source, settings(), &memory);
        let report = &told.reports[0];
        assert_eq!(report.failed, BTreeMap::from([(Cause::BadListing, 1)]), "{system}: {report:?}");
        assert!(!report.complete && report.alarms.len() == 1, "{system}: {report:?}");
        assert_eq!(server.asked(), ["a/liste"], "{system}: nothing is looked for");
    }
}

#[test]
fn a_redirect_to_another_host_minds_that_host() {
    let server = Loopback::start();
    server.redirect("a/x", 302, "b/x");
    server.redirect("a/y", 302, "b/intern/y");
    server.page("b/x", "Ø");
    server.page("b/intern/y", "Å");
    server.answer("b/robots.txt", "200 OK", "", "User-agent: *\nDisallow: /intern/\n");
    server.list(&["a/x", "a/y"]);
    let told = run(server.source(), settings(), &Arc::default());
    let asked: Vec<String> = server.log().iter().map(|a| format!("{}{}", a.host, a.path)).collect();
    assert_eq!(asked, ["a/robots.txt", "a/liste", "a/x", "b/robots.txt", "b/x", "a/y"]);
    let hops = told.exchanges.iter().filter(|e| e.url.ends_with("/x"));
    let hops: Vec<(u16, bool)> = hops.map(|e| (e.status, e.purpose == Purpose::Redirect)).collect();
    assert_eq!(hops, [(302, true), (200, false)]);
    assert_eq!(told.reports[0].failed, BTreeMap::from([(Cause::Robots, 1)]));
}

#[test]
fn what_does_not_come_is_asked_for_ever_more_rarely() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    server.list(&["a/væk", "a/lukket"]);
    server.answer("a/lukket", "403 Forbidden", "", "");
    let told = run(server.source(), patient(), &memory);
    let causes = BTreeMap::from([(Cause::NotFound, 1), (Cause::Forbidden, 1)]);
    assert_eq!((&told.reports[0].failed, told.reports[0].known.len()), (&causes, 0));
    // Days to wait, and whether it is asked for then.
    for (days, is_asked) in [(0, false), (1, true), (1, false), (1, true), (3, false), (1, true), (7, false)]
    {
        memory.age(days);
        server.clear_log();
        let told = run(server.source(), patient(), &memory);
        let report = &told.reports[0];
        assert_eq!(server.asked().len(), if is_asked { 3 } else { 1 }, "{days}: {:?}", server.asked());
        assert_eq!((&report.known, report.failed.len()), (&causes, 0), "{days}");
        assert!(report.alarms.is_empty(), "{report:?}");
    }
    // Another cause is news, and what comes after all is a document.
    memory.age(60);
    server.answer("a/v%C3%A6k", "410 Gone", "", "");
    server.answer("a/lukket", "204 No Content", "", "");
    let told = run(server.source(), patient(), &memory);
    assert_eq!(told.reports[0].failed, BTreeMap::from([(Cause::Status, 1)]), "{:?}", told.reports[0]);
    memory.age(60);
    server.page("a/lukket", "Åben");
    let told = run(server.source(), patient(), &memory);
    assert_eq!((told.reports[0].fetched, told.reports[0].known.len()), (1, 1), "{:?}", told.reports[0]);
}

#[test]
fn what_passes_is_asked_for_in_every_run() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    server.list(&["a/x"]);
    server.answer("a/x", "503 Busy", "Retry-After: 0\r\n", "");
    for _ in 0..2 {
        let told = run(server.source(), Settings { retries: 0, ..patient() }, &memory);
        assert_eq!(told.reports[0].failed, BTreeMap::from([(Cause::ServerError, 1)]));
        assert!(told.missed.is_empty());
    }
}

#[test]
fn what_does_not_change_is_looked_at_ever_more_rarely() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    server.list(&["a/uden-dato"]);
    server.answer("a/uden-dato", "200 OK", "ETag: \"1\"\r\n", "Børn");
    run(server.source(), patient(), &memory);
    server.answer("a/uden-dato", "304 Not Modified", "ETag: \"1\"\r\n", "");
    for (days, is_asked) in [(0, false), (1, true), (1, true), (1, false), (1, true), (3, false), (1, true)] {
        memory.age(days);
        server.clear_log();
        let told = run(server.source(), patient(), &memory);
        assert_eq!(server.asked().len(), 1 + usize::from(is_asked), "{days}: {:?}", server.asked());
        assert_eq!(told.reports[0].unchanged, 1);
    }
    server.clear_log();
    run(server.source(), settings(), &memory);
    assert_eq!(server.asked().len(), 2, "0 days look in every run");
}

/// The attachments of a meeting at Åben Dagsorden.
fn meeting(files: &str) -> String {
    format!("<h1>Møde</h1>{files}")
}

#[test]
fn an_attachment_that_does_not_come_does_not_spoil_its_meeting() {
    let server = Loopback::start();
    let memory: Arc<Memory> = Arc::default();
    let element = r#"{"attributes":{"title":"Budget","path":{"alias":"/dagsordener/punkt-1"},"agenda_meeting_date":"2020-05-04"}}"#;
    let query = "fields%5Bnode--agenda_element%5D=title%2Cpath%2Cagenda_meeting_date%2Cagenda_element_serial_no&sort=-agenda_meeting_date&page%5Blimit%5D=50";
    server.answer(
        &format!("a/jsonapi/node/agenda_element?{query}"),
        "200 OK",
        "",
        format!("{{\"data\":[{element}]}}"),
    );
    let file = "<div id=agenda-element-appendices><a href=/sites/default/files/b.pdf>Bilag</a></div>";
    server.answer("a/dagsordener/punkt-1", "200 OK", "ETag: \"1\"\r\n", meeting(file));
    let source = server.source_of("kk", "a/", "");
    let told = run(source.clone(), patient(), &memory);
    assert_eq!(told.reports[0].failed, BTreeMap::from([(Cause::NotFound, 1)]), "{:?}", told.reports[0]);
    let (_, whole) = told.documents().next().expect("a meeting");
    assert!(whole.validators.etag.is_some(), "it is whole");
    server.clear_log();
    run(source.clone(), patient(), &memory);
    assert_eq!(server.asked().len(), 1, "{:?}", server.asked());
    // When it is time the meeting is read again for it, and here it comes.
    memory.age(1);
    server.answer("a/sites/default/files/b.pdf", "200 OK", "", "%PDF");
    let told = run(source.clone(), patient(), &memory);
    assert_eq!(told.reports[0].fetched, 2, "{:?}", told.reports[0]);
    server.clear_log();
    memory.age(1);
    run(source, patient(), &memory);
    assert_eq!(server.asked().len(), 1, "{:?}", server.asked());
}

#[test]
fn lists_that_only_lead_on_end() {
    let server = Loopback::start();
    for n in 0..40 {
        let next = server.url(&format!("a/{}.xml", n + 1));
        let index = format!("<sitemapindex><sitemap><loc>{next}</loc></sitemap></sitemapindex>");
        server.answer(&format!("a/{n}.xml"), "200 OK", "", index);
    }
    let told = run(server.source_of("sitemap", "a/0.xml", ""), settings(), &Arc::default());
    assert!(server.asked().len() < 30, "{}", server.asked().len());
    assert!(!told.reports[0].complete);
    assert!(told.reports[0].alarms.iter().any(|a| a.contains("only to more lists")), "{:?}", told.reports[0]);
}

#[test]
fn lists_that_are_too_much_end() {
    let server = Loopback::start();
    for n in 0..40 {
        let (item, next) = (server.url(&format!("a/nyt/{n}")), server.url(&format!("a/liste?{}", n + 1)));
        let page =
            format!("<ul><li><a href='{item}'>æ</a></ul><a class=n href='{next}'>x</a>{}", " ".repeat(1000));
        server.answer(&format!("a/liste?{n}"), "200 OK", "", page);
        server.page(&format!("a/nyt/{n}"), "ø");
    }
    let settings = Settings { listing_bytes: 10_000, ..settings() };
    let source = server.source_of("listpage", "a/liste?0", "options = { item = \"li\", next = \"a.n\" }");
    let told = run(source, settings, &Arc::default());
    let report = &told.reports[0];
    assert!(!report.complete && report.listed < 12, "{report:?}");
    assert!(report.alarms.iter().any(|a| a.contains("MiB; the rest is left out")), "{report:?}");
}

/// Many large answers at once and little room for them: all of them come.
#[test]
fn bodies_beyond_the_budget_wait_and_come() {
    let server = Loopback::start();
    let mut toml = String::new();
    for n in 0..6 {
        let host = format!("h{n}");
        server.answer(&format!("{host}/stor"), "200 OK", "", vec![b'x'; 1 << 20]);
        toml += &format!(
            "[[source]]\nid = \"kilde-{n}\"\nkind = \"news\"\nsystem = \"urls\"\nbase = \"{}\"\noptions = {{ urls = [\"{}\"] }}\n",
            server.url(&format!("{host}/")),
            server.url(&format!("{host}/stor")),
        );
    }
    let sources = belaeg_fetch::sources(&toml).expect("sources");
    let told = run(sources, Settings { waiting_bytes: 1 << 20, ..settings() }, &Arc::default());
    assert_eq!(told.documents().count(), 6, "{:?}", told.reports);
}
