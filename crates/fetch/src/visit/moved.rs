//! Known documents that have moved for good: to an address of their own, or to where a site sends all that is gone.

use std::collections::HashMap;

use super::Visit;
use crate::adapters::Listed;
use crate::canonical;
use crate::client::Answer;
use crate::event::{Cause, Purpose};

/// Where so many documents of a source move to, nothing moves: it is the page of what is gone.
const MANY: usize = 3;

/// So many documents wait at once for what others do. Sites send what is gone to one page, so few are enough.
const LONGEST_QUEUE: usize = 8;

/// A larger answer is no page of what is gone, and does not wait.
const HELD_BYTES: usize = 256 << 10;

/// What a run saw move.
#[derive(Default)]
pub(super) struct Moved {
    /// How many moved to each address.
    counts: HashMap<String, usize>,
    /// Those that wait, oldest first: where they move to, the status that says so, and they themselves.
    held: Vec<(String, u16, Held)>,
}

/// A document that came and is not yet handed on.
pub(super) struct Held {
    pub(super) listed: Listed,
    pub(super) answer: Answer,
    pub(super) is_new: bool,
}

impl Visit<'_> {
    /// Where a known document has moved for good, and the status that says so.
    pub(super) fn move_of(&self, listed: &Listed, answer: &Answer) -> Option<(String, u16)> {
        let status = answer.moved_for_good()?;
        let (asked, end) = (canonical(&listed.fetch), canonical(&answer.moved_to));
        let is_known = self.known.contains_key(&listed.item.url);
        (is_known && asked != end && self.is_by_address(listed)).then_some((end, status))
    }

    /// Hands a document that has moved on when it is clear that it did not move to where many do; those that did are gone.
    pub(super) async fn judge_move(&mut self, end: String, status: u16, mut held: Held) {
        let count = self.moved.counts.entry(end.clone()).or_default();
        *count += 1;
        let is_common = *count >= MANY;
        if is_common {
            let all = std::mem::take(&mut self.moved.held);
            let (gone, others): (Vec<_>, _) = all.into_iter().partition(|(other, ..)| *other == end);
            self.moved.held = others;
            for (_, status, held) in gone.into_iter().chain([(end, status, held)]) {
                self.bury_moved(status, held).await;
            }
            return;
        }
        // What moves to another document is gone at once, and its answer is that one's.
        let is_anothers = self.client.owner(&end).is_some_and(|owner| owner != held.listed.item.url);
        if is_anothers || held.answer.exchange.body.len() > HELD_BYTES {
            return self.deliver(held).await;
        }
        // Its turn in the budget must not wait for it.
        held.answer.exchange.share = None;
        self.moved.held.push((end, status, held));
        if self.moved.held.len() > LONGEST_QUEUE {
            let (.., oldest) = self.moved.held.remove(0);
            self.deliver(oldest).await;
        }
    }

    /// Hands on what waited to the end.
    pub(super) async fn hand_on_held(&mut self) {
        for (.., held) in std::mem::take(&mut self.moved.held) {
            self.deliver(held).await;
        }
    }

    async fn bury_moved(&mut self, status: u16, held: Held) {
        let (url, exchange) = (held.listed.item.url, held.answer.exchange);
        let at = exchange.fetched_at;
        self.client.emit(&self.source.id, Purpose::Failed(Cause::BadRedirect), exchange).await;
        self.bury(url, status, at).await;
    }
}
