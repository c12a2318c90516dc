//! A claim with everything that is known of where it stands: statement, document, version, archive.

use std::ops::Range;

use belaeg_corpus::{Corpus, Document, PageDates, Version};
use belaeg_model::{ByteSpan, Claim, ClaimId, Place, Statement};
use jiff::civil::Date;
use serde_json::{Value, json};

/// Characters on either side of a quote that tell it from others like it.
const AROUND_CHARS: usize = 64;

/// A claim of the catalog in its document.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) id: ClaimId,
    pub(crate) document: Document,
    pub(crate) version: Version,
    /// What is known of the page from fetching it.
    pub(crate) dates: Option<PageDates>,
    statement: usize,
    claim: usize,
}

/// A quote with what stands before and behind it, as the W3C's `TextQuoteSelector` has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quote<'a> {
    pub(crate) prefix: &'a str,
    pub(crate) exact: &'a str,
    pub(crate) suffix: &'a str,
}

impl Located {
    /// The claim of this id, if the catalog has it.
    pub(crate) fn find(corpus: &Corpus, id: &ClaimId) -> anyhow::Result<Option<Self>> {
        let StatementKey { document, version, statement } = StatementKey::of(id);
        let Some(document) = corpus.document(document)? else { return Ok(None) };
        let Some(version) = corpus.version(&document.id, Some(version))? else { return Ok(None) };
        let claims = version.statements.get(statement).map_or(0, |s| s.claims.len());
        let claim = id.position();
        if claim >= claims {
            return Ok(None);
        }
        let dates = corpus.page_dates(&document.id)?;
        Ok(Some(Self { id: id.clone(), document, version, dates, statement, claim }))
    }

    pub(crate) fn statement(&self) -> &Statement {
        &self.version.statements[self.statement]
    }

    pub(crate) fn claim(&self) -> &Claim {
        &self.statement().claims[self.claim]
    }

    /// The text of the version.
    pub(crate) fn text(&self) -> &str {
        &self.version.extracted.text
    }

    /// The text of the statement.
    pub(crate) fn statement_text(&self) -> &str {
        self.statement().span.get(self.text()).unwrap_or_default()
    }

    /// The statements before and after, where there are any.
    pub(crate) fn neighbours(&self) -> [Option<&str>; 2] {
        let text = |at: Option<usize>| {
            let statement = self.version.statements.get(at?)?;
            statement.span.get(self.text())
        };
        [text(self.statement.checked_sub(1)), text(self.statement.checked_add(1))]
    }

    /// Where the claim's words stand in the text of the version.
    pub(crate) fn span(&self) -> ByteSpan {
        self.claim().span.shifted(self.statement().span.start)
    }

    /// The claim's words with what stands around them.
    pub(crate) fn quote(&self) -> Quote<'_> {
        quote_at(self.text(), self.span())
    }

    /// The claim's words as characters, counted from 0, of the text of the version.
    pub(crate) fn characters(&self) -> Range<usize> {
        let span = self.span();
        let before = |end: usize| self.text().get(..end).unwrap_or_default().chars().count();
        before(span.start)..before(span.end)
    }

    pub(crate) fn title(&self) -> Option<&str> {
        self.version.extracted.meta.title.as_ref().map(|t| t.value.as_str())
    }

    pub(crate) fn place(&self) -> Option<Place> {
        self.version.extracted.meta.place.as_ref().map(|p| p.value)
    }

    /// The date of publication: the one the document states, or else the one of its source's list.
    pub(crate) fn published(&self) -> Option<Date> {
        let stated = self.version.extracted.meta.published.as_ref().map(|p| p.value);
        stated.or_else(|| self.dates.as_ref().and_then(|d| d.published))
    }

    /// Document, version and the place in the archive, as JSON.
    pub(crate) fn source_json(&self) -> Value {
        let meta = &self.version.extracted.meta;
        let snapshot = &self.version.snapshot;
        let statement = self.statement();
        json!({
            "statement": {
                "id": self.id.statement, "text": self.statement_text(), "kind": statement.kind,
                "page": statement.page, "ocr": statement.ocr, "section": statement.section,
                "before": self.neighbours()[0], "after": self.neighbours()[1],
            },
            "document": {
                "id": self.document.id, "url": self.document.url, "title": self.title(),
                "kind": meta.kind.as_ref().map(|k| k.value), "place": self.place(), "published": self.published(),
                "withdrawn_at": self.dates.as_ref().and_then(|d| d.gone_at),
                "note": snapshot.hints.note, "sources": snapshot.hints.sources,
            },
            "version": {"number": self.version.number, "current": self.document.current, "extractor": self.version.extractor},
            "archived": {
                "file": snapshot.file, "offset": snapshot.offset, "sha256": snapshot.sha256.to_string(),
                "fetched_at": snapshot.fetched_at, "media_type": snapshot.media_type,
            },
        })
    }
}

struct StatementKey<'a> {
    document: &'a belaeg_model::DocumentId,
    version: u32,
    statement: usize,
}

impl<'a> StatementKey<'a> {
    fn of(id: &'a ClaimId) -> Self {
        let of = &id.statement;
        let statement = usize::try_from(of.ordinal).unwrap_or(usize::MAX).wrapping_sub(1);
        Self { document: &of.document, version: of.version, statement }
    }
}

/// The words at `span` of `text`, with [`AROUND_CHARS`] on either side.
pub(crate) fn quote_at(text: &str, span: ByteSpan) -> Quote<'_> {
    let before = text.get(..span.start).unwrap_or_default();
    let behind = text.get(span.end..).unwrap_or_default();
    let start = before.char_indices().rev().nth(AROUND_CHARS - 1).map_or(0, |(at, _)| at);
    let end = behind.char_indices().nth(AROUND_CHARS).map_or(behind.len(), |(at, _)| at);
    Quote { prefix: &before[start..], exact: span.get(text).unwrap_or_default(), suffix: &behind[..end] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_has_what_stands_around_it() {
        let text = format!("{}28,9\u{a0}%{}", "ø".repeat(70), "å".repeat(3));
        let at = text.find('2').expect("a digit");
        let quote = quote_at(&text, ByteSpan::new(at, at + "28,9\u{a0}%".len()));
        assert_eq!(quote.prefix, "ø".repeat(64));
        assert_eq!((quote.exact, quote.suffix), ("28,9\u{a0}%", "ååå"));
        let whole = quote_at("ja", ByteSpan::new(0, 2));
        assert_eq!((whole.prefix, whole.suffix), ("", ""));
    }
}
