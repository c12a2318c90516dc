//! The words of a statement, and phrases of data looked up in them.

use std::borrow::Cow;

use belaeg_model::ByteSpan;
use serde::Deserialize;

/// A word in lower case: letters and digits, with the hyphens inside it; or `§`.
#[derive(Clone, Debug)]
pub(crate) struct Word<'a> {
    pub(crate) span: ByteSpan,
    pub(crate) lower: Cow<'a, str>,
}

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let mut found = Vec::with_capacity(text.len() / 6);
    let mut start = None;
    for (at, c) in text.char_indices() {
        let inside = c.is_alphanumeric() || c == '§' || c == '-' && start.is_some();
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(first)) => {
                found.push(word(text, first, at));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(first) = start {
        found.push(word(text, first, text.len()));
    }
    found
}

fn word(text: &str, start: usize, end: usize) -> Word<'_> {
    let written = text[start..end].trim_end_matches('-');
    let upper = written.chars().any(char::is_uppercase);
    let lower = if upper { Cow::Owned(written.to_lowercase()) } else { Cow::Borrowed(written) };
    Word { span: ByteSpan::new(start, start + written.len()), lower }
}

/// Words that follow each other: `af alle`, `langtidsledig*`.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Phrase(Vec<String>);

impl From<String> for Phrase {
    fn from(written: String) -> Self {
        Self(written.split_whitespace().map(str::to_owned).collect())
    }
}

impl Phrase {
    /// Whether it stands in the words.
    pub(crate) fn stands_in(&self, words: &[Word<'_>]) -> bool {
        self.find_all(words).next().is_some()
    }

    /// Every place where it stands in the words.
    pub(crate) fn find_all<'w>(&'w self, words: &'w [Word<'_>]) -> impl Iterator<Item = ByteSpan> + 'w {
        let length = self.0.len().max(1);
        let stands = |window: &&[Word<'_>]| self.0.iter().zip(*window).all(|(p, w)| fits(p, &w.lower));
        let windows = words.windows(length).filter(move |_| !self.0.is_empty()).filter(stands);
        windows.map(move |window| ByteSpan::new(window[0].span.start, window[length - 1].span.end))
    }
}

/// Whether a word is the one of a phrase; `*` stands for any end or beginning, `#` for any number in digits.
pub(crate) fn fits(phrase: &str, word: &str) -> bool {
    if phrase == "#" {
        return word.starts_with(|c: char| c.is_ascii_digit());
    }
    match (phrase.strip_prefix('*'), phrase.strip_suffix('*')) {
        (Some(end), _) => word.ends_with(end),
        (None, Some(start)) => word.starts_with(start),
        (None, None) => word == phrase,
    }
}

/// Where `phrase` begins in the words, if it stands there.
pub(crate) fn find(words: &[Word<'_>], phrase: &[&str]) -> Option<usize> {
    words.windows(phrase.len()).position(|window| phrase.iter().zip(window).all(|(p, w)| fits(p, &w.lower)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases() {
        let found = words("Af ALLE 52\u{a0}% på social- og Ærø-området – æblet.");
        let lower: Vec<_> = found.iter().map(|w| w.lower.as_ref()).collect();
        assert_eq!(lower, ["af", "alle", "52", "på", "social", "og", "ærø-området", "æblet"]);
        assert!(Phrase::from("af all*".to_owned()).stands_in(&found));
        assert!(!Phrase::from("alle af".to_owned()).stands_in(&found));
        assert!(!Phrase::from(String::new()).stands_in(&found));
        assert_eq!(find(&found, &["og", "ærø*"]), Some(5));
        assert!(fits("*årige", "16-29-årige") && fits("#", "52") && !fits("#", "femti"));
        assert_eq!(find(&words("efter §\u{a0}100"), &["§", "#"]), Some(1));
    }
}
