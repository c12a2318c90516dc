//! How many bytes of bodies a run holds at once, however many hosts answer.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bodies are accounted for in steps of so many bytes; the first step of each is free.
const STEP_BYTES: usize = 64 << 10;

/// What the bodies of a run share: so many bytes for all, and beyond them one body at a time, which may grow to the
/// limit of a single one. So nobody waits for what others would only give back after they got more themselves.
#[derive(Debug)]
pub(crate) struct Budget {
    steps: Arc<Semaphore>,
    beyond: Arc<Semaphore>,
}

/// The part of the budget that one body has; given back when it is dropped.
#[derive(Debug, Default)]
pub(crate) struct Share {
    steps: Option<OwnedSemaphorePermit>,
    beyond: Option<OwnedSemaphorePermit>,
}

impl Budget {
    /// A budget of `bytes`.
    pub(crate) fn new(bytes: u64) -> Self {
        let steps = usize::try_from(bytes).unwrap_or(usize::MAX) / STEP_BYTES;
        Self {
            steps: Arc::new(Semaphore::new(steps.min(Semaphore::MAX_PERMITS))),
            beyond: Arc::new(Semaphore::new(1)),
        }
    }

    /// Waits until `share` may hold `bytes` in all.
    pub(crate) async fn grow(&self, share: &mut Share, bytes: usize) {
        let has = share.steps.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let more = (bytes / STEP_BYTES).saturating_sub(has);
        if more == 0 || share.beyond.is_some() {
            return;
        }
        let free = u32::try_from(more).ok().map(|n| Arc::clone(&self.steps).try_acquire_many_owned(n));
        match (free, &mut share.steps) {
            (Some(Ok(new)), Some(steps)) => steps.merge(new),
            (Some(Ok(new)), none) => *none = Some(new),
            // The semaphore is never closed.
            _ => share.beyond = Arc::clone(&self.beyond).acquire_owned().await.ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn is_ready(future: impl Future<Output = ()>) -> bool {
        pin!(future).poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn beyond_the_budget_one_body_grows_at_a_time() {
        let budget = Budget::new(4 * STEP_BYTES as u64);
        let [mut small, mut first, mut second, mut third] = [(); 4].map(|()| Share::default());
        assert!(is_ready(budget.grow(&mut first, 2 * STEP_BYTES)));
        assert!(is_ready(budget.grow(&mut first, 3 * STEP_BYTES)), "it grows");
        assert!(is_ready(budget.grow(&mut second, 100 * STEP_BYTES)), "one may go beyond");
        assert!(!is_ready(budget.grow(&mut third, 2 * STEP_BYTES)), "a second one may not");
        assert!(is_ready(budget.grow(&mut small, STEP_BYTES - 1)), "what is small is free");
        drop(first);
        assert!(is_ready(budget.grow(&mut third, 2 * STEP_BYTES)), "what is given back can be had");
        assert!(!is_ready(budget.grow(&mut third, 9 * STEP_BYTES)));
        drop(second);
        assert!(is_ready(budget.grow(&mut third, 9 * STEP_BYTES)));
    }
}
