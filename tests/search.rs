//! `belaeg search` as its users type it: tiers, fields, ranges, what is echoed and what is refused.

use serde_json::Value;

use crate::support::{Home, belaeg, repository, text};

/// A home with three short documents of two kommuner.
fn home() -> Home {
    let home = Home::new();
    let odense = "url = \"https://dagsordener.odense.dk/1\"\nkind = \"minutes\"\nplace = \"461\"\npublished = \"2018-03-01\"\n";
    home.write(
        "docs/odense.txt",
        "Skolefraværet er 12,5\u{a0}% i 2017.\n\nFravær i skolen er målt til knap 9 pct. i 2016.\n",
    );
    home.write("docs/odense.txt.toml", odense);
    let vejle =
        "url = \"https://www.vejle.dk/2\"\nkind = \"news\"\nplace = \"630\"\npublished = \"2020-05-04\"\n";
    home.write(
        "docs/vejle.txt",
        "Målet er et skolefravær på 8 % i 2021.\n\nBehandlingstiden for 1.234 sager er kort.\n",
    );
    home.write("docs/vejle.txt.toml", vejle);
    home.write("docs/langt.txt", "Børn på Ærø venter på handicap\u{ad}hjælp.\n");
    home.run(&["ingest", "home/docs"]).exits(0);
    home
}

/// The beginnings of the statements that a search finds, best first.
fn found(home: &Home, args: &[&str]) -> Vec<String> {
    let run = home.run(&[&["search", "--json"], args].concat());
    let beginning =
        |hit: &Value| text(&hit["statement"]["text"]).split(' ').take(2).collect::<Vec<_>>().join(" ");
    run.json().iter().map(beginning).collect()
}

#[test]
fn words_are_found_in_tiers() {
    let home = home();
    let cases: &[(&[&str], &[&str])] = &[
        (&["skolefravær"], &["Målet er", "Skolefraværet er", "Fravær i"]),
        (&["skolefravær", "--tiers", "exact"], &["Målet er"]),
        (&["skolefravær", "--tiers", "exact,stem"], &["Målet er", "Skolefraværet er"]),
        (&["sagsbehandlingstid"], &["Behandlingstiden for"]),
        (&["børnehandicap"], &["Børn på"]),
        (&["1234 sager"], &["Behandlingstiden for"]),
        (&["1\u{a0}234"], &["Behandlingstiden for"]),
        (&["12.5 procent"], &["Skolefraværet er"]),
        (&["skolefraver"], &["Målet er"]),
        (&["skolefraver", "--tiers", "exact,stem,compound"], &[]),
    ];
    for (args, want) in cases {
        assert_eq!(found(&home, args), *want, "{args:?}");
    }
}

#[test]
fn fields_and_flags_filter_by_one_claim() {
    let home = home();
    let cases: &[(&[&str], &[&str])] = &[
        (&["kommune:odense år:2017"], &["Skolefraværet er"]),
        (&["sats:>9 kommune:odense"], &["Skolefraværet er"]),
        (&["sats:<=9 kommune:odense"], &["Fravær i"]),
        (&["sats:12,5 år:2016"], &[]),
        (&["sats:5..15 (år:2016 OR år:2021)"], &["Fravær i", "Målet er"]),
        (&["rolle:target"], &["Målet er"]),
        (&["*", "--role", "target"], &["Målet er"]),
        (&["præcision:just_under"], &["Fravær i"]),
        (&["*", "--approx", "exact", "--role", "level", "--unit", "percent"], &["Skolefraværet er"]),
        (
            &["*", "--place", "Region Syddanmark", "--unit", "percent"],
            &["Fravær i", "Målet er", "Skolefraværet er"],
        ),
        (&["fravær", "--place", "6-byerne"], &["Fravær i", "Skolefraværet er"]),
        (&["kilde:odense.dk"], &["Fravær i", "Skolefraværet er"]),
        (&["efter:2018 type:news"], &["Behandlingstiden for", "Målet er"]),
        (&["før:2018-03-02"], &["Fravær i", "Skolefraværet er"]),
        (&["fravær NOT år:2017", "--year", "..2020"], &["Fravær i"]),
        (&["(målet OR behandlingstiden) IKKE sager"], &["Målet er"]),
    ];
    for (args, want) in cases {
        let mut found = found(&home, args);
        found.sort_unstable();
        assert_eq!(found, *want, "{args:?}");
    }
    let table = home.run(&["search", "rate:5..15 year:2017", "--csv"]).exits(0);
    assert_eq!(table.out.lines().count(), 2, "{}", table.out);
}

#[test]
fn a_query_with_more_than_words_is_echoed() {
    let home = home();
    let cases: &[(&[&str], &str)] = &[
        (&["skole fravær"], ""),
        (&["skole", "--year", "2017"], ""),
        (&["skole* ELLER \"knap 9\""], "read as: skole* OR \"knap 9\"\n"),
        (&["fravær OG kommune:odense", "--year", "2016.."], "read as: fravær place:Odense year:>=2016\n"),
    ];
    for (args, want) in cases {
        let said = home.run(&[&["search"], *args].concat()).err;
        assert!(said.starts_with(&format!("{want}covers ")), "{args:?}: {said}");
        assert_eq!(home.run(&[&["search", "--json"], *args].concat()).err, "", "{args:?}");
    }
}

#[test]
fn a_query_that_cannot_be_meant_is_refused_with_what_to_write() {
    let home = home();
    let long = "ord ".repeat(10_000);
    let longer = "æ".repeat(60_000);
    let deep = "(".repeat(1000);
    let cases: &[(&[&str], &[&str])] = &[
        (&["kommun:odense"], &["query", "\"kommun\" is no field", "did you mean kommune:"]),
        (&["kommune:odnse"], &["query", "odnse", "did you mean Odense"]),
        (&["mål:lykke"], &["lykke", "sygefravaer"]),
        (&["år:2020..2016"], &["backwards"]),
        (&["sats:>mange"], &["mange", "20..40"]),
        (&["år:2016", "--year", "2017"], &["year", "exclude each other"]),
        (&["x", "--tiers", "alle"], &["alle", "compound"]),
        (&[&long], &["256 words"]),
        (&[&longer], &["120000 bytes", "65536"]),
        (&[&deep], &["100 parentheses"]),
    ];
    for (args, words) in cases {
        home.run(&[&["search"], *args].concat()).exits(2).says(words);
    }
    let nested = format!("{}fravær{}", "(".repeat(64), ")".repeat(64));
    home.run(&["search", &nested]).exits(0);
    for odd in ["\"", "-", "()", "OR", "NOT", "~", "*~", ":", "\u{0301}", "🙂", "AND OR NOT ("] {
        let code = home.run(&["search", odd]).code;
        assert!(matches!(code, Some(0 | 1)), "{odd:?}: {code:?}");
    }
}

#[test]
fn compounds_are_split_as_a_reader_would() {
    let list = repository().join("corpus/gold/compounds.tsv");
    let list = list.to_str().expect("UTF-8");
    let scores = belaeg(repository(), &["eval", "--json", "--compounds", list]).exits(0).json();
    assert_eq!(scores.iter().map(|s| text(&s["half"])).collect::<Vec<_>>(), ["dev", "test"]);
    for score in scores {
        assert!(score["precision"].as_f64() >= Some(0.95), "{score}");
        assert!(score["recall"].as_f64() >= Some(0.95), "{score}");
        assert!(score["score"]["words"].as_u64() >= Some(300), "{score}");
    }
}
