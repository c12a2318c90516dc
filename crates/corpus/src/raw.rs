//! One record by itself: taken out of the archive as it lies there, and read without the archive.

use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use belaeg_model::Hints;
use fs_err::File;
use jiff::Timestamp;

use crate::archive::file_number;
use crate::error::ErrorKind;
use crate::stored::StoredSnapshot;
use crate::warc::{EXTENSION, Fault, Member};
use crate::{Digest, Error, Snapshot, http};

/// The longest block that is read without the archive, in bytes.
const LONGEST_BLOCK_BYTES: u64 = 512 << 20;

/// A record that was read without its archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchivedRecord {
    /// `WARC-Record-ID`.
    pub id: String,
    /// When the bytes were fetched, by `WARC-Date`.
    pub fetched_at: Option<Timestamp>,
    /// The document's canonical address.
    pub url: String,
    /// The file's name.
    pub name: String,
    /// The media type the source gave.
    pub media_type: Option<String>,
    /// What was known about the document from outside when it was archived.
    pub hints: Hints,
    /// The document's bytes, without the head and the content coding of an answer.
    pub bytes: Vec<u8>,
    /// Digest of `bytes`.
    pub sha256: Digest,
}

impl ArchivedRecord {
    /// Reads the one record that `packed` is: a gzip member of a WARC file.
    ///
    /// # Errors
    /// Why it cannot be read, in a few words: bytes are missing, are too many or contradict their digest, or belaeg did not
    /// write it.
    pub fn read(packed: &[u8]) -> Result<Self, String> {
        let mut rest = packed;
        let member = Member::open(&mut rest).map_err(|fault| fault.to_string())?;
        if member.length > LONGEST_BLOCK_BYTES {
            return Err(format!("its block is longer than {LONGEST_BLOCK_BYTES} bytes"));
        }
        let header = member.header.clone();
        let mut bytes = Vec::new();
        let mut sha256 = member.finish(&mut bytes).map_err(|fault| fault.to_string())?;
        if !rest.is_empty() {
            return Err(format!("{} bytes follow the record", rest.len()));
        }
        if header.text("Content-Type").starts_with("application/http") {
            bytes = http::payload(bytes)?;
            sha256 = Digest::of(&bytes);
        }
        let stored: StoredSnapshot = serde_json::from_str(header.text(EXTENSION))
            .map_err(|e| format!("its field {EXTENSION} cannot be read: {e}"))?;
        Ok(Self {
            id: header.text("WARC-Record-ID").to_owned(),
            fetched_at: header.text("WARC-Date").parse().ok(),
            url: stored.url,
            name: stored.name,
            media_type: stored.media_type,
            hints: stored.hints.try_into()?,
            bytes,
            sha256,
        })
    }
}

/// The record of `snapshot` as it lies in the archive in `dir`, checked against its digest.
pub(crate) fn record(dir: &Path, snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
    let path = dir.join(&snapshot.file);
    let failed = |fault| {
        let (path, url) = (path.clone(), snapshot.url.clone());
        Error::from(ErrorKind::Record { path, offset: snapshot.offset, url, fault })
    };
    if file_number(&snapshot.file).is_none() {
        return Err(failed(Fault::Damaged("this is no name of an archive file".to_owned())));
    }
    let mut file = BufReader::new(File::open(&path)?);
    file.seek(SeekFrom::Start(snapshot.offset))?;
    let mut source = Copied { source: file, taken: Vec::new() };
    let member = Member::open(&mut source).map_err(failed)?;
    member.finish(&mut io::sink()).map_err(failed)?;
    Ok(source.taken)
}

/// Keeps what is read from a source.
struct Copied<R> {
    source: R,
    taken: Vec<u8>,
}

impl<R: BufRead> Read for Copied<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(to)?;
        self.taken.extend_from_slice(&to[..n]);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Copied<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        // The buffer is full already, so this reads nothing anew.
        if let Ok(buffer) = self.source.fill_buf() {
            self.taken.extend_from_slice(&buffer[..n.min(buffer.len())]);
        }
        self.source.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Access, Corpus, NewSnapshot};

    fn archived(corpus: &mut Corpus, text: &str) -> Snapshot {
        let new = NewSnapshot {
            url: "https://www.aerø.dk/nyt",
            name: "nyt.txt",
            fetched_at: Timestamp::UNIX_EPOCH,
            media_type: Some("text/plain"),
            hints: &Hints { note: Some("Ærø\u{a0}1".to_owned()), ..Hints::default() },
            bytes: text.as_bytes(),
        };
        corpus.archive(&new).expect("archived")
    }

    #[test]
    fn a_record_is_taken_out_as_it_lies_there() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut corpus = Corpus::open(dir.path(), Access::Write).expect("a corpus");
        let first = archived(&mut corpus, "12\u{a0}% på Ærø");
        let second = archived(&mut corpus, &"æøå ".repeat(50_000));
        corpus.sync().expect("synced");
        let file = fs_err::read(dir.path().join("archive").join(&first.file)).expect("an archive file");
        let at = |s: &Snapshot| usize::try_from(s.offset).expect("a small file");
        let raw = corpus.record(&first).expect("a record");
        assert_eq!(raw, &file[at(&first)..at(&second)]);
        assert_eq!(corpus.record(&second).expect("a record"), &file[at(&second)..]);
        let read = ArchivedRecord::read(&raw).expect("a record");
        assert_eq!(read.bytes, "12\u{a0}% på Ærø".as_bytes());
        assert_eq!((read.sha256, read.url, read.hints), (first.sha256, first.url, first.hints));
        assert_eq!(read.fetched_at, Some(Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn damage_is_told() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut corpus = Corpus::open(dir.path(), Access::Write).expect("a corpus");
        let snapshot = archived(&mut corpus, "12 %");
        corpus.sync().expect("synced");
        let raw = corpus.record(&snapshot).expect("a record");
        for at in 0..raw.len() {
            let mut damaged = raw.clone();
            damaged[at] ^= 0x10;
            // Some bits of a gzip member mean nothing: time and system in its head, what fills its last byte.
            let read = ArchivedRecord::read(&damaged);
            assert!(read.is_err() || read.is_ok_and(|r| r.sha256 == snapshot.sha256), "byte {at}");
            assert!(ArchivedRecord::read(&raw[..at]).is_err(), "cut at {at}");
        }
        let doubled = [raw.as_slice(), &raw].concat();
        assert!(ArchivedRecord::read(&doubled).is_err_and(|why| why.contains("follow the record")));
    }
}
