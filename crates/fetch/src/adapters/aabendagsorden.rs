//! Åben Dagsorden: a search that names at most fifty meetings, asked for a few days at once, backwards in time.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use super::{Adapter, Ask, BadListing, Listed, Page, Start, Step, at, danish, encoded, html, meeting_group};
use crate::dates::{in_text, iso_day};
use crate::{DateFormat, Source};

/// Days of a question.
const DAYS: i32 = 10;

/// Meetings that are called lie at most so many days ahead.
const AHEAD: i32 = 60;

/// After so many days without a meeting there are no older ones.
const EMPTY_DAYS: i32 = 400;

/// The most meetings of an answer.
const CAP: usize = 50;

pub(super) struct AabenDagsorden;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    number_of_results: usize,
    meetings: Vec<Meeting>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Meeting {
    meeting_id: Id,
    date: Option<String>,
    committee_name: Option<String>,
    #[serde(default)]
    blocked: Option<bool>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Number(u64),
    Text(String),
}

impl Adapter for AabenDagsorden {
    fn start(&self, start: &Start<'_>) -> Vec<Ask> {
        let to = start.today.saturating_add(AHEAD.days());
        slice(start, to, 0).into_iter().collect()
    }

    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing> {
        let Step::Slice { from, to, empty_days } = ask.step else { return Ok(Page::default()) };
        let found: Found = serde_json::from_str(page)?;
        let is_capped = found.number_of_results.max(found.meetings.len()) >= CAP;
        let is_empty = found.meetings.is_empty();
        let days = (to - from).get_days() + 1;
        let listed = found.meetings.into_iter().filter_map(|m| meeting(start.source, m)).collect();
        if is_capped && days > 1 {
            return Ok(Page { listed, next: halves(start.source, &ask.step) });
        }
        let counts = is_empty && from < start.today;
        let empty_days = empty_days.map(|before| if counts { before + days } else { 0 });
        let next = empty_days.and_then(|empty| slice(start, from.saturating_sub(1.day()), empty));
        Ok(Page { listed, next: next.into_iter().collect() })
    }

    fn parts(&self, _: &Source, whole: &Listed, document: &str) -> Result<Vec<Listed>, BadListing> {
        let page = html::parse(document)?;
        let mut parts = Vec::new();
        for element in html::below(page.root_element(), "a[href*='/meeting/files/'], [data-id][data-name]") {
            let (id, name) = (element.value().attr("data-id"), element.value().attr("data-name"));
            let link = html::link(element, &whole.fetch).map(|l| l.url);
            let built = || at(&whole.fetch, &format!("/meeting/files/{}/{}", encoded(id?), encoded(name?)));
            let Some(url) = link.or_else(built).filter(|url| self.is_part(url.as_str())) else { continue };
            parts.push(whole.part(url, name.map(str::to_owned).or_else(|| html::text(element))));
        }
        Ok(parts)
    }

    fn is_part(&self, url: &str) -> bool {
        url.contains("/meeting/files/")
    }
}

/// The question for the days up to `to`, unless nothing older is wanted or there.
fn slice(start: &Start<'_>, to: Date, empty_days: i32) -> Option<Ask> {
    let since = start.scope.since.unwrap_or(Date::MIN);
    if to < since || empty_days >= EMPTY_DAYS {
        return None;
    }
    ask(start.source, to.saturating_sub((DAYS - 1).days()).max(since), to, Some(empty_days))
}

fn ask(source: &Source, from: Date, to: Date, empty_days: Option<i32>) -> Option<Ask> {
    let shape = match source.options.date_format {
        DateFormat::Iso => "%Y-%m-%d",
        DateFormat::Dmy => "%d/%m/%Y",
    };
    let day = |day: Date| encoded(&day.strftime(shape).to_string());
    let path = format!("/rest/meeting/search?query=&fromDate={}&toDate={}", day(from), day(to));
    Some(Ask::new(at(&source.base, &path)?, Step::Slice { from, to, empty_days }))
}

/// The newer half, then the older one, which goes on where the slice would have.
fn halves(source: &Source, slice: &Step) -> Vec<Ask> {
    let Step::Slice { from, to, empty_days } = *slice else { return Vec::new() };
    let middle = from.saturating_add((((to - from).get_days() + 1) / 2).days());
    let older = ask(source, from, middle.saturating_sub(1.day()), empty_days.map(|_| 0));
    ask(source, middle, to, None).into_iter().chain(older).collect()
}

fn meeting(source: &Source, meeting: Meeting) -> Option<Listed> {
    let committee = meeting.committee_name.unwrap_or_default().trim().to_owned();
    let is_excluded = source.options.exclude.contains(&committee);
    if meeting.blocked == Some(true) || is_excluded {
        return None;
    }
    let id = match meeting.meeting_id {
        Id::Number(id) => id.to_string(),
        Id::Text(id) => encoded(&id),
    };
    let mut listed = Listed::new(source, at(&source.base, &format!("/fragments/meeting/{id}/view"))?);
    let day = meeting.date.and_then(|text| iso_day(&text).or_else(|| in_text(&text)));
    listed.item.url = at(&source.base, &format!("/meeting/{id}"))?.into();
    listed.item.name = format!("{id}.html");
    listed.item.title = Some(day.map_or(committee.clone(), |day| format!("{committee}, {}", danish(day))));
    listed.item.group = day.map(|day| meeting_group(day, &committee));
    listed.item.published = day;
    listed.has_parts = true;
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::tests::{fixture, start};

    #[test]
    fn slices_go_back_and_are_halved() {
        let source = fixture(
            "aabendagsorden",
            "https://dagsorden.a.dk",
            "{ date_format = \"dmy\", exclude = [\"Testudvalget\"] }",
        );
        let start = start(&source);
        let first = AabenDagsorden.start(&start).remove(0);
        // 60 days after 5 October 2026.
        assert_eq!(first.url.query(), Some("query=&fromDate=25%2F11%2F2026&toDate=04%2F12%2F2026"));
        let meeting = |id: usize, name: &str| {
            format!(r#"{{"meetingId":{id},"date":"26/11/2026","committeeName":"{name}","blocked":false}}"#)
        };
        let two = format!("{},{}", meeting(7, "Byrådet"), meeting(8, "Testudvalget"));
        let json = format!(r#"{{"numberOfResults":2,"meetings":[{two}]}}"#);
        let page = AabenDagsorden.read(&start, &first, &json).expect("meetings");
        assert_eq!(page.listed.len(), 1);
        let item = &page.listed[0].item;
        assert_eq!(
            (item.url.as_str(), item.published),
            ("https://dagsorden.a.dk/meeting/7", Date::new(2026, 11, 26).ok())
        );
        assert_eq!(page.next.len(), 1);
        let many: Vec<String> = (0..CAP).map(|id| meeting(id, "Byrådet")).collect();
        let json = format!(r#"{{"numberOfResults":50,"meetings":[{}]}}"#, many.join(","));
        let page = AabenDagsorden.read(&start, &first, &json).expect("meetings");
        let steps: Vec<String> = page.next.iter().map(|a| format!("{:?}", a.step)).collect();
        assert_eq!(
            steps,
            [
                "Slice { from: 2026-11-30, to: 2026-12-04, empty_days: None }",
                "Slice { from: 2026-11-25, to: 2026-11-29, empty_days: Some(0) }",
            ]
        );
    }

    #[test]
    fn empty_years_end_the_search() {
        let source = fixture("aabendagsorden", "https://dagsorden.a.dk", "{ date_format = \"iso\" }");
        let start = start(&source);
        let mut asks = AabenDagsorden.start(&start);
        let mut pages = 0;
        while let Some(ask) = asks.pop() {
            pages += 1;
            assert!(pages < 60, "it does not end");
            let empty = r#"{"numberOfResults":0,"meetings":[]}"#;
            asks.extend(AabenDagsorden.read(&start, &ask, empty).expect("none").next);
        }
        assert!(pages > 40);
    }
}
