//! Parts that should make a total, and shares above all there is.

use belaeg_model::{Claim, Rule, Unit};

use super::{Agreement, Arithmetic, SAME, Sum, is_share, same_setting};
use crate::definitions;
use crate::passage::Passage;
use crate::words::fits;

/// Two last digits' worth of rounding and more is no rounding: parts may miss their total by one unit of the last digit.
const MISSES: f64 = 1.0;

/// "24,1 procent hjemvist og 7,7 procent ændret, i alt 31,8 procent".
pub(super) fn totals(passage: &Passage<'_>) -> Vec<Arithmetic> {
    let total = |claim: &Claim| {
        let parts = parts_of(passage, claim)?;
        let sum: f64 = parts.iter().map(|c| c.value).sum();
        let claims: Vec<&Claim> = parts.into_iter().chain([claim]).collect();
        let agrees = (sum - claim.value).abs() <= MISSES * last_digit(&claims) + SAME;
        // "i alt" of places or schools is their average: only what is known to be a sum can fail to be one.
        let is_sum = agrees || total_measure(passage, claim).is_some();
        is_sum.then(|| Arithmetic::new(agrees, Sum::Parts { sum, total: claim.value }, &claims))
    };
    passage.claims.iter().filter_map(total).collect()
}

/// The parts before a total that says to be one.
fn parts_of<'c>(passage: &Passage<'c>, total: &Claim) -> Option<Vec<&'c Claim>> {
    if !is_share(total) || !says_total(passage, total) {
        return None;
    }
    let is_part = |c: &&Claim| {
        is_share(c) && c.span.end <= total.span.start && same_setting(c, total) && c.found.rule != Rule::OutOf
    };
    let parts: Vec<&Claim> = passage.claims.iter().filter(is_part).collect();
    (parts.len() >= 2).then_some(parts)
}

fn says_total(passage: &Passage<'_>, claim: &Claim) -> bool {
    let words = passage.words_before(claim.span.start);
    let near = &words[words.len().saturating_sub(3)..];
    let single = |w: &str| matches!(w, "tilsammen" | "samlet" | "sammenlagt");
    near.windows(2).any(|pair| pair[0].lower == "i" && pair[1].lower == "alt")
        || near.iter().any(|w| single(&w.lower))
}

/// The measure of a total by what its parts are: hjemvist and ændret together are omgjort.
pub(crate) fn total_measure(passage: &Passage<'_>, claim: &Claim) -> Option<&'static str> {
    let parts = parts_of(passage, claim)?;
    let measures: Vec<&str> = parts.iter().filter_map(|c| passage.measure(c)).collect();
    if measures.len() < parts.len() {
        return None;
    }
    let is_all = |t: &&definitions::Total| {
        t.parts.len() == parts.len() && t.parts.iter().all(|part| measures.contains(&part.as_str()))
    };
    definitions::totals().iter().find(is_all).map(|t| t.of.as_str())
}

/// "329 afgørelser, heraf 219 stadfæstet, 45 hjemvist, 35 ændret og 30 afvist": parts that are counted may leave out
/// some, but not make more than there are.
pub(super) fn counted(passage: &Passage<'_>) -> Option<Arithmetic> {
    let of_these = passage.words.iter().find(|w| w.lower == "heraf")?.span;
    let counts = || passage.claims.iter().filter(|c| c.unit == Unit::Count);
    let total = counts().rev().find(|c| c.span.end <= of_these.start)?;
    let parts: Vec<&Claim> = counts()
        .filter(|c| c.span.start >= of_these.end && c.noun == total.noun && same_setting(c, total))
        .collect();
    let sum: f64 = parts.iter().map(|c| c.value).sum();
    let agrees = (sum - total.value).abs() < SAME;
    if parts.len() < 3 || sum < total.value && !agrees {
        return None;
    }
    let claims: Vec<&Claim> = std::iter::once(total).chain(parts).collect();
    Some(Arithmetic::new(agrees, Sum::Parts { sum, total: total.value }, &claims))
}

/// Shares that are all there is: every outcome of a case, or a list that ends with "andet".
pub(super) fn wholes(passage: &Passage<'_>) -> Vec<Arithmetic> {
    let shares: Vec<&Claim> = passage.claims.iter().filter(|c| is_share(c)).collect();
    let plain = shares.iter().all(|c| c.found.rule != Rule::OutOf && !says_total(passage, c));
    let one_setting = shares.windows(2).all(|pair| same_setting(pair[0], pair[1]));
    if shares.len() < 3 || !plain || !one_setting || says_several_answers(passage) {
        return Vec::new();
    }
    let measures: Vec<&str> = shares.iter().filter_map(|c| passage.measure(c)).collect();
    let outcomes = definitions::is_whole(&measures);
    let listed = shares.last().is_some_and(|last| is_the_rest(passage, last));
    if !outcomes && !listed {
        return Vec::new();
    }
    let sum: f64 = shares.iter().map(|c| c.value).sum();
    let rounding = (0.5 * as_number(shares.len())).max(MISSES) * last_digit(&shares);
    let mut found =
        Arithmetic::new((sum - 100.0).abs() <= rounding + SAME, Sum::Parts { sum, total: 100.0 }, &shares);
    // Outcomes that the text leaves out, such as rejected cases, may make up the rest.
    if outcomes && !listed && sum < 100.0 && found.agreement == Agreement::Inconsistent {
        found.agreement = Agreement::NotCheckable;
    }
    vec![found]
}

fn says_several_answers(passage: &Passage<'_>) -> bool {
    let several = |pair: &[crate::words::Word<'_>]| pair[0].lower == "flere" && fits("svar*", &pair[1].lower);
    passage.words.windows(2).any(several)
}

/// "25 procent om andet".
fn is_the_rest(passage: &Passage<'_>, claim: &Claim) -> bool {
    let rest = |w: &str| matches!(w, "andet" | "andre" | "øvrige" | "øvrigt" | "resten");
    passage.words_after(claim.span.end).iter().take(3).any(|w| rest(&w.lower))
}

/// A share of people or cases above 100 percent.
pub(super) fn above_all(passage: &Passage<'_>) -> Vec<Arithmetic> {
    let is_above = |c: &&Claim| {
        is_share(c) && c.value > 100.0 && passage.measure(c).is_some_and(definitions::is_never_above_100)
    };
    let found = |c: &Claim| Arithmetic::new(false, Sum::AboveAll { stated: c.quote.clone() }, &[c]);
    passage.claims.iter().filter(is_above).map(found).collect()
}

/// One unit of the coarsest last digit.
fn last_digit(claims: &[&Claim]) -> f64 {
    let decimals = claims.iter().map(|c| c.decimals()).min().unwrap_or(0);
    0.1_f64.powi(decimals)
}

fn as_number(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}
