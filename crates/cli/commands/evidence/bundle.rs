//! The zip: files with their digests in a manifest, written so that the same evidence is the same bytes, and read back
//! within limits.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use anyhow::{Context, bail};
use belaeg_corpus::Digest;
use serde::{Deserialize, Serialize};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The file that names the others.
pub(super) const MANIFEST: &str = "manifest.json";

/// What the manifest's form is called.
const FORMAT: &str = "belaeg-evidence/1";

/// The most files of a zip that is read.
const MOST_FILES: usize = 64;

/// The most bytes of all its files together, unpacked.
const MOST_BYTES: u64 = 1 << 30;

/// A file of the evidence.
#[derive(Debug)]
pub(super) struct File {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl File {
    pub(super) fn new(name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.to_owned(), bytes: bytes.into() }
    }

    /// A file of JSON for people and programs.
    pub(super) fn json(name: &str, value: &impl Serialize) -> anyhow::Result<Self> {
        let mut bytes = serde_json::to_vec_pretty(value)?;
        bytes.push(b'\n');
        Ok(Self::new(name, bytes))
    }
}

/// Which files there are, and what they hold.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    /// The claim's id.
    pub(super) claim: String,
    /// The version of belaeg that wrote it.
    belaeg: String,
    pub(super) files: Vec<Listed>,
}

/// A file of the manifest.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) bytes: u64,
    pub(super) sha256: String,
}

impl Listed {
    fn of(file: &File) -> Self {
        let sha256 = Digest::of(&file.bytes).to_string();
        Self { name: file.name.clone(), bytes: file.bytes.len() as u64, sha256 }
    }
}

/// The zip of `files` with a manifest.
pub(super) fn pack(claim: &str, mut files: Vec<File>) -> anyhow::Result<Vec<u8>> {
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        claim: claim.to_owned(),
        belaeg: env!("CARGO_PKG_VERSION").to_owned(),
        files: files.iter().map(Listed::of).collect(),
    };
    files.insert(0, File::json(MANIFEST, &manifest)?);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in &files {
        // Packed already, and so that it can be cut out as it lies there.
        let packed = file.name.ends_with(".gz");
        let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        // Without a time of their own, so that the same files make the same zip.
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        zip.start_file(&file.name, options)?;
        zip.write_all(&file.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Reads a zip of evidence: its manifest and all files but that.
pub(super) fn unpack(path: &Path) -> anyhow::Result<(Manifest, Vec<File>)> {
    let shown = path.display();
    let file = fs_err::File::open(path)?;
    let mut zip = ZipArchive::new(file).with_context(|| format!("{shown} is no zip that can be read"))?;
    if zip.len() > MOST_FILES {
        bail!("{shown} has {} files, and evidence has {MOST_FILES} at the most", zip.len());
    }
    let mut files = Vec::with_capacity(zip.len());
    let mut left = MOST_BYTES;
    for at in 0..zip.len() {
        let mut member = zip.by_index(at).with_context(|| format!("{shown}: file {at} cannot be read"))?;
        let name = member.name().with_context(|| format!("{shown}: the name of file {at} cannot be read"))?;
        let name = name.into_owned();
        let mut bytes = Vec::new();
        let read = (&mut member).take(left + 1).read_to_end(&mut bytes);
        let read = read.with_context(|| format!("{shown}: {name} cannot be read"))? as u64;
        if read > left {
            bail!("{shown} unpacks to more than {} MiB", MOST_BYTES >> 20);
        }
        left -= read;
        files.push(File { name, bytes });
    }
    let Some(at) = files.iter().position(|f| f.name == MANIFEST) else {
        bail!("{shown} is no evidence of belaeg: it has no {MANIFEST}");
    };
    let manifest: Manifest = serde_json::from_slice(&files.remove(at).bytes)
        .with_context(|| format!("{shown}: {MANIFEST} cannot be read"))?;
    if manifest.format != FORMAT {
        bail!(
            "{shown} is of the form {:?}, and this belaeg reads {FORMAT}",
            manifest.format.chars().take(40).collect::<String>()
        );
    }
    Ok((manifest, files))
}

/// What differs between the manifest and the files.
pub(super) fn differences(manifest: &Manifest, files: &[File]) -> Vec<String> {
    let mut wrong = Vec::new();
    for listed in &manifest.files {
        let mut found = files.iter().filter(|f| f.name == listed.name);
        match (found.next(), found.next()) {
            (None, _) => wrong.push(format!("{} is missing", listed.name)),
            (Some(_), Some(_)) => wrong.push(format!("{} is there more than once", listed.name)),
            (Some(file), None) => {
                let is = Listed::of(file);
                if is.sha256 != listed.sha256 || is.bytes != listed.bytes {
                    wrong.push(format!(
                        "{} has the SHA-256 {}, and the manifest says {}",
                        listed.name, is.sha256, listed.sha256
                    ));
                }
            }
        }
    }
    for file in files.iter().filter(|f| manifest.files.iter().all(|l| l.name != f.name)) {
        wrong.push(format!("{} is not in the manifest", file.name));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<File> {
        vec![File::new("text.txt", "12\u{a0}% på Ærø"), File::new("record.warc.gz", [0x1f, 0x8b, 8])]
    }

    #[test]
    fn the_same_files_make_the_same_zip() {
        let zip = pack("0123456789ab.1.1.1", files()).expect("packed");
        assert_eq!(zip, pack("0123456789ab.1.1.1", files()).expect("packed"));
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("e.zip");
        fs_err::write(&path, &zip).expect("written");
        let (manifest, read) = unpack(&path).expect("read");
        assert_eq!(manifest.claim, "0123456789ab.1.1.1");
        assert_eq!(differences(&manifest, &read), Vec::<String>::new());
    }

    #[test]
    fn differences_are_named() {
        let listed = files().iter().map(Listed::of).collect();
        let manifest =
            Manifest { format: FORMAT.into(), claim: String::new(), belaeg: String::new(), files: listed };
        let changed = vec![File::new("text.txt", "13\u{a0}% på Ærø"), File::new("mere.txt", "")];
        let wrong = differences(&manifest, &changed);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong[0].starts_with("text.txt has the SHA-256 "), "{wrong:?}");
        assert_eq!(wrong[1..], ["record.warc.gz is missing", "mere.txt is not in the manifest"]);
        let doubled: Vec<File> = files().into_iter().chain(files()).collect();
        assert!(differences(&manifest, &doubled)[0].contains("more than once"));
    }
}
