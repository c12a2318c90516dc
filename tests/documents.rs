//! What belaeg finds in the example documents stays as good as it was: `corpus/gold/documents.py` as a test.

use std::collections::HashMap;

use serde_json::Value;

use crate::support::{Home, belaeg, keys, repository, text};

/// Claims of one kind: how many are wholly right, missed, and found where readers found none.
#[derive(Debug, Default)]
struct Tally {
    right: usize,
    missed: usize,
    too_many: usize,
}

/// The parts of a claim that are compared.
const OF_RATES: &[&str] =
    &["value", "value_max", "unit", "per", "role", "approx", "years", "place", "measure"];
const OF_COUNTS: &[&str] = &["years", "place"];

/// What is reached; at least as many documents are read.
const DOCUMENTS: usize = 46;
const RATES: Tally = Tally { right: 850, missed: 4, too_many: 5 };
const COUNTS: Tally = Tally { right: 181, missed: 4, too_many: 4 };

fn near(a: &Value, b: &Value) -> bool {
    let pair = a.as_f64().zip(b.as_f64());
    pair.is_some_and(|(a, b)| (a - b).abs() <= f64::max(0.05, 0.001 * b.abs()))
}

/// That a share is of something else is said by `null` or by `andel_oevrig`.
fn is_same(part: &str, got: &Value, want: &Value) -> bool {
    let unnamed = |v: &Value| v.is_null() || v == "andel_oevrig";
    got == want
        || part.starts_with("value") && near(got, want)
        || part == "measure" && unnamed(got) && unnamed(want)
}

/// Letters and digits alone: readers and extraction differ in blanks and line ends.
fn bare(value: &Value) -> String {
    text(value).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The statements with claims by the last part of their document's address, in reading order.
fn found() -> HashMap<String, Vec<Value>> {
    let home = Home::new();
    let documents = repository().join("corpus/documents");
    belaeg(home.root(), &["--home", "home", "ingest", documents.to_str().expect("UTF-8")]);
    let mut found: HashMap<String, Vec<Value>> = HashMap::new();
    for hit in home.everything().json() {
        let url = text(&hit["document"]["url"]);
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        found.entry(name).or_default().push(hit);
    }
    let ordinal = |hit: &Value| -> Vec<u64> {
        text(&hit["statement"]["id"]).split('.').skip(1).map(|n| n.parse().unwrap_or_default()).collect()
    };
    found.values_mut().for_each(|hits| hits.sort_by_key(ordinal));
    found
}

fn compare(kind: &str, parts: &[&str], truth: &[Value], hits: &[Value], tally: &mut Tally) {
    let none = Vec::new();
    let list = |v: &'_ Value| v.as_array().unwrap_or(&none).clone();
    let mut claims: Vec<(String, Value)> = Vec::new();
    for hit in hits {
        let of_kind =
            list(&hit["claims"]).into_iter().filter(|c| (c["unit"] == "count") == (kind == "counts"));
        claims.extend(of_kind.map(|c| (bare(&hit["statement"]["text"]), c)));
    }
    for statement in truth {
        let words = bare(&statement["text"]);
        for want in list(&statement[kind]) {
            let at = claims.iter().position(|(said, c)| {
                bare(&c["quote"]) == bare(&want["quote"])
                    && near(&c["value"], &want["value"])
                    && (words.contains(said) || said.contains(&words))
            });
            match at.map(|at| claims.remove(at).1) {
                Some(got) => {
                    tally.right += usize::from(parts.iter().all(|p| is_same(p, &got[*p], &want[*p])));
                }
                None => tally.missed += 1,
            }
        }
    }
    tally.too_many += claims.len();
}

#[test]
fn the_example_documents_are_read_as_well_as_before() {
    let found = found();
    let (mut rates, mut counts) = (Tally::default(), Tally::default());
    let mut read = 0;
    for file in fs_err::read_dir(repository().join("corpus/gold/documents")).expect("a folder") {
        let lines = fs_err::read_to_string(file.expect("a file").path()).expect("UTF-8");
        let mut lines = lines.lines().map(|l| serde_json::from_str::<Value>(l).expect("JSON"));
        let head = lines.next().expect("the document");
        assert!(keys(&head).contains(&"document"), "{head}");
        let name = text(&head["document"]);
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        let query = format!("{name}.asp?");
        let key = found.keys().find(|k| **k == name || **k == stem || k.starts_with(&query));
        let hits = key.map_or(&[][..], |k| &found[k]);
        read += usize::from(!hits.is_empty());
        let truth: Vec<Value> = lines.collect();
        compare("rates", OF_RATES, &truth, hits, &mut rates);
        compare("counts", OF_COUNTS, &truth, hits, &mut counts);
    }
    assert!(read >= DOCUMENTS, "{read} documents");
    for (kind, tally, least) in [("rates", &rates, RATES), ("counts", &counts, COUNTS)] {
        let worse =
            tally.right < least.right || tally.missed > least.missed || tally.too_many > least.too_many;
        assert!(!worse, "{kind}: {tally:?}, and it was {least:?}: corpus/gold/documents.py -v tells which");
    }
}
