//! `belaeg ingest`: takes documents in.

use std::path::Path;

use anyhow::bail;
use belaeg_corpus::{Digest, Need, NewSnapshot};
use belaeg_model::{Cause, Hints};
use jiff::Timestamp;
use serde_json::json;

use crate::args::IngestArgs;
use crate::home::Home;
use crate::inputs::{self, Input, Inputs};
use crate::output;
use crate::pipeline::{Pipeline, Tally, extractor_version};
use crate::report::{self, Causes, Outcome};

pub(crate) fn run(home: Option<&Path>, args: &IngestArgs) -> anyhow::Result<Outcome> {
    let inputs = Inputs::list(&args.paths);
    if args.url.is_some() && inputs.documents.len() > 1 {
        bail!(
            "--url names one document, but there are {}: give the address in a sidecar beside each",
            inputs.documents.len()
        );
    }
    let home = Home::open(home)?;
    let flags = Hints {
        url: args.url.clone(),
        kind: args.kind,
        place: args.place,
        published: args.published,
        ..Hints::default()
    };
    let (tally, refused) = ingest(&home, inputs, &flags, args.json)?;
    report_on(&tally, &refused);
    let failed = tally.failures.total() + refused.total() > 0;
    Ok(if failed { Outcome::SomeFailed } else { Outcome::Good })
}

/// Takes the inputs in. Returns what was read, and what could not even be archived.
pub(crate) fn ingest(
    home: &Home,
    inputs: Inputs,
    flags: &Hints,
    json: bool,
) -> anyhow::Result<(Tally, Causes)> {
    let mut pipeline = Pipeline::open(home)?;
    let mut refused = Causes::default();
    for r in &inputs.refused {
        refused.add(r.cause);
        report::failure(&r.what, r.cause, &r.detail);
    }
    if !inputs.skipped.is_empty() {
        report::say(&skipped(&inputs.skipped));
    }
    let bar = report::Progress::new("documents", inputs.documents.len() as u64);
    let limit = home.settings.extract.limits().input_bytes;
    for input in &inputs.documents {
        if let Err(r) = take_in(&mut pipeline, home, input, flags, limit, json, &mut refused)? {
            refused.add(r.0);
            report::failure(&shown(input), r.0, &r.1);
        }
        bar.advance(1);
    }
    let tally = pipeline.finish()?;
    bar.finish();
    Ok((tally, refused))
}

fn shown(input: &Input) -> String {
    input.path.as_ref().map_or_else(|| input.name.clone(), |p| p.display().to_string())
}

/// "left 2 files alone: .jsonl 1, .md 1".
fn skipped(paths: &[std::path::PathBuf]) -> String {
    let mut endings = std::collections::BTreeMap::<String, usize>::new();
    for path in paths {
        let ending = path
            .extension()
            .map_or_else(|| "without ending".to_owned(), |e| format!(".{}", e.to_string_lossy()));
        *endings.entry(ending).or_default() += 1;
    }
    let list: Vec<String> = endings.iter().map(|(e, n)| format!("{e} {n}")).collect();
    format!(
        "left {} file(s) alone that are in no format belaeg reads ({}); name one to have it tried",
        paths.len(),
        list.join(", ")
    )
}

type Refusal = (Cause, String);

fn take_in(
    pipeline: &mut Pipeline,
    home: &Home,
    input: &Input,
    flags: &Hints,
    limit: u64,
    json: bool,
    refused: &mut Causes,
) -> anyhow::Result<Result<(), Refusal>> {
    let sidecar = input.path.as_deref().map_or(Ok(Hints::default()), inputs::sidecar);
    let hints = match sidecar {
        Ok(hints) => over(flags, hints),
        Err(r) => {
            // The document itself is not lost: it is read without its sidecar.
            refused.add(r.cause);
            report::failure(&r.what, r.cause, &r.detail);
            flags.clone()
        }
    };
    let bytes = match inputs::read(input, limit) {
        Ok(bytes) => bytes,
        Err((cause, detail)) => {
            // A name that stands for nothing is a slip of the keyboard, not a document that failed.
            if input.path.as_ref().is_some_and(|p| p.symlink_metadata().is_ok()) {
                let url = address(home, input, &hints, &[]);
                pipeline.corpus().record_unreadable(&url, cause, &detail)?;
            }
            return Ok(Err((cause, detail)));
        }
    };
    let url = address(home, input, &hints, &bytes);
    let digest = Digest::of(&bytes);
    let need = pipeline.corpus().needs(&url, &digest, &hints, &extractor_version())?;
    let state = match &need {
        Need::New => "new",
        Need::Changed => "changed",
        Need::Retry(_) => "again",
        Need::Unchanged => "unchanged",
    };
    if json {
        let line = json!({"file": shown(input), "document": belaeg_corpus::document_id(&url), "url": url, "state": state});
        output::json_line(&mut std::io::stdout().lock(), &line)?;
    }
    let new = |pipeline: &mut Pipeline| {
        let fetched_at = Timestamp::now();
        let new = NewSnapshot {
            url: &url,
            name: &input.name,
            fetched_at,
            media_type: None,
            hints: &hints,
            bytes: &bytes,
        };
        pipeline.corpus().archive(&new)
    };
    let snapshot = match need {
        Need::Unchanged => {
            pipeline.tally.unchanged += 1;
            return Ok(Ok(()));
        }
        Need::New => {
            pipeline.tally.new += 1;
            new(pipeline)?
        }
        Need::Changed => {
            pipeline.tally.changed += 1;
            new(pipeline)?
        }
        Need::Retry(snapshot) => {
            pipeline.tally.again += 1;
            snapshot
        }
    };
    pipeline.submit(snapshot, bytes)?;
    Ok(Ok(()))
}

/// The hints with what the flags say over what the sidecar says.
fn over(flags: &Hints, sidecar: Hints) -> Hints {
    Hints {
        url: flags.url.clone().or(sidecar.url),
        title: sidecar.title,
        kind: flags.kind.or(sidecar.kind),
        place: flags.place.or(sidecar.place),
        published: flags.published.or(sidecar.published),
        note: sidecar.note,
        sources: sidecar.sources,
    }
}

/// The canonical address: the one given; else the file's, relative to the home where it lies in it, so that a home
/// can be moved; for standard input the digest of the bytes.
fn address(home: &Home, input: &Input, hints: &Hints, bytes: &[u8]) -> String {
    if let Some(url) = &hints.url {
        return url.clone();
    }
    let Some(path) = &input.path else {
        return format!("stdin:{}", Digest::of(bytes));
    };
    let whole = |p: &Path| fs_err::canonicalize(p).unwrap_or_else(|_| p.to_owned());
    let (file, dir) = (whole(path), whole(home.dir()));
    match file.strip_prefix(&dir) {
        Ok(inside) => format!("home:{}", inside.display()),
        Err(_) => format!("file://{}", file.display()),
    }
}

/// The counts at the end of a run.
pub(crate) fn report_on(tally: &Tally, refused: &Causes) {
    let Tally { new, changed, unchanged, again, statements, rates, .. } = tally;
    report::say(&format!(
        "{new} new, {changed} changed, {again} read again, {unchanged} unchanged; {statements} statements with {rates} rates"
    ));
    if tally.warnings.total() > 0 {
        report::say(&format!("warnings: {}", tally.warnings.summary()));
    }
    let failed = tally.failures.total() + refused.total();
    if failed > 0 {
        let mut all: Vec<String> = vec![tally.failures.summary(), refused.summary()];
        all.retain(|s| !s.is_empty());
        report::say(&format!("failed: {failed} ({})", all.join(", ")));
    }
}
