//! `belaeg official`: figures from files and from a loopback server that answers as the StatBank does. The figures are examples.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::{Home, strings, text, windows_1252};

/// A server that gives its answers one by one, the last one again and again.
struct StatBank {
    port: u16,
    /// The first line of every request.
    asked: Arc<Mutex<Vec<String>>>,
}

impl StatBank {
    fn answering(answers: Vec<(u16, String)>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, next) = (Arc::clone(&asked), AtomicUsize::new(0));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let Some(line) = request(&mut stream) else { continue };
                log.lock().expect("no panic").push(line);
                let at = next.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1);
                let (status, body) = &answers[at];
                let head = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                let _ = stream.write_all(&[head.as_bytes(), body.as_bytes()].concat());
            }
        });
        Self { port, asked }
    }

    /// A home that asks this server.
    fn home(&self) -> Home {
        let home = Home::new();
        let settings = format!(
            "[fetch]\nallow_hosts = [\"*.localhost\"]\ninterval_ms = 1\n[official]\nstatbank = \"http://api.localhost:{}/v1\"\n",
            self.port
        );
        home.write("belaeg.toml", settings);
        home
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

fn request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    String::from_utf8_lossy(&head).lines().next().map(str::to_owned)
}

/// Two years of two places, as the StatBank wraps it.
fn json_stat(values: &str) -> String {
    format!(
        r#"{{"dataset":{{"dimension":{{"OMRÅDE":{{"category":{{"index":{{"000":0,"461":1}},"label":{{"000":"Hele landet","461":"Odense"}}}}}},
        "SKATPCT":{{"category":{{"index":{{"KOM":0}}}}}},"Tid":{{"category":{{"index":{{"2023":0,"2024":1}}}}}},
        "id":["OMRÅDE","SKATPCT","Tid"],"size":[2,1,2]}},"label":"Kommunal skat","updated":"2024-12-19T07:00:00Z","value":{values}}}}}"#
    )
}

const REQUEST: &str = "statbank:PSKAT?OMRÅDE=*&SKATPCT=KOM&Tid=*";

fn imported(home: &Home) -> Vec<String> {
    let listed =
        home.run(&["official", "list", "--measure", "kommuneskatteprocent", "--json"]).exits(0).json();
    let ours = listed.into_iter().filter(|line| !line["import"].is_null());
    let line = |f: Value| {
        format!(
            "{} {} {} {}",
            text(&f["place"]),
            text(&f["period"]),
            f["value"],
            f["replaced_at"] != json!(null)
        )
    };
    ours.map(line).collect()
}

#[test]
fn a_table_of_the_statbank() {
    let server = StatBank::answering(vec![
        (200, json_stat("[25.1,25.2,24.9,25]")),
        (200, json_stat("[25.1,25.2,24.9,25]")),
        (200, json_stat("[25.1,25.3,24.9,25]")),
    ]);
    let home = server.home();
    let first = home.run(&["official", "import", REQUEST]).exits(0);
    assert_eq!(first.out, format!("{REQUEST}: 4 figures, import 1\n"));
    let asked = "GET /v1/data/PSKAT/JSONSTAT?OMR%C3%85DE=*&SKATPCT=KOM&Tid=*&lang=da HTTP/1.1";
    assert_eq!(server.asked(), [asked]);
    // The same answer again changes nothing.
    let again = home.run(&["official", "import", REQUEST, "--json"]).exits(0).one();
    assert_eq!((&again["unchanged"], &again["import"]), (&json!(true), &json!(1)));
    assert_eq!(
        imported(&home),
        ["DK 2023 25.1 false", "DK 2024 25.2 false", "461 2023 24.9 false", "461 2024 25.0 false"]
            .map(str::to_owned)
    );
    // A revised value stands beside the one before.
    home.run(&["official", "import", REQUEST]).exits(0);
    let now = imported(&home);
    assert!(
        now.contains(&"DK 2024 25.2 true".to_owned()) && now.contains(&"DK 2024 25.3 false".to_owned()),
        "{now:?}"
    );
    let before = home.run(&[
        "official",
        "list",
        "--as-of",
        "2020-01-01",
        "--measure",
        "kommuneskatteprocent",
        "--json",
    ]);
    assert!(before.exits(0).json().iter().all(|f| f["import"].is_null()));
    let imports = home.run(&["official", "imports", "--json"]).exits(0).json();
    assert_eq!(imports.len(), 2);
    assert_eq!(imports[0]["request"], json!(REQUEST));
    assert_eq!(imports[0]["updated"], json!("2024-12-19"));
    assert!(text(&imports[0]["origin"]).starts_with("http://api.localhost:"));
    assert!(text(&imports[0]["file"]).starts_with("belaeg-"));
    // The answers are in the archive, and no documents.
    assert!(home.archive_bytes() > 0);
    assert_eq!(home.run(&["status", "--json"]).exits(0).one()["documents"], json!(0));
    assert_eq!(
        strings(&home.catalog(), "SELECT DISTINCT source FROM figures"),
        ["Danmarks Statistik, PSKAT: Kommunale skatteprocenter"]
    );
}

#[test]
fn errors_of_the_statbank_and_the_web() {
    let not_found = r#"{"errorTypeCode":"EXTRACT-NOTFOUND","message":"Tabellen blev ikke fundet"}"#;
    let page = "<!DOCTYPE html><html><head><title>Vedligehold på Ærø</title></head></html>";
    for (status, body, words) in [
        (400, not_found, ["EXTRACT-NOTFOUND", "Tabellen blev ikke fundet"]),
        (200, not_found, ["EXTRACT-NOTFOUND", "Tabellen blev ikke fundet"]),
        (200, page, ["HTML", "Vedligehold på Ærø"]),
        (404, "", ["not_found", "404"]),
        (200, "{\"dataset\":{\"dimension\":", ["damaged", "JSON-stat"]),
    ] {
        let server = StatBank::answering(vec![(status, body.to_owned())]);
        let home = server.home();
        home.run(&["official", "import", REQUEST]).exits(2).says(&words);
        assert!(home.run(&["official", "imports"]).exits(1).out.is_empty());
    }
    let home = Home::new();
    home.run(&["official", "import", "http://127.0.0.1:9/data.csv"])
        .exits(2)
        .says(&["private", "allow_hosts"]);
    home.run(&["official", "import", "statbank:PSKAT?format=PX"]).exits(2).says(&["PX", "hint"]);
}

const ROWS: &str = "measure,area,place_code,place_name,year,value,unit,cases,source_url,source_title,seen_in,note\n\
    omgoerelsesprocent,boernehandicap,461,Odense,2030,28.9,pct,42,https://eksempel.dk,Eksempel på Ærø,official,\n\
    omgoerelsesprocent,boernehandicap,999,,2030,28.9,pct,,,,official,\n\
    omgoerelsesprocent,boernehandicap,0492,Ærø,2030,..,pct,,,,official,\n\
    omgoerelsesprocent,boernehandicap,000,Hele landet,2030,47,pct,,,,official,\n\
    omgoerelsesprocent,boernehandicap,000,Hele landet,2030,48,pct,,,,official,\n";

#[test]
fn good_rows_are_kept_and_bad_ones_named() {
    let home = Home::new();
    home.write("tal.csv", format!("\u{feff}{ROWS}"));
    let run = home.run(&["official", "import", "home/tal.csv"]).exits(2);
    assert_eq!(
        run.out,
        "home/tal.csv: 3 figures, import 1; passed over: 1 missing; refused: 1 unknown_place\n"
    );
    run.says(&["row 3, column place_code: unknown_place", "\"999\"", "contradicting values", "47, 48"]);
    let json = home.run(&["official", "import", "home/tal.csv", "--json"]).exits(2).one();
    assert_eq!((&json["unchanged"], &json["figures"]), (&json!(true), &json!(3)));
    assert_eq!(json["rows"][0]["at"], json!("row 3"));
    assert_eq!(json["contradictions"][0]["values"], json!([47.0, 48.0]));
    // One that cannot be read at all leaves the others alone.
    home.write("side.html", "<html><title>Nej</title></html>");
    let both =
        home.run(&["official", "import", "home/side.html", "home/findes-ikke.csv", "home/tal.csv"]).exits(2);
    assert!(both.out.contains("as they were in import 1"), "{}", both.out);
    both.says(&[
        "side.html cannot be imported: it is an HTML page (\"Nej\")",
        "findes-ikke.csv",
        "no such file",
    ]);
}

#[test]
fn talportal_and_mapped_tables() {
    let home = Home::new();
    let talportal = "\"Kommune\";\"Lovgivning\";\"Sagsemne\";\"periode\";\"Omgørelsesprocent\"\n\"Århus\";\"Serviceloven\";\"I alt\";\"2030 - 4. kvartal\";28,5\n";
    home.write("data.csv", windows_1252(talportal));
    home.run(&["official", "import", "home/data.csv"]).exits(0);
    let listed =
        home.run(&["official", "list", "--measure", "omgørelsesprocent", "--place", "Aarhus"]).exits(0);
    assert!(listed.out.starts_with("omgoerelsesprocent\n  definition: (hjemviste + "), "{}", listed.out);
    let line = listed.out.lines().find(|line| line.contains("2030K4")).expect("the figure");
    home.write("belaeg.toml", "language = \"da\"\n");
    let imports = home.run(&["official", "imports"]).exits(0).out;
    assert!(
        imports.starts_with("1 ") && imports.ends_with("(Ankestyrelsen, Talportalen): 1 tal\n"),
        "{imports}"
    );
    assert!(line.contains("28,5 %") && line.contains("Ankestyrelsen, Talportalen"), "{line}");

    home.write("fravær.csv", "Kommune;År;Dage\nÆrø Kommune;2030;1.234,5\n");
    home.run(&["official", "import", "home/fravær.csv"]).exits(2).says(&["Kommune, År, Dage", "--mapping"]);
    home.write(
        "fravær.toml",
        "[columns]\nplace = 'Kommune'\nperiod = 'År'\nvalue = 'Dage'\n[constant]\nunit = 'dagsvaerk'\n",
    );
    let mapped = ["official", "import", "home/fravær.csv", "--mapping", "home/fravær.toml"];
    home.run(&mapped).exits(2).says(&["--measure"]);
    home.run(&[&mapped[..], &["--measure", "sygefravaer_dagsvaerk"]].concat()).exits(0);
    let figure = home
        .run(&["official", "list", "--place", "ærø", "--measure", "sygefravaer_dagsvaerk", "--json"])
        .exits(0)
        .one();
    assert_eq!((&figure["value"], &figure["source"]), (&json!(1234.5), &json!("fravær.csv")));
    home.write("galt.toml", "[columns]\nplaec = 'Kommune'\n");
    home.run(&["official", "import", "home/fravær.csv", "--mapping", "home/galt.toml"])
        .exits(2)
        .says(&["plaec"]);
}

#[test]
fn the_curated_figures_come_with_the_program() {
    let home = Home::new();
    let all = home.run(&["official", "list", "--json"]).exits(0).json();
    assert!(all.len() > 500, "{}", all.len());
    let quoted = all.iter().filter(|f| f["standing"] == json!("news-quoting-official")).count();
    assert!(quoted > 300, "{quoted}");
    home.run(&["official", "list", "--measure", "omgoerelseprocent"])
        .exits(2)
        .says(&["did you mean omgoerelsesprocent?"]);
    home.run(&["official", "list", "--place", "Samsø", "--measure", "sygefravaer_dagsvaerk"]).exits(1);
    // A table beside it is read too, and its bad rows are told.
    home.write("corpus/official/egne.csv", ROWS);
    let own = home.run(&["official", "list", "--json"]).exits(2);
    assert_eq!(own.json().len(), all.len() + 3);
    own.says(&["egne.csv, row 3, place_code", "left out"]);
}

#[test]
fn imported_figures_are_what_claims_are_checked_against() {
    let home = Home::new();
    let text = "Kommuneskatten i Odense var 31,7 procent i 2024.";
    let verdicts = || {
        let checked = home.run_with(&["check", "--text", "-", "--json"], text);
        let lines = checked.json();
        let checks = lines.iter().filter_map(|line| line["checks"].as_array()).flatten();
        checks.map(|check| check["verdict"].clone()).collect::<Vec<_>>()
    };
    let before = verdicts();
    home.write("pskat.json", json_stat("[25.1,25.2,24.9,31.7]"));
    home.run(&["official", "import", "home/pskat.json"]).exits(0);
    assert_eq!(verdicts(), [json!("matches")], "before the import: {before:?}");
    // The value that was replaced holds no longer, and on which day the text was written is not known.
    home.write("pskat.json", json_stat("[25.1,25.2,24.9,31.9]"));
    home.run(&["official", "import", "home/pskat.json"]).exits(0);
    assert_eq!(verdicts(), [json!("undecidable")]);
}
