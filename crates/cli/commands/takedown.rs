//! `belaeg takedown`: removes a document from archive, catalog and index; a note of when, why and how much stays.

use std::io::Write;
use std::path::Path;

use belaeg_corpus::{NearDuplicate, TakenDown};
use belaeg_model::DocumentId;
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::TakedownArgs;
use crate::home::Home;
use crate::output;
use crate::pipeline::Pipeline;
use crate::report::{self, Outcome};

/// One document that was taken down, and where its words may stand besides.
#[derive(Serialize)]
struct Line<'a> {
    document: &'a DocumentId,
    reason: &'a str,
    #[serde(flatten)]
    taken: TakenDown,
    copies: Vec<Value>,
    near_duplicates: &'a [NearDuplicate],
}

pub(crate) fn run(home: Option<&Path>, args: &TakedownArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let id: DocumentId = args.id.parse().unwrap_or_else(|_| belaeg_corpus::document_id(&args.id));
    let mut pipeline = Pipeline::open(&home)?;
    let mut out = output::stdout();
    let copies = pipeline.corpus().copies(&id)?;
    if !take_down(&mut pipeline, &id, args, &mut out)? {
        let is_gone = pipeline.corpus().is_taken_down(&id)?;
        let why = if is_gone { "; it was taken down before" } else { "" };
        report::say(&format!("belaeg: there is no document {}{why}", args.id));
        return Ok(Outcome::Nothing);
    }
    for (copy, url) in &copies {
        if args.copies {
            take_down(&mut pipeline, copy, args, &mut out)?;
        } else {
            report::say(&format!("equal copy: {copy} {url}; it stays (--copies takes it down too)"));
        }
    }
    report::say(if args.dry_run {
        "nothing was changed"
    } else {
        "it is no longer found, in no file of archive, catalog and index, and will not be taken in again; earlier exports are yours to delete"
    });
    Ok(Outcome::Good)
}

/// Takes one document down, or tells what that would do; false where there is none.
fn take_down(
    pipeline: &mut Pipeline,
    id: &DocumentId,
    args: &TakedownArgs,
    out: &mut impl Write,
) -> anyhow::Result<bool> {
    let copies = pipeline.corpus().copies(id)?;
    let mut near_duplicates = pipeline.corpus().near_duplicates(id)?;
    near_duplicates.retain(|near| !copies.iter().any(|(copy, _)| *copy == near.id));
    let taken = match args.dry_run {
        true => pipeline.corpus().would_take_down(id, args.lists)?,
        false => pipeline.take_down(id, &args.reason, args.lists)?,
    };
    let Some(taken) = taken else { return Ok(false) };
    for NearDuplicate { id, url, similarity, .. } in &near_duplicates {
        report::say(&format!("nearly the same text ({:.0} %): {id} {url}; it stays", similarity * 100.0));
    }
    if taken.lists > taken.lists_overwritten {
        report::say(&format!("archived lists or feeds that name {id}: {}; they stay", taken.lists));
    }
    let copies = copies.iter().map(|(id, url)| json!({"id": id, "url": url})).collect();
    let near_duplicates = &near_duplicates;
    let line = Line { document: id, reason: &args.reason, taken, copies, near_duplicates };
    output::json_line(out, &line)?;
    out.flush()?;
    Ok(true)
}
