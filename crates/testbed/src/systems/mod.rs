//! The systems that kommuner publish with, a file each. `respond` answers requests; `published` says what a reader
//! who misses nothing would find.

mod aabendagsorden;
mod aalborg;
mod feed;
mod firstagenda;
mod frederikssund;
mod hedensted;
mod ishoej;
mod koebenhavn;
mod listpage;
mod meetingsplus;
mod news;
pub(crate) mod oda;
mod page;
mod rksk;
pub(crate) mod robots;
mod sitemap;

use belaeg_model::Place;
use jiff::civil::Date;

pub(crate) use listpage::selectors;
pub(crate) use news::{SOFT_404, feed_path};
pub(crate) use page::NOTE;
pub(crate) use sitemap::gzip;

use crate::prose::{Passage, TrueClaim};
use crate::truth::{Forbidden, Kind};
use crate::web::{Reply, Request};
use crate::world::{Attachment, Item, Meeting, Record, Site, Stage, System, Withdrawal, World};

/// Host of the open data of Folketinget.
pub(crate) const ODA_HOST: &str = "oda.ft.dk";
/// Host of the files that the open data name.
pub(crate) const FT_HOST: &str = "www.ft.dk";

/// One document at the current step.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    pub(crate) host: String,
    /// Paths with queries; the first is the one whose bytes are the document.
    pub(crate) paths: Vec<String>,
    pub(crate) place: Place,
    pub(crate) system: System,
    pub(crate) kind: Kind,
    pub(crate) title: String,
    /// The day of the meeting, of the article or of the letter.
    pub(crate) date: Date,
    pub(crate) claims: Vec<TrueClaim>,
    pub(crate) withdrawn: Option<Withdrawal>,
    pub(crate) forbidden: Option<Forbidden>,
}

/// Answers for one kommune, whose hosts may serve minutes, news or both.
pub(crate) fn respond(world: &World, site: &Site, request: &Request) -> Reply {
    let of_minutes = request.host == site.minutes_host || request.host == site.bare_host();
    let minutes = of_minutes.then(|| minutes(world, site, request)).flatten();
    minutes.or_else(|| news::respond(site, request)).unwrap_or_else(Reply::not_found)
}

fn minutes(world: &World, site: &Site, request: &Request) -> Option<Reply> {
    match site.minutes {
        System::FirstAgenda if request.host == site.minutes_host => Some(firstagenda::respond(site, request)),
        System::Koebenhavn => koebenhavn::respond(site, request),
        System::AabenDagsorden => aabendagsorden::respond(site, request),
        System::MeetingsPlus => meetingsplus::respond(world, site, request),
        System::Rksk => rksk::respond(site, request),
        System::Frederikssund => frederikssund::respond(site, request),
        System::Hedensted => hedensted::respond(site, request),
        System::Aalborg => aalborg::respond(site, request),
        System::None => Some(ishoej::respond()),
        _ => None,
    }
}

/// Every document of the world at its current step, withdrawn ones included.
pub(crate) fn published(world: &World) -> Vec<Published> {
    let mut all = oda::published(world);
    for site in &world.sites {
        all.extend(match site.minutes {
            System::FirstAgenda => firstagenda::published(site),
            System::Koebenhavn => koebenhavn::published(site),
            System::AabenDagsorden => aabendagsorden::published(site),
            System::MeetingsPlus => meetingsplus::published(site),
            System::Rksk => rksk::published(site),
            System::Frederikssund => frederikssund::published(site),
            System::Hedensted => hedensted::published(site),
            System::Aalborg => aalborg::published(site),
            _ => Vec::new(),
        });
        all.extend(news::published(site));
    }
    all
}

/// What a kommune's minutes need to be told in `sources.toml`, as an inline table.
pub(crate) fn options(site: &Site) -> Option<String> {
    let lists = |paths: Vec<String>| Some(format!("{{ lists = {paths:?} }}"));
    match site.minutes {
        System::AabenDagsorden if site.code == 161 => {
            Some("{ date_format = \"iso\", exclude = [\"Testudvalget\"] }".to_owned())
        }
        System::AabenDagsorden => Some("{ date_format = \"dmy\" }".to_owned()),
        System::Rksk => lists(rksk::lists(site)),
        System::Frederikssund => lists(frederikssund::lists(site)),
        System::Hedensted => lists(vec![hedensted::ROOT.to_owned()]),
        System::Aalborg => Some(format!("{{ committees = {:?} }}", aalborg::committees(site))),
        _ => None,
    }
}

/// A document that is a record of a meeting.
fn of_record(site: &Site, meeting: &Meeting, record: &Record, paths: Vec<String>) -> Published {
    let claims = open_items(record).flat_map(claims_in_text).collect();
    Published {
        host: site.minutes_host.clone(),
        paths,
        place: site.place,
        system: site.minutes,
        kind: kind(record),
        title: format!("{} {}", site.committee(meeting).name, meeting.begins.date()),
        date: meeting.begins.date(),
        claims,
        withdrawn: record.withdrawn,
        forbidden: None,
    }
}

/// A document that hangs on a record.
fn of_attachment(
    site: &Site,
    meeting: &Meeting,
    record: &Record,
    (title, paths, passages): (&str, Vec<String>, &[Passage]),
) -> Published {
    let claims = passages.iter().flat_map(|p| p.claims.clone()).collect();
    let title = title.to_owned();
    Published { kind: Kind::Attachment, title, claims, ..of_record(site, meeting, record, paths) }
}

/// The document that one address holds for a meeting, agenda first and minutes later; `path` gives its paths.
fn of_meetings(site: &Site, paths: impl Fn(&Meeting) -> Vec<String>) -> Vec<Published> {
    let shown = |meeting: &Meeting| {
        let record = meeting.minutes().or_else(|| meeting.agenda())?;
        Some(of_record(site, meeting, record, paths(meeting)))
    };
    site.meetings.iter().filter_map(shown).collect()
}

fn kind(record: &Record) -> Kind {
    match record.stage {
        Stage::Agenda | Stage::Supplementary => Kind::Agenda,
        Stage::Minutes | Stage::Closed => Kind::Minutes,
    }
}

fn open_items(record: &Record) -> impl Iterator<Item = &Item> {
    record.items.iter().filter(|i| i.open)
}

fn claims_in_text(item: &Item) -> impl Iterator<Item = TrueClaim> {
    let in_text = item.sections.iter().filter(|s| s.pdf.is_none());
    in_text.flat_map(|s| s.passages.iter().flat_map(|p| p.claims.clone()))
}

/// The bytes of an attachment.
fn attachment_pdf(title: &str, passages: &[Passage]) -> Reply {
    let mut paragraphs = vec![page::NOTE];
    paragraphs.extend(passages.iter().map(|p| p.text.as_str()));
    Reply::pdf(crate::pdf::write(title, &paragraphs))
}

/// The attachment with `id` among the open items of records that can be seen.
fn find_attachment<'a>(site: &'a Site, id: &str) -> Option<&'a Attachment> {
    let items = site.records().flat_map(|(_, record)| open_items(record));
    items.flat_map(|i| i.attachments.iter()).find(|a| a.id == id)
}
