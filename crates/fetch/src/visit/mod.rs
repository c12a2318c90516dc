//! One source in a run: its lists, the documents they name, what hangs on those, and what is gone.

mod documents;
mod lists;
mod moved;
mod wanted;

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::civil::Date;
use url::Url;

use crate::adapters::{self, Adapter};
use crate::client::{Answer, Client, Failure, Get};
use crate::event::{Cause, Exchange, Purpose, SourceReport};
use crate::visit::moved::Moved;
use crate::{KnownDocument, KnownMiss, Scope, Source, System};

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
    /// By canonical address.
    misses: HashMap<String, KnownMiss>,
    /// Documents to which something is attached that did not come and is asked for again.
    lacking: HashSet<String>,
    /// Canonical addresses that this run's lists and documents named.
    seen: HashSet<String>,
    /// Days of documents whose attachments were read in this run.
    read_days: BTreeSet<Date>,
    /// Known documents that have moved for good.
    moved: Moved,
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

impl<'a> Visit<'a> {
    pub(crate) fn new(client: &'a Client, source: &'a Source, scope: Scope) -> Self {
        let known = client.known.documents(&source.id).into_iter().map(|d| (d.url.clone(), d)).collect();
        let misses = client.known.misses(&source.id).into_iter().map(|m| (m.url.clone(), m)).collect();
        Self {
            client,
            source,
            adapter: adapters::of(source.system),
            scope,
            today: crate::dates::today(),
            known,
            misses,
            lacking: HashSet::new(),
            seen: HashSet::new(),
            read_days: BTreeSet::new(),
            moved: Moved::default(),
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
        self.lacking = self.lacking_wholes();
        self.take(adapters::urls::named(self.source)).await;
        self.read_lists().await;
        self.judge_lists();
        if self.is_complete() {
            self.ask_for_missing().await;
        }
        self.hand_on_held().await;
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

    async fn get(&self, url: &Url, is_conditional: bool) -> Result<Answer, Failure> {
        let session = self.adapter.has_session();
        self.client.get(Get { source: &self.source.id, url, session, is_conditional }).await
    }

    /// Whether the limit is reached, or nothing more may or need be asked.
    fn is_finished(&mut self) -> bool {
        let is_full = self.scope.limit.is_some_and(|limit| self.asked >= limit);
        self.is_cut |= is_full;
        self.is_over |= self.client.is_deserted();
        is_full || self.is_over
    }

    /// Hands on a failure that is counted; after some there is no going on.
    async fn give_up(&mut self, failure: Failure) {
        // A link to another host that is closed says nothing about this one.
        let is_own = Url::parse(&failure.url).is_ok_and(|url| url.host_str() == self.source.base.host_str());
        let is_final = is_own && (failure.is_closed || failure.cause == Cause::Challenge);
        if is_final && !self.is_over {
            self.is_over = true;
            self.alarm(format!("the source is left alone: {}: {}", failure.cause, failure.why));
        }
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
}
