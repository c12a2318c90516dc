//! From a search to a query of the engine: what matches, and how well.
//!
//! A word's score is how rare it is times how it was found: as written, by its stem, by its beginning, by the name of
//! a measure, by title or place. Scores are whole multiples of 1/1024, small enough that adding them in `f32` is
//! exact: the sum does not depend on the order in which the engine adds, nor on how statements lie in segments.

pub(crate) mod claim_filter;
mod filter;
mod parse;
mod prefix;
mod word_score;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery, Occur, PhraseQuery, Query,
    TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

pub use parse::MAX_WORDS;
pub(crate) use parse::{Atom, Parsed, parse};

use crate::schema::Fields;
use crate::search::Search;
use filter::{filters, silent};
use parse::{Prefix, Word};
use word_score::{Rarity, WordScore};

/// How much a word is worth by the way it was found. Between two steps of the text lies more than
/// [`word_score::FREQUENCY`], so that for one word they never trade places.
mod worth {
    pub(super) const PHRASE: f64 = 1.2;
    pub(super) const EXACT: f64 = 1.0;
    pub(super) const STEM: f64 = 0.6;
    pub(super) const ABOUT: f64 = 0.4;
    pub(super) const PREFIX: f64 = 0.2;
    pub(super) const CONTEXT: f64 = 0.1;
}

type Queries = Vec<Box<dyn Query>>;

/// The engine's query for `parsed` and the filters of `search`.
pub(crate) fn compile(
    parsed: &Parsed,
    search: &Search,
    fields: Fields,
    searcher: &Searcher,
) -> tantivy::Result<Box<dyn Query>> {
    let compiler = Compiler { fields, searcher, rarity: Rarity::new(searcher) };
    let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
    if parsed.required.is_empty() {
        if !parsed.everything && parsed.excluded.is_empty() {
            return Ok(Box::new(EmptyQuery));
        }
        clauses.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 1.0))));
    }
    clauses.extend(compiler.required(&parsed.required)?.into_iter().map(|q| (Occur::Must, q)));
    for atom in &parsed.excluded {
        clauses.push((Occur::MustNot, compiler.excluded(atom)?));
    }
    clauses.extend(filters(search, fields).into_iter().map(|q| (Occur::Must, q)));
    Ok(Box::new(BooleanQuery::new(clauses)))
}

struct Compiler<'a> {
    fields: Fields,
    searcher: &'a Searcher,
    rarity: Rarity<'a>,
}

/// The ways in which a word or phrase may be found.
#[derive(Default)]
struct Ways {
    /// In the statement, or in the name of a measure that it reports.
    own: Queries,
    /// In the title or place of its document.
    context: Queries,
}

impl Compiler<'_> {
    /// One query a group, and one that keeps out statements of which only title and place match. A single group has
    /// to match in the statement itself.
    fn required(&self, groups: &[Vec<Atom>]) -> tantivy::Result<Queries> {
        let several = groups.len() > 1;
        let mut all = Queries::new();
        let mut own = Queries::new();
        for group in groups {
            let mut alternatives = Queries::new();
            for atom in group {
                let mut ways = self.ways(atom)?;
                if several {
                    own.extend(ways.own.iter().map(|q| q.box_clone()));
                    ways.own.append(&mut ways.context);
                }
                alternatives.push(Box::new(DisjunctionMaxQuery::new(ways.own)));
            }
            all.push(one_of(alternatives));
        }
        if several {
            all.push(silent(one_of(own)));
        }
        Ok(all)
    }

    /// Excluded words are looked for as written and by stem, by their beginning only if a `*` asks for it.
    fn excluded(&self, atom: &Atom) -> tantivy::Result<Box<dyn Query>> {
        let ways = match atom {
            Atom::Word(word) if word.prefix == Prefix::Implied => {
                self.word(&Word { prefix: Prefix::No, ..word.clone() })?
            }
            other => self.ways(other)?,
        };
        Ok(one_of(ways.own.into_iter().chain(ways.context).collect()))
    }

    fn ways(&self, atom: &Atom) -> tantivy::Result<Ways> {
        match atom {
            Atom::Word(word) => self.word(word),
            Atom::Phrase(words) => self.phrase(words),
        }
    }

    fn word(&self, word: &Word) -> tantivy::Result<Ways> {
        let f = self.fields;
        let exact = Term::from_field_text(f.exact, &word.exact);
        let stem = Term::from_field_text(f.stem, &word.stem);
        let mut ways = Ways::default();
        // Whatever shares the exact form shares the stem, so that the stem's count covers both.
        let mut count = self.rarity.statements(&stem)?;
        let reached = match word.prefix {
            Prefix::No => None,
            Prefix::Implied | Prefix::Asked => Some(prefix::Reached::by(&word.exact, f, self.searcher)?),
        };
        for term in reached.iter().flat_map(|r| &r.text) {
            count = count.saturating_add(self.rarity.statements(term)?);
        }
        let rarity = self.rarity.of(count);
        ways.own.push(Box::new(WordScore::new(exact, f.exact, rarity, worth::EXACT)));
        ways.own.push(Box::new(WordScore::new(stem, f.exact, rarity, worth::STEM)));
        ways.own.push(scored(term(f.about, &word.stem), rarity * worth::ABOUT));
        ways.context.push(scored(term(f.context, &word.stem), rarity * worth::CONTEXT));
        if let Some(reached) = reached {
            let found = reached.text.into_iter().chain(reached.about);
            ways.own.push(scored(Box::new(TermSetQuery::new(found)), rarity * worth::PREFIX));
            let found = Box::new(TermSetQuery::new(reached.context));
            ways.context.push(scored(found, rarity * worth::CONTEXT));
        }
        Ok(ways)
    }

    fn phrase(&self, words: &[String]) -> tantivy::Result<Ways> {
        let f = self.fields;
        let mut rarity = 0.0;
        for word in words {
            rarity += self.rarity.of(self.rarity.statements(&Term::from_field_text(f.exact, word))?);
        }
        let in_field = |field, worth: f64| scored(sequence(field, words), rarity * worth);
        Ok(Ways {
            own: vec![in_field(f.exact, worth::PHRASE), in_field(f.about, worth::ABOUT)],
            context: vec![in_field(f.context, worth::CONTEXT)],
        })
    }
}

fn one_of(mut queries: Queries) -> Box<dyn Query> {
    match (queries.pop(), queries.is_empty()) {
        (Some(only), true) => only,
        (last, _) => Box::new(BooleanQuery::union(queries.into_iter().chain(last).collect())),
    }
}

fn scored(query: Box<dyn Query>, score: f64) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, word_score::rounded(score)))
}

fn term(field: Field, text: &str) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, text), IndexRecordOption::Basic))
}

/// The words one after the other.
fn sequence(field: Field, words: &[String]) -> Box<dyn Query> {
    match words {
        [] => Box::new(EmptyQuery),
        [only] => term(field, only),
        several => {
            Box::new(PhraseQuery::new(several.iter().map(|w| Term::from_field_text(field, w)).collect()))
        }
    }
}
