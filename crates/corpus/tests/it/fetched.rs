//! What a fetcher brings: exchanges, revisits, tombstones, and what must be found again by the next run.

use std::io::{Read, Write};

use belaeg_corpus::{ArchivedRecord, Corpus, Exchange, Miss, Page, Run, Taken, Validators, document_id};
use belaeg_model::{Cause, Hints};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use super::support::{EXTRACTOR, Home, archive, good};

const LIST: &str = "http://dagsordener.ærø.dk/api/list";
pub(crate) const PAGE: &str = "http://dagsordener.ærø.dk/vis?id=1";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).expect("a time")
}

fn page() -> Page {
    Page {
        url: PAGE.to_owned(),
        name: "vis".to_owned(),
        media_type: Some("text/plain; charset=utf-8".to_owned()),
        hints: Hints { url: Some(PAGE.to_owned()), ..Hints::default() },
        etag: Some("\"a1\"".to_owned()),
        mark: Some("2026-05-04".to_owned()),
        related: Some("2026-05-04 Børneudvalget".to_owned()),
        published: Some(jiff::civil::date(2026, 5, 4)),
        aliases: vec!["http://dagsordener.ærø.dk/Vis/1".to_owned()],
        ..Page::default()
    }
}

/// An answer with this status and body, gzipped where that is asked for.
struct Answer<'a> {
    status: u16,
    body: &'a str,
    gzip: bool,
    page: Option<Page>,
    second: i64,
}

fn take(corpus: &mut Corpus, answer: &Answer<'_>) -> Taken {
    take_for(corpus, "aeroe-minutes", answer)
}

/// The host's `robots.txt`.
fn take_robots(corpus: &mut Corpus, second: i64) {
    let exchange = Exchange {
        source: "aeroe-minutes",
        url: "http://dagsordener.ærø.dk/robots.txt",
        request_head: b"GET /robots.txt HTTP/1.1\r\n\r\n",
        response_head: b"HTTP/1.1 200 OK\r\n\r\n",
        body: b"User-agent: *\nDisallow:\n",
        content_encoding: None,
        status: 200,
        fetched_at: at(second),
        ip: None,
        is_robots: true,
        page: None,
    };
    corpus.archive_exchange(&exchange, EXTRACTOR).expect("archived");
    corpus.store(&[]).expect("stored");
}

fn take_for(corpus: &mut Corpus, source: &str, answer: &Answer<'_>) -> Taken {
    let url = if answer.page.is_some() { PAGE } else { LIST };
    let coding = if answer.gzip { "Content-Encoding: gzip\r\n" } else { "" };
    let head = format!("HTTP/1.1 {} x\r\n{coding}\r\n", answer.status);
    let mut body = answer.body.as_bytes().to_vec();
    if answer.gzip {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&body).expect("a vector takes everything");
        body = gzip.finish().expect("a vector takes everything");
    }
    let exchange = Exchange {
        source,
        url,
        request_head: b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        response_head: head.as_bytes(),
        body: &body,
        content_encoding: answer.gzip.then_some("gzip"),
        status: answer.status,
        fetched_at: at(answer.second),
        ip: Some("127.0.0.1".parse().expect("an address")),
        is_robots: false,
        page: answer.page.as_ref(),
    };
    corpus.archive_exchange(&exchange, EXTRACTOR).expect("archived")
}

/// Stores what there is to read, as the pipeline does; tells what happened.
fn fetch(corpus: &mut Corpus, answer: &Answer<'_>) -> String {
    let (told, outcomes) = match take(corpus, answer) {
        Taken::Nothing => ("nothing".to_owned(), Vec::new()),
        Taken::Unchanged => ("unchanged".to_owned(), Vec::new()),
        Taken::Read { snapshot, bytes, known } => {
            let text = String::from_utf8(bytes).expect("text");
            (format!("read {} {known} {text}", snapshot.number), vec![good(&snapshot, &text)])
        }
    };
    corpus.store(&outcomes).expect("stored");
    told
}

fn answer(status: u16, body: &str, second: i64) -> Answer<'_> {
    Answer { status, body, gzip: false, page: Some(page()), second }
}

/// Fetched, unchanged in two ways, changed, gone.
pub(crate) fn history(corpus: &mut Corpus) {
    assert_eq!(fetch(corpus, &Answer { page: None, ..answer(200, "[1]", 0) }), "nothing");
    assert_eq!(
        fetch(corpus, &Answer { gzip: true, ..answer(200, "Andel: 12\u{a0}% på Ærø", 1) }),
        "read 1 false Andel: 12\u{a0}% på Ærø"
    );
    assert_eq!(fetch(corpus, &answer(304, "", 2)), "unchanged");
    // The same words without gzip are the same document.
    assert_eq!(fetch(corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 3)), "unchanged");
    assert_eq!(
        fetch(corpus, &answer(200, "Andel: 9\u{a0}% på Ærø", 4)),
        "read 2 true Andel: 9\u{a0}% på Ærø"
    );
    assert_eq!(fetch(corpus, &answer(500, "fejl", 5)), "nothing");
    corpus.archive_gone("aeroe-minutes", PAGE, 410, at(6)).expect("archived");
    corpus.store(&[]).expect("stored");
}

#[test]
fn pages_are_kept_and_found_again() {
    let home = Home::new();
    let mut corpus = home.write();
    history(&mut corpus);
    let id = document_id(PAGE);
    let known = |corpus: &Corpus| {
        let dates = corpus.page_dates(&id).expect("readable").expect("a page");
        let host = corpus.host("dagsordener.ærø.dk").expect("readable").expect("a host");
        let snapshots: Vec<_> =
            corpus.snapshots().expect("readable").iter().map(|s| corpus.read(s).expect("readable")).collect();
        (dates, host.last_request, snapshots)
    };
    let (dates, asked, bytes) = known(&corpus);
    assert_eq!((dates.first_seen, dates.last_seen, dates.gone_at), (at(1), at(4), Some(at(6))));
    assert_eq!((dates.published, dates.gone_status), (page().published, Some(410)));
    assert_eq!(asked, at(5));
    assert_eq!(bytes, ["Andel: 12\u{a0}% på Ærø".as_bytes(), "Andel: 9\u{a0}% på Ærø".as_bytes()]);
    // What is gone is asked for whole, if its source lists it again.
    assert_eq!(corpus.validators(PAGE).expect("readable"), None);
    assert_eq!(fetch(&mut corpus, &answer(200, "Andel: 9\u{a0}% på Ærø", 7)), "unchanged");
    let validators = Validators { etag: page().etag, last_modified: None };
    assert_eq!(corpus.validators(PAGE).expect("readable"), Some(validators));
    assert_eq!(corpus.mark("aeroe-minutes", PAGE).expect("readable"), page().mark);
    assert_eq!(corpus.pages("aeroe-minutes").expect("readable").len(), 1);
    let before = known(&corpus);
    assert_eq!(before.0.gone_at, None);
    drop(corpus);
    // All of it stands in the archive too.
    home.lose_catalog();
    let corpus = home.write();
    assert_eq!(known(&corpus), before);
    assert_eq!(corpus.mark("aeroe-minutes", PAGE).expect("readable"), page().mark);
}

/// The records of the archive's first file as they stand there.
fn records(home: &Home) -> Vec<String> {
    let mut text = String::new();
    MultiGzDecoder::new(fs_err::File::open(home.warc()).expect("a file"))
        .read_to_string(&mut text)
        .expect("text");
    text.split("WARC/1.1\r\n").skip(1).map(str::to_owned).collect()
}

#[test]
fn a_list_that_is_as_it_was_is_archived_as_a_revisit() {
    let home = Home::new();
    let list = |body, second| Answer { page: None, ..answer(200, body, second) };
    let kinds = || -> Vec<&str> {
        let is = |record: &String, kind: &str| record.contains(&format!("WARC-Type: {kind}\r\n"));
        records(&home).iter().filter_map(|r| ["response", "revisit"].into_iter().find(|k| is(r, k))).collect()
    };
    let mut corpus = home.write();
    // In one batch and in the next.
    take(&mut corpus, &list("[\"Ærø\"]", 0));
    take(&mut corpus, &list("[\"Ærø\"]", 1));
    corpus.store(&[]).expect("stored");
    fetch(&mut corpus, &list("[\"Ærø\"]", 2));
    assert_eq!(kinds(), ["response", "revisit", "revisit"]);
    let revisit = records(&home).pop().expect("a record");
    for field in [
        "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Refers-To-Target-URI: http://dagsordener.%C3%A6r%C3%B8.dk/api/list",
        &format!("WARC-Refers-To-Date: {}", at(0)),
        "WARC-Refers-To: <urn:",
    ] {
        assert!(revisit.contains(field), "{field}: {revisit}");
    }
    // Another list, the first one again, and what is no list: all whole.
    for answer in [list("[]", 3), list("[\"Ærø\"]", 4), Answer { status: 503, ..list("[\"Ærø\"]", 5) }] {
        fetch(&mut corpus, &answer);
    }
    assert_eq!(kinds()[3..], ["response"; 3]);
    drop(corpus);
    // A catalog that is built again remembers no list.
    home.lose_catalog();
    let mut corpus = home.write();
    assert!(corpus.problems().is_empty(), "{:?}", corpus.problems());
    fetch(&mut corpus, &list("[\"Ærø\"]", 6));
    fetch(&mut corpus, &list("[\"Ærø\"]", 7));
    assert_eq!(kinds()[6..], ["response", "revisit"]);
    // What was taken down may have stood in it.
    fetch(&mut corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 8));
    corpus.take_down(&document_id(PAGE), "anmodning", true).expect("taken down");
    fetch(&mut corpus, &list("[\"Ærø\"]", 9));
    assert_eq!(kinds().pop(), Some("response"));
}

#[test]
fn runs_tell_what_a_source_came_to() {
    let home = Home::new();
    let mut corpus = home.write();
    let run = |complete, second| Run {
        source: "aeroe-minutes".to_owned(),
        finished_at: at(second),
        listed: 3,
        complete,
        failed: [("timeout".to_owned(), 2)].into(),
        alarms: vec!["0 meetings where there were 3".to_owned()],
        ..Run::default()
    };
    for run in [run(true, 1), run(false, 2)] {
        corpus.note_run(run).expect("noted");
        corpus.store(&[]).expect("stored");
    }
    assert_eq!(corpus.runs().expect("readable"), [(run(false, 2), Some(at(1)))]);
}

/// Documents and tombstones of each source; which of them are read, a catalog that was built again does not know yet.
fn stored(corpus: &Corpus) -> Vec<(String, u64, u64)> {
    let coverage = corpus.coverage().expect("readable");
    coverage.into_iter().map(|(source, [all, _, gone])| (source, all, gone)).collect()
}

#[test]
fn runs_and_closed_hosts_stand_in_the_archive_too() {
    let home = Home::new();
    let mut corpus = home.write();
    let host = "dagsordener.ærø.dk";
    let run = |complete, second| Run {
        source: "aeroe-minutes".to_owned(),
        finished_at: at(second),
        listed: 3,
        complete,
        newest: page().published,
        failed: [("timeout".to_owned(), 2)].into(),
        alarms: vec!["0 møder hvor der var 3".to_owned()],
        ..Run::default()
    };
    fetch(&mut corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 1));
    corpus.note_run(run(true, 2)).expect("noted");
    corpus.store(&[]).expect("stored");
    fetch(&mut corpus, &answer(503, "", 3));
    corpus.note_closed(host, at(3600)).expect("noted");
    // An answer that was on its way when the host closed opens it no more than the next batch does.
    fetch(&mut corpus, &answer(503, "", 4));
    corpus.note_run(run(false, 5)).expect("noted");
    corpus.store(&[]).expect("stored");
    let known = |corpus: &Corpus| {
        let host = corpus.host(host).expect("readable").expect("a host");
        (
            corpus.runs().expect("readable"),
            host.closed_until,
            corpus.listed_before("aeroe-minutes").expect("readable"),
            stored(corpus),
        )
    };
    let before = known(&corpus);
    assert_eq!(before.0, [(run(false, 5), Some(at(2)))]);
    assert_eq!(before.1, Some(at(3600)));
    drop(corpus);
    home.lose_catalog();
    let mut corpus = home.write();
    assert!(corpus.problems().is_empty(), "{:?}", corpus.problems());
    assert_eq!(known(&corpus), before);
    // Asked again when the time was over: open.
    fetch(&mut corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 3601));
    let open = corpus.host(host).expect("readable").expect("a host");
    assert_eq!(open.closed_until, None);
    drop(corpus);
    home.lose_catalog();
    assert_eq!(home.write().host(host).expect("readable"), Some(open));
}

#[test]
fn a_page_keeps_the_place_of_the_source_that_brought_it_first() {
    let home = Home::new();
    let mut corpus = home.write();
    let listed = |source, code: &str, second| {
        let hints = Hints { place: Some(code.parse().expect("a place")), ..page().hints };
        (source, Page { hints, mark: Some(code.to_owned()), published: None, ..page() }, second)
    };
    let run = |corpus: &mut Corpus, (source, page, second): (&'static str, Page, i64)| {
        let answer = Answer { page: Some(page), ..answer(200, "Andel: 12\u{a0}% på Ærø", second) };
        let taken = take_for(corpus, source, &answer);
        let outcomes = match &taken {
            Taken::Read { snapshot, bytes, .. } => {
                vec![good(snapshot, std::str::from_utf8(bytes).expect("text"))]
            }
            _ => Vec::new(),
        };
        corpus.store(&outcomes).expect("stored");
        matches!(taken, Taken::Read { .. })
    };
    assert!(run(&mut corpus, listed("aeroe-news", "492", 1)));
    for round in 0..3 {
        assert!(!run(&mut corpus, listed("fyn-news", "461", 2 + round * 2)), "{round}: read again");
        assert!(!run(&mut corpus, listed("aeroe-news", "492", 3 + round * 2)), "{round}: read again");
    }
    let id = document_id(PAGE);
    let known = |corpus: &Corpus| {
        let dates = corpus.page_dates(&id).expect("readable").expect("a page");
        let snapshots = corpus.snapshots().expect("readable");
        let marks = ["aeroe-news", "fyn-news"].map(|s| corpus.mark(s, PAGE).expect("readable"));
        let pages = ["aeroe-news", "fyn-news"].map(|s| corpus.pages(s).expect("readable").len());
        (dates, snapshots, marks, pages, stored(corpus))
    };
    let before = known(&corpus);
    assert_eq!(
        (before.0.source.as_str(), &before.0.also_listed_by),
        ("aeroe-news", &vec!["fyn-news".to_owned()])
    );
    assert_eq!((before.0.first_seen, before.0.last_seen), (at(1), at(7)));
    assert_eq!(before.1.len(), 1);
    assert_eq!(before.1[0].hints.place, Some("492".parse().expect("a place")));
    // Each source finds what its own list said.
    assert_eq!(before.2, [Some("492".to_owned()), Some("461".to_owned())]);
    assert_eq!((before.3, before.4.len()), ([1, 1], 2));
    drop(corpus);
    home.lose_catalog();
    assert_eq!(known(&home.write()), before);
}

#[test]
fn two_sources_of_one_run_do_not_quarrel_either() {
    let home = Home::new();
    let mut corpus = home.write();
    let with = |code: &str| Hints { place: Some(code.parse().expect("a place")), ..page().hints };
    for (source, code) in [("aeroe-news", "492"), ("fyn-news", "461")] {
        let page = Page { hints: with(code), ..page() };
        let text = format!("Andel: {code}");
        let taken = take_for(&mut corpus, source, &Answer { page: Some(page), ..answer(200, &text, 1) });
        let Taken::Read { snapshot, .. } = taken else { panic!("{taken:?}") };
        assert_eq!(snapshot.hints, with("492"));
    }
}

#[test]
fn a_clock_that_is_set_back_leaves_nothing_behind() {
    let home = Home::new();
    let mut corpus = home.write();
    let (ahead, host) = (3_000_000_000, "dagsordener.ærø.dk");
    fetch(&mut corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 1));
    // A run with a clock that is decades ahead.
    take_robots(&mut corpus, ahead);
    fetch(&mut corpus, &answer(304, "", ahead));
    corpus.note_closed(host, at(ahead + 3600)).expect("noted");
    corpus.store(&[]).expect("stored");
    let known = corpus.host(host).expect("readable").expect("a host");
    assert_eq!((known.robots, known.closed_until), (None, None), "nobody waits for decades");
    // The next run with the right one.
    take_robots(&mut corpus, 10);
    fetch(&mut corpus, &answer(304, "", 11));
    let known = corpus.host(host).expect("readable").expect("a host");
    assert_eq!(known.last_request, at(11));
    assert_eq!(known.robots.expect("robots.txt").2, at(10));
    let dates = corpus.page_dates(&document_id(PAGE)).expect("readable").expect("a page");
    assert_eq!((dates.first_seen, dates.last_seen), (at(1), at(ahead)), "never seen last before first");
    assert_eq!(corpus.pages("aeroe-minutes").expect("readable")[0].checked_at, at(11));
    // A wait that was asked for since holds.
    corpus.note_closed(host, at(ahead)).expect("noted");
    corpus.store(&[]).expect("stored");
    assert_eq!(corpus.host(host).expect("readable").expect("a host").closed_until, Some(at(ahead)));
}

#[test]
fn lists_that_name_what_is_taken_down_are_told_and_can_go_too() {
    let text = "Nævnet omgjorde i alt 12\u{a0}% af kommunens afgørelser om børn på Ærø.";
    let list = |corpus: &mut Corpus, body: &str, second| {
        let answer = Answer { page: None, gzip: second % 2 == 0, ..answer(200, body, second) };
        assert_eq!(fetch(corpus, &answer), "nothing");
    };
    for overwrite in [false, true] {
        let home = Home::new();
        let mut corpus = home.write();
        list(&mut corpus, "[\"/vis?id=1\", \"/vis?id=12\"]", 0);
        list(&mut corpus, "[\"/vis?id=12\"]", 1);
        list(
            &mut corpus,
            "<p>N&aelig;vnet omgjorde <b>i alt 12&nbsp;%</b> af kommunens afgørelser om børn på Ærø</p>",
            2,
        );
        list(&mut corpus, "<p>Nævnet omgjorde noget</p>", 3);
        // A footer that another document has too.
        let footer = "Denne side er skrevet af kommunens borgerservice på Ærø.";
        list(&mut corpus, footer, 5);
        super::support::ingest(&mut corpus, super::support::URL, footer);
        let version = archive(&mut corpus, PAGE, &format!("<p>{footer}</p>"), &Hints::default());
        corpus.store(&[good(&version, footer)]).expect("stored");
        fetch(&mut corpus, &answer(200, text, 4));
        let id = document_id(PAGE);
        let told = corpus.would_take_down(&id, overwrite).expect("readable").expect("a document");
        assert!(unpacked(&home).contains("vis?id=1\"") && corpus.document(&id).expect("readable").is_some());
        let taken = corpus.take_down(&id, "anmodning", overwrite).expect("written").expect("a document");
        assert_eq!(told, taken);
        assert_eq!((taken.records, taken.lists), (3, 2), "{taken:?}");
        assert_eq!(taken.lists_overwritten, if overwrite { 2 } else { 0 });
        assert_eq!(corpus.takedowns().expect("readable")[0].3, taken);
        let left = unpacked(&home);
        assert_eq!(left.contains("vis?id=1\""), !overwrite, "{left}");
        assert!(left.contains("[\"/vis?id=12\"]") && left.contains("omgjorde noget"), "{left}");
        drop(corpus);
        home.lose_catalog();
        assert!(home.write().problems().is_empty());
    }
}

#[test]
fn what_is_taken_down_is_known_by_all_its_addresses() {
    let home = Home::new();
    let mut corpus = home.write();
    fetch(&mut corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 1));
    let copy = super::support::ingest(&mut corpus, super::support::URL, "Andel: 12\u{a0}% på Ærø");
    let id = document_id(PAGE);
    let alias = document_id("http://dagsordener.ærø.dk/Vis/1");
    assert_eq!(
        corpus.copies(&id).expect("readable"),
        [(copy.document.clone(), super::support::URL.to_owned())]
    );
    assert!(!corpus.is_taken_down(&alias).expect("readable"));
    corpus.take_down(&id, "anmodning", false).expect("written").expect("a document");
    let known =
        |corpus: &Corpus| [&id, &alias, &copy.document].map(|id| corpus.is_taken_down(id).expect("readable"));
    assert_eq!(known(&corpus), [true, true, false]);
    drop(corpus);
    home.lose_catalog();
    assert_eq!(known(&home.write()), [true, true, false]);
}

/// Everything that the archive's file says.
fn unpacked(home: &Home) -> String {
    let bytes = fs_err::read(home.warc()).expect("readable");
    let mut members = &bytes[..];
    let mut out = Vec::new();
    while !members.is_empty() {
        let mut member = flate2::bufread::GzDecoder::new(&mut members);
        let mut record = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut record).expect("gzip");
        let inner = record.windows(2).position(|w| w == [0x1f, 0x8b]);
        let end = record.len().saturating_sub(4);
        if let Some(at) = inner.filter(|at| *at < end) {
            let mut body = flate2::read::GzDecoder::new(&record[at..end]);
            std::io::Read::read_to_end(&mut body, &mut out).expect("gzip");
        }
        out.extend(record);
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn coverage_is_kept_and_never_wrong() {
    let home = Home::new();
    let mut corpus = home.write();
    let covered = |corpus: &Corpus| {
        let c = corpus.covered().expect("readable");
        let documents = corpus.documents().expect("readable");
        let read = documents.iter().filter(|d| d.current.is_some()).count() as u64;
        assert_eq!((c.documents, c.read), (documents.len() as u64, read));
        assert_eq!(c.batch, corpus.batch().expect("readable"));
        (c.listed, c.documents, c.read)
    };
    assert_eq!(covered(&corpus), (0, 0, 0));
    history(&mut corpus);
    super::support::ingest(&mut corpus, super::support::URL, "Andel: 7\u{a0}% i Odense");
    assert_eq!(covered(&corpus), (0, 2, 2));
    let unreadable = super::support::archive(&mut corpus, "https://ærø.dk/a", "%PDF", &Hints::default());
    corpus.store(&[super::support::bad(&unreadable, Cause::Encrypted)]).expect("stored");
    assert_eq!(covered(&corpus), (0, 3, 2));
    // Of each source the last run counts.
    for (source, listed) in [("aeroe-minutes", 900), ("odense-news", 40), ("aeroe-minutes", 3), ("aarhus", 0)]
    {
        corpus.note_run(Run { source: source.to_owned(), listed, ..Run::default() }).expect("noted");
        corpus.store(&[]).expect("stored");
    }
    assert_eq!(covered(&corpus), (43, 3, 2));
    corpus.take_down(&document_id(PAGE), "navn på en borger", false).expect("written");
    assert_eq!(covered(&corpus), (43, 2, 1));
    drop(corpus);
    home.lose_catalog();
    assert_eq!(covered(&home.write()), (43, 2, 0), "a catalog that was built again has read nothing yet");
}

#[test]
fn what_is_taken_down_is_gone_from_every_file() {
    let home = Home::new();
    let mut corpus = home.write();
    history(&mut corpus);
    let other = super::support::ingest(&mut corpus, super::support::URL, "Andel: 7\u{a0}% i Odense");
    let id = document_id(PAGE);
    let taken = corpus.take_down(&id, "navn på en borger", false).expect("written").expect("a document");
    assert_eq!((taken.versions, taken.statements), (2, 2));
    assert_eq!(corpus.take_down(&id, "igen", false).expect("readable"), None);
    assert!(corpus.document(&id).expect("readable").is_none());
    // The other documents' records stand where they stood.
    assert_eq!(corpus.read(&other).expect("readable"), "Andel: 7\u{a0}% i Odense".as_bytes());
    let unpacked = |path| {
        let mut out = Vec::new();
        let bytes = fs_err::read(path).expect("readable");
        std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&bytes[..]), &mut out)
            .expect("gzip");
        String::from_utf8_lossy(&out).into_owned()
    };
    let left = unpacked(home.warc());
    assert!(left.contains("Odense") && !left.contains("9\u{a0}%") && !left.contains("vis?id=1"), "{left}");
    // It is not taken in again, also by a catalog that was built again.
    assert_eq!(fetch(&mut corpus, &answer(200, "Andel: 9\u{a0}% på Ærø", 9)), "nothing");
    drop(corpus);
    home.lose_catalog();
    let corpus = home.write();
    assert!(corpus.problems().is_empty(), "{:?}", corpus.problems());
    assert!(corpus.is_taken_down(&id).expect("readable"));
    assert_eq!(corpus.snapshots().expect("readable").len(), 1);
}

#[test]
fn a_fetched_record_is_read_without_its_archive() {
    let home = Home::new();
    let mut corpus = home.write();
    history(&mut corpus);
    for (number, text) in [(1, "Andel: 12\u{a0}% på Ærø"), (2, "Andel: 9\u{a0}% på Ærø")] {
        let version = corpus.version(&document_id(PAGE), Some(number)).expect("read").expect("a version");
        let record = corpus.record(&version.snapshot).expect("a record");
        let read = ArchivedRecord::read(&record).expect("a record");
        assert_eq!(read.bytes, text.as_bytes(), "without the head and the content coding of the answer");
        assert_eq!((read.sha256, read.url.as_str()), (version.snapshot.sha256, PAGE));
        assert_eq!(read.hints, version.snapshot.hints);
    }
}

#[test]
fn what_does_not_come_is_remembered_until_it_comes() {
    let home = Home::new();
    let mut corpus = home.write();
    let alias = &page().aliases[0];
    let note = |corpus: &mut Corpus, cause: &str, second| {
        let miss = Miss {
            source: "aeroe-minutes".to_owned(),
            url: alias.clone(),
            whole: Some(LIST.to_owned()),
            cause: cause.to_owned(),
            tries: 1,
            tried_at: at(second),
        };
        corpus.note_miss(miss).expect("noted");
        corpus.store(&[]).expect("stored");
        let misses = corpus.misses("aeroe-minutes").expect("readable");
        (misses.len(), misses[0].tries, misses[0].tried_at)
    };
    assert_eq!(note(&mut corpus, "not_found", 1), (1, 1, at(1)));
    assert_eq!(note(&mut corpus, "not_found", 2), (1, 2, at(2)));
    assert_eq!(note(&mut corpus, "forbidden", 3), (1, 1, at(3)), "another cause begins anew");
    assert_eq!(corpus.canonical(alias).expect("readable"), None);
    fetch(&mut corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 4));
    assert_eq!(corpus.misses("aeroe-minutes").expect("readable"), []);
    for url in [alias.as_str(), PAGE] {
        assert_eq!(corpus.canonical(url).expect("readable").as_deref(), Some(PAGE));
    }
    let known = &corpus.pages("aeroe-minutes").expect("readable")[0];
    assert_eq!((known.checked_at, known.changed_at), (at(4), at(4)));
    fetch(&mut corpus, &answer(304, "", 5));
    let known = &corpus.pages("aeroe-minutes").expect("readable")[0];
    assert_eq!((known.checked_at, known.changed_at), (at(5), at(4)));
    corpus.archive_gone("aeroe-minutes", PAGE, 410, at(6)).expect("archived");
    corpus.store(&[]).expect("stored");
    assert_eq!(corpus.canonical(alias).expect("readable"), None, "what is gone has no addresses");
}

/// It moved to an address that nobody took down, and is found by its old one.
#[test]
fn what_is_taken_down_stays_away_where_it_moves() {
    let home = Home::new();
    let mut corpus = home.write();
    fetch(&mut corpus, &answer(200, "Andel: 12\u{a0}% på Ærø", 1));
    corpus.take_down(&document_id(PAGE), "anmodning", false).expect("taken down");
    let moved = Page { url: format!("{PAGE}&ny"), aliases: vec![PAGE.to_owned()], ..page() };
    let told = fetch(&mut corpus, &Answer { page: Some(moved), ..answer(200, "Andel: 12\u{a0}% på Ærø", 3) });
    assert_eq!(told, "nothing");
}
