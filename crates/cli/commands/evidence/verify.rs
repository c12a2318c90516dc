//! `belaeg evidence --verify`: whether a zip still is what it says it is.

use std::io::Write;
use std::path::Path;

use belaeg_corpus::ArchivedRecord;
use belaeg_extract::Input;
use belaeg_model::{Hints, Language};
use serde::Deserialize;
use serde_json::json;

use crate::commands::evidence::bundle::{File, differences, unpack};
use crate::commands::evidence::{CLAIM, RECORD, TEXT};
use crate::commands::extract::settings_of;
use crate::output;
use crate::pipeline;
use crate::report::Outcome;
use crate::settings::Settings;

/// What one look at the evidence came to.
#[derive(Debug, PartialEq, Eq)]
enum Finding {
    Good(String),
    /// It could not be told; no reason to doubt the evidence.
    Open(String),
    Bad(String),
}

impl Finding {
    fn name(&self) -> &'static str {
        match self {
            Self::Good(_) => "ok",
            Self::Open(_) => "open",
            Self::Bad(_) => "BAD",
        }
    }

    fn detail(&self) -> &str {
        match self {
            Self::Good(detail) | Self::Open(detail) | Self::Bad(detail) => detail,
        }
    }
}

/// What is needed of `claim.json`.
#[derive(Debug, Deserialize)]
struct Stated {
    claim: StatedClaim,
    statement: StatedStatement,
    version: StatedVersion,
    archived: StatedArchive,
    #[serde(default)]
    hints: Hints,
}

#[derive(Debug, Deserialize)]
struct StatedClaim {
    quote: String,
}

#[derive(Debug, Deserialize)]
struct StatedStatement {
    text: String,
    #[serde(default)]
    ocr: bool,
}

#[derive(Debug, Deserialize)]
struct StatedVersion {
    extractor: String,
}

#[derive(Debug, Deserialize)]
struct StatedArchive {
    sha256: String,
}

/// What is needed of `annotation.jsonld`.
#[derive(Debug, Deserialize)]
struct Annotation {
    target: Vec<Target>,
}

#[derive(Debug, Deserialize)]
struct Target {
    source: String,
    selector: Vec<Selector>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type")]
enum Selector {
    TextQuoteSelector { exact: String, prefix: String, suffix: String },
    TextPositionSelector { start: usize, end: usize },
}

pub(super) fn run(home: Option<&Path>, path: &Path, json: bool) -> anyhow::Result<Outcome> {
    let (manifest, files) = unpack(path)?;
    let settings = settings_of(home)?;
    let language = settings.language;
    let mut findings = vec![digests(&differences(&manifest, &files), files.len(), language)];
    findings.extend(contents(&files, &settings)?);
    let bad = findings.iter().any(|f| matches!(f, Finding::Bad(_)));
    let mut out = output::stdout();
    if json {
        let list: Vec<_> = findings
            .iter()
            .map(|f| json!({"result": f.name().to_lowercase(), "detail": f.detail()}))
            .collect();
        let record =
            json!({"file": path.to_string_lossy(), "claim": manifest.claim, "good": !bad, "findings": list});
        output::json_line(&mut out, &record)?;
    } else {
        for finding in &findings {
            writeln!(out, "{:4}  {}", finding.name(), output::plain(finding.detail()))?;
        }
    }
    out.flush()?;
    Ok(if bad { Outcome::SomeFailed } else { Outcome::Good })
}

fn digests(wrong: &[String], count: usize, language: Language) -> Finding {
    if wrong.is_empty() {
        let what = language
            .pick("files have the SHA-256 of the manifest", "filer har den SHA-256, som manifestet siger");
        Finding::Good(format!("{count} {what}"))
    } else {
        Finding::Bad(wrong.join("; "))
    }
}

/// Record, text and quote held against each other.
fn contents(files: &[File], settings: &Settings) -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let (stated, text) = match parts(files) {
        Ok(parts) => parts,
        Err(why) => return Ok(vec![Finding::Bad(why)]),
    };
    findings.push(quoted(files, text, &stated, settings.language));
    match bytes_of(files, RECORD).and_then(ArchivedRecord::read) {
        Err(why) => findings.push(Finding::Bad(format!("{RECORD} cannot be read: {why}"))),
        Ok(record) => {
            findings.push(archived(&record, &stated, settings.language));
            findings.push(read_again(&record, text, &stated, settings)?);
        }
    }
    Ok(findings)
}

fn bytes_of<'f>(files: &'f [File], name: &str) -> Result<&'f [u8], String> {
    files
        .iter()
        .find(|f| f.name == name)
        .map(|f| f.bytes.as_slice())
        .ok_or_else(|| format!("{name} is missing"))
}

fn parts(files: &[File]) -> Result<(Stated, &str), String> {
    let stated = serde_json::from_slice(bytes_of(files, CLAIM)?)
        .map_err(|e| format!("{CLAIM} cannot be read: {e}"))?;
    let text = std::str::from_utf8(bytes_of(files, TEXT)?).map_err(|_| format!("{TEXT} is no UTF-8"))?;
    Ok((stated, text))
}

/// Whether the record holds the bytes that the claim names.
fn archived(record: &ArchivedRecord, stated: &Stated, language: Language) -> Finding {
    let sha256 = record.sha256.to_string();
    let holds = language.pick("the record holds", "posten rummer");
    if sha256 != stated.archived.sha256 {
        let named = language.pick("names", "nævner");
        return Finding::Bad(format!("{holds} {sha256}, {CLAIM} {named} {}", stated.archived.sha256));
    }
    let fetched = language.pick("fetched", "hentet");
    let fetched = record.fetched_at.map(|at| format!(", {fetched} {at}")).unwrap_or_default();
    Finding::Good(format!("{holds} {sha256}: {}{fetched}", record.url))
}

/// Whether the quote stands in the text where the annotation says.
fn quoted(files: &[File], text: &str, stated: &Stated, language: Language) -> Finding {
    let annotation: Result<Annotation, _> = bytes_of(files, "annotation.jsonld").and_then(|bytes| {
        serde_json::from_slice(bytes).map_err(|e| format!("annotation.jsonld cannot be read: {e}"))
    });
    let target = match annotation.map(|a| a.target.into_iter().find(|t| t.source == TEXT)) {
        Ok(Some(target)) => target,
        Ok(None) => return Finding::Bad(format!("annotation.jsonld says nothing of {TEXT}")),
        Err(why) => return Finding::Bad(why),
    };
    let at = target.selector.iter().find_map(|s| match s {
        Selector::TextPositionSelector { start, end } => Some((*start, *end)),
        Selector::TextQuoteSelector { .. } => None,
    });
    let quote = target.selector.iter().find_map(|s| match s {
        Selector::TextQuoteSelector { exact, prefix, suffix } => Some((exact, prefix, suffix)),
        Selector::TextPositionSelector { .. } => None,
    });
    let (Some((start, end)), Some((exact, prefix, suffix))) = (at, quote) else {
        return Finding::Bad("annotation.jsonld lacks a selector".to_owned());
    };
    let found: String = text.chars().skip(start).take(end.saturating_sub(start)).collect();
    let whole = format!("{prefix}{exact}{suffix}");
    if found == *exact
        && *exact == stated.claim.quote
        && text.contains(&whole)
        && text.contains(&stated.statement.text)
    {
        let stands = language.pick("the quote stands where it is said to", "citatet står, hvor det skal");
        Finding::Good(format!("{stands}: \"{exact}\", {TEXT}, {start}"))
    } else {
        let missing =
            language.pick("the quote does not stand where it is said to", "citatet står ikke, hvor det skal");
        Finding::Bad(format!("{missing}: \"{exact}\", {TEXT}, {start}"))
    }
}

/// Whether the text is what is read in the record.
fn read_again(
    record: &ArchivedRecord,
    text: &str,
    stated: &Stated,
    settings: &Settings,
) -> anyhow::Result<Finding> {
    let extractor = pipeline::extractor(&settings.extract)?;
    let input = Input {
        bytes: &record.bytes,
        name: &record.name,
        media_type: record.media_type.as_deref(),
        hints: &stated.hints,
    };
    let same_program = stated.version.extractor == pipeline::extractor_version();
    let pick = |en, da| settings.language.pick(en, da).to_owned();
    Ok(match extractor.extract(&input) {
        Ok(read) if read.text == text => Finding::Good(pick(
            "text.txt is what this belaeg reads in the record",
            "text.txt er, hvad denne belaeg læser i posten",
        )),
        Ok(read) if read.text.contains(&stated.statement.text) => Finding::Good(pick(
            "this belaeg reads the statement in the record; the rest of text.txt differs",
            "denne belaeg læser udsagnet i posten; resten af text.txt er anderledes",
        )),
        // Pictures are read by a program that may be another here, or missing.
        Ok(_) if same_program && !stated.statement.ocr => Finding::Bad(pick(
            "this belaeg does not read the statement of claim.json in the record",
            "denne belaeg læser ikke udsagnet fra claim.json i posten",
        )),
        Ok(_) => {
            let why = pick(
                "this belaeg does not read the statement in the record; it was read by",
                "denne belaeg læser ikke udsagnet i posten; det blev læst af",
            );
            Finding::Open(format!("{why} {}", stated.version.extractor))
        }
        Err(failed) => {
            let why = pick("the record could not be read again", "posten kunne ikke læses igen");
            Finding::Open(format!("{why}: {}: {}", failed.cause, failed.detail))
        }
    })
}
