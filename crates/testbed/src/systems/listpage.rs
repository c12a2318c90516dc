//! News as a list of pages, five articles each: links in a list, or cards that keep their words in attributes.

use std::fmt::Write;

use super::news::newest_first;
use super::page::page;
use crate::calendar::long;
use crate::web::{Reply, Request, escape};
use crate::world::{Article, News, Site};

/// Articles on a page of the list.
const ARTICLES: usize = 5;

/// The selectors of the list for `sources.toml`.
pub(crate) fn selectors(site: &Site) -> &'static str {
    if site.news == News::Cards {
        return "{ list = \"div.nyhedsarkiv\", item = \"bui-web-card\", link = \"a\", next = \"li.pager__item--next a\" }";
    }
    "{ list = \"ul.nyhedsliste\", item = \"li.nyhed\", link = \"a.nyhed-link\", next = \"li.pager__item--next a\" }"
}

pub(super) fn respond(site: &Site, request: &Request) -> Reply {
    let number = request.number("page").unwrap_or(0);
    let articles = newest_first(site);
    let from = if request.endless { 0 } else { number * ARTICLES };
    let shown = articles.iter().skip(from).take(ARTICLES);
    let mut body = "<h1>Nyheder</h1>\n".to_owned();
    body.push_str(&if site.news == News::Cards {
        format!("<div class=\"nyhedsarkiv\">{}</div>", shown.map(|a| card(a)).collect::<String>())
    } else {
        format!("<ul class=\"nyhedsliste\">{}</ul>", shown.map(|a| entry(a)).collect::<String>())
    });
    if request.endless || (number + 1) * ARTICLES < articles.len() {
        let next = number + 1;
        let _ = write!(
            body,
            "\n<ul><li class=\"pager__item--next\"><a href=\"/nyheder?page={next}\">Næste</a></li></ul>"
        );
    }
    page(site, "Nyheder", "", &body)
}

fn entry(article: &Article) -> String {
    format!(
        "<li class=\"nyhed\"><a class=\"nyhed-link\" href=\"{}\">{}</a> <span class=\"dato\">{}</span></li>\n",
        article.path(),
        escape(&article.title),
        long(article.published.date()),
    )
}

fn card(article: &Article) -> String {
    format!(
        "<bui-web-card heading=\"{}\" tagline=\"{}\"><a href=\"{}\"></a></bui-web-card>\n",
        escape(&article.title),
        long(article.published.date()),
        article.path(),
    )
}
