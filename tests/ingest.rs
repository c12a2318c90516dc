//! Taking documents in: again, changed, doubled, in old encodings; and what searches then find.

use serde_json::Value;

use crate::support::{Home, small_documents, text, utf_16, windows_1252};

/// The texts of the statements that a search finds.
fn found(home: &Home, args: &[&str]) -> Vec<String> {
    let run = home.run(&[&["search", "--json", "--limit", "1000"], args].concat());
    assert!(matches!(run.code, Some(0 | 1)), "{args:?}: {}", run.err);
    run.json().iter().map(|hit| text(&hit["statement"]["text"])).collect()
}

#[test]
fn the_same_bytes_change_nothing() {
    let home = Home::new();
    small_documents(&home.dir().join("docs"), 20);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["20 new, 0 changed", "0 unchanged"]);
    let before = (home.rows(), home.archive_bytes(), home.everything());
    assert!(before.0.iter().any(|(table, n)| table == "documents" && *n == 20), "{:?}", before.0);
    assert_eq!(before.2.out.lines().count(), 60);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["0 new, 0 changed, 0 read again, 20 unchanged"]);
    // Named one by one, and twice in one run, they are the same documents.
    let file = "home/docs/nyt-0003.txt";
    home.run(&["ingest", file, "home/docs/../docs/nyt-0003.txt", file]).exits(0).says(&["3 unchanged"]);
    assert_eq!((home.rows(), home.archive_bytes(), home.everything()), before);
}

#[test]
fn changed_bytes_make_a_version() {
    let home = Home::new();
    let old = "Fravær på Ærø\n\nSygefraværet på Ærø var 5,5 % i 2019. Cafeen er åben.\n";
    home.write("docs/nyt.txt", old);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["1 new"]);
    let id = home.id("docs/nyt.txt");
    home.write("docs/nyt.txt", old.replace("5,5 %", "4,5 %").replace("åben", "lukket"));
    home.run(&["ingest", "home/docs"]).exits(0).says(&["0 new, 1 changed"]);
    let version = |n: &str| home.run(&["show", &id, "--version", n, "--json"]).exits(0).one();
    let values = |shown: &Value| -> Vec<f64> {
        let statements = shown["statements"].as_array().into_iter().flatten();
        let claims = statements.flat_map(|s| s["claims"].as_array().into_iter().flatten());
        claims.filter_map(|c| c["value"].as_f64()).collect()
    };
    assert_eq!((values(&version("1")), values(&version("2"))), (vec![5.5], vec![4.5]));
    assert!(text(&version("1")["text"]).contains("åben"));
    let current = home.run(&["show", &id, "--json"]).exits(0).one();
    assert_eq!(
        (current["version"].as_u64(), current["versions"].as_array().map(Vec::len)),
        (Some(2), Some(2))
    );
    // Searches see the current version alone; the id of a statement names its version.
    assert_eq!(found(&home, &["åben"]), Vec::<String>::new());
    let hit = home.run(&["search", "lukket", "--json"]).exits(0).one();
    assert!(text(&hit["statement"]["id"]).starts_with(&format!("{id}.2.")), "{hit}");
    let old_statement = home.run(&["show", &format!("{id}.1.2"), "--json"]).exits(0).one();
    assert_eq!(old_statement["statements"][0]["claims"][0]["value"], 5.5);
    // What changed, in words and in claims.
    let diff = home.run(&["show", &id, "--diff", "1", "2", "--json"]).exits(0).one();
    let words: Vec<(String, bool)> = diff["words"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|w| (text(&w["change"]), text(&w["text"]).contains("åben")))
        .collect();
    assert_eq!(words, [("-".to_owned(), true), ("+".to_owned(), false)], "{diff}");
    assert_eq!(diff["claims"]["removed"][0]["value"], 5.5);
    assert_eq!(diff["claims"]["added"][0]["value"], 4.5);
    let printed = home.run(&["show", &id, "--diff", "1", "2"]).exits(0).out;
    let line = "~ 5,5 % → 4,5 % · sygefravær · 2019 · Ærø, no correction note";
    assert!(printed.lines().any(|l| l == line), "{line:?} is not in\n{printed}");
    // Back to the old bytes: a third version, since that is what the file held last.
    home.write("docs/nyt.txt", old);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["0 new, 1 changed"]);
    assert_eq!(home.run(&["show", &id, "--json"]).one()["version"], 3);
}

#[test]
fn equal_files_are_two_documents() {
    let home = Home::new();
    for name in ["a/brev.txt", "b/brev.txt"] {
        home.write(&format!("docs/{name}"), "Fraværet på Ærø var 4,5 % i 2020.\n");
    }
    home.run(&["ingest", "home/docs"]).exits(0).says(&["2 new"]);
    assert_ne!(home.id("docs/a/brev.txt"), home.id("docs/b/brev.txt"));
    assert_eq!(found(&home, &["fraværet"]).len(), 2);
}

#[test]
fn old_encodings_are_read() {
    let home = Home::new();
    let words = |name: &str| {
        format!(
            "Nyt om børnehandicap i {name}\n\nÆldrerådet på Ærø så på 4,5\u{a0}% af sagerne i caféen {name}.\n"
        )
    };
    home.write("docs/windows.txt", windows_1252(&words("vinduet")));
    home.write("docs/utf16.txt", utf_16(&words("seksten")));
    home.write("docs/bom.txt", [b"\xef\xbb\xbf", words("mærket").as_bytes()].concat());
    // Letters with loose accents become whole ones.
    home.write("docs/loose.txt", words("løse").replace('é', "e\u{301}").replace('å', "a\u{30a}"));
    let page = format!("<html><head><title>Nyt</title></head><body><p>{}</p></body></html>", words("siden"));
    home.write("docs/side.html", windows_1252(&page));
    home.run(&["ingest", "home/docs"]).exits(0).says(&["5 new"]);
    for word in ["ældrerådet", "ærø", "caféen", "\"på ærø så på\""] {
        assert_eq!(found(&home, &[word]).len(), 5, "{word}");
    }
    for word in ["vinduet", "seksten", "mærket", "løse", "siden"] {
        assert!(!found(&home, &[word]).is_empty(), "{word}");
    }
    assert_eq!(found(&home, &["ældrerådet", "--rate", "4,5"]).len(), 5);
}

#[test]
fn words_are_found_in_their_forms() {
    let home = Home::new();
    let sentences = "Omgørelserne på børnehandicapområdet fylder mest.\n\n\
                     Hver sagsbehandler har 40 sager.\n\n\
                     Kommunen holder åbent hus på rådhuset.\n";
    home.write("docs/a.txt", sentences);
    home.run(&["ingest", "home/docs"]).exits(0);
    for (query, words) in [
        ("boernehandicap", Some("børnehandicapområdet")),
        ("børnehandicapområdets", Some("børnehandicapområdet")),
        ("BØRNEHANDICAP", Some("børnehandicapområdet")),
        ("sagsbehandlere", Some("sagsbehandler")),
        ("raadhus", Some("rådhuset")),
        ("\"åbent hus\"", Some("åbent hus")),
        ("\"hus åbent\"", None),
        ("kommunen -rådhuset", None),
        ("omgør*", Some("Omgørelserne")),
        ("findesikke OR sagsbehandler", Some("sagsbehandler")),
        ("sagsbehandler rådhuset", None),
    ] {
        let got = found(&home, &[query]);
        match words {
            Some(words) => assert!(got.len() == 1 && got[0].contains(words), "{query}: {got:?}"),
            None => assert!(got.is_empty(), "{query}: {got:?}"),
        }
    }
}

#[test]
fn filters_meet_in_one_claim() {
    let home = Home::new();
    let sentence = "Andelen af omgjorte sager i Odense gik fra 45 % i 2016 til 28,9 % i 2017.";
    home.write("docs/a.txt", format!("Omgjorte sager\n\n{sentence}\n"));
    home.run(&["ingest", "home/docs"]).exits(0);
    for (filters, is_found) in [
        (&["--year", "2017", "--rate", "20..30"][..], true),
        (&["--year", "2016", "--rate", "20..30"], false),
        (&["--year", "2016", "--rate", "45"], true),
        (&["--year", "2017", "--rate", "45"], false),
        (&["--year", "2016..2017", "--rate", "..30"], true),
        (&["--year", "2018..", "--rate", "20..30"], false),
        (&["--year", "2017", "--rate", "20..30", "--place", "Odense"], true),
        (&["--year", "2017", "--rate", "20..30", "--place", "Ærø"], false),
        (&["--year", "2017", "--unit", "permille"], false),
        (&["--year", "2017", "--measure", "omgørelsesprocent", "--unit", "percent"], true),
        (&["--year", "2017", "--measure", "sygefravær"], false),
    ] {
        let got = found(&home, &[&["*"], filters].concat());
        assert_eq!(got.len(), usize::from(is_found), "{filters:?}: {got:?}");
    }
}

#[test]
fn kommuner_in_brackets_have_their_own_values() {
    let home = Home::new();
    let cases = [
        ("a", "I 2020 var omgørelsesprocenten lavest i to kommuner (Odense 31,5 pct. og Svendborg 36 pct.)."),
        ("b", "I 2020 var omgørelsesprocenten 31,5 pct. (Odense) og 36 pct. (Svendborg)."),
    ];
    for (name, sentence) in cases {
        home.write(&format!("docs/{name}.txt"), format!("Referat af møde i Socialudvalget\n\n{sentence}\n"));
    }
    home.run(&["ingest", "home/docs", "--kind", "minutes", "--place", "Ærø"]).exits(0);
    let mut wrong = Vec::new();
    for (name, sentence) in cases {
        let shown = home.run(&["show", &format!("home:docs/{name}.txt"), "--json"]).exits(0).one();
        let statements = shown["statements"].as_array().expect("a list");
        let statement = statements.iter().find(|s| s["text"] == sentence).expect("the sentence");
        let claims = statement["claims"].as_array().expect("a list");
        let got: Vec<(f64, String)> = claims
            .iter()
            .filter(|c| c["unit"] != "count")
            .map(|c| (c["value"].as_f64().expect("a value"), text(&c["place"])))
            .collect();
        if got != [(31.5, "461".to_owned()), (36.0, "479".to_owned())] {
            wrong.push(format!("{sentence} {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_home_does_not_take_itself_in() {
    let home = Home::new();
    home.write("docs/nyt.txt", "Fraværet på Ærø var 4,5 % i 2020.\n");
    home.run(&["ingest", "home"]).exits(0).says(&["1 new"]);
    // Now there are an archive, a catalog and an index in the folder.
    home.run(&["ingest", "home"]).exits(0).says(&["0 new, 0 changed, 0 read again, 1 unchanged"]);
    assert_eq!(home.run(&["status", "--json"]).one()["documents"], 1);
}

#[test]
fn two_files_of_one_address_do_not_take_turns() {
    let home = Home::new();
    for (name, rate) in [("a", "4,5"), ("b", "5,5")] {
        home.write(&format!("docs/{name}.txt"), format!("Fraværet på Ærø var {rate} % i 2020.\n"));
        home.write(&format!("docs/{name}.txt.toml"), "url = \"https://a.example/fravær\"\n");
    }
    let first = home.run(&["ingest", "home/docs"]);
    let (rows, bytes) = (home.rows(), home.archive_bytes());
    let second = home.run(&["ingest", "home/docs"]);
    assert_eq!(home.archive_bytes(), bytes, "a second run makes the archive grow: {}", second.err);
    assert_eq!((home.rows(), second.code), (rows, first.code));
    // One of the two is not in the index; nobody would know without being told.
    assert!(first.err.contains("b.txt"), "{}", first.err);
}

#[cfg(unix)]
#[test]
fn names_that_are_no_text_are_names_all_the_same() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let folder = home.write("docs/nyt.txt", "Fraværet på Ærø var 3,5 % i 2020.\n").with_file_name("");
    // "æ.txt" and "ø.txt" as an old file server wrote them.
    for (name, rate) in [(b"\xe6.txt", "4,5"), (b"\xf8.txt", "5,5")] {
        let text = format!("Fraværet på Ærø var {rate} % i 2020.\n");
        fs_err::write(folder.join(OsStr::from_bytes(name)), text).expect("a file");
    }
    home.run(&["ingest", "home/docs"]).exits(0).says(&["3 new, 0 changed"]);
    home.run(&["ingest", "home/docs"]).exits(0).says(&["3 unchanged"]);
    for rate in ["3,5", "4,5", "5,5"] {
        assert_eq!(found(&home, &["fraværet", "--rate", rate]).len(), 1, "{rate}");
    }
}
