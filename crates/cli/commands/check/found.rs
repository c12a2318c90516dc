//! `belaeg check QUERY`: every claim that a search finds, with its verdict.

use std::collections::BTreeMap;
use std::io::Write;

use belaeg_check::{Check, FigureSet, Passage, Verdict, check};
use belaeg_index::{Hit, HitDocument, Search};
use belaeg_model::{Claim, ClaimId, Language, Unit};
use serde_json::{Value, json};

use crate::commands::check::record::{check_json, verdict_word, warning_sentence};
use crate::commands::search::describe;
use crate::output::{self, plain};

/// How many claims have which verdict.
#[derive(Debug, Default)]
pub(crate) struct Tally(BTreeMap<&'static str, (Option<Verdict>, u64)>);

impl Tally {
    fn add(&mut self, verdict: Verdict) {
        let (_, count) = self.0.entry(verdict.as_str()).or_insert((Some(verdict), 0));
        *count += 1;
    }

    /// How many claims.
    pub(crate) fn total(&self) -> u64 {
        self.0.values().map(|(_, n)| n).sum()
    }

    /// How many are not what the figures say.
    pub(crate) fn deviating(&self) -> u64 {
        self.0.get(Verdict::Deviates.as_str()).map_or(0, |(_, n)| *n)
    }

    /// "5 claims: 1 deviates, 3 matches".
    fn summary(&self, language: Language) -> String {
        let parts: Vec<String> = self
            .0
            .values()
            .filter_map(|(verdict, n)| Some(format!("{n} {}", verdict_word((*verdict)?, language))))
            .collect();
        format!("{} {}: {}", self.total(), language.pick("claims", "påstande"), parts.join(", "))
    }
}

/// Whether one claim has everything that the filters of a search ask of claims.
pub(crate) fn concerns(claim: &Claim, search: &Search) -> bool {
    let asks = search.rate.is_some() || search.unit.is_some() || search.measure.is_some();
    if !asks {
        return true;
    }
    let unit = search.unit.map_or(search.rate.is_none() || claim.unit != Unit::Count, |u| claim.unit == u);
    let (low, high) = (claim.value, claim.value_max.unwrap_or(claim.value));
    let rate = search.rate.is_none_or(|(from, to)| low <= to && high >= from);
    let year = search.years.is_none_or(|(from, to)| claim.years.iter().any(|y| (from..=to).contains(y)));
    let place = search.place.is_none_or(|p| claim.place == Some(p));
    let measure = search.measure.as_ref().is_none_or(|m| claim.measure.as_ref() == Some(m));
    unit && rate && year && place && measure
}

/// Holds the claims of a hit against the figures and hands on what came of each.
pub(crate) fn each_claim(
    hit: &Hit,
    search: &Search,
    figures: &FigureSet,
    mut then: impl FnMut(ClaimId, &Check<'_, '_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let passage = Passage::new(&hit.statement.text, &hit.claims, hit.document.published);
    for (position, claim) in hit.claims.iter().enumerate().filter(|(_, c)| concerns(c, search)) {
        if let Some(check) = check(claim, &passage, figures) {
            then(ClaimId::at(&hit.statement.id, position), &check)?;
        }
    }
    Ok(())
}

/// Prints the claims of `hits` as lines for a person or as NDJSON, and counts them.
pub(crate) fn print(
    out: &mut impl Write,
    hits: &[Hit],
    search: &Search,
    figures: &FigureSet,
    json: bool,
    language: Language,
) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for hit in hits {
        each_claim(hit, search, figures, |id, check| {
            tally.add(check.verdict);
            if json {
                output::json_line(out, &record(&id, hit, check, language))
            } else {
                lines(out, &id, &hit.document, check, language)
            }
        })?;
    }
    if !json {
        writeln!(out, "{}", tally.summary(language))?;
    }
    Ok(tally)
}

fn record(id: &ClaimId, hit: &Hit, check: &Check<'_, '_>, language: Language) -> Value {
    let mut record = json!({"id": id});
    if let (Value::Object(to), Value::Object(from)) = (&mut record, check_json(check, language)) {
        to.extend(from);
    }
    record["claim"] = json!(check.claim);
    record["statement"] = json!({"id": hit.statement.id, "text": hit.statement.text});
    record["document"] = json!(hit.document);
    record
}

/// Verdict and claim, why, where: three lines and one for each warning.
fn lines(
    out: &mut impl Write,
    id: &ClaimId,
    document: &HitDocument,
    check: &Check<'_, '_>,
    language: Language,
) -> anyhow::Result<()> {
    let verdict = verdict_word(check.verdict, language);
    writeln!(out, "{verdict}: {}", describe(check.claim, language))?;
    writeln!(out, "  {}", check.reason.sentence(check, language))?;
    for warning in &check.warnings {
        writeln!(out, "  ! {}", warning_sentence(*warning, check, language))?;
    }
    let parts = [
        document.place.map(|p| p.name().to_owned()),
        document.published.map(|d| d.to_string()),
        document.title.as_deref().map(plain),
        Some(id.to_string()),
    ];
    writeln!(out, "  {}\n", parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))?;
    Ok(())
}
