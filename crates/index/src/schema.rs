//! The fields of the index.

use jiff::civil::Date;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

use crate::tokenizer::Form;

/// The version of everything that is stored: fields, analysis, claim rows and hit records. A change to any of
/// them makes earlier generations unreadable and needs a new number.
pub const SCHEMA_VERSION: u64 = 5;

/// The names of the columns that are read by name.
pub(crate) mod column {
    pub(crate) const NUMBER: &str = "number";
    pub(crate) const ORDINAL: &str = "ordinal";
    pub(crate) const PUBLISHED: &str = "published";
    pub(crate) const SAME: &str = "same";
    pub(crate) const KIND: &str = "kind";
    pub(crate) const NEAR: &str = "near";
    pub(crate) const YEAR: &str = "year";
    pub(crate) const HOST: &str = "host";
    pub(crate) const ROW_LOW: &str = "row_low";
    pub(crate) const ROW_HIGH: &str = "row_high";
    pub(crate) const ROW_FORM: &str = "row_form";
    pub(crate) const ROW_PLACE: &str = "row_place";
    pub(crate) const ROW_MEASURE: &str = "row_measure";
    pub(crate) const ROW_YEAR: &str = "row_year";
}

/// The fields; one document of the engine is one statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    /// Folded words of the statement, with positions and lengths.
    pub exact: Field,
    /// Stems of the same words.
    pub stem: Field,
    /// Stems of the parts of its compounds.
    pub part: Field,
    /// Names of the measures of its claims: folded words, stems, marked stems of parts.
    pub about: Field,
    /// Title and place of its document, heading of its agenda item: folded words, stems, marked stems of parts.
    pub context: Field,
    /// The document's id, for deleting.
    pub document: Field,
    /// The document's id as a number, for ordering.
    pub number: Field,
    /// The statement's place in the version, for ordering.
    pub ordinal: Field,
    /// A number that statements with the same words share, for folding.
    pub same: Field,
    /// The document's kind.
    pub kind: Field,
    /// The host of the document's address, for counting.
    pub host: Field,
    /// The host of the document's address, the domains above it and the ids of its sources.
    pub source: Field,
    /// Every place it is about: the document's, those it names, those of its claims.
    pub near: Field,
    /// Days from 1970-01-01 to the document's publication.
    pub published: Field,
    /// Every year it mentions or has a claim about.
    pub year: Field,
    /// Units of its claims.
    pub claim_unit: Field,
    /// Measures of its claims.
    pub claim_measure: Field,
    /// Places of its claims.
    pub claim_place: Field,
    /// Years of its claims.
    pub claim_year: Field,
    /// Columns of its claim rows: one row a claim and year, the n-th values of all six belong together.
    pub row_low: Field,
    pub row_high: Field,
    pub row_form: Field,
    pub row_place: Field,
    pub row_measure: Field,
    pub row_year: Field,
    /// The stored hit record.
    pub record: Field,
}

/// The schema of this version and its fields.
pub(crate) fn schema() -> (Schema, Fields) {
    let words = |form: Form, option, lengths| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(form.name())
            .set_index_option(option)
            .set_fieldnorms(lengths);
        TextOptions::default().set_indexing_options(indexing)
    };
    let positions = IndexRecordOption::WithFreqsAndPositions;
    let mut b = Schema::builder();
    let fields = Fields {
        exact: b.add_text_field("exact", words(Form::Exact, positions, true)),
        stem: b.add_text_field("stem", words(Form::Stem, IndexRecordOption::WithFreqs, false)),
        part: b.add_text_field("part", words(Form::Part, IndexRecordOption::WithFreqs, false)),
        about: b.add_text_field("about", words(Form::All, positions, false)),
        context: b.add_text_field("context", words(Form::All, positions, false)),
        document: b.add_text_field("document", STRING),
        number: b.add_u64_field(column::NUMBER, FAST),
        ordinal: b.add_u64_field(column::ORDINAL, FAST),
        same: b.add_u64_field(column::SAME, FAST),
        kind: b.add_text_field(column::KIND, STRING | FAST),
        host: b.add_text_field(column::HOST, FAST),
        source: b.add_text_field("source", STRING),
        near: b.add_text_field(column::NEAR, STRING | FAST),
        published: b.add_i64_field(column::PUBLISHED, FAST),
        year: b.add_i64_field(column::YEAR, INDEXED | FAST),
        claim_unit: b.add_text_field("claim_unit", STRING),
        claim_measure: b.add_text_field("claim_measure", STRING),
        claim_place: b.add_text_field("claim_place", STRING),
        claim_year: b.add_i64_field("claim_year", INDEXED),
        row_low: b.add_f64_field(column::ROW_LOW, FAST),
        row_high: b.add_f64_field(column::ROW_HIGH, FAST),
        row_form: b.add_u64_field(column::ROW_FORM, FAST),
        row_place: b.add_u64_field(column::ROW_PLACE, FAST),
        row_measure: b.add_u64_field(column::ROW_MEASURE, FAST),
        row_year: b.add_i64_field(column::ROW_YEAR, FAST),
        record: b.add_bytes_field("record", STORED),
    };
    (b.build(), fields)
}

/// Days from 1970-01-01.
pub(crate) fn days(date: Date) -> i64 {
    const EPOCH: Date = Date::constant(1970, 1, 1);
    EPOCH.until(date).map_or(0, |span| i64::from(span.get_days()))
}
