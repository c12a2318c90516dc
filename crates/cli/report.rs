//! What is said on standard error: errors with hints, failures, counts by cause; and the exit code.

use std::collections::BTreeMap;
use std::process::ExitCode;

use belaeg_model::Cause;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All went well.
    Good,
    /// Nothing was found.
    Nothing,
    /// A check found something that deviates or does not add up.
    Found,
    /// Some documents failed; the rest went through.
    SomeFailed,
}

impl Outcome {
    /// Itself, unless something `failed` besides.
    pub(crate) fn unless(self, failed: bool) -> Self {
        if failed { Self::SomeFailed } else { self }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Good => Self::SUCCESS,
            Outcome::Nothing | Outcome::Found => Self::from(1),
            Outcome::SomeFailed => Self::from(2),
        }
    }
}

/// A message to standard error, without control characters but line breaks: names of files and documents cannot steer
/// the terminal. A reader that is gone is no reason to stop.
pub(crate) fn say(message: &str) {
    use std::io::Write;
    let clean: String = message.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    let _ = writeln!(std::io::stderr().lock(), "{clean}");
}

/// A fatal error: `belaeg: what: cause`, with its hint on a line of its own.
pub(crate) fn error(error: &anyhow::Error) {
    let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
    say(&format!("belaeg: {}", causes.join(": ")));
}

/// A document or line that could not be used; the run goes on.
pub(crate) fn failure(what: &str, cause: Cause, detail: &str) {
    say(&format!("belaeg: {what}: {cause}: {detail}"));
}

/// Failures of a run, counted by cause.
#[derive(Clone, Debug, Default)]
pub(crate) struct Causes(BTreeMap<Cause, u64>);

impl Causes {
    /// Counts one.
    pub(crate) fn add(&mut self, cause: Cause) {
        *self.0.entry(cause).or_default() += 1;
    }

    /// How many in all.
    pub(crate) fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// "2 damaged, 1 encrypted"; empty when there are none.
    pub(crate) fn summary(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(|(cause, n)| format!("{n} {cause}")).collect();
        parts.join(", ")
    }
}

/// A progress bar, on a terminal only.
pub(crate) struct Progress(indicatif::ProgressBar);

impl Progress {
    /// A bar that ends at `total`.
    pub(crate) fn new(what: &'static str, total: u64) -> Self {
        Self::with("{pos}/{len} {msg} [{wide_bar}] {eta}", what, total)
    }

    /// A bar that ends at `total` bytes.
    pub(crate) fn bytes(what: &'static str, total: u64) -> Self {
        Self::with("{binary_bytes}/{binary_total_bytes} {msg} [{wide_bar}] {eta}", what, total)
    }

    fn with(template: &str, what: &'static str, total: u64) -> Self {
        let bar = indicatif::ProgressBar::new(total);
        let style = indicatif::ProgressStyle::with_template(template);
        bar.set_style(style.unwrap_or_else(|_| indicatif::ProgressStyle::default_bar()));
        bar.set_message(what);
        Self(bar)
    }

    /// `n` more are done.
    pub(crate) fn advance(&self, n: u64) {
        self.0.inc(n);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
