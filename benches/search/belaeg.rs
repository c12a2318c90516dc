//! belaeg's own index.

use std::path::Path;

use belaeg_index::{Index, IndexDocument, IndexStatement, Search, Sort, Tiers, Writer};
use belaeg_model::{Approx, ByteSpan, Claim, ClaimFound, DocumentId, Role, Statement, StatementKind};

use crate::{Engine, FILTER, HITS, Question, Result, Row, RowClaim};

/// Of so many documents one is written anew by [`replace_some`].
const REPLACED: usize = 200;

pub(crate) fn build(dir: &Path, rows: impl Iterator<Item = Result<Row>>) -> Result<()> {
    let writer = Writer::rebuild(dir, "benchmark", 0)?;
    let mut count = 0;
    each_document(rows.inspect(|_| count += 1), |rows| with(rows, |document| Ok(writer.add(document)?)))?;
    Ok(writer.swap_in(1, None, count)?)
}

/// Writes some documents of the live index anew, as a fetch does: every segment has lost some statements then.
pub(crate) fn replace_some(dir: &Path, rows: impl Iterator<Item = Result<Row>>) -> Result<()> {
    let writer = Writer::open(dir)?;
    let mut number = 0;
    each_document(rows, |rows| {
        number += 1;
        if number % REPLACED == 0 { with(rows, |document| Ok(writer.replace(document)?)) } else { Ok(()) }
    })?;
    Ok(writer.finish(2)?)
}

/// Hands on the rows of each document, which follow one another.
fn each_document(
    rows: impl Iterator<Item = Result<Row>>,
    mut take: impl FnMut(&[Row]) -> Result<()>,
) -> Result<()> {
    let mut document: Vec<Row> = Vec::new();
    for row in rows {
        let row = row?;
        if document.first().is_some_and(|first| first.document != row.document) {
            take(&document)?;
            document.clear();
        }
        document.push(row);
    }
    take(&document)
}

fn with(rows: &[Row], take: impl FnOnce(&IndexDocument<'_>) -> Result<()>) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    let id: DocumentId = first.document.parse()?;
    let url = format!("https://www.{}.example/{}", first.place.code(), first.document);
    let statements: Vec<Statement> = rows.iter().map(statement).collect();
    let statements = rows.iter().zip(&statements).map(|(row, statement)| {
        let about = row.claims.iter().find_map(|c| c.measure.clone()).unwrap_or_default();
        let ordinal = row.id.rsplit('.').next().unwrap_or_default().parse()?;
        Ok(IndexStatement { ordinal, text: &row.text, item: None, about, statement })
    });
    take(&IndexDocument {
        id: &id,
        version: 1,
        url: &url,
        sources: &[],
        title: Some(&first.title),
        kind: Some(first.kind),
        place: Some(first.place),
        published: Some(first.published),
        statements: statements.collect::<Result<_>>()?,
    })
}

fn statement(row: &Row) -> Statement {
    let claims: Vec<Claim> = row.claims.iter().map(|said| claim(row, said)).collect();
    let mut years: Vec<_> = claims.iter().flat_map(|claim| claim.years.clone()).collect();
    years.sort_unstable();
    years.dedup();
    Statement {
        span: ByteSpan::new(0, row.text.len()),
        kind: StatementKind::Sentence,
        page: None,
        ocr: false,
        section: None,
        item: None,
        claims,
        years,
        places: Vec::new(),
    }
}

pub(crate) fn claim(row: &Row, said: &RowClaim) -> Claim {
    let start = row.text.find(&said.quote).unwrap_or_default();
    Claim {
        quote: said.quote.clone(),
        span: ByteSpan::new(start, start + said.quote.len()),
        value: said.value,
        value_max: None,
        unit: said.unit,
        per: None,
        numerator: None,
        denominator: None,
        noun: None,
        role: Role::Level,
        approx: Approx::Exact,
        years: said.year.into_iter().collect(),
        place: said.place,
        measure: said.measure.clone(),
        area: None,
        out_of_range: false,
        doubtful: false,
        found: ClaimFound::default(),
    }
}

pub(crate) struct Belaeg {
    index: Index,
    tiers: Tiers,
}

impl Belaeg {
    pub(crate) fn open(dir: &Path, tiers: &str) -> Result<Self> {
        Ok(Self { index: Index::open(dir)?, tiers: tiers.parse()? })
    }
}

impl Engine for Belaeg {
    fn ask(&self, question: &Question) -> Result<usize> {
        let words = question.words.join(" ");
        let query = match question.class.as_str() {
            "phrase" => format!("\"{words}\""),
            "prefix" => format!("{words}*"),
            "filter" => {
                let (kind, from, before) = FILTER;
                format!("{words} kind:{} after:{from} before:{before}", kind.as_str())
            }
            _ => words,
        };
        let sort = if question.class == "sorted" { Sort::Published } else { Sort::Relevance };
        let facets = question.class == "facet";
        let search = Search {
            query: query.parse()?,
            tiers: self.tiers,
            sort,
            facets,
            limit: HITS,
            ..Search::default()
        };
        Ok(self.index.search(&search)?.hits.len())
    }
}
