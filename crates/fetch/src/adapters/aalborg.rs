//! Aalborg's own application: a list for each committee, whose links lead to a machine of its developers.

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, at, html, meeting_group};
use crate::Source;
use crate::dates::iso_day;

pub(super) struct Aalborg;

impl Adapter for Aalborg {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        let source = start.source;
        let list = |id: &u64| at(&source.base, &format!("/dagsordenreferat/?Id={id}"));
        source.options.committees.iter().filter_map(list).map(|url| Ask::new(url, Step::Index)).collect()
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let page = html::parse(page)?;
        let heading =
            html::below(page.root_element(), "h1").into_iter().find_map(html::text).unwrap_or_default();
        let links = html::links(&page, "a.moede-link[href]", &ask.url);
        let listed = links.into_iter().filter_map(|l| meeting(start.source, &l, &heading)).collect();
        Ok(Page { listed, next: Vec::new() })
    }
}

/// Of a link only the query counts.
fn meeting(source: &Source, link: &html::Link, committee: &str) -> Option<Listed> {
    let query = link.url.query()?;
    let mut listed = Listed::new(source, at(&source.base, &format!("/dagsordenreferat/visreferat?{query}"))?);
    let value = |name: &str| link.url.query_pairs().find(|(key, _)| key == name).map(|(_, v)| v.into_owned());
    let day = value("moedetitel").and_then(|title| iso_day(title.get(..10)?));
    let committee = value("udvalg").unwrap_or_else(|| committee.to_owned());
    listed.item.name = day.map_or("referat.html".to_owned(), |day| format!("{day}.html"));
    listed.item.title = Some(format!("Referat: {committee}")).filter(|_| !committee.is_empty());
    listed.item.group = day.map(|day| meeting_group(day, &committee));
    listed.item.published = day;
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn only_the_query_counts() {
        let source = fixture("aalborg", "https://apps.aalborgkommune.dk", "{ committees = [8000] }");
        let start = start(&source);
        let ask = Aalborg.start(&start).remove(0);
        assert_eq!(ask.url.as_str(), "https://apps.aalborgkommune.dk/dagsordenreferat/?Id=8000");
        let page = "<h1>Byrådet</h1><a class=moede-link \
            href='http://localhost:5287/x/visreferat?id=7&amp;udvalg=Byr%C3%A5det&amp;moedetitel=2026-05-04'>4/5</a>";
        let found = Aalborg.read(&start, &ask, page).expect("a list").listed;
        assert_eq!(
            found[0].item.url,
            "https://apps.aalborgkommune.dk/dagsordenreferat/visreferat?id=7&udvalg=Byr%C3%A5det&moedetitel=2026-05-04"
        );
        assert_eq!(found[0].item.title.as_deref(), Some("Referat: Byrådet"));
    }
}
