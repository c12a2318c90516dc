//! Official figures: every import with its bytes in the archive, every value with the time from which it was known.

use std::collections::BTreeMap;

use belaeg_model::Place;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::archive::Written;
use crate::catalog;
use crate::fetched::{Record, StoredFetch};
use crate::stored::to_ascii_json;
use crate::warc::{FETCH, RecordHead};
use crate::{Corpus, Digest, Error, Exchange};

/// The source under which imports stand in the archive.
const SOURCE: &str = "official";

/// One official number, in the names of the tables of figures.
#[derive(Clone, Debug, PartialEq)]
pub struct FigureRow {
    /// What is measured.
    pub measure: String,
    /// What it is narrowed to.
    pub area: String,
    /// The place.
    pub place: Place,
    /// The period, in our notation.
    pub period: String,
    /// The value in `unit`.
    pub value: f64,
    /// How many decimals the source prints.
    pub decimals: u8,
    /// The unit.
    pub unit: String,
    /// How many cases a share is taken of.
    pub cases: Option<u64>,
    /// Who says it.
    pub standing: String,
    /// The name of the source.
    pub source: String,
    /// Its address.
    pub url: Option<String>,
    /// What a reader has to know.
    pub note: Option<String>,
}

/// Figures that are to be stored, and how they came.
#[derive(Clone, Copy, Debug)]
pub struct NewImport<'a> {
    /// When the bytes came.
    pub at: Timestamp,
    /// The address, or the file.
    pub origin: &'a str,
    /// What was asked for, in the words of whoever asked.
    pub request: Option<&'a str>,
    /// How it was read: the reader's version and the mapping.
    pub reading: &'a str,
    /// The form it had.
    pub format: &'a str,
    /// What it calls itself.
    pub title: Option<&'a str>,
    /// When the publisher last changed it.
    pub updated: Option<Date>,
    /// The bytes as they were read.
    pub bytes: &'a [u8],
    /// Every exchange that led to them, the one with the bytes last; none for a file.
    pub exchanges: &'a [Exchange<'a>],
    /// The figures.
    pub figures: &'a [FigureRow],
    /// Cells passed over, by cause.
    pub skipped: &'a BTreeMap<String, u64>,
    /// Rows refused, by cause.
    pub refused: &'a BTreeMap<String, u64>,
}

/// What became of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// It has this number.
    New(i64),
    /// The same bytes, read in the same way, were the last of their origin: import number so and so.
    Unchanged(i64),
}

/// An import that was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportRow {
    /// Its number, from 1.
    pub id: i64,
    /// When it was taken in.
    pub imported_at: Timestamp,
    /// When the same bytes were met last.
    pub checked_at: Timestamp,
    /// The address, or the file.
    pub origin: String,
    /// What was asked for.
    pub request: Option<String>,
    /// The form it had.
    pub format: String,
    /// What it calls itself.
    pub title: Option<String>,
    /// When the publisher last changed it.
    pub updated: Option<Date>,
    /// Digest of its bytes.
    pub sha256: String,
    /// The archive file, without its folder.
    pub file: String,
    /// Where its record begins in that file, in bytes.
    pub offset: u64,
    /// How many figures were stored.
    pub figures: u64,
    /// Cells passed over, by cause.
    pub skipped: BTreeMap<String, u64>,
    /// Rows refused, by cause.
    pub refused: BTreeMap<String, u64>,
}

/// A value of a cell, and when it was known.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFigure {
    /// The number.
    pub figure: FigureRow,
    /// The first import that gave it.
    pub import: i64,
    /// When that import was taken in.
    pub known_since: Timestamp,
    /// When an import first gave another value for the cell by the same source; none for the value that holds.
    pub replaced_at: Option<Timestamp>,
}

impl Corpus {
    /// Archives the bytes of an import and stores its figures, in one transaction. Bytes that are as they were change nothing but
    /// the time they were last met.
    ///
    /// # Errors
    /// If the corpus is open for reading, or archive or catalog cannot be written; then nothing of it is stored.
    pub fn import_figures(&mut self, new: &NewImport<'_>) -> Result<Imported, Error> {
        // What waits for a batch comes first, so that the archive is acknowledged in its order.
        self.store(&[])?;
        let sha256 = Digest::of(new.bytes);
        if let Some(id) = self.query(|conn| catalog::last_import(conn, new, &sha256))? {
            let conn = &mut self.conn;
            catalog::check_import(conn, id, new.at).map_err(|e| self.failed(e))?;
            return Ok(Imported::Unchanged(id));
        }
        let written = self.archive_import(new, sha256)?;
        self.sync()?;
        let Some(writer) = &mut self.writer else { return Err(self.read_only()) };
        let lengths = writer.archive.lengths();
        let stored = catalog::insert_import(&mut self.conn, new, &sha256, &written, lengths);
        let id = stored.map_err(|e| Error::from(e).at(&self.catalog))?;
        writer.archive.acknowledge();
        Ok(Imported::New(id))
    }

    /// Every import, oldest first.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn imports(&self) -> Result<Vec<ImportRow>, Error> {
        self.query(catalog::imports)
    }

    /// Every value of every cell that was known at a time, the replaced ones too; without a time, of all that are known. By
    /// measure, area, place, period, unit and source, the older values first.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn figures(&self, known_at: Option<Timestamp>) -> Result<Vec<StoredFigure>, Error> {
        self.at_one_time(|conn| catalog::figures(conn, known_at))
    }

    /// Tells where the record of the bytes stands.
    fn archive_import(&mut self, new: &NewImport<'_>, sha256: Digest) -> Result<Written, Error> {
        let mut written = None;
        for exchange in new.exchanges {
            let request = self.append_request(exchange)?;
            written = Some(self.append_response(exchange, Record::Response(None), &request)?.0);
        }
        if let Some(written) = written {
            return Ok(written);
        }
        let fetch = StoredFetch {
            source: SOURCE.to_owned(),
            fetch_url: new.origin.to_owned(),
            ..StoredFetch::default()
        };
        let head = RecordHead {
            kind: "resource",
            date: new.at,
            url: Some(new.origin),
            content_type: "application/octet-stream",
            refers_to: None,
            extension: None,
            // Says that it is no document.
            more: &[(FETCH, to_ascii_json(&fetch))],
            sha256,
            length: new.bytes.len(),
        };
        self.writer()?.archive.append(&head, new.bytes)
    }
}
