//! The documents of a source: asked for, checked, and handed on after what hangs on them.

use jiff::Timestamp;
use url::Url;

use super::lists::{LIST_BYTES, merged};
use super::moved::Held;
use super::wanted::Standing;
use super::{FORBIDDEN, Visit};
use crate::adapters::{BadListing, Listed};
use crate::body::{self, BadBody};
use crate::client::{Answer, Failure};
use crate::event::{Cause, Event, Exchange, Item, Purpose};
use crate::{Validators, canonical};

/// What came of a document.
enum Outcome {
    /// It is here as it came.
    Came(Answer),
    Unchanged(Answer),
    /// Nothing came; another try may help soon.
    Failed,
    /// Nothing came, and that will stay so for a while.
    Missed,
}

impl Visit<'_> {
    /// Fetches a document, and before it is handed on what hangs on it: an interruption leaves nothing that looks whole.
    pub(super) async fn fetch(&mut self, mut listed: Listed) {
        match self.ask_document(&listed, None).await {
            Outcome::Failed | Outcome::Missed => {}
            Outcome::Unchanged(answer) => self.hand_on(listed, answer, false).await,
            Outcome::Came(mut answer) => {
                if listed.has_parts {
                    // It waits for its attachments, whose turn in the budget must not wait for it.
                    answer.exchange.share = None;
                    if !self.fetch_parts(&listed, &mut answer.exchange).await {
                        listed.item.mark = None;
                        answer.exchange.validators = Validators::default();
                    }
                }
                self.hand_on(listed, answer, true).await;
            }
        }
    }

    /// Fetches the attachments of a document; whether none of them is worth another try soon.
    async fn fetch_parts(&mut self, whole: &Listed, exchange: &mut Exchange) -> bool {
        let parts = match self.parts(whole, exchange).await {
            Ok(parts) => parts,
            Err(why) => {
                *self.report.failed.entry(Cause::BadListing).or_default() += 1;
                self.alarm(format!("{}: its attachments cannot be read: {why}", whole.fetch));
                return false;
            }
        };
        self.read_days.extend(whole.item.published);
        let mut are_settled = true;
        for part in merged(parts) {
            if self.seen.contains(&part.item.url) {
                continue;
            }
            if self.is_finished() {
                return false;
            }
            self.note(&part);
            match self.standing(&part) {
                Standing::AsItWas => {
                    self.forbidden = 0;
                    self.report.unchanged += 1;
                }
                Standing::Missed(cause) => *self.report.known.entry(cause).or_default() += 1,
                Standing::Wanted => are_settled &= self.fetch_part(whole, part).await,
            }
        }
        self.renew_misses_of(&whole.item.url).await;
        are_settled
    }

    /// Fetches an attachment; whether it is not worth another try soon.
    async fn fetch_part(&mut self, whole: &Listed, part: Listed) -> bool {
        match self.ask_document(&part, Some(&whole.item.url)).await {
            Outcome::Came(answer) => self.hand_on(part, answer, true).await,
            Outcome::Unchanged(answer) => self.hand_on(part, answer, false).await,
            Outcome::Missed => {}
            Outcome::Failed => return false,
        }
        true
    }

    /// The attachments that a document names. Its body is lent to whoever reads it.
    async fn parts(&self, whole: &Listed, exchange: &mut Exchange) -> Result<Vec<Listed>, String> {
        let limit = self.client.settings.body_bytes.min(LIST_BYTES);
        let (adapter, source, whole) = (self.adapter, self.source.clone(), whole.clone());
        let (bytes, is_compressed) = (exchange.body.len(), exchange.content_encoding.is_some());
        let lent = std::mem::replace(exchange, Exchange::unanswered(""));
        let job = move || {
            let read = |exchange: &Exchange| {
                let bytes = body::decoded(exchange, limit).map_err(|bad| bad.why)?;
                let text = body::text(&bytes, exchange.media_type.as_deref());
                adapter.parts(&source, &whole, &text).map_err(|BadListing(why)| why)
            };
            let parts = read(&lent);
            (lent, parts)
        };
        let parts;
        (*exchange, parts) = self.client.offload.run(bytes, is_compressed, job).await;
        parts
    }

    /// Asks for a document, or for what is attached to `whole`.
    async fn ask_document(&mut self, listed: &Listed, whole: Option<&str>) -> Outcome {
        self.asked += 1;
        let url = &listed.item.url;
        let is_known = self.known.contains_key(url);
        // What did not come with it is named in its body.
        let is_conditional = is_known && !self.lacking.contains(url);
        let answer = self.get(&listed.fetch, is_conditional).await;
        match answer.and_then(|answer| answer.unless_front_page(&listed.fetch)) {
            Ok(answer) => self.check_document(url, whole, answer).await,
            Err(failure) => self.lose(url, whole, failure, is_known).await,
        }
    }

    async fn check_document(&mut self, url: &str, whole: Option<&str>, answer: Answer) -> Outcome {
        self.forbidden = 0;
        if answer.exchange.status == 304 {
            return Outcome::Unchanged(answer);
        }
        let Answer { exchange, moved_to, first_redirect } = answer;
        let (exchange, checked) = self.check_body(exchange).await;
        match checked {
            Ok(()) => Outcome::Came(Answer { exchange, moved_to, first_redirect }),
            Err(bad) => {
                self.miss(url, whole, bad.cause).await;
                self.client.emit(&self.source.id, Purpose::Failed(bad.cause), exchange).await;
                Outcome::Missed
            }
        }
    }

    async fn check_body(&self, exchange: Exchange) -> (Exchange, Result<(), BadBody>) {
        let limit = self.client.settings.body_bytes;
        let (bytes, is_compressed) = (exchange.body.len(), exchange.content_encoding.is_some());
        let job = move || {
            let checked = body::check(&exchange, limit);
            (exchange, checked)
        };
        self.client.offload.run(if is_compressed { bytes } else { 0 }, is_compressed, job).await
    }

    /// Hands a document on, unless it waits for what others do that have moved.
    async fn hand_on(&mut self, listed: Listed, answer: Answer, is_new: bool) {
        match self.move_of(&listed, &answer) {
            Some((end, status)) => self.judge_move(end, status, Held { listed, answer, is_new }).await,
            None => self.deliver(Held { listed, answer, is_new }).await,
        }
    }

    pub(super) async fn deliver(&mut self, Held { listed, answer, is_new }: Held) {
        if is_new {
            self.report.fetched += 1;
        } else {
            self.report.unchanged += 1;
        }
        let first_redirect = answer.first_redirect;
        let (item, left) = self.placed(listed, &answer);
        if let Some(url) = left {
            self.bury(url, first_redirect.unwrap_or_default(), answer.exchange.fetched_at).await;
        }
        self.client.note_taken(&item.url, &item.aliases);
        self.client.emit(&self.source.id, Purpose::Document(Box::new(item)), answer.exchange).await;
    }

    /// The document under its canonical address, and the address of a known one that has moved to another document.
    ///
    /// A new document is where permanent redirects end, with the addresses that led there as others of its own. A known
    /// one keeps its address. Where the answer is the page of another document, it is that document: for good after
    /// permanent redirects, for this time after others.
    fn placed(&mut self, listed: Listed, answer: &Answer) -> (Item, Option<String>) {
        let is_by_address = self.is_by_address(&listed);
        let Listed { mut item, fetch, .. } = listed;
        let Some(end) = Url::parse(&answer.exchange.url).ok().map(|url| canonical(&url)) else {
            return (item, None);
        };
        let (asked, moved_to) = (canonical(&fetch), canonical(&answer.moved_to));
        let own = item.url.clone();
        let other = if is_by_address { self.client.owner(&end).filter(|owner| *owner != own) } else { None };
        let is_known = self.known.contains_key(&own);
        if let Some(other) = other {
            // The list named one document twice.
            self.report.listed = self.report.listed.saturating_sub(usize::from(self.seen.contains(&other)));
            item.url = other;
            if moved_to != end {
                return (item, None);
            }
        } else if is_by_address && !is_known && own == asked {
            item.url = moved_to;
        }
        self.seen.insert(item.url.clone());
        let left = Some(own).filter(|own| is_known && *own != item.url);
        let asked = Some(asked).filter(|asked| is_by_address && left.as_ref() != Some(asked));
        for address in [end].into_iter().chain(asked) {
            if address != item.url && !item.aliases.contains(&address) {
                item.aliases.push(address);
            }
        }
        (item, left)
    }

    /// Whether a document is kept under the address that it is asked for at, and not under an id of its system.
    pub(super) fn is_by_address(&self, listed: &Listed) -> bool {
        let asked = canonical(&listed.fetch);
        let item = &listed.item;
        (item.url == asked || item.aliases.contains(&asked)) && !self.adapter.is_part(&item.url)
    }

    /// Some files may be forbidden where others are not; several in a row mean the whole.
    fn count_forbidden(&mut self, cause: Cause) {
        self.forbidden = if cause == Cause::Forbidden { self.forbidden + 1 } else { 0 };
        if self.forbidden >= FORBIDDEN && !self.is_over {
            self.is_over = true;
            self.alarm(format!("{FORBIDDEN} documents in a row are forbidden; the source is left alone"));
        }
    }

    /// Reports that a known document is no longer there.
    pub(super) async fn bury(&mut self, url: String, status: u16, at: Timestamp) {
        self.report.gone += 1;
        let source = self.source.id.clone();
        self.client.send(Event::Gone { source, url, at, status }).await;
    }

    /// Takes note of a document that did not come: gone, if it was there before.
    async fn lose(&mut self, url: &str, whole: Option<&str>, failure: Failure, is_known: bool) -> Outcome {
        let answered = failure.gone.zip(failure.exchange.as_ref().map(|e| e.fetched_at));
        if let Some((status, at)) = answered.filter(|_| is_known) {
            self.forbidden = 0;
            self.report_exchange(failure).await;
            self.bury(url.to_owned(), status, at).await;
            return Outcome::Missed;
        }
        if !self.is_missed(url, failure.cause) {
            self.count_forbidden(failure.cause);
        }
        let is_lasting = failure.cause.is_lasting() && !failure.is_closed;
        if is_lasting {
            self.miss(url, whole, failure.cause).await;
        } else {
            *self.report.failed.entry(failure.cause).or_default() += 1;
        }
        self.give_up(failure).await;
        if is_lasting { Outcome::Missed } else { Outcome::Failed }
    }
}
