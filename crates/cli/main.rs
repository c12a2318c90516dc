//! The `belaeg` command: one match from the command line to a straight function per command.
//!
//! Data goes to standard output, everything else to standard error. Exit codes: 0 good, 1 nothing found or a check found something, 2 error,
//! also when some documents failed and the rest went through.

mod args;
mod commands;
mod figures;
mod home;
mod inputs;
mod output;
mod pipeline;
mod report;
mod settings;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};
use crate::report::Outcome;

/// The first argument with which this program starts itself anew to read one document at arm's length.
pub(crate) const WORKER: &str = "extract-worker";

fn main() -> ExitCode {
    // Not part of the command line that people see, and before anything that could write to the pipes.
    if std::env::args_os().nth(1).is_some_and(|a| a == WORKER) {
        let done = belaeg_extract::worker_main(std::io::stdin().lock(), std::io::stdout().lock());
        return done.map_or(ExitCode::from(2), |()| ExitCode::SUCCESS);
    }
    let args = Args::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("BELAEG_LOG"))
        .with_writer(std::io::stderr)
        .init();
    let stores = args.command.stores_while_it_prints();
    match run(args) {
        Ok(outcome) => outcome.into(),
        Err(error) if output::is_broken_pipe(&error) && !stores => ExitCode::SUCCESS,
        Err(error) => {
            report::error(&error);
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> anyhow::Result<Outcome> {
    let home = args.home.as_deref();
    match args.command {
        Command::Init(a) => commands::init::run(home, &a),
        Command::Demo => commands::demo::run(home),
        Command::Ingest(a) => commands::ingest::run(home, &a),
        Command::Fetch(a) => commands::fetch::run(home, &a),
        Command::Reindex(a) => commands::reindex::run(home, &a),
        Command::Search(a) => commands::search::run(home, &a),
        Command::Check(a) => commands::check::run(home, &a),
        Command::Evidence(a) => commands::evidence::run(home, &a),
        Command::Report(a) => commands::report::run(home, &a),
        Command::Show(a) => commands::show::run(home, &a),
        Command::Extract(a) => commands::extract::run(home, &a),
        Command::Claims(a) => commands::claims::run(&a),
        Command::Eval(a) => commands::eval::run(home, &a),
        Command::Official(a) => commands::official::run(home, &a),
        Command::Status(a) => commands::status::run(home, &a),
        Command::Takedown(a) => commands::takedown::run(home, &a),
        Command::Export(a) => commands::export::run(home, &a),
        Command::Trace(a) => commands::trace::run(home, &a),
        Command::Completions(a) => commands::completions::run(&a),
    }
}
