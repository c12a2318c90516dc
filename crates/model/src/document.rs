//! What a document holds once its bytes have been read.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{ByteSpan, Place};

/// The genre of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A news page or press release.
    News,
    /// Agenda or minutes of a meeting.
    Minutes,
    /// A letter.
    Letter,
    /// A report, budget or set of statistics.
    Report,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::News, Self::Minutes, Self::Letter, Self::Report];

    /// The name used in JSON, on the command line and in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Minutes => "minutes",
            Self::Letter => "letter",
            Self::Report => "report",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|k| k.as_str() == s)
            .ok_or_else(|| format!("{s:?} is no kind: news, minutes, letter or report"))
    }
}

/// What whoever hands a document in knows about it; it wins over what the document seems to say.
///
/// A sidecar file holds the same keys. All are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hints {
    /// Canonical address of the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its genre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The place that published it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The date it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// The date of publication that its source's list gives; taken where the document says none itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listed: Option<Date>,
    /// A CSS selector of the elements that hold the text of a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub main: Option<String>,
    /// A remark for readers, shown with the document (an example document says here that it is one).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the facts that the document restates come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
}

/// How an attribute of a document was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Given from outside: a sidecar, a flag, a source's settings.
    Given,
    /// Marked up: an HTML element, JSON-LD, a document property.
    Markup,
    /// A label in the text ("Mødedato: ...").
    Label,
    /// Where it stands in the text (a date alone on a line near the top).
    Position,
    /// Words in the text, the address or the file's name.
    Words,
    /// Nothing pointed elsewhere.
    Default,
}

impl How {
    /// The name used in JSON and in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Markup => "markup",
            Self::Label => "label",
            Self::Position => "position",
            Self::Words => "words",
            Self::Default => "default",
        }
    }
}

/// A value together with how it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// How it was found.
    pub how: How,
}

impl<T> Stated<T> {
    /// `value`, found `how`.
    pub fn new(value: T, how: How) -> Self {
        Self { value, how }
    }
}

/// What a document says about itself; what it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The title.
    pub title: Option<Stated<String>>,
    /// The genre.
    pub kind: Option<Stated<Kind>>,
    /// The place that published it.
    pub place: Option<Stated<Place>>,
    /// The date of publication (of a letter: the date on it; of minutes: the date of the meeting).
    pub published: Option<Stated<Date>>,
    /// The language as a two-letter ISO 639-1 code.
    pub lang: Option<Stated<String>>,
    /// What else it says.
    pub details: Details,
}

/// What a document says about itself beyond what every document is filed under.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Details {
    /// When it was last changed, in its own words; never taken for the date of publication.
    pub updated: Option<Stated<Date>>,
    /// Who wrote it.
    pub author: Option<Stated<String>>,
    /// The authority that sent the letter.
    pub sender: Option<Stated<String>>,
    /// Whom the letter is addressed to.
    pub recipient: Option<Stated<String>>,
    /// The committee or council whose meeting the minutes are of.
    pub committee: Option<Stated<String>>,
    /// Case numbers, in the order of the document.
    pub case_numbers: Vec<CaseNumber>,
}

/// A number under which a case is filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseNumber {
    /// As it is written, blanks as one.
    pub number: String,
    /// In a letter, whose number it is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<Party>,
    /// How it was found.
    pub how: How,
}

/// An end of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Who wrote it.
    Sender,
    /// Who gets it.
    Recipient,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A heading; 1 is the document's title.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// An item of a list.
    ListItem,
    /// A table; its rows are lines of the text.
    Table,
    /// A caption of a table or picture.
    Caption,
}

/// A stretch of the extracted text of one kind. Blocks follow each other and do not overlap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it is.
    pub kind: BlockKind,
    /// Where it stands in the text; never empty, no white space at either end.
    pub span: ByteSpan,
    /// The page it begins on, from 1, where the document has pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cell {
    /// Where its words stand in the text; may be empty.
    pub span: ByteSpan,
    /// Whether it heads its row or column.
    pub header: bool,
}

/// A table of the text: each row is one line, its cells joined by a tab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Where it stands in the text: the span of its [`BlockKind::Table`] block.
    pub span: ByteSpan,
    /// Where its caption stands, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<ByteSpan>,
    /// Its rows; a cell that spans several columns is followed by empty cells.
    pub rows: Vec<Vec<Cell>>,
}

/// Why a document, or a part of it, could not be read; counted by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The file has no bytes, or nothing but white space.
    Empty,
    /// The format is not one that is read.
    UnsupportedFormat,
    /// The bytes end too early or contradict the format.
    Damaged,
    /// A password is needed.
    Encrypted,
    /// There are only pictures of text.
    NoTextLayer,
    /// Larger than the limit.
    TooLarge,
    /// Nested deeper than the limit.
    TooDeep,
    /// Took longer than the limit.
    TimedOut,
    /// Needed more memory than the limit.
    OutOfMemory,
    /// The parser crashed.
    Crashed,
    /// Some bytes are not valid in the document's encoding.
    BadEncoding,
    /// The file could not be opened or read.
    Unreadable,
    /// A sidecar could not be used.
    BadSidecar,
    /// Numbers that look like a CPR number were masked.
    CprMasked,
    /// Pages were read from pictures.
    Ocr,
    /// Numbers that were read from pictures may be wrong.
    OcrDoubt,
}

impl Cause {
    /// The name used in JSON, in the catalog and in counts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::UnsupportedFormat => "unsupported_format",
            Self::Damaged => "damaged",
            Self::Encrypted => "encrypted",
            Self::NoTextLayer => "no_text_layer",
            Self::TooLarge => "too_large",
            Self::TooDeep => "too_deep",
            Self::TimedOut => "timed_out",
            Self::OutOfMemory => "out_of_memory",
            Self::Crashed => "crashed",
            Self::BadEncoding => "bad_encoding",
            Self::Unreadable => "unreadable",
            Self::BadSidecar => "bad_sidecar",
            Self::CprMasked => "cpr_masked",
            Self::Ocr => "ocr",
            Self::OcrDoubt => "ocr_doubt",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that a reader of the document should know: what was wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The cause, for counting.
    pub cause: Cause,
    /// One line for a person: what happened, where, what to do.
    pub detail: String,
}

/// A document's bytes, read: text in UTF-8 NFC and what stands where in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// The text without navigation, advertising, contact boxes and page furniture; blocks are separated by
    /// an empty line, rows of a table by a line break.
    pub text: String,
    /// What stands where, in order.
    pub blocks: Vec<Block>,
    /// The tables, in order.
    pub tables: Vec<Table>,
    /// What the document says about itself.
    pub meta: Metadata,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
    /// Pages (from 1) whose text was read from pictures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ocr_pages: Vec<u32>,
    /// Where numbers stand that were read from a picture and may be wrong; in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub doubtful: Vec<ByteSpan>,
}

impl Extracted {
    /// The page that the text at `span` begins on, where the document has pages.
    pub fn page_at(&self, span: ByteSpan) -> Option<u32> {
        let behind = self.blocks.partition_point(|b| b.span.start <= span.start);
        behind.checked_sub(1).and_then(|at| self.blocks.get(at)?.page)
    }

    /// Whether a number in `span` was read from a picture and may be wrong.
    pub fn is_doubtful(&self, span: ByteSpan) -> bool {
        let first = self.doubtful.partition_point(|d| d.end <= span.start);
        self.doubtful.get(first).is_some_and(|d| d.start < span.end)
    }
}
