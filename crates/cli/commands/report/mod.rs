//! `belaeg report`: what is claimed of one measure at one place against the official figures, as a page, a chart and tables.

mod chart;
mod data;
mod page;
mod tables;

use std::path::Path;

use anyhow::bail;
use belaeg_corpus::{Access, Corpus};
use belaeg_index::Index;

use crate::args::ReportArgs;
use crate::figures;
use crate::home::Home;
use crate::output;
use crate::report::{self, Outcome};
use data::Data;

pub(crate) fn run(home: Option<&Path>, args: &ReportArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let index = Index::open(&home.index())?;
    let (figures, refused) = figures::read(home.dir(), args.as_of)?;
    let language = home.settings.language;
    let data = Data::collect(&corpus, &index, &figures, args, language)?;
    if data.rows.is_empty() && data.figures.is_empty() {
        let place = args.place.name();
        report::say(&format!(
            "belaeg: nothing is claimed of {} in {place}, and there is no figure of it",
            args.measure
        ));
        return Ok(Outcome::Nothing);
    }
    let out = &args.out;
    if out.join("index.html").exists() && !args.overwrite {
        bail!("{} has an index.html already\nhint: name another folder, or add --overwrite", out.display());
    }
    fs_err::create_dir_all(out.join(page::DOCUMENTS))?;
    let chart = chart::draw(&data, language)?;
    for document in &data.documents {
        fs_err::write(out.join(page::file_of(document)), page::document(document, language).into_string())?;
    }
    fs_err::write(out.join("claims.csv"), tables::claims(&data)?)?;
    fs_err::write(out.join("figures.csv"), tables::figures(&data)?)?;
    if let Some(svg) = &chart {
        fs_err::write(out.join("chart.svg"), svg)?;
    }
    // Last, so that a page that is there has everything it links to.
    let index = page::index(&data, chart.as_deref(), language).into_string();
    output::write_whole(&out.join("index.html"), index.as_bytes())?;
    report::say(&format!(
        "{}: {} claims, {} figures, {} documents",
        out.join("index.html").display(),
        data.rows.len(),
        data.figures.len(),
        data.documents.len()
    ));
    Ok(Outcome::Good.unless(refused > 0))
}
