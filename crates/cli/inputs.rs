//! What an ingest is given: files, folders and standard input, with their sidecars.

use std::io::Read;
use std::path::{Path, PathBuf};

use belaeg_model::{Cause, Hints};
use walkdir::WalkDir;

/// A document that is to be taken in.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// Its file; `None` for standard input.
    pub(crate) path: Option<PathBuf>,
    /// Its name, for people and for telling formats apart.
    pub(crate) name: String,
}

/// Something that could not be used, and why.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) what: String,
    pub(crate) cause: Cause,
    pub(crate) detail: String,
}

/// What the given paths hold.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    /// The documents, those of a folder in the order of their names.
    pub(crate) documents: Vec<Input>,
    /// Folders and files that cannot be read.
    pub(crate) refused: Vec<Refused>,
    /// Files of a folder in a format that is not read.
    pub(crate) skipped: Vec<PathBuf>,
}

impl Inputs {
    /// Lists the documents under `paths`; `-` is standard input. `own` are folders of the home that hold no documents:
    /// they are left out when a folder around them is named.
    pub(crate) fn list(paths: &[PathBuf], own: &[PathBuf]) -> Self {
        let mut inputs = Self::default();
        let own: Vec<PathBuf> = own.iter().filter_map(|p| fs_err::canonicalize(p).ok()).collect();
        for path in paths {
            if path.as_os_str() == "-" {
                inputs.documents.push(Input { path: None, name: "stdin".to_owned() });
            } else if path.is_dir() {
                inputs.add_folder(path, &own);
            } else {
                inputs.add_file(path.clone());
            }
        }
        inputs
    }

    fn add_file(&mut self, path: PathBuf) {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        self.documents.push(Input { path: Some(path), name });
    }

    fn add_folder(&mut self, folder: &Path, own: &[PathBuf]) {
        let hidden = |e: &walkdir::DirEntry| {
            let dotted = e.file_name().as_encoded_bytes().starts_with(b".");
            let ours =
                e.file_type().is_dir() && fs_err::canonicalize(e.path()).is_ok_and(|p| own.contains(&p));
            e.depth() > 0 && (dotted || ours)
        };
        for entry in WalkDir::new(folder).sort_by_file_name().into_iter().filter_entry(|e| !hidden(e)) {
            match entry {
                Ok(entry) if entry.path().is_dir() => {}
                Ok(entry) if is_sidecar(entry.path()) => {}
                Ok(entry) if belaeg_extract::is_supported(&entry.file_name().to_string_lossy()) => {
                    self.add_file(entry.into_path());
                }
                Ok(entry) => self.skipped.push(entry.into_path()),
                Err(error) => {
                    let what = error.path().unwrap_or(folder).display().to_string();
                    let detail =
                        error.into_io_error().map_or_else(|| "a loop of links".to_owned(), |e| e.to_string());
                    self.refused.push(Refused { what, cause: Cause::Unreadable, detail });
                }
            }
        }
    }
}

/// `NAME.EXT.toml` beside `NAME.EXT`.
fn is_sidecar(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "toml") && path.with_extension("").is_file()
}

/// The hints of the sidecar beside `path`, or none.
///
/// # Errors
/// Says what is wrong with a sidecar that cannot be used.
pub(crate) fn sidecar(path: &Path) -> Result<Hints, Refused> {
    let mut name = path.as_os_str().to_owned();
    name.push(".toml");
    let file = PathBuf::from(name);
    if !file.is_file() {
        return Ok(Hints::default());
    }
    let refused =
        |detail: String| Refused { what: file.display().to_string(), cause: Cause::BadSidecar, detail };
    let text = fs_err::read_to_string(&file).map_err(|e| refused(e.to_string()))?;
    toml::from_str(&text).map_err(|e| {
        let line = e.span().map_or(1, |s| 1 + text[..s.start.min(text.len())].matches('\n').count());
        refused(format!("line {line}: {}", e.message().replace('\n', " ")))
    })
}

/// The bytes of a document, at most `limit` of them.
///
/// # Errors
/// `Unreadable` or `TooLarge`, with what to do.
pub(crate) fn read(input: &Input, limit: u64) -> Result<Vec<u8>, (Cause, String)> {
    let unreadable = |e: std::io::Error| {
        let words = match e.kind() {
            std::io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
            std::io::ErrorKind::PermissionDenied => "may not be read; check its permissions".to_owned(),
            _ => e.to_string(),
        };
        (Cause::Unreadable, words)
    };
    let mut bytes = Vec::new();
    let most = limit.saturating_add(1);
    let read = match &input.path {
        Some(path) => {
            // A pipe or device without a writer would keep the run waiting for ever.
            if !fs_err::metadata(path).map_err(unreadable)?.is_file() {
                return Err((Cause::Unreadable, "is no regular file".to_owned()));
            }
            fs_err::File::open(path).map_err(unreadable)?.take(most).read_to_end(&mut bytes)
        }
        None => std::io::stdin().lock().take(most).read_to_end(&mut bytes),
    };
    read.map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        let mib = limit >> 20;
        return Err((
            Cause::TooLarge,
            format!("larger than {mib} MiB; raise extract.input_mib in belaeg.toml, or split it"),
        ));
    }
    Ok(bytes)
}
