//! Reading official figures from what publishers give out: our own tables, Statistics Denmark's StatBank (JSON-stat, CSV, BULK),
//! Ankestyrelsen's Talportal (CSV, Excel), and any table whose columns a [`Mapping`] explains.
//!
//! Every format becomes rows of one long table, which `reader` turns into figures. The format is told by what
//! stands in the bytes, never by a name. A row that cannot be read is refused with its place and cause; the others are kept.

mod book;
mod delimited;
mod failure;
mod jsonstat;
mod known;
mod mapping;
mod number;
mod pivot;
mod places;
mod reader;
mod report;
mod times;

pub use failure::Failure;
pub use mapping::{Columns, Constant, Mapping, Values};
pub use number::Decimal;
pub use report::{Contradiction, Format, Import, Refusal, Refused, Skip};

/// The most bytes of a file or an answer; StatBank's own limit of a million cells lies far below.
pub const MOST_BYTES: u64 = 128 << 20;

/// The most figures of one import.
pub const MOST_FIGURES: usize = 1_000_000;

/// What the caller knows of bytes besides what stands in them.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Where they come from: an address, or the name of a file; the source of figures that name none.
    pub address: String,
    /// The table of the StatBank that was asked for.
    pub table: Option<String>,
    /// When they were fetched.
    pub retrieved_at: Option<jiff::Timestamp>,
}

/// Reads the figures of a file or an answer. `mapping` explains its columns; for formats that need no explanation it may add what
/// is the same for all rows.
///
/// # Errors
/// If nothing of it can be read: see [`Failure`].
pub fn read(bytes: &[u8], origin: &Origin, mapping: Option<&Mapping>) -> Result<Import, Failure> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(Failure::TooLarge { what: format!("it has {} bytes", bytes.len()), limit: MOST_BYTES });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return book::read(bytes, origin, mapping);
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let why = "it is a workbook of old Excel or with a password; save it as XLSX or CSV without one";
        return Err(Failure::Damaged(why.to_owned()));
    }
    if let Some(failure) = failure::spoken(bytes) {
        return Err(failure);
    }
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if start.starts_with(b"{") {
        return jsonstat::read(start, origin, mapping);
    }
    delimited::read(bytes, origin, mapping)
}
