//! `belaeg export`: everything that the catalog holds, as tables for other tools.

mod formats;
mod package;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use belaeg_corpus::{Access, Cell, Corpus, TABLES};

use crate::args::{ExportArgs, ExportFormat};
use crate::home::Home;
use crate::report::{self, Outcome};
use formats::{Csv, Format, Ndjson, Parquet};

/// The file that describes the others; where it lies, an earlier export may be replaced.
const PACKAGE: &str = "datapackage.json";
/// It until the export is whole; where it lies, an export was cut off.
const UNFINISHED: &str = "datapackage.json.tmp";

pub(crate) fn run(home: Option<&Path>, args: &ExportArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let folder = args.out.clone().unwrap_or_else(|| PathBuf::from("export"));
    prepare(&folder)?;
    let mut files = Files { folder: &folder, format: args.format, open: None, rows: [0; TABLES.len()] };
    corpus.export(|table, row| files.write(table, row))?;
    files.finish()?;
    let counts: Vec<String> = TABLES.iter().zip(files.rows).map(|(t, n)| format!("{n} {}", t.name)).collect();
    report::say(&format!(
        "{} in {}; {PACKAGE} says what each column means",
        counts.join(", "),
        folder.display()
    ));
    Ok(Outcome::Good)
}

/// Makes the folder. One that holds anything but an earlier export, whole or cut off, is left alone.
fn prepare(folder: &Path) -> anyhow::Result<()> {
    fs_err::create_dir_all(folder)?;
    let is_empty = fs_err::read_dir(folder)?.next().is_none();
    if !is_empty && ![PACKAGE, UNFINISHED].iter().any(|name| folder.join(name).is_file()) {
        bail!(
            "{} is not empty and holds no earlier export: name another folder with --out",
            folder.display()
        );
    }
    fs_err::write(folder.join(UNFINISHED), "")?;
    Ok(())
}

/// The files of an export, one table after the other.
struct Files<'a> {
    folder: &'a Path,
    format: ExportFormat,
    open: Option<(usize, Box<dyn Format>)>,
    rows: [u64; TABLES.len()],
}

impl Files<'_> {
    fn write(&mut self, table: usize, row: &[Cell<'_>]) -> anyhow::Result<()> {
        self.open_up_to(table)?;
        let Some((_, format)) = &mut self.open else { bail!("no table is open") };
        self.rows[table] += 1;
        format.row(row).with_context(|| format!("{} cannot be written", self.path(table).display()))
    }

    /// Closes the tables before `table`, also those without rows, and opens it.
    fn open_up_to(&mut self, table: usize) -> anyhow::Result<()> {
        loop {
            let next = match &self.open {
                Some((open, _)) if *open == table => return Ok(()),
                Some((open, _)) => open + 1,
                None => 0,
            };
            self.close()?;
            self.open = Some((next, self.create(next)?));
        }
    }

    fn create(&self, table: usize) -> anyhow::Result<Box<dyn Format>> {
        let file = std::io::BufWriter::new(fs_err::File::create(self.unfinished(table))?);
        let columns = TABLES[table].columns;
        Ok(match self.format {
            ExportFormat::Csv => Box::new(Csv::new(file, columns)?),
            ExportFormat::Ndjson => Box::new(Ndjson::new(file, columns)),
            ExportFormat::Parquet => Box::new(Parquet::new(file, columns)?),
        })
    }

    fn path(&self, table: usize) -> PathBuf {
        self.folder.join(format!("{}.{}", TABLES[table].name, self.format.extension()))
    }

    fn unfinished(&self, table: usize) -> PathBuf {
        self.folder.join(format!("{}.{}.tmp", TABLES[table].name, self.format.extension()))
    }

    fn close(&mut self) -> anyhow::Result<()> {
        let Some((table, format)) = self.open.take() else { return Ok(()) };
        format.finish().with_context(|| format!("{} cannot be written", self.path(table).display()))?;
        Ok(())
    }

    /// The files get their names when all of them are whole; the description goes first and comes last, so that none lies
    /// beside tables of two exports.
    fn finish(&mut self) -> anyhow::Result<()> {
        self.open_up_to(TABLES.len() - 1)?;
        self.close()?;
        let (package, unfinished) = (self.folder.join(PACKAGE), self.folder.join(UNFINISHED));
        let description = package::describe(self.format, &self.rows);
        fs_err::write(&unfinished, serde_json::to_string_pretty(&description)? + "\n")?;
        if package.exists() {
            fs_err::remove_file(&package)?;
        }
        for table in 0..TABLES.len() {
            fs_err::rename(self.unfinished(table), self.path(table))?;
        }
        fs_err::rename(unfinished, package)?;
        Ok(())
    }
}
