//! Asks for addresses as a good guest does: `robots.txt` first, one request at a time for each host, pauses, retries,
//! redirects hop by hop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc::Sender;
use url::Url;

use crate::address::authority;
use crate::body;
use crate::dns::may_connect;
use crate::event::{Event, Exchange, Purpose};
use crate::host::{Host, is_passing, passing_cause};
use crate::offload::Offload;
use crate::robots::Rules;
use crate::wire::{Extra, Wire, WireError};
use crate::{Cause, Known, Settings};

/// For so long a `robots.txt` is remembered.
const ROBOTS_MEMORY: SignedDuration = SignedDuration::from_hours(24);

/// More of `robots.txt` than this is not read.
const ROBOTS_BYTES: u64 = 4 << 20;

/// Where FirstAgenda gives out sessions, in lower case.
const SESSION_PATH: &str = "/home/anonymousauthentication";

/// A larger page is no challenge.
const CHALLENGE_BYTES: usize = 256 << 10;

/// What all sources of a run share.
pub(crate) struct Client {
    wire: Wire,
    pub(crate) settings: Settings,
    pub(crate) known: Arc<dyn Known>,
    out: Sender<Event>,
    hosts: Mutex<HashMap<String, Arc<Host>>>,
    /// Addresses of documents that came in this run, and the canonical ones of those.
    taken: Mutex<HashMap<String, String>>,
    pub(crate) offload: Offload,
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Get<'a> {
    /// The source's id.
    pub(crate) source: &'a str,
    pub(crate) url: &'a Url,
    /// The system wants an anonymous session.
    pub(crate) session: bool,
    /// Asks only for what is newer than what earlier runs got.
    pub(crate) is_conditional: bool,
}

/// The last answer behind an address.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) exchange: Exchange,
    /// Where permanent redirects led before any other; the address asked for, where there was none.
    pub(crate) moved_to: Url,
    /// The status of the first redirect.
    pub(crate) first_redirect: Option<u16>,
}

impl Answer {
    /// The status of the first redirect, where all of them are permanent.
    pub(crate) fn moved_for_good(&self) -> Option<u16> {
        self.first_redirect.filter(|_| self.moved_to.as_str() == self.exchange.url)
    }

    /// Itself, unless redirects led from a page to a site's front page, which is no document that was asked for.
    pub(crate) fn unless_front_page(self, asked: &Url) -> Result<Self, Failure> {
        let is_front = |url: &Url| url.path() == "/" && url.query().is_none();
        let end = Url::parse(&self.exchange.url).unwrap_or_else(|_| asked.clone());
        if self.first_redirect.is_none() || is_front(asked) || !is_front(&end) {
            return Ok(self);
        }
        let gone = self.moved_for_good();
        let exchange = Some(Box::new(self.exchange));
        Err(Failure {
            exchange,
            gone,
            ..Failure::new(Cause::BadRedirect, "it leads to the front page", &end)
        })
    }
}

/// Nothing came of a request.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) why: String,
    /// Where it failed: the address asked for, or one that it redirects to.
    pub(crate) url: String,
    /// The answer, if there is one.
    pub(crate) exchange: Option<Box<Exchange>>,
    /// The host is left alone for the rest of the run.
    pub(crate) is_closed: bool,
    /// The status that says that what was there is there no more.
    pub(crate) gone: Option<u16>,
}

impl Failure {
    fn new(cause: Cause, why: impl Into<String>, url: &Url) -> Self {
        Self {
            cause,
            why: why.into(),
            url: url.as_str().to_owned(),
            exchange: None,
            is_closed: false,
            gone: None,
        }
    }

    fn of_wire(error: WireError, url: &Url) -> Self {
        Self::new(error.cause, error.why, url)
    }

    fn closed(host: &Host, url: &Url) -> Option<Self> {
        let closed = host.closed()?;
        let mut failure = Self::new(closed.cause, format!("{}: {}", host.name, closed.why), url);
        failure.is_closed = true;
        Some(failure)
    }
}

impl Client {
    /// # Errors
    /// If no client for HTTP can be made of the settings.
    pub(crate) fn new(settings: Settings, known: Arc<dyn Known>, out: Sender<Event>) -> Result<Self, String> {
        let wire = Wire::new(&settings)?;
        Ok(Self {
            wire,
            settings,
            known,
            out,
            hosts: Mutex::default(),
            taken: Mutex::default(),
            offload: Offload::new(),
        })
    }

    /// Asks the host of `url` without its `robots.txt`.
    pub(crate) fn waive_robots(&self, url: &Url) {
        // Where the rules are known already, they stay.
        let _ = self.host(url).rules.set(Rules::None);
    }

    /// The last answer behind `get`: status 200, or 304 where it was asked conditionally. What led there is sent out as
    /// events.
    pub(crate) async fn get(&self, get: Get<'_>) -> Result<Answer, Failure> {
        let mut url = get.url.clone();
        let (mut hops, mut has_session) = (0, false);
        let (mut moved_to, mut is_permanent, mut first_redirect) = (url.clone(), true, None);
        loop {
            let exchange = self.ask(get, &url).await?;
            let Some(target) = redirect(&exchange, &url)? else {
                return Ok(Answer { exchange: verdict(exchange, &url)?, moved_to, first_redirect });
            };
            let to_session = get.session && is_session(&target);
            let in_session = get.session && is_session(&url);
            if in_session {
                self.host(&url).set_cookie(cookies(&exchange));
            } else if to_session && has_session {
                return Err(Failure::new(Cause::Session, "it wants another session at once", &url));
            } else if to_session {
                has_session = true;
                self.host(&url).set_cookie(None);
            } else {
                hops += 1;
                first_redirect = first_redirect.or(Some(exchange.status));
                is_permanent &= matches!(exchange.status, 301 | 308);
                if is_permanent {
                    moved_to = target.clone();
                }
            }
            let purpose = if to_session || in_session { Purpose::Session } else { Purpose::Redirect };
            self.emit(get.source, purpose, exchange).await;
            if hops > self.settings.redirects {
                let why = format!("more than {} redirects", self.settings.redirects);
                return Err(Failure::new(Cause::TooManyRedirects, why, get.url));
            }
            url = target;
        }
    }

    /// Sends an exchange to the caller; where nobody listens any more it is dropped.
    pub(crate) async fn emit(&self, source: &str, purpose: Purpose, mut exchange: Exchange) {
        exchange.source = source.to_owned();
        exchange.purpose = purpose;
        // From here on the caller answers for its size.
        let share = exchange.share.take();
        self.send(Event::Exchange(Box::new(exchange))).await;
        drop(share);
    }

    pub(crate) async fn send(&self, event: Event) {
        // The sources look themselves whether somebody listens.
        let _ = self.out.send(event).await;
    }

    /// Whether nobody listens any more.
    pub(crate) fn is_deserted(&self) -> bool {
        self.out.is_closed()
    }

    /// The canonical address of the document at `url`, as this run or earlier ones found it.
    pub(crate) fn owner(&self, url: &str) -> Option<String> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner).get(url).cloned();
        taken.or_else(|| self.known.canonical(url))
    }

    /// Takes note of the addresses of a document that came.
    pub(crate) fn note_taken<'a>(&self, document: &str, addresses: impl IntoIterator<Item = &'a String>) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.insert(document.to_owned(), document.to_owned());
        for address in addresses {
            taken.entry(address.clone()).or_insert_with(|| document.to_owned());
        }
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name = authority(url);
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Host::new(name.clone(), self.known.host(&name), self.settings.interval));
        Arc::clone(hosts.entry(name.clone()).or_insert_with(new))
    }

    /// One hop: what may be asked for, after `robots.txt`.
    async fn ask(&self, get: Get<'_>, url: &Url) -> Result<Exchange, Failure> {
        self.check_address(url)?;
        let host = self.host(url);
        if let Some(failure) = Failure::closed(&host, url) {
            return Err(failure);
        }
        let rules = host.rules.get_or_init(|| self.read_robots(&host, get.source, url)).await;
        if let Some(failure) = Failure::closed(&host, url) {
            return Err(failure);
        }
        if !rules.allow(url.as_str()) {
            return Err(Failure::new(Cause::Robots, "robots.txt forbids it", url));
        }
        let cookie = if get.session { host.cookie() } else { None };
        let validators = if get.is_conditional { self.known.validators(url.as_str()) } else { None };
        let extra = Extra { validators: validators.as_ref(), cookie: cookie.as_deref() };
        self.persist(get.source, &host, url, extra).await
    }

    fn check_address(&self, url: &Url) -> Result<(), Failure> {
        match (url.scheme(), url.host()) {
            ("http" | "https", Some(host)) if may_connect(&host, &self.settings.allow) => Ok(()),
            ("http" | "https", Some(_)) => {
                Err(Failure::new(Cause::PrivateAddress, "an address of a private network", url))
            }
            _ => Err(Failure::new(Cause::BadRedirect, "no address of the web", url)),
        }
    }

    /// Asks until an answer comes that another try would not change, or the tries are used up. The answers before it are
    /// sent out.
    async fn persist(
        &self,
        source: &str,
        host: &Host,
        url: &Url,
        extra: Extra<'_>,
    ) -> Result<Exchange, Failure> {
        let mut attempt = 0;
        loop {
            let result = self.once(host, url, extra, attempt).await?;
            let may_pass = match &result {
                Ok(exchange) => passing_cause(exchange.status).is_some() && !is_challenge(exchange),
                Err(error) => is_passing(error.cause),
            };
            if !may_pass || attempt >= self.settings.retries {
                return result.map_err(|e| Failure::of_wire(e, url));
            }
            if let Ok(exchange) = result {
                self.emit(source, Purpose::Retried, exchange).await;
            }
            attempt += 1;
        }
    }

    /// One request in its turn. Fails on the outside where the host is left alone.
    async fn once(
        &self,
        host: &Host,
        url: &Url,
        extra: Extra<'_>,
        attempt: u32,
    ) -> Result<Result<Exchange, WireError>, Failure> {
        let mut turn = host.turn.lock().await;
        if let Some(failure) = Failure::closed(host, url) {
            return Err(failure);
        }
        // The host's own delay is known by now, which it was not when robots.txt was asked for.
        let paced = turn.last_start.map_or(turn.next_start, |last| last + host.interval());
        tokio::time::sleep_until(paced.max(turn.next_start)).await;
        turn.last_start = Some(tokio::time::Instant::now());
        let result = self.wire.exchange(url, extra).await;
        // Sent before anyone else may ask the host: what it asked for must outlive this run, however that ends.
        if let Some(until) = host.learn(&mut turn, result.as_ref().map_err(|e| e.cause), attempt) {
            self.send(Event::Wait { host: host.name.clone(), until }).await;
        }
        match &result {
            Ok(exchange) => {
                tracing::debug!(%url, status = exchange.status, bytes = exchange.body.len(), "answered")
            }
            Err(error) => tracing::debug!(%url, cause = error.cause.as_str(), why = error.why, "failed"),
        }
        Ok(result)
    }

    /// The rules of a host, remembered or fetched. Where they cannot be learned, the host is left alone.
    async fn read_robots(&self, host: &Host, source: &str, url: &Url) -> Rules {
        let agent = &self.settings.user_agent;
        if let Some(robots) = self.known.host(&host.name).and_then(|h| h.robots) {
            let age = Timestamp::now().duration_since(robots.at);
            // A file from the future came while the clock was wrong, and nobody knows how old it is.
            let is_fresh = !age.is_negative() && age < ROBOTS_MEMORY;
            match robots.status {
                200..300 if is_fresh => return Rules::parse(agent, robots.body.as_bytes()),
                400..500 if is_fresh => return Rules::None,
                _ => {}
            }
        }
        match self.fetch_robots(host, source, url).await {
            Ok(exchange) => self.rules_of(host, source, exchange).await,
            Err(failure) => {
                let why = format!("robots.txt did not come: {}", failure.why);
                host.close(failure.cause, why);
                Rules::None
            }
        }
    }

    async fn rules_of(&self, host: &Host, source: &str, exchange: Exchange) -> Rules {
        let rules = match exchange.status {
            200..300 => match body::beginning(&exchange, ROBOTS_BYTES) {
                Some(file) => Rules::parse(&self.settings.user_agent, &file),
                None => {
                    host.close(Cause::HostClosed, "robots.txt cannot be read".to_owned());
                    Rules::None
                }
            },
            429 | 500..=599 => {
                host.close(Cause::HostClosed, format!("robots.txt answers {}", exchange.status));
                Rules::None
            }
            _ => Rules::None,
        };
        self.emit(source, Purpose::Robots, exchange).await;
        rules
    }

    /// `robots.txt` behind its redirects, which may lead to another host's turn but never to its rules.
    async fn fetch_robots(&self, host: &Host, source: &str, url: &Url) -> Result<Exchange, Failure> {
        let bad = |url: &Url| Failure::new(Cause::BadRedirect, "no address of the web", url);
        let mut url = url.join("/robots.txt").map_err(|_| bad(url))?;
        let mut exchange = self.persist(source, host, &url, Extra::default()).await?;
        for _ in 0..self.settings.redirects {
            let Some(target) = redirect(&exchange, &url)? else { return Ok(exchange) };
            self.check_address(&target)?;
            self.emit(source, Purpose::Redirect, exchange).await;
            exchange = self.persist(source, &self.host(&target), &target, Extra::default()).await?;
            url = target;
        }
        Ok(exchange)
    }
}

/// Where a redirect leads.
fn redirect(exchange: &Exchange, url: &Url) -> Result<Option<Url>, Failure> {
    if !matches!(exchange.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let head = String::from_utf8_lossy(&exchange.response_head);
    let location = head.lines().find_map(|line| line.strip_prefix("location:")).map(str::trim);
    let target = location.and_then(|l| url.join(l).ok());
    target.map(Some).ok_or_else(|| Failure {
        exchange: Some(Box::new(exchange.clone())),
        ..Failure::new(Cause::BadRedirect, "it leads nowhere", url)
    })
}

/// Whether the last answer is one to work with.
fn verdict(exchange: Exchange, url: &Url) -> Result<Exchange, Failure> {
    let cause = match exchange.status {
        _ if is_challenge(&exchange) => Cause::Challenge,
        200 => return Ok(exchange),
        304 if exchange.is_conditional() => return Ok(exchange),
        401 | 403 => Cause::Forbidden,
        404 | 410 => Cause::NotFound,
        other => passing_cause(other).unwrap_or(Cause::Status),
    };
    let why = format!("status {}", exchange.status);
    let gone = Some(exchange.status).filter(|_| cause == Cause::NotFound);
    Err(Failure { exchange: Some(Box::new(exchange)), gone, ..Failure::new(cause, why, url) })
}

/// Whether a page wants to see a browser.
fn is_challenge(exchange: &Exchange) -> bool {
    let head = String::from_utf8_lossy(&exchange.response_head).to_ascii_lowercase();
    if head.contains("\r\ncf-mitigated: challenge") {
        return true;
    }
    let is_page = exchange.media_type.as_deref().is_some_and(|m| m.starts_with("text/html"));
    if !is_page || exchange.body.len() > CHALLENGE_BYTES {
        return false;
    }
    let page = body::decoded(exchange, CHALLENGE_BYTES as u64).unwrap_or_default();
    String::from_utf8_lossy(&page[..page.len().min(4096)]).contains("<title>Just a moment")
}

fn is_session(url: &Url) -> bool {
    url.path().eq_ignore_ascii_case(SESSION_PATH)
}

/// The cookies that an answer sets, without their attributes.
fn cookies(exchange: &Exchange) -> Option<String> {
    let head = String::from_utf8_lossy(&exchange.response_head);
    let values = head.lines().filter_map(|line| line.strip_prefix("set-cookie:"));
    let pairs: Vec<&str> = values.filter_map(|v| v.split(';').next()).map(str::trim).collect();
    (!pairs.is_empty()).then(|| pairs.join("; "))
}
