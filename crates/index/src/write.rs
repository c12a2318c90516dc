//! Writing: statements in, generations out.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::thread;

use belaeg_model::place::PlaceKind;
use belaeg_model::{Claim, DocumentId, Kind, Place, Statement, StatementId, Year};
use jiff::civil::Date;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, NoMergePolicy};
use tantivy::{IndexWriter, TantivyDocument, Term};

use crate::error::guarded;
use crate::generation::{Building, Generation, Layout};
use crate::link::host;
use crate::query::claim_filter::ClaimRow;
use crate::record::Stored;
use crate::same::same_words;
use crate::schema::{Fields, days, schema};
use crate::search::batch_of;
use crate::tokenizer::{self, BETWEEN_TEXTS};
use crate::{Error, SCHEMA_VERSION};

/// Memory for statements that are not on disk yet, per thread, in bytes.
const HEAP_PER_THREAD: usize = 128 << 20;
/// More threads than this do not pay for their memory. Results do not depend on the number.
const MAX_THREADS: usize = 4;
/// A segment that has lost this share of its statements is rewritten, if it is not too large.
const MAX_DELETED: f32 = 0.3;
/// A segment with more statements is not merged with others: what a document costs would grow with the index.
const MAX_MERGED: usize = 100_000;

/// A document with its statements, as it is to be found.
#[derive(Clone, Debug)]
pub struct IndexDocument<'a> {
    /// Its id.
    pub id: &'a DocumentId,
    /// The version that the statements are of, from 1.
    pub version: u32,
    /// Its canonical address.
    pub url: &'a str,
    /// The ids of the sources that listed it.
    pub sources: &'a [String],
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
/// [`rebuild`](Self::rebuild) is not live then, and the same rebuilding goes on with it.
pub struct Writer {
    engine: IndexWriter,
    fields: Fields,
    layout: Layout,
    generation: Generation,
    /// The batch at which the rebuilding of this generation began.
    since: Option<u64>,
    batch: u64,
    /// The last document that a rebuilding committed.
    done: Option<DocumentId>,
    /// Dropped last, after the engine has let go of its files.
    lock: fs_err::File,
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
        if let Some(generation) = live {
            layout.check_schema(generation)?;
            return Self::start(layout, lock, generation, None);
        }
        layout.clear_half_built(None, None)?;
        let first = layout.create_next(None)?;
        let mut writer = Self::start(layout, lock, first, None)?;
        writer.commit(0)?;
        writer.layout.swap_in(first)?;
        Ok(writer)
    }

    /// Begins a new, empty generation beside the live one, or goes on with the one that a killed rebuilding of the same
    /// name left; searches go on in the live one until [`finish`](Self::finish). Works whatever state the live one is in.
    /// `batch` is the catalog's last.
    ///
    /// # Errors
    /// [`Error::Busy`] while another writer is at work; [`Error::Io`] where the folder cannot be written.
    pub fn rebuild(dir: &Path, what: &str, batch: u64) -> Result<Self, Error> {
        let layout = Layout::new(dir);
        let lock = layout.lock()?;
        // Where CURRENT is damaged, nobody can say which generation was live: all stay until the swap.
        let Ok(live) = layout.live() else { return Self::begin(layout, lock, what, batch) };
        // One of a later batch is of a catalog that is no more.
        let begun = layout.half_built(live, what)?.filter(|(_, since)| *since <= batch);
        layout.clear_half_built(live, begun.map(|(generation, _)| generation))?;
        let Some((generation, since)) = begun else { return Self::begin(layout, lock, what, batch) };
        match Self::start(layout.clone(), lock, generation, Some(since)) {
            Ok(writer) if writer.batch <= batch => Ok(writer),
            // What was left cannot be used: from the beginning.
            _ => {
                layout.clear_half_built(live, None)?;
                let lock = layout.lock()?;
                Self::begin(layout, lock, what, batch)
            }
        }
    }

    fn begin(layout: Layout, lock: fs_err::File, what: &str, since: u64) -> Result<Self, Error> {
        let generation = layout.create_next(Some(Building { what: what.to_owned(), since }))?;
        Self::start(layout, lock, generation, Some(since))
    }

    /// Makes the generation before the last rebuilding live again and removes the one that is.
    ///
    /// # Errors
    /// [`Error::NoEarlier`] where there is none; [`Error::OtherSchema`] where another version made it;
    /// [`Error::Busy`] while a writer is at work; [`Error::Io`] where the folder cannot be written.
    pub fn roll_back(dir: &Path) -> Result<(), Error> {
        let layout = Layout::new(dir);
        let _lock = layout.lock()?;
        layout.roll_back()
    }

    fn start(
        layout: Layout,
        lock: fs_err::File,
        generation: Generation,
        since: Option<u64>,
    ) -> Result<Self, Error> {
        let path = layout.path(generation);
        let (schema, fields) = schema();
        let (engine, payload) = guarded(&path, || {
            let start = || -> tantivy::Result<(IndexWriter, Option<String>)> {
                let directory = tantivy::directory::MmapDirectory::open(&path)?;
                let index = tantivy::Index::open_or_create(directory, schema)?;
                tokenizer::register(index.tokenizers());
                let options = IndexWriterOptions::builder()
                    .memory_budget_per_thread(HEAP_PER_THREAD)
                    .num_worker_threads(threads())
                    .build();
                let engine: IndexWriter = index.writer_with_options(options)?;
                engine.set_merge_policy(merge_policy());
                // What a killed commit wrote has the names that the next one would give its files.
                engine.garbage_collect_files().wait()?;
                Ok((engine, index.load_metas()?.payload))
            };
            start().map_err(|e| Error::index_writer(&path, &e))
        })?;
        let batch = batch_of(&path, payload.as_deref())?;
        let done = payload.as_deref().and_then(|p| p.split_once(' ')?.1.parse().ok());
        Ok(Self { engine, fields, layout, generation, since, batch, done, lock })
    }

    /// The catalog's batch at which this rebuilding began; `None` in the live generation.
    pub fn since(&self) -> Option<u64> {
        self.since
    }

    /// The last document of a rebuilding that was killed: all up to it, in the order of ids, are in.
    pub fn done(&self) -> Option<&DocumentId> {
        self.done.as_ref()
    }

    /// The catalog's batch that the last commit names; 0 before the first.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// Takes the document's earlier statements out and puts these in. Searches see it after the next commit.
    ///
    /// A claim whose value is not a finite number is left out. Several threads may add documents at once, each its own.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk is full or the folder was taken away.
    pub fn replace(&self, document: &IndexDocument<'_>) -> Result<(), Error> {
        self.remove(document.id)?;
        self.add(document)
    }

    /// As [`replace`](Self::replace), for a document that this generation has not.
    ///
    /// # Errors
    /// As those.
    pub fn add(&self, document: &IndexDocument<'_>) -> Result<(), Error> {
        let title = document.title.unwrap_or_default();
        let of_document = format!("{title}{BETWEEN_TEXTS}{}", place_words(document.place));
        for statement in &document.statements {
            let context = match statement.item {
                Some(item) => &format!("{of_document}{BETWEEN_TEXTS}{item}"),
                None => &of_document,
            };
            let entry = Entry { fields: &self.fields, document, statement, context }.build()?;
            let path = self.layout.path(self.generation);
            self.engine.add_document(entry).map_err(|e| Error::index_writer(&path, &e))?;
        }
        Ok(())
    }

    /// Takes the document's statements out. Searches see it after the next commit.
    ///
    /// # Errors
    /// None today; the engine may refuse later.
    pub fn remove(&self, id: &DocumentId) -> Result<(), Error> {
        self.engine.delete_term(Term::from_field_text(self.fields.document, id.as_str()));
        Ok(())
    }

    /// Takes everything out. Searches see it after the next commit.
    ///
    /// # Errors
    /// None today; the engine may refuse later.
    pub fn remove_all(&self) -> Result<(), Error> {
        let path = self.layout.path(self.generation);
        self.engine.delete_all_documents().map_err(|e| Error::index_writer(&path, &e))?;
        Ok(())
    }

    /// Makes everything so far durable, under the number of the catalog's batch that it came from.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk is full or the folder was taken away; the commit before stays.
    pub fn commit(&mut self, batch: u64) -> Result<(), Error> {
        self.commit_as(batch, None)
    }

    /// Makes a rebuilding durable up to the document `done`: if it is killed, the next one goes on after it.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn commit_up_to(&mut self, batch: u64, done: &DocumentId) -> Result<(), Error> {
        self.commit_as(batch, Some(done))
    }

    fn commit_as(&mut self, batch: u64, done: Option<&DocumentId>) -> Result<(), Error> {
        let path = self.layout.path(self.generation);
        let payload = done.map_or_else(|| batch.to_string(), |done| format!("{batch} {done}"));
        let prepared = self.engine.prepare_commit().and_then(|mut commit| {
            commit.set_payload(&payload);
            commit.commit()
        });
        prepared.map_err(|e| Error::index_writer(&path, &e))?;
        self.batch = batch;
        Ok(())
    }

    /// Takes from the disk what [`remove`](Self::remove) took out and the last commit left in the files; earlier
    /// generations and half-built ones go with it.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk is full or the folder was taken away.
    pub fn purge(self) -> Result<Self, Error> {
        let batch = self.batch;
        // Merges that are under way hold the segments that are to be rewritten.
        let (layout, generation, lock) = self.merged(batch, None)?;
        let mut writer = Self::start(layout, lock, generation, None)?;
        let path = writer.layout.path(generation);
        let failed = |e: tantivy::TantivyError| Error::index_writer(&path, &e);
        writer.engine.set_merge_policy(Box::new(NoMergePolicy));
        // Their numbers alone: the files of a segment stay for as long as somebody holds its description.
        let segments = writer.engine.index().searchable_segment_metas().map_err(failed)?;
        let with_deletes: Vec<_> = segments.into_iter().filter(|s| s.has_deletes()).map(|s| s.id()).collect();
        for segment in with_deletes {
            writer.engine.merge(&[segment]).wait().map_err(failed)?;
        }
        writer.engine.garbage_collect_files().wait().map_err(failed)?;
        writer.engine.set_merge_policy(merge_policy());
        writer.layout.clear_others(generation)?;
        Ok(writer)
    }

    /// Commits and waits until the segments are merged.
    ///
    /// # Errors
    /// As [`commit`](Self::commit).
    pub fn finish(self, batch: u64) -> Result<(), Error> {
        self.merged(batch, None).map(drop)
    }

    /// Commits, and makes the generation that [`rebuild`](Self::rebuild) began the live one if it has as many statements
    /// as are `expected`; the one before it stays for [`roll_back`](Self::roll_back), those before that go.
    /// `last` is the last document in it, in the order of ids: a rebuilding that is killed before the swap goes on after it.
    ///
    /// # Errors
    /// [`Error::Miscount`], and as [`commit`](Self::commit); the live generation then stays the one it was.
    pub fn swap_in(self, batch: u64, last: Option<&DocumentId>, expected: u64) -> Result<(), Error> {
        let index = self.engine.index().clone();
        let (layout, generation, lock) = self.merged(batch, last)?;
        let path = layout.path(generation);
        let segments = index.searchable_segment_metas().map_err(|e| Error::index_writer(&path, &e))?;
        let found = segments.iter().map(|s| u64::from(s.num_docs())).sum();
        if found != expected {
            layout.clear_half_built(layout.named()?, None)?;
            return Err(Error::Miscount { path, expected, found });
        }
        layout.swap_in(generation)?;
        layout.clear_old(generation)?;
        drop(lock);
        Ok(())
    }

    fn merged(
        mut self,
        batch: u64,
        done: Option<&DocumentId>,
    ) -> Result<(Layout, Generation, fs_err::File), Error> {
        self.commit_as(batch, done)?;
        let path = self.layout.path(self.generation);
        self.engine.wait_merging_threads().map_err(|e| Error::index_writer(&path, &e))?;
        Ok((self.layout, self.generation, self.lock))
    }
}

fn merge_policy() -> Box<LogMergePolicy> {
    let mut merges = LogMergePolicy::default();
    merges.set_del_docs_ratio_before_merge(MAX_DELETED);
    merges.set_max_docs_before_merge(MAX_MERGED);
    Box::new(merges)
}

fn threads() -> usize {
    thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS)
}

/// One statement on its way into the engine.
struct Entry<'a> {
    fields: &'a Fields,
    document: &'a IndexDocument<'a>,
    statement: &'a IndexStatement<'a>,
    /// What it may be found by, though it does not say it: title and place of its document, heading of its agenda item.
    context: &'a str,
}

impl Entry<'_> {
    fn build(&self) -> Result<TantivyDocument, Error> {
        let (f, document, statement) = (self.fields, self.document, self.statement);
        let claims = finite(&statement.statement.claims);
        let mut entry = TantivyDocument::default();
        entry.add_text(f.exact, statement.text);
        entry.add_text(f.stem, statement.text);
        entry.add_text(f.part, statement.text);
        if !statement.about.is_empty() {
            entry.add_text(f.about, &statement.about);
        }
        entry.add_text(f.context, self.context);
        entry.add_text(f.document, document.id.as_str());
        entry.add_u64(f.number, u64::from_str_radix(document.id.as_str(), 16).unwrap_or_default());
        entry.add_u64(f.ordinal, u64::from(statement.ordinal));
        entry.add_u64(f.same, same_words(statement.text));
        if let Some(kind) = document.kind {
            entry.add_text(f.kind, kind.as_str());
        }
        for source in document.sources {
            entry.add_text(f.source, source.to_lowercase());
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
        for (number, claim) in claims.iter().enumerate() {
            self.add_claim(claim, number, &mut entry);
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

    fn add_claim(&self, claim: &Claim, number: usize, entry: &mut TantivyDocument) {
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
        for row in ClaimRow::of(claim, number) {
            entry.add_f64(f.row_low, row.low);
            entry.add_f64(f.row_high, row.high);
            entry.add_u64(f.row_form, row.form);
            entry.add_u64(f.row_place, row.place);
            entry.add_u64(f.row_measure, row.measure);
            entry.add_i64(f.row_year, row.year);
        }
    }

    fn record(&self, claims: Cow<'_, [Claim]>) -> Result<Vec<u8>, Error> {
        let (document, statement) = (self.document, self.statement);
        let id = StatementId {
            document: document.id.clone(),
            version: document.version,
            ordinal: statement.ordinal,
        };
        let stored = Stored {
            version: SCHEMA_VERSION,
            text: statement.text.into(),
            page: statement.statement.page,
            ocr: statement.statement.ocr,
            section: statement.statement.section,
            item: statement.item.map(Cow::from),
            url: document.url.into(),
            title: document.title.map(Cow::from),
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

/// The claims whose numbers are finite; nearly always all.
fn finite(claims: &[Claim]) -> Cow<'_, [Claim]> {
    if claims.iter().all(is_finite) {
        return claims.into();
    }
    claims.iter().filter(|claim| is_finite(claim)).cloned().collect()
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
