//! Ringkøbing-Skjern: lists of a committee's meetings, each with a number that outlives the path it stands under.

use scraper::ElementRef;
use url::Url;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, html, lists, meeting_group};
use crate::Source;

pub(super) struct Rksk;

impl Adapter for Rksk {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        lists(start, Step::Index)
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let page = html::parse(page)?;
        let heading =
            html::below(page.root_element(), "h1").into_iter().find_map(html::text).unwrap_or_default();
        let rows = html::below(page.root_element(), "tr.agenda--tr");
        let listed =
            rows.into_iter().flat_map(|row| meetings(start.source, row, &heading, &ask.url)).collect();
        Ok(Page { listed, next: Vec::new() })
    }
}

fn meetings(source: &Source, row: ElementRef<'_>, committee: &str, base: &Url) -> Vec<Listed> {
    let day = html::date(row);
    let links = html::below(row, "a[href*='AgendaID=']").into_iter().filter_map(|a| html::link(a, base));
    links
        .map(|link| {
            let mut listed = Listed::new(source, link.url);
            let number =
                listed.fetch.query_pairs().find(|(key, _)| key == "AgendaID").map(|(_, v)| v.into_owned());
            listed.item.name = format!("{}.html", number.unwrap_or_default());
            let stage = link.text.unwrap_or_default();
            let title = [stage.as_str(), committee]
                .into_iter()
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join(": ");
            listed.item.title = Some(title).filter(|t| !t.is_empty());
            listed.item.published = day;
            listed.item.group = day.map(|day| meeting_group(day, committee));
            listed
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn rows_with_numbers() {
        let source = fixture(
            "rksk",
            "https://www.rksk.dk",
            "{ lists = [\"/om-kommunen/byraad/dagsorden-og-referat\"] }",
        );
        let start = start(&source);
        let ask = Rksk.start(&start).remove(0);
        let page = "<h1>Byrådet</h1><table><tr class=agenda--tr><td>4. maj 2026</td>\
            <td><a href='?AgendaID=17'>Referat</a></td></tr><tr class=agenda--tr><td>4. maj 2026</td>\
            <td><a href='?AgendaID=16'>Dagsorden</a></td></tr></table>";
        let found = Rksk.read(&start, &ask, page).expect("a list").listed;
        assert_eq!(
            found[0].item.url,
            "https://www.rksk.dk/om-kommunen/byraad/dagsorden-og-referat?AgendaID=17"
        );
        assert_eq!(found[0].item.title.as_deref(), Some("Referat: Byrådet"));
        assert_eq!(found[0].item.group, found[1].item.group);
    }
}
