//! Large corpora for benchmarks: statements with the words, numbers and rhythm of municipal text, streamed.
//!
//! One statement in seven has a claim and one in ten has other numbers, as in minutes; words follow Zipf's law and whole
//! sentences hardly ever repeat.

use std::io::{self, Write};
use std::path::Path;

use belaeg_model::Place;
use belaeg_model::place::PlaceKind;
use jiff::civil::{Date, date};
use serde::Serialize;

use crate::calendar::{days, long};
use crate::prose;
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

/// One generated document.
struct Document {
    number: u64,
    about: About,
    is_news: bool,
    title: String,
    statements: Vec<String>,
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
        0..10 => prose::sentence(&mut random, place, year).text,
        10..17 => prose::other_numbers(&mut random, year),
        _ => prose::filler(&mut random),
    });
    let statements = statements.collect();
    Document { number, about: About { place, published }, is_news: random.chance(3), title, statements }
}

/// Writes `statements` statements as NDJSON, each a line that `belaeg claims` reads.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_ndjson(seed: u64, statements: u64, out: &mut dyn Write) -> io::Result<()> {
    for document in documents(seed, statements) {
        let genre = if document.is_news { "news" } else { "minutes" };
        for (ordinal, text) in document.statements.iter().enumerate() {
            let id = format!("{}.{ordinal}", document.number);
            serde_json::to_writer(&mut *out, &Line { id, genre, doc: document.about, text })?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
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
    let kind = if document.is_news { "Nyhed" } else { "Referat" };
    let paragraphs: String =
        document.statements.chunks(4).map(|p| format!("<p>{}</p>\n", escape(&p.join(" ")))).collect();
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
        let texts: Vec<String> = documents(1, 40_000).flat_map(|d| d.statements).collect();
        let distinct: HashSet<&String> = texts.iter().collect();
        assert_eq!(texts.len(), 40_000);
        assert!(distinct.len() * 100 > texts.len() * 97, "{}", distinct.len());
        let words: HashSet<&str> = texts.iter().flat_map(|t| t.split(' ')).collect();
        assert!(words.len() > 5_000, "{}", words.len());
    }

    #[test]
    fn lines_and_files_have_the_same_statements() {
        let mut out = Vec::new();
        write_ndjson(3, 50, &mut out).expect("memory");
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
        write_ndjson(3, 50, &mut again).expect("memory");
        assert_eq!(out, again);
    }
}
