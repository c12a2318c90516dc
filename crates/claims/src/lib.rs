//! Danish text to statements, and statements to the rates, counts and years they report.
//!
//! [`segment()`] cuts blocks into statements; [`find_claims`] reads one of them:
//! [`lex`] → [`marks`] (numbers that are none) → [`times`] → [`rates`], [`fractions`], [`counts`] →
//! [`role`], [`years`], [`places`], [`mod@measure`] for each. Knows no files, no clock and no index.

mod approx;
mod base;
mod carried;
mod clause;
mod context;
mod correction;
mod counts;
mod expectation;
mod fractions;
mod goal;
mod heads;
mod letters;
mod lex;
mod lexicon;
mod marks;
mod measure;
mod mention;
mod minutes;
mod movement;
mod number;
mod pattern;
mod places;
mod rates;
mod role;
pub mod score;
mod segment;
mod sentence;
mod tables;
mod times;
mod trigger;
mod unit;
mod words;
mod year_lists;
mod years;

use belaeg_model::{
    BlockKind, ByteSpan, Claim, ClaimFound, Extracted, Found, Metadata, Place, Statement, StatementKind, Year,
};
use jiff::civil::Date;

pub use correction::is_correction;
pub use measure::{Measure, Topic, label, measure_key, measures, topic};
pub use segment::segment;

use crate::context::Above;
use crate::mention::{Form, Mention};
use crate::places::PlaceAt;
use crate::sentence::Sentence;
use crate::tables::TableReader;
use crate::times::Time;

/// The name and version of the rules, kept with what they found.
pub const EXTRACTOR: &str = "claims/5";

/// What is known about a statement from its document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// The place that published it.
    pub place: Option<Place>,
    /// When it was published; "sidste år" is resolved against it.
    pub published: Option<Date>,
}

impl Context {
    /// The context that a document's metadata gives.
    pub fn of(meta: &Metadata) -> Self {
        Self {
            place: meta.place.as_ref().map(|s| s.value),
            published: meta.published.as_ref().map(|s| s.value),
        }
    }
}

/// What one statement reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Rates and counts, in the order of the text.
    pub claims: Vec<Claim>,
    /// Every calendar year it mentions or resolves to, sorted.
    pub years: Vec<Year>,
    /// Every place it names, in order of first mention.
    pub places: Vec<Place>,
}

/// The statements of an extracted document with their claims, in order, each read when it is asked for: memory does not
/// grow with the text.
pub fn statements(extracted: &Extracted) -> impl Iterator<Item = Statement> {
    let context = Context::of(&extracted.meta);
    let kind = extracted.meta.kind.as_ref().map(|k| k.value);
    let title = extracted.meta.title.as_ref().map_or("", |t| t.value.as_str());
    let mut above = Above::new(kind, title, &context);
    let mut reader: Option<TableReader<'_>> = None;
    let mut last_block = usize::MAX;
    segment(&extracted.text, &extracted.blocks).map(move |(span, kind)| {
        let block = extracted.blocks.partition_point(|b| b.span.end <= span.start);
        let same_block = std::mem::replace(&mut last_block, block) == block;
        if kind == StatementKind::TableRow && !reader.as_ref().is_some_and(|r| r.table().span.contains(span))
        {
            reader = reader_at(extracted, span, &context);
        }
        let row = reader.as_ref().filter(|_| kind == StatementKind::TableRow).and_then(|r| r.row(span));
        let text = span.of(&extracted.text);
        let mut found = row.unwrap_or_else(|| find_claims_after(text, &context, above.told()));
        above.read(text, (span, same_block), kind, &mut found, &context);
        let Findings { mut claims, years, places } = found;
        for claim in &mut claims {
            claim.doubtful = extracted.is_doubtful(claim.span.shifted(span.start));
        }
        Statement { claims, years, places, ..placed(extracted, &above, span, kind) }
    })
}

/// The statements of an extracted document without looking for claims, years and places in them.
pub fn outline(extracted: &Extracted) -> impl Iterator<Item = Statement> {
    let kind = extracted.meta.kind.as_ref().map(|k| k.value);
    let mut above = Above::new(kind, "", &Context::default());
    segment(&extracted.text, &extracted.blocks).map(move |(span, kind)| {
        above.place_in_minutes(span.of(&extracted.text), span, kind);
        placed(extracted, &above, span, kind)
    })
}

/// The statement at `span` with its place in the document, before its words are read.
fn placed(extracted: &Extracted, above: &Above, span: ByteSpan, kind: StatementKind) -> Statement {
    let (section, item) = above.minutes();
    let page = extracted.page_at(span);
    let ocr = page.is_some_and(|page| extracted.ocr_pages.binary_search(&page).is_ok());
    let (claims, years, places) = (Vec::new(), Vec::new(), Vec::new());
    Statement { span, kind, page, ocr, section, item, claims, years, places }
}

/// A reader for the table that the line at `row` stands in.
fn reader_at<'a>(extracted: &'a Extracted, row: ByteSpan, context: &Context) -> Option<TableReader<'a>> {
    let table = extracted.tables.partition_point(|t| t.span.end <= row.start);
    let table = extracted.tables.get(table).filter(|t| t.span.contains(row))?;
    let above = &extracted.blocks[..extracted.blocks.partition_point(|b| b.span.start < table.span.start)];
    let heading =
        above.iter().rev().take(4).find(|b| matches!(b.kind, BlockKind::Heading(_))).map(|b| b.span);
    // "Alle tal er i procent.": the words right above a table.
    let paragraphs = above.iter().rev().take(3).filter(|b| b.kind == BlockKind::Paragraph);
    let lead_in = paragraphs.filter_map(|b| b.span.get(&extracted.text)).find_map(|words| {
        words.split_inclusive(". ").find(|s| s.starts_with("Alle tal") || s.starts_with("Tallene er"))
    });
    Some(TableReader::new(&extracted.text, table, heading, lead_in, context))
}

/// The rates, counts, years and places of one statement.
pub fn find_claims(text: &str, context: &Context) -> Findings {
    find_claims_after(text, context, &[])
}

/// The findings of a statement that follows one about the years `told`: "Året før var det 7 %".
fn find_claims_after(text: &str, context: &Context, told: &[Year]) -> Findings {
    if text.len() > LONGEST_STATEMENT {
        return in_pieces(text, context);
    }
    if !trigger::may_report(text) {
        return Findings { places: distinct(places::spelled(text)), ..Findings::default() };
    }
    read(text, context, told)
}

/// A longer text, in bytes, is no statement: it is read sentence by sentence, so that time grows with its length.
const LONGEST_STATEMENT: usize = 1024;

/// The findings of a text that is too long for one statement.
fn in_pieces(text: &str, context: &Context) -> Findings {
    let mut all = Findings::default();
    for span in segment::pieces(text, LONGEST_STATEMENT) {
        let found = find_claims(span.of(text), context);
        all.claims.extend(found.claims.into_iter().map(|c| Claim { span: c.span.shifted(span.start), ..c }));
        all.years.extend(found.years);
        for place in found.places {
            if !all.places.contains(&place) {
                all.places.push(place);
            }
        }
    }
    all.years.sort_unstable();
    all.years.dedup();
    all
}

fn read(text: &str, context: &Context, told: &[Year]) -> Findings {
    let mut s = Sentence::new(text);
    let times = times::find_times(&mut s, context.published, told);
    let mut mentions = rates::find_rates(&mut s, &times);
    fractions::find_fractions(&mut s, &mut mentions);
    mentions.extend(counts::find_counts(&mut s));
    mentions.sort_by_key(|m| (m.first, m.form == Form::Count));
    let places = places::places_of(&s, context.place);
    let claims = describe(&s, &mentions, &times, &places, context);
    let claims = one_a_place(&s, &mentions, &places, claims);
    let years = all_years(&s, &times, &claims);
    Findings { claims, years, places: distinct(places.into_iter().map(|p| p.place)) }
}

/// What each mention is about.
fn describe(
    s: &Sentence<'_>,
    mentions: &[Mention],
    times: &[Time],
    places: &[PlaceAt],
    context: &Context,
) -> Vec<Claim> {
    if mentions.is_empty() {
        return Vec::new();
    }
    let approx: Vec<_> = mentions.iter().map(|m| approx::approx_of(s, m)).collect();
    let mut roles: Vec<_> = mentions.iter().zip(&approx).map(|(m, a)| role::role_of(s, m, *a)).collect();
    role::hand_on(s, mentions, &mut roles);
    let plain: Vec<_> = roles.iter().map(|(role, _)| *role).collect();
    let years = years::attach(s, mentions, &plain, times);
    let place = places::attach(s, mentions, places, context.place);
    let between = measure::Between::new(s, mentions);
    let measures = measure::attach(s, mentions, &roles, &between);
    let areas = measure::areas(s, mentions, &between);
    let published = context.published.map(Date::year);
    let expects = expectation::expects_anything(s);
    (0..mentions.len())
        .map(|i| {
            let (m, (role, moves)) = (&mentions[i], roles[i]);
            let measure = measures[i].clone();
            let role = role::settle(role, moves, expects, &years[i].0, published);
            let found = ClaimFound {
                years: years[i].1,
                place: place[i].1,
                measure: measure.as_deref().map(measure::found),
                rule: m.form.rule(),
            };
            let span = s.span(m.first, m.last);
            Claim {
                quote: span.of(s.text).to_owned(),
                span,
                value: m.value,
                value_max: m.value_max,
                unit: m.unit,
                per: m.per,
                numerator: m.ratio.map(|(x, _)| x),
                denominator: m.ratio.map(|(_, y)| y),
                noun: m.noun.clone(),
                role,
                approx: approx[i],
                years: years[i].0.clone(),
                place: place[i].0,
                measure,
                area: areas[i].clone(),
                out_of_range: Claim::exceeds_range(m.unit, role, m.value_max.unwrap_or(m.value)),
                doubtful: false,
                found,
            }
        })
        .collect()
}

/// Claims about several places, one for each of them.
fn one_a_place(s: &Sentence<'_>, mentions: &[Mention], places: &[PlaceAt], claims: Vec<Claim>) -> Vec<Claim> {
    if places.len() < 2 {
        return claims;
    }
    let of_each = |(m, claim): (&Mention, Claim)| {
        let shared = places::shared(s, m, places);
        let found = ClaimFound { place: Some(Found::Explicit), ..claim.found };
        let copies: Vec<Claim> =
            shared.into_iter().map(|place| Claim { place: Some(place), found, ..claim.clone() }).collect();
        if copies.is_empty() { vec![claim] } else { copies }
    };
    mentions.iter().zip(claims).flat_map(of_each).collect()
}

/// Every year of the times. "Fra 2019 til 2021 steg den fra 85 til 86 pct." tells of two years and of none between.
fn all_years(s: &Sentence<'_>, times: &[Time], claims: &[Claim]) -> Vec<Year> {
    let is_of = |year: &Year| claims.iter().any(|c| c.years == [*year]);
    let ends = |t: &&Time| {
        t.from_to
            && s.word_before(t.first) == "fra"
            && t.years.first().is_some_and(is_of)
            && t.years.last().is_some_and(is_of)
    };
    let inner = |t: &Time, y: &Year| {
        Some(t).filter(ends).is_some() && t.years.first() != Some(y) && t.years.last() != Some(y)
    };
    let of_time = |t: &'_ Time| t.years.iter().copied().filter(|y| !inner(t, y)).collect::<Vec<_>>();
    let mut years: Vec<Year> = times.iter().flat_map(of_time).collect();
    years.sort_unstable();
    years.dedup();
    years
}

/// Each place once, in order of first mention.
fn distinct(places: impl IntoIterator<Item = Place>) -> Vec<Place> {
    let mut found = Vec::new();
    for place in places {
        if !found.contains(&place) {
            found.push(place);
        }
    }
    found
}
