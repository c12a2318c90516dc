//! `belaeg claims`: statements in, rates, counts and years out, one JSON object a line.

use std::io::{BufRead, BufReader, Read, Write};

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
    /// What the statement reports.
    pub(crate) fn read(&self) -> Found<'_> {
        let doc = self.doc.as_ref();
        let context = Context { place: doc.and_then(|d| d.place), published: doc.and_then(|d| d.published) };
        let Findings { claims, years, .. } = find_claims(&self.text, &context);
        let (counts, rates) = claims.into_iter().partition(|c| c.unit == Unit::Count);
        Found { id: &self.id, rates, counts, years }
    }
}

pub(crate) fn run(args: &ClaimsArgs) -> anyhow::Result<Outcome> {
    let name = args.file.as_ref().map_or_else(|| "stdin".to_owned(), |f| f.display().to_string());
    let mut input: Box<dyn BufRead> = match &args.file {
        Some(file) if file.as_os_str() != "-" => Box::new(BufReader::new(fs_err::File::open(file)?)),
        _ => Box::new(std::io::stdin().lock()),
    };
    let mut out = output::stdout();
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
            Ok(statement) => output::json_line(&mut out, &statement.read())?,
            Err(error) => {
                bad += 1;
                report::say(&format!("belaeg: {name}, line {number}: {error}; the line is left out"));
            }
        }
    }
    out.flush()?;
    if bad > 0 {
        report::say(&format!("failed: {bad} line(s)"));
        return Ok(Outcome::SomeFailed);
    }
    Ok(Outcome::Good)
}
