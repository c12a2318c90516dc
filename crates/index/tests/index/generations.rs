//! Generations: swaps, killed jobs, two writers, commits.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use belaeg_index::{Error, Index, Writer};
use fs_err as fs;

use crate::support::{built, doc, found, id, put, query};

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
    let mut writer = Writer::rebuild(dir, "all", 0).expect("rebuild");
    put(&mut writer, &doc(2, &["Den nye."]));
    writer.commit(5).expect("commit");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["1.1"]);
    writer.swap_in(6, Some(&id(2)), 1).expect("swapped in");
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
fn a_killed_rebuild_is_gone_on_with_by_the_same_job_alone() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    built(dir, &[doc(1, &["En sag."])]);
    let mut killed = Writer::rebuild(dir, "all", 3).expect("rebuild");
    assert_eq!((killed.since(), killed.done()), (Some(3), None));
    put(&mut killed, &doc(2, &["Halvt bygget på Ærø."]));
    killed.commit_up_to(3, &id(2)).expect("commit");
    put(&mut killed, &doc(3, &["Ikke gemt."]));
    drop(killed);
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["1.1"]);
    // An ingest meanwhile leaves it alone.
    Writer::open(dir).expect("open").finish(4).expect("finish");
    let mut again = Writer::rebuild(dir, "all", 4).expect("rebuild");
    assert_eq!((again.since(), again.done(), again.batch()), (Some(3), Some(&id(2)), 3));
    put(&mut again, &doc(3, &["Nu gemt."]));
    again.swap_in(4, Some(&id(3)), 2).expect("swapped in");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["2.1", "3.1"]);

    drop(Writer::rebuild(dir, "all", 4).expect("rebuild"));
    let other = Writer::rebuild(dir, "stale", 5).expect("rebuild");
    assert_eq!((other.since(), other.done()), (Some(5), None));
    drop(other);
    let earlier = Writer::rebuild(dir, "stale", 4).expect("rebuild");
    assert_eq!(earlier.since(), Some(4), "what a catalog of later batches began is begun anew");
    drop(earlier);
    assert_eq!(generations(dir).len(), 3, "what the other job left is cleared away");
    fs::write(dir.join(generations(dir).pop().expect("one")).join("meta.json"), "{").expect("write");
    let fresh = Writer::rebuild(dir, "stale", 6).expect("what is damaged is begun anew");
    assert_eq!((fresh.since(), fresh.done()), (Some(6), None));
}

#[test]
fn a_rebuild_that_is_killed_just_before_the_swap_has_everything() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    built(dir, &[doc(1, &["Den gamle."])]);
    let current = fs::read(dir.join("CURRENT")).expect("CURRENT");
    built(dir, &[doc(1, &["Den nye på Ærø."]), doc(2, &["En til."])]);
    // The swap is the last thing that a rebuilding writes: without it the folder is as the kill leaves it.
    fs::write(dir.join("CURRENT"), current).expect("CURRENT");
    let again = Writer::rebuild(dir, "all", 1).expect("rebuild");
    assert_eq!((again.done(), again.batch()), (Some(&id(2)), 1));
    again.swap_in(1, Some(&id(2)), 2).expect("swapped in");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["1.1", "2.1"]);
}

#[test]
fn a_commit_that_was_killed_halfway_is_done_again() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    built(dir, &[doc(1, &["Den gamle."]), doc(2, &["En.", "Anden.", "Sag.", "På.", "Ærø."])]);
    let files = |dir: &Path| -> BTreeMap<PathBuf, Vec<u8>> {
        let paths = fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path());
        paths.map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
    };
    let generation = dir.join("generation-000001");
    let before = files(&generation);
    let change = || {
        let mut writer = Writer::open(dir).expect("open");
        put(&mut writer, &doc(1, &["Den nye."]));
        writer.finish(2).expect("finish");
    };
    change();
    // The engine writes `meta.json` after the files that it names, and removes what it names no longer after that.
    for (path, bytes) in before {
        if path.ends_with("meta.json") || !path.exists() {
            fs::write(path, bytes).expect("written");
        }
    }
    assert_eq!(found(&Index::open(dir).expect("open"), &query("gamle")), ["1.1"]);
    change();
    let index = Index::open(dir).expect("open");
    assert_eq!((found(&index, &query("nye")), index.statements()), (vec!["1.1".to_owned()], 6));
}

#[test]
fn a_generation_with_other_counts_is_not_swapped_in() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    built(dir, &[doc(1, &["En sag."])]);
    let mut writer = Writer::rebuild(dir, "all", 0).expect("rebuild");
    put(&mut writer, &doc(2, &["En.", "To."]));
    let error = writer.swap_in(1, Some(&id(2)), 3).expect_err("one is missing");
    assert!(matches!(error, Error::Miscount { expected: 3, found: 2, .. }), "{error}");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["1.1"]);
    assert_eq!(generations(dir), ["generation-000001"]);
}

#[test]
fn the_generation_before_can_be_had_back() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    assert!(matches!(Writer::roll_back(dir), Err(Error::Absent { .. })));
    built(dir, &[doc(1, &["Den gamle."])]);
    assert!(matches!(Writer::roll_back(dir), Err(Error::NoEarlier { .. })));
    let reader = built(dir, &[doc(2, &["Den nye."])]);
    Writer::roll_back(dir).expect("rolled back");
    assert_eq!(found(&Index::open(dir).expect("open"), &query("*")), ["1.1"]);
    assert_eq!(found(&reader, &query("nye")), ["2.1"]);
    assert_eq!(generations(dir), ["generation-000001"]);
    assert!(matches!(Writer::roll_back(dir), Err(Error::NoEarlier { .. })));
}

#[test]
fn what_is_purged_is_in_no_file() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    built(dir, &[doc(1, &["Den gamle."])]);
    let mut all: Vec<_> = (2..20).map(|n| doc(n, &["En sag.", "Klager på Ærø."])).collect();
    all.push(doc(1, &["Hvalrosgården på Fanø."]));
    built(dir, &all);
    drop(Writer::rebuild(dir, "all", 0).expect("rebuild"));
    let word = b"Hvalrosg";
    let holders = || {
        let files = fs::read_dir(dir.join("generation-000002")).expect("a folder");
        let contents = files.map(|file| fs::read(file.expect("an entry").path()).expect("a file"));
        contents.filter(|bytes| bytes.windows(word.len()).any(|w| w == word)).count()
    };
    assert_eq!(holders(), 1, "the texts of a segment");
    let mut writer = Writer::open(dir).expect("open");
    writer.remove(&id(1)).expect("removed");
    writer.commit(2).expect("commit");
    let writer = writer.purge().expect("purged");
    assert_eq!((holders(), generations(dir)), (0, vec!["generation-000002".to_owned()]));
    writer.finish(2).expect("finish");
    assert_eq!(Index::open(dir).expect("open").statements(), 36);
}

#[test]
fn a_killed_first_build_leaves_nothing_indexed() {
    let home = tempfile::tempdir().expect("tempdir");
    let dir = home.path();
    drop(Writer::rebuild(dir, "all", 0).expect("rebuild"));
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
    for second in [Writer::open(dir), Writer::rebuild(dir, "all", 0)] {
        assert_eq!(second.expect_err("locked").to_string(), want);
    }
    assert_eq!(Index::open(dir).expect("readers are let in").statements(), 0);
    drop(first);
    drop(Writer::rebuild(dir, "all", 0).expect("the lock is free"));
}
