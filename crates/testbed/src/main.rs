//! `belaeg-testbed`: serves a simulated web of kommuner, or writes a large corpus for benchmarks.

use std::io::{self, BufRead, BufWriter, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::bail;
use belaeg_testbed::corpus::Lines;
use belaeg_testbed::{Server, ServerOptions, Spec, Truth, World, corpus};
use clap::{Parser, Subcommand, ValueEnum};

/// A simulated web of kommuner and large corpora, for tests and benchmarks. Nothing in them is real.
#[derive(Debug, Parser)]
#[command(name = "belaeg-testbed", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve simulated kommuner until interrupted; a line `step` on stdin moves time on by a week.
    Serve {
        /// What all random choices follow from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many kommuner, at most 98.
        #[arg(long, default_value_t = 98)]
        kommuner: usize,
        /// Meetings of each kommune at the start.
        #[arg(long, default_value_t = 4)]
        meetings: usize,
        /// News articles of each kommune at the start.
        #[arg(long, default_value_t = 6)]
        news: usize,
        /// Where to listen; port 0 takes a free one.
        #[arg(long, default_value = "127.0.0.1:0")]
        addr: SocketAddr,
        /// A folder that becomes a belaeg home with the sources of this world, and its truth in `truth.json`.
        #[arg(long)]
        home: Option<PathBuf>,
    },
    /// Write a corpus of generated statements.
    Corpus {
        /// How many statements.
        #[arg(long)]
        statements: u64,
        /// A folder for HTML documents; for lines a file, or `-` for stdout.
        #[arg(long)]
        out: PathBuf,
        /// HTML documents of twenty statements, or one statement a line as NDJSON.
        #[arg(long, value_enum, default_value = "html")]
        format: Format,
        /// What all random choices follow from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

/// What a corpus is written as.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// Documents.
    Html,
    /// Lines as `belaeg claims` reads them.
    Claims,
    /// Lines for search engines.
    Search,
}

/// Settings that let a home fetch from simulated hosts.
const SETTINGS: &str = "# A home for a simulated web of kommuner.\n\n[fetch]\n# Hosts that may lie on this machine.\n\
                        allow_hosts = [\"*.localhost\"]\n";

fn main() -> anyhow::Result<()> {
    match Args::parse().command {
        Command::Serve { seed, kommuner, meetings, news, addr, home } => {
            let spec = Spec { seed, kommuner, meetings, news, ..Spec::default() };
            serve(&spec, addr, home.as_deref())
        }
        Command::Corpus { statements, out, format, seed } => write_corpus(seed, statements, format, &out),
    }
}

fn serve(spec: &Spec, addr: SocketAddr, home: Option<&Path>) -> anyhow::Result<()> {
    let server = Server::start(World::new(spec), ServerOptions { addr })?;
    let mut out = io::stdout().lock();
    writeln!(out, "{} documents at http://{}", server.truth().documents.len(), server.addr())?;
    if let Some(dir) = home {
        write_home(&server, dir)?;
        write_truth(&server.truth(), dir)?;
        writeln!(out, "fetch them with: belaeg --home {} fetch", dir.display())?;
    }
    writeln!(out, "a line `step` moves time on by a week; Ctrl-C ends")?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        if line?.trim() == "step" {
            server.step();
            let truth = server.truth();
            if let Some(dir) = home {
                write_truth(&truth, dir)?;
            }
            writeln!(out, "step {}: {} documents", truth.step, truth.documents.len())?;
            out.flush()?;
        }
    }
    // Without a terminal stdin ends at once; serving goes on.
    loop {
        std::thread::park();
    }
}

fn write_home(server: &Server, dir: &Path) -> anyhow::Result<()> {
    fs_err::create_dir_all(dir.join("corpus"))?;
    fs_err::write(dir.join("belaeg.toml"), SETTINGS)?;
    fs_err::write(dir.join("corpus/sources.toml"), server.sources_toml())?;
    Ok(())
}

fn write_truth(truth: &Truth, dir: &Path) -> anyhow::Result<()> {
    Ok(fs_err::write(dir.join("truth.json"), serde_json::to_vec(truth)?)?)
}

fn write_corpus(seed: u64, statements: u64, format: Format, out: &Path) -> anyhow::Result<()> {
    let is_stdout = out.as_os_str() == "-";
    let lines = match format {
        Format::Html if is_stdout => bail!("documents need a folder\nhint: --out FOLDER, or --format search"),
        Format::Html => {
            let files = corpus::write_html(seed, statements, out)?;
            return Ok(writeln!(io::stdout(), "{files} documents in {}", out.display())?);
        }
        Format::Claims => Lines::ForClaims,
        Format::Search => Lines::ForSearch,
    };
    let file: Box<dyn Write> =
        if is_stdout { Box::new(io::stdout().lock()) } else { Box::new(fs_err::File::create(out)?) };
    let mut file = BufWriter::with_capacity(1 << 16, file);
    corpus::write_ndjson(seed, statements, lines, &mut file)?;
    Ok(file.flush()?)
}
