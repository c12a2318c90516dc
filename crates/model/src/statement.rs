//! Statements: the units that are searched and quoted.

use serde::{Deserialize, Serialize};

use crate::{ByteSpan, Claim, Place, Year};

/// What a statement is in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementKind {
    /// A sentence of a paragraph.
    Sentence,
    /// A heading or title line.
    Heading,
    /// An item of a list.
    ListItem,
    /// A row of a table, its cells joined.
    TableRow,
}

impl StatementKind {
    /// The name used in JSON and in the catalog.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sentence => "sentence",
            Self::Heading => "heading",
            Self::ListItem => "list_item",
            Self::TableRow => "table_row",
        }
    }
}

/// One sentence, heading, list item or table row of a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// Where it stands in the version's text; no white space at either end.
    pub span: ByteSpan,
    /// What it is in the document.
    pub kind: StatementKind,
    /// Rates and counts, in the order of the text.
    pub claims: Vec<Claim>,
    /// Every calendar year it mentions or resolves to, sorted.
    pub years: Vec<Year>,
    /// Every place it names, in order of first mention.
    pub places: Vec<Place>,
}
