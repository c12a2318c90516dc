//! What the catalog adds to a search: what the answer covers, and where in the archive a hit stands.

use belaeg_corpus::{Access, Corpus, Coverage, Snapshot};
use belaeg_index::{Hit, Index};
use serde_json::{Value, json};

use crate::home::Home;
use crate::settings::Language;

/// The catalog, if it can be read: a search answers without it too.
pub(super) struct Archive {
    corpus: Result<Corpus, belaeg_corpus::Error>,
}

impl Archive {
    pub(super) fn open(home: &Home) -> Self {
        Self { corpus: Corpus::open(&home.corpus(), Access::Read) }
    }

    /// `{"live", "archived": {"document", "version", "file", "offset", "sha256", "fetched_at"}}`; what there is not is null.
    pub(super) fn links(&self, hit: &Hit) -> Value {
        let archived = self.snapshot(hit).map(|s| {
            json!({
                "document": hit.document.id, "version": hit.statement.id.version, "file": s.file, "offset": s.offset,
                "sha256": s.sha256.to_string(), "fetched_at": s.fetched_at,
            })
        });
        json!({"live": hit.live_url(), "archived": archived})
    }

    /// "archived 2026-01-31T... in FILE at byte N": for a person.
    pub(super) fn place(&self, hit: &Hit, language: Language) -> Option<String> {
        let Snapshot { file, offset, fetched_at, .. } = self.snapshot(hit)?;
        let (archived, at) = (language.pick("archived", "arkiveret"), language.pick("at byte", "ved byte"));
        Some(format!("{archived} {fetched_at}: {file} {at} {offset}"))
    }

    fn snapshot(&self, hit: &Hit) -> Option<Snapshot> {
        let corpus = self.corpus.as_ref().ok()?;
        corpus.archived_at(&hit.document.id, hit.statement.id.version).ok().flatten()
    }

    /// What the answer covers, or why nobody knows.
    fn coverage(&self) -> Result<Coverage, String> {
        let corpus = self.corpus.as_ref().map_err(ToString::to_string)?;
        corpus.covered().map_err(|e| e.to_string())
    }

    /// `{"listed", "documents", "read", "unread", "statements", "up_to_date"}`; null where the catalog cannot be read.
    pub(super) fn coverage_record(&self, index: &Index) -> Value {
        self.coverage().map_or(Value::Null, |c| {
            json!({
                "listed": c.listed, "documents": c.documents, "read": c.read, "unread": c.documents.saturating_sub(c.read),
                "statements": index.statements(), "up_to_date": index.batch() == c.batch,
            })
        })
    }

    /// The same as a line for a person.
    pub(super) fn coverage_line(&self, index: &Index, language: Language) -> String {
        let c = match self.coverage() {
            Ok(coverage) => coverage,
            Err(why) => return format!("{}: {why}", language.pick("coverage unknown", "dækning ukendt")),
        };
        let (read, all, unread) = (c.read, c.documents, c.documents.saturating_sub(c.read));
        let mut line = match language {
            Language::English => format!("covers {read} of {all} documents, {unread} unread"),
            Language::Danish => format!("dækker {read} af {all} dokumenter, {unread} ulæst"),
        };
        if c.listed > 0 {
            line.push_str(&match language {
                Language::English => format!("; the sources' lists named {} when last asked", c.listed),
                Language::Danish => {
                    format!("; kildernes lister nævnte {}, da de sidst blev spurgt", c.listed)
                }
            });
        }
        if index.batch() != c.batch {
            line.push_str(language.pick(
                "; the index is behind the corpus: the next ingest brings it up to date",
                "; indekset er bag efter korpus: næste ingest indhenter det",
            ));
        }
        line
    }
}
