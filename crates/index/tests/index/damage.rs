//! Folders that are missing, damaged or of another version: an error that says what and where, never a panic.

use std::path::{Path, PathBuf};

use belaeg_index::{Error, Index, SCHEMA_VERSION, Writer};
use belaeg_model::Unit;
use fs_err as fs;

use crate::support::{Doc, Said, built, claim, doc, found, query, said};

fn some(dir: &Path) -> Index {
    let claims = vec![claim(12.0, Unit::Percent)];
    let numbers = Doc { said: vec![Said { claims, ..said("12 % af børnene.") }], ..doc(2, &[]) };
    built(dir, &[doc(1, &["En sag om børn.", "To sager om børn og unge."]), numbers])
}

#[test]
fn nothing_indexed_yet() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path().join("index");
    let want = format!("nothing indexed yet in {}; run `belaeg ingest PATH`", dir.display());
    assert_eq!(Index::open(&dir).expect_err("absent").to_string(), want);
    fs::create_dir(&dir).expect("create_dir");
    assert_eq!(Index::open(&dir).expect_err("absent").to_string(), want);
    fs::write(home.path().join("file"), "x").expect("write");
    assert!(matches!(Writer::open(&home.path().join("file")), Err(Error::Io { .. })));
    assert!(Index::open(&home.path().join("file")).is_err());
}

#[test]
fn a_deleted_folder() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path().join("index");
    let index = some(&dir);
    fs::remove_dir_all(&dir).expect("remove");
    assert!(matches!(Index::open(&dir), Err(Error::Absent { .. })));
    assert_eq!(index.search(&query("sag")).expect("what is open stays readable").total, 2);
    assert_eq!(found(&some(&dir), &query("unge")), ["1.2"]);
}

#[test]
fn current_is_damaged() {
    let cases = [
        ("", "it is empty and should name the live generation"),
        ("\n", "it is empty and should name the live generation"),
        ("generation-000009", "it names generation-000009, which is missing"),
        ("../elsewhere", "it should name the live generation and says \"../elsewhere\""),
        ("generation-1", "it should name the live generation and says \"generation-1\""),
        ("generation-+00001", "it should name the live generation and says \"generation-+00001\""),
        ("generation-99999999999999999999", "it should name the live generation"),
    ];
    for (content, want) in cases {
        let home = tempfile::tempdir().expect("tempdir");
        let dir = home.path();
        some(dir);
        let current = dir.join("CURRENT");
        fs::write(&current, content).expect("write");
        let start = format!("{}: index is damaged: {want}", current.display());
        for error in [Index::open(dir).map(drop), Writer::open(dir).map(drop)] {
            let error = error.expect_err("damaged").to_string();
            assert!(error.starts_with(&start), "{error}");
            assert!(error.ends_with("rebuild with `belaeg reindex`"), "{error}");
        }
        assert_eq!(found(&some(dir), &query("unge")), ["1.2"], "rebuilt after {content:?}");
        assert_eq!(found(&some(dir), &query("unge")), ["1.2"], "and once more");
    }
    let home = tempfile::tempdir().expect("tempdir");
    fs::write(home.path().join("CURRENT"), [0xff; 5000]).expect("write");
    assert!(matches!(Index::open(home.path()), Err(Error::Damaged { .. })));
}

#[test]
fn another_schema_version() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    some(dir);
    let generation = dir.join("generation-000001");
    fs::write(generation.join("generation.json"), "{\"schema_version\":7}").expect("write");
    let want = format!(
        "{}: index was made by schema version 7, this program uses {SCHEMA_VERSION}; rebuild with `belaeg reindex`",
        generation.display()
    );
    assert_eq!(Index::open(dir).expect_err("other schema").to_string(), want);
    assert_eq!(Writer::open(dir).expect_err("other schema").to_string(), want);
    assert_eq!(found(&some(dir), &query("unge")), ["1.2"]);
    for marker in ["", "{}", "x", "[]"] {
        fs::write(dir.join("generation-000002/generation.json"), marker).expect("write");
        assert!(matches!(Index::open(dir), Err(Error::Damaged { .. })), "{marker:?}");
    }
    fs::remove_file(dir.join("generation-000002/generation.json")).expect("remove");
    assert!(matches!(Index::open(dir), Err(Error::Damaged { .. })));
}

/// A folder in which the reader cannot lock is that of another user; here a folder stands in the lock's way.
#[test]
fn a_folder_that_cannot_be_locked_is_read() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    some(dir);
    let lock = dir.join("generation-000001/.tantivy-meta.lock");
    fs::remove_file(&lock).expect("remove");
    fs::create_dir(&lock).expect("create_dir");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("unge")), ["1.2"]);
    fs::remove_file(dir.join(".lock")).expect("remove");
    fs::create_dir(dir.join(".lock")).expect("create_dir");
    let error = Writer::open(dir).expect_err("no lock").to_string();
    let start = format!("{}: the index cannot be written: ", dir.join(".lock").display());
    assert!(error.starts_with(&start) && error.ends_with("permissions and the free space"), "{error}");
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir.join("generation-000001"))
        .expect("read_dir")
        .map(|e| e.expect("entry").path())
        .filter(|path| path.extension().is_none_or(|e| e != "lock"))
        .collect();
    files.sort();
    files
}

/// Opens and searches in every way; whatever is wrong with the files, it returns.
fn use_it(dir: &Path) -> Result<usize, Error> {
    let index = Index::open(dir)?;
    let mut total = 0;
    for text in ["*", "børn", "\"børn og\"", "sag*", "brøn~", "rate:0..99 kind:news", "skolefravær"] {
        total += index.search(&query(text))?.total;
    }
    Ok(total)
}

#[test]
fn truncated_files() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    some(dir);
    let whole = use_it(dir).expect("whole");
    for file in files(dir) {
        let bytes = fs::read(&file).expect("read");
        for keep in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            fs::write(&file, &bytes[..keep]).expect("write");
            match use_it(dir) {
                // tantivy's list of its own files is not needed to read, and a line break not to parse.
                Ok(total) => assert_eq!(total, whole, "{} cut to {keep}", file.display()),
                Err(error) => assert!(
                    error.to_string().contains(&dir.display().to_string())
                        && error.to_string().contains("belaeg reindex"),
                    "{error}"
                ),
            }
            // Whatever became of the files, neither does the writer panic.
            drop(Writer::open(dir));
            fs::write(&file, &bytes).expect("write");
        }
    }
}

#[test]
fn missing_files() {
    for i in 0.. {
        let home = tempfile::tempdir().expect("tempdir");
        let dir = home.path();
        some(dir);
        let files = files(dir);
        let Some(file) = files.get(i) else { break };
        fs::remove_file(file).expect("remove");
        if let Err(error) = use_it(dir) {
            assert!(matches!(error, Error::Damaged { .. }), "{error}");
        } else {
            assert!(file.ends_with(".managed.json"), "{}", file.display());
        }
    }
}

#[test]
fn changed_bytes_never_panic() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    some(dir);
    for file in files(dir) {
        let bytes = fs::read(&file).expect("read");
        for at in (0..bytes.len()).step_by(bytes.len() / 12 + 1) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x55;
            fs::write(&file, &changed).expect("write");
            drop(use_it(dir));
        }
        fs::write(&file, &bytes).expect("write");
    }
}
