//! Plain tantivy over the same fields: the limit of what the engine can do. Exact words with positions, stems, place and
//! year words, filters, the columns of claims and the stored record; not the parts of compounds.

use std::path::Path;

use serde_json::json;
use tantivy::aggregation::AggregationCollector;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::collector::TopDocs;
use tantivy::query::{BooleanQuery, PhraseQuery, Query, RangeQuery, RegexQuery, TermQuery};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value,
};
use tantivy::{DocAddress, Index, IndexWriter, Order, Searcher, TantivyDocument, Term};

use crate::belaeg::claim;
use crate::danish::{DANISH, danish};
use crate::{Engine, FILTER, HITS, Question, Result, Row};

struct Fields {
    text: Field,
    stem: Field,
    context: Field,
    document: Field,
    number: Field,
    ordinal: Field,
    kind: Field,
    host: Field,
    place: Field,
    published: Field,
    year: Field,
    claim_unit: Field,
    claim_measure: Field,
    claim_place: Field,
    claim_year: Field,
    row_low: Field,
    row_high: Field,
    row_year: Field,
    record: Field,
}

fn schema() -> (Schema, Fields) {
    let words = |tokenizer: &str, option| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let mut b = Schema::builder();
    let fields = Fields {
        text: b.add_text_field("text", words("default", IndexRecordOption::WithFreqsAndPositions)),
        stem: b.add_text_field("stem", words(DANISH, IndexRecordOption::WithFreqs)),
        context: b.add_text_field("context", words(DANISH, IndexRecordOption::WithFreqsAndPositions)),
        document: b.add_text_field("document", STRING),
        number: b.add_u64_field("number", FAST),
        ordinal: b.add_u64_field("ordinal", FAST),
        kind: b.add_text_field("kind", STRING | FAST),
        host: b.add_text_field("host", STRING | FAST),
        place: b.add_text_field("place", STRING | FAST),
        published: b.add_i64_field("published", FAST),
        year: b.add_i64_field("year", INDEXED | FAST),
        claim_unit: b.add_text_field("claim_unit", STRING),
        claim_measure: b.add_text_field("claim_measure", STRING),
        claim_place: b.add_text_field("claim_place", STRING),
        claim_year: b.add_i64_field("claim_year", INDEXED),
        row_low: b.add_f64_field("row_low", FAST),
        row_high: b.add_f64_field("row_high", FAST),
        row_year: b.add_i64_field("row_year", FAST),
        record: b.add_bytes_field("record", STORED),
    };
    (b.build(), fields)
}

pub(crate) fn build(dir: &Path, rows: impl Iterator<Item = Result<Row>>) -> Result<()> {
    let (schema, fields) = schema();
    let index = Index::create_in_dir(dir, schema)?;
    index.tokenizers().register(DANISH, danish());
    // As belaeg's writer: a thread a core, 128 MiB each.
    let threads = std::thread::available_parallelism()?.get().min(4);
    let mut writer: IndexWriter = index.writer_with_num_threads(threads, threads * (128 << 20))?;
    for row in rows {
        writer.add_document(entry(&row?, &fields)?)?;
    }
    writer.commit()?;
    Ok(writer.wait_merging_threads()?)
}

fn entry(row: &Row, f: &Fields) -> Result<TantivyDocument> {
    let mut entry = TantivyDocument::default();
    entry.add_text(f.text, &row.text);
    entry.add_text(f.stem, &row.text);
    entry.add_text(f.context, format!("{} {} Kommune", row.title, row.place.name()));
    entry.add_text(f.document, &row.document);
    entry.add_u64(f.number, u64::from_str_radix(&row.document, 16)?);
    entry.add_u64(f.ordinal, row.id.rsplit('.').next().unwrap_or_default().parse()?);
    entry.add_text(f.kind, row.kind.as_str());
    let host = format!("www.{}.example", row.place.code());
    entry.add_text(f.host, &host);
    entry.add_text(f.place, row.place.code());
    entry.add_i64(f.published, days(row.published));
    for said in &row.claims {
        entry.add_text(f.claim_unit, said.unit.as_str());
        if let Some(place) = said.place {
            entry.add_text(f.claim_place, place.code());
        }
        if let Some(measure) = &said.measure {
            entry.add_text(f.claim_measure, measure);
        }
        if let Some(year) = said.year {
            entry.add_i64(f.year, i64::from(year));
            entry.add_i64(f.claim_year, i64::from(year));
            entry.add_i64(f.row_year, i64::from(year));
        }
        entry.add_f64(f.row_low, said.value);
        entry.add_f64(f.row_high, said.value);
    }
    let claims: Vec<_> = row.claims.iter().map(|said| claim(row, said)).collect();
    let record = json!({"version": 1, "id": row.id, "text": row.text, "title": row.title, "url": format!("https://{host}/{}", row.document),
        "kind": row.kind, "place": row.place, "published": row.published, "claims": claims});
    entry.add_bytes(f.record, &serde_json::to_vec(&record)?);
    Ok(entry)
}

fn days(date: jiff::civil::Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    epoch.until(date).map_or(0, |span| i64::from(span.get_days()))
}

pub(crate) struct Plain {
    index: Index,
    searcher: Searcher,
    fields: Fields,
}

impl Plain {
    pub(crate) fn open(dir: &Path) -> Result<Self> {
        let index = Index::open_in_dir(dir)?;
        index.tokenizers().register(DANISH, danish());
        let searcher = index.reader()?.searcher();
        Ok(Self { index, searcher, fields: schema().1 })
    }

    fn terms(&self, field: Field, words: &[String]) -> Result<Vec<Term>> {
        let mut analyser = self.index.tokenizer_for_field(field)?;
        let mut terms = Vec::new();
        for word in words {
            let mut stream = analyser.token_stream(word);
            stream.process(&mut |token| terms.push(Term::from_field_text(field, &token.text)));
        }
        Ok(terms)
    }

    fn query(&self, question: &Question) -> Result<Box<dyn Query>> {
        let f = &self.fields;
        let all_words = || -> Result<Box<dyn Query>> {
            let terms = self.terms(f.stem, &question.words)?;
            Ok(Box::new(BooleanQuery::intersection(terms.into_iter().map(term).collect())))
        };
        Ok(match question.class.as_str() {
            "phrase" => Box::new(PhraseQuery::new(self.terms(f.text, &question.words)?)),
            "prefix" => Box::new(RegexQuery::from_pattern(&format!("{}.*", question.words[0]), f.text)?),
            "filter" => {
                let (kind, from, before) = FILTER;
                let day = |date| Term::from_field_i64(f.published, days(date));
                let range = RangeQuery::new(
                    std::ops::Bound::Included(day(from)),
                    std::ops::Bound::Excluded(day(before)),
                );
                let kind = term(Term::from_field_text(f.kind, kind.as_str()));
                Box::new(BooleanQuery::intersection(vec![all_words()?, kind, Box::new(range)]))
            }
            _ => all_words()?,
        })
    }

    fn texts(&self, found: impl Iterator<Item = DocAddress>) -> Result<usize> {
        let mut count = 0;
        for at in found {
            let entry: TantivyDocument = self.searcher.doc(at)?;
            let record = entry.get_first(self.fields.record).and_then(|value| value.as_bytes());
            count += usize::from(record.is_some());
        }
        Ok(count)
    }
}

fn term(term: Term) -> Box<dyn Query> {
    Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs))
}

impl Engine for Plain {
    fn ask(&self, question: &Question) -> Result<usize> {
        let query = self.query(question)?;
        let top = TopDocs::with_limit(HITS);
        if question.class == "sorted" {
            let found =
                self.searcher.search(&query, &top.order_by_fast_field::<i64>("published", Order::Desc))?;
            return self.texts(found.into_iter().map(|(_, at)| at));
        }
        let found = if question.class == "facet" {
            let request = json!({"place": {"terms": {"field": "place", "size": 200}},
                                 "kind": {"terms": {"field": "kind"}}});
            let request: Aggregations = serde_json::from_value(request)?;
            let facets = AggregationCollector::from_aggs(request, Default::default());
            self.searcher.search(&query, &(top.order_by_score(), facets))?.0
        } else {
            self.searcher.search(&query, &top.order_by_score())?
        };
        self.texts(found.into_iter().map(|(_, at)| at))
    }
}
