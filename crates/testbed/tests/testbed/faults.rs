//! Each fault, as a client sees it.

use std::io::Read;
use std::time::Duration;

use belaeg_testbed::{Fault, RetryAfter, Server};
use flate2::read::GzDecoder;

use crate::client::{Answer, get, get_most};
use crate::server;

const HOST: &str = "www.odense.dk";

fn with(fault: Fault) -> Server {
    let server = server();
    server.set_fault(HOST, fault);
    server
}

fn list(server: &Server) -> Answer {
    get(server, HOST, "/nyheder")
}

#[test]
fn robots_and_other_hosts_are_spared() {
    let server = with(Fault::Silent);
    assert_eq!(get(&server, HOST, "/robots.txt").status, 200);
    assert_eq!(get(&server, "www.kk.dk", "/nyheder").status, 200);
    server.set_fault("www.odense.dk/robots.txt", Fault::CookieWall);
    assert!(get(&server, HOST, "/robots.txt").text().contains("Accepter cookies"));
    server.clear_faults();
    assert!(!get(&server, HOST, "/robots.txt").text().contains("Accepter cookies"));
}

#[test]
fn silent_and_slow() {
    let server = with(Fault::Silent);
    let answer = list(&server);
    assert!(answer.is_cut && answer.status == 0);
    let logged = server.log().into_iter().find(|r| r.path == "/nyheder").expect("logged");
    assert_eq!((logged.status, logged.bytes), (0, 0));
    server.set_fault(HOST, Fault::Slow { chunk: 200, pause: Duration::from_millis(1) });
    let answer = list(&server);
    assert!(!answer.is_cut && answer.text().ends_with("</html>\n"));
}

#[test]
fn cut_off_in_the_middle() {
    let whole = list(&server()).body.len();
    let answer = list(&with(Fault::CutOff));
    assert!(answer.is_cut);
    assert_eq!((answer.status, answer.body.len()), (200, whole / 2));
}

#[test]
fn busy_for_a_while() {
    let server = with(Fault::Busy { status: 429, retry_after: RetryAfter::Seconds(2), times: 2 });
    for _ in 0..2 {
        let answer = list(&server);
        assert_eq!((answer.status, answer.header("retry-after")), (429, Some("2")));
    }
    assert_eq!(list(&server).status, 200);
    server.set_fault(HOST, Fault::Busy { status: 503, retry_after: RetryAfter::Date(60), times: 1 });
    let answer = list(&server);
    assert!(answer.status == 503 && answer.header("retry-after").is_some_and(|d| d.ends_with(" GMT")));
}

#[test]
fn redirects_without_end_and_inwards() {
    let server = with(Fault::RedirectLoop);
    let there = list(&server).header("location").expect("a location").to_owned();
    assert_eq!(get(&server, HOST, &there).header("location"), Some("/nyheder"));
    server.set_fault(HOST, Fault::RedirectPrivate);
    assert!(list(&server).header("location").is_some_and(|l| l.starts_with("http://10.")));
}

#[test]
fn wrong_charset() {
    let answer = list(&with(Fault::WrongCharset));
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(std::str::from_utf8(&answer.body).is_err());
}

#[test]
fn bombs_and_endless_bodies() {
    let server = with(Fault::GzipBomb { mib: 8 });
    let bomb = list(&server);
    assert!(bomb.body.len() < 1 << 17 && bomb.header("content-encoding") == Some("gzip"));
    let size = GzDecoder::new(&bomb.body[..]).read_to_end(&mut Vec::new());
    assert_eq!(size.expect("gzip"), 8 << 20);
    for (fault, length) in [(Fault::EndlessBody, None), (Fault::DeclaredHuge, Some("10000000000"))] {
        server.set_fault(HOST, fault);
        let answer = get_most(&server, HOST, "/nyheder", 1 << 20);
        assert_eq!(answer.header("content-length"), length);
        assert!(answer.is_cut && answer.body.len() > 1 << 19);
    }
}

#[test]
fn endless_lists() {
    let server = server();
    server.set_fault("*", Fault::EndlessList);
    for (host, path, next) in [
        ("www.kk.dk", "/nyheder?page=900", "/nyheder?page=901"),
        ("www.kk.dk", "/jsonapi/node/agenda_element?page%5Boffset%5D=9000", "page%5Boffset%5D=9050"),
        ("oda.ft.dk", "/api/Dokument?$skip=9000", "$skip=9100"),
        ("www.odense.dk", "/sitemap-flere.xml?side=900", "side=901"),
    ] {
        let answer = get(&server, host, path);
        assert!(answer.text().contains(next), "{host}{path}");
    }
    let path = "/api/agenda/soeg/?request.paging.startIndex=90000&request.paging.limit=200";
    let hits = get(&server, "dagsordener.odense.dk", path).json();
    assert_eq!(hits["Dagsordner"].as_array().map(Vec::len), Some(200));
}

#[test]
fn other_templates_and_walls() {
    let server = server();
    server.set_fault("*", Fault::ChangedTemplate);
    assert!(!list(&server).text().contains("<a "));
    assert!(get(&server, "dagsordener.odense.dk", "/api/agenda/udvalgsliste").json()["Udvalg"].is_null());
    assert!(!get(&server, "www.roskilde.dk", "/da-dk/nyheder/rss/").text().contains("<item>"));
    server.set_fault("*", Fault::CookieWall);
    let wall = get(&server, "dagsordener.odense.dk", "/api/agenda/udvalgsliste");
    assert!(wall.status == 200 && wall.text().contains("Accepter cookies"));
    server.set_fault("*", Fault::Malformed);
    let json = get(&server, "dagsordener.odense.dk", "/api/agenda/udvalgsliste");
    assert!(!json.is_cut && serde_json::from_slice::<serde_json::Value>(&json.body).is_err());
}

#[test]
fn robots_that_forbid_and_fail() {
    let server = with(Fault::RobotsForbid);
    assert!(get(&server, HOST, "/robots.txt").text().contains("Disallow: /\n"));
    assert_eq!(list(&server).status, 200);
    server.set_fault(HOST, Fault::RobotsError);
    assert_eq!(get(&server, HOST, "/robots.txt").status, 500);
}
