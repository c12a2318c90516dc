//! Ringkøbing-Skjern: eDoc in Dynamicweb, `?AgendaID=N`, no charset, pictures inside the page.

use std::fmt::Write;

use super::{Published, of_record, open_items, page};
use crate::calendar::long;
use crate::web::{Reply, Request, escape};
use crate::world::{Record, Site, Stage};

const COUNCIL: &str = "/om-kommunen/byraad/dagsorden-og-referat";
const OTHERS: &str = "/om-kommunen/politiske-udvalg";

/// The lists of a kommune, one a committee.
pub(super) fn lists(site: &Site) -> Vec<String> {
    (0..site.committees.len()).map(|index| list_path(site, index)).collect()
}

fn list_path(site: &Site, committee: usize) -> String {
    match committee {
        0 => COUNCIL.to_owned(),
        other => format!("{OTHERS}/{}/dagsorden-og-referat", crate::web::slug(site.committees[other].name)),
    }
}

pub(super) fn respond(site: &Site, request: &Request) -> Option<Reply> {
    let path = request.path.trim_end_matches('/');
    let committee = (0..site.committees.len()).find(|&c| list_path(site, c) == path)?;
    let reply = match request.parameter("AgendaID") {
        Some(id) => {
            let id: u32 = id.parse().ok()?;
            let (meeting, record) =
                site.records().find(|(m, r)| r.number == id && m.committee == committee && shown(r))?;
            meeting_page(
                site,
                &format!("{} den {}", site.committee(meeting).name, long(meeting.begins.date())),
                record,
            )
        }
        None => list(site, committee),
    };
    // The header names no charset.
    Some(Reply::new(200, "text/html", reply.body))
}

fn shown(record: &Record) -> bool {
    record.stage != Stage::Closed
}

fn list(site: &Site, committee: usize) -> Reply {
    let mut body = format!("<h1>{}</h1><table>", site.committees[committee].name);
    for (meeting, record) in site.records().filter(|(m, r)| m.committee == committee && shown(r)) {
        let name = match record.stage {
            Stage::Agenda => "Dagsorden",
            Stage::Supplementary => "Tillægsdagsorden",
            Stage::Minutes | Stage::Closed => "Referat",
        };
        let _ = writeln!(
            body,
            "<tr class=\"agenda--tr\"><td>{}</td><td><a href=\"{}?AgendaID={}\">{name}</a></td></tr>",
            long(meeting.begins.date()),
            list_path(site, committee),
            record.number,
        );
    }
    body.push_str("</table>");
    page::page(site, site.committees[committee].name, "", &body)
}

fn meeting_page(site: &Site, title: &str, record: &Record) -> Reply {
    let mut body = format!("<h1>{title}</h1>");
    for item in open_items(record) {
        let _ = writeln!(
            body,
            "<div class=\"agenda--card agenda--item\" id=\"{}\"><h2 class=\"h3\">{} : {}</h2>",
            item.id,
            item.number,
            escape(&item.title)
        );
        for section in item.sections.iter().filter(|s| s.pdf.is_none()) {
            let _ = writeln!(body, "<strong>{}</strong>", section.heading);
            body.push_str(&page::paragraphs(&section.passages));
        }
        body.push_str("<p>Til stede: Eksempel Eksempelsen ()</p><p>Kopier link til punktet - Print</p><p>Ingen bilag.</p></div>\n");
    }
    // Pictures stand in the page itself and make it large.
    let picture = "iVBORw0KGgo".repeat(4000);
    let _ = write!(body, "<img alt=\"\" src=\"data:image/png;base64,{picture}\">");
    page::page(site, title, "", &body)
}

pub(super) fn published(site: &Site) -> Vec<Published> {
    let records = site.meetings.iter().flat_map(|m| m.records.iter().map(move |r| (m, r)));
    let of = |(m, r)| {
        let m: &crate::world::Meeting = m;
        let r: &Record = r;
        of_record(site, m, r, vec![format!("{}?AgendaID={}", list_path(site, m.committee), r.number)])
    };
    records.filter(|(_, r)| shown(r)).map(of).collect()
}
