//! Lists that pages carry for machines (JSON-LD of schema.org): `ItemList`, and articles by themselves.

use scraper::Html;
use serde_json::{Map, Value};
use url::Url;

use super::{Listed, html};
use crate::{Source, dates};

/// The documents that a page at `base` names in its JSON-LD; scripts that are no JSON name none.
pub(super) fn listed(source: &Source, page: &Html, base: &Url) -> Vec<Listed> {
    let mut found = Vec::new();
    for script in html::below(page.root_element(), "script[type='application/ld+json']") {
        let text: String = script.text().collect();
        if let Ok(value) = serde_json::from_str::<Value>(&text) {
            walk(&value, &mut |entry| found.extend(document(source, entry, base)));
        }
    }
    found
}

/// Hands the entries of lists and the articles in a value to `take`. The parser limits its depth.
fn walk(value: &Value, take: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, take)),
        Value::Object(object) => {
            if is_a(object, "ItemList") {
                let entries = object.get("itemListElement").and_then(Value::as_array);
                let entries = entries.into_iter().flatten().filter_map(Value::as_object);
                entries.for_each(|e| take(e.get("item").and_then(Value::as_object).unwrap_or(e)));
            } else if is_a(object, "Article") {
                take(object);
            }
            for key in ["@graph", "mainEntity", "hasPart"] {
                object.get(key).into_iter().for_each(|value| walk(value, take));
            }
        }
        _ => {}
    }
}

/// Whether a type of an object ends in `name`: a `NewsArticle` is an `Article`.
fn is_a(object: &Map<String, Value>, name: &str) -> bool {
    let ends = |value: &Value| value.as_str().is_some_and(|t| t.ends_with(name));
    match object.get("@type") {
        Some(Value::Array(types)) => types.iter().any(ends),
        Some(one) => ends(one),
        None => false,
    }
}

fn document(source: &Source, entry: &Map<String, Value>, base: &Url) -> Option<Listed> {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
    let page = || entry.get("mainEntityOfPage").and_then(|p| p.as_str().or_else(|| p.get("@id")?.as_str()));
    let address = text("url").or_else(|| text("item")).or_else(|| text("@id")).or_else(page)?;
    let mut listed = Listed::new(source, base.join(address).ok().filter(Url::has_host)?);
    listed.fetch = Url::parse(&listed.item.url).unwrap_or(listed.fetch);
    listed.item.title = text("headline").or_else(|| text("name")).map(str::to_owned);
    let day = text("datePublished").and_then(dates::feed_day);
    listed.item.published = day.or_else(|| dates::in_path(listed.fetch.path()));
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::fixture;

    #[test]
    fn lists_and_articles() {
        let source = fixture("listpage", "https://www.a.dk/presse", "{ item = \"li\" }");
        let list = r##"<script type="application/ld+json">{"@graph":[{"@type":["ItemList"],"itemListElement":[
            {"@type":"ListItem","position":1,"url":"https://www.a.dk/presse/børn?utm_source=x","name":"Børn"},
            {"@type":"ListItem","item":{"@type":"NewsArticle","@id":"/presse/æ","headline":"Æ","datePublished":"2026-10-05T08:00:00+02:00"}},
            {"@type":"ListItem","position":3}]},
            {"@type":"BreadcrumbList","itemListElement":[{"@type":"ListItem","item":{"@id":"https://www.a.dk/"}}]}]}</script>
            <script type="application/ld+json">{ikke json}</script>
            <script type="application/ld+json">{"@type":"NewsArticle","headline":"Å","mainEntityOfPage":{"@id":"https://www.a.dk/20260720-aa"}}</script>"##;
        let page = html::parse(list).expect("a page");
        let found = listed(&source, &page, &source.base);
        let found: Vec<_> = found
            .iter()
            .map(|l| (l.item.url.as_str(), l.item.title.as_deref(), l.item.published.map(|d| d.to_string())))
            .collect();
        assert_eq!(
            found,
            [
                ("https://www.a.dk/presse/b%C3%B8rn", Some("Børn"), None),
                ("https://www.a.dk/presse/%C3%A6", Some("Æ"), Some("2026-10-05".to_owned())),
                ("https://www.a.dk/20260720-aa", Some("Å"), Some("2026-07-20".to_owned())),
            ]
        );
    }
}
