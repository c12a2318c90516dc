//! Any sequence of ingests, commits and crashes: what was archived is read back, and a catalog that is built again
//! from the archive tells the same.

use belaeg_corpus::{Need, Snapshot};
use belaeg_model::Hints;
use proptest::prelude::*;

use crate::support::*;

#[derive(Clone, Debug)]
enum Step {
    Ingest { url: String, text: String, hints: Hints },
    Store,
    Crash,
}

fn step() -> impl Strategy<Value = Step> {
    let text = "[æøåÉ\u{a0}a-c\r\n\u{0}\"\\\\%é😀]{0,6}";
    let hints = proptest::option::of(text).prop_map(|title| Hints { title, ..Hints::default() });
    // Few addresses and contents, so that they meet again.
    let ingest = ("[abø\u{a0}\n]", "[AB]|\\PC{0,300}", hints).prop_map(|(url, text, hints)| Step::Ingest {
        url,
        text,
        hints,
    });
    prop_oneof![6 => ingest, 2 => Just(Step::Store), 1 => Just(Step::Crash)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn everything_archived_is_read_back(steps in proptest::collection::vec(step(), 1..25)) {
        let home = Home::new();
        let mut corpus = home.write();
        let mut archived: Vec<(Snapshot, String)> = Vec::new();
        let mut outcomes = Vec::new();
        for step in steps {
            match step {
                Step::Ingest { url, text, hints } => match needs(&corpus, &url, &text, &hints) {
                    Need::New | Need::Changed => {
                        let snapshot = archive(&mut corpus, &url, &text, &hints);
                        let before = archived.iter().filter(|(s, _)| s.url == url).count();
                        prop_assert_eq!(snapshot.number as usize, before + 1);
                        outcomes.push(good(&snapshot, &text));
                        archived.push((snapshot, text));
                    }
                    Need::Retry(snapshot) => {
                        let last = archived.iter().rfind(|(s, _)| s.url == url).expect("known");
                        prop_assert_eq!(&last.1, &text);
                        prop_assert_eq!(last.0.id, snapshot.id);
                        outcomes.push(good(&snapshot, &text));
                    }
                    Need::Unchanged => {
                        let last = archived.iter().rfind(|(s, _)| s.url == url).expect("known");
                        prop_assert_eq!(&last.1, &text);
                    }
                },
                Step::Store => {
                    corpus.sync().expect("synced");
                    corpus.store(&outcomes).expect("stored");
                    outcomes.clear();
                }
                Step::Crash => {
                    drop(corpus);
                    outcomes.clear();
                    corpus = home.write();
                    prop_assert_eq!(corpus.problems(), []);
                }
            }
        }
        corpus.store(&outcomes).expect("stored");
        let snapshots = corpus.snapshots().expect("readable");
        prop_assert_eq!(snapshots.len(), archived.len());
        for (found, (snapshot, text)) in snapshots.iter().zip(&archived) {
            let hints = found.hints.clone();
            prop_assert_eq!(found, &Snapshot { hints, ..snapshot.clone() });
            prop_assert_eq!(corpus.read(found).expect("readable"), text.as_bytes());
        }
        for document in corpus.documents().expect("readable") {
            let version = corpus.version(&document.id, None).expect("readable");
            prop_assert_eq!(version.map(|v| v.number), document.current);
        }
        drop(corpus);
        home.lose_catalog();
        let corpus = home.write();
        prop_assert_eq!(corpus.problems(), []);
        let pending = corpus.pending().expect("readable");
        prop_assert_eq!(pending.len(), snapshots.len());
        for (again, before) in pending.iter().zip(&snapshots) {
            // Hints that were given later to bytes already archived stand in the catalog alone, and go with it.
            let hints = again.hints.clone();
            prop_assert_eq!(again, &Snapshot { hints, ..before.clone() });
        }
    }
}
