//! Orders, pages, and that neither segments nor the order of writing change a result.

use belaeg_index::{Index, Search, Sort, Writer};
use belaeg_model::{Claim, Unit};
use jiff::civil::date;

use crate::support::{Doc, Said, built, claim, doc, found, id, names, put, query, results, said};

#[test]
fn sorts() {
    let home = tempfile::tempdir().expect("tempdir");
    let at = |number, published, value: Option<(f64, Unit)>| {
        let claims = value.map(|(v, unit)| claim(v, unit)).into_iter().collect();
        let second = said("Også en sag.");
        Doc { published, said: vec![Said { claims, ..said("En sag.") }, second], ..doc(number, &[]) }
    };
    let docs = [
        at(1, None, Some((12.5, Unit::Percent))),
        at(2, Some(date(2017, 3, 1)), Some((900.0, Unit::Count))),
        at(3, Some(date(1969, 3, 1)), Some((-3.0, Unit::PercentagePoint))),
        at(4, Some(date(2019, 12, 31)), None),
        at(5, Some(date(2017, 3, 1)), Some((12.4, Unit::Permille))),
    ];
    let index = built(home.path(), &docs);
    let sorted = |sort| found(&index, &Search { sort, ..query("sag") });
    assert_eq!(
        sorted(Sort::Published),
        ["4.1", "4.2", "2.1", "2.2", "5.1", "5.2", "3.1", "3.2", "1.1", "1.2"]
    );
    assert_eq!(sorted(Sort::Rate), ["1.1", "5.1", "3.1", "1.2", "2.1", "2.2", "3.2", "4.1", "4.2", "5.2"]);
    assert_eq!(
        sorted(Sort::Relevance),
        ["1.1", "2.1", "3.1", "4.1", "5.1", "1.2", "2.2", "3.2", "4.2", "5.2"]
    );
    let counts = Search { sort: Sort::Rate, ..query("sag unit:count") };
    assert_eq!(found(&index, &counts), ["2.1"]);
}

#[test]
fn the_rate_of_a_claim_that_does_not_pass_does_not_sort() {
    let home = tempfile::tempdir().expect("tempdir");
    let in_years = |a, b| {
        let year = |value, year| Claim { years: vec![year], ..claim(value, Unit::Percent) };
        vec![Said { claims: vec![year(a, 2016), year(b, 2017)], ..said("tal") }]
    };
    let docs = [
        Doc { said: in_years(90.0, 10.0), ..doc(1, &[]) },
        Doc { said: in_years(20.0, 30.0), ..doc(2, &[]) },
    ];
    let index = built(home.path(), &docs);
    let sorted = |text| found(&index, &Search { sort: Sort::Rate, ..query(text) });
    assert_eq!(sorted("unit:percent year:2017"), ["2.1", "1.1"]);
    assert_eq!(sorted("unit:percent"), ["1.1", "2.1"]);
    // The best of 1.1 is then what one alternative asks for, that of 2.1 what the other does.
    assert_eq!(sorted("(year:2016 rate:>50) OR (year:2017 rate:<40)"), ["1.1", "2.1"]);
}

fn many() -> Vec<Doc> {
    (0..40)
        .map(|number| {
            let texts: Vec<String> = (0..30)
                .map(|i| {
                    let n = usize::from(number) * 30 + i;
                    format!("Sag nr. {n}: {}{}", "børn ".repeat(n % 4), "og unge ".repeat(n % 7))
                })
                .collect();
            doc(number, &texts.iter().map(String::as_str).collect::<Vec<_>>())
        })
        .collect()
}

#[test]
fn pages_are_slices_of_the_whole() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = built(home.path(), &many());
    for sort in [Sort::Relevance, Sort::Published, Sort::Rate] {
        let whole = results(&index, &Search { sort, limit: usize::MAX, ..query("børn OR unge sag") });
        assert_eq!(whole.total, whole.hits.len());
        assert!(whole.total > 1000);
        for (offset, limit) in [(0, 1), (0, 10), (10, 10), (990, 37), (whole.total - 1, 5), (whole.total, 5)]
        {
            let page = results(&index, &Search { sort, offset, limit, ..query("børn OR unge sag") });
            assert_eq!(page.total, whole.total);
            let end = (offset + limit).min(whole.total);
            assert_eq!(page.hits, whole.hits[offset.min(end)..end], "{sort:?} {offset} {limit}");
        }
        let none = results(&index, &Search { sort, offset: usize::MAX, limit: 0, ..query("sag") });
        assert_eq!((none.total, none.hits.len()), (1200, 0));
    }
}

fn everything_of(index: &Index) -> Vec<String> {
    let searches = [
        "sag",
        "børn unge",
        "\"og unge og\"",
        "unge -børn",
        "nr OR børn",
        "sag*",
        "b* un*",
        "bøm~",
        "*",
        "udvalget sag",
        "unge børn og nr sag",
        "unge OR børn OR og OR 7 sag",
    ];
    searches
        .iter()
        .flat_map(|text| results(index, &Search { limit: 10_000, ..query(text) }).hits)
        .map(|hit| format!("{:x} {}", hit.score.to_bits(), serde_json::to_string(&hit).expect("json")))
        .collect()
}

#[test]
fn results_do_not_depend_on_segments_or_the_order_of_writing() {
    let homes: Vec<_> = (0..3).map(|_| tempfile::tempdir().expect("tempdir")).collect();
    let docs = many();
    let at_once = everything_of(&built(homes[0].path(), &docs));
    assert!(at_once.len() > 5000);

    let backwards: Vec<Doc> = docs.iter().rev().cloned().collect();
    assert_eq!(everything_of(&built(homes[1].path(), &backwards)), at_once);

    // Many small commits, documents written several times and one removed: other segments, deleted statements.
    let mut writer = Writer::open(homes[2].path()).expect("open");
    put(&mut writer, &doc(200, &["Sag som fjernes, børn børn børn."]));
    for (batch, doc) in (1..).zip(&docs) {
        put(&mut writer, &Doc { said: doc.said.iter().rev().take(9).cloned().collect(), ..doc.clone() });
        writer.commit(batch).expect("commit");
        put(&mut writer, doc);
    }
    writer.remove(&id(200)).expect("remove");
    writer.commit(99).expect("commit");
    assert_eq!(everything_of(&Index::open(homes[2].path()).expect("open")), at_once);
    writer.finish(100).expect("finish");
    assert_eq!(everything_of(&Index::open(homes[2].path()).expect("open")), at_once);
}

#[test]
fn replace_and_remove() {
    let home = tempfile::tempdir().expect("tempdir");
    let mut writer = Writer::open(home.path()).expect("open");
    put(&mut writer, &doc(1, &["Gammel sag.", "Gammel anden sag."]));
    put(&mut writer, &doc(2, &["En anden sag."]));
    writer.commit(1).expect("commit");
    let first = Index::open(home.path()).expect("open");
    put(&mut writer, &Doc { version: 2, ..doc(1, &["Ny sag."]) });
    writer.remove(&id(2)).expect("remove");
    writer.remove(&id(9)).expect("remove");
    assert_eq!(found(&Index::open(home.path()).expect("open"), &query("*")), ["1.1", "1.2", "2.1"]);
    writer.commit(2).expect("commit");
    let second = Index::open(home.path()).expect("open");
    let hits = results(&second, &query("*")).hits;
    assert_eq!(names(&hits), ["1.1"]);
    assert_eq!(hits[0].statement.id.to_string(), "be1a00000001.2.1");
    assert_eq!(hits[0].statement.text, "Ny sag.");
    assert_eq!(second.statements(), 1);
    assert_eq!(found(&first, &query("gammel")), ["1.1", "1.2"]);
}
