//! The archive's files: appending records, beginning new files, reading a record back.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};
use jiff::Timestamp;

use crate::error::ErrorKind;
use crate::warc::{Fault, MAX_HEADER_BYTES, Member, Packer, RecordHead};
use crate::{Digest, Error, Snapshot, http};

/// A file that has reached this size is finished and the next one begun.
const ROTATE_AT_BYTES: u64 = 1 << 30;

/// The archive, open for appending.
#[derive(Debug)]
pub(crate) struct Archive {
    dir: PathBuf,
    current: Option<Current>,
    next_number: u32,
    rotate_at: u64,
    packer: Packer,
    /// Length of every file written to since the catalog last took them in.
    lengths: BTreeMap<String, u64>,
}

/// The file that is appended to.
#[derive(Debug)]
struct Current {
    file: File,
    name: String,
    length: u64,
    /// Something was written since the last fsync.
    dirty: bool,
    /// The file was created since the last fsync, so its folder must be synced too.
    created: bool,
}

/// Where a record was written, and its id.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) record_id: String,
    pub(crate) file: String,
    pub(crate) offset: u64,
}

impl Archive {
    /// Appends to the file `append_to`, which ends in a whole record, or else to a new file numbered `next_number`.
    pub(crate) fn open(dir: &Path, append_to: Option<&str>, next_number: u32) -> Result<Self, Error> {
        let current = append_to.map(|name| Current::open(dir, name)).transpose()?;
        let (dir, lengths) = (dir.to_owned(), BTreeMap::new());
        let packer = Packer::default();
        Ok(Self { dir, current, next_number, rotate_at: ROTATE_AT_BYTES, packer, lengths })
    }

    /// Appends a record. Whatever goes wrong, no half record stays behind.
    pub(crate) fn append(&mut self, head: &RecordHead<'_>, block: &[u8]) -> Result<Written, Error> {
        self.make_writable()?;
        let Some(current) = &mut self.current else {
            return Err(io::Error::other("no archive file is open").into());
        };
        let offset = current.length;
        let (record_id, header) = head.at(&current.name, offset);
        if header.len() as u64 > MAX_HEADER_BYTES {
            let url = head.url.unwrap_or_default().chars().take(200).collect();
            return Err(ErrorKind::HintsTooLong { url, limit: MAX_HEADER_BYTES }.into());
        }
        self.write(|out, packer| packer.write_record(out, &header, block))?;
        let file = self.current.as_ref().map(|c| c.name.clone()).unwrap_or_default();
        Ok(Written { record_id, file, offset })
    }

    /// Makes everything that was appended durable.
    pub(crate) fn sync(&mut self) -> Result<(), Error> {
        if let Some(current) = &mut self.current {
            current.sync(&self.dir)?;
        }
        Ok(())
    }

    /// The length of every file written to since [`Self::acknowledge`].
    pub(crate) fn lengths(&self) -> &BTreeMap<String, u64> {
        &self.lengths
    }

    /// Notes that the catalog has taken in all of [`Self::lengths`].
    pub(crate) fn acknowledge(&mut self) {
        self.lengths.clear();
    }

    /// Sees to it that there is a file to append to that begins with its warcinfo record.
    fn make_writable(&mut self) -> Result<(), Error> {
        if self.current.as_ref().is_some_and(|c| c.length >= self.rotate_at) {
            self.sync()?;
            self.current = None;
        }
        if self.current.is_none() {
            let name = file_name(self.next_number);
            let file = OpenOptions::new().write(true).create_new(true).open(self.dir.join(&name))?;
            self.next_number += 1;
            self.current = Some(Current { file, name, length: 0, dirty: true, created: true });
        }
        match &self.current {
            Some(current) if current.length == 0 => {
                let name = current.name.clone();
                self.write(|out, packer| write_warcinfo(out, packer, &name))
            }
            _ => Ok(()),
        }
    }

    fn write(
        &mut self,
        write: impl FnOnce(&mut BufWriter<&mut File>, &mut Packer) -> io::Result<()>,
    ) -> Result<(), Error> {
        let Some(current) = &mut self.current else {
            return Err(io::Error::other("no archive file is open").into());
        };
        let packer = &mut self.packer;
        match current.append(|out| write(out, packer)) {
            Ok(()) => {
                self.lengths.insert(current.name.clone(), current.length);
                Ok(())
            }
            Err((error, cut_back)) => {
                let path = self.dir.join(&current.name);
                if !cut_back {
                    // The half record stays until the next opening repairs it; meanwhile nothing may follow it.
                    self.current = None;
                }
                Err(Error::append(&path, error))
            }
        }
    }

    #[cfg(test)]
    pub(crate) fn rotate_at(&mut self, bytes: u64) {
        self.rotate_at = bytes;
    }
}

impl Current {
    fn open(dir: &Path, name: &str) -> Result<Self, Error> {
        let mut file = OpenOptions::new().write(true).open(dir.join(name))?;
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self { file, name: name.to_owned(), length, dirty: false, created: false })
    }

    /// Lets `write` append; on failure cuts the file back to where it was and tells whether that worked.
    fn append(
        &mut self,
        write: impl FnOnce(&mut BufWriter<&mut File>) -> io::Result<()>,
    ) -> Result<(), (io::Error, bool)> {
        self.dirty = true;
        let mut out = BufWriter::with_capacity(1 << 16, &mut self.file);
        let written = write(&mut out).and_then(|()| out.flush());
        // Taken apart so that dropping it does not try to write the rest once more.
        let _ = out.into_parts();
        match written.and_then(|()| self.file.stream_position()) {
            Ok(end) => {
                self.length = end;
                Ok(())
            }
            Err(error) => {
                let cut = self.file.set_len(self.length);
                let cut = cut.and_then(|()| self.file.seek(SeekFrom::Start(self.length)));
                Err((error, cut.is_ok()))
            }
        }
    }

    fn sync(&mut self, dir: &Path) -> io::Result<()> {
        if self.dirty {
            self.file.sync_all()?;
            self.dirty = false;
        }
        if self.created {
            sync_dir(dir)?;
            self.created = false;
        }
        Ok(())
    }
}

/// Makes the names in `dir` durable, where the system lets a directory be opened.
pub(crate) fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

fn write_warcinfo(out: &mut impl Write, packer: &mut Packer, file: &str) -> io::Result<()> {
    let block = format!(
        "software: belaeg/{}\r\nformat: WARC File Format 1.1\r\nconformsTo: \
         http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n",
        env!("CARGO_PKG_VERSION")
    );
    let head = RecordHead {
        kind: "warcinfo",
        date: Timestamp::now(),
        url: None,
        content_type: "application/warc-fields",
        refers_to: None,
        extension: None,
        more: &[],
        sha256: Digest::of(block.as_bytes()),
        length: block.len(),
    };
    packer.write_record(out, &head.at(file, 0).1, block.as_bytes())
}

/// The name of the archive's file `number`.
pub(crate) fn file_name(number: u32) -> String {
    format!("belaeg-{number:06}.warc.gz")
}

/// The number in the name of an archive file; `None` for any other name.
pub(crate) fn file_number(name: &str) -> Option<u32> {
    let digits = name.strip_prefix("belaeg-")?.strip_suffix(".warc.gz")?;
    let number = digits.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

/// The archive's files with their lengths in bytes, in order; none where `dir` is absent.
pub(crate) fn files(dir: &Path) -> Result<Vec<(String, u64)>, Error> {
    if !dir.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs_err::read_dir(dir)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if let Some(number) = file_number(&name) {
            files.push((number, name, fs_err::metadata(entry.path())?.len()));
        }
    }
    files.sort();
    Ok(files.into_iter().map(|(_, name, length)| (name, length)).collect())
}

/// The block of the record at `offset` of the file `path`.
pub(crate) fn read_block(path: &Path, offset: u64) -> Result<Vec<u8>, Error> {
    let failed = |fault| ErrorKind::Record { path: path.to_owned(), offset, url: "a list".to_owned(), fault };
    let mut file = BufReader::new(File::open(path)?);
    file.seek(SeekFrom::Start(offset))?;
    let mut block = Vec::new();
    Member::open(file).and_then(|member| member.finish(&mut block)).map_err(failed)?;
    Ok(block)
}

/// The bytes that `snapshot` was archived with.
pub(crate) fn read(dir: &Path, snapshot: &Snapshot) -> Result<Vec<u8>, Error> {
    let path = dir.join(&snapshot.file);
    let failed = |fault| {
        let (path, url) = (path.clone(), snapshot.url.clone());
        ErrorKind::Record { path, offset: snapshot.offset, url, fault }
    };
    if file_number(&snapshot.file).is_none() {
        return Err(failed(Fault::Damaged("this is no name of an archive file".to_owned())).into());
    }
    let mut file = BufReader::new(File::open(&path)?);
    file.seek(SeekFrom::Start(snapshot.offset))?;
    let member = Member::open(file).map_err(failed)?;
    if member.length != snapshot.length {
        let why = format!("it has {} bytes and the catalog says {}", member.length, snapshot.length);
        return Err(failed(Fault::Damaged(why)).into());
    }
    // Grows as bytes really come: a length alone reserves no memory.
    let mut bytes = Vec::new();
    let is_http = member.header.text("Content-Type").starts_with("application/http");
    let mut digest = member.finish(&mut bytes).map_err(failed)?;
    if is_http {
        bytes = http::payload(bytes).map_err(|why| failed(Fault::Damaged(why)))?;
        digest = Digest::of(&bytes);
    }
    if digest != snapshot.sha256 {
        return Err(failed(Fault::Damaged(format!("its bytes have the digest {digest}"))).into());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(block: &[u8]) -> RecordHead<'static> {
        RecordHead {
            kind: "resource",
            date: Timestamp::UNIX_EPOCH,
            url: Some("file:///Læsø.txt"),
            content_type: "text/plain",
            refers_to: None,
            extension: None,
            more: &[],
            sha256: Digest::of(block),
            length: block.len(),
        }
    }

    #[test]
    fn a_write_that_fails_half_way_leaves_the_file_as_it_was() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut archive = Archive::open(dir.path(), None, 1).expect("an archive");
        archive.append(&head(b"one"), b"one").expect("appended");
        let path = dir.path().join(file_name(1));
        let before = fs_err::read(&path).expect("readable");
        let half = vec![0x1f; 200_000];
        let error = archive
            .write(|out, _| {
                out.write_all(&half)?;
                Err(io::ErrorKind::StorageFull.into())
            })
            .expect_err("the disk is full");
        assert!(error.to_string().starts_with("the disk is full while writing "), "{error}");
        assert!(error.to_string().contains("belaeg-000001.warc.gz"), "{error}");
        assert_eq!(fs_err::read(&path).expect("readable"), before);
        let written = archive.append(&head(b"two"), b"two").expect("appended");
        assert_eq!(written.offset, before.len() as u64);
    }

    #[test]
    fn a_file_that_can_neither_be_written_nor_cut_is_left_alone() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut archive = Archive::open(dir.path(), None, 1).expect("an archive");
        archive.append(&head(b"one"), b"one").expect("appended");
        let path = dir.path().join(file_name(1));
        let before = fs_err::read(&path).expect("readable");
        if let Some(current) = &mut archive.current {
            current.file = File::open(&path).expect("open for reading only");
        }
        assert!(archive.append(&head(b"two"), b"two").is_err());
        assert_eq!(archive.append(&head(b"two"), b"two").expect("appended").file, file_name(2));
        assert_eq!(fs_err::read(&path).expect("readable"), before);
    }

    #[test]
    fn a_full_file_is_followed_by_another() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut archive = Archive::open(dir.path(), None, 7).expect("an archive");
        archive.rotate_at(1);
        for _ in 0..3 {
            archive.append(&head(b"x"), b"x").expect("appended");
        }
        let names: Vec<String> =
            files(dir.path()).expect("listed").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, [file_name(7), file_name(8), file_name(9)]);
        assert_eq!(archive.lengths().len(), 3);
    }

    #[test]
    fn file_names_are_recognised() {
        let cases = [
            ("belaeg-000001.warc.gz", Some(1)),
            ("belaeg-1234567.warc.gz", Some(1_234_567)),
            ("belaeg-1.warc.gz", None),
            ("belaeg-+00001.warc.gz", None),
            ("../belaeg-000001.warc.gz", None),
            ("belaeg-000001.warc", None),
        ];
        for (name, expected) in cases {
            assert_eq!(file_number(name), expected, "{name}");
        }
    }
}
