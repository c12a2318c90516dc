//! Frederikssund: lists of a committee by year, agenda and minutes of a meeting side by side.

use url::Url;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, html, lists, meeting_group};
use crate::Source;
use crate::dates::in_path;

pub(super) struct Frederikssund;

impl Adapter for Frederikssund {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        let asks = lists(start, Step::Index);
        asks.into_iter().map(|ask| of_year(&ask.url, start.today.year() + 1)).collect()
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let Step::Year(year) = ask.step else { return Ok(Page::default()) };
        let page = html::parse(page)?;
        let below = format!("{}/", ask.url.path().trim_end_matches('/').to_lowercase());
        let links = html::links(&page, "a[href]", &ask.url);
        let listed: Vec<Listed> = links
            .into_iter()
            .filter(|link| link.url.path().to_lowercase().starts_with(&below))
            .filter_map(|link| record(start.source, link))
            .collect();
        // Next year may not have begun; before that the first year without meetings is the end.
        let is_over = listed.is_empty() && year < start.today.year();
        let oldest = start.scope.since.map_or(0, jiff::civil::Date::year);
        let next = (!is_over && year > oldest).then(|| of_year(&ask.url, year - 1));
        Ok(Page { listed, next: next.into_iter().collect() })
    }
}

fn of_year(list: &Url, year: i16) -> Ask {
    let mut url = list.clone();
    url.set_query(Some(&format!("year={year}")));
    Ask::new(url, Step::Year(year))
}

/// `.../<committee>/2026-05-04_15-00/referat`
fn record(source: &Source, link: html::Link) -> Option<Listed> {
    let parts: Vec<String> = link.url.path_segments()?.map(str::to_lowercase).collect();
    let [.., committee, _, stage] = &parts[..] else { return None };
    let day = in_path(link.url.path())?;
    let is_record = stage == "dagsorden" || stage == "referat";
    let mut listed = is_record.then(|| Listed::new(source, link.url.clone()))?;
    listed.item.name = format!("{day}-{stage}.html");
    listed.item.title = link.text;
    listed.item.published = Some(day);
    listed.item.group = Some(meeting_group(day, committee));
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn years_back_to_the_first_empty_one() {
        let options = "{ lists = [\"/Politik/Dagsordener-og-referater/byraadet\"] }";
        let source = fixture("frederikssund", "https://www.frederikssund.dk", options);
        let start = start(&source);
        let ask = Frederikssund.start(&start).remove(0);
        assert_eq!(ask.url.query(), Some("year=2027"));
        let empty = "<h1>Byrådet</h1><a href='/Politik/andet/2026-05-04_15-00/referat'>x</a>";
        let this_year = Frederikssund.read(&start, &ask, empty).expect("a list").next.remove(0);
        assert_eq!(this_year.step, Step::Year(2026));
        let page = "<a href='/politik/dagsordener-og-referater/byraadet/2026-05-04_15-00/referat'>Referat 4. maj</a>\
            <a href='/politik/dagsordener-og-referater/byraadet/2026-05-04_15-00/dagsorden'>Dagsorden 4. maj</a>";
        let found = Frederikssund.read(&start, &this_year, page).expect("a list");
        assert_eq!(found.listed.len(), 2);
        assert_eq!(found.listed[0].item.group, found.listed[1].item.group);
        let last_year = Ask::new(this_year.url, Step::Year(2025));
        assert!(Frederikssund.read(&start, &last_year, empty).expect("a list").next.is_empty());
    }
}
