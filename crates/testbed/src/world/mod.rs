//! The simulated kommuner and what they publish: pure data that follows from a [`Spec`] and the number of steps.

mod build;
mod hosts;
mod step;

use std::collections::HashMap;

use belaeg_model::Place;
use jiff::civil::{Date, DateTime, date};

pub use hosts::System;

use crate::calendar;
use crate::prose::Passage;
use crate::systems;
use crate::web::{Reply, Request};

/// What world to make. The same specification gives the same world on every machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// What all random choices follow from.
    pub seed: u64,
    /// How many kommuner, at most 98; those with rare systems come first.
    pub kommuner: usize,
    /// So many kommuner, from the first on, have agendas of four items; the others have one item in each, so that the
    /// whole country can be fetched in a test.
    pub full: usize,
    /// Meetings of each kommune at the start, one a fortnight, the first of them still to come.
    pub meetings: usize,
    /// News articles of each kommune at the start.
    pub news: usize,
    /// Letters at ft.dk; the list there gives at most 100 at once.
    pub letters: usize,
    /// The day of step 0; every step is a week.
    pub today: Date,
    /// What a tenth of the hosts ask for as `Crawl-delay`, in seconds.
    pub crawl_delay_s: u32,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            seed: 1,
            kommuner: 98,
            full: 98,
            meetings: 4,
            news: 6,
            letters: 120,
            today: date(2026, 10, 1),
            crawl_delay_s: 1,
        }
    }
}

/// A simulated web of kommuner at one point of time.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) spec: Spec,
    pub(crate) step: u32,
    pub(crate) today: Date,
    pub(crate) sites: Vec<Site>,
    pub(crate) letters: Vec<Letter>,
    /// The site that each host belongs to.
    by_host: HashMap<String, usize>,
}

/// One kommune with what it publishes.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) place: Place,
    /// The kommune's number, which also chooses its quirks.
    pub(crate) code: u16,
    pub(crate) minutes: System,
    pub(crate) minutes_host: String,
    pub(crate) news: News,
    pub(crate) news_host: String,
    pub(crate) committees: Vec<Committee>,
    /// Items of each agenda.
    pub(crate) items: u32,
    pub(crate) meetings: Vec<Meeting>,
    pub(crate) articles: Vec<Article>,
}

/// How a kommune lists its news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum News {
    Sitemap,
    Rss,
    Atom,
    ListPage,
    /// A list page whose cards keep headline and date in attributes.
    Cards,
    /// Behind a challenge.
    None,
}

#[derive(Clone, Debug)]
pub(crate) struct Committee {
    pub(crate) id: String,
    pub(crate) name: &'static str,
    /// Its meetings are tests of the product and nothing that a kommune says.
    pub(crate) is_test: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Meeting {
    /// Unique in the world.
    pub(crate) number: u32,
    pub(crate) committee: usize,
    pub(crate) begins: DateTime,
    /// Agenda, supplementary agenda, minutes: as far as there are any, in this order.
    pub(crate) records: Vec<Record>,
}

impl Meeting {
    /// What a site shows that has one address for a meeting: the minutes, or else the agenda.
    pub(crate) fn current(&self) -> Option<&Record> {
        self.minutes().or_else(|| self.agenda()).filter(|r| r.withdrawn.is_none())
    }

    pub(crate) fn agenda(&self) -> Option<&Record> {
        self.records.iter().find(|r| r.stage == Stage::Agenda)
    }

    pub(crate) fn minutes(&self) -> Option<&Record> {
        self.records.iter().find(|r| r.stage == Stage::Minutes)
    }
}

/// How far a record of a meeting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Agenda,
    Supplementary,
    Minutes,
    /// Minutes of which the public sees the title alone.
    Closed,
}

/// What is published about a meeting at once: an agenda or minutes.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// Unique in the world; for systems that number what they publish.
    pub(crate) number: u32,
    pub(crate) stage: Stage,
    pub(crate) released: DateTime,
    pub(crate) items: Vec<Item>,
    pub(crate) withdrawn: Option<Withdrawal>,
}

#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) number: u32,
    pub(crate) title: String,
    pub(crate) case_number: String,
    pub(crate) open: bool,
    pub(crate) sections: Vec<Section>,
    pub(crate) attachments: Vec<Attachment>,
}

#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) heading: &'static str,
    pub(crate) passages: Vec<Passage>,
    /// The id of the PDF that holds the section, where it has no HTML.
    pub(crate) pdf: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Attachment {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Where it stands among the attachments of its item, from 1.
    pub(crate) order: u32,
    pub(crate) passages: Vec<Passage>,
}

/// The beginning of the old address of every article.
pub(crate) const OLD_PATH: &str = "/nyt/";

/// A news article, or a letter that a kommune put on its own pages.
#[derive(Clone, Debug)]
pub(crate) struct Article {
    pub(crate) slug: String,
    pub(crate) title: String,
    pub(crate) published: DateTime,
    pub(crate) is_letter: bool,
    /// Lies where robots.txt forbids.
    pub(crate) forbidden: bool,
    pub(crate) passages: Vec<Passage>,
    pub(crate) withdrawn: Option<Withdrawal>,
}

impl Article {
    /// Where the article lay before the site was moved; it leads to [`Self::path`].
    pub(crate) fn old_path(&self) -> String {
        format!("{OLD_PATH}{}", self.slug)
    }

    /// The path of the article at its kommune.
    pub(crate) fn path(&self) -> String {
        match (self.is_letter, self.forbidden) {
            (true, _) => format!("/politik/breve/{}", self.slug),
            (_, true) => format!("/nyheder/intern/{}", self.slug),
            _ => format!("/nyheder/{}", self.slug),
        }
    }
}

/// A letter among the documents of Folketinget.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    /// `Dokument.id`.
    pub(crate) id: u32,
    pub(crate) title: String,
    pub(crate) place: Place,
    pub(crate) date: Date,
    pub(crate) passages: Vec<Passage>,
    /// The file is answered with 403.
    pub(crate) blocked: bool,
}

impl Letter {
    /// `Fil.id`.
    pub(crate) fn file_id(&self) -> u32 {
        self.id + 3_000_000
    }

    pub(crate) fn path(&self) -> String {
        format!("/samling/20251/almdel/SOU/bilag/{}/{}.pdf", self.id, self.file_id())
    }
}

/// When and how something was taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Withdrawal {
    /// The step from which on it is gone.
    pub step: u32,
    /// What its address answers: 404 or 410.
    pub status: u16,
}

impl World {
    /// The step that the world is at.
    pub fn at_step(&self) -> u32 {
        self.step
    }

    /// The day of a step.
    pub(crate) fn day_of(&self, step: u32) -> Date {
        calendar::days(self.spec.today, i32::try_from(step).unwrap_or(i32::MAX).saturating_mul(7))
    }

    /// Answers a request as the systems of the real kommune would.
    pub fn respond(&self, request: &Request) -> Reply {
        if request.host == systems::ODA_HOST || request.host == systems::FT_HOST {
            return systems::oda::respond(self, request);
        }
        let Some(&index) = self.by_host.get(&request.host) else {
            return Reply::status(421, "Ukendt vært");
        };
        let site = &self.sites[index];
        if request.path == "/robots.txt" {
            return systems::robots::respond(self, site, request);
        }
        if request.host == site.bare_host() && site.redirects_bare_host() {
            let to = request.origin(&site.news_host) + &request.target();
            return Reply::redirect(301, &to);
        }
        systems::respond(self, site, request)
    }

    /// Every host of the world, without `.localhost`.
    pub fn hosts(&self) -> Vec<String> {
        let mut hosts: Vec<String> = self.by_host.keys().cloned().collect();
        hosts.extend([systems::ODA_HOST.to_owned(), systems::FT_HOST.to_owned()]);
        hosts.sort_unstable();
        hosts
    }
}

impl Site {
    /// The kommune's domain without `www.`.
    pub(crate) fn bare_host(&self) -> &str {
        self.news_host.strip_prefix("www.").unwrap_or(&self.news_host)
    }

    /// København answers with and without `www.`; Ishøj has no `www.` at all.
    fn redirects_bare_host(&self) -> bool {
        self.news_host.starts_with("www.") && self.minutes != System::Koebenhavn
    }

    pub(crate) fn committee(&self, meeting: &Meeting) -> &Committee {
        &self.committees[meeting.committee]
    }

    /// Every record that can be seen, with its meeting.
    pub(crate) fn records(&self) -> impl Iterator<Item = (&Meeting, &Record)> {
        let all = self.meetings.iter().flat_map(|m| m.records.iter().map(move |r| (m, r)));
        all.filter(|(_, r)| r.withdrawn.is_none())
    }
}
