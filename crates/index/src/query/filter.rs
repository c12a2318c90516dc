//! Filters that look at a statement or its document as a whole.

use std::ops::Bound;

use belaeg_model::Year;
use tantivy::Term;
use tantivy::query::{ConstScoreQuery, EmptyQuery, Query, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::claim_filter::ClaimTest;
use crate::schema::Fields;
use crate::search::Search;

/// The filters of `search`; a statement must pass each, and none adds to its score.
pub(crate) fn filters(search: &Search, fields: Fields) -> Vec<Box<dyn Query>> {
    let mut all: Vec<Box<dyn Query>> = Vec::new();
    all.extend(search.kind.map(|kind| any_of(fields.kind, [kind.as_str()])));
    if let Some(test) = ClaimTest::of(search) {
        all.push(test.query(fields));
    } else {
        all.extend(search.place.map(|place| any_of(fields.near, [place.code()])));
        all.extend(search.years.map(|years| year_range(fields.year, years)));
    }
    all.into_iter().map(silent).collect()
}

/// The same statements, without a score.
pub(crate) fn silent(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// The statements that have one of `names` in `field`.
pub(crate) fn any_of<'a>(field: Field, names: impl IntoIterator<Item = &'a str>) -> Box<dyn Query> {
    let mut terms: Vec<Term> = names.into_iter().map(|name| Term::from_field_text(field, name)).collect();
    match (terms.pop(), terms.is_empty()) {
        (None, _) => Box::new(EmptyQuery),
        (Some(only), true) => Box::new(TermQuery::new(only, IndexRecordOption::Basic)),
        (Some(last), false) => Box::new(TermSetQuery::new(terms.into_iter().chain([last]))),
    }
}

/// The statements that have a year in `field` from the first to the last of `years`.
pub(crate) fn year_range(field: Field, (from, to): (Year, Year)) -> Box<dyn Query> {
    if from > to {
        return Box::new(EmptyQuery);
    }
    let bound = |year: Year| Bound::Included(Term::from_field_i64(field, i64::from(year)));
    Box::new(RangeQuery::new(bound(from), bound(to)))
}
