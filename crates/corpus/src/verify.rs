//! Reading the archive through: whether every record is whole, has the digests that it tells, and stands where the catalog says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fs_err::File;
use serde::Serialize;

use crate::archive::{files, read, read_block};
use crate::catalog::{self, Archived};
use crate::warc::{EXTENSION, Event, FETCH, Header, Scanner};
use crate::{Corpus, Digest, Error, Problem, http};

/// What reading the archive through came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Archive files.
    pub files: u64,
    /// Whole records by their WARC type.
    pub records: BTreeMap<String, u64>,
    /// Snapshots of the catalog whose bytes are there and have the digest that the catalog tells.
    pub snapshots: u64,
    /// Bytes of the archive that were read, packed.
    pub bytes: u64,
    /// What is damaged; nothing where all is well.
    pub damaged: Vec<Problem>,
}

impl Corpus {
    /// Reads everything that the catalog has taken in of the archive, and the catalog itself. `done` is called with the bytes
    /// of each file. What a writer beside it appends meanwhile is left out.
    ///
    /// # Errors
    /// If a file or the catalog cannot be read at all; damage is told in the result.
    pub fn verify(&self, done: &mut dyn FnMut(u64)) -> Result<Verified, Error> {
        let dir = self.dir.join("archive");
        let known = self.query(catalog::file_lengths)?;
        let lengths: BTreeMap<String, u64> = files(&dir)?.into_iter().collect();
        let mut verified = Verified::default();
        for why in self.query(catalog::faults)? {
            verified.report("catalog.sqlite", 0, why);
        }
        for (name, known) in &known {
            let Some(length) = lengths.get(name) else {
                verified.report(name, 0, "the file is missing; restore it from a backup".to_owned());
                continue;
            };
            if length < known {
                let lost = known - length;
                verified.report(
                    name,
                    *length,
                    format!("{lost} bytes are lost; restore the file from a backup"),
                );
            }
            let snapshots = self.query(|conn| catalog::snapshots_of(conn, name))?;
            verified.file(&dir, name, *known, snapshots)?;
            done(*known);
        }
        Ok(verified)
    }
}

impl Verified {
    fn report(&mut self, file: &str, offset: u64, detail: String) {
        self.damaged.push(Problem { file: file.to_owned(), offset, detail });
    }

    /// Reads a file up to the byte `end`.
    fn file(&mut self, dir: &Path, name: &str, end: u64, snapshots: Vec<Archived>) -> Result<(), Error> {
        let path = dir.join(name);
        let snapshots: BTreeMap<u64, Archived> =
            // A writer may have stored more since.
            snapshots.into_iter().map(|a| (a.snapshot.offset, a)).filter(|(at, _)| *at < end).collect();
        let mut met = BTreeSet::new();
        let mut scanner = Scanner::new(File::open(&path)?, name, 0)?;
        self.files += 1;
        self.bytes += end;
        while let Some(event) = scanner.next()? {
            let (offset, header) = match event {
                Event::Record { offset, .. } | Event::Damaged { offset, .. } if offset >= end => break,
                Event::Record { offset, header, .. } => (offset, header),
                Event::Damaged { offset, fault, .. } => {
                    met.insert(offset);
                    self.report(name, offset, format!("a record cannot be read: {fault}"));
                    continue;
                }
            };
            met.insert(offset);
            *self.records.entry(header.text("WARC-Type").to_owned()).or_default() += 1;
            if let Err(why) =
                check_header(&header, name, offset).and_then(|()| check_payload(&header, &path, offset))
            {
                self.report(name, offset, why);
                continue;
            }
            match snapshots.get(&offset) {
                Some(archived) => match check_snapshot(archived, &header, dir) {
                    Ok(()) => self.snapshots += 1,
                    Err(why) => self.report(name, offset, why),
                },
                None if is_snapshot(&header) => {
                    let url = header.text("WARC-Target-URI");
                    self.report(name, offset, format!("the catalog does not know this record of {url}"));
                }
                None => {}
            }
        }
        for (offset, archived) in snapshots.iter().filter(|(offset, _)| !met.contains(offset)) {
            let url = &archived.snapshot.url;
            self.report(name, *offset, format!("no record begins where the catalog has one of {url}"));
        }
        Ok(())
    }
}

/// Whether a record holds a document that the catalog should know.
fn is_snapshot(header: &Header) -> bool {
    header.get(EXTENSION).is_some() && matches!(header.text("WARC-Type"), "resource" | "response")
}

/// A record of ours has an id that is made of what it says and where it stands.
fn check_header(header: &Header, file: &str, offset: u64) -> Result<(), String> {
    let is_ours = header.get(EXTENSION).or(header.get(FETCH)).is_some();
    if is_ours && header.text("WARC-Record-ID") != header.expected_id(file, offset) {
        return Err("its WARC-Record-ID is not the one of its address, date, digest and place".to_owned());
    }
    Ok(())
}

/// The digest of the block was checked when it was read; that of what a response holds is checked here.
fn check_payload(header: &Header, path: &Path, offset: u64) -> Result<(), String> {
    if header.text("WARC-Type") != "response" {
        return Ok(());
    }
    let Some(told) = header.get("WARC-Payload-Digest").and_then(Digest::from_warc) else { return Ok(()) };
    let block = read_block(path, offset).map_err(|e| e.to_string())?;
    let is_http = header.text("Content-Type").starts_with("application/http");
    let payload = if is_http { http::body(&block)? } else { &block };
    if Digest::of(payload) != told {
        return Err("its body does not have the digest that its header gives".to_owned());
    }
    Ok(())
}

fn check_snapshot(archived: &Archived, header: &Header, dir: &Path) -> Result<(), String> {
    let Archived { snapshot, record_id } = archived;
    if header.text("WARC-Record-ID") != record_id {
        return Err(format!("the catalog has another record of {} here", snapshot.url));
    }
    read(dir, snapshot).map(drop).map_err(|e| e.to_string())
}
