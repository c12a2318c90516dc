//! Åben Dagsorden: a search that never gives more than 50 meetings, and fragments of HTML.

use std::fmt::Write;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Published, attachment_pdf, find_attachment, of_attachment, of_meetings, open_items, page};
use crate::web::{Reply, Request, encode_value, escape};
use crate::world::{Meeting, Site};

/// The most meetings that one answer holds.
const CAP: usize = 50;

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match parts[..] {
        [""] => Some(page::page(site, "Åben Dagsorden", "", "<div id=\"search\">Søg i møder</div>")),
        ["rest", "meeting", "search"] => Some(search(site, request)),
        ["fragments", "meeting", id, "view"] => Some(Reply::html(fragment(site, find(site, id)?))),
        ["meeting", "files", id, _] => {
            find_attachment(site, id).map(|a| attachment_pdf(&a.name, &a.passages))
        }
        ["meeting", id] => {
            let meeting = find(site, id)?;
            let name = site.committee(meeting).name;
            let body = format!("<h1>{name}</h1><div data-fragment=\"/fragments/meeting/{id}/view\"></div>");
            Some(page::page(site, name, "", &body))
        }
        _ => None,
    }
}

fn find<'a>(site: &'a Site, id: &str) -> Option<&'a Meeting> {
    let id: u32 = id.parse().ok()?;
    site.meetings.iter().find(|m| m.number == id && m.current().is_some())
}

/// The shape of dates at this host.
fn format(site: &Site) -> &'static str {
    if site.code == 161 { "%Y-%m-%d" } else { "%d/%m/%Y" }
}

fn search(site: &Site, request: &Request) -> Reply {
    let date = |name| {
        let text = request.parameter(name).filter(|t| !t.is_empty());
        text.map(|t| Date::strptime(format(site), &t).ok())
    };
    let (from, to) = (date("fromDate"), date("toDate"));
    // A date in the other host's shape finds nothing, and nothing says so.
    if from == Some(None) || to == Some(None) {
        return Reply::json(&json!({ "numberOfResults": 0, "meetings": [] }));
    }
    let wanted = |meeting: &&Meeting| {
        let day = meeting.begins.date();
        let after = from.flatten().is_none_or(|f| day >= f);
        let before = to.flatten().is_none_or(|t| day <= t);
        after && before && meeting.current().is_some()
    };
    let found: Vec<Value> = site.meetings.iter().filter(wanted).take(CAP).map(|m| meeting(site, m)).collect();
    Reply::json(&json!({ "numberOfResults": found.len(), "meetings": found }))
}

fn meeting(site: &Site, meeting: &Meeting) -> Value {
    let items: Vec<Value> = meeting
        .current()
        .into_iter()
        .flat_map(open_items)
        .take(3)
        .map(|i| json!({ "title": i.title, "number": i.number }))
        .collect();
    json!({
        "meetingId": meeting.number, "date": meeting.begins.strftime(format(site)).to_string(),
        "committeeName": site.committee(meeting).name, "committeeGroupName": "Politiske udvalg", "blocked": false,
        "agendaItems": items,
    })
}

fn fragment(site: &Site, meeting: &Meeting) -> String {
    let name = site.committee(meeting).name;
    let mut html = format!(
        "<div class=\"meeting\"><h1>{name}</h1><p class=\"meeting-date\">{}</p>\n",
        meeting.begins.strftime("%d-%m-%Y %H:%M")
    );
    for item in meeting.current().into_iter().flat_map(open_items) {
        let title = escape(&item.title);
        let _ = writeln!(html, "<h2 class=\"agenda-item-title\">Punkt {} {title}</h2>", item.number);
        html.push_str(&page::sections(item, "h3"));
        for attachment in &item.attachments {
            let (id, name) = (&attachment.id, &attachment.name);
            let href = format!("/meeting/files/{id}/{}", encode_value(name));
            let shown = escape(name);
            let _ = writeln!(
                html,
                "<a class=\"download\" data-id=\"{id}\" data-name=\"{shown}\" href=\"{href}\">{shown}</a>"
            );
        }
    }
    let _ = write!(html, "<p>{}</p></div>", page::NOTE);
    html
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    let paths =
        |m: &Meeting| vec![format!("/fragments/meeting/{}/view", m.number), format!("/meeting/{}", m.number)];
    let mut all = Vec::new();
    for meeting in site.meetings.iter().filter(|m| !site.committee(m).is_test) {
        // What hangs on a withdrawn meeting is withdrawn with it.
        let Some(record) = meeting.current().or(meeting.minutes()).or(meeting.agenda()) else { continue };
        for attachment in open_items(record).flat_map(|item| &item.attachments) {
            let path = format!("/meeting/files/{}/{}", attachment.id, encode_value(&attachment.name));
            let document = (attachment.name.as_str(), vec![path], &attachment.passages[..]);
            all.push(of_attachment(site, meeting, record, document));
        }
    }
    all.extend(of_meetings(site, paths).into_iter().filter(|d| !d.title.starts_with("Testudvalget")));
    all
}
