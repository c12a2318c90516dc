//! Office files, mail and archives: what their bytes are, and the way to the reader of each.
//!
//! Every reader is a function of the bytes and a [`Budget`] that all files inside one file share, so that nothing
//! nested costs more than the outermost file may.

mod agenda;
mod archive;
mod biff;
mod delimited;
mod detect;
mod docx;
mod docx_styles;
mod finish;
mod flow;
mod grid;
mod mail;
mod number;
mod odf;
mod old;
mod package;
mod publication;
mod rtf;
mod sheet;
mod slides;
#[cfg(test)]
pub(crate) mod testing;
mod xml;

use belaeg_model::{Cause, Warning};
use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::piece::Draft;

pub(crate) use detect::detect;

/// A format that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfficeFormat {
    /// Word since 2007.
    Docx,
    /// Excel since 2007.
    Xlsx,
    /// PowerPoint since 2007.
    Pptx,
    /// OpenDocument text, spreadsheet or presentation.
    OpenDocument,
    /// Excel before 2007, in an OLE2 container.
    Xls,
    /// Any other OLE2 container: refused, with what to do.
    Old,
    /// Excel's binary workbook in a zip: refused, with what to do.
    Xlsb,
    /// Rich text.
    Rtf,
    /// A mail message.
    Mail,
    /// A zip of documents.
    Zip,
    /// A table of delimited values.
    Delimited,
    /// XML that may be an agenda.
    Agenda,
    /// JSON of a meeting.
    Publication,
}

/// How much one file, with all that is inside it, may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfficeLimits {
    /// Bytes unpacked from zips, nested ones included. 256 MiB.
    pub(crate) unpacked_bytes: u64,
    /// How many times its packed size an entry beyond [`RATIO_FREE`] may unpack to. 200.
    pub(crate) ratio: u64,
    /// Files inside files, all levels together. 2,000; an office file's own parts do not count.
    pub(crate) files: usize,
    /// Levels of files inside files. 4.
    pub(crate) depth: usize,
    /// Elements (or groups of rich text) open at a time. 512.
    pub(crate) elements_open: usize,
    /// Rows of a sheet. 100,000.
    pub(crate) rows: usize,
    /// Columns of a sheet. 1,000.
    pub(crate) columns: usize,
    /// Cells of all tables, empty ones included. 2,000,000.
    pub(crate) cells: usize,
    /// Bytes of text. 64 MiB.
    pub(crate) text_bytes: u64,
    /// Whether a PDF inside is read: its parser may crash, so only in a process of its own.
    pub(crate) reads_pdf: bool,
}

/// An entry may unpack to so many bytes however well it is packed: XML of one short line repeated packs 500 to 1.
pub(crate) const RATIO_FREE: u64 = 16 << 20;

impl Default for OfficeLimits {
    fn default() -> Self {
        Self {
            unpacked_bytes: 256 << 20,
            ratio: 200,
            files: 2000,
            depth: 4,
            elements_open: 512,
            rows: 100_000,
            columns: 1000,
            cells: 2_000_000,
            text_bytes: 64 << 20,
            reads_pdf: false,
        }
    }
}

/// What is left of the limits while a file is read.
#[derive(Debug)]
pub(crate) struct Budget<'l> {
    pub(crate) limits: &'l OfficeLimits,
    unpacked: u64,
    text: u64,
    cells: usize,
    files: usize,
    depth: usize,
    /// Parts left out because a limit was met, once each.
    cuts: Vec<Cut>,
}

/// What was left out at a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    Text,
    Cells,
    Rows,
    Columns,
    Files,
}

impl<'l> Budget<'l> {
    pub(crate) fn new(limits: &'l OfficeLimits) -> Self {
        Self {
            limits,
            unpacked: limits.unpacked_bytes,
            text: limits.text_bytes,
            cells: limits.cells,
            files: limits.files,
            depth: limits.depth,
            cuts: Vec::new(),
        }
    }

    /// Whether `bytes` more of text may be kept; notes that some were not.
    pub(crate) fn takes_text(&mut self, bytes: usize) -> bool {
        let left = self.text.checked_sub(bytes as u64);
        // Behind the first piece that does not fit nothing is kept, so that no text has holes.
        self.text = left.unwrap_or(0);
        self.note_unless(left.is_some(), Cut::Text)
    }

    /// Whether `cells` more of a table may be kept.
    pub(crate) fn takes_cells(&mut self, cells: usize) -> bool {
        let left = self.cells.checked_sub(cells);
        self.cells = left.unwrap_or(0);
        self.note_unless(left.is_some(), Cut::Cells)
    }

    /// Whether one more file inside this one may be read.
    pub(crate) fn takes_file(&mut self) -> bool {
        let left = self.files.checked_sub(1);
        self.files = left.unwrap_or(0);
        self.note_unless(left.is_some(), Cut::Files)
    }

    pub(crate) fn note(&mut self, cut: Cut) {
        if !self.cuts.contains(&cut) {
            self.cuts.push(cut);
        }
    }

    fn note_unless(&mut self, fits: bool, cut: Cut) -> bool {
        if !fits {
            self.note(cut);
        }
        fits
    }

    /// One warning for each limit that was met.
    fn warnings(&self) -> Vec<Warning> {
        let limits = self.limits;
        let detail = |cut: &Cut| match cut {
            Cut::Text => format!("text beyond {} bytes was left out: split the file", limits.text_bytes),
            Cut::Cells => format!("table cells beyond {} were left out: split the file", limits.cells),
            Cut::Rows => format!("rows beyond {} of a sheet were left out: split the sheet", limits.rows),
            Cut::Columns => {
                format!("columns beyond {} of a sheet were left out: split the sheet", limits.columns)
            }
            Cut::Files => format!("files beyond the first {} inside were left out", limits.files),
        };
        self.cuts.iter().map(|cut| Warning { cause: Cause::TooLarge, detail: detail(cut) }).collect()
    }
}

/// Reads a file of a format that [`detect()`] found.
///
/// # Errors
/// If it is damaged, encrypted, of a sort that is not read, or beyond a limit.
pub(crate) fn read(bytes: &[u8], format: OfficeFormat, limits: &OfficeLimits) -> Result<Draft, Failure> {
    let mut budget = Budget::new(limits);
    let mut draft = read_within(bytes, format, &mut budget)?;
    draft.warnings.extend(budget.warnings());
    Ok(draft)
}

fn read_within(bytes: &[u8], format: OfficeFormat, budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    match format {
        OfficeFormat::Docx => docx::read(bytes, budget),
        OfficeFormat::Xlsx => sheet::read_xlsx(bytes, budget),
        OfficeFormat::Xls => sheet::read_xls(bytes, budget),
        OfficeFormat::Pptx => slides::read(bytes, budget),
        OfficeFormat::OpenDocument => odf::read(bytes, budget),
        OfficeFormat::Rtf => rtf::read(bytes, budget),
        OfficeFormat::Mail => mail::read(bytes, budget),
        OfficeFormat::Zip => archive::read(bytes, budget),
        OfficeFormat::Delimited => delimited::read(bytes, budget),
        OfficeFormat::Agenda => agenda::read(bytes, budget),
        OfficeFormat::Publication => publication::read(bytes, budget),
        OfficeFormat::Old => Err(old::refusal(bytes)),
        OfficeFormat::Xlsb => Err(unsupported("a binary workbook (xlsb)", "XLSX or CSV")),
    }
}

/// A refusal that says what to do.
fn unsupported(what: &str, instead: &str) -> Failure {
    Failure::new(Cause::UnsupportedFormat, format!("{what} is not read: save it as {instead}"))
}

fn damaged(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::new(Cause::Damaged, format!("{what} is damaged or cut short: {error}"))
}
