//! `belaeg check`: claims held against official figures and against each other.

pub(crate) mod card;
pub(crate) mod figures;
pub(crate) mod found;
pub(crate) mod genealogy;
pub(crate) mod located;
pub(crate) mod record;

use std::io::Write;
use std::path::Path;

use belaeg_corpus::{Access, Corpus};
use belaeg_index::{Hit, Index, Search};
use belaeg_model::ClaimId;
use jiff::Zoned;
use jiff::civil::Date;

use crate::args::CheckArgs;
use crate::commands::check::card::Cards;
use crate::commands::check::genealogy::Tellings;
use crate::home::Home;
use crate::output;
use crate::report::{self, Outcome};

pub(crate) fn run(home: Option<&Path>, args: &CheckArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let index = Index::open(&home.index())?;
    let figures = figures::figures(Some(&home), args.as_of)?;
    let language = home.settings.language;
    let as_of = args.as_of.unwrap_or_else(today);
    let cards = Cards { corpus: &corpus, index: &index, figures: &figures, as_of, language };
    let search = search_of(args);
    if args.contradictions {
        return contradictions(&cards, &search, args.json);
    }
    if let Ok(id) = search.query.parse::<ClaimId>() {
        return print_cards(&cards, &[id], args.json);
    }
    let hits = index.search(&search)?.hits;
    if args.cards {
        return print_cards(&cards, &ids(&hits, &search, &cards)?, args.json);
    }
    let mut out = output::stdout();
    let tally = found::print(&mut out, &hits, &search, &figures, args.json, language)?;
    out.flush()?;
    Ok(if tally.total() == 0 || tally.deviating() > 0 { Outcome::Nothing } else { Outcome::Good })
}

fn today() -> Date {
    Zoned::now().date()
}

fn search_of(args: &CheckArgs) -> Search {
    let filters = &args.filters;
    Search {
        query: args.query.clone().unwrap_or_else(|| "*".to_owned()),
        place: filters.place,
        years: filters.year.as_ref().map(|r| (*r.start(), *r.end())),
        rate: filters.rate.as_ref().map(|r| (*r.start(), *r.end())),
        unit: filters.unit,
        kind: filters.kind,
        measure: filters.measure.clone(),
        limit: args.limit.unwrap_or(usize::MAX),
        ..Search::default()
    }
}

/// The claims of the hits that can be held against figures.
fn ids(hits: &[Hit], search: &Search, cards: &Cards<'_>) -> anyhow::Result<Vec<ClaimId>> {
    let mut ids = Vec::new();
    for hit in hits {
        found::each_claim(hit, search, cards.figures, |id, _| {
            ids.push(id);
            Ok(())
        })?;
    }
    Ok(ids)
}

fn print_cards(cards: &Cards<'_>, ids: &[ClaimId], json: bool) -> anyhow::Result<Outcome> {
    let mut out = output::stdout();
    let (mut printed, mut deviating) = (0_u64, 0_u64);
    for id in ids {
        let Some(card) = cards.card(id)? else {
            report::say(&format!(
                "belaeg: there is no claim {id}\nhint: `belaeg check` lists claims with their ids"
            ));
            continue;
        };
        let deviates = card.check().is_some_and(|c| c.verdict == belaeg_check::Verdict::Deviates);
        deviating += u64::from(deviates);
        if json {
            output::json_line(&mut out, &card.json())?;
        } else {
            if printed > 0 {
                writeln!(out)?;
            }
            card.print(&mut out)?;
        }
        printed += 1;
    }
    out.flush()?;
    Ok(if printed == 0 || deviating > 0 { Outcome::Nothing } else { Outcome::Good })
}

/// What is told in several ways; exit code 1 where there is something.
fn contradictions(cards: &Cards<'_>, search: &Search, json: bool) -> anyhow::Result<Outcome> {
    let tellings = Tellings::collect(cards.index, cards.corpus, search, cards.figures)?;
    let matters = tellings.matters();
    let mut out = output::stdout();
    let mut found = 0_u64;
    for matter in matters.iter().filter(|m| m.is_contradiction()) {
        found += 1;
        if json {
            output::json_line(&mut out, &tellings.matter_json(matter))?;
        } else {
            tellings.print(&mut out, matter, cards.language)?;
        }
    }
    if !json {
        let what = cards.language.pick(
            "contradictions: same measure, area, place, period and denominator, different number",
            "modsigelser: samme mål, område, sted, tidsrum og nævner, forskelligt tal",
        );
        writeln!(out, "{found} {what}")?;
    }
    out.flush()?;
    Ok(if found > 0 { Outcome::Nothing } else { Outcome::Good })
}
