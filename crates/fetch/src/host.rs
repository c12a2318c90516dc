//! One host in a run: whose turn it is, how it fares, and whether it is left alone.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::event::Exchange;
use crate::robots::Rules;
use crate::{Cause, HostMemory};

/// After so many failures in a row a host is left alone.
const FAILURES: u32 = 5;

/// A host that wants to be left alone for longer than this is.
const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// The longest pause of our own after a failure.
const LONGEST_BACKOFF: Duration = Duration::from_secs(120);

/// A host: every request to it in a run goes through here.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) name: String,
    pub(crate) rules: OnceCell<Rules>,
    /// Whoever holds this may ask; the fair lock keeps the sources in their order.
    pub(crate) turn: tokio::sync::Mutex<Turn>,
    closed: OnceLock<Closed>,
    cookie: Mutex<Option<String>>,
    interval: Duration,
}

/// When the next request may start, and how the last ones went.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Not before this, after a failure.
    pub(crate) next_start: Instant,
    /// When the last one started, in this run or an earlier one.
    pub(crate) last_start: Option<Instant>,
    failures: u32,
}

/// Why a host is left alone for the rest of the run.
#[derive(Clone, Debug)]
pub(crate) struct Closed {
    pub(crate) cause: Cause,
    pub(crate) why: String,
}

impl Host {
    /// A host as earlier runs left it.
    pub(crate) fn new(name: String, memory: Option<HostMemory>, interval: Duration) -> Self {
        let memory = memory.unwrap_or_default();
        let now = Timestamp::now();
        let since =
            memory.last_request.map(|last| Duration::try_from(now.duration_since(last)).unwrap_or_default());
        let last_start = since.and_then(|since| Instant::now().checked_sub(since));
        let until = memory.closed_until.filter(|until| *until > now);
        let rest = until.and_then(|until| Duration::try_from(until.duration_since(now)).ok());
        let next_start = Instant::now() + rest.filter(|rest| *rest <= LONGEST_WAIT).unwrap_or_default();
        let host = Self {
            name,
            rules: OnceCell::new(),
            turn: tokio::sync::Mutex::new(Turn { next_start, last_start, failures: 0 }),
            closed: OnceLock::new(),
            cookie: Mutex::new(None),
            interval,
        };
        if let Some(until) = until.filter(|_| rest.is_some_and(|rest| rest > LONGEST_WAIT)) {
            host.close(Cause::HostClosed, format!("it asked to be left alone until {until}"));
        }
        host
    }

    /// Leaves the host alone from now on; the first reason stays.
    pub(crate) fn close(&self, cause: Cause, why: String) {
        tracing::warn!(host = self.name, why, "host is left alone");
        let _ = self.closed.set(Closed { cause, why });
    }

    pub(crate) fn closed(&self) -> Option<&Closed> {
        self.closed.get()
    }

    /// The session's cookies, as a request sends them.
    pub(crate) fn cookie(&self) -> Option<String> {
        self.cookie.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_cookie(&self, cookie: Option<String>) {
        *self.cookie.lock().unwrap_or_else(PoisonError::into_inner) = cookie;
    }

    /// The time between the starts of two requests.
    pub(crate) fn interval(&self) -> Duration {
        let delay = self.rules.get().and_then(Rules::delay).unwrap_or_default();
        self.interval.max(delay)
    }

    /// Takes note of how a request went; the `attempt`s at one address count from 0. Gives the time until which the host
    /// asks to be left alone.
    pub(crate) fn learn(
        &self,
        turn: &mut Turn,
        result: Result<&Exchange, Cause>,
        attempt: u32,
    ) -> Option<Timestamp> {
        let now = Instant::now();
        let cause = match result {
            Ok(exchange) => passing_cause(exchange.status),
            Err(cause) => Some(cause).filter(|c| is_host_trouble(*c)),
        };
        if cause.is_none() {
            turn.failures = 0;
            return None;
        }
        // The tries at one address count once: it may be the address and not the host.
        turn.failures += u32::from(attempt == 0);
        let asked = result.ok().and_then(retry_after);
        if let Some(wait) = asked.filter(|w| *w > LONGEST_WAIT) {
            self.close(Cause::HostClosed, format!("it asks to be left alone for {} s", wait.as_secs()));
        } else if turn.failures >= FAILURES {
            self.close(Cause::HostClosed, format!("{FAILURES} addresses in a row failed"));
        } else {
            let backoff = self.interval().saturating_mul(2_u32.saturating_pow(attempt + 1));
            turn.next_start = turn.next_start.max(now + asked.unwrap_or(backoff.min(LONGEST_BACKOFF)));
        }
        let wait = SignedDuration::try_from(asked.filter(|wait| !wait.is_zero())?).ok()?;
        Timestamp::now().checked_add(wait).ok()
    }
}

/// The cause behind a status that another try may change.
pub(crate) fn passing_cause(status: u16) -> Option<Cause> {
    match status {
        429 => Some(Cause::RateLimited),
        500..=599 => Some(Cause::ServerError),
        _ => None,
    }
}

/// Whether a failure tells something about the host rather than about one address.
fn is_host_trouble(cause: Cause) -> bool {
    matches!(cause, Cause::Timeout | Cause::Connect | Cause::Interrupted | Cause::Dns)
}

/// Whether another try may help where no answer came.
pub(crate) fn is_passing(cause: Cause) -> bool {
    matches!(cause, Cause::Timeout | Cause::Connect | Cause::Interrupted)
}

/// The wait that an answer asks for: seconds or an HTTP date.
fn retry_after(exchange: &Exchange) -> Option<Duration> {
    let head = String::from_utf8_lossy(&exchange.response_head);
    let value = head.lines().find_map(|line| line.strip_prefix("retry-after:"))?.trim().to_owned();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    // An HTTP date is one of RFC 2822 but for the name of its zone, which that has as obsolete.
    let at = rfc2822::parse(&value).ok()?.timestamp();
    Some(Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, header: &str) -> Exchange {
        Exchange {
            status,
            response_head: format!("HTTP/1.1 {status} \r\n{header}\r\n\r\n").into_bytes(),
            ..Exchange::unanswered("https://a.dk/")
        }
    }

    #[test]
    fn waits_that_are_asked_for() {
        assert_eq!(retry_after(&answer(429, "retry-after: 7")), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&answer(429, "retry-after: bald")), None);
        let past = answer(503, "retry-after: Wed, 21 Oct 2015 07:28:00 GMT");
        assert_eq!(retry_after(&past), Some(Duration::ZERO));
        let far = answer(503, "retry-after: Mon, 21 Oct 2199 07:28:00 GMT");
        assert!(retry_after(&far).expect("a date") > LONGEST_WAIT);
    }

    #[tokio::test]
    async fn five_failures_in_a_row_close_a_host() {
        let host = Host::new("a.dk".to_owned(), None, Duration::from_millis(1));
        let mut turn = host.turn.lock().await;
        for _ in 0..4 {
            host.learn(&mut turn, Err(Cause::Timeout), 0);
        }
        host.learn(&mut turn, Ok(&answer(404, "x: y")), 0);
        for _ in 0..4 {
            host.learn(&mut turn, Ok(&answer(500, "x: y")), 0);
        }
        assert!(host.closed().is_none());
        host.learn(&mut turn, Err(Cause::Connect), 0);
        assert_eq!(host.closed().map(|c| c.cause), Some(Cause::HostClosed));
    }

    #[tokio::test]
    async fn a_long_wait_closes_a_host_until_then() {
        let host = Host::new("a.dk".to_owned(), None, Duration::from_millis(1));
        let mut turn = host.turn.lock().await;
        let until = host.learn(&mut turn, Ok(&answer(429, "retry-after: 86400")), 0);
        assert!(host.closed().is_some() && until.expect("a time") > Timestamp::now());
    }

    #[tokio::test]
    async fn a_short_wait_is_remembered_and_waited_for() {
        let host = Host::new("a.dk".to_owned(), None, Duration::from_millis(1));
        let until = host.learn(&mut *host.turn.lock().await, Ok(&answer(503, "retry-after: 60")), 0);
        assert!(host.closed().is_none());
        let memory = HostMemory { closed_until: until, ..HostMemory::default() };
        let before = Instant::now();
        let next = Host::new("a.dk".to_owned(), Some(memory), Duration::from_millis(1));
        assert!(next.closed().is_none());
        let waits = next.turn.lock().await.next_start - before;
        assert!(waits > Duration::from_secs(30) && waits < Duration::from_secs(61), "{waits:?}");
        let none = host.learn(&mut *host.turn.lock().await, Ok(&answer(503, "retry-after: 0")), 0);
        assert_eq!(none, None);
    }
}
