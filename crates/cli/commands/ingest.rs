//! `belaeg ingest`: takes documents in.

use std::collections::HashMap;
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
    let home = Home::open(home)?;
    let own = [
        home.corpus().join("archive"),
        home.index(),
        home.corpus().join("official"),
        home.corpus().join("gold"),
    ];
    let inputs = Inputs::list(&args.paths, &own);
    if args.url.is_some() && inputs.documents.len() > 1 {
        bail!(
            "--url names one document, but there are {}: give the address in a sidecar beside each",
            inputs.documents.len()
        );
    }
    let flags = Hints {
        url: args.url.clone(),
        kind: args.kind,
        place: args.place,
        published: args.published,
        ..Hints::default()
    };
    let (tally, refused) = ingest(&home, inputs, &flags, args.json)?;
    report_on(&tally, &refused);
    let failed = tally.unindexed || tally.failures.total() + refused.total() > 0;
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
    let mut taken = HashMap::new();
    for input in &inputs.documents {
        let mut run = Run {
            pipeline: &mut pipeline,
            home,
            flags,
            limit,
            json,
            refused: &mut refused,
            taken: &mut taken,
        };
        if let Err(r) = run.take_in(input)? {
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

/// One run over its inputs.
struct Run<'a> {
    pipeline: &'a mut Pipeline,
    home: &'a Home,
    flags: &'a Hints,
    /// Largest document, in bytes.
    limit: u64,
    json: bool,
    refused: &'a mut Causes,
    /// The addresses taken in by this run, with their inputs.
    taken: &'a mut HashMap<String, Input>,
}

impl Run<'_> {
    /// Archives one document and hands it to the workers. The inner error is why it could not be taken in.
    fn take_in(&mut self, input: &Input) -> anyhow::Result<Result<(), Refusal>> {
        let hints = self.hints(input);
        let bytes = match inputs::read(input, self.limit) {
            Ok(bytes) => bytes,
            Err((cause, detail)) => {
                // A name that stands for nothing is a slip of the keyboard, not a document that failed.
                if input.path.as_ref().is_some_and(|p| p.symlink_metadata().is_ok()) {
                    let url = address(self.home, input, &hints, &[]);
                    self.pipeline.corpus().record_unreadable(&url, cause, &detail)?;
                }
                return Ok(Err((cause, detail)));
            }
        };
        let url = address(self.home, input, &hints, &bytes);
        if let Some(first) = self.taken.get(&url) {
            if same_file(first.path.as_deref(), input.path.as_deref()) {
                self.pipeline.tally.unchanged += 1;
                return Ok(Ok(()));
            }
            let first = shown(first);
            let detail = format!(
                "has the same address as {first} ({url}); give one of them another url in its sidecar"
            );
            return Ok(Err((Cause::BadSidecar, detail)));
        }
        self.taken.insert(url.clone(), input.clone());
        self.archive(input, &url, &hints, bytes)?;
        Ok(Ok(()))
    }

    /// What the flags and the sidecar say. A sidecar that cannot be used costs the document nothing else.
    fn hints(&mut self, input: &Input) -> Hints {
        match input.path.as_deref().map_or(Ok(Hints::default()), inputs::sidecar) {
            Ok(hints) => over(self.flags, hints),
            Err(r) => {
                self.refused.add(r.cause);
                report::failure(&r.what, r.cause, &r.detail);
                self.flags.clone()
            }
        }
    }

    fn archive(&mut self, input: &Input, url: &str, hints: &Hints, bytes: Vec<u8>) -> anyhow::Result<()> {
        if self.pipeline.corpus().is_taken_down(&belaeg_corpus::document_id(url))? {
            report::say(&format!("{}: it was taken down and is left alone", shown(input)));
            return Ok(());
        }
        let need = self.pipeline.corpus().needs(url, &Digest::of(&bytes), hints, &extractor_version())?;
        let tally = &mut self.pipeline.tally;
        let (state, count) = match &need {
            Need::New => ("new", &mut tally.new),
            Need::Changed => ("changed", &mut tally.changed),
            Need::Retry(_) => ("again", &mut tally.again),
            Need::Unchanged => ("unchanged", &mut tally.unchanged),
        };
        *count += 1;
        if self.json {
            let line = json!({"file": shown(input), "document": belaeg_corpus::document_id(url), "url": url, "state": state});
            output::json_line(&mut std::io::stdout().lock(), &line)?;
        }
        let snapshot = match need {
            Need::Unchanged => return Ok(()),
            Need::Retry(snapshot) => snapshot,
            Need::New | Need::Changed => self.pipeline.corpus().archive(&NewSnapshot {
                url,
                name: &input.name,
                fetched_at: Timestamp::now(),
                media_type: None,
                hints,
                bytes: &bytes,
            })?,
        };
        self.pipeline.submit(snapshot, bytes)
    }
}

/// Whether two paths lead to one file: it may be named twice.
fn same_file(a: Option<&Path>, b: Option<&Path>) -> bool {
    let whole = |p: Option<&Path>| p.and_then(|p| fs_err::canonicalize(p).ok());
    whole(a) == whole(b)
}

/// The hints with what the flags say over what the sidecar says.
fn over(flags: &Hints, sidecar: Hints) -> Hints {
    Hints {
        url: flags.url.clone().or(sidecar.url),
        title: sidecar.title,
        kind: flags.kind.or(sidecar.kind),
        place: flags.place.or(sidecar.place),
        published: flags.published.or(sidecar.published),
        listed: sidecar.listed,
        main: sidecar.main,
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
    file_address(home, path)
}

/// The address of a file: by its path inside the home, or else by its whole path.
pub(crate) fn file_address(home: &Home, path: &Path) -> String {
    let whole = |p: &Path| fs_err::canonicalize(p).unwrap_or_else(|_| p.to_owned());
    let (file, dir) = (whole(path), whole(home.dir()));
    match file.strip_prefix(&dir) {
        Ok(inside) => format!("home:{}", encoded(inside)),
        Err(_) => format!("file://{}", encoded(&file)),
    }
}

/// The path as part of an address: bytes that are no UTF-8, control characters and `%` as `%XX`, so that two files
/// never have one address.
fn encoded(path: &Path) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            if c == '%' || c.is_control() {
                let _ = write!(out, "%{:02X}", u32::from(c));
            } else {
                out.push(c);
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
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
