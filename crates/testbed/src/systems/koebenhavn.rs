//! København: Drupal with JSON:API, every item twice, pages with attachments.

use std::collections::HashMap;
use std::fmt::Write;

use serde_json::{Value, json};

use super::{Published, attachment_pdf, kind, of_attachment, of_record, open_items, page};
use crate::calendar::with_offset;
use crate::truth::Kind;
use crate::web::{Reply, Request, encode_path, encode_value, escape};
use crate::world::{Attachment, Item, Meeting, Record, Site, Stage};

const ROOT: &str = "/dagsordener-og-referater";

/// One item as it stands under `/dagsorden/` or `/referat/`.
struct Element<'a> {
    meeting: &'a Meeting,
    record: &'a Record,
    item: &'a Item,
    /// The path, as Drupal keeps it: not encoded.
    alias: String,
}

fn elements(site: &Site) -> impl Iterator<Item = Element<'_>> {
    let records = site.meetings.iter().flat_map(|m| m.records.iter().map(move |r| (m, r)));
    let items = records.flat_map(|(m, r)| open_items(r).map(move |i| (m, r, i)));
    items.map(|(meeting, record, item)| {
        let stage = match record.stage {
            Stage::Agenda => "dagsorden",
            Stage::Supplementary => "tillægsdagsorden",
            Stage::Minutes | Stage::Closed => "referat",
        };
        let committee = site.committee(meeting).name;
        let date = meeting.begins.strftime("%d%m%Y");
        let alias = format!("{ROOT}/{committee}/møde-{date}/{stage}/punkt-{}", item.number);
        Element { meeting, record, item, alias }
    })
}

fn visible(site: &Site) -> impl Iterator<Item = Element<'_>> {
    elements(site).filter(|e| e.record.withdrawn.is_none())
}

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    let path = request.path.trim_end_matches('/');
    if path == "/jsonapi/node/agenda_element" {
        return Some(json_api(site, request));
    }
    if let Some(file) = path.strip_prefix("/sites/default/files/agenda/") {
        let all = visible(site).flat_map(|e| e.item.attachments.iter());
        let found = all.into_iter().find(|a| file_path(a).ends_with(file))?;
        return Some(attachment_pdf(&found.name, &found.passages));
    }
    let below = path.strip_prefix(ROOT)?;
    if let Some(element) = visible(site).find(|e| e.alias == path) {
        return Some(element_page(site, &element));
    }
    let committee = below.trim_start_matches('/');
    site.committees.iter().any(|c| c.name == committee).then(|| list(site, request, committee))
}

/// `filter[NAME][condition][path|operator|value]`, gathered by name.
fn conditions(request: &Request) -> Vec<(String, String)> {
    let mut groups: HashMap<String, HashMap<String, String>> = HashMap::new();
    for (key, value) in request.parameters() {
        let mut parts = key.split(['[', ']']).filter(|p| !p.is_empty());
        if parts.next() == Some("filter")
            && let (Some(name), Some("condition"), Some(part)) = (parts.next(), parts.next(), parts.next())
        {
            groups.entry(name.to_owned()).or_default().insert(part.to_owned(), value);
        }
    }
    let on_date = |g: &HashMap<String, String>| g.get("path").is_some_and(|p| p == "agenda_meeting_date");
    let pair = |g: HashMap<String, String>| {
        let operator = g.get("operator").cloned().unwrap_or_else(|| "=".to_owned());
        Some((operator, g.get("value")?.chars().take(10).collect()))
    };
    groups.into_values().filter(on_date).filter_map(pair).collect()
}

fn holds(date: &str, operator: &str, value: &str) -> bool {
    match operator {
        ">=" => date >= value,
        ">" => date > value,
        "<" => date < value,
        "<=" => date <= value,
        _ => date == value,
    }
}

fn json_api(site: &Site, request: &Request) -> Reply {
    let conditions = conditions(request);
    let day = |e: &Element| e.meeting.begins.date().to_string();
    let mut found: Vec<Element> =
        visible(site).filter(|e| conditions.iter().all(|(op, value)| holds(&day(e), op, value))).collect();
    found.sort_by_key(|e| (e.meeting.begins, e.alias.clone()));
    if request.parameter("sort").is_some_and(|s| s.starts_with('-')) {
        found.reverse();
    }
    let limit = request.number("page[limit]").unwrap_or(50).clamp(1, 50);
    let offset = request.number("page[offset]").unwrap_or(0);
    let from = if request.endless { 0 } else { offset };
    let data: Vec<Value> = found.iter().skip(from).take(limit).map(element_json).collect();
    let address = |offset| json!({ "href": page_address(request, offset) });
    let mut links = json!({ "self": address(offset) });
    if request.endless || offset + limit < found.len() {
        links["next"] = address(offset + limit);
    }
    let body = json!({ "jsonapi": { "version": "1.0" }, "data": data, "links": links });
    Reply::new(200, "application/vnd.api+json", body.to_string())
}

/// The address of this list from another offset on.
fn page_address(request: &Request, offset: usize) -> String {
    let others = request.parameters().filter(|(key, _)| key != "page[offset]");
    let mut query: String = others.fold(String::new(), |q, (key, value)| {
        q + &format!("{}={}&", encode_value(&key), encode_value(&value))
    });
    let _ = write!(query, "page%5Boffset%5D={offset}");
    format!("{}{}?{query}", request.origin(&request.host), request.path)
}

fn element_json(element: &Element) -> Value {
    json!({
        "type": "node--agenda_element",
        "id": element.item.id,
        "attributes": {
            "title": element.item.title,
            "path": { "alias": element.alias, "pid": element.item.number, "langcode": "da" },
            "agenda_meeting_date": with_offset(element.meeting.begins),
            "agenda_element_serial_no": element.item.number,
        },
    })
}

fn file_path(attachment: &Attachment) -> String {
    format!("/sites/default/files/agenda/{0}/{0}-bilag-{1}.pdf", attachment.id, attachment.order)
}

fn element_page(site: &Site, element: &Element) -> Reply {
    let Element { meeting, item, .. } = element;
    let mut body = format!(
        "<h1>{}. {}</h1>\n<div class=\"agenda-head\"><p>Mødedato: {}</p><p>Mødested: Rådhuset</p></div>\n\
         <div class=\"node__content\">\n{}<a href=\"#agenda-element-appendices\">Se alle bilag</a>\n",
        item.number,
        escape(&item.title),
        meeting.begins.strftime("%d.%m.%Y, kl. %H:%M"),
        page::sections(item, "h2"),
    );
    body.push_str("<div id=\"agenda-element-appendices\">");
    for attachment in &item.attachments {
        let (path, name) = (file_path(attachment), escape(&attachment.name));
        let _ = write!(body, "<div class=\"agenda-element-appendix\"><a href=\"{path}\">{name}</a></div>");
    }
    body.push_str("</div>\n</div>");
    page::page(site, &item.title, "", &body)
}

/// The HTML list of a committee, ten items a page.
fn list(site: &Site, request: &Request, committee: &str) -> Reply {
    const PAGE: usize = 10;
    let min = request.parameter("agenda_meeting_date_value[min]").unwrap_or_default();
    let max = request.parameter("agenda_meeting_date_value[max]").unwrap_or_default();
    let number = request.number("page").unwrap_or(0);
    let wanted = |e: &Element| {
        let date = e.meeting.begins.date().to_string();
        site.committee(e.meeting).name == committee && date >= min && (max.is_empty() || date <= max)
    };
    let found: Vec<Element> = visible(site).filter(wanted).collect();
    let from = if request.endless { 0 } else { number * PAGE };
    let mut body = format!("<h1>{committee}</h1><table>");
    for element in found.iter().skip(from).take(PAGE) {
        let _ = writeln!(
            body,
            "<tr><td class=\"views-field-agenda-meeting-date\">{}</td><td class=\"item-number\">{}</td>\
             <td class=\"item-content\"><a href=\"{}\">{}</a></td></tr>",
            element.meeting.begins.strftime("%d.%m.%Y"),
            element.item.number,
            encode_path(&element.alias),
            escape(&element.item.title),
        );
    }
    body.push_str("</table>");
    if request.endless || (number + 1) * PAGE < found.len() {
        let others = request.parameters().filter(|(key, _)| key != "page");
        let query: String =
            others.map(|(k, v)| format!("&amp;{}={}", encode_value(&k), encode_value(&v))).collect();
        let _ = write!(
            body,
            "<ul><li class=\"pager__item--next\"><a href=\"?page={}{query}\">Næste</a></li></ul>",
            number + 1
        );
    }
    page::page(site, committee, "", &body)
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    let mut all = Vec::new();
    for element in elements(site) {
        let path = vec![encode_path(&element.alias)];
        let claims = super::claims_in_text(element.item).collect();
        let title = element.item.title.clone();
        let of_meeting = of_record(site, element.meeting, element.record, path);
        let kind: Kind = kind(element.record);
        all.push(Published { title, claims, kind, ..of_meeting });
        for attachment in &element.item.attachments {
            let document = (attachment.name.as_str(), vec![file_path(attachment)], &attachment.passages[..]);
            all.push(of_attachment(site, element.meeting, element.record, document));
        }
    }
    all
}
