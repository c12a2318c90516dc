//! Hedensted: an SBSYS module in Umbraco whose list wants three parameters.

use std::fmt::Write;

use super::{Published, of_meetings, open_items, page};
use crate::web::{Reply, Request, escape, slug};
use crate::world::{Committee, Meeting, Site};

/// The overview of committees.
pub(super) const ROOT: &str = "/politik/dagsordener-og-referater";

/// The id of a committee's list has the election period in it.
fn list_id(committee: &Committee) -> String {
    format!("2026-2029-{}", &committee.id[..8])
}

fn committee_path(committee: &Committee) -> String {
    format!("{ROOT}/{}", slug(committee.name))
}

fn path(site: &Site, meeting: &Meeting) -> String {
    format!("{}/{}", committee_path(site.committee(meeting)), meeting.begins.strftime("%d-%m-%Y"))
}

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    let wanted = request.path.trim_end_matches('/');
    if wanted == ROOT {
        return Some(overview(site));
    }
    if wanted == "/surface/AgendaSurface/GetAgendaList" {
        return Some(list(site, request));
    }
    if let Some(committee) = site.committees.iter().find(|c| committee_path(c) == wanted) {
        let body = format!(
            "<h1>{}</h1><div class=\"agenda-list\" data-listid=\"{}\" data-pageurl=\"{wanted}\" data-elementid=\"{}\"></div>",
            committee.name,
            list_id(committee),
            committee.id,
        );
        return Some(page::page(site, committee.name, "", &body));
    }
    let meeting = site.meetings.iter().find(|m| m.current().is_some() && path(site, m) == wanted)?;
    Some(meeting_page(site, meeting))
}

fn overview(site: &Site) -> Reply {
    let links = site.committees.iter().fold(String::new(), |mut html, committee| {
        let _ = writeln!(html, "<li><a href=\"{}\">{}</a></li>", committee_path(committee), committee.name);
        html
    });
    page::page(
        site,
        "Dagsordener og referater",
        "",
        &format!("<h1>Dagsordener og referater</h1><ul>{links}</ul>"),
    )
}

fn list(site: &Site, request: &Request) -> Reply {
    let values =
        ["folderId", "pageUrl", "elementId"].map(|name| request.parameter(name).filter(|v| !v.is_empty()));
    let [Some(folder), Some(page), Some(element)] = values else {
        return Reply::status(400, "Der mangler en parameter");
    };
    let fits = |c: &&Committee| list_id(c) == folder && committee_path(c) == page && c.id == element;
    let Some(committee) = site.committees.iter().find(fits) else {
        return Reply::status(400, "Ukendt liste");
    };
    let own = |m: &&Meeting| m.current().is_some() && site.committee(m).name == committee.name;
    let links = site.meetings.iter().filter(own).fold(String::new(), |mut html, meeting| {
        let day = meeting.begins.strftime("%d-%m-%Y");
        let _ = writeln!(
            html,
            "<li><a class=\"list__link\" href=\"{}\">Møde {day}</a></li>",
            path(site, meeting)
        );
        html
    });
    Reply::html(format!("<ul class=\"list\">{links}</ul>"))
}

fn meeting_page(site: &Site, meeting: &Meeting) -> Reply {
    let name = site.committee(meeting).name;
    let mut body = format!("<h1>{name} {}</h1>\n", meeting.begins.strftime("%d-%m-%Y"));
    for item in meeting.current().into_iter().flat_map(open_items) {
        let _ = writeln!(body, "<h2>{}. {}</h2>", item.number, escape(&item.title));
        body.push_str(&page::sections(item, "h3").replace("<h3>Resumé</h3>", "<h3>Beslutningstema</h3>"));
    }
    page::page(site, name, "", &body)
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    of_meetings(site, |m| vec![path(site, m)])
}
