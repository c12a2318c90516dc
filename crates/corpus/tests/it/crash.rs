//! What a crash leaves behind is found and mended when the corpus is opened again.

use std::io::{Seek, SeekFrom, Write};

use belaeg_corpus::{Corpus, Need, Snapshot, document_id};
use belaeg_model::{Cause, Hints};

use crate::support::*;

const A: &str = "file:///Sorø/brev nr. 1.txt";
const B: &str = "file:///Sorø/brev\u{a0}nr. 2.txt";
const C: &str = "file:///Sorø/brev nr. 3.txt";

fn append(home: &Home, bytes: &[u8]) {
    let mut file = fs_err::OpenOptions::new().append(true).open(home.warc()).expect("opens");
    file.write_all(bytes).expect("written");
}

fn texts(corpus: &Corpus, snapshots: &[Snapshot]) -> Vec<String> {
    let text = |s| String::from_utf8_lossy(&corpus.read(s).expect("readable")).into_owned();
    snapshots.iter().map(text).collect()
}

#[test]
fn archived_and_never_stored() {
    let home = Home::new();
    let mut corpus = home.write();
    ingest(&mut corpus, A, "en");
    let lost = [
        archive(&mut corpus, B, "to", &all_hints()),
        archive(&mut corpus, A, "en, rettet", &Hints::default()),
    ];
    corpus.sync().expect("synced");
    drop(corpus);

    let mut corpus = home.write();
    assert_eq!(corpus.problems(), []);
    assert_eq!(corpus.pending().expect("readable"), lost);
    assert_eq!(corpus.counts().expect("countable").pending, 2);
    assert_eq!(needs(&corpus, B, "to", &all_hints()), Need::Retry(lost[0].clone()));
    assert_eq!(texts(&corpus, &lost), ["to", "en, rettet"]);
    corpus.store(&[good(&lost[0], "to"), good(&lost[1], "en, rettet")]).expect("stored");
    assert_eq!(corpus.pending().expect("readable"), []);
    let document = corpus.document(&document_id(A)).expect("readable").expect("there");
    assert_eq!(document.current, Some(2));
    drop(corpus);
    assert_eq!(home.write().snapshots().expect("readable").len(), 3);
}

#[test]
fn stored_in_part_is_found_without_a_restart() {
    let home = Home::new();
    let mut corpus = home.write();
    let first = archive(&mut corpus, A, "en", &Hints::default());
    let second = archive(&mut corpus, B, "to", &Hints::default());
    corpus.store(&[good(&second, "to")]).expect("stored");
    assert_eq!(corpus.pending().expect("readable"), std::slice::from_ref(&first));
    drop(corpus);
    assert_eq!(home.write().pending().expect("readable"), [first]);
}

#[test]
fn a_record_cut_anywhere_is_cut_off_and_the_rest_is_whole() {
    let home = Home::new();
    let mut corpus = home.write();
    ingest(&mut corpus, A, "en");
    archive(&mut corpus, B, "to", &Hints::default());
    corpus.sync().expect("synced");
    let second_ends = length(&home.warc());
    archive(&mut corpus, C, "tre", &Hints::default());
    drop(corpus);
    let whole = fs_err::read(home.warc()).expect("readable");
    let catalog = fs_err::read(home.catalog()).expect("readable");
    for end in second_ends + 1..whole.len() as u64 {
        fs_err::write(home.catalog(), &catalog).expect("written");
        fs_err::write(home.warc(), &whole[..end as usize]).expect("written");
        let mut corpus = home.write();
        assert_eq!(length(&home.warc()), second_ends, "cut at {end}");
        assert_eq!(corpus.problems().len(), 1, "cut at {end}");
        assert_eq!(corpus.problems()[0].offset, second_ends);
        let snapshots = corpus.snapshots().expect("readable");
        assert_eq!(texts(&corpus, &snapshots), ["en", "to"], "cut at {end}");
        assert_eq!(needs(&corpus, C, "tre", &Hints::default()), Need::New);
        ingest(&mut corpus, C, "tre");
        let snapshots = corpus.snapshots().expect("readable");
        assert_eq!(texts(&corpus, &snapshots), ["en", "to", "tre"], "cut at {end}");
        drop(corpus);
        assert_eq!(home.write().problems(), []);
    }
}

#[test]
fn zeros_at_the_end_are_cut_off() {
    let home = Home::new();
    ingest(&mut home.write(), A, "en");
    let before = length(&home.warc());
    append(&home, &[0; 5000]);
    assert_eq!(home.write().problems().len(), 1);
    assert_eq!(length(&home.warc()), before);
}

#[test]
fn what_might_be_a_record_is_never_cut_off() {
    let home = Home::new();
    ingest(&mut home.write(), A, "en");
    append(&home, b"noget andet");
    let before = fs_err::read(home.warc()).expect("readable");
    for _ in 0..2 {
        // Reported as long as it stands there.
        let corpus = home.write();
        assert_eq!(corpus.problems().len(), 1);
        assert!(corpus.problems()[0].detail.contains("cannot be read"), "{:?}", corpus.problems());
    }
    let mut corpus = home.write();
    let snapshot = ingest(&mut corpus, B, "to");
    assert_eq!(snapshot.file, "belaeg-000002.warc.gz");
    assert_eq!(fs_err::read(home.warc()).expect("readable"), before);
    drop(corpus);
    let mut corpus = home.write();
    assert_eq!(ingest(&mut corpus, C, "tre").file, "belaeg-000002.warc.gz");
    assert_eq!(texts(&corpus, &corpus.snapshots().expect("readable")), ["en", "to", "tre"]);
}

#[test]
fn acknowledged_bytes_that_are_gone_are_reported_and_not_written_over() {
    let home = Home::new();
    let mut corpus = home.write();
    ingest(&mut corpus, A, "en");
    let gone = ingest(&mut corpus, B, "to");
    drop(corpus);
    cut(&home.warc(), length(&home.warc()) - 10);
    let mut corpus = home.write();
    assert_eq!(corpus.problems()[0].detail, "10 bytes are lost; restore the file from a backup");
    let error = corpus.read(&gone).expect_err("its end is gone").to_string();
    assert!(error.contains("belaeg-000001.warc.gz: the record at byte"), "{error}");
    assert!(error.contains("the file ends inside it"), "{error}");
    assert_eq!(ingest(&mut corpus, C, "tre").file, "belaeg-000002.warc.gz");
    drop(corpus);
    fs_err::remove_file(home.corpus().join("archive/belaeg-000002.warc.gz")).expect("removed");
    let mut corpus = home.write();
    assert_eq!(corpus.problems().len(), 2);
    assert_eq!(ingest(&mut corpus, C, "fire").file, "belaeg-000003.warc.gz");
}

#[test]
fn catalogs_that_are_lost_in_quick_succession_count_no_batch_twice() {
    let home = Home::new();
    ingest(&mut home.write(), A, "en");
    let mut last = 0;
    for text in ["to", "tre", "fire"] {
        home.lose_catalog();
        let mut corpus = home.write();
        assert!(corpus.batch().expect("readable") > last);
        ingest(&mut corpus, A, text);
        last = corpus.batch().expect("readable");
    }
}

#[test]
fn a_lost_catalog_is_built_again_from_the_archive() {
    let home = Home::new();
    let mut corpus = home.write();
    ingest(&mut corpus, A, "en");
    let failed = archive(&mut corpus, A, "en, ulæselig", &Hints::default());
    corpus.store(&[bad(&failed, Cause::Damaged)]).expect("stored");
    ingest(&mut corpus, B, "to");
    ingest(&mut corpus, A, "en, rettet");
    // Hints that came later are in the archive too.
    let Need::Retry(hinted) = needs(&corpus, B, "to", &all_hints()) else { panic!("hints are new") };
    corpus.store(&[good(&hinted, "to")]).expect("stored");
    let (documents, snapshots) =
        (corpus.documents().expect("readable"), corpus.snapshots().expect("readable"));
    let last = corpus.batch().expect("readable");
    drop(corpus);
    home.lose_catalog();
    let error = home.try_read().expect_err("nothing to read").to_string();
    assert!(error.contains("catalog.sqlite is missing"), "{error}");

    let mut corpus = home.write();
    assert_eq!(corpus.problems(), []);
    assert_eq!(corpus.snapshots().expect("readable"), snapshots);
    assert_eq!(corpus.pending().expect("readable"), snapshots);
    assert!(corpus.batch().expect("readable") > last, "no batch is counted twice");
    for snapshot in corpus.pending().expect("readable") {
        let text = texts(&corpus, std::slice::from_ref(&snapshot)).remove(0);
        let outcome =
            if snapshot == failed { bad(&snapshot, Cause::Damaged) } else { good(&snapshot, &text) };
        corpus.store(&[outcome]).expect("stored");
    }
    assert_eq!(corpus.documents().expect("readable"), documents);
    assert_eq!(corpus.changed_since(last).expect("readable").len(), 2);
    assert_eq!(needs(&corpus, B, "to", &all_hints()), Need::Unchanged);
    let before = length(&home.warc());
    drop(corpus);
    drop(home.write());
    assert_eq!(length(&home.warc()), before);
}

#[test]
fn new_hints_that_were_archived_and_not_stored_are_read_again() {
    let home = Home::new();
    let mut corpus = home.write();
    let snapshot = ingest(&mut corpus, A, "en");
    drop(corpus);
    let catalog = fs_err::read(home.catalog()).expect("readable");
    let mut corpus = home.write();
    let hinted = Snapshot { hints: all_hints(), ..snapshot };
    corpus.store(&[good(&hinted, "en")]).expect("stored");
    drop(corpus);
    // As if the kill had come between the archive and the catalog.
    fs_err::write(home.catalog(), catalog).expect("written");
    let mut corpus = home.write();
    assert_eq!(corpus.pending().expect("readable"), std::slice::from_ref(&hinted));
    corpus.store(&[good(&hinted, "en")]).expect("stored");
    assert_eq!(corpus.pending().expect("readable"), []);
    assert_eq!(corpus.snapshots().expect("readable").len(), 1);
}

#[test]
fn a_damaged_record_in_the_middle_hides_only_itself() {
    let home = Home::new();
    let mut corpus = home.write();
    let snapshots =
        [(A, "en"), (A, "en, rettet"), (B, "to")].map(|(url, text)| ingest(&mut corpus, url, text));
    let last = ingest(&mut corpus, A, "en, rettet igen");
    drop(corpus);
    let mut file = fs_err::OpenOptions::new().write(true).open(home.warc()).expect("opens");
    file.seek(SeekFrom::Start(snapshots[1].offset + 100)).expect("sought");
    file.write_all(&[0x55; 20]).expect("written");
    drop(file);

    let corpus = home.write();
    let error = corpus.read(&snapshots[1]).expect_err("damaged").to_string();
    assert!(
        error.contains(&format!("the record at byte {} ({A}) cannot be read", snapshots[1].offset)),
        "{error}"
    );
    assert_eq!(corpus.read(&last).expect("readable"), "en, rettet igen".as_bytes());
    drop(corpus);
    home.lose_catalog();
    let corpus = home.write();
    assert_eq!(corpus.problems().len(), 1, "{:?}", corpus.problems());
    assert_eq!(
        (corpus.problems()[0].file.as_str(), corpus.problems()[0].offset),
        ("belaeg-000001.warc.gz", snapshots[1].offset)
    );
    let numbers: Vec<_> =
        corpus.snapshots().expect("readable").into_iter().map(|s| (s.url, s.number)).collect();
    assert_eq!(numbers, [(A.to_owned(), 1), (B.to_owned(), 1), (A.to_owned(), 3)]);
}

#[test]
fn an_empty_file_is_begun_properly() {
    let home = Home::new();
    fs_err::create_dir_all(home.corpus().join("archive")).expect("made");
    fs_err::write(home.warc(), [0x1f, 0x8b, 0x08, 0x00]).expect("written");
    let mut corpus = home.write();
    let snapshot = ingest(&mut corpus, A, "en");
    assert_eq!(snapshot.file, "belaeg-000001.warc.gz");
    assert!(snapshot.offset > 0, "a warcinfo record comes first");
}
