//! What can go wrong with the index, and what to do about it.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError};

/// Why the index could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No generation is live.
    #[error("nothing indexed yet in {}; run `belaeg ingest PATH`", dir.display())]
    Absent {
        /// The index folder.
        dir: PathBuf,
    },
    /// The live generation has another layout than this program reads.
    #[error(
        "{}: index was made by schema version {found}, this program uses {expected}; rebuild with `belaeg reindex`",
        path.display()
    )]
    OtherSchema {
        /// The generation.
        path: PathBuf,
        /// Its schema version.
        found: u64,
        /// The schema version of this program.
        expected: u64,
    },
    /// A file is missing, cut off or contradicts the format.
    #[error("{}: index is damaged: {cause}; rebuild with `belaeg reindex`", path.display())]
    Damaged {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// The cursor was made by a search for something else.
    #[error(
        "the cursor belongs to another search; give the query, filters, order and folding of the page that it ended"
    )]
    OtherCursor,
    /// There is nothing to roll back to.
    #[error("there is no earlier generation in {}; the one before the last `belaeg reindex` is kept until the next, or until a takedown", dir.display())]
    NoEarlier {
        /// The index folder.
        dir: PathBuf,
    },
    /// A generation that was built has not as many statements as the catalog.
    #[error("{}: {found} statements came in and not {expected}, so the new index is not swapped in and the old one stays; run `belaeg reindex` again, and report it if that does not help", path.display())]
    Miscount {
        /// The generation.
        path: PathBuf,
        /// Statements of the catalog.
        expected: u64,
        /// Statements of the generation.
        found: u64,
    },
    /// Somebody else holds the lock.
    #[error("another belaeg process{} is writing the index in {}; wait for it or stop it", in_brackets(*pid), dir.display())]
    Busy {
        /// The index folder.
        dir: PathBuf,
        /// The process that holds the lock, if it left its number.
        pid: Option<u32>,
    },
    /// The file system refused.
    #[error(
        "{}: the index cannot be {action}: {cause}; check the folder's permissions and the free space",
        path.display()
    )]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried: "read" or "written".
        action: &'static str,
        /// The system's words.
        cause: String,
    },
}

fn in_brackets(pid: Option<u32>) -> String {
    pid.map_or_else(String::new, |pid| format!(" (pid {pid})"))
}

impl Error {
    pub(crate) fn damaged(path: &Path, cause: impl Into<String>) -> Self {
        Self::Damaged { path: path.to_owned(), cause: cause.into() }
    }

    pub(crate) fn reading(path: &Path, cause: &io::Error) -> Self {
        Self::Io { path: path.to_owned(), action: "read", cause: system_words(cause) }
    }

    pub(crate) fn writing(path: &Path, cause: &io::Error) -> Self {
        Self::Io { path: path.to_owned(), action: "written", cause: system_words(cause) }
    }

    /// What tantivy said while it read the generation in `path`.
    pub(crate) fn search_engine(path: &Path, error: &TantivyError) -> Self {
        match refused(error) {
            Some(cause) => Self::Io { path: path.to_owned(), action: "read", cause },
            None => Self::damaged(path, plain(error)),
        }
    }

    /// What tantivy said while it wrote the generation in `path`.
    pub(crate) fn index_writer(path: &Path, error: &TantivyError) -> Self {
        match error {
            TantivyError::LockFailure(LockError::LockBusy, _) => {
                Self::Busy { dir: path.to_owned(), pid: None }
            }
            TantivyError::DataCorruption(_)
            | TantivyError::OpenReadError(_)
            | TantivyError::SchemaError(_)
            | TantivyError::IncompatibleIndex(_) => Self::search_engine(path, error),
            _ => Self::Io { path: path.to_owned(), action: "written", cause: plain(error) },
        }
    }
}

/// The cause without the path that `fs_err` puts before it: the error's own path says it already.
fn system_words(cause: &io::Error) -> String {
    let inner = cause.get_ref().and_then(|wrapped| wrapped.source());
    inner.map_or_else(|| cause.to_string(), ToString::to_string)
}

/// The system's words where the system refused (permissions, a full table of open files), rather than the data.
fn refused(error: &TantivyError) -> Option<String> {
    let cause = match error {
        TantivyError::IoError(cause) | TantivyError::LockFailure(LockError::IoError(cause), _) => cause,
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => io_error,
        _ => return None,
    };
    let by_system = cause.raw_os_error().is_some() && cause.kind() != io::ErrorKind::NotFound;
    by_system.then(|| cause.to_string())
}

fn plain(error: &TantivyError) -> String {
    match error {
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(file)) => {
            format!("{} is missing", file.display())
        }
        TantivyError::OpenDirectoryError(OpenDirectoryError::DoesNotExist(dir)) => {
            format!("{} is missing", dir.display())
        }
        // tantivy does not say what stopped its thread; what can be mended is the disk.
        TantivyError::ErrorInThread(_) => {
            "a writing thread was stopped, most likely by a full disk".to_owned()
        }
        other => other.to_string(),
    }
}

/// Runs `read`, and turns a panic of the search engine over damaged files into [`Error::Damaged`]:
/// tantivy checks checksums only on request and trusts lengths and offsets that it reads.
pub(crate) fn guarded<T>(path: &Path, read: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|panic| Err(Error::damaged(path, message(panic.as_ref()))))
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("unreadable");
    format!("the search engine stopped over it ({text})")
}
