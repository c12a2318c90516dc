//! What a fetcher brings: exchanges, revisits, tombstones, and what must be found again by the next run.

use std::io::Write;

use belaeg_corpus::{ArchivedRecord, Corpus, Exchange, Page, Run, Taken, Validators, document_id};
use belaeg_model::Hints;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

use super::support::{EXTRACTOR, Home, good};

const LIST: &str = "http://dagsordener.ærø.dk/api/list";
const PAGE: &str = "http://dagsordener.ærø.dk/vis?id=1";

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
        source: "aeroe-minutes",
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
fn history(corpus: &mut Corpus) {
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

#[test]
fn what_is_taken_down_is_gone_from_every_file() {
    let home = Home::new();
    let mut corpus = home.write();
    history(&mut corpus);
    let other = super::support::ingest(&mut corpus, super::support::URL, "Andel: 7\u{a0}% i Odense");
    let id = document_id(PAGE);
    let taken = corpus.take_down(&id, "navn på en borger").expect("written").expect("a document");
    assert_eq!((taken.versions, taken.statements), (2, 2));
    assert_eq!(corpus.take_down(&id, "igen").expect("readable"), None);
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
