//! Formpipe Meetings+: an overview of about two months, committees with their recent meetings, and a PDF of the minutes.

use scraper::{ElementRef, Html};
use url::Url;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, at, html, meeting_group};
use crate::Source;

pub(super) struct MeetingsPlus;

impl Adapter for MeetingsPlus {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        at(&start.source.base, "/overview").map(|url| Ask::new(url, Step::Index)).into_iter().collect()
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let page = html::parse(page)?;
        let css = ".meeting-list-item a[href], a.meeting-list-item[href], \
                   #committeesRecentContent a.accessible-table-cell[href]";
        let rows = html::below(page.root_element(), css);
        let listed = rows.into_iter().filter_map(|row| meeting(start.source, row, &ask.url)).collect();
        let next = if ask.step == Step::Index { committees(&page, &ask.url) } else { Vec::new() };
        Ok(Page { listed, next })
    }

    fn parts(&self, _: &Source, whole: &Listed, document: &str) -> Result<Vec<Listed>, BadListing> {
        let page = html::parse(document)?;
        let minutes = html::links(&page, "#openProtocol[href], #openProtocol a[href]", &whole.fetch);
        Ok(minutes.into_iter().take(1).map(|link| minutes_of(whole, link.url)).collect())
    }

    fn is_part(&self, url: &str) -> bool {
        url.contains("downloadMode=")
    }

    fn is_window(&self) -> bool {
        true
    }
}

/// The pages of the committees: addresses with one part below `/committees/`.
fn committees(page: &Html, base: &Url) -> Vec<Ask> {
    let links = html::links(page, "a[href*='/committees/']", base);
    let is_committee = |url: &Url| {
        let parts: Vec<&str> = url.path().split('/').filter(|p| !p.is_empty()).collect();
        parts.len() == 2 && parts[0] == "committees"
    };
    links.into_iter().map(|l| l.url).filter(is_committee).map(|url| Ask::new(url, Step::List)).collect()
}

fn meeting(source: &Source, row: ElementRef<'_>, base: &Url) -> Option<Listed> {
    let link = html::link(row, base)?;
    let mut listed = Listed::new(source, link.url);
    listed.item.published = html::date(row).or_else(|| crate::dates::in_path(listed.fetch.path()));
    let committee = listed.fetch.path_segments().and_then(|mut parts| parts.nth(1)).unwrap_or_default();
    listed.item.group = listed.item.published.map(|day| meeting_group(day, committee));
    listed.item.title = link.text;
    listed.has_parts = true;
    Some(listed)
}

fn minutes_of(whole: &Listed, url: Url) -> Listed {
    let title = whole.item.title.as_deref().unwrap_or_default();
    let mut part = whole.part(url, Some(format!("Referat: {title}")));
    part.item.name.push_str(".pdf");
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn overview_committee_and_minutes() {
        let source = fixture("meetingsplus", "https://billund.meetingsplus.dk", "");
        let start = start(&source);
        let ask = MeetingsPlus.start(&start).remove(0);
        let overview = "<li class=meeting-list-item data-content-id=7><a href=/committees/byraadet/moede-x>Byrådet 2026-05-04</a></li>\
            <nav><a href=/committees/byraadet>Byrådet</a></nav>";
        let page = MeetingsPlus.read(&start, &ask, overview).expect("an overview");
        assert_eq!(page.listed[0].item.url, "https://billund.meetingsplus.dk/committees/byraadet/moede-x");
        assert_eq!(page.listed[0].item.group.as_deref(), Some("2026-05-04 byraadet"));
        assert_eq!(page.next.len(), 1);
        let document =
            "<a id=openProtocol href=/committees/byraadet/moede-x/protocol?downloadMode=open>Referat</a>";
        let parts = MeetingsPlus.parts(&source, &page.listed[0], document).expect("a page");
        assert!(MeetingsPlus.is_part(&parts[0].item.url));
    }
}
