//! `belaeg show`: a document with its versions, statements and claims; or what changed between two versions.

use std::io::Write;
use std::path::Path;

use anyhow::anyhow;
use belaeg_corpus::{Access, Corpus, Document, NearDuplicate, PageDates, Version};
use belaeg_model::{DocumentId, Statement, StatementId};
use serde_json::{Value, json};

use crate::args::ShowArgs;
use crate::commands::diff;
use crate::commands::search::describe;
use crate::home::Home;
use crate::output::{self, Marks, plain};
use crate::report::{self, Outcome};
use crate::settings::Language;

pub(crate) fn run(home: Option<&Path>, args: &ShowArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let (id, statement) = target(&args.id);
    let Some(document) = corpus.document(&id)? else {
        report::say(&format!(
            "belaeg: there is no document {}\nhint: `belaeg search '*'` lists statements with their ids",
            args.id
        ));
        return Ok(Outcome::Nothing);
    };
    let mut out = output::stdout();
    if let Some([a, b]) = args.diff.as_deref() {
        let (a, b) = (version(&corpus, &id, Some(*a))?, version(&corpus, &id, Some(*b))?);
        diff::print(&mut out, &a, &b, args.json, home.settings.language)?;
    } else {
        let number = args.version.or(statement.as_ref().map(|s| s.version));
        let version = version(&corpus, &id, number)?;
        let only = statement.map(|s| s.ordinal);
        let fetched = Fetched {
            dates: corpus.page_dates(&id)?,
            related: corpus.related(&id)?,
            near: corpus.near_duplicates(&id)?,
        };
        if chosen(&version, only).next().is_none() {
            report::say(&format!(
                "belaeg: version {} of {id} has no statement {}",
                version.number,
                only.unwrap_or(1)
            ));
            return Ok(Outcome::Nothing);
        }
        if args.json {
            output::json_line(&mut out, &record(&document, &version, only, &fetched))?;
        } else {
            print(&mut out, &document, &version, only, &fetched, home.settings.language)?;
        }
    }
    out.flush()?;
    Ok(Outcome::Good)
}

/// What is known of a document beside its text: from fetching it, and from holding it against the others.
struct Fetched {
    dates: Option<PageDates>,
    /// Documents of the same meeting or case: id, address, title.
    related: Vec<(DocumentId, String, Option<String>)>,
    /// Documents with nearly the same text.
    near: Vec<NearDuplicate>,
}

/// The document that an id or an address names, and the statement where it is a statement's id.
fn target(id: &str) -> (DocumentId, Option<StatementId>) {
    if let Ok(statement) = id.parse::<StatementId>() {
        return (statement.document.clone(), Some(statement));
    }
    (id.parse().unwrap_or_else(|_| belaeg_corpus::document_id(id)), None)
}

fn version(corpus: &Corpus, id: &DocumentId, number: Option<u32>) -> anyhow::Result<Version> {
    corpus.version(id, number)?.ok_or_else(|| match number {
        Some(n) => anyhow!("document {id} has no version {n}\nhint: `belaeg show {id}` lists its versions"),
        None => anyhow!("document {id} could not be read; `belaeg status` says why"),
    })
}

/// The statements with their ordinals, or only the one asked for.
fn chosen(version: &Version, only: Option<u32>) -> impl Iterator<Item = (u32, &Statement)> {
    (1..).zip(&version.statements).filter(move |(n, _)| only.is_none_or(|o| o == *n))
}

fn record(document: &Document, version: &Version, only: Option<u32>, fetched: &Fetched) -> Value {
    let meta = &version.extracted.meta;
    let text = &version.extracted.text;
    let statements: Vec<Value> = chosen(version, only)
        .map(|(ordinal, s)| {
            let id = StatementId { document: document.id.clone(), version: version.number, ordinal };
            let mut shown = json!({"id": id, "span": s.span, "kind": s.kind, "text": s.span.get(text), "years": s.years, "places": s.places, "claims": s.claims});
            if let Some(page) = s.page {
                shown["page"] = json!(page);
            }
            if s.ocr {
                shown["ocr"] = json!(true);
            }
            if let Some(section) = s.section {
                shown["section"] = json!(section);
            }
            if let Some(item) = s.item {
                shown["item"] = json!(item.get(text));
            }
            shown
        })
        .collect();
    let versions: Vec<Value> = document
        .versions
        .iter()
        .map(|v| json!({"number": v.number, "fetched_at": v.fetched_at, "sha256": v.sha256.to_string(), "extractor": v.extractor}))
        .collect();
    let hints = &version.snapshot.hints;
    json!({
        "document": {
            "id": document.id, "url": document.url, "title": meta.title.as_ref().map(|s| &s.value), "kind": meta.kind.as_ref().map(|s| s.value),
            "place": meta.place.as_ref().map(|s| s.value), "published": meta.published.as_ref().map(|s| s.value),
            "lang": meta.lang.as_ref().map(|s| &s.value), "details": meta.details,
        },
        "found": crate::commands::extract::how(&version.extracted),
        "fetched": fetched.dates,
        "related": fetched.related.iter().map(|(id, url, title)| json!({"id": id, "url": url, "title": title})).collect::<Vec<_>>(),
        "near_duplicates": fetched.near,
        "note": hints.note, "sources": hints.sources,
        "versions": versions,
        "version": version.number,
        "archived": {"file": version.snapshot.file, "offset": version.snapshot.offset, "sha256": version.snapshot.sha256.to_string()},
        "text": text,
        "statements": statements,
        "warnings": version.extracted.warnings,
    })
}

fn print(
    out: &mut impl Write,
    document: &Document,
    version: &Version,
    only: Option<u32>,
    fetched: &Fetched,
    language: Language,
) -> anyhow::Result<()> {
    let meta = &version.extracted.meta;
    let snapshot = &version.snapshot;
    writeln!(out, "{}", meta.title.as_ref().map_or_else(|| plain(&document.url), |t| plain(&t.value)))?;
    let place = meta.place.as_ref().map(|p| p.value.name());
    let facts = [
        meta.kind.as_ref().map(|k| k.value.to_string()),
        place.map(str::to_owned),
        meta.published.as_ref().map(|p| p.value.to_string()),
    ];
    writeln!(out, "{}", facts.into_iter().flatten().collect::<Vec<_>>().join(" · "))?;
    writeln!(out, "{}", plain(&document.url))?;
    writeln!(out, "archived in {} at byte {}, sha256 {}", snapshot.file, snapshot.offset, snapshot.sha256)?;
    for v in &document.versions {
        let mark = if v.number == version.number { "  <- shown" } else { "" };
        writeln!(out, "version {} of {}{mark}", v.number, v.fetched_at)?;
    }
    print_fetched(out, fetched)?;
    if let Some(note) = &snapshot.hints.note {
        writeln!(out, "note: {}", plain(note))?;
    }
    for warning in &version.extracted.warnings {
        writeln!(out, "warning: {}: {}", warning.cause, plain(&warning.detail))?;
    }
    writeln!(out)?;
    for (ordinal, s) in chosen(version, only) {
        let spans: Vec<_> = s.claims.iter().map(|c| c.span).collect();
        let text = Marks::for_stdout().apply(s.span.of(&version.extracted.text), &spans);
        writeln!(out, "{ordinal:4}  {text}")?;
        for claim in &s.claims {
            writeln!(out, "        {}", describe(claim, language))?;
        }
    }
    Ok(())
}

/// The dates that the text does not say, and what belongs to the document.
fn print_fetched(out: &mut impl Write, fetched: &Fetched) -> anyhow::Result<()> {
    if let Some(dates) = &fetched.dates {
        let listed = dates.published.map_or_else(String::new, |d| format!("listed as of {d}, "));
        let modified = dates.modified.map_or_else(String::new, |t| format!("changed {t}, "));
        writeln!(
            out,
            "{}: {listed}{modified}first seen {}, last seen {}",
            dates.source, dates.first_seen, dates.last_seen
        )?;
        if !dates.also_listed_by.is_empty() {
            writeln!(out, "also listed by: {}", dates.also_listed_by.join(", "))?;
        }
        if let Some(at) = dates.gone_at {
            let status = dates.gone_status.map_or_else(String::new, |s| format!(" ({s})"));
            writeln!(
                out,
                "WITHDRAWN: no longer there since {at}{status}; what follows is what the archive keeps"
            )?;
        }
    }
    for (id, url, title) in &fetched.related {
        writeln!(out, "related: {id} {}", plain(title.as_deref().unwrap_or(url)))?;
    }
    for near in &fetched.near {
        print_near(out, near)?;
    }
    Ok(())
}

fn print_near(out: &mut impl Write, near: &NearDuplicate) -> anyhow::Result<()> {
    let facts = [
        near.kind.map(|kind| kind.to_string()),
        near.place.map(|place| place.name().to_owned()),
        near.published.map(|day| day.to_string()),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let title = plain(near.title.as_deref().unwrap_or(&near.url));
    writeln!(out, "near-duplicate: {} {:.0} % the same: {facts}: {title}", near.id, near.similarity * 100.0)?;
    Ok(())
}
