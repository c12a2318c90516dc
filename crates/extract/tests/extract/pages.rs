//! Sixty pages of twelve families of templates, as kommuner publish them, against what a reader wants of them.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::extract;

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pages");
    let entries = fs_err::read_dir(folder).expect("the folder of the pages");
    let mut files: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "html"));
    files.sort();
    files
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(squeeze).collect()
}

#[test]
fn what_a_reader_wants_is_there_and_nothing_else() {
    let (mut found, mut missed, mut kept) = (0_u32, Vec::new(), Vec::new());
    let (mut rows, mut rows_found, mut titles, mut dates) = (0_u32, 0_u32, 0_u32, 0_u32);
    let pages = pages();
    for path in &pages {
        let truth = fs_err::read_to_string(path.with_extension("json")).expect("the truth beside the page");
        let truth: Value = serde_json::from_str(&truth).expect("an object");
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let doc = extract(&name, &fs_err::read(path).expect("a page of the list")).expect("a page with text");
        let text = squeeze(&doc.text);
        for segment in strings(&truth["with"]) {
            if text.contains(&segment) {
                found += 1;
            } else {
                missed.push(format!("{name}: {segment}"));
            }
        }
        let is_kept = |s: &String| text.contains(s.as_str());
        kept.extend(strings(&truth["without"]).into_iter().filter(is_kept).map(|s| format!("{name}: {s}")));
        let lines: Vec<String> = doc.text.lines().map(squeeze).collect();
        for row in truth["rows"].as_array().into_iter().flatten() {
            let row = squeeze(&strings(row).join(" "));
            rows += 1;
            rows_found += u32::from(lines.iter().any(|line| line.contains(&row)));
        }
        titles +=
            u32::from(doc.meta.title.is_some_and(|t| Some(t.value.as_str()) == truth["title"].as_str()));
        let date = doc.meta.published.map(|d| d.value.to_string());
        dates += u32::from(date.as_deref() == truth["published"].as_str());
    }
    let wrong = u32::try_from(missed.len() + kept.len()).unwrap_or(u32::MAX);
    let f1 = f64::from(2 * found) / f64::from(2 * found + wrong);
    assert!(f1 >= 0.98, "F1 {f1:.3}; missed {missed:#?}; kept {kept:#?}");
    assert_eq!(rows_found, rows, "rows of tables");
    assert!(pages.len() >= 60 && titles >= 60 && dates >= 55, "{titles} titles, {dates} dates");
}
