//! WARC 1.1 (ISO 28500:2017): records, one gzip member each, so that every record can be sought.
//!
//! Written here and not with the crate `warc` (0.4), which puts a whole file into one gzip stream, tells no offsets,
//! does not finish its stream when it is dropped, and holds each record in memory while reading.

mod read;
mod write;

pub(crate) use read::{Event, Fault, Member, Scanner};
#[cfg(test)]
pub(crate) use write::write_record;
pub(crate) use write::{Packer, RecordHead, resource_uri};

use crate::Digest;

/// The field that carries what belaeg knows beyond WARC's own fields, as ASCII JSON.
pub(crate) const EXTENSION: &str = "Belaeg-Snapshot";

/// The field that carries what a fetcher has to find again, as ASCII JSON.
pub(crate) const FETCH: &str = "Belaeg-Fetch";

/// The longest header that is written and read, in bytes.
pub(crate) const MAX_HEADER_BYTES: u64 = 1 << 20;

/// What ends a record.
pub(crate) const RECORD_END: &[u8] = b"\r\n\r\n";

/// The id of a record: a UUID (version 8, RFC 9562) made of what it holds and where it stands, so that the same
/// archive is written with the same ids, and so that a record that was quoted inside another is told from a real one.
pub(crate) fn record_id(uri: &str, date: &str, block: &str, file: &str, offset: u64) -> String {
    let seed = format!("{uri}\n{date}\n{block}\n{file}\n{offset}");
    let mut uuid = [0; 16];
    for (to, from) in uuid.iter_mut().zip(Digest::of(seed.as_bytes()).as_bytes()) {
        *to = *from;
    }
    uuid[6] = uuid[6] & 0x0f | 0x80;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    let hex = data_encoding::HEXLOWER.encode(&uuid);
    format!("<urn:uuid:{}-{}-{}-{}-{}>", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The named fields of a record, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    fields: Vec<(String, String)>,
}

impl Header {
    /// The first field of this name, in any case.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The first field of this name, empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The id that the record has if it was written at `offset` of `file`.
    pub(crate) fn expected_id(&self, file: &str, offset: u64) -> String {
        let block = self.text("WARC-Block-Digest");
        record_id(self.text("WARC-Target-URI"), self.text("WARC-Date"), block, file, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_uuids_that_depend_on_the_place() {
        let id = record_id("file:///å", "2024-01-01T00:00:00Z", "sha256:00", "belaeg-000001.warc.gz", 0);
        assert_eq!(id.len(), "<urn:uuid:00000000-0000-0000-0000-000000000000>".len());
        assert_eq!(&id[24..25], "8", "version of {id}");
        assert!(matches!(&id[29..30], "8" | "9" | "a" | "b"), "variant of {id}");
        let other = record_id("file:///å", "2024-01-01T00:00:00Z", "sha256:00", "belaeg-000001.warc.gz", 1);
        assert_ne!(id, other);
    }
}
