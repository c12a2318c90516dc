//! What a search found, counted: as a short table, and as the last line of its JSON.

use std::io::Write;

use belaeg_index::{Bin, Facets, Histogram};
use belaeg_model::{Place, Unit};
use serde_json::{Value, json};

use crate::output::{danish_number, plain};
use crate::settings::Language;

/// A line of the table has this many entries; JSON has all.
const ENTRIES: usize = 8;
/// The longest bar of the histogram.
const BAR: u64 = 30;

/// `{"kommune": [{"value", "name", "count"}, ...], ...}`, the commonest first, years in their order.
pub(super) fn record(facets: &Facets) -> Value {
    let named = |value: &str, name: &str, count: u64| json!({"value": value, "name": name, "count": count});
    let places = |all: &[(Place, u64)]| -> Vec<Value> {
        all.iter().map(|(place, n)| named(place.code(), place.name(), *n)).collect()
    };
    let measures = facets.measure.iter().map(|(key, n)| named(key, measure(key), *n));
    json!({
        "kommune": places(&facets.kommune),
        "region": places(&facets.region),
        "kind": facets.kind.iter().map(|(kind, n)| json!({"value": kind, "count": n})).collect::<Vec<_>>(),
        "year": facets.year.iter().map(|(year, n)| json!({"value": year, "count": n})).collect::<Vec<_>>(),
        "measure": measures.collect::<Vec<_>>(),
        "unit": facets.unit.iter().map(|(unit, n)| json!({"value": unit, "count": n})).collect::<Vec<_>>(),
        "source": facets.source.iter().map(|(host, n)| json!({"value": host, "count": n})).collect::<Vec<_>>(),
    })
}

/// `[{"unit", "from", "to", "count"}, ...]` from low to high; `from` or `to` is null in a bin that is open there.
pub(super) fn histogram(facets: &Facets) -> Value {
    let Some(Histogram { unit, bins }) = &facets.histogram else { return json!([]) };
    let bin = |b: &Bin| json!({"unit": unit, "from": b.from, "to": b.to, "count": b.count});
    bins.iter().map(bin).collect()
}

/// A line for each property, and one for each bin.
pub(super) fn print(out: &mut impl Write, facets: &Facets, language: Language) -> anyhow::Result<()> {
    let places = |all: &[(Place, u64)]| all.iter().map(|(place, n)| (place.name().to_owned(), *n)).collect();
    let rows: [(&str, Vec<(String, u64)>); 7] = [
        ("kommune", places(&facets.kommune)),
        ("region", places(&facets.region)),
        (language.pick("kind", "type"), facets.kind.iter().map(|(kind, n)| (kind.to_string(), *n)).collect()),
        (language.pick("year", "år"), commonest(&facets.year)),
        (
            language.pick("measure", "mål"),
            facets.measure.iter().map(|(key, n)| (measure(key).to_owned(), *n)).collect(),
        ),
        (
            language.pick("unit", "enhed"),
            facets.unit.iter().map(|(unit, n)| (unit.as_str().to_owned(), *n)).collect(),
        ),
        (language.pick("source", "kilde"), facets.source.clone()),
    ];
    for (name, entries) in rows.iter().filter(|(_, entries)| !entries.is_empty()) {
        let mut parts: Vec<String> =
            entries.iter().take(ENTRIES).map(|(entry, n)| format!("{} {n}", plain(entry))).collect();
        if let Some(more) = entries.len().checked_sub(ENTRIES).filter(|more| *more > 0) {
            parts.push(format!("{} {more}", language.pick("and more:", "og flere:")));
        }
        writeln!(out, "{name:9}{}", parts.join(" · "))?;
    }
    if let Some(values) = &facets.histogram {
        print_histogram(out, values, language)?;
    }
    Ok(())
}

/// The years with most statements, in the order of time.
fn commonest(years: &[(belaeg_model::Year, u64)]) -> Vec<(String, u64)> {
    let mut all = years.to_vec();
    all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let rest = all.split_off(all.len().min(ENTRIES));
    all.sort_unstable();
    all.into_iter().chain(rest).map(|(year, n)| (year.to_string(), n)).collect()
}

fn print_histogram(out: &mut impl Write, values: &Histogram, language: Language) -> anyhow::Result<()> {
    let unit = match values.unit {
        Unit::Percent => "%",
        Unit::PercentagePoint => language.pick("percentage points", "procentpoint"),
        Unit::Permille => "‰",
        Unit::PerN => language.pick("per N", "pr. N"),
        Unit::Count => language.pick("count", "antal"),
    };
    writeln!(out, "{} ({unit})", language.pick("values", "værdier"))?;
    let most = values.bins.iter().map(|b| b.count).max().unwrap_or(1).max(1);
    let ends: Vec<String> = values.bins.iter().map(range).collect();
    let width = ends.iter().map(|e| e.chars().count()).max().unwrap_or(0);
    for (bin, ends) in values.bins.iter().zip(ends) {
        let length = usize::try_from((bin.count.saturating_mul(BAR)).div_ceil(most)).unwrap_or(0);
        writeln!(out, "  {ends:>width$} {:30} {}", "#".repeat(length), bin.count)?;
    }
    Ok(())
}

/// "5–10", "<0", "≥100".
fn range(bin: &Bin) -> String {
    match (bin.from, bin.to) {
        (Some(from), Some(to)) => format!("{}–{}", danish_number(from), danish_number(to)),
        (None, Some(to)) => format!("<{}", danish_number(to)),
        (Some(from), None) => format!("≥{}", danish_number(from)),
        (None, None) => String::new(),
    }
}

fn measure(key: &str) -> &str {
    belaeg_claims::label(key).unwrap_or(key)
}
