//! The statements that have all parts of a compound.

use tantivy::postings::BlockSegmentPostings;
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, Score, SegmentReader, Term};

use super::word_score::explained;

/// The statements that have each of several stems, as a word or as part of one; all score the same.
///
/// Parts are common and compounds are not, so that reading whole lists is cheaper than seeking in them.
#[derive(Clone, Debug)]
pub(super) struct AllParts {
    /// For each stem the terms that stand for it.
    parts: Vec<Vec<Term>>,
}

impl AllParts {
    /// Stems that must all be found, each in one of `fields`.
    pub(super) fn new(stems: &[&str], fields: [Field; 2]) -> Self {
        let terms = |stem: &&str| fields.map(|field| Term::from_field_text(field, stem)).into();
        Self { parts: stems.iter().map(terms).collect() }
    }
}

impl Query for AllParts {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for AllParts {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut parts = Vec::with_capacity(self.parts.len());
        for terms in &self.parts {
            parts.push(lists(terms, segment)?);
        }
        parts.sort_by_key(|lists| length(lists));
        let mut found: Option<BitSet> = None;
        for lists in parts {
            found = Some(with_any(lists, found.as_ref(), segment.max_doc()));
        }
        let found = found.unwrap_or_else(|| BitSet::with_max_value(segment.max_doc()));
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(found), boost)))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained(self, segment, doc, "all parts")
    }
}

/// The lists of the statements with each of the terms.
fn lists(terms: &[Term], segment: &SegmentReader) -> tantivy::Result<Vec<BlockSegmentPostings>> {
    let mut lists = Vec::with_capacity(terms.len());
    for term in terms {
        let index = segment.inverted_index(term.field())?;
        lists.extend(index.read_block_postings(term, IndexRecordOption::Basic)?);
    }
    Ok(lists)
}

/// How many statements are in the lists together.
fn length(lists: &[BlockSegmentPostings]) -> usize {
    lists.iter().map(|list| list.doc_freq() as usize).sum()
}

/// The statements among `these` that are in one of the lists.
fn with_any(lists: Vec<BlockSegmentPostings>, these: Option<&BitSet>, max_doc: DocId) -> BitSet {
    let mut found = BitSet::with_max_value(max_doc);
    for mut list in lists {
        while these.is_none_or(|these| these.len() > 0) && !list.docs().is_empty() {
            for doc in list.docs() {
                if these.is_none_or(|these| these.contains(*doc)) {
                    found.insert(*doc);
                }
            }
            list.advance();
        }
    }
    found
}
