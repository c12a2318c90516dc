//! Who told a number first, who repeated it, and who tells another: over current and earlier versions.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use belaeg_check::contradictions::{Key, Matter, Number, Telling, matters};
use belaeg_check::{FigureSet, Passage, Report, Verdict, area_label};
use belaeg_corpus::{Corpus, VersionSummary};
use belaeg_index::{Index, Query, Search};
use belaeg_model::{Claim, ClaimId, DocumentId, Language, Place, StatementId};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::commands::check::{Setting, about};
use crate::commands::search::value;
use crate::output::plain;

/// Claims that can be compared, with where each stands.
#[derive(Debug, Default)]
pub(crate) struct Tellings {
    tellings: Vec<Telling>,
    said: BTreeMap<ClaimId, Said>,
    documents: BTreeMap<DocumentId, Source>,
}

/// A claim as it is shown beside others.
#[derive(Debug)]
struct Said {
    claim: Claim,
    verdict: Option<Verdict>,
}

/// A document as it is shown beside others.
#[derive(Debug)]
struct Source {
    url: String,
    title: Option<String>,
    place: Option<Place>,
}

impl Tellings {
    /// Those of the statements that a search finds, and those of earlier versions of their documents.
    pub(crate) fn collect(
        index: &Index,
        corpus: &Corpus,
        search: &Search,
        figures: &FigureSet,
    ) -> anyhow::Result<Self> {
        let mut all = Self::default();
        let mut versions: BTreeMap<DocumentId, Vec<VersionSummary>> = BTreeMap::new();
        for hit in index.hits(&Search { limit: usize::MAX, offset: 0, ..search.clone() })? {
            let hit = hit?;
            let id = &hit.document.id;
            if !versions.contains_key(id) {
                let known = corpus.document(id)?.map(|d| d.versions).unwrap_or_default();
                versions.insert(id.clone(), known);
                let source =
                    Source { url: hit.document.url, title: hit.document.title, place: hit.document.place };
                all.documents.insert(id.clone(), source);
            }
            let on = told_on(&versions[id], hit.statement.id.version, hit.document.published);
            let passage = Passage::new(&hit.statement.text, &hit.claims, hit.document.published);
            all.add(&hit.statement.id, &passage, on, figures, |claim, _| search.query.asks_for(claim));
        }
        all.add_earlier(corpus, &versions, search, figures)?;
        Ok(all)
    }

    /// Of earlier versions, only claims about what the search has found, where it asks for words.
    fn add_earlier(
        &mut self,
        corpus: &Corpus,
        versions: &BTreeMap<DocumentId, Vec<VersionSummary>>,
        search: &Search,
        figures: &FigureSet,
    ) -> anyhow::Result<()> {
        let keys: BTreeSet<Key> = self.tellings.iter().map(|t| t.key.clone()).collect();
        let any_words = search.query == Query::default();
        for (id, known) in versions {
            let Some((_, earlier)) = known.split_last() else { continue };
            for summary in earlier {
                let Some(version) = corpus.version(id, Some(summary.number))? else { continue };
                let published = version.extracted.meta.published.as_ref().map(|p| p.value);
                let on = told_on(known, summary.number, published);
                for (ordinal, statement) in (1..).zip(&version.statements) {
                    let text = statement.span.get(&version.extracted.text).unwrap_or_default();
                    let passage = Passage::new(text, &statement.claims, published);
                    let id = StatementId { document: id.clone(), version: summary.number, ordinal };
                    self.add(&id, &passage, on, figures, |claim, key| {
                        search.query.asks_for(claim) && (any_words || keys.contains(key))
                    });
                }
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        statement: &StatementId,
        passage: &Passage<'_>,
        on: Date,
        figures: &FigureSet,
        wanted: impl Fn(&Claim, &Key) -> bool,
    ) {
        let setting = Setting { years: &[], place: None, published: passage.published };
        let report = Report::new(passage, &about(passage.text, &setting), figures);
        for (position, claim) in passage.claims.iter().enumerate() {
            let Some(key) = Key::of(claim, passage).filter(|key| wanted(claim, key)) else { continue };
            let id = ClaimId::at(statement, position);
            let verdict = report.checks.iter().find(|c| std::ptr::eq(c.claim, claim)).map(|c| c.verdict);
            self.said.insert(id.clone(), Said { claim: claim.clone(), verdict });
            self.tellings.push(Telling { id, key, value: claim.value, interval: claim.interval(), on });
        }
    }

    /// What is told about each key.
    pub(crate) fn matters(&self) -> Vec<Matter> {
        matters(self.tellings.iter().cloned())
    }

    fn telling_json(&self, telling: &Telling) -> Value {
        let said = self.said.get(&telling.id);
        let id = &telling.id.statement.document;
        let source = self.documents.get(id);
        json!({
            "id": telling.id, "on": telling.on,
            "quote": said.map(|s| &s.claim.quote),
            "verdict": said.and_then(|s| s.verdict).map(Verdict::as_str),
            "document": {
                "id": id, "url": source.map(|s| &s.url), "title": source.map(|s| &s.title),
                "place": source.map(|s| s.place),
            },
        })
    }

    /// A matter as JSON.
    pub(crate) fn matter_json(&self, matter: &Matter) -> Value {
        let number = |number: &Number| {
            let tellings: Vec<Value> = number.tellings.iter().map(|t| self.telling_json(t)).collect();
            json!({"value": number.value, "tellings": tellings})
        };
        let key = &matter.key;
        json!({
            "measure": key.measure, "area": key.area, "place": key.place, "period": key.period.to_string(),
            "contradiction": matter.is_contradiction(),
            "numbers": matter.numbers.iter().map(number).collect::<Vec<_>>(),
        })
    }

    /// A matter for a person: each number with who told it, the first one first.
    pub(crate) fn print(
        &self,
        out: &mut impl Write,
        matter: &Matter,
        language: Language,
    ) -> anyhow::Result<()> {
        let key = &matter.key;
        let measure = belaeg_claims::label(&key.measure).unwrap_or(&key.measure);
        let area = key.area.as_ref().map(|a| format!(" · {}", area_label(a))).unwrap_or_default();
        writeln!(out, "{measure}{area} · {} · {}", key.place.name(), key.period)?;
        for number in &matter.numbers {
            for (n, telling) in number.tellings.iter().enumerate() {
                let Some(said) = self.said.get(&telling.id) else { continue };
                let how =
                    if n == 0 { language.pick("first", "først") } else { language.pick("then", "siden") };
                let verdict = said.verdict.map(|v| v.label(language)).unwrap_or_default();
                let shown = if n == 0 { value(&said.claim, language) } else { String::new() };
                writeln!(out, "  {shown:10} {how:5} {}  {verdict}", self.line(telling))?;
            }
        }
        writeln!(out)?;
        Ok(())
    }

    /// "2018-04-19 Odense: Færre klager (b58384adce46.1.9.2)".
    fn line(&self, telling: &Telling) -> String {
        let source = self.documents.get(&telling.id.statement.document);
        let place = source.and_then(|s| s.place).map(|p| format!("{}: ", p.name())).unwrap_or_default();
        let title = source.map(|s| plain(s.title.as_deref().unwrap_or(&s.url))).unwrap_or_default();
        format!("{} {place}{title} ({})", telling.on, telling.id)
    }

    /// Where the number of a claim was told first and by whom again, and what else is told; nothing where the claim stands
    /// alone.
    pub(crate) fn lines_about(&self, id: &ClaimId, language: Language) -> Vec<String> {
        let matters = self.matters();
        let Some((matter, number)) = matters.iter().find_map(|m| Some((m, m.number_of(id)?))) else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        for (n, telling) in number.tellings.iter().enumerate() {
            let how = if n == 0 {
                language.pick("first told here", "først fortalt her")
            } else {
                language.pick("repeated", "gentaget")
            };
            let own =
                if telling.id == *id { language.pick(" <- this claim", " <- dette udsagn") } else { "" };
            lines.push(format!("{how}: {}{own}", self.line(telling)));
        }
        if lines.len() == 1 {
            lines.clear();
        }
        for other in matter.numbers.iter().filter(|n| !std::ptr::eq(*n, number)) {
            let Some(first) = other.first() else { continue };
            let shown = self.said.get(&first.id).map(|s| value(&s.claim, language)).unwrap_or_default();
            lines.push(format!(
                "{} {shown}: {}",
                language.pick("others say", "andre siger"),
                self.line(first)
            ));
        }
        lines
    }

    /// The same as JSON: null where the claim's key is not whole.
    pub(crate) fn about_json(&self, id: &ClaimId) -> Value {
        let matters = self.matters();
        matters.iter().find(|m| m.number_of(id).is_some()).map_or(Value::Null, |m| self.matter_json(m))
    }
}

/// The day from which a version's claims are told: that of publication for the first, and the one on which it was met for
/// the later ones.
fn told_on(versions: &[VersionSummary], number: u32, published: Option<Date>) -> Date {
    let fetched = versions.iter().find(|v| v.number == number).map(|v| v.fetched_at).unwrap_or_default();
    let is_first = versions.first().is_none_or(|v| v.number == number);
    let met = fetched.to_zoned(TimeZone::UTC).date();
    published.filter(|_| is_first).unwrap_or(met)
}
