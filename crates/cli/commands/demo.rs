//! `belaeg demo`: the example documents taken in, three searches, a check, and what to try next.

use std::io::Write;
use std::path::Path;

use anyhow::bail;
use belaeg_index::{Index, Search, Sort};
use belaeg_model::Hints;

use crate::commands::check;
use crate::commands::ingest::{ingest, report_on};
use crate::commands::search::print;
use crate::home::Home;
use crate::inputs::Inputs;
use crate::output;
use crate::report::{self, Outcome};

pub(crate) fn run(home: Option<&Path>) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let documents = home.corpus().join("documents");
    if !documents.is_dir() {
        bail!("{} is missing\nhint: run the demo in the folder of the repository", documents.display());
    }
    report::say(home.settings.language.pick(
        "taking in the example documents (they are written for belaeg; each says which public facts it restates)",
        "indlæser eksempeldokumenterne (de er skrevet til belaeg; hvert siger, hvilke offentlige tal det gengiver)",
    ));
    let inputs = Inputs::list(std::slice::from_ref(&documents), &[]);
    if inputs.documents.is_empty() {
        bail!("{} has no documents\nhint: run the demo in the folder of the repository", documents.display());
    }
    let (tally, refused) = ingest(&home, inputs, &Hints::default(), false)?;
    report_on(&tally, &refused);
    let index = Index::open(&home.index())?;
    let mut out = output::stdout();
    for (line, query, sort) in SEARCHES {
        writeln!(out, "\n$ {line}\n")?;
        print(&mut out, &index.search(&few(query, sort)?)?, home.settings.language)?;
    }
    let (line, query) = CHECK;
    writeln!(out, "\n$ {line}\n")?;
    check::show(&mut out, &home, &index, &few(query, Sort::Relevance)?)?;
    writeln!(out, "\n{}", next(&home))?;
    out.flush()?;
    let failed = tally.failures.total() + refused.total() > 0;
    Ok(if failed { Outcome::SomeFailed } else { Outcome::Good })
}

/// The searches of the demonstration, as typed and as run.
const SEARCHES: [(&str, &str, Sort); 3] = [
    (
        "belaeg search omgørelsesprocent --place odense --year 2017 --rate 20..30",
        "omgørelsesprocent place:odense year:2017 rate:20..30",
        Sort::Relevance,
    ),
    ("belaeg search 'børnehandicap enhed:procent' --limit 3", "børnehandicap unit:percent", Sort::Relevance),
    ("belaeg search '*' --measure sygefravær --sort rate --limit 3", "measure:sygefravaer", Sort::Rate),
];

/// The check of the demonstration, as typed and as run.
const CHECK: (&str, &str) = (
    "belaeg check omgørelsesprocent --place odense --year 2017 --rate 20..30",
    "omgørelsesprocent place:odense year:2017 rate:20..30",
);

fn few(query: &str, sort: Sort) -> anyhow::Result<Search> {
    Ok(Search { query: query.parse()?, sort, limit: 3, ..Search::default() })
}

fn next(home: &Home) -> &'static str {
    home.settings.language.pick(
        "Try next:\n\
         \x20 belaeg search 'sagsbehandlingstid' --kind minutes\n\
         \x20 belaeg show ID                    a result's document; ID is the last word of its first line\n\
         \x20 belaeg check ID                   a claim's check card; ID is in brackets behind it\n\
         \x20 belaeg report --place odense --measure omgørelsesprocent --out odense\n\
         \x20 belaeg ingest FILE-OR-FOLDER      your own documents\n\
         \x20 belaeg status                     what is stored and what failed",
        "Prøv så:\n\
         \x20 belaeg search 'sagsbehandlingstid' --kind minutes\n\
         \x20 belaeg show ID                    et resultats dokument; ID er det sidste på resultatets første linje\n\
         \x20 belaeg check ID                   en påstands kort; ID står i parentes efter den\n\
         \x20 belaeg report --place odense --measure omgørelsesprocent --out odense\n\
         \x20 belaeg ingest FIL-ELLER-MAPPE     dine egne dokumenter\n\
         \x20 belaeg status                     hvad der er gemt, og hvad der gik galt",
    )
}
