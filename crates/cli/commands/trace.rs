//! `belaeg trace`: every stage's output for one document; stores nothing.

use std::io::Write;
use std::path::Path;

use belaeg_model::{Claim, Found, Unit};
use serde_json::json;

use crate::args::TraceArgs;
use crate::commands::extract::{how, read, settings_of};
use crate::commands::search::describe;
use crate::output::{self, Marks, danish_number, plain};
use crate::pipeline;
use crate::report::{self, Causes, Outcome};

pub(crate) fn run(home: Option<&Path>, args: &TraceArgs) -> anyhow::Result<Outcome> {
    let settings = settings_of(home)?;
    let extractor = pipeline::extractor(&settings.extract)?;
    let mut failed = Causes::default();
    let (hints, extracted) = match read(&extractor, &args.file, &settings, &mut failed) {
        Ok(read) => read,
        Err((cause, detail)) => {
            report::failure(&args.file.display().to_string(), cause, &detail);
            return Ok(Outcome::SomeFailed);
        }
    };
    let statements: Vec<_> = belaeg_claims::statements(&extracted).collect();
    let mut out = output::stdout();
    if args.json {
        output::json_line(&mut out, &json!({"stage": "hints", "hints": hints}))?;
        output::json_line(
            &mut out,
            &json!({"stage": "extract", "extractor": belaeg_extract::EXTRACTOR, "extracted": extracted}),
        )?;
        output::json_line(
            &mut out,
            &json!({"stage": "claims", "extractor": belaeg_claims::EXTRACTOR, "statements": statements}),
        )?;
        out.flush()?;
        return Ok(Outcome::Good);
    }
    writeln!(out, "hints    {}", serde_json::to_string(&hints)?)?;
    writeln!(out, "extract  {}", belaeg_extract::EXTRACTOR)?;
    writeln!(out, "  meta   {}", serde_json::to_string(&extracted.meta)?)?;
    writeln!(out, "  found  {}", how(&extracted))?;
    for warning in &extracted.warnings {
        writeln!(out, "  warns  {}: {}", warning.cause, warning.detail)?;
    }
    for block in &extracted.blocks {
        let (a, b) = block.span.into();
        let page = block.page.map(|p| format!(" page {p}")).unwrap_or_default();
        writeln!(out, "  block  {a}..{b} {:?}{page}: {}", block.kind, plain(block.span.of(&extracted.text)))?;
    }
    writeln!(out, "claims   {}", belaeg_claims::EXTRACTOR)?;
    for statement in &statements {
        let (a, b) = statement.span.into();
        let spans: Vec<_> = statement.claims.iter().map(|c| c.span).collect();
        let text = Marks::for_stdout().apply(statement.span.of(&extracted.text), &spans);
        let section = statement.section.map(|s| format!(" [{}]", s.as_str())).unwrap_or_default();
        writeln!(out, "  {a}..{b} {}{section} {text}", statement.kind.as_str())?;
        for claim in &statement.claims {
            writeln!(out, "    {:?} {}", claim.quote, describe(claim, settings.language))?;
            writeln!(out, "      {}", how_found(claim))?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}

/// "rule written; years context; place default; 28,85 to 28,95": the rule that found a claim, where each attribute came
/// from, and the values its words allow.
fn how_found(claim: &Claim) -> String {
    let from = |name: &str, found: Option<Found>| found.map(|f| format!("{name} {}", f.as_str()));
    let found = claim.found;
    let mut parts = vec![format!("rule {}", found.rule.as_str())];
    parts.extend(from("years", found.years));
    parts.extend(from("place", found.place));
    parts.extend(from("measure", found.measure));
    let (low, high) = claim.interval();
    if claim.unit != Unit::Count {
        parts.push(format!("{} to {}", bound(low), bound(high)));
    }
    if claim.out_of_range {
        parts.push("out of range".to_owned());
    }
    parts.join("; ")
}

fn bound(value: f64) -> String {
    if value.is_finite() {
        danish_number(value)
    } else if value < 0.0 {
        "-∞".to_owned()
    } else {
        "∞".to_owned()
    }
}
