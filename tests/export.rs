//! `belaeg export`: tables that other programs read.

use std::path::Path;
use std::process::Command;

use crate::support::{Home, bash, program, repository, skipped, strings, text};

/// A home with example documents.
fn home() -> Home {
    let home = Home::new();
    for name in ["docs/til.txt", "docs/skade.txt"] {
        home.write(
            name,
            "Omgørelsesprocenten på Ærø var 28,9\u{a0}% i 2017.\n\n=HYPERLINK(\"x\") 12 % i 2016 og 2018.\n",
        );
    }
    home.run(&["ingest", "home/docs"]).exits(0);
    home.write("docs/til.txt", "Omgørelsesprocenten på Ærø var 30 % i 2018.\n");
    let examples = repository().join("corpus/documents");
    home.run(&["ingest", "home/docs", examples.to_str().expect("UTF-8")]).exits(0);
    home
}

fn lines(folder: &Path, name: &str) -> Vec<serde_json::Value> {
    let text = fs_err::read_to_string(folder.join(name)).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn every_row_and_column_comes_out_in_every_format() {
    let home = home();
    let out = home.root().join("ud æøå");
    let folder = out.to_str().expect("UTF-8");
    home.run(&["export", "--format", "ndjson", "--out", folder])
        .exits(0)
        .says(&["statements", "datapackage.json"]);
    home.run(&["export", "--format", "csv", "--out", folder]).exits(0);
    let package: serde_json::Value =
        serde_json::from_str(&fs_err::read_to_string(out.join("datapackage.json")).expect("UTF-8"))
            .expect("JSON");
    let catalog = home.catalog();
    for resource in package["resources"].as_array().expect("a list") {
        let name = text(&resource["name"]);
        let rows = lines(&out, &format!("{name}.ndjson"));
        let count = strings(&catalog, &format!("SELECT cast(count(*) AS TEXT) FROM {name}"));
        assert_eq!([rows.len().to_string()], *count, "{name}");
        assert_eq!(resource["rows"].as_u64(), Some(rows.len() as u64), "{name}");
        let mut table = csv::Reader::from_path(out.join(text(&resource["path"]))).expect("CSV");
        let fields = resource["schema"]["fields"].as_array().expect("a list");
        let names: Vec<String> = fields.iter().map(|f| text(&f["name"])).collect();
        assert_eq!(table.headers().expect("a head").iter().collect::<Vec<_>>(), names, "{name}");
        assert!(fields.iter().all(|f| !text(&f["description"]).is_empty()), "{name}");
        let records: Vec<csv::StringRecord> = table.records().map(|r| r.expect("a row")).collect();
        assert_eq!(records.len(), rows.len(), "{name}");
        for (record, row) in records.iter().zip(&rows) {
            for (cell, name) in record.iter().zip(&names) {
                let plain = match &row[name] {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(s) => s.clone(),
                    other => other.to_string(),
                };
                let number = |s: &str| s.parse::<f64>().ok();
                let is_same = cell == plain || number(cell).is_some() && number(cell) == number(&plain);
                assert!(is_same || cell.strip_prefix('\'') == Some(&plain), "{name}: {cell:?} for {plain:?}");
            }
        }
    }
    let statements = lines(&out, "statements.ndjson");
    let harmful =
        statements.iter().find(|s| text(&s["text"]).starts_with("=HYPERLINK")).expect("the statement");
    assert_eq!(harmful["years"], "2016 2018");
    let csv = fs_err::read_to_string(out.join("statements.csv")).expect("UTF-8");
    assert!(csv.contains("\"'=HYPERLINK(\"\"x\"\")"), "a spreadsheet would run it");
    let claims = lines(&out, "claims.ndjson");
    let old = claims.iter().filter(|c| c["is_current"] == false).count();
    assert_eq!(old, 2, "claims of the version before");
}

#[test]
fn folders_of_others_are_left_alone_and_takedowns_are_kept() {
    let home = home();
    home.write("andet/noter.txt", "ikke vores");
    home.run(&["export", "--format", "csv", "--out", "home/andet"]).exits(2).says(&["not empty", "--out"]);
    home.run(&["takedown", "home:docs/til.txt", "--reason", "anmodning"]).exits(0);
    home.run(&["export", "--format", "ndjson"]).exits(0);
    let documents = lines(&home.root().join("export"), "documents.ndjson");
    assert!(!documents.is_empty() && documents.iter().all(|d| d["url"] != "home:docs/til.txt"));
    let empty = Home::new();
    empty.run(&["export", "--format", "parquet"]).exits(0).says(&["0 documents"]);
}

#[test]
fn an_export_that_was_cut_off_is_done_again() {
    let home = home();
    home.run(&["export", "--format", "csv"]).exits(0);
    let folder = home.root().join("export");
    let claims = || fs_err::read_to_string(folder.join("claims.csv")).expect("UTF-8");
    let whole = claims();
    // As a full disk leaves a first export.
    fs_err::remove_file(folder.join("datapackage.json")).expect("removed");
    fs_err::rename(folder.join("claims.csv"), folder.join("claims.csv.tmp")).expect("renamed");
    fs_err::write(folder.join("datapackage.json.tmp"), "").expect("written");
    home.run(&["export", "--format", "csv"]).exits(0);
    assert!(claims() == whole && folder.join("datapackage.json").is_file());
    let left = fs_err::read_dir(&folder)
        .expect("a folder")
        .filter(|file| file.as_ref().is_ok_and(|file| file.file_name().to_string_lossy().ends_with(".tmp")));
    assert_eq!(left.count(), 0);
}

/// Where the disk is full, the earlier export stays as it is.
#[cfg(unix)]
#[test]
fn an_export_that_fails_leaves_the_earlier_one() {
    let home = home();
    home.run(&["export", "--format", "ndjson"]).exits(0);
    let folder = home.root().join("export");
    let tables = || {
        ["documents", "statements", "claims"]
            .map(|name| fs_err::read(folder.join(format!("{name}.ndjson"))).expect("a table"))
    };
    let before = tables();
    home.write("docs/lang.txt", "Der kom 90 klager på Ærø i 2020.\n\n".repeat(3000));
    home.run(&["ingest", "home/docs"]).exits(0);
    let script = "trap '' XFSZ; ulimit -f 200; exec \"$1\" --home home export --format ndjson";
    assert_eq!(bash(home.root(), script, &[program().as_ref()]).code, Some(2));
    assert_eq!(tables(), before);
    home.run(&["export", "--format", "ndjson"]).exits(0);
    assert_ne!(tables(), before);
}

/// Tools that others wrote read the Parquet: DuckDB (PyPI), where it is installed.
#[test]
fn duckdb_reads_the_parquet() {
    let python = ["python3", "python"].into_iter().find(|p| {
        Command::new(p).args(["-c", "import duckdb"]).output().is_ok_and(|out| out.status.success())
    });
    let Some(python) = python else { return skipped("duckdb is not installed (pip install duckdb)") };
    let home = home();
    home.run(&["export", "--format", "parquet"]).exits(0);
    let script = "import duckdb\nq = lambda s: duckdb.sql(s).fetchall()\n\
        print(*q(\"SELECT count(*), sum(value), count(value_max), sum(is_current::int) FROM 'export/claims.parquet'\")[0])\n\
        print(*q(\"SELECT count(*), max(strlen(text)) FROM 'export/statements.parquet'\")[0])\n\
        print(q(\"SELECT s.text FROM 'export/statements.parquet' s JOIN 'export/claims.parquet' c ON c.statement_id = s.id WHERE c.value = 30 AND c.first_year = 2018 AND c.measure = 'omgoerelsesprocent' AND s.text LIKE '%Ærø%'\"))";
    let out =
        Command::new(python).args(["-c", script]).current_dir(home.root()).output().expect("python starts");
    let printed = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(out.status.success(), "{printed}{}", String::from_utf8_lossy(&out.stderr));
    let catalog = home.catalog();
    let sums = "SELECT count(*) || ' ' || sum(c.value) || ' ' || count(c.value_max) || ' ' || sum(v.number = d.current_version) \
                FROM claims c JOIN statements t ON t.id = c.statement_id JOIN versions v ON v.id = t.version_id \
                JOIN documents d ON d.id = v.document_id";
    let texts = "SELECT count(*) || ' ' || max(length(cast(text AS BLOB))) FROM statements";
    let numbers =
        |line: &str| line.split(' ').map(|n| n.parse::<f64>().expect("a number").round()).collect::<Vec<_>>();
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(numbers(lines[0]), numbers(&strings(&catalog, sums)[0]));
    assert_eq!(numbers(lines[1]), numbers(&strings(&catalog, texts)[0]));
    assert!(lines[2].contains("Omgørelsesprocenten på Ærø var 30 % i 2018."), "{}", lines[2]);
}
