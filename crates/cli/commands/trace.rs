//! `belaeg trace`: every stage's output for one document; stores nothing.

use std::io::Write;
use std::path::Path;

use serde_json::json;

use crate::args::TraceArgs;
use crate::commands::extract::{how, read, settings_of};
use crate::commands::search::describe;
use crate::output::{self, Marks, plain};
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
        writeln!(out, "  {a}..{b} {} {text}", statement.kind.as_str())?;
        for claim in &statement.claims {
            let found = serde_json::to_string(&claim.found)?;
            writeln!(out, "    {:?} {} {found}", claim.quote, describe(claim, settings.language))?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}
