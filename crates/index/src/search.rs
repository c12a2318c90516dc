//! Searching: the live generation, what is asked of it and what it answers.

mod beside;
mod collect;
mod cursor;
mod facets;
mod histogram;
mod hits;
mod threads;

use std::fmt;
use std::path::{Path, PathBuf};

use tantivy::schema::Value;
use tantivy::{DocAddress, ReloadPolicy, Searcher, TantivyDocument, TantivyError};

use crate::error::guarded;
use crate::generation::{Generation, Layout};
use crate::query::{Query, Tiers, Words};
use crate::read_only::ReadOnly;
use crate::record::{Hit, Stored};
use crate::schema::{Fields, schema};
use crate::{Error, SCHEMA_VERSION};
pub use cursor::{Cursor, CursorError};
pub use facets::Facets;
pub use histogram::{Bin, Histogram};
pub use hits::Hits;
use threads::Threads;

/// How often a generation that is swapped or committed to while it is being opened is tried again.
const ATTEMPTS: usize = 8;

/// An index with fewer statements is searched faster than threads are started. Results do not depend on threads.
const WORTH_THREADS: u64 = 100_000;

/// The order of hits. Hits that are equal in it stand by document id, then by their place in the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Newest document first, undated ones last.
    Published,
    /// Highest value first, as printed in its unit; the upper end of a range. Of a statement's claims those count that
    /// pass the search's filters; where it has none on claims, every rate. Statements without such a claim come last.
    Rate,
}

/// A question to the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// What is searched for.
    pub query: Query,
    /// The ways in which words may be found.
    pub tiers: Tiers,
    /// How many of the words a statement must have.
    pub words: Words,
    /// The order of the hits.
    pub sort: Sort,
    /// The most hits to hand back; 20 by default.
    pub limit: usize,
    /// How many to leave out before the first.
    pub offset: usize,
    /// Begin after this hit of the same search: costs the same for every page, where an offset costs what it leaves out.
    pub after: Option<Cursor>,
    /// Of statements with the same words hand back the first, with the number of the others.
    pub fold: bool,
    /// With the statements before and after, and with what was found how.
    pub context: bool,
    /// Count what matches by its properties.
    pub facets: bool,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            query: Query::default(),
            tiers: Tiers::default(),
            words: Words::default(),
            sort: Sort::default(),
            limit: 20,
            offset: 0,
            after: None,
            fold: false,
            context: false,
            facets: false,
        }
    }
}

/// What a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The query as it was understood; see [`Query`].
    pub query: String,
    /// How many of the words they have: [`Words::Most`] where few statements have all and the search allows that.
    pub words: Words,
    /// How many statements match; exact.
    pub total: usize,
    /// Those from `offset` on, `limit` at most.
    pub hits: Vec<Hit>,
    /// Where the next page begins; `None` where there is no more.
    pub next: Option<Cursor>,
    /// Where they were asked for.
    pub facets: Option<Facets>,
}

/// The live generation as it was when it was opened; open again to see what was written since.
///
/// Stays readable while a writer commits, swaps generations or deletes old ones.
pub struct Index {
    searcher: Searcher,
    threads: Threads,
    fields: Fields,
    batch: u64,
    path: PathBuf,
}

impl fmt::Debug for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Index").field("path", &self.path).field("batch", &self.batch).finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the live generation of the index folder `dir`.
    ///
    /// # Errors
    /// [`Error::Absent`] where nothing was indexed yet, [`Error::OtherSchema`], [`Error::Damaged`], and
    /// [`Error::Io`] where the folder cannot be read. It need not be writable.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let layout = Layout::new(dir);
        let mut attempt = 0;
        loop {
            attempt += 1;
            let live = layout.named()?.ok_or_else(|| Error::Absent { dir: dir.to_owned() })?;
            let commit = layout.last_commit(live);
            let unchanged =
                || Ok::<bool, Error>(layout.named()? == Some(live) && layout.last_commit(live) == commit);
            match Self::open_generation(&layout, live) {
                Ok(Some(index)) => return Ok(index),
                Ok(None) if attempt < ATTEMPTS => {}
                Ok(None) => {
                    return Err(Error::damaged(dir, "commits follow each other too fast to read one"));
                }
                // A swap or a commit may have taken files away under our hands: look again.
                Err(_) if attempt < ATTEMPTS && !unchanged()? => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Opens one generation; `None` if a commit came between reading its payload and its segments.
    fn open_generation(layout: &Layout, generation: Generation) -> Result<Option<Self>, Error> {
        layout.check_present(generation)?;
        layout.check_schema(generation)?;
        let path = layout.path(generation);
        let (schema, fields) = schema();
        guarded(&path, || {
            let open = || -> tantivy::Result<_> {
                let index = tantivy::Index::open(ReadOnly::open(&path)?)?;
                let before = index.load_metas()?;
                let statements: u64 = before.segments.iter().map(|s| u64::from(s.num_docs())).sum();
                let threads =
                    if statements < WORTH_THREADS { Threads::none() } else { Threads::of_all_cores() };
                if before.schema != schema {
                    return Err(TantivyError::SchemaError("other fields than this version's".to_owned()));
                }
                let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
                let unchanged = index.load_metas()?.opstamp == before.opstamp;
                Ok(unchanged.then(|| (reader.searcher(), threads, before.payload)))
            };
            let opened = open().map_err(|e| Error::search_engine(&path, &e))?;
            let Some((searcher, threads, payload)) = opened else { return Ok(None) };
            let batch = batch_of(&path, payload.as_deref())?;
            Ok(Some(Self { searcher, threads, fields, batch, path: path.clone() }))
        })
    }

    /// The catalog's batch that the last commit names; 0 before the first.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// The number of statements.
    pub fn statements(&self) -> u64 {
        self.searcher.num_docs()
    }

    /// The statements that match.
    ///
    /// The same index and search give the same results to the last bit, and so does an index that was built anew from
    /// the same documents in another order.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a file turns out to be broken, [`Error::Io`] where it cannot be read,
    /// [`Error::OtherCursor`] where the cursor is another search's.
    pub fn search(&self, search: &Search) -> Result<Results, Error> {
        let mut found = self.hits(search)?;
        let hits = found.by_ref().collect::<Result<_, Error>>()?;
        let (total, words, next) = (found.total(), found.words(), found.next_page()?);
        let facets = found.into_facets();
        Ok(Results { query: search.query.to_string(), words, total, hits, next, facets })
    }

    /// The same one by one, in memory that does not grow with their number.
    ///
    /// # Errors
    /// As [`search`](Self::search), and [`Error::OtherCursor`]; later ones come as items and end the hits.
    pub fn hits(&self, search: &Search) -> Result<Hits<'_>, Error> {
        Hits::begin(self, search)
    }

    /// What `collector` makes of the statements that match, from every segment.
    fn search_all<C>(&self, query: &dyn tantivy::query::Query, collector: C) -> tantivy::Result<C::Fruit>
    where
        C: tantivy::collector::Collector + 'static,
    {
        self.threads.search(&self.searcher, query, collector)
    }

    fn stored(&self, address: DocAddress) -> Result<Stored<'static>, Error> {
        let entry: TantivyDocument =
            self.searcher.doc(address).map_err(|e| Error::search_engine(&self.path, &e))?;
        let bytes = entry.get_first(self.fields.record).and_then(|value| value.as_bytes());
        let stored: Stored = serde_json::from_slice(bytes.unwrap_or_default())
            .map_err(|e| Error::damaged(&self.path, format!("a hit record is unreadable: {e}")))?;
        if stored.version == SCHEMA_VERSION {
            Ok(stored)
        } else {
            Err(Error::damaged(&self.path, format!("a hit record has version {}", stored.version)))
        }
    }
}

/// The batch that a commit's payload names.
pub(crate) fn batch_of(path: &Path, payload: Option<&str>) -> Result<u64, Error> {
    let Some(payload) = payload else { return Ok(0) };
    payload.split(' ').next().and_then(|batch| batch.parse().ok()).ok_or_else(|| {
        Error::damaged(path, format!("the last commit should name a batch and says {payload:?}"))
    })
}
