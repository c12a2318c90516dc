//! The one error of this crate.

use std::io;
use std::path::{Path, PathBuf};

use crate::warc::Fault;

/// Why the corpus could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<ErrorKind>);

#[derive(Debug, thiserror::Error)]
pub(crate) enum ErrorKind {
    #[error("another belaeg process (pid {pid}) is writing to {}; wait for it or stop it", dir.display())]
    Locked { dir: PathBuf, pid: String },
    #[error("the corpus in {} is open for reading only", dir.display())]
    ReadOnly { dir: PathBuf },
    #[error("{} is a directory, but the catalog is a file; move it away", path.display())]
    IsDirectory { path: PathBuf },
    #[error(
        "{} is no catalog: {why}; move it away, and the next ingest builds the catalog again from the archive",
        path.display()
    )]
    NotACatalog { path: PathBuf, why: String },
    #[error(
        "{} was written by a newer belaeg (catalog {found}, this program knows {known}); update belaeg",
        path.display()
    )]
    Newer { path: PathBuf, found: i64, known: i64 },
    #[error(
        "{} was written by an older belaeg (catalog {found}, this program needs {known}); the next ingest updates it",
        path.display()
    )]
    Older { path: PathBuf, found: i64, known: i64 },
    #[error(
        "{} is missing although there is an archive beside it; the next ingest builds it again from the archive",
        path.display()
    )]
    CatalogMissing { path: PathBuf },
    #[error(
        "{} cannot be opened; SQLite writes files beside it even when it only reads: see that this user may write in \
         its folder",
        path.display()
    )]
    CannotOpen { path: PathBuf },
    #[error("the disk is full while writing {}; nothing stored is lost: free some space and run again", path.display())]
    DiskFull { path: PathBuf },
    #[error(
        "{} cannot be written or read: {why}; nothing stored is lost: see that there is free space, the file may grow and \
         the device is sound, and run again",
        path.display()
    )]
    Device { path: PathBuf, why: String },
    #[error("cannot write the archive: {source}; it is as it was before: mend the cause and run again")]
    Append { source: io::Error },
    #[error("{}: the record at byte {offset} ({url}) cannot be read: {fault}; restore the file from a backup", path.display())]
    Record { path: PathBuf, offset: u64, url: String, fault: Fault },
    #[error("{url}: name, media type and hints together are longer than {limit} bytes; shorten the hints")]
    HintsTooLong { url: String, limit: u64 },
    #[error("{url} and {other} would both be document {id}; give one of them another address")]
    Collision { url: String, other: String, id: String },
    #[error("snapshot {id} of {url} is not in the archive; archive it before its outcome is stored")]
    UnknownSnapshot { id: i64, url: String },
    #[error(
        "{what} in the catalog is damaged: {why}; move the catalog away, and the next ingest builds it again"
    )]
    BadRow { what: String, why: String },
    #[error("{}: {source}", path.as_deref().unwrap_or(Path::new("the catalog")).display())]
    Sql { path: Option<PathBuf>, source: rusqlite::Error },
    #[error(
        "the document is taken down, but another process reads {}, which still holds its text: when that process has ended, \
         the next ingest, of whatever file, clears it",
        path.display()
    )]
    StillRead { path: PathBuf },
    #[error("{0}")]
    Io(io::Error),
}

impl Error {
    /// Whether another process holds the write lock, so that waiting helps.
    pub fn is_locked(&self) -> bool {
        matches!(*self.0, ErrorKind::Locked { .. })
    }

    /// Names the catalog's file in an error that came from SQLite.
    pub(crate) fn at(mut self, path: &Path) -> Self {
        if let ErrorKind::Sql { path: place, source } = &mut *self.0 {
            use rusqlite::ErrorCode::{CannotOpen, DatabaseCorrupt, DiskFull, NotADatabase, SystemIoFailure};
            let path = path.to_owned();
            match source.sqlite_error_code() {
                Some(CannotOpen) => return ErrorKind::CannotOpen { path }.into(),
                Some(DiskFull) => return ErrorKind::DiskFull { path }.into(),
                Some(SystemIoFailure) => {
                    let code = source.sqlite_error().map_or(0, |e| e.extended_code);
                    let why = format!("the system refused (SQLite error {code})");
                    return ErrorKind::Device { path, why }.into();
                }
                Some(NotADatabase | DatabaseCorrupt) => {
                    return ErrorKind::NotACatalog { path, why: source.to_string() }.into();
                }
                _ => *place = Some(path),
            }
        }
        self
    }

    /// A failed write to the archive file `path`.
    pub(crate) fn append(path: &Path, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                ErrorKind::DiskFull { path: path.to_owned() }.into()
            }
            _ => ErrorKind::Append { source }.into(),
        }
    }
}

impl From<ErrorKind> for Error {
    fn from(kind: ErrorKind) -> Self {
        Self(Box::new(kind))
    }
}

/// Every file is opened through `fs_err`, whose errors name it.
impl From<io::Error> for Error {
    fn from(source: io::Error) -> Self {
        ErrorKind::Io(source).into()
    }
}

impl From<rusqlite::Error> for Error {
    fn from(source: rusqlite::Error) -> Self {
        ErrorKind::Sql { path: None, source }.into()
    }
}
