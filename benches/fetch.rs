//! Fetching the simulated web of all 98 kommuner with the real binary: everything once, once more with nothing changed,
//! after a week, and for a minute at one request a second and host.
//!
//! `cargo bench --bench fetch` takes minutes; results of note are kept in `benches/results`. The web is served by a thread
//! of this process, so both share the machine.

#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "a benchmark prints")]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use belaeg_testbed::{LoggedRequest, Server, ServerOptions, Spec, World};
use tempfile::TempDir;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// How long hosts are asked at one request a second.
const MINUTE: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    let spec = Spec { crawl_delay_s: 0, ..Spec::default() };
    let web = Web::new(&spec, 1)?;
    println!("web      {} documents at {} hosts", web.server.truth().documents.len(), web.hosts());
    web.whole_run("first")?;
    web.whole_run("again")?;
    web.server.step();
    web.whole_run("a week on")?;
    // Enough at every host of minutes for more than a minute.
    Web::new(&Spec { meetings: 10, news: 30, ..spec }, 1000)?.polite_run()
}

/// A served web and a home that fetches from it.
struct Web {
    server: Server,
    home: TempDir,
}

/// What a run took.
struct Cost {
    time: Duration,
    /// The most memory that the process had at once, in KiB; that of its workers is their own.
    peak_kib: u64,
}

impl Web {
    fn new(spec: &Spec, interval_ms: u32) -> Result<Self> {
        let server = Server::start(World::new(spec), ServerOptions::default())?;
        let home = tempfile::tempdir()?;
        fs_err::create_dir_all(home.path().join("corpus"))?;
        fs_err::write(home.path().join("corpus/sources.toml"), server.sources_toml())?;
        // The web stays in its autumn while the years go by.
        let settings = format!(
            "[fetch]\nallow_hosts = [\"*.localhost\"]\ninterval_ms = {interval_ms}\nrecheck_days = 100000\nlongest_wait_days = 0\n"
        );
        fs_err::write(home.path().join("belaeg.toml"), settings)?;
        Ok(Self { server, home })
    }

    fn hosts(&self) -> usize {
        let toml = self.server.sources_toml();
        let bases = toml.lines().filter_map(|l| l.strip_prefix("base = \"http://")?.split('/').next());
        bases.map(|host| host.trim_end_matches('"')).collect::<BTreeSet<_>>().len()
    }

    /// Fetches everything and prints what that cost.
    fn whole_run(&self, name: &str) -> Result<()> {
        let asked = self.server.log().len();
        let cost = fetch(self.home.path(), None)?;
        let log = self.server.log();
        println!(
            "{name:9} {:.1} s, peak {:.0} MiB, {}",
            cost.time.as_secs_f64(),
            mib(cost.peak_kib),
            self.told(&log[asked..])
        );
        println!("{:9} archive {:.1} MiB", "", mib(size(&self.home.path().join("corpus/archive"))? / 1024));
        Ok(())
    }

    /// Requests by kind, and their bytes.
    fn told(&self, log: &[LoggedRequest]) -> String {
        let truth = self.server.truth();
        let documents: HashSet<&str> =
            truth.documents.iter().flat_map(|d| &d.addresses).map(String::as_str).collect();
        let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
        for request in log {
            let address = self.server.origin(&request.host) + &request.path;
            let kind = match request.status {
                _ if request.path == "/robots.txt" => "robots.txt",
                200 if documents.contains(&*address) => "documents",
                200 => "lists",
                304 => "unchanged",
                301 | 302 => "redirects",
                _ => "refused or gone",
            };
            *kinds.entry(kind).or_default() += 1;
        }
        let kinds: Vec<String> = kinds.iter().map(|(kind, n)| format!("{n} {kind}")).collect();
        let bytes: u64 = log.iter().map(|r| r.bytes).sum();
        format!("{} requests ({}), {:.1} MiB of bodies", log.len(), kinds.join(", "), mib(bytes / 1024))
    }

    /// A minute at one request a second and host: how many hosts are busy at once.
    fn polite_run(&self) -> Result<()> {
        let cost = fetch(self.home.path(), Some(MINUTE))?;
        let log = self.server.log();
        let mut times: BTreeMap<&str, usize> = BTreeMap::new();
        let mut seconds: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
        let begin = log.first().map_or(0, |r| r.at_us);
        for request in &log {
            *times.entry(&request.host).or_default() += 1;
            seconds.entry((request.at_us - begin) / 1_000_000).or_default().insert(&request.host);
        }
        let mut times: Vec<usize> = times.into_values().collect();
        times.sort_unstable_by(|a, b| b.cmp(a));
        let at = |second| seconds.get(&second).map_or(0, BTreeSet::len);
        println!(
            "polite    {} requests in {:.0} s at {} hosts, {} of them asked at least 50 times, {} at most; \
             hosts asked in the seconds 10, 30, 50: {}, {}, {}; peak {:.0} MiB",
            log.len(),
            cost.time.as_secs_f64(),
            times.len(),
            times.iter().filter(|n| **n >= 50).count(),
            times.first().copied().unwrap_or_default(),
            at(10),
            at(30),
            at(50),
            mib(cost.peak_kib)
        );
        Ok(())
    }
}

/// Runs `belaeg fetch`, or ends it after `longest`.
fn fetch(home: &Path, longest: Option<Duration>) -> Result<Cost> {
    let begin = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_belaeg"))
        .arg("--home")
        .args([home.as_os_str(), "fetch".as_ref()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak_kib = 0;
    loop {
        peak_kib = peak_kib.max(peak(&child));
        if child.try_wait()?.is_some() {
            return Ok(Cost { time: begin.elapsed(), peak_kib });
        }
        if longest.is_some_and(|longest| begin.elapsed() >= longest) {
            child.kill()?;
            child.wait()?;
            return Ok(Cost { time: begin.elapsed(), peak_kib });
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The most memory that a process had so far, in KiB; 0 where the system does not tell.
fn peak(child: &Child) -> u64 {
    let status = fs_err::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// The bytes of the files in a folder.
fn size(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs_err::read_dir(folder)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
