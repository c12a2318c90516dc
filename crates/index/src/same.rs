//! Which statements say the same: the same words and numbers, whatever their case, spaces and punctuation.

use crate::analysis::placed_words;

/// A number that two statements share when their words and numbers are the same; 64 bits of FNV-1a over them.
///
/// A sign before a number ("-5 %", ">5 %") is part of the number.
pub(crate) fn same_words(text: &str) -> u64 {
    let mut sum = Fnv::default();
    let words = placed_words(text);
    for (start, word) in &words {
        if word.exact.starts_with(|c: char| c.is_ascii_digit()) {
            sum.add(sign(text.get(..*start).unwrap_or_default()).as_bytes());
        }
        sum.add(word.exact.as_bytes());
        sum.add(b" ");
    }
    if words.is_empty() {
        sum.add(text.trim().as_bytes());
    }
    sum.0
}

/// The sign at the end of what stands before a number; dashes of all kinds are one.
fn sign(before: &str) -> &'static str {
    match before.chars().next_back() {
        Some('-' | '\u{2010}'..='\u{2014}' | '\u{2212}') => "-",
        Some('+') => "+",
        Some('<') => "<",
        Some('>') => ">",
        Some('≤') => "≤",
        Some('≥') => "≥",
        Some('±') => "±",
        _ => "",
    }
}

/// FNV-1a.
pub(crate) struct Fnv(pub(crate) u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn words_and_numbers_decide() {
        let same = [
            ("Sygefraværet steg til 5,2 %.", "sygefraværet  steg\u{a0}til 5,2\u{a0}% !"),
            ("Ældre: 5 pct.", "ÆLDRE 5 %"),
            ("et fald på −3 procent", "Et fald på -3 %"),
            ("---", " --- "),
        ];
        for (a, b) in same {
            assert_eq!(same_words(a), same_words(b), "{a:?} and {b:?}");
        }
        let different = [
            ("steg til 5,2 %", "steg til 5,3 %"),
            ("steg til 5 %", "steg til -5 %"),
            ("under <5 %", "under >5 %"),
            ("5 2 %", "52 %"),
            ("ab c", "a bc"),
            ("på Ærø", "på Fanø"),
            ("---", "***"),
        ];
        for (a, b) in different {
            assert_ne!(same_words(a), same_words(b), "{a:?} and {b:?}");
        }
    }
}
