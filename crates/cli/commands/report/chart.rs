//! The chart of a report: official figures as lines, claims as marks, by year.

use anyhow::anyhow;
use belaeg_check::FigureUnit;
use belaeg_model::{Language, Unit, Year};
use plotters::prelude::*;

use crate::commands::report::data::Data;

/// Width and height in points.
const SIZE: (u32, u32) = (900, 460);

/// Colours that people with other colour vision can tell apart (Okabe and Ito), without the yellow, which print loses.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
];

/// What is drawn in one colour.
struct Series {
    name: String,
    colour: RGBColor,
    /// The first official value of each year.
    line: Vec<(i32, f64)>,
    /// Other values of the same cells.
    others: Vec<(i32, f64)>,
    claims: Vec<(i32, f64)>,
}

/// The chart as SVG; `None` where nothing has a year.
pub(super) fn draw(data: &Data, language: Language) -> anyhow::Result<Option<String>> {
    let series = series(data, language);
    let points = || series.iter().flat_map(|s| s.line.iter().chain(&s.others).chain(&s.claims));
    let years = points().map(|p| p.0);
    let (Some(first), Some(last)) = (years.clone().min(), years.max()) else { return Ok(None) };
    let highest = points().map(|p| p.1).fold(0.0, f64::max);
    let lowest = points().map(|p| p.1).fold(0.0, f64::min);
    let mut svg = String::new();
    let bounds = Bounds { years: (first, last), values: (lowest, (highest * 1.08).max(lowest + 1.0)) };
    plot(&mut svg, &series, &bounds, data, language)
        .map_err(|e| anyhow!("the chart cannot be drawn: {e}"))?;
    Ok(Some(svg))
}

struct Bounds {
    years: (i32, i32),
    values: (f64, f64),
}

fn series(data: &Data, language: Language) -> Vec<Series> {
    let unnamed = language.pick("area not named", "område ikke nævnt");
    let of_area = |(i, area): (usize, Option<&str>)| {
        let figures = data.figures.iter().filter(|f| Some(f.area.as_str()) == area && is_shown(f.unit));
        let mut line: Vec<(i32, f64)> = Vec::new();
        let mut others = Vec::new();
        for (year, value) in figures.filter_map(|f| Some((f.period.as_year()?, f.value))) {
            let point = (i32::from(year), value);
            if line.last().is_some_and(|(known, _)| *known == point.0) {
                others.push(point)
            } else {
                line.push(point)
            }
        }
        let claims =
            data.rows.iter().filter(|r| r.claim.area.as_deref() == area && r.claim.unit == Unit::Percent);
        Series {
            name: area.unwrap_or(unnamed).to_owned(),
            colour: COLOURS[i % COLOURS.len()],
            line,
            others,
            claims: claims.filter_map(|r| Some((i32::from(r.year()?), r.claim.value))).collect(),
        }
    };
    let all = data.areas().into_iter().enumerate().map(of_area);
    all.filter(|s| !s.line.is_empty() || !s.claims.is_empty()).collect()
}

fn is_shown(unit: FigureUnit) -> bool {
    unit == FigureUnit::Percent
}

fn plot(
    svg: &mut String,
    series: &[Series],
    bounds: &Bounds,
    data: &Data,
    language: Language,
) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let (first, last) = bounds.years;
    let mut chart = ChartBuilder::on(&root)
        .margin(14)
        .x_label_area_size(30)
        .y_label_area_size(56)
        .build_cartesian_2d(first - 1..last + 1, bounds.values.0..bounds.values.1)?;
    let years = usize::try_from(last - first + 3)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(WHITE)
        .x_labels(years.min(20))
        .x_label_formatter(&|year| Year::try_from(*year).map_or_else(|_| String::new(), |y| y.to_string()))
        .y_label_formatter(&|value| format!("{value:.0}"))
        .y_desc(format!("{} (%)", data.label()))
        .label_style(("sans-serif", 13))
        .draw()?;
    for Series { name, colour, line, others, claims } in series {
        let colour = *colour;
        if !line.is_empty() {
            let label = format!("{}: {name}", language.pick("official", "officielt"));
            chart
                .draw_series(LineSeries::new(line.iter().copied(), colour.stroke_width(2)))?
                .label(label)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
            chart.draw_series(line.iter().chain(others).map(|p| Circle::new(*p, 3, colour.filled())))?;
        }
        if !claims.is_empty() {
            let label = format!("{}: {name}", language.pick("claimed", "påstået"));
            chart
                .draw_series(claims.iter().map(|p| TriangleMarker::new(*p, 7, colour.stroke_width(2))))?
                .label(label)
                .legend(move |(x, y)| TriangleMarker::new((x + 9, y), 6, colour.stroke_width(2)));
        }
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerLeft)
        .background_style(WHITE.mix(0.85))
        .border_style(RGBColor(160, 160, 160))
        .label_font(("sans-serif", 12))
        .draw()?;
    root.present()?;
    Ok(())
}
