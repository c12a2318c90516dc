//! A statement as tokens: words in lower case without soft hyphens and line breaks, numbers with their value.

use std::borrow::Cow;

use belaeg_model::ByteSpan;

use crate::lexicon::{Class, Entry, look_up};
use crate::number;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// Letters; `norm` is in lower case.
    Word,
    /// Digits with their separators.
    Number(Number),
    /// One character of anything else.
    Symbol(char),
}

/// A number in digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    /// What the digits say.
    pub(crate) value: f64,
    /// How they are written.
    pub(crate) shape: Shape,
}

/// How a number in digits is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `212`
    Plain,
    /// `13.244`, `13 244`
    Grouped,
    /// `28,9`, `1½`
    Decimal,
    /// `28.9`: a stray decimal point, or a clock, a room, a section.
    Point,
    /// `29.15.04`, `P00`, `24-024921`: a code, not a quantity.
    Code,
}

/// What stands between a token and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gap {
    /// Nothing.
    Glued,
    /// Blanks.
    Space,
    /// At least one line break.
    Line,
}

/// One token.
#[derive(Clone, Debug)]
pub(crate) struct Token<'t> {
    pub(crate) kind: Kind,
    pub(crate) span: ByteSpan,
    /// The word in lower case, or the token as written.
    pub(crate) norm: Cow<'t, str>,
    /// What stands before it.
    pub(crate) gap: Gap,
    /// Whether its first letter is a capital.
    pub(crate) capital: bool,
    /// What the word can be.
    pub(crate) entry: Entry,
}

impl Token<'_> {
    pub(crate) fn is_word(&self) -> bool {
        matches!(self.kind, Kind::Word)
    }

    pub(crate) fn is_symbol(&self, c: char) -> bool {
        matches!(self.kind, Kind::Symbol(own) if own == c)
    }

    pub(crate) fn is_dash(&self) -> bool {
        matches!(self.kind, Kind::Symbol('-' | '–' | '—' | '‑'))
    }

    pub(crate) fn number(&self) -> Option<Number> {
        match self.kind {
            Kind::Number(n) => Some(n),
            _ => None,
        }
    }

    /// A whole number of four digits, written as years are.
    pub(crate) fn year_like(&self) -> Option<i16> {
        let n = self.number().filter(|n| n.shape == Shape::Plain && self.norm.len() == 4)?;
        #[expect(clippy::cast_possible_truncation, reason = "within 1900..2100")]
        (1900.0..2100.0).contains(&n.value).then_some(n.value as i16)
    }
}

/// The tokens of `text`, in order; blanks belong to no token.
pub(crate) fn lex(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 4);
    let mut at = 0;
    let mut gap = Gap::Glued;
    while let Some(b) = text.as_bytes().get(at) {
        if *b == b' ' {
            gap = if gap == Gap::Line { Gap::Line } else { Gap::Space };
            at += 1;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let is_letter = c.is_alphabetic();
        if !is_letter && is_blank(c) {
            gap = if c == '\n' || gap == Gap::Line { Gap::Line } else { Gap::Space };
            at += c.len_utf8();
            continue;
        }
        let (kind, end, norm) = if is_letter {
            let (end, plain) = word_end(text, at);
            let word = &text[at..end];
            (Kind::Word, end, if plain { Cow::Borrowed(word) } else { Cow::Owned(normal(word)) })
        } else if c.is_ascii_digit() || number::glyph(c).is_some() {
            let (number, end) = number::read_digits(text, at, glued_to_letters(&tokens, gap));
            (Kind::Number(number), end, Cow::Borrowed(&text[at..end]))
        } else {
            (Kind::Symbol(c), at + c.len_utf8(), Cow::Borrowed(&text[at..at + c.len_utf8()]))
        };
        let entry = match kind {
            Kind::Word => look_up(&norm),
            Kind::Number(_) => Entry { class: Class::NUMERAL, number: None },
            Kind::Symbol('%' | '‰') => Entry { class: Class::UNIT, number: None },
            Kind::Symbol(_) => Entry::default(),
        };
        tokens.push(Token {
            kind,
            span: ByteSpan::new(at, end),
            norm,
            gap,
            capital: c.is_uppercase(),
            entry,
        });
        gap = Gap::Glued;
        at = end;
    }
    tokens
}

/// Blanks of every width; a soft hyphen or zero-width character outside a word counts as one.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' | '\u{2060}')
}

fn glued_to_letters(tokens: &[Token<'_>], gap: Gap) -> bool {
    gap == Gap::Glued && tokens.last().is_some_and(Token::is_word)
}

/// The end of the word that begins at `at` (letters, soft hyphens between letters, and letters that go on behind a
/// hyphen at the end of a line), and whether it is in lower case and in one piece.
fn word_end(text: &str, at: usize) -> (usize, bool) {
    let (mut end, mut plain) = (at, true);
    while let Some(b) = text.as_bytes().get(end) {
        match b {
            b'a'..=b'z' => end += 1,
            b'A'..=b'Z' => (end, plain) = (end + 1, false),
            b if b.is_ascii() && *b != b'-' => break,
            _ => match text[end..].chars().next() {
                Some(c @ ('æ' | 'ø' | 'å' | 'é')) => end += c.len_utf8(),
                Some(c) if c.is_alphabetic() => (end, plain) = (end + c.len_utf8(), false),
                _ => match broken_word_gap(&text[end..]) {
                    Some(gap) => (end, plain) = (end + gap, false),
                    None => break,
                },
            },
        }
    }
    (end, plain)
}

/// The length of a soft hyphen, or of a hyphen with a line break, between two parts of one word.
fn broken_word_gap(rest: &str) -> Option<usize> {
    let after_soft = rest.trim_start_matches('\u{ad}');
    if after_soft.len() < rest.len() {
        let next = after_soft.trim_start_matches('\n');
        return next.starts_with(char::is_alphabetic).then_some(rest.len() - next.len());
    }
    let after_hyphen = rest.strip_prefix(['-', '‐'])?;
    let blanks = after_hyphen.trim_start_matches([' ', '\u{a0}']);
    // "pro- cent": the line break was lost.
    if blanks.len() < after_hyphen.len() && blanks.starts_with("cent") {
        return Some(rest.len() - blanks.len());
    }
    let next = blanks.strip_prefix('\n')?.trim_start_matches([' ', '\u{a0}']);
    let word: &str = &next[..next.len() - next.trim_start_matches(char::is_alphabetic).len()];
    let goes_on = word.starts_with(char::is_lowercase) && !matches!(word, "og" | "eller" | "samt");
    goes_on.then_some(rest.len() - next.len())
}

/// `word` in lower case, without soft hyphens and line-end hyphenation.
fn normal(word: &str) -> String {
    if word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return word.to_ascii_lowercase();
    }
    word.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norms(text: &str) -> Vec<String> {
        lex(text).into_iter().map(|t| t.norm.into_owned()).collect()
    }

    #[test]
    fn words_are_joined_over_line_ends() {
        assert_eq!(norms("47 pro-\ncent af de gennem-\ngåede"), ["47", "procent", "af", "de", "gennemgåede"]);
        assert_eq!(norms("Omgørelses\u{ad}procenten"), ["omgørelsesprocenten"]);
        assert_eq!(norms("børn- \nog unge"), ["børn", "-", "og", "unge"]);
        assert_eq!(norms("børne-\nog ungeområdet"), ["børne", "-", "og", "ungeområdet"]);
    }

    #[test]
    fn units_may_be_glued() {
        assert_eq!(norms("38pct.af"), ["38", "pct", ".", "af"]);
        assert_eq!(norms("38,5\u{a0}% i"), ["38,5", "%", "i"]);
        assert_eq!(norms("70-procentsmål"), ["70", "-", "procentsmål"]);
        assert_eq!(norms("12 %-point"), ["12", "%", "-", "point"]);
    }

    proptest::proptest! {
        #[test]
        fn tokens_cover_every_character_that_is_no_blank(text in "[0-9.,½ \u{a0}\u{ad}a-zæøå%-]{0,20}|\\PC*") {
            let mut at = 0;
            for t in lex(&text) {
                proptest::prop_assert!(text[at..t.span.start].chars().all(is_blank));
                proptest::prop_assert!(t.span.end > t.span.start);
                at = t.span.end;
            }
            proptest::prop_assert!(text[at..].chars().all(is_blank));
        }
    }
}
