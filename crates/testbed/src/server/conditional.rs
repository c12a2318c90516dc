//! Validators, conditional requests and compression, each as the host at hand has it or not.

use hyper::header::HeaderMap;
use jiff::civil::Date;
use jiff::fmt::rfc2822::DateTimeParser;

use crate::calendar;
use crate::systems::gzip;
use crate::web::Reply;

/// What a host tells about its answers.
struct Traits {
    etag: bool,
    is_weak: bool,
    last_modified: bool,
    compresses: bool,
}

impl Traits {
    fn of(host: &str) -> Self {
        let hash = fnv(host.as_bytes());
        // A quarter has no validators at all.
        let kind = hash % 4;
        Self {
            etag: kind == 0 || kind == 1,
            is_weak: kind == 1,
            last_modified: kind == 0 || kind == 2,
            compresses: (hash >> 8).is_multiple_of(3),
        }
    }
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

/// Adds the host's validators to a good reply, and makes it a 304 where the client has it. `changed` is the day on which
/// the document changed last.
pub(super) fn apply(mut reply: Reply, host: &str, changed: Option<Date>, request: &HeaderMap) -> Reply {
    let traits = Traits::of(host);
    if reply.status != 200 {
        return reply;
    }
    let header = |name| request.get(name).and_then(|v| v.to_str().ok());
    let etag = traits.etag.then(|| {
        let tag = format!("\"{:016x}\"", fnv(&reply.body));
        if traits.is_weak { format!("W/{tag}") } else { tag }
    });
    let modified = changed.filter(|_| traits.last_modified);
    let has_it = match header("if-none-match") {
        // An entity tag makes the date count for nothing.
        Some(tags) if etag.is_some() => etag.as_deref().is_some_and(|tag| matches(tags, tag)),
        _ => {
            modified.is_some_and(|day| header("if-modified-since").is_some_and(|since| not_since(day, since)))
        }
    };
    if has_it {
        reply.status = 304;
        reply.body.clear();
        reply.headers.retain(|(name, _)| *name != "content-type");
    } else if traits.compresses && header("accept-encoding").is_some_and(|e| e.contains("gzip")) {
        compress(&mut reply);
    }
    reply.headers.extend(etag.map(|tag| ("etag", tag)));
    reply.headers.extend(modified.map(|day| ("last-modified", calendar::http(day))));
    reply
}

fn compress(reply: &mut Reply) {
    let is_text = reply.header("content-type").is_some_and(|t| !t.contains("pdf") && !t.contains("gzip"));
    if is_text && reply.header("content-encoding").is_none() {
        reply.body = gzip(&reply.body);
        reply.headers.push(("content-encoding", "gzip".to_owned()));
        reply.headers.push(("vary", "accept-encoding".to_owned()));
    }
}

/// Weak comparison with any of a list.
fn matches(tags: &str, tag: &str) -> bool {
    let opaque = |t: &str| t.trim().trim_start_matches("W/").to_owned();
    tags.split(',').any(|t| t.trim() == "*" || opaque(t) == opaque(tag))
}

fn not_since(day: Date, since: &str) -> bool {
    static PARSER: DateTimeParser = DateTimeParser::new();
    PARSER.parse_zoned(since).is_ok_and(|since| day <= since.date())
}
