//! The date of publication that a page shows: what `<time>`, a class or a property marks as one, near the title.

use std::ops::Range;

use jiff::civil::Date;

use super::boilerplate::Survey;
use super::dates::first_date;
use super::dom::{Dom, Tag};
use super::measure::leads_away;
use super::names::Senses;

/// Bytes of a text that holds a date and little else.
const LONGEST: usize = 120;
/// Bytes of text before and behind the title within which the date of the page stands.
const BEFORE: usize = 800;
const BEHIND: usize = 5000;
/// How many candidates on either side of the title are looked at.
const MOST: usize = 100;
/// How many `<time>` further on are looked at.
const MANY: usize = 20;
/// Nodes next to a date among which a link makes it a teaser's.
const BESIDE: usize = 8;
/// How many elements around a date may mark it.
const AROUND: usize = 3;
/// How many elements around a date may say that it belongs to something else.
const FAR_AROUND: usize = 12;

/// The marked date that stands next to the title (or the beginning of the text); `skipped` says what nobody sees.
pub(super) fn find(dom: &Dom<'_>, survey: &Survey, skipped: &[bool], text: &Range<usize>) -> Option<Date> {
    let title = survey.title.unwrap_or(text.start);
    let mut best: Option<(usize, Date)> = None;
    for (at, distance) in near(dom, skipped, title, text.end) {
        if best.is_some_and(|(nearest, _)| distance >= nearest) {
            continue;
        }
        if let Some(date) = marked_date(dom, survey, at, title) {
            best = Some((distance, date));
        }
    }
    // Some pages give the date below their text.
    best.map(|(_, date)| date).or_else(|| {
        text.clone()
            .filter(|at| dom.items.get(*at).is_some_and(|item| item.tag == Tag::Time) && !skipped[*at])
            .take(MANY)
            .find_map(|at| marked_date(dom, survey, at, title))
    })
}

/// The date of the address, where markup differs from it by a day: the markup has the day in Greenwich.
pub(crate) fn local_day(markup: Date, address: Option<Date>) -> Date {
    let next_to =
        |date: &Date| markup.tomorrow().ok() == Some(*date) || markup.yesterday().ok() == Some(*date);
    address.filter(next_to).unwrap_or(markup)
}

/// The nodes around `title` (behind the text's `end` those that are no teaser's) and how many bytes of text lie between; what stands above counts double.
fn near(dom: &Dom<'_>, skipped: &[bool], title: usize, end: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut seen = 0;
    let mut at = title;
    while let Some(item) = dom.items.get(at).filter(|_| seen <= BEHIND) {
        if skipped[at] {
            at = item.end;
            continue;
        }
        let apart = at >= end && is_beside_link(dom, at);
        if !apart && is_candidate(item.tag, item.text(), item.name()) {
            found.push((at, seen));
            if found.len() >= MOST {
                break;
            }
        }
        seen += item.text().trim().len();
        at += 1;
    }
    seen = 0;
    for at in (0..title).rev() {
        let item = &dom.items[at];
        if skipped[at] {
            continue;
        }
        seen += item.text().trim().len() * 2;
        if seen > BEFORE * 2 || found.len() >= 2 * MOST {
            break;
        }
        if is_candidate(item.tag, item.text(), item.name()) {
            found.push((at, seen));
        }
    }
    found
}

/// Whether a link stands next to a node, as in a teaser.
fn is_beside_link(dom: &Dom<'_>, at: usize) -> bool {
    let around = dom.ancestors(at).take(2).flat_map(|a| dom.subtree(a).take(BESIDE));
    around.into_iter().any(|n| dom.items[n].tag == Tag::Link && leads_away(dom.items[n].attr("href")))
}

fn is_candidate(tag: Tag, text: &str, name: &str) -> bool {
    match tag {
        Tag::Text => text.trim().len() <= LONGEST && text.bytes().any(|b| b.is_ascii_digit()),
        Tag::Time => true,
        _ => name == "abbr",
    }
}

fn marked_date(dom: &Dom<'_>, survey: &Survey, at: usize, title: usize) -> Option<Date> {
    let item = &dom.items[at];
    let date = match item.tag {
        Tag::Text => first_date(item.text().trim()),
        Tag::Time => item.attr("datetime").and_then(first_date),
        _ => item.attr("title").and_then(first_date),
    }?;
    let around = || dom.ancestors(at).take(AROUND).chain([at]);
    let marked = around().any(|n| dom.items[n].tag == Tag::Time || says_date(dom, n));
    // What holds the title as well holds the document.
    let apart = dom.ancestors(at).take(FAR_AROUND).chain([at]).filter(|n| !dom.subtree(*n).contains(&title));
    let other = apart.into_iter().any(|n| is_elsewhere(dom, survey, n));
    (marked && !other && !around().any(|n| says_update(dom, n)) && !follows_update(dom, at)).then_some(date)
}

/// Whether its names or its property mark a date.
fn says_date(dom: &Dom<'_>, at: usize) -> bool {
    const WORDS: &[&str] = &[
        "date",
        "datum",
        "dato",
        "publish",
        "posted",
        "postmeta",
        "meta",
        "fecha",
        "authored",
        "submitted",
        "created",
        "info",
        "timestamp",
        "time",
        "author",
        "byline",
        "zeit",
        "veroeffentlicht",
        "subtitle",
    ];
    names(dom, at, |name| WORDS.iter().any(|word| name.contains(word)))
}

fn says_update(dom: &Dom<'_>, at: usize) -> bool {
    const WORDS: &[&str] = &["modified", "update-", "-update", "lastmod", "event", "lastedit", "expire"];
    names(dom, at, |name| WORDS.iter().any(|word| name.contains(word)))
}

/// Asks whether one of its class, id and property is so.
fn names(dom: &Dom<'_>, at: usize, is: impl Fn(&str) -> bool) -> bool {
    let item = &dom.items[at];
    ["class", "id", "itemprop", "property"]
        .iter()
        .filter_map(|name| item.attr(name))
        .any(|value| is(&value.get(..value.floor_char_boundary(200)).unwrap_or("").to_ascii_lowercase()))
}

/// Whether what stands in an element is a remark of a reader, another document, or the frame of the site.
fn is_elsewhere(dom: &Dom<'_>, survey: &Survey, at: usize) -> bool {
    let other = Senses::COMMENT.and(Senses::RELATED).and(Senses::STRONG);
    matches!(dom.items[at].tag, Tag::Nav | Tag::Footer | Tag::Quote) || survey.senses(at).any(other)
}

/// Whether the words before a date say that it is the time of the last change.
fn follows_update(dom: &Dom<'_>, at: usize) -> bool {
    let own = dom.items[at].text();
    let before = (at.saturating_sub(3)..at).rev().map(|n| dom.items[n].text()).find(|t| !t.trim().is_empty());
    is_update(own) || before.is_some_and(|text| text.len() <= LONGEST && is_update(text))
}

/// Whether a line speaks of a change.
pub(crate) fn is_update(line: &str) -> bool {
    const WORDS: &[&str] = &[
        "opdateret",
        "ændret",
        "rettet",
        "revideret",
        "updated",
        "modified",
        "aktualisiert",
        "geändert",
        "änderung",
        "mis à jour",
        "modifié",
        "actualizado",
        "aktualizacja",
    ];
    let line = line.to_lowercase();
    WORDS.iter().any(|word| line.contains(word))
}
