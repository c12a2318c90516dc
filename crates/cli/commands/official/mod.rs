//! `belaeg official`: figures are taken in, and those that there are shown.

mod import;
mod list;
mod request;

use std::path::Path;

use crate::args::{OfficialArgs, OfficialCommand};
use crate::report::Outcome;

pub(crate) fn run(home: Option<&Path>, args: &OfficialArgs) -> anyhow::Result<Outcome> {
    match &args.command {
        OfficialCommand::Import(a) => import::run(home, a),
        OfficialCommand::List(a) => list::run(home, a),
        OfficialCommand::Imports(a) => list::imports(home, a),
    }
}
