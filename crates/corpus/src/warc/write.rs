//! Writing WARC records.

use std::fmt::Write as _;
use std::io::{self, Write};

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use jiff::Timestamp;

use super::{EXTENSION, RECORD_END, record_id};
use crate::Digest;

/// What stands above a record's block. Every text but `uri` is written as it is, so it must be one line of ASCII.
pub(crate) struct RecordHead<'a> {
    /// `warcinfo`, `resource`, `request`, `response`, `revisit` or `metadata`.
    pub(crate) kind: &'static str,
    pub(crate) date: Timestamp,
    /// The address the record is about.
    pub(crate) url: Option<&'a str>,
    pub(crate) content_type: &'a str,
    /// The id of the record that a `metadata` record is about.
    pub(crate) refers_to: Option<&'a str>,
    /// ASCII JSON for the extension field.
    pub(crate) extension: Option<&'a str>,
    /// Further fields.
    pub(crate) more: &'a [(&'static str, String)],
    pub(crate) sha256: Digest,
    /// Length of the block in bytes.
    pub(crate) length: usize,
}

impl RecordHead<'_> {
    /// The record's id and its header as it stands at `offset` of `file`.
    pub(crate) fn at(&self, file: &str, offset: u64) -> (String, String) {
        let uri = self.url.map(resource_uri);
        let date = self.date.to_string();
        let digest = format!("sha256:{}", self.sha256);
        let id = record_id(uri.as_deref().unwrap_or_default(), &date, &digest, file, offset);
        let mut out = String::from("WARC/1.1\r\n");
        let mut field = |name: &str, value: &str| {
            let _ = write!(out, "{name}: {value}\r\n");
        };
        field("WARC-Type", self.kind);
        field("WARC-Record-ID", &id);
        field("WARC-Date", &date);
        if self.kind == "warcinfo" {
            field("WARC-Filename", file);
        }
        if let Some(uri) = &uri {
            field("WARC-Target-URI", uri);
        }
        if let Some(other) = self.refers_to {
            field("WARC-Refers-To", other);
        }
        if self.kind == "resource" {
            field("WARC-Payload-Digest", &digest);
        }
        field("WARC-Block-Digest", &digest);
        if let Some(extension) = self.extension {
            field(EXTENSION, extension);
        }
        for (name, value) in self.more {
            field(name, value);
        }
        field("Content-Type", one_line(self.content_type));
        field("Content-Length", &self.length.to_string());
        out.push_str("\r\n");
        (id, out)
    }
}

/// Writes one record as one finished gzip member.
#[cfg(test)]
pub(crate) fn write_record(out: &mut impl Write, header: &str, block: &[u8]) -> io::Result<()> {
    Packer::default().write_record(out, header, block)
}

/// Packs records. Its quarter of a MiB is allocated once: one for each record would leave holes between what is kept,
/// and memory would grow with the number of records.
pub(crate) struct Packer {
    deflate: Compress,
    packed: Vec<u8>,
}

impl Default for Packer {
    fn default() -> Self {
        Self { deflate: Compress::new(Compression::default(), false), packed: Vec::with_capacity(1 << 15) }
    }
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

impl Packer {
    /// Writes one record as one finished gzip member (RFC 1952).
    pub(crate) fn write_record(
        &mut self,
        out: &mut impl Write,
        header: &str,
        block: &[u8],
    ) -> io::Result<()> {
        out.write_all(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])?;
        self.deflate.reset();
        let mut crc = Crc::new();
        for part in [header.as_bytes(), block, RECORD_END] {
            crc.update(part);
            self.pack(out, part, FlushCompress::None)?;
        }
        self.pack(out, &[], FlushCompress::Finish)?;
        out.write_all(&crc.sum().to_le_bytes())?;
        out.write_all(&crc.amount().to_le_bytes())
    }

    fn pack(&mut self, out: &mut impl Write, mut part: &[u8], flush: FlushCompress) -> io::Result<()> {
        loop {
            let before = self.deflate.total_in();
            self.packed.clear();
            let status =
                self.deflate.compress_vec(part, &mut self.packed, flush).map_err(io::Error::other)?;
            out.write_all(&self.packed)?;
            let taken = usize::try_from(self.deflate.total_in() - before).unwrap_or(usize::MAX);
            part = part.get(taken..).unwrap_or_default();
            let is_done = match flush {
                FlushCompress::Finish => status == Status::StreamEnd,
                _ => part.is_empty(),
            };
            if is_done {
                return Ok(());
            }
        }
    }
}

/// `url` as a URI: what a URI may not hold is percent-encoded; the address itself stands in the extension field.
pub(crate) fn resource_uri(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'\\' | b'^' | b'`' => {
                let _ = write!(out, "%{byte:02X}");
            }
            b'!'..=b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// A media type that fits in a header; the one that was given stands in the extension field.
fn one_line(media_type: &str) -> &str {
    let fits = !media_type.is_empty()
        && media_type.len() <= 200
        && media_type.bytes().all(|b| (b' '..=b'~').contains(&b));
    if fits { media_type } else { "application/octet-stream" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_uris() {
        let cases = [
            ("https://odense.dk/a?b=c%20d#e", "https://odense.dk/a?b=c%20d#e"),
            ("file:///Sorø/År 2024.pdf", "file:///Sor%C3%B8/%C3%85r%202024.pdf"),
            ("a\r\nWARC-Type: x\u{a0}<>", "a%0D%0AWARC-Type:%20x%C2%A0%3C%3E"),
        ];
        for (url, expected) in cases {
            assert_eq!(resource_uri(url), expected);
        }
    }

    #[test]
    fn a_header_has_one_line_for_each_field() {
        let head = RecordHead {
            kind: "resource",
            date: Timestamp::UNIX_EPOCH,
            url: Some("file:///ærø"),
            content_type: "text/plain\r\nWARC-Type: warcinfo",
            refers_to: None,
            extension: Some("{}"),
            more: &[],
            sha256: Digest::of(b""),
            length: 0,
        };
        let (id, header) = head.at("belaeg-000001.warc.gz", 7);
        assert!(header.starts_with("WARC/1.1\r\nWARC-Type: resource\r\n"), "{header}");
        assert!(header.contains(&id));
        assert!(header.contains("WARC-Date: 1970-01-01T00:00:00Z\r\n"), "{header}");
        assert!(
            header.ends_with("Content-Type: application/octet-stream\r\nContent-Length: 0\r\n\r\n"),
            "{header}"
        );
        assert_eq!(header.matches("WARC-Type").count(), 1);
    }
}
