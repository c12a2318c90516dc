//! `belaeg eval` and `corpus/gold/score.py` are one measure, written twice.

use std::path::{Path, PathBuf};
use std::process::Command;

use expect_test::expect_file;
use serde_json::{Value, json};

use crate::support::{belaeg, keys, repository, skipped, text};

fn gold() -> PathBuf {
    repository().join("corpus/gold/dev.jsonl")
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What the script prints for findings; `None` without Python.
fn score_py(predicted: &Path) -> Option<String> {
    let script = repository().join("corpus/gold/score.py");
    let output = Command::new("python3").arg(script).arg(gold()).arg(predicted).output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).expect("UTF-8"))
}

#[track_caller]
fn check_same(eval: &str, predicted: &Path) {
    let Some(script) = score_py(predicted) else {
        skipped("there is no python3 to run corpus/gold/score.py with");
        return;
    };
    // Behind them come the rates by unit and construction.
    assert!(eval.lines().count() > script.lines().count(), "{eval}\n{script}");
    for (ours, theirs) in eval.lines().zip(script.lines()) {
        assert_eq!(ours, theirs);
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Findings that are wrong in every way that is counted, made from `right` by a rule.
fn damaged(right: &[Value]) -> Vec<Value> {
    let mut all = Vec::new();
    for (i, line) in right.iter().enumerate() {
        let mut line = json!({"id": line["id"], "rates": line["rates"], "counts": line["counts"], "years": line["years"]});
        for (j, rate) in line["rates"].as_array_mut().into_iter().flatten().enumerate() {
            damage(rate, i + j);
        }
        let rates = line["rates"].as_array_mut().expect("a list");
        match i % 7 {
            0 => drop(rates.pop()),
            1 => rates.push(json!({"quote": "7 %", "value": 7.0, "unit": "percent", "role": "level", "approx": "exact", "years": [], "place": null, "measure": null})),
            2 => rates.reverse(),
            3 => rates.extend(rates.first().cloned()),
            _ => {}
        }
        let counts = line["counts"].as_array_mut().expect("a list");
        match i % 5 {
            0 => drop(counts.pop()),
            1 => {
                counts.push(json!({"quote": "26", "value": 26, "noun": "sager", "years": [], "place": null}))
            }
            2 => counts.extend(counts.first().cloned()),
            _ => {}
        }
        let years = line["years"].as_array_mut().expect("a list");
        match i % 6 {
            0 => drop(years.pop()),
            1 => years.push(json!(1999)),
            _ => {}
        }
        // Some statements are not answered at all.
        if i % 11 != 10 {
            all.push(line);
        }
    }
    all
}

fn damage(rate: &mut Value, i: usize) {
    let value = rate["value"].as_f64().expect("a value");
    match i % 13 {
        0 => rate["years"] = json!([2001]),
        1 => rate["place"] = json!("492"),
        2 => rate["place"] = Value::Null,
        3 => rate["role"] = json!("forecast"),
        4 => rate["value"] = json!(value + 0.009),
        5 => rate["value"] = json!(value + 0.02),
        6 => rate["unit"] = json!("permille"),
        7 => rate["measure"] = json!("ledighed"),
        8 => rate["measure"] = Value::Null,
        9 => rate["approx"] = json!("about"),
        10 => rate["value_max"] = json!(value + 1.0),
        11 => rate["quote"] = json!("noget andet"),
        _ => {}
    }
}

#[test]
fn eval_of_our_own_findings_is_that_of_the_script() {
    let dir = tempfile::tempdir().expect("a folder");
    let (gold, predicted) = (gold(), dir.path().join("predicted.jsonl"));
    let claims = belaeg(dir.path(), &["claims", path(&gold)]).exits(0);
    assert_eq!(claims.out.lines().count(), fs_err::read_to_string(&gold).expect("gold").lines().count());
    fs_err::write(&predicted, &claims.out).expect("written");
    let eval = belaeg(dir.path(), &["eval", path(&gold)]).exits(0);
    let again = belaeg(dir.path(), &["eval", path(&gold), "--predicted", path(&predicted)]).exits(0);
    assert_eq!(eval.out, again.out);
    check_same(&eval.out, &predicted);
    fs_err::write(&predicted, jsonl(&damaged(&lines(&claims.out)))).expect("written");
    let eval = belaeg(dir.path(), &["eval", path(&gold), "--predicted", path(&predicted)]).exits(0);
    assert_ne!(eval.out, again.out);
    check_same(&eval.out, &predicted);
}

fn jsonl(all: &[Value]) -> String {
    all.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn eval_of_damaged_labels_is_that_of_the_script() {
    let dir = tempfile::tempdir().expect("a folder");
    let (gold, predicted) = (gold(), dir.path().join("predicted.jsonl"));
    let right = lines(&fs_err::read_to_string(&gold).expect("gold"));
    fs_err::write(&predicted, jsonl(&damaged(&right))).expect("written");
    let eval = belaeg(dir.path(), &["eval", path(&gold), "--predicted", path(&predicted)]).exits(0);
    expect_file!["data/eval-damaged.txt"].assert_eq(&eval.out);
    check_same(&eval.out, &predicted);
    // The labels themselves are right; findings that say nothing are silent.
    fs_err::write(&predicted, jsonl(&right)).expect("written");
    let perfect = belaeg(dir.path(), &["eval", path(&gold), "--predicted", path(&predicted)]).exits(0);
    check_same(&perfect.out, &predicted);
    assert!(perfect.out.contains("\ntuple    P 1.0000  R 1.0000  F1 1.0000\n"), "{}", perfect.out);
    fs_err::write(&predicted, "").expect("written");
    let silent = belaeg(dir.path(), &["eval", path(&gold), "--predicted", path(&predicted)]).exits(0);
    check_same(&silent.out, &predicted);
    assert!(silent.out.contains("\nsilent   1.0000\n"), "{}", silent.out);
}

#[test]
fn eval_says_what_is_wrong() {
    let dir = tempfile::tempdir().expect("a folder");
    let at = |name: &str, text: &str| {
        let file = dir.path().join(name);
        fs_err::write(&file, text).expect("written");
        path(&file).to_owned()
    };
    let one = r#"{"id": "å-1", "text": "Ledigheden på Ærø var 12 % i 2020.", "rates": [], "counts": [], "years": [2020]}"#;
    let gold = at("gold.jsonl", one);
    let twice = at("twice.jsonl", &format!("{one}\n{one}\n"));
    let broken = at("broken.jsonl", &format!("{one}\n\n{{\"id\": 1\n"));
    let stranger = at("stranger.jsonl", r#"{"id": "ukendt", "rates": [], "counts": [], "years": []}"#);
    for (args, words) in [
        (vec!["eval", &twice], ["twice.jsonl", "å-1"]),
        (vec!["eval", &broken], ["broken.jsonl", "line 3"]),
        (vec!["eval", &gold, "--predicted", &stranger], ["ukendt", "no labelled statement"]),
    ] {
        belaeg(dir.path(), &args).exits(2).says(&words);
    }
    let errors = belaeg(dir.path(), &["eval", &gold, "--errors"]).exits(0);
    let mistake: Value = serde_json::from_str(errors.out.lines().next().unwrap_or_default()).expect("JSON");
    assert_eq!(text(&mistake["id"]), "å-1", "a rate where gold has none is a mistake: {}", errors.out);
    let score = belaeg(dir.path(), &["eval", &gold, "--json"]).exits(0).one();
    assert_eq!(keys(&score), ["file", "score"]);
    assert_eq!(score["score"]["statements"], 1);
}
