//! Reading WARC records: lenient about fields, strict about lengths and digests, in bounded memory.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use flate2::bufread::GzDecoder;

use super::{Header, MAX_HEADER_BYTES, RECORD_END};
use crate::Digest;
use crate::digest::Hasher;

const BUFFER_BYTES: usize = 1 << 16;

/// What every gzip member that deflates begins with.
const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Why a record cannot be read.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The file ends before the gzip member does.
    Truncated,
    /// The bytes contradict gzip, WARC or their own digest.
    Damaged(String),
    /// The file cannot be read.
    Io(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the file ends inside it"),
            Self::Damaged(why) => f.write_str(why),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => Self::Damaged(error.to_string()),
            _ => Self::Io(error),
        }
    }
}

fn damaged<T>(why: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Damaged(why.into()))
}

/// A record whose header has been read and whose block is still to come.
pub(crate) struct Member<R: BufRead> {
    unpacked: BufReader<GzDecoder<R>>,
    pub(crate) header: Header,
    /// Length of the block in bytes, as the header tells it.
    pub(crate) length: u64,
}

impl<R: BufRead> Member<R> {
    /// Reads the header of the record that `source` stands at.
    pub(crate) fn open(source: R) -> Result<Self, Fault> {
        let mut unpacked = BufReader::new(GzDecoder::new(source));
        let header = read_header(&mut (&mut unpacked).take(MAX_HEADER_BYTES))?;
        let length = match header.get("Content-Length").map(str::parse) {
            Some(Ok(length)) => length,
            _ => return damaged("its header has no Content-Length"),
        };
        Ok(Self { unpacked, header, length })
    }

    /// Reads the rest: copies the block to `sink`, checks lengths and digests. The source then stands behind the
    /// record. Gives the block's digest.
    pub(crate) fn finish(mut self, sink: &mut impl Write) -> Result<Digest, Fault> {
        let mut hasher = Hasher::default();
        let mut left = self.length;
        while left > 0 {
            let buffer = self.unpacked.fill_buf()?;
            let n = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if n == 0 {
                return damaged(format!("its block ends {left} bytes early"));
            }
            hasher.update(&buffer[..n]);
            sink.write_all(&buffer[..n]).map_err(Fault::Io)?;
            self.unpacked.consume(n);
            left -= n as u64;
        }
        let mut end = Vec::new();
        self.unpacked.take(RECORD_END.len() as u64 + 1).read_to_end(&mut end)?;
        if end != RECORD_END {
            return damaged("its block is not followed by two line breaks and the end of the gzip member");
        }
        let digest = hasher.finish();
        let told = self.header.get("WARC-Block-Digest").and_then(Digest::from_warc);
        if told.is_some_and(|told| told != digest) {
            return damaged("its bytes do not have the digest that its header gives");
        }
        Ok(digest)
    }
}

fn read_header(lines: &mut impl BufRead) -> Result<Header, Fault> {
    let mut header = Header::default();
    match read_line(lines)? {
        Some(line) if line.starts_with("WARC/1.") => {}
        _ => return damaged("it does not begin with WARC/1"),
    }
    loop {
        let Some(line) = read_line(lines)? else {
            return damaged(format!("its header does not end within {MAX_HEADER_BYTES} bytes"));
        };
        if line.is_empty() {
            return Ok(header);
        }
        // A line that begins with white space goes on with the field above.
        if let (true, Some((_, value))) = (line.starts_with([' ', '\t']), header.fields.last_mut()) {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':') {
            header.fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
}

/// The next line without its end; `None` where the bytes end first.
fn read_line(lines: &mut impl BufRead) -> Result<Option<String>, Fault> {
    let mut line = Vec::new();
    lines.read_until(b'\n', &mut line)?;
    if line.pop() != Some(b'\n') {
        return Ok(None);
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(String::from_utf8_lossy(&line).into_owned()))
}

/// Goes through the records of one archive file.
pub(crate) struct Scanner<R: Read + Seek> {
    source: Counted<BufReader<R>>,
    file: String,
    done: bool,
}

/// What a [`Scanner`] meets.
pub(crate) enum Event {
    /// A whole record.
    Record { offset: u64, header: Header, digest: Digest, length: u64 },
    /// Bytes that are no record, up to the next record (`until`) or to the end of the file (`None`).
    Damaged { offset: u64, until: Option<u64>, fault: Fault },
}

impl<R: Read + Seek> Scanner<R> {
    /// Reads `source`, the archive file named `file`, from the byte `start`, where a record must begin.
    pub(crate) fn new(source: R, file: &str, start: u64) -> io::Result<Self> {
        let source = Counted { inner: BufReader::with_capacity(BUFFER_BYTES, source), at: 0 };
        let mut scanner = Self { source, file: file.to_owned(), done: false };
        scanner.source.go_to(start)?;
        Ok(scanner)
    }

    /// The next record or damage; `None` at the end.
    ///
    /// # Errors
    /// If the file cannot be read; damaged bytes are an event.
    pub(crate) fn next(&mut self) -> io::Result<Option<Event>> {
        if self.done || self.source.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let offset = self.source.at;
        match self.read_here(offset) {
            Ok(record) => Ok(Some(record)),
            Err(Fault::Io(error)) => Err(error),
            Err(fault) => {
                let until = self.find_record(offset + 1)?;
                match until {
                    Some(next) => self.source.go_to(next)?,
                    None => self.done = true,
                }
                Ok(Some(Event::Damaged { offset, until, fault }))
            }
        }
    }

    fn read_here(&mut self, offset: u64) -> Result<Event, Fault> {
        let member = Member::open(&mut self.source)?;
        let (header, length) = (member.header.clone(), member.length);
        let digest = member.finish(&mut io::sink())?;
        Ok(Event::Record { offset, header, digest, length })
    }

    /// Where the next record begins at or after `from`.
    fn find_record(&mut self, from: u64) -> io::Result<Option<u64>> {
        let mut base = from;
        let mut chunk = Vec::new();
        loop {
            self.source.go_to(base)?;
            chunk.clear();
            (&mut self.source).take(BUFFER_BYTES as u64).read_to_end(&mut chunk)?;
            for (i, window) in chunk.windows(GZIP_MAGIC.len()).enumerate() {
                if window == GZIP_MAGIC && self.is_record_at(base + i as u64)? {
                    return Ok(Some(base + i as u64));
                }
            }
            if chunk.len() < BUFFER_BYTES {
                return Ok(None);
            }
            base += (BUFFER_BYTES - GZIP_MAGIC.len() + 1) as u64;
        }
    }

    /// Whether a record of this file begins at `offset`: one that carries the id it would have there, so that
    /// an archive that was itself archived is not taken for ours.
    fn is_record_at(&mut self, offset: u64) -> io::Result<bool> {
        self.source.go_to(offset)?;
        match Member::open(&mut self.source) {
            Ok(member) => {
                let header = &member.header;
                Ok(header.get("WARC-Record-ID") == Some(&header.expected_id(&self.file, offset)))
            }
            Err(Fault::Io(error)) => Err(error),
            Err(_) => Ok(false),
        }
    }
}

/// A reader that knows how many bytes were taken from it.
struct Counted<R> {
    inner: R,
    at: u64,
}

impl<R: Seek> Counted<R> {
    fn go_to(&mut self, offset: u64) -> io::Result<()> {
        self.at = self.inner.seek(SeekFrom::Start(offset))?;
        Ok(())
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut available = self.fill_buf()?;
        let n = available.read(into)?;
        self.consume(n);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.at += n as u64;
        self.inner.consume(n);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use jiff::Timestamp;

    use super::super::{RecordHead, write_record};
    use super::*;

    const FILE: &str = "belaeg-000001.warc.gz";

    /// The digest is that of no bytes at all.
    const WRONG_DIGEST: &str = "WARC/1.1\r\nContent-Length: 2\r\nWARC-Block-Digest: \
        sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\r\n\r\nab\r\n\r\n";

    fn append(archive: &mut Vec<u8>, url: &str, block: &[u8]) {
        let head = RecordHead {
            kind: "resource",
            date: Timestamp::UNIX_EPOCH,
            url: Some(url),
            content_type: "text/plain",
            refers_to: None,
            extension: None,
            more: &[],
            sha256: Digest::of(block),
            length: block.len(),
        };
        let (_, header) = head.at(FILE, archive.len() as u64);
        write_record(archive, &header, block).expect("a vector takes everything");
    }

    fn member(text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut gzip = flate2::write::GzEncoder::new(&mut out, flate2::Compression::none());
        gzip.write_all(text.as_bytes()).expect("a vector takes everything");
        gzip.finish().expect("a vector takes everything");
        out
    }

    /// `r` for a record with its length, `d` for damage with whether a record follows.
    fn scan(bytes: &[u8]) -> Vec<String> {
        let mut scanner = Scanner::new(Cursor::new(bytes), FILE, 0).expect("in memory");
        let mut seen = Vec::new();
        while let Some(event) = scanner.next().expect("in memory") {
            seen.push(match event {
                Event::Record { length, .. } => format!("r{length}"),
                Event::Damaged { until, fault, .. } => {
                    let fault = if matches!(fault, Fault::Truncated) { "truncated" } else { "damaged" };
                    format!("{fault} {}", if until.is_some() { "inside" } else { "tail" })
                }
            });
            assert!(seen.len() < 100, "the scanner does not move on");
        }
        seen
    }

    #[test]
    fn a_damaged_record_hides_only_itself() {
        let mut archive = Vec::new();
        append(&mut archive, "a", "første".as_bytes());
        let second = archive.len();
        append(&mut archive, "b", &[7; 40]);
        let third = archive.len();
        append(&mut archive, "c", &vec![b'x'; 200_000]);
        assert_eq!(scan(&archive), ["r7", "r40", "r200000"]);
        for at in second..third {
            let mut hurt = archive.clone();
            hurt[at] ^= 0x55;
            let seen = scan(&hurt);
            assert_eq!(seen.first().map(String::as_str), Some("r7"), "byte {at}");
            assert_eq!(seen.last().map(String::as_str), Some("r200000"), "byte {at}: {seen:?}");
        }
        for end in third + 1..archive.len() {
            assert_eq!(scan(&archive[..end]), ["r7", "r40", "truncated tail"], "cut at {end}");
        }
    }

    #[test]
    fn a_record_inside_a_record_is_no_record() {
        let mut inner = Vec::new();
        append(&mut inner, "forged", b"x");
        let mut archive = member("WARC/1.1\r\n");
        archive.truncate(archive.len() - 8);
        archive.extend(inner);
        assert_eq!(scan(&archive), ["damaged tail"]);
    }

    #[test]
    fn lengths_are_strict_and_fields_are_not() {
        let cases = [
            ("as written", "WARC/1.1\r\nContent-Length: 2\r\n\r\nab\r\n\r\n", "r2"),
            ("an older version", "WARC/1.0\r\nContent-Length: 2\r\n\r\nab\r\n\r\n", "r2"),
            ("unknown fields", "WARC/1.1\r\nÆble: ø\r\ncontent-length:2\r\n\r\nab\r\n\r\n", "r2"),
            ("a folded field", "WARC/1.1\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n\r\n\r\n", "r0"),
            ("bare line feeds", "WARC/1.1\nContent-Length: 2\n\nab\r\n\r\n", "r2"),
            (
                "another digest",
                "WARC/1.1\r\nWARC-Block-Digest: md5:00\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
                "r0",
            ),
            ("a wrong digest", WRONG_DIGEST, "damaged tail"),
            ("no length", "WARC/1.1\r\n\r\nab\r\n\r\n", "damaged tail"),
            ("too long", "WARC/1.1\r\nContent-Length: 9999\r\n\r\nab\r\n\r\n", "damaged tail"),
            ("too short", "WARC/1.1\r\nContent-Length: 1\r\n\r\nab\r\n\r\n", "damaged tail"),
            ("negative", "WARC/1.1\r\nContent-Length: -1\r\n\r\nab\r\n\r\n", "damaged tail"),
            ("no end", "WARC/1.1\r\nContent-Length: 2\r\n\r\nab", "damaged tail"),
            ("no header's end", "WARC/1.1\r\nContent-Length: 2\r\n", "damaged tail"),
            ("not WARC", "HTTP/1.1 200 OK\r\n\r\n", "damaged tail"),
            ("nothing", "", "damaged tail"),
        ];
        for (name, text, expected) in cases {
            assert_eq!(scan(&member(text)), [expected], "{name}");
        }
        let endless = format!("WARC/1.1\r\nX: {}", "x".repeat(2 << 20));
        assert_eq!(scan(&member(&endless)), ["damaged tail"]);
        assert_eq!(scan(&[0; 100]), ["damaged tail"]);
        assert!(scan(&[]).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_scanned_to_the_end(bytes: Vec<u8>, cut in 0usize..300) {
            let mut archive = bytes;
            append(&mut archive, "ærø", b"block");
            archive.truncate(archive.len().saturating_sub(cut));
            scan(&archive);
        }
    }
}
