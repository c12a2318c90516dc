//! From a query to one of the engine: what matches, and how well.
//!
//! A word's score is how rare it is times how it was found: as written, by its stem, by a synonym, by the parts of a
//! compound, by its beginning, by the name of a measure, by its context: title and place of the document, heading of the
//! agenda item. Scores are whole multiples of 1/1024, small enough that adding them in `f32` is exact: the sum does not
//! depend on the order in which the engine adds, nor on how statements lie in segments.

use std::sync::Arc;

use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::all_parts::AllParts;
use super::ast::{Node, Reach, Word};
use super::best_way::BestWay;
use super::filter::{any_of, filters, silent};
use super::matching::{Matcher, WordMatcher};
use super::reached::{longer, similar, statements_with_longer};
use super::together::Together;
use super::word_score::{Rarity, WordScore, rounded};
use super::{Filters, Tiers, Words, alternatives_with_filters, joined};
use crate::analysis::{forms, is_small_word, synonyms};
use crate::schema::Fields;
use crate::tokenizer::PART;

/// How much a word is worth by the way it was found. Between two steps of the text lies more than
/// [`word_score::FREQUENCY`](super::word_score::FREQUENCY) where the engine counts how often the word occurs, so that
/// for one word they never trade places.
mod worth {
    pub(super) const PHRASE: f64 = 1.2;
    pub(super) const EXACT: f64 = 1.0;
    pub(super) const STEM: f64 = 0.6;
    pub(super) const SYNONYM: f64 = 0.5;
    pub(super) const ABOUT: f64 = 0.4;
    pub(super) const COMPOUND: f64 = 0.3;
    pub(super) const PREFIX: f64 = 0.2;
    pub(super) const FUZZY: f64 = 0.15;
    pub(super) const CONTEXT: f64 = 0.1;
}

/// Words of a query that may be looked for by likeness; each costs a walk through the dictionary.
const MAX_FUZZY: usize = 16;

type Queries = Vec<Box<dyn Query>>;

/// A query as the engine wants it, and what its words find in a text.
pub(crate) struct Compiled {
    pub(crate) query: Box<dyn Query>,
    /// One for each required word and phrase.
    pub(crate) matchers: Vec<Matcher>,
}

/// The engine's query for `query`, with the words found in `tiers`. With [`Words::Most`], every conjunction asks for
/// half of its words and phrases.
pub(crate) fn compile(
    query: &super::Query,
    tiers: Tiers,
    words: Words,
    fields: Fields,
    searcher: &Searcher,
) -> tantivy::Result<Compiled> {
    let rarity = Rarity::new(searcher);
    let mut compiler =
        Compiler { fields, searcher, tiers, words, rarity, fuzzy_left: MAX_FUZZY, matchers: Vec::new() };
    let clause = compiler.conjunction(&query.node, &Filters::default(), false)?;
    Ok(Compiled { query: clause.query, matchers: compiler.matchers })
}

struct Compiler<'a> {
    fields: Fields,
    searcher: &'a Searcher,
    tiers: Tiers,
    words: Words,
    rarity: Rarity<'a>,
    /// How many more words may be looked for by likeness.
    fuzzy_left: usize,
    matchers: Vec<Matcher>,
}

/// A part of the query.
struct Clause {
    query: Box<dyn Query>,
    /// What of it must match in the statement itself, not in its context.
    own: Vec<Arc<dyn Query>>,
}

/// The ways in which a word or phrase may be found.
#[derive(Default)]
struct Ways {
    /// In the statement, or in the name of a measure that it reports.
    own: Vec<Way>,
    /// In its context: title and place of the document, heading of the agenda item.
    context: Vec<Way>,
}

impl Ways {
    fn anywhere(self) -> Box<dyn Query> {
        Box::new(best_of(self.own, self.context))
    }
}

/// A way to find a word or phrase, and how much that is worth.
#[derive(Clone)]
struct Way {
    worth: f64,
    query: Arc<dyn Query>,
}

impl Way {
    /// One that scores every statement the same.
    fn new(query: Box<dyn Query>, rarity: f64, worth: f64) -> Self {
        Self { worth, query: Arc::new(ConstScoreQuery::new(query, rounded(rarity * worth))) }
    }
}

impl Compiler<'_> {
    /// A conjunction inside conjunctions that ask for `around`. With `context`, the context of statements counts,
    /// because there is more text beside it; where it brings several words itself, it sees to it that one of them
    /// matches in the statement.
    fn conjunction(&mut self, node: &Node, around: &Filters, context: bool) -> tantivy::Result<Clause> {
        let nothing = || Clause { query: Box::new(EmptyQuery), own: Vec::new() };
        let Some(asked) = joined(node, around) else { return Ok(nothing()) };
        let conjuncts = without_small_words(node.conjuncts());
        let texts = conjuncts.iter().filter(|n| n.is_text()).count();
        let several = texts > 1;
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut required = Queries::new();
        let mut own = Vec::new();
        for conjunct in conjuncts {
            match conjunct {
                Node::Nothing => return Ok(nothing()),
                Node::Everything | Node::Filter(_) | Node::And(_) => {}
                Node::Not(inside) => clauses.push((Occur::MustNot, self.excluded(inside)?)),
                other => {
                    let mut clause = self.required(other, &asked, context || several)?;
                    if other.has_filters() {
                        clauses.push((Occur::Must, clause.query));
                    } else {
                        required.push(clause.query);
                    }
                    own.append(&mut clause.own);
                }
            }
        }
        match words_of(&required).filter(|words| several && !context && words.len() == texts) {
            Some(words) if self.words == Words::All => {
                clauses.push((Occur::Must, Box::new(Together::new(words))));
            }
            _ => {
                clauses.extend(self.enough_of(required).into_iter().map(|q| (Occur::Must, q)));
                if several && !context {
                    clauses.push((Occur::Must, silent(Box::new(BestWay::new(own.clone(), Vec::new())))));
                }
            }
        }
        // Alternatives with filters ask for what is around them themselves, of the same claim.
        if alternatives_with_filters(node).next().is_none() {
            clauses.extend(filters(&asked, self.fields).into_iter().map(|q| (Occur::Must, q)));
        }
        Ok(Clause { query: Box::new(BooleanQuery::new(clauses)), own })
    }

    /// All of them, or as many as the search wants; with none, every statement.
    fn enough_of(&self, queries: Queries) -> Queries {
        if queries.is_empty() {
            return vec![Box::new(ConstScoreQuery::new(Box::new(AllQuery), 1.0))];
        }
        if self.words == Words::All {
            return queries;
        }
        let half = queries.len().div_ceil(2);
        let clauses = queries.into_iter().map(|q| (Occur::Should, q)).collect();
        vec![Box::new(BooleanQuery::with_minimum_required_clauses(clauses, half))]
    }

    fn required(&mut self, node: &Node, asked: &Filters, context: bool) -> tantivy::Result<Clause> {
        let ways = match node {
            Node::Or(nodes) => {
                let around = if node.has_filters() { asked.clone() } else { Filters::default() };
                return self.alternatives(nodes, &around, context);
            }
            Node::Word(word) => self.word(word)?,
            Node::Phrase(words) => self.phrase(words)?,
            other => return self.conjunction(other, asked, context),
        };
        let context = if context { ways.context } else { Vec::new() };
        let query = Box::new(best_of(ways.own.clone(), context));
        Ok(Clause { query, own: ways.own.into_iter().map(|way| way.query).collect() })
    }

    fn alternatives(&mut self, nodes: &[Node], around: &Filters, context: bool) -> tantivy::Result<Clause> {
        let mut queries = Queries::new();
        let mut own = Vec::new();
        let has_text = nodes.iter().any(Node::is_text);
        for node in nodes {
            let mut clause = match node {
                Node::Word(_) | Node::Phrase(_) if around.is_empty() => {
                    self.required(node, around, context)?
                }
                node => self.conjunction(node, around, context)?,
            };
            // Where another alternative is words, this one need not be found by any.
            if clause.own.is_empty() && has_text {
                clause.own.push(clause.query.box_clone().into());
            }
            queries.push(clause.query);
            own.append(&mut clause.own);
        }
        Ok(Clause { query: one_of(queries), own })
    }

    /// What must not match: words and phrases as they are and in other forms, wherever they stand.
    fn excluded(&mut self, node: &Node) -> tantivy::Result<Box<dyn Query>> {
        let (tiers, words, known) = (self.tiers, self.words, self.matchers.len());
        self.words = Words::All;
        self.tiers = Tiers { synonym: false, compound: false, fuzzy: false, ..tiers };
        let query = match node {
            Node::Word(word) => self.word(word).map(Ways::anywhere),
            Node::Phrase(words) => self.phrase(words).map(Ways::anywhere),
            node => self.conjunction(node, &Filters::default(), true).map(|clause| clause.query),
        };
        (self.tiers, self.words) = (tiers, words);
        self.matchers.truncate(known);
        query
    }

    fn word(&mut self, word: &Word) -> tantivy::Result<Ways> {
        let (f, tiers) = (self.fields, self.tiers);
        let known = forms(&word.exact);
        let mut finds = WordMatcher {
            exact: tiers.exact.then(|| word.exact.clone()),
            stem: tiers.stem.then(|| known.stem.clone()),
            synonyms: if tiers.synonym { synonyms(&known.stem) } else { &[] },
            part: tiers.compound.then(|| known.stem.clone()),
            parts: if tiers.compound { known.parts.clone() } else { Vec::new() },
            ..WordMatcher::default()
        };
        let mut count = self.count(&finds)?;
        if word.reach == Reach::Prefix {
            finds.prefix = Some(word.exact.clone());
            count = count.saturating_add(statements_with_longer(&word.exact, f.exact, self.searcher)?);
        }
        let asks_for_likeness = word.reach == Reach::Fuzzy || (count == 0 && tiers.fuzzy);
        if asks_for_likeness && self.fuzzy_left > 0 {
            self.fuzzy_left -= 1;
            finds.similar = similar(&word.exact, f.exact, self.searcher)?;
        }
        let rarity = self.rarity.of(count);
        let mut ways = Ways::default();
        self.own_ways(&finds, rarity, &mut ways.own);
        let form = finds.stem.as_ref().or(finds.exact.as_ref()).unwrap_or(&known.stem);
        let part = finds.part.as_ref().map(|part| format!("{PART}{part}"));
        for form in [Some(form), part.as_ref()].into_iter().flatten() {
            ways.own.push(Way::new(term(f.about, form), rarity, worth::ABOUT));
            ways.context.push(Way::new(term(f.context, form), rarity, worth::CONTEXT));
        }
        if word.reach == Reach::Prefix {
            ways.own.push(Way::new(longer(&word.exact, f.exact)?, rarity, worth::PREFIX));
            ways.own.push(Way::new(longer(&word.exact, f.about)?, rarity, worth::PREFIX));
            ways.context.push(Way::new(longer(&word.exact, f.context)?, rarity, worth::CONTEXT));
        }
        self.matchers.push(Matcher::Word(finds));
        Ok(ways)
    }

    /// How many statements have the word in some way, about: no more than the ways have together.
    fn count(&self, finds: &WordMatcher) -> tantivy::Result<u64> {
        let f = self.fields;
        let count = |field, word: &str| self.rarity.statements(&Term::from_field_text(field, word));
        let mut sum = match (&finds.stem, &finds.exact) {
            // Whatever shares the exact form shares the stem.
            (Some(stem), _) => count(f.stem, stem)?,
            (None, Some(exact)) => count(f.exact, exact)?,
            (None, None) => 0,
        };
        if let Some(part) = &finds.part {
            sum = sum.saturating_add(count(f.part, part)?);
        }
        let mut rarest = None;
        for part in &finds.parts {
            let with = count(f.stem, part)?.saturating_add(count(f.part, part)?);
            rarest = Some(rarest.map_or(with, |rarest: u64| rarest.min(with)));
        }
        Ok(sum.saturating_add(rarest.unwrap_or(0)))
    }

    /// The ways to find a word in the text of a statement.
    fn own_ways(&self, finds: &WordMatcher, rarity: f64, ways: &mut Vec<Way>) {
        let f = self.fields;
        let score = |field, word: &String, worth| {
            WordScore::new(Term::from_field_text(field, word), f.exact, rarity, worth)
        };
        let exact = finds.exact.as_ref().map(|exact| score(f.exact, exact, worth::EXACT));
        let stem = finds.stem.as_ref().map(|stem| score(f.stem, stem, worth::STEM));
        let in_text = match (stem, exact) {
            // Whatever shares the exact form shares the stem.
            (Some(stem), Some(exact)) => Some(stem.or_better(exact)),
            (stem, exact) => stem.or(exact),
        };
        ways.extend(in_text.map(|score| Way { worth: worth::EXACT, query: Arc::new(score) }));
        if !finds.synonyms.is_empty() {
            ways.push(Way::new(any_of(f.stem, finds.synonyms), rarity, worth::SYNONYM));
        }
        if let Some(part) = &finds.part {
            ways.push(Way::new(term(f.part, part), rarity, worth::COMPOUND));
        }
        if !finds.parts.is_empty() {
            let all = AllParts::new(&finds.parts, [f.stem, f.part]);
            ways.push(Way::new(Box::new(all), rarity, worth::COMPOUND));
        }
        if !finds.similar.is_empty() {
            ways.push(Way::new(any_of(f.exact, &finds.similar), rarity, worth::FUZZY));
        }
    }

    fn phrase(&mut self, words: &[Word]) -> tantivy::Result<Ways> {
        let f = self.fields;
        let words: Vec<String> = words.iter().map(|word| word.exact.clone()).collect();
        let mut rarity = 0.0;
        for word in &words {
            rarity += self.rarity.of(self.rarity.statements(&Term::from_field_text(f.exact, word))?);
        }
        let in_field = |field, worth| Way::new(sequence(field, &words), rarity, worth);
        let ways = Ways {
            own: vec![in_field(f.exact, worth::PHRASE), in_field(f.about, worth::ABOUT)],
            context: vec![in_field(f.context, worth::CONTEXT)],
        };
        self.matchers.push(Matcher::Phrase(words));
        Ok(ways)
    }
}

/// The words and phrases that `queries` are; `None` where one is something else.
fn words_of(queries: &Queries) -> Option<Vec<BestWay>> {
    queries.iter().map(|query| query.downcast_ref::<BestWay>().cloned()).collect()
}

/// Leaves small words out, unless no other words stand beside them.
fn without_small_words(nodes: &[Node]) -> Vec<&Node> {
    let is_small = |node: &Node| match node {
        Node::Word(word) => word.reach == Reach::Usual && is_small_word(&word.exact),
        _ => false,
    };
    let all_small = !nodes.iter().any(|node| node.is_text() && !is_small(node));
    nodes.iter().filter(|node| all_small || !is_small(node)).collect()
}

fn one_of(mut queries: Queries) -> Box<dyn Query> {
    match (queries.pop(), queries.is_empty()) {
        (Some(only), true) => only,
        (last, _) => Box::new(BooleanQuery::union(queries.into_iter().chain(last).collect())),
    }
}

/// What is found in one of the ways, as well as in the best.
fn best_of(own: Vec<Way>, context: Vec<Way>) -> BestWay {
    let best_first = |mut ways: Vec<Way>| {
        ways.sort_by(|a, b| b.worth.total_cmp(&a.worth));
        ways.into_iter().map(|way| way.query).collect()
    };
    BestWay::new(best_first(own), best_first(context))
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
