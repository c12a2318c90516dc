//! Building an index of generated statements and searching it: belaeg, plain tantivy over the same fields (the limit) and
//! SQLite FTS5. `benches/compare/search/run.py` makes the corpus and the queries, runs these beside Xapian and PostgreSQL,
//! and prints the tables that are kept in `benches/results`.
//!
//! `search build ENGINE CORPUS DIR` and `search query ENGINE DIR QUERIES` print JSON.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints")]

#[path = "search/belaeg.rs"]
mod belaeg;
#[path = "support/danish.rs"]
mod danish;
#[path = "search/fts5.rs"]
mod fts5;
#[path = "search/plain.rs"]
mod plain;

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::Instant;

use belaeg_model::{Kind, Place};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::json;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The characters of a title.
const TITLE: usize = 60;
/// Hits that every query asks for, with their texts.
const HITS: usize = 10;

/// A statement of the corpus, as `belaeg-testbed corpus --format search` writes it.
#[derive(Deserialize)]
struct Row {
    id: String,
    document: String,
    /// What stands in for the title of its document: the beginning of the first statement.
    #[serde(skip)]
    title: String,
    text: String,
    place: Place,
    kind: Kind,
    published: Date,
    #[serde(default)]
    claims: Vec<RowClaim>,
}

/// A claim of the corpus.
#[derive(Deserialize)]
struct RowClaim {
    quote: String,
    value: f64,
    unit: belaeg_model::Unit,
    year: Option<belaeg_model::Year>,
    place: Option<Place>,
    measure: Option<String>,
}

/// A query in words, so that each engine can write it its own way.
#[derive(Deserialize)]
struct Question {
    class: String,
    words: Vec<String>,
}

/// What queries of class `filter` ask for beside their word: the kind, and days from and before.
const FILTER: (Kind, Date, Date) = (Kind::News, Date::constant(2018, 1, 1), Date::constant(2023, 1, 1));

/// One engine's index, open for queries.
trait Engine {
    /// The number of hits handed back, 10 at most, after their texts were read.
    fn ask(&self, question: &Question) -> Result<usize>;
}

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["build", engine, corpus, dir] => build(engine, Path::new(corpus), &PathBuf::from(dir)),
        ["query", engine, dir, questions] => query(engine, Path::new(dir), Path::new(questions)),
        _ => {
            println!("run it by: python3 benches/compare/search/run.py");
            Ok(())
        }
    }
}

fn build(engine: &str, corpus: &Path, dir: &Path) -> Result<()> {
    fs_err::create_dir_all(dir)?;
    let mut text = 0u64;
    let mut statements = 0u64;
    let start = Instant::now();
    let rows = rows(corpus)?.inspect(|row| {
        if let Ok(row) = row {
            text += row.text.len() as u64;
            statements += 1;
        }
    });
    match engine {
        "read" => rows.into_iter().try_for_each(|row| row.map(drop))?,
        "belaeg" => belaeg::build(dir, rows)?,
        "belaeg-used" => {
            belaeg::build(dir, rows)?;
            belaeg::replace_some(dir, self::rows(corpus)?)?;
        }
        "tantivy" => plain::build(dir, rows)?,
        "fts5" => fts5::build(dir, rows)?,
        other => return Err(format!("no engine {other}").into()),
    }
    let seconds = start.elapsed().as_secs_f64();
    let line = json!({"engine": engine, "statements": statements, "seconds": seconds, "text_bytes": text,
                      "index_bytes": size(dir)?, "peak_kib": peak_kib()});
    println!("{line}");
    Ok(())
}

fn rows(corpus: &Path) -> Result<impl Iterator<Item = Result<Row>>> {
    let lines = BufReader::with_capacity(1 << 20, fs_err::File::open(corpus)?).lines();
    let mut before = (String::new(), String::new());
    Ok(lines.map(move |line| {
        let mut row: Row = serde_json::from_str(&line?)?;
        if before.0 != row.document {
            before = (row.document.clone(), row.text.chars().take(TITLE).collect());
        }
        row.title.clone_from(&before.1);
        Ok(row)
    }))
}

fn query(engine: &str, dir: &Path, questions: &Path) -> Result<()> {
    let questions: Vec<Question> = fs_err::read_to_string(questions)?
        .lines()
        .map(serde_json::from_str)
        .collect::<std::result::Result<_, _>>()?;
    let open: Box<dyn Engine> = match engine {
        "belaeg" | "belaeg-used" => Box::new(belaeg::Belaeg::open(dir, "exact,stem,synonym,compound,fuzzy")?),
        "belaeg-stem" => Box::new(belaeg::Belaeg::open(dir, "stem")?),
        "tantivy" => Box::new(plain::Plain::open(dir)?),
        "fts5" => Box::new(fts5::Fts5::open(dir)?),
        other => return Err(format!("no engine {other}").into()),
    };
    // Once through, so that all that is measured lies in memory.
    for question in questions.iter().step_by(4) {
        open.ask(question)?;
    }
    let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
    for question in &questions {
        let start = Instant::now();
        let found = open.ask(question)?;
        times.entry(&question.class).or_default().push(start.elapsed().as_secs_f64() * 1e3);
        *hits.entry(&question.class).or_default() += found;
    }
    for (class, mut times) in times {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
        let line = json!({"engine": engine, "class": class, "n": times.len(), "hits": hits[class],
                          "p50_ms": at(0.5), "p99_ms": at(0.99), "peak_kib": peak_kib()});
        println!("{line}");
    }
    Ok(())
}

/// The bytes of all files below `dir`.
fn size(dir: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs_err::read_dir(dir)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { size(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}

/// The most memory that this process had at once, files that are mapped included.
fn peak_kib() -> Option<u64> {
    let status = fs_err::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}
