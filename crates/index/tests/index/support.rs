//! Documents to index, and short ways to write and to ask.

use std::path::Path;

use belaeg_index::{Hit, Index, IndexDocument, IndexStatement, Results, Search, Writer};
use belaeg_model::{
    Approx, ByteSpan, Claim, ClaimFound, DocumentId, Kind, Place, Role, Statement, StatementKind, Unit, Year,
};
use jiff::civil::Date;

/// A document of a test.
#[derive(Clone)]
pub(crate) struct Doc {
    pub(crate) id: DocumentId,
    pub(crate) version: u32,
    pub(crate) url: &'static str,
    pub(crate) sources: Vec<String>,
    pub(crate) title: &'static str,
    pub(crate) kind: Option<Kind>,
    pub(crate) place: Option<Place>,
    pub(crate) published: Option<Date>,
    pub(crate) said: Vec<Said>,
}

/// A statement of a test.
#[derive(Clone)]
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) about: &'static str,
    pub(crate) item: Option<&'static str>,
    pub(crate) claims: Vec<Claim>,
    pub(crate) years: Vec<Year>,
    pub(crate) places: Vec<Place>,
}

pub(crate) fn id(number: u8) -> DocumentId {
    DocumentId::from_digest([0xbe, 0x1a, 0, 0, 0, number])
}

pub(crate) fn place(name: &str) -> Place {
    name.parse().expect("a place")
}

/// A document that says `texts`, in Odense, undated.
pub(crate) fn doc(number: u8, texts: &[&str]) -> Doc {
    let said = texts.iter().map(|text| said(text)).collect();
    Doc {
        id: id(number),
        version: 1,
        url: "https://www.odense.dk/nyt",
        sources: vec![],
        title: "Nyt fra udvalget",
        kind: Some(Kind::News),
        place: Some(place("Odense")),
        published: None,
        said,
    }
}

pub(crate) fn said(text: &str) -> Said {
    Said { text: text.to_owned(), about: "", item: None, claims: vec![], years: vec![], places: vec![] }
}

/// A claim of `value` in `unit`.
pub(crate) fn claim(value: f64, unit: Unit) -> Claim {
    Claim {
        quote: String::new(),
        span: ByteSpan::new(0, 0),
        value,
        value_max: None,
        unit,
        per: None,
        numerator: None,
        denominator: None,
        noun: None,
        role: Role::Level,
        approx: Approx::Exact,
        years: vec![],
        place: None,
        measure: None,
        area: None,
        out_of_range: false,
        doubtful: false,
        found: ClaimFound::default(),
    }
}

pub(crate) fn put(writer: &mut Writer, doc: &Doc) {
    let statements: Vec<Statement> = doc
        .said
        .iter()
        .map(|s| Statement {
            span: ByteSpan::new(0, s.text.len()),
            kind: StatementKind::Sentence,
            page: None,
            ocr: false,
            section: None,
            item: None,
            claims: s.claims.clone(),
            years: s.years.clone(),
            places: s.places.clone(),
        })
        .collect();
    let statements = doc
        .said
        .iter()
        .zip(&statements)
        .zip(1..)
        .map(|((s, statement), ordinal)| IndexStatement {
            ordinal,
            text: &s.text,
            item: s.item,
            about: s.about.to_owned(),
            statement,
        })
        .collect();
    let document = IndexDocument {
        id: &doc.id,
        version: doc.version,
        url: doc.url,
        sources: &doc.sources,
        title: Some(doc.title),
        kind: doc.kind,
        place: doc.place,
        published: doc.published,
        statements,
    };
    writer.replace(&document).expect("replace");
}

/// A new generation of `docs` in `dir`, live and open.
pub(crate) fn built(dir: &Path, docs: &[Doc]) -> Index {
    let mut writer = Writer::rebuild(dir, "all", 0).expect("rebuild");
    docs.iter().for_each(|doc| put(&mut writer, doc));
    let (last, statements) =
        (docs.iter().map(|d| &d.id).max(), docs.iter().map(|d| d.said.len() as u64).sum());
    writer.swap_in(1, last, statements).expect("swapped in");
    Index::open(dir).expect("open")
}

pub(crate) fn query(query: &str) -> Search {
    Search { query: query.parse().expect(query), limit: 1000, ..Search::default() }
}

pub(crate) fn results(index: &Index, search: &Search) -> Results {
    index.search(search).expect("search")
}

/// `<last digits of the document>.<ordinal>` of each hit, in order.
pub(crate) fn found(index: &Index, search: &Search) -> Vec<String> {
    let results = results(index, search);
    assert_eq!(results.total, results.hits.len(), "total of {search:?}");
    names(&results.hits)
}

pub(crate) fn names(hits: &[Hit]) -> Vec<String> {
    hits.iter()
        .map(|h| {
            let digits = &h.statement.id.document.as_str()[10..];
            format!("{}.{}", u8::from_str_radix(digits, 16).expect("hex"), h.statement.id.ordinal)
        })
        .collect()
}
