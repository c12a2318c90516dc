//! Bodies as they go over the wire: whole, dripping, cut off or without end.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{Stream, unfold};
use http_body_util::StreamBody;
use hyper::body::Frame;

use super::Shared;

/// The body of every answer.
pub(super) type TestBody = StreamBody<Pin<Box<dyn Stream<Item = io::Result<Frame<Bytes>>> + Send>>>;

/// Bytes handed over at once.
const CHUNK: usize = 64 * 1024;

/// What [`super::Fault::DeclaredHuge`] declares.
const HUGE: u64 = 10_000_000_000;

/// How the bytes are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// At once, with their length.
    Whole,
    /// `chunk` bytes, then a pause, and so on.
    Drip { chunk: usize, pause: Duration },
    /// Half of what was declared; then the connection breaks.
    CutOff,
    /// The bytes, then more for ever, as chunks or under a declared length.
    Endless { declared: bool },
}

impl Plan {
    /// The `Content-Length`.
    pub(super) fn declared_length(self, length: usize, status: u16) -> Option<u64> {
        match self {
            _ if status == 304 => None,
            Self::Endless { declared } => declared.then_some(HUGE),
            _ => u64::try_from(length).ok(),
        }
    }
}

/// Notes in the log how far sending is; the end too, however it comes.
pub(super) struct Sending {
    shared: Arc<Shared>,
    entry: usize,
}

impl Sending {
    pub(super) fn new(shared: Arc<Shared>, entry: usize) -> Self {
        Self { shared, entry }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.shared.log.close(self.entry);
    }
}

struct State {
    left: Bytes,
    plan: Plan,
    is_first: bool,
    sending: Sending,
}

/// The body that sends `bytes` after `plan`.
pub(super) fn send(bytes: Bytes, plan: Plan, sending: Sending) -> TestBody {
    let left = if plan == Plan::CutOff { bytes.slice(..bytes.len() / 2) } else { bytes };
    let state = State { left, plan, is_first: true, sending };
    StreamBody::new(Box::pin(unfold(Some(state), next)))
}

async fn next(state: Option<State>) -> Option<(io::Result<Frame<Bytes>>, Option<State>)> {
    let mut state = state?;
    let chunk = match state.plan {
        Plan::Drip { chunk, pause } => {
            if !std::mem::take(&mut state.is_first) {
                tokio::time::sleep(pause).await;
            }
            chunk.max(1)
        }
        _ => CHUNK,
    };
    if state.left.is_empty() {
        match state.plan {
            Plan::Whole | Plan::Drip { .. } => return None,
            Plan::CutOff => {
                // Lets the half that was sent reach the client before the connection breaks.
                tokio::time::sleep(Duration::from_millis(20)).await;
                return Some((Err(io::Error::other("cut off")), None));
            }
            Plan::Endless { .. } => {
                // Shares the thread with the other connections.
                tokio::task::yield_now().await;
                state.left = Bytes::from_static(&[b' '; 4096]);
            }
        }
    }
    let frame = state.left.split_to(chunk.min(state.left.len()));
    state.sending.shared.log.sent(state.sending.entry, frame.len());
    Some((Ok(Frame::data(frame)), Some(state)))
}
