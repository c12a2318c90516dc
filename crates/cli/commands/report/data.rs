//! What a report shows: claims with their verdicts, the official figures, the documents.

use std::collections::BTreeSet;

use anyhow::anyhow;
use belaeg_check::{Check, Figure, FigureSet, Verdict, definition};
use belaeg_corpus::{Corpus, Version};
use belaeg_index::{Filters, Hit, Index, Query, Search};
use belaeg_model::{Claim, ClaimId, DocumentId, Language, Place, Year};
use jiff::civil::Date;

use crate::args::ReportArgs;
use crate::commands::check::{id_of, report_of, today};

/// A claim with its verdict, as a row of the report.
pub(super) struct Row {
    pub(super) id: ClaimId,
    pub(super) claim: Claim,
    pub(super) statement: String,
    pub(super) title: Option<String>,
    pub(super) url: String,
    pub(super) published: Option<Date>,
    pub(super) verdict: Verdict,
    pub(super) because: String,
    pub(super) warnings: Vec<String>,
    /// The figures that decide, or that may be meant.
    pub(super) candidates: Vec<Held>,
}

/// A figure beside a claim.
pub(super) struct Held {
    pub(super) figure: Figure,
    pub(super) difference: f64,
}

/// Everything a report shows.
pub(super) struct Data {
    pub(super) place: Place,
    pub(super) measure: String,
    /// By year, then by value.
    pub(super) rows: Vec<Row>,
    /// The official figures of the place.
    pub(super) figures: Vec<Figure>,
    /// The versions that the rows stand in.
    pub(super) documents: Vec<Version>,
    /// The day whose knowledge counts.
    pub(super) as_of: Date,
}

impl Data {
    pub(super) fn collect(
        corpus: &Corpus,
        index: &Index,
        figures: &FigureSet,
        args: &ReportArgs,
        language: Language,
    ) -> anyhow::Result<Self> {
        let about = Filters {
            places: vec![vec![args.place]],
            measures: Some(vec![args.measure.clone()]),
            ..Filters::default()
        };
        let search = Search { query: Query::default().with(about)?, limit: usize::MAX, ..Search::default() };
        let mut rows = Vec::new();
        let mut versions: BTreeSet<(DocumentId, u32)> = BTreeSet::new();
        for hit in index.hits(&search)? {
            let hit = hit?;
            let report = report_of(&hit, &search, figures);
            rows.extend(report.checks.iter().filter_map(|check| row(&hit, check, language)));
            if !report.checks.is_empty() {
                versions.insert((hit.statement.id.document.clone(), hit.statement.id.version));
            }
        }
        rows.sort_by(|a, b| {
            (&a.claim.years, &a.claim.area)
                .cmp(&(&b.claim.years, &b.claim.area))
                .then_with(|| a.claim.value.total_cmp(&b.claim.value).then_with(|| a.id.cmp(&b.id)))
        });
        let official = definition(&args.measure).map_or(&[][..], |d| figures.at(&d.figures, args.place));
        let missing = |id: &DocumentId| {
            anyhow!("document {id} is in the index and not in the catalog\nhint: `belaeg reindex`")
        };
        let documents =
            versions.iter().map(|(id, number)| corpus.version(id, Some(*number))?.ok_or_else(|| missing(id)));
        Ok(Self {
            place: args.place,
            measure: args.measure.clone(),
            rows,
            figures: official.to_vec(),
            documents: documents.collect::<anyhow::Result<_>>()?,
            as_of: args.as_of.unwrap_or_else(today),
        })
    }

    /// The Danish name of the measure.
    pub(super) fn label(&self) -> &str {
        belaeg_claims::label(&self.measure).unwrap_or(&self.measure)
    }

    /// The version that a claim stands in.
    pub(super) fn version(&self, id: &ClaimId) -> Option<&Version> {
        let of = &id.statement;
        self.documents.iter().find(|v| v.snapshot.document == of.document && v.number == of.version)
    }

    /// Every area that a figure or a claim is about, by name; of claims `None` where they name none.
    pub(super) fn areas(&self) -> BTreeSet<Option<&str>> {
        let figures = self.figures.iter().map(|f| Some(f.area.as_str()));
        figures.chain(self.rows.iter().map(|r| r.claim.area.as_deref())).collect()
    }
}

fn row(hit: &Hit, check: &Check<'_, '_>, language: Language) -> Option<Row> {
    let held = |c: &belaeg_check::Candidate<'_>| Held { figure: c.figure.clone(), difference: c.difference };
    Some(Row {
        id: id_of(hit, check.claim)?,
        claim: check.claim.clone(),
        statement: hit.statement.text.clone(),
        title: hit.document.title.clone(),
        url: hit.document.url.clone(),
        published: hit.document.published,
        verdict: check.verdict,
        because: check.reason.sentence(check, language),
        warnings: check.warnings.iter().map(|w| w.sentence(check.cases, language)).collect(),
        candidates: check.candidates.iter().map(held).collect(),
    })
}

impl Row {
    /// The one year that the claim is about.
    pub(super) fn year(&self) -> Option<Year> {
        if let [year] = self.claim.years[..] { Some(year) } else { None }
    }
}
