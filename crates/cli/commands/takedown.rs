//! `belaeg takedown`: removes a document from archive, catalog and index; a note of when, why and how much stays.

use std::path::Path;

use belaeg_model::DocumentId;

use crate::args::TakedownArgs;
use crate::home::Home;
use crate::output;
use crate::pipeline::Pipeline;
use crate::report::{self, Outcome};

pub(crate) fn run(home: Option<&Path>, args: &TakedownArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let id: DocumentId = args.id.parse().unwrap_or_else(|_| belaeg_corpus::document_id(&args.id));
    let mut pipeline = Pipeline::open(&home)?;
    let Some(taken) = pipeline.take_down(&id, &args.reason)? else {
        report::say(&format!("belaeg: there is no document {}", args.id));
        return Ok(Outcome::Nothing);
    };
    let line = serde_json::json!({"document": id, "reason": args.reason, "records": taken.records, "versions": taken.versions, "statements": taken.statements, "claims": taken.claims});
    output::json_line(&mut std::io::stdout().lock(), &line)?;
    report::say(
        "it is no longer found and will not be taken in again; equal copies under other addresses are documents of their own (`belaeg search` finds them); `belaeg reindex` also clears it from the files of the index, and earlier exports are yours to delete",
    );
    Ok(Outcome::Good)
}
