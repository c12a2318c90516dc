//! How a run behaves, and how much of each source it takes.

use std::time::Duration;

use jiff::civil::Date;

/// How much of each source is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Documents from this day on; those without a known day come along.
    pub since: Option<Date>,
    /// The most documents that are fetched of a source, attachments counted.
    pub limit: Option<usize>,
}

impl Scope {
    /// Whether a run with this scope sees all that a source has.
    pub(crate) fn is_all(&self) -> bool {
        self.since.is_none() && self.limit.is_none()
    }

    /// Whether a document of this day is wanted.
    pub(crate) fn wants(&self, published: Option<Date>) -> bool {
        !matches!((self.since, published), (Some(since), Some(day)) if day < since)
    }
}

/// How a run behaves. [`Settings::default`] is right for the real world, but for the `user_agent`, which should say how to reach
/// whoever runs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The value of `User-Agent`; what stands before the first `/` is looked for in `robots.txt`.
    pub user_agent: String,
    /// The least time between the starts of two requests to a host; 1 s. A longer `Crawl-delay` wins.
    pub interval: Duration,
    /// The most time for a connection; 15 s.
    pub connect_timeout: Duration,
    /// The most time from the request to the head of the answer; 90 s, for agendas that are put together when asked for.
    pub first_byte_timeout: Duration,
    /// The most time for the whole answer; 10 min.
    pub total_timeout: Duration,
    /// The most bytes of an answer on the wire; 128 MiB.
    pub wire_bytes: u64,
    /// The most bytes of an answer after decompression; 512 MiB.
    pub body_bytes: u64,
    /// The most redirects from one address; 5.
    pub redirects: usize,
    /// How often a request that failed for a passing cause is made again; 3.
    pub retries: u32,
    /// Host names that may lead to addresses that are not public: a name, or `*.` and the end of one.
    pub allow: Vec<String>,
    /// Documents of the last so many days, and those without a day, are asked for again; 90.
    pub recheck_days: i64,
    /// The most days between two looks at a document that does not change, or does not come; 30. With 0 every run looks.
    pub longest_wait_days: i64,
    /// The most pages of a source's lists; 2000.
    pub listing_pages: usize,
    /// The most bytes of a source's lists, decoded; 256 MiB.
    pub listing_bytes: u64,
    /// The most bytes of bodies that come or wait to be handed on, all hosts together; 128 MiB. Beyond them one answer at
    /// a time may come.
    pub waiting_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            user_agent: concat!("belaeg/", env!("CARGO_PKG_VERSION")).to_owned(),
            interval: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(15),
            first_byte_timeout: Duration::from_secs(90),
            total_timeout: Duration::from_secs(600),
            wire_bytes: 128 << 20,
            body_bytes: 512 << 20,
            redirects: 5,
            retries: 3,
            allow: Vec::new(),
            recheck_days: 90,
            longest_wait_days: 30,
            listing_pages: 2000,
            listing_bytes: 256 << 20,
            waiting_bytes: 128 << 20,
        }
    }
}
