//! Everything right of the archive can be thrown away and built again, with the same result to the byte.

use std::path::PathBuf;

use crate::support::{Home, Run, bash, pdf, pdf_line, small_documents, windows_1252};

/// A home with forty documents of three formats, one of them in two versions.
fn home() -> Home {
    let home = Home::new();
    small_documents(&home.dir().join("docs"), 37);
    home.write(
        "docs/side.html",
        windows_1252("<html><body><h1>Ny café</h1><p>På Ærø er 22,2 % ledige i 2020."),
    );
    home.write("docs/brev.pdf", pdf(&pdf_line("Sygefraværet på Ærø var 4,5 % i 2020."), "", None));
    home.write("docs/to.txt", "Omgørelsesprocenten i Odense var 45 % i 2016.\n");
    home.write(
        "docs/to.txt.toml",
        "kind = \"news\"\nplace = \"461\"\npublished = \"2018-04-19\"\nnote = \"Æ\"\n",
    );
    home.run(&["ingest", "home/docs"]).exits(0).says(&["40 new"]);
    home.write("docs/to.txt", "Omgørelsesprocenten i Odense var 28,9 % i 2017.\n");
    home.run(&["ingest", "home/docs"]).exits(0).says(&["1 changed"]);
    home
}

/// What is seen of the home from outside: all statements with scores, a ranked search, and a document.
fn seen(home: &Home) -> [Run; 4] {
    let shown = home.run(&["show", "home:docs/to.txt", "--json"]).exits(0);
    let first = home.run(&["show", "home:docs/to.txt", "--version", "1", "--json"]).exits(0);
    [
        home.everything(),
        home.run(&["search", "sygefravær klager OR ærø", "--json", "--limit", "1000"]),
        shown,
        first,
    ]
}

#[test]
fn reindexing_changes_nothing() {
    let home = home();
    let before = seen(&home);
    assert!(before[0].out.lines().count() > 100 && before[1].code == Some(0), "{}", before[1].err);
    let (rows, bytes) = (home.stored(), home.archive_bytes());
    for args in [&["reindex"][..], &["reindex"], &["reindex", "--stale"]] {
        let run = home.run(args).exits(0);
        let again = if args.len() == 1 { 41 } else { 0 };
        assert!(run.err.contains(&format!("0 new, 0 changed, {again} read again")), "{args:?}: {}", run.err);
        assert_eq!(seen(&home), before, "after {args:?}");
        assert_eq!((home.stored(), home.archive_bytes()), (rows.clone(), bytes), "after {args:?}");
    }
    let generations = fs_err::read_dir(home.dir().join("index")).expect("index").filter(|entry| {
        entry.as_ref().is_ok_and(|e| e.file_name().to_string_lossy().starts_with("generation-"))
    });
    assert!(generations.count() <= 2, "old generations are cleared away");
}

#[test]
fn a_lost_index_is_built_again() {
    let home = home();
    let before = seen(&home);
    fs_err::remove_dir_all(home.dir().join("index")).expect("index");
    home.run(&["search", "*"]).exits(2).says(&["nothing indexed yet", "belaeg"]);
    home.run(&["status"]).exits(0);
    home.run(&["reindex"]).exits(0);
    assert_eq!(seen(&home), before, "after reindex");
    // An ingest brings it back too, although its documents are all known.
    fs_err::remove_dir_all(home.dir().join("index")).expect("index");
    home.run(&["ingest", "home/docs"]).exits(0).says(&["40 unchanged"]);
    assert_eq!(seen(&home), before, "after ingest");
}

fn remove_catalog(home: &Home) {
    let mut removed = 0;
    for entry in fs_err::read_dir(home.dir().join("corpus")).expect("corpus") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if name.starts_with("catalog.sqlite") {
            fs_err::remove_file(&path).expect("the catalog");
            removed += 1;
        }
    }
    assert!(removed > 0, "there is a catalog");
}

#[test]
fn a_lost_catalog_is_built_again_from_the_archive() {
    let home = home();
    let before = seen(&home);
    let (rows, bytes) = (home.stored(), home.archive_bytes());
    for args in [&["reindex"][..], &["ingest", "home/docs"]] {
        remove_catalog(&home);
        home.run(&["show", "home:docs/to.txt"]).exits(2).says(&["catalog.sqlite", "next ingest"]);
        home.everything();
        home.run(args).exits(0);
        assert_eq!(seen(&home), before, "after {args:?}");
        assert_eq!((home.stored(), home.archive_bytes()), (rows.clone(), bytes), "after {args:?}");
    }
    // Index and catalog both.
    remove_catalog(&home);
    fs_err::remove_dir_all(home.dir().join("index")).expect("index");
    home.run(&["reindex"]).exits(0);
    assert_eq!(seen(&home), before);
}

/// The file that says which schema the live generation has.
fn marker(home: &Home) -> PathBuf {
    let index = home.dir().join("index");
    let live = fs_err::read_to_string(index.join("CURRENT")).expect("a live generation");
    index.join(live.trim()).join("generation.json")
}

#[test]
fn an_index_of_another_schema_is_named_and_repaired() {
    let home = home();
    let before = seen(&home);
    let marker = marker(&home);
    let text = fs_err::read_to_string(&marker).expect("a marker");
    assert!(text.contains("\"schema_version\":"), "{text}");
    fs_err::write(&marker, "{\"schema_version\":999}\n").expect("written");
    let known = ["999", "belaeg reindex", "generation-"];
    home.run(&["search", "*"]).exits(2).says(&known);
    home.run(&["ingest", "home/docs"]).exits(2).says(&known);
    // What comes meanwhile is kept, and found as soon as the index can be read again.
    home.write("docs/meanwhile/kattegat.txt", "Der var 17 sælugler på Anholt i 2021.\n");
    home.run(&["ingest", "home/docs/meanwhile"]).exits(2).says(&known).says(&["1 new"]);
    let url = "home:docs/meanwhile/kattegat.txt";
    home.run(&["takedown", url, "--reason", "anmodning"]).exits(2).says(&["belaeg reindex"]);
    home.run(&["show", url]).exits(0);
    let status = home.run(&["status"]).exits(0).out;
    assert!(status.contains("belaeg reindex"), "{status}");
    home.run(&["reindex"]).exits(0);
    assert_eq!(home.run(&["search", "sælugler", "--json"]).exits(0).json().len(), 1);
    home.run(&["takedown", url, "--reason", "anmodning"]).exits(0);
    home.run(&["search", "sælugler"]).exits(1);
    assert_eq!(seen(&home)[0].statements(), before[0].statements());
}

#[test]
fn the_index_before_can_be_had_back() {
    let home = home();
    home.run(&["reindex", "--rollback"]).exits(2).says(&["no earlier generation"]);
    let before = seen(&home);
    home.run(&["reindex"]).exits(0);
    home.write("docs/kattegat.txt", "Der var 17 sælugler på Anholt i 2021.\n");
    home.run(&["ingest", "home/docs"]).exits(0).says(&["1 new"]);
    home.run(&["search", "sælugler"]).exits(0);
    home.run(&["reindex", "--rollback"]).exits(0);
    assert_eq!(seen(&home), before);
    // What it lacks is in the archive, and comes with the next documents.
    home.run(&["search", "sælugler"]).exits(1);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["0 new"]);
    home.run(&["search", "sælugler"]).exits(0);
    home.run(&["reindex", "--rollback", "--stale"]).exits(2);
}

#[test]
fn a_rebuild_that_is_killed_just_before_the_swap_is_gone_on_with() {
    let home = home();
    let before = seen(&home);
    let current = home.dir().join("index/CURRENT");
    let live = fs_err::read(&current).expect("a live generation");
    for _ in 0..2 {
        home.run(&["reindex"]).exits(0);
        // The swap is the last thing that a rebuilding writes: without it the folder is as a kill leaves it.
        fs_err::write(&current, &live).expect("written");
    }
    assert_eq!(seen(&home), before);
    // What changes meanwhile takes the place of what the half-built generation has.
    home.write("docs/to.txt", "Omgørelsesprocenten i Odense var 30 % i 2018.\n");
    home.write("docs/kattegat.txt", "Der var 17 sælugler på Anholt i 2021.\n");
    home.run(&["ingest", "home/docs"]).exits(0).says(&["1 new, 1 changed"]);
    let changed = seen(&home);
    home.run(&["reindex"]).exits(0);
    assert_eq!(seen(&home), changed);
}

/// Puts back a folder of the home as it was when it was copied.
fn put_back(home: &Home, folder: &str) {
    let script = "rm -r \"home/$1\" && mv \"copy-$1\" \"home/$1\"";
    assert_eq!(bash(home.root(), script, &[folder.as_ref()]).code, Some(0));
}

fn copy(home: &Home, folder: &str) {
    assert_eq!(bash(home.root(), "cp -a \"home/$1\" \"copy-$1\"", &[folder.as_ref()]).code, Some(0));
}

#[test]
fn an_index_from_before_a_takedown_does_not_bring_it_back() {
    let home = home();
    copy(&home, "index");
    home.run(&["takedown", "home:docs/to.txt", "--reason", "anmodning"]).exits(0);
    let after = home.everything();
    put_back(&home, "index");
    assert_ne!(home.everything(), after);
    assert!(home.run(&["status"]).exits(0).out.contains("behind the corpus"));
    home.run(&["ingest", "home/docs/side.html"]).exits(0);
    assert_eq!(home.everything(), after);
}

#[test]
fn an_index_does_not_keep_what_an_older_corpus_has_not() {
    let home = home();
    copy(&home, "corpus");
    let before = home.everything();
    home.write("docs/kattegat.txt", "Der var 17 sælugler på Anholt i 2021.\n");
    home.run(&["ingest", "home/docs"]).exits(0).says(&["1 new"]);
    put_back(&home, "corpus");
    home.run(&["ingest", "home/docs/side.html"]).exits(0);
    home.run(&["search", "sælugler"]).exits(1);
    assert_eq!(home.everything(), before);
    assert!(home.run(&["status"]).exits(0).out.contains("up to date"));
}

#[test]
fn a_damaged_index_is_named_and_repaired() {
    let home = home();
    let before = seen(&home);
    let generation = marker(&home).parent().expect("a folder").to_owned();
    fs_err::write(generation.join("meta.json"), "{\"æ\":").expect("written");
    let run = home.run(&["search", "*"]).exits(2).says(&["damaged", "belaeg reindex"]);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    home.run(&["reindex"]).exits(0);
    assert_eq!(seen(&home), before);
}

#[test]
fn searches_go_on_while_the_index_is_built() {
    let home = Home::new();
    small_documents(&home.dir().join("docs"), 250);
    home.run(&["ingest", "home/docs"]).exits(0);
    let before = home.everything();
    let mut searches = 0;
    for _ in 0..3 {
        let mut reindex = home.start(&["reindex"]);
        drop(reindex.stdin.take());
        while reindex.try_wait().expect("a child").is_none() {
            assert_eq!(home.everything(), before, "while reindex runs");
            searches += 1;
        }
        let output = reindex.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(home.everything(), before, "after reindex");
    }
    assert!(searches >= 3, "reindex ended before a search began");
}

#[test]
fn what_is_found_does_not_depend_on_how_it_came_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let docs = folder.path().join("docs");
    small_documents(&docs, 260);
    let docs = docs.to_str().expect("UTF-8");
    let home_with = |workers: usize| {
        let home = Home::new();
        home.write("belaeg.toml", format!("[extract]\nworkers = {workers}\n"));
        home
    };
    let one = home_with(1);
    one.run(&["ingest", docs]).exits(0).says(&["260 new"]);
    let many = home_with(8);
    many.run(&["ingest", docs]).exits(0).says(&["260 new"]);
    let bit_by_bit = home_with(2);
    for tens in 0..26 {
        let files: Vec<String> = (0..10).map(|i| format!("{docs}/nyt-{:04}.txt", 10 * tens + i)).collect();
        let args: Vec<&str> = ["ingest"].into_iter().chain(files.iter().map(String::as_str)).collect();
        bit_by_bit.run(&args).exits(0).says(&["10 new"]);
    }
    for (home, how) in [(&many, "eight workers"), (&bit_by_bit, "26 runs")] {
        for query in ["*", "sygefraværet", "klager OR ærø"] {
            let args = ["search", query, "--json", "--limit", "1000"];
            assert!(home.run(&args).exits(0) == one.run(&args).exits(0), "{query} after {how}");
        }
    }
}
