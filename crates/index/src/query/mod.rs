//! Queries: how they are read and written back, what they match and how well.

mod all_parts;
mod ast;
mod best_way;
pub(crate) mod claim_filter;
mod compile;
mod error;
mod field;
mod filter;
mod filters;
mod interval;
mod lex;
pub(crate) mod matching;
mod parse;
mod reached;
mod together;
mod word_score;

use std::fmt;
use std::str::FromStr;

use belaeg_model::Claim;

pub use error::QueryError;
pub use field::{approx, kind, rate_range, role, unit, year_range};
pub use filters::Filters;
pub use interval::Interval;
pub use matching::Tier;
pub use parse::{MAX_BYTES, MAX_DEPTH, MAX_WORDS, Measures};

pub(crate) use compile::{Compiled, compile};
pub(crate) use field::Field;

use ast::{Node, Reach};

/// What is searched for.
///
/// A query is words, all required but small ones (`i`, `og`, `hvor`) beside others: each is found in the statement in the [tiers](Tiers) that the search allows, in the
/// names of the measures that the statement reports, or in the title or place of its document or the heading of its
/// agenda item, but not all of them there alone. `"a phrase"` stands as it is; `-word` and `NOT word` must not occur; `a OR b` is either; parentheses
/// group; `begin*` is any longer word, `wrod~` any word spelt nearly so; `*` alone, or nothing, is every statement.
/// `OG`, `ELLER`, `IKKE` are `AND`, `OR`, `NOT`.
///
/// `field:value` filters, by Danish or English names; see [`Filters`]. Filters that stand in one conjunction are about
/// one claim: `rate:20..40 year:2017` wants a claim that has both. Those of a conjunction also join those inside its
/// alternatives: in `rate:20..40 (year:2017 OR year:2019)` the year is the claim's. Two groups of alternatives
/// that filter by different things, `(year:2016 OR kind:letter) (rate:28 OR role:target)`, may each be passed by another claim. What is excluded is looked at by
/// itself: `rate:20..40 -year:2017` leaves out every statement that mentions 2017.
///
/// Written back ([`Display`](fmt::Display)), it reads as the same query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    node: Node,
}

impl Default for Query {
    fn default() -> Self {
        Self { node: Node::Everything }
    }
}

impl Query {
    /// Reads a query; `measures` finds the key of a measure by what the user calls it, or says why there is none.
    ///
    /// # Errors
    /// An unknown field or value, ranges that run backwards, filters that exclude each other, and queries beyond
    /// [`MAX_WORDS`], [`MAX_BYTES`] and [`MAX_DEPTH`].
    pub fn parse(text: &str, measures: Measures<'_>) -> Result<Self, QueryError> {
        parse::parse(text, measures).map(|node| Self { node })
    }

    /// The query whose statements must also pass `filters`.
    ///
    /// # Errors
    /// [`QueryError::Contradiction`] where they exclude the query's own.
    pub fn with(self, filters: Filters) -> Result<Self, QueryError> {
        let node = parse::and(vec![self.node, Node::Filter(filters)])?;
        Ok(Self { node: node.unwrap_or(Node::Nothing) })
    }

    /// Whether it is nothing but words and phrases, so that writing it back tells its user nothing.
    pub fn is_plain(&self) -> bool {
        self.node.conjuncts().iter().all(|node| match node {
            Node::Everything | Node::Phrase(_) => true,
            Node::Word(word) => word.reach == Reach::Usual,
            _ => false,
        })
    }

    /// The filters that ask for something that only a claim has, one for each alternative that has any.
    pub fn claim_filters(&self) -> Vec<Filters> {
        let mut found = Vec::new();
        collect(&self.node, &Filters::default(), &mut found);
        found
    }

    /// What a claim must have for the query to find its statement still, if it asked for some claim too.
    pub(crate) fn filters_of_any_claim(&self) -> Vec<Filters> {
        // Every role: it asks for a claim and excludes none.
        let around = Filters { roles: Some(field::ROLES.to_vec()), ..Filters::default() };
        let mut found = Vec::new();
        collect(&self.node, &around, &mut found);
        found
    }

    /// Whether `claim` has what the query asks of a claim; true where it asks for nothing of the kind.
    pub fn asks_for(&self, claim: &Claim) -> bool {
        let filters = self.claim_filters();
        filters.is_empty() || filters.iter().any(|f| f.pass(claim))
    }
}

/// The filters on claims in `node`, joined with those of the conjunctions around it.
fn collect(node: &Node, around: &Filters, found: &mut Vec<Filters>) {
    let Some(own) = joined(node, around) else { return };
    let branches: Vec<&[Node]> = alternatives_with_filters(node).collect();
    if branches.is_empty() && own.ask_for_a_claim() {
        found.push(own.clone());
    }
    branches.into_iter().flatten().for_each(|branch| collect(branch, &own, found));
}

/// The filters of the conjunction `node` and those around it; `None` where they exclude each other.
fn joined(node: &Node, around: &Filters) -> Option<Filters> {
    let own = node.conjuncts().iter().find_map(|n| if let Node::Filter(f) = n { Some(f) } else { None });
    own.map_or_else(|| Some(around.clone()), |own| around.and(own).ok())
}

/// The alternatives in the conjunction `node` among which filters stand.
fn alternatives_with_filters(node: &Node) -> impl Iterator<Item = &[Node]> {
    node.conjuncts()
        .iter()
        .filter(|n| n.has_filters())
        .filter_map(|n| if let Node::Or(nodes) = n { Some(nodes.as_slice()) } else { None })
}

/// Reads a query in which measures go by their keys.
impl FromStr for Query {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        Self::parse(text, &|key| Ok(key.to_owned()))
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.node.fmt(f)
    }
}

/// The ways in which a word may be found, best first; each can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tiers {
    /// As written.
    pub exact: bool,
    /// In another form of the word.
    pub stem: bool,
    /// By a word that searchers use in its place.
    pub synonym: bool,
    /// As a part of a compound; a compound also by its parts, wherever they stand in the statement.
    pub compound: bool,
    /// Spelt nearly so, where no statement has the word in any other way.
    pub fuzzy: bool,
}

impl Default for Tiers {
    fn default() -> Self {
        Self { exact: true, stem: true, synonym: true, compound: true, fuzzy: true }
    }
}

/// How many of a query's words a statement must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Words {
    /// All.
    #[default]
    All,
    /// All; where fewer than ten statements have all, most: at least half of them.
    Most,
}

impl Tiers {
    const NAMES: [&str; 5] = ["exact", "stem", "synonym", "compound", "fuzzy"];
}

/// Reads a list such as `exact,stem`.
impl FromStr for Tiers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut on = [false; Self::NAMES.len()];
        for name in text.split(',').map(str::trim) {
            let known = Self::NAMES.iter().position(|known| *known == name);
            let tier = known.and_then(|i| on.get_mut(i));
            *tier.ok_or_else(|| format!("{name:?} is no tier; write some of {}", Self::NAMES.join(",")))? =
                true;
        }
        let [exact, stem, synonym, compound, fuzzy] = on;
        Ok(Self { exact, stem, synonym, compound, fuzzy })
    }
}
