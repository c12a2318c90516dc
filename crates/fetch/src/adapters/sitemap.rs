//! Sitemaps and indexes of sitemaps.

use super::xml::{self, Node};
use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step};
use crate::address::canonical;
use crate::dates::{in_path, iso_instant};

pub(super) struct Sitemap;

impl Adapter for Sitemap {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        vec![Ask::new(start.source.base.clone(), Step::Index)]
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let mut entries = Entries::default();
        xml::read(page, |node| entries.take(node))?;
        if !entries.is_map {
            return Err(BadListing("neither a sitemap nor an index of them".to_owned()));
        }
        let next = entries.maps.iter().filter_map(|map| Some(Ask::new(ask.url.join(map).ok()?, Step::Index)));
        let listed = entries.pages.iter().filter_map(|(page, modified)| {
            let url = ask.url.join(page).ok()?;
            let wanted = start.source.options.include.as_deref();
            if wanted.is_some_and(|part| !canonical(&url).contains(part)) {
                return None;
            }
            let mut listed = Listed::new(start.source, url);
            // The day of the last change may be that of a migration: it tells versions apart, and no more.
            listed.item.published = in_path(listed.fetch.path());
            listed.item.modified = modified.as_deref().and_then(iso_instant);
            listed.item.mark.clone_from(modified);
            Some(listed)
        });
        Ok(Page { listed: listed.collect(), next: next.collect() })
    }
}

#[derive(Default)]
struct Entries {
    is_map: bool,
    in_index: bool,
    location: Option<String>,
    modified: Option<String>,
    maps: Vec<String>,
    pages: Vec<(String, Option<String>)>,
}

impl Entries {
    fn take(&mut self, node: Node) {
        match node {
            Node::Start { name, .. } => match name.as_str() {
                "urlset" => self.is_map = true,
                "sitemapindex" => (self.is_map, self.in_index) = (true, true),
                "url" | "sitemap" => (self.location, self.modified) = (None, None),
                _ => {}
            },
            Node::End { name, text } => match name.as_str() {
                // Pictures have a `loc` of their own behind that of the page.
                "loc" if self.location.is_none() && !text.is_empty() => self.location = Some(text),
                "lastmod" if !text.is_empty() => self.modified = Some(text),
                "sitemap" if self.in_index => self.maps.extend(self.location.take()),
                "url" => self.pages.extend(self.location.take().map(|l| (l, self.modified.take()))),
                _ => {}
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn index_and_pages() {
        let source = fixture("sitemap", "https://www.a.dk/sitemap.xml", "{ include = \"/nyheder/\" }");
        let start = start(&source);
        let ask = Sitemap.start(&start).remove(0);
        let index = "<sitemapindex xmlns=\"x\"><sitemap><loc>https://www.a.dk/n.xml.gz</loc></sitemap></sitemapindex>";
        assert_eq!(Sitemap.read(&start, &ask, index).expect("an index").next[0].url.path(), "/n.xml.gz");
        let map = "<urlset><url><loc>https://www.a.dk/nyheder/20260720-b%C3%B8rn</loc><lastmod>2025-11-03</lastmod>\
            <image:image xmlns:image=\"i\"><image:loc>https://www.a.dk/x.jpg</image:loc></image:image></url>\
            <url><loc>https://www.a.dk/borger</loc></url></urlset>";
        let page = Sitemap.read(&start, &ask, map).expect("a sitemap");
        assert_eq!(page.listed.len(), 1);
        let item = &page.listed[0].item;
        assert_eq!(item.published.map(|d| d.to_string()).as_deref(), Some("2026-07-20"));
        assert_eq!(item.mark.as_deref(), Some("2025-11-03"));
        assert!(Sitemap.read(&start, &ask, "<kort><side>x</side></kort>").is_err());
    }
}
