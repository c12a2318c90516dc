//! What goes wrong on demand.

use std::io::Write;
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use super::body::Plan;
use crate::systems::NOTE;
use crate::web::{Reply, Request};

/// A way in which a host fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The body drips.
    Slow {
        /// Bytes at once.
        chunk: usize,
        /// Time between them.
        pause: Duration,
    },
    /// The connection is accepted and never answered.
    Silent,
    /// Half of the body arrives, then the connection breaks.
    CutOff,
    /// 429 or 503 with `Retry-After`.
    Busy {
        /// The status.
        status: u16,
        /// When to come back.
        retry_after: RetryAfter,
        /// How many answers; then the host is well again.
        times: u32,
    },
    /// Two addresses that redirect to each other.
    RedirectLoop,
    /// A redirect into a private network.
    RedirectPrivate,
    /// Windows-1252 that is declared as UTF-8.
    WrongCharset,
    /// A small body that decompresses to this many MiB.
    GzipBomb {
        /// Size after decompression.
        mib: usize,
    },
    /// A body without a declared length that never ends.
    EndlessBody,
    /// A body that is declared as 10 GB and is on its way.
    DeclaredHuge,
    /// Lists always have a next page.
    EndlessList,
    /// Another template: neither items nor links nor keys have the names they had.
    ChangedTemplate,
    /// A page that asks for consent instead of what was asked for, with status 200.
    CookieWall,
    /// `robots.txt` forbids everything; nothing else changes.
    RobotsForbid,
    /// `robots.txt` answers 500; nothing else changes.
    RobotsError,
    /// JSON, XML and all else ends in the middle, though the transfer is complete.
    Malformed,
}

/// The form of `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// No such header.
    Unsaid,
    /// Seconds from now.
    Seconds(u32),
    /// The same as an HTTP date.
    Date(u32),
}

/// A fault and where it strikes.
#[derive(Debug)]
pub(super) struct Rule {
    pattern: String,
    fault: Fault,
}

impl Rule {
    pub(super) fn new(pattern: &str, fault: Fault) -> Self {
        Self { pattern: pattern.to_ascii_lowercase(), fault }
    }

    fn strikes(&self, asked: &Request) -> bool {
        let is_robots = asked.path == "/robots.txt";
        if matches!(self.fault, Fault::RobotsForbid | Fault::RobotsError) {
            return is_robots && glob(&self.pattern, &asked.host);
        }
        if self.pattern.contains('/') {
            let address = format!("{}{}", asked.host, asked.path).to_lowercase();
            return glob(&self.pattern, &address);
        }
        !is_robots && glob(&self.pattern, &asked.host)
    }
}

/// The fault that meets a request; takes one off those that strike a number of times.
pub(super) fn find(rules: &mut Vec<Rule>, asked: &Request) -> Option<Fault> {
    let index = rules.iter().rposition(|rule| rule.strikes(asked))?;
    let fault = rules[index].fault.clone();
    if let Fault::Busy { times, .. } = &mut rules[index].fault {
        *times = times.saturating_sub(1);
        if *times == 0 {
            rules.remove(index);
        }
    }
    Some(fault)
}

/// Whether `text` is `pattern`, in which `*` stands for any letters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

impl Fault {
    /// The reply in place of the world's.
    pub(super) fn instead(&self, asked: &Request) -> Option<Reply> {
        match self {
            Self::Busy { status, retry_after, .. } => Some(busy(*status, *retry_after)),
            Self::RedirectLoop => {
                let to =
                    if asked.query == "runde" { asked.path.clone() } else { format!("{}?runde", asked.path) };
                Some(Reply::redirect(302, &crate::web::encode_path(&to).replace("%3Frunde", "?runde")))
            }
            Self::RedirectPrivate => Some(Reply::redirect(302, "http://10.0.0.1/intern")),
            Self::GzipBomb { mib } => Some(Reply::html(bomb(*mib)).with("content-encoding", "gzip")),
            Self::CookieWall => Some(Reply::html(format!(
                "<!doctype html><html lang=\"da\"><title>Cookies</title><div id=\"CookieConsent\"><h1>Accepter cookies \
                 for at fortsætte</h1><p>{NOTE}</p></div></html>"
            ))),
            Self::RobotsForbid => Some(Reply::new(200, "text/plain", "User-agent: *\nDisallow: /\n")),
            Self::RobotsError => Some(Reply::status(500, "Intern fejl")),
            _ => None,
        }
    }

    /// Changes the content of the world's reply.
    pub(super) fn spoil(&self, reply: &mut Reply) {
        if reply.status != 200 {
            return;
        }
        match self {
            Self::WrongCharset => wrong_charset(reply),
            Self::ChangedTemplate => change_template(reply),
            Self::Malformed => reply.body.truncate(reply.body.len() / 2),
            _ => {}
        }
    }

    /// How the body goes over the wire.
    pub(super) fn plan(&self) -> Plan {
        match *self {
            Self::Slow { chunk, pause } => Plan::Drip { chunk, pause },
            Self::CutOff => Plan::CutOff,
            Self::EndlessBody => Plan::Endless { declared: false },
            Self::DeclaredHuge => Plan::Endless { declared: true },
            _ => Plan::Whole,
        }
    }
}

fn busy(status: u16, retry_after: RetryAfter) -> Reply {
    let reply = Reply::status(status, "Prøv igen senere");
    match retry_after {
        RetryAfter::Unsaid => reply,
        RetryAfter::Seconds(seconds) => reply.with("retry-after", seconds.to_string()),
        RetryAfter::Date(seconds) => {
            let at = SystemTime::now() + Duration::from_secs(u64::from(seconds));
            reply.with("retry-after", httpdate::fmt_http_date(at))
        }
    }
}

fn bomb(mib: usize) -> Vec<u8> {
    let blank = vec![b' '; 1 << 20];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..mib {
        // Writing into memory does not fail.
        let _ = encoder.write_all(&blank);
    }
    encoder.finish().unwrap_or_default()
}

fn wrong_charset(reply: &mut Reply) {
    if let Ok(text) = std::str::from_utf8(&reply.body) {
        reply.body = encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    }
}

fn change_template(reply: &mut Reply) {
    if let Ok(json) = serde_json::from_slice::<Value>(&reply.body) {
        reply.body = renamed(json).to_string().into_bytes();
    } else if let Ok(text) = std::str::from_utf8(&reply.body) {
        let mut text = text.to_owned();
        for (old, new) in RENAMED {
            text = text.replace(old, new);
        }
        reply.body = text.into_bytes();
    }
}

/// Markup that readers of lists and pages look for, and what stands there after a redesign.
const RENAMED: &[(&str, &str)] = &[
    ("class=\"", "class=\"ny-"),
    ("id=\"", "id=\"ny-"),
    ("<a ", "<span "),
    ("</a>", "</span>"),
    ("<item>", "<indslag>"),
    ("</item>", "</indslag>"),
    ("<entry>", "<indslag>"),
    ("</entry>", "</indslag>"),
    ("<url>", "<side>"),
    ("</url>", "</side>"),
    ("<sitemap>", "<kort>"),
    ("</sitemap>", "</kort>"),
];

fn renamed(json: Value) -> Value {
    match json {
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (format!("ny{key}"), renamed(value))).collect()
        }
        Value::Array(list) => list.into_iter().map(renamed).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, expected) in [
            ("*", "www.odense.dk", true),
            ("dagsordener.*.dk", "dagsordener.odense.dk", true),
            ("dagsordener.*.dk", "www.odense.dk", false),
            ("www.odense.dk", "www.odense.dk", true),
            ("www.odense.dk", "www.odense.dk.x", false),
            ("*odense*", "www.odense.dk", true),
            ("www.odense.dk/nyheder/*", "www.odense.dk/nyheder/a", true),
            ("", "a", false),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} {text}");
        }
    }
}
