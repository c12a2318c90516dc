//! `belaeg search`: statements by words, place, year, value, unit and measure.

mod archive;
mod facets;

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use belaeg_index::{Filters, Hit, Hits, Index, Query, Results, Search, Words};
use belaeg_model::{ByteSpan, Claim, Place, Unit, Year};
use serde::Serialize;
use serde_json::json;

use crate::args::{SearchArgs, measure};
use crate::home::Home;
use crate::output::{self, Marks, danish_number, plain};
use crate::report::{self, Outcome};
use crate::settings::Language;
use archive::Archive;

pub(crate) fn run(home: Option<&Path>, args: &SearchArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let typed = Query::parse(&args.query, &measure).context("query")?;
    let language = home.settings.language;
    let echoed = !(typed.is_plain() || args.json || args.csv);
    let search = search_of(typed, args)?;
    let index = Index::open(&home.index())?;
    let mut hits = index.hits(&search)?;
    if echoed {
        report::say(&format!("{}: {}", language.pick("read as", "læst som"), search.query));
    }
    if hits.words() == Words::Most && hits.total() > 0 {
        report::say(language.pick(
            "few statements or none have all words; these have most of them",
            "få eller ingen udsagn har alle ord; disse har de fleste",
        ));
    }
    let mut out = output::stdout();
    if args.json {
        json_lines(&mut out, &index, &mut hits, &home, args)?;
    } else if args.csv {
        csv_table(&mut out, &mut hits, &search.query.claim_filters())?;
    } else {
        let archive = Archive::open(&home);
        let shown = print_page(&mut out, &mut hits, &archive, args, language)?;
        if let Some(facets) = hits.facets() {
            facets::print(&mut out, facets, language)?;
        }
        last_line(&mut out, shown, hits.total(), language)?;
        out.flush()?;
        report::say(&archive.coverage_line(&index, language));
    }
    out.flush()?;
    if let Some(next) = hits.next_page()? {
        report::say(&format!("{} --after {next}", language.pick("next page:", "næste side:")));
    }
    Ok(if hits.total() == 0 { Outcome::Nothing } else { Outcome::Good })
}

/// One hit a line; with facets, one line more: `{"facets", "histogram", "total", "coverage", "next"}`.
fn json_lines(
    out: &mut impl Write,
    index: &Index,
    hits: &mut Hits<'_>,
    home: &Home,
    args: &SearchArgs,
) -> anyhow::Result<()> {
    let archive = (args.context || args.facets).then(|| Archive::open(home));
    for hit in hits.by_ref() {
        let hit = hit?;
        match archive.as_ref().filter(|_| args.context) {
            Some(archive) => output::json_line(out, &Linked { hit: &hit, links: archive.links(&hit) })?,
            None => output::json_line(out, &hit)?,
        }
    }
    let next = hits.next_page()?;
    if let (Some(facets), Some(archive)) = (hits.facets(), archive) {
        let last = json!({
            "facets": facets::record(facets),
            "histogram": facets::histogram(facets),
            "total": hits.total(),
            "coverage": archive.coverage_record(index),
            "next": next,
        });
        output::json_line(out, &last)?;
    }
    Ok(())
}

/// A hit with its links.
#[derive(Serialize)]
struct Linked<'a> {
    #[serde(flatten)]
    hit: &'a Hit,
    links: serde_json::Value,
}

fn search_of(typed: Query, args: &SearchArgs) -> anyhow::Result<Search> {
    Ok(Search {
        query: typed.with(args.filters.of_index()).context("query and flags")?,
        tiers: args.tiers.unwrap_or_default(),
        words: args.words.map_or(if args.json || args.csv { Words::All } else { Words::Most }, Words::from),
        sort: args.sort.into(),
        limit: args.limit.unwrap_or(if args.json || args.csv { usize::MAX } else { 20 }),
        offset: args.offset,
        after: args.after,
        fold: args.fold || !(args.no_fold || args.json || args.csv),
        context: args.context,
        facets: args.facets,
    })
}

/// The results for a person: the statement with the found words and values marked, its document, its claims.
pub(crate) fn print(out: &mut impl Write, results: &Results, language: Language) -> anyhow::Result<()> {
    for hit in &results.hits {
        print_hit(out, hit, language)?;
        writeln!(out)?;
    }
    last_line(out, results.hits.len(), results.total, language)
}

/// Prints the hits as they come; returns how many there were.
fn print_page(
    out: &mut impl Write,
    hits: &mut Hits<'_>,
    archive: &Archive,
    args: &SearchArgs,
    language: Language,
) -> anyhow::Result<usize> {
    let mut shown = 0;
    for hit in hits {
        let hit = hit?;
        print_hit(out, &hit, language)?;
        if args.context {
            for line in
                [why(&hit, language), archive.place(&hit, language), hit.live_url()].into_iter().flatten()
            {
                writeln!(out, "  {}", plain(&line))?;
            }
        }
        writeln!(out)?;
        shown += 1;
    }
    Ok(shown)
}

fn print_hit(out: &mut impl Write, hit: &Hit, language: Language) -> anyhow::Result<()> {
    let statement = &hit.statement;
    writeln!(out, "{}", headline(hit))?;
    if let Some(before) = &statement.before {
        writeln!(out, "  … {}", plain(before))?;
    }
    writeln!(out, "  {}", Marks::for_stdout().apply(&statement.text, &marked(hit)))?;
    if let Some(after) = &statement.after {
        writeln!(out, "  … {}", plain(after))?;
    }
    for claim in &hit.claims {
        writeln!(out, "    {}", describe(claim, language))?;
    }
    if let Some(same) = hit.same.filter(|n| *n > 0) {
        writeln!(out, "    + {same} {}", language.pick("the same elsewhere", "ens andre steder"))?;
    }
    Ok(())
}

/// "found: Skolerne (stem), fravær (exact); claim 1": which words were found how, and which claims pass the filters.
fn why(hit: &Hit, language: Language) -> Option<String> {
    let matched = hit.matched.as_ref()?;
    let word = |w: &belaeg_index::Found| Some(format!("{} ({})", w.span.get(&hit.statement.text)?, w.by));
    let words: Vec<String> = matched.words.iter().filter_map(word).collect();
    let claims: Vec<String> = matched.claims.iter().map(|i| (i + 1).to_string()).collect();
    let claim = language.pick("claim", "påstand");
    let parts = [
        Some(words.join(", ")).filter(|w| !w.is_empty()),
        Some(claims.join(", ")).filter(|c| !c.is_empty()).map(|c| format!("{claim} {c}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{}: {}", language.pick("found", "fundet"), parts.join("; ")))
}

fn last_line(out: &mut impl Write, shown: usize, total: usize, language: Language) -> anyhow::Result<()> {
    let (of, word) = (language.pick("of", "af"), language.pick("statements", "udsagn"));
    writeln!(out, "{shown} {of} {total} {word}")?;
    Ok(())
}

/// Place, kind, date, title and the id to go on with.
fn headline(hit: &Hit) -> String {
    let document = &hit.document;
    let parts = [
        document.place.map(|p| p.name().to_owned()),
        document.kind.map(|k| k.to_string()),
        hit.statement.section.map(|s| s.as_str().to_owned()),
        document.published.map(|d| d.to_string()),
        document.title.as_deref().map(plain),
        hit.statement.page.map(|page| format!("p. {page}{}", if hit.statement.ocr { ", OCR" } else { "" })),
        Some(hit.statement.id.to_string()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// Found words and the words of the claims, in order and without overlaps.
fn marked(hit: &Hit) -> Vec<ByteSpan> {
    let claims = hit.claims.iter().map(|c| c.span);
    let mut spans: Vec<ByteSpan> = claims.chain(hit.statement.highlights.iter().copied()).collect();
    spans.sort_by_key(|s| std::cmp::Reverse(s.len()));
    let mut apart: Vec<ByteSpan> = Vec::new();
    for span in spans {
        if !apart.iter().any(|a| a.overlaps(span)) {
            apart.push(span);
        }
    }
    apart.sort_unstable();
    apart
}

/// "28,9 % · omgørelsesprocent · 2017 · Odense": a claim on one line.
pub(crate) fn describe(claim: &Claim, language: Language) -> String {
    let mut parts = vec![value(claim, language)];
    if let Some(label) = claim.measure.as_deref().and_then(belaeg_claims::label) {
        parts.push(label.to_owned());
    }
    if !claim.years.is_empty() {
        parts.push(years(&claim.years));
    }
    parts.extend(claim.place.map(Place::name).map(str::to_owned));
    if claim.role != belaeg_model::Role::Level {
        parts.push(claim.role.as_str().to_owned());
    }
    if claim.approx != belaeg_model::Approx::Exact {
        parts.push(claim.approx.as_str().replace('_', " "));
    }
    if claim.doubtful {
        parts.push(language.pick("number doubtful (OCR)", "tallet er usikkert (OCR)").to_owned());
    }
    parts.join(" · ")
}

/// "2017", "2019, 2021", "2025–2037".
fn years(years: &[Year]) -> String {
    match years {
        [first, .., last] if years.len() > 2 && usize::from(last.abs_diff(*first)) + 1 == years.len() => {
            format!("{first}–{last}")
        }
        _ => years.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

pub(crate) fn value(claim: &Claim, language: Language) -> String {
    let number = match claim.value_max {
        Some(max) => format!("{}–{}", danish_number(claim.value), danish_number(max)),
        None => danish_number(claim.value),
    };
    match claim.unit {
        Unit::Percent => format!("{number} %"),
        Unit::PercentagePoint => format!("{number} {}", language.pick("percentage points", "procentpoint")),
        Unit::Permille => format!("{number} ‰"),
        Unit::PerN => format!("{number} {} {}", language.pick("per", "pr."), claim.per.unwrap_or(1)),
        Unit::Count => format!("{number} {}", plain(claim.noun.as_deref().unwrap_or_default())),
    }
}

const COLUMNS: [&str; 25] = [
    "score",
    "statement_id",
    "text",
    "document_id",
    "url",
    "title",
    "kind",
    "document_place",
    "published",
    "quote",
    "value",
    "value_max",
    "unit",
    "per",
    "numerator",
    "denominator",
    "noun",
    "role",
    "approx",
    "years",
    "place",
    "place_name",
    "measure",
    "area",
    "found",
];

/// A row for each claim that the filters ask for; with none on claims, for each claim of a statement. A statement without
/// such a claim has one row.
fn csv_table(out: &mut impl Write, hits: &mut Hits<'_>, asked: &[Filters]) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for hit in hits {
        let hit = hit?;
        let is_asked_for = |claim: &&Claim| asked.is_empty() || asked.iter().any(|f| f.pass(claim));
        let mut claims = hit.claims.iter().filter(is_asked_for).peekable();
        if claims.peek().is_none() {
            table.write_record(row(&hit, None))?;
        }
        for claim in claims {
            table.write_record(row(&hit, Some(claim)))?;
        }
    }
    table.flush()?;
    Ok(())
}

fn row(hit: &Hit, claim: Option<&Claim>) -> Vec<String> {
    let text = |s: Option<&str>| output::no_formula(s.unwrap_or_default()).into_owned();
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let (statement, document) = (&hit.statement, &hit.document);
    let mut row = vec![
        hit.score.to_string(),
        statement.id.to_string(),
        text(Some(&statement.text)),
        document.id.to_string(),
        text(Some(&document.url)),
        text(document.title.as_deref()),
        text(document.kind.map(belaeg_model::Kind::as_str)),
        text(document.place.map(Place::code)),
        document.published.map(|d| d.to_string()).unwrap_or_default(),
    ];
    let Some(c) = claim else {
        row.resize(COLUMNS.len(), String::new());
        return row;
    };
    row.extend([
        text(Some(&c.quote)),
        c.value.to_string(),
        number(c.value_max),
        c.unit.as_str().to_owned(),
        c.per.map(|n| n.to_string()).unwrap_or_default(),
        number(c.numerator),
        number(c.denominator),
        text(c.noun.as_deref()),
        c.role.as_str().to_owned(),
        c.approx.as_str().to_owned(),
        c.years.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        text(c.place.map(Place::code)),
        text(c.place.map(Place::name)),
        text(c.measure.as_deref()),
        text(c.area.as_deref()),
        serde_json::to_string(&c.found).unwrap_or_default(),
    ]);
    row
}
