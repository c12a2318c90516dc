//! One writer at a time: an exclusive lock on a file that names its holder.

use std::fs::TryLockError;
use std::io::{Read, Write};
use std::path::Path;

use fs_err::{File, OpenOptions};

use crate::Error;
use crate::error::ErrorKind;

/// Held as long as it lives; the system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    file: File,
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone would not do while a process that is just being started holds a copy of the file.
        let _ = self.file.unlock();
    }
}

impl Lock {
    /// Locks `dir` for writing.
    pub(crate) fn take(dir: &Path) -> Result<Self, Error> {
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(dir.join(".lock"))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(ErrorKind::Locked { dir: dir.to_owned(), pid: holder(&mut file) }.into());
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Self { file })
    }
}

/// The process id that the holder wrote; a question mark in the instant before it has.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.take(20).read_to_string(&mut text);
    let pid = text.trim();
    if !pid.is_empty() && pid.bytes().all(|b| b.is_ascii_digit()) { pid.to_owned() } else { "?".to_owned() }
}
