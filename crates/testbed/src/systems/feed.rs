//! News as RSS and Atom, with the dates that feeds have in the wild.

use std::fmt::Write;

use super::news::newest_first;
use super::page::NOTE;
use crate::calendar::{rfc822, with_offset};
use crate::web::{Reply, Request, escape};
use crate::world::{Article, Site};

/// The most entries of a feed.
const ENTRIES: usize = 30;

pub(super) fn rss(site: &Site, request: &Request) -> Reply {
    let origin = request.origin(&site.news_host);
    let name = site.place.name();
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Nyheder fra {name} Kommune</title>\
         <link>{origin}/nyheder</link><description>{NOTE}</description>\n"
    );
    for article in newest_first(site).into_iter().take(ENTRIES) {
        let link = format!("{origin}{}", article.path());
        let _ = writeln!(
            xml,
            "<item><title>{}</title><link>{link}?utm_source=rss</link><guid isPermaLink=\"true\">{link}</guid>\
             <pubDate>{}</pubDate><description>{}</description></item>",
            escape(&article.title),
            rss_date(site, article),
            escape(&teaser(article)),
        );
    }
    xml.push_str("</channel></rss>\n");
    Reply::xml("application/rss+xml; charset=utf-8", xml)
}

/// RFC 822 as it should be, ISO, or day and month swapped.
fn rss_date(site: &Site, article: &Article) -> String {
    match site.code % 3 {
        0 => rfc822(article.published),
        1 => with_offset(article.published),
        _ => article.published.strftime("%m/%d/%Y %H:%M:%S").to_string(),
    }
}

pub(super) fn atom(site: &Site, request: &Request) -> Reply {
    let origin = request.origin(&site.news_host);
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\
         <title>Nyheder fra {} Kommune</title><id>{origin}/nyheder</id><subtitle>{NOTE}</subtitle>\n",
        site.place.name()
    );
    for article in newest_first(site).into_iter().take(ENTRIES) {
        // Some systems never update their links after a move.
        let path = if site.code % 2 == 1 { article.old_path() } else { article.path() };
        let link = format!("{origin}{path}");
        let date = with_offset(article.published);
        let _ = writeln!(
            xml,
            "<entry><title>{}</title><link rel=\"alternate\" href=\"{link}\"/><id>{link}</id>\
             <published>{date}</published><updated>{date}</updated><summary>{}</summary></entry>",
            escape(&article.title),
            escape(&teaser(article)),
        );
    }
    xml.push_str("</feed>\n");
    Reply::xml("application/atom+xml; charset=utf-8", xml)
}

fn teaser(article: &Article) -> String {
    article.passages.first().map(|p| p.text.clone()).unwrap_or_default()
}
