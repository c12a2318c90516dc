//! The official figures that claims are held against: those of the home, or the curated ones that the program brings.

use std::path::{Path, PathBuf};

use anyhow::Context;
use belaeg_check::import::{self, Origin};
use belaeg_check::{Figure, FigureSet};

use crate::home::SETTINGS_FILE;
use crate::report;

/// The curated figures, as `corpus/official/official.csv` of the repository.
const CURATED: &[u8] = include_bytes!("../../corpus/official/official.csv");
const CURATED_NAME: &str = "official.csv";

/// The largest file of figures that is read, in bytes.
const MOST_BYTES: u64 = import::MOST_BYTES;

/// The figures of the tables in `corpus/official` of the home, if there is one, with the curated ones where the home has no own copy;
/// and how many of their rows were refused.
pub(crate) fn read(home: Option<&Path>) -> anyhow::Result<(FigureSet, u64)> {
    let dir = home.unwrap_or(Path::new("."));
    let is_home = dir.join(SETTINGS_FILE).is_file();
    let files = if is_home { tables(&dir.join("corpus/official"))? } else { Vec::new() };
    let mut figures = Vec::new();
    let mut refused = 0;
    if !files.iter().any(|f| f.file_name().is_some_and(|name| name == CURATED_NAME)) {
        refused += add(&mut figures, CURATED_NAME, CURATED)?;
    }
    for file in &files {
        let name = file.display().to_string();
        anyhow::ensure!(
            fs_err::metadata(file)?.len() <= MOST_BYTES,
            "{name} has more than {} MiB of figures",
            MOST_BYTES >> 20
        );
        refused += add(&mut figures, &name, &fs_err::read(file)?)?;
    }
    Ok((FigureSet::new(figures), refused))
}

/// Adds the figures of one table; rows that cannot be used are said and counted.
fn add(figures: &mut Vec<Figure>, name: &str, bytes: &[u8]) -> anyhow::Result<u64> {
    let origin = Origin { address: name.to_owned(), ..Origin::default() };
    let import = import::read(bytes, &origin, None).with_context(|| format!("{name} cannot be used"))?;
    for row in &import.refused {
        report::say(&format!("belaeg: {name}, {}, {}: {}; the row is left out", row.at, row.column, row.why));
    }
    figures.extend(import.figures);
    Ok(import.causes.values().sum())
}

/// The CSV files of a folder, by name; none where there is no folder.
fn tables(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() && path.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv")) {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}
