//! How well searches rank, against SQLite FTS5 and plain tantivy with a Danish stemmer, on the same statements: every
//! statement of `corpus/documents`, queries of `corpus/gold/queries.jsonl`.
//!
//! `cargo bench --bench relevance`; results of note are kept in `benches/results`. Where a query has fields or filters,
//! the others get their values as words.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

#[path = "support/danish.rs"]
mod danish;

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};

use belaeg_index::relevance::{DEPTH, JudgedQuery, Relevance};
use belaeg_index::{Index, Search};
use danish::{DANISH, danish};
use rusqlite::Connection;
use tantivy::collector::TopDocs;
use tantivy::query::QueryParser;
use tantivy::schema::{FAST, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{TantivyDocument, doc};

type Result<T> = std::result::Result<T, Box<dyn Error>>;
/// The document and text of a statement.
type Statement = (String, String);

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let gold = root.join("corpus/gold/queries.jsonl");
    let text = fs_err::read_to_string(&gold)?;
    let queries: Vec<JudgedQuery> =
        text.lines().map(serde_json::from_str).collect::<std::result::Result<_, _>>()?;

    let home = tempfile::tempdir()?;
    ingest(home.path(), &root.join("corpus/documents"))?;
    let statements = statements(&home.path().join("index"), &root.join("corpus/documents"))?;
    println!("{} statements, {} queries", statements.len(), queries.len());

    let fts5 = fts5(&statements)?;
    report("FTS5 all words", &queries, |words| fts5_ranking(&fts5, &statements, words, " "))?;
    report("FTS5 any word", &queries, |words| fts5_ranking(&fts5, &statements, words, " OR "))?;
    let plain = Plain::new(&statements)?;
    report("tantivy any word", &queries, |words| plain.ranking(&statements, words, false))?;
    report("tantivy all words", &queries, |words| plain.ranking(&statements, words, true))?;

    println!("belaeg");
    let own = belaeg(home.path()).arg("eval").arg("--queries").arg(&gold).output()?;
    print!("{}{}", String::from_utf8_lossy(&own.stdout), String::from_utf8_lossy(&own.stderr));
    Ok(())
}

/// Prints the means over each half, and over the queries without fields and filters.
fn report(
    name: &str,
    queries: &[JudgedQuery],
    mut ranking: impl FnMut(&[String]) -> Result<Vec<Statement>>,
) -> Result<()> {
    let mut groups: BTreeMap<String, Vec<Relevance>> = BTreeMap::new();
    for query in queries {
        let relevance = query.relevance(&ranking(&words(&query.with_filters()))?);
        groups.entry(query.half.clone()).or_default().push(relevance);
        if !matches!(query.kind.as_str(), "field" | "filter") {
            groups.entry(format!("{}, without fields", query.half)).or_default().push(relevance);
        }
    }
    for (group, all) in groups {
        let Relevance { ndcg, recall, reciprocal_rank } = Relevance::mean(&all);
        println!(
            "{name:18} {group:21} queries {:3}  nDCG@10 {ndcg:.3}  recall@{DEPTH} {recall:.3}  MRR {reciprocal_rank:.3}",
            all.len()
        );
    }
    Ok(())
}

/// The words of a query, and those that its fields and filters ask for in words or plain numbers; a quoted phrase is one.
fn words(query: &str) -> Vec<String> {
    if let Some(phrase) = query.strip_prefix('"').and_then(|q| q.strip_suffix('"')) {
        return vec![phrase.to_owned()];
    }
    let said = query.split_whitespace().filter_map(|word| match word.split_once(':') {
        Some(("kind" | "type" | "unit", _)) => None,
        Some((_, value)) => value.chars().all(char::is_alphanumeric).then_some(value),
        None => Some(word),
    });
    said.map(|word| word.replace(['"', '?'], ""))
        .filter(|word| word.contains(char::is_alphanumeric))
        .collect()
}

fn belaeg(home: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_belaeg"));
    command.arg("--home").arg(home);
    command
}

/// The documents are copied into the home, where their sidecars are looked for.
fn ingest(home: &Path, documents: &Path) -> Result<()> {
    let folder = home.join("corpus/documents");
    if !belaeg(home).arg("init").stdout(Stdio::null()).stderr(Stdio::null()).status()?.success() {
        return Err("init failed".into());
    }
    fs_err::create_dir_all(&folder)?;
    for entry in fs_err::read_dir(documents)? {
        let path = entry?.path();
        fs_err::copy(&path, folder.join(path.file_name().unwrap_or_default()))?;
    }
    let status =
        belaeg(home).arg("ingest").arg(&folder).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // Examples that must be refused are among them.
    if status.code().is_none_or(|code| code > 2) { Err(format!("ingest: {status}").into()) } else { Ok(()) }
}

fn statements(index: &Path, documents: &Path) -> Result<Vec<Statement>> {
    let mut names = HashMap::new();
    for entry in fs_err::read_dir(documents)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(document) = name.strip_suffix(".toml") else { continue };
        let sidecar: toml::Table = toml::from_str(&fs_err::read_to_string(&path)?)?;
        if let Some(url) = sidecar.get("url").and_then(|url| url.as_str()) {
            names.insert(url.to_owned(), document.to_owned());
        }
    }
    let search = Search { limit: usize::MAX, ..Search::default() };
    let hits = Index::open(index)?.search(&search)?.hits;
    let named = hits.into_iter().map(|hit| {
        let url = hit.document.url;
        let name = names.get(&url).cloned();
        (name.unwrap_or_else(|| url.rsplit('/').next().unwrap_or_default().to_owned()), hit.statement.text)
    });
    Ok(named.collect())
}

fn fts5(statements: &[Statement]) -> Result<Connection> {
    let db = Connection::open_in_memory()?;
    db.execute_batch("CREATE VIRTUAL TABLE statement USING fts5(text, tokenize = 'unicode61')")?;
    for (id, (_, text)) in (1i64..).zip(statements) {
        db.execute("INSERT INTO statement (rowid, text) VALUES (?1, ?2)", (id, text))?;
    }
    Ok(db)
}

fn fts5_ranking(
    db: &Connection,
    statements: &[Statement],
    words: &[String],
    between: &str,
) -> Result<Vec<Statement>> {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    let mut query =
        db.prepare_cached("SELECT rowid FROM statement WHERE statement MATCH ?1 ORDER BY rank LIMIT ?2")?;
    let ids = query.query_map((quoted.join(between), i64::try_from(DEPTH)?), |row| row.get::<_, i64>(0))?;
    ids.map(|id| Ok(statements[usize::try_from(id? - 1)?].clone())).collect()
}

/// An index in memory with one stemmed field.
struct Plain {
    index: tantivy::Index,
}

impl Plain {
    fn new(statements: &[Statement]) -> Result<Self> {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(DANISH)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let id = schema.add_u64_field("id", FAST);
        let index = tantivy::Index::create_in_ram(schema.build());
        index.tokenizers().register(DANISH, danish());
        let mut writer = index.writer_with_num_threads::<TantivyDocument>(1, 50 << 20)?;
        for (i, (_, statement)) in (0u64..).zip(statements) {
            writer.add_document(doc!(text => statement.as_str(), id => i))?;
        }
        writer.commit()?;
        Ok(Self { index })
    }

    fn ranking(&self, statements: &[Statement], words: &[String], all: bool) -> Result<Vec<Statement>> {
        let text = self.index.schema().get_field("text")?;
        let mut parser = QueryParser::for_index(&self.index, vec![text]);
        if all {
            parser.set_conjunction_by_default();
        }
        let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        let query = parser.parse_query(&quoted.join(" "))?;
        let searcher = self.index.reader()?.searcher();
        let mut found = Vec::new();
        for (_, at) in searcher.search(&query, &TopDocs::with_limit(DEPTH).order_by_score())? {
            let ids = searcher.segment_reader(at.segment_ord).fast_fields().u64("id")?;
            let id = ids.first(at.doc_id).ok_or("a statement without number")?;
            found.push(statements[usize::try_from(id)?].clone());
        }
        Ok(found)
    }
}
