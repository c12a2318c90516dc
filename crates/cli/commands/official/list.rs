//! `belaeg official list` and `imports`: which figures there are, with source and date, and where they came from.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use anyhow::bail;
use belaeg_check::{Figure, Period, Standing};
use belaeg_corpus::{Access, Corpus};
use belaeg_model::date::DANISH_TIME;
use belaeg_model::{Language, Place};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::args::{OfficialImportsArgs, OfficialListArgs};
use crate::figures::{self, KnownFigure};
use crate::home::Home;
use crate::output::{self, plain};
use crate::report::Outcome;

pub(super) fn run(home: Option<&Path>, args: &OfficialListArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let known_at = args.as_of.map(figures::end_of_day).transpose()?;
    let (mut all, refused) = figures::known(home.dir(), known_at)?;
    if let Some(name) = &args.measure {
        let measures = measures(name, &all)?;
        all.retain(|k| measures.contains(&k.figure.measure));
    }
    if let Some(place) = args.place {
        all.retain(|k| k.figure.place == place);
    }
    all.sort_by(|a, b| cell(a).cmp(&cell(b)));
    let mut out = output::stdout();
    if args.json {
        all.iter().try_for_each(|k| output::json_line(&mut out, &record(k)))?;
    } else {
        print(&mut out, &all, home.settings.language)?;
    }
    out.flush()?;
    Ok(match all.is_empty() {
        _ if refused > 0 => Outcome::SomeFailed,
        true => Outcome::Nothing,
        false => Outcome::Good,
    })
}

/// Where a figure stands in the list.
fn cell(known: &KnownFigure) -> (&str, &str, Place, Period, Standing) {
    let Figure { measure, area, place, period, source, .. } = &known.figure;
    (measure, area, *place, *period, source.standing)
}

/// The measures of figures that a name means: their own keys, or the measure of claims that is held against them.
fn measures(name: &str, all: &[KnownFigure]) -> anyhow::Result<BTreeSet<String>> {
    let known: BTreeSet<&str> = all.iter().map(|k| k.figure.measure.as_str()).collect();
    let wanted = name.trim().to_lowercase();
    let mut meant = BTreeSet::new();
    if let Some(id) = belaeg_claims::measure_key(name) {
        meant.insert(id.to_owned());
        meant.extend(belaeg_check::definition(id).map(|d| d.figures.clone()));
    }
    meant.insert(wanted.clone());
    meant.retain(|measure| known.contains(measure.as_str()));
    if meant.is_empty() {
        let near = known
            .iter()
            .max_by(|a, b| strsim::jaro_winkler(a, &wanted).total_cmp(&strsim::jaro_winkler(b, &wanted)));
        let near = near.map_or_else(String::new, |near| format!("\nhint: did you mean {near}?"));
        let known: Vec<&str> = known.into_iter().collect();
        bail!("there are no figures of {name:?}, only of {}{near}", known.join(", "));
    }
    Ok(meant)
}

fn record(known: &KnownFigure) -> Value {
    let KnownFigure { figure, import } = known;
    let source = &figure.source;
    json!({
        "measure": figure.measure,
        "area": figure.area,
        "place": figure.place,
        "place_name": figure.place.name(),
        "period": figure.period.to_string(),
        "value": figure.value,
        "decimals": figure.decimals,
        "unit": figure.unit.as_str(),
        "cases": figure.cases,
        "standing": source.standing.as_str(),
        "source": source.name,
        "url": source.url,
        "published": source.published,
        "retrieved_at": source.retrieved_at,
        "import": import,
        "replaced_at": figure.replaced_at,
        "note": figure.note,
    })
}

/// A paragraph for each measure: what it is, and a line for each figure.
fn print(out: &mut impl Write, all: &[KnownFigure], language: Language) -> anyhow::Result<()> {
    for (number, group) in all.chunk_by(|a, b| a.figure.measure == b.figure.measure).enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        let measure = &group[0].figure.measure;
        writeln!(out, "{}", plain(measure))?;
        print_definition(out, measure, language)?;
        for known in group {
            let figure = &known.figure;
            let cases = figure.cases.map_or_else(String::new, |n| format!(" ({n})"));
            let value = format!("{figure}{cases}");
            let source = &figure.source;
            let date = source.published.map(|day| day.to_string());
            let date = date.or_else(|| source.retrieved_at.map(|at| day(at).to_string()));
            let date = date.map_or_else(String::new, |day| format!(", {day}"));
            let replaced = figure.replaced_at.map_or_else(String::new, |at| format!(" → {}", day(at)));
            let line = format!(
                "  {:<16} {:<12} {:<22} {value:<18} {}, {}{date}{replaced}",
                figure.place.name(),
                figure.period.to_string(),
                figure.area,
                source.standing.as_str(),
                source.name,
            );
            writeln!(out, "{}", without_breaks(&line))?;
        }
    }
    Ok(())
}

/// The definition of a measure of figures, as the claims that are held against it have it.
fn print_definition(out: &mut impl Write, measure: &str, language: Language) -> anyhow::Result<()> {
    let id = belaeg_claims::measures()
        .iter()
        .find(|m| m.id == measure || belaeg_check::definition(&m.id).is_some_and(|d| d.figures == measure));
    let Some(known) = id else { return Ok(()) };
    let lines = [
        ("definition", "definition", known.definition.as_ref()),
        ("source", "kilde", known.source.as_ref()),
        ("not", "ikke", known.not.as_ref()),
    ];
    for (english, danish, words) in lines {
        if let Some(words) = words {
            writeln!(out, "  {}: {words}", language.pick(english, danish))?;
        }
    }
    if let Some(definition) = belaeg_check::definition(&known.id) {
        writeln!(out, "  {}: {}", language.pick("rounding", "afrunding"), definition.rounding)?;
    }
    Ok(())
}

/// What stands in tables of others, without what steers a terminal; blanks stay as they are.
fn without_breaks(line: &str) -> String {
    line.chars().filter(|c| !c.is_control()).collect()
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(DANISH_TIME.clone()).date()
}

/// Every import: when, from where, and what came of it.
pub(super) fn imports(home: Option<&Path>, args: &OfficialImportsArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let imports = Corpus::open(&home.corpus(), Access::Read)?.imports()?;
    let pick = |english, danish| home.settings.language.pick(english, danish);
    let mut out = output::stdout();
    for import in &imports {
        if args.json {
            output::json_line(&mut out, import)?;
            continue;
        }
        let refused = import.refused.values().sum::<u64>();
        let refused =
            if refused == 0 { String::new() } else { format!(", {refused} {}", pick("refused", "afvist")) };
        let what = import.request.as_deref().unwrap_or(&import.origin);
        let title = import.title.as_ref().map_or_else(String::new, |title| format!(" ({title})"));
        let (id, at, figures) = (import.id, import.imported_at, import.figures);
        let line = format!("{id} {at} {what}{title}: {figures} {}{refused}", pick("figures", "tal"));
        writeln!(out, "{}", plain(&line))?;
    }
    out.flush()?;
    Ok(if imports.is_empty() { Outcome::Nothing } else { Outcome::Good })
}
