//! What was asked and answered, and when.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hyper::body::Incoming;
use serde::Serialize;

use crate::web::Reply;

/// One request as the server saw it. Times are in microseconds since the start of the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LoggedRequest {
    /// The host without `.localhost` and port.
    pub host: String,
    /// `GET`, `HEAD` ...
    pub method: String,
    /// The path with its query, as it was sent.
    pub path: String,
    /// All headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// When the head of the request was read.
    pub at_us: u64,
    /// When the last byte was handed to the connection or the client went away; `None` while it lasts.
    pub finished_at_us: Option<u64>,
    /// Whether the answer came with an `ETag` or a `Last-Modified`.
    pub has_validators: bool,
    /// The status; 0 before there is one.
    pub status: u16,
    /// Bytes of the body handed to the connection.
    pub bytes: u64,
}

impl LoggedRequest {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug)]
pub(super) struct Log {
    start: Instant,
    entries: Mutex<Vec<LoggedRequest>>,
}

impl Log {
    pub(super) fn new(start: Instant) -> Self {
        Self { start, entries: Mutex::default() }
    }

    pub(super) fn entries(&self) -> Vec<LoggedRequest> {
        self.lock().clone()
    }

    /// Notes a request and returns its number.
    pub(super) fn open(&self, request: &hyper::Request<Incoming>, host: &str) -> usize {
        let text = |v: &hyper::header::HeaderValue| String::from_utf8_lossy(v.as_bytes()).into_owned();
        let headers = request.headers().iter().map(|(k, v)| (k.as_str().to_owned(), text(v))).collect();
        let path = request.uri().path_and_query().map_or("/", |p| p.as_str()).to_owned();
        let entry = LoggedRequest {
            host: host.to_owned(),
            method: request.method().to_string(),
            path,
            headers,
            at_us: self.now_us(),
            finished_at_us: None,
            has_validators: false,
            status: 0,
            bytes: 0,
        };
        let mut entries = self.lock();
        entries.push(entry);
        entries.len() - 1
    }

    pub(super) fn answered(&self, entry: usize, reply: &Reply) {
        if let Some(entry) = self.lock().get_mut(entry) {
            entry.status = reply.status;
            entry.has_validators = ["etag", "last-modified"].into_iter().any(|n| reply.header(n).is_some());
        }
    }

    pub(super) fn sent(&self, entry: usize, bytes: usize) {
        if let Some(entry) = self.lock().get_mut(entry) {
            entry.bytes += u64::try_from(bytes).unwrap_or(0);
        }
    }

    pub(super) fn close(&self, entry: usize) {
        let now = self.now_us();
        if let Some(entry) = self.lock().get_mut(entry) {
            entry.finished_at_us = Some(now);
        }
    }

    pub(super) fn now_us(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<LoggedRequest>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
