//! Large corpora for benchmarks: statements with the words, numbers and rhythm of municipal text, streamed.
//!
//! One statement in seven has a claim and one in ten has other numbers, as in minutes; words follow Zipf's law and whole
//! sentences hardly ever repeat.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use belaeg_model::place::PlaceKind;
use belaeg_model::{Kind, Place};
use jiff::civil::{Date, date};
use serde::Serialize;

use crate::calendar::{days, long};
use crate::prose::{self, Passage, TrueClaim};
use crate::random::Random;
use crate::systems::NOTE;
use crate::web::escape;

/// Statements of a document.
const STATEMENTS: u64 = 20;
/// Documents in a folder.
const FOLDER: u64 = 1000;

/// One statement as `belaeg claims` reads it.
#[derive(Serialize)]
struct Line<'a> {
    id: String,
    genre: &'static str,
    doc: About,
    text: &'a str,
}

#[derive(Clone, Copy, Serialize)]
struct About {
    place: Place,
    published: Date,
}

/// One statement as an index takes it, without the need to read a document.
#[derive(Serialize)]
struct Row<'a> {
    id: String,
    document: &'a str,
    text: &'a str,
    place: Place,
    kind: Kind,
    published: Date,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    claims: &'a [TrueClaim],
}

/// What a line of NDJSON is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// `{id, genre, doc, text}`, as `belaeg claims` reads it.
    ForClaims,
    /// `{id, document, text, place, kind, published, claims}`, for search engines; a statement without claims has no `claims`.
    ForSearch,
}

/// One generated document.
struct Document {
    number: u64,
    about: About,
    kind: Kind,
    title: String,
    statements: Vec<Passage>,
}

/// The documents with `statements` statements in all. The same seed gives the same documents.
fn documents(seed: u64, statements: u64) -> impl Iterator<Item = Document> {
    let kommuner: Vec<Place> = Place::all().filter(|p| p.kind() == PlaceKind::Kommune).collect();
    (0..statements.div_ceil(STATEMENTS)).map(move |number| {
        let count = STATEMENTS.min(statements - number * STATEMENTS);
        document(seed, number, count, &kommuner)
    })
}

fn document(seed: u64, number: u64, count: u64, kommuner: &[Place]) -> Document {
    let mut random = Random::keyed(seed, &[40, number]);
    let place = kommuner[random.below(kommuner.len())];
    let published = days(date(2026, 10, 1), -random.between(0, 5400));
    let title = prose::title(&mut random);
    let year = published.year();
    let statements = (0..count).map(|_| match random.below(70) {
        0..10 => prose::sentence(&mut random, place, year),
        10..17 => Passage::plain(prose::other_numbers(&mut random, year)),
        _ => Passage::plain(prose::varied::sentence(&mut random)),
    });
    let statements = statements.collect();
    let kind = if random.chance(3) { Kind::News } else { Kind::Minutes };
    Document { number, about: About { place, published }, kind, title, statements }
}

/// Writes `statements` statements as NDJSON. Memory does not grow with their number.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_ndjson(seed: u64, statements: u64, lines: Lines, out: &mut dyn Write) -> io::Result<()> {
    for document in documents(seed, statements) {
        match lines {
            Lines::ForClaims => write_for_claims(&document, out)?,
            Lines::ForSearch => write_for_search(&document, out)?,
        }
    }
    Ok(())
}

fn write_for_claims(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    for (ordinal, statement) in document.statements.iter().enumerate() {
        let id = format!("{}.{ordinal}", document.number);
        let line = Line { id, genre: document.kind.as_str(), doc: document.about, text: &statement.text };
        write_line(&line, out)?;
    }
    Ok(())
}

fn write_for_search(document: &Document, out: &mut dyn Write) -> io::Result<()> {
    let name = format!("{:012x}", document.number);
    for (ordinal, statement) in document.statements.iter().enumerate() {
        let row = Row {
            id: format!("{name}.1.{ordinal}"),
            document: &name,
            text: &statement.text,
            place: document.about.place,
            kind: document.kind,
            published: document.about.published,
            claims: &statement.claims,
        };
        write_line(&row, out)?;
    }
    Ok(())
}

fn write_line(line: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// Writes documents with `statements` statements in all as HTML files below `dir`, a thousand in a folder.
/// Returns how many files there are.
///
/// # Errors
/// When a folder or file cannot be written; the error names it.
pub fn write_html(seed: u64, statements: u64, dir: &Path) -> io::Result<u64> {
    let mut files = 0;
    for document in documents(seed, statements) {
        let folder = dir.join(format!("{:05}", document.number / FOLDER));
        if document.number.is_multiple_of(FOLDER) {
            fs_err::create_dir_all(&folder)?;
        }
        fs_err::write(folder.join(format!("{:08}.html", document.number)), html(&document))?;
        files += 1;
    }
    Ok(files)
}

fn html(document: &Document) -> String {
    let title = escape(&document.title);
    let name = document.about.place.name();
    let kind = if document.kind == Kind::News { "Nyhed" } else { "Referat" };
    let mut paragraphs = String::new();
    for paragraph in document.statements.chunks(4) {
        let texts: Vec<&str> = paragraph.iter().map(|s| s.text.as_str()).collect();
        let _ = writeln!(paragraphs, "<p>{}</p>", escape(&texts.join(" ")));
    }
    format!(
        "<!doctype html>\n<html lang=\"da\"><head><meta charset=\"utf-8\"><title>{title} | {name} Kommune</title></head>\n\
         <body><main><article><p>{kind}</p><h1>{title}</h1><p>Publiceret {}</p>\n{paragraphs}</article>\n\
         <p>{NOTE}</p></main></body></html>\n",
        long(document.about.published)
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn sentences_hardly_repeat() {
        let texts: Vec<String> = documents(1, 40_000).flat_map(|d| d.statements).map(|s| s.text).collect();
        let distinct: HashSet<&String> = texts.iter().collect();
        assert_eq!(texts.len(), 40_000);
        assert!(distinct.len() * 100 > texts.len() * 97, "{}", distinct.len());
        let words: HashSet<&str> = texts.iter().flat_map(|t| t.split(' ')).collect();
        assert!(words.len() > 5_000, "{}", words.len());
    }

    #[test]
    fn lines_and_files_have_the_same_statements() {
        let mut out = Vec::new();
        write_ndjson(3, 50, Lines::ForClaims, &mut out).expect("memory");
        let lines: Vec<serde_json::Value> = out
            .split(|&b| b == b'\n')
            .filter(|l| !l.is_empty())
            .map(|l| serde_json::from_slice(l).expect("JSON"))
            .collect();
        assert_eq!(lines.len(), 50);
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(write_html(3, 50, dir.path()).expect("files"), 3);
        let page = fs_err::read_to_string(dir.path().join("00000/00000002.html")).expect("the last file");
        let text = lines[40]["text"].as_str().expect("text");
        assert!(page.contains(&escape(text)), "{page}");
        let mut again = Vec::new();
        write_ndjson(3, 50, Lines::ForClaims, &mut again).expect("memory");
        assert_eq!(out, again);
    }

    #[test]
    fn rows_for_search_have_what_the_others_have() {
        let rows = |lines| -> Vec<serde_json::Value> {
            let mut out = Vec::new();
            write_ndjson(3, 200, lines, &mut out).expect("memory");
            let lines = out.split(|&b| b == b'\n').filter(|l| !l.is_empty());
            lines.map(|l| serde_json::from_slice(l).expect("JSON")).collect()
        };
        let (search, claims) = (rows(Lines::ForSearch), rows(Lines::ForClaims));
        let ids: HashSet<&str> = search.iter().filter_map(|row| row["id"].as_str()).collect();
        assert_eq!((ids.len(), claims.len()), (200, 200));
        for (row, line) in search.iter().zip(&claims) {
            assert_eq!((&row["text"], &row["place"]), (&line["text"], &line["doc"]["place"]));
            assert_eq!((&row["kind"], &row["published"]), (&line["genre"], &line["doc"]["published"]));
            let text = row["text"].as_str().expect("text");
            for claim in row["claims"].as_array().into_iter().flatten() {
                assert!(text.contains(claim["quote"].as_str().expect("a quote")), "{row}");
            }
        }
        assert!(search.iter().any(|row| row.get("claims").is_some()));
    }
}
