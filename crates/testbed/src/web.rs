//! Requests and replies between the transport and the simulated systems, and the small change of URLs and HTML.

use std::fmt::Write;

use serde_json::Value;

/// What a simulated system sees of a request.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The host without `.localhost` and port, in lower case.
    pub host: String,
    /// The path, percent-decoded.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub query: String,
    /// Whether the cookie of an anonymous session came along.
    pub has_session: bool,
    /// The port that links to this server name.
    pub port: u16,
    /// Lists go on for ever ([`crate::Fault::EndlessList`]).
    pub endless: bool,
}

impl Request {
    /// A request for `path_and_query` at `host`, with a session, as a settled client would send it.
    pub(crate) fn settled(host: &str, path_and_query: &str, port: u16) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        Self {
            host: host.to_owned(),
            path: decode(path),
            query: query.to_owned(),
            has_session: true,
            port,
            endless: false,
        }
    }

    /// The value of a query parameter, decoded; empty ones count.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Every query parameter, decoded.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (String, String)> {
        self.query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
        })
    }

    /// A query parameter as a number.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.parameter(name)?.parse().ok()
    }

    /// The path with its query, as links write it.
    pub(crate) fn target(&self) -> String {
        let path = encode_path(&self.path);
        if self.query.is_empty() { path } else { format!("{path}?{}", self.query) }
    }

    /// `http://HOST.localhost:PORT` of any simulated host.
    pub(crate) fn origin(&self, host: &str) -> String {
        origin(host, self.port)
    }
}

/// `http://HOST.localhost:PORT`.
pub(crate) fn origin(host: &str, port: u16) -> String {
    format!("http://{host}.localhost:{port}")
}

/// What a simulated system answers.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Further headers, `Content-Type` among them.
    pub headers: Vec<(&'static str, String)>,
    /// The bytes before any coding of the transport.
    pub body: Vec<u8>,
}

impl Reply {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type", content_type.to_owned())], body: body.into() }
    }

    pub(crate) fn html(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, "text/html; charset=utf-8", body)
    }

    pub(crate) fn json(value: &Value) -> Self {
        Self::new(200, "application/json; charset=utf-8", value.to_string())
    }

    pub(crate) fn xml(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, content_type, body)
    }

    pub(crate) fn pdf(body: Vec<u8>) -> Self {
        Self::new(200, "application/pdf", body)
    }

    pub(crate) fn redirect(status: u16, to: &str) -> Self {
        Self { status, headers: vec![("location", to.to_owned())], body: Vec::new() }
    }

    pub(crate) fn status(status: u16, text: &str) -> Self {
        let body = format!(
            "<!doctype html><html lang=\"da\"><title>{status}</title><h1>{}</h1></html>",
            escape(text)
        );
        Self::new(status, "text/html; charset=utf-8", body)
    }

    pub(crate) fn not_found() -> Self {
        Self::status(404, "Siden findes ikke")
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str())
    }
}

/// Percent-decodes; what is no escape stays as it is, and bytes that are no UTF-8 become U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.filter(|_| bytes[at] == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn encode(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent-encodes what may not stand in a path; commas too, as Drupal does.
pub(crate) fn encode_path(text: &str) -> String {
    encode(text, b"/")
}

/// Percent-encodes the value of a query parameter.
pub(crate) fn encode_value(text: &str) -> String {
    encode(text, b"")
}

/// Text for HTML and XML.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The ASCII form of a Danish name in an address.
pub(crate) fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.to_lowercase().chars() {
        match c {
            'æ' => out.push_str("ae"),
            'ø' => out.push_str("oe"),
            'å' => out.push_str("aa"),
            'é' => out.push('e'),
            c if c.is_ascii_alphanumeric() => out.push(c),
            _ if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            _ => {}
        }
    }
    out.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(slug("Klima-, Miljø- og Teknikudvalget"), "klima-miljoe-og-teknikudvalget");
        assert_eq!(encode_path("/Økonomiudvalget, x"), "/%C3%98konomiudvalget%2C%20x");
        for text in ["Økonomi & plan, 50 %", "100%", "%zz", "a\u{a0}b"] {
            assert_eq!(decode(&encode_value(text)), text);
        }
        assert_eq!(decode("%zz%4"), "%zz%4");
    }
}
