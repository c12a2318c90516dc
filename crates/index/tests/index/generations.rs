//! Generations: swaps, killed jobs, two writers, commits.

use std::path::Path;

use belaeg_index::{Error, Index, Writer};
use fs_err as fs;

use crate::support::{built, doc, found, put, query};

fn generations(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(dir)
        .expect("read_dir")
        .map(|e| e.expect("entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("generation-"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_commit_names_its_batch() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path().join("index");
    let mut writer = Writer::open(&dir).expect("open");
    assert_eq!(writer.batch(), 0);
    assert_eq!(Index::open(&dir).expect("open").batch(), 0);
    put(&mut writer, &doc(1, &["En sag."]));
    writer.commit(17).expect("commit");
    assert_eq!((writer.batch(), Index::open(&dir).expect("open").batch()), (17, 17));
    put(&mut writer, &doc(2, &["Ikke gemt."]));
    drop(writer);
    let writer = Writer::open(&dir).expect("open");
    assert_eq!(writer.batch(), 17);
    assert_eq!(found(&Index::open(&dir).expect("open"), &query("*")), ["1.1"]);
    writer.finish(18).expect("finish");
    assert_eq!(Index::open(&dir).expect("open").batch(), 18);
}

#[test]
fn a_rebuild_is_seen_when_it_is_finished() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    let old = built(dir, &[doc(1, &["Den gamle."])]);
    let mut writer = Writer::rebuild(dir).expect("rebuild");
    put(&mut writer, &doc(2, &["Den nye."]));
    writer.commit(5).expect("commit");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["1.1"]);
    writer.finish(6).expect("finish");
    let new = Index::open(dir).expect("open");
    assert_eq!((found(&new, &query("*")), new.batch()), (vec!["2.1".to_owned()], 6));
    assert_eq!(found(&old, &query("gamle")), ["1.1"]);
    assert_eq!(generations(dir), ["generation-000001", "generation-000002"]);

    built(dir, &[doc(3, &["Den nyeste."])]);
    assert_eq!(generations(dir), ["generation-000002", "generation-000003"]);
    assert_eq!(found(&old, &query("gamle")), ["1.1"]);
    Writer::open(dir).expect("open").finish(7).expect("finish");
    assert_eq!(generations(dir), ["generation-000002", "generation-000003"]);
}

#[test]
fn searches_go_on_while_generations_are_swapped() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path().to_owned();
    drop(built(&dir, &[doc(1, &["En sag."])]));
    let rebuilding = std::thread::spawn({
        let dir = dir.clone();
        move || (0..8).for_each(|_| drop(built(&dir, &[doc(1, &["En sag."])])))
    });
    while !rebuilding.is_finished() {
        assert_eq!(found(&Index::open(&dir).expect("open"), &query("sag")), ["1.1"]);
    }
    rebuilding.join().expect("rebuilds");
}

#[test]
fn searches_go_on_while_a_writer_commits() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path().to_owned();
    drop(built(&dir, &[doc(1, &["En sag."])]));
    let committing = std::thread::spawn({
        let dir = dir.clone();
        move || {
            let mut writer = Writer::open(&dir).expect("open");
            for batch in 1..30 {
                put(&mut writer, &doc(1, &["En sag.", "Endnu en sag."]));
                writer.commit(batch).expect("commit");
            }
            writer.finish(30).expect("finish");
        }
    });
    let mut last = 0;
    while !committing.is_finished() {
        let index = Index::open(&dir).expect("open");
        assert!(index.batch() >= last, "{} after {last}", index.batch());
        assert_eq!(found(&index, &query("en sag")).len() as u64, index.statements());
        last = index.batch();
    }
    committing.join().expect("commits");
    assert_eq!(Index::open(&dir).expect("open").batch(), 30);
}

#[test]
fn a_killed_rebuild_is_cleared_away() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    built(dir, &[doc(1, &["En sag."])]);
    let mut killed = Writer::rebuild(dir).expect("rebuild");
    put(&mut killed, &doc(2, &["Halvt bygget."]));
    killed.commit(3).expect("commit");
    drop(killed);
    fs::create_dir(dir.join("generation-000007")).expect("create_dir");
    fs::write(dir.join("CURRENT.tmp"), "generation-0000").expect("write");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["1.1"]);
    drop(Writer::open(dir).expect("open"));
    assert_eq!(generations(dir), ["generation-000001"]);
    fs::create_dir(dir.join("generation-000002")).expect("create_dir");
    assert_eq!(found(&built(dir, &[doc(3, &["Hel."])]), &query("*")), ["3.1"]);
    assert_eq!(generations(dir), ["generation-000001", "generation-000002"]);
}

#[test]
fn a_killed_first_build_leaves_nothing_indexed() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    drop(Writer::rebuild(dir).expect("rebuild"));
    assert!(matches!(Index::open(dir), Err(Error::Absent { .. })));
    drop(Writer::open(dir).expect("open"));
    assert_eq!(Index::open(dir).expect("open").statements(), 0);
    assert_eq!(generations(dir), ["generation-000001"]);
}

#[test]
fn there_is_one_writer() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    let first = Writer::open(dir).expect("open");
    let want = format!(
        "another belaeg process (pid {}) is writing the index in {}; wait for it or stop it",
        std::process::id(),
        dir.display()
    );
    for second in [Writer::open(dir), Writer::rebuild(dir)] {
        assert_eq!(second.expect_err("locked").to_string(), want);
    }
    assert_eq!(Index::open(dir).expect("readers are let in").statements(), 0);
    drop(first);
    drop(Writer::rebuild(dir).expect("the lock is free"));
}
