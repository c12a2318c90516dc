//! Frederikssund's own CMS: lists by year, agenda and minutes of a meeting side by side.

use std::fmt::Write;

use super::{Published, of_record, open_items, page};
use crate::calendar::with_weekday;
use crate::web::{Reply, Request, escape, slug};
use crate::world::{Meeting, Record, Site, Stage};

const ROOT: &str = "/Politik/Dagsordener-og-referater";

/// The lists of a kommune, one a committee.
pub(super) fn lists(site: &Site) -> Vec<String> {
    site.committees.iter().map(|c| format!("{ROOT}/{}", slug(c.name))).collect()
}

fn path(site: &Site, meeting: &Meeting, record: &Record) -> String {
    let stage = if record.stage == Stage::Minutes { "referat" } else { "dagsorden" };
    let committee = slug(site.committee(meeting).name);
    format!("{ROOT}/{committee}/{}/{stage}", meeting.begins.strftime("%Y-%m-%d_%H-%M"))
}

fn shown(record: &Record) -> bool {
    matches!(record.stage, Stage::Agenda | Stage::Minutes)
}

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    let wanted = request.path.trim_end_matches('/');
    wanted.strip_prefix(ROOT)?;
    let committee =
        |c: &&crate::world::Committee| format!("{ROOT}/{}", slug(c.name)).eq_ignore_ascii_case(wanted);
    if let Some(committee) = site.committees.iter().find(committee) {
        let year = request.parameter("year");
        return Some(list(site, committee.name, year.as_deref()));
    }
    let mut all = site.records().filter(|(_, r)| shown(r));
    let (meeting, record) = all.find(|(m, r)| path(site, m, r).eq_ignore_ascii_case(wanted))?;
    Some(meeting_page(site, meeting, record))
}

/// The meetings of a year; without one those of the newest year.
fn list(site: &Site, committee: &str, year: Option<&str>) -> Reply {
    let newest = site.meetings.iter().map(|m| m.begins.year()).max().unwrap_or(0).to_string();
    let year = year.unwrap_or(&newest);
    let mut body = format!("<h1>{committee}</h1><ul>");
    let wanted = |(m, r): &(&Meeting, &Record)| {
        site.committee(m).name == committee && m.begins.year().to_string() == year && shown(r)
    };
    for (meeting, record) in site.records().filter(wanted) {
        let href = path(site, meeting, record);
        let stage = if record.stage == Stage::Minutes { "Referat" } else { "Dagsorden" };
        let _ = writeln!(body, "<li><a href=\"{href}\">{stage} {}</a></li>", with_weekday(meeting.begins));
    }
    body.push_str("</ul>");
    page::page(site, committee, "", &body)
}

fn meeting_page(site: &Site, meeting: &Meeting, record: &Record) -> Reply {
    let name = site.committee(meeting).name;
    let mut body = format!("<h1>{name}</h1><p>{}</p>\n", with_weekday(meeting.begins));
    for item in open_items(record) {
        // Without the markup number and title grow together: "3Godkendelse af".
        let title = escape(&item.title);
        let _ = writeln!(
            body,
            "<div id=\"item-{0}\"><h2><span class=\"no\">{0}</span><span>{title}</span></h2>",
            item.number
        );
        body.push_str(&page::sections(item, "h3").replace("<h3>Resumé</h3>", "<h3>Resume</h3>"));
        body.push_str("</div>\n");
    }
    page::page(site, name, "", &body)
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    let mut all = Vec::new();
    for meeting in &site.meetings {
        for record in meeting.records.iter().filter(|r| shown(r)) {
            all.push(of_record(site, meeting, record, vec![path(site, meeting, record)]));
        }
    }
    all
}
