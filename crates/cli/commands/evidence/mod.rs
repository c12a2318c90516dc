//! `belaeg evidence`: everything that backs a claim up in one zip that can be checked without belaeg's home.

mod annotation;
mod bundle;
mod citation;
mod verify;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use belaeg_check::{Check, CheckRecord};
use belaeg_corpus::{Access, Corpus, Digest};
use belaeg_index::Index;
use belaeg_model::{ClaimId, Language};
use serde_json::json;

use crate::args::EvidenceArgs;
use crate::commands::check::card::{Card, Cards};
use crate::commands::check::{no_such_claim, today};
use crate::figures;
use crate::home::Home;
use crate::output::{no_formula, plain};
use crate::report::{self, Outcome};
use bundle::File;
use citation::Citation;

/// The record of the archive, as it lies there.
const RECORD: &str = "record.warc.gz";

/// The text that was read from it.
const TEXT: &str = "text.txt";

/// The claim and where it stands.
const CLAIM: &str = "claim.json";

pub(crate) fn run(home: Option<&Path>, args: &EvidenceArgs) -> anyhow::Result<Outcome> {
    if let Some(file) = &args.verify {
        return verify::run(home, file, args.json);
    }
    let (Some(id), Some(to)) = (&args.claim, &args.out) else {
        bail!("say which claim and where to: belaeg evidence CLAIM --out FILE.zip");
    };
    let home = Home::open(home)?;
    let corpus = Corpus::open(&home.corpus(), Access::Read)?;
    let index = Index::open(&home.index())?;
    let (figures, refused) = figures::read(home.dir(), args.as_of)?;
    let language = home.settings.language;
    let as_of = args.as_of.unwrap_or_else(today);
    let cards = Cards { corpus: &corpus, index: &index, figures: &figures, as_of, language };
    let Some(card) = cards.card(id)? else {
        no_such_claim(id);
        return Ok(Outcome::Nothing);
    };
    let record = corpus.record(&card.located.version.snapshot)?;
    let zip = bundle::pack(&id.to_string(), files(&card, record, args.reviewer.as_deref(), language)?)?;
    write_whole(to, &zip)?;
    report::say(&format!("{}: {} bytes, SHA-256 {}", to.display(), zip.len(), Digest::of(&zip)));
    Ok(Outcome::Good.unless(refused > 0))
}

/// Everything but the manifest, in the order in which a reader wants it.
fn files(
    card: &Card<'_>,
    record: Vec<u8>,
    reviewer: Option<&str>,
    language: Language,
) -> anyhow::Result<Vec<File>> {
    let located = &card.located;
    let (conclusion, verdict) = card.conclusion();
    let citation = Citation::of(located, language);
    let mut claim = located.source_json();
    claim["id"] = json!(located.id);
    claim["claim"] = json!(located.claim());
    claim["hints"] = json!(located.version.snapshot.hints);
    let check = card.check();
    let mut files = vec![
        File::new("README.txt", readme(card, &conclusion, language)),
        File::new(RECORD, record),
        File::new(TEXT, located.text()),
        File::json(CLAIM, &claim)?,
        File::json("annotation.jsonld", &annotation::annotation(located, &conclusion, language))?,
        File::json("check.json", &card.json())?,
        File::new("figures.csv", figures_csv(check.as_ref())?),
        File::new("citation.txt", citation.text(language)),
        File::new("citation.bib", citation.bibtex()),
        File::json("citation.csl.json", &citation.csl())?,
    ];
    if let Some(reviewer) = reviewer {
        let review = annotation::claim_review(located, &conclusion, verdict, reviewer);
        files.push(File::json("claimreview.jsonld", &review)?);
    }
    Ok(files)
}

fn readme(card: &Card<'_>, conclusion: &str, language: Language) -> String {
    let template = match language {
        Language::English => include_str!("readme.en.txt"),
        Language::Danish => include_str!("readme.da.txt"),
    };
    let located = &card.located;
    template
        .replace("{id}", &located.id.to_string())
        .replace("{conclusion}", conclusion)
        .replace("{url}", &plain(&located.document.url))
        // Last: what a document says is nobody's template.
        .replace("{statement}", &plain(located.statement_text()))
}

/// The figures that the claim was held against, a row each.
fn figures_csv(check: Option<&Check<'_, '_>>) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "measure",
        "area",
        "place_code",
        "place_name",
        "period",
        "value",
        "unit",
        "cases",
        "fits",
        "difference",
        "standing",
        "source",
        "source_url",
        "published",
        "retrieved_at",
        "note",
    ])?;
    let record = check.map(|c| CheckRecord::new(c, Language::English));
    for figure in record.iter().flat_map(|r| &r.candidates) {
        let source = &figure.source;
        table.write_record([
            figure.measure,
            figure.area,
            figure.place.code(),
            figure.place.name(),
            &figure.period,
            &figure.value.to_string(),
            figure.unit,
            &figure.cases.map(|n| n.to_string()).unwrap_or_default(),
            if figure.fits { "true" } else { "false" },
            &figure.difference.to_string(),
            source.standing,
            &no_formula(source.name),
            &no_formula(source.url.unwrap_or_default()),
            &source.published.map(|d| d.to_string()).unwrap_or_default(),
            &source.retrieved_at.map(|t| t.to_string()).unwrap_or_default(),
            &no_formula(figure.note.unwrap_or_default()),
        ])?;
    }
    Ok(table.into_inner().map_err(|e| e.into_error())?)
}

/// Writes a file so that it is there whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut name = path.file_name().context("--out names no file")?.to_owned();
    name.push(".part");
    let part: PathBuf = path.with_file_name(name);
    fs_err::write(&part, bytes)?;
    fs_err::rename(&part, path)?;
    Ok(())
}

/// The id of a claim on the command line.
pub(crate) fn claim_id(s: &str) -> Result<ClaimId, String> {
    s.parse().map_err(|_| format!("{s:?} is no id of a claim; `belaeg check` lists claims with their ids"))
}
