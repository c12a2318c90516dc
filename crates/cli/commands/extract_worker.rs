//! `belaeg extract-worker`: the process in which one PDF is read.

use crate::report::Outcome;

pub(crate) fn run() -> anyhow::Result<Outcome> {
    belaeg_extract::worker_main(std::io::stdin().lock(), std::io::stdout().lock())?;
    Ok(Outcome::Good)
}
