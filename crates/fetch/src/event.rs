//! What a run tells its caller: every answer as it came, what is gone, and how each source fared.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use belaeg_model::{Kind, Place};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Validators;
use crate::budget::Share;

/// Something that happened in a run.
#[derive(Clone, Debug)]
pub enum Event {
    /// A request and what came of it.
    Exchange(Box<Exchange>),
    /// A document of earlier runs is no longer there.
    Gone {
        /// The source's id.
        source: String,
        /// The document's canonical address.
        url: String,
        /// When the answer came.
        at: Timestamp,
        /// 404 or 410; 301 or 308 where it sends on to an address that another document has, to the site's front page,
        /// or to where many others send on to.
        status: u16,
    },
    /// A document did not come, for a cause that another try does not change at once.
    Missed {
        /// The source's id.
        source: String,
        /// The document's canonical address.
        url: String,
        /// The document that it is attached to.
        whole: Option<String>,
        /// Why it did not come.
        cause: Cause,
        /// When it was asked for.
        at: Timestamp,
    },
    /// A host asked to be left alone for a while. To be kept at once: the run may end before the time does.
    Wait {
        /// The host, with a port only where that is not the scheme's own.
        host: String,
        /// The end of that time.
        until: Timestamp,
    },
    /// A source is done; nothing more comes of it.
    Finished(SourceReport),
}

/// What an exchange was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// `robots.txt`.
    Robots,
    /// An anonymous session that a system wants before it answers.
    Session,
    /// A list of documents.
    Listing,
    /// An address that sends on to another one.
    Redirect,
    /// A document, new or perhaps changed; with status 304 it is as it was.
    Document(Box<Item>),
    /// It was busy or failed (429, 5xx), and was asked again.
    Retried,
    /// Nothing came of it.
    Failed(Cause),
}

/// A request and its answer.
///
/// With [`Purpose::Failed`] the answer may be missing: `status` is 0 then, `response_head` and `body` are empty, and
/// `request_head` is empty too where nothing was asked (`robots.txt` forbids it, the host is closed).
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The source's id.
    pub source: String,
    /// What it was for.
    pub purpose: Purpose,
    /// The address that was asked for.
    pub url: String,
    /// Request line and headers, as HTTP/1.1 writes them, with the empty line at the end.
    pub request_head: Vec<u8>,
    /// The status of the answer.
    pub status: u16,
    /// Status line and headers, with the empty line at the end. Names are in lower case, and headers of one name
    /// stand together; values and their order are as they came.
    pub response_head: Vec<u8>,
    /// The body: transfer coding undone, content coding kept.
    pub body: Vec<u8>,
    /// The value of `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// The value of `Content-Type`.
    pub media_type: Option<String>,
    /// When the answer was complete.
    pub fetched_at: Timestamp,
    /// Who answered.
    pub ip: Option<IpAddr>,
    /// What makes the next request for this address a conditional one. Empty for a document whose attachments did not
    /// all come, so that the next run asks for the whole again.
    pub validators: Validators,
    /// What the body holds of the run's budget, until it is handed on.
    pub(crate) share: Option<Arc<Share>>,
}

impl Exchange {
    /// An exchange that did not take place, or found no answer.
    pub(crate) fn unanswered(url: &str) -> Self {
        Self {
            source: String::new(),
            purpose: Purpose::Listing,
            url: url.to_owned(),
            request_head: Vec::new(),
            status: 0,
            response_head: Vec::new(),
            body: Vec::new(),
            content_encoding: None,
            media_type: None,
            fetched_at: Timestamp::now(),
            ip: None,
            validators: Validators::default(),
            share: None,
        }
    }

    /// Whether it asked only for what is newer than something.
    pub(crate) fn is_conditional(&self) -> bool {
        let head = String::from_utf8_lossy(&self.request_head);
        head.lines().any(|line| line.starts_with("if-none-match:") || line.starts_with("if-modified-since:"))
    }
}

/// A document as the list of its source tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The canonical address, under which the document is kept.
    pub url: String,
    /// A file name, for people and for telling formats apart.
    pub name: String,
    /// The genre.
    pub kind: Kind,
    /// The kommune, or none where the source holds documents of many.
    pub place: Option<Place>,
    /// The title in the list.
    pub title: Option<String>,
    /// The day of the meeting, article or letter; never a date of change.
    pub published: Option<Date>,
    /// When it was released or changed, as the list says.
    pub modified: Option<Timestamp>,
    /// A fingerprint that the list gives: it differs when the document does. Not there for a document whose attachments
    /// did not all come, so that the next run asks again.
    pub mark: Option<String>,
    /// What agenda and minutes of a meeting, a case at København, or a meeting and its attachments have in common.
    pub group: Option<String>,
    /// Other addresses that lead to the same document.
    pub aliases: Vec<String>,
}

/// How a source fared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceReport {
    /// The source's id.
    pub source: String,
    /// Documents that its lists named; attachments are named by their meetings, and these are read only when they are
    /// new or have changed.
    pub listed: usize,
    /// Documents that came.
    pub fetched: usize,
    /// Documents that are as they were, by their mark, their age or the answer.
    pub unchanged: usize,
    /// Documents of earlier runs that are no longer there.
    pub gone: usize,
    /// Documents and lists of which nothing came, by cause.
    pub failed: BTreeMap<Cause, usize>,
    /// Documents of which nothing came before for the same cause: asked again in vain, or not yet.
    pub known: BTreeMap<Cause, usize>,
    /// The latest day of publication in the lists.
    pub newest: Option<Date>,
    /// The lists were read to their ends and nothing of them speaks against what they say.
    pub complete: bool,
    /// What somebody should look at, a sentence each.
    pub alarms: Vec<String>,
}

/// Why nothing came of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// `robots.txt` forbids it.
    Robots,
    /// 401 or 403.
    Forbidden,
    /// A page that wants to see a browser.
    Challenge,
    /// 404 or 410.
    NotFound,
    /// 429, however often it was asked.
    RateLimited,
    /// 5xx, however often it was asked.
    ServerError,
    /// A status that means nothing here: a part (206), nothing (204), "as it was" (304) to a question without a condition.
    Status,
    /// The answer did not begin or end in time.
    Timeout,
    /// No connection.
    Connect,
    /// The connection broke in the middle of the answer.
    Interrupted,
    /// The host's name leads nowhere.
    Dns,
    /// The address is of a private network.
    PrivateAddress,
    /// More bytes than allowed, on the wire or after decompression.
    TooLarge,
    /// Redirects without end.
    TooManyRedirects,
    /// A redirect to what is no address, to one of another scheme, or from a page to the site's front page.
    BadRedirect,
    /// A system asks for a session again right after it gave one.
    Session,
    /// A list that cannot be read.
    BadListing,
    /// The host is left alone for the rest of the run.
    HostClosed,
}

impl Cause {
    /// Every cause.
    pub const ALL: [Self; 18] = [
        Self::Robots,
        Self::Forbidden,
        Self::Challenge,
        Self::NotFound,
        Self::RateLimited,
        Self::ServerError,
        Self::Status,
        Self::Timeout,
        Self::Connect,
        Self::Interrupted,
        Self::Dns,
        Self::PrivateAddress,
        Self::TooLarge,
        Self::TooManyRedirects,
        Self::BadRedirect,
        Self::Session,
        Self::BadListing,
        Self::HostClosed,
    ];

    /// Whether another try will hardly change it soon.
    pub(crate) fn is_lasting(self) -> bool {
        matches!(
            self,
            Self::Robots
                | Self::Forbidden
                | Self::NotFound
                | Self::Status
                | Self::PrivateAddress
                | Self::TooLarge
                | Self::TooManyRedirects
                | Self::BadRedirect
                | Self::BadListing
        )
    }

    /// The name for counts.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Robots => "robots",
            Self::Forbidden => "forbidden",
            Self::Challenge => "challenge",
            Self::NotFound => "not_found",
            Self::RateLimited => "rate_limited",
            Self::ServerError => "server_error",
            Self::Status => "status",
            Self::Timeout => "timeout",
            Self::Connect => "connect",
            Self::Interrupted => "interrupted",
            Self::Dns => "dns",
            Self::PrivateAddress => "private_address",
            Self::TooLarge => "too_large",
            Self::TooManyRedirects => "too_many_redirects",
            Self::BadRedirect => "bad_redirect",
            Self::Session => "session",
            Self::BadListing => "bad_listing",
            Self::HostClosed => "host_closed",
        }
    }
}

/// A name that is no cause's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no cause")]
pub struct UnknownCause(String);

impl FromStr for Cause {
    type Err = UnknownCause;

    fn from_str(name: &str) -> Result<Self, UnknownCause> {
        Self::ALL.into_iter().find(|c| c.as_str() == name).ok_or_else(|| UnknownCause(name.to_owned()))
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
