//! The JSON shapes that stand in the archive and in the catalog, apart from the model's, so that a renamed field of
//! the model never breaks a file on disk. Unknown fields are passed over.

use belaeg_model::{Block, BlockKind, ByteSpan, Cell, Hints, Place, Table};
use jiff::civil::Date;
use serde::de::value::{Error as NameError, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};

/// The value of a model enum whose name in the catalog is `name`.
pub(crate) fn by_name<T: DeserializeOwned>(name: &str) -> Result<T, NameError> {
    let names: StrDeserializer<'_, NameError> = name.into_deserializer();
    T::deserialize(names)
}

/// What belaeg knows about a snapshot beyond what WARC has fields for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredSnapshot {
    pub(crate) url: String,
    pub(crate) name: String,
    pub(crate) number: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) media_type: Option<String>,
    pub(crate) hints: StoredHints,
    /// Digest of the document where the record holds more than it: a response with its head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sha256: Option<String>,
}

/// [`Hints`] on disk.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredHints {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    listed: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    main: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sources: Vec<String>,
}

impl From<&Hints> for StoredHints {
    fn from(hints: &Hints) -> Self {
        Self {
            url: hints.url.clone(),
            title: hints.title.clone(),
            kind: hints.kind.map(|k| k.as_str().to_owned()),
            place: hints.place.map(|p| p.code().to_owned()),
            published: hints.published,
            listed: hints.listed,
            main: hints.main.clone(),
            note: hints.note.clone(),
            sources: hints.sources.clone(),
        }
    }
}

impl TryFrom<StoredHints> for Hints {
    type Error = String;

    fn try_from(stored: StoredHints) -> Result<Self, String> {
        Ok(Self {
            url: stored.url,
            title: stored.title,
            kind: stored.kind.map(|k| k.parse()).transpose()?,
            place: stored.place.map(|p| p.parse::<Place>().map_err(|e| e.to_string())).transpose()?,
            published: stored.published,
            listed: stored.listed,
            main: stored.main,
            note: stored.note,
            sources: stored.sources,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct StoredBlock {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    start_byte: usize,
    end_byte: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct StoredTable {
    start_byte: usize,
    end_byte: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    caption: Option<[usize; 2]>,
    rows: Vec<Vec<StoredCell>>,
}

#[derive(Serialize, Deserialize)]
struct StoredCell {
    start_byte: usize,
    end_byte: usize,
    header: bool,
}

/// The JSON of a version's hints, for the catalog and for comparing.
pub(crate) fn hints_to_json(hints: &Hints) -> String {
    to_json(&StoredHints::from(hints))
}

pub(crate) fn hints_from_json(json: &str) -> Result<Hints, String> {
    serde_json::from_str::<StoredHints>(json).map_err(|e| e.to_string())?.try_into()
}

pub(crate) fn blocks_to_json(blocks: &[Block]) -> String {
    let stored = |block: &Block| {
        let (kind, level) = match block.kind {
            BlockKind::Heading(level) => ("heading", Some(level)),
            BlockKind::Paragraph => ("paragraph", None),
            BlockKind::ListItem => ("list_item", None),
            BlockKind::Table => ("table", None),
            BlockKind::Caption => ("caption", None),
        };
        let ByteSpan { start, end } = block.span;
        StoredBlock { kind: kind.to_owned(), level, start_byte: start, end_byte: end, page: block.page }
    };
    to_json(&blocks.iter().map(stored).collect::<Vec<_>>())
}

pub(crate) fn blocks_from_json(json: &str) -> Result<Vec<Block>, String> {
    let model = |stored: StoredBlock| {
        let kind = match (stored.kind.as_str(), stored.level) {
            ("heading", level) => BlockKind::Heading(level.unwrap_or(1)),
            ("paragraph", _) => BlockKind::Paragraph,
            ("list_item", _) => BlockKind::ListItem,
            ("table", _) => BlockKind::Table,
            ("caption", _) => BlockKind::Caption,
            (other, _) => return Err(format!("{other:?} is no kind of block")),
        };
        let span = ByteSpan::new(stored.start_byte, stored.end_byte);
        Ok(Block { kind, span, page: stored.page })
    };
    let stored: Vec<StoredBlock> = serde_json::from_str(json).map_err(|e| e.to_string())?;
    stored.into_iter().map(model).collect()
}

pub(crate) fn tables_to_json(tables: &[Table]) -> String {
    let cell = |cell: &Cell| StoredCell {
        start_byte: cell.span.start,
        end_byte: cell.span.end,
        header: cell.header,
    };
    let stored = |table: &Table| StoredTable {
        start_byte: table.span.start,
        end_byte: table.span.end,
        caption: table.caption.map(|c| [c.start, c.end]),
        rows: table.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
    };
    to_json(&tables.iter().map(stored).collect::<Vec<_>>())
}

pub(crate) fn tables_from_json(json: &str) -> Result<Vec<Table>, String> {
    let cell = |c: StoredCell| Cell { span: ByteSpan::new(c.start_byte, c.end_byte), header: c.header };
    let model = |stored: StoredTable| Table {
        span: ByteSpan::new(stored.start_byte, stored.end_byte),
        caption: stored.caption.map(|[start, end]| ByteSpan::new(start, end)),
        rows: stored.rows.into_iter().map(|row| row.into_iter().map(cell).collect()).collect(),
    };
    let stored: Vec<StoredTable> = serde_json::from_str(json).map_err(|e| e.to_string())?;
    Ok(stored.into_iter().map(model).collect())
}

/// JSON in which everything but printable ASCII is escaped, as a line of a WARC header needs it.
pub(crate) fn to_ascii_json(value: &impl Serialize) -> String {
    let json = to_json(value);
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if matches!(c, ' '..='~') {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    out
}

/// JSON of a type whose keys are all strings, which cannot fail.
/// JSON in the model's own shape, for what is read anew whenever it changes.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(crate) fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, String> {
    serde_json::from_str(json).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use belaeg_model::{Cause, Kind, Unit};

    use super::*;

    fn hints() -> Hints {
        Hints {
            url: Some("https://www.aerø.dk/nyt?side=2".to_owned()),
            title: Some("Færre\u{a0}får medhold 😀 i \"klager\"".to_owned()),
            kind: Some(Kind::News),
            place: Some(Place::SIX_CITIES),
            published: Some(jiff::civil::date(2024, 2, 29)),
            listed: None,
            main: Some("div.tekst > p".to_owned()),
            note: Some("linje 1\r\nlinje 2\u{7f}".to_owned()),
            sources: vec!["Ankestyrelsen".to_owned(), "née Kjær".to_owned()],
        }
    }

    #[test]
    fn hints_survive() {
        for (name, hints) in [("all", hints()), ("none", Hints::default())] {
            assert_eq!(hints_from_json(&hints_to_json(&hints)), Ok(hints), "{name}");
        }
    }

    #[test]
    fn header_json_is_one_line_of_ascii() {
        let json = to_ascii_json(&StoredHints::from(&hints()));
        assert!(json.bytes().all(|b| (b' '..=b'~').contains(&b)), "{json}");
        assert_eq!(hints_from_json(&json), Ok(hints()));
    }

    #[test]
    fn unknown_fields_are_passed_over_and_unknown_values_are_not() {
        assert_eq!(hints_from_json(r#"{"colour":"rød"}"#), Ok(Hints::default()));
        assert!(hints_from_json(r#"{"kind":"opera"}"#).unwrap_err().contains("opera"));
        assert!(hints_from_json(r#"{"place":"Atlantis"}"#).unwrap_err().contains("Atlantis"));
        assert!(blocks_from_json(r#"[{"kind":"song","start_byte":0,"end_byte":1}]"#).is_err());
        assert!(tables_from_json("{").is_err());
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for unit in Unit::ALL {
            assert_eq!(by_name::<Unit>(unit.as_str()), Ok(unit));
        }
        assert_eq!(by_name::<Cause>(Cause::NoTextLayer.as_str()), Ok(Cause::NoTextLayer));
        assert!(by_name::<Cause>("no such cause").is_err());
    }

    #[test]
    fn blocks_and_tables_survive() {
        let block = |kind, page| Block { kind, span: ByteSpan::new(3, 9), page };
        let blocks = vec![
            block(BlockKind::Heading(2), Some(1)),
            block(BlockKind::Paragraph, None),
            block(BlockKind::ListItem, None),
            block(BlockKind::Table, Some(7)),
            block(BlockKind::Caption, None),
        ];
        assert_eq!(blocks_from_json(&blocks_to_json(&blocks)), Ok(blocks));
        let cell = |header| Cell { span: ByteSpan::new(1, 2), header };
        let tables = vec![
            Table { span: ByteSpan::new(0, 9), caption: Some(ByteSpan::new(10, 12)), rows: vec![] },
            Table {
                span: ByteSpan::new(0, 9),
                caption: None,
                rows: vec![vec![cell(true), cell(false)], vec![]],
            },
        ];
        assert_eq!(tables_from_json(&tables_to_json(&tables)), Ok(tables));
    }
}
