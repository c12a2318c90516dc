//! Time and memory of 100,000 claims held against 100,000 figures, statement by statement as `belaeg check` does it.
//!
//! The figures are made up: every kommune, thirteen years, areas and measures, some with a second source. The statements
//! are cycled through places, years and wordings; finding the claims in them is not part of the time. `cargo bench --bench check`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::sync::Arc;
use std::time::Instant;

use belaeg_check::figure::{FigureUnit, Standing};
use belaeg_check::{About, Figure, FigureSet, Passage, Period, Provenance, Report};
use belaeg_model::{Claim, Place, PlaceKind};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const FIGURES: usize = 100_000;
const CLAIMS: usize = 100_000;
const ROUNDS: usize = 3;

const MEASURES: [&str; 4] =
    ["omgoerelsesprocent", "hjemvist_andel", "stadfaestet_andel", "aendret_ophaevet_andel"];
const AREAS: [&str; 8] = [
    "boernehandicap",
    "voksenhandicap",
    "socialomraadet",
    "serviceloven",
    "aktivloven",
    "sygedagpengeloven",
    "lov_om_social_pension",
    "kommunale_social_og_beskaeftigelsessager",
];
const YEARS: std::ops::Range<i16> = 2013..2026;

fn main() {
    let before = PeakAlloc.current_usage_as_mb();
    let statements = statements();
    let claims: usize = statements.iter().map(|(_, claims)| claims.len()).sum();
    let input = PeakAlloc.current_usage_as_mb() - before;
    PeakAlloc.reset_peak_usage();
    let started = Instant::now();
    let figures = FigureSet::new(figures());
    println!("{} figures sorted and found by key: {:.2?}", figures.figures().len(), started.elapsed());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let mut candidates = 0;
        for (text, claims) in &statements {
            let about = About { measure: Some("omgoerelsesprocent".to_owned()), ..About::default() };
            let report = Report::new(&Passage::new(text, claims, None), &about, &figures);
            candidates += report.checks.iter().map(|c| c.candidates.len()).sum::<usize>();
        }
        let took = started.elapsed();
        println!(
            "{claims} claims in {} statements: {took:.2?}, {candidates} figures beside them",
            statements.len()
        );
    }
    let peak = PeakAlloc.peak_usage_as_mb();
    println!("peak memory: {peak:.0} MB, of it {input:.0} MB the statements with their claims");
}

fn kommuner() -> Vec<Place> {
    Place::all().filter(|p| p.kind() == PlaceKind::Kommune).collect()
}

fn figures() -> Vec<Figure> {
    let sources: Vec<Arc<Provenance>> = [Standing::Official, Standing::QuotedByNews]
        .into_iter()
        .map(|standing| {
            let name = "Omgørelsesprocenter, eksempel".to_owned();
            let url = Some("https://example.org/tal".to_owned());
            Arc::new(Provenance { standing, name, url, published: None, retrieved_at: None })
        })
        .collect();
    let figure =
        |(i, place): (usize, Place), year: i16, area: &str, measure: &str, source: &Arc<Provenance>| Figure {
            measure: measure.to_owned(),
            area: area.to_owned(),
            place,
            period: Period::year(year),
            value: f64::from(u8::try_from(i * 7 % 80).unwrap_or(0)) + 10.5,
            decimals: 1,
            unit: FigureUnit::Percent,
            cases: Some(u64::try_from(i).unwrap_or(0) + 5),
            source: Arc::clone(source),
            replaced_at: None,
            note: None,
        };
    let kommuner = kommuner();
    let mut all = Vec::with_capacity(FIGURES);
    for source in sources.iter().cycle() {
        for place in kommuner.iter().copied().enumerate() {
            for year in YEARS {
                for area in AREAS {
                    for measure in MEASURES {
                        if all.len() == FIGURES {
                            return all;
                        }
                        all.push(figure(place, year, area, measure, source));
                    }
                }
            }
        }
    }
    all
}

/// Statements with their claims, as many claims as are asked for.
fn statements() -> Vec<(String, Vec<Claim>)> {
    let kommuner = kommuner();
    let mut all = Vec::new();
    let mut claims = 0;
    for i in 0.. {
        let (place, year) = (kommuner[i % kommuner.len()], 2013 + i % 12);
        let (name, value) = (place.name(), 10 + i % 70);
        let text = match i % 4 {
            0 => format!(
                "I {name} Kommune blev {value} procent af sagerne på børnehandicapområdet omgjort i {year}."
            ),
            1 => format!(
                "Omgørelsesprocenten i {name} Kommune var {value},5 % i {year}, oplyser Ankestyrelsen."
            ),
            2 => format!(
                "I {name} Kommune faldt omgørelsesprocenten på socialområdet fra {value} procent i {year} til {} procent i {}.",
                value / 2,
                year + 1
            ),
            _ => format!("Ankestyrelsen omgjorde knap {value} procent af sagerne fra {name} Kommune."),
        };
        let found = belaeg_claims::find_claims(&text, &belaeg_claims::Context::default()).claims;
        claims += found.len();
        all.push((text, found));
        if claims >= CLAIMS {
            break;
        }
    }
    all
}
