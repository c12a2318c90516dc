//! `belaeg official import`: figures from files, addresses and tables of the StatBank go into the catalog.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use belaeg_check::import::{self, Failure, Import, Mapping, Origin};
use belaeg_corpus::{Access, Corpus, Digest, FigureRow, Imported, NewImport};
use belaeg_fetch::{Answer, Exchange};
use belaeg_model::Language;
use jiff::Timestamp;
use serde_json::json;
use url::Url;

use super::request::Request;
use crate::args::OfficialImportArgs;
use crate::commands::{fetch, ingest};
use crate::figures;
use crate::home::Home;
use crate::inputs::{self, Input};
use crate::output;
use crate::report::{self, Outcome};

/// The version of the readers: figures that another one read from the same bytes are another import.
const READER: &str = "reader 1";

/// The source under which exchanges stand in the archive.
const SOURCE: &str = "official";

/// Refused rows and contradictions that are told one by one; `--json` has all.
const TOLD: usize = 5;

pub(super) fn run(home: Option<&Path>, args: &OfficialImportArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let explained = Explained::of(args)?;
    let mut corpus = Corpus::open(&home.corpus(), Access::Write)?;
    let mut out = output::stdout();
    let mut outcome = Outcome::Good;
    for input in &args.inputs {
        let taken = take(&home, &mut corpus, input, &explained);
        let taken = taken.with_context(|| format!("{input} cannot be imported"));
        match taken {
            Ok(taken) => {
                let language = home.settings.language;
                if args.json {
                    taken.print_json(&mut out)?
                } else {
                    taken.print(&mut out, language)?
                }
                outcome = worse(outcome, taken.outcome());
            }
            Err(error) => {
                report::error(&error);
                outcome = Outcome::SomeFailed;
            }
        }
        out.flush()?;
    }
    Ok(outcome)
}

fn worse(a: Outcome, b: Outcome) -> Outcome {
    match (a, b) {
        (Outcome::SomeFailed, _) | (_, Outcome::SomeFailed) => Outcome::SomeFailed,
        (Outcome::Nothing, _) | (_, Outcome::Nothing) => Outcome::Nothing,
        _ => Outcome::Good,
    }
}

/// What the command line says about the columns.
struct Explained {
    mapping: Option<Mapping>,
    /// For the catalog: how the bytes are read.
    reading: String,
}

impl Explained {
    fn of(args: &OfficialImportArgs) -> anyhow::Result<Self> {
        let mut reading = READER.to_owned();
        let mut mapping = None;
        if let Some(path) = &args.mapping {
            let text = fs_err::read_to_string(path)?;
            mapping = Some(Mapping::parse(&text).with_context(|| path.display().to_string())?);
            reading.push_str(&format!(" mapping={}", Digest::of(text.as_bytes())));
        }
        for (name, said) in [("measure", &args.measure), ("area", &args.area), ("unit", &args.unit)] {
            let Some(said) = said else { continue };
            let constant = &mut mapping.get_or_insert_default().constant;
            let place = match name {
                "measure" => &mut constant.measure,
                "area" => &mut constant.area,
                _ => &mut constant.unit,
            };
            *place = Some(said.clone());
            reading.push_str(&format!(" {name}={said}"));
        }
        Ok(Self { mapping, reading })
    }
}

/// Bytes that may hold figures, and how they came.
struct Brought {
    /// The address, or the file's.
    address: String,
    origin: Origin,
    request: Option<String>,
    bytes: Vec<u8>,
    exchanges: Vec<Exchange>,
    at: Timestamp,
}

fn take<'i>(
    home: &Home,
    corpus: &mut Corpus,
    input: &'i str,
    explained: &Explained,
) -> anyhow::Result<Taken<'i>> {
    let brought = match Request::of(input, &home.settings.official)? {
        Request::File => of_file(home, input)?,
        Request::Web { url, table } => of_web(home, input, &url, table)?,
    };
    let import = import::read(&brought.bytes, &brought.origin, explained.mapping.as_ref())?;
    let stored =
        if import.figures.is_empty() { None } else { Some(store(corpus, &brought, &import, explained)?) };
    Ok(Taken { input, address: brought.address, import, stored })
}

fn of_file(home: &Home, input: &str) -> anyhow::Result<Brought> {
    let path = PathBuf::from(input);
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    if let Ok(length) = fs_err::metadata(&path).map(|m| m.len())
        && length > import::MOST_BYTES
    {
        bail!(Failure::TooLarge { what: format!("it has {length} bytes"), limit: import::MOST_BYTES });
    }
    let file = Input { path: Some(path.clone()), name: name.clone() };
    let bytes = inputs::read(&file, import::MOST_BYTES).map_err(|(_, why)| anyhow::anyhow!(why))?;
    let origin = Origin { address: name, ..Origin::default() };
    let address = ingest::file_address(home, &path);
    Ok(Brought { address, origin, request: None, bytes, exchanges: Vec::new(), at: Timestamp::now() })
}

fn of_web(home: &Home, input: &str, url: &Url, table: Option<String>) -> anyhow::Result<Brought> {
    let settings = home.settings.fetch.settings();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answer = runtime.block_on(belaeg_fetch::ask(url.as_str(), SOURCE, settings, fetch::memory(home)?));
    let Answer { exchanges, body, failure, .. } = answer;
    if let Some((cause, why)) = failure {
        // What the answer says of itself tells more than its status.
        let told = import::read(&body, &Origin::default(), None).err();
        if let Some(told @ (Failure::StatBank { .. } | Failure::Html { .. })) = told {
            return Err(anyhow::Error::new(told).context(why));
        }
        let hint = match cause {
            belaeg_fetch::Cause::PrivateAddress => {
                "\nhint: fetch.allow_hosts in belaeg.toml names hosts that may be private"
            }
            _ => "",
        };
        bail!("{url}: {cause}: {why}{hint}");
    }
    let at = exchanges.last().map_or_else(Timestamp::now, |exchange| exchange.fetched_at);
    let origin = Origin { address: url.to_string(), table, retrieved_at: Some(at) };
    let exchanges = exchanges.into_iter().filter(|e| !e.response_head.is_empty()).collect();
    Ok(Brought {
        address: url.to_string(),
        origin,
        request: Some(input.to_owned()),
        bytes: body,
        exchanges,
        at,
    })
}

fn store(
    corpus: &mut Corpus,
    brought: &Brought,
    import: &Import,
    explained: &Explained,
) -> anyhow::Result<Imported> {
    let exchanges: Vec<belaeg_corpus::Exchange<'_>> =
        brought.exchanges.iter().map(|e| fetch::archived(e, None)).collect();
    let figures: Vec<FigureRow> = import.figures.iter().map(figures::row).collect();
    let stored = corpus.import_figures(&NewImport {
        at: brought.at,
        origin: &brought.address,
        request: brought.request.as_deref(),
        reading: &explained.reading,
        format: import.format.as_str(),
        title: import.title.as_deref(),
        updated: import.updated,
        bytes: &brought.bytes,
        exchanges: &exchanges,
        figures: &figures,
        skipped: &skipped(import),
        refused: &causes(import),
    })?;
    Ok(stored)
}

fn skipped(import: &Import) -> BTreeMap<String, u64> {
    import.skipped.iter().map(|(why, n)| (why.as_str().to_owned(), *n)).collect()
}

fn causes(import: &Import) -> BTreeMap<String, u64> {
    import.causes.iter().map(|(cause, n)| (cause.as_str().to_owned(), *n)).collect()
}

/// What came of an input.
struct Taken<'i> {
    input: &'i str,
    address: String,
    import: Import,
    /// Nothing where there was no figure to store.
    stored: Option<Imported>,
}

impl Taken<'_> {
    fn outcome(&self) -> Outcome {
        match (&self.stored, self.import.causes.is_empty()) {
            (_, false) => Outcome::SomeFailed,
            (None, true) => Outcome::Nothing,
            (Some(_), true) => Outcome::Good,
        }
    }

    fn print(&self, out: &mut impl Write, language: Language) -> anyhow::Result<()> {
        let Self { input, import, .. } = self;
        let pick = |english, danish| language.pick(english, danish);
        let figures = import.figures.len();
        let become_of_it = match self.stored {
            Some(Imported::New(id)) => format!("{figures} {} {id}", pick("figures, import", "tal, import")),
            Some(Imported::Unchanged(id)) => {
                format!("{figures} {} {id}", pick("figures as they were in import", "tal som i import"))
            }
            None => pick("no figures", "ingen tal").to_owned(),
        };
        let mut line = format!("{input}: {become_of_it}");
        for (words, counts) in [
            (pick("passed over", "sprunget over"), skipped(import)),
            (pick("refused", "afvist"), causes(import)),
        ] {
            if !counts.is_empty() {
                let counts: Vec<String> = counts.iter().map(|(why, n)| format!("{n} {why}")).collect();
                line.push_str(&format!("; {words}: {}", counts.join(", ")));
            }
        }
        writeln!(out, "{}", output::plain(&line))?;
        self.tell_rows(language);
        Ok(())
    }

    /// The first of what somebody should look at, on standard error.
    fn tell_rows(&self, language: Language) {
        let Self { input, import, .. } = self;
        for row in import.refused.iter().take(TOLD) {
            let column = if row.column.is_empty() {
                String::new()
            } else {
                format!(", {} {}", language.pick("column", "kolonne"), row.column)
            };
            report::say(&format!("belaeg: {input}: {}{column}: {}: {}", row.at, row.cause, row.why));
        }
        for cell in import.contradictions.iter().take(TOLD) {
            let values: Vec<String> = cell.values.iter().map(|v| output::danish_number(*v)).collect();
            let (measure, area, place, period) = (&cell.measure, &cell.area, &cell.place, &cell.period);
            report::say(&format!(
                "belaeg: {input}: {measure}, {area}, {place}, {period}: {}: {}",
                language.pick("contradicting values, all kept", "modstridende værdier, alle er gemt"),
                values.join(", ")
            ));
        }
        let all = import.causes.values().sum::<u64>() + import.contradictions.len() as u64;
        let told = import.refused.len().min(TOLD) + import.contradictions.len().min(TOLD);
        if all > told as u64 {
            let more = language.pick("more; --json shows them", "mere; --json viser dem");
            report::say(&format!("belaeg: {input}: {} {more}", all - told as u64));
        }
        if self.stored.is_none() && import.causes.is_empty() {
            report::say(language.pick(
                "hint: no row was wanted; ask for codes (valuePresentation=Code), or explain the columns with --mapping",
                "hint: ingen række passede; bed om koder (valuePresentation=Code), eller forklar kolonnerne med --mapping",
            ));
        }
    }

    fn print_json(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let Self { input, address, import, stored } = self;
        let (id, is_unchanged) = match stored {
            Some(Imported::New(id)) => (Some(id), false),
            Some(Imported::Unchanged(id)) => (Some(id), true),
            None => (None, false),
        };
        let line = json!({
            "input": input,
            "address": address,
            "import": id,
            "unchanged": is_unchanged,
            "format": import.format,
            "title": import.title,
            "updated": import.updated,
            "figures": import.figures.len(),
            "skipped": skipped(import),
            "refused": causes(import),
            "rows": import.refused,
            "contradictions": import.contradictions,
        });
        output::json_line(out, &line)
    }
}
