//! A checked claim in words and as JSON.

use belaeg_check::{Candidate, Check, Figure, Verdict, Warning};
use belaeg_model::Language;
use serde_json::{Value, json};

use crate::output::danish_number;

/// The verdict in words: never true or false.
pub(crate) fn verdict_word(verdict: Verdict, language: Language) -> &'static str {
    match verdict {
        Verdict::Matches => language.pick("matches", "stemmer"),
        Verdict::Deviates => language.pick("deviates", "afviger"),
        Verdict::Undecidable => language.pick("undecidable", "kan ikke afgøres"),
        Verdict::NoFigure => language.pick("no official source", "ingen officiel kilde"),
    }
}

/// A warning in one sentence.
pub(crate) fn warning_sentence(warning: Warning, check: &Check<'_, '_>, language: Language) -> String {
    let pick = |en: &str, da: &str| language.pick(en, da).to_owned();
    match warning {
        Warning::FewCases => few_cases(check.cases, language),
        Warning::NoCases => {
            pick("no case was decided; that is not 0 %", "ingen sager er afgjort; det er ikke 0 %")
        }
        Warning::SeriesBreak => pick(
            "the years lie on both sides of a break in the series and do not compare",
            "årene ligger på hver sin side af et databrud og kan ikke sammenlignes",
        ),
        Warning::Revised => {
            pick("the official figure has had several values", "det officielle tal har haft flere værdier")
        }
        Warning::OtherDenominator => pick(
            "the share is taken of something else than the official one",
            "andelen er taget af noget andet end den officielle",
        ),
        Warning::PercentVsPoints => pick(
            "percent is said where percentage points may be meant",
            "der står procent, hvor procentpoint kan være ment",
        ),
        Warning::PublicationYear => pick(
            "the year named is that of publication, not of the data",
            "det nævnte år er udgivelsesåret, ikke tallets år",
        ),
        Warning::AreaUnnamed => pick("the area is not named", "området er ikke nævnt"),
        Warning::MultiYear => pick("several years are taken together", "flere år er lagt sammen"),
    }
}

fn few_cases(cases: Option<u64>, language: Language) -> String {
    let Some(cases) = cases.filter(|n| *n > 0) else {
        return language.pick("few cases", "få sager").to_owned();
    };
    #[expect(clippy::cast_precision_loss, reason = "few")]
    let points = danish_number((1000.0 / cases as f64).round() / 10.0);
    match language {
        Language::English => format!("{cases} cases: one case moves it by {points} points"),
        Language::Danish => format!("{cases} sager: én sag flytter det {points} procentpoint"),
    }
}

/// A checked claim as in `belaeg check --json`.
pub(crate) fn check_json(check: &Check<'_, '_>, language: Language) -> Value {
    json!({
        "value": check.claim.value, "unit": check.claim.unit, "verdict": check.verdict.as_str(),
        "because": check.reason.sentence(check, language),
        "candidates": check.candidates.iter().map(candidate_json).collect::<Vec<_>>(),
        "warnings": check.warnings.iter().map(|w| w.as_str()).collect::<Vec<_>>(),
    })
}

fn candidate_json(candidate: &Candidate<'_>) -> Value {
    let mut json = figure_json(candidate.figure);
    json["fits"] = json!(candidate.fits);
    json["difference"] = json!(rounded(candidate.difference));
    json["tolerance"] = json!(rounded(candidate.tolerance));
    json
}

/// A figure with its source.
pub(crate) fn figure_json(figure: &Figure) -> Value {
    let source = &figure.source;
    json!({
        "measure": figure.measure, "area": figure.area, "place": figure.place, "period": figure.period.to_string(),
        "value": figure.value, "unit": figure.unit.as_str(), "cases": figure.cases, "note": figure.note,
        "source": {
            "standing": source.standing.as_str(), "name": source.name, "url": source.url,
            "published": source.published, "retrieved_at": source.retrieved_at,
        },
    })
}

/// Without the last digits that binary fractions leave; infinite becomes null in JSON.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_cases_say_what_one_of_them_does() {
        assert_eq!(few_cases(Some(6), Language::Danish), "6 sager: én sag flytter det 16,7 procentpoint");
        assert_eq!(few_cases(Some(19), Language::English), "19 cases: one case moves it by 5,3 points");
        assert_eq!(few_cases(Some(0), Language::English), "few cases");
    }
}
