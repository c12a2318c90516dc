//! `belaeg extract`: what is in a file; stores nothing.

use std::borrow::Cow;
use std::io::Write;
use std::path::Path;

use belaeg_extract::{Extractor, Input};
use belaeg_model::{
    ByteSpan, Cell, Details, Extracted, Hints, Kind, Place, Stated, Statement, Table, Warning,
};
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::args::ExtractArgs;
use crate::home::{Home, is_home};
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
            Ok(read) if args.json => output::json_line(&mut out, &Record::new(file, &read.1))?,
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
    if is_home(dir) { Ok(Home::open(Some(dir))?.settings) } else { Ok(Settings::default()) }
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

/// The line of `extract --json`; lists are written as they are made, since a file may have millions of cells.
#[derive(Serialize)]
struct Record<'a> {
    /// A name may be no UTF-8.
    file: Cow<'a, str>,
    kind: Option<&'a Kind>,
    place: Option<&'a Place>,
    published: Option<&'a Date>,
    title: Option<&'a String>,
    lang: Option<&'a String>,
    details: &'a Details,
    found: Value,
    text: &'a str,
    #[serde(serialize_with = "statements")]
    statements: &'a Extracted,
    #[serde(serialize_with = "tables")]
    tables: &'a Extracted,
    warnings: &'a [Warning],
}

impl<'a> Record<'a> {
    fn new(file: &'a Path, extracted: &'a Extracted) -> Self {
        let meta = &extracted.meta;
        Self {
            file: file.to_string_lossy(),
            kind: value(meta.kind.as_ref()),
            place: value(meta.place.as_ref()),
            published: value(meta.published.as_ref()),
            title: value(meta.title.as_ref()),
            lang: value(meta.lang.as_ref()),
            details: &meta.details,
            found: how(extracted),
            text: &extracted.text,
            statements: extracted,
            tables: extracted,
            warnings: &extracted.warnings,
        }
    }
}

fn statements<S: Serializer>(extracted: &Extracted, serializer: S) -> Result<S::Ok, S::Error> {
    let text = &extracted.text;
    serializer.collect_seq(belaeg_claims::outline(extracted).map(|s| {
        let mut line = json!({"span": s.span, "text": s.span.get(text), "kind": s.kind});
        if let Some(page) = s.page {
            line["page"] = json!(page);
        }
        if s.ocr {
            line["ocr"] = json!(true);
        }
        if let Some(section) = s.section {
            line["section"] = json!(section);
        }
        if let Some(item) = s.item {
            line["item"] = json!(item.get(text));
        }
        line
    }))
}

/// Tables as rows of cells with their words.
fn tables<S: Serializer>(extracted: &Extracted, serializer: S) -> Result<S::Ok, S::Error> {
    let text = &extracted.text;
    serializer.collect_seq(extracted.tables.iter().map(|table| TableRecord {
        span: table.span,
        caption: table.caption.and_then(|c| c.get(text)),
        rows: Rows { table, text },
    }))
}

#[derive(Serialize)]
struct TableRecord<'a> {
    span: ByteSpan,
    caption: Option<&'a str>,
    rows: Rows<'a>,
}

struct Rows<'a> {
    table: &'a Table,
    text: &'a str,
}

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cell = |c: &Cell| json!({"text": c.span.get(self.text), "span": c.span, "header": c.header});
        serializer.collect_seq(self.table.rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>()))
    }
}

/// The same keys for a file that could not be read.
fn failed_record(file: &Path, warning: &Value) -> Value {
    json!({
        "file": file.to_string_lossy(), "kind": null, "place": null, "published": null, "title": null, "lang": null, "details": Details::default(), "found": {}, "text": "",
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
    print_details(out, &meta.details)?;
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

/// What the document says of itself; what it does not say takes no line.
fn print_details(out: &mut impl Write, details: &Details) -> anyhow::Result<()> {
    let updated = details.updated.as_ref().map(|s| (s.value.to_string(), s.how));
    let words = |stated: &Option<Stated<String>>| stated.as_ref().map(|s| (plain(&s.value), s.how));
    let rows = [
        ("updated", updated),
        ("author", words(&details.author)),
        ("sender", words(&details.sender)),
        ("recipient", words(&details.recipient)),
        ("committee", words(&details.committee)),
    ];
    let cases = details.case_numbers.iter().map(|c| ("case", Some((plain(&c.number), c.how))));
    for (name, found) in rows.into_iter().chain(cases) {
        if let Some((value, how)) = found {
            writeln!(out, "  {name:10} {value}  [{}]", how.as_str())?;
        }
    }
    Ok(())
}
