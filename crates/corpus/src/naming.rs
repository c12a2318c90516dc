//! Whether an archived list names a document or carries words of it: feeds bring whole articles, and lists the addresses,
//! titles and numbers of what they list.

use crate::http;
use crate::shingles::words;
use crate::warc::resource_uri;

/// A title of fewer words names many documents.
const TITLE_WORDS: usize = 5;

/// A sentence of fewer words may stand anywhere.
const SENTENCE_WORDS: usize = 8;

/// Sentences of a version that are looked for, from its top: a feed begins where the article does.
const SENTENCES: usize = 40;

/// Characters of a name with digits in an address that belongs to one document alone: a GUID, and no date.
const NUMBER_CHARS: usize = 16;

/// What names a document.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Addresses, without scheme and host and in the spellings of HTML, JSON and URIs; and numbers in them.
    addresses: Vec<String>,
    /// Title and sentences, as words between blanks.
    words: Vec<String>,
}

impl Names {
    /// Adds an address of the document.
    pub(crate) fn address(&mut self, url: &str) {
        let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map(|(_, path)| path);
        let Some(path) = path.filter(|path| !path.is_empty()) else { return };
        let last = path.rsplit(['/', '?', '&', '=', '#']).next().unwrap_or_default();
        if last.len() >= NUMBER_CHARS && last.bytes().any(|b| b.is_ascii_digit()) {
            self.addresses.push(last.to_owned());
        }
        let path = format!("/{path}");
        for spelling in [resource_uri(&path), path.replace('&', "&amp;"), path.replace('/', "\\/"), path] {
            if !self.addresses.contains(&spelling) {
                self.addresses.push(spelling);
            }
        }
    }

    /// Adds the title and the sentences of a version.
    pub(crate) fn version<'a>(&mut self, title: Option<&str>, sentences: impl Iterator<Item = &'a str>) {
        let title = title.map(joined).filter(|title| count(title) >= TITLE_WORDS);
        let sentences = sentences.map(joined).filter(|s| count(s) >= SENTENCE_WORDS).take(SENTENCES);
        for words in title.into_iter().chain(sentences) {
            if !self.words.contains(&words) {
                self.words.push(words);
            }
        }
    }

    /// Whether the block of an archived response names the document. One whose coding cannot be undone is looked at as it is.
    pub(crate) fn are_in(&self, block: Vec<u8>) -> bool {
        let body = http::payload(block.clone()).unwrap_or(block);
        // A sitemap may be a packed file.
        let body = if body.starts_with(&[0x1f, 0x8b]) {
            http::decode(&body, Some("gzip")).unwrap_or(body)
        } else {
            body
        };
        let text = String::from_utf8_lossy(&body);
        let is_address = |address: &String| {
            // `/vis?id=1` is not in `/vis?id=12`.
            text.match_indices(address.as_str())
                .any(|(at, _)| !text[at + address.len()..].starts_with(|c: char| c.is_alphanumeric()))
        };
        if self.addresses.iter().any(is_address) {
            return true;
        }
        if self.words.is_empty() {
            return false;
        }
        let said = joined(&without_markup(&unescaped(&unescaped(&text))));
        self.words.iter().any(|words| said.contains(words.as_str()))
    }
}

/// The words of a text between blanks.
fn joined(text: &str) -> String {
    words(text).fold(String::from(" "), |out, word| out + &word + " ")
}

fn count(joined: &str) -> usize {
    joined.split_ascii_whitespace().count()
}

/// Text with the escapes of HTML, XML and JSON undone that stand for letters and blanks.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\\']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, length) = escape(rest).unwrap_or_else(|| (rest.chars().next().unwrap_or(' '), 1));
        out.push(c);
        rest = &rest[length..];
    }
    out + rest
}

/// The character that an escape at the start of `text` stands for, and the escape's length in bytes.
fn escape(text: &str) -> Option<(char, usize)> {
    /// Bytes of the longest name and number.
    const LONGEST: usize = 10;
    if let Some(json) = text.strip_prefix('\\') {
        return match json.chars().next()? {
            'u' => Some((char::from_u32(u32::from_str_radix(json.get(1..5)?, 16).ok()?)?, 6)),
            'n' | 'r' | 't' => Some((' ', 2)),
            c @ ('"' | '/' | '\\') => Some((c, 2)),
            _ => None,
        };
    }
    let name = &text[1..text.bytes().take(LONGEST).position(|b| b == b';')?];
    let number = |digits: &str, base| char::from_u32(u32::from_str_radix(digits, base).ok()?);
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "shy" => '\u{ad}',
        "aelig" => 'æ',
        "oslash" => 'ø',
        "aring" => 'å',
        "AElig" => 'Æ',
        "Oslash" => 'Ø',
        "Aring" => 'Å',
        "eacute" => 'é',
        _ => match name.strip_prefix("#x").or(name.strip_prefix("#X")) {
            Some(hex) => number(hex, 16)?,
            None => number(name.strip_prefix('#')?, 10)?,
        },
    };
    Some((c, name.len() + 2))
}

/// Text with a blank for each tag.
fn without_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        out.push_str(before);
        out.push(' ');
        // What only looks like a tag hides no words.
        rest = match tag.split_once('>') {
            Some((inside, after)) if !inside.contains('<') && !tag.starts_with("![CDATA[") => after,
            _ => tag,
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let mut names = Names::default();
        names.address("https://www.ærø.dk/nyt?side=2&år=1");
        names.address("https://www.ærø.dk/vis/0f83b956-5826-4a3c");
        names.version(
            Some("Sagen om Ærøs færger er afgjort"),
            ["Kommunen ændrede i alt 12\u{a0}% af afgørelserne om børn på øen.", "Kort."].into_iter(),
        );
        names
    }

    #[test]
    fn lists_that_name_a_document() {
        let cases = [
            ("another page", "<a href='/nyt?side=2&amp;år=12'>Sagen om færger</a> Kort.", false),
            ("HTML", "<a href=\"https://www.ærø.dk/nyt?side=2&amp;år=1\">x</a>", true),
            ("JSON", r#"{"link":"https:\/\/www.\u00e6r\u00f8.dk\/nyt?side=2&år=1"}"#, true),
            ("a URI", "<loc>https://www.xn--r-0fa7b.dk/nyt?side=2&%C3%A5r=1</loc>", true),
            ("its number", r#"{"Id":"0f83b956-5826-4a3c"}"#, true),
            ("the title", "<h2>Sagen om &AElig;r&oslash;s <b>f&#230;rger</b>\n er afgjort</h2>", true),
            (
                "a feed with the text",
                "<content>&lt;p&gt;I går. Kommunen &amp;aelig;ndrede i alt 12&amp;nbsp;% af &lt;i&gt;afgørelserne&lt;/i&gt; om b&#xF8;rn på øen.&lt;/p&gt;</content>",
                true,
            ),
            ("CDATA", "<![CDATA[<p>Kommunen ændrede i alt 12 % af afgørelserne om børn på øen</p>]]>", true),
            (
                "JSON with the text",
                r#"{"t":"<p>Kommunen \u00e6ndrede i alt 12 % af afg\u00f8relserne om b\u00f8rn p\u00e5 \u00f8en.<\/p>"}"#,
                true,
            ),
            ("broken escapes", "&#x110000; &; & \\u00 \\ud800 < <<a", false),
        ];
        for (name, body, expected) in cases {
            let block = format!("HTTP/1.1 200 OK\r\n\r\n{body}");
            assert_eq!(names().are_in(block.into_bytes()), expected, "{name}");
        }
        assert!(!Names::default().are_in(b"no head".to_vec()));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut gzip, b"<loc>http://a.dk/vis/0f83b956-5826-4a3c</loc>")
            .expect("a vector");
        let packed = gzip.finish().expect("a vector");
        assert!(names().are_in([b"HTTP/1.1 200 OK\r\n\r\n", packed.as_slice()].concat()), "a packed sitemap");
    }

    proptest::proptest! {
        #[test]
        fn any_payload_can_be_looked_at(block: String) {
            names().are_in(block.into_bytes());
        }
    }
}
