//! The tables of a report: every claim with what it was held against, every figure with its source.

use crate::commands::report::data::Data;
use crate::output::no_formula;

/// A row for each claim.
pub(super) fn claims(data: &Data) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "claim_id",
        "years",
        "area",
        "quote",
        "value",
        "value_max",
        "unit",
        "approx",
        "verdict",
        "because",
        "official_value",
        "official_area",
        "official_period",
        "official_source",
        "official_source_url",
        "difference",
        "warnings",
        "statement",
        "title",
        "url",
        "published",
        "archive_file",
        "archive_offset",
        "sha256",
        "fetched_at",
    ])?;
    for row in &data.rows {
        let claim = &row.claim;
        let held = row.candidates.first();
        let figure = held.map(|h| &h.figure);
        let snapshot = data.version(&row.id).map(|v| &v.snapshot);
        let years: Vec<String> = claim.years.iter().map(ToString::to_string).collect();
        table.write_record([
            row.id.to_string().as_str(),
            &years.join(" "),
            claim.area.as_deref().unwrap_or_default(),
            &no_formula(&claim.quote),
            &claim.value.to_string(),
            &claim.value_max.map(|v| v.to_string()).unwrap_or_default(),
            claim.unit.as_str(),
            claim.approx.as_str(),
            row.verdict.as_str(),
            &no_formula(&row.because),
            &figure.map(|f| f.value.to_string()).unwrap_or_default(),
            figure.map(|f| f.area.as_str()).unwrap_or_default(),
            &figure.map(|f| f.period.to_string()).unwrap_or_default(),
            &no_formula(figure.map(|f| f.source.name.as_str()).unwrap_or_default()),
            &no_formula(figure.and_then(|f| f.source.url.as_deref()).unwrap_or_default()),
            &held.map(|h| rounded(h.difference)).unwrap_or_default(),
            &row.warnings.join("; "),
            &no_formula(&row.statement),
            &no_formula(row.title.as_deref().unwrap_or_default()),
            &no_formula(&row.url),
            &row.published.map(|d| d.to_string()).unwrap_or_default(),
            snapshot.map(|s| s.file.as_str()).unwrap_or_default(),
            &snapshot.map(|s| s.offset.to_string()).unwrap_or_default(),
            &snapshot.map(|s| s.sha256.to_string()).unwrap_or_default(),
            &snapshot.map(|s| s.fetched_at.to_string()).unwrap_or_default(),
        ])?;
    }
    Ok(table.into_inner().map_err(|e| e.into_error())?)
}

/// A row for each official figure of the place.
pub(super) fn figures(data: &Data) -> anyhow::Result<Vec<u8>> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record([
        "measure",
        "area",
        "place_code",
        "period",
        "value",
        "unit",
        "cases",
        "standing",
        "source",
        "source_url",
        "published",
        "note",
    ])?;
    for figure in &data.figures {
        let source = &figure.source;
        table.write_record([
            figure.measure.as_str(),
            &figure.area,
            figure.place.code(),
            &figure.period.to_string(),
            &figure.value.to_string(),
            figure.unit.as_str(),
            &figure.cases.map(|n| n.to_string()).unwrap_or_default(),
            source.standing.as_str(),
            &no_formula(&source.name),
            &no_formula(source.url.as_deref().unwrap_or_default()),
            &source.published.map(|d| d.to_string()).unwrap_or_default(),
            &no_formula(figure.note.as_deref().unwrap_or_default()),
        ])?;
    }
    Ok(table.into_inner().map_err(|e| e.into_error())?)
}

/// Without the dust of binary fractions.
fn rounded(value: f64) -> String {
    ((value * 1e6).round() / 1e6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_have_no_dust() {
        assert_eq!(rounded(36.0 - 28.9), "7.1");
    }
}
