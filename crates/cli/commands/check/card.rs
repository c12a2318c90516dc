//! A check card: everything that is known of one claim, so that a reader can judge the verdict and repeat it.

use std::io::Write;

use belaeg_check::{
    Agreement, ArithmeticRecord, Candidate, Check, CheckRecord, ComparisonRecord, FigureSet, Passage, Report,
    Verdict, area_label, definition,
};
use belaeg_corpus::Corpus;
use belaeg_index::{Filters, Index, Interval, Query, Search};
use belaeg_model::{Claim, ClaimId, Language};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::commands::check::genealogy::Tellings;
use crate::commands::check::located::Located;
use crate::commands::check::{Setting, about};
use crate::commands::search::describe;
use crate::output::{Marks, danish_number, plain};

/// Candidates that are shown to a person; JSON has them all.
const MOST_SHOWN: usize = 12;

/// What a card is made from.
pub(crate) struct Cards<'a> {
    pub(crate) corpus: &'a Corpus,
    pub(crate) index: &'a Index,
    pub(crate) figures: &'a FigureSet,
    /// The day whose knowledge counts.
    pub(crate) as_of: Date,
    pub(crate) language: Language,
}

/// A claim with what stands on its card.
pub(crate) struct Card<'a> {
    pub(crate) located: Located,
    cards: &'a Cards<'a>,
    tellings: Tellings,
}

impl<'a> Cards<'a> {
    /// The card of a claim, if the catalog has it.
    pub(crate) fn card(&'a self, id: &ClaimId) -> anyhow::Result<Option<Card<'a>>> {
        let Some(located) = Located::find(self.corpus, id)? else { return Ok(None) };
        let tellings = match same_matter(located.claim()) {
            Some(search) => Tellings::collect(self.index, self.corpus, &search, self.figures)?,
            None => Tellings::default(),
        };
        Ok(Some(Card { located, cards: self, tellings }))
    }
}

/// The search that finds what else is told of a claim's measure, place and years.
fn same_matter(claim: &Claim) -> Option<Search> {
    let years = Interval::new(*claim.years.first()?, *claim.years.last()?);
    let same = Filters {
        places: vec![vec![claim.place?]],
        years: Some(vec![years]),
        measures: Some(vec![claim.measure.clone()?]),
        ..Filters::default()
    };
    Some(Search { query: Query::default().with(same).ok()?, ..Search::default() })
}

impl Card<'_> {
    /// Everything that can be checked in the claim's statement.
    fn report(&self) -> Report<'_, '_> {
        let located = &self.located;
        let text = located.statement_text();
        let statement = located.statement();
        let published = located.version.extracted.meta.published.as_ref().map(|p| p.value);
        let setting = Setting { years: &statement.years, place: located.place(), published };
        let passage = Passage::new(text, &statement.claims, published);
        Report::new(&passage, &about(text, &setting), self.cards.figures)
    }

    /// The claim held against the figures; `None` for what is no reported rate.
    pub(crate) fn check(&self) -> Option<Check<'_, '_>> {
        let claim = self.located.claim();
        self.report().checks.into_iter().find(|c| std::ptr::eq(c.claim, claim))
    }

    /// Whether it deviates, or its statement does not add up.
    pub(crate) fn is_wrong(&self) -> bool {
        let inconsistent =
            |r: &Report<'_, '_>| r.arithmetic.iter().any(|a| a.agreement == Agreement::Inconsistent);
        self.check().is_some_and(|c| c.verdict == Verdict::Deviates) || inconsistent(&self.report())
    }

    /// The verdict with its reason, and the verdict alone.
    pub(crate) fn conclusion(&self) -> (String, &'static str) {
        let language = self.cards.language;
        let Some(check) = self.check() else {
            let verdict = language.pick("not held against figures", "holdes ikke op mod tal");
            let because = language.pick(
                "it is a count, a change, a goal or a forecast",
                "det er et antal, en ændring, et mål eller en prognose",
            );
            return (format!("{verdict}: {because}"), verdict);
        };
        let verdict = check.verdict.label(language);
        (format!("{verdict}: {}", check.reason.sentence(&check, language)), verdict)
    }

    /// What is typed to get this card again, with what was known on the day.
    fn request(&self) -> String {
        format!("belaeg check {} --as-of {}", self.located.id, self.cards.as_of)
    }

    /// The card as JSON.
    pub(crate) fn json(&self) -> Value {
        let language = self.cards.language;
        let report = self.report();
        let arithmetic: Vec<_> =
            report.arithmetic.iter().map(|a| ArithmeticRecord::new(a, language)).collect();
        let comparisons: Vec<_> =
            report.comparisons.iter().map(|c| ComparisonRecord::new(c, language)).collect();
        let check = self.check();
        let mut card = json!({
            "id": self.located.id, "claim": self.located.claim(),
            "check": check.as_ref().map(|c| CheckRecord::new(c, language)),
            "arithmetic": arithmetic, "comparisons": comparisons,
            "definition": self.definition(), "told": self.tellings.about_json(&self.located.id),
            "as_of": self.cards.as_of, "request": self.request(),
        });
        if let (Value::Object(to), Value::Object(from)) = (&mut card, self.located.source_json()) {
            to.extend(from);
        }
        card
    }

    fn definition(&self) -> Value {
        let measure = self.located.claim().measure.as_deref();
        let official = measure.and_then(definition).map(|d| {
            json!({"numerator": d.numerator, "denominator": d.denominator, "rounding": d.rounding, "look_alikes": d.look_alikes})
        });
        let known = belaeg_claims::measures().iter().find(|m| Some(m.id.as_str()) == measure);
        json!({"text": known.map(|m| &m.definition), "source": known.map(|m| &m.source), "not": known.map(|m| &m.not), "official": official})
    }

    /// The card for a person.
    pub(crate) fn print(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let language = self.cards.language;
        let located = &self.located;
        let row = |out: &mut dyn Write, en: &str, da: &str, text: &str| {
            writeln!(out, "{:10}  {text}", language.pick(en, da))
        };
        let (conclusion, _) = self.conclusion();
        row(out, "Claim", "Påstand", &format!("{}  ({})", describe(located.claim(), language), located.id))?;
        row(out, "Quote", "Citat", &self.quote())?;
        for line in self.source_lines() {
            row(out, "Source", "Kilde", &line)?;
        }
        let snapshot = &located.version.snapshot;
        let at = language.pick("at byte", "ved byte");
        row(
            out,
            "Archive",
            "Arkiv",
            &format!("{} {at} {}, sha256 {}", snapshot.file, snapshot.offset, snapshot.sha256),
        )?;
        row(out, "Verdict", "Dom", &conclusion)?;
        if let Some(check) = self.check() {
            for line in figure_lines(&check, language) {
                row(out, "Figure", "Tal", &line)?;
            }
            for warning in &check.warnings {
                row(out, "Warning", "Advarsel", &warning.sentence(check.cases, language))?;
            }
        }
        for line in self.statement_lines() {
            row(out, "Statement", "Udsagn", &line)?;
        }
        for line in self.definition_lines() {
            row(out, "Definition", "Definition", &line)?;
        }
        for line in self.tellings.lines_about(&located.id, language) {
            row(out, "Told", "Fortalt", &line)?;
        }
        row(out, "Repeat", "Gentag", &self.request())?;
        Ok(())
    }

    /// The statement with the claim's words marked, between the statements before and after.
    fn quote(&self) -> String {
        let [before, after] = self.located.neighbours().map(|s| s.map(plain).unwrap_or_default());
        let told = Marks::for_stdout().apply(self.located.statement_text(), &[self.located.claim().span]);
        [before, told, after].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" | ")
    }

    fn source_lines(&self) -> Vec<String> {
        let (located, language) = (&self.located, self.cards.language);
        let meta = &located.version.extracted.meta;
        let parts = [
            located.title().map(plain),
            located.place().map(|p| p.name().to_owned()),
            meta.kind.as_ref().map(|k| k.value.to_string()),
            located.published().map(|d| d.to_string()),
        ];
        let mut lines =
            vec![parts.into_iter().flatten().collect::<Vec<_>>().join(" · "), plain(&located.document.url)];
        let current = located.document.current.unwrap_or(located.version.number);
        let of = language.pick("of", "af");
        let fetched = language.pick("fetched", "hentet");
        lines.push(format!(
            "version {} {of} {current}, {fetched} {}",
            located.version.number, located.version.snapshot.fetched_at
        ));
        if let Some(at) = located.dates.as_ref().and_then(|d| d.gone_at) {
            lines.push(format!(
                "{} {at}",
                language.pick("WITHDRAWN: no longer there since", "TRUKKET TILBAGE: væk siden")
            ));
        }
        lines.extend(located.version.snapshot.hints.note.as_deref().map(plain));
        lines
    }

    /// What can be calculated in the statement, and what it compares.
    fn statement_lines(&self) -> Vec<String> {
        let language = self.cards.language;
        let report = self.report();
        let sums = report.arithmetic.iter();
        let sums = sums.map(|a| format!("{}: {}", a.agreement.label(language), plain(&a.because(language))));
        let comparisons = report.comparisons.iter();
        let comparisons =
            comparisons.map(|c| format!("{}: {}", c.verdict.label(language), plain(&c.because(language))));
        sums.chain(comparisons).collect()
    }

    fn definition_lines(&self) -> Vec<String> {
        let language = self.cards.language;
        let Some(measure) = self.located.claim().measure.as_deref() else { return Vec::new() };
        let mut lines = Vec::new();
        if let Some(d) = definition(measure) {
            lines.push(format!("{} / {}", d.numerator, d.denominator));
            let not = language.pick("not", "ikke");
            lines.extend(d.look_alikes.iter().map(|other| format!("{not}: {other}")));
        } else if let Some(m) = belaeg_claims::measures().iter().find(|m| m.id == measure) {
            lines.extend(m.definition.clone());
        }
        lines
    }
}

/// The figures with source, date, difference and tolerance; the first of them.
fn figure_lines(check: &Check<'_, '_>, language: Language) -> Vec<String> {
    let mut lines: Vec<String> =
        check.candidates.iter().take(MOST_SHOWN).map(|c| figure_line(c, language)).collect();
    let left = check.candidates.len().saturating_sub(MOST_SHOWN);
    if left > 0 {
        lines.push(format!("+ {left} {}", language.pick("more (--json has all)", "flere (--json har alle)")));
    }
    lines
}

/// "36 % · Odense 2017 boernehandicap · difference -7,1, tolerance 0,55 · Danmarkskortet, official, 2018-06-01".
fn figure_line(candidate: &Candidate<'_>, language: Language) -> String {
    let figure = candidate.figure;
    let source = &figure.source;
    let area = if figure.area == "alle" { String::new() } else { format!(" {}", area_label(&figure.area)) };
    let tolerance = match candidate.tolerance.is_finite() {
        true => danish_number(candidate.tolerance),
        false => language.pick("open", "åben").to_owned(),
    };
    let mut line = format!(
        "{figure} · {} {}{area} · {} {}, {} {tolerance} · {} ({}",
        figure.place.name(),
        figure.period,
        language.pick("difference", "forskel"),
        danish_number(candidate.difference),
        language.pick("tolerance", "tolerance"),
        plain(&source.name),
        source.standing.as_str(),
    );
    if let Some(published) = source.published {
        line.push_str(&format!(", {published}"));
    }
    line.push(')');
    if let Some(url) = &source.url {
        line.push_str(&format!(" {}", plain(url)));
    }
    line
}
