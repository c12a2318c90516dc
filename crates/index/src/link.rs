//! Links into live pages: to the words of a statement, or to its page.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Hit;

/// What stands as it is in a text fragment. `-`, `,` and `&` have a meaning in one and must not.
const AS_IT_IS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'~').remove(b':').remove(b'/');

/// A statement with more words than this is named by its first and last words: the page may break it up in between.
const WHOLE_WORDS: usize = 10;
/// How many first and how many last words.
const EDGE_WORDS: usize = 5;

/// Files that browsers do not show as a page of text. What has pages has `#page=` instead.
const NOT_PAGES: [&str; 16] = [
    "pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "ods", "csv", "ppt", "pptx", "eml", "msg", "zip",
    "xml", "txt",
];

impl Hit {
    /// Where the statement stands on the web as it is today: `#page=` for documents with pages, for web pages a text
    /// fragment (`#:~:text=`), which browsers scroll to and mark. `None` for documents that came from no web address.
    pub fn live_url(&self) -> Option<String> {
        let url = self.document.url.as_str();
        host(url)?;
        if let Some(page) = self.statement.page {
            let without = url.split_once('#').map_or(url, |(before, _)| before);
            return Some(format!("{without}#page={page}"));
        }
        let fragment = if is_web_page(url) { text_directive(&self.statement.text) } else { None };
        Some(match fragment {
            // The directive follows a fragment that is there; a directive that is there goes.
            Some(directive) => {
                let (before, fragment) = url.split_once('#').unwrap_or((url, ""));
                let own = fragment.split_once(":~:").map_or(fragment, |(own, _)| own);
                format!("{before}#{own}:~:text={directive}")
            }
            None => url.to_owned(),
        })
    }
}

/// The host of a web address, without port, in lower case.
pub(crate) fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    if !matches!(scheme, "http" | "https") {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let port = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
    let host = host.rsplit_once(':').filter(|(_, p)| port(p)).map_or(host, |(host, _)| host);
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

fn is_web_page(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let extension = path.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, e)| e);
    extension.is_none_or(|e| !NOT_PAGES.iter().any(|not| not.eq_ignore_ascii_case(e)))
}

/// `text`, or `first words,last words` where it is long or goes over several cells or lines: within one of its ends
/// the words of a fragment must stand in one block of the page.
fn text_directive(text: &str) -> Option<String> {
    let mut blocks = text.split(['\t', '\n']).map(words).filter(|words| !words.is_empty());
    let first = blocks.next()?;
    let last = blocks.next_back();
    if last.is_none() && first.len() <= WHOLE_WORDS {
        return Some(encoded(&first));
    }
    let last = last.as_ref().unwrap_or(&first);
    let start = &first[..first.len().min(EDGE_WORDS)];
    let end = &last[last.len().saturating_sub(EDGE_WORDS)..];
    Some(format!("{},{}", encoded(start), encoded(end)))
}

fn words(block: &str) -> Vec<&str> {
    block.split_whitespace().collect()
}

fn encoded(words: &[&str]) -> String {
    utf8_percent_encode(&words.join(" "), AS_IT_IS).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_directives() {
        let cases = [
            ("Åbent hus", Some("%C3%85bent%20hus")),
            ("5-7 %, A&B", Some("5%2D7%20%25%2C%20A%26B")),
            ("Ældre\t6,8 %\t7,7 %", Some("%C3%86ldre,7%2C7%20%25")),
            (
                "en to tre fire fem seks syv otte ni ti\u{a0}elleve.",
                Some("en%20to%20tre%20fire%20fem,syv%20otte%20ni%20ti%20elleve."),
            ),
            ("\u{a0}et  ord\n", Some("et%20ord")),
            (" \t ", None),
        ];
        for (text, want) in cases {
            assert_eq!(text_directive(text).as_deref(), want, "{text:?}");
        }
    }

    #[test]
    fn hosts() {
        let cases = [
            ("https://www.Odense.dk/nyt", Some("www.odense.dk")),
            ("http://a:b@odense.dk:8080?x", Some("odense.dk")),
            ("http://[::1]:80/", Some("[::1]")),
            ("http://[::1]/", Some("[::1]")),
            ("https://", None),
            ("home:docs/æ.txt", None),
            ("file:///tmp/a", None),
        ];
        for (url, want) in cases {
            assert_eq!(host(url).as_deref(), want, "{url}");
        }
    }

    #[test]
    fn web_pages() {
        assert!(is_web_page("https://www.odense.dk"));
        assert!(is_web_page("https://www.odense.dk/nyt/2020.12/side?fil=a.pdf"));
        assert!(is_web_page("https://www.odense.dk/nyt/side.aspx"));
        assert!(!is_web_page("https://www.odense.dk/Bilag.DOCX?v=1#x"));
    }
}
