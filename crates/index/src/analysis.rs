//! From text to search terms, the same for documents and queries: words, numbers, Danish folding, stems, the parts of
//! compounds, synonyms.
//!
//! A word may be found in tiers: as written ([`Token::text`]), by its stem and by the parts of a compound ([`Forms`]);
//! [`mod@synonyms`] and likeness of spelling are the query's affair alone. Knows nothing of the search engine; `schema.rs`
//! hands the tokens over.

mod forms;
mod number;
mod split;
mod synonyms;

use std::rc::Rc;

use belaeg_model::ByteSpan;
use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use forms::forms_of_spelling;
pub use forms::{Forms, forms};
pub(crate) use number::canonical;
pub use split::{Part, parts};
pub use synonyms::synonyms;

/// A longer word is cut: it is noise, and a term must stay small. In characters.
const MAX_WORD: usize = 100;

/// Words after which a hyphen at the end of a line stays one: "børne-⏎og ungeområdet".
const AFTER_HANGING_HYPHEN: [&str; 4] = ["og", "eller", "samt", "til"];

/// A word or number of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The folded form: lower case, æ ø å é as ae oe aa e; a number with a decimal comma and nothing else.
    pub text: String,
    /// Where it stands in the text.
    pub span: ByteSpan,
}

/// The words and numbers of `text`, in order.
///
/// - A word is a run of letters and digits; soft hyphens are dropped, and a word divided at the end of a line
///   is one word.
/// - "28,9" and "2017/18" are one token each; "28.9" is `28,9`, "13.244" and "13 244" (with a space that does not
///   break) are `13244`.
/// - "%", "pct." and "procent" are the token `procent`; "‰" and "promille" are `promille`.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = char_at(text, at) {
        let after = at + c.len_utf8();
        if c.is_alphanumeric() {
            let (word, end) = word_at(text, at);
            let folded = word.folded();
            if !folded.is_empty() {
                found.push(Token { text: folded, span: ByteSpan::new(at, end) });
            }
            at = end;
            continue;
        }
        if let Some(unit) = unit_sign(c) {
            found.push(Token { text: unit.to_owned(), span: ByteSpan::new(at, after) });
        }
        at = after;
    }
    found
}

/// The words and numbers of `text` in all their forms, each with where it stands: those of [`tokens`], and much faster
/// where words repeat.
pub fn words(text: &str) -> Vec<(ByteSpan, Rc<Forms>)> {
    // Danish words and the spaces after them have seven letters or so.
    let mut found = Vec::with_capacity(text.len() / 6);
    let mut at = 0;
    while let Some(c) = char_at(text, at) {
        let end = match plain_word_end(text, at) {
            Some(end) => end,
            None if c.is_alphanumeric() => word_at(text, at).1,
            None => at + c.len_utf8(),
        };
        if c.is_alphanumeric() || unit_sign(c).is_some() {
            found.extend(forms_of_spelling(&text[at..end]).map(|forms| (ByteSpan::new(at, end), forms)));
        }
        at = end;
    }
    found
}

/// Where the word at byte `start` ends if it is nothing but letters of western Europe and what follows cannot belong
/// to it.
fn plain_word_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b), _) if b.is_ascii_alphabetic() => at += 1,
            // U+00C0 to U+00FF but × and ÷.
            (Some(0xc3), Some(b)) if !matches!(b, 0x97 | 0xb7) => at += 2,
            (next, _) => {
                let ends = next.is_none_or(|b| b.is_ascii() && !b.is_ascii_alphanumeric() && *b != b'-');
                return (ends && at > start).then_some(at);
            }
        }
    }
}

/// The stem of a folded word: "skolerne" and "skole" share one. A token with digits is its own stem.
pub fn stem(folded: &str) -> String {
    if folded.chars().any(|c| c.is_ascii_digit()) {
        return folded.to_owned();
    }
    let stem = Stemmer::create(Algorithm::Danish).stem(folded).into_owned();
    match IRREGULAR.iter().find_map(|(plural, singular)| Some((stem.strip_suffix(plural)?, singular))) {
        Some((before, singular)) => format!("{before}{singular}"),
        None => stem,
    }
}

/// Stems of plurals that change the word itself, and those of their singulars; compounds end in them too.
const IRREGULAR: [(&str, &str); 13] = [
    ("boern", "barn"),
    ("maend", "mand"),
    ("boeg", "bog"),
    ("haend", "haand"),
    ("foedd", "fod"),
    ("naett", "nat"),
    ("staed", "stad"),
    ("midl", "middel"),
    ("regl", "regel"),
    ("cykl", "cykel"),
    ("artikl", "artikel"),
    ("centr", "cent"),
    ("foraeldr", "foraeld"),
];

/// Lower case, with æ ø å é and their like in ASCII; marks that are left over are dropped.
pub fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 4);
    let is_common = |c: char| c.is_ascii() || "æøåéÆØÅÉ".contains(c);
    if word.chars().all(is_common) {
        word.chars().flat_map(char::to_lowercase).for_each(|c| push_folded(c, &mut out));
        return out;
    }
    for c in word.nfkc().flat_map(char::to_lowercase) {
        push_folded(c, &mut out);
    }
    out
}

fn push_folded(c: char, out: &mut String) {
    match c {
        'æ' | 'ä' => out.push_str("ae"),
        'ø' | 'ö' => out.push_str("oe"),
        'å' => out.push_str("aa"),
        'é' => out.push('e'),
        'ß' => out.push_str("ss"),
        c if c.is_ascii() => out.push(c),
        c => {
            for part in std::iter::once(c).nfd().filter(|part| !is_combining_mark(*part)) {
                if part == c {
                    out.push(c);
                } else {
                    push_folded(part, out);
                }
            }
        }
    }
}

/// Words that a text has whatever it is about, folded.
const SMALL_WORDS: [&str; 46] = [
    "af", "at", "bliver", "blive", "blev", "da", "de", "den", "der", "deres", "det", "en", "end", "er", "et",
    "for", "fra", "har", "havde", "hos", "hvad", "hvem", "hvilke", "hvilken", "hvilket", "hvor", "hvordan",
    "hvorfor", "hvornaar", "i", "kan", "med", "og", "om", "paa", "per", "pr", "sig", "skal", "som", "til",
    "var", "ved", "vil", "vores", "vaere",
];

/// Whether a folded word says nothing of what is searched for, such as `i`, `og`, `hvor`.
pub fn is_small_word(folded: &str) -> bool {
    SMALL_WORDS.contains(&folded)
}

fn unit_sign(c: char) -> Option<&'static str> {
    match c {
        '%' | '％' => Some("procent"),
        '‰' => Some("promille"),
        _ => None,
    }
}

fn unit_word(folded: String) -> String {
    if folded == "pct" { "procent".to_owned() } else { folded }
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Soft hyphen, zero-width space and joiners, word joiner, byte order mark: nothing to a reader.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

/// The word that begins at byte `start`, without what is dropped inside it, and the byte where it ends.
fn word_at(text: &str, start: usize) -> (Word, usize) {
    let mut word = Word::default();
    let (mut at, mut end) = (start, start);
    while let Some(c) = char_at(text, at) {
        if c.is_alphanumeric() || is_combining_mark(c) {
            word.push(c);
            at += c.len_utf8();
            end = at;
        } else if let Some(skip) = word.goes_on_after_line_break(text, at) {
            at += skip;
        } else if is_invisible(c) {
            at += c.len_utf8();
        } else if word.takes_separator(c, text.get(at + c.len_utf8()..).unwrap_or_default()) {
            word.push(if is_fixed_space(c) { '.' } else { c });
            at += c.len_utf8();
        } else {
            break;
        }
    }
    (word, end)
}

/// A space that does not break a line, as in "13 244".
pub(crate) fn is_fixed_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}')
}

/// A word while it is being read.
#[derive(Default)]
struct Word {
    text: String,
    chars: usize,
    /// Whether there was anything but digits and separators.
    not_a_number: bool,
}

impl Word {
    fn folded(self) -> String {
        let number = if self.not_a_number { None } else { number::canonical(&self.text) };
        number.unwrap_or_else(|| unit_word(fold(&self.text)))
    }

    fn push(&mut self, c: char) {
        self.not_a_number |= !(c.is_ascii_digit() || matches!(c, '.' | ',' | '/'));
        self.chars += 1;
        if self.chars <= MAX_WORD {
            self.text.push(c);
        }
    }

    /// Whether `c`, followed by `rest`, stands inside a number: "28,9", "13.244", "13 244", "2017/18".
    fn takes_separator(&self, c: char, rest: &str) -> bool {
        if self.not_a_number {
            return false;
        }
        let digits = rest.bytes().take(5).take_while(u8::is_ascii_digit).count();
        match c {
            '.' | ',' => digits > 0,
            c if is_fixed_space(c) => {
                let group = self.text.rsplit('.').next().unwrap_or_default();
                let whole = !self.text.contains([',', '/']);
                digits == 3 && whole && group.len() <= 3
            }
            '/' => {
                self.chars == 4 && matches!(digits, 2 | 4) && self.text.bytes().all(|b| b.is_ascii_digit())
            }
            _ => false,
        }
    }

    /// The bytes from the hyphen at byte `at` to the other half of the word on the next line, if there is one.
    fn goes_on_after_line_break(&self, text: &str, at: usize) -> Option<usize> {
        if !self.text.ends_with(char::is_alphabetic) {
            return None;
        }
        let line = text.get(at..)?;
        let rest = line.strip_prefix(['-', '\u{2010}', '\u{ad}'])?;
        let rest = skip_blanks(rest).strip_prefix('\n')?;
        let rest = skip_blanks(rest);
        let next = rest.split(|c: char| !c.is_alphanumeric()).next()?;
        let goes_on = rest.starts_with(char::is_lowercase) && !AFTER_HANGING_HYPHEN.contains(&next);
        goes_on.then(|| line.len() - rest.len())
    }
}

fn skip_blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\r', '\u{a0}'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        tokens(text).into_iter().map(|t| t.text).collect()
    }

    #[test]
    fn words_and_numbers() {
        let cases: &[(&str, &[&str])] = &[
            ("Børnehandicapområdet i Århus", &["boernehandicapomraadet", "i", "aarhus"]),
            ("Aarhus ÅRHUS århus", &["aarhus", "aarhus", "aarhus"]),
            ("A\u{30a}rhus", &["aarhus"]),
            ("én idé à la café", &["en", "ide", "a", "la", "cafe"]),
            ("Kästner, Öresund, Müller, Straße", &["kaestner", "oeresund", "muller", "strasse"]),
            ("28,9\u{a0}% af 13.244 sager", &["28,9", "procent", "af", "13244", "sager"]),
            ("13\u{a0}244 og 1.234\u{202f}567, 13 244", &["13244", "og", "1234567", "13", "244"]),
            ("2017\u{a0}100 og 28,9\u{a0}100", &["2017", "100", "og", "28,9", "100"]),
            ("4.2 pct., 4,20 %, 24.12.2020", &["4,2", "procent", "4,2", "procent", "24.12.2020"]),
            ("28,9 pct. eller 28,9 procent", &["28,9", "procent", "eller", "28,9", "procent"]),
            ("28,9%.", &["28,9", "procent"]),
            ("4,2 ‰ (promille)", &["4,2", "promille", "promille"]),
            ("i 2017/18 og 2017/2018", &["i", "2017/18", "og", "2017/2018"]),
            ("1/3 af 24/7", &["1", "3", "af", "24", "7"]),
            ("I 2017. Fra 2016, 2017", &["i", "2017", "fra", "2016", "2017"]),
            ("sags\u{ad}behand\u{ad}lere", &["sagsbehandlere"]),
            ("gennem-\ngåede sager", &["gennemgaaede", "sager"]),
            ("gennem\u{ad} \n  gåede", &["gennemgaaede"]),
            ("børne-\nog ungeområdet", &["boerne", "og", "ungeomraadet"]),
            ("Faaborg-\nMidtfyn", &["faaborg", "midtfyn"]),
            ("børne- og ungeudvalget", &["boerne", "og", "ungeudvalget"]),
            ("6-byerne, 2017-18, § 41", &["6", "byerne", "2017", "18", "41"]),
            ("ﬁnansår", &["finansaar"]),
            ("a\u{200b}b\u{feff}", &["ab"]),
            ("„citat“ – »ja«", &["citat", "ja"]),
            ("", &[]),
            ("\u{ad}-\n% ", &["procent"]),
        ];
        for (text, want) in cases {
            assert_eq!(words(text), *want, "{text:?}");
        }
    }

    #[test]
    fn spans_cover_the_word_as_written() {
        let text = "På 28,9\u{a0}% blev gennem-\ngåede sags\u{ad}behandlere\u{ad}.";
        let written: Vec<&str> = tokens(text).iter().map(|t| t.span.of(text)).collect();
        assert_eq!(written, ["På", "28,9", "%", "blev", "gennem-\ngåede", "sags\u{ad}behandlere"]);
    }

    #[test]
    fn forms_of_a_word_share_a_stem() {
        let cases = [
            ("skole", "skolerne"),
            ("sagsbehandler", "sagsbehandlere"),
            ("børnehandicapområdet", "børnehandicapområdets"),
            ("omgørelse", "omgørelser"),
            ("kommune", "kommunerne"),
            ("sag", "sager"),
            ("område", "områderne"),
            ("barn", "børn"),
            ("skolebørnene", "skolebarn"),
            ("hjælpemiddel", "hjælpemidlerne"),
            ("jobcenter", "jobcentrene"),
        ];
        for (a, b) in cases {
            assert_eq!(stem(&fold(a)), stem(&fold(b)), "{a} and {b}");
        }
        assert_eq!(stem("28,9"), "28,9");
        assert_ne!(stem("skole"), stem("skov"));
    }

    #[test]
    fn a_long_word_is_cut() {
        let found = tokens(&"å".repeat(10_000));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].text, "aa".repeat(MAX_WORD));
        assert_eq!(found[0].span, ByteSpan::new(0, 20_000));
    }

    proptest::proptest! {
        #[test]
        fn words_are_those_of_the_tokens(
            text in "(æ|Å|é|a|skole|fravær|s|t|1|2|123|[.,/]|-|\n|\u{ad}|\u{a0}|%|‰|×|\u{30a}|ſ|ñ| )*|\\PC*"
        ) {
            let expected: Vec<(ByteSpan, Rc<Forms>)> =
                tokens(&text).iter().map(|token| (token.span, forms(&token.text))).collect();
            proptest::prop_assert_eq!(super::words(&text), expected);
        }

        #[test]
        fn any_text_gives_ordered_spans_and_stable_forms(
            text in "(æ|Å|é|a|s|t|1|2|[.,/]|-|\n|\u{ad}|\u{a0}|%|‰|\u{30a}| )*|\\PC*"
        ) {
            let mut last = 0;
            for token in tokens(&text) {
                proptest::prop_assert!(token.span.get(&text).is_some_and(|written| !written.is_empty()));
                proptest::prop_assert!(token.span.start >= last);
                proptest::prop_assert!(!token.text.is_empty());
                stem(&token.text);
                last = token.span.end;
            }
        }
    }
}
