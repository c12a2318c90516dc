//! Bytes to characters: byte order marks, UTF-8, UTF-16, declared and guessed encodings.

use std::sync::LazyLock;

use belaeg_model::{Cause, Warning};
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use regex::bytes::Regex;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// How far into a page its declared charset is looked for, and how much a guess reads.
const DECLARED_WITHIN: usize = 4096;
const GUESSED_FROM: usize = 1 << 20;

static META: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)(?:charset|encoding)\s*=\s*["']?\s*([a-z0-9_:.-]{2,30})"#)
        .expect("constant patterns are compiled by the tests")
});

/// A document's characters.
pub(crate) struct Decoded {
    pub(crate) text: String,
    /// The encoding's name.
    encoding: &'static str,
    /// How many sequences of bytes were not valid in it.
    invalid: usize,
}

impl Decoded {
    /// What to tell the reader if some bytes were not valid.
    pub(crate) fn warning(&self) -> Option<Warning> {
        (self.invalid > 0).then(|| Warning {
            cause: Cause::BadEncoding,
            detail: format!("{} place(s) are not valid {} and read \u{fffd}", self.invalid, self.encoding),
        })
    }
}

/// Decodes `bytes`; `html` says whether a `<meta charset>` counts.
pub(crate) fn decode(bytes: &[u8], media_type: Option<&str>, html: bool) -> Decoded {
    if let Some((encoding, bom)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[bom..]);
    }
    if let Some(encoding) = utf16_without_bom(bytes) {
        return with(encoding, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), encoding: UTF_8.name(), invalid: 0 };
    }
    let (valid, invalid) = count_utf8(bytes);
    if valid > invalid {
        return with(UTF_8, bytes);
    }
    let header = media_type.and_then(|m| declared(m.as_bytes()));
    let meta = || html.then(|| declared(&bytes[..bytes.len().min(DECLARED_WITHIN)])).flatten();
    with(header.or_else(meta).unwrap_or_else(|| guess(bytes)), bytes)
}

/// An encoding that is named and is not one of those that the bytes have already failed to be.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    let label = META.captures(head)?.get(1)?.as_bytes();
    Encoding::for_label(label).filter(|e| *e != UTF_8 && *e != UTF_16LE && *e != UTF_16BE)
}

/// Danish text in a single-byte encoding is windows-1252, unless its bytes speak against that.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let sample = &bytes[..bytes.len().min(GUESSED_FROM)];
    let high = sample.iter().filter(|b| !b.is_ascii()).count();
    let danish =
        sample.iter().filter(|b| b"\xe6\xf8\xe5\xc6\xd8\xc5\xe9\xa0\x96\x94\x92".contains(b)).count();
    if danish * 2 >= high {
        return WINDOWS_1252;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(Some(b"dk"), Utf8Detection::Deny)
}

fn with(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let (text, _) = encoding.decode_without_bom_handling(bytes);
    let replaced = |text: &str| text.matches('\u{fffd}').count();
    // A replacement character that stands in the source is not an error here.
    let genuine =
        if encoding == UTF_8 { bytes.windows(3).filter(|w| w == b"\xef\xbf\xbd").count() } else { 0 };
    let invalid = replaced(&text).saturating_sub(genuine);
    Decoded { text: text.into_owned(), encoding: encoding.name(), invalid }
}

/// How many valid characters beyond ASCII there are, and how many invalid places.
fn count_utf8(bytes: &[u8]) -> (usize, usize) {
    let mut valid = 0;
    let mut invalid = 0;
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    (valid, invalid)
}

/// Text in Latin letters has a NUL in every second byte when it is UTF-16.
fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    if head.len() < 4 {
        return None;
    }
    let nuls = |offset| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, pairs) = (nuls(0), nuls(1), head.len() / 2);
    let many = |n: usize| n * 10 >= pairs * 7;
    let few = |n: usize| n * 20 <= pairs;
    match () {
        () if many(odd) && few(even) => Some(UTF_16LE),
        () if many(even) && few(odd) => Some(UTF_16BE),
        () => None,
    }
}

/// Whether the bytes are no text: NULs or many control characters, and no UTF-16.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    if Encoding::for_bom(bytes).is_some() || utf16_without_bom(bytes).is_some() {
        return false;
    }
    let head = &bytes[..bytes.len().min(8192)];
    let controls = head.iter().filter(|b| **b < 9 || (14..32).contains(*b) || **b == 127).count();
    let nuls = head.iter().filter(|b| **b == 0).count();
    controls * 20 > head.len() || nuls * 100 > head.len()
}

/// NFC, line breaks as `\n`, no control characters but `\n` and `\t`, no byte order marks or zero-width spaces.
pub(crate) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\u{feff}' | '\u{200b}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    if is_nfc_quick(out.chars()) == IsNormalized::Yes { out } else { out.nfc().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Børn på Ærø får 22,2\u{a0}% – en café i Århus";

    fn utf16(text: &str, big: bool) -> Vec<u8> {
        let bytes = |u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    fn joined(parts: &[&[u8]]) -> Vec<u8> {
        parts.concat()
    }

    #[test]
    fn reads_every_usual_encoding() {
        let western = WINDOWS_1252.encode(TEXT).0.into_owned();
        let latin: Vec<u8> =
            "Små børn på Ærø".chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        let page =
            joined(&[b"<meta http-equiv=Content-Type content='text/html; charset=ISO-8859-1'>", &latin]);
        let wrong = joined(&[b"<meta charset=utf-8>", &latin]);
        let cases: Vec<(&str, Vec<u8>, &str)> = vec![
            ("utf-8", TEXT.into(), TEXT),
            ("utf-8 with a mark", joined(&[b"\xef\xbb\xbf", TEXT.as_bytes()]), TEXT),
            ("utf-16le with a mark", joined(&[b"\xff\xfe", &utf16(TEXT, false)]), TEXT),
            ("utf-16be with a mark", joined(&[b"\xfe\xff", &utf16(TEXT, true)]), TEXT),
            ("utf-16le", utf16(TEXT, false), TEXT),
            ("utf-16be", utf16(TEXT, true), TEXT),
            ("windows-1252", western, TEXT),
            ("iso-8859-1", latin, "Små børn på Ærø"),
            ("declared", page, "charset=ISO-8859-1'>Små børn på Ærø"),
            ("declared wrongly", wrong, "<meta charset=utf-8>Små børn på Ærø"),
        ];
        for (name, bytes, want) in cases {
            let got = decode(&bytes, None, true);
            assert!(got.text.ends_with(want), "{name}: {:?}", got.text);
            assert_eq!(got.warning(), None, "{name}");
            assert!(!is_binary(&bytes), "{name}");
        }
    }

    #[test]
    fn damaged_text_is_counted() {
        let got = decode(b"B\xc3\xb8rn p\xc3\xa5 \xff\xc3\xa6bler \xe6 \xc3\xb8l \xc3", None, false);
        assert_eq!(got.text, "Børn på \u{fffd}æbler \u{fffd} øl \u{fffd}");
        let warning = got.warning().expect("three places");
        assert_eq!(warning.cause, Cause::BadEncoding);
        assert!(warning.detail.starts_with("3 place(s)"), "{}", warning.detail);
    }

    #[test]
    fn tidies() {
        assert_eq!(tidy("a\r\nb\rc\u{c}d\u{0}\u{7}\te\u{ad}f\u{a0}g\u{feff}"), "a\nb\nc\nd\te\u{ad}f\u{a0}g");
        assert_eq!(tidy("A\u{30a}rhus, cafe\u{301}"), "Århus, café");
    }
}
