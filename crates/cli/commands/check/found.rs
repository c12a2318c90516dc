//! `belaeg check QUERY`: what a search finds in the index, with verdicts; cards; contradictions.

use std::io::Write;

use anyhow::Context as _;
use belaeg_check::{ArithmeticRecord, CheckRecord, ComparisonRecord, FigureSet, Passage, Report};
use belaeg_claims::Context;
use belaeg_corpus::{Access, Corpus};
use belaeg_index::{Hit, HitDocument, Index, Query, Search};
use belaeg_model::{Claim, ClaimId, Year};
use jiff::Zoned;
use jiff::civil::Date;
use serde::Serialize;

use crate::args::{CheckArgs, measure};
use crate::commands::check::card::Cards;
use crate::commands::check::genealogy::Tellings;
use crate::commands::check::{Session, Setting, about, print};
use crate::figures;
use crate::home::Home;
use crate::output::{self, plain};
use crate::report::{self, Outcome};

pub(super) fn run(home: &Home, args: &CheckArgs) -> anyhow::Result<Outcome> {
    let (figures, refused) = figures::read(home.dir(), args.as_of)?;
    let search = search_of(args)?;
    let index = Index::open(&home.index())?;
    let language = home.settings.language;
    let claim = args.query.as_deref().unwrap_or_default().trim().parse::<ClaimId>();
    if !args.cards && !args.contradictions && claim.is_err() {
        let session = Session::new(figures, language, args.json);
        let outcome = session.found(&mut output::stdout(), &index, &search)?;
        return Ok(outcome.unless(refused > 0));
    }
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let as_of = args.as_of.unwrap_or_else(today);
    let cards = Cards { corpus: &corpus, index: &index, figures: &figures, as_of, language };
    let outcome = match claim {
        _ if args.contradictions => contradictions(&cards, &search, args.json),
        Ok(id) => print_cards(&cards, &[id], args.json),
        Err(_) => print_cards(&cards, &ids(&cards, &search)?, args.json),
    };
    Ok(outcome?.unless(refused > 0))
}

/// The check of a search, as it is printed for a person.
pub(crate) fn show(out: &mut impl Write, home: &Home, index: &Index, search: &Search) -> anyhow::Result<()> {
    let (figures, _) = figures::read(home.dir(), None)?;
    Session::new(figures, home.settings.language, false).found(out, index, search)?;
    Ok(())
}

/// The day whose knowledge counts where none is given.
pub(crate) fn today() -> Date {
    Zoned::now().date()
}

fn search_of(args: &CheckArgs) -> anyhow::Result<Search> {
    let query = args.query.as_deref().filter(|q| q.trim().parse::<ClaimId>().is_err()).unwrap_or("*");
    let typed = Query::parse(query, &measure).context("query")?;
    Ok(Search {
        query: typed.with(args.filters.of_index()).context("query and flags")?,
        limit: args.limit.unwrap_or(usize::MAX),
        ..Search::default()
    })
}

/// A statement of the index with what was checked in it, as JSON: the same as for statements that are handed in, with the
/// claims' ids and the document.
#[derive(Serialize)]
struct Record<'a> {
    id: &'a belaeg_model::StatementId,
    text: &'a str,
    checks: Vec<Identified<'a>>,
    arithmetic: Vec<ArithmeticRecord>,
    comparisons: Vec<ComparisonRecord>,
    document: &'a HitDocument,
}

#[derive(Serialize)]
struct Identified<'a> {
    id: Option<ClaimId>,
    #[serde(flatten)]
    check: CheckRecord<'a>,
}

/// What was checked in a hit, as far as the search asks for it.
pub(crate) fn report_of<'h, 'f>(hit: &'h Hit, search: &Search, figures: &'f FigureSet) -> Report<'h, 'f> {
    let text = hit.statement.text.as_str();
    let (place, published) = (hit.document.place, hit.document.published);
    let passage = Passage::new(text, &hit.claims, published);
    let setting = Setting { years: &years(hit), place, published };
    let mut report = Report::new(&passage, &about(text, &setting), figures);
    report.checks.retain(|c| search.query.asks_for(c.claim));
    if !search.query.claim_filters().is_empty() && report.checks.is_empty() {
        report.arithmetic.clear();
        report.comparisons.clear();
    }
    report
}

/// The id of a claim of a hit.
pub(crate) fn id_of(hit: &Hit, claim: &Claim) -> Option<ClaimId> {
    let position = hit.claims.iter().position(|c| std::ptr::eq(c, claim))?;
    Some(ClaimId::at(&hit.statement.id, position))
}

/// The years that a statement mentions; the index stores only those of its claims.
fn years(hit: &Hit) -> Vec<Year> {
    let context = Context { place: hit.document.place, published: hit.document.published };
    belaeg_claims::find_claims(&hit.statement.text, &context).years
}

impl Session {
    /// The statements that a search finds and in which there is something to check.
    fn found(mut self, out: &mut impl Write, index: &Index, search: &Search) -> anyhow::Result<Outcome> {
        let mut found = 0_u64;
        let figures = std::mem::take(&mut self.figures);
        for hit in index.hits(search)? {
            let hit = hit?;
            let report = report_of(&hit, search, &figures);
            if report.is_empty() {
                continue;
            }
            found += 1;
            self.totals.add(&report);
            if self.json {
                self.found_json(out, &hit, &report)?;
            } else {
                writeln!(out, "{}", headline(&hit.document))?;
                print(out, &hit.statement.text, &report, &|c| id_of(&hit, c), self.language)?;
            }
        }
        self.summary(out)?;
        Ok(if found == 0 { Outcome::Nothing } else { self.totals.outcome() })
    }

    fn found_json(&self, out: &mut impl Write, hit: &Hit, report: &Report<'_, '_>) -> anyhow::Result<()> {
        let language = self.language;
        let mut checks = Vec::with_capacity(report.checks.len());
        for check in &report.checks {
            checks.push(Identified { id: id_of(hit, check.claim), check: CheckRecord::new(check, language) });
        }
        let record = Record {
            id: &hit.statement.id,
            text: &hit.statement.text,
            checks,
            arithmetic: report.arithmetic.iter().map(|a| ArithmeticRecord::new(a, language)).collect(),
            comparisons: report.comparisons.iter().map(|c| ComparisonRecord::new(c, language)).collect(),
            document: &hit.document,
        };
        output::json_line(out, &record)
    }
}

/// "Odense · news · 2018-04-19 · Færre klager".
fn headline(document: &HitDocument) -> String {
    let parts = [
        document.place.map(|p| p.name().to_owned()),
        document.kind.map(|k| k.to_string()),
        document.published.map(|d| d.to_string()),
        Some(plain(document.title.as_deref().unwrap_or(&document.url))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// The claims that a search finds and that can be held against figures.
fn ids(cards: &Cards<'_>, search: &Search) -> anyhow::Result<Vec<ClaimId>> {
    let mut ids = Vec::new();
    for hit in cards.index.hits(search)? {
        let hit = hit?;
        let report = report_of(&hit, search, cards.figures);
        ids.extend(report.checks.iter().filter_map(|c| id_of(&hit, c.claim)));
    }
    Ok(ids)
}

fn print_cards(cards: &Cards<'_>, ids: &[ClaimId], json: bool) -> anyhow::Result<Outcome> {
    let mut out = output::stdout();
    let (mut printed, mut wrong) = (0_u64, false);
    for id in ids {
        let Some(card) = cards.card(id)? else {
            no_such_claim(id);
            continue;
        };
        wrong |= card.is_wrong();
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
    Ok(match (printed, wrong) {
        (0, _) => Outcome::Nothing,
        (_, true) => Outcome::Found,
        (_, false) => Outcome::Good,
    })
}

/// Says that the catalog does not have a claim.
pub(crate) fn no_such_claim(id: &ClaimId) {
    report::say(&format!(
        "belaeg: there is no claim {id}\nhint: `belaeg check '*'` lists claims with their ids"
    ));
}

/// What is told in several ways; exit code 1 where there is something.
fn contradictions(cards: &Cards<'_>, search: &Search, json: bool) -> anyhow::Result<Outcome> {
    let tellings = Tellings::collect(cards.index, cards.corpus, search, cards.figures)?;
    let mut out = output::stdout();
    let mut found = 0_u64;
    for matter in tellings.matters().iter().filter(|m| m.is_contradiction()) {
        found += 1;
        if json {
            output::json_line(&mut out, &tellings.matter_json(matter))?;
        } else {
            tellings.print(&mut out, matter, cards.language)?;
        }
    }
    if !json {
        let what = cards.language.pick(
            "contradiction(s): same measure, area, place, period and denominator, different number",
            "modsigelse(r): samme mål, område, sted, tidsrum og nævner, forskelligt tal",
        );
        writeln!(out, "{found} {what}")?;
    }
    out.flush()?;
    Ok(if found > 0 { Outcome::Found } else { Outcome::Good })
}
