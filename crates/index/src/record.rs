//! What a search hands back, and the record that the index stores to make it from.

use std::borrow::Cow;

use belaeg_model::{ByteSpan, Claim, DocumentId, Kind, Place, Section, StatementId};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A statement that a search found. Serialised, it is a line of `belaeg search --json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// How well it matches; comparable within one search only.
    pub score: f32,
    /// The statement.
    pub statement: HitStatement,
    /// The document it stands in.
    pub document: HitDocument,
    /// Its claims, in the order of the text; their spans are of the statement's text.
    pub claims: Vec<Claim>,
    /// Where results are folded: how many more of the statements that match say the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same: Option<u64>,
    /// Where context was asked for: why it matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched>,
}

/// Why a statement matched. A word of the query that is not here was found in the title or place of the document, the heading of its item or in
/// the name of a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Matched {
    /// The words of the statement that words of the query found.
    pub words: Vec<Found>,
    /// Which of its claims, counted from 0, pass the filters on claims; none where there are no such filters.
    pub claims: Vec<usize>,
}

/// A word of a statement that a word of the query found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Where it stands in the statement's text.
    pub span: ByteSpan,
    /// The tier in which it was found: exact, stem, synonym, compound, prefix, fuzzy.
    pub by: String,
}

/// The statement of a [`Hit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HitStatement {
    /// Its id.
    pub id: StatementId,
    /// Its text.
    pub text: String,
    /// The page it begins on, from 1, where the document has pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Whether that page was read from a picture.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub ocr: bool,
    /// In minutes, the part of the agenda item that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    /// In minutes, the heading of its agenda item.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Where it was asked for: the statement before it in its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Where it was asked for: the statement after it in its document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The words of `text` that the query's words match, in bytes: in order, one span a word, not overlapping.
    pub highlights: Vec<ByteSpan>,
}

/// The document of a [`Hit`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HitDocument {
    /// Its id.
    pub id: DocumentId,
    /// Its canonical address.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
    /// Its genre.
    pub kind: Option<Kind>,
    /// The place that published it.
    pub place: Option<Place>,
    /// The date of publication.
    pub published: Option<Date>,
}

/// What the index stores of a statement, as JSON; its form belongs to [`SCHEMA_VERSION`](crate::SCHEMA_VERSION).
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Stored<'a> {
    pub version: u64,
    pub id: StatementId,
    pub text: Cow<'a, str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ocr: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<Section>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<Cow<'a, str>>,
    pub url: Cow<'a, str>,
    pub title: Option<Cow<'a, str>>,
    pub kind: Option<Kind>,
    pub place: Option<Place>,
    pub published: Option<Date>,
    pub claims: Cow<'a, [Claim]>,
}

impl Stored<'_> {
    /// The hit, once score and highlights are known.
    pub(crate) fn into_hit(self, score: f32, highlights: Vec<ByteSpan>) -> Hit {
        Hit {
            score,
            document: HitDocument {
                id: self.id.document.clone(),
                url: self.url.into_owned(),
                title: self.title.map(Cow::into_owned),
                kind: self.kind,
                place: self.place,
                published: self.published,
            },
            statement: HitStatement {
                id: self.id,
                text: self.text.into_owned(),
                page: self.page,
                ocr: self.ocr,
                section: self.section,
                item: self.item.map(Cow::into_owned),
                before: None,
                after: None,
                highlights,
            },
            claims: self.claims.into_owned(),
            same: None,
            matched: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// If this fails, a record changed its form: raise `SCHEMA_VERSION` and bless the new form here.
    #[test]
    fn the_stored_form_is_that_of_schema_version_5() {
        let json = concat!(
            r#"{"version":5,"id":"0123456789ab.2.7","text":"28,9 % i 2017","page":4,"ocr":true,"section":"beslutning","item":"5. Børn","url":"https://www.odense.dk/nyt","#,
            r#""title":"Børn","kind":"news","place":"461","published":"2018-03-01","claims":[{"quote":"28,9 %","#,
            r#""span":[0,6],"value":28.9,"unit":"percent","role":"level","approx":"exact","years":[2017],"#,
            r#""place":"461","measure":"omgoerelsesprocent","area":null,"#,
            r#""found":{"years":"explicit","place":"default","measure":"context","rule":"shared"}}]}"#,
        );
        let stored: Stored = serde_json::from_str(json).expect("stored form");
        assert_eq!(crate::SCHEMA_VERSION, 5);
        assert_eq!(serde_json::to_string(&stored).expect("json"), json);
    }

    #[test]
    fn a_hit_has_the_fields_of_the_command_line_in_order() {
        let json = r#"{"version":1,"id":"0123456789ab.2.7","text":"t","url":"u","title":null,"kind":null,
                       "place":null,"published":null,"claims":[]}"#;
        let stored: Stored = serde_json::from_str(json).expect("stored form");
        let hit = stored.into_hit(1.5, vec![ByteSpan::new(0, 1)]);
        let want = concat!(
            r#"{"score":1.5,"statement":{"id":"0123456789ab.2.7","text":"t","highlights":[[0,1]]},"#,
            r#""document":{"id":"0123456789ab","url":"u","title":null,"kind":null,"place":null,"published":null},"#,
            r#""claims":[]}"#,
        );
        assert_eq!(serde_json::to_string(&hit).expect("json"), want);
    }
}
