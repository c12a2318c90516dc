//! Which statements a query finds, in which tier, and which of their words it points at.

use std::collections::BTreeMap;

use belaeg_index::analysis::{synonyms, words};
use belaeg_index::{Index, Query, Search, Tiers, Words, Writer};
use belaeg_model::{ByteSpan, Kind};
use proptest::prelude::*;

use crate::support::{Doc, built, doc, found, id, place, put, query, results, said};

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
    let mut second = doc(2, &["Planen blev vedtaget.", "Planen koster 3 mio. kr."]);
    second.said[1].item = Some("7. Tilsynsbesøg på plejehjem");
    docs.push(Doc {
        title: "Handleplan for ældreområdet",
        place: Some(place("Aarhus")),
        kind: Some(Kind::Minutes),
        sources: vec!["aarhus-Referater".to_owned()],
        ..second
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
        ("børnehandicap", &[1, 9, 10]),
        ("boernehandicap", &[1, 9, 10]),
        ("BØRNEHANDICAPOMRÅDETS", &[1]),
        ("børne\u{ad}handicap", &[1, 9, 10]),
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
        ("procent", &[1, 6, 15]),
        ("%", &[1, 6, 15]),
        ("13.244", &[7]),
        ("2017/18", &[6]),
        ("2017", &[]),
        ("børn unge", &[9, 10, 11]),
        ("\"børn og unge\"", &[9]),
        ("„børn og unge”", &[9]),
        ("\"og unge\"", &[9, 10]),
        ("\"unge og børn\"", &[]),
        ("\"børn og unge\" otte", &[9]),
        ("handicap -klager", &[1, 9]),
        ("handicap -\"otte måneder\"", &[1, 10]),
        ("-handicap -sag", &[3, 4, 5, 6, 8, 11, 13, 14, 15, 21, 22]),
        // The title of document 1 has the word.
        ("-udvalget", &[21, 22]),
        ("café OR cykelsti", &[5, 8]),
        ("café OR cykelsti skole", &[5]),
        ("afslag", &[12, 13]),
        ("hjælpemid*", &[13, 14]),
        ("hjælpemiddel", &[13, 14]),
        ("hjælpemid", &[]),
        ("ung*", &[9, 10, 11]),
        ("ung", &[9, 10, 11]),
        ("børne- og", &[1, 9, 10, 11]),
        // About, title, place and the heading of the item find a statement, but the last three not alone.
        ("omgørelsesprocent", &[1, 15]),
        ("omgørelsesprocenten kvaliteten", &[15]),
        ("ældreområdet", &[]),
        ("planen tilsyn", &[22]),
        ("planen \"tilsynsbesøg på plejehjem\"", &[22]),
        ("tilsynsbesøg aarhus", &[]),
        ("planen -plejehjem", &[21]),
        ("handleplan planen", &[21, 22]),
        ("planen aarhus kommune", &[21, 22]),
        ("planen odense", &[]),
        ("\"aarhus kommune\" planen", &[21, 22]),
        ("\"ældreområdet aarhus\" planen", &[]),
        ("planen -ældreområdet", &[]),
        ("skole planen", &[]),
        ("findesikke", &[]),
        // Numbers are found however they are written.
        ("13244", &[7]),
        ("13\u{a0}244", &[7]),
        ("28.9", &[1]),
        ("\"28,90 procent\"", &[1]),
        ("4,2 pct.", &[6]),
        // Groups, in any language.
        ("(café OR cykelsti) -skole", &[8]),
        ("café ELLER (skole IKKE cykelsti)", &[4, 8]),
        ("unge (otte OR klager) NOT otte", &[10]),
        ("-(børn OR sag OR skole OR procent OR gjort OR café OR afslag)", &[3, 14, 15, 21, 22]),
        // Misspelt, where nothing is spelt so; or where a ~ asks for it.
        ("cykellsti", &[5]),
        ("kvaltietten", &[15]),
        ("klager", &[10]),
        ("klager~", &[10]),
        ("børm~", &[9, 10]),
        // Fields.
        ("kommune:aarhus", &[21, 22]),
        ("planen sted:\"region midtjylland\"", &[21, 22]),
        ("planen sted:6-byerne", &[21, 22]),
        ("planen region:\"region syddanmark\"", &[]),
        ("type:referat vedtaget", &[21]),
        ("vedtaget OR kommune:vejle", &[21]),
        ("-type:nyhed", &[21, 22]),
        ("kilde:odense.dk café", &[8]),
        ("kilde:www.odense.dk café", &[8]),
        ("kilde:aarhus.dk café", &[]),
        ("kilde:aarhus-referater", &[21, 22]),
        ("kilde:Aarhus-Referater planen", &[21, 22]),
    ];
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, want)| (text, numbers(&found(&index, &query(text))), want))
        .filter(|(_, found, want)| found != *want)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(found(&index, &query("kind:minutes")), ["2.1", "2.2"]);
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
fn a_compound_and_its_parts_find_each_other_behind_the_word_itself() {
    let home = tempfile::tempdir().expect("tempdir");
    let texts = [
        "Fraværet i skolen er steget.",
        "Skolefravær er et problem.",
        "Skolefraværet er højt.",
        "Behandlingstiden for sager er kort.",
        "Sagsbehandlingstiden er otte uger.",
        "Handicap blandt børn.",
        "Børnehandicapområdet har få sager.",
        "Skolen er god.",
        "Elevfraværet er lavt.",
    ];
    let index = built(home.path(), &[doc(1, &texts)]);
    let cases: &[(&str, &str, &[&str])] = &[
        ("exact,stem,synonym,compound,fuzzy", "skolefravær", &["1.2", "1.3", "1.9", "1.1"]),
        ("exact,stem,compound", "skolefravær", &["1.2", "1.3", "1.1"]),
        ("exact,stem", "skolefravær", &["1.2", "1.3"]),
        ("exact", "skolefravær", &["1.2"]),
        ("stem", "skolefravær", &["1.3", "1.2"]),
        ("compound", "skolefravær", &["1.1", "1.2", "1.3"]),
        ("compound", "sagsbehandlingstid", &["1.4", "1.5"]),
        ("exact,compound", "behandlingstid", &["1.4", "1.5"]),
        ("exact,stem,compound", "fravær skole", &["1.1", "1.2", "1.3"]),
        ("exact,stem", "fravær skole", &["1.1"]),
        ("exact,stem,compound", "barn", &["1.6", "1.7"]),
        ("exact", "børnehandicap", &[]),
        ("compound", "børnehandicap", &["1.6", "1.7"]),
        ("fuzzy", "skolefraver", &["1.2"]),
        ("exact,stem,synonym,compound", "skolefraver", &[]),
    ];
    for (tiers, text, want) in cases {
        let tiers: Tiers = tiers.parse().expect("tiers");
        assert_eq!(found(&index, &Search { tiers, ..query(text) }), *want, "{text} {tiers:?}");
    }
    assert!("exact,alle".parse::<Tiers>().is_err_and(|e| e.contains("alle") && e.contains("compound")));
}

#[test]
fn where_few_statements_have_all_words_most_are_enough() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let cases: &[(&str, &[u32])] = &[
        ("café cykelsti penge", &[]),
        ("skolerne penge cykelsti", &[4, 5]),
        ("cykelsti café", &[5, 8]),
        // One has all, which is few: those with half follow.
        ("skole cykelsti", &[4, 5]),
        // What is excluded, filtered or in a phrase is not given up.
        ("cykelsti café -skole", &[8]),
        ("cykelsti café kommune:vejle", &[]),
        ("cykelsti café (kommune:vejle OR type:minutes)", &[]),
        ("cykelsti -(skole café)", &[5]),
    ];
    for (text, want) in cases {
        let most = Search { words: Words::Most, ..query(text) };
        assert_eq!(numbers(&found(&index, &most)), *want, "{text}");
    }
    let most = Search { words: Words::Most, ..query("skole cykelsti") };
    assert_eq!(found(&index, &most)[0], found(&index, &query("skole cykelsti"))[0]);
    let texts: Vec<String> =
        (0..11).map(|i| format!("Ny skole, ny cykelsti {i}")).chain(["En skole".into()]).collect();
    let enough =
        built(&home.path().join("enough"), &[doc(1, &texts.iter().map(String::as_str).collect::<Vec<_>>())]);
    assert_eq!(results(&enough, &most).total, 11);
    assert_eq!(found(&index, &query("cykelsti café")), [] as [&str; 0]);
    let small =
        [("hvor er der en cykelsti i det", &[5][..]), ("i det", &[]), ("\"får en\" og cykelsti", &[5])];
    for (text, want) in small {
        assert_eq!(numbers(&found(&index, &query(text))), *want, "{text}");
    }
}

#[test]
fn alternatives_and_exclusions() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let cases: &[(&str, &[u32])] = &[
        // Words of the title alone find nothing, whatever stands beside them.
        ("handleplan ældreområdet", &[]),
        ("(type:minutes OR kommune:vejle) handleplan ældreområdet", &[]),
        ("28,9* OR (1)* OR ⑴*", &[1]),
        // What a filter or an exclusion lets pass need not be found by a word too.
        ("(cykelsti OR type:minutes) (penge OR type:minutes)", &[21, 22]),
        ("(-handicap OR otte) (-sag OR unge)", &[3, 4, 5, 6, 8, 9, 11, 13, 14, 15, 21, 22]),
        // A compound that it is a part of is another word: in the text, in the title and in the name of a measure.
        ("-område -procent", &[2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 21, 22]),
        ("planen område", &[21, 22]),
        ("planen \"område\"", &[]),
    ];
    for (text, want) in cases {
        assert_eq!(numbers(&found(&index, &query(text))), *want, "{text}");
    }
}

#[test]
fn of_many_misspelt_words_some_are_guessed() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let misspelt: Vec<String> = (0..200).map(|i| format!("cykelst{}", "x".repeat(i % 90))).collect();
    assert!(found(&index, &query(&misspelt.join(" "))).is_empty());
    assert_eq!(found(&index, &query("cykellsti cykeelsti")), ["1.5"]);
}

#[test]
fn a_beginning_reaches_all_longer_words() {
    let home = tempfile::tempdir().expect("tempdir");
    let texts: Vec<String> = (0..1100).map(|i| format!("kommune{}{i:04}", "x".repeat(i % 2))).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let index = built(home.path(), &[doc(1, &texts[..600]), doc(2, &texts[600..])]);
    let all = Search { limit: 2000, ..query("kommune*") };
    let results = results(&index, &all);
    assert_eq!(results.total, 1100);
    assert!(found(&index, &query("* -kommune*")).is_empty());
}

/// A nearer word that nothing says any more, though it still lies in the files, does not take a place among the fifty.
#[test]
fn a_word_that_was_taken_out_is_not_reached() {
    let home = tempfile::tempdir().expect("tempdir");
    let words: Vec<String> = (0..50_u8)
        .map(|i| format!("cykelst{}{}n", char::from(b'j' + i % 10), char::from(b'j' + i / 10)))
        .collect();
    let mut writer = Writer::open(home.path()).expect("open");
    put(&mut writer, &doc(1, &["cykelstiem"]));
    put(&mut writer, &doc(2, &words.iter().map(String::as_str).collect::<Vec<_>>()));
    writer.commit(1).expect("commit");
    writer.remove(&id(1)).expect("remove");
    writer.commit(2).expect("commit");
    let index = Index::open(home.path()).expect("open");
    assert_eq!(results(&index, &query("cykelstien~")).total, 50);
}

#[test]
fn highlights_are_the_words_that_were_found() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let cases: &[(&str, &[&str])] = &[
        ("børnehandicap", &["børnehandicapområdet"]),
        ("sagsbehandlingstid OR cykelsti", &["cykelsti"]),
        ("psykolog", &["ungepsykologer"]),
        ("børnehandicap otte", &["Børn", "handicap", "otte"]),
        ("cykelstti", &["cykelsti"]),
        ("gennem*", &["gennem-\ngået"]),
        ("børnehandicap 28,9%", &["børnehandicapområdet", "28,9", "%"]),
        ("procent omgjort", &["%", "omgjort"]),
        ("gennemgået århus", &["Århus", "gennem-\ngået"]),
        ("opgjort", &["op\u{ad}gjort"]),
        ("\"børn og unge\" venter", &["Børn", "og", "unge", "venter"]),
        ("\"og unge\" klager", &["og", "unge", "klager"]),
        ("otte OR klage \"handicap venter\"", &["handicap", "venter", "otte"]),
        ("café -cykelsti", &["café"]),
        ("kvaliteten omgørelsesprocent", &["Kvaliteten"]),
        ("Sagsbehandlerne sag", &["Sagsbehandlerne", "sager"]),
    ];
    for (text, want) in cases {
        let results = results(&index, &query(text));
        let statement = &results.hits[0].statement;
        let words: Vec<&str> =
            statement.highlights.iter().map(|s| s.get(&statement.text).expect("on boundaries")).collect();
        assert_eq!(words, *want, "{text:?}");
    }
    assert!(results(&index, &query("*")).hits.iter().all(|h| h.statement.highlights.is_empty()));
}

/// Words in each relation to each other: forms, synonyms, compounds and their parts.
const VOCABULARY: [&str; 16] = [
    "skole",
    "skolerne",
    "fravær",
    "skolefraværet",
    "børn",
    "barnet",
    "handicap",
    "børnehandicapområdet",
    "område",
    "sagsbehandlingstid",
    "tiden",
    "sager",
    "behandling",
    "procent",
    "pct.",
    "æblegrød",
];

/// Whether a word of the query finds a statement by its own text.
fn finds(word: &str, text: &str) -> bool {
    let word = words(word).remove(0).1;
    let said = words(text);
    let has = |stem: &str| said.iter().any(|(_, f)| f.stem == stem || f.parts.contains(&stem));
    let as_part = said.iter().any(|(_, f)| f.parts.contains(&word.stem.as_str()));
    let by_parts = !word.parts.is_empty() && word.parts.iter().all(|part| has(part));
    let by_synonym = said.iter().any(|(_, f)| synonyms(&word.stem).contains(&f.stem));
    said.iter().any(|(_, f)| f.stem == word.stem) || as_part || by_parts || by_synonym
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    /// Enough statements that lists are read in several blocks, in several segments, one with a title that counts.
    #[test]
    fn words_find_together_what_each_finds(
        texts in proptest::collection::vec(proptest::collection::vec(0..VOCABULARY.len() + 20, 0..5), 600..900),
        asked in proptest::collection::vec(proptest::collection::vec(0..VOCABULARY.len(), 1..4), 12),
    ) {
        let word = |at: &usize| VOCABULARY.get(*at).copied().unwrap_or("noget");
        let texts: Vec<String> =
            texts.iter().map(|at| at.iter().map(word).collect::<Vec<_>>().join(" ")).collect();
        let halves = texts.split_at(texts.len() / 3);
        let docs: Vec<Doc> = [halves.0, halves.1]
            .into_iter()
            .zip([("", 1), ("Skolernes sager", 2)])
            .map(|(texts, (title, number))| {
                let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
                Doc { title, place: None, ..doc(number, &texts) }
            })
            .collect();
        let home = tempfile::tempdir().expect("tempdir");
        let index = built(home.path(), &docs);
        for asked in asked {
            let mut asked: Vec<&str> = asked.iter().map(word).collect();
            asked.sort_unstable();
            asked.dedup();
            let scores = |words: &str| -> BTreeMap<String, f32> {
                let hits = results(&index, &query(words)).hits;
                hits.iter().map(|hit| (hit.statement.id.to_string(), hit.score)).collect()
            };
            let each: Vec<BTreeMap<String, f32>> = asked.iter().map(|word| scores(word)).collect();
            let together = scores(&asked.join(" "));
            for (doc, said) in docs.iter().flat_map(|doc| doc.said.iter().zip(1..).map(move |said| (doc, said))) {
                let id = format!("{}.1.{}", doc.id, said.1);
                let text = said.0.text.as_str();
                let own: Vec<bool> = asked.iter().map(|word| finds(word, text)).collect();
                // A title counts by stem alone.
                let title = words(doc.title);
                let by_title = |word: &&str| title.iter().any(|(_, f)| f.stem == words(word)[0].1.stem);
                let all = asked.iter().zip(&own).all(|(word, own)| *own || by_title(word));
                prop_assert_eq!(together.contains_key(&id), all && own.contains(&true), "{:?} in {:?}", asked, text);
                for (scores, own) in each.iter().zip(&own) {
                    prop_assert_eq!(scores.contains_key(&id), *own, "one of {:?} in {:?}", asked, text);
                }
                if own.iter().all(|own| *own) {
                    let sum: f32 = each.iter().map(|scores| scores[&id]).sum();
                    prop_assert_eq!(together[&id], sum, "score of {:?} in {:?}", asked, text);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_query_is_answered(
        text in "([-\"*~()„% ]|OR |NOT |børn|sager|Århus|skolefravær|å|\u{30a}|28,9|handicap|a|-|år:2017 |sats:>5 )*|\\PC*",
        offset in 0..20_usize,
    ) {
        thread_local!(static INDEX: (tempfile::TempDir, Index) = {
            let home = tempfile::tempdir().expect("tempdir");
            let index = index(home.path());
            (home, index)
        });
        let Ok(asked) = text.parse::<Query>() else { return Ok(()) };
        INDEX.with(|(_, index)| {
            let search = Search { query: asked, limit: 1000, ..Search::default() };
            let all = results(index, &search);
            prop_assert_eq!(all.total, all.hits.len());
            let from = results(index, &Search { offset, ..search });
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
