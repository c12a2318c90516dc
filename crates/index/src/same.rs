//! Which statements say the same: the same words and numbers, whatever their case, spaces and punctuation.

use crate::analysis::is_invisible;

/// A number that two statements share when their words and numbers are the same; 64 bits of FNV-1a over them.
///
/// The sign before a number ("-5 %", ">5 %") and the mark inside one are part of it; `%` and `‰` are words; soft hyphens
/// are nothing. Forms of a word differ, so that this needs no analysis.
pub(crate) fn same_words(text: &str) -> u64 {
    const START: char = ' ';
    let mut words = Fnv::default();
    // The character of a word before, and the last mark or space since.
    let (mut last, mut mark) = (START, None);
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if !(c.is_alphanumeric() || is_unit(c)) {
            mark = Some(c);
            continue;
        }
        let in_number = last.is_ascii_digit() && c.is_ascii_digit();
        let separator = mark.filter(|m| in_number && matches!(m, ',' | '.'));
        if let Some(separator) = separator {
            words.add_char(separator);
        } else if last != START && (mark.is_some() || is_unit(c) || is_unit(last)) {
            words.add_char(' ');
        }
        if let Some(sign) = mark.filter(|_| c.is_ascii_digit() && separator.is_none()).and_then(sign) {
            words.add_char(sign);
        }
        match c {
            'a'..='z' | '0'..='9' => words.add_char(c),
            _ => c.to_lowercase().for_each(|c| words.add_char(c)),
        }
        (last, mark) = (c, None);
    }
    if last == START {
        words.add(text.trim().as_bytes());
    }
    words.0
}

fn is_unit(c: char) -> bool {
    matches!(c, '%' | '‰')
}

/// The sign of a number; dashes of all kinds are one.
fn sign(mark: char) -> Option<char> {
    match mark {
        '-' | '\u{2010}'..='\u{2014}' | '\u{2212}' => Some('-'),
        '+' | '<' | '>' | '≤' | '≥' | '±' => Some(mark),
        _ => None,
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

    fn add_char(&mut self, c: char) {
        self.add(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_decide() {
        let same = [
            ("Sygefraværet steg til 5,2 %.", "sygefraværet  steg\u{a0}til 5,2\u{a0}% !"),
            ("»Ældre«: 5%", "ÆLDRE 5 %"),
            ("sags\u{ad}behandling 3–4", "Sagsbehandling 3-4"),
            ("et fald på −3 %", "Et fald på -3%."),
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
            ("5,2 %", "52 %"),
            ("13.244", "13,244"),
            ("5 % 2", "5 %2x"),
            ("ab c", "a bc"),
            ("på Ærø", "på Fanø"),
            ("---", "***"),
        ];
        for (a, b) in different {
            assert_ne!(same_words(a), same_words(b), "{a:?} and {b:?}");
        }
    }
}
