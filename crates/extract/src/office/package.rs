//! The members of a zip, unpacked within limits; names are only ever text.

use std::io::{Cursor, Read};

use belaeg_model::Cause;
use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::Xml;
use super::{Budget, RATIO_FREE, damaged};
use crate::{Failure, charset};

/// Members of an office file; those of a zip of documents have their own limit. Beyond it the list alone costs much.
const MOST_MEMBERS: usize = 50_000;

/// An open zip.
pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    bytes: u64,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8]) -> Result<Self, Failure> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| failure("the zip archive", &e))?;
        if archive.len() > MOST_MEMBERS {
            let detail = format!("the zip archive has {} members; {MOST_MEMBERS} are read", archive.len());
            return Err(Failure::new(Cause::TooLarge, detail));
        }
        Ok(Self { archive, bytes: bytes.len() as u64 })
    }

    pub(super) fn len(&self) -> usize {
        self.archive.len()
    }

    /// The name of a member as it stands in the list; never a path to write to.
    pub(super) fn name(&self, index: usize) -> String {
        let name = self.archive.name_for_index(index).and_then(Result::ok);
        name.map(|name| name.into_owned()).unwrap_or_default()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = String> {
        (0..self.len()).map(|index| self.name(index))
    }

    /// The bytes of the member `name`, or `None` if there is none.
    pub(super) fn part(&mut self, name: &str, budget: &mut Budget<'_>) -> Result<Option<Vec<u8>>, Failure> {
        let name = name.trim_start_matches('/');
        let loosely = || self.names().position(|other| other.eq_ignore_ascii_case(name));
        match self.archive.index_for_name(name).or_else(loosely) {
            Some(index) => self.unpack(index, budget).map(Some),
            None => Ok(None),
        }
    }

    /// The member `name` as text; a missing one makes the file a damaged one.
    pub(super) fn needed(&mut self, name: &str, budget: &mut Budget<'_>) -> Result<String, Failure> {
        let bytes = self.part(name, budget)?;
        let bytes = bytes.ok_or_else(|| Failure::new(Cause::Damaged, format!("{name} is missing inside")))?;
        Ok(decode(&bytes))
    }

    /// The member `name` as text, empty if there is none.
    pub(super) fn optional(&mut self, name: &str, budget: &mut Budget<'_>) -> Result<String, Failure> {
        Ok(self.part(name, budget)?.map(|bytes| decode(&bytes)).unwrap_or_default())
    }

    /// Unpacks a member: never more bytes than the limits leave, whatever its header says.
    pub(super) fn unpack(&mut self, index: usize, budget: &mut Budget<'_>) -> Result<Vec<u8>, Failure> {
        let total = self.bytes;
        let mut file = self.archive.by_index(index).map_err(|e| failure("the zip archive", &e))?;
        let packed = file.compressed_size().min(total);
        let most = RATIO_FREE.max(packed.saturating_mul(budget.limits.ratio)).min(budget.unpacked);
        let mut bytes = Vec::new();
        (&mut file)
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|e| damaged("a member of the zip archive", e))?;
        let size = bytes.len() as u64;
        // What was unpacked in vain costs as well: many small bombs are a large one.
        budget.unpacked = budget.unpacked.saturating_sub(size);
        if size > most {
            return Err(bomb(most, budget));
        }
        Ok(bytes)
    }

    /// Whether a member needs a password.
    pub(super) fn is_encrypted(&self, index: usize) -> bool {
        self.archive.by_index_data(index).is_ok_and(|entry| entry.encrypted())
    }

    /// The targets of a part's relationships, as (id, last word of the type, path of the target).
    pub(super) fn relations(
        &mut self,
        part: &str,
        budget: &mut Budget<'_>,
    ) -> Result<Vec<Relation>, Failure> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let text = self.optional(&format!("{prefix}_rels/{file}.rels"), budget)?;
        let mut found = Vec::new();
        let mut xml = Xml::new(&text, budget.limits);
        while let Some(node) = xml.next()? {
            let Some(element) = node.start("Relationship") else { continue };
            if element.attr("TargetMode").as_deref() == Some("External") {
                continue;
            }
            let kind = element.attr("Type").unwrap_or_default();
            found.push(Relation {
                id: element.attr("Id").unwrap_or_default(),
                kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                target: resolve(folder, &element.attr("Target").unwrap_or_default()),
            });
        }
        Ok(found)
    }
}

/// A relationship between parts of an office file.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type ("styles").
    pub(super) kind: String,
    /// The name of the member that it leads to.
    pub(super) target: String,
}

pub(super) fn decode(bytes: &[u8]) -> String {
    charset::decode(bytes, None, true).text
}

/// A name relative to a folder of the package; `..` never leads out of it.
fn resolve(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = if target.starts_with('/') { Vec::new() } else { folder.split('/').collect() };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

fn bomb(most: u64, budget: &Budget<'_>) -> Failure {
    let detail = format!(
        "a member of the zip archive unpacks to more than {most} bytes (limits: {} bytes in all, {} times its \
         packed size): it may be a zip bomb",
        budget.limits.unpacked_bytes, budget.limits.ratio
    );
    Failure::new(Cause::TooLarge, detail)
}

fn failure(what: &str, error: &ZipError) -> Failure {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => password(),
        ZipError::CompressionMethodNotSupported(method) => {
            let detail =
                format!("{what} is packed by method {method}, which is not read: pack it by deflate");
            Failure::new(Cause::UnsupportedFormat, detail)
        }
        error => damaged(what, error),
    }
}

pub(super) fn password() -> Failure {
    Failure::new(Cause::Encrypted, "the file needs a password: save it without one")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::{stored_lies, zip_of};

    #[test]
    fn paths_stay_inside() {
        for (folder, target, want) in [
            ("word", "styles.xml", "word/styles.xml"),
            ("word", "/word/styles.xml", "word/styles.xml"),
            ("word", "../docProps/core.xml", "docProps/core.xml"),
            ("", "../../../etc/passwd", "etc/passwd"),
            ("a/b", "./c", "a/b/c"),
        ] {
            assert_eq!(resolve(folder, target), want);
        }
    }

    #[test]
    fn unpacks_within_limits() {
        let zeros = vec![0; 42 << 20];
        let bytes = zip_of(&[("a.txt", b"Aarhus".as_slice()), ("zeros", zeros.as_slice())]);
        let limits = OfficeLimits::default();
        let mut budget = Budget::new(&limits);
        let mut package = Package::open(&bytes).expect("a zip");
        assert_eq!(package.part("A.TXT", &mut budget), Ok(Some(b"Aarhus".to_vec())));
        assert_eq!(package.part("b.txt", &mut budget), Ok(None));
        assert_eq!(package.part("zeros", &mut budget).map_err(|f| f.cause), Err(Cause::TooLarge));
        let small = OfficeLimits { unpacked_bytes: 5, ..OfficeLimits::default() };
        let refused = package.part("a.txt", &mut Budget::new(&small));
        assert_eq!(refused.map_err(|f| f.cause), Err(Cause::TooLarge));
    }

    #[test]
    fn headers_that_lie_cost_nothing() {
        let bytes = stored_lies();
        let limits = OfficeLimits::default();
        let mut budget = Budget::new(&limits);
        if let Ok(mut package) = Package::open(&bytes) {
            let read = package.unpack(0, &mut budget);
            assert!(read.is_err() || read.is_ok_and(|bytes| bytes.len() < 100));
        }
    }
}
