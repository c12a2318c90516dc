//! RSS and Atom: the newest entries of a publisher.

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use super::xml::{self, Node};
use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step};
use crate::address::canonical;
use crate::dates::{feed_day, iso_instant};

pub(super) struct Feed;

/// An entry while it is read.
#[derive(Default)]
struct Entry {
    title: Option<String>,
    link: Option<String>,
    /// A permanent link, or what may be one.
    guid: Option<String>,
    published: Option<Date>,
    updated: Option<Timestamp>,
}

impl Adapter for Feed {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        vec![Ask::new(start.source.base.clone(), Step::List)]
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let mut reader = Entries::default();
        xml::read(page, |node| reader.take(node))?;
        if !reader.is_feed {
            return Err(BadListing("neither RSS nor Atom".to_owned()));
        }
        let listed = reader.entries.into_iter().filter_map(|entry| {
            let link = entry.link.or_else(|| entry.guid.clone())?;
            let mut listed = Listed::new(start.source, ask.url.join(&link).ok()?);
            let guid =
                entry.guid.and_then(|g| Url::parse(&g).ok()).filter(|g| g.has_host()).map(|g| canonical(&g));
            listed.item.aliases.extend(guid.filter(|g| *g != listed.item.url));
            // Asked for without what follows readers about.
            listed.fetch = Url::parse(&listed.item.url).unwrap_or(listed.fetch);
            listed.item.title = entry.title;
            listed.item.published = entry.published;
            listed.item.modified = entry.updated;
            listed.item.mark = entry.updated.map(|at| at.to_string());
            Some(listed)
        });
        Ok(Page { listed: listed.collect(), next: Vec::new() })
    }

    fn is_window(&self) -> bool {
        true
    }
}

#[derive(Default)]
struct Entries {
    is_feed: bool,
    current: Option<Entry>,
    entries: Vec<Entry>,
}

impl Entries {
    fn take(&mut self, node: Node) {
        match node {
            Node::Start { name, attributes } => self.begin(&name, &attributes),
            Node::End { name, text } => self.end(&name, text),
        }
    }

    fn begin(&mut self, name: &str, attributes: &[(String, String)]) {
        let value = |key: &str| attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
        match (name, &mut self.current) {
            ("rss" | "feed" | "RDF", _) => self.is_feed = true,
            ("item" | "entry", None) => self.current = Some(Entry::default()),
            ("link", Some(entry)) if matches!(value("rel"), None | Some("alternate")) => {
                entry.link = entry.link.take().or_else(|| value("href").map(str::to_owned));
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &str, text: String) {
        if matches!(name, "item" | "entry") {
            self.entries.extend(self.current.take());
            return;
        }
        let Some(entry) = self.current.as_mut().filter(|_| !text.is_empty()) else { return };
        match name {
            "title" if entry.title.is_none() => entry.title = Some(text),
            "link" if entry.link.is_none() => entry.link = Some(text),
            "guid" => entry.guid = Some(text),
            "id" if text.starts_with("http") => entry.guid = Some(text),
            "pubDate" | "published" | "date" => entry.published = entry.published.or_else(|| feed_day(&text)),
            "updated" => entry.updated = iso_instant(&text),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    fn read(xml: &str) -> Result<Page, BadListing> {
        let source = fixture("rss", "https://www.a.dk/nyheder/rss", "");
        let start = start(&source);
        Feed.read(&start, &Feed.start(&start)[0], xml)
    }

    #[test]
    fn rss() {
        let xml = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Nyheder</title><link>https://www.a.dk/</link>\
            <item><title>Børn &amp; unge</title><link>https://www.a.dk/nyheder/b%C3%B8rn?utm_source=rss&amp;id=2</link>\
            <guid isPermaLink=\"true\">https://www.a.dk/n/17</guid><pubDate>Mon, 05 Oct 2026 14:00:00 +0200</pubDate></item>\
            <item><title><![CDATA[Å <b>]]></title><link>/relativ</link><pubDate>10/05/2026 14:00:00</pubDate></item>\
            </channel></rss>";
        let page = read(xml).expect("a feed");
        let items: Vec<_> = page.listed.iter().map(|l| &l.item).collect();
        assert_eq!(items[0].url, "https://www.a.dk/nyheder/b%C3%B8rn?id=2");
        assert_eq!(items[0].aliases, ["https://www.a.dk/n/17"]);
        assert_eq!(items[0].title.as_deref(), Some("Børn & unge"));
        assert_eq!(items[0].published.map(|d| d.to_string()).as_deref(), Some("2026-10-05"));
        assert_eq!(items[1].url, "https://www.a.dk/relativ");
        assert_eq!((items[1].title.as_deref(), items[1].published), (Some("Å <b>"), None));
    }

    #[test]
    fn atom_keeps_publication_and_update_apart() {
        let xml = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>x</title><entry><title>Nyt</title>\
            <link rel=\"self\" href=\"https://www.a.dk/self\"/><link rel=\"alternate\" href=\"https://www.a.dk/nyt\"/>\
            <id>tag:a.dk,2026:1</id><published>2026-10-05T14:00:00+02:00</published>\
            <updated>2026-10-09T14:00:00+02:00</updated></entry></feed>";
        let item = read(xml).expect("a feed").listed.remove(0).item;
        assert_eq!(item.url, "https://www.a.dk/nyt");
        assert_eq!(item.published.map(|d| d.to_string()).as_deref(), Some("2026-10-05"));
        assert_eq!(item.mark.as_deref(), Some("2026-10-09T12:00:00Z"));
    }

    /// Press rooms at Ritzau: one address for all publishers, titles that come twice, addresses with numbers.
    #[test]
    fn press_rooms() {
        let base = "https://via.ritzau.dk/rss/releases/latest?publisherId=123";
        let source = fixture("rss", base, "");
        let item = |id: u32| {
            format!(
                "<item><title>Børn får bedre tid</title><link>https://via.ritzau.dk/pressemeddelelse/{id}/børn?publisherId=123&amp;lang=da</link>\
                 <guid isPermaLink=\"false\">{id}</guid><pubDate>Mon, 5 Oct 2026 08:00:00 +0200</pubDate></item>"
            )
        };
        let xml = format!("<rss version=\"2.0\"><channel>{}{}</channel></rss>", item(14), item(15));
        let start = start(&source);
        let ask = Feed.start(&start).remove(0);
        assert_eq!(ask.url.as_str(), base);
        let page = Feed.read(&start, &ask, &xml).expect("a feed");
        let urls: Vec<&str> = page.listed.iter().map(|l| l.item.url.as_str()).collect();
        let url =
            |id| format!("https://via.ritzau.dk/pressemeddelelse/{id}/b%C3%B8rn?publisherId=123&lang=da");
        assert_eq!(urls, [url(14), url(15)]);
        assert!(page.listed.iter().all(|l| l.item.aliases.is_empty() && l.item.published.is_some()));
    }

    #[test]
    fn what_is_no_feed() {
        for bad in
            ["", "<html><body>Cookies</body></html>", "<rss><channel><item>", "{}", "<rss></item></rss>"]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(xml in "(<|>|/|item|rss|link href=\"|&|;|#x|\\PC){0,50}") {
            let _ = read(&xml);
        }
    }
}
