//! Taking a document out of the archive for good: its records are overwritten where they stand, so that every other
//! record keeps its place and its id.

use std::collections::HashSet;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use belaeg_model::DocumentId;
use flate2::Crc;
use fs_err::{File, OpenOptions};
use jiff::Timestamp;
use serde::Serialize;

use crate::archive::{files, read_block};
use crate::catalog;
use crate::error::ErrorKind;
use crate::fetched::StoredFetch;
use crate::naming::Names;
use crate::stored::to_ascii_json;
use crate::warc::{EXTENSION, Event, FETCH, Header, RECORD_END, Scanner, record_id, resource_uri};
use crate::{Corpus, Error, document_id};

/// How much was taken down: nothing of what it said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TakenDown {
    /// Records of the archive that were overwritten.
    pub records: u64,
    /// Versions.
    pub versions: u64,
    /// Statements.
    pub statements: u64,
    /// Claims.
    pub claims: u64,
    /// Archived lists and feeds that name it or carry words of it.
    pub lists: u64,
    /// How many of those were overwritten too.
    pub lists_overwritten: u64,
}

impl Corpus {
    /// Removes a document from archive and catalog, with all its versions; a note of when, why and how much stays. It is
    /// not taken in again. Nothing happens where there is no such document.
    ///
    /// Archived lists that name it are counted, and with `lists` overwritten too: they hold other documents' names as well, whose
    /// own records stay.
    ///
    /// # Errors
    /// If the corpus is open for reading, or archive or catalog cannot be written. It can be repeated.
    pub fn take_down(
        &mut self,
        id: &DocumentId,
        reason: &str,
        lists: bool,
    ) -> Result<Option<TakenDown>, Error> {
        self.writer()?;
        self.store(&[])?;
        let Some(task) = self.task(id, lists)? else { return Ok(None) };
        let dir = self.dir.join("archive");
        let mut taken = TakenDown::default();
        for (file, _) in files(&dir)? {
            task.overwrite(&dir, &file, &mut taken)?;
        }
        let conn = &mut self.conn;
        let taken =
            catalog::take_down(conn, id, &task.ids, reason, task.at, taken).map_err(|e| self.failed(e))?;
        if !self.query(catalog::clear_log)? {
            return Err(ErrorKind::StillRead { path: self.dir.join("catalog.sqlite") }.into());
        }
        Ok(Some(taken))
    }

    /// What [`take_down`](Self::take_down) would remove, without removing anything.
    ///
    /// # Errors
    /// If archive or catalog cannot be read.
    pub fn would_take_down(&self, id: &DocumentId, lists: bool) -> Result<Option<TakenDown>, Error> {
        let Some(task) = self.task(id, lists)? else { return Ok(None) };
        let dir = self.dir.join("archive");
        let mut taken = self.query(|conn| catalog::stored_of(conn, id))?;
        for (file, _) in files(&dir)? {
            task.find(&dir.join(&file), &file, &mut taken)?;
        }
        Ok(Some(taken))
    }

    /// What is to be overwritten; `None` where there is no such document.
    fn task(&self, id: &DocumentId, lists: bool) -> Result<Option<Task>, Error> {
        let addresses = self.query(|conn| catalog::addresses(conn, id))?;
        if addresses.is_empty() {
            return Ok(None);
        }
        let mut ids = vec![id.clone()];
        ids.extend(addresses.iter().map(|url| document_id(url)).filter(|other| other != id));
        Ok(Some(Task {
            uris: addresses.iter().map(|url| resource_uri(url)).collect(),
            places: self.query(|conn| catalog::places_of(conn, id))?.into_iter().collect(),
            names: self.names_of(id, &addresses)?,
            ids: ids.iter().map(DocumentId::as_str).collect::<Vec<_>>().join(" "),
            at: Timestamp::now(),
            lists,
        }))
    }

    /// What names a document in a list: its addresses, and the title and sentences of all its versions that no other document
    /// has but its copies and near-duplicates. A footer names nothing.
    fn names_of(&self, id: &DocumentId, addresses: &[String]) -> Result<Names, Error> {
        let mut names = Names::default();
        for url in addresses {
            names.address(url);
        }
        let mut alike: HashSet<DocumentId> = self.copies(id)?.into_iter().map(|(id, _)| id).collect();
        alike.extend(self.near_duplicates(id)?.into_iter().map(|near| near.id));
        let shared = self.query(|conn| catalog::shared_statements(conn, id))?;
        let shared: HashSet<String> =
            shared.into_iter().filter(|(_, other)| !alike.contains(other)).map(|(text, _)| text).collect();
        let is_own = |text: &&str| !shared.contains(*text);
        for summary in self.document(id)?.into_iter().flat_map(|document| document.versions) {
            let Some(version) = self.version(id, Some(summary.number))? else { continue };
            let extracted = &version.extracted;
            let title = extracted.meta.title.as_ref().map(|t| t.value.as_str()).filter(is_own);
            let said = version.statements.iter().filter_map(|s| s.span.get(&extracted.text));
            names.version(title, said.filter(is_own));
        }
        Ok(names)
    }

    /// Documents under other addresses that held the same bytes as this one in one of their versions, by address.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn copies(&self, id: &DocumentId) -> Result<Vec<(DocumentId, String)>, Error> {
        self.query(|conn| catalog::copies(conn, id))
    }

    /// Whether the document with this id, which is made of any of its addresses, was taken down.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn is_taken_down(&self, id: &DocumentId) -> Result<bool, Error> {
        self.query(|conn| catalog::is_taken_down(conn, id))
    }

    /// Every takedown: document, when, why, how much; oldest first.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn takedowns(&self) -> Result<Vec<(DocumentId, Timestamp, String, TakenDown)>, Error> {
        self.query(catalog::takedowns)
    }
}

/// What is to be overwritten.
struct Task {
    /// Addresses of the document, as they stand in records.
    uris: Vec<String>,
    /// Where the catalog knows records of it: one that a killed takedown overwrote in part does not say so itself.
    places: HashSet<(String, u64)>,
    names: Names,
    /// The document's id, and those that it would have under its other addresses.
    ids: String,
    at: Timestamp,
    /// Whether lists that name it go too.
    lists: bool,
}

impl Task {
    /// Overwrites the records of `file` that are about the document, and counts.
    fn overwrite(&self, dir: &Path, file: &str, taken: &mut TakenDown) -> Result<(), Error> {
        let path = dir.join(file);
        let found = self.find(&path, file, taken)?;
        let mut out = OpenOptions::new().write(true).open(&path)?;
        for (from, to) in found {
            let Some(bytes) = filler(file, from, to - from, &self.ids, self.at) else {
                let why = format!("a record of {} bytes is too short to be overwritten", to - from);
                return Err(std::io::Error::other(why).into());
            };
            out.seek(SeekFrom::Start(from))?;
            out.write_all(&bytes)?;
        }
        out.sync_all()?;
        Ok(())
    }

    /// Where the records begin and end that are to be overwritten.
    fn find(&self, path: &Path, file: &str, taken: &mut TakenDown) -> Result<Vec<(u64, u64)>, Error> {
        let length = fs_err::metadata(path)?.len();
        let mut scanner = Scanner::new(File::open(path)?, file, 0)?;
        let mut found: Vec<(u64, u64)> = Vec::new();
        let mut open: Option<u64> = None;
        loop {
            let event = scanner.next()?;
            let (here, header) = match &event {
                Some(Event::Record { offset, header, .. }) => (*offset, Some(header)),
                Some(Event::Damaged { offset, .. }) => (*offset, None),
                None => (length, None),
            };
            if let Some(from) = open.take() {
                found.push((from, here));
            }
            let is_meant = match (&event, header) {
                (_, Some(header)) => self.is_meant(path, here, header, taken)?,
                (Some(_), None) => self.is_torn(file, here, taken),
                (None, None) => false,
            };
            if is_meant {
                open = Some(here);
            }
            if event.is_none() {
                return Ok(found);
            }
        }
    }

    /// Whether what is damaged there was a record of the document.
    fn is_torn(&self, file: &str, offset: u64, taken: &mut TakenDown) -> bool {
        let is_torn = self.places.contains(&(file.to_owned(), offset));
        taken.records += u64::from(is_torn);
        is_torn
    }

    fn is_meant(
        &self,
        path: &Path,
        offset: u64,
        header: &Header,
        taken: &mut TakenDown,
    ) -> Result<bool, Error> {
        let fetch = header.get(FETCH).and_then(|json| serde_json::from_str::<StoredFetch>(json).ok());
        if self.is_about(header, fetch.as_ref()) {
            taken.records += 1;
            return Ok(true);
        }
        let is_list = header.text("WARC-Type") == "response" && fetch.is_some_and(|f| f.document.is_none());
        if !is_list || !self.names.are_in(read_block(path, offset)?) {
            return Ok(false);
        }
        taken.lists += 1;
        taken.lists_overwritten += u64::from(self.lists);
        Ok(self.lists)
    }

    fn is_about(&self, header: &Header, fetch: Option<&StoredFetch>) -> bool {
        let is_one = |uri: &str| self.uris.iter().any(|u| u == uri);
        let named = fetch.and_then(|fetch| fetch.document.as_deref());
        let is_page = header.get(EXTENSION).or(header.get(FETCH)).is_some();
        named.is_some_and(|url| is_one(&resource_uri(url)))
            || (is_page || header.text("WARC-Type") == "request") && is_one(header.text("WARC-Target-URI"))
    }
}

/// A record of exactly `length` bytes that says that there was another one here: blanks, not compressed.
fn filler(file: &str, offset: u64, length: u64, ids: &str, at: Timestamp) -> Option<Vec<u8>> {
    /// Bytes of a stored block of deflate, and of its head.
    const BLOCK: usize = 65535;
    const BLOCK_HEAD: usize = 5;
    /// Head and end of a gzip member.
    const MEMBER: usize = 18;
    let length = usize::try_from(length).ok()?;
    let date = at.to_string();
    let record = record_id("", &date, "", file, offset);
    let header = |json: &str, block: usize| {
        format!(
            "WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: {record}\r\nWARC-Date: {date}\r\n{json}Content-Length: {block:010}\r\n\r\n"
        )
    };
    // All ids where they fit, else the document's own, else none: its other records say it.
    let own = ids.split(' ').next().unwrap_or_default();
    let fields = [ids, own].map(|ids| {
        let fetch = StoredFetch { taken_down: Some(ids.to_owned()), ..StoredFetch::default() };
        format!("{FETCH}: {}\r\n", to_ascii_json(&fetch))
    });
    let fits = |json: &&str| MEMBER + BLOCK_HEAD + header(json, 0).len() + RECORD_END.len() <= length;
    let json = fields.iter().map(String::as_str).find(fits).unwrap_or_default();
    let fixed = header(json, 0).len() + RECORD_END.len();
    // A comment takes up what a further block's head leaves over.
    (0..=BLOCK_HEAD + 1).find_map(|comment| {
        let room = length.checked_sub(MEMBER + comment)?;
        let content = (1..=room.div_ceil(BLOCK)).find_map(|blocks| {
            let content = room.checked_sub(blocks * BLOCK_HEAD)?;
            (content.div_ceil(BLOCK) == blocks && content >= fixed).then_some(content)
        })?;
        let padding = content - fixed;
        let mut text = header(json, padding).into_bytes();
        text.resize(text.len() + padding, b' ');
        text.extend_from_slice(RECORD_END);
        Some(stored_member(&text, comment))
    })
}

/// A gzip member (RFC 1952) that holds `text` uncompressed, with a comment of so many bytes, its end included.
fn stored_member(text: &[u8], comment: usize) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, if comment > 0 { 0x10 } else { 0 }, 0, 0, 0, 0, 0, 255];
    if comment > 0 {
        out.resize(out.len() + comment - 1, b' ');
        out.push(0);
    }
    let mut blocks = text.chunks(65535).peekable();
    while let Some(block) = blocks.next() {
        let size = u16::try_from(block.len()).unwrap_or(u16::MAX);
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&size.to_le_bytes());
        out.extend_from_slice(&(!size).to_le_bytes());
        out.extend_from_slice(block);
    }
    let mut crc = Crc::new();
    crc.update(text);
    out.extend_from_slice(&crc.sum().to_le_bytes());
    out.extend_from_slice(&crc.amount().to_le_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_have_any_length_and_can_be_read() {
        let ids = "0123456789ab 123456789abc 23456789abcd";
        let at = Timestamp::UNIX_EPOCH;
        for length in (250..700).chain(65_700..66_300).chain([131_500, 131_501, 1_000_003]) {
            let bytes = filler("belaeg-000001.warc.gz", 7, length, ids, at).expect("long enough");
            assert_eq!(bytes.len() as u64, length);
            let mut scanner = Scanner::new(std::io::Cursor::new(&bytes), "x", 0).expect("in memory");
            assert!(matches!(scanner.next(), Ok(Some(Event::Record { .. }))), "{length}");
            assert!(matches!(scanner.next(), Ok(None)), "{length}");
        }
        assert!(filler("x", 0, 40, ids, at).is_none());
    }
}
