//! Documents with nearly the same text are told, both ways, for as long as they are there.

use belaeg_corpus::{Corpus, document_id};

use super::support::{Home, archive, bad, good, ingest};
use belaeg_model::{Cause, Hints};

const AGENDA: &str = "https://www.ærø.dk/dagsorden";
const MINUTES: &str = "https://www.ærø.dk/referat";
const OTHER: &str = "https://www.ærø.dk/andet";

/// `count` words of an agenda of its own.
fn text(topic: &str, count: usize) -> String {
    (0..count).map(|i| format!("{topic}{i}")).collect::<Vec<_>>().join(" ")
}

/// Addresses and similarities of the near-duplicates of the document at `url`.
fn near(corpus: &Corpus, url: &str) -> Vec<(String, f64)> {
    let all = corpus.near_duplicates(&document_id(url)).expect("readable");
    all.into_iter().map(|n| (n.url, (n.similarity * 100.0).round() / 100.0)).collect()
}

#[test]
fn near_duplicates_are_told_both_ways_and_follow_the_versions() {
    let home = Home::new();
    let mut corpus = home.write();
    let agenda = text("sag", 102);
    let minutes = format!("{agenda}. {}", text("beslutning", 40));
    ingest(&mut corpus, AGENDA, &agenda);
    ingest(&mut corpus, MINUTES, &minutes);
    ingest(&mut corpus, OTHER, &text("andet", 300));
    let (to_minutes, to_agenda) = (vec![(MINUTES.to_owned(), 0.71)], vec![(AGENDA.to_owned(), 0.71)]);
    assert_eq!(near(&corpus, AGENDA), to_minutes);
    assert_eq!(near(&corpus, MINUTES), to_agenda);
    assert!(near(&corpus, OTHER).is_empty());
    assert!(near(&corpus, "https://findes.ikke").is_empty());

    // A version that cannot be read changes nothing, another text does.
    let damaged = archive(&mut corpus, AGENDA, "\u{0}", &Hints::default());
    corpus.store(&[bad(&damaged, Cause::Damaged)]).expect("stored");
    assert_eq!(near(&corpus, MINUTES), to_agenda);
    let changed = ingest(&mut corpus, AGENDA, &text("ny", 102));
    assert!(near(&corpus, MINUTES).is_empty() && near(&corpus, AGENDA).is_empty());
    // An earlier version that is read again is not the current one.
    let first = corpus.snapshots().expect("readable").into_iter().find(|s| s.url == AGENDA).expect("it");
    corpus.store(&[good(&first, &agenda)]).expect("stored");
    assert!(near(&corpus, MINUTES).is_empty());
    assert_ne!(first, changed);
    ingest(&mut corpus, AGENDA, &agenda);
    assert_eq!(near(&corpus, MINUTES), to_agenda);

    drop(corpus);
    assert_eq!(near(&home.read(), MINUTES), to_agenda);
    let mut corpus = home.write();
    corpus.take_down(&document_id(AGENDA), "anmodning", false).expect("written");
    assert!(near(&corpus, MINUTES).is_empty() && near(&corpus, AGENDA).is_empty());
}

#[test]
fn short_texts_are_not_near_anything() {
    let home = Home::new();
    let mut corpus = home.write();
    for (words, expected) in [(29, 0), (30, 1)] {
        let text = text("ord", words);
        ingest(&mut corpus, AGENDA, &text);
        ingest(&mut corpus, MINUTES, &text);
        assert_eq!(near(&corpus, AGENDA).len(), expected, "{words} words");
    }
}

#[test]
fn a_form_that_many_share_costs_no_more_than_a_few() {
    let home = Home::new();
    let mut corpus = home.write();
    let text = text("blanket", 60);
    let outcomes: Vec<_> = (0..200)
        .map(|i| {
            let url = format!("https://www.ærø.dk/blanket/{i}");
            good(&archive(&mut corpus, &url, &text, &Hints::default()), &text)
        })
        .collect();
    corpus.store(&outcomes).expect("stored");
    assert_eq!(near(&corpus, "https://www.ærø.dk/blanket/7").len(), 64);
}
