//! Nothing is lost, doubled or half-written: after `kill -9`, beside another writer, on a full disk.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::Child;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{Dice, Home, Run, bash, program, skipped, small_documents, strings, text};

/// Documents of the folder that is ingested again and again.
const DOCUMENTS: usize = 300;

/// What an undisturbed run makes of the folder, and how long it took.
struct Undisturbed {
    /// The folder; its documents have the same addresses in every home.
    folder: PathBuf,
    statements: Vec<String>,
    stored: Vec<String>,
    took: Duration,
    _folder: TempDir,
}

fn undisturbed() -> &'static Undisturbed {
    static ONCE: OnceLock<Undisturbed> = OnceLock::new();
    ONCE.get_or_init(|| {
        let temporary = tempfile::tempdir().expect("a folder");
        let folder = temporary.path().join("docs");
        small_documents(&folder, DOCUMENTS);
        let home = Home::new();
        let start = Instant::now();
        home.run(&["ingest", &shown(&folder)]).exits(0);
        let took = start.elapsed();
        let (statements, stored) = (home.everything().statements(), home.stored());
        assert_eq!((statements.len(), stored.len()), (3 * DOCUMENTS, 3 * DOCUMENTS));
        Undisturbed { folder, statements, stored, took, _folder: temporary }
    })
}

fn shown(path: &std::path::Path) -> String {
    path.to_str().expect("UTF-8").to_owned()
}

/// Says that the home holds what an undisturbed run makes, once.
#[track_caller]
fn check_complete(home: &Home) {
    let expected = undisturbed();
    let catalog = home.catalog();
    assert_eq!(strings(&catalog, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(strings(&catalog, "SELECT \"table\" FROM pragma_foreign_key_check"), [""; 0]);
    assert_eq!(home.stored(), expected.stored, "statements of the catalog");
    assert_eq!(home.everything().statements(), expected.statements, "statements of the index");
    let rows = home.rows();
    for table in ["documents", "snapshots", "versions"] {
        let found = rows.iter().find(|(name, _)| name == table).map(|(_, n)| *n);
        assert_eq!(found, i64::try_from(DOCUMENTS).ok(), "{table}");
    }
    let status = home.run(&["status", "--json"]).exits(0).one();
    assert_eq!(status["index"]["statements"], expected.statements.len());
    assert_eq!((status["pending"].as_u64(), status["stale"].as_u64()), (Some(0), Some(0)));
}

/// Says that a search beside or after a killed run finds good statements or says that there is nothing yet.
#[track_caller]
fn check_half(home: &Home) {
    let run = home.run(&["search", "*", "--json", "--limit", "1000000"]);
    match run.code {
        Some(0 | 1) => {
            let all = &undisturbed().statements;
            let known = |s: &String| all.binary_search(s).is_ok();
            let found = run.statements();
            assert!(found.iter().all(known), "a statement that no undisturbed run has");
            assert!(found.is_sorted_by(|a, b| a < b), "a statement is there twice");
        }
        _ => {
            run.exits(2).says(&["nothing indexed yet"]);
        }
    }
}

/// Kills the process with a signal that it cannot catch. Whether it was still running.
fn kill(child: &mut Child) -> bool {
    let was_running = child.try_wait().expect("a child").is_none();
    let _ = child.kill();
    child.wait().expect("a child");
    was_running
}

#[test]
fn killed_ingests_are_finished_by_the_next() {
    let expected = undisturbed();
    let folder = shown(&expected.folder);
    let mut dice = Dice(20_220_407);
    let rounds = 20;
    let mut hit = 0;
    for round in 0..rounds {
        let home = Home::new();
        // The moments are spread over the whole run; every third round has a second kill.
        let kills = if round % 3 == 2 { 2 } else { 1 };
        for _ in 0..kills {
            let mut child = home.start(&["ingest", &folder]);
            let within = dice.below(1000);
            let share = (f64::from(round) + within as f64 / 1000.0) / f64::from(rounds);
            std::thread::sleep(expected.took.mul_f64(share));
            hit += u32::from(kill(&mut child));
            check_half(&home);
        }
        home.run(&["ingest", &folder]).exits(0);
        check_complete(&home);
        if round % 4 == 0 {
            home.run(&["reindex"]).exits(0);
            check_complete(&home);
        }
    }
    assert!(hit > 0, "no run was killed before its end");
}

#[test]
fn killed_reindexing_leaves_the_old_index() {
    let expected = undisturbed();
    let home = Home::new();
    home.run(&["ingest", &shown(&expected.folder)]).exits(0);
    let before = home.everything();
    let mut dice = Dice(19_830_528);
    let rounds = 10;
    let mut hit = 0;
    for round in 0..rounds {
        let mut child = home.start(&["reindex"]);
        let share = (f64::from(round) + dice.below(1000) as f64 / 1000.0) / f64::from(rounds);
        std::thread::sleep(expected.took.mul_f64(share));
        hit += u32::from(kill(&mut child));
        assert_eq!(home.everything(), before, "round {round}");
    }
    assert!(hit > 0, "no run was killed before its end");
    home.run(&["ingest", &shown(&expected.folder)]).exits(0).says(&["300 unchanged"]);
    assert_eq!(home.everything(), before);
    home.run(&["reindex"]).exits(0);
    assert_eq!(home.everything(), before);
    check_complete(&home);
}

#[test]
fn killed_takedowns_are_finished_by_the_next() {
    const OF: usize = 40;
    let home = Home::new();
    small_documents(&home.dir().join("docs"), OF + 2);
    home.run(&["ingest", "home/docs"]).exits(0);
    let url = |i: usize| format!("home:docs/nyt-{i:04}.txt");
    let start = Instant::now();
    home.run(&["takedown", &url(OF), "--reason", "anmodning"]).exits(0);
    let took = start.elapsed();
    let mut dice = Dice(18_640_718);
    let mut hit = 0;
    for i in 0..OF {
        let url = url(i);
        let args = ["takedown", &url, "--reason", "anmodning"];
        let mut child = home.start(&args);
        std::thread::sleep(took.mul_f64(dice.below(1000) as f64 / 1000.0));
        hit += u32::from(kill(&mut child));
        let again = home.run(&args);
        assert!(matches!(again.code, Some(0 | 1)), "{again:?}");
        let found = home.everything().json();
        assert!(found.iter().all(|hit| text(&hit["document"]["url"]) != url), "{url} is still found");
        assert_eq!(found.len(), 3 * (OF - i), "others are not found");
        home.run(&["show", &url]).exits(1);
    }
    assert!(hit > 0, "no run was killed before its end");
    home.run(&["status", "--verify"]).exits(0);
}

/// Asks for everything until `done`: every answer has each document whole, in one version, and no less than before.
fn ask_again_and_again(home: &Home, done: &AtomicBool) -> u32 {
    let (mut answers, mut known) = (0, BTreeMap::new());
    while !done.load(Ordering::Relaxed) {
        let mut now: BTreeMap<String, (u64, Vec<u64>)> = BTreeMap::new();
        for hit in home.everything().json() {
            let id = text(&hit["statement"]["id"]);
            let parts: Vec<&str> = id.split('.').collect();
            let number = |i: usize| parts[i].parse::<u64>().expect("a number");
            let (version, ordinals) = now.entry(parts[0].to_owned()).or_insert((number(1), Vec::new()));
            assert_eq!(*version, number(1), "two versions of {id}");
            ordinals.push(number(2));
        }
        for (document, (_, ordinals)) in &mut now {
            ordinals.sort_unstable();
            assert_eq!(*ordinals, [1, 2, 3], "{document} is not whole, or twice there");
        }
        for (document, version) in &known {
            assert!(now.get(document).is_some_and(|(v, _)| v >= version), "{document} is lost or older");
        }
        known = now.into_iter().map(|(document, (version, _))| (document, version)).collect();
        answers += 1;
    }
    answers
}

#[test]
fn fifty_kills_under_a_running_searcher() {
    const OF: usize = 90;
    let home = Home::new();
    let docs = home.dir().join("docs");
    small_documents(&docs, OF);
    let start = Instant::now();
    home.run(&["ingest", "home/docs"]).exits(0);
    let took = start.elapsed();
    let done = AtomicBool::new(false);
    let mut dice = Dice(18_490_605);
    let mut hit = 0;
    std::thread::scope(|scope| {
        let searcher = scope.spawn(|| ask_again_and_again(&home, &done));
        for round in 0..50 {
            for _ in 0..6 {
                let name = format!("nyt-{:04}.txt", dice.below(OF as u64));
                let edited =
                    format!("Nyt, rettet\n\nDer var {round} klager på Ærø.\n\nAndelen var {round} %.\n");
                fs_err::write(docs.join(name), edited).expect("written");
            }
            let reindex = round % 2 == 1;
            let mut child = home.start(if reindex { &["reindex"] } else { &["ingest", "home/docs"] });
            std::thread::sleep(took.mul_f64(dice.below(1000) as f64 / 1000.0));
            hit += u32::from(kill(&mut child));
        }
        done.store(true, Ordering::Relaxed);
        assert!(searcher.join().expect("every answer was right") > 0);
    });
    assert!(hit > 10, "{hit} runs were killed before their end");
    home.run(&["ingest", "home/docs"]).exits(0);
    home.run(&["reindex"]).exits(0);
    // The truth: the files as they are now, taken in once by an undisturbed run.
    let truth = Home::new();
    truth.run(&["ingest", docs.to_str().expect("UTF-8")]).exits(0);
    let texts = |home: &Home| {
        let mut all: Vec<String> =
            home.everything().json().iter().map(|hit| text(&hit["statement"]["text"])).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(texts(&home), texts(&truth));
}

#[test]
fn one_writer_at_a_time() {
    let home = Home::new();
    home.write("docs/god.txt", "Sygefraværet på Ærø var 4,5 % i 2020.\n");
    home.write("corpus/documents/eksempel.txt", "Et eksempel.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    let before = home.everything();
    // The first waits for its standard input, and holds the lock while it does.
    let mut first = home.start(&["ingest", "-", "--url", "https://a.example/æ"]);
    let pid = first.id().to_string();
    let lock = home.dir().join("corpus/.lock");
    let until = Instant::now() + Duration::from_secs(60);
    while fs_err::read_to_string(&lock).map_or(true, |held| held.trim() != pid) {
        assert!(Instant::now() < until, "the first writer did not take the lock");
        std::thread::sleep(Duration::from_millis(5));
    }
    for args in [&["ingest", "home/docs"][..], &["reindex"], &["reindex", "--stale"], &["demo"]] {
        let run = home.run(args).exits(2);
        assert!(run.err.contains("another belaeg process"), "{args:?}: {}", run.err);
        assert!(run.err.contains(&pid) && run.err.contains("wait for it"), "{args:?}: {}", run.err);
    }
    // Readers go on meanwhile.
    assert_eq!(home.everything(), before);
    home.run(&["show", "home:docs/god.txt"]).exits(0);
    home.run(&["status"]).exits(0);
    let mut stdin = first.stdin.take().expect("piped");
    stdin.write_all("Der kom 90 klager på Fanø.\n".as_bytes()).expect("it reads");
    drop(stdin);
    let output = first.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    home.run(&["search", "klager"]).exits(0);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["1 unchanged"]);
}

#[test]
fn searches_go_on_while_documents_come_in() {
    let expected = undisturbed();
    let home = Home::new();
    home.run(&["ingest", &format!("{}/nyt-0000.txt", shown(&expected.folder))]).exits(0);
    let mut seen = home.everything().statements();
    let mut ingest = home.start(&["ingest", &shown(&expected.folder)]);
    drop(ingest.stdin.take());
    let mut searches = 0;
    while ingest.try_wait().expect("a child").is_none() {
        let now = home.everything().statements();
        assert!(seen.iter().all(|s| now.binary_search(s).is_ok()), "a statement is gone");
        seen = now;
        searches += 1;
        home.run(&["status"]).exits(0);
    }
    assert!(ingest.wait().expect("it ends").success());
    assert!(searches > 0, "the ingest ended before a search began");
    check_complete(&home);
}

/// Whether a run that could not write names the file and says what to do; what it says instead.
fn advises(run: &Run) -> Result<(), String> {
    let errors: Vec<&str> = run.err.lines().filter(|l| l.starts_with("belaeg: ")).collect();
    let last = errors.last().copied().unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| last.contains(word));
    let names_file = has(&["corpus/", "index/", "belaeg.toml"]);
    let is_advice = has(&["free", "space", "mend"]);
    if names_file && is_advice && !run.err.contains("panicked") { Ok(()) } else { Err(run.err.clone()) }
}

#[cfg(unix)]
#[test]
fn files_that_may_not_grow_stop_a_run_and_cost_nothing() {
    let expected = undisturbed();
    let folder = expected.folder.as_os_str();
    let mut stopped = 0;
    let mut wrong = Vec::new();
    for kib in [4, 24, 60, 200, 400, 700] {
        let home = Home::new();
        // Without the trap the signal of the limit kills the process: that is a crash like another.
        for trap in ["trap '' XFSZ;", ""] {
            let script = format!("{trap} ulimit -f {kib}; exec \"$1\" --home home ingest \"$2\"");
            let run = bash(home.root(), &script, &[OsStr::new(program()), folder]);
            if run.code == Some(2) {
                stopped += 1;
                wrong.extend(advises(&run).err().map(|said| format!("{kib} KiB: {said}")));
            } else {
                assert!(matches!(run.code, Some(0 | 153) | None), "{kib} KiB: {run:?}");
            }
            check_half(&home);
        }
        home.run(&["ingest", &shown(&expected.folder)]).exits(0);
        check_complete(&home);
    }
    assert!(stopped >= 3, "the limits were too high to be met");
    assert!(wrong.is_empty(), "no file or no advice:\n{}", wrong.join("\n"));
}

/// Fills a small file system with a home, then makes it larger and goes on.
const FULL_DISK: &str = r#"
mkdir disk && mount -t tmpfs -o size="$3" tmpfs disk || exit 77
"$1" --home disk/home ingest "$2" 2>&1
echo "exit $?"
mount -o remount,size=64m disk || exit 77
"$1" --home disk/home ingest "$2" >&2
echo "exit $?" >&2
"$1" --home disk/home search '*' --json --limit 1000000 > found.json
"#;

#[cfg(unix)]
#[test]
fn a_full_disk_stops_a_run_and_costs_nothing() {
    let expected = undisturbed();
    let folder = shown(&expected.folder);
    let mut stopped = 0;
    for size in ["64k", "256k", "512k", "800k", "1200k"] {
        let dir = tempfile::tempdir().expect("a folder");
        let script = r#"exec unshare --user --map-root-user --mount bash -c "$1" bash "$2" "$3" "$4""#;
        let args = [FULL_DISK, program(), &folder, size].map(OsStr::new);
        let run = bash(dir.path(), script, &args);
        let found = dir.path().join("found.json");
        if !found.is_file() {
            skipped("a small file system cannot be mounted by this user");
            return;
        }
        let first = Run { code: None, err: run.out.clone(), out: String::new() };
        if run.out.ends_with("exit 2\n") {
            stopped += 1;
            assert_eq!(advises(&first), Ok(()), "{size}: no file or no advice");
        } else {
            assert!(run.out.ends_with("exit 0\n"), "{size}: {}", run.out);
        }
        assert!(run.err.ends_with("exit 0\n"), "{size}: the run with space again: {}", run.err);
        let out = fs_err::read_to_string(&found).expect("UTF-8");
        let after = Run { code: Some(0), out, err: String::new() };
        assert_eq!(after.statements(), expected.statements, "{size}");
    }
    assert!(stopped >= 2, "no disk was small enough");
}
