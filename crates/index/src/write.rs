//! Writing: statements in, generations out.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::thread;

use belaeg_model::place::PlaceKind;
use belaeg_model::{Claim, DocumentId, Kind, Place, Statement, StatementId, Year};
use jiff::civil::Date;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::tokenizer::PreTokenizedString;
use tantivy::{IndexWriter, TantivyDocument, Term};

use crate::analysis::tokens;
use crate::error::guarded;
use crate::generation::{Generation, Layout};
use crate::link::host;
use crate::query::claim_filter::ClaimRow;
use crate::record::Stored;
use crate::same::same_words;
use crate::schema::{Fields, all_forms, days, exact_forms, part_stems, schema, stems};
use crate::search::batch_of;
use crate::{Error, SCHEMA_VERSION};

/// Memory for statements that are not on disk yet, per thread, in bytes.
const HEAP_PER_THREAD: usize = 64 << 20;
/// More threads than this do not pay for their memory. Results do not depend on the number.
const MAX_THREADS: usize = 4;
/// A segment that has lost this share of its statements is rewritten.
const MAX_DELETED: f32 = 0.3;

/// A document with its statements, as it is to be found.
#[derive(Clone, Debug)]
pub struct IndexDocument<'a> {
    /// Its id.
    pub id: &'a DocumentId,
    /// The version that the statements are of, from 1.
    pub version: u32,
    /// Its canonical address.
    pub url: &'a str,
    /// Its title.
    pub title: Option<&'a str>,
    /// Its genre.
    pub kind: Option<Kind>,
    /// The place that published it.
    pub place: Option<Place>,
    /// The date of publication.
    pub published: Option<Date>,
    /// Its statements.
    pub statements: Vec<IndexStatement<'a>>,
}

/// A statement of an [`IndexDocument`].
#[derive(Clone, Debug)]
pub struct IndexStatement<'a> {
    /// Its place in the version, from 1.
    pub ordinal: u32,
    /// Its text.
    pub text: &'a str,
    /// The heading of its agenda item.
    pub item: Option<&'a str>,
    /// The names of the measures of its claims ("omgørelsesprocent"); found by, never highlighted.
    pub about: String,
    /// Its claims, years and places.
    pub statement: &'a Statement,
}

/// The one writer of an index folder; it holds the folder's lock for as long as it lives.
///
/// Dropped without [`finish`](Self::finish), it loses what was not committed; a generation begun with
/// [`rebuild`](Self::rebuild) never becomes live, and the next writer clears it away.
pub struct Writer {
    engine: IndexWriter,
    fields: Fields,
    layout: Layout,
    generation: Generation,
    rebuilding: bool,
    batch: u64,
    /// Dropped last, after the engine has let go of its files.
    _lock: fs_err::File,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("generation", &self.generation).field("batch", &self.batch).finish()
    }
}

impl Writer {
    /// Opens the live generation for writing; where there is none, makes a first, empty one and makes it live.
    ///
    /// # Errors
    /// [`Error::Busy`] while another writer is at work; [`Error::OtherSchema`] and [`Error::Damaged`] where the
    /// live generation cannot be used; [`Error::Io`] where the folder cannot be written.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let layout = Layout::new(dir);
        let lock = layout.lock()?;
        let live = layout.live()?;
        layout.clear_half_built(live)?;
        if let Some(generation) = live {
            layout.check_schema(generation)?;
            return Self::start(layout, lock, generation, false);
        }
        let first = layout.create_next()?;
        let mut writer = Self::start(layout, lock, first, false)?;
        writer.commit(0)?;
        writer.layout.swap_in(first)?;
        Ok(writer)
    }

    /// Begins a new, empty generation beside the live one; searches go on in the live one until
    /// [`finish`](Self::finish). Works whatever state the live one is in, and clears away what a killed job left.
    ///
    /// # Errors
    /// [`Error::Busy`] while another writer is at work; [`Error::Io`] where the folder cannot be written.
    pub fn rebuild(dir: &Path) -> Result<Self, Error> {
        let layout = Layout::new(dir);
        let lock = layout.lock()?;
        // Where CURRENT is damaged, nobody can say which generation was live: all stay until the swap.
        if let Ok(live) = layout.live() {
            layout.clear_half_built(live)?;
        }
        let next = layout.create_next()?;
        Self::start(layout, lock, next, true)
    }

    fn start(
        layout: Layout,
        lock: fs_err::File,
        generation: Generation,
        rebuilding: bool,
    ) -> Result<Self, Error> {
        let path = layout.path(generation);
        let (schema, fields) = schema();
        let (engine, batch) = guarded(&path, || {
            let start = || -> tantivy::Result<(IndexWriter, Option<String>)> {
                let directory = tantivy::directory::MmapDirectory::open(&path)?;
                let index = tantivy::Index::open_or_create(directory, schema)?;
                let options = IndexWriterOptions::builder()
                    .memory_budget_per_thread(HEAP_PER_THREAD)
                    .num_worker_threads(threads())
                    .build();
                let engine: IndexWriter = index.writer_with_options(options)?;
                let mut merges = LogMergePolicy::default();
                merges.set_del_docs_ratio_before_merge(MAX_DELETED);
                engine.set_merge_policy(Box::new(merges));
                Ok((engine, index.load_metas()?.payload))
            };
            let (engine, payload) = start().map_err(|e| Error::index_writer(&path, &e))?;
            Ok((engine, batch_of(&path, payload.as_deref())?))
        })?;
        Ok(Self { engine, fields, layout, generation, rebuilding, batch, _lock: lock })
    }

    /// The catalog's batch that the last commit names; 0 before the first.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// Takes the document's earlier statements out and puts these in. Searches see it after the next commit.
    ///
    /// A claim whose value is not a finite number is left out.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk is full or the folder was taken away.
    pub fn replace(&mut self, document: &IndexDocument<'_>) -> Result<(), Error> {
        self.remove(document.id)?;
        let context = all_forms(&[document.title.unwrap_or_default(), &place_words(document.place)]);
        for statement in &document.statements {
            let entry = Entry { fields: &self.fields, document, statement, context: &context }.build()?;
            let path = self.layout.path(self.generation);
            self.engine.add_document(entry).map_err(|e| Error::index_writer(&path, &e))?;
        }
        Ok(())
    }

    /// Takes the document's statements out. Searches see it after the next commit.
    ///
    /// # Errors
    /// None today; the engine may refuse later.
    pub fn remove(&mut self, id: &DocumentId) -> Result<(), Error> {
        self.engine.delete_term(Term::from_field_text(self.fields.document, id.as_str()));
        Ok(())
    }

    /// Makes everything so far durable, under the number of the catalog's batch that it came from.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk is full or the folder was taken away; the commit before stays.
    pub fn commit(&mut self, batch: u64) -> Result<(), Error> {
        let path = self.layout.path(self.generation);
        let prepared = self.engine.prepare_commit().and_then(|mut commit| {
            commit.set_payload(&batch.to_string());
            commit.commit()
        });
        prepared.map_err(|e| Error::index_writer(&path, &e))?;
        self.batch = batch;
        Ok(())
    }

    /// Commits, waits until the segments are merged and, after [`rebuild`](Self::rebuild), makes the new generation
    /// live and deletes the ones before the previous.
    ///
    /// # Errors
    /// As [`commit`](Self::commit); the live generation then stays the one it was.
    pub fn finish(mut self, batch: u64) -> Result<(), Error> {
        self.commit(batch)?;
        let path = self.layout.path(self.generation);
        self.engine.wait_merging_threads().map_err(|e| Error::index_writer(&path, &e))?;
        if self.rebuilding {
            self.layout.swap_in(self.generation)?;
        }
        self.layout.clear_old(self.generation)
    }
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS)
}

/// One statement on its way into the engine.
struct Entry<'a> {
    fields: &'a Fields,
    document: &'a IndexDocument<'a>,
    statement: &'a IndexStatement<'a>,
    /// What it may be found by, though it does not say it: title and place of its document.
    context: &'a PreTokenizedString,
}

impl Entry<'_> {
    fn build(&self) -> Result<TantivyDocument, Error> {
        let (f, document, statement) = (self.fields, self.document, self.statement);
        let claims: Vec<Claim> =
            statement.statement.claims.iter().filter(|c| is_finite(c)).cloned().collect();
        let mut entry = TantivyDocument::default();
        let words = tokens(statement.text);
        entry.add_pre_tokenized_text(f.exact, exact_forms(&words));
        entry.add_pre_tokenized_text(f.stem, stems(&words));
        entry.add_pre_tokenized_text(f.part, part_stems(&words));
        entry.add_pre_tokenized_text(f.about, all_forms(&[&statement.about]));
        entry.add_pre_tokenized_text(f.context, self.context.clone());
        entry.add_text(f.document, document.id.as_str());
        entry.add_u64(f.number, u64::from_str_radix(document.id.as_str(), 16).unwrap_or_default());
        entry.add_u64(f.ordinal, u64::from(statement.ordinal));
        entry.add_u64(f.same, same_words(statement.text, &words));
        if let Some(kind) = document.kind {
            entry.add_text(f.kind, kind.as_str());
        }
        if let Some(host) = host(document.url) {
            for domain in domains(&host) {
                entry.add_text(f.source, domain);
            }
            entry.add_text(f.host, host);
        }
        if let Some(published) = document.published {
            entry.add_i64(f.published, days(published));
        }
        self.add_places_and_years(&claims, &mut entry);
        for claim in &claims {
            self.add_claim(claim, &mut entry);
        }
        entry.add_bytes(f.record, &self.record(claims)?);
        Ok(entry)
    }

    fn add_places_and_years(&self, claims: &[Claim], entry: &mut TantivyDocument) {
        let said = self.statement.statement;
        let places: BTreeSet<Place> = self
            .document
            .place
            .into_iter()
            .chain(said.places.iter().copied())
            .chain(claims.iter().filter_map(|c| c.place))
            .collect();
        for place in places {
            entry.add_text(self.fields.near, place.code());
        }
        let years: BTreeSet<Year> =
            said.years.iter().chain(claims.iter().flat_map(|c| &c.years)).copied().collect();
        for year in years {
            entry.add_i64(self.fields.year, i64::from(year));
        }
    }

    fn add_claim(&self, claim: &Claim, entry: &mut TantivyDocument) {
        let f = self.fields;
        entry.add_text(f.claim_unit, claim.unit.as_str());
        if let Some(place) = claim.place {
            entry.add_text(f.claim_place, place.code());
        }
        if let Some(measure) = &claim.measure {
            entry.add_text(f.claim_measure, measure);
        }
        for year in &claim.years {
            entry.add_i64(f.claim_year, i64::from(*year));
        }
        for row in ClaimRow::of(claim) {
            entry.add_f64(f.row_low, row.low);
            entry.add_f64(f.row_high, row.high);
            entry.add_u64(f.row_form, row.form);
            entry.add_u64(f.row_place, row.place);
            entry.add_u64(f.row_measure, row.measure);
            entry.add_i64(f.row_year, row.year);
        }
    }

    fn record(&self, claims: Vec<Claim>) -> Result<Vec<u8>, Error> {
        let (document, statement) = (self.document, self.statement);
        let id = StatementId {
            document: document.id.clone(),
            version: document.version,
            ordinal: statement.ordinal,
        };
        let stored = Stored {
            version: SCHEMA_VERSION,
            text: statement.text.to_owned(),
            page: statement.statement.page,
            ocr: statement.statement.ocr,
            section: statement.statement.section,
            item: statement.item.map(str::to_owned),
            url: document.url.to_owned(),
            title: document.title.map(str::to_owned),
            kind: document.kind,
            place: document.place,
            published: document.published,
            claims,
            id,
        };
        serde_json::to_vec(&stored).map_err(|e| Error::damaged(Path::new(document.url), e.to_string()))
    }
}

/// The words that a document's place is found by.
fn place_words(place: Option<Place>) -> String {
    place.map_or_else(String::new, |place| match place.kind() {
        PlaceKind::Kommune => format!("{} Kommune", place.name()),
        _ => place.name().to_owned(),
    })
}

fn is_finite(claim: &Claim) -> bool {
    [Some(claim.value), claim.value_max, claim.numerator, claim.denominator]
        .into_iter()
        .flatten()
        .all(f64::is_finite)
}

/// A host and the domains above it but the last: "dagsordener.odense.dk", "odense.dk".
fn domains(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |domain| {
        domain.split_once('.').map(|(_, above)| above).filter(|above| above.contains('.'))
    })
}

#[cfg(test)]
mod tests {
    use super::domains;

    #[test]
    fn hosts_and_the_domains_above_them() {
        let cases: &[(&str, &[&str])] = &[
            ("dagsordener.odense.dk", &["dagsordener.odense.dk", "odense.dk"]),
            ("localhost", &["localhost"]),
            ("www.ærø.dk", &["www.ærø.dk", "ærø.dk"]),
        ];
        for (host, want) in cases {
            assert_eq!(domains(host).collect::<Vec<_>>(), *want, "{host}");
        }
    }
}
