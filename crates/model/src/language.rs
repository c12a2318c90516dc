//! The language of messages.

use serde::{Deserialize, Serialize};

/// A language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// Danish.
    #[serde(rename = "da")]
    Danish,
    /// English.
    #[default]
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// The wording in this language.
    pub fn pick<'a>(self, english: &'a str, danish: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Danish => danish,
        }
    }
}
