//! `belaeg claims`: statements in, rates, counts and years out, one JSON object a line.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;

use belaeg_claims::{Context, Findings, find_claims};
use belaeg_model::{Claim, Place, Unit, Year};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::args::ClaimsArgs;
use crate::output;
use crate::report::{self, Outcome};

/// The longest line that is read, in bytes.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// A statement that came in.
#[derive(Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) id: serde_json::Value,
    pub(crate) text: String,
    #[serde(default)]
    doc: Option<Document>,
}

#[derive(Debug, Default, Deserialize)]
struct Document {
    #[serde(default)]
    place: Option<Place>,
    #[serde(default)]
    published: Option<Date>,
}

/// What was found in a statement, as in `corpus/gold/SCHEMA.md`.
#[derive(Debug, Serialize)]
pub(crate) struct Found<'a> {
    id: &'a serde_json::Value,
    rates: Vec<Claim>,
    counts: Vec<Claim>,
    years: Vec<Year>,
}

impl Line {
    /// What is known of its document.
    pub(crate) fn context(&self) -> Context {
        let doc = self.doc.as_ref();
        Context { place: doc.and_then(|d| d.place), published: doc.and_then(|d| d.published) }
    }

    /// What the statement reports.
    pub(crate) fn read(&self) -> Found<'_> {
        let Findings { claims, years, .. } = find_claims(&self.text, &self.context());
        let (counts, rates) = claims.into_iter().partition(|c| c.unit == Unit::Count);
        Found { id: &self.id, rates, counts, years }
    }
}

pub(crate) fn run(args: &ClaimsArgs) -> anyhow::Result<Outcome> {
    let mut out = output::stdout();
    let bad = each_line(args.file.as_deref(), |statement| output::json_line(&mut out, &statement.read()))?;
    out.flush()?;
    Ok(if bad > 0 { Outcome::SomeFailed } else { Outcome::Good })
}

/// Hands every statement of a file, or of standard input, to `each`; how many lines are none is said, and given back.
pub(crate) fn each_line(
    file: Option<&Path>,
    mut each: impl FnMut(&Line) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let file = file.filter(|f| f.as_os_str() != "-");
    let name = file.map_or_else(|| "stdin".to_owned(), |f| f.display().to_string());
    let mut input: Box<dyn BufRead> = match file {
        Some(file) => Box::new(BufReader::new(fs_err::File::open(file)?)),
        None => Box::new(std::io::stdin().lock()),
    };
    let mut bad = 0_u64;
    let mut number = 0_u64;
    let mut line = Vec::new();
    loop {
        line.clear();
        number += 1;
        if input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match serde_json::from_slice::<Line>(&line) {
            Ok(statement) => each(&statement)?,
            Err(error) => {
                bad += 1;
                report::say(&format!("belaeg: {name}, line {number}: {error}; the line is left out"));
            }
        }
    }
    if bad > 0 {
        report::say(&format!("failed: {bad} line(s)"));
    }
    Ok(bad)
}
