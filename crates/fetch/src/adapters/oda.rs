//! The open data of Folketinget: documents with their files, a hundred at once.

use belaeg_model::Place;
use serde::Deserialize;
use url::Url;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, at};
use crate::Source;
use crate::dates::{iso_day, iso_instant};

/// The most rows of an answer.
const ROWS: usize = 100;

pub(super) struct Oda;

#[derive(Deserialize)]
struct Rows {
    value: Vec<Document>,
    #[serde(rename = "odata.nextLink")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Document {
    titel: Option<String>,
    dato: Option<String>,
    #[serde(rename = "Fil", default)]
    files: Option<Vec<File>>,
}

#[derive(Deserialize)]
struct File {
    titel: Option<String>,
    filurl: Option<String>,
    versionsdato: Option<String>,
}

impl Adapter for Oda {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        let since = start.scope.since.map(|day| format!("dato ge datetime'{day}T00:00:00'"));
        let filter: Vec<String> = start.source.options.filter.iter().cloned().chain(since).collect();
        let Some(mut url) = at(&start.source.base, "/api/Dokument") else { return Vec::new() };
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("$format", "json").append_pair("$expand", "Fil");
            query.append_pair("$orderby", "dato desc").append_pair("$inlinecount", "allpages");
            if !filter.is_empty() {
                query.append_pair("$filter", &filter.join(" and "));
            }
            query.append_pair("$skip", "0");
        }
        vec![Ask::new(url, Step::List)]
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let rows: Rows = serde_json::from_str(page)?;
        let is_full = rows.value.len() >= ROWS;
        let listed = rows.value.into_iter().flat_map(|d| files(start.source, d, &ask.url)).collect();
        let next = match rows.next {
            Some(link) => ask.url.join(&link).ok(),
            None => is_full.then(|| skip_more(&ask.url)),
        };
        Ok(Page { listed, next: next.into_iter().map(|url| Ask::new(url, Step::List)).collect() })
    }
}

fn files(source: &Source, document: Document, base: &Url) -> Vec<Listed> {
    let Document { titel, dato, files } = document;
    let day = dato.as_deref().and_then(iso_day);
    let of_file = |file: File| {
        let mut listed = Listed::new(source, base.join(file.filurl?.trim()).ok()?);
        // The letters are of many kommuner.
        listed.item.place = source.place.filter(|place| *place != Place::DENMARK);
        listed.item.title = titel.clone().or(file.titel);
        listed.item.published = day;
        listed.item.modified = file.versionsdato.as_deref().and_then(iso_instant);
        listed.item.mark = file.versionsdato;
        Some(listed)
    };
    files.into_iter().flatten().filter_map(of_file).collect()
}

/// The same question from a hundred rows further on.
fn skip_more(url: &Url) -> Url {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let skipped =
        pairs.iter().find(|(key, _)| key == "$skip").and_then(|(_, v)| v.parse().ok()).unwrap_or(0_usize);
    let mut next = url.clone();
    let kept = pairs.into_iter().filter(|(key, _)| key != "$skip");
    next.query_pairs_mut().clear().extend_pairs(kept).append_pair("$skip", &(skipped + ROWS).to_string());
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn files_and_pages() {
        let source = fixture("oda", "https://oda.ft.dk", "{ filter = \"substringof('kommune',titel)\" }");
        let start = start(&source);
        let ask = Oda.start(&start).remove(0);
        let row = r#"{"titel":"Svar om børn","dato":"2026-03-02T00:00:00","Fil":[{"titel":"f","filurl":"https://www.ft.dk/a/1.pdf","versionsdato":"2026-03-03T00:00:00"}]}"#;
        let one = Oda.read(&start, &ask, &format!("{{\"value\":[{row}]}}")).expect("rows");
        assert_eq!(one.listed[0].item.url, "https://www.ft.dk/a/1.pdf");
        assert_eq!(one.listed[0].item.published.map(|d| d.to_string()).as_deref(), Some("2026-03-02"));
        assert!(one.next.is_empty());
        let full = format!("{{\"value\":[{}]}}", vec![row; ROWS].join(","));
        let next = Oda.read(&start, &ask, &full).expect("rows").next.remove(0);
        assert!(next.url.query_pairs().any(|(k, v)| k == "$skip" && v == "100"));
        assert!(next.url.query_pairs().any(|(k, v)| k == "$filter" && v == "substringof('kommune',titel)"));
    }
}
