//! The statements before and after a hit.

use belaeg_model::StatementId;
use serde::Deserialize;
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, DocId, DocSet, SegmentOrdinal, TERMINATED, TantivyDocument, Term};

use super::Index;
use crate::Error;
use crate::schema::column;

/// What is read of a neighbour's record.
#[derive(Deserialize)]
struct Text {
    text: String,
}

impl Index {
    /// The text of the statement `step` places after `id`, which stands at `address`; `None` past the ends.
    pub(super) fn text_beside(
        &self,
        id: &StatementId,
        address: DocAddress,
        step: i64,
    ) -> Result<Option<String>, Error> {
        let Some(ordinal) = u64::from(id.ordinal).checked_add_signed(step).filter(|n| *n > 0) else {
            return Ok(None);
        };
        let failed = |e: tantivy::TantivyError| Error::search_engine(&self.path, &e);
        let Some(beside) = self.locate(id, ordinal, address, step).map_err(failed)? else { return Ok(None) };
        let entry: TantivyDocument = self.searcher.doc(beside).map_err(failed)?;
        let bytes = entry.get_first(self.fields.record).and_then(|value| value.as_bytes());
        let stored: Text = serde_json::from_slice(bytes.unwrap_or_default())
            .map_err(|e| Error::damaged(&self.path, format!("a hit record is unreadable: {e}")))?;
        Ok(Some(stored.text))
    }

    /// Where the statement `ordinal` of the document stands. A document's statements are mostly written one after the
    /// other, so that it is looked for beside `address` first.
    fn locate(
        &self,
        id: &StatementId,
        ordinal: u64,
        address: DocAddress,
        step: i64,
    ) -> tantivy::Result<Option<DocAddress>> {
        let DocAddress { segment_ord, doc_id } = address;
        let number = u64::from_str_radix(id.document.as_str(), 16).unwrap_or_default();
        let guess = i64::from(doc_id).checked_add(step).and_then(|doc| DocId::try_from(doc).ok());
        if let Some(guess) = guess {
            let segment = self.searcher.segment_reader(segment_ord);
            let columns = segment.fast_fields();
            if guess < segment.max_doc()
                && !segment.is_deleted(guess)
                && columns.u64(column::NUMBER)?.first(guess) == Some(number)
                && columns.u64(column::ORDINAL)?.first(guess) == Some(ordinal)
            {
                return Ok(Some(DocAddress { segment_ord, doc_id: guess }));
            }
        }
        self.look_up(id, ordinal)
    }

    /// Where the statement `ordinal` of the document stands, by the document's id.
    fn look_up(&self, id: &StatementId, ordinal: u64) -> tantivy::Result<Option<DocAddress>> {
        let term = Term::from_field_text(self.fields.document, id.document.as_str());
        for (segment_ord, segment) in (0 as SegmentOrdinal..).zip(self.searcher.segment_readers()) {
            let index = segment.inverted_index(self.fields.document)?;
            let Some(mut docs) = index.read_postings(&term, IndexRecordOption::Basic)? else { continue };
            let ordinals = segment.fast_fields().u64(column::ORDINAL)?;
            while docs.doc() != TERMINATED {
                let doc_id = docs.doc();
                if ordinals.first(doc_id) == Some(ordinal) && !segment.is_deleted(doc_id) {
                    return Ok(Some(DocAddress { segment_ord, doc_id }));
                }
                docs.advance();
            }
        }
        Ok(None)
    }
}
