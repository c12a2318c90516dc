//! Reading the archive through finds every damage, and none where there is none.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use belaeg_corpus::{Corpus, Verified, document_id};
use rusqlite::Connection;

use super::fetched::{PAGE, history};
use super::support::{Home, URL, cut, ingest, length};

fn verify(corpus: &Corpus) -> Verified {
    corpus.verify(&mut |_| ()).expect("readable")
}

fn details(verified: &Verified) -> Vec<String> {
    verified.damaged.iter().map(|p| format!("{} {}: {}", p.file, p.offset, p.detail)).collect()
}

/// A home with documents that were ingested, fetched and taken down.
fn filled() -> (Home, Corpus) {
    let home = Home::new();
    let mut corpus = home.write();
    ingest(&mut corpus, URL, "Andel: 7\u{a0}% i Odense");
    history(&mut corpus);
    ingest(&mut corpus, "file:///væk", "Andel: 8\u{a0}% i Ålborg");
    corpus.take_down(&document_id("file:///væk"), "anmodning", false).expect("written");
    (home, corpus)
}

fn flip(path: &Path, at: u64) {
    let mut bytes = fs_err::read(path).expect("readable");
    let at = usize::try_from(at).expect("small");
    bytes[at] ^= 0x55;
    let mut file = fs_err::OpenOptions::new().write(true).open(path).expect("opens");
    file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(&bytes)).expect("written");
}

#[test]
fn a_sound_archive_has_no_damage() {
    let (home, corpus) = filled();
    let verified = verify(&corpus);
    assert_eq!(details(&verified), [""; 0]);
    assert_eq!((verified.files, verified.snapshots), (1, 3));
    assert_eq!(verified.bytes, length(&home.warc()));
    let count = |kind: &str| verified.records.get(kind).copied().unwrap_or_default();
    assert_eq!((count("warcinfo"), count("resource"), count("revisit")), (1, 1, 2), "{verified:?}");
    drop(corpus);
    assert_eq!(verify(&home.read()), verified);
    // What a writer has appended and not yet stored is no damage.
    let mut corpus = home.write();
    super::support::archive(&mut corpus, "file:///ny", "ny", &belaeg_model::Hints::default());
    corpus.sync().expect("synced");
    assert_eq!(verify(&home.read()), verified);
    assert_eq!(verify(&Home::new().read()), Verified::default());
}

#[test]
fn damage_anywhere_is_found() {
    let (home, corpus) = filled();
    drop(corpus);
    let sound = fs_err::read(home.warc()).expect("readable");
    for at in (0..sound.len() as u64).step_by(17) {
        flip(&home.warc(), at);
        let found = details(&verify(&home.read()));
        // A gzip member's head has bytes that mean nothing: its time and system.
        let member =
            sound[..=usize::try_from(at).expect("small")].windows(3).rposition(|w| w == [0x1f, 0x8b, 8]);
        let means_nothing = member.is_some_and(|m| (4..10).contains(&(at - m as u64)));
        assert!(!found.is_empty() || means_nothing, "byte {at} of {}", sound.len());
        fs_err::write(home.warc(), &sound).expect("written");
    }
    cut(&home.warc(), sound.len() as u64 - 10);
    assert!(details(&verify(&home.read())).iter().any(|d| d.contains("10 bytes are lost")));
    fs_err::remove_file(home.warc()).expect("removed");
    assert_eq!(
        details(&verify(&home.read())),
        ["belaeg-000001.warc.gz 0: the file is missing; restore it from a backup"]
    );
}

#[test]
fn a_catalog_that_disagrees_is_found() {
    let cases = [
        ("UPDATE snapshots SET sha256 = replace(sha256, '1', '2') WHERE id = 1", "its bytes have the digest"),
        (
            "UPDATE snapshots SET offset_bytes = offset_bytes + 1 WHERE id = 1",
            "no record begins where the catalog",
        ),
        ("UPDATE snapshots SET length_bytes = 3 WHERE id = 1", "bytes and the catalog says 3"),
        ("UPDATE snapshots SET record_id = 'x' WHERE id = 1", "the catalog has another record of"),
        (
            "DELETE FROM versions; DELETE FROM snapshots WHERE id = 1",
            "the catalog does not know this record of",
        ),
    ];
    for (sql, expected) in cases {
        let (home, corpus) = filled();
        drop(corpus);
        Connection::open(home.catalog()).expect("opens").execute_batch(sql).expect("written");
        let found = details(&verify(&home.read()));
        assert!(found.iter().any(|d| d.contains(expected)), "{sql}: {found:?}");
        assert!(!found.iter().any(|d| d.contains(PAGE)), "{sql}: {found:?}");
    }
}
