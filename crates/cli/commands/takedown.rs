//! `belaeg takedown`: removes a document from archive, catalog and index; a note of when, why and how much stays.

use std::io::Write;
use std::path::Path;

use belaeg_corpus::{Corpus, NearDuplicate, TakenDown};
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
    document: DocumentId,
    reason: &'a str,
    #[serde(flatten)]
    taken: TakenDown,
    copies: Vec<Value>,
    near_duplicates: Vec<NearDuplicate>,
}

pub(crate) fn run(home: Option<&Path>, args: &TakedownArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let id: DocumentId = args.id.parse().unwrap_or_else(|_| belaeg_corpus::document_id(&args.id));
    let mut pipeline = Pipeline::open(&home)?;
    let copies = pipeline.corpus().copies(&id)?;
    let mut ids = vec![id.clone()];
    ids.extend(copies.iter().filter(|_| args.copies).map(|(copy, _)| copy.clone()));
    // As long as all of them are there.
    let beside: Vec<_> = ids.iter().map(|id| beside(pipeline.corpus(), id)).collect::<anyhow::Result<_>>()?;
    let mut lines = Vec::new();
    // The copies are known by the document: it goes last, so that a run that was cut off can be repeated.
    for (document, (copies, near_duplicates)) in ids.into_iter().zip(beside).rev() {
        let taken = match args.dry_run {
            true => pipeline.corpus().would_take_down(&document, args.lists)?,
            false => pipeline.take_down(&document, &args.reason, args.lists)?,
        };
        let line = |taken| Line { document, reason: &args.reason, taken, copies, near_duplicates };
        lines.extend(taken.map(line));
    }
    if lines.is_empty() {
        let is_gone = pipeline.corpus().is_taken_down(&id)?;
        let why = if is_gone { "; it was taken down before" } else { "" };
        report::say(&format!("belaeg: there is no document {}{why}", args.id));
        return Ok(Outcome::Nothing);
    }
    let mut out = output::stdout();
    for line in lines.iter().rev() {
        line.say_what_stays();
        output::json_line(&mut out, line)?;
    }
    out.flush()?;
    for (copy, url) in copies.iter().filter(|_| !args.copies) {
        report::say(&format!("equal copy: {copy} {url}; it stays (--copies takes it down too)"));
    }
    report::say(if args.dry_run {
        "nothing was changed"
    } else {
        "it is no longer found, in no file of archive, catalog and index, and will not be taken in again; earlier exports are yours to delete"
    });
    Ok(Outcome::Good)
}

impl Line<'_> {
    fn say_what_stays(&self) {
        let id = &self.document;
        for NearDuplicate { id, url, similarity, .. } in &self.near_duplicates {
            report::say(&format!("nearly the same text ({:.0} %): {id} {url}; it stays", similarity * 100.0));
        }
        if self.taken.lists > self.taken.lists_overwritten {
            report::say(&format!("archived lists or feeds that name {id}: {}; they stay", self.taken.lists));
        }
    }
}

/// Equal copies of a document, and what has nearly its text.
fn beside(corpus: &Corpus, id: &DocumentId) -> anyhow::Result<(Vec<Value>, Vec<NearDuplicate>)> {
    let copies = corpus.copies(id)?;
    let mut near_duplicates = corpus.near_duplicates(id)?;
    near_duplicates.retain(|near| !copies.iter().any(|(copy, _)| *copy == near.id));
    Ok((copies.iter().map(|(id, url)| json!({"id": id, "url": url})).collect(), near_duplicates))
}
