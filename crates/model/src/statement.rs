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

/// The part of an agenda item that a statement stands in: what was proposed is not what was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// Resumé: the summary.
    Resume,
    /// Baggrund: what led to the item.
    Baggrund,
    /// Sagsfremstilling: the administration presents the matter.
    Sagsfremstilling,
    /// Vurdering: what the administration makes of it.
    Vurdering,
    /// Økonomi: what it costs.
    Oekonomi,
    /// Høring: who was heard and what they said.
    Hoering,
    /// Lovgrundlag: the law it rests on.
    Lovgrundlag,
    /// Indstilling: what is proposed.
    Indstilling,
    /// Beslutning: what was decided.
    Beslutning,
    /// Bilag: the attachments.
    Bilag,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 10] = [
        Self::Resume,
        Self::Baggrund,
        Self::Sagsfremstilling,
        Self::Vurdering,
        Self::Oekonomi,
        Self::Hoering,
        Self::Lovgrundlag,
        Self::Indstilling,
        Self::Beslutning,
        Self::Bilag,
    ];

    /// The name used in JSON, in the catalog and in the index.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resume => "resume",
            Self::Baggrund => "baggrund",
            Self::Sagsfremstilling => "sagsfremstilling",
            Self::Vurdering => "vurdering",
            Self::Oekonomi => "oekonomi",
            Self::Hoering => "hoering",
            Self::Lovgrundlag => "lovgrundlag",
            Self::Indstilling => "indstilling",
            Self::Beslutning => "beslutning",
            Self::Bilag => "bilag",
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
    /// The page it begins on, from 1, where the document has pages.
    pub page: Option<u32>,
    /// Whether that page was read from a picture.
    pub ocr: bool,
    /// In minutes, the part of the agenda item that it stands in.
    pub section: Option<Section>,
    /// In minutes, where the heading of its agenda item stands in the version's text.
    pub item: Option<ByteSpan>,
    /// Rates and counts, in the order of the text.
    pub claims: Vec<Claim>,
    /// Every calendar year it mentions or resolves to, sorted.
    pub years: Vec<Year>,
    /// Every place it names, in order of first mention.
    pub places: Vec<Place>,
}
