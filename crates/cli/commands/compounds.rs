//! `belaeg eval --compounds`: how well compounds are split, against a list of words with their parts.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::bail;
use belaeg_index::analysis::{fold, parts, stem};
use serde::Serialize;
use serde_json::json;

use crate::args::EvalArgs;
use crate::output;

/// How the splits of some words compare with the list. Parts are the same where they share a stem; a word that is no
/// compound has none.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Score {
    words: usize,
    /// Words whose parts are exactly those of the list.
    right: usize,
    /// Parts found, parts of the list, and how many are both.
    found: usize,
    listed: usize,
    both: usize,
}

impl Score {
    fn add(&mut self, found: &[String], listed: &[String]) {
        let mut left = listed.to_vec();
        let both = found.iter().filter(|part| {
            let known = left.iter().position(|l| l == *part);
            known.map(|i| left.swap_remove(i)).is_some()
        });
        self.both += both.count();
        self.words += 1;
        self.right += usize::from(found == listed);
        self.found += found.len();
        self.listed += listed.len();
    }

    fn precision(&self) -> f64 {
        share(self.both, self.found)
    }

    fn recall(&self) -> f64 {
        share(self.both, self.listed)
    }
}

/// `part` of `of`; where there is nothing to get wrong, all of it.
#[expect(clippy::cast_precision_loss, reason = "counts of words")]
fn share(part: usize, of: usize) -> f64 {
    if of == 0 { 1.0 } else { part as f64 / of as f64 }
}

/// Scores the words of `file`: lines of half ("dev", "test"), word, and parts joined by `+`, between tabs.
pub(crate) fn run(out: &mut impl Write, file: &Path, args: &EvalArgs) -> anyhow::Result<()> {
    let text = fs_err::read_to_string(file)?;
    let mut by_half: BTreeMap<&str, Score> = BTreeMap::new();
    let lines =
        text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    for (i, line) in lines {
        let fields: Vec<&str> = line.split('\t').collect();
        let [half, word, listed] = fields[..] else {
            bail!("{}, line {}: should be half, word and parts between tabs", file.display(), i + 1);
        };
        let listed: Vec<String> = listed.split('+').map(|part| stem(&fold(part.trim()))).collect();
        let listed = if listed.len() > 1 { listed } else { Vec::new() };
        let own = parts(&fold(word));
        let found: Vec<String> = own.iter().map(|part| part.stem.clone()).collect();
        by_half.entry(half).or_default().add(&found, &listed);
        if args.errors && found != listed {
            let found: Vec<&str> = own.iter().map(|part| part.lemma).collect();
            output::json_line(
                out,
                &json!({"half": half, "word": word, "listed": fields[2], "found": found}),
            )?;
        }
    }
    for (half, score) in by_half {
        let (precision, recall) = (score.precision(), score.recall());
        if args.json {
            let line = json!({"half": half, "precision": precision, "recall": recall, "score": score});
            output::json_line(out, &line)?;
        } else {
            let right = share(score.right, score.words);
            writeln!(
                out,
                "{half:5} words {}  precision {precision:.4}  recall {recall:.4}  words right {right:.4}",
                score.words
            )?;
        }
    }
    Ok(())
}
