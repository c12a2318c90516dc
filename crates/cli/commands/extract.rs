//! `belaeg extract`: what is in a file; stores nothing.

use std::io::Write;
use std::path::Path;

use belaeg_extract::{Extractor, Input};
use belaeg_model::{ByteSpan, Extracted, Hints, Stated, Statement, StatementKind};
use serde_json::{Value, json};

use crate::args::ExtractArgs;
use crate::home::Home;
use crate::inputs::{self, Inputs};
use crate::output::{self, plain};
use crate::pipeline;
use crate::report::{self, Causes, Outcome};
use crate::settings::Settings;

pub(crate) fn run(home: Option<&Path>, args: &ExtractArgs) -> anyhow::Result<Outcome> {
    let settings = settings_of(home)?;
    let extractor = pipeline::extractor(&settings.extract)?;
    let mut out = output::stdout();
    let mut failed = Causes::default();
    for file in &args.files {
        match read(&extractor, file, &settings, &mut failed) {
            Ok(read) if args.json => output::json_line(&mut out, &record(file, &read.1))?,
            Ok(read) => print(&mut out, file, &read.1)?,
            Err((cause, detail)) => {
                failed.add(cause);
                report::failure(&file.display().to_string(), cause, &detail);
                if args.json {
                    let warning = json!({"cause": cause, "detail": detail});
                    output::json_line(&mut out, &failed_record(file, &warning))?;
                }
            }
        }
    }
    out.flush()?;
    if failed.total() > 0 {
        report::say(&format!("failed: {} ({})", failed.total(), failed.summary()));
        return Ok(Outcome::SomeFailed);
    }
    Ok(Outcome::Good)
}

/// The settings of the home, if there is one: commands that store nothing work without.
pub(crate) fn settings_of(home: Option<&Path>) -> anyhow::Result<Settings> {
    let dir = home.unwrap_or(Path::new("."));
    if dir.join("belaeg.toml").is_file() {
        Ok(Home::open(Some(dir))?.settings)
    } else {
        Ok(Settings::default())
    }
}

/// What one file holds: its hints, and what was extracted.
pub(crate) fn read(
    extractor: &Extractor,
    file: &Path,
    settings: &Settings,
    failed: &mut Causes,
) -> Result<(Hints, Extracted), (belaeg_model::Cause, String)> {
    let inputs = Inputs::list(&[file.to_owned()], &[]);
    let Some(input) = inputs.documents.first().filter(|_| !file.is_dir()) else {
        return Err((belaeg_model::Cause::Unreadable, "is a folder; name its files".to_owned()));
    };
    let hints = inputs::sidecar(file).unwrap_or_else(|r| {
        failed.add(r.cause);
        report::failure(&r.what, r.cause, &r.detail);
        Hints::default()
    });
    let bytes = inputs::read(input, settings.extract.limits().input_bytes)?;
    let document = Input { bytes: &bytes, name: &input.name, media_type: None, hints: &hints };
    let extracted = extractor.extract(&document).map_err(|f| (f.cause, f.detail))?;
    Ok((hints, extracted))
}

/// The line of `extract --json`.
fn record(file: &Path, extracted: &Extracted) -> Value {
    let meta = &extracted.meta;
    let statements = belaeg_claims::segment(&extracted.text, &extracted.blocks);
    let statement = |(span, kind): (ByteSpan, StatementKind)| {
        let mut line = json!({"span": span, "text": span.get(&extracted.text), "kind": kind});
        if let Some(page) = extracted.page_at(span) {
            line["page"] = json!(page);
            if extracted.ocr_pages.contains(&page) {
                line["ocr"] = json!(true);
            }
        }
        line
    };
    json!({
        // A name may be no UTF-8.
        "file": file.to_string_lossy(),
        "kind": value(meta.kind.as_ref()),
        "place": value(meta.place.as_ref()),
        "published": value(meta.published.as_ref()),
        "title": value(meta.title.as_ref()),
        "lang": value(meta.lang.as_ref()),
        "found": how(extracted),
        "text": extracted.text,
        "statements": statements.map(statement).collect::<Vec<_>>(),
        "tables": tables(extracted),
        "warnings": extracted.warnings,
    })
}

/// The same keys for a file that could not be read.
fn failed_record(file: &Path, warning: &Value) -> Value {
    json!({
        "file": file.to_string_lossy(), "kind": null, "place": null, "published": null, "title": null, "lang": null, "found": {}, "text": "",
        "statements": [], "tables": [], "warnings": [warning],
    })
}

fn value<T>(stated: Option<&Stated<T>>) -> Option<&T> {
    stated.map(|s| &s.value)
}

/// How each attribute of the document was found.
pub(crate) fn how(extracted: &Extracted) -> Value {
    let meta = &extracted.meta;
    json!({
        "title": meta.title.as_ref().map(|s| s.how),
        "kind": meta.kind.as_ref().map(|s| s.how),
        "place": meta.place.as_ref().map(|s| s.how),
        "published": meta.published.as_ref().map(|s| s.how),
        "lang": meta.lang.as_ref().map(|s| s.how),
    })
}

/// Tables as rows of cells with their words.
fn tables(extracted: &Extracted) -> Vec<Value> {
    let text = &extracted.text;
    let cell = |c: &belaeg_model::Cell| json!({"text": c.span.get(text), "span": c.span, "header": c.header});
    let table = |t: &belaeg_model::Table| {
        let rows: Vec<Vec<Value>> = t.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        json!({"span": t.span, "caption": t.caption.and_then(|c| c.get(text)), "rows": rows})
    };
    extracted.tables.iter().map(table).collect()
}

fn print(out: &mut impl Write, file: &Path, extracted: &Extracted) -> anyhow::Result<()> {
    let meta = &extracted.meta;
    writeln!(out, "{}", plain(&file.display().to_string()))?;
    let rows: [(&str, Option<(String, &str)>); 5] = [
        ("title", meta.title.as_ref().map(|s| (plain(&s.value), s.how.as_str()))),
        ("kind", meta.kind.as_ref().map(|s| (s.value.to_string(), s.how.as_str()))),
        ("place", meta.place.as_ref().map(|s| (format!("{} ({})", s.value, s.value.code()), s.how.as_str()))),
        ("published", meta.published.as_ref().map(|s| (s.value.to_string(), s.how.as_str()))),
        ("language", meta.lang.as_ref().map(|s| (plain(&s.value), s.how.as_str()))),
    ];
    for (name, found) in rows {
        match found {
            Some((value, how)) => writeln!(out, "  {name:10} {value}  [{how}]")?,
            None => writeln!(out, "  {name:10} –")?,
        }
    }
    for warning in &extracted.warnings {
        writeln!(out, "  warning    {}: {}", warning.cause, plain(&warning.detail))?;
    }
    for Statement { span, claims, .. } in belaeg_claims::statements(extracted) {
        let spans: Vec<_> = claims.iter().map(|c| c.span).collect();
        writeln!(out, "  {}", output::Marks::for_stdout().apply(span.of(&extracted.text), &spans))?;
    }
    writeln!(out)?;
    Ok(())
}
