//! FirstAgenda Publication: one call lists all committees with all their meetings; each meeting is one call, and its
//! attachments are files.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use serde::Deserialize;
use url::Url;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, at, danish, encoded, meeting_group};
use crate::Source;
use crate::dates::{iso_day, iso_instant};

/// Hits on a page of the search.
const HITS: usize = 200;

/// Where attachments lie, in lower case.
const FILES: &str = "/vis/pdf/bilag/";

pub(super) struct FirstAgenda;

#[derive(Deserialize)]
struct Committees {
    /// The groups are named differently from kommune to kommune.
    #[serde(rename = "Udvalg")]
    groups: BTreeMap<String, Vec<Committee>>,
}

#[derive(Deserialize)]
struct Committee {
    #[serde(rename = "Navn")]
    name: Option<String>,
    #[serde(rename = "Moeder", default)]
    meetings: Option<Vec<Meeting>>,
}

#[derive(Deserialize)]
struct Meeting {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Navn")]
    name: Option<String>,
    #[serde(rename = "Dato")]
    date: Option<String>,
    #[serde(rename = "MeetingBeginUtc")]
    begins: Option<String>,
    #[serde(rename = "ReleasedDate")]
    released: Option<String>,
    #[serde(rename = "Afsluttet")]
    is_closed: Option<bool>,
}

#[derive(Deserialize)]
struct Hits {
    #[serde(rename = "Dagsordner")]
    hits: Vec<Hit>,
}

#[derive(Deserialize)]
struct Hit {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Udvalg")]
    committee: Option<Named>,
    #[serde(rename = "Moede")]
    meeting: Option<Meeting>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "Navn")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Agenda {
    #[serde(rename = "Dagsordenpunkter")]
    items: Vec<AgendaItem>,
}

#[derive(Deserialize)]
struct AgendaItem {
    #[serde(rename = "IsOpen", default = "yes")]
    is_open: bool,
    #[serde(rename = "Navn", alias = "Caption")]
    title: Option<String>,
    #[serde(rename = "Felter", default)]
    fields: Option<Vec<Field>>,
    #[serde(rename = "Bilag", default)]
    attachments: Option<Vec<Attachment>>,
}

#[derive(Deserialize)]
struct Field {
    #[serde(rename = "Navn")]
    name: Option<String>,
    #[serde(rename = "DocumentId")]
    document: Option<String>,
}

#[derive(Deserialize)]
struct Attachment {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Navn", alias = "Caption")]
    name: Option<String>,
    #[serde(rename = "Order", default)]
    order: Option<f64>,
}

fn yes() -> bool {
    true
}

impl Adapter for FirstAgenda {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        let source = start.source;
        let list = at(&source.base, "/api/agenda/udvalgsliste").map(|url| Ask::new(url, Step::Index));
        let first = source.options.search_from.into_iter();
        let since = start.scope.since.map_or(i16::MIN, Date::year);
        let years = first.flat_map(|first| (first.max(since)..=start.today.year() + 1).rev());
        list.into_iter().chain(years.filter_map(|year| search(source, year, 0))).collect()
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        match ask.step {
            Step::Search { year, from } => hits(start.source, page, year, from),
            _ => committees(start.source, page),
        }
    }

    fn parts(&self, source: &Source, whole: &Listed, document: &str) -> Result<Vec<Listed>, BadListing> {
        let agenda: Agenda = serde_json::from_str(document)?;
        let mut seen = HashSet::new();
        let mut parts = Vec::new();
        for item in agenda.items.into_iter().filter(|item| item.is_open) {
            for (id, title) in files(item) {
                let id = id.to_ascii_lowercase();
                if is_document(&id) && seen.insert(id.clone()) {
                    parts.extend(part(source, whole, &id, title));
                }
            }
        }
        Ok(parts)
    }

    fn is_part(&self, url: &str) -> bool {
        url.contains(FILES)
    }

    fn has_session(&self) -> bool {
        true
    }
}

fn search(source: &Source, year: i16, from: usize) -> Option<Ask> {
    let path = format!(
        "/api/agenda/soeg/?request.kriterie.udvalgId=&request.kriterie.moedeDato={year}&request.kriterie.fritekst=\
         &request.paging.startIndex={from}&request.paging.limit={HITS}"
    );
    Some(Ask::new(at(&source.base, &path)?, Step::Search { year, from }))
}

/// All meetings, the latest first.
fn committees(source: &Source, page: &str) -> Result<Page, BadListing> {
    let list: Committees = serde_json::from_str(page)?;
    let mut listed: Vec<Listed> = Vec::new();
    for committee in list.groups.into_values().flatten() {
        let name = committee.name.unwrap_or_default();
        let meetings = committee.meetings.into_iter().flatten();
        listed.extend(meetings.filter_map(|meeting| meeting_of(source, &name, &meeting.id, &meeting)));
    }
    listed.sort_by_key(|l| Reverse(l.item.published));
    Ok(Page { listed, next: Vec::new() })
}

fn hits(source: &Source, page: &str, year: i16, from: usize) -> Result<Page, BadListing> {
    let found: Hits = serde_json::from_str(page)?;
    let count = found.hits.len();
    let listed = found.hits.into_iter().filter_map(|hit| {
        let committee = hit.committee.and_then(|c| c.name).unwrap_or_default();
        // The meeting inside has an id of zeros.
        meeting_of(source, &committee, &hit.id, &hit.meeting?)
    });
    let next = (count >= HITS).then(|| search(source, year, from + count)).flatten();
    Ok(Page { listed: listed.collect(), next: next.into_iter().collect() })
}

/// A meeting, unless the public sees nothing but its name.
fn meeting_of(source: &Source, committee: &str, id: &str, meeting: &Meeting) -> Option<Listed> {
    let id = id.trim().to_ascii_lowercase();
    let name = meeting.name.as_deref().map(str::trim).filter(|n| !n.is_empty());
    if !is_document(&id) || name.is_some_and(|n| n.to_lowercase().starts_with("lukket")) {
        return None;
    }
    let path = format!("/api/agenda/dagsorden/{}", encoded(&id));
    let mut listed = Listed::new(source, at(&source.base, &path)?);
    let day = [&meeting.begins, &meeting.date].into_iter().flatten().find_map(|text| iso_day(text));
    let stage = name.unwrap_or(if meeting.is_closed == Some(true) { "Referat" } else { "Dagsorden" });
    note_disagreement(&id, name, meeting.is_closed);
    listed.item.url = at(&source.base, &format!("/vis?id={}", encoded(&id)))?.into();
    listed.item.name = format!("{id}.json");
    listed.item.title = Some(match day {
        Some(day) => format!("{stage}: {committee}, {}", danish(day)),
        None => format!("{stage}: {committee}"),
    });
    listed.item.published = day;
    listed.item.modified = meeting.released.as_deref().and_then(iso_instant);
    listed.item.mark.clone_from(&meeting.released);
    listed.item.group = day.map(|day| meeting_group(day, committee));
    listed.has_parts = true;
    Some(listed)
}

/// Two fields tell whether something is minutes, and nobody says which is right.
fn note_disagreement(id: &str, name: Option<&str>, is_closed: Option<bool>) {
    let says_minutes = name.map(|n| n.to_lowercase().contains("referat"));
    if let (Some(named), Some(closed)) = (says_minutes, is_closed)
        && named != closed
    {
        tracing::debug!(id, name, closed, "name and state of the meeting disagree");
    }
}

/// The files of an item in their order: attachments, then fields that are files.
fn files(item: AgendaItem) -> Vec<(String, Option<String>)> {
    let mut attachments = item.attachments.unwrap_or_default();
    attachments.sort_by(|a, b| a.order.unwrap_or_default().total_cmp(&b.order.unwrap_or_default()));
    let title = item.title;
    let of_field = |field: Field| {
        let name = [field.name, title.clone()].into_iter().flatten().collect::<Vec<_>>().join(": ");
        Some((field.document?, Some(name)))
    };
    let fields: Vec<_> = item.fields.into_iter().flatten().filter_map(of_field).collect();
    attachments.into_iter().map(|a| (a.id, a.name)).chain(fields).collect()
}

fn part(source: &Source, whole: &Listed, id: &str, title: Option<String>) -> Option<Listed> {
    let path = format!("{FILES}{}/?redirectDirectlyToPdf=false", encoded(id));
    let url: Url = at(&source.base, &path)?;
    let mut part = whole.part(url, title.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()));
    part.item.name = format!("{id}.pdf");
    // What is attached changes only when the meeting is released again.
    part.item.mark.clone_from(&whole.item.mark);
    part.only_by_mark = part.item.mark.is_some();
    Some(part)
}

/// Whether an id is one; zeros mean that there is nothing.
fn is_document(id: &str) -> bool {
    id.bytes().any(|b| b.is_ascii_alphanumeric() && b != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    const LIST: &str = r#"{"Udvalg":{"Byrådsperioden 2026-2029":[{"Id":"u","Navn":"Byrådet","Moeder":[
        {"Id":"A1","Navn":"Referat","MeetingBeginUtc":"2026-05-04T23:30:00+02:00","ReleasedDate":"2026-05-06T10:00:00+02:00","Afsluttet":true},
        {"Id":"b2","Navn":"Lukket referat","Dato":"2026-05-04T14:00:00+02:00"},
        {"Id":"c3","Navn":null,"Dato":"2026-06-01T14:00:00+02:00","Afsluttet":false}]}],
        "Tidligere":[{"Id":"v","Navn":"Børneudvalget","Moeder":null}]}}"#;

    #[test]
    fn lists_every_group() {
        let source = fixture("firstagenda", "https://dagsordener.eksempel.dk/", "");
        let page = committees(&source, LIST).expect("a list");
        let items: Vec<_> = page.listed.iter().map(|l| &l.item).collect();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].title.as_deref(), Some("Dagsorden: Byrådet, 1. juni 2026"));
        assert_eq!(items[1].url, "https://dagsordener.eksempel.dk/vis?id=a1");
        assert_eq!(items[1].published.map(|d| d.to_string()).as_deref(), Some("2026-05-04"));
        assert_eq!(items[1].mark.as_deref(), Some("2026-05-06T10:00:00+02:00"));
        assert_eq!(items[1].group.as_deref(), Some("2026-05-04 byrådet"));
        assert_eq!(page.listed[1].fetch.as_str(), "https://dagsordener.eksempel.dk/api/agenda/dagsorden/a1");
    }

    #[test]
    fn attachments_of_open_items() {
        let source = fixture("firstagenda", "https://dagsordener.eksempel.dk/", "");
        let whole = committees(&source, LIST).expect("a list").listed.remove(1);
        let agenda = r#"{"Dagsordenpunkter":[{"IsOpen":true,"Caption":"Budget","Felter":[
            {"Navn":"Sagsfremstilling","DocumentId":"00000000-0000-0000-0000-000000000000"},
            {"Navn":"Resumé","DocumentId":"F1"}],
            "Bilag":[{"Id":"B2","Navn":"Bilag 2","Order":2},{"Id":"B1","Caption":"Bilag 1","Order":1}]},
            {"IsOpen":false,"Navn":"Lukket","Felter":[],"Bilag":[{"Id":"X","Navn":"x"}]}]}"#;
        let parts = FirstAgenda.parts(&source, &whole, agenda).expect("an agenda");
        let urls: Vec<_> = parts.iter().map(|p| p.item.url.rsplit_once("dk/").map_or("", |u| u.1)).collect();
        let file = |id| format!("vis/pdf/bilag/{id}/?redirectDirectlyToPdf=false");
        assert_eq!(urls, [file("b1"), file("b2"), file("f1")]);
        assert_eq!(parts[2].item.title.as_deref(), Some("Resumé: Budget"));
        assert_eq!(parts[0].item.group, whole.item.group);
        assert!(FirstAgenda.is_part(&parts[0].item.url));
    }

    #[test]
    fn searches_years_only_where_asked() {
        let plain = fixture("firstagenda", "https://a.dk/", "");
        assert_eq!(FirstAgenda.start(&start(&plain)).len(), 1);
        let asked = fixture("firstagenda", "https://a.dk/", "{ search_from = 2024 }");
        let asks = FirstAgenda.start(&start(&asked));
        assert_eq!(asks.len(), 1 + 4, "2024 to 2027");
        let hits = r#"{"Dagsordner":[{"Id":"q1","Udvalg":{"Navn":"Byrådet"},"Moede":{"Id":"0","Dato":"2024-01-02"}}]}"#;
        let page = FirstAgenda.read(&start(&asked), &asks[1], hits).expect("hits");
        assert_eq!((page.listed.len(), page.next.len()), (1, 0));
    }
}
