//! Hedensted: an overview of committees, whose pages hold the three values that the call for the list wants.

use url::Url;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, at, encoded, html, lists, meeting_group};
use crate::Source;
use crate::dates::in_path;

pub(super) struct Hedensted;

impl Adapter for Hedensted {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        lists(start, Step::Index)
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let page = html::parse(page)?;
        let mut next = Vec::new();
        if ask.step == Step::Index {
            next.extend(committees(&page, &ask.url));
        }
        for element in html::below(page.root_element(), "[data-listid][data-pageurl][data-elementid]") {
            let value = |name| element.value().attr(name).map(encoded);
            let values = [value("data-listid"), value("data-pageurl"), value("data-elementid")];
            if let [Some(list), Some(page), Some(element)] = values {
                let path = format!(
                    "/surface/AgendaSurface/GetAgendaList?folderId={list}&pageUrl={page}&elementId={element}"
                );
                next.extend(at(&ask.url, &path).map(|url| Ask::new(url, Step::List)));
            }
        }
        let links = html::links(&page, "a.list__link[href]", &ask.url);
        Ok(Page { listed: links.into_iter().filter_map(|l| meeting(start.source, l)).collect(), next })
    }
}

/// The pages right below the overview.
fn committees(page: &scraper::Html, overview: &Url) -> Vec<Ask> {
    let root = format!("{}/", overview.path().trim_end_matches('/'));
    let is_below = |url: &Url| {
        let rest = url.path().strip_prefix(&root).map(|r| r.trim_end_matches('/'));
        url.host() == overview.host() && rest.is_some_and(|r| !r.is_empty() && !r.contains('/'))
    };
    let links = html::links(page, "a[href]", overview).into_iter().map(|l| l.url);
    links.filter(is_below).map(|url| Ask::new(url, Step::Committee)).collect()
}

/// `.../<committee>/04-05-2026`
fn meeting(source: &Source, link: html::Link) -> Option<Listed> {
    let day = in_path(link.url.path())?;
    let mut listed = Listed::new(source, link.url);
    let committee = listed.fetch.path_segments().and_then(|parts| parts.rev().nth(1)).unwrap_or_default();
    listed.item.group = Some(meeting_group(day, committee));
    listed.item.name = format!("{day}.html");
    listed.item.title = link.text;
    listed.item.published = Some(day);
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn three_values_for_a_list() {
        let source =
            fixture("hedensted", "https://www.hedensted.dk", "{ lists = [\"/politik/dagsordener\"] }");
        let start = start(&source);
        let ask = Hedensted.start(&start).remove(0);
        let overview = "<a href=/politik/dagsordener/byraadet>Byrådet</a><a href=/politik/andet>x</a>";
        let committee = Hedensted.read(&start, &ask, overview).expect("an overview").next.remove(0);
        assert_eq!(committee.step, Step::Committee);
        let page = "<div data-listid='2026-2029-a' data-pageurl='/politik/dagsordener/byraadet' data-elementid=e1></div>";
        let list = Hedensted.read(&start, &committee, page).expect("a page").next.remove(0);
        assert_eq!(
            list.url.query(),
            Some("folderId=2026-2029-a&pageUrl=%2Fpolitik%2Fdagsordener%2Fbyraadet&elementId=e1")
        );
        let links = "<ul><li><a class=list__link href=/politik/dagsordener/byraadet/04-05-2026>Møde</a></ul>";
        let found = Hedensted.read(&start, &list, links).expect("a list").listed;
        assert_eq!(found[0].item.published.map(|d| d.to_string()).as_deref(), Some("2026-05-04"));
        assert_eq!(found[0].item.group.as_deref(), Some("2026-05-04 byraadet"));
    }
}
