//! Which documents are asked for: what is new or has changed at once, what did not change or did not come ever more
//! rarely, and what its lists no longer name.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use url::Url;

use super::Visit;
use crate::adapters::Listed;
use crate::dates::day_of;
use crate::event::{Cause, Event};
use crate::{KnownDocument, KnownMiss};

/// What was published in so many days is looked at in every run: corrections come soon or not at all.
const LATELY_DAYS: i64 = 14;

/// How a document stands before it is asked for.
pub(super) enum Standing {
    /// It is new, has another mark, or it is time to look at it again.
    Wanted,
    AsItWas,
    /// It did not come for this cause, and it is too early to ask again.
    Missed(Cause),
}

impl Visit<'_> {
    pub(super) fn standing(&self, listed: &Listed) -> Standing {
        let item = &listed.item;
        if [item.url.as_str(), listed.fetch.as_str()].iter().any(|url| self.client.known.is_taken_down(url)) {
            return Standing::AsItWas;
        }
        let known = self.known.get(&item.url);
        let mark = || self.client.known.mark(&self.source.id, &item.url);
        let has_changed = known.is_some() && item.mark.is_some() && mark() != item.mark;
        if has_changed || self.lacking.contains(&item.url) {
            return Standing::Wanted;
        }
        // What robots.txt forbids is found out without asking.
        if let Some(miss) = self.misses.get(&item.url)
            && miss.cause != Cause::Robots
            && !self.is_miss_due(miss)
        {
            return Standing::Missed(miss.cause);
        }
        match known {
            None => Standing::Wanted,
            Some(known) if !listed.only_by_mark && self.is_due(known, item.published) => Standing::Wanted,
            Some(_) => Standing::AsItWas,
        }
    }

    /// Whether it is time to look at a document again that may have changed.
    fn is_due(&self, known: &KnownDocument, published: Option<Date>) -> bool {
        let published = published.or(known.published);
        if published.is_some_and(|day| self.is_of_last(LATELY_DAYS, day)) {
            return self.is_young(published);
        }
        let unchanged = known.checked.duration_since(known.changed).as_hours() / 24;
        self.is_young(published) && self.has_waited(known.checked, unchanged)
    }

    fn is_miss_due(&self, miss: &KnownMiss) -> bool {
        let days = 1_i64.checked_shl(miss.tries.saturating_sub(1)).filter(|days| *days > 0);
        self.has_waited(miss.at, days.unwrap_or(i64::MAX))
    }

    /// Whether so many days have gone by since `at`, at least one and at most as many as the settings allow.
    fn has_waited(&self, at: Timestamp, days: i64) -> bool {
        let longest = self.client.settings.longest_wait_days.clamp(0, 1_000_000);
        let days = days.clamp(longest.min(1), longest);
        day_of(at).saturating_add(days.days()) <= self.today
    }

    /// What has no day may always have changed.
    fn is_young(&self, published: Option<Date>) -> bool {
        published.is_none_or(|day| self.is_of_last(self.client.settings.recheck_days, day))
    }

    fn is_of_last(&self, days: i64, day: Date) -> bool {
        day >= self.today.saturating_sub(days.clamp(0, 1_000_000).days())
    }

    /// The documents to which something is attached that it is time to ask for again.
    pub(super) fn lacking_wholes(&self) -> HashSet<String> {
        let due = self.misses.values().filter(|miss| self.is_miss_due(miss));
        due.filter_map(|miss| miss.whole.clone()).collect()
    }

    /// Whether a document did not come for the same cause before.
    pub(super) fn is_missed(&self, url: &str, cause: Cause) -> bool {
        self.misses.get(url).is_some_and(|miss| miss.cause == cause)
    }

    /// Takes note of a document that will not come for a while.
    pub(super) async fn miss(&mut self, url: &str, whole: Option<&str>, cause: Cause) {
        let counts =
            if self.is_missed(url, cause) { &mut self.report.known } else { &mut self.report.failed };
        *counts.entry(cause).or_default() += 1;
        self.send_miss(url, whole, cause).await;
    }

    async fn send_miss(&self, url: &str, whole: Option<&str>, cause: Cause) {
        let (source, url, whole) = (self.source.id.clone(), url.to_owned(), whole.map(str::to_owned));
        self.client.send(Event::Missed { source, url, whole, cause, at: Timestamp::now() }).await;
    }

    /// What a document does not name any more is not worth asking the document for.
    pub(super) async fn renew_misses_of(&mut self, whole: &str) {
        let is_unnamed =
            |miss: &&KnownMiss| miss.whole.as_deref() == Some(whole) && !self.seen.contains(&miss.url);
        let unnamed: Vec<KnownMiss> = self.misses.values().filter(is_unnamed).cloned().collect();
        for miss in unnamed.into_iter().filter(|miss| self.is_miss_due(miss)) {
            self.send_miss(&miss.url, Some(whole), miss.cause).await;
        }
    }

    /// Asks once for each known document that this run's lists and meetings did not name.
    pub(super) async fn ask_for_missing(&mut self) {
        for document in self.missing() {
            if self.is_finished() {
                return;
            }
            let Ok(fetch) = Url::parse(&document.fetch_url) else { continue };
            let mut listed = Listed::new(self.source, fetch);
            listed.item.url = document.url;
            listed.item.published = document.published;
            if let Standing::Missed(cause) = self.standing(&listed) {
                *self.report.known.entry(cause).or_default() += 1;
            } else {
                self.fetch(listed).await;
            }
        }
    }

    fn missing(&self) -> Vec<KnownDocument> {
        let mut missing: BTreeMap<&String, &KnownDocument> = self.known.iter().collect();
        missing.retain(|url, _| !self.seen.contains(*url));
        let is_part = |url: &str| self.adapter.is_part(url);
        let wholes = missing.values().filter(|d| !is_part(&d.url)).filter_map(|d| d.published);
        // No list names attachments. Those of the days on which something is missing or was read anew are worth a question.
        let days: BTreeSet<Date> = wholes.chain(self.read_days.iter().copied()).collect();
        // A file without a mark may change while its meeting's page does not.
        let has_mark = |url: &str| self.client.known.mark(&self.source.id, url).is_some();
        let is_due = |d: &KnownDocument| match is_part(&d.url) {
            true if d.published.is_some_and(|day| days.contains(&day)) => true,
            true => (d.published.is_none() || !has_mark(&d.url)) && self.is_due(d, None),
            false => !self.adapter.is_window() || self.is_due(d, None),
        };
        missing.into_values().filter(|d| is_due(d)).cloned().collect()
    }
}
