//! The chart of a report: official figures as lines, claims as marks, by year.

use anyhow::anyhow;
use belaeg_check::{FigureUnit, area_label, breaks_between};
use belaeg_model::{Language, Unit, Year};
use plotters::prelude::*;

use crate::commands::report::data::Data;

/// Width and height of the chart with its key, and the width of the key, in points.
const SIZE: (u32, u32) = (1040, 460);
const KEY: u32 = 330;

/// Colours that people with other colour vision can tell apart, by Okabe and Ito and by Tol, without the light ones, which print
/// loses.
const COLOURS: [RGBColor; 11] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(0, 0, 0),
    RGBColor(136, 34, 85),
    RGBColor(17, 119, 51),
    RGBColor(51, 34, 136),
    RGBColor(120, 120, 120),
];

/// What is drawn in one colour.
struct Series {
    name: String,
    colour: RGBColor,
    /// The first official value of each year; a new line begins after a year without one and after a break in the series.
    lines: Vec<Vec<(i32, f64)>>,
    /// Other values of the same cells.
    others: Vec<(i32, f64)>,
    claims: Vec<(i32, f64)>,
}

impl Series {
    fn points(&self) -> impl Iterator<Item = &(i32, f64)> {
        self.lines.iter().flatten().chain(&self.others).chain(&self.claims)
    }
}

/// The chart as SVG; `None` where nothing has a year.
pub(super) fn draw(data: &Data, language: Language) -> anyhow::Result<Option<String>> {
    let series = series(data, language);
    let points = || series.iter().flat_map(Series::points);
    let years = || points().map(|p| p.0);
    let (Some(first), Some(last)) = (years().min(), years().max()) else { return Ok(None) };
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
        let mut lines = Lines::default();
        for figure in data.figures.iter().filter(|f| Some(f.area.as_str()) == area && is_shown(f.unit)) {
            if let Some(year) = figure.period.as_year() {
                lines.add(year, figure.value, &data.measure, &figure.area);
            }
        }
        let claims =
            data.rows.iter().filter(|r| r.claim.area.as_deref() == area && r.claim.unit == Unit::Percent);
        Series {
            name: area.map_or(unnamed, area_label).to_owned(),
            colour: COLOURS[i % COLOURS.len()],
            lines: lines.lines,
            others: lines.others,
            claims: claims.filter_map(|r| Some((i32::from(r.year()?), r.claim.value))).collect(),
        }
    };
    let all = data.areas().into_iter().enumerate().map(of_area);
    all.filter(|s| s.points().next().is_some()).collect()
}

#[derive(Default)]
struct Lines {
    lines: Vec<Vec<(i32, f64)>>,
    others: Vec<(i32, f64)>,
}

impl Lines {
    /// Takes the official values by year; of one year the first goes into the line.
    fn add(&mut self, year: Year, value: f64, measure: &str, area: &str) {
        let point = (i32::from(year), value);
        match self.lines.last_mut().and_then(|line| Some((line.last()?.0, line))) {
            Some((known, _)) if known == point.0 => self.others.push(point),
            Some((known, line))
                if known + 1 == point.0
                    && breaks_between(measure, area, (year - 1, year)).next().is_none() =>
            {
                line.push(point);
            }
            _ => self.lines.push(vec![point]),
        }
    }
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
    let (plot, key) = root.split_horizontally(SIZE.0 - KEY);
    let (first, last) = bounds.years;
    let mut chart = ChartBuilder::on(&plot)
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
    for Series { colour, lines, others, claims, .. } in series {
        for line in lines {
            chart.draw_series(LineSeries::new(line.iter().copied(), colour.stroke_width(2)))?;
        }
        let official = lines.iter().flatten().chain(others);
        chart.draw_series(official.map(|p| Circle::new(*p, 3, colour.filled())))?;
        chart.draw_series(claims.iter().map(|p| Circle::new(*p, 7, colour.stroke_width(2))))?;
    }
    draw_key(&key, series, language)?;
    root.present()?;
    Ok(())
}

/// What the colours and marks mean, a line for each series.
fn draw_key(
    key: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    series: &[Series],
    language: Language,
) -> Result<(), Box<dyn std::error::Error>> {
    let text = ("sans-serif", 12).into_font();
    let official = language.pick("official", "officielt");
    let claimed = language.pick("claimed", "påstået");
    let marks = |y: i32, colour: RGBColor, s: Option<&Series>| -> Result<(), Box<dyn std::error::Error>> {
        if s.is_none_or(|s| !s.lines.is_empty()) {
            key.draw(&PathElement::new([(8, y), (32, y)], colour.stroke_width(2)))?;
            key.draw(&Circle::new((20, y), 3, colour.filled()))?;
        }
        if s.is_none_or(|s| !s.claims.is_empty()) {
            key.draw(&Circle::new((44, y), 7, colour.stroke_width(2)))?;
        }
        Ok(())
    };
    let black = RGBColor(0, 0, 0);
    marks(26, black, None)?;
    key.draw(&Text::new(format!("{official}, {claimed}"), (58, 20), text.clone()))?;
    for (y, series) in (1..).map(|n| 26 + 22 * n).zip(series) {
        marks(y, series.colour, Some(series))?;
        key.draw(&Text::new(series.name.clone(), (58, y - 6), text.clone()))?;
    }
    Ok(())
}
