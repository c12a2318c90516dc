//! Formpipe Meetings+: an overview of two months, committees with what is recent, agenda and minutes as tabs.

use std::fmt::Write;

use super::{Published, attachment_pdf, of_attachment, of_meetings, open_items, page};
use crate::calendar::days;
use crate::prose::Passage;
use crate::random::Random;
use crate::web::{Reply, Request, escape, slug};
use crate::world::{Meeting, Record, Site, Stage, World};

pub(super) fn respond(world: &World, site: &Site, request: &Request) -> Option<Reply> {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    match parts[..] {
        ["" | "overview"] => Some(overview(world, site)),
        ["committees", committee] => committee_page(site, committee),
        ["committees", _, meeting] => Some(meeting_page(site, find(site, meeting)?)),
        ["committees", _, meeting, "protocol"] => {
            let record = find(site, meeting)?.current().filter(|r| r.stage == Stage::Minutes)?;
            Some(attachment_pdf("Referat", &summaries(record)))
        }
        _ => None,
    }
}

/// The last part of a meeting's path, which nobody can guess.
fn meeting_slug(meeting: &Meeting) -> String {
    let guid = Random::keyed(u64::from(meeting.number), &[]).guid();
    format!("moede-{}-{}", meeting.begins.date(), &guid[..8])
}

fn path(site: &Site, meeting: &Meeting) -> String {
    format!("/committees/{}/{}", slug(site.committee(meeting).name), meeting_slug(meeting))
}

fn find<'a>(site: &'a Site, slug: &str) -> Option<&'a Meeting> {
    site.meetings.iter().find(|m| m.current().is_some() && meeting_slug(m) == slug)
}

fn overview(world: &World, site: &Site) -> Reply {
    let (from, to) = (days(world.today, -45), days(world.today, 16));
    let recent = |m: &&Meeting| m.current().is_some() && (from..=to).contains(&m.begins.date());
    let mut body = "<h1>Mødeoversigt</h1><ul>".to_owned();
    for meeting in site.meetings.iter().filter(recent) {
        let _ = writeln!(
            body,
            "<li class=\"meeting-list-item\" data-content-id=\"{}\"><a href=\"{}\">{} {}</a></li>",
            meeting.number,
            path(site, meeting),
            site.committee(meeting).name,
            meeting.begins.date(),
        );
    }
    body.push_str("</ul><nav>");
    for committee in &site.committees {
        let _ = write!(body, "<a href=\"/committees/{}\">{}</a>", slug(committee.name), committee.name);
    }
    body.push_str("</nav>");
    page::page(site, "Mødeoversigt", "", &body)
}

fn committee_page(site: &Site, wanted: &str) -> Option<Reply> {
    let committee = site.committees.iter().find(|c| slug(c.name) == wanted)?;
    let mut body = format!("<h1>{}</h1><div id=\"committeesRecentContent\">", committee.name);
    let own = |m: &&Meeting| m.current().is_some() && site.committee(m).name == committee.name;
    for meeting in site.meetings.iter().filter(own) {
        let (href, day) = (path(site, meeting), meeting.begins.date());
        let _ =
            writeln!(body, "<a class=\"accessible-table-cell\" href=\"{href}\">{} {day}</a>", committee.name);
    }
    body.push_str("</div>");
    Some(page::page(site, committee.name, "", &body))
}

/// Billund marks what is for decision and what for information.
fn title(site: &Site, number: u32, title: &str) -> String {
    match (site.code, number.is_multiple_of(2)) {
        (530, true) => format!("O - {title}"),
        (530, false) => format!("D - {title}"),
        _ => title.to_owned(),
    }
}

fn meeting_page(site: &Site, meeting: &Meeting) -> Reply {
    let name = site.committee(meeting).name;
    let Some(record) = meeting.current() else { return Reply::not_found() };
    let is_minutes = record.stage == Stage::Minutes;
    let mut items = "<ul>".to_owned();
    for item in open_items(record) {
        let title = escape(&title(site, item.number, &item.title));
        let _ = writeln!(
            items,
            "<li class=\"meeting-item-row\"><a name=\"id_{0}\"></a><span class=\"list-item-number\">{0}</span>\
             <p class=\"item-title\">{title}</p></li>",
            item.number
        );
    }
    items.push_str("</ul>");
    let (agenda, protocol) = if is_minutes { ("", items.as_str()) } else { (items.as_str(), "") };
    let link = if is_minutes {
        format!(
            "<a id=\"openProtocol\" href=\"{}/protocol?downloadMode=open\">Referat</a>",
            path(site, meeting)
        )
    } else {
        String::new()
    };
    let body = format!(
        "<h1>{name} {}</h1>{link}\n<div id=\"agendaTabContent\">{agenda}</div>\n<div id=\"protocolTabContent\">{protocol}</div>",
        meeting.begins.strftime("%Y-%m-%d %H:%M")
    );
    page::page(site, name, "", &body)
}

/// Everything but titles is in the PDF of the minutes.
fn summaries(record: &Record) -> Vec<Passage> {
    let mut passages = Vec::new();
    for item in open_items(record) {
        passages.push(Passage::plain(format!("{}. {}", item.number, item.title)));
        for section in &item.sections {
            passages.push(Passage::plain(section.heading));
            passages.extend(section.passages.iter().cloned());
        }
    }
    passages
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    let pages = of_meetings(site, |m| vec![path(site, m)]);
    let mut all: Vec<Published> = pages.into_iter().map(|p| Published { claims: Vec::new(), ..p }).collect();
    for meeting in &site.meetings {
        if let Some(record) = meeting.minutes() {
            let path = format!("{}/protocol?downloadMode=open", path(site, meeting));
            let document = of_attachment(site, meeting, record, ("Referat", vec![path], &summaries(record)));
            all.push(Published { kind: super::kind(record), ..document });
        }
    }
    all
}
