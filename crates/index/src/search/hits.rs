//! Hits one after the other: ids and places are found a stretch at a time, stored records read when their turn comes.

use std::sync::Arc;

use super::collect::{Best, Found, Order, WordsUpTo, words_of};
use super::cursor::{Cursor, Position};
use super::facets::{CountFacets, Facets};
use super::{Index, Search};
use crate::error::guarded;
use crate::highlight::highlights;
use crate::query::claim_filter::ClaimTest;
use crate::query::{Compiled, Filters, Words, compile};
use crate::record::{Found as FoundWord, Matched};
use crate::{Error, Hit};
use belaeg_model::Claim;
use rustc_hash::FxHashSet;

/// How many places are found in one pass over what matches. Memory follows it, not the number of hits; a pass costs as
/// much as the first page, so that more of them would make going through everything slow.
const STRETCH: usize = 50_000;

/// Fewer statements with all words than this are not enough where [`Words::Most`] will do.
const FEW: usize = 10;

/// The hits of a search in their order, made by [`Index::hits`].
///
/// Folding keeps 8 bytes for every statement that matches and 16 for every hit that was handed back.
pub struct Hits<'a> {
    index: &'a Index,
    search: Search,
    compiled: Compiled,
    words: Words,
    /// What the query asks of claims.
    asked: Vec<Filters>,
    order: Order,
    /// The words of the hits so far, where results are folded.
    seen: Option<Arc<FxHashSet<u64>>>,
    found: std::vec::IntoIter<Found>,
    /// Hits still to be left out, and still to be handed back.
    skip: usize,
    left: usize,
    /// Whether `found` are the last.
    ended: bool,
    /// The place of the last hit that was handed back or left out.
    last: Option<Position>,
    total: usize,
    facets: Option<Facets>,
}

impl std::fmt::Debug for Hits<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hits")
            .field("search", &self.search)
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}

impl<'a> Hits<'a> {
    /// Counts what matches and finds the first stretch. Most of the words are enough where the search allows that and
    /// few statements have all.
    pub(super) fn begin(index: &'a Index, search: &Search) -> Result<Self, Error> {
        let all = Self::begin_with(index, search, Words::All)?;
        if all.total < FEW && search.words == Words::Most {
            let most = Self::begin_with(index, search, Words::Most)?;
            if most.total > all.total {
                return Ok(most);
            }
        }
        Ok(all)
    }

    fn begin_with(index: &'a Index, search: &Search, words: Words) -> Result<Self, Error> {
        let after = search.after.map(|cursor| cursor.position);
        if search.after.is_some_and(|cursor| !cursor.belongs_to(search)) {
            return Err(Error::OtherCursor);
        }
        let asked = search.query.claim_filters();
        let mut rate: Vec<_> = asked.iter().map(|filters| ClaimTest::new(filters).compile()).collect();
        if rate.is_empty() {
            rate.push(ClaimTest::any_rate().compile());
        }
        let order = Order { sort: search.sort, rate, after };
        guarded(&index.path, || {
            let failed = |e: tantivy::TantivyError| Error::search_engine(&index.path, &e);
            let compiled =
                compile(&search.query, search.tiers, words, index.fields, &index.searcher).map_err(failed)?;
            let seen = match after {
                _ if !search.fold => None,
                None => Some(FxHashSet::default()),
                Some(last) => {
                    let order = Order { after: None, ..order.clone() };
                    Some(index.search_all(&*compiled.query, WordsUpTo { order, last }).map_err(failed)?)
                }
            };
            let mut hits = Self {
                index,
                search: search.clone(),
                compiled,
                words,
                asked,
                order,
                seen: seen.map(Arc::new),
                found: Vec::new().into_iter(),
                skip: search.offset,
                left: search.limit,
                ended: false,
                last: after,
                total: 0,
                facets: None,
            };
            let facets = search.facets.then(|| CountFacets::of(search, index.fields));
            hits.find(facets).map_err(failed)?;
            Ok(hits)
        })
    }

    /// How many statements match; exact, whatever limit, offset, cursor and folding leave out.
    pub fn total(&self) -> usize {
        self.total
    }

    /// How many of the query's words they have: [`Words::Most`] where few statements have all and the search allows that.
    pub fn words(&self) -> Words {
        self.words
    }

    /// What matches, counted by its properties, where the search asked for it.
    pub fn facets(&self) -> Option<&Facets> {
        self.facets.as_ref()
    }

    pub(super) fn into_facets(self) -> Option<Facets> {
        self.facets
    }

    /// Where the next page begins, once the hits up to the limit were handed back; `None` where there is no more.
    ///
    /// # Errors
    /// As of a search.
    pub fn next_page(&mut self) -> Result<Option<Cursor>, Error> {
        if self.left > 0 || self.skip > 0 {
            return Ok(None);
        }
        // Nothing was handed back: the page after this one begins where this one did.
        let Some(last) = self.last else { return Ok(None) };
        while self.found.len() == 0 && !self.ended {
            self.find_more()?;
        }
        Ok((self.found.len() > 0).then(|| Cursor::new(&self.search, last)))
    }

    fn find_more(&mut self) -> Result<(), Error> {
        let path = &self.index.path;
        guarded(path, || self.find(None).map_err(|e| Error::search_engine(path, &e)))
    }

    /// Finds the next stretch: what is wanted and one more, which tells whether there is another page.
    fn find(&mut self, facets: Option<CountFacets>) -> tantivy::Result<()> {
        let wanted = match (self.skip, self.left) {
            (0, 0) if self.last.is_none() => 0,
            (skip, left) => skip.saturating_add(left).saturating_add(1).min(STRETCH),
        };
        let best = Best { order: self.order.clone(), wanted, fold: self.seen.clone() };
        let (tops, facets) = self.index.search_all(&*self.compiled.query, (best, facets))?;
        if let Some(facets) = facets {
            self.facets = Some(facets);
        }
        self.total = tops.total;
        self.ended = tops.found.len() < wanted || wanted == 0 || self.skip >= tops.total;
        self.order.after = tops.found.last().map(|f| f.position).or(self.order.after);
        if let Some(seen) = &mut self.seen {
            Arc::make_mut(seen).extend(words_of(&tops.found));
        }
        self.found = tops.found.into_iter();
        Ok(())
    }

    fn next_found(&mut self) -> Result<Option<Found>, Error> {
        while self.skip > 0 || self.left > 0 {
            let Some(found) = self.found.next() else {
                if self.ended {
                    return Ok(None);
                }
                self.find_more()?;
                continue;
            };
            self.last = Some(found.position);
            if self.skip > 0 {
                self.skip -= 1;
            } else {
                self.left -= 1;
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn hit(&self, found: &Found) -> Result<Hit, Error> {
        let stored = self.index.stored(found.address)?;
        let words = highlights(&stored.text, &self.compiled.matchers);
        let mut hit = stored.into_hit(found.score, words.iter().map(|(span, _)| *span).collect());
        if self.search.fold {
            hit.same = Some(found.same);
        }
        if self.search.context {
            let beside = |step| self.index.text_beside(&hit.statement.id, found.address, step);
            (hit.statement.before, hit.statement.after) = (beside(-1)?, beside(1)?);
            let words =
                words.into_iter().map(|(span, tier)| FoundWord { span, by: tier.to_string() }).collect();
            let passes = |claim: &Claim| self.asked.iter().any(|filters| filters.pass(claim));
            let claims = (0..).zip(&hit.claims).filter(|(_, claim)| passes(claim)).map(|(i, _)| i).collect();
            hit.matched = Some(Matched { words, claims });
        }
        Ok(hit)
    }
}

impl Iterator for Hits<'_> {
    type Item = Result<Hit, Error>;

    fn next(&mut self) -> Option<Result<Hit, Error>> {
        let index = self.index;
        let hit = guarded(&index.path, || match self.next_found()? {
            Some(found) => self.hit(&found).map(Some),
            None => Ok(None),
        });
        if hit.is_err() {
            (self.skip, self.left) = (0, 0);
        }
        hit.transpose()
    }
}
