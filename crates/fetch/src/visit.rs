//! One source in a run: its lists, the documents they name, what hangs on those, and what is gone.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use jiff::ToSpan;
use jiff::civil::Date;
use url::Url;

use crate::adapters::{self, Adapter, Ask, Listed, Page, Start, Step};
use crate::body;
use crate::client::{Client, Failure, Get};
use crate::event::{Cause, Event, Exchange, Item, Purpose, SourceReport};
use crate::{KnownDocument, Scope, Source, System, Validators};

/// Bytes of a list, decoded. A page's tree takes fifty times as many.
const LIST_BYTES: u64 = 16 << 20;

/// After so many documents in a row that are forbidden, the source is left alone.
const FORBIDDEN: usize = 3;

/// Lists of fewer documents than this may shrink as they like.
const SMALL: usize = 10;

/// A source while it is fetched.
pub(crate) struct Visit<'a> {
    client: &'a Client,
    source: &'a Source,
    adapter: &'static dyn Adapter,
    scope: Scope,
    today: Date,
    known: HashMap<String, KnownDocument>,
    /// Canonical addresses that this run's lists and documents named.
    seen: HashSet<String>,
    /// Days of documents whose attachments were read in this run.
    read_days: BTreeSet<Date>,
    /// Documents asked for, against the limit.
    asked: usize,
    forbidden: usize,
    /// Nothing more is asked for.
    is_over: bool,
    /// Something of the lists was not read.
    is_cut: bool,
    is_done: bool,
    report: SourceReport,
}

/// What came of a document.
enum Outcome {
    /// It is here: as it came, and whether it is new.
    Came(Exchange),
    Unchanged(Exchange),
    Nothing,
}

impl<'a> Visit<'a> {
    pub(crate) fn new(client: &'a Client, source: &'a Source, scope: Scope) -> Self {
        let known = client.known.documents(&source.id).into_iter().map(|d| (d.url.clone(), d)).collect();
        Self {
            client,
            source,
            adapter: adapters::of(source.system),
            scope,
            today: crate::dates::today(),
            known,
            seen: HashSet::new(),
            read_days: BTreeSet::new(),
            asked: 0,
            forbidden: 0,
            is_over: false,
            is_cut: false,
            is_done: false,
            report: SourceReport { source: source.id.clone(), ..SourceReport::default() },
        }
    }

    /// Fetches the source to its end.
    pub(crate) async fn run(&mut self) {
        if self.source.system == System::None {
            let note = self.source.note.as_deref().unwrap_or("it is not fetched automatically");
            self.report.alarms.push(note.to_owned());
            self.is_cut = true;
            self.is_done = true;
            return;
        }
        self.take(adapters::urls::named(self.source)).await;
        self.read_lists().await;
        self.judge_lists();
        if self.is_complete() {
            self.ask_for_missing().await;
        }
        self.is_done = true;
    }

    /// The report, also of a run that was stopped in the middle.
    pub(crate) fn into_report(mut self, was_stopped: bool) -> SourceReport {
        if was_stopped && !self.is_done {
            self.alarm("it was stopped before its end".to_owned());
        }
        self.report.complete = self.is_complete() && self.is_done;
        self.report
    }

    fn is_complete(&self) -> bool {
        !self.is_over && !self.is_cut && self.scope.is_all()
    }

    fn alarm(&mut self, what: String) {
        tracing::warn!(source = self.source.id, "{what}");
        self.report.alarms.push(what);
    }

    async fn read_lists(&mut self) {
        let (source, scope, today) = (self.source, self.scope, self.today);
        let start = Start { source, scope: &scope, today };
        let mut asks = VecDeque::from(self.adapter.start(&start));
        let mut asked: HashSet<Url> = HashSet::new();
        while let Some(ask) = asks.pop_front() {
            if self.is_finished() {
                return;
            }
            if !asked.insert(ask.url.clone()) {
                continue;
            }
            if asked.len() > self.client.settings.listing_pages {
                self.is_cut = true;
                let pages = self.client.settings.listing_pages;
                return self.alarm(format!("the lists have more than {pages} pages; the rest is left out"));
            }
            let Some(page) = self.read_list(&start, &ask).await else {
                self.is_cut = true;
                continue;
            };
            let (new, is_old) = (self.take_new(&page), self.is_before_scope(&page));
            self.take(page.listed).await;
            if ask.step != Step::List || !page.next.iter().all(|n| n.step == Step::List) || (new && !is_old) {
                asks.extend(page.next);
            } else if !page.next.is_empty() && !is_old {
                self.alarm(format!("the list goes in circles: {} brings nothing new", ask.url));
            }
        }
    }

    /// Whether a page names anything that no page before it did.
    fn take_new(&self, page: &Page) -> bool {
        page.listed.iter().any(|l| !self.seen.contains(&l.item.url))
    }

    /// Whether a page has only documents from before what is wanted, as those of lists by date have at their end.
    fn is_before_scope(&self, page: &Page) -> bool {
        !page.listed.is_empty() && page.listed.iter().all(|l| !self.scope.wants(l.item.published))
    }

    /// Whether the limit is reached, or nothing more may or need be asked.
    fn is_finished(&mut self) -> bool {
        let is_full = self.scope.limit.is_some_and(|limit| self.asked >= limit);
        self.is_cut |= is_full;
        self.is_over |= self.client.is_deserted();
        is_full || self.is_over
    }

    async fn read_list(&mut self, start: &Start<'_>, ask: &Ask) -> Option<Page> {
        let exchange = match self.get(&ask.url, false).await {
            Ok(exchange) => exchange,
            Err(failure) => {
                let what = format!("{}: {}: {}", ask.url, failure.cause, failure.why);
                // Without its first list there is nothing to go on with; a host that refuses one is not asked for others.
                self.is_over |= failure.cause == Cause::Forbidden;
                self.fail(failure).await;
                self.alarm(what);
                return None;
            }
        };
        let page = body::decoded(&exchange, self.client.settings.body_bytes.min(LIST_BYTES))
            .map_err(|bad| (bad.cause, bad.why))
            .and_then(|bytes| {
                let text = body::text(&bytes, exchange.media_type.as_deref());
                self.adapter.read(start, ask, &text).map_err(|bad| (Cause::BadListing, bad.0))
            });
        match page {
            Ok(page) => {
                self.client.emit(&self.source.id, Purpose::Listing, exchange).await;
                Some(page)
            }
            Err((cause, why)) => {
                *self.report.failed.entry(cause).or_default() += 1;
                self.client.emit(&self.source.id, Purpose::Failed(cause), exchange).await;
                self.alarm(format!("{}: {cause}: {why}", ask.url));
                None
            }
        }
    }

    async fn get(&self, url: &Url, is_conditional: bool) -> Result<Exchange, Failure> {
        let session = self.adapter.has_session();
        self.client.get(Get { source: &self.source.id, url, session, is_conditional }).await
    }

    /// Takes in what a page names, each document once.
    async fn take(&mut self, listed: Vec<Listed>) {
        for listed in merged(listed) {
            if self.seen.contains(&listed.item.url) || !self.scope.wants(listed.item.published) {
                continue;
            }
            self.report.listed += 1;
            self.note(&listed);
            if !self.is_wanted(&listed) {
                // It came once: what is forbidden beside it is not the whole.
                self.forbidden = 0;
                self.report.unchanged += 1;
            } else if !self.is_finished() {
                self.fetch(listed).await;
            }
        }
    }

    fn note(&mut self, listed: &Listed) {
        self.seen.insert(listed.item.url.clone());
        self.report.newest = self.report.newest.max(listed.item.published);
    }

    /// Whether a document is new, has another mark, or is young enough to be looked at again.
    fn is_wanted(&self, listed: &Listed) -> bool {
        let item = &listed.item;
        if [item.url.as_str(), listed.fetch.as_str()].iter().any(|url| self.client.known.is_taken_down(url)) {
            return false;
        }
        let Some(known) = self.known.get(&item.url) else { return true };
        if item.mark.is_some() && self.client.known.mark(&self.source.id, &item.url) != item.mark {
            return true;
        }
        !listed.only_by_mark && self.is_young(item.published.or(known.published))
    }

    /// What has no day may always have changed.
    fn is_young(&self, published: Option<Date>) -> bool {
        let days = self.client.settings.recheck_days.clamp(0, 1_000_000);
        published.is_none_or(|day| day >= self.today.saturating_sub(days.days()))
    }

    /// Fetches a document, and before it is handed on what hangs on it: an interruption leaves nothing that looks whole.
    async fn fetch(&mut self, mut listed: Listed) {
        match self.ask_document(&listed).await {
            Outcome::Nothing => {}
            Outcome::Unchanged(exchange) => self.hand_on(listed.item, exchange, false).await,
            Outcome::Came(mut exchange) => {
                if listed.has_parts && !self.fetch_parts(&listed, &exchange).await {
                    listed.item.mark = None;
                    exchange.validators = Validators::default();
                }
                self.hand_on(listed.item, exchange, true).await;
            }
        }
    }

    /// Fetches the attachments of a document; whether all of them came that should.
    async fn fetch_parts(&mut self, whole: &Listed, exchange: &Exchange) -> bool {
        let parts = match self.parts(whole, exchange) {
            Ok(parts) => parts,
            Err(why) => {
                *self.report.failed.entry(Cause::BadListing).or_default() += 1;
                self.alarm(format!("{}: its attachments cannot be read: {why}", whole.fetch));
                return false;
            }
        };
        self.read_days.extend(whole.item.published);
        let mut all_came = true;
        for part in merged(parts) {
            if self.seen.contains(&part.item.url) {
                continue;
            }
            if self.is_finished() {
                return false;
            }
            self.note(&part);
            if !self.is_wanted(&part) {
                self.forbidden = 0;
                self.report.unchanged += 1;
                continue;
            }
            match self.ask_document(&part).await {
                Outcome::Came(exchange) => self.hand_on(part.item, exchange, true).await,
                Outcome::Unchanged(exchange) => self.hand_on(part.item, exchange, false).await,
                Outcome::Nothing => all_came = false,
            }
        }
        all_came
    }

    fn parts(&self, whole: &Listed, exchange: &Exchange) -> Result<Vec<Listed>, String> {
        let limit = self.client.settings.body_bytes.min(LIST_BYTES);
        let bytes = body::decoded(exchange, limit).map_err(|bad| bad.why)?;
        let text = body::text(&bytes, exchange.media_type.as_deref());
        self.adapter.parts(self.source, whole, &text).map_err(|bad| bad.0)
    }

    async fn ask_document(&mut self, listed: &Listed) -> Outcome {
        self.asked += 1;
        let is_known = self.known.contains_key(&listed.item.url);
        match self.get(&listed.fetch, is_known).await {
            Ok(exchange) => self.check_document(exchange).await,
            Err(failure) => {
                self.count_forbidden(failure.cause);
                self.lose(&listed.item.url, failure, is_known).await;
                Outcome::Nothing
            }
        }
    }

    async fn check_document(&mut self, exchange: Exchange) -> Outcome {
        self.forbidden = 0;
        if exchange.status == 304 {
            return Outcome::Unchanged(exchange);
        }
        match body::check(&exchange, self.client.settings.body_bytes) {
            Ok(()) => Outcome::Came(exchange),
            Err(bad) => {
                *self.report.failed.entry(bad.cause).or_default() += 1;
                self.client.emit(&self.source.id, Purpose::Failed(bad.cause), exchange).await;
                Outcome::Nothing
            }
        }
    }

    async fn hand_on(&mut self, mut item: Item, exchange: Exchange, is_new: bool) {
        if is_new {
            self.report.fetched += 1;
        } else {
            self.report.unchanged += 1;
        }
        // Where it was redirected to is another address of the same document.
        if let Some(last) = Url::parse(&exchange.url).ok().map(|u| crate::canonical(&u))
            && last != item.url
            && !item.aliases.contains(&last)
        {
            item.aliases.push(last);
        }
        self.client.emit(&self.source.id, Purpose::Document(Box::new(item)), exchange).await;
    }

    /// Some files may be forbidden where others are not; several in a row mean the whole.
    fn count_forbidden(&mut self, cause: Cause) {
        self.forbidden = if cause == Cause::Forbidden { self.forbidden + 1 } else { 0 };
        if self.forbidden >= FORBIDDEN && !self.is_over {
            self.is_over = true;
            self.alarm(format!("{FORBIDDEN} documents in a row are forbidden; the source is left alone"));
        }
    }

    /// Takes note of a document that did not come: gone, if it was there before.
    async fn lose(&mut self, url: &str, failure: Failure, is_known: bool) {
        let answered = failure.exchange.as_ref().map(|e| (e.status, e.fetched_at));
        match answered.filter(|_| is_known && failure.cause == Cause::NotFound) {
            Some((status, at)) => {
                self.report_exchange(failure).await;
                self.report.gone += 1;
                let source = self.source.id.clone();
                self.client.send(Event::Gone { source, url: url.to_owned(), at, status }).await;
            }
            None => self.fail(failure).await,
        }
    }

    /// Takes note of a failure; after some there is no going on.
    async fn fail(&mut self, failure: Failure) {
        *self.report.failed.entry(failure.cause).or_default() += 1;
        // A link to another host that is closed says nothing about this one.
        let is_own = Url::parse(&failure.url).is_ok_and(|url| url.host_str() == self.source.base.host_str());
        let is_final = is_own && (failure.is_closed || failure.cause == Cause::Challenge);
        if is_final && !self.is_over {
            self.is_over = true;
            self.alarm(format!("the source is left alone: {}: {}", failure.cause, failure.why));
        }
        self.report.closed_until.extend(failure.closed_until.clone());
        self.report_exchange(failure).await;
    }

    async fn report_exchange(&self, failure: Failure) {
        let cause = failure.cause;
        let exchange = failure.exchange.map_or_else(|| Exchange::unanswered(&failure.url), |e| *e);
        self.client.emit(&self.source.id, Purpose::Failed(cause), exchange).await;
    }

    /// Lists that name nothing, or much less than before, are rather broken than true.
    fn judge_lists(&mut self) {
        if !self.is_complete() {
            return;
        }
        let (now, before) = (self.report.listed, self.client.known.listed_before(&self.source.id));
        if now == 0 {
            self.is_cut = before > 0;
            self.alarm(format!("the lists name no documents; before they named {before}"));
        } else if before >= SMALL && now < before / 2 {
            self.alarm(format!("the lists name {now} documents; before they named {before}"));
        }
    }

    /// Asks once for each known document that this run's lists and meetings did not name.
    async fn ask_for_missing(&mut self) {
        let mut missing: BTreeMap<&String, &KnownDocument> = self.known.iter().collect();
        missing.retain(|url, _| !self.seen.contains(*url));
        let is_part = |url: &str| self.adapter.is_part(url);
        let wholes = missing.values().filter(|d| !is_part(&d.url)).filter_map(|d| d.published);
        // No list names attachments. Those of the days on which something is missing or was read anew are worth a question.
        let days: BTreeSet<Date> = wholes.chain(self.read_days.iter().copied()).collect();
        // A file without a mark may change while its meeting's page does not.
        let has_mark = |url: &str| self.client.known.mark(&self.source.id, url).is_some();
        let is_due = |d: &KnownDocument| match is_part(&d.url) {
            true if !has_mark(&d.url) && self.is_young(d.published) => true,
            true => d.published.is_none_or(|day| days.contains(&day)),
            false => !self.adapter.is_window() || self.is_young(d.published),
        };
        let due: Vec<KnownDocument> = missing.into_values().filter(|d| is_due(d)).cloned().collect();
        for document in due {
            if self.is_finished() {
                return;
            }
            let Ok(fetch) = Url::parse(&document.fetch_url) else { continue };
            let mut listed = Listed::new(self.source, fetch);
            listed.item.url = document.url;
            listed.item.published = document.published;
            self.fetch(listed).await;
        }
    }
}

/// Each document once, with the other addresses that the list has for it.
fn merged(listed: Vec<Listed>) -> Vec<Listed> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut merged: Vec<Listed> = Vec::new();
    for one in listed {
        if let Some(&at) = places.get(&one.item.url) {
            let first: &mut Item = &mut merged[at].item;
            first.published = first.published.or(one.item.published);
            let others = one.item.aliases.into_iter().filter(|a| *a != first.url);
            let others: Vec<String> = others.filter(|a| !first.aliases.contains(a)).collect();
            first.aliases.extend(others);
        } else {
            places.insert(one.item.url.clone(), merged.len());
            merged.push(one);
        }
    }
    merged
}
