//! What is stored comes back, and numbers, current versions and failures follow the rules.

use belaeg_corpus::{Need, Outcome, document_id};
use belaeg_model::{ByteSpan, Cause, Hints, Kind, Place};

use crate::support::*;

#[test]
fn a_version_comes_back_whole() {
    let home = Home::new();
    let mut corpus = home.write();
    let snapshot = archive(&mut corpus, URL, "<p>æøå\u{a0}é", &all_hints());
    corpus.sync().expect("synced");
    let (extracted, statements) = rich();
    let outcome = Outcome {
        snapshot: snapshot.clone(),
        extractor: EXTRACTOR.to_owned(),
        result: Ok((extracted.clone(), statements.clone())),
    };
    let stored = corpus.store(&[outcome]).expect("stored");
    assert_eq!((stored.batch, stored.current), (1, vec![document_id(URL)]));
    drop(corpus);

    let corpus = home.read();
    let version = corpus.version(&document_id(URL), None).expect("readable").expect("there");
    assert_eq!(version.extracted, extracted);
    assert_eq!(version.statements, statements);
    assert_eq!(version.snapshot, snapshot);
    assert_eq!(version.snapshot.hints, all_hints());
    assert_eq!((version.number, version.batch, version.extractor.as_str()), (1, 1, EXTRACTOR));
    assert_eq!(corpus.version(&document_id(URL), Some(1)).expect("readable"), Some(version));
    assert_eq!(corpus.version(&document_id(URL), Some(2)).expect("readable"), None);
    assert_eq!(corpus.read(&snapshot).expect("readable"), "<p>æøå\u{a0}é".as_bytes());
    let document = corpus.document(&document_id(URL)).expect("readable").expect("there");
    assert_eq!(document.meta, extracted.meta);
    assert_eq!(corpus.documents().expect("readable"), [document]);

    let counts = corpus.counts().expect("countable");
    assert_eq!((counts.documents, counts.snapshots, counts.versions), (1, 1, 1));
    assert_eq!((counts.statements, counts.rates, counts.counts, counts.pending), (3, 2, 1, 0));
    assert_eq!(
        counts.warnings.into_iter().collect::<Vec<_>>(),
        [(Cause::BadEncoding, 1), (Cause::CprMasked, 1)]
    );
    assert_eq!(counts.kinds, [(Some(Kind::News), 1)]);
    assert_eq!(counts.places, [("461".parse::<Place>().ok(), 1)]);
    assert_eq!(
        (counts.oldest, counts.newest),
        (extracted.meta.published.clone().map(|p| p.value), extracted.meta.published.map(|p| p.value))
    );
    assert_eq!((counts.bytes, counts.archive_bytes), (13, length(&home.warc())));
}

#[test]
fn people_can_read_the_tables() {
    let home = Home::new();
    let mut corpus = home.write();
    let snapshot = archive(&mut corpus, URL, "x", &Hints::default());
    let result = Ok(rich());
    corpus.store(&[Outcome { snapshot, extractor: EXTRACTOR.to_owned(), result }]).expect("stored");
    let sql = rusqlite::Connection::open(home.catalog()).expect("SQLite");
    let row: (String, f64, f64, String, String, i64, String) = sql
        .query_row(
            "SELECT d.url, c.value, c.value_max, c.unit, c.found_place, max(y.year), t.text FROM claims c \
             JOIN statements t ON t.id = c.statement_id JOIN versions v ON v.id = t.version_id \
             JOIN documents d ON d.id = v.document_id JOIN claim_years y ON y.claim_id = c.id GROUP BY c.id",
            [],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?, r.get(6)?)),
        )
        .expect("one rate with years");
    assert_eq!((row.0.as_str(), row.1, row.2, row.3.as_str()), (URL, 23.5, 24.0, "percent"));
    assert_eq!((row.4.as_str(), row.5), ("context", 2023));
    assert!(row.6.ends_with("i Odense\u{a0}Kommune og på Ærø."), "{}", row.6);
}

#[test]
fn changed_bytes_are_a_new_version_and_the_same_bytes_are_nothing() {
    let home = Home::new();
    let mut corpus = home.write();
    let hints = Hints::default();
    assert_eq!(needs(&corpus, URL, "A", &hints), Need::New);
    for (number, text) in [(1, "A"), (2, "B"), (3, "A")] {
        if number > 1 {
            assert_eq!(needs(&corpus, URL, text, &hints), Need::Changed, "{number}");
        }
        assert_eq!(ingest(&mut corpus, URL, text).number, number);
        let before = length(&home.warc());
        assert_eq!(needs(&corpus, URL, text, &hints), Need::Unchanged, "{number}");
        assert_eq!(length(&home.warc()), before);
    }
    let document = corpus.document(&document_id(URL)).expect("readable").expect("there");
    assert_eq!(document.current, Some(3));
    let numbers: Vec<_> = document.versions.iter().map(|v| v.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(document.versions[0].sha256, document.versions[2].sha256);
    let second = corpus.version(&document.id, Some(2)).expect("readable").expect("there");
    assert_eq!(second.extracted.text, "B");
}

#[test]
fn the_same_address_twice_in_a_batch() {
    let home = Home::new();
    let mut corpus = home.write();
    let hints = Hints::default();
    let first = archive(&mut corpus, URL, "A", &hints);
    assert_eq!(needs(&corpus, URL, "A", &hints), Need::Unchanged);
    assert!(matches!(needs(&corpus, URL, "A", &all_hints()), Need::Retry(s) if s.hints == all_hints()));
    assert_eq!(needs(&corpus, URL, "B", &hints), Need::Changed);
    let second = archive(&mut corpus, URL, "B", &hints);
    assert_eq!(corpus.pending().expect("readable"), [first.clone(), second.clone()]);
    let stored = corpus.store(&[good(&second, "B"), good(&first, "A")]).expect("stored");
    assert_eq!(stored.current, [document_id(URL)]);
    let version = corpus.version(&document_id(URL), None).expect("readable").expect("there");
    assert_eq!((version.number, version.extracted.text.as_str()), (2, "B"));
}

#[test]
fn other_hints_or_another_extractor_read_the_same_version_again() {
    let home = Home::new();
    let mut corpus = home.write();
    let snapshot = ingest(&mut corpus, URL, "A");
    let Need::Retry(again) = needs(&corpus, URL, "A", &all_hints()) else { panic!("hints are new") };
    assert_eq!((again.id, &again.hints), (snapshot.id, &all_hints()));
    let result = Ok(rich());
    let stored = corpus
        .store(&[Outcome { snapshot: again, extractor: EXTRACTOR.to_owned(), result }])
        .expect("stored");
    assert_eq!((stored.batch, stored.current), (2, vec![document_id(URL)]));
    assert_eq!(needs(&corpus, URL, "A", &all_hints()), Need::Unchanged);
    let version = corpus.version(&document_id(URL), None).expect("readable").expect("there");
    assert_eq!((version.number, version.batch, version.statements.len()), (1, 2, 3));
    assert_eq!(corpus.counts().expect("countable").statements, 3);

    assert_eq!(corpus.stale(EXTRACTOR).expect("readable"), []);
    let newer = "belaeg 0.2.0";
    let stale = corpus.stale(newer).expect("readable");
    assert_eq!(stale.len(), 1);
    let need = corpus.needs(URL, &snapshot.sha256, &all_hints(), newer).expect("told");
    assert_eq!(need, Need::Retry(stale[0].clone()));
    let outcome = Outcome { extractor: newer.to_owned(), ..good(&stale[0], "A") };
    corpus.store(&[outcome]).expect("stored");
    assert_eq!(corpus.stale(newer).expect("readable"), []);
    let version = corpus.version(&document_id(URL), None).expect("readable").expect("there");
    assert_eq!((version.number, version.statements.len(), version.extracted.warnings.len()), (1, 1, 0));
}

#[test]
fn a_failure_keeps_the_last_good_version() {
    let home = Home::new();
    let mut corpus = home.write();
    ingest(&mut corpus, URL, "A");
    let second = archive(&mut corpus, URL, "B", &Hints::default());
    let stored = corpus.store(&[bad(&second, Cause::Encrypted)]).expect("stored");
    assert_eq!(stored.current, []);
    let failures = corpus.failures().expect("readable");
    assert_eq!(failures.len(), 1);
    assert_eq!(
        (failures[0].url.as_str(), failures[0].cause, failures[0].detail.as_str(), failures[0].snapshot),
        (URL, Cause::Encrypted, "side 3: krypteret", Some(second.id))
    );
    assert_eq!(corpus.counts().expect("countable").failures.get(&Cause::Encrypted), Some(&1));
    assert_eq!(corpus.pending().expect("readable"), []);
    let current = corpus.version(&document_id(URL), None).expect("readable").expect("there");
    assert_eq!(current.extracted.text, "A");

    assert_eq!(needs(&corpus, URL, "B", &Hints::default()), Need::Retry(second.clone()));
    corpus.store(&[good(&second, "B")]).expect("stored");
    assert_eq!(corpus.failures().expect("readable"), []);
    let current = corpus.version(&document_id(URL), None).expect("readable").expect("there");
    assert_eq!((current.number, current.extracted.text.as_str()), (2, "B"));

    // Read again without success: what was read before stays.
    corpus.store(&[bad(&second, Cause::TimedOut)]).expect("stored");
    let current = corpus.version(&document_id(URL), None).expect("readable").expect("there");
    assert_eq!((current.number, current.extracted.text.as_str()), (2, "B"));
    assert!(matches!(needs(&corpus, URL, "B", &Hints::default()), Need::Retry(_)));
}

#[test]
fn a_file_that_cannot_be_opened_is_noted_until_it_can() {
    let home = Home::new();
    let mut corpus = home.write();
    for _ in 0..2 {
        corpus.record_unreadable(URL, Cause::Unreadable, "adgang nægtet").expect("noted");
    }
    let failures = corpus.failures().expect("readable");
    assert_eq!(failures.len(), 1);
    assert_eq!((failures[0].snapshot, failures[0].document.clone()), (None, document_id(URL)));
    ingest(&mut corpus, URL, "A");
    assert_eq!(corpus.failures().expect("readable"), []);
    corpus.record_unreadable(URL, Cause::Unreadable, "adgang nægtet").expect("noted");
    let Need::Retry(snapshot) = needs(&corpus, URL, "A", &Hints::default()) else { panic!("it had failed") };
    corpus.store(&[good(&snapshot, "A")]).expect("stored");
    assert_eq!(corpus.failures().expect("readable"), []);
    assert_eq!(needs(&corpus, URL, "A", &Hints::default()), Need::Unchanged);
}

#[test]
fn an_index_learns_what_changed() {
    let home = Home::new();
    let mut corpus = home.write();
    assert_eq!(corpus.batch().expect("readable"), 0);
    assert_eq!(corpus.store(&[]).expect("nothing to do").batch, 0);
    ingest(&mut corpus, "file:///a", "A");
    ingest(&mut corpus, "file:///b", "B");
    assert_eq!(corpus.batch().expect("readable"), 2);
    assert_eq!(corpus.changed_since(0).expect("readable").len(), 2);
    assert_eq!(corpus.changed_since(1).expect("readable"), [document_id("file:///b")]);
    assert_eq!(corpus.changed_since(2).expect("readable"), []);
    assert_eq!(corpus.store(&[]).expect("nothing to do").batch, 2);
    // An older version read again does not concern the index.
    ingest(&mut corpus, "file:///a", "A2");
    let old = corpus.snapshots().expect("readable").remove(0);
    assert_eq!(corpus.store(&[good(&old, "A")]).expect("stored").current, []);
    assert_eq!(corpus.changed_since(2).expect("readable"), [document_id("file:///a")]);
    assert_eq!(corpus.changed_since(3).expect("readable"), []);
}

#[test]
fn a_version_that_cannot_be_shown_is_a_failure_and_holds_up_nobody() {
    type Break = fn(&mut (belaeg_model::Extracted, Vec<belaeg_model::Statement>));
    let cases: [(&str, Break, &str); 5] = [
        (
            "a span inside a letter",
            |v| v.1[0].span = ByteSpan::new(0, v.0.text.find('Æ').unwrap_or(0) + 1),
            "span",
        ),
        ("a span behind the end", |v| v.0.blocks[0].span = ByteSpan::new(0, 1 << 40), "span"),
        ("another quote", |v| v.1[1].claims[0].quote = "90 %".to_owned(), "quote"),
        ("no number", |v| v.1[1].claims[0].value = f64::NAN, "number"),
        ("no end", |v| v.1[1].claims[0].value_max = Some(f64::INFINITY), "number"),
    ];
    for (name, breaks, why) in cases {
        let home = Home::new();
        let mut corpus = home.write();
        let first = archive(&mut corpus, "file:///a", "A", &Hints::default());
        let second = archive(&mut corpus, "file:///b", "B", &Hints::default());
        let mut broken = rich();
        breaks(&mut broken);
        let outcome = Outcome { snapshot: first, extractor: EXTRACTOR.to_owned(), result: Ok(broken) };
        let stored = corpus.store(&[outcome, good(&second, "B")]).expect("stored");
        assert_eq!(stored.current, [document_id("file:///b")], "{name}");
        let failures = corpus.failures().expect("readable");
        assert_eq!(failures.len(), 1, "{name}");
        assert!(
            failures[0].cause == Cause::Crashed && failures[0].detail.contains(why),
            "{name}: {failures:?}"
        );
    }
}

#[test]
fn a_snapshot_of_another_archive_is_refused_and_the_batch_with_it() {
    let (home, other) = (Home::new(), Home::new());
    let mut corpus = home.write();
    let mut other = other.write();
    ingest(&mut other, "file:///one", "1");
    let foreign = ingest(&mut other, "file:///two", "2");
    let mine = archive(&mut corpus, "file:///mine", "M", &Hints::default());
    let error = corpus.store(&[good(&mine, "M"), good(&foreign, "2")]).expect_err("not of this archive");
    assert!(error.to_string().contains("file:///two is not in the archive"), "{error}");
    assert_eq!(corpus.batch().expect("readable"), 0);
    assert_eq!(corpus.pending().expect("readable"), std::slice::from_ref(&mine));
    assert_eq!(corpus.store(&[good(&mine, "M")]).expect("stored").batch, 1);
}

#[test]
fn a_large_batch_is_stored() {
    let home = Home::new();
    let mut corpus = home.write();
    let mut outcomes = Vec::new();
    for i in 0..200 {
        let snapshot = archive(&mut corpus, &format!("file:///{i}"), &i.to_string(), &Hints::default());
        let (extracted, statements) = rich();
        let many = statements.iter().cycle().take(50).cloned().collect();
        let result = Ok((extracted, many));
        outcomes.push(Outcome { snapshot, extractor: EXTRACTOR.to_owned(), result });
    }
    corpus.store(&outcomes).expect("stored");
    let counts = corpus.counts().expect("countable");
    assert_eq!((counts.documents, counts.statements, counts.counts), (200, 10_000, 16 * 200));
}
