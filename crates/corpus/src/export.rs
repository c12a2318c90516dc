//! Everything that the catalog holds as flat tables, for those who take it home: the columns with their meaning, and
//! the rows one by one.

use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::error::ErrorKind;
use crate::{Corpus, Error};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Text; dates and times too, as ISO 8601 has them.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
}

/// A column of a [`Table`].
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub r#type: ColumnType,
    /// What it means, with unit.
    pub meaning: &'static str,
    /// What it is in the table's query.
    sql: &'static str,
}

/// A table of an export.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its name, as of a file.
    pub name: &'static str,
    /// What a row is.
    pub meaning: &'static str,
    /// The columns that tell a row from every other.
    pub key: &'static [&'static str],
    /// Its columns, in order.
    pub columns: &'static [Column],
    from: &'static str,
}

/// A value of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing is known.
    Empty,
    /// Text.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
}

macro_rules! columns {
    ($($name:literal $type:ident $sql:literal $meaning:literal;)*) => {
        &[$(Column { name: $name, r#type: ColumnType::$type, meaning: $meaning, sql: $sql }),*]
    };
}

/// Every table of an export.
pub const TABLES: &[Table] = &[
    Table {
        name: "documents",
        meaning: "What an address holds, with what its current version says of itself",
        key: &["id"],
        columns: columns! {
            "id" Text "d.id" "Identifier, made of the address";
            "url" Text "d.url" "Canonical address";
            "current_version" Integer "d.current_version" "Number of the current version; empty where none could be read";
            "kind" Text "v.kind" "Genre: news, minutes, letter, report";
            "place" Text "v.place" "Code of the place that published it (table places)";
            "title" Text "v.title" "Title";
            "published" Text "v.published" "Date of publication that the document states";
            "lang" Text "v.lang" "Language";
            "source" Text "p.source" "Source that it was fetched from; empty where it came as a file";
            "listed" Text "p.published" "Date that the source's list gives";
            "modified" Text "p.modified" "Last change, by the server";
            "first_seen" Text "p.first_seen" "When it was fetched first";
            "last_seen" Text "p.last_seen" "When it was last there";
            "gone_at" Text "p.gone_at" "When the source answered that it is no longer there";
        },
        from: "documents d LEFT JOIN versions v ON v.document_id = d.id AND v.number = d.current_version \
               LEFT JOIN pages p ON p.document_id = d.id ORDER BY d.id",
    },
    Table {
        name: "versions",
        meaning: "One content of a document, with its text",
        key: &["document_id", "version"],
        columns: columns! {
            "document_id" Text "v.document_id" "Document";
            "version" Integer "v.number" "Number of the version, from 1";
            "is_current" Boolean "v.number = d.current_version" "Whether it is the document's current version";
            "fetched_at" Text "s.fetched_at" "When its bytes came";
            "sha256" Text "s.sha256" "SHA-256 of its bytes, hexadecimal";
            "media_type" Text "s.media_type" "Media type that came with the bytes";
            "archive_file" Text "s.file" "WARC file with the bytes";
            "archive_offset" Integer "s.offset_bytes" "Where its record begins in the file, in bytes";
            "length" Integer "s.length_bytes" "Length of its bytes";
            "extractor" Text "v.extractor" "What read it";
            "title" Text "v.title" "Title";
            "kind" Text "v.kind" "Genre";
            "place" Text "v.place" "Code of the place";
            "published" Text "v.published" "Date of publication";
            "lang" Text "v.lang" "Language";
            "text" Text "v.text" "Extracted text; spans of statements count its bytes in UTF-8";
        },
        from: "versions v JOIN documents d ON d.id = v.document_id JOIN snapshots s ON s.id = v.snapshot_id \
               ORDER BY v.id",
    },
    Table {
        name: "statements",
        meaning: "A sentence, heading, list item or table row of a version",
        key: &["id"],
        columns: columns! {
            "id" Text "v.document_id || '.' || v.number || '.' || t.ordinal" "Identifier: document, version, ordinal";
            "document_id" Text "v.document_id" "Document";
            "version" Integer "v.number" "Version";
            "is_current" Boolean "v.number = d.current_version" "Whether the version is the current one";
            "ordinal" Integer "t.ordinal" "Place in the version, from 1";
            "kind" Text "t.kind" "sentence, heading, list_item, table_row ...";
            "text" Text "t.text" "The statement";
            "start_byte" Integer "t.start_byte" "Where it begins in the version's text, in bytes";
            "end_byte" Integer "t.end_byte" "Where it ends there, in bytes";
            "section" Text "t.section" "Section of minutes";
            "page" Integer "t.page" "Page of a document with pages, from 1";
            "ocr" Boolean "t.ocr" "Whether it was read from a picture";
            "years" Text "(SELECT group_concat(y.year, ' ') FROM (SELECT year FROM statement_years \
                WHERE statement_id = t.id ORDER BY year) y)" "Calendar years that it mentions, with blanks between";
            "places" Text "(SELECT group_concat(n.place, ' ') FROM (SELECT place FROM statement_places \
                WHERE statement_id = t.id ORDER BY ordinal) n)" "Codes of places that it names, with blanks between";
        },
        from: "statements t JOIN versions v ON v.id = t.version_id JOIN documents d ON d.id = v.document_id \
               ORDER BY t.id",
    },
    Table {
        name: "claims",
        meaning: "A rate or a count that a statement reports, with what it is about",
        key: &["statement_id", "ordinal"],
        columns: columns! {
            "statement_id" Text "v.document_id || '.' || v.number || '.' || t.ordinal" "Statement";
            "ordinal" Integer "c.ordinal" "Place in the statement, from 1";
            "is_current" Boolean "v.number = d.current_version" "Whether its version is the current one";
            "quote" Text "c.quote" "The words that report it";
            "start_byte" Integer "c.start_byte" "Where they begin in the statement, in bytes";
            "end_byte" Integer "c.end_byte" "Where they end there, in bytes";
            "value" Number "c.value" "Value, in the unit; the lower end of a range";
            "value_max" Number "c.value_max" "Upper end of a range";
            "unit" Text "c.unit" "percent, percentage_point, permille, per_n, count";
            "per" Integer "c.per" "N of a rate per N";
            "numerator" Number "c.numerator" "Numerator of a fraction, as written";
            "denominator" Number "c.denominator" "Denominator of a fraction, as written";
            "noun" Text "c.noun" "What is counted";
            "role" Text "c.role" "level, change, target, forecast, limit ...";
            "approx" Text "c.approx" "Precision in words: exact, about, under ...";
            "place" Text "c.place" "Code of the place it is about";
            "measure" Text "c.measure" "Key of what is measured";
            "area" Text "c.area" "Area that the measure is limited to";
            "years" Text "(SELECT group_concat(y.year, ' ') FROM (SELECT year FROM claim_years \
                WHERE claim_id = c.id ORDER BY year) y)" "Calendar years it is about, with blanks between";
            "first_year" Integer "(SELECT min(year) FROM claim_years WHERE claim_id = c.id)" "First of them";
            "last_year" Integer "(SELECT max(year) FROM claim_years WHERE claim_id = c.id)" "Last of them";
            "found_years" Text "c.found_years" "How the years were found: explicit, context, default";
            "found_place" Text "c.found_place" "How the place was found";
            "found_measure" Text "c.found_measure" "How the measure was found";
            "rule" Text "c.rule" "What made the number a claim";
            "out_of_range" Boolean "c.out_of_range" "Whether the value cannot be meant as it stands";
            "doubtful" Boolean "c.doubtful" "Whether the number may be misread from a picture";
        },
        from: "claims c JOIN statements t ON t.id = c.statement_id JOIN versions v ON v.id = t.version_id \
               JOIN documents d ON d.id = v.document_id ORDER BY c.id",
    },
];

impl Table {
    fn sql(&self) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|c| c.sql).collect();
        format!("SELECT {} FROM {}", columns.join(", "), self.from)
    }
}

impl Corpus {
    /// Hands every row of every table to `take`, with the number of its table in [`TABLES`]; all of them as they were
    /// at one time. Memory follows the row.
    ///
    /// # Errors
    /// Those of `take`; if the catalog cannot be read, or holds what it should not.
    pub fn export<E: From<Error>>(
        &self,
        mut take: impl FnMut(usize, &[Cell<'_>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |e: rusqlite::Error| self.failed(e);
        let tx = self.conn.unchecked_transaction().map_err(failed)?;
        for (number, table) in TABLES.iter().enumerate() {
            let mut statement = tx.prepare(&table.sql()).map_err(failed)?;
            let mut rows = statement.query([]).map_err(failed)?;
            while let Some(row) = rows.next().map_err(failed)? {
                take(number, &cells(table, row)?)?;
            }
        }
        Ok(())
    }
}

fn cells<'r>(table: &Table, row: &'r Row<'_>) -> Result<Vec<Cell<'r>>, Error> {
    let cell = |(at, column): (usize, &Column)| {
        let value = row.get_ref(at)?;
        let cell = match (column.r#type, value) {
            (_, ValueRef::Null) => Some(Cell::Empty),
            (ColumnType::Text, ValueRef::Text(bytes)) => std::str::from_utf8(bytes).ok().map(Cell::Text),
            (ColumnType::Integer, ValueRef::Integer(n)) => Some(Cell::Integer(n)),
            (ColumnType::Number, ValueRef::Real(n)) => Some(Cell::Number(n)),
            (ColumnType::Boolean, ValueRef::Integer(n)) => Some(Cell::Boolean(n != 0)),
            _ => None,
        };
        cell.ok_or_else(|| {
            let what = format!("column {} of {}", column.name, table.name);
            ErrorKind::BadRow { what, why: format!("{value:?} is no {:?}", column.r#type) }.into()
        })
    };
    table.columns.iter().enumerate().map(cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_is_good_and_streams() {
        let conn = crate::catalog::empty().expect("a catalog in memory");
        for table in TABLES {
            let sql = table.sql();
            let columns = conn.prepare(&sql).unwrap_or_else(|e| panic!("{}: {e}", table.name)).column_count();
            assert_eq!(columns, table.columns.len(), "{}", table.name);
            let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a plan");
            let steps = plan
                .query_map([], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, String>(3)?)))
                .expect("rows");
            for (parent, step) in steps.map(|step| step.expect("a step")) {
                // The lists of a row are sorted, the table is not: its rows come as they are read.
                assert!(parent != 0 || !step.contains("TEMP B-TREE"), "{}: {step}", table.name);
            }
            for key in table.key {
                assert!(table.columns.iter().any(|c| c.name == *key), "{key}");
            }
        }
    }
}
