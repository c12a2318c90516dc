//! `belaeg init`: makes a folder a home.

use std::path::Path;

use crate::args::InitArgs;
use crate::home::Home;
use crate::report::{self, Outcome};

pub(crate) fn run(home: Option<&Path>, args: &InitArgs) -> anyhow::Result<Outcome> {
    let dir = args.dir.as_deref().or(home).unwrap_or(Path::new("."));
    let home = Home::init(dir)?;
    let shown = home.dir().display();
    report::say(&format!("{shown} is a belaeg home; settings are in {shown}/belaeg.toml"));
    Ok(Outcome::Good)
}
