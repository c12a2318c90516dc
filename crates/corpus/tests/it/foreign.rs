//! Other processes and other programs' files.

use std::io::{Read, Write};

use belaeg_corpus::{Access, Corpus, Digest, Snapshot};
use flate2::read::MultiGzDecoder;

use crate::support::*;

#[test]
fn there_is_one_writer() {
    let home = Home::new();
    let first = home.write();
    let error = home.try_write().expect_err("locked");
    assert!(error.is_locked());
    let expected = format!(
        "another belaeg process (pid {}) is writing to {}; wait for it or stop it",
        std::process::id(),
        home.corpus().display()
    );
    assert_eq!(error.to_string(), expected);
    drop(first);
    home.write();
}

#[test]
fn a_reader_beside_the_writer_sees_the_last_commit() {
    let home = Home::new();
    assert_eq!(home.read().documents().expect("readable"), []);
    assert!(!home.corpus().exists(), "reading creates nothing");
    let mut writer = home.write();
    ingest(&mut writer, "file:///a", "A");
    let reader = home.read();
    assert_eq!(reader.batch().expect("readable"), 1);
    let snapshot = archive(&mut writer, "file:///b", "B", &all_hints());
    assert_eq!(reader.snapshots().expect("readable").len(), 1);
    writer.store(&[good(&snapshot, "B")]).expect("stored");
    assert_eq!(reader.batch().expect("readable"), 2);
    assert_eq!(reader.read(&snapshot).expect("readable"), b"B");
}

#[test]
fn a_reader_writes_nothing() {
    let home = Home::new();
    drop(home.write());
    let mut reader = home.read();
    let wants = "is open for reading only";
    assert!(reader.sync().expect_err("read only").to_string().contains(wants));
    assert!(reader.store(&[]).expect_err("read only").to_string().contains(wants));
}

#[test]
fn files_that_are_no_catalog_are_left_alone() {
    let other = |home: &Home| {
        let sql = rusqlite::Connection::open(home.catalog()).expect("SQLite");
        sql.execute_batch("CREATE TABLE opskrifter (navn TEXT)").expect("made");
    };
    let newer = |home: &Home| {
        drop(home.write());
        let sql = rusqlite::Connection::open(home.catalog()).expect("SQLite");
        sql.pragma_update(None, "user_version", 4711).expect("set");
    };
    type Make<'a> = &'a dyn Fn(&Home);
    let cases: [(&str, Make<'_>, &str); 4] = [
        (
            "text",
            &|home| fs_err::write(home.catalog(), "blåbær\n".repeat(400)).expect("written"),
            "is no catalog",
        ),
        ("a directory", &|home| fs_err::create_dir_all(home.catalog()).expect("made"), "is a directory"),
        ("another program's", &other, "it is a database of another program"),
        ("a newer one", &newer, "was written by a newer belaeg (catalog 4711, this program knows "),
    ];
    for (name, make, expected) in cases {
        let home = Home::new();
        fs_err::create_dir_all(home.corpus()).expect("made");
        make(&home);
        let before = fs_err::read(home.catalog()).ok();
        for access in [Access::Write, Access::Read] {
            let error = Corpus::open(&home.corpus(), access).expect_err(name).to_string();
            assert!(error.contains(expected) && error.contains("catalog.sqlite"), "{name}: {error}");
        }
        assert_eq!(fs_err::read(home.catalog()).ok(), before, "{name}");
    }
}

#[test]
fn an_empty_catalog_is_an_older_one_for_a_reader() {
    let home = Home::new();
    fs_err::create_dir_all(home.corpus()).expect("made");
    fs_err::write(home.catalog(), "").expect("written");
    let error = home.try_read().expect_err("no schema").to_string();
    assert!(error.contains("was written by an older belaeg"), "{error}");
    home.write();
    assert_eq!(home.read().documents().expect("readable"), []);
}

#[test]
fn any_program_can_unpack_the_archive() {
    let home = Home::new();
    let mut corpus = home.write();
    let texts = ["", "æøå\u{a0}é", "WARC/1.1\r\n\r\n\r\n\r\n"];
    for (i, text) in texts.iter().enumerate() {
        ingest(&mut corpus, &format!("file:///Rømø/{i}"), text);
    }
    let mut unpacked = Vec::new();
    let file = fs_err::File::open(home.warc()).expect("opens");
    MultiGzDecoder::new(file).read_to_end(&mut unpacked).expect("gzip");
    let mut rest = unpacked.as_slice();
    let mut types = Vec::new();
    while !rest.is_empty() {
        let end = rest.windows(4).position(|w| w == b"\r\n\r\n").expect("a header ends");
        let header = std::str::from_utf8(&rest[..end]).expect("UTF-8");
        assert!(header.is_ascii() && header.starts_with("WARC/1.1\r\n"), "{header}");
        let field = |name: &str| header.lines().find_map(|l| l.strip_prefix(name)).expect(name).to_owned();
        types.push(field("WARC-Type: "));
        let length: usize = field("Content-Length: ").parse().expect("a length");
        rest = &rest[end + 4 + length..];
        assert!(rest.starts_with(b"\r\n\r\n"), "a record ends in two line breaks");
        rest = &rest[4..];
    }
    assert_eq!(types, ["warcinfo", "resource", "resource", "resource"]);
}

#[test]
fn what_is_left_of_a_lost_catalog_does_no_harm() {
    let home = Home::new();
    let mut corpus = home.write();
    ingest(&mut corpus, "file:///a", "A");
    let wal = home.corpus().join("catalog.sqlite-wal");
    let left = fs_err::read(&wal).expect("a log beside the open catalog");
    drop(corpus);
    home.lose_catalog();
    fs_err::write(&wal, left).expect("written");
    let corpus = home.write();
    assert_eq!(corpus.pending().expect("readable").len(), 1);
    assert_eq!(corpus.counts().expect("countable").versions, 0);
}

#[test]
fn records_of_other_programs_are_taken_in() {
    let home = Home::new();
    drop(home.write());
    let block = "Blåbærgrød";
    let record = |kind: &str, rest: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\nWARC-Date: 2020-02-29T10:00:00Z\r\n\
             {rest}Content-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
    };
    let records = [
        record("resource", "WARC-Target-URI: https://odense.dk/nyt/sag.txt\r\nContent-Type: text/plain\r\n"),
        record("conversion", "WARC-Target-URI: https://odense.dk/nyt/sag.txt\r\n"),
        record("resource", ""),
    ];
    let mut file = fs_err::File::create(home.warc()).expect("made");
    for record in &records {
        let mut gzip = flate2::write::GzEncoder::new(&mut file, flate2::Compression::fast());
        gzip.write_all(record.as_bytes()).and_then(|()| gzip.try_finish()).expect("written");
    }
    let corpus = home.write();
    let snapshots = corpus.snapshots().expect("readable");
    assert_eq!(snapshots.len(), 1);
    let found = &snapshots[0];
    assert_eq!((found.url.as_str(), found.name.as_str()), ("https://odense.dk/nyt/sag.txt", "sag.txt"));
    assert_eq!((found.number, found.media_type.as_deref()), (1, Some("text/plain")));
    assert_eq!(corpus.read(found).expect("readable"), block.as_bytes());
    assert_eq!(corpus.problems().len(), 1, "{:?}", corpus.problems());
    assert!(corpus.problems()[0].detail.contains("it has no WARC-Target-URI"));
}

#[test]
fn rows_that_were_changed_by_hand_are_refused() {
    let cases = [
        ("UPDATE versions SET text = 'kort'", "is damaged: a block"),
        ("UPDATE versions SET kind_how = 'drømt', kind = 'news'", "drømt"),
        ("UPDATE versions SET blocks = '{'", "catalog.sqlite"),
        ("UPDATE snapshots SET length_bytes = -1", "out of range"),
        ("UPDATE statements SET start_byte = 'x'", "catalog.sqlite"),
    ];
    for (sql, expected) in cases {
        let home = Home::new();
        let snapshot = ingest(&mut home.write(), "file:///a", "Blåbærgrød");
        rusqlite::Connection::open(home.catalog()).and_then(|c| c.execute_batch(sql)).expect("changed");
        let error = home.read().version(&snapshot.document, None).expect_err(sql).to_string();
        assert!(error.contains(expected), "{sql}: {error}");
    }
    let home = Home::new();
    let snapshot = ingest(&mut home.write(), "file:///a", "A");
    let corpus = home.read();
    for (name, changed) in [
        ("another file", Snapshot { file: "../../catalog.sqlite".to_owned(), ..snapshot.clone() }),
        ("another length", Snapshot { length: u64::MAX, ..snapshot.clone() }),
        ("another place", Snapshot { offset: 1 << 40, ..snapshot.clone() }),
        ("another digest", Snapshot { sha256: Digest::of(b"B"), ..snapshot.clone() }),
    ] {
        let error = corpus.read(&changed).expect_err(name).to_string();
        assert!(error.contains("file:///a) cannot be read"), "{name}: {error}");
    }
}
