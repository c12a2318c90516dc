//! `belaeg.toml`: every setting with its default and unit. Flags and environment win over it.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
pub(crate) use belaeg_model::Language;
use serde::Deserialize;

/// What a new home's `belaeg.toml` says.
pub(crate) const TEMPLATE: &str = include_str!("belaeg.toml");

/// The settings of a home. What a file leaves out has its default.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Language of messages for users.
    pub(crate) language: Language,
    /// Limits on reading documents.
    pub(crate) extract: Extract,
    /// How sources are asked.
    pub(crate) fetch: Fetch,
    /// Where official figures are asked for.
    pub(crate) official: Official,
}

/// Limits on reading documents.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Extract {
    /// Documents that are read at once; 0: one a core.
    pub(crate) workers: usize,
    /// Largest document, in MiB.
    pub(crate) input_mib: u64,
    /// Time for one PDF, in seconds, before its size is taken into account.
    pub(crate) worker_seconds: u64,
    /// Memory for one PDF, in MiB.
    pub(crate) worker_memory_mib: u64,
    /// Whether pages that are pictures are read by tesseract, where it is installed.
    pub(crate) ocr: bool,
}

impl Default for Extract {
    fn default() -> Self {
        Self { workers: 0, input_mib: 256, worker_seconds: 60, worker_memory_mib: 1024, ocr: true }
    }
}

impl Extract {
    /// The limits in the units of the extractor.
    pub(crate) fn limits(&self) -> belaeg_extract::Limits {
        const MIB: u64 = 1 << 20;
        belaeg_extract::Limits {
            input_bytes: self.input_mib.saturating_mul(MIB),
            worker_seconds: self.worker_seconds,
            worker_memory_bytes: self.worker_memory_mib.saturating_mul(MIB),
            ocr: self.ocr,
            ..belaeg_extract::Limits::default()
        }
    }

    /// How many documents are read at once.
    pub(crate) fn threads(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n.min(64),
        }
    }
}

/// How sources are asked. What is not here is right for every host.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Fetch {
    /// An address under which whoever fetches can be reached; goes with every request.
    pub(crate) contact: String,
    /// Time between the starts of two requests to a host, in milliseconds.
    pub(crate) interval_ms: u64,
    /// Time for the head of an answer, in seconds.
    pub(crate) first_byte_seconds: u64,
    /// Time for a whole answer, in seconds.
    pub(crate) total_seconds: u64,
    /// Largest answer on the wire, in MiB.
    pub(crate) wire_mib: u64,
    /// Days in which minutes and news are asked for again.
    pub(crate) recheck_days: u32,
    /// The most days between two looks at what does not change or does not come; 0: every run looks.
    pub(crate) longest_wait_days: u32,
    /// Hosts that may have private addresses, such as `*.localhost`.
    pub(crate) allow_hosts: Vec<String>,
}

impl Default for Fetch {
    fn default() -> Self {
        Self {
            contact: String::new(),
            interval_ms: 1000,
            first_byte_seconds: 90,
            total_seconds: 600,
            wire_mib: 128,
            recheck_days: 90,
            longest_wait_days: 30,
            allow_hosts: Vec::new(),
        }
    }
}

/// Where official figures are asked for.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Official {
    /// The address of the StatBank's API, with a slash at its end.
    pub(crate) statbank: String,
}

impl Default for Official {
    fn default() -> Self {
        Self { statbank: "https://api.statbank.dk/v1/".to_owned() }
    }
}

/// No time of the settings is longer.
const DAY_SECONDS: u64 = 24 * 3600;

impl Fetch {
    /// The settings of the fetcher.
    pub(crate) fn settings(&self) -> belaeg_fetch::Settings {
        let contact = Some(&self.contact).filter(|c| !c.is_empty()).map(|c| format!(" (+{c})"));
        belaeg_fetch::Settings {
            user_agent: format!("belaeg/{}{}", env!("CARGO_PKG_VERSION"), contact.unwrap_or_default()),
            interval: Duration::from_millis(self.interval_ms.min(DAY_SECONDS * 1000)),
            first_byte_timeout: Duration::from_secs(self.first_byte_seconds.min(DAY_SECONDS)),
            total_timeout: Duration::from_secs(self.total_seconds.min(DAY_SECONDS)),
            wire_bytes: self.wire_mib.saturating_mul(1 << 20),
            allow: self.allow_hosts.clone(),
            recheck_days: i64::from(self.recheck_days),
            longest_wait_days: i64::from(self.longest_wait_days),
            ..belaeg_fetch::Settings::default()
        }
    }
}

impl Settings {
    /// Reads the settings of the home in `dir`.
    pub(crate) fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join("belaeg.toml");
        let text = fs_err::read_to_string(&path)?;
        toml::from_str(&text).with_context(|| format!("{} cannot be used", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_says_the_defaults() {
        let parsed: Settings = toml::from_str(TEMPLATE).expect("template");
        assert_eq!(parsed, Settings::default());
    }

    #[test]
    fn unknown_settings_are_errors() {
        assert!(toml::from_str::<Settings>("langauge = 'da'").is_err());
    }
}
