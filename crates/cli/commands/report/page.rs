//! The pages of a report: the overview, and the archived text of each document. `maud` escapes everything that is put in.

use std::collections::BTreeSet;

use belaeg_check::{area_label, breaks_between, definition};
use belaeg_corpus::Version;
use belaeg_model::Language;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::commands::report::data::{Data, Held, Row};
use crate::commands::search::value;
use crate::output::{danish_number, plain};

/// The folder of the documents' pages.
pub(super) const DOCUMENTS: &str = "documents";

/// On paper nothing is lost: addresses are printed, rows stay whole.
const STYLE: &str = "
body{font:16px/1.5 system-ui,sans-serif;color:#111;background:#fff;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-top:2rem}
table{border-collapse:collapse;width:100%;font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc}
th{border-bottom:2px solid #111}td.number{white-space:nowrap;text-align:right}
mark{background:#ffe9a8}svg{max-width:100%;height:auto}.small{font-size:.85rem;color:#444}
.wide{overflow-x:auto}p.told{scroll-margin-top:1rem}p.told:target{outline:2px solid #0072b2}
@media print{body{max-width:none;margin:0;font-size:10pt}a{color:inherit;text-decoration:none}
a[href^='http']::after{content:' <' attr(href) '>';font-size:8pt;word-break:break-all}
tr,figure{break-inside:avoid}thead{display:table-header-group}mark{background:none;font-weight:bold}.wide{overflow:visible}}
";

fn shell(title: &str, language: Language, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(language.pick("en", "da")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    }
}

/// The overview.
pub(super) fn index(data: &Data, chart: Option<&str>, language: Language) -> Markup {
    let title = format!("{}: {}", data.place.name(), data.label());
    let pick = |en: &'static str, da: &'static str| language.pick(en, da);
    let body = html! {
        h1 { (title) }
        p {
            (pick("What documents claim, held against official figures as they were known on ", "Hvad dokumenter påstår, holdt op mod officielle tal, som de var kendt "))
            (data.as_of) ". "
            (pick("Every number below is backed by a document or a source that is named beside it.", "Hvert tal herunder har et dokument eller en kilde, der er nævnt ved siden af."))
        }
        (definitions(data, language))
        @if let Some(svg) = chart {
            figure role="img" aria-label=(pick("Chart: official values as lines, claims as rings, by year", "Diagram: officielle tal som linjer, påstande som ringe, pr. år")) {
                (PreEscaped(svg))
                figcaption class="small" { (pick("Lines and dots: official values; a line ends where the series breaks. Rings: claims that name one year. ", "Linjer og prikker: officielle tal; en linje slutter ved et databrud. Ringe: påstande, der nævner ét år. ")) a href="chart.svg" { "chart.svg" } }
            }
        }
        h2 { (pick("Claims", "Påstande")) }
        (claims(data, language))
        h2 { (pick("Official figures", "Officielle tal")) }
        (figures(data, language))
        p class="small" {
            (pick("As tables: ", "Som tabeller: ")) a href="claims.csv" { "claims.csv" } ", " a href="figures.csv" { "figures.csv" } ". "
            (pick("A verdict is never true or false: ", "En dom er aldrig sand eller falsk: "))
            (pick("it says whether the figure of the same measure, area, place and period is the one that is claimed.", "den siger, om tallet for samme mål, område, sted og tidsrum er det, der påstås."))
        }
    };
    shell(&title, language, &body)
}

fn definitions(data: &Data, language: Language) -> Markup {
    let Some(definition) = definition(&data.measure) else { return html! {} };
    html! {
        p { strong { (language.pick("Definition: ", "Definition: ")) } (definition.numerator) " / " (definition.denominator) "." }
        @for sentence in broken(data, language) { p.small { (language.pick("Break in the series: ", "Databrud: ")) (sentence) } }
        @if !definition.look_alikes.is_empty() {
            p class="small" { (language.pick("Not to be confused with: ", "Ikke at forveksle med: ")) (definition.look_alikes.join("; ")) "." }
        }
    }
}

/// Why the years of the figures do not all compare.
fn broken<'d>(data: &'d Data, language: Language) -> BTreeSet<&'d str> {
    let years = || data.figures.iter().filter_map(|f| f.period.as_year());
    let Some(span) = years().min().zip(years().max()) else { return BTreeSet::new() };
    let of_area = |area: &'d str| breaks_between(&data.measure, area, span).map(|b| b.why(language));
    data.areas().into_iter().flatten().flat_map(of_area).collect()
}

fn claims(data: &Data, language: Language) -> Markup {
    if data.rows.is_empty() {
        return html! { p { (language.pick("No document in the archive claims any.", "Intet dokument i arkivet påstår noget.")) } };
    }
    html! {
        div.wide { table {
            thead { tr {
                th { (language.pick("Year", "År")) } th { (language.pick("Area", "Område")) } th { (language.pick("Claimed", "Påstået")) }
                th { (language.pick("Official", "Officielt")) } th { (language.pick("Verdict", "Dom")) } th { (language.pick("Where", "Hvor")) }
            } }
            tbody { @for row in &data.rows { (claim(row, language)) } }
        } }
    }
}

fn claim(row: &Row, language: Language) -> Markup {
    let years: Vec<String> = row.claim.years.iter().map(ToString::to_string).collect();
    let approx = if row.claim.approx == belaeg_model::Approx::Exact {
        String::new()
    } else {
        row.claim.approx.as_str().replace('_', " ")
    };
    html! {
        tr {
            td { (years.join(", ")) }
            td { (row.claim.area.as_deref().map_or(language.pick("not named", "ikke nævnt"), area_label)) }
            td.number { (value(&row.claim, language)) @if !approx.is_empty() { br; span.small { (approx) } } }
            td { @for held in row.candidates.iter().take(4) { (candidate(held, language)) } }
            td {
                strong { (row.verdict.label(language)) } br; (plain(&row.because))
                @for warning in &row.warnings { br; span.small { "! " (warning) } }
            }
            td {
                a href=(format!("{}#s{}", file(row.id.statement.document.as_str(), row.id.statement.version), row.id.statement.ordinal)) {
                    (plain(row.title.as_deref().unwrap_or(&row.url)))
                }
                @if let Some(published) = row.published { ", " (published) }
                br; span.small { (row.id) }
            }
        }
    }
}

fn candidate(held: &Held, language: Language) -> Markup {
    let figure = &held.figure;
    let title = format!("{}, {}", plain(&figure.source.name), figure.source.standing.as_str());
    html! {
        div {
            (figure.to_string()) " " span.small { (area_label(&figure.area)) ", " (figure.period.to_string()) ", " (language.pick("difference", "forskel")) " " (danish_number(held.difference)) ", "
            (linked(figure.source.url.as_deref(), &title)) }
        }
    }
}

fn figures(data: &Data, language: Language) -> Markup {
    if data.figures.is_empty() {
        return html! { p { (language.pick("There is none for this place.", "Der er ingen for dette sted.")) } };
    }
    html! {
        div.wide { table {
            thead { tr {
                th { (language.pick("Period", "Tidsrum")) } th { (language.pick("Area", "Område")) } th { (language.pick("Value", "Værdi")) }
                th { (language.pick("Cases", "Sager")) } th { (language.pick("Source", "Kilde")) }
            } }
            tbody { @for figure in &data.figures {
                tr {
                    td { (figure.period.to_string()) } td { (area_label(&figure.area)) } td.number { (figure.to_string()) }
                    td.number { @if let Some(cases) = figure.cases { (cases) } }
                    td {
                        (linked(figure.source.url.as_deref(), &plain(&figure.source.name))) " (" (figure.source.standing.as_str()) ")"
                        @if let Some(at) = figure.replaced_at { br; span.small { (language.pick("replaced ", "erstattet ")) (at.to_string()) } }
                        @if let Some(note) = &figure.note { br; span.small { (plain(note)) } }
                    }
                }
            } }
        } }
    }
}

/// A link to an address of the web; anything else is shown as text.
fn linked(url: Option<&str>, text: &str) -> Markup {
    let url = url.filter(|u| u.starts_with("https://") || u.starts_with("http://"));
    html! { @if let Some(url) = url { a href=(url) { (text) } } @else { (text) } }
}

fn file(document: &str, version: u32) -> String {
    format!("{DOCUMENTS}/{document}-{version}.html")
}

/// The page of a version, below the report's folder.
pub(super) fn file_of(version: &Version) -> String {
    file(version.snapshot.document.as_str(), version.number)
}

/// The archived text of a version with its claims marked.
pub(super) fn document(version: &Version, language: Language) -> Markup {
    let meta = &version.extracted.meta;
    let snapshot = &version.snapshot;
    let title = plain(meta.title.as_ref().map_or(snapshot.url.as_str(), |t| &t.value));
    let body = html! {
        h1 { (title) }
        p {
            @if let Some(place) = &meta.place { (place.value.name()) " · " }
            @if let Some(kind) = &meta.kind { (kind.value) " · " }
            @if let Some(published) = &meta.published { (published.value) " · " }
            (linked(Some(&snapshot.url), &plain(&snapshot.url)))
        }
        @if let Some(note) = &snapshot.hints.note { p.small { (plain(note)) } }
        p.small {
            (language.pick("The text that belaeg read in version ", "Den tekst, belaeg læste i version ")) (version.number)
            (language.pick(", fetched ", ", hentet ")) (snapshot.fetched_at.to_string())
            (language.pick("; archived in ", "; arkiveret i ")) (snapshot.file) (language.pick(" at byte ", " ved byte ")) (snapshot.offset)
            ", SHA-256 " (snapshot.sha256.to_string())
        }
        @for (ordinal, statement) in (1..).zip(&version.statements) {
            p.told id=(format!("s{ordinal}")) { (marked(statement.span.get(&version.extracted.text).unwrap_or_default(), &statement.claims)) }
        }
        p { a href="../index.html" { (language.pick("Back to the report", "Tilbage til rapporten")) } }
    };
    shell(&title, language, &body)
}

/// A statement's text with the words of its claims marked.
fn marked(text: &str, claims: &[belaeg_model::Claim]) -> Markup {
    let mut at = 0;
    let mut parts = Vec::new();
    for span in claims.iter().map(|c| c.span) {
        if let (true, Some(before), Some(words)) =
            (span.start >= at, text.get(at..span.start), span.get(text))
        {
            parts.push((before, words));
            at = span.end;
        }
    }
    html! { @for (before, words) in parts { (before) mark { (words) } } (text.get(at..).unwrap_or_default()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_links() {
        assert_eq!(linked(Some("javascript:alert(1)"), "<b>").into_string(), "&lt;b&gt;");
        assert_eq!(
            linked(Some("https://ærø.dk/?a=1&b=\"2\""), "Ærø").into_string(),
            "<a href=\"https://ærø.dk/?a=1&amp;b=&quot;2&quot;\">Ærø</a>"
        );
    }
}
