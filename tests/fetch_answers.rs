//! `belaeg fetch` night after night: one document for all its addresses, and failures that are no news.

use belaeg_testbed::{Server, ServerOptions, Spec, World};
use rusqlite::Connection;

use crate::support::{belaeg, strings};

#[test]
fn a_moved_page_is_one_document_and_a_known_failure_no_news() {
    let spec = Spec { kommuner: 1, meetings: 1, news: 4, letters: 2, crawl_delay_s: 0, ..Spec::default() };
    let server = Server::start(World::new(&spec), ServerOptions::default()).expect("a free port");
    let dir = tempfile::tempdir().expect("a folder");
    fs_err::create_dir_all(dir.path().join("corpus")).expect("a folder");
    let truth = server.truth();
    let is_article = |address: &&String| address.contains("/nyheder/") && !address.contains("/intern/");
    let addresses = truth.documents.iter().filter(|d| d.forbidden.is_none()).flat_map(|d| &d.addresses);
    let page = addresses.filter(|a| !a.contains('?')).find(is_article).expect("an article").clone();
    let old = page.replace("/nyheder/", "/nyt/");
    let (missing, host) = (format!("{page}-findes-ikke"), page.split("/nyheder/").next().unwrap_or_default());
    let sources = |urls: &[&String]| {
        format!(
            "[[source]]\nid = \"odense-news\"\nplace = \"461\"\nkind = \"news\"\nsystem = \"urls\"\nbase = \"{host}/\"\noptions = {{ urls = {urls:?} }}\n"
        )
    };
    let file = dir.path().join("corpus/sources.toml");
    let settings = "[fetch]\nallow_hosts = [\"*.localhost\"]\ninterval_ms = 0\n";
    fs_err::write(dir.path().join("belaeg.toml"), settings).expect("written");
    let run = |args: &[&str]| belaeg(dir.path(), &[&["--home", "."], args].concat());

    fs_err::write(&file, sources(&[&old, &missing])).expect("written");
    let line = run(&["fetch", "--json"]).exits(2).one();
    assert_eq!((&line["fetched"], &line["failed"]["not_found"]), (&1.into(), &1.into()), "{line}");

    // Under its new address it is known, and what did not come is not asked for again at once.
    fs_err::write(&file, sources(&[&page, &old, &missing])).expect("written");
    let before = server.log().len();
    let line = run(&["fetch", "--json"]).exits(0).one();
    assert_eq!((&line["fetched"], &line["known"]["not_found"]), (&0.into(), &1.into()), "{line}");
    assert_eq!(line["listed"], 2, "{line}");
    assert_eq!(server.log().len(), before, "nothing is asked");
    let catalog = Connection::open(dir.path().join("corpus/catalog.sqlite")).expect("a catalog");
    assert_eq!(strings(&catalog, "SELECT url FROM documents"), [page]);
    assert_eq!(strings(&catalog, "SELECT url FROM aliases"), [old]);
    assert_eq!(strings(&catalog, "SELECT url FROM misses"), [missing]);
    let status = run(&["status"]).exits(0).out;
    assert!(status.contains("failed before: not_found 1"), "{status}");
}
