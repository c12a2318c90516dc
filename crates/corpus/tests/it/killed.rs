//! A writer that is killed while it writes.

use std::process::{Command, Stdio};
use std::time::Duration;

use belaeg_corpus::Need;
use belaeg_model::Hints;

use crate::support::*;

const DIR: &str = "BELAEG_TEST_KILLED_DIR";

/// Ingests without end; run by the test below in a process of its own.
#[test]
#[ignore = "the child of another test"]
fn child() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let mut corpus = belaeg_corpus::Corpus::open(dir.as_ref(), belaeg_corpus::Access::Write).expect("opens");
    let pending = corpus.pending().expect("readable");
    corpus.store(&pending.iter().map(|s| good(s, &s.url)).collect::<Vec<_>>()).expect("stored");
    for i in 0.. {
        let urls: Vec<String> = (0..5).map(|j| format!("file:///Fanø/{}", 5 * i + j)).collect();
        let new = urls.iter().filter(|url| needs(&corpus, url, url, &Hints::default()) == Need::New);
        let new: Vec<_> = new.cloned().collect();
        let outcomes: Vec<_> =
            new.iter().map(|url| good(&archive(&mut corpus, url, url, &Hints::default()), url)).collect();
        corpus.sync().expect("synced");
        corpus.store(&outcomes).expect("stored");
    }
}

#[test]
fn a_killed_writer_loses_nothing_that_it_acknowledged() {
    let home = Home::new();
    drop(home.write());
    let reader = home.read();
    for round in 1..=4 {
        let before = reader.batch().expect("readable");
        let mut child = Command::new(std::env::current_exe().expect("this program"))
            .args(["--exact", "killed::child", "--ignored"])
            .env(DIR, home.corpus())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("started");
        while reader.batch().expect("readable") < before + 3 * round {
            assert!(child.try_wait().expect("asked").is_none(), "the child ended by itself");
            std::thread::sleep(Duration::from_millis(2 + round));
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        let acknowledged = reader.snapshots().expect("readable");

        let corpus = home.write();
        let snapshots = corpus.snapshots().expect("readable");
        assert!(snapshots.starts_with(&acknowledged));
        let pending = corpus.pending().expect("readable").len();
        let documents = corpus.documents().expect("readable");
        let read = documents.iter().filter(|document| document.current == Some(1)).count();
        assert_eq!((read + pending, documents.len()), (snapshots.len(), snapshots.len()));
        for snapshot in snapshots {
            assert_eq!(corpus.read(&snapshot).expect("readable"), snapshot.url.as_bytes());
        }
    }
}
