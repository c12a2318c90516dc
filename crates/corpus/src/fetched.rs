//! What a fetcher brings: exchanges go into the archive as they came over the wire, and what is to be remembered of pages,
//! hosts and runs goes into the catalog with the next batch.

use std::collections::BTreeMap;
use std::net::IpAddr;

use belaeg_model::{DocumentId, Hints};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::catalog::{self, Archived};
use crate::stored::{StoredSnapshot, to_ascii_json};
use crate::warc::{FETCH, RecordHead, resource_uri};
use crate::{Corpus, Digest, Error, Need, Snapshot, document_id, http};

/// Bytes of a `robots.txt` that are remembered (RFC 9309 asks for 500 KiB).
const LONGEST_ROBOTS: usize = 512 << 10;

/// Clocks of one machine differ by less than this from one run to the next unless one was wrong.
const CLOCK_SLACK: SignedDuration = SignedDuration::from_mins(5);

/// A request and its answer.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The source it was made for.
    pub source: &'a str,
    /// The address that was asked for.
    pub url: &'a str,
    /// The request up to and with its empty line.
    pub request_head: &'a [u8],
    /// The response up to and with its empty line.
    pub response_head: &'a [u8],
    /// The body without its transfer coding and with its content coding; empty for 304.
    pub body: &'a [u8],
    /// Its content coding.
    pub content_encoding: Option<&'a str>,
    /// The status of the response.
    pub status: u16,
    /// When the response came.
    pub fetched_at: Timestamp,
    /// Where it came from.
    pub ip: Option<IpAddr>,
    /// Whether it is the host's `robots.txt`.
    pub is_robots: bool,
    /// The document that the answer holds, if it holds one.
    pub page: Option<&'a Page>,
}

/// A document as its source lists it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Canonical address.
    pub url: String,
    /// Name, for telling formats apart.
    pub name: String,
    /// Media type that the server gave.
    pub media_type: Option<String>,
    /// What the source says about it.
    pub hints: Hints,
    /// Validators for the next request.
    pub etag: Option<String>,
    /// The server's `Last-Modified`.
    pub last_modified: Option<String>,
    /// What the list said of its state; another one means that it has changed.
    pub mark: Option<String>,
    /// Documents of one meeting or one case have the same.
    pub related: Option<String>,
    /// Date of publication by the list.
    pub published: Option<Date>,
    /// When it was last changed, by the list or the server.
    pub modified: Option<Timestamp>,
    /// Other addresses of it.
    pub aliases: Vec<String>,
}

/// What became of an exchange in the archive.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "one is made for each exchange and none is kept")]
pub enum Taken {
    /// It holds no document, or none that can be told.
    Nothing,
    /// The document is as it was.
    Unchanged,
    /// Bytes to read: a document not seen before, or another content of one.
    Read {
        /// The snapshot.
        snapshot: Snapshot,
        /// The body, decoded.
        bytes: Vec<u8>,
        /// Whether the document was known before.
        known: bool,
    },
}

/// What a server gave to ask it again with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

/// What one run of a source came to. It stands in the archive under the names of these fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Run {
    /// The source.
    pub source: String,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Documents that its lists named.
    pub listed: u64,
    /// Documents that came with a body.
    pub fetched: u64,
    /// Documents that the server said had not changed, or that came as they were.
    pub unchanged: u64,
    /// Documents that are no longer there.
    pub gone: u64,
    /// Failures by cause.
    pub failed: BTreeMap<String, u64>,
    /// Failures that earlier runs had met, by cause.
    pub known: BTreeMap<String, u64>,
    /// The newest date of publication.
    pub newest: Option<Date>,
    /// Whether its lists could be read to their end.
    pub complete: bool,
    /// What someone should look at.
    pub alarms: Vec<String>,
}

/// A page that an earlier run fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPage {
    /// Canonical address.
    pub url: String,
    /// The address to ask for.
    pub fetch_url: String,
    /// Date of publication by the list.
    pub published: Option<Date>,
    /// When it was asked for last.
    pub checked_at: Timestamp,
    /// When its last snapshot came.
    pub changed_at: Timestamp,
}

/// A document that did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Miss {
    /// The source.
    pub source: String,
    /// Canonical address.
    pub url: String,
    /// The address of the document that it is attached to.
    pub whole: Option<String>,
    /// Why.
    pub cause: String,
    /// How often it was asked for, each time with this cause; 1 in what is noted.
    pub tries: u32,
    /// When it was asked for last.
    pub tried_at: Timestamp,
}

/// What is remembered of a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownHost {
    /// When it was asked last.
    pub last_request: Timestamp,
    /// Body, status and time of its `robots.txt`.
    pub robots: Option<(String, u16, Timestamp)>,
    /// It asked to be left alone until then.
    pub closed_until: Option<Timestamp>,
}

impl KnownHost {
    /// A host that was asked at a time.
    pub(crate) fn asked(at: Timestamp) -> Self {
        Self { last_request: at, robots: None, closed_until: None }
    }

    /// Without what only a clock that was ahead can have written, so that its mistake does not last for years: a
    /// `robots.txt` that came later than `now`, and what the host asked for in an answer that did.
    fn believed(self, now: Timestamp) -> Self {
        let is_past = |at: Timestamp| at.duration_since(now) <= CLOCK_SLACK;
        Self {
            robots: self.robots.filter(|(_, _, at)| is_past(*at)),
            closed_until: self.closed_until.filter(|_| is_past(self.last_request)),
            last_request: self.last_request,
        }
    }
}

/// The dates of a page, kept apart: what it says itself stands in its version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PageDates {
    /// The source that brought it first.
    pub source: String,
    /// Further sources that list it.
    pub also_listed_by: Vec<String>,
    /// By the source's list.
    pub published: Option<Date>,
    /// By the list or the server.
    pub modified: Option<Timestamp>,
    /// When a run met it first.
    pub first_seen: Timestamp,
    /// When a run met it last.
    pub last_seen: Timestamp,
    /// When the source answered that it is no longer there.
    pub gone_at: Option<Timestamp>,
    /// And how.
    pub gone_status: Option<u16>,
}

/// What a record of the archive says about the fetching, so that a catalog can be built again from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StoredFetch {
    pub(crate) source: String,
    pub(crate) fetch_url: String,
    /// Canonical address of the document, if the exchange was about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) related: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) published: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) modified: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) aliases: Vec<String>,
    /// The server said that it is as it was, and need not have said the rest again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unchanged: bool,
    /// The status that says that it is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gone: Option<u16>,
    /// The id of a document whose record stood here, and behind blanks those that it would have under its other addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) taken_down: Option<String>,
    /// How a run ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) run: Option<Box<Run>>,
    /// A host that asked to be left alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) closed: Option<Closed>,
}

/// A host that asked to be left alone for a while.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closed {
    pub(crate) host: String,
    pub(crate) until: Timestamp,
}

/// A response without a document, as it was archived whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Of the body as it came over the wire.
    pub(crate) sha256: Digest,
    pub(crate) record_id: String,
    /// The record's date.
    pub(crate) fetched_at: Timestamp,
}

/// What is fetched and not yet in the catalog.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) seen: Vec<(StoredFetch, Timestamp)>,
    /// The last answers of lists and the like, by address.
    pub(crate) answers: BTreeMap<String, Answer>,
    /// Documents that did not come.
    pub(crate) misses: Vec<Miss>,
    /// Hosts that were asked.
    pub(crate) asked: BTreeMap<String, KnownHost>,
    /// How runs ended, and hosts that asked to be left alone.
    pub(crate) notes: Vec<(StoredFetch, Timestamp)>,
}

impl Pending {
    pub(crate) fn is_empty(&self) -> bool {
        // Every answer has a host that was asked.
        self.seen.is_empty() && self.misses.is_empty() && self.asked.is_empty() && self.notes.is_empty()
    }

    pub(crate) fn ask(&mut self, url: &str, at: Timestamp) {
        if let Some(host) = host_of(url) {
            self.asked.entry(host).or_insert(KnownHost::asked(at)).last_request = at;
        }
    }
}

/// Host and port of an address, in lower case.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    Some(authority.rsplit('@').next()?.to_ascii_lowercase()).filter(|host| !host.is_empty())
}

/// How an answer is archived.
#[derive(Clone, Copy)]
pub(crate) enum Record<'a> {
    /// Whole; with the snapshot that it is.
    Response(Option<&'a StoredSnapshot>),
    /// Its head alone; with the answer of that body, where it was no document.
    Revisit(Option<&'a Answer>),
}

impl Corpus {
    /// Archives a request and its answer as they came over the wire: a `response` record for what is new, a `revisit`
    /// record for a document or list that has not changed. Durable after [`sync`](Self::sync).
    ///
    /// # Errors
    /// If the corpus is open for reading, the archive cannot be written, or another address has the document's id.
    pub fn archive_exchange(&mut self, exchange: &Exchange<'_>, extractor: &str) -> Result<Taken, Error> {
        let owned = self.as_first_listed(exchange)?;
        let exchange = &Exchange { page: owned.as_ref().or(exchange.page), ..*exchange };
        // A document that has moved since is found by its old address.
        let addresses =
            exchange.page.into_iter().flat_map(|page| [&page.url].into_iter().chain(&page.aliases));
        for url in addresses {
            if self.is_taken_down(&document_id(url))? {
                self.writer()?.pending.ask(exchange.url, exchange.fetched_at);
                return Ok(Taken::Nothing);
            }
        }
        let body = exchange.page.filter(|_| exchange.status == 200).map(|page| {
            let body = http::decode(exchange.body, exchange.content_encoding);
            (page, body)
        });
        let request = self.append_request(exchange)?;
        let taken = match body {
            Some((page, Ok(bytes))) => self.archive_page(exchange, page, bytes, extractor, &request)?,
            // A coding that cannot be undone: the bytes are kept, and there is nothing to read.
            Some((_, Err(_))) => {
                self.append_response(exchange, Record::Response(None), &request)?;
                Taken::Nothing
            }
            None if exchange.status == 304 => {
                self.append_response(exchange, Record::Revisit(None), &request)?;
                if exchange.page.is_some() { Taken::Unchanged } else { Taken::Nothing }
            }
            None => {
                self.archive_answer(exchange, &request)?;
                Taken::Nothing
            }
        };
        let at = exchange.fetched_at;
        let pending = &mut self.writer()?.pending;
        pending.ask(exchange.url, at);
        if exchange.is_robots
            && let Some(known) = host_of(exchange.url).and_then(|host| pending.asked.get_mut(&host))
        {
            let mut body = http::decode(exchange.body, exchange.content_encoding).unwrap_or_default();
            body.truncate(LONGEST_ROBOTS);
            known.robots = Some((String::from_utf8_lossy(&body).into_owned(), exchange.status, at));
        }
        if let Some(page) = exchange.page.filter(|_| matches!(exchange.status, 200 | 304)) {
            pending.seen.push((stored_fetch(exchange, Some(page)), at));
        }
        Ok(taken)
    }

    /// The page with the hints of the source that brought it first, where another source lists it too: it must not change its
    /// place and kind with every run.
    fn as_first_listed(&self, exchange: &Exchange<'_>) -> Result<Option<Page>, Error> {
        let Some(page) = exchange.page else { return Ok(None) };
        let id = document_id(&page.url);
        let owner = match self.query(|conn| catalog::owner(conn, &id))? {
            Some(owner) => Some(owner),
            None => self.unstored_owner(&page.url),
        };
        if owner.is_none_or(|owner| owner == exchange.source) {
            return Ok(None);
        }
        let hints = match self.unstored(&id) {
            Some(snapshot) => Some(snapshot.hints.clone()),
            None => self.query(|conn| catalog::latest(conn, &id))?.map(|latest| latest.snapshot.hints),
        };
        Ok(hints.map(|hints| Page { hints, ..page.clone() }))
    }

    /// The source that brought the page at `url` first, since the last batch.
    fn unstored_owner(&self, url: &str) -> Option<String> {
        let mut seen = self.writer.iter().flat_map(|writer| &writer.pending.seen);
        let (first, _) =
            seen.find(|(fetch, _)| fetch.document.as_deref() == Some(url) && fetch.gone.is_none())?;
        Some(first.source.clone())
    }

    /// Archives an answer without a document. A good one is remembered by its address: the same one from there is a revisit.
    fn archive_answer(&mut self, exchange: &Exchange<'_>, request: &str) -> Result<(), Error> {
        if exchange.status != 200 {
            self.append_response(exchange, Record::Response(None), request)?;
            return Ok(());
        }
        let sha256 = Digest::of(exchange.body);
        if let Some(last) = self.last_answer(exchange.url)?.filter(|last| last.sha256 == sha256) {
            self.append_response(exchange, Record::Revisit(Some(&last)), request)?;
            return Ok(());
        }
        let (written, _) = self.append_response(exchange, Record::Response(None), request)?;
        let answer = Answer { sha256, record_id: written.record_id, fetched_at: exchange.fetched_at };
        self.writer()?.pending.answers.insert(exchange.url.to_owned(), answer);
        Ok(())
    }

    /// What an address without a document was answered with last, in this batch or before.
    fn last_answer(&self, url: &str) -> Result<Option<Answer>, Error> {
        match self.writer.iter().find_map(|writer| writer.pending.answers.get(url)) {
            Some(answer) => Ok(Some(answer.clone())),
            None => self.query(|conn| catalog::answer(conn, url)),
        }
    }

    fn archive_page(
        &mut self,
        exchange: &Exchange<'_>,
        page: &Page,
        bytes: Vec<u8>,
        extractor: &str,
        request: &str,
    ) -> Result<Taken, Error> {
        let sha256 = Digest::of(&bytes);
        let known = match self.needs(&page.url, &sha256, &page.hints, extractor)? {
            Need::Unchanged => {
                self.append_response(exchange, Record::Revisit(None), request)?;
                return Ok(Taken::Unchanged);
            }
            Need::Retry(snapshot) => {
                self.append_response(exchange, Record::Revisit(None), request)?;
                return Ok(Taken::Read { snapshot, bytes, known: true });
            }
            Need::Changed => true,
            Need::New => false,
        };
        let document = self.id_of(&page.url)?;
        let number = self.last_number(&document)?.saturating_add(1);
        let stored = StoredSnapshot {
            url: page.url.clone(),
            name: page.name.clone(),
            number,
            media_type: page.media_type.clone(),
            hints: (&page.hints).into(),
            sha256: Some(sha256.to_string()),
        };
        let (written, length) = self.append_response(exchange, Record::Response(Some(&stored)), request)?;
        let writer = self.writer()?;
        let snapshot = Snapshot {
            id: writer.next_id,
            document,
            number,
            url: stored.url,
            name: stored.name,
            sha256,
            fetched_at: exchange.fetched_at,
            media_type: stored.media_type,
            hints: page.hints.clone(),
            file: written.file,
            offset: written.offset,
            length,
        };
        writer.next_id += 1;
        writer.archived.push(Archived { snapshot: snapshot.clone(), record_id: written.record_id });
        Ok(Taken::Read { snapshot, bytes, known })
    }

    /// Notes that a document's source answered that it is no longer there. Its versions stay.
    ///
    /// # Errors
    /// If the corpus is open for reading or the archive cannot be written.
    pub fn archive_gone(&mut self, source: &str, url: &str, status: u16, at: Timestamp) -> Result<(), Error> {
        let fetch = StoredFetch {
            source: source.to_owned(),
            fetch_url: url.to_owned(),
            document: Some(url.to_owned()),
            gone: Some(status),
            ..StoredFetch::default()
        };
        let json = to_ascii_json(&fetch);
        let block = format!("belaeg-gone: {status}\r\n");
        let head = RecordHead {
            kind: "metadata",
            date: at,
            url: Some(url),
            content_type: "application/warc-fields",
            refers_to: None,
            extension: None,
            more: &[(FETCH, json)],
            sha256: Digest::of(block.as_bytes()),
            length: block.len(),
        };
        let writer = self.writer()?;
        writer.archive.append(&head, block.as_bytes())?;
        writer.pending.seen.push((fetch, at));
        Ok(())
    }

    /// Notes how a run of a source ended, in the archive and with the next batch in the catalog.
    ///
    /// # Errors
    /// If the corpus is open for reading or the archive cannot be written.
    pub fn note_run(&mut self, run: Run) -> Result<(), Error> {
        let (source, at) = (run.source.clone(), run.finished_at);
        self.note(StoredFetch { source, run: Some(Box::new(run)), ..StoredFetch::default() }, at)
    }

    /// Notes that a document did not come; in the catalog with the next batch.
    ///
    /// # Errors
    /// If the corpus is open for reading.
    pub fn note_miss(&mut self, miss: Miss) -> Result<(), Error> {
        self.writer()?.pending.misses.push(miss);
        Ok(())
    }

    /// Notes that a host asked to be left alone for a while, in the archive and with the next batch in the catalog.
    ///
    /// # Errors
    /// If the corpus is open for reading or the archive cannot be written.
    pub fn note_closed(&mut self, host: &str, until: Timestamp) -> Result<(), Error> {
        let closed = Closed { host: host.to_owned(), until };
        self.note(StoredFetch { closed: Some(closed), ..StoredFetch::default() }, Timestamp::now())
    }

    fn note(&mut self, fetch: StoredFetch, at: Timestamp) -> Result<(), Error> {
        let block = match &fetch.closed {
            Some(closed) => format!("belaeg-closed: {} until {}\r\n", closed.host, closed.until),
            None => format!("belaeg-run: {}\r\n", fetch.source),
        };
        let head = RecordHead {
            kind: "metadata",
            date: at,
            url: None,
            content_type: "application/warc-fields",
            refers_to: None,
            extension: None,
            more: &[(FETCH, to_ascii_json(&fetch))],
            sha256: Digest::of(block.as_bytes()),
            length: block.len(),
        };
        let writer = self.writer()?;
        writer.archive.append(&head, block.as_bytes())?;
        writer.pending.notes.push((fetch, at));
        Ok(())
    }

    /// The pages of a source that were there when they were last asked for.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn pages(&self, source: &str) -> Result<Vec<KnownPage>, Error> {
        self.query(|conn| catalog::pages(conn, source))
    }

    /// The ids of the sources that have listed a document, in order; none where it was handed in.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn sources_of(&self, id: &DocumentId) -> Result<Vec<String>, Error> {
        self.query(|conn| catalog::sources_of(conn, id))
    }

    /// Validators of the page at a canonical or asked address, where it is there and could be read.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn validators(&self, url: &str) -> Result<Option<Validators>, Error> {
        self.query(|conn| catalog::validators(conn, url))
    }

    /// What the list of a source said of the state of the page with this canonical address.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn mark(&self, source: &str, url: &str) -> Result<Option<String>, Error> {
        self.query(|conn| catalog::mark(conn, source, url))
    }

    /// The canonical address of the document that is there at an address, or has it among its other addresses.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn canonical(&self, url: &str) -> Result<Option<String>, Error> {
        self.query(|conn| catalog::canonical(conn, url))
    }

    /// What did not come of a source.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn misses(&self, source: &str) -> Result<Vec<Miss>, Error> {
        self.query(|conn| catalog::misses(conn, source))
    }

    /// What is remembered of a host.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn host(&self, host: &str) -> Result<Option<KnownHost>, Error> {
        Ok(self.query(|conn| catalog::host(conn, host))?.map(|known| known.believed(Timestamp::now())))
    }

    /// The last run of each source, and the last one that was complete.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn runs(&self) -> Result<Vec<(Run, Option<Timestamp>)>, Error> {
        self.query(catalog::runs)
    }

    /// How many documents the lists of a source named in its last complete run.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn listed_before(&self, source: &str) -> Result<u64, Error> {
        self.query(|conn| catalog::listed_before(conn, source))
    }

    /// Documents, readable ones and tombstones of each source.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn coverage(&self) -> Result<BTreeMap<String, [u64; 3]>, Error> {
        self.query(catalog::coverage)
    }

    /// The dates of a fetched document.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn page_dates(&self, id: &DocumentId) -> Result<Option<PageDates>, Error> {
        self.query(|conn| catalog::page_dates(conn, id))
    }

    /// Other documents of the same meeting or case: address and title.
    ///
    /// # Errors
    /// If the catalog cannot be read.
    pub fn related(&self, id: &DocumentId) -> Result<Vec<(DocumentId, String, Option<String>)>, Error> {
        self.query(|conn| catalog::related(conn, id))
    }

    pub(crate) fn append_request(&mut self, exchange: &Exchange<'_>) -> Result<String, Error> {
        let head = RecordHead {
            kind: "request",
            date: exchange.fetched_at,
            url: Some(exchange.url),
            content_type: "application/http; msgtype=request",
            refers_to: None,
            extension: None,
            more: &[],
            sha256: Digest::of(exchange.request_head),
            length: exchange.request_head.len(),
        };
        Ok(self.writer()?.archive.append(&head, exchange.request_head)?.record_id)
    }

    /// Appends the answer; tells where, and how many bytes the record's block has.
    pub(crate) fn append_response(
        &mut self,
        exchange: &Exchange<'_>,
        record: Record<'_>,
        request: &str,
    ) -> Result<(crate::archive::Written, u64), Error> {
        // A revisit has the head and not what was archived before.
        let (kind, body, snapshot, last) = match record {
            Record::Response(snapshot) => ("response", exchange.body, snapshot, None),
            Record::Revisit(last) => ("revisit", &[][..], None, last),
        };
        let block = [exchange.response_head, body].concat();
        let page = exchange.page.filter(|_| matches!(exchange.status, 200 | 304));
        let mut more = vec![
            ("WARC-Concurrent-To", request.to_owned()),
            (FETCH, to_ascii_json(&stored_fetch(exchange, page))),
            ("WARC-Payload-Digest", format!("sha256:{}", Digest::of(exchange.body))),
        ];
        if let Some(ip) = exchange.ip {
            more.push(("WARC-IP-Address", ip.to_string()));
        }
        if kind == "revisit" {
            let why = if exchange.status == 304 { "server-not-modified" } else { "identical-payload-digest" };
            more.push(("WARC-Profile", format!("http://netpreserve.org/warc/1.1/revisit/{why}")));
            if exchange.status == 304 {
                more.retain(|(name, _)| *name != "WARC-Payload-Digest");
            }
        }
        if let Some(last) = last {
            more.push(("WARC-Refers-To-Target-URI", resource_uri(exchange.url)));
            more.push(("WARC-Refers-To-Date", last.fetched_at.to_string()));
        }
        let json = snapshot.map(to_ascii_json);
        let head = RecordHead {
            kind,
            date: exchange.fetched_at,
            url: Some(exchange.url),
            content_type: "application/http; msgtype=response",
            refers_to: last.map(|last| last.record_id.as_str()),
            extension: json.as_deref(),
            more: &more,
            sha256: Digest::of(&block),
            length: block.len(),
        };
        let written = self.writer()?.archive.append(&head, &block)?;
        Ok((written, block.len() as u64))
    }

    pub(crate) fn last_number(&self, document: &DocumentId) -> Result<u32, Error> {
        match self.unstored(document) {
            Some(last) => Ok(last.number),
            None => Ok(self.query(|conn| catalog::latest(conn, document))?.map_or(0, |l| l.snapshot.number)),
        }
    }
}

fn stored_fetch(exchange: &Exchange<'_>, page: Option<&Page>) -> StoredFetch {
    let mut fetch = StoredFetch {
        source: exchange.source.to_owned(),
        fetch_url: exchange.url.to_owned(),
        ..StoredFetch::default()
    };
    if let Some(page) = page {
        fetch.document = Some(page.url.clone());
        fetch.unchanged = exchange.status == 304;
        fetch.etag = page.etag.clone();
        fetch.last_modified = page.last_modified.clone();
        fetch.mark = page.mark.clone();
        fetch.related = page.related.clone();
        fetch.published = page.published;
        fetch.modified = page.modified;
        fetch.aliases = page.aliases.clone();
    }
    fetch
}
