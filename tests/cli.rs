//! The command line is a contract: help, exit codes, messages, the keys of every JSON line.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};

use expect_test::expect_file;
use serde_json::Value;

use crate::support::{
    Home, bash, belaeg, belaeg_with, belaeg_within, keys, pdf, pdf_line, program, small_documents, text,
};

/// A home with two documents: one with rates and counts, one with a heading alone.
fn small_home() -> Home {
    let home = Home::new();
    home.write(
        "docs/nyt.txt",
        "Sygefraværet falder på Ærø\n\nSygefraværet i Ærø\u{a0}Kommune var 4,5 % i 2020 mod 5,25 % i 2019. \
         Der kom 90 klager i 2020, og 26 ud af 40 blev afvist. Fødselstallet var 8,9 børn pr. 1.000 indbyggere. \
         Mellem 10 og 15 procent af caféerne har lukket. Andelen med to job er 250 %.\n",
    );
    home.write("docs/nyt.txt.toml", "place = \"492\"\nkind = \"news\"\npublished = \"2021-02-03\"\n");
    home.write("docs/kort.txt", "Åbent hus i børnehaven\n\nMødet er åbent for alle.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    home
}

#[test]
fn help() {
    let dir = tempfile::tempdir().expect("a folder");
    let help = belaeg(dir.path(), &["--help"]).exits(0);
    expect_file!["data/help.txt"].assert_eq(&help.out);
    let search = belaeg(dir.path(), &["search", "--help"]).exits(0);
    expect_file!["data/help-search.txt"].assert_eq(&search.out);
}

#[test]
fn errors_say_what_and_what_to_do() {
    let home = small_home();
    home.write("../other/note.txt", "Ingen hjem her.\n");
    let id = home.id("docs/nyt.txt");
    let cases: &[(&[&str], i32, &[&str])] = &[
        (&["search", "x"], 2, &["is no belaeg home", "belaeg init"]),
        (&["--home", "other", "status"], 2, &["other", "is no belaeg home", "belaeg init other"]),
        (&["--home", "other/note.txt", "status"], 2, &["note.txt", "is a file"]),
        (&["--home", "home", "ingest", "/no/such/file.txt"], 2, &["/no/such/file.txt", "unreadable"]),
        (&["--home", "home", "ingest"], 2, &["required"]),
        (&["--home", "home", "ingest", "home/docs", "--url", "https://a.example/"], 2, &["--url", "sidecar"]),
        (&["--home", "home", "ingest", "home/docs", "--published", "2020-13-01"], 2, &["2020-13-01"]),
        (&["--home", "home", "search", "x", "--place", "odnse"], 2, &["odnse", "did you mean Odense"]),
        (&["--home", "home", "search", "x", "--year", "2020..2016"], 2, &["backwards", "lower end first"]),
        (&["--home", "home", "search", "x", "--year", "tyve"], 2, &["tyve", "2016..2020"]),
        (&["--home", "home", "search", "x", "--rate", "40..20"], 2, &["backwards", "lower end first"]),
        (&["--home", "home", "search", "x", "--rate", "mange"], 2, &["mange", "20..40"]),
        (&["--home", "home", "search", "x", "--unit", "kroner"], 2, &["kroner", "percentage_point"]),
        (&["--home", "home", "search", "x", "--measure", "lykke"], 2, &["lykke", "sygefravaer"]),
        (&["--home", "home", "search", "x", "--kind", "blad"], 2, &["blad", "minutes"]),
        (&["--home", "home", "search", "x", "--json", "--csv"], 2, &["--json", "--csv"]),
        (&["--home", "home", "search", "findesikke"], 1, &[]),
        (&["--home", "home", "show", "000000000000"], 1, &["000000000000", "belaeg search"]),
        (&["--home", "home", "show", "nonsens"], 1, &["nonsens", "belaeg search"]),
        (&["--home", "home", "show", &id, "--version", "9"], 2, &["no version 9", "belaeg show"]),
        (&["--home", "home", "show", &id, "--diff", "1", "2"], 2, &["no version 2"]),
        (&["extract", "/no/such/file.pdf"], 2, &["/no/such/file.pdf", "unreadable"]),
        (&["extract", "other"], 2, &["other", "is a folder"]),
        (&["trace", "/no/such/file.pdf"], 2, &["/no/such/file.pdf", "unreadable"]),
        (&["claims", "/no/such/file.jsonl"], 2, &["/no/such/file.jsonl"]),
        (&["eval", "/no/such/file.jsonl"], 2, &["/no/such/file.jsonl"]),
        (&["completions", "tcsh"], 2, &["tcsh", "bash"]),
        (&["sarch", "x"], 2, &["sarch", "search"]),
        (&["--home", "home"], 2, &["Usage"]),
    ];
    let mut transcript = String::new();
    for (args, code, words) in cases {
        let run = belaeg(home.root(), args).exits(*code).says(words);
        transcript.push_str(&format!("$ belaeg {}\n{}{}exit {code}\n\n", args.join(" "), run.out, run.err));
    }
    expect_file!["data/errors.txt"].assert_eq(&transcript);
    assert!(!transcript.contains("extract-worker"), "a hidden command is shown to people");
}

#[test]
fn searches_are_printed_for_people() {
    let home = small_home();
    let mut transcript = String::new();
    for args in [
        &["search", "sygefravær"][..],
        &["search", "klager", "--csv"],
        &["search", "*", "--kind", "letter"],
        &["show", "home:docs/kort.txt"],
    ] {
        let run = home.run(args);
        let shown: Vec<&str> = run.out.lines().filter(|l| !is_of_this_run(l)).collect();
        transcript.push_str(&format!("$ belaeg {}\n{}\n\n", args.join(" "), shown.join("\n")));
    }
    expect_file!["data/printed.txt"].assert_eq(&transcript);
}

/// Lines with the time of the ingest, or with a place in the archive that depends on its length.
fn is_of_this_run(line: &str) -> bool {
    line.starts_with("version 1 of ") || line.starts_with("archived in ")
}

const CLAIM: [&str; 11] =
    ["approx", "area", "found", "measure", "place", "quote", "role", "span", "unit", "value", "years"];
const SOMETIMES: [&str; 6] = ["value_max", "per", "numerator", "denominator", "noun", "out_of_range"];

/// Says that a claim has the keys of the contract, and those that its unit asks for.
fn check_claim(claim: &Value, statement: &str) {
    let got = keys(claim);
    for key in CLAIM {
        assert!(got.contains(&key), "{key} is missing in {claim}");
    }
    for key in &got {
        assert!(CLAIM.contains(key) || SOMETIMES.contains(key), "{key} is too much in {claim}");
    }
    assert_eq!(got.contains(&"noun"), claim["unit"] == "count", "{claim}");
    assert_eq!(got.contains(&"per"), claim["unit"] == "per_n", "{claim}");
    assert_eq!(keys(&claim["found"]), ["measure", "place", "rule", "years"]);
    let at = |i: usize| usize::try_from(claim["span"][i].as_u64().expect("a number")).expect("a place");
    assert_eq!(statement.get(at(0)..at(1)), claim["quote"].as_str(), "{claim}");
}

#[test]
fn search_json_has_the_keys_of_the_contract() {
    let home = small_home();
    let hits = home.everything().json();
    assert!(hits.len() >= 6, "{hits:?}");
    let mut seen = Vec::new();
    for hit in &hits {
        assert_eq!(keys(hit), ["claims", "document", "score", "statement"]);
        assert_eq!(keys(&hit["statement"]), ["highlights", "id", "text"]);
        assert_eq!(keys(&hit["document"]), ["id", "kind", "place", "published", "title", "url"]);
        for claim in hit["claims"].as_array().expect("a list") {
            check_claim(claim, &text(&hit["statement"]["text"]));
            seen.extend(keys(claim).into_iter().map(str::to_owned));
        }
    }
    for key in SOMETIMES {
        assert!(seen.iter().any(|s| s == key), "no claim has {key}: the documents of this test need one");
    }
    let found = home.run(&["search", "klager", "--json"]).exits(0).json();
    let (words, at) = (text(&found[0]["statement"]["text"]), &found[0]["statement"]["highlights"][0]);
    let end = |i: usize| usize::try_from(at[i].as_u64().expect("a number")).expect("a place");
    assert_eq!(words.get(end(0)..end(1)), Some("klager"));
}

#[test]
fn statements_of_minutes_say_where_they_stand() {
    let home = Home::new();
    let minutes = "Referat af møde i Byrådet\n\nPunkt 4: Fravær på rådhuset\n\nIndstilling\n\nFraværet skal ned på 4,5 %.\n\n\
                   Beslutning\n\nDet blev sat til 5 %.\n";
    home.write("docs/referat.txt", minutes);
    home.run(&["ingest", "home/docs", "--kind", "minutes", "--place", "Ærø"]).exits(0);
    let hits = home.everything().json();
    let at = |words: &str| {
        let hit = hits.iter().find(|h| text(&h["statement"]["text"]).contains(words)).expect("a statement");
        (text(&hit["statement"]["item"]), text(&hit["statement"]["section"]))
    };
    let item = "Punkt 4: Fravær på rådhuset".to_owned();
    assert_eq!(at("4,5 %"), (item.clone(), "indstilling".to_owned()));
    assert_eq!(at("sat til 5 %"), (item, "beslutning".to_owned()));
    let shown = home.run(&["show", "home:docs/referat.txt", "--json"]).exits(0).one();
    let last = shown["statements"].as_array().and_then(|s| s.last()).expect("statements");
    assert_eq!(
        (text(&last["section"]), text(&last["item"])),
        ("beslutning".to_owned(), "Punkt 4: Fravær på rådhuset".to_owned())
    );
    let printed = home.run(&["search", "sat til"]).exits(0).out;
    assert!(printed.contains("minutes · beslutning"), "{printed}");
}

#[test]
fn other_json_has_the_keys_of_the_contract() {
    let home = small_home();
    let shown = home.run(&["show", "home:docs/nyt.txt", "--json"]).exits(0).one();
    for key in ["document", "versions", "version", "text", "statements", "warnings", "note", "sources"] {
        assert!(keys(&shown).contains(&key), "show has no {key}");
    }
    assert_eq!(
        keys(&shown["document"]),
        ["details", "id", "kind", "lang", "place", "published", "title", "url"]
    );
    for statement in shown["statements"].as_array().expect("a list") {
        assert_eq!(keys(statement), ["claims", "id", "kind", "places", "span", "text", "years"]);
        for claim in statement["claims"].as_array().expect("a list") {
            check_claim(claim, &text(&statement["text"]));
        }
    }
    let status = home.run(&["status", "--json"]).exits(0).one();
    for key in
        ["documents", "versions", "statements", "rates", "stale", "failures", "index", "kinds", "places"]
    {
        assert!(keys(&status).contains(&key), "status has no {key}");
    }
    let stages = home.run(&["trace", "home/docs/nyt.txt", "--json"]).exits(0).json();
    assert_eq!(stages.iter().map(|s| text(&s["stage"])).collect::<Vec<_>>(), ["hints", "extract", "claims"]);
    let taken = home.run(&["ingest", "--json", "home/docs"]).exits(0).json();
    assert_eq!(taken.len(), 2);
    for line in &taken {
        assert_eq!(keys(line), ["document", "file", "state", "url"]);
        assert_eq!(line["state"], "unchanged");
    }
}

#[test]
fn extract_json_has_the_keys_of_the_contract() {
    let home = small_home();
    home.write("docs/tom.txt", "");
    let files = ["extract", "--json", "home/docs/nyt.txt", "home/docs/tom.txt"];
    let lines = belaeg(home.root(), &files).exits(2).says(&["tom.txt", "empty", "failed: 1"]).json();
    assert_eq!(lines.len(), 2, "a line for each file, also for one that cannot be read");
    for line in &lines {
        let wanted = [
            "details",
            "file",
            "found",
            "kind",
            "lang",
            "place",
            "published",
            "statements",
            "tables",
            "text",
            "title",
            "warnings",
        ];
        assert_eq!(keys(line), wanted);
    }
    let good = &lines[0];
    assert_eq!((good["kind"].as_str(), good["place"].as_str()), (Some("news"), Some("492")));
    assert_eq!(good["published"], "2021-02-03");
    let whole = text(&good["text"]);
    for statement in good["statements"].as_array().expect("a list") {
        assert_eq!(keys(statement), ["kind", "span", "text"]);
        let at =
            |i: usize| usize::try_from(statement["span"][i].as_u64().expect("a place")).expect("a place");
        assert_eq!(whole.get(at(0)..at(1)), statement["text"].as_str());
    }
    assert_eq!(lines[1]["warnings"][0]["cause"], "empty");
}

#[test]
fn extract_tells_who_wrote_to_whom_and_where_a_statement_stands() {
    let home = small_home();
    let letter = "Social- og Ældreministeriet\nAtt.: Åse Ø\n\n2. april 2024\n\nSagsnr. 24/117\n\n\
                  Vi svarer hermed på henvendelsen om børnene.\n\nMed venlig hilsen\n\nÆrø Kommune\n";
    home.write("docs/brev.txt", letter);
    let minutes = "Referat fra Børneudvalget den 7. april 2022\n\n1. Klager\n\nSagsfremstilling\n\nAndelen er 12 %.\n\nBeslutning\n\nGodkendt.\n";
    home.write("docs/referat.txt", minutes);
    let lines = belaeg(home.root(), &["extract", "--json", "home/docs/brev.txt", "home/docs/referat.txt"])
        .exits(0)
        .json();
    let details = &lines[0]["details"];
    assert_eq!(details["sender"]["value"], "Ærø Kommune");
    assert_eq!(details["recipient"]["value"], "Social- og Ældreministeriet");
    assert_eq!(
        details["case_numbers"][0],
        serde_json::json!({"number": "24/117", "of": "sender", "how": "label"})
    );
    assert_eq!(lines[1]["details"]["committee"]["value"], "Børneudvalget");
    let statements = lines[1]["statements"].as_array().expect("a list");
    let decided = statements.iter().find(|s| s["text"] == "Godkendt.").expect("the decision");
    assert_eq!((&decided["section"], &decided["item"]), (&"beslutning".into(), &"1. Klager".into()));
    let printed = belaeg(home.root(), &["extract", "home/docs/brev.txt"]).exits(0).out;
    assert!(printed.contains("recipient  Social- og Ældreministeriet  [position]"), "{printed}");
}

#[test]
fn claims_go_through_a_bad_line() {
    let dir = tempfile::tempdir().expect("a folder");
    let input = concat!(
        r#"{"id": "1", "text": "Andelen på Ærø var 12,5 % i 2020.", "doc": {"place": "492", "published": "2021-03-01"}}"#,
        "\n{\"id\": \"2\", \"text\"\n\n",
        r#"{"id": "3", "text": "Der kom 90 klager sidste år.", "genre": "news", "doc": {"place": null, "published": "2018-04-19"}, "note": "x"}"#,
        "\n",
    );
    for args in [&["claims"][..], &["claims", "--json"], &["claims", "-"]] {
        let run = belaeg_with(dir.path(), args, &[], input).exits(2).says(&["line 2", "1 line(s)"]);
        let lines = run.json();
        assert_eq!(lines.iter().map(|l| text(&l["id"])).collect::<Vec<_>>(), ["1", "3"]);
        for line in &lines {
            assert_eq!(keys(line), ["counts", "id", "rates", "years"]);
        }
        let rate = &lines[0]["rates"][0];
        check_claim(rate, "Andelen på Ærø var 12,5 % i 2020.");
        assert_eq!(rate["value"], 12.5);
        assert_eq!((rate["place"].as_str(), rate["years"][0].as_i64()), (Some("492"), Some(2020)));
        let count = &lines[1]["counts"][0];
        check_claim(count, "Der kom 90 klager sidste år.");
        assert_eq!((count["noun"].as_str(), count["years"][0].as_i64()), (Some("klager"), Some(2017)));
    }
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let home = Home::new();
    let line = "Sygefraværet var 4,5 % i 2020, og caféen på Ærø er åben.\n\n";
    home.write("docs/lang.txt", line.repeat(3000));
    home.run(&["ingest", "home/docs"]).exits(0);
    for format in ["--json", "--csv"] {
        let mut child = home.start(&["search", "*", format, "--limit", "100000"]);
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("piped"));
        out.read_line(&mut first).expect("a line");
        drop(out);
        assert!(first.starts_with("score,") || serde_json::from_str::<Value>(&first).is_ok(), "{first}");
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_reader_that_leaves_something_undone_is_told() {
    let home = Home::new();
    small_documents(&home.dir().join("docs"), 3);
    let script = "exec \"$1\" --home home ingest home/docs --json >/dev/full";
    assert_eq!(bash(home.root(), script, &[program().as_ref()]).code, Some(2));
    // A pipe whose reader has gone before anything is written.
    let gone = "mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; exec \"$1\" --home home ingest home/docs --json >&4";
    assert_eq!(bash(home.root(), gone, &[program().as_ref()]).code, Some(2));
    home.run(&["ingest", "home/docs"]).exits(0);
}

#[test]
fn csv_is_a_table() {
    let home = small_home();
    let run = home.run(&["search", "*", "--csv"]).exits(0);
    let mut table = csv::Reader::from_reader(run.out.as_bytes());
    let wanted = "score,statement_id,text,document_id,url,title,kind,document_place,published,quote,value,value_max,\
                  unit,per,numerator,denominator,noun,role,approx,years,place,place_name,measure,area,found";
    let header: Vec<String> = table.headers().expect("a header").iter().map(str::to_owned).collect();
    assert_eq!(header.join(","), wanted);
    let rows: Vec<csv::StringRecord> = table.records().collect::<Result<_, _>>().expect("rows");
    let column = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let row = rows.iter().find(|r| &r[column("quote")] == "5,25 %").expect("the claim");
    assert_eq!((&row[column("value")], &row[column("years")]), ("5.25", "2019"));
    assert_eq!((&row[column("place")], &row[column("place_name")]), ("492", "Ærø"));
    assert_eq!(&row[column("url")], "home:docs/nyt.txt");
    // A statement without a claim has a row of its own.
    assert!(rows.iter().any(|r| r[column("text")].starts_with("Mødet") && r[column("value")].is_empty()));
    // Nothing found: a table with a header and no rows.
    // The sentence has 5,25 % of 2019 too; a filter on claims leaves that row out.
    let either = ["search", "sygefraværet OR enhed:antal", "--tiers", "exact"];
    let found = home.run(&[&either[..], &["--json"]].concat()).exits(0).json().len();
    let table = home.run(&[&either[..], &["--csv"]].concat()).exits(0).out;
    let ids: BTreeSet<_> = csv::Reader::from_reader(table.as_bytes())
        .records()
        .map(|row| row.expect("a row")[1].to_owned())
        .collect();
    assert_eq!(ids.len(), found, "every statement has a row");
    let filtered = home.run(&["search", "*", "--year", "2020", "--rate", "4..6", "--csv"]).exits(0);
    let mut table = csv::Reader::from_reader(filtered.out.as_bytes());
    let values: Vec<String> = table.records().map(|r| r.expect("a row")[10].to_owned()).collect();
    assert_eq!(values, ["4.5"]);
    let none = home.run(&["search", "findesikke", "--csv"]).exits(1);
    assert_eq!(none.out.trim_end(), wanted);
}

#[test]
fn results_are_sorted_and_paged() {
    let home = Home::new();
    for (name, rate, published) in [
        ("a", "4,5", "2020-01-01"),
        ("b", "10,25", "2018-12-31"),
        ("c", "9", "2022-02-28"),
        ("d", "0,5", "2019-06-07"),
    ] {
        home.write(&format!("docs/{name}.txt"), format!("Fraværet på Ærø var {rate} % i dette år.\n"));
        home.write(&format!("docs/{name}.txt.toml"), format!("published = \"{published}\"\n"));
    }
    home.run(&["ingest", "home/docs"]).exits(0);
    let order = |args: &[&str]| -> String {
        let run = home.run(&[&["search", "fraværet", "--json"], args].concat()).exits(0);
        let name = |url: &str| url.trim_end_matches(".txt").chars().last();
        run.json().iter().filter_map(|hit| name(&text(&hit["document"]["url"]))).collect()
    };
    assert_eq!(order(&["--sort", "rate"]), "bcad");
    assert_eq!(order(&["--sort", "published"]), "cadb");
    assert_eq!(order(&["--sort", "rate", "--limit", "2"]), "bc");
    assert_eq!(order(&["--sort", "rate", "--limit", "2", "--offset", "2"]), "ad");
    let all = order(&[]);
    let pages: Vec<String> = ["0", "1", "2", "3"].map(|at| order(&["--limit", "1", "--offset", at])).into();
    assert_eq!(pages.concat(), all);
    let printed = home.run(&["search", "fraværet", "--limit", "1"]).exits(0).out;
    assert!(printed.ends_with("1 of 4 statements\n"), "{printed}");
}

#[test]
fn completions_are_scripts() {
    let dir = tempfile::tempdir().expect("a folder");
    for (shell, word) in [("bash", "complete -F"), ("zsh", "#compdef belaeg"), ("fish", "complete -c belaeg")]
    {
        let run = belaeg(dir.path(), &["completions", shell]).exits(0);
        assert!(run.out.contains(word) && run.out.contains("reindex"), "{shell}");
    }
}

#[test]
fn homes() {
    let root = tempfile::tempdir().expect("a folder");
    let at = |name: &str| root.path().join(name);
    // Absent and empty folders that are named become homes.
    fs_err::create_dir(at("tom")).expect("a folder");
    for name in ["ny/dyb", "tom"] {
        belaeg(root.path(), &["--home", name, "status"]).exits(0);
        let settings = fs_err::read_to_string(at(name).join("belaeg.toml")).expect("settings");
        assert_eq!(
            settings,
            fs_err::read_to_string(crate::support::repository().join("crates/cli/belaeg.toml"))
                .expect("the template")
        );
    }
    // The current folder does not, unless it is asked for.
    fs_err::create_dir(at("her")).expect("a folder");
    belaeg(&at("her"), &["status"]).exits(2).says(&["belaeg init"]);
    assert!(!at("her/belaeg.toml").exists());
    belaeg(&at("her"), &["init"]).exits(0);
    belaeg(&at("her"), &["status"]).exits(0);
    // One that could not be made whole is made whole by the next.
    let full = "trap '' XFSZ; ulimit -f 8; exec \"$1\" init halvt";
    assert_eq!(bash(root.path(), full, &[program().as_ref()]).code, Some(2));
    belaeg(root.path(), &["init", "halvt"]).exits(0);
    assert_eq!(
        fs_err::read_to_string(at("halvt/corpus/sources.toml")).expect("sources"),
        fs_err::read_to_string(at("tom/corpus/sources.toml")).expect("sources")
    );
    // A folder with other things in it is left alone.
    fs_err::create_dir(at("andet")).expect("a folder");
    fs_err::write(at("andet/brev.txt"), "x").expect("a file");
    belaeg(root.path(), &["--home", "andet", "ingest", "andet/brev.txt"])
        .exits(2)
        .says(&["belaeg init andet"]);
    assert_eq!(fs_err::read_dir(at("andet")).expect("a folder").count(), 1);
    belaeg(root.path(), &["init", "andet"]).exits(0);
    belaeg(root.path(), &["--home", "andet", "status"]).exits(0);
    // init again keeps the settings.
    fs_err::write(at("andet/belaeg.toml"), "language = \"da\"\n").expect("a file");
    belaeg(root.path(), &["init", "andet"]).exits(0);
    assert_eq!(fs_err::read_to_string(at("andet/belaeg.toml")).expect("settings"), "language = \"da\"\n");
    // The flag wins over the environment, the environment over the current folder.
    let env = [("BELAEG_HOME", "andet")];
    fs_err::write(at("andet/corpus/documents/a.txt"), "Ét udsagn om Ærø.\n").expect("a file");
    belaeg_with(root.path(), &["ingest", "andet/corpus/documents"], &env, "").exits(0);
    let hit = belaeg_with(root.path(), &["search", "Ærø", "--json"], &env, "").exits(0).one();
    assert_eq!(hit["document"]["url"], "home:corpus/documents/a.txt");
    belaeg_with(root.path(), &["--home", "tom", "search", "Ærø"], &env, "")
        .exits(2)
        .says(&["nothing indexed yet"]);
    // Settings that are wrong are named.
    fs_err::write(at("andet/belaeg.toml"), "sprog = \"da\"\n").expect("a file");
    belaeg(root.path(), &["--home", "andet", "status"]).exits(2).says(&["belaeg.toml", "sprog"]);
}

#[test]
fn settings_may_be_as_large_as_they_like() {
    let home = Home::new();
    let mut wrong = Vec::new();
    for name in ["workers", "input_mib", "worker_seconds", "worker_memory_mib"] {
        home.write("belaeg.toml", format!("[extract]\n{name} = {}\n", i64::MAX));
        home.write("docs/nyt.txt", format!("Fraværet på Ærø var 4,5 % i 2020: {name}.\n"));
        home.write("docs/brev.pdf", pdf(&pdf_line(&format!("Fraværet var 4,5 %: {name}.")), "", None));
        for args in [["extract", "home/docs/brev.pdf"], ["ingest", "home/docs"]] {
            let run = belaeg_within(20, home.root(), &[&["--home", "home"], &args[..]].concat());
            if run.code != Some(0) {
                wrong.push(format!("{name}, {args:?}: exit {:?}: {}", run.code, run.err));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn documents_cannot_steer_the_terminal() {
    let home = Home::new();
    let escape = "\\u001b[31m";
    home.write("docs/nyt.txt", "Fraværet \u{1b}[31mpå Ærø var 4,5 % i 2020.\n");
    let sidecar =
        format!("url = \"https://a.example/{escape}\"\ntitle = \"A{escape}\"\nnote = \"N{escape}\"\n");
    home.write("docs/nyt.txt.toml", sidecar);
    home.write("docs/gal\u{1b}[31m.pdf", "ingen PDF");
    home.write("docs/gal\u{1b}[31m.pdf.toml", "ukendt\u{1b} = 1");
    let id = "https://a.example/\u{1b}[31m";
    let commands: &[&[&str]] = &[
        &["ingest", "home/docs"],
        &["search", "fraværet"],
        &["show", id],
        &["show", id, "--version", "7"],
        &["status"],
        &["extract", "home/docs/nyt.txt"],
        &["extract", "home/docs/gal\u{1b}[31m.pdf"],
        &["trace", "home/docs/nyt.txt"],
    ];
    let mut wrong = Vec::new();
    for args in commands {
        let run = home.run(args);
        for line in run.out.lines().chain(run.err.lines()).filter(|l| l.contains('\u{1b}')) {
            wrong.push(format!("{args:?}: {line:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reading_without_a_home_stores_nothing() {
    let root = tempfile::tempdir().expect("a folder");
    fs_err::write(root.path().join("nyt.txt"), "Fraværet på Ærø var 4,5 % i 2020.\n").expect("a file");
    for args in
        [&["extract", "nyt.txt"][..], &["trace", "nyt.txt"], &["--home", "fraværende", "extract", "nyt.txt"]]
    {
        let run = belaeg(root.path(), args).exits(0);
        assert!(run.out.contains("4,5 %"), "{}", run.out);
    }
    assert_eq!(fs_err::read_dir(root.path()).expect("a folder").count(), 1);
}

#[test]
fn standard_input_is_a_document() {
    let home = Home::new();
    let url = "https://www.aeroe.example/nyheder/fravær";
    let args = ["ingest", "-", "--url", url, "--kind", "news", "--place", "Ærø", "--published", "2021-02-03"];
    home.run_with(&args, "Fraværet var 4,5 % i 2020.\n").exits(0).says(&["1 new"]);
    let shown = home.run(&["show", url, "--json"]).exits(0).one();
    let document = &shown["document"];
    assert_eq!((document["url"].as_str(), document["kind"].as_str()), (Some(url), Some("news")));
    assert_eq!(
        (document["place"].as_str(), document["published"].as_str()),
        (Some("492"), Some("2021-02-03"))
    );
    home.run_with(&args, "Fraværet var 4,5 % i 2020.\n").exits(0).says(&["1 unchanged"]);
    // Without an address the bytes name it.
    home.run_with(&["ingest", "-"], "Endnu et udsagn.\n").exits(0).says(&["1 new"]);
    home.run_with(&["ingest", "-"], "Endnu et udsagn.\n").exits(0).says(&["1 unchanged"]);
    home.run_with(&["ingest", "-"], "Og et til.\n").exits(0).says(&["1 new"]);
    assert_eq!(home.run(&["status", "--json"]).one()["documents"], 3);
}

#[test]
fn sidecars() {
    let home = Home::new();
    let words = "Fraværet var 4,5 % i 2020.\n";
    for name in ["god", "gal", "fremmed", "flag"] {
        home.write(&format!("docs/{name}.txt"), format!("Om {name}\n\n{words}"));
    }
    let good = "url = \"https://a.example/god\"\ntitle = \"Ærlig titel\"\nkind = \"minutes\"\nplace = \"Odense\"\n\
                published = \"2020-05-06\"\nnote = \"En note\"\nsources = [\"https://b.example/\"]\n";
    home.write("docs/god.txt.toml", good);
    home.write("docs/gal.txt.toml", "kind = \"minutes\n");
    home.write("docs/fremmed.txt.toml", "forfatter = \"ukendt\"\n");
    home.write("docs/flag.txt.toml", "kind = \"news\"\nplace = \"461\"\npublished = \"2020-05-06\"\n");
    let run = home.run(&["ingest", "home/docs"]).exits(2).says(&[
        "gal.txt.toml: bad_sidecar",
        "fremmed.txt.toml: bad_sidecar",
        "forfatter",
        "4 new",
        "2 bad_sidecar",
    ]);
    assert!(!run.err.contains("left "), "a sidecar is no document: {}", run.err);
    let shown = home.run(&["show", "https://a.example/god", "--json"]).exits(0).one();
    let document = &shown["document"];
    assert_eq!(
        (document["title"].as_str(), document["kind"].as_str()),
        (Some("Ærlig titel"), Some("minutes"))
    );
    assert_eq!(
        (document["place"].as_str(), document["published"].as_str()),
        (Some("461"), Some("2020-05-06"))
    );
    assert_eq!(
        (shown["note"].as_str(), shown["sources"][0].as_str()),
        (Some("En note"), Some("https://b.example/"))
    );
    assert_eq!(shown["statements"][1]["claims"][0]["place"], "461");
    // The documents of sidecars that cannot be used are read all the same.
    home.run(&["show", "home:docs/gal.txt"]).exits(0);
    home.run(&["show", "home:docs/fremmed.txt"]).exits(0);
    // Flags win over the sidecar, key by key.
    home.run(&["ingest", "home/docs/flag.txt", "--place", "Ærø", "--kind", "letter"]).exits(0);
    let shown = home.run(&["show", "home:docs/flag.txt", "--json"]).exits(0).one();
    let document = &shown["document"];
    assert_eq!((document["place"].as_str(), document["kind"].as_str()), (Some("492"), Some("letter")));
    assert_eq!(
        (document["published"].as_str(), shown["versions"].as_array().map(Vec::len)),
        (Some("2020-05-06"), Some(1))
    );
}
