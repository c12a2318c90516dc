//! `belaeg eval --queries`: how well searches rank, against judged statements.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use belaeg_index::relevance::{DEPTH, JudgedQuery, Relevance};
use belaeg_index::{Index, Query, Search, Tiers, Words};
use serde_json::json;

use crate::args::{EvalArgs, measure};
use crate::commands::eval::parse_lines;
use crate::home::Home;
use crate::inputs::sidecar;
use crate::output;

/// The tiers switched on, one after the other.
const TIERS: [&str; 5] = [
    "exact",
    "exact,stem",
    "exact,stem,synonym",
    "exact,stem,synonym,compound",
    "exact,stem,synonym,compound,fuzzy",
];

/// Scores the searches of `file` in the index of the home, whose `corpus/documents` the judgements are about.
pub(crate) fn run(
    home: Option<&Path>,
    out: &mut impl Write,
    file: &Path,
    args: &EvalArgs,
) -> anyhow::Result<()> {
    let queries: Vec<JudgedQuery> = parse_lines(file)?;
    let home = Home::open(home)?;
    let index = Index::open(&home.index())?;
    let names = names_by_address(&home.dir().join("corpus/documents"))?;
    let mut means: BTreeMap<(&str, usize), Vec<Relevance>> = BTreeMap::new();
    for judged in &queries {
        for (i, names_of_tiers) in TIERS.iter().enumerate() {
            let tiers = names_of_tiers.parse().map_err(anyhow::Error::msg)?;
            let relevance = judged.relevance(&ranking(&index, judged, tiers, &names)?);
            means.entry((&judged.half, i)).or_default().push(relevance);
            if args.errors && i + 1 == TIERS.len() {
                let line = json!({"id": judged.id, "half": judged.half, "kind": judged.kind,
                                  "query": judged.with_filters(), "relevance": relevance});
                output::json_line(out, &line)?;
            }
        }
    }
    for ((half, i), all) in means {
        print(out, half, TIERS[i], &all, args.json)?;
    }
    Ok(())
}

fn print(
    out: &mut impl Write,
    half: &str,
    tiers: &str,
    all: &[Relevance],
    as_json: bool,
) -> anyhow::Result<()> {
    let mean = Relevance::mean(all);
    if as_json {
        let line = json!({"half": half, "tiers": tiers, "queries": all.len(), "relevance": mean});
        return output::json_line(out, &line);
    }
    let Relevance { ndcg, recall, reciprocal_rank } = mean;
    let queries = all.len();
    Ok(writeln!(
        out,
        "{half:5} queries {queries:3}  nDCG@10 {ndcg:.3}  recall@{DEPTH} {recall:.3}  MRR {reciprocal_rank:.3}  {tiers}"
    )?)
}

/// The documents and texts that a search for `judged` finds, as `belaeg search` does in text mode.
fn ranking(
    index: &Index,
    judged: &JudgedQuery,
    tiers: Tiers,
    names: &BTreeMap<String, String>,
) -> anyhow::Result<Vec<(String, String)>> {
    let query =
        Query::parse(&judged.with_filters(), &measure).with_context(|| format!("query {}", judged.id))?;
    let search = Search { query, tiers, words: Words::Most, limit: DEPTH, ..Search::default() };
    let name_of = |url: String| {
        let last = || url.rsplit('/').next().unwrap_or_default().to_owned();
        names.get(&url).cloned().unwrap_or_else(last)
    };
    let hits = index.search(&search)?.hits;
    Ok(hits.into_iter().map(|hit| (name_of(hit.document.url), hit.statement.text)).collect())
}

/// File names by the addresses that sidecars give them.
fn names_by_address(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut names = BTreeMap::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        let Ok(hints) = sidecar(&path) else { continue };
        if let (Some(url), Some(name)) = (hints.url, path.file_name()) {
            names.insert(url, name.to_string_lossy().into_owned());
        }
    }
    Ok(names)
}
