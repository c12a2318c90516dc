//! `belaeg check`: the rates of a text or of statements held against official figures, their own arithmetic and each other.

pub(crate) mod card;
mod found;
pub(crate) mod genealogy;
pub(crate) mod located;

use std::io::Write;
use std::path::Path;

use anyhow::Context;
use belaeg_check::{
    About, Agreement, ArithmeticRecord, Candidate, Check, CheckRecord, ComparisonRecord, FigureSet, Passage,
    Report, Verdict, area_label,
};
use belaeg_extract::Input;
use belaeg_model::{Claim, ClaimId, Language, Place, Year};
use jiff::civil::Date;
use serde::Serialize;

use crate::args::CheckArgs;
use crate::commands::claims::{self, Line};
use crate::commands::extract::settings_of;
use crate::commands::search::describe;
use crate::figures;
use crate::home::Home;
use crate::inputs::{self, Inputs};
use crate::output::{self, Marks, plain};
use crate::pipeline;
use crate::report::Outcome;
use crate::settings::Settings;
pub(crate) use found::{id_of, no_such_claim, report_of, show, today};

/// The most figures that are shown beside a claim that cannot be decided.
const SHOWN: usize = 6;

pub(crate) fn run(home: Option<&Path>, args: &CheckArgs) -> anyhow::Result<Outcome> {
    let (file, is_text) = match (&args.statements, &args.text) {
        (Some(file), _) => (file, false),
        (None, Some(file)) => (file, true),
        (None, None) => {
            let home = Home::open(home).context(
                "claims are looked for in a home, and a text is checked anywhere with `belaeg check --text FILE`",
            )?;
            return found::run(&home, args);
        }
    };
    let settings = settings_of(home)?;
    let (figures, refused) = figures::read(home.unwrap_or(Path::new(".")), args.as_of)?;
    let mut session = Session::new(figures, settings.language, args.json);
    let bad = if is_text { session.text(file, args, &settings)? } else { session.statements(file)? };
    Ok(session.totals.outcome().unless(bad > 0 || refused > 0))
}

struct Session {
    figures: FigureSet,
    language: Language,
    json: bool,
    totals: Totals,
}

impl Session {
    fn new(figures: FigureSet, language: Language, json: bool) -> Self {
        Self { figures, language, json, totals: Totals::default() }
    }
}

/// What was found in all.
#[derive(Default)]
struct Totals {
    checks: u64,
    verdicts: [u64; 4],
    /// What deviates or does not add up.
    wrong: u64,
}

const VERDICTS: [Verdict; 4] = [Verdict::Matches, Verdict::Deviates, Verdict::Undecidable, Verdict::NoFigure];

impl Totals {
    fn add(&mut self, report: &Report<'_, '_>) {
        for check in &report.checks {
            self.checks += 1;
            if let Some(i) = VERDICTS.iter().position(|v| *v == check.verdict) {
                self.verdicts[i] += 1;
            }
        }
        let deviates = |v: Verdict| v == Verdict::Deviates;
        let wrong = report.checks.iter().filter(|c| deviates(c.verdict)).count()
            + report.comparisons.iter().filter(|c| deviates(c.verdict)).count()
            + report.arithmetic.iter().filter(|a| a.agreement == Agreement::Inconsistent).count();
        self.wrong += wrong as u64;
    }

    fn outcome(&self) -> Outcome {
        if self.wrong > 0 { Outcome::Found } else { Outcome::Good }
    }
}

/// What is known of a statement besides its text and claims.
struct Setting<'a> {
    years: &'a [Year],
    place: Option<Place>,
    published: Option<Date>,
}

/// What a statement is about as a whole.
fn about(text: &str, setting: &Setting<'_>) -> About {
    let topic = belaeg_claims::topic(text);
    About { measure: topic.measure, area: topic.area, years: setting.years.to_vec(), place: setting.place }
}

#[derive(Serialize)]
struct Record<'a, I: Serialize> {
    id: &'a I,
    text: &'a str,
    checks: Vec<CheckRecord<'a>>,
    arithmetic: Vec<ArithmeticRecord>,
    comparisons: Vec<ComparisonRecord>,
}

impl Session {
    /// NDJSON in, NDJSON out; how many lines were none is given back.
    fn statements(&mut self, file: &Path) -> anyhow::Result<u64> {
        let mut out = output::stdout();
        let bad = claims::each_line(Some(file), |line: &Line| {
            let context = line.context();
            let found = belaeg_claims::find_claims(&line.text, &context);
            let setting = Setting { years: &found.years, place: context.place, published: context.published };
            self.statement(&mut out, &line.id, &line.text, &found.claims, &setting, true)
        })?;
        self.summary(&mut out)?;
        Ok(bad)
    }

    /// The statements of a text that report something.
    fn text(&mut self, file: &Path, args: &CheckArgs, settings: &Settings) -> anyhow::Result<u64> {
        let inputs = Inputs::list(&[file.to_owned()], &[]);
        let Some(input) = inputs.documents.first().filter(|_| !file.is_dir()) else {
            anyhow::bail!("{} is a folder\nhint: name one of its files", file.display());
        };
        let failed = |(cause, detail): (belaeg_model::Cause, String)| {
            anyhow::anyhow!("{}: {cause}: {detail}", input.name)
        };
        let bytes = inputs::read(input, settings.extract.limits().input_bytes).map_err(failed)?;
        let hints = belaeg_model::Hints {
            place: args.filters.place,
            published: args.published,
            ..Default::default()
        };
        // Text that is pasted has no name that could tell its format.
        let name = if input.path.is_some() { input.name.as_str() } else { "stdin.txt" };
        let document = Input { bytes: &bytes, name, media_type: None, hints: &hints };
        let extractor = pipeline::extractor(&settings.extract)?;
        let extracted = extractor.extract(&document).map_err(|f| failed((f.cause, f.detail)))?;
        let mut out = output::stdout();
        let place = extracted.meta.place.as_ref().map(|p| p.value);
        let published = extracted.meta.published.as_ref().map(|p| p.value);
        for (number, statement) in belaeg_claims::statements(&extracted).enumerate() {
            let text = statement.span.of(&extracted.text);
            let setting = Setting { years: &statement.years, place, published };
            self.statement(&mut out, &number, text, &statement.claims, &setting, false)?;
        }
        self.summary(&mut out)?;
        Ok(0)
    }

    /// Checks one statement and prints what came of it; with `always` also where nothing did.
    fn statement<I: Serialize>(
        &mut self,
        out: &mut impl Write,
        id: &I,
        text: &str,
        claims: &[Claim],
        setting: &Setting<'_>,
        always: bool,
    ) -> anyhow::Result<()> {
        let passage = Passage::new(text, claims, setting.published);
        let report = Report::new(&passage, &about(text, setting), &self.figures);
        self.totals.add(&report);
        if report.is_empty() && !(always && self.json) {
            return Ok(());
        }
        let language = self.language;
        if !self.json {
            return print(out, text, &report, &|_| None, language);
        }
        let checks = report.checks.iter().map(|c| CheckRecord::new(c, language)).collect();
        let arithmetic = report.arithmetic.iter().map(|a| ArithmeticRecord::new(a, language)).collect();
        let comparisons = report.comparisons.iter().map(|c| ComparisonRecord::new(c, language)).collect();
        output::json_line(out, &Record { id, text, checks, arithmetic, comparisons })
    }

    fn summary(&self, out: &mut impl Write) -> anyhow::Result<()> {
        if !self.json {
            let counts = VERDICTS.iter().zip(self.totals.verdicts).filter(|(_, n)| *n > 0);
            let counts: Vec<String> =
                counts.map(|(v, n)| format!("{n} {}", v.label(self.language))).collect();
            let rates = self.language.pick("rate(s)", "andel(e)");
            let colon = if counts.is_empty() { "" } else { ": " };
            writeln!(out, "{} {rates}{colon}{}", self.totals.checks, counts.join(", "))?;
        }
        out.flush()?;
        Ok(())
    }
}

/// A statement for a person: its text with the numbers marked, and what became of each.
fn print(
    out: &mut impl Write,
    text: &str,
    report: &Report<'_, '_>,
    id: &dyn Fn(&Claim) -> Option<ClaimId>,
    language: Language,
) -> anyhow::Result<()> {
    let mut spans: Vec<_> = report.checks.iter().map(|c| c.claim.span).collect();
    spans.dedup();
    writeln!(out, "{}", Marks::for_stdout().apply(text, &spans))?;
    for check in &report.checks {
        let id = id(check.claim).map(|id| format!("  ({id})")).unwrap_or_default();
        writeln!(out, "  {}{id}", describe(check.claim, language))?;
        print_check(out, check, language)?;
    }
    for sum in &report.arithmetic {
        writeln!(out, "  {}: {}", sum.agreement.label(language), plain(&sum.because(language)))?;
        for warning in &sum.warnings {
            writeln!(out, "    ! {}", warning.sentence(None, language))?;
        }
    }
    for comparison in &report.comparisons {
        let label = language.pick("comparison", "sammenligning");
        writeln!(
            out,
            "  {label} {}: {}",
            comparison.verdict.label(language),
            plain(&comparison.because(language))
        )?;
    }
    writeln!(out)?;
    Ok(())
}

fn print_check(out: &mut impl Write, check: &Check<'_, '_>, language: Language) -> anyhow::Result<()> {
    let because = plain(&check.reason.sentence(check, language));
    writeln!(out, "    {}: {because}", check.verdict.label(language))?;
    for warning in &check.warnings {
        writeln!(out, "    ! {}", warning.sentence(check.cases, language))?;
    }
    if matches!(check.verdict, Verdict::Matches | Verdict::Deviates) {
        if let Some(url) = check.candidates.first().and_then(|c| c.figure.source.url.as_deref()) {
            writeln!(out, "    {}", plain(url))?;
        }
        return Ok(());
    }
    for candidate in check.candidates.iter().take(SHOWN) {
        writeln!(out, "    ? {}", line_of(candidate))?;
    }
    if let Some(more) = check.candidates.len().checked_sub(SHOWN).filter(|n| *n > 0) {
        writeln!(out, "    ? {} {more}", language.pick("and more:", "og flere:"))?;
    }
    Ok(())
}

/// "52 % · 2020 · Hele landet · boernehandicap · source".
fn line_of(candidate: &Candidate<'_>) -> String {
    let figure = candidate.figure;
    let parts = [
        figure.to_string(),
        figure.period.to_string(),
        figure.place.name().to_owned(),
        area_label(&figure.area).to_owned(),
        plain(&figure.source.name),
    ];
    parts.join(" · ")
}
