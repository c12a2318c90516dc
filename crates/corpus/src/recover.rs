//! Holding the archive against what the catalog knows of it: finds records that the catalog has not taken in,
//! and cuts off what a crash left of a last record.

use std::collections::BTreeMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use belaeg_model::Hints;
use fs_err::{File, OpenOptions};
use jiff::Timestamp;

use crate::archive::{file_number, files, sync_dir};
use crate::fetched::StoredFetch;
use crate::stored::StoredSnapshot;
use crate::warc::{EXTENSION, Event, FETCH, Fault, Header, Scanner};
use crate::{Digest, Error, Problem};

/// A record of the archive that the catalog has to take in.
pub(crate) enum Entry {
    /// Archived bytes.
    Snapshot(FoundSnapshot),
    /// A host was asked, and a page seen or found gone.
    Fetched { fetch: Box<StoredFetch>, at: Timestamp },
    /// Other hints for the snapshot whose record has this id.
    Hints { record_id: String, hints: Hints },
}

/// A snapshot as the archive tells it.
pub(crate) struct FoundSnapshot {
    pub(crate) url: String,
    pub(crate) name: String,
    /// 0 where the record does not tell it.
    pub(crate) number: u32,
    pub(crate) media_type: Option<String>,
    pub(crate) hints: Hints,
    pub(crate) record_id: String,
    pub(crate) fetched_at: Timestamp,
    pub(crate) sha256: Digest,
    pub(crate) file: String,
    pub(crate) offset: u64,
    pub(crate) length: u64,
    /// What the fetcher has to find again.
    pub(crate) fetch: Option<Box<StoredFetch>>,
}

/// The state of the archive once it has been looked through.
#[derive(Debug, Default)]
pub(crate) struct Repair {
    pub(crate) problems: Vec<Problem>,
    /// Up to where each file that has grown is now taken in.
    pub(crate) lengths: BTreeMap<String, u64>,
    /// The file to go on with, if the last one ends in a whole record.
    pub(crate) append_to: Option<String>,
    /// The number of the next new file.
    pub(crate) next_number: u32,
}

/// Looks through what stands behind the `known` length of every file in `dir`, and hands each record to `take`.
pub(crate) fn repair(
    dir: &Path,
    known: &BTreeMap<String, u64>,
    take: &mut dyn FnMut(Entry) -> Result<(), Error>,
) -> Result<Repair, Error> {
    let files = files(dir)?;
    let mut repair = Repair::default();
    let numbers = files.iter().map(|(name, _)| name).chain(known.keys()).filter_map(|name| file_number(name));
    repair.next_number = numbers.max().unwrap_or(0).saturating_add(1);
    for name in known.keys().filter(|name| !files.iter().any(|(file, _)| file == *name)) {
        repair.report(name, 0, "the file is missing; restore it from a backup".to_owned());
    }
    for (i, (name, length)) in files.iter().enumerate() {
        let is_last = i + 1 == files.len();
        let known = known.get(name).copied().unwrap_or(0);
        let is_whole = if *length < known {
            let lost = known - length;
            repair.report(name, *length, format!("{lost} bytes are lost; restore the file from a backup"));
            false
        } else if *length > known {
            repair.look_through(dir, name, known, is_last, take)?
        } else {
            true
        };
        // Numbers are not used twice: a lost last file must not be begun again.
        if is_last && is_whole && file_number(name).is_some_and(|n| n + 1 == repair.next_number) {
            repair.append_to = Some(name.clone());
        }
    }
    Ok(repair)
}

impl Repair {
    fn report(&mut self, file: &str, offset: u64, detail: String) {
        self.problems.push(Problem { file: file.to_owned(), offset, detail });
    }

    /// Reads `name` from `start` on; true when it then ends in a whole record.
    fn look_through(
        &mut self,
        dir: &Path,
        name: &str,
        start: u64,
        may_cut: bool,
        take: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let path = dir.join(name);
        // What a killed process wrote may be in the system's cache alone, and the catalog must not be ahead of it.
        sync(dir, &path)?;
        let mut scanner = Scanner::new(File::open(&path)?, name, start)?;
        while let Some(event) = scanner.next()? {
            match event {
                Event::Record { offset, header, digest, length } => {
                    match entry(&header, digest, name, offset, length) {
                        Ok(Some(entry)) => take(entry)?,
                        Ok(None) => {}
                        Err(why) => self.report(name, offset, format!("the record is not used: {why}")),
                    }
                }
                Event::Damaged { offset, until: Some(next), fault } => {
                    let detail = format!("a record cannot be read: {fault}; reading goes on at byte {next}");
                    self.report(name, offset, detail);
                }
                Event::Damaged { offset, until: None, fault } => {
                    if may_cut && (matches!(fault, Fault::Truncated) || is_blank(&path, offset)?) {
                        let file = OpenOptions::new().write(true).open(&path)?;
                        file.set_len(offset)?;
                        file.sync_all()?;
                        self.report(name, offset, "cut off a record that was never finished".to_owned());
                        break;
                    }
                    // Kept as it is, and not counted as known, so that it is reported until someone looks.
                    let detail = format!("what stands here to the end of the file cannot be read: {fault}");
                    self.report(name, offset, detail);
                    self.lengths.insert(name.to_owned(), offset);
                    return Ok(false);
                }
            }
        }
        self.lengths.insert(name.to_owned(), fs_err::metadata(&path)?.len());
        Ok(true)
    }
}

fn sync(dir: &Path, path: &Path) -> Result<(), Error> {
    OpenOptions::new().write(true).open(path)?.sync_all()?;
    sync_dir(dir)?;
    Ok(())
}

/// What a record means to the catalog; `None` for records that only other programs use.
fn entry(
    header: &Header,
    sha256: Digest,
    file: &str,
    offset: u64,
    length: u64,
) -> Result<Option<Entry>, String> {
    let stored: Option<StoredSnapshot> = header
        .get(EXTENSION)
        .map(serde_json::from_str)
        .transpose()
        .map_err(|e| format!("its field {EXTENSION}: {e}"))?;
    let fetch: Option<Box<StoredFetch>> = header
        .get(FETCH)
        .map(serde_json::from_str)
        .transpose()
        .map_err(|e| format!("its field {FETCH}: {e}"))?;
    let date = header.text("WARC-Date");
    let date =
        || -> Result<Timestamp, String> { date.parse().map_err(|e| format!("its WARC-Date {date:?}: {e}")) };
    let kind = header.text("WARC-Type");
    if let (Some(fetch), None) = (&fetch, &stored) {
        return Ok(Some(Entry::Fetched { fetch: fetch.clone(), at: date()? }));
    }
    match (kind, stored) {
        ("metadata", Some(stored)) => {
            let record_id = header.text("WARC-Refers-To").to_owned();
            Ok(Some(Entry::Hints { record_id, hints: stored.hints.try_into()? }))
        }
        ("response", None) => Ok(None),
        ("resource" | "response", stored) => {
            let stored = match stored {
                Some(stored) => stored,
                None => foreign(header)?,
            };
            // A response has a head too, so that the record tells the digest of the document.
            let of_document = stored.sha256.as_deref().filter(|_| kind == "response");
            let sha256 = of_document
                .map_or(Ok(sha256), |d| d.parse().map_err(|e| format!("its digest {d:?}: {e}")))?;
            let record_id = header.get("WARC-Record-ID").ok_or("it has no WARC-Record-ID")?.to_owned();
            Ok(Some(Entry::Snapshot(FoundSnapshot {
                url: stored.url,
                name: stored.name,
                number: stored.number,
                media_type: stored.media_type,
                hints: stored.hints.try_into()?,
                record_id,
                fetched_at: date()?,
                fetch,
                sha256,
                file: file.to_owned(),
                offset,
                length,
            })))
        }
        _ => Ok(None),
    }
}

/// What can be told of a `resource` record that another program wrote.
fn foreign(header: &Header) -> Result<StoredSnapshot, String> {
    let url = header.get("WARC-Target-URI").ok_or("it has no WARC-Target-URI")?.to_owned();
    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
    let media_type = header.get("Content-Type").map(str::to_owned);
    Ok(StoredSnapshot { url, name, number: 0, media_type, hints: (&Hints::default()).into(), sha256: None })
}

/// Whether `path` holds only zeros from `offset` on, as a crash of the whole system leaves it.
fn is_blank(path: &Path, offset: u64) -> Result<bool, Error> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut buffer = [0; 1 << 13];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(true),
            n if buffer[..n].iter().any(|b| *b != 0) => return Ok(false),
            _ => {}
        }
    }
}
