//! The example documents of the repository: `belaeg demo` twice, and facts that stand in the documents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use expect_test::expect_file;
use serde_json::Value;

use crate::support::{Home, Run, repository, text};

/// A home with the repository's documents and settings.
pub(crate) fn home_with_documents() -> Home {
    let home = Home::new();
    for path in documents(true) {
        let name = path.file_name().and_then(|n| n.to_str()).expect("a name");
        home.write(&format!("corpus/documents/{name}"), fs_err::read(&path).expect("a document"));
    }
    home.write("belaeg.toml", fs_err::read(repository().join("belaeg.toml")).expect("settings"));
    home
}

/// The files of `corpus/documents`; with or without the sidecars and the readme.
fn documents(all: bool) -> Vec<PathBuf> {
    let files = fs_err::read_dir(repository().join("corpus/documents")).expect("documents");
    let wanted =
        |path: &PathBuf| all || path.extension().is_some_and(|e| e == "txt" || e == "html" || e == "pdf");
    files.map(|f| f.expect("a file").path()).filter(wanted).collect()
}

/// The address of an example document: its sidecar's, or that of the file.
fn address(file: &str) -> String {
    let sidecar = repository().join(format!("corpus/documents/{file}.toml"));
    let table: toml::Table = fs_err::read_to_string(sidecar).expect("a sidecar").parse().expect("TOML");
    let own = || format!("home:corpus/documents/{file}");
    table.get("url").and_then(toml::Value::as_str).map_or_else(own, str::to_owned)
}

#[test]
fn demo_twice() {
    let home = home_with_documents();
    let documents = documents(false).len();
    assert!(documents > 40, "{documents}");
    let counts = |new: usize, old: usize| format!("{new} new, 0 changed, 0 read again, {old} unchanged");
    let first = home.run(&["demo"]).exits(0).says(&[&counts(documents, 0)]);
    let everything = home.everything();
    let second = home.run(&["demo"]).exits(0).says(&[&counts(0, documents)]);
    assert_eq!(first.out, second.out);
    assert_eq!(everything, home.everything());
    expect_file!["data/demo.txt"].assert_eq(&first.out);
    let status = home.run(&["status", "--json"]).exits(0).one();
    assert_eq!(status["documents"], documents);
    assert_eq!(status["failures"], Value::Array(Vec::new()));
}

#[test]
fn demo_speaks_danish() {
    let home = home_with_documents();
    home.write("belaeg.toml", "language = \"da\"\n");
    let run = home.run(&["demo"]).exits(0).says(&["indlæser eksempeldokumenterne"]);
    assert!(run.out.contains("Prøv så:") && run.out.contains(" udsagn"), "{}", run.out);
}

/// Something that a document says: file, value, unit, years, place, measure. A place of `None` is that of an
/// invented kommune.
type Fact = (&'static str, f64, &'static str, &'static [i64], Option<&'static str>, Option<&'static str>);

const OMGJORT: Option<&str> = Some("omgoerelsesprocent");
const SYG: Option<&str> = Some("sygefravaer");
const DK: Option<&str> = Some("DK");

/// Facts of sentences.
const SAID: &[Fact] = &[
    ("nyhed-odense-omgoerelser-2018.html", 45.0, "percent", &[2016], Some("461"), OMGJORT),
    ("nyhed-odense-omgoerelser-2018.html", 28.9, "percent", &[2017], Some("461"), OMGJORT),
    ("nyhed-odense-omgoerelser-2018.html", 52.0, "percent", &[2017], DK, OMGJORT),
    ("nyhed-jammerbugt-boernehandicap.html", 22.2, "percent", &[2020], Some("849"), OMGJORT),
    ("nyhed-jammerbugt-boernehandicap.html", 58.0, "percent", &[2016], Some("849"), OMGJORT),
    ("nyhed-jammerbugt-boernehandicap.html", 52.0, "percent", &[2020], DK, OMGJORT),
    ("nyhed-danmarkskort-fyn-2018.html", 36.0, "percent", &[2017], Some("461"), OMGJORT),
    ("nyhed-danmarkskort-fyn-2018.html", 56.0, "percent", &[2018], Some("561"), OMGJORT),
    ("nyhed-eksempelby-genanvendelse.html", 56.3, "percent", &[2022], None, Some("genanvendelse")),
    ("nyhed-eksempelby-ledighed-2022.html", 1.3, "percent", &[2021], Some("779"), Some("ledighed")),
    ("nyhed-proevestrup-skat-budget-2024.html", 26.2, "percent", &[2024], None, Some("kommuneskat")),
    ("nyhed-moensterloese-valg-2021.html", 70.8, "percent", &[2017], DK, Some("valgdeltagelse")),
    ("nyhed-moensterloese-vaccination.html", 74.6, "percent", &[2020], None, Some("vaccinationsandel")),
    ("nyhed-vordingborg-danmarkskort-2019.html", 41.0, "percent", &[2019], DK, OMGJORT),
    ("nyhed-proevestrup-co2.html", 70.0, "percent", &[2030], None, Some("co2_reduktion")),
    ("referat-samarbejdsforum-2022.html", 33.0, "percent", &[2021], Some("461"), OMGJORT),
    ("referat-proevestrup-punkt-4.html", 5.1, "percent", &[2020], None, SYG),
    ("referat-eksempelby-klima-2024.txt", 57.1, "percent", &[2023], None, Some("genanvendelse")),
    ("brev-eksempelby-ministeriet-2023.pdf", 32.0, "percent", &[2023], None, OMGJORT),
    ("tal-valg-ledighed-fravaer.txt", 77.79, "percent", &[2021], Some("492"), Some("valgdeltagelse")),
    ("skattetal-2020-2022.html", 0.37, "percentage_point", &[2021, 2022], Some("157"), Some("kommuneskat")),
];

/// Facts of rows of HTML tables: years and places stand in heads, captions and first columns.
const TABULATED: &[Fact] = &[
    ("nyhed-danmarkskort-fyn-2018.html", 67.0, "percent", &[2018], Some("482"), OMGJORT),
    ("nyhed-danmarkskort-fyn-2018.html", 0.0, "percent", &[2018], Some("440"), OMGJORT),
    ("nyhed-danmarkskort-fyn-2018.html", 47.0, "percent", &[2018], DK, OMGJORT),
    ("rapport-omgoerelser-hele-landet.html", 42.4, "percent", &[2020], DK, OMGJORT),
    ("rapport-omgoerelser-hele-landet.html", 71.0, "percent", &[2017], Some("621"), OMGJORT),
    ("rapport-omgoerelser-hele-landet.html", 33.0, "percent", &[2019], Some("157"), OMGJORT),
    ("dagsorden-proevestrup-oekonomi-2025.html", 10.9, "permille", &[2025], None, Some("grundskyld")),
    ("dagsorden-proevestrup-oekonomi-2025.html", 28.6, "percent", &[2024], None, OMGJORT),
    ("referat-eksempelby-socialudvalg-2022.html", 31.8, "percent", &[2021], DK, OMGJORT),
    ("referat-eksempelby-byraad-budget-2026.html", 25.4, "percent", &[2028], None, Some("kommuneskat")),
    ("skattetal-2020-2022.html", 27.8, "percent", &[2020], Some("482"), Some("kommuneskat")),
];

/// Documents that are full of numbers and report no rate.
const WITHOUT_RATE: [&str; 4] = [
    "brev-eksempelby-kvittering-2022.txt",
    "brev-taskforce-2024.pdf",
    "nyhed-koebenhavn-boernesager-2017.txt",
    "nyhed-moensterloese-borgerservice.txt",
];

/// Words of a statement, its document, and the values of all its rates: nothing else is a rate there.
const ONLY_THESE: &[(&str, &str, &[f64])] = &[
    ("nyhed-danmarkskort-fyn-2018.html", "regnes en procent ud", &[]),
    ("nyhed-moensterloese-valg-2021.html", "mandag den 22. november", &[]),
    ("referat-moensterloese-edoc-2019.html", "100 procent enig", &[]),
    ("referat-eksempelby-byraad-budget-2026.html", "med stemmerne 20-7", &[25.0]),
    ("referat-moensterloese-skole-2023.txt", "Lyngby-Taarbæk", &[]),
    ("nyhed-eksempelby-genanvendelse.html", "hver anden uge", &[]),
];

/// The hits of all statements by the document's address.
fn by_address(run: &Run) -> BTreeMap<String, Vec<Value>> {
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for hit in run.json() {
        all.entry(text(&hit["document"]["url"])).or_default().push(hit);
    }
    all
}

fn claims(holder: &Value) -> impl Iterator<Item = &Value> {
    holder["claims"].as_array().into_iter().flatten()
}

fn rates(holder: &Value) -> Vec<f64> {
    claims(holder).filter(|c| c["unit"] != "count").filter_map(|c| c["value"].as_f64()).collect()
}

fn states(claim: &Value, fact: &Fact) -> bool {
    let (_, value, unit, years, place, measure) = *fact;
    let near = claim["value"].as_f64().is_some_and(|v| (v - value).abs() < 1e-9);
    let same_years = claim["years"].as_array().is_some_and(|got| got.iter().eq(years.iter()));
    near && same_years
        && claim["unit"] == unit
        && claim["place"].as_str() == place
        && claim["measure"].as_str() == measure
}

#[test]
fn facts_of_the_example_documents() {
    let home = home_with_documents();
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    let all = by_address(&home.everything());
    let mut wrong = Vec::new();
    for fact in SAID.iter().chain(TABULATED) {
        let hits = &all[&address(fact.0)];
        if !hits.iter().flat_map(claims).any(|c| states(c, fact)) {
            wrong.push(format!("not found: {fact:?}"));
        }
    }
    for fact in TABULATED {
        let hits = all[&address(fact.0)].iter();
        let rows = hits.filter(|h| rates(h).contains(&fact.1)).map(|h| text(&h["statement"]["text"]));
        if !rows.collect::<Vec<_>>().iter().any(|row| row.contains('\t')) {
            wrong.push(format!("no row of a table: {fact:?}"));
        }
    }
    for file in WITHOUT_RATE {
        for hit in all[&address(file)].iter().filter(|h| !rates(h).is_empty()) {
            wrong.push(format!("{file}: a rate in {}", hit["statement"]["text"]));
        }
    }
    for (file, words, values) in ONLY_THESE {
        let hits: Vec<&Value> = all[&address(file)]
            .iter()
            .filter(|h| h["statement"]["text"].as_str().is_some_and(|t| t.contains(words)))
            .collect();
        let got: Vec<f64> = hits.iter().flat_map(|h| rates(h)).collect();
        if hits.is_empty() || got != *values {
            wrong.push(format!("{file}: {words:?} has the rates {got:?}, not {values:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// File, kind, place, date of publication: what the documents say of themselves, in the ways that they say it.
const ABOUT: &[(&str, &str, Option<&str>, Option<&str>)] = &[
    ("nyhed-odense-omgoerelser-2018.html", "news", Some("461"), Some("2018-04-19")),
    ("nyhed-jammerbugt-boernehandicap.html", "news", Some("849"), None),
    ("nyhed-eksempelby-genanvendelse.html", "news", None, Some("2023-03-14")),
    ("nyhed-eksempelby-sygefravaer-2023.html", "news", None, Some("2024-02-06")),
    ("nyhed-proevestrup-skat-budget-2024.html", "news", None, Some("2023-10-12")),
    ("nyhed-koebenhavn-boernesager-2017.txt", "news", Some("101"), Some("2017-04-04")),
    ("referat-samarbejdsforum-2022.html", "minutes", Some("461"), Some("2022-04-07")),
    ("referat-moensterloese-skole-2023.txt", "minutes", None, Some("2023-09-11")),
    ("referat-proevestrup-boern-2020.html", "minutes", None, None),
    ("brev-taskforce-2024.pdf", "letter", Some("306"), Some("2024-04-02")),
    ("rapport-omgoerelser-hele-landet.html", "report", DK, Some("2024-09-02")),
];

#[test]
fn documents_say_what_they_are() {
    let home = home_with_documents();
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    for (file, kind, place, published) in ABOUT {
        let shown = home.run(&["show", &address(file), "--json"]).exits(0).one();
        let document = &shown["document"];
        assert_eq!(document["kind"].as_str(), Some(*kind), "{file}");
        assert_eq!(document["place"].as_str(), *place, "{file}");
        if published.is_some() {
            assert_eq!(document["published"].as_str(), *published, "{file}");
        }
        assert!(text(&shown["note"]).starts_with("Eksempel skrevet til belaeg"), "{file}");
        let title = text(&document["title"]);
        assert!(title.chars().count() > 5, "{file}: {title:?}");
    }
}

#[test]
fn facts_are_found_by_filters() {
    let home = home_with_documents();
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    let cases: &[(&[&str], &str)] = &[
        (&["--place", "odense", "--year", "2017", "--rate", "28,9"], "nyhed-odense-omgoerelser-2018.html"),
        (
            &["--place", "Langeland", "--year", "2018", "--measure", "omgørelsesprocent"],
            "nyhed-danmarkskort-fyn-2018.html",
        ),
        (
            &["--place", "849", "--rate", "20..25", "--unit", "percent"],
            "nyhed-jammerbugt-boernehandicap.html",
        ),
        (&["--unit", "permille", "--year", "2025"], "dagsorden-proevestrup-oekonomi-2025.html"),
        (
            &["--measure", "genanvendelse", "--year", "2022", "--kind", "news"],
            "nyhed-eksempelby-genanvendelse.html",
        ),
        (&["--place", "ærø", "--year", "2021", "--rate", "77..78"], "tal-valg-ledighed-fravaer.txt"),
    ];
    for (filters, file) in cases {
        let args = [&["search", "*", "--json", "--limit", "100"], *filters].concat();
        let hits = home.run(&args).exits(0).json();
        let found: BTreeSet<String> = hits.iter().map(|h| text(&h["document"]["url"])).collect();
        assert!(found.contains(&address(file)), "{filters:?} finds {found:?}");
    }
    // Odense's 45 % is of 2016: the year and the value of two claims do not add up to a match.
    let args = ["search", "*", "--place", "odense", "--year", "2017", "--rate", "45", "--json"];
    home.run(&args).exits(1);
}
