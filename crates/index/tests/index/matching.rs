//! Which statements a query finds, in which tier, and which of their words it points at.

use belaeg_index::{Index, MAX_WORDS, Search};
use belaeg_model::{ByteSpan, Kind};
use proptest::prelude::*;

use crate::support::{Doc, built, doc, found, place, query, results, said};

const TEXTS: [&str; 15] = [
    /* 1 */ "På børnehandicapområdet blev 28,9\u{a0}% af sagerne omgjort.",
    /* 2 */ "Sagsbehandlerne har for mange sager, siger udvalget.",
    /* 3 */ "En sagsbehandler fik medhold i Ankestyrelsen.",
    /* 4 */ "Skolerne i kommunen får flere penge.",
    /* 5 */ "Hver skole får en ny cykelsti.",
    /* 6 */ "Sygefraværet faldt til 4,2 procent i 2017/18.",
    /* 7 */ "Udvalget behandlede 13.244 sager om merudgifter.",
    /* 8 */ "Idéen om en café i Århus blev gennem-\ngået.",
    /* 9 */ "Børn og unge med handicap venter i otte måneder.",
    /* 10 */ "Børn venter, og unge med handicap klager.",
    /* 11 */ "Flere børne- og ungepsykologer er ansat.",
    /* 12 */ "Der blev givet afslag i hver tredje sag.",
    /* 13 */ "Afslaget på hjælpemidler var forkert.",
    /* 14 */ "Hjælpemiddelområdet blev op\u{ad}gjort igen.",
    /* 15 */ "Kvaliteten er steget.",
];

fn index(dir: &std::path::Path) -> Index {
    let mut docs = vec![doc(1, &TEXTS)];
    let mut said_15 = said(TEXTS[14]);
    said_15.about = "omgørelsesprocent";
    docs[0].said[14] = said_15;
    docs.push(Doc {
        title: "Handleplan for ældreområdet",
        place: Some(place("Aarhus")),
        kind: Some(Kind::Minutes),
        ..doc(2, &["Planen blev vedtaget.", "Planen koster 3 mio. kr."])
    });
    built(dir, &docs)
}

/// Statements as numbers: those of document 1 as they are, those of document 2 from 21.
fn numbers(names: &[String]) -> Vec<u32> {
    let number = |name: &String| -> u32 {
        let (doc, ordinal) = name.split_once('.').expect("a dot");
        let ordinal: u32 = ordinal.parse().expect("a number");
        if doc == "1" { ordinal } else { 20 + ordinal }
    };
    let mut all: Vec<u32> = names.iter().map(number).collect();
    all.sort_unstable();
    all
}

#[test]
fn queries_find_statements() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let everything: Vec<u32> = (1..=15).chain(21..=22).collect();
    let cases: &[(&str, &[u32])] = &[
        ("", &everything),
        ("*", &everything),
        ("!!!", &[]),
        ("()", &[]),
        ("børnehandicap", &[1]),
        ("boernehandicap", &[1]),
        ("BØRNEHANDICAPOMRÅDETS", &[1]),
        ("børne\u{ad}handicap", &[1]),
        ("sagsbehandlere", &[2, 3]),
        ("sagsbehandler", &[2, 3]),
        ("\"sagsbehandler\"", &[3]),
        ("skolerne", &[4, 5]),
        ("skole", &[4, 5]),
        ("aarhus café", &[8]),
        ("Århus idéen", &[8]),
        ("ide aarhus", &[8]),
        ("gennemgået", &[8]),
        ("opgjort", &[14]),
        ("28,9", &[1]),
        ("28,9%", &[1]),
        ("28,9 pct.", &[1]),
        ("procent", &[1, 6]),
        ("%", &[1, 6]),
        ("13.244", &[7]),
        ("2017/18", &[6]),
        ("2017", &[]),
        ("børn unge", &[9, 10]),
        ("\"børn og unge\"", &[9]),
        ("„børn og unge”", &[9]),
        ("\"og unge\"", &[9, 10]),
        ("\"unge og børn\"", &[]),
        ("\"børn og unge\" otte", &[9]),
        ("handicap -klager", &[9]),
        ("handicap -\"otte måneder\"", &[10]),
        ("-handicap -sag", &[3, 4, 5, 6, 8, 11, 13, 14, 15, 21, 22]),
        // The title of document 1 has the word.
        ("-udvalget", &[21, 22]),
        ("café OR cykelsti", &[5, 8]),
        ("café OR cykelsti skole", &[5]),
        ("afslag", &[12, 13]),
        ("hjælpemid*", &[13, 14]),
        ("hjælpemid", &[13, 14]),
        ("ung*", &[9, 10, 11]),
        ("ung", &[9, 10]),
        ("børne- og", &[9, 10, 11]),
        // About, title and place find a statement, but the last two not alone.
        ("omgørelsesprocent", &[15]),
        ("omgørelsesprocenten kvaliteten", &[15]),
        ("ældreområdet", &[]),
        ("handleplan planen", &[21, 22]),
        ("planen aarhus kommune", &[21, 22]),
        ("planen odense", &[]),
        ("\"aarhus kommune\" planen", &[21, 22]),
        ("\"ældreområdet aarhus\" planen", &[]),
        ("planen -ældreområdet", &[]),
        ("skole planen", &[]),
        ("findesikke", &[]),
    ];
    for (text, want) in cases {
        assert_eq!(numbers(&found(&index, &query(text))), *want, "{text:?}");
    }
    let minutes = Search { kind: Some(Kind::Minutes), ..query("*") };
    assert_eq!(found(&index, &minutes), ["2.1", "2.2"]);
}

#[test]
fn as_written_comes_before_stem_before_beginning_whatever_the_length() {
    let home = tempfile::tempdir().expect("tempdir");
    let long = format!("afslag {}", "ord ".repeat(200));
    let texts = [
        "Afslagsprocenten.",
        "Afslaget afslaget afslaget.",
        long.as_str(),
        "Intet af det.",
        "Afslag.",
        "Afslagsbreve sendes.",
    ];
    let mut docs = [doc(1, &texts)];
    docs[0].said[3].about = "afslag";
    let index = built(home.path(), &docs);
    let in_order = found(&index, &query("afslag"));
    assert_eq!(in_order, ["1.5", "1.3", "1.2", "1.4", "1.1", "1.6"]);
}

#[test]
fn more_words_than_the_limit_are_not_looked_at() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = built(home.path(), &[doc(1, &["En ko og en hest."])]);
    let within = "ko ".repeat(MAX_WORDS - 1) + "gris";
    assert!(found(&index, &query(&within)).is_empty());
    let beyond = "ko ".repeat(MAX_WORDS) + "gris";
    assert_eq!(found(&index, &query(&beyond)), ["1.1"]);
    assert_eq!(found(&index, &query(&"ko ".repeat(10_000))), ["1.1"]);
    assert_eq!(found(&index, &query(&("(".repeat(64) + "ko" + &")".repeat(64)))), ["1.1"]);
}

#[test]
fn a_beginning_reaches_a_thousand_words_the_shortest_first() {
    let home = tempfile::tempdir().expect("tempdir");
    let texts: Vec<String> = (0..1100).map(|i| format!("kommune{}{i:04}", "x".repeat(i % 2))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let index = built(home.path(), &[doc(1, &texts[..600]), doc(2, &texts[600..])]);
    let all = Search { limit: 2000, ..query("kommune") };
    let results = results(&index, &all);
    assert_eq!(results.total, 1000);
    let short = results.hits.iter().filter(|h| !h.statement.text.contains('x')).count();
    assert_eq!(short, 550);
}

#[test]
fn highlights_are_the_words_that_were_found() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let cases: &[(&str, &[&str])] = &[
        ("børnehandicap", &["børnehandicapområdet"]),
        ("børnehandicap 28,9%", &["børnehandicapområdet", "28,9", "%"]),
        ("procent omgjort", &["%", "omgjort"]),
        ("gennemgået århus", &["Århus", "gennem-\ngået"]),
        ("opgjort", &["op\u{ad}gjort"]),
        ("\"børn og unge\" med", &["Børn", "og", "unge", "med"]),
        ("\"og unge\" klager", &["og", "unge", "klager"]),
        ("otte OR klage \"handicap venter\"", &["handicap", "venter", "otte"]),
        ("café -cykelsti", &["café"]),
        ("kvaliteten omgørelsesprocent", &["Kvaliteten"]),
        ("Sagsbehandlerne sag", &["Sagsbehandlerne", "sager"]),
    ];
    for (text, want) in cases {
        let results = results(&index, &query(text));
        assert_eq!(results.total, 1, "{text:?}");
        let statement = &results.hits[0].statement;
        let words: Vec<&str> =
            statement.highlights.iter().map(|s| s.get(&statement.text).expect("on boundaries")).collect();
        assert_eq!(words, *want, "{text:?}");
    }
    assert!(results(&index, &query("*")).hits.iter().all(|h| h.statement.highlights.is_empty()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_query_is_answered(
        text in "([-\"*()„% ]|OR|børn|sager|Århus|å|\u{30a}|28,9|handicap|a|-)*|\\PC*",
        offset in 0..20_usize,
    ) {
        thread_local!(static INDEX: (tempfile::TempDir, Index) = {
            let home = tempfile::tempdir().expect("tempdir");
            let index = index(home.path());
            (home, index)
        });
        INDEX.with(|(_, index)| {
            let all = results(index, &query(&text));
            prop_assert_eq!(all.total, all.hits.len());
            let from = results(index, &Search { offset, ..query(&text) });
            prop_assert_eq!(&from.hits[..], &all.hits[offset.min(all.total)..]);
            for hit in &all.hits {
                check_highlights(&hit.statement.text, &hit.statement.highlights)?;
            }
            Ok(())
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_found_by_its_words(
        texts in proptest::collection::vec("(børn|ÆØÅ|é|28,9|\u{ad}|-\n|\u{a0}| |%|\u{30a}|x)*|\\PC*", 1..12)
    ) {
        let home = tempfile::tempdir().expect("tempdir");
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let index = built(home.path(), &[doc(1, &texts)]);
        let all = results(&index, &query("*"));
        prop_assert_eq!(all.total, texts.len());
        for hit in all.hits {
            prop_assert_eq!(&hit.statement.text, texts[hit.statement.id.ordinal as usize - 1]);
            for token in belaeg_index::analysis::tokens(&hit.statement.text).into_iter().take(5) {
                let word = token.span.get(&hit.statement.text).expect("on boundaries");
                let quoted = results(&index, &query(&format!("\"{word}\"")));
                let this = quoted.hits.iter().find(|h| h.statement.id == hit.statement.id);
                prop_assert!(this.is_some(), "{:?} of {:?}", word, hit.statement.text);
                let highlights = &this.expect("found").statement.highlights;
                prop_assert!(highlights.contains(&token.span), "{:?} in {:?}", word, highlights);
                check_highlights(&hit.statement.text, highlights)?;
            }
        }
    }
}

fn check_highlights(text: &str, highlights: &[ByteSpan]) -> Result<(), TestCaseError> {
    let mut last = 0;
    for span in highlights {
        prop_assert!(span.get(text).is_some_and(|word| !word.is_empty()));
        prop_assert!(span.start >= last);
        last = span.end;
    }
    Ok(())
}
