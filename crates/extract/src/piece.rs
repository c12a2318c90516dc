//! The pieces that every reader cuts a document into, before they are joined to one text.

use belaeg_model::{BlockKind, Warning};
use jiff::civil::Date;
use regex::Regex;
use serde::{Deserialize, Serialize};

/// A block whose text has no place in the whole yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Piece {
    pub(crate) kind: BlockKind,
    /// The text, trimmed; empty for a table.
    pub(crate) text: String,
    /// The rows of a table.
    pub(crate) rows: Vec<Vec<RawCell>>,
    /// Whether the piece before is this table's caption.
    pub(crate) captioned: bool,
    pub(crate) page: Option<u32>,
}

impl Piece {
    pub(crate) fn new(kind: BlockKind, text: impl Into<String>, page: Option<u32>) -> Self {
        Self { kind, text: text.into(), rows: Vec::new(), captioned: false, page }
    }

    pub(crate) fn table(rows: Vec<Vec<RawCell>>, captioned: bool) -> Self {
        Self { kind: BlockKind::Table, text: String::new(), rows, captioned, page: None }
    }

    pub(crate) fn is_heading(&self) -> bool {
        matches!(self.kind, BlockKind::Heading(_))
    }
}

/// A cell of a table: one line of text, possibly empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RawCell {
    pub(crate) text: String,
    pub(crate) header: bool,
}

/// What the markup of a page says about it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Markup {
    pub(crate) h1: Option<String>,
    pub(crate) og_title: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) published: Option<Date>,
    /// When the file was made, which may be long before the document was published.
    pub(crate) created: Option<Date>,
    pub(crate) lang: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) author: Option<String>,
    /// When it was last changed.
    pub(crate) updated: Option<Date>,
}

/// A document in pieces, and what helps to find its metadata.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Draft {
    pub(crate) pieces: Vec<Piece>,
    /// The first lines (or blocks) as they stood, furniture included.
    pub(crate) top: Vec<String>,
    /// Lines of a page above the element that holds its text.
    pub(crate) above: Vec<String>,
    /// Lines that were taken away: furniture and contact boxes.
    pub(crate) dropped: Vec<String>,
    pub(crate) markup: Markup,
    /// Number of pages, where the format has pages.
    pub(crate) pages: usize,
    /// Those that were read from pictures.
    pub(crate) ocr_pages: Vec<u32>,
    pub(crate) doubtful: Vec<Doubtful>,
    /// Whether the blocks were marked up as such.
    pub(crate) marked_up: bool,
    pub(crate) warnings: Vec<Warning>,
}

/// A number that was read from a picture one way and another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doubtful {
    pub(crate) page: u32,
    /// As the text has it.
    pub(crate) number: String,
}

/// How many lines of [`Draft::top`], [`Draft::above`] and [`Draft::dropped`] are kept for the metadata.
pub(crate) const CLUE_LINES: usize = 80;

/// A regex that is a constant of this crate.
pub(crate) fn constant(pattern: &str) -> Regex {
    Regex::new(pattern).expect("constant patterns are compiled by the tests")
}
