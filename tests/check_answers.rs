//! What `belaeg check` answers over the index: verdicts, cards, contradictions; reports; evidence that is verified, and evidence
//! that was tampered with.

use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use expect_test::expect_file;
use regex::Regex;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::demo::home_with_documents;
use crate::support::{Home, Run, text};

/// A home with one news page that has claims of every sort.
fn home_with(pages: &[(&str, &str)]) -> Home {
    let home = Home::new();
    for (name, page) in pages {
        home.write(&format!("corpus/documents/{name}"), page);
    }
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    home
}

fn page(published: &str, title: &str, body: &str) -> String {
    format!(
        "<html lang=\"da\"><head><title>{title}</title><meta property=\"article:published_time\" content=\"{published}\"></head>\
         <body><main><h1>{title}</h1><p>{body}</p></main></body></html>"
    )
}

const NEWS: &str = "nyhed-danmarkskort-fyn-2018.html";

/// The statements of a check as JSON, and their checks.
fn checks(run: &Run) -> Vec<Value> {
    let lines = run.json();
    lines.iter().flat_map(|l| l["checks"].as_array().cloned().unwrap_or_default()).collect()
}

/// The id of the first claim that a check finds with these filters.
#[track_caller]
fn first_claim(home: &Home, filters: &[&str]) -> String {
    let args = [&["check", "*", "--json"], filters].concat();
    text(&checks(&home.run(&args))[0]["id"])
}

/// Without what differs from run to run.
fn steady(output: &str) -> String {
    let mut text = output.to_owned();
    for (pattern, with) in [
        (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "TIME"),
        (r"at byte \d+", "at byte N"),
        (r"--as-of \d{4}-\d\d-\d\d", "--as-of DAY"),
    ] {
        text = Regex::new(pattern).expect("a pattern").replace_all(&text, with).into_owned();
    }
    text
}

#[test]
fn a_card_says_everything_about_a_claim() {
    let home = home_with_documents();
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    let id = first_claim(&home, &["--place", "odense", "--year", "2017", "--rate", "36", "--kind", "news"]);
    let card = home.run(&["check", &id]).exits(0);
    expect_file!["data/check_card.txt"].assert_eq(&steady(&card.out));
    let card = home.run(&["check", &id, "--json"]).exits(0).one();
    assert_eq!(card["check"]["verdict"], "matches");
    assert_eq!(card["claim"]["quote"], "36 procent");
    assert!(text(&card["archived"]["file"]).ends_with(".warc.gz"));
    assert!(text(&card["request"]).starts_with(&format!("belaeg check {id} --as-of ")));
    let told = card["told"]["numbers"][0]["tellings"].as_array().expect("tellings").len();
    assert!(told >= 2, "the minutes told it first: {}", card["told"]);
    home.run(&["check", "000000000000.1.1.1"]).exits(1).says(&["there is no claim", "hint:"]);
}

#[test]
fn the_seeds_of_odense() {
    let home = home_with_documents();
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    let mixed = home.run(&["check", "*", "--place", "odense", "--rate", "28,9", "--json"]).exits(0);
    let mixed = &checks(&mixed)[0];
    assert_eq!(mixed["verdict"], "undecidable");
    let mut shown: Vec<f64> =
        mixed["candidates"].as_array().expect("a list").iter().filter_map(|c| c["value"].as_f64()).collect();
    shown.dedup();
    assert_eq!(shown, [36.0, 31.0, 11.0]);
    let country = [
        "check",
        "*",
        "--place",
        "DK",
        "--year",
        "2020",
        "--rate",
        "52",
        "--measure",
        "omgørelsesprocent",
        "--json",
    ];
    let country = home.run(&country).exits(0);
    assert!(checks(&country).iter().any(|c| c["verdict"] == "matches"), "{}", country.out);
}

/// The example documents restate public figures as they are.
#[test]
fn the_example_documents_deviate_nowhere() {
    let home = home_with_documents();
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    let all = home.run(&["check", "*", "--json"]);
    let wrong: Vec<String> =
        checks(&all).iter().filter(|c| c["verdict"] == "deviates").map(ToString::to_string).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let matching = checks(&all).iter().filter(|c| c["verdict"] == "matches").count();
    assert!(matching > 150, "{matching}");
    // One letter has a share that does not add up.
    let sums = all.json();
    let wrong = |l: &&Value| {
        l["arithmetic"].as_array().is_some_and(|a| a.iter().any(|a| a["verdict"] == "inconsistent"))
    };
    assert_eq!(sums.iter().filter(wrong).count(), 1);
    all.exits(1);
    home.run(&["check", "--contradictions"]).exits(0);
}

#[test]
fn what_deviates_is_found_and_repeated() {
    let body = "På landsplan var omgørelsesprocenten på børnehandicapområdet 54\u{a0}pct. i 2019.";
    let home = home_with(&[("ny.html", &page("2021-03-02", "Sager på Ærø", body))]);
    let run = home.run(&["check"]).exits(1);
    assert!(run.out.contains("deviates: the figure is 50,6 %"), "{}", run.out);
    let run = home.run(&["check", "omgørelsesprocenten", "--json"]).exits(1);
    assert_eq!(checks(&run)[0]["verdict"], "deviates");
    home.run(&["check", "--cards"]).exits(1);
    home.run(&["check", "findesikke"]).exits(1);
    home.write("belaeg.toml", "language = \"da\"\n");
    let run = home.run(&["check", "--cards"]).exits(1);
    assert!(run.out.contains("Påstand") && run.out.contains("afviger: tallet er 50,6 %"), "{}", run.out);
}

#[test]
fn figures_count_as_they_were_known_on_a_day() {
    let body = "I Langeland Kommune var omgørelsesprocenten på socialområdet 12 procent i 2011.";
    let home = home_with(&[("ny.html", &page("2013-03-02", "Sager på Langeland", body))]);
    let verdict = |args: &[&str]| {
        let args = [&["check", "*", "--json"], args].concat();
        text(&checks(&home.run(&args))[0]["verdict"])
    };
    assert_eq!(verdict(&[]), "no_figure");
    let table = home.write(
        "figures.csv",
        "measure,area,place_code,place_name,year,value,unit,cases,source_url,source_title,seen_in,note\n\
         omgoerelsesprocent,socialomraadet,482,Langeland,2011,21,pct,,https://example.org/tal,Eksempel,official,\n",
    );
    home.run(&["official", "import", &table.display().to_string()]).exits(0);
    assert_eq!(verdict(&[]), "deviates");
    assert_eq!(verdict(&["--as-of", "2015-01-01"]), "no_figure");
}

#[test]
fn contradictions_are_told_with_who_said_it_first() {
    let say = |value: &str| format!("Odenses omgørelsesprocent på børnehandicapområdet var {value} i 2017.");
    let home = home_with(&[
        ("b.html", &page("2019-05-02", "Nyt fra os", &say("36\u{a0}%"))),
        ("a.html", &page("2018-05-02", "Tidligere nyt", &say("36 procent"))),
        ("c.html", &page("2020-05-02", "Rundt regnet", &say("ca. 37 pct."))),
        // Another area, another measure, the same numbers.
        (
            "d.html",
            &page("2020-05-02", "Andet", "Odenses omgørelsesprocent på socialområdet var 31 % i 2017."),
        ),
    ]);
    home.run(&["check", "--contradictions"]).exits(0);
    home.write("corpus/documents/b.html", page("2019-05-02", "Nyt fra os", &say("46\u{a0}%")));
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    let found = home.run(&["check", "--contradictions", "--json"]).exits(1).one();
    assert_eq!((&found["measure"], &found["area"]), (&json!("omgoerelsesprocent"), &json!("boernehandicap")));
    let numbers = found["numbers"].as_array().expect("numbers");
    let values: Vec<f64> = numbers.iter().filter_map(|n| n["value"].as_f64()).collect();
    assert_eq!(values, [36.0, 46.0]);
    let dates: Vec<String> =
        numbers[0]["tellings"].as_array().expect("tellings").iter().map(|t| text(&t["on"])).collect();
    assert_eq!(dates, ["2018-05-02", "2019-05-02", "2020-05-02"], "an earlier version tells it too");
    let (first, changed) = (&numbers[0]["tellings"][1], &numbers[1]["tellings"][0]);
    assert!(text(&first["id"]).contains(".1."), "{first}");
    assert!(text(&changed["id"]).contains(".2.") && changed["verdict"] == "deviates", "{changed}");
    let shown = home.run(&["check", "--contradictions", "--place", "odense"]).exits(1);
    assert!(shown.out.contains("first 2018-05-02"), "{}", shown.out);
    home.run(&["check", "--contradictions", "--place", "aarhus"]).exits(0);
}

fn read(path: PathBuf) -> String {
    fs_err::read_to_string(path).expect("a file of text")
}

#[test]
fn a_report_shows_claims_beside_figures() {
    let body = "Odenses omgørelsesprocent på børnehandicapområdet var 46\u{a0}% i 2017 &amp; &lt;b&gt;sådan&lt;/b&gt;.";
    let title = "&lt;script&gt;alert('æ')&lt;/script&gt; =1+1";
    let home = home_with(&[("ny.html", &page("2018-05-02", title, body))]);
    home.run(&["report", "--place", "odense", "--measure", "omgørelsesprocent", "--out", "rapport"]).exits(0);
    let out = home.root().join("rapport");
    let index = read(out.join("index.html"));
    assert!(index.contains("&lt;script&gt;alert('æ')&lt;/script&gt;"), "{index}");
    assert!(!index.contains("<script"), "everything is escaped");
    assert!(index.contains("@media print") && index.contains("<svg") && index.contains("deviates"));
    assert!(index.contains("46 %") && index.contains("36 %"), "{index}");
    let link = Regex::new(r##"href="(documents/[^"#]+)#(s\d+)""##).expect("a pattern");
    let link = link.captures(&index).expect("a link to the archived document");
    let document = read(out.join(&link[1]));
    assert!(document.contains(&format!("id=\"{}\"", &link[2])), "{document}");
    assert!(document.contains("<mark>46\u{a0}%</mark>") && document.contains("SHA-256"), "{document}");
    let svg = read(out.join("chart.svg"));
    assert!(svg.contains("børnehandicap") && svg.contains("official, claimed"), "{svg}");
    let mut claims = csv_of(&out.join("claims.csv"));
    assert_eq!(claims.len(), 1);
    let row = claims.remove(0);
    assert_eq!(
        (&row["value"], &row["official_value"], &row["difference"]),
        (&json!("46"), &json!("36"), &json!("10"))
    );
    assert_eq!(row["verdict"], "deviates");
    assert!(csv_of(&out.join("figures.csv")).len() > 3);
    home.run(&["report", "--place", "odense", "--measure", "omgørelsesprocent", "--out", "rapport"])
        .exits(2)
        .says(&["--overwrite"]);
    home.write("belaeg.toml", "language = \"da\"\n");
    home.run(&[
        "report",
        "--place",
        "odense",
        "--measure",
        "omgørelsesprocent",
        "--out",
        "rapport",
        "--overwrite",
    ])
    .exits(0);
    let index = read(out.join("index.html"));
    assert!(
        index.contains("lang=\"da\"") && index.contains("Påstande") && index.contains("afviger"),
        "{index}"
    );
    home.run(&["report", "--place", "ærø", "--measure", "genanvendelse", "--out", "tom"]).exits(1);
    assert!(!home.root().join("tom").exists());
}

fn csv_of(path: &Path) -> Vec<Value> {
    let bytes = fs_err::read(path).expect("a table");
    let mut table = csv::Reader::from_reader(bytes.as_slice());
    let heads = table.headers().expect("heads").clone();
    let row =
        |row: csv::StringRecord| heads.iter().zip(&row).map(|(h, v)| (h.to_owned(), json!(v))).collect();
    table.records().map(|r| row(r.expect("a row"))).collect()
}

/// The files of a zip.
fn files_of(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(zip)).expect("a zip");
    let mut files = Vec::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        let name = file.name().expect("a name").into_owned();
        files.push((name, bytes));
    }
    files
}

fn zip_of(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, SimpleFileOptions::default()).expect("a file");
        zip.write_all(bytes).expect("its bytes");
    }
    zip.finish().expect("a zip").into_inner()
}

fn json_file(files: &[(String, Vec<u8>)], name: &str) -> Value {
    let (_, bytes) = files.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("{name} is missing"));
    serde_json::from_slice(bytes).expect("JSON")
}

fn file<'f>(files: &'f mut [(String, Vec<u8>)], name: &str) -> &'f mut Vec<u8> {
    &mut files.iter_mut().find(|(n, _)| n == name).expect("a file").1
}

/// A home with one of the example documents, the id of a claim in it, and its evidence.
fn evidence(more: &[&str]) -> (Home, String, Vec<u8>) {
    let home = Home::new();
    let documents = crate::support::repository().join("corpus/documents");
    for name in [NEWS.to_owned(), format!("{NEWS}.toml")] {
        let bytes = fs_err::read(documents.join(&name)).expect("a document");
        home.write(&format!("corpus/documents/{name}"), bytes);
    }
    home.run(&["ingest", "home/corpus/documents"]).exits(0);
    let id = first_claim(&home, &["--place", "odense", "--year", "2017", "--rate", "36"]);
    home.run(&[&["evidence", &id, "--out", "e.zip"], more].concat()).exits(0).says(&["e.zip: ", "SHA-256 "]);
    let zip = fs_err::read(home.root().join("e.zip")).expect("a zip");
    (home, id, zip)
}

#[test]
fn evidence_holds_what_backs_a_claim_up() {
    let (home, id, zip) = evidence(&[]);
    let verified = home.run(&["evidence", "--verify", "e.zip"]).exits(0);
    assert_eq!(verified.out.lines().filter(|l| l.starts_with("ok ")).count(), 4, "{}", verified.out);
    let verified = home.run(&["evidence", "--verify", "e.zip", "--json"]).exits(0).one();
    assert_eq!((&verified["good"], &verified["claim"]), (&json!(true), &json!(id)));
    home.write("belaeg.toml", "language = \"da\"\n");
    let danish = home.run(&["evidence", "--verify", "e.zip"]).exits(0);
    assert!(danish.out.contains("citatet står, hvor det skal"), "{}", danish.out);
    home.write("belaeg.toml", "");
    home.run(&["evidence", &id, "--out", "again.zip"]).exits(0);
    let again = fs_err::read(home.root().join("again.zip")).expect("a zip");
    assert_eq!(zip, again, "the same evidence is the same bytes");

    let mut files = files_of(&zip);
    let card = home.run(&["check", &id, "--json"]).exits(0).one();
    let record = file(&mut files, "record.warc.gz").clone();
    let archive = fs_err::read(home.dir().join("corpus/archive").join(text(&card["archived"]["file"])))
        .expect("archive");
    let offset =
        usize::try_from(card["archived"]["offset"].as_u64().expect("an offset")).expect("a small file");
    assert_eq!(archive[offset..][..record.len()], record, "as it lies in the archive");
    let annotation = json_file(&files, "annotation.jsonld");
    let selectors = annotation["target"][1]["selector"].as_array().expect("selectors").clone();
    let quote = selectors.iter().find(|s| s["type"] == "TextQuoteSelector").expect("a quote");
    let position = selectors.iter().find(|s| s["type"] == "TextPositionSelector").expect("a position");
    let read = String::from_utf8(file(&mut files, "text.txt").clone()).expect("UTF-8");
    let at = |name: &str| usize::try_from(position[name].as_u64().expect("a number")).expect("a position");
    let found: String = read.chars().skip(at("start")).take(at("end") - at("start")).collect();
    assert_eq!((found.as_str(), &quote["exact"]), ("36 procent", &json!("36 procent")));
    assert_eq!(json_file(&files, "check.json")["check"]["verdict"], "matches");
    assert_eq!(json_file(&files, "citation.csl.json")[0]["issued"]["date-parts"], json!([[2019, 3, 20]]));
    let bib = String::from_utf8(file(&mut files, "citation.bib").clone()).expect("UTF-8");
    assert!(bib.starts_with("@online{belaeg-"), "{bib}");
    assert!(files.iter().all(|(name, _)| name != "claimreview.jsonld"), "nobody answers for a review");
    let manifest = json_file(&files, "manifest.json");
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(files.len() - 1));
}

#[test]
fn a_review_has_a_name() {
    let (home, _, zip) = evidence(&["--reviewer", "Åse Ærlig"]);
    let review = json_file(&files_of(&zip), "claimreview.jsonld");
    assert_eq!(review["author"]["name"], "Åse Ærlig");
    assert_eq!(review["reviewRating"]["alternateName"], "matches");
    assert_eq!(review["reviewRating"]["ratingValue"], Value::Null, "no verdict is a number");
    home.run(&["evidence", "--verify", "e.zip"]).exits(0);
}

/// The digests of the manifest as whoever tampers would write them.
fn sealed_again(files: &mut [(String, Vec<u8>)]) {
    let mut manifest = json_file(files, "manifest.json");
    for listed in manifest["files"].as_array_mut().expect("files") {
        let bytes = file(files, &text(&listed["name"])).clone();
        listed["bytes"] = json!(bytes.len());
        listed["sha256"] = json!(belaeg_corpus::Digest::of(&bytes).to_string());
    }
    *file(files, "manifest.json") = manifest.to_string().into_bytes();
}

#[test]
fn tampering_is_found_out() {
    let (home, _, zip) = evidence(&[]);
    let verify = |bytes: &[u8]| {
        fs_err::write(home.root().join("t.zip"), bytes).expect("written");
        home.run(&["evidence", "--verify", "t.zip"])
    };
    let swap = |bytes: &mut Vec<u8>| {
        *bytes =
            String::from_utf8(bytes.clone()).expect("UTF-8").replace("36 procent", "63 procent").into_bytes();
    };
    let mut files = files_of(&zip);
    swap(file(&mut files, "text.txt"));
    let run = verify(&zip_of(&files)).exits(2);
    assert!(run.out.contains("BAD   text.txt has the SHA-256 "), "{}", run.out);
    assert!(run.out.contains("does not stand where it is said to"), "{}", run.out);
    // Text, claim, annotation and manifest all agree: the record does not.
    for name in ["claim.json", "annotation.jsonld"] {
        swap(file(&mut files, name));
    }
    sealed_again(&mut files);
    let run = verify(&zip_of(&files)).exits(2);
    assert!(run.out.contains("BAD   this belaeg does not read the statement"), "{}", run.out);
    let mut files = files_of(&zip);
    let record = file(&mut files, "record.warc.gz");
    let middle = record.len() / 2;
    record[middle] ^= 0xff;
    sealed_again(&mut files);
    let run = verify(&zip_of(&files)).exits(2);
    assert!(run.out.contains("BAD   record.warc.gz cannot be read"), "{}", run.out);
    let mut files = files_of(&zip);
    files.push(("mere.txt".to_owned(), b"x".to_vec()));
    assert!(verify(&zip_of(&files)).exits(2).out.contains("mere.txt is not in the manifest"));
    files.retain(|(name, _)| name != "manifest.json");
    verify(&zip_of(&files)).exits(2).says(&["it has no manifest.json"]);
    verify(&zip[..zip.len() / 2]).exits(2).says(&["t.zip"]);
    verify("ingen zip: æøå".as_bytes()).exits(2).says(&["is no zip that can be read"]);
    home.run(&["evidence", "--verify", "absent.zip"]).exits(2).says(&["absent.zip"]);
    home.run(&["evidence", "ikke-en-id", "--out", "x.zip"]).exits(2).says(&["is no id of a claim"]);
}
