//! Reading the columns of a row as the model's types, and back.

use std::fmt::Display;
use std::str::FromStr;

use belaeg_model::{ByteSpan, DocumentId, Found, Hints, Stated};
use rusqlite::types::Type;
use rusqlite::{Result, Row};
use serde::de::DeserializeOwned;

use crate::Snapshot;
use crate::stored::{by_name, hints_from_json};

/// The columns that [`snapshot`] reads, and the tables they come from.
pub(super) const SNAPSHOT: &str = "s.id, s.document_id, s.number, d.url, s.name, s.sha256, s.fetched_at, \
     s.media_type, s.hints, s.file, s.offset_bytes, s.length_bytes";
pub(super) const SNAPSHOT_TABLES: &str = "snapshots s JOIN documents d ON d.id = s.document_id";
/// How many columns [`SNAPSHOT`] has.
pub(super) const SNAPSHOT_COLUMNS: usize = 12;

pub(super) fn snapshot(row: &Row<'_>) -> Result<Snapshot> {
    Ok(Snapshot {
        id: row.get(0)?,
        document: parsed(row, 1)?,
        number: row.get(2)?,
        url: row.get(3)?,
        name: row.get(4)?,
        sha256: parsed(row, 5)?,
        fetched_at: parsed(row, 6)?,
        media_type: row.get(7)?,
        hints: hints(row, 8)?,
        file: row.get(9)?,
        offset: unsigned(row, 10)?,
        length: unsigned(row, 11)?,
    })
}

/// An error that names the column and what is wrong with it.
fn wrong(column: usize, why: impl Display) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why.to_string().into())
}

/// A text column in the type's own notation.
pub(super) fn parsed<T: FromStr<Err: Display>>(row: &Row<'_>, column: usize) -> Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(|e| wrong(column, e))
}

/// A text column that holds the name of an enum's value.
pub(super) fn named<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<T> {
    by_name(row.get_ref(column)?.as_str()?).map_err(|e| wrong(column, e))
}

/// A text column in the type's own notation, or nothing.
pub(super) fn parsed_or_null<T: FromStr<Err: Display>>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| text.parse().map_err(|e| wrong(column, e))).transpose()
}

/// The name of an enum's value, or nothing.
pub(super) fn named_or_null<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(|text| by_name(text).map_err(|e| wrong(column, e))).transpose()
}

/// A value and, in the next column, how it was found.
pub(super) fn stated<T: FromStr<Err: Display>>(row: &Row<'_>, column: usize) -> Result<Option<Stated<T>>> {
    let value = parsed_or_null(row, column)?;
    value.map(|value| Ok(Stated::new(value, named(row, column + 1)?))).transpose()
}

/// A column of JSON.
pub(super) fn json<T>(
    row: &Row<'_>,
    column: usize,
    read: impl Fn(&str) -> std::result::Result<T, String>,
) -> Result<T> {
    read(row.get_ref(column)?.as_str()?).map_err(|e| wrong(column, e))
}

pub(super) fn hints(row: &Row<'_>, column: usize) -> Result<Hints> {
    json(row, column, hints_from_json)
}

pub(super) fn document_id(row: &Row<'_>, column: usize) -> Result<DocumentId> {
    parsed(row, column)
}

/// A number of bytes or rows; never negative.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, value))
}

/// Two columns that hold a span.
pub(super) fn span(row: &Row<'_>, column: usize) -> Result<ByteSpan> {
    let byte = |column| {
        let value = unsigned(row, column)?;
        usize::try_from(value).map_err(|e| wrong(column, e))
    };
    Ok(ByteSpan::new(byte(column)?, byte(column + 1)?))
}

/// A number of bytes as the catalog writes it; no file and no text is longer than 2^63 bytes.
pub(super) fn int(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(i64::MAX)
}

/// The name of a [`Found`] in the catalog.
pub(super) fn found_name(found: Found) -> &'static str {
    found.as_str()
}
