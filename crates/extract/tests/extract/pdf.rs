//! PDFs of many kinds against what a careful typist makes of them.

use std::path::{Path, PathBuf};

use belaeg_model::Extracted;
use serde_json::Value;

use crate::extract;

/// Share of words that may differ. The files that have more are named with theirs.
const MOST_WRONG: f64 = 0.015;
const HARDER: &[(&str, f64)] = &[
    // The font has names of glyphs that nothing tells apart.
    ("10b-cid-kun-glyfnavne", 1.0),
    // Labels of a chart can be read in any order.
    ("35-soejlediagram", 0.03),
    // Blanks of narrow justified columns.
    ("30-lige-margener-store-mellemrum", 0.03),
];

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pdf");
    let entries = fs_err::read_dir(folder).expect("the folder of the PDFs");
    let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "pdf"));
    files.sort();
    files
}

fn read(path: &Path) -> Extracted {
    extract("a.pdf", &fs_err::read(path).expect("a file of the list")).expect("a good file")
}

/// The text of the page, and the orders of it that are as good.
fn truths(path: &Path) -> Vec<String> {
    let others = (1..).map(|n| path.with_extension(format!("alt{n}.txt"))).take_while(|p| p.exists());
    let all = std::iter::once(path.with_extension("txt")).chain(others);
    all.map(|p| fs_err::read_to_string(p).expect("the text beside the PDF")).collect()
}

fn words(text: &str) -> Vec<String> {
    use unicode_normalization::UnicodeNormalization;
    text.split_whitespace().map(|w| w.nfkc().collect()).collect()
}

#[test]
fn the_text_is_that_of_a_careful_typist() {
    let mut bad = Vec::new();
    for path in files() {
        let got = words(&read(&path).text);
        let share = |truth: &String| {
            let want = words(truth);
            strsim::generic_levenshtein(&want, &got) as f64 / want.len() as f64
        };
        let wrong = truths(&path).iter().map(share).fold(f64::INFINITY, f64::min);
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let most = HARDER.iter().find(|(n, _)| *n == name).map_or(MOST_WRONG, |(_, most)| *most);
        if wrong > most {
            bad.push(format!("{name}: {:.1} % of the words", wrong * 100.0));
        }
    }
    assert!(bad.is_empty(), "{bad:#?}");
}

/// The rows of the tables beside the PDF: label and cells.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let Ok(json) = fs_err::read_to_string(path.with_extension("tables.json")) else { return Vec::new() };
    let tables: Vec<Value> = serde_json::from_str(&json).expect("a list of tables");
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let row = |row: &Value| {
        let cells = row["cells"].as_array().cloned().unwrap_or_default();
        std::iter::once(text(&row["label"])).chain(cells.iter().map(text)).collect()
    };
    tables.iter().flat_map(|t| t["rows"].as_array().cloned().unwrap_or_default()).map(|r| row(&r)).collect()
}

#[test]
fn every_row_of_figures_is_a_row() {
    let (mut missing, mut all) = (Vec::new(), 0);
    for path in files() {
        let doc = read(&path);
        let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = doc.text.lines().map(squeeze).collect();
        for row in rows(&path) {
            all += 1;
            let row = squeeze(&row.join(" "));
            if !lines.iter().any(|line| line.contains(&row)) {
                missing.push(format!("{}: {row}", path.display()));
            }
        }
    }
    assert!(all > 100 && missing.len() * 100 <= all * 3, "{} of {all}: {missing:#?}", missing.len());
}
