//! News articles and letters on a kommune's own pages, and the front of its site.

use super::page::{page, paragraphs};
use super::{Published, feed, listpage, sitemap};
use crate::calendar::{long, with_offset};
use crate::truth::{Forbidden, Kind};
use crate::web::{Reply, Request, escape};
use crate::world::{Article, News, OLD_PATH, Site, System};

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    if request.host != site.news_host && request.host != site.bare_host() {
        return None;
    }
    let path = request.path.trim_end_matches('/');
    if path.is_empty() {
        return Some(front(site));
    }
    if path.contains("sitemap") && site.news == News::Sitemap {
        return sitemap::respond(site, request);
    }
    if path == feed_path(site).trim_end_matches('/') {
        match site.news {
            News::Rss => return Some(feed::rss(site, request)),
            News::Atom => return Some(feed::atom(site, request)),
            _ => {}
        }
    }
    if path == "/nyheder" {
        return Some(listpage::respond(site, request));
    }
    article(site, path)
}

/// The front page: teasers, whatever the query says.
fn front(site: &Site) -> Reply {
    let teasers: String = newest_first(site).iter().take(3).map(|a| teaser(a)).collect();
    page(site, "Forside", "", &format!("<h1>Velkommen</h1>{teasers}"))
}

fn teaser(article: &Article) -> String {
    format!("<p><a href=\"{}\">{}</a></p>", article.path(), escape(&article.title))
}

/// What lists of news show.
pub(super) fn newest_first(site: &Site) -> Vec<&Article> {
    let there = |a: &&Article| a.withdrawn.is_none() && !a.is_letter;
    let mut articles: Vec<&Article> = site.articles.iter().filter(there).collect();
    articles.sort_by_key(|a| std::cmp::Reverse(a.published));
    articles
}

/// Where a kommune has its feed.
pub(crate) fn feed_path(site: &Site) -> &'static str {
    match (site.code, site.news) {
        (265, _) => "/da-dk/nyheder/rss/",
        (_, News::Atom) => "/nyheder/atom.xml",
        _ => "/nyheder/rss",
    }
}

/// A dead article in the sitemap whose page answers 200.
pub(crate) const SOFT_404: &str = "/nyheder/20190101-flyttet-side";

fn article(site: &Site, path: &str) -> Option<Reply> {
    if path == SOFT_404 {
        return Some(page(
            site,
            "Siden blev ikke fundet",
            "",
            "<h1>Siden blev ikke fundet</h1><p>Prøv at søge.</p>",
        ));
    }
    if let Some(slug) = path.strip_prefix(OLD_PATH) {
        let article = site.articles.iter().find(|a| a.slug == slug && a.withdrawn.is_none())?;
        return Some(Reply::redirect(301, &article.path()));
    }
    let article = site.articles.iter().find(|a| a.path() == path)?;
    match article.withdrawn {
        Some(gone) if gone.status == 410 => Some(Reply::status(410, "Siden er fjernet")),
        Some(_) => Some(Reply::not_found()),
        None => Some(article_page(site, article)),
    }
}

fn article_page(site: &Site, article: &Article) -> Reply {
    let day = article.published.date();
    let title = escape(&article.title);
    // The kommuner date their articles in their own ways; one in five only in the address.
    let date = match site.code % 5 {
        0 => String::new(),
        1 => format!("<p class=\"date\">Publiceret {}</p>", day.strftime("%d-%m-%Y")),
        2 => format!("<time datetime=\"{}\">{}</time>", with_offset(article.published), long(day)),
        3 => format!("<p class=\"date\">{}</p>", long(day)),
        _ => format!(
            "<p class=\"date\">Publiceret {}. Sidst opdateret {}</p>",
            day.strftime("%d.%m.%Y"),
            "01.02.2022"
        ),
    };
    let head = format!("<link rel=\"canonical\" href=\"{}\">", article.path());
    let body = format!("<article><h1>{title}</h1>{date}\n{}</article>", paragraphs(&article.passages));
    page(site, &article.title, &head, &body)
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    site.articles.iter().map(|article| of_article(site, article)).collect()
}

fn of_article(site: &Site, article: &Article) -> Published {
    let path = article.path();
    let system = match (article.is_letter, site.news) {
        (true, _) => System::Urls,
        (_, News::Sitemap) => System::Sitemap,
        (_, News::Rss | News::Atom) => System::Rss,
        (_, News::ListPage | News::Cards) => System::ListPage,
        (_, News::None) => System::None,
    };
    let aliases = [path.clone(), format!("{path}?utm_source=nyhedsbrev"), article.old_path()];
    Published {
        host: site.news_host.clone(),
        paths: aliases.into(),
        place: site.place,
        system,
        kind: if article.is_letter { Kind::Letter } else { Kind::News },
        title: article.title.clone(),
        date: article.published.date(),
        claims: article.passages.iter().flat_map(|p| p.claims.clone()).collect(),
        withdrawn: article.withdrawn,
        forbidden: article.forbidden.then_some(Forbidden::Robots),
    }
}
