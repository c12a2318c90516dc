//! A home: the folder with settings, corpus and index.

use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::output;
use crate::settings::{Settings, TEMPLATE};

/// A home that exists.
#[derive(Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    pub(crate) settings: Settings,
}

/// Marks a folder as a home.
const SETTINGS_FILE: &str = "belaeg.toml";

/// The sources of a new home: the minutes of every kommune.
const SOURCES: &str = include_str!("../../corpus/sources.toml");

impl Home {
    /// The home in `dir`, or in the current folder when none is given. A given folder that is empty or absent is made
    /// one.
    pub(crate) fn open(dir: Option<&Path>) -> anyhow::Result<Self> {
        let given = dir.is_some();
        let dir = dir.unwrap_or(Path::new("."));
        if is_home(dir) {
            return Self::at(dir);
        }
        if given && is_empty_or_absent(dir)? {
            return Self::init(dir);
        }
        let shown = dir.display();
        if given {
            bail!(
                "{shown} is no belaeg home: it has files but no {SETTINGS_FILE}\nhint: make it one with `belaeg init {shown}`, or give an empty folder"
            );
        }
        bail!(
            "the current folder is no belaeg home: it has no {SETTINGS_FILE}\nhint: make it one with `belaeg init`, or say where the home is with --home DIR"
        );
    }

    /// Makes `dir` a home; leaves alone what is there.
    pub(crate) fn init(dir: &Path) -> anyhow::Result<Self> {
        for sub in ["corpus/documents", "corpus/official", "corpus/gold", "index"] {
            fs_err::create_dir_all(dir.join(sub))?;
        }
        // The settings come last: they make the folder a home.
        for (name, text) in [("corpus/sources.toml", SOURCES), (SETTINGS_FILE, TEMPLATE)] {
            let path = dir.join(name);
            if !path.exists() {
                output::write_whole(&path, text.as_bytes())?;
            }
        }
        Self::at(dir)
    }

    fn at(dir: &Path) -> anyhow::Result<Self> {
        Ok(Self { settings: Settings::read(dir)?, dir: dir.to_owned() })
    }

    /// The folder itself.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Archive and catalog.
    pub(crate) fn corpus(&self) -> PathBuf {
        self.dir.join("corpus")
    }

    /// Generations of the index.
    pub(crate) fn index(&self) -> PathBuf {
        self.dir.join("index")
    }
}

/// Whether a folder is a home.
pub(crate) fn is_home(dir: &Path) -> bool {
    dir.join(SETTINGS_FILE).is_file()
}

fn is_empty_or_absent(dir: &Path) -> anyhow::Result<bool> {
    if !dir.exists() {
        return Ok(true);
    }
    if !dir.is_dir() {
        bail!("{} is a file, not a folder", dir.display());
    }
    Ok(fs_err::read_dir(dir)?.next().is_none())
}
