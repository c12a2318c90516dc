//! FirstAgenda Publication: a JSON API behind an anonymous session.

use serde_json::{Map, Value, json};

use super::{Published, attachment_pdf, find_attachment, of_attachment, of_record, open_items, page};
use crate::calendar::with_offset;
use crate::pdf;
use crate::random::Random;
use crate::web::{Reply, Request, encode_value};
use crate::world::{Committee, Item, Meeting, Record, Section, Site, Stage};

const NO_GUID: &str = "00000000-0000-0000-0000-000000000000";
const DIRECT: &str = "?redirectDirectlyToPdf=false";

pub(super) fn respond(site: &Site, request: &Request) -> Reply {
    // ASP.NET does not mind the case of a path.
    let path = request.path.to_lowercase();
    let path = path.trim_end_matches('/');
    if path == "/home/anonymousauthentication" {
        let callback = request.parameter("callback").filter(|c| c.starts_with('/'));
        return Reply::redirect(302, &callback.unwrap_or_else(|| "/".to_owned()))
            .with("set-cookie", ".AspNet.Cookies=eksempel; path=/; HttpOnly");
    }
    if !request.has_session {
        let callback = encode_value(&request.target());
        return Reply::redirect(302, &format!("/Home/AnonymousAuthentication?callback={callback}"));
    }
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    match parts[..] {
        [] | ["vis"] => page::page(site, "Dagsordener", "", "<div id=\"app\">Siden kræver JavaScript.</div>"),
        ["api", "agenda", "udvalgsliste"] => Reply::json(&committees(site)),
        ["api", "agenda", "dagsorden", id] => {
            find(site, id).map_or_else(missing, |(m, r)| Reply::json(&agenda(site, m, r)))
        }
        ["api", "agenda", "soeg"] => Reply::json(&search(site, request)),
        ["vis", "pdf", "bilag", id] => bilag(site, request, id),
        ["vis", "pdf", "dagsordenpunkt", id] => item_pdf(site, id),
        ["vis", "pdf", "dagsorden", id] => whole_pdf(site, id),
        ["pdf", name] => name.strip_suffix(".pdf").map_or_else(missing, |id| bilag_pdf(site, id)),
        _ => missing(),
    }
}

fn missing() -> Reply {
    Reply::new(404, "application/json; charset=utf-8", "{\"Message\":\"Ikke fundet\"}")
}

fn find<'a>(site: &'a Site, id: &str) -> Option<(&'a Meeting, &'a Record)> {
    site.records().find(|(_, r)| r.id == id)
}

/// Kommuner group their committees under labels of their own.
fn labels(site: &Site) -> (&'static str, &'static str) {
    match site.code % 3 {
        0 => ("Nuværende politiske udvalg", "Tidligere udvalg"),
        1 => ("Byrådsperioden 2026-2029", "Byrådsperioden 2022-2025"),
        _ => ("Politiske udvalg", "Øvrige udvalg og råd"),
    }
}

fn committees(site: &Site) -> Value {
    let list = |range: std::ops::Range<usize>, historic: bool| -> Vec<Value> {
        let chosen = site.committees[range.clone()].iter().zip(range);
        chosen.map(|(committee, index)| committee_json(site, committee, index, historic)).collect()
    };
    let split = site.committees.len() - 1;
    let (current, former) = labels(site);
    json!({ "Udvalg": { current: list(0..split, false), former: list(split..split + 1, true) } })
}

fn committee_json(site: &Site, committee: &Committee, index: usize, historic: bool) -> Value {
    let meetings: Vec<Value> = site
        .records()
        .filter(|(meeting, _)| meeting.committee == index)
        .map(|(meeting, record)| meeting_json(site, meeting, record, &record.id))
        .collect();
    json!({
        "Id": committee.id, "Navn": committee.name, "OrganisationId": site.code, "Historisk": historic,
        "Moeder": meetings,
    })
}

fn meeting_json(site: &Site, meeting: &Meeting, record: &Record, id: &str) -> Value {
    let is_minutes = matches!(record.stage, Stage::Minutes | Stage::Closed);
    let name = match record.stage {
        Stage::Agenda => Some("Dagsorden"),
        Stage::Supplementary => Some("Tillægsdagsorden"),
        Stage::Closed => Some("Lukket referat"),
        // Some minutes have no name, and only `Afsluttet` tells what they are.
        Stage::Minutes => (!site.code.is_multiple_of(4)).then_some("Referat"),
    };
    let begins = with_offset(meeting.begins);
    json!({
        "Id": id, "Navn": name, "Dato": begins, "MeetingBeginUtc": begins,
        "MeetingEndUtc": with_offset(meeting.begins), "Sted": "Rådhuset, mødelokale 1",
        "ReleasedDate": with_offset(record.released),
        "IsSupplementaryAgenda": record.stage == Stage::Supplementary, "Afsluttet": is_minutes,
    })
}

fn agenda(site: &Site, meeting: &Meeting, record: &Record) -> Value {
    let committee = site.committee(meeting);
    let items: Vec<Value> = record.items.iter().map(|i| item_json(site, record, i)).collect();
    json!({
        "Id": record.id,
        "Udvalg": { "Id": committee.id, "Navn": committee.name },
        // The id inside is never filled in.
        "Moede": meeting_json(site, meeting, record, NO_GUID),
        "TillaegsDagsorden": record.stage == Stage::Supplementary,
        "Dagsordenpunkter": items,
        "Bemaerkning": page::NOTE,
    })
}

fn item_json(site: &Site, record: &Record, item: &Item) -> Value {
    // Two generations of field names are about.
    let (title_key, number_key, case_key) = if site.code.is_multiple_of(2) {
        ("Navn", "Punktnummer", "SagsNummer")
    } else {
        ("Caption", "Number", "CaseNumber")
    };
    let title = if site.code.is_multiple_of(5) {
        format!("{}. {}", item.number, item.title)
    } else {
        item.title.clone()
    };
    let fields: Vec<Value> = item.sections.iter().map(field).collect();
    let mut attachments: Vec<Value> =
        item.attachments.iter().map(|a| json!({ "Id": a.id, title_key: a.name, "Order": a.order })).collect();
    // Only `Order` tells the order.
    attachments.reverse();
    let mut json = Map::new();
    json.insert("Id".to_owned(), json!(item.id));
    json.insert("AgendaUid".to_owned(), json!(record.id));
    json.insert(title_key.to_owned(), json!(title));
    json.insert(number_key.to_owned(), json!(item.number.to_string()));
    json.insert(case_key.to_owned(), json!(item.case_number));
    json.insert("IsOpen".to_owned(), json!(item.open));
    json.insert("Felter".to_owned(), if item.open { json!(fields) } else { json!([]) });
    json.insert("Bilag".to_owned(), if item.open { json!(attachments) } else { json!([]) });
    Value::Object(json)
}

fn field(section: &Section) -> Value {
    let document = section.pdf.as_deref().unwrap_or(NO_GUID);
    let html = if section.pdf.is_some() {
        String::new()
    } else if section.heading == "Resumé" {
        format!("<span class='resume'>{}</span>", page::paragraphs(&section.passages))
    } else {
        page::paragraphs(&section.passages)
    };
    json!({ "Navn": section.heading, "Html": html, "Tekst": null, "DocumentId": document, "Link": null })
}

fn search(site: &Site, request: &Request) -> Value {
    let year = request.parameter("request.kriterie.moedeDato").unwrap_or_default();
    let committee = request.parameter("request.kriterie.udvalgId").unwrap_or_default();
    let start = request.number("request.paging.startIndex").unwrap_or(0);
    let limit = request.number("request.paging.limit").unwrap_or(20).min(200);
    let hits: Vec<Value> = if request.endless {
        let made_up = |n| Random::keyed(u64::from(site.code), &[n]).guid();
        let first = u64::try_from(start).unwrap_or(0);
        let found =
            (first..).take(limit).map(|n| json!({ "Id": made_up(n), "Udvalg": { "Navn": "Byrådet" } }));
        found.collect()
    } else {
        let wanted = |meeting: &Meeting| {
            (year.is_empty() || meeting.begins.year().to_string() == year)
                && (committee.is_empty() || site.committee(meeting).id == committee)
        };
        let found = site.records().filter(|(meeting, _)| wanted(meeting)).skip(start).take(limit);
        found.map(|(meeting, record)| hit(site, meeting, record)).collect()
    };
    json!({ "Dagsordner": hits })
}

fn hit(site: &Site, meeting: &Meeting, record: &Record) -> Value {
    let begins = with_offset(meeting.begins);
    json!({
        "Id": record.id, "Udvalg": { "Navn": site.committee(meeting).name },
        "Moede": { "Id": NO_GUID, "Dato": begins, "MeetingBeginUtc": begins },
    })
}

/// A file by its stable path: at once where the client asks for that, else by way of a token.
fn bilag(site: &Site, request: &Request, id: &str) -> Reply {
    if request.parameter("redirectDirectlyToPdf").as_deref() == Some("false") {
        return bilag_pdf(site, id);
    }
    let token = Random::keyed(u64::from(site.code), &[u64::try_from(id.len()).unwrap_or(0)]).guid();
    Reply::redirect(302, &format!("/pdf/{id}.pdf?token={token}&expires=900"))
}

fn bilag_pdf(site: &Site, id: &str) -> Reply {
    if let Some(attachment) = find_attachment(site, id) {
        return attachment_pdf(&attachment.name, &attachment.passages);
    }
    let mut items = site.records().flat_map(|(_, r)| open_items(r));
    let in_pdf = |s: &&Section| s.pdf.as_deref() == Some(id);
    match items.find_map(|i| Some((i, i.sections.iter().find(in_pdf)?))) {
        Some((item, section)) => attachment_pdf(&section_title(item, section), &section.passages),
        None => missing(),
    }
}

fn section_title(item: &Item, section: &Section) -> String {
    format!("{}: {}", section.heading, item.title)
}

fn item_pdf(site: &Site, id: &str) -> Reply {
    let mut items = site.records().flat_map(|(_, r)| open_items(r));
    items.find(|i| i.id == id).map_or_else(missing, |item| Reply::pdf(pdf::write(&item.title, &texts(item))))
}

fn whole_pdf(site: &Site, id: &str) -> Reply {
    find(site, id).map_or_else(missing, |(meeting, record)| {
        let paragraphs: Vec<&str> = open_items(record).flat_map(texts).collect();
        Reply::pdf(pdf::write(site.committee(meeting).name, &paragraphs))
    })
}

fn texts(item: &Item) -> Vec<&str> {
    let mut texts = vec![page::NOTE, item.title.as_str()];
    for section in &item.sections {
        texts.push(section.heading);
        texts.extend(section.passages.iter().map(|p| p.text.as_str()));
    }
    texts
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    let mut all = Vec::new();
    let records = site.meetings.iter().flat_map(|m| m.records.iter().map(move |r| (m, r)));
    for (meeting, record) in records.filter(|(_, r)| r.stage != Stage::Closed) {
        let paths = vec![format!("/api/agenda/dagsorden/{}", record.id), format!("/vis?id={}", record.id)];
        all.push(of_record(site, meeting, record, paths));
        for item in open_items(record) {
            let files = item.attachments.iter().map(|a| (a.name.clone(), &a.id, &a.passages));
            let fields = item
                .sections
                .iter()
                .filter_map(|s| Some((section_title(item, s), s.pdf.as_ref()?, &s.passages)));
            for (title, id, passages) in files.chain(fields) {
                let paths = vec![format!("/vis/pdf/bilag/{id}/{DIRECT}"), format!("/Vis/Pdf/bilag/{id}")];
                all.push(of_attachment(site, meeting, record, (&title, paths, passages)));
            }
        }
    }
    all
}
