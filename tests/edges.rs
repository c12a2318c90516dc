//! The rules of the workspace: who may depend on whom, in which order the members stand, how files begin, licences.

use std::path::{Path, PathBuf};

use serde_json::Value;
use toml::Table;

use crate::support::repository;

/// The members in the order of the pipeline; some may not be there yet.
const PIPELINE: [&str; 9] =
    ["model", "fetch", "corpus", "extract", "claims", "index", "check", "serve", "testbed"];

/// What a member may depend on besides the model.
const EXTRA_EDGES: [(&str, &[&str]); 1] = [("serve", &["index", "check", "corpus"])];

fn manifest(path: &str) -> Table {
    let file = repository().join(path);
    fs_err::read_to_string(file).expect("a manifest").parse().expect("TOML")
}

fn list(manifest: &Table, key: &str) -> Vec<String> {
    let array = manifest["workspace"][key].as_array().expect("a list");
    array.iter().map(|v| v.as_str().expect("a path").to_owned()).collect()
}

/// Names of the members, without `crates/`.
fn members() -> Vec<String> {
    let strip = |m: &String| m.strip_prefix("crates/").expect("members lie in crates/").to_owned();
    list(&manifest("Cargo.toml"), "members").iter().map(strip).collect()
}

/// The belaeg crates that a manifest names: (kind of table, crate without `belaeg-`).
fn edges(manifest: &Table) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let own = manifest.get(kind).into_iter();
        let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
        let of_targets = targets.filter_map(|(_, target)| target.get(kind));
        for (key, value) in own.chain(of_targets).filter_map(toml::Value::as_table).flatten() {
            let name = value.get("package").and_then(toml::Value::as_str).unwrap_or(key);
            let path = value.get("path").and_then(toml::Value::as_str);
            assert!(path.is_none(), "{key}: paths stand in [workspace.dependencies] alone");
            if let Some(name) = name.strip_prefix("belaeg-") {
                found.push((kind.to_owned(), name.to_owned()));
            }
            assert_ne!(name, "belaeg", "nobody depends on the root");
        }
    }
    found
}

#[test]
fn members_stand_in_the_order_of_the_pipeline() {
    let members = members();
    let places: Vec<usize> = members
        .iter()
        .map(|m| PIPELINE.iter().position(|p| p == m).unwrap_or_else(|| panic!("{m} is not in the design")))
        .collect();
    assert!(places.is_sorted_by(|a, b| a < b), "{members:?}");
    for needed in ["model", "corpus", "extract", "claims", "index"] {
        assert!(members.iter().any(|m| m == needed), "{needed} is missing");
    }
    let mut on_disk: Vec<String> = fs_err::read_dir(repository().join("crates"))
        .expect("crates/")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("Cargo.toml").is_file())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    on_disk.sort_unstable();
    let mut listed = members.clone();
    listed.sort_unstable();
    assert_eq!(listed, on_disk, "members and folders with a manifest");
    // The testbed is for development: a plain `cargo build` leaves it out.
    let shipped = members.iter().filter(|m| *m != "testbed");
    let default: Vec<String> = shipped.map(|m| format!("crates/{m}")).collect();
    let root = manifest("Cargo.toml");
    assert_eq!(list(&root, "default-members"), [vec![".".to_owned()], default].concat());
}

#[test]
fn every_edge_is_in_the_design() {
    for member in members() {
        let extra = EXTRA_EDGES.iter().find(|(name, _)| *name == member).map_or(&[][..], |(_, to)| to);
        let table = manifest(&format!("crates/{member}/Cargo.toml"));
        for (kind, to) in edges(&table) {
            let to_test = to == "testbed" && kind == "dev-dependencies";
            let allowed = (to == "model" && member != "model") || extra.contains(&to.as_str()) || to_test;
            assert!(allowed, "{member} → {to} ({kind}) is not in the design");
        }
        let package = table["package"]["name"].as_str();
        assert_eq!(package, Some(format!("belaeg-{member}").as_str()));
    }
    let shipped = edges(&manifest("Cargo.toml"));
    assert!(shipped.len() >= 5, "the root joins the crates: {shipped:?}");
    let testbed = ("dependencies".to_owned(), "testbed".to_owned());
    assert!(!shipped.contains(&testbed), "the testbed is not shipped");
}

#[test]
fn every_member_has_the_lints_of_the_workspace() {
    let root = manifest("Cargo.toml");
    assert_eq!(root["workspace"]["lints"]["rust"]["unsafe_code"].as_str(), Some("forbid"));
    let members = members().into_iter().map(|m| format!("crates/{m}/Cargo.toml"));
    for path in members.chain(["Cargo.toml".to_owned()]) {
        let table = manifest(&path);
        let own = table.get("lints").and_then(|l| l.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(own, Some(true), "{path}: [lints] workspace = true");
    }
}

fn sources(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs_err::read_dir(dir) else { return };
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    let mut files = Vec::new();
    for dir in ["crates", "tests", "benches"] {
        sources(&repository().join(dir), &mut files);
    }
    assert!(files.len() > 50, "only {} files were found", files.len());
    // In two parts, so that this file passes its own test.
    let word = concat!("un", "safe");
    let mut wrong = Vec::new();
    for file in files {
        let source = fs_err::read_to_string(&file).expect("UTF-8");
        let first = source.lines().next().unwrap_or_default();
        if first.strip_prefix("//! ").is_none_or(|doc| doc.trim().len() < 15) {
            wrong.push(format!("{}: its first line is {first:?}", file.display()));
        }
        let code = source.lines().filter(|l| !l.trim_start().starts_with("//"));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        for line in code.filter(|l| l.split(|c| !is_word(c)).any(|w| w == word)) {
            wrong.push(format!("{}: {line}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether an SPDX expression can be met with allowed licences alone: `OR`, `AND`, `WITH`, parentheses, and the
/// old `/` for `OR`.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let met = either(&words, &mut at, allowed);
    met && at == words.len()
}

fn either(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = all(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        met |= all(words, at, allowed);
    }
    met
}

fn all(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let mut met = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        met &= one(words, at, allowed);
    }
    met
}

fn one(words: &[&str], at: &mut usize, allowed: &[String]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let met = either(words, at, allowed);
        *at += 1;
        return met;
    }
    let mut name = (*word).to_owned();
    if words.get(*at) == Some(&"WITH") {
        name = format!("{name} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
    }
    allowed.contains(&name)
}

#[test]
fn licence_expressions() {
    let allowed = ["MIT".to_owned(), "Zlib".to_owned(), "Apache-2.0 WITH LLVM-exception".to_owned()];
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("MIT OR GPL-3.0-only", true),
        ("MIT/GPL-3.0-only", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Zlib", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", false),
        ("Apache-2.0", false),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true),
        ("", false),
        ("MIT)", false),
    ] {
        assert_eq!(is_met(expression, &allowed), expected, "{expression}");
    }
}

#[test]
fn every_licence_is_allowed() {
    let deny = manifest("deny.toml");
    let allow = deny["licenses"]["allow"].as_array().expect("a list");
    let allowed: Vec<String> = allow.iter().filter_map(|l| Some(l.as_str()?.to_owned())).collect();
    assert!(allowed.iter().any(|l| l == "MIT"), "{allowed:?}");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = std::process::Command::new(cargo)
        .args(["metadata", "--locked", "--offline", "--format-version", "1"])
        .current_dir(repository())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let wrong: Vec<String> = packages
        .iter()
        .filter(|p| !is_met(p["license"].as_str().unwrap_or_default(), &allowed))
        .map(|p| format!("{} {}: {}", p["name"], p["version"], p["license"]))
        .collect();
    assert!(wrong.is_empty(), "not allowed by deny.toml:\n{}", wrong.join("\n"));
}
