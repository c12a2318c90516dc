//! `belaeg eval`: precision, recall and F1 against labelled statements and compounds; relevance against judged queries.

use std::collections::HashSet;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use belaeg_claims::score::{Labelled, Prf, Score, score};
use serde_json::json;

use crate::args::EvalArgs;
use crate::commands::claims::Line;
use crate::commands::{compounds, relevance};
use crate::output;
use crate::report::Outcome;

pub(crate) fn run(home: Option<&Path>, args: &EvalArgs) -> anyhow::Result<Outcome> {
    let mut out = output::stdout();
    if let Some(file) = &args.compounds {
        compounds::run(&mut out, file, args)?;
    }
    if let Some(file) = &args.queries {
        relevance::run(home, &mut out, file, args)?;
    }
    for file in &args.gold {
        let (gold, lines) = read_gold(file)?;
        let found = match &args.predicted {
            Some(predicted) => parse_lines(predicted)?,
            None => lines.iter().map(own_findings).collect::<Result<_, _>>()?,
        };
        no_strangers(&gold, &found)?;
        let (score, mistakes) = score(&gold, &found);
        if args.errors {
            for mistake in &mistakes {
                output::json_line(&mut out, mistake)?;
            }
        }
        if args.json {
            output::json_line(&mut out, &json!({"file": file, "score": score}))?;
        } else {
            if args.gold.len() > 1 {
                writeln!(out, "{}", file.display())?;
            }
            print(&mut out, &score)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}

fn read_gold(file: &Path) -> anyhow::Result<(Vec<Labelled>, Vec<Line>)> {
    let gold: Vec<Labelled> = parse_lines(file)?;
    let mut ids = HashSet::new();
    if let Some(twice) = gold.iter().find(|g| !ids.insert(&g.id)) {
        bail!("{}: id {} appears twice", file.display(), twice.id);
    }
    Ok((gold, parse_lines(file)?))
}

/// Reads one record a line.
pub(crate) fn parse_lines<T: serde::de::DeserializeOwned>(file: &Path) -> anyhow::Result<Vec<T>> {
    let text = fs_err::read_to_string(file)?;
    let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty());
    lines
        .map(|(i, line)| {
            serde_json::from_str(line).with_context(|| format!("{}, line {}", file.display(), i + 1))
        })
        .collect()
}

fn own_findings(line: &Line) -> anyhow::Result<Labelled> {
    Ok(serde_json::from_value(serde_json::to_value(line.read())?)?)
}

fn no_strangers(gold: &[Labelled], found: &[Labelled]) -> anyhow::Result<()> {
    let known: HashSet<&str> = gold.iter().map(|g| g.id.as_str()).collect();
    if let Some(stranger) = found.iter().find(|f| !known.contains(f.id.as_str())) {
        bail!("findings for {}, which is no labelled statement", stranger.id);
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts of statements")]
fn share(part: usize, of: usize) -> f64 {
    part as f64 / of as f64
}

fn print(out: &mut impl Write, score: &Score) -> anyhow::Result<()> {
    writeln!(out, "statements {}", score.statements)?;
    for (name, Prf(p, r, f1)) in
        [("rate", score.rate), ("tuple", score.tuple), ("count", score.count), ("year", score.year)]
    {
        writeln!(out, "{name:8} P {p:.4}  R {r:.4}  F1 {f1:.4}")?;
    }
    let a = score.accuracy;
    writeln!(
        out,
        "accuracy years {:.4}  place {:.4}  role {:.4}  approx {:.4}  measure {:.4}",
        a.years, a.place, a.role, a.approx, a.measure
    )?;
    writeln!(out, "silent   {:.4}", score.silent)?;
    for by in ["unit", "construction"] {
        writeln!(out, "by {by:<25} rates  found  right")?;
        for group in score.groups.iter().filter(|g| g.by == by) {
            writeln!(
                out,
                "  {:<26} {:>5}  {:.3}  {:.3}",
                group.name,
                group.gold,
                share(group.found, group.gold),
                share(group.right, group.gold)
            )?;
        }
    }
    Ok(())
}
