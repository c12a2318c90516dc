//! A home beside a simulated web of kommuner, and what the home keeps held against what the web published.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;

use belaeg_testbed::{Document, LoggedRequest, Server, ServerOptions, Spec, Truth, World};
use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, belaeg};

/// A home beside a served world.
pub(crate) struct Net {
    pub(crate) server: Server,
    pub(crate) dir: TempDir,
}

/// What was published while somebody watched, and when runs looked at it.
#[derive(Default)]
pub(crate) struct History {
    /// The versions of each document, by its first address, that were there when a run came by.
    pub(crate) versions: BTreeMap<String, Vec<String>>,
    /// The beginning and end of the run at each step.
    pub(crate) runs: Vec<(Timestamp, Timestamp)>,
    /// Hosts that once served other bytes than the truth's: of their documents the last version counts.
    pub(crate) spoilt: Vec<&'static str>,
}

/// A document in the catalog.
struct Kept {
    url: String,
    addresses: BTreeSet<String>,
    /// The digests of its snapshots, oldest first.
    versions: Vec<String>,
    gone_at: Option<Timestamp>,
}

/// A record of the archive.
pub(crate) struct Record {
    /// `response`, `revisit` ...
    pub(crate) kind: String,
    pub(crate) address: String,
    /// The status of a response.
    pub(crate) status: Option<u16>,
}

impl Net {
    /// Kommuner with every system among them, as soon as there are twelve.
    pub(crate) fn new(kommuner: usize, interval_ms: u32) -> Self {
        let spec = Spec { kommuner, meetings: 3, news: 4, letters: 6, crawl_delay_s: 0, ..Spec::default() };
        Self::of(&spec, interval_ms)
    }

    pub(crate) fn of(spec: &Spec, interval_ms: u32) -> Self {
        let server = Server::start(World::new(spec), ServerOptions::default()).expect("a free port");
        let dir = tempfile::tempdir().expect("a folder");
        fs_err::create_dir_all(dir.path().join("corpus")).expect("a folder");
        let net = Self { server, dir };
        net.write_sources(&net.server.sources_toml());
        net.write_settings(interval_ms, 60);
        net
    }

    /// Settings with a pause between requests and a limit on the time of an answer.
    pub(crate) fn write_settings(&self, interval_ms: u32, seconds: u32) {
        // The world stays in its autumn while the years go by.
        let settings = format!(
            "[fetch]\nallow_hosts = [\"*.localhost\"]\ninterval_ms = {interval_ms}\nfirst_byte_seconds = {seconds}\n\
             total_seconds = {seconds}\nwire_mib = 2\nlongest_wait_days = 0\nrecheck_days = 100000\n"
        );
        fs_err::write(self.dir.path().join("belaeg.toml"), settings).expect("written");
    }

    pub(crate) fn write_sources(&self, toml: &str) {
        fs_err::write(self.dir.path().join("corpus/sources.toml"), toml).expect("written");
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        belaeg(self.dir.path(), &[&["--home", "."], args].concat())
    }

    /// Fetches everything; gives a line for each source.
    pub(crate) fn fetch(&self, history: &mut History) -> Vec<Value> {
        // The catalog may keep whole seconds.
        let begin = Timestamp::from_second(Timestamp::now().as_second()).expect("a time");
        let lines = self.run(&["fetch", "--json"]).json();
        history.runs.push((begin, Timestamp::now()));
        lines
    }

    pub(crate) fn catalog(&self) -> Connection {
        Connection::open(self.dir.path().join("corpus/catalog.sqlite")).expect("a catalog")
    }

    fn kept(&self) -> Vec<Kept> {
        let catalog = self.catalog();
        let sql = "SELECT d.url, p.fetch_url, p.gone_at, \
                   (SELECT group_concat(a.url, char(10)) FROM aliases a WHERE a.document_id = d.id), \
                   (SELECT group_concat(sha256, char(10)) FROM \
                   (SELECT s.sha256 FROM snapshots s WHERE s.document_id = d.id ORDER BY s.number)) \
                   FROM documents d JOIN pages p ON p.document_id = d.id";
        let mut rows = catalog.prepare(sql).expect("SQL");
        let rows = rows.query_map([], |row| {
            let of = |column: usize| row.get::<_, Option<String>>(column).map(Option::unwrap_or_default);
            let (url, asked, gone_at, aliases, versions) = (of(0)?, of(1)?, of(2)?, of(3)?, of(4)?);
            let addresses = [url.clone(), asked].into_iter().chain(aliases.lines().map(str::to_owned));
            Ok(Kept {
                addresses: addresses.collect(),
                url,
                versions: versions.lines().map(str::to_owned).collect(),
                gone_at: (!gone_at.is_empty()).then(|| gone_at.parse().expect("a time")),
            })
        });
        rows.expect("rows").map(|row| row.expect("a row")).collect()
    }

    /// What the truth has and the archive has not, or the other way round; nothing where all is well. To be asked after
    /// every run: `history` keeps the versions that were there.
    pub(crate) fn differences(&self, history: &mut History) -> Vec<String> {
        let truth = self.server.truth();
        let mut kept = self.kept();
        // A dead page that answers 200 is kept as what it says it is.
        kept.retain(|k| !k.addresses.iter().any(|a| truth.soft_404.contains(a)));
        let (by_document, mut wrong) = assigned(&truth, kept);
        for (document, kept) in truth.documents.iter().zip(by_document) {
            let versions = history.versions.entry(document.addresses[0].clone()).or_default();
            if document.withdrawn.is_none()
                && let Some(version) = document.versions.last()
                && versions.last() != Some(&version.sha256)
            {
                versions.push(version.sha256.clone());
            }
            let why = difference(document, &kept, history);
            wrong.extend(why.map(|w| format!("{} ({:?}) {w}", document.addresses[0], document.system)));
        }
        wrong
    }

    /// Every record of the archive, in its order.
    pub(crate) fn records(&self) -> Vec<Record> {
        let mut files: Vec<_> = fs_err::read_dir(self.dir.path().join("corpus/archive"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        files.sort();
        files.iter().flat_map(|file| records(&fs_err::read(file).expect("a file"))).collect()
    }
}

/// The documents of the catalog that each of the truth became, and those that became of none or of several.
fn assigned(truth: &Truth, kept: Vec<Kept>) -> (Vec<Vec<Kept>>, Vec<String>) {
    let all = truth.documents.iter().enumerate();
    let places: HashMap<&str, usize> =
        all.flat_map(|(n, d)| d.addresses.iter().map(move |a| (a.as_str(), n))).collect();
    let mut by_document: Vec<Vec<Kept>> = truth.documents.iter().map(|_| Vec::new()).collect();
    let mut wrong = Vec::new();
    for kept in kept {
        let found: BTreeSet<usize> =
            kept.addresses.iter().filter_map(|a| places.get(a.as_str()).copied()).collect();
        match found.iter().copied().collect::<Vec<_>>()[..] {
            [one] => by_document[one].push(kept),
            [] => wrong.push(format!("{} was never published", kept.url)),
            _ => wrong.push(format!("{} is {} documents", kept.url, found.len())),
        }
    }
    (by_document, wrong)
}

fn difference(document: &Document, kept: &[Kept], history: &History) -> Option<String> {
    let versions = &history.versions[&document.addresses[0]];
    let kept = match kept {
        [] if versions.is_empty() || document.forbidden.is_some() => return None,
        [] => return Some("is missing".to_owned()),
        _ if document.forbidden.is_some() => return Some("may not be fetched".to_owned()),
        [one] => one,
        _ => return Some(format!("is there {} times", kept.len())),
    };
    let is_spoilt = history.spoilt.iter().any(|host| is_at(&document.addresses[0], host));
    let is_right =
        if is_spoilt { kept.versions.last() == versions.last() } else { kept.versions == *versions };
    if !is_right {
        return Some(format!(
            "has {} version(s), the truth {}: {:?}, {versions:?}",
            kept.versions.len(),
            versions.len(),
            kept.versions
        ));
    }
    match (kept.gone_at, document.withdrawn) {
        (None, None) => None,
        (Some(at), Some(gone)) => {
            let run = history.runs.get(gone.step as usize);
            let in_time = run.is_some_and(|(begin, end)| (*begin..=*end).contains(&at));
            (!in_time).then(|| format!("is gone since {at}, which was not step {}", gone.step))
        }
        (at, gone) => Some(format!("gone: {at:?}, withdrawn: {gone:?}")),
    }
}

/// Whether an address is one of a simulated host.
pub(crate) fn is_at(address: &str, host: &str) -> bool {
    address.strip_prefix("http://").is_some_and(|rest| rest.starts_with(&format!("{host}.localhost:")))
}

/// The address that was asked for, as lists and the truth write it.
pub(crate) fn address(server: &Server, request: &LoggedRequest) -> String {
    server.origin(&request.host) + &request.path
}

fn records(file: &[u8]) -> Vec<Record> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(file).read_to_end(&mut bytes).expect("gzip");
    let (mut rest, mut records) = (&bytes[..], Vec::new());
    while !rest.is_empty() {
        let end = rest.windows(4).position(|w| w == b"\r\n\r\n").expect("an end of the header");
        let header = std::str::from_utf8(&rest[..end]).expect("UTF-8");
        let field = |name: &str| {
            let line = header.lines().find_map(|l| l.strip_prefix(name));
            line.map_or("", str::trim).to_owned()
        };
        let length: usize = field("Content-Length:").parse().expect("a length");
        let block = &rest[end + 4..end + 4 + length];
        let status = block.strip_prefix(b"HTTP/1.1 ").and_then(|b| std::str::from_utf8(b.get(..3)?).ok());
        records.push(Record {
            kind: field("WARC-Type:"),
            address: field("WARC-Target-URI:"),
            status: status.and_then(|s| s.parse().ok()),
        });
        rest = &rest[end + 4 + length + 4..];
    }
    records
}
