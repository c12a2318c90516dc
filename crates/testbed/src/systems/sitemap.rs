//! Sitemaps: an index, one member gzipped, and dates that tell of a migration and not of publication.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::news::SOFT_404;
use crate::web::{Reply, Request};
use crate::world::{Article, Site};

/// Every page was moved on this day.
const MIGRATION: &str = "2025-11-03";

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    let origin = request.origin(&site.news_host);
    match request.path.as_str() {
        "/sitemap.xml" => Some(index(request, &origin)),
        "/sitemap-nyheder.xml.gz" => {
            let there = |a: &&Article| a.withdrawn.is_none() && !a.is_letter;
            let articles = site.articles.iter().filter(there).map(Article::path);
            // A dead page stays in the sitemap.
            let xml = urls(&origin, articles.chain([SOFT_404.to_owned()]));
            Some(Reply::new(200, "application/gzip", gzip(xml.as_bytes())))
        }
        "/sitemap-sider.xml" => {
            let pages = ["/", "/borger", "/nyheder", "/om-kommunen/kontakt"];
            Some(Reply::xml("application/xml", urls(&origin, pages.map(str::to_owned))))
        }
        _ if request.endless => {
            // Each answer is one more index.
            let next = request.number("side").unwrap_or(0) + 1;
            let locations = [format!("{origin}/sitemap-flere.xml?side={next}")];
            Some(Reply::xml("application/xml", sitemap_index(&locations)))
        }
        _ => None,
    }
}

fn index(request: &Request, origin: &str) -> Reply {
    let mut locations =
        vec![format!("{origin}/sitemap-sider.xml"), format!("{origin}/sitemap-nyheder.xml.gz")];
    if request.endless {
        locations.push(format!("{origin}/sitemap-flere.xml?side=1"));
    }
    Reply::xml("application/xml", sitemap_index(&locations))
}

fn sitemap_index(locations: &[String]) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                   <sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
        .to_owned();
    for location in locations {
        let _ = writeln!(xml, "<sitemap><loc>{location}</loc><lastmod>{MIGRATION}</lastmod></sitemap>");
    }
    xml + "</sitemapindex>\n"
}

fn urls(origin: &str, paths: impl IntoIterator<Item = String>) -> String {
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                   <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
        .to_owned();
    for path in paths {
        let _ = writeln!(xml, "<url><loc>{origin}{path}</loc><lastmod>{MIGRATION}</lastmod></url>");
    }
    xml + "</urlset>\n"
}

/// Gzipped without a time, so that the same bytes give the same file.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
