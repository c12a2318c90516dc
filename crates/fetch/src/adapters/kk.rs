//! København: Drupal's JSON:API lists the items of agendas and of minutes; attachments hang on their pages.

use jiff::civil::Date;
use serde::Deserialize;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, at, encoded, html, meeting_group};
use crate::Source;
use crate::dates::iso_day;

pub(super) struct Kk;

#[derive(Deserialize)]
struct Elements {
    data: Vec<Element>,
    #[serde(default)]
    links: Links,
}

#[derive(Deserialize, Default)]
struct Links {
    next: Option<Link>,
}

#[derive(Deserialize)]
struct Link {
    href: String,
}

#[derive(Deserialize)]
struct Element {
    attributes: Attributes,
}

#[derive(Deserialize)]
struct Attributes {
    title: Option<String>,
    path: Option<Path>,
    agenda_meeting_date: Option<String>,
}

#[derive(Deserialize)]
struct Path {
    alias: Option<String>,
}

impl Adapter for Kk {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        let mut url = match at(&start.source.base, "/jsonapi/node/agenda_element") {
            Some(url) => url,
            None => return Vec::new(),
        };
        {
            let mut query = url.query_pairs_mut();
            if let Some(since) = start.scope.since {
                query.append_pair("filter[fra][condition][path]", "agenda_meeting_date");
                query.append_pair("filter[fra][condition][operator]", ">=");
                query.append_pair("filter[fra][condition][value]", &since.to_string());
            }
            let fields = "title,path,agenda_meeting_date,agenda_element_serial_no";
            query.append_pair("fields[node--agenda_element]", fields);
            query.append_pair("sort", "-agenda_meeting_date");
            query.append_pair("page[limit]", "50");
        }
        vec![Ask::new(url, Step::List)]
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let elements: Elements = serde_json::from_str(page)?;
        let listed = elements.data.into_iter().filter_map(|e| element(start.source, e.attributes)).collect();
        let next = elements.links.next.and_then(|link| ask.url.join(&link.href).ok());
        Ok(Page { listed, next: next.into_iter().map(|url| Ask::new(url, Step::List)).collect() })
    }

    fn parts(&self, _: &Source, whole: &Listed, document: &str) -> Result<Vec<Listed>, BadListing> {
        let page = html::parse(document)?;
        let css = "#agenda-element-appendices a[href], .agenda-element-appendix a[href]";
        let links = html::links(&page, css, &whole.fetch);
        let files = links.into_iter().filter(|link| self.is_part(link.url.as_str()));
        Ok(files.map(|link| whole.part(link.url, link.text)).collect())
    }

    fn is_part(&self, url: &str) -> bool {
        url.contains("/sites/default/files/")
    }
}

fn element(source: &Source, attributes: Attributes) -> Option<Listed> {
    let alias = attributes.path?.alias?;
    let path: Vec<String> = alias.split('/').map(encoded).collect();
    let mut listed = Listed::new(source, at(&source.base, &path.join("/"))?);
    let day = attributes.agenda_meeting_date.as_deref().and_then(iso_day);
    listed.item.group = day.and_then(|day| group(&alias, day, attributes.title.as_deref()));
    listed.item.title = attributes.title;
    listed.item.published = day;
    listed.has_parts = true;
    Some(listed)
}

/// An item stands under the agenda and under the minutes; committee, day and title tell that it is the same.
fn group(alias: &str, day: Date, title: Option<&str>) -> Option<String> {
    let committee = alias.trim_matches('/').split('/').nth(1)?;
    Some(format!("{}: {}", meeting_group(day, committee), title.unwrap_or_default().trim().to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn items_of_agenda_and_minutes() {
        let source = fixture("kk", "https://www.kk.dk", "");
        let ask = Kk.start(&start(&source)).remove(0);
        let element = |stage: &str| {
            format!(
                r#"{{"attributes":{{"title":"Budget for børn","path":{{"alias":"/dagsordener-og-referater/Klima-, Miljø- og Teknikudvalget/møde-04052026/{stage}/punkt-3"}},"agenda_meeting_date":"2026-05-04T14:00:00+02:00"}}}}"#
            )
        };
        let json = format!(
            r#"{{"data":[{},{}],"links":{{"next":{{"href":"https://www.kk.dk/jsonapi/node/agenda_element?page%5Boffset%5D=50"}}}}}}"#,
            element("dagsorden"),
            element("referat")
        );
        let page = Kk.read(&start(&source), &ask, &json).expect("a list");
        assert_eq!(
            page.listed[0].item.url,
            "https://www.kk.dk/dagsordener-og-referater/Klima-%2C%20Milj%C3%B8-%20og%20Teknikudvalget/m%C3%B8de-04052026/dagsorden/punkt-3"
        );
        assert_eq!(page.listed[0].item.group, page.listed[1].item.group);
        assert_eq!(page.next.len(), 1);
        let body = r##"<a href="#agenda-element-appendices">Se alle bilag</a><div id="agenda-element-appendices">
            <div class="agenda-element-appendix"><a href="/sites/default/files/agenda/g/g-bilag-1.pdf">Bilag 1</a></div></div>"##;
        let parts = Kk.parts(&source, &page.listed[0], body).expect("a page");
        assert_eq!(parts.len(), 1);
        assert_eq!(parts[0].item.title.as_deref(), Some("Bilag 1"));
    }
}
