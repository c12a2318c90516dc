//! What a search prints beside its hits: facets, coverage, pages, folding, statements before and after, links.

use serde_json::Value;

use crate::support::{Home, Run, keys, small_documents, text};

/// 40 documents: headings that differ, a rate and a count each, of four kommuner in turn.
fn home() -> Home {
    let home = Home::new();
    small_documents(&home.dir().join("docs"), 40);
    home.run(&["ingest", "home/docs"]).exits(0);
    home
}

/// The cursor that is told at the end of a page.
fn next(run: &Run) -> Option<String> {
    let line = run.err.lines().find(|l| l.starts_with("next page: --after "))?;
    line.split_whitespace().last().map(str::to_owned)
}

fn ids(run: &Run) -> Vec<String> {
    run.json().iter().map(|hit| text(&hit["statement"]["id"])).collect()
}

fn total(home: &Home, args: &[&str]) -> u64 {
    let run = home.run(&[&["search"], args, &["--json"]].concat());
    run.json().len() as u64
}

#[test]
fn facets_are_one_more_line() {
    let home = home();
    let plain = home.run(&["search", "sygefraværet", "--json"]).exits(0);
    let run = home.run(&["search", "sygefraværet", "--json", "--facets"]).exits(0);
    assert!(run.out.starts_with(&plain.out), "the lines before are as ever");
    let lines = run.json();
    assert_eq!(lines.len(), plain.json().len() + 1);
    let last = lines.last().expect("a line");
    assert_eq!(keys(last), ["coverage", "facets", "histogram", "next", "total"]);
    assert_eq!(keys(&last["facets"]), ["kind", "kommune", "measure", "region", "source", "unit", "year"]);
    assert_eq!((&last["total"], &last["next"]), (&Value::from(40), &Value::Null));
    let entries = |name: &str| last["facets"][name].as_array().cloned().expect("a list");
    assert_eq!(entries("kommune").len(), 4);
    for (name, flag) in
        [("kommune", "--place"), ("year", "--year"), ("measure", "--measure"), ("unit", "--unit")]
    {
        for entry in entries(name) {
            let value = entry["value"].as_str().map_or_else(|| entry["value"].to_string(), str::to_owned);
            let found = total(&home, &["sygefraværet", flag, &value]);
            assert_eq!(entry["count"], found, "{name} {entry}");
        }
    }
    assert_eq!(entries("measure")[0]["name"], "sygefravær");
    assert!(entries("source").is_empty(), "local files have no host");
    let bins = last["histogram"].as_array().expect("a list");
    assert_eq!(bins.iter().filter_map(|b| b["count"].as_u64()).sum::<u64>(), 40);
    assert!(bins.iter().all(|b| b["unit"] == "percent" && b["from"].as_f64() < b["to"].as_f64()), "{bins:?}");
    let covered = &last["coverage"];
    assert_eq!(keys(covered), ["documents", "listed", "read", "statements", "unread", "up_to_date"]);
    assert_eq!((&covered["documents"], &covered["read"]), (&Value::from(40), &Value::from(40)));
    assert_eq!(covered["up_to_date"], true);
}

#[test]
fn facets_over_nothing_and_of_a_page_of_none() {
    let home = home();
    let nothing = home.run(&["search", "findesikke", "--json", "--facets"]).exits(1).one();
    assert_eq!((&nothing["total"], &nothing["histogram"]), (&Value::from(0), &Value::Array(vec![])));
    assert!(nothing["facets"].as_object().is_some_and(|f| f.values().all(|v| v == &Value::Array(vec![]))));
    let none = home.run(&["search", "klager", "--json", "--facets", "--limit", "0"]).exits(0).one();
    assert_eq!((&none["total"], &none["next"]), (&Value::from(40), &Value::Null));
    let beyond = home.run(&["search", "klager", "--json", "--facets", "--offset", "18446744073709551615"]);
    assert_eq!(beyond.exits(0).one()["facets"], none["facets"]);
    home.run(&["search", "klager", "--facets", "--csv"]).exits(2).says(&["--facets", "--csv"]);
}

#[test]
fn facets_are_a_table_for_people() {
    let home = home();
    let printed = home.run(&["search", "sygefraværet", "--facets", "--limit", "0"]).exits(0).out;
    for line in ["kommune  ", "year     ", "measure  sygefravær ", "values (%)", "0 of 40 statements"] {
        assert!(printed.lines().any(|l| l.starts_with(line)), "{line:?} is not in\n{printed}");
    }
    assert!(printed.contains("Ærø 10"), "{printed}");
}

#[test]
fn every_answer_for_people_states_its_coverage() {
    let home = home();
    home.run(&["search", "klager"]).exits(0).says(&["covers 40 of 40 documents, 0 unread"]);
    home.run(&["search", "findesikke"]).exits(1).says(&["covers 40 of 40"]);
    home.write("docs/tom.pdf", "%PDF-1.4 nej");
    home.run(&["ingest", "home/docs"]).exits(2);
    home.run(&["search", "klager"]).exits(0).says(&["covers 40 of 41 documents, 1 unread"]);
    // A search needs no catalog.
    fs_err::write(home.dir().join("corpus/catalog.sqlite"), "ikke en database").expect("written");
    let run = home.run(&["search", "klager"]).exits(0).says(&["coverage unknown"]);
    assert!(run.out.ends_with("20 of 40 statements\n"), "{}", run.out);
    let last =
        home.run(&["search", "klager", "--json", "--facets", "--context", "--limit", "1"]).exits(0).json();
    assert_eq!((&last[1]["coverage"], &last[0]["links"]["archived"]), (&Value::Null, &Value::Null));
}

#[test]
fn pages_follow_each_other() {
    let home = home();
    for sort in ["relevance", "date", "value"] {
        let search = ["search", "*", "--json", "--sort", sort];
        let all = ids(&home.run(&search).exits(0));
        assert_eq!(all.len(), 120);
        let mut after: Option<String> = None;
        let mut paged = Vec::new();
        loop {
            let mut args = search.to_vec();
            args.extend(["--limit", "49"]);
            args.extend(after.iter().flat_map(|cursor| ["--after", cursor]));
            let run = home.run(&args).exits(0);
            paged.extend(ids(&run));
            after = next(&run);
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, all, "{sort}");
    }
    let first = next(&home.run(&["search", "klager", "--limit", "3"]).exits(0)).expect("more");
    let second = home.run(&["search", "klager", "--limit", "3", "--after", &first]).exits(0);
    assert!(second.out.ends_with("3 of 40 statements\n"), "{}", second.out);
    home.run(&["search", "støj", "--after", &first]).exits(2).says(&["belongs to another search"]);
    home.run(&["search", "klager", "--after", "ærø"]).exits(2).says(&["ærø", "no cursor"]);
}

#[test]
fn what_says_the_same_is_one_result_for_people() {
    let home = Home::new();
    for (name, end) in [("a", "!"), ("b", "."), ("c", " .")] {
        home.write(&format!("docs/{name}.txt"), format!("Fraværet på Ærø\u{a0}var 5,2 %{end}\n"));
    }
    home.write("docs/d.txt", "Fraværet på Ærø var 5,3 %.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    let printed = home.run(&["search", "fraværet"]).exits(0).out;
    assert!(printed.contains("+ 2 the same elsewhere"), "{printed}");
    assert!(printed.ends_with("2 of 4 statements\n"), "{printed}");
    let whole = home.run(&["search", "fraværet", "--no-fold"]).exits(0).out;
    assert!(whole.ends_with("4 of 4 statements\n") && !whole.contains("elsewhere"), "{whole}");
    let folded = home.run(&["search", "fraværet", "--json", "--fold"]).exits(0).json();
    assert_eq!(folded.iter().map(|h| h["same"].as_u64()).collect::<Vec<_>>(), [Some(2), Some(0)]);
    let unfolded = home.run(&["search", "fraværet", "--json"]).exits(0).json();
    assert!(unfolded.len() == 4 && unfolded.iter().all(|h| h.get("same").is_none()), "{unfolded:?}");
}

#[test]
fn context_has_neighbours_and_links() {
    let home = Home::new();
    let page = "<!doctype html><html lang=\"da\"><body><main><h1>Nyt om fravær</h1><p>Først om børn.</p>\
                <p>Fraværet på Ærø faldt 5-7 %, siger A&amp;B.</p><p>Til sidst om ældre.</p></main></body></html>";
    let file = home.write("docs/side.html", page);
    let file = file.to_str().expect("a path");
    home.run(&["ingest", file, "--url", "https://www.aeroekommune.dk/nyt#top"]).exits(0);
    let run = home.run(&["search", "faldt", "--json", "--context"]).exits(0);
    let hit = run.one();
    let statement = &hit["statement"];
    assert_eq!(
        (&statement["before"], &statement["after"]),
        (&"Først om børn.".into(), &"Til sidst om ældre.".into())
    );
    let live = text(&hit["links"]["live"]);
    let words = "Frav%C3%A6ret%20p%C3%A5%20%C3%86r%C3%B8%20faldt%205%2D7%20%25%2C%20siger%20A%26B.";
    assert!(
        live.starts_with("https://www.aeroekommune.dk/nyt#") && live.ends_with(&format!(":~:text={words}")),
        "{live}"
    );
    let archived = &hit["links"]["archived"];
    assert_eq!(keys(archived), ["document", "fetched_at", "file", "offset", "sha256", "version"]);
    let shown = home.run(&["show", &text(&archived["document"]), "--json"]).exits(0).one();
    for key in ["file", "offset", "sha256"] {
        assert_eq!(archived[key], shown["archived"][key], "{key}");
    }
    let word = hit["matched"]["words"].as_array().and_then(|w| w.first()).expect("a word");
    assert_eq!(word["by"], "exact");
    let printed = home.run(&["search", "faldt", "--context"]).exits(0).out;
    for words in ["found: faldt (exact)", "… Først om børn.", "… Til sidst om ældre.", "archived ", &live]
    {
        assert!(printed.contains(words), "{words:?} is not in\n{printed}");
    }
    let plain = home.run(&["search", "faldt", "--json"]).exits(0).one();
    assert_eq!(keys(&hit), ["claims", "document", "links", "matched", "score", "statement"]);
    assert_eq!(keys(&plain), ["claims", "document", "score", "statement"]);
    assert!(plain["statement"].get("before").is_none());
}
