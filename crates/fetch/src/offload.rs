//! Reading of large bodies beside the thread that talks to the hosts.

use tokio::sync::Semaphore;

/// Bodies above this are read elsewhere: their lists take longer to read than a host should wait for its turn.
const LARGE: usize = 256 << 10;

/// What a compressed body grows to, at a guess.
const GROWTH: usize = 8;

/// Large bodies that are read at once; each may take fifty times its size.
const AT_ONCE: usize = 2;

/// Where large bodies are read.
#[derive(Debug)]
pub(crate) struct Offload(Semaphore);

impl Offload {
    pub(crate) fn new() -> Self {
        Self(Semaphore::new(AT_ONCE))
    }

    /// What `job` gives for a body of so many bytes. Panics as the job does.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        bytes: usize,
        is_compressed: bool,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let size = if is_compressed { bytes.saturating_mul(GROWTH) } else { bytes };
        if size <= LARGE {
            return job();
        }
        // The semaphore is never closed.
        let _turn = self.0.acquire().await.ok();
        match tokio::task::spawn_blocking(job).await {
            Ok(found) => found,
            Err(error) => std::panic::resume_unwind(match error.try_into_panic() {
                Ok(panic) => panic,
                Err(error) => Box::new(error.to_string()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread::{ThreadId, current};

    use super::*;

    #[tokio::test]
    async fn large_bodies_are_read_elsewhere() {
        let offload = Offload::new();
        let here: ThreadId = current().id();
        assert_eq!(offload.run(LARGE, false, || current().id()).await, here);
        assert_ne!(offload.run(LARGE + 1, false, || current().id()).await, here);
        assert_ne!(offload.run(LARGE / 2, true, || current().id()).await, here);
    }
}
