//! Time moves on: what a week changes at the kommuner.

use super::build::{Topic, random};
use super::{News, Record, Site, Stage, Withdrawal, World};
use crate::calendar::days;
use crate::prose::Passage;

impl World {
    /// Moves the world on by a week. Meetings that were held get minutes, every kommune calls a meeting and writes an
    /// article, and each kommune in turn edits an article without a note, corrects minutes with and without a new
    /// date of release, and withdraws something.
    pub fn step(&mut self) {
        self.step += 1;
        self.today = days(self.today, 7);
        let (seed, step, today) = (self.spec.seed, self.step, self.today);
        for (index, site) in self.sites.iter_mut().enumerate() {
            for meeting in 0..site.meetings.len() {
                let meeting_is_over = site.meetings[meeting].begins.date() < today;
                if meeting_is_over && site.meetings[meeting].minutes().is_none() {
                    site.add_minutes(seed, meeting);
                }
            }
            match (index + step as usize) % 5 {
                0 => site.edit_article(seed, step),
                1 => site.edit_minutes(seed, step, Some(today)),
                2 => site.withdraw_article(seed, step),
                3 => site.edit_minutes(seed, step, None),
                _ => site.withdraw_minutes(seed, step),
            }
            site.add_meeting(seed, days(today, 5));
            if site.news != News::None {
                site.add_article(seed, days(today, -1), false);
            }
        }
    }
}

impl Site {
    fn edit_article(&mut self, seed: u64, step: u32) {
        let mut random = random(seed, self.code, Topic::Step(step));
        let mut there: Vec<_> = self.articles.iter_mut().filter(|a| a.withdrawn.is_none()).collect();
        if !there.is_empty() {
            let chosen = random.below(there.len());
            there[chosen].passages.iter_mut().any(Passage::edit);
        }
    }

    fn withdraw_article(&mut self, seed: u64, step: u32) {
        let mut random = random(seed, self.code, Topic::Step(step));
        let mut there: Vec<_> =
            self.articles.iter_mut().filter(|a| a.withdrawn.is_none() && !a.forbidden).collect();
        if !there.is_empty() {
            let status = if step.is_multiple_of(2) { 404 } else { 410 };
            let chosen = random.below(there.len());
            there[chosen].withdrawn = Some(Withdrawal { step, status });
        }
    }

    fn minutes_mut(&mut self) -> Vec<&mut Record> {
        let all = self.meetings.iter_mut().flat_map(|m| m.records.iter_mut());
        all.filter(|r| r.stage == Stage::Minutes && r.withdrawn.is_none()).collect()
    }

    /// Changes a rate in minutes; `released` is the day of the new release, if the correction is announced by one.
    fn edit_minutes(&mut self, seed: u64, step: u32, released: Option<jiff::civil::Date>) {
        let mut random = random(seed, self.code, Topic::Step(step));
        let mut there = self.minutes_mut();
        if there.is_empty() {
            return;
        }
        let chosen = random.below(there.len());
        let record = &mut *there[chosen];
        let sections = record.items.iter_mut().filter(|i| i.open).flat_map(|i| i.sections.iter_mut());
        let mut passages = sections.filter(|s| s.pdf.is_none()).flat_map(|s| s.passages.iter_mut());
        passages.any(Passage::edit);
        if let Some(day) = released {
            record.released = day.at(13, 0, 0, 0);
        }
    }

    fn withdraw_minutes(&mut self, seed: u64, step: u32) {
        let mut random = random(seed, self.code, Topic::Step(step));
        let mut there = self.minutes_mut();
        if !there.is_empty() {
            let chosen = random.below(there.len());
            there[chosen].withdrawn = Some(Withdrawal { step, status: 404 });
        }
    }
}
