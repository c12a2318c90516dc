//! Lists on pages, read with the CSS selectors of the source.

use scraper::ElementRef;
use url::Url;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, html, json_ld};
use crate::{Selectors, Source, dates};

/// Attributes in which cards of web components keep headline and date.
const CARD_TITLE: &str = "heading";
const CARD_DATE: &str = "tagline";

pub(super) struct ListPage;

impl Adapter for ListPage {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        vec![Ask::new(start.source.base.clone(), Step::List)]
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let selectors = &start.source.options.selectors;
        let page = html::parse(page)?;
        let roots = match &selectors.list {
            Some(css) => html::below(page.root_element(), css),
            None => vec![page.root_element()],
        };
        let has_list = !roots.is_empty();
        let css = selectors.item.as_deref().unwrap_or("a");
        let entries = roots.into_iter().flat_map(|root| html::below(root, css));
        let mut listed: Vec<Listed> =
            entries.filter_map(|e| entry(start.source, selectors, e, &ask.url)).collect();
        if listed.is_empty() {
            listed = json_ld::listed(start.source, &page, &ask.url);
        }
        if listed.is_empty() && !has_list {
            let css = selectors.list.as_deref().unwrap_or_default();
            return Err(BadListing(format!("nothing on the page is {css:?}")));
        }
        let next = selectors.next.as_deref().map(|css| html::links(&page, css, &ask.url)).unwrap_or_default();
        let next = next.into_iter().take(1).map(|link| Ask::new(link.url, Step::List)).collect();
        Ok(Page { listed, next })
    }
}

fn entry(source: &Source, selectors: &Selectors, entry: ElementRef<'_>, base: &Url) -> Option<Listed> {
    let link = match &selectors.link {
        Some(css) => html::below(entry, css).into_iter().next(),
        None if entry.value().attr("href").is_some() => Some(entry),
        None => html::below(entry, "a[href]").into_iter().next(),
    };
    let link = html::link(link?, base)?;
    let mut listed = Listed::new(source, link.url);
    listed.fetch = Url::parse(&listed.item.url).unwrap_or(listed.fetch);
    let chosen = |css: &Option<String>| html::below(entry, css.as_deref()?).into_iter().next();
    let attribute = |name| entry.value().attr(name).map(str::trim).filter(|v| !v.is_empty());
    let title = chosen(&selectors.title).and_then(html::text);
    listed.item.title = title.or(link.text).or_else(|| attribute(CARD_TITLE).map(str::to_owned));
    let date = match &selectors.date {
        Some(_) => chosen(&selectors.date).and_then(html::date),
        None => html::date(entry).or_else(|| dates::in_text(attribute(CARD_DATE)?)),
    };
    listed.item.published = date.or_else(|| dates::in_path(listed.fetch.path()));
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn entries_cards_and_next_pages() {
        let options = "{ list = \"ul.n\", item = \"li\", link = \"a\", next = \".naeste a\" }";
        let source = fixture("listpage", "https://www.a.dk/nyheder", options);
        let page = "<a href='/andet'>x</a><ul class=n><li><a href='/nyheder/b?utm_source=x'>Børn</a> 5. oktober 2026</li></ul>\
            <p class=naeste><a href='?page=1'>Næste</a></p>";
        let read = |source, page| {
            let start = start(source);
            ListPage.read(&start, &ListPage.start(&start)[0], page)
        };
        let found = read(&source, page).expect("a list");
        assert_eq!(found.listed.len(), 1);
        assert_eq!(found.listed[0].item.url, "https://www.a.dk/nyheder/b");
        assert_eq!(found.listed[0].item.published.map(|d| d.to_string()).as_deref(), Some("2026-10-05"));
        assert_eq!(found.next[0].url.as_str(), "https://www.a.dk/nyheder?page=1");
        assert!(read(&source, "<h1>Accepter cookies</h1>").is_err());
        let machine = "<script type=application/ld+json>{\"@type\":\"ItemList\",\"itemListElement\":[{\"url\":\"/å\"}]}</script>";
        let found = read(&source, machine).expect("a list for machines");
        assert_eq!(found.listed[0].item.url, "https://www.a.dk/%C3%A5");
        let cards = fixture("listpage", "https://www.a.dk/nyheder", "{ item = \"bui-web-card\" }");
        let card = "<bui-web-card heading='Å' tagline='5. oktober 2026'><a href='/x'></a></bui-web-card>";
        let item = read(&cards, card).expect("a list").listed.remove(0).item;
        assert_eq!((item.title.as_deref(), item.published.is_some()), (Some("Å"), true));
    }
}
