//! The lists of a source: page by page to their ends, and what they name.

use std::collections::{HashMap, HashSet, VecDeque};

use url::Url;

use super::Visit;
use super::wanted::Standing;
use crate::adapters::{Ask, BadListing, Listed, Page, Start, Step};
use crate::body;
use crate::event::{Cause, Exchange, Item, Purpose};
use crate::{Scope, Source};

/// Bytes of a list, decoded. A page's tree takes fifty times as many.
pub(super) const LIST_BYTES: u64 = 16 << 20;

/// After so many pages in a row that lead to further lists and to no document, the lists have no end.
const IDLE_PAGES: usize = 20;

/// How far the lists of a source were read.
#[derive(Default)]
struct Progress {
    asked: HashSet<Url>,
    /// Decoded bytes.
    bytes: u64,
    /// Pages in a row that only led on.
    idle: usize,
}

impl Visit<'_> {
    pub(super) async fn read_lists(&mut self) {
        let (source, scope, today) = (self.source, self.scope, self.today);
        let start = Start { source, scope: &scope, today };
        let mut asks = VecDeque::from(self.adapter.start(&start));
        let idle_pages = IDLE_PAGES + asks.len();
        let mut progress = Progress::default();
        while let Some(ask) = asks.pop_front() {
            if self.is_finished() {
                return;
            }
            if !progress.asked.insert(ask.url.clone()) {
                continue;
            }
            if let Some(why) = self.is_endless(&progress, idle_pages) {
                self.is_cut = true;
                return self.alarm(why);
            }
            let Some((page, bytes)) = self.read_list(&start, &ask).await else {
                self.is_cut = true;
                continue;
            };
            let (new, is_old) = (self.is_new(&page), self.is_before_scope(&page));
            let only_leads_on = ask.step == Step::Index && !new && !page.next.is_empty();
            progress.bytes = progress.bytes.saturating_add(bytes);
            progress.idle = if only_leads_on { progress.idle + 1 } else { 0 };
            self.take(page.listed).await;
            if ask.step != Step::List || !page.next.iter().all(|n| n.step == Step::List) || (new && !is_old) {
                asks.extend(page.next);
            } else if !page.next.is_empty() && !is_old {
                self.is_cut = true;
                self.alarm(format!("the list goes in circles: {} brings nothing new", ask.url));
            }
        }
    }

    /// Why the lists are rather without end than long.
    fn is_endless(&self, progress: &Progress, idle_pages: usize) -> Option<String> {
        let settings = &self.client.settings;
        let (pages, bytes) = (settings.listing_pages, settings.listing_bytes);
        if progress.asked.len() > pages {
            return Some(format!("the lists have more than {pages} pages; the rest is left out"));
        }
        if progress.bytes > bytes {
            let mib = bytes >> 20;
            return Some(format!("the lists have more than {mib} MiB; the rest is left out"));
        }
        let is_idle = progress.idle > idle_pages;
        is_idle.then(|| {
            format!("{} lists in a row lead only to more lists; the rest is left out", progress.idle)
        })
    }

    /// Whether a page names anything that no page before it did.
    fn is_new(&self, page: &Page) -> bool {
        page.listed.iter().any(|l| !self.seen.contains(&l.item.url))
    }

    /// Whether a page has only documents from before what is wanted, as those of lists by date have at their end.
    fn is_before_scope(&self, page: &Page) -> bool {
        !page.listed.is_empty() && page.listed.iter().all(|l| !self.scope.wants(l.item.published))
    }

    /// A page of a list, and its decoded bytes.
    async fn read_list(&mut self, start: &Start<'_>, ask: &Ask) -> Option<(Page, u64)> {
        let exchange = match self.get(&ask.url, false).await {
            Ok(answer) => answer.exchange,
            Err(failure) => {
                let what = format!("{}: {}: {}", ask.url, failure.cause, failure.why);
                // Without its first list there is nothing to go on with; a host that refuses one is not asked for others.
                self.is_over |= failure.cause == Cause::Forbidden;
                *self.report.failed.entry(failure.cause).or_default() += 1;
                self.give_up(failure).await;
                self.alarm(what);
                return None;
            }
        };
        let (exchange, page) = self.parse_list(start, ask, exchange).await;
        match page {
            Ok(page) => {
                self.client.emit(&self.source.id, Purpose::Listing, exchange).await;
                Some(page)
            }
            Err((cause, why)) => {
                *self.report.failed.entry(cause).or_default() += 1;
                self.client.emit(&self.source.id, Purpose::Failed(cause), exchange).await;
                self.alarm(format!("{}: {cause}: {why}", ask.url));
                None
            }
        }
    }

    async fn parse_list(
        &self,
        start: &Start<'_>,
        ask: &Ask,
        exchange: Exchange,
    ) -> (Exchange, Result<(Page, u64), (Cause, String)>) {
        let limit = self.client.settings.body_bytes.min(LIST_BYTES);
        let (adapter, source, scope, today): (_, Source, Scope, _) =
            (self.adapter, start.source.clone(), *start.scope, start.today);
        let ask = ask.clone();
        let (bytes, is_compressed) = (exchange.body.len(), exchange.content_encoding.is_some());
        let job = move || {
            let read = |exchange: &Exchange| {
                let bytes = body::decoded(exchange, limit).map_err(|bad| (bad.cause, bad.why))?;
                let text = body::text(&bytes, exchange.media_type.as_deref());
                if is_cut_off(&text) {
                    let why = "the list seems cut off: it begins as HTML and has no </html> at its end";
                    return Err((Cause::BadListing, why.to_owned()));
                }
                let start = Start { source: &source, scope: &scope, today };
                let page = adapter.read(&start, &ask, &text);
                Ok((page.map_err(|BadListing(why)| (Cause::BadListing, why))?, bytes.len() as u64))
            };
            let page = read(&exchange);
            (exchange, page)
        };
        self.client.offload.run(bytes, is_compressed, job).await
    }

    /// Takes in what a page names, each document once.
    pub(super) async fn take(&mut self, listed: Vec<Listed>) {
        let listed = listed.into_iter().map(|one| self.resolved(one)).collect();
        for listed in merged(listed) {
            if self.seen.contains(&listed.item.url) || !self.scope.wants(listed.item.published) {
                continue;
            }
            self.report.listed += 1;
            self.note(&listed);
            match self.standing(&listed) {
                Standing::AsItWas => {
                    // It came once: what is forbidden beside it is not the whole.
                    self.forbidden = 0;
                    self.report.unchanged += 1;
                }
                Standing::Missed(cause) => *self.report.known.entry(cause).or_default() += 1,
                Standing::Wanted if self.is_finished() => {}
                Standing::Wanted => self.fetch(listed).await,
            }
        }
    }

    /// A document under the address that it is kept under, where the list has another one.
    fn resolved(&self, mut listed: Listed) -> Listed {
        let item = &mut listed.item;
        if !self.known.contains_key(&item.url)
            && !self.adapter.is_part(&item.url)
            && let Some(owner) = self.client.owner(&item.url)
            && owner != item.url
        {
            item.aliases.push(std::mem::replace(&mut item.url, owner));
        }
        listed
    }

    pub(super) fn note(&mut self, listed: &Listed) {
        self.seen.insert(listed.item.url.clone());
        self.report.newest = self.report.newest.max(listed.item.published);
    }
}

/// Whether a page begins as a whole document of HTML and does not end as one. Where JSON and XML end is seen by those who
/// read them.
fn is_cut_off(page: &str) -> bool {
    /// Comments and scripts may follow the end.
    const TAIL_BYTES: usize = 4 << 10;
    let starts =
        |text: &str, with: &str| text.get(..with.len()).is_some_and(|s| s.eq_ignore_ascii_case(with));
    let mut start = page.trim_start();
    // XHTML begins as XML.
    for (open, close) in [("<?xml", "?>"), ("<!--", "-->")] {
        if starts(start, open) {
            start = start.split_once(close).map_or("", |(_, rest)| rest.trim_start());
        }
    }
    if !starts(start, "<!doctype html") && !starts(start, "<html") {
        return false;
    }
    let end = b"</html";
    let tail = &page.as_bytes()[page.len().saturating_sub(TAIL_BYTES)..];
    !tail.windows(end.len()).any(|w| w.eq_ignore_ascii_case(end))
}

/// Each document once, with the other addresses that the list has for it.
pub(super) fn merged(listed: Vec<Listed>) -> Vec<Listed> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut merged: Vec<Listed> = Vec::new();
    for one in listed {
        if let Some(&at) = places.get(&one.item.url) {
            let first: &mut Item = &mut merged[at].item;
            first.published = first.published.or(one.item.published);
            let others = one.item.aliases.into_iter().filter(|a| *a != first.url);
            let others: Vec<String> = others.filter(|a| !first.aliases.contains(a)).collect();
            first.aliases.extend(others);
        } else {
            places.insert(one.item.url.clone(), merged.len());
            merged.push(one);
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_end_in_the_middle() {
        let comments = |n: usize| format!("<html>æ</HTML >{}", "<!-- ø -->".repeat(n));
        for (page, expected) in [
            ("<ul><li>Børn</ul>", false),
            ("<!DOCTYPE html><p>Børn</p></html>", false),
            (comments(100).as_str(), false),
            (comments(1000).as_str(), true),
            ("\n<!doctype HTML>\n<html lang=da><ul><li>Bør", true),
            ("<?xml version='1.0'?>\n<!-- å --><!DOCTYPE html PUBLIC><html><ul>", true),
            ("<?xml version='1.0'?><rss>", false),
            ("<html", true),
            ("<htm", false),
            ("<!doctype htm\u{e6}", false),
            ("{}", false),
            ("", false),
        ] {
            assert_eq!(is_cut_off(page), expected, "{page:.60}");
        }
    }
}
