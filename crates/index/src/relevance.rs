//! How good a ranking is: judged queries, and the usual measures over them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Hits that the discounted gain looks at.
const GAIN_DEPTH: usize = 10;
/// Hits that recall and reciprocal rank look at; no ranking need be longer.
pub const DEPTH: usize = 50;
/// The lowest grade that answers a query; below it a statement is only related.
const RELEVANT: u8 = 2;

/// A query with the statements that were judged for it; a line of `corpus/gold/queries.jsonl`.
#[derive(Clone, Debug, Deserialize)]
pub struct JudgedQuery {
    /// Its id.
    pub id: String,
    /// `dev`, which ranking may be tuned on, or `test`.
    pub half: String,
    /// What sort of query it is.
    pub kind: String,
    /// As it is typed.
    pub query: String,
    /// Filters beside it: values by the names of fields.
    #[serde(default)]
    pub filters: BTreeMap<String, String>,
    /// The statements judged; all others have grade 0.
    pub judged: Vec<Judged>,
}

/// How well a statement answers a query.
#[derive(Clone, Debug, Deserialize)]
pub struct Judged {
    /// The name of its document's file.
    pub document: String,
    /// Its text; runs of white space are as good as one space.
    pub text: String,
    /// 3 answers, 2 is relevant, 1 is related.
    pub grade: u8,
}

/// The measures of one ranking, or their means over several; each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Relevance {
    /// Normalised discounted cumulative gain of the first ten hits, with gains of 2^grade - 1.
    pub ndcg: f64,
    /// The share of the relevant statements that is among the first fifty hits.
    pub recall: f64,
    /// One by the rank of the first relevant hit; 0 where the first fifty have none.
    pub reciprocal_rank: f64,
}

impl JudgedQuery {
    /// The query with its filters as fields.
    pub fn with_filters(&self) -> String {
        let filters = self.filters.iter().map(|(field, value)| format!(" {field}:{value}"));
        std::iter::once(self.query.clone()).chain(filters).collect()
    }

    /// The measures of `ranking`: the document and text of each hit, best first.
    pub fn relevance(&self, ranking: &[(String, String)]) -> Relevance {
        let mut grades: FxHashMap<(&str, String), u8> =
            self.judged.iter().map(|j| ((j.document.as_str(), one_line(&j.text)), j.grade)).collect();
        let mut ideal: Vec<u8> = grades.values().copied().collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let relevant = ideal.iter().filter(|grade| **grade >= RELEVANT).count();
        // A text that a document holds twice is one finding.
        let found: Vec<u8> = ranking
            .iter()
            .take(DEPTH)
            .map(|(document, text)| grades.remove(&(document.as_str(), one_line(text))).unwrap_or(0))
            .collect();
        let met = found.iter().filter(|grade| **grade >= RELEVANT).count();
        let first = found.iter().position(|grade| *grade >= RELEVANT);
        Relevance {
            ndcg: share(gain(&found), gain(&ideal)),
            recall: share(count(met), count(relevant)),
            reciprocal_rank: first.map_or(0.0, |i| 1.0 / count(i + 1)),
        }
    }
}

impl Relevance {
    /// The means of several; all 0 where there are none.
    pub fn mean(all: &[Self]) -> Self {
        let mean = |of: fn(&Self) -> f64| share(all.iter().map(of).sum(), count(all.len()));
        Self {
            ndcg: mean(|r| r.ndcg),
            recall: mean(|r| r.recall),
            reciprocal_rank: mean(|r| r.reciprocal_rank),
        }
    }
}

fn gain(grades: &[u8]) -> f64 {
    let gains = grades.iter().take(GAIN_DEPTH).enumerate();
    gains.map(|(i, grade)| (f64::from(*grade).exp2() - 1.0) / count(i + 2).log2()).sum()
}

/// `part` of `of`, 0 where there is nothing.
fn share(part: f64, of: f64) -> f64 {
    if of > 0.0 { part / of } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "counts of hits and queries")]
fn count(n: usize) -> f64 {
    n as f64
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged() -> JudgedQuery {
        let line = r#"{"id":"q1","half":"dev","kind":"word","query":"ære","filters":{"year":"2022"},
            "judged":[{"document":"a","text":"En\u00a0\nære","grade":3},{"document":"a","text":"to","grade":1},
                      {"document":"b","text":"En ære","grade":2}]}"#;
        serde_json::from_str(line).expect("a query")
    }

    fn measured(hits: &[(&str, &str)]) -> Relevance {
        let hits: Vec<_> = hits.iter().map(|(d, t)| ((*d).to_owned(), (*t).to_owned())).collect();
        judged().relevance(&hits)
    }

    #[test]
    fn the_best_order_has_all_there_is() {
        let best = measured(&[("a", "En ære"), ("b", "En  ære"), ("a", "to")]);
        assert_eq!(best, Relevance { ndcg: 1.0, recall: 1.0, reciprocal_rank: 1.0 });
        assert_eq!(measured(&[]), Relevance::default());
    }

    #[test]
    fn order_depth_and_repetition_count() {
        // One related before one relevant: (1/log2(2) + 3/log2(3)) / (7 + 3/log2(3) + 1/log2(4)).
        let worse = measured(&[("a", "to"), ("b", "En ære"), ("b", "En ære")]);
        assert!((worse.ndcg - 2.892_789 / 9.392_789).abs() < 1e-6, "{worse:?}");
        assert_eq!((worse.recall, worse.reciprocal_rank), (0.5, 0.5));
        let mut late = vec![("x", "x"); 10];
        late.push(("a", "En ære"));
        assert_eq!(measured(&late).ndcg, 0.0);
        assert_eq!(measured(&late).recall, 0.5);
    }

    #[test]
    fn filters_become_fields() {
        assert_eq!(judged().with_filters(), "ære year:2022");
    }
}
