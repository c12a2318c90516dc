//! Containers of old office files (OLE2): what is in them, by the names of their streams.

use std::io::Cursor;

use belaeg_model::Cause;

use super::unsupported;
use crate::Failure;

pub(super) const MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// Bytes of an entry of the container's directory.
const ENTRY: usize = 128;

/// What a container holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Workbook,
    Word,
    Slides,
    Mail,
    Encrypted,
    Other,
}

pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    holds(bytes) == Holds::Workbook
}

/// Why a container that is no workbook is not read, and what to do.
pub(super) fn refusal(bytes: &[u8]) -> Failure {
    match holds(bytes) {
        Holds::Encrypted => Failure::new(
            Cause::Encrypted,
            "the office file needs a password: open it, take the password away and save it",
        ),
        Holds::Word => unsupported("an old Word document (doc)", "DOCX or PDF"),
        Holds::Slides => unsupported("an old PowerPoint presentation (ppt)", "PPTX or PDF"),
        Holds::Mail => unsupported("a message of Outlook (msg)", "EML or PDF"),
        Holds::Workbook | Holds::Other => unsupported("an old office file", "PDF, DOCX or XLSX"),
    }
}

/// Finds out by the streams of the container's root; those deeper belong to what is embedded.
fn holds(bytes: &[u8]) -> Holds {
    let names = root_names(bytes).unwrap_or_else(|| any_names(bytes));
    let sort = |name: &String| match name.as_str() {
        "EncryptedPackage" => Some(Holds::Encrypted),
        "WordDocument" => Some(Holds::Word),
        "PowerPoint Document" => Some(Holds::Slides),
        "__properties_version1.0" => Some(Holds::Mail),
        "Workbook" | "Book" => Some(Holds::Workbook),
        _ => None,
    };
    names.iter().find_map(sort).unwrap_or(Holds::Other)
}

fn root_names(bytes: &[u8]) -> Option<Vec<String>> {
    let file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    Some(file.read_root_storage().map(|entry| entry.name().to_owned()).collect())
}

/// The names in a damaged container: entries of its directory stand at multiples of their size wherever it begins.
fn any_names(bytes: &[u8]) -> Vec<String> {
    bytes.chunks_exact(ENTRY).filter_map(name_of).collect()
}

/// The name of a directory's entry: UTF-16, its length in bytes with the closing nought, its kind.
fn name_of(entry: &[u8]) -> Option<String> {
    let length = usize::from(u16::from_le_bytes([*entry.get(64)?, *entry.get(65)?]));
    let is_named = (4..=64).contains(&length) && length.is_multiple_of(2);
    if !is_named || !matches!(entry.get(66), Some(1 | 2)) {
        return None;
    }
    let units = entry.get(..length - 2)?.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::testing::ole_of;

    #[test]
    fn refusals_say_what_to_do() {
        for (stream, cause, words) in [
            ("EncryptedPackage", Cause::Encrypted, "password"),
            ("WordDocument", Cause::UnsupportedFormat, "DOCX"),
            ("PowerPoint Document", Cause::UnsupportedFormat, "PPTX"),
            ("__properties_version1.0", Cause::UnsupportedFormat, "EML"),
            ("Contents", Cause::UnsupportedFormat, "PDF"),
        ] {
            let failure = refusal(&ole_of(stream, b"x"));
            assert_eq!(failure.cause, cause, "{stream}");
            assert!(failure.detail.contains(words), "{failure}");
        }
        assert!(is_workbook(&ole_of("Workbook", b"x")));
        assert!(!is_workbook(MAGIC));
    }
}
