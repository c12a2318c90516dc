//! Bytes to text, blocks and metadata; one bad document never fails a run.
//!
//! [`Extractor::extract`] finds the format by content, hands plain text and HTML to its own readers and PDF
//! to a worker process ([`worker_main`]), takes navigation, advertising and contact boxes away, masks CPR
//! numbers, and puts what is left together as an [`Extracted`] whose spans point into its text.

mod builder;
mod charset;
mod contact;
mod cpr;
mod format;
mod furniture;
mod html;
mod line_table;
mod metadata;
mod office;
mod pdf;
mod piece;
mod row;
mod sandbox;
mod text;
mod worker;

use belaeg_model::{Cause, Extracted, Hints, Warning};

pub use format::{Format, is_supported};
pub use worker::{WorkerCommand, worker_main};

use piece::Draft;
use worker::{Done, Work};

/// Name and version of this extractor; stored with each version of a document, to find stale ones.
pub const EXTRACTOR: &str = "extract/4";

/// A document as it came in.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The bytes.
    pub bytes: &'a [u8],
    /// File name, or the path of the URL.
    pub name: &'a str,
    /// The media type that came with it ("text/html; charset=utf-8"), if any.
    pub media_type: Option<&'a str>,
    /// What is known from outside; wins over what the document says.
    pub hints: &'a Hints,
}

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    /// The cause, for counting.
    pub cause: Cause,
    /// One line for a person: what is wrong, where, what to do.
    pub detail: String,
}

impl Failure {
    pub(crate) fn new(cause: Cause, detail: impl Into<String>) -> Self {
        Self { cause, detail: detail.into() }
    }
}

/// How much one document may cost. At a limit the document is refused (or cut, with a warning); the run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a document of any format; a larger one is refused as `too_large`. 256 MiB.
    pub input_bytes: u64,
    /// Bytes of plain text; a larger file is refused as `too_large`. 32 MiB, some 15,000 pages; memory stays
    /// below 2 GiB even when every line is one letter.
    pub text_bytes: u64,
    /// Bytes of an HTML page; a larger one is refused as `too_large`. 64 MiB.
    pub html_bytes: u64,
    /// Seconds of processor time, and of waiting, for one document in the worker, plus one second for each
    /// MiB of it; then the worker is killed and the document refused as `timed_out`. 60 s.
    pub worker_seconds: u64,
    /// Bytes of address space of the worker; beyond it the document is refused as `out_of_memory`. 1 GiB.
    pub worker_memory_bytes: u64,
    /// Bytes of text taken from the worker; further pages are left out, with a `too_large` warning. 64 MiB.
    pub worker_output_bytes: u64,
    /// Whether pages that are pictures are read by tesseract, where it is installed.
    pub ocr: bool,
}

const MIB: u64 = 1 << 20;

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_bytes: 256 * MIB,
            text_bytes: 32 * MIB,
            html_bytes: 64 * MIB,
            worker_seconds: 60,
            worker_memory_bytes: 1024 * MIB,
            worker_output_bytes: 64 * MIB,
            ocr: true,
        }
    }
}

/// Reads documents. Holds no state between documents and may be shared between threads.
#[derive(Clone, Debug)]
pub struct Extractor {
    worker: WorkerCommand,
    limits: Limits,
}

impl Extractor {
    /// An extractor that reads PDF through `worker` and keeps to `limits`.
    pub fn new(worker: WorkerCommand, limits: Limits) -> Self {
        Self { worker, limits }
    }

    /// Reads one document.
    ///
    /// # Errors
    /// If nothing can be read: empty, of another format, damaged, encrypted, without text, or beyond a limit.
    /// What could be read in part comes back with [`Extracted::warnings`].
    pub fn extract(&self, input: &Input<'_>) -> Result<Extracted, Failure> {
        within("the file", input.bytes.len(), self.limits.input_bytes)?;
        let mut draft = self.draft(input)?;
        let masked = cpr::mask(&mut draft);
        if masked > 0 {
            draft.warnings.push(Warning {
                cause: Cause::CprMasked,
                detail: format!("{masked} number(s) that look like a CPR number were masked"),
            });
        }
        let meta = metadata::find(input, &mut draft);
        let extracted = builder::assemble(draft, meta);
        if extracted.blocks.is_empty() {
            return Err(Failure::new(
                Cause::Empty,
                "no text is left once navigation and furniture are taken away",
            ));
        }
        Ok(extracted)
    }

    fn draft(&self, input: &Input<'_>) -> Result<Draft, Failure> {
        let (worker, limits) = (&self.worker, &self.limits);
        let done = match office::detect(input.bytes) {
            Some(format) => worker::run_office(worker, limits, format, input.bytes)?,
            None => match format::detect(input)? {
                Format::Text => return self.text_draft(input),
                Format::Html => return self.html_draft(input),
                Format::Pdf => worker::run(worker, limits, Work::Pdf, input.bytes)?,
            },
        };
        match done {
            Done::Pages(pages) => pdf::draft(pages),
            Done::Draft(draft) => Ok(*draft),
        }
    }

    fn text_draft(&self, input: &Input<'_>) -> Result<Draft, Failure> {
        within("plain text", input.bytes.len(), self.limits.text_bytes)?;
        let decoded = charset::decode(input.bytes, input.media_type, false);
        let text = charset::tidy(&decoded.text);
        if text.trim().is_empty() {
            return Err(Failure::new(Cause::Empty, "the file holds nothing but white space"));
        }
        let mut draft = text::draft(&text);
        draft.warnings.extend(decoded.warning());
        Ok(draft)
    }

    fn html_draft(&self, input: &Input<'_>) -> Result<Draft, Failure> {
        within("the page", input.bytes.len(), self.limits.html_bytes)?;
        let decoded = charset::decode(input.bytes, input.media_type, true);
        let mut draft = html::draft_of(&decoded.text, input.hints.main.as_deref());
        draft.warnings.extend(decoded.warning());
        Ok(draft)
    }
}

/// Refuses what is larger than `limit` bytes.
fn within(what: &str, len: usize, limit: u64) -> Result<(), Failure> {
    let len = u64::try_from(len).unwrap_or(u64::MAX);
    if len <= limit {
        return Ok(());
    }
    let detail = format!("{what} has {len} bytes; the limit is {limit} bytes: split it or raise the limit");
    Err(Failure::new(Cause::TooLarge, detail))
}
