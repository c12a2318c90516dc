//! A world at step 0.

use std::collections::HashMap;

use belaeg_model::Place;
use jiff::civil::{Date, DateTime};

use super::hosts::{self, Host};
use super::{
    Article, Attachment, Committee, Item, Letter, Meeting, News, Record, Section, Site, Spec, Stage, System,
    World,
};
use crate::calendar::days;
use crate::prose::{self, Passage};
use crate::random::Random;
use crate::web::slug;

/// What the random numbers of a site are drawn for.
#[derive(Clone, Copy)]
pub(super) enum Topic {
    Committees,
    Meeting(u32),
    Minutes(u32),
    Article(u32),
    Step(u32),
}

pub(super) fn random(seed: u64, code: u16, topic: Topic) -> Random {
    let (kind, number) = match topic {
        Topic::Committees => (0, 0),
        Topic::Meeting(n) => (1, n),
        Topic::Minutes(n) => (2, n),
        Topic::Article(n) => (3, n),
        Topic::Step(n) => (4, n),
    };
    Random::keyed(seed, &[u64::from(code), kind, u64::from(number)])
}

impl World {
    /// The world of `spec` at step 0.
    pub fn new(spec: &Spec) -> Self {
        let chosen = hosts::hosts().iter().take(spec.kommuner).enumerate();
        let sites: Vec<Site> = chosen.map(|(index, host)| site(spec, host, index)).collect();
        let letters = letters(spec, &sites);
        let mut by_host = HashMap::new();
        for (index, site) in sites.iter().enumerate() {
            for host in [&site.minutes_host, &site.news_host, site.bare_host()] {
                by_host.insert(host.to_owned(), index);
            }
        }
        Self { spec: spec.clone(), step: 0, today: spec.today, sites, letters, by_host }
    }
}

fn site(spec: &Spec, host: &Host, index: usize) -> Site {
    let (news, news_host) = hosts::news(host, index);
    let mut site = Site {
        place: host.place,
        code: host.code,
        minutes: host.system,
        minutes_host: host.host.to_owned(),
        news,
        news_host,
        committees: committees(spec.seed, host),
        items: if index < spec.full { 4 } else { 1 },
        meetings: Vec::new(),
        articles: Vec::new(),
    };
    for back in 0..spec.meetings {
        let back = i32::try_from(back).unwrap_or(i32::MAX);
        site.add_meeting(spec.seed, days(spec.today, 5_i32.saturating_sub(back.saturating_mul(14))));
    }
    for meeting in 0..site.meetings.len() {
        if site.meetings[meeting].begins.date() < spec.today {
            site.add_minutes(spec.seed, meeting);
        }
    }
    if news != News::None {
        for back in 0..spec.news {
            let back = i32::try_from(back).unwrap_or(i32::MAX);
            site.add_article(spec.seed, days(spec.today, back.saturating_mul(-9).saturating_sub(1)), false);
        }
        if index.is_multiple_of(5) {
            site.add_article(spec.seed, days(spec.today, -20), true);
            site.add_article(spec.seed, days(spec.today, -200), true);
        }
    }
    site
}

fn committees(seed: u64, host: &Host) -> Vec<Committee> {
    let mut random = random(seed, host.code, Topic::Committees);
    let council = if host.system == System::Koebenhavn { "Borgerrepræsentationen" } else { "Byrådet" };
    let names = [council, "Økonomiudvalget", "Klima-, Miljø- og Teknikudvalget", "Børne- og Skoleudvalget"];
    let mut committees: Vec<Committee> =
        names.into_iter().map(|name| Committee { id: random.guid(), name, is_test: false }).collect();
    if host.code == 161 {
        committees.push(Committee { id: random.guid(), name: "Testudvalget", is_test: true });
    }
    committees
}

impl Site {
    /// A meeting on `date` whose agenda is out.
    pub(super) fn add_meeting(&mut self, seed: u64, date: Date) {
        let sequence = u32::try_from(self.meetings.len()).unwrap_or(0) + 1;
        let number = u32::from(self.code) * 10_000 + sequence * 10;
        let mut random = random(seed, self.code, Topic::Meeting(sequence));
        let hour = i8::try_from(14 + random.below(4)).unwrap_or(14);
        let begins = date.at(hour, if sequence.is_multiple_of(2) { 30 } else { 0 }, 0, 0);
        let released = days(date, -6).at(9, 15, 0, 0);
        let year = date.year();
        let items = (1..=self.items).map(|n| item(&mut random, self.place, year, n, sequence)).collect();
        let mut records = vec![record(&mut random, number, Stage::Agenda, released, items)];
        if sequence % 3 == 2 {
            let late = item(&mut random, self.place, year, 5, sequence);
            let released = days(date, -2).at(16, 0, 0, 0);
            records.push(record(&mut random, number + 1, Stage::Supplementary, released, vec![late]));
        }
        let committee = (self.meetings.len()) % self.committees.len();
        self.meetings.push(Meeting { number, committee, begins, records });
    }

    /// The minutes of a meeting that was held: all items of its agendas, under new ids, with what was decided.
    pub(super) fn add_minutes(&mut self, seed: u64, meeting: usize) {
        let meeting = &mut self.meetings[meeting];
        let mut random = random(seed, self.code, Topic::Minutes(meeting.number));
        let agendas = meeting.records.iter().flat_map(|r| r.items.iter());
        let items = agendas.map(|item| decided(&mut random, item)).collect();
        let released = days(meeting.begins.date(), 2).at(11, 5, 0, 0);
        let number = meeting.number + 5;
        // One meeting in seven ends in minutes that only have a title beside the open ones.
        if meeting.number / 10 % 7 == 3 {
            meeting.records.push(record(&mut random, number + 1, Stage::Closed, released, Vec::new()));
        }
        meeting.records.push(record(&mut random, number, Stage::Minutes, released, items));
    }

    /// An article or letter of `date`.
    pub(super) fn add_article(&mut self, seed: u64, date: Date, is_letter: bool) {
        let sequence = u32::try_from(self.articles.len()).unwrap_or(0) + 1;
        let mut random = random(seed, self.code, Topic::Article(sequence));
        let title = prose::title(&mut random);
        let mut passages: Vec<Passage> =
            (0..3).map(|_| prose::paragraph(&mut random, self.place, date.year())).collect();
        passages.push(Passage::plain(prose::filler(&mut random)));
        let slug = if is_letter {
            format!("{}-{sequence}", slug(&title))
        } else {
            format!("{}-{}", date.strftime("%Y%m%d"), slug(&title))
        };
        self.articles.push(Article {
            slug,
            title,
            published: date.at(8, 30, 0, 0),
            is_letter,
            forbidden: !is_letter && sequence == 4,
            passages,
            withdrawn: None,
        });
    }
}

fn record(random: &mut Random, number: u32, stage: Stage, released: DateTime, items: Vec<Item>) -> Record {
    Record { id: random.guid(), number, stage, released, items, withdrawn: None }
}

/// The item `number` of an agenda; the fourth is closed, and the third has its text in a PDF at every other meeting.
fn item(random: &mut Random, place: Place, year: i16, number: u32, sequence: u32) -> Item {
    let in_pdf = number == 3 && sequence.is_multiple_of(2);
    let mut section = |heading, count: usize| Section {
        heading,
        passages: (0..count).map(|_| prose::paragraph(random, place, year)).collect(),
        pdf: None,
    };
    let mut sections = vec![section("Resumé", 1), section("Sagsfremstilling", 3), section("Indstilling", 1)];
    if in_pdf {
        sections[1].pdf = Some(random.guid());
    }
    let count = if number.is_multiple_of(2) { 1 } else { 2 };
    let attachments = (1..=count).map(|order| attachment(random, place, year, order)).collect();
    Item {
        id: random.guid(),
        number,
        title: prose::title(random),
        case_number: format!("{:02}/{}", year % 100, random.between(1000, 39999)),
        open: number != 4,
        sections,
        attachments,
    }
}

fn attachment(random: &mut Random, place: Place, year: i16, order: u32) -> Attachment {
    Attachment {
        id: random.guid(),
        name: format!("Bilag {order} - {}", prose::title(random)),
        order,
        passages: (0..2).map(|_| prose::paragraph(random, place, year)).collect(),
    }
}

/// The item of the minutes that an agenda's item became.
fn decided(random: &mut Random, item: &Item) -> Item {
    let mut item = item.clone();
    item.id = random.guid();
    for attachment in &mut item.attachments {
        attachment.id = random.guid();
    }
    for pdf in item.sections.iter_mut().filter_map(|s| s.pdf.as_mut()) {
        *pdf = random.guid();
    }
    let words =
        random.pick(&["Godkendt.", "Indstillingen blev godkendt.", "Udsat.", "Taget til efterretning."]);
    item.sections.push(Section { heading: "Beslutning", passages: vec![Passage::plain(words)], pdf: None });
    item
}

fn letters(spec: &Spec, sites: &[Site]) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(spec.letters);
    for index in 0..spec.letters {
        let Some(site) = sites.get(index % sites.len().max(1)) else { break };
        let id = u32::try_from(index).unwrap_or(0) + 1;
        let mut random = Random::keyed(spec.seed, &[20, u64::from(id)]);
        let date = days(spec.today, -(random.between(1, 30) + i32::try_from(id).unwrap_or(0) * 3));
        let title = format!("Brev fra {} Kommune: {}", site.place.name(), prose::title(&mut random));
        let passages = (0..3).map(|_| prose::paragraph(&mut random, site.place, date.year())).collect();
        letters.push(Letter { id, title, place: site.place, date, passages, blocked: id.is_multiple_of(25) });
    }
    letters
}
