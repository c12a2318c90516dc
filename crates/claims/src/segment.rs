//! Blocks of text to statements: where a Danish sentence ends.

use std::borrow::Cow;
use std::sync::LazyLock;

use belaeg_model::{Block, BlockKind, ByteSpan, StatementKind};
use rustc_hash::FxHashMap;

/// Abbreviations after which a sentence goes on, in lower case and without the last dot.
const NEVER_LAST: &[&str] = &[
    "a",
    "adr",
    "afd",
    "alm",
    "art",
    "att",
    "bl.a",
    "bla",
    "ca",
    "cand",
    "d",
    "dir",
    "dok",
    "dr",
    "d.v.s",
    "dvs",
    "e.g",
    "eks",
    "ekskl",
    "evt",
    "excl",
    "f",
    "f.eks",
    "feks",
    "fhv",
    "fig",
    "fr",
    "fx",
    "gl",
    "hhv",
    "hr",
    "hovedtlf",
    "iflg",
    "i.e",
    "ift",
    "ifm",
    "iht",
    "incl",
    "ing",
    "inkl",
    "i.h.t",
    "i.f.t",
    "j",
    "jf",
    "jfr",
    "j.nr",
    "jnr",
    "kap",
    "kgl",
    "kl",
    "kom",
    "kst",
    "lb",
    "l.nr",
    "maks",
    "max",
    "m.h.p",
    "m.h.t",
    "mht",
    "mhp",
    "min",
    "mr",
    "mrs",
    "nr",
    "nuv",
    "o",
    "obs",
    "omkr",
    "opr",
    "ord",
    "pkt",
    "pga",
    "p.g.a",
    "pr",
    "prof",
    "p.t",
    "pt",
    "red",
    "ref",
    "resp",
    "sagsnr",
    "s",
    "sml",
    "skt",
    "st",
    "stk",
    "tab",
    "tdl",
    "tidl",
    "tlf",
    "udg",
    "u",
    "v",
    "vedr",
    "vej",
    "vs",
    "ang",
    "anm",
    "årg",
    "best",
    "journalnr",
    "dokumentnr",
    "dok.nr",
    "sags",
    "matr.nr",
    "matr",
    "medd",
    "m.a.o",
    "mao",
    "henv",
    "forv",
    "ass",
    "chr",
    "kbh",
    "sdr",
    "ndr",
    "vestre",
    "nrd",
    "lign",
    "ml",
];

/// Abbreviations that may also end a sentence: the next word's capital letter decides.
const MAY_BE_LAST: &[&str] = &[
    "pct", "kr", "mio", "mia", "mill", "milliard", "osv", "o.s.v", "mv", "m.v", "m.m", "mm", "mfl", "m.fl",
    "o.l", "ol", "o.lign", "etc", "m.h", "tkr", "t.kr", "pp", "promille", "ha", "timer", "cirk",
];

/// Where an abbreviation may stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Abbreviation {
    NeverLast,
    MayBeLast,
}

/// The abbreviations of both lists: every dot is held against them.
static ABBREVIATIONS: LazyLock<FxHashMap<&str, Abbreviation>> = LazyLock::new(|| {
    let may_be_last = MAY_BE_LAST.iter().map(|word| (*word, Abbreviation::MayBeLast));
    may_be_last.chain(NEVER_LAST.iter().map(|word| (*word, Abbreviation::NeverLast))).collect()
});

/// Words behind an ordinal, beside the months.
const PERIODS: &[&str] = &["kvartal", "halvår", "klasse", "behandling", "kvt"];

/// A longer heading, in bytes, is running text that was marked up as one.
const LONGEST_HEADING: usize = 120;

/// Cuts the blocks of `text` into statements: sentences of paragraphs, captions and list items, headings whole, rows of
/// tables one by one. Spans are in order and hold no white space at either end.
pub fn segment<'t>(
    text: &'t str,
    blocks: &'t [Block],
) -> impl Iterator<Item = (ByteSpan, StatementKind)> + use<'t> {
    let of_block = |block: &'t Block| {
        let kind = match block.kind {
            BlockKind::Heading(_) => StatementKind::Heading,
            BlockKind::ListItem => StatementKind::ListItem,
            BlockKind::Table => StatementKind::TableRow,
            BlockKind::Paragraph | BlockKind::Caption => StatementKind::Sentence,
        };
        let words = block.span.get(text).unwrap_or_default();
        let ends = match block.kind {
            BlockKind::Heading(_) if words.len() <= LONGEST_HEADING => Ends::Whole,
            BlockKind::Table => Ends::Lines,
            _ => Ends::Sentences,
        };
        Parts::new(words, ends).map(move |s| (s.shifted(block.span.start), kind))
    };
    blocks.iter().flat_map(of_block)
}

/// The sentences of one paragraph; a line break counts as a blank.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = ByteSpan> {
    Parts::new(text, Ends::Sentences)
}

/// What ends a part of a block.
#[derive(Clone, Copy)]
enum Ends {
    Whole,
    Lines,
    Sentences,
}

/// The parts of a block, one after the other; blanks around them belong to none.
struct Parts<'t> {
    text: &'t str,
    at: usize,
    ends: Ends,
    /// Where the next "…" stands, if not behind `at`: most blocks have none, and are searched for it once.
    ellipsis: usize,
}

impl<'t> Parts<'t> {
    fn new(text: &'t str, ends: Ends) -> Self {
        Self { text, at: 0, ends, ellipsis: ellipsis_from(text, 0) }
    }

    /// Where the sentence that begins at `start` ends. Each byte is looked at a bounded number of times.
    fn next_sentence_end(&mut self, start: usize) -> usize {
        let text = self.text;
        let mut at = start;
        loop {
            if self.ellipsis < at {
                self.ellipsis = ellipsis_from(text, at);
            }
            let mark = memchr::memchr3(b'.', b'!', b'?', &text.as_bytes()[at..]).map(|i| at + i);
            at = mark.unwrap_or(text.len()).min(self.ellipsis);
            let Some(c) = text[at..].chars().next() else { return text.len() };
            if let Some(end) = sentence_end(text, start, at, c) {
                return end;
            }
            // A run of marks ends a sentence at its first or not at all.
            let rest = &text[at + c.len_utf8()..];
            at = text.len() - rest.trim_start_matches(['.', '!', '?', '…']).len();
        }
    }
}

/// Where the next "…" from `at` on stands, or the end.
fn ellipsis_from(text: &str, at: usize) -> usize {
    memchr::memmem::find(&text.as_bytes()[at..], "…".as_bytes()).map_or(text.len(), |i| at + i)
}

impl Iterator for Parts<'_> {
    type Item = ByteSpan;

    fn next(&mut self) -> Option<ByteSpan> {
        while self.at < self.text.len() {
            let start = self.at;
            self.at = match self.ends {
                Ends::Whole => self.text.len(),
                Ends::Lines => self.text[start..].find('\n').map_or(self.text.len(), |i| start + i + 1),
                Ends::Sentences => self.next_sentence_end(start),
            };
            let part = trimmed(self.text, start, self.at);
            if !part.is_empty() {
                return Some(part);
            }
        }
        None
    }
}

/// Sentences of at most `most` bytes; a longer one is cut at a blank, or between two letters where it has none.
pub(crate) fn pieces(text: &str, most: usize) -> Vec<ByteSpan> {
    let mut found = Vec::new();
    for sentence in sentences(text) {
        let mut start = sentence.start;
        while sentence.end - start > most {
            let limit = text.floor_char_boundary(start + most);
            // Not between a number and its unit.
            let blank = text[start..limit].char_indices().rev().find(|(at, c)| {
                c.is_whitespace()
                    && *at > 0
                    && !text[start..start + at].ends_with(|c: char| c.is_ascii_digit())
            });
            let end = blank.map_or(limit, |(at, _)| start + at);
            found.push(ByteSpan::new(start, end));
            start = end;
        }
        found.push(ByteSpan::new(start, sentence.end));
    }
    found
}

fn trimmed(text: &str, start: usize, end: usize) -> ByteSpan {
    let part = &text[start..end];
    let left = part.len() - part.trim_start().len();
    ByteSpan::new(start + left, start + left + part.trim().len())
}

/// Where the sentence that began at `start` ends, if the mark `c` at `at` ends it: behind closing quotes.
fn sentence_end(text: &str, start: usize, at: usize, c: char) -> Option<usize> {
    let after = &text[at + c.len_utf8()..];
    let rest = after.trim_start_matches(['.', '!', '?', '…']);
    let closed = rest.trim_start_matches(['"', '”', '’', '»', '\'', ')', ']', '“']);
    let end = text.len() - closed.len();
    let next = closed.trim_start();
    if next.is_empty() {
        return Some(text.len());
    }
    if next.len() == closed.len() {
        return None;
    }
    let first = next.trim_start_matches(['"', '”', '“', '»', '«', '\'', '(', '-', '–', '•', ' ', '\u{a0}']);
    let first = first.chars().next()?;
    let begins = first.is_uppercase() || first.is_ascii_digit() || first == '§';
    if !begins {
        return None;
    }
    let quoted = closed.len() < rest.len();
    let may_end = c != '.' || rest.len() < after.len() || quoted || dot_ends(&text[start..at], next, first);
    may_end.then_some(end)
}

/// Whether a single dot behind `before` ends the sentence, when `next` begins with a capital or a digit.
fn dot_ends(before: &str, next: &str, first: char) -> bool {
    let word_start = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '(' | '"' | '”'))
        .map_or(0, |i| i + before[i..].chars().next().map_or(1, char::len_utf8));
    let word = &before[word_start..];
    if word.is_empty() {
        return false;
    }
    if word.ends_with(|c: char| c.is_ascii_digit()) {
        return number_dot_ends(before, word, next, first);
    }
    let is_lower = word.bytes().all(|b| b.is_ascii_lowercase());
    let lower = if is_lower { Cow::Borrowed(word) } else { word.to_lowercase().into() };
    let abbreviation = ABBREVIATIONS.get(lower.as_ref());
    // "EAN-nr.", "kontonr."
    if abbreviation == Some(&Abbreviation::NeverLast) || lower.ends_with("nr") {
        return false;
    }
    if abbreviation == Some(&Abbreviation::MayBeLast) || is_glued_unit(&lower) {
        return first.is_uppercase() && !next.starts_with('(');
    }
    // An initial: "Jens P. Hansen".
    !(word.chars().count() == 1 && word.chars().all(char::is_uppercase))
}

/// "38pct": a unit glued to its number.
fn is_glued_unit(word: &str) -> bool {
    let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.'));
    unit.len() < word.len() && MAY_BE_LAST.contains(&unit)
}

/// A dot behind digits: an ordinal or list number goes on, a year or value at the end of a sentence does not.
fn number_dot_ends(before: &str, word: &str, next: &str, first: char) -> bool {
    let number = word.trim_start_matches(|c: char| !c.is_ascii_digit());
    let is_list_number = before.trim_start() == number && number.len() <= 3;
    if is_list_number || first.is_ascii_digit() && number.len() <= 2 && is_date_like(next) {
        return false;
    }
    // "Tabel 2. Klager", "Bilag 1. Oversigt".
    let named = before[..before.len() - word.len()].trim_end();
    if ["abel", "igur", "ilag"].iter().any(|name| named.ends_with(name)) {
        return false;
    }
    let next_word: String =
        next.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let ordinal = number.len() <= 2
        && (belaeg_model::date::month(&next_word).is_some() || PERIODS.contains(&next_word.as_str()));
    !ordinal
}

/// "1. 2. 2020": the dots of a date with blanks.
fn is_date_like(next: &str) -> bool {
    next.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_danish_sentences_end() {
        let cases: &[&[&str]] = &[
            &["Bl.a. blev 33 pct. af sagerne omgjort.", "Det er ca. 5 pct.", "Kommunen er tilfreds."],
            &["Mødet er den 7. april 2022 kl. 16.30 i lokale 2.14.", "Alle er velkomne."],
            &["Det fremgår af servicelovens § 42, stk. 2, nr. 3.", "Afgørelsen står ved magt!"],
            &["I 2021 var tallet 33.", "I 2022 var det 30."],
            &["”Det går bedre.” siger formanden."],
            &["”Det går bedre.”", "Formanden er glad."],
            &["Jf. Ankestyrelsens tal er andelen 52 %.", "(Tallene er foreløbige.)"],
            &["Er det godt?", "Ja.", "1. halvår var bedre."],
            &["7. Tilbud til unge"],
            &[
                "Betal til EAN-nr. 000 eller kontonr. 111.",
                "Tabel 2. Klager i 2021.",
                "Jf. bilag 1. Oversigt over sager.",
            ],
            &["Se odense.dk/samarbejdsforum for mere.", "På mødet den 15. juni drøftes sagen."],
            &["Udgiften er 1,4 mio. kr. i 2024.", "Den dækkes af puljen."],
            &["Andelen er mellem 24,6 pct. (København) og 38,3 pct. (Esbjerg).", "Det er højt."],
            &["Efter 3. kvartal 2022 …", "Så steg tallet."],
            &["Andelen var hhv. 12 og\n15 pct. i 2019\nog 2020.", "Æblerne er modne."],
        ];
        for want in cases {
            let text = want.join(" ");
            let got: Vec<&str> = sentences(&text).map(|s| s.of(&text)).collect();
            assert_eq!(got, *want);
        }
    }

    #[test]
    fn blocks_keep_their_kind() {
        let text = "Status for 2021. Nye tal\n\nFørste. Anden.\n\nA\t1 %\nB\t2 %";
        let block = |kind, a: usize, b: usize| Block { kind, span: ByteSpan::new(a, b), page: None };
        let row = text.find("A\t").unwrap_or(0);
        let blocks = [
            block(BlockKind::Heading(1), 0, 24),
            block(BlockKind::Paragraph, 26, row - 2),
            block(BlockKind::Table, row, text.len()),
        ];
        let got: Vec<_> = segment(text, &blocks).map(|(s, k)| (s.of(text), k)).collect();
        assert_eq!(
            got,
            [
                ("Status for 2021. Nye tal", StatementKind::Heading),
                ("Første.", StatementKind::Sentence),
                ("Anden.", StatementKind::Sentence),
                ("A\t1 %", StatementKind::TableRow),
                ("B\t2 %", StatementKind::TableRow),
            ]
        );
    }

    proptest::proptest! {
        #[test]
        fn sentences_hold_everything_but_blanks(text in "([A-ZÆa-zø]{1,4}|[0-9]{1,3}|pct|\\.|\\?| |\n|”|\u{a0}){0,30}|\\PC*") {
            let found: Vec<_> = sentences(&text).collect();
            let mut at = 0;
            for s in &found {
                proptest::prop_assert!(s.start >= at && text[at..s.start].trim().is_empty());
                proptest::prop_assert_eq!(s.of(&text).trim(), s.of(&text));
                at = s.end;
            }
            proptest::prop_assert!(text[at..].trim().is_empty());
        }
    }
}
