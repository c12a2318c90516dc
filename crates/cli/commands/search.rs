//! `belaeg search`: statements by words, place, year, value, unit and measure.

use std::io::Write;
use std::path::Path;

use belaeg_index::{Hit, Index, Results, Search};
use belaeg_model::{ByteSpan, Claim, Place, Unit, Year};

use crate::args::SearchArgs;
use crate::home::Home;
use crate::output::{self, Marks, danish_number, plain};
use crate::report::Outcome;
use crate::settings::Language;

pub(crate) fn run(home: Option<&Path>, args: &SearchArgs) -> anyhow::Result<Outcome> {
    let home = Home::open(home)?;
    let results = Index::open(&home.index())?.search(&search_of(args))?;
    let mut out = output::stdout();
    if args.json {
        for hit in &results.hits {
            output::json_line(&mut out, hit)?;
        }
    } else if args.csv {
        csv_table(&mut out, &results, args)?;
    } else {
        print(&mut out, &results, home.settings.language)?;
    }
    out.flush()?;
    Ok(if results.total == 0 { Outcome::Nothing } else { Outcome::Good })
}

fn search_of(args: &SearchArgs) -> Search {
    Search {
        query: args.query.clone(),
        place: args.place,
        years: args.year.as_ref().map(|r| (*r.start(), *r.end())),
        rate: args.rate.as_ref().map(|r| (*r.start(), *r.end())),
        unit: args.unit,
        kind: args.kind,
        measure: args.measure.clone(),
        sort: args.sort.into(),
        limit: args.limit.unwrap_or(if args.json || args.csv { usize::MAX } else { 20 }),
        offset: args.offset,
    }
}

/// The results for a person: the statement with the found words and values marked, its document, its claims.
pub(crate) fn print(out: &mut impl Write, results: &Results, language: Language) -> anyhow::Result<()> {
    let marks = Marks::for_stdout();
    for hit in &results.hits {
        writeln!(out, "{}", headline(hit))?;
        writeln!(out, "  {}", marks.apply(&hit.statement.text, &marked(hit)))?;
        for claim in &hit.claims {
            writeln!(out, "    {}", describe(claim, language))?;
        }
        writeln!(out)?;
    }
    let (shown, total) = (results.hits.len(), results.total);
    let word = language.pick("statements", "udsagn");
    let of = language.pick("of", "af");
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

/// A row for each claim that the filters ask for; with none on claims, for each claim of a statement, or one for a
/// statement without.
fn csv_table(out: &mut impl Write, results: &Results, args: &SearchArgs) -> anyhow::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS)?;
    for hit in &results.hits {
        let claims = hit.claims.iter().filter(|c| is_asked_for(c, args)).map(Some);
        for claim in claims.chain(hit.claims.is_empty().then_some(None)) {
            table.write_record(row(hit, claim))?;
        }
    }
    table.flush()?;
    Ok(())
}

/// Whether one claim has everything that the filters on claims ask for, as the index decides it.
fn is_asked_for(claim: &Claim, args: &SearchArgs) -> bool {
    if args.rate.is_none() && args.unit.is_none() && args.measure.is_none() {
        return true;
    }
    let unit = args.unit.map_or(args.rate.is_none() || claim.unit != Unit::Count, |u| claim.unit == u);
    let (low, high) = (claim.value, claim.value_max.unwrap_or(claim.value));
    let rate = args.rate.as_ref().is_none_or(|r| low <= *r.end() && high >= *r.start());
    let year = args.year.as_ref().is_none_or(|r| claim.years.iter().any(|y| r.contains(y)));
    let place = args.place.is_none_or(|p| claim.place == Some(p));
    let measure = args.measure.as_deref().is_none_or(|m| claim.measure.as_deref() == Some(m));
    unit && rate && year && place && measure
}

fn row(hit: &Hit, claim: Option<&Claim>) -> Vec<String> {
    let text = |s: Option<&str>| s.unwrap_or_default().to_owned();
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let (statement, document) = (&hit.statement, &hit.document);
    let mut row = vec![
        hit.score.to_string(),
        statement.id.to_string(),
        statement.text.clone(),
        document.id.to_string(),
        document.url.clone(),
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
        c.quote.clone(),
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
