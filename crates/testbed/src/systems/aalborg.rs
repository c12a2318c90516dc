//! Aalborg's own application: minutes alone, behind links to a machine of its developers.

use std::fmt::Write;

use super::{Published, of_record, open_items, page};
use crate::web::{Reply, Request, encode_value, escape};
use crate::world::{Meeting, Site};

const ROOT: &str = "/dagsordenreferat";

/// Numbers of the committees, which no page lists.
pub(super) fn committees(site: &Site) -> Vec<usize> {
    (0..site.committees.len()).map(|index| 8000 + index).collect()
}

fn query(site: &Site, meeting: &Meeting) -> String {
    format!(
        "id={}&udvalg={}&moedetitel={}",
        meeting.number,
        encode_value(site.committee(meeting).name),
        meeting.begins.date()
    )
}

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    let path = request.path.to_lowercase();
    match path.trim_end_matches('/') {
        ROOT => {
            let committee = request.number("Id")?.checked_sub(8000).filter(|&c| c < site.committees.len())?;
            Some(list(site, committee))
        }
        "/dagsordenreferat/visreferat" => {
            let id = request.number("id")?;
            let shown = |m: &&Meeting| m.number as usize == id && visible(m);
            Some(meeting_page(site, site.meetings.iter().find(shown)?))
        }
        _ => None,
    }
}

fn visible(meeting: &Meeting) -> bool {
    meeting.minutes().is_some_and(|r| r.withdrawn.is_none())
}

fn list(site: &Site, committee: usize) -> Reply {
    let own = |m: &&Meeting| m.committee == committee && visible(m);
    let links = site.meetings.iter().filter(own).fold(String::new(), |mut html, meeting| {
        let query = escape(&query(site, meeting));
        let day = meeting.begins.date();
        let _ = writeln!(
            html,
            "<a class=\"moede-link\" href=\"http://localhost:5287/dagsordenreferat/visreferat?{query}\">{day}</a>"
        );
        html
    });
    let name = site.committees[committee].name;
    page::page(site, name, "", &format!("<h1>{name}</h1>{links}"))
}

fn meeting_page(site: &Site, meeting: &Meeting) -> Reply {
    let name = site.committee(meeting).name;
    let mut body = format!("<h1>Referat {name} {}</h1>\n", meeting.begins.strftime("%d.%m.%Y kl. %H.%M"));
    for item in meeting.minutes().into_iter().flat_map(open_items) {
        let _ = writeln!(body, "<h2>{}. {}</h2>", item.number, escape(&item.title));
        body.push_str(&page::sections(item, "h3"));
    }
    page::page(site, name, "", &body)
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    let of = |m: &Meeting| {
        Some(of_record(site, m, m.minutes()?, vec![format!("{ROOT}/visreferat?{}", query(site, m))]))
    };
    site.meetings.iter().filter_map(of).collect()
}
