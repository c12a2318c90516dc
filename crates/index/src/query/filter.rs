//! Filters that look at a statement or its document as a whole.

use std::ops::Bound;

use belaeg_model::Year;
use jiff::civil::Date;
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, EmptyQuery, Query, RangeQuery, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::Filters;
use super::claim_filter::ClaimTest;
use super::filters::with_members;
use super::interval::Interval;
use crate::schema::{Fields, days};

/// The filters as queries; a statement must pass each, and none adds to its score.
pub(super) fn filters(asked: &Filters, fields: Fields) -> Vec<Box<dyn Query>> {
    let mut all: Vec<Box<dyn Query>> = Vec::new();
    all.extend(asked.kinds.as_ref().map(|kinds| any_of(fields.kind, kinds.iter().map(|k| k.as_str()))));
    all.extend(asked.sources.iter().map(|hosts| any_of(fields.source, hosts)));
    all.extend(asked.published.as_ref().map(|ranges| published(fields.published, ranges)));
    if asked.ask_for_a_claim() {
        all.push(ClaimTest::new(asked).query(fields));
    } else {
        all.extend(asked.places.iter().map(|list| any_of(fields.near, with_members(list).map(|p| p.code()))));
        all.extend(asked.years.as_ref().map(|ranges| year_ranges(fields.year, ranges)));
    }
    all.into_iter().map(silent).collect()
}

/// The same statements, without a score.
pub(crate) fn silent(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(ConstScoreQuery::new(query, 0.0))
}

/// The statements that have one of `names` in `field`.
pub(crate) fn any_of(field: Field, names: impl IntoIterator<Item = impl AsRef<str>>) -> Box<dyn Query> {
    let mut terms: Vec<Term> =
        names.into_iter().map(|name| Term::from_field_text(field, name.as_ref())).collect();
    match (terms.pop(), terms.is_empty()) {
        (None, _) => Box::new(EmptyQuery),
        (Some(only), true) => Box::new(TermQuery::new(only, IndexRecordOption::Basic)),
        (Some(last), false) => Box::new(TermSetQuery::new(terms.into_iter().chain([last]))),
    }
}

/// The statements that have a year in `field` that lies in one of `ranges`.
pub(crate) fn year_ranges(field: Field, ranges: &[Interval<Year>]) -> Box<dyn Query> {
    in_ranges(ranges, |year| Term::from_field_i64(field, i64::from(*year)))
}

fn published(field: Field, ranges: &[Interval<Date>]) -> Box<dyn Query> {
    in_ranges(ranges, |day| Term::from_field_i64(field, days(*day)))
}

fn in_ranges<T: Copy + PartialOrd>(ranges: &[Interval<T>], term: impl Fn(&T) -> Term) -> Box<dyn Query> {
    let query = |range: &Interval<T>| -> Box<dyn Query> {
        match (range.low.as_ref(), range.high.as_ref()) {
            _ if range.is_empty() => Box::new(EmptyQuery),
            // The engine's range wants an end: every year and day lies above this one.
            (Bound::Unbounded, Bound::Unbounded) => Box::new(tantivy::query::AllQuery),
            (low, high) => Box::new(RangeQuery::new(low.map(&term), high.map(&term))),
        }
    };
    Box::new(BooleanQuery::union(ranges.iter().map(query).collect()))
}
