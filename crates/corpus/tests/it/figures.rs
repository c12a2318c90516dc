//! Imports of official figures: every value with its time, and the bytes in the archive.

use std::collections::BTreeMap;

use belaeg_corpus::{Corpus, Digest, Exchange, FigureRow, Imported, NewImport};
use belaeg_model::Place;
use jiff::Timestamp;

use crate::support::Home;

const ORIGIN: &str = "https://api.eksempel.dk/v1/data/PSKAT?OMRÅDE=*";

fn at(day: i8) -> Timestamp {
    format!("2026-01-{day:02}T12:00:00Z").parse().expect("a time")
}

fn figure(period: &str, value: f64) -> FigureRow {
    FigureRow {
        measure: "kommuneskatteprocent".to_owned(),
        area: "alle".to_owned(),
        place: "492".parse::<Place>().expect("Ærø"),
        period: period.to_owned(),
        value,
        decimals: 1,
        unit: "pct".to_owned(),
        cases: Some(30),
        standing: "official".to_owned(),
        source: "Danmarks Statistik, PSKAT".to_owned(),
        url: None,
        note: Some("på Ærø\u{a0}alene".to_owned()),
    }
}

fn import(corpus: &mut Corpus, day: i8, origin: &str, bytes: &[u8], figures: &[FigureRow]) -> Imported {
    let causes = BTreeMap::from([("unknown_place".to_owned(), 2)]);
    let new = NewImport {
        at: at(day),
        origin,
        request: Some("statbank:PSKAT?OMRÅDE=*"),
        reading: "reader 1",
        format: "json_stat",
        title: Some("Skat"),
        updated: Some(jiff::civil::date(2025, 12, 31)),
        bytes,
        exchanges: &[],
        figures,
        skipped: &BTreeMap::new(),
        refused: &causes,
    };
    corpus.import_figures(&new).expect("imported")
}

/// Each stored value: period, value, day from which it was known, day on which it was replaced.
fn values(corpus: &Corpus, known_at: Option<Timestamp>) -> Vec<String> {
    let day = |at: Timestamp| at.strftime("%d").to_string();
    let line = |s: &belaeg_corpus::StoredFigure| {
        let replaced = s.replaced_at.map_or_else(|| "-".to_owned(), day);
        format!("{} {} {} {replaced}", s.figure.period, s.figure.value, day(s.known_since))
    };
    corpus.figures(known_at).expect("figures").iter().map(line).collect()
}

#[test]
fn a_later_import_adds_and_overwrites_nothing() {
    let home = Home::new();
    let mut corpus = home.write();
    assert!(corpus.figures(None).expect("none yet").is_empty());
    let first = [figure("2022", 25.1), figure("2023", 25.3)];
    assert_eq!(import(&mut corpus, 1, ORIGIN, b"a", &first), Imported::New(1));
    assert_eq!(import(&mut corpus, 2, ORIGIN, b"a", &first), Imported::Unchanged(1));
    let second = [figure("2022", 25.1), figure("2023", 25.4), figure("2024", 25.5)];
    assert_eq!(import(&mut corpus, 3, ORIGIN, b"b", &second), Imported::New(2));
    // What was revised may be revised back: that is a new state, not the old bytes again.
    assert_eq!(import(&mut corpus, 5, ORIGIN, b"a", &first), Imported::New(3));
    drop(corpus);

    let corpus = home.read();
    let now = ["2022 25.1 01 -", "2023 25.3 01 03", "2023 25.4 03 05", "2023 25.3 05 -", "2024 25.5 03 -"];
    assert_eq!(values(&corpus, None), now);
    assert_eq!(values(&corpus, Some(at(2))), ["2022 25.1 01 -", "2023 25.3 01 -"]);
    assert_eq!(values(&corpus, Some(at(4)))[1..3], ["2023 25.3 01 03", "2023 25.4 03 -"]);
    let imports = corpus.imports().expect("imports");
    let told: Vec<(Timestamp, Timestamp, u64)> =
        imports.iter().map(|i| (i.imported_at, i.checked_at, i.figures)).collect();
    assert_eq!(told, [(at(1), at(2), 2), (at(3), at(3), 3), (at(5), at(5), 2)]);
    assert_eq!(imports[0].sha256, Digest::of(b"a").to_string());
    assert_eq!(imports[0].refused, BTreeMap::from([("unknown_place".to_owned(), 2)]));
    assert_eq!(corpus.figures(None).expect("figures")[0].figure, figure("2022", 25.1));
}

#[test]
fn the_same_file_by_another_name_changes_nothing() {
    let home = Home::new();
    let mut corpus = home.write();
    assert_eq!(import(&mut corpus, 1, "file:///a.csv", b"a", &[figure("2022", 1.0)]), Imported::New(1));
    assert_eq!(import(&mut corpus, 2, "file:///b.csv", b"a", &[figure("2022", 1.0)]), Imported::Unchanged(1));
}

#[test]
fn contradicting_values_of_one_import_are_both_kept() {
    let home = Home::new();
    let mut corpus = home.write();
    import(&mut corpus, 1, ORIGIN, b"a", &[figure("2022", 47.0), figure("2022", 48.0)]);
    assert_eq!(values(&corpus, None), ["2022 47 01 -", "2022 48 01 -"]);
    import(&mut corpus, 2, ORIGIN, b"b", &[figure("2022", 48.0)]);
    assert_eq!(values(&corpus, None), ["2022 47 01 02", "2022 48 01 02", "2022 48 02 -"]);
}

#[test]
fn the_bytes_stand_in_the_archive_and_are_no_document() {
    let home = Home::new();
    let mut corpus = home.write();
    let exchange = Exchange {
        source: "official",
        url: ORIGIN,
        request_head: b"GET /v1/data/PSKAT HTTP/1.1\r\n\r\n",
        response_head: b"HTTP/1.1 200 OK\r\n\r\n",
        body: b"svar",
        content_encoding: None,
        status: 200,
        fetched_at: at(1),
        ip: None,
        is_robots: false,
        page: None,
    };
    let new = NewImport {
        at: at(1),
        origin: ORIGIN,
        request: None,
        reading: "reader 1",
        format: "csv",
        title: None,
        updated: None,
        bytes: b"svar",
        exchanges: &[exchange],
        figures: &[figure("2022", 1.0)],
        skipped: &BTreeMap::new(),
        refused: &BTreeMap::new(),
    };
    corpus.import_figures(&new).expect("imported");
    import(&mut corpus, 2, "file:///skat på Ærø.csv", b"fil", &[figure("2023", 1.0)]);
    let places: Vec<(String, u64)> =
        corpus.imports().expect("imports").into_iter().map(|i| (i.file, i.offset)).collect();
    assert!(places[0].1 < places[1].1, "{places:?}");
    assert!(corpus.documents().expect("documents").is_empty());
    drop(corpus);

    // A catalog that is built again has no documents of them either.
    home.lose_catalog();
    let corpus = home.write();
    assert_eq!(corpus.problems(), []);
    assert!(corpus.snapshots().expect("snapshots").is_empty());
    assert!(corpus.pending().expect("pending").is_empty());
}
