//! What a page draws: its glyphs with their places, its rules (thin lines), and how much of it pictures cover.

use std::collections::HashMap;

use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, TransformExt, interpret_page,
};

use super::fonts::Fonts;

/// Beyond these a page is no page to read: the rest is left out.
const MOST_GLYPHS: usize = 400_000;
const MOST_RULES: usize = 10_000;
/// A line thicker than this, in points, is a box.
const THICKEST_RULE: f64 = 3.0;
/// A shorter line, in points, is a mark.
const SHORTEST_RULE: f64 = 8.0;

/// A character that a page shows. Coordinates are in points, from the top left corner of the page as it is seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) char: char,
    /// Where it begins and where the next one would begin, along the base line.
    pub(super) start: (f32, f32),
    pub(super) end: (f32, f32),
    /// Font size in points.
    pub(super) size: f32,
}

/// A straight line along one of the axes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) x0: f32,
    pub(super) y0: f32,
    pub(super) x1: f32,
    pub(super) y1: f32,
}

/// Everything of a page that the layout looks at.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) rules: Vec<Rule>,
    pub(super) width: f32,
    pub(super) height: f32,
    /// The share of the page that pictures cover, 0 to 1 (and more where they overlap).
    pub(super) pictured: f64,
    /// Glyphs whose character is not known; they are shown as U+FFFD.
    pub(super) unknown: usize,
}

/// What is kept from page to page of a file.
pub(super) struct Reader<'a> {
    cache: InterpreterCache<'a>,
    settings: InterpreterSettings,
    fonts: Fonts,
}

impl<'a> Reader<'a> {
    pub(super) fn new() -> Self {
        Self {
            cache: InterpreterCache::new(),
            settings: InterpreterSettings::default(),
            fonts: Fonts::default(),
        }
    }

    /// Interprets the page. May panic or take for ever on a hostile one.
    pub(super) fn read(&mut self, page: &Page<'a>) -> Drawn {
        let (width, height) = page.render_dimensions();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            area,
            &self.cache,
            page.xref(),
            self.settings.clone(),
        );
        let mut collector = Collector {
            drawn: Drawn { width, height, ..Drawn::default() },
            area,
            fonts: &mut self.fonts,
            seen: HashMap::new(),
        };
        interpret_page(page, &mut context, &mut collector);
        let Collector { mut drawn, area, .. } = collector;
        // What lies outside the page nobody sees, unless the page's box is wrong and everything does.
        let inside =
            |g: &Glyph| area.inflate(2.0, 2.0).contains((f64::from(g.start.0), f64::from(g.start.1)));
        if drawn.glyphs.iter().any(|g| !g.char.is_whitespace() && inside(g)) {
            drawn.glyphs.retain(inside);
        }
        drawn
    }
}

struct Collector<'f> {
    drawn: Drawn,
    area: Rect,
    fonts: &'f mut Fonts,
    /// Where each character has been drawn, to tell a character that is stamped twice to look bold.
    seen: HashMap<(char, i32, i32), (f32, f32)>,
}

impl Collector<'_> {
    fn glyph(&mut self, glyph: &FontGlyph<'_>, place: Affine) {
        let origin = place * Point::ZERO;
        if self.drawn.glyphs.len() >= MOST_GLYPHS {
            return;
        }
        let [_, _, c, d, _, _] = place.as_coeffs();
        let size = c.hypot(d) * UNITS_PER_EM;
        let advance = match glyph {
            FontGlyph::Outline(g) => g.advance_width(),
            FontGlyph::Type3(g) => g.advance_width(),
        };
        let end = place * Point::new(f64::from(advance.unwrap_or(0.0)), 0.0);
        let letters = glyph.as_unicode().filter(is_readable).or_else(|| self.fonts.character(glyph));
        let code = glyph.char_code();
        let glyph = |char, start: Point, end: Point| Glyph {
            char,
            start: (start.x as f32, start.y as f32),
            end: (end.x as f32, end.y as f32),
            size: size as f32,
        };
        // A tab or a line break, which no letter was meant for.
        let letters = letters.or_else(|| is_control(code).then_some(BfString::Char(' ')));
        match letters {
            Some(BfString::Char(char)) => self.push(glyph(char, origin, end)),
            // A ligature: the letters share its width.
            Some(BfString::String(letters)) => {
                let n = letters.chars().count().max(1) as f64;
                for (i, char) in letters.chars().enumerate() {
                    let at = |k: f64| origin.lerp(end, k / n);
                    self.push(glyph(char, at(i as f64), at(i as f64 + 1.0)));
                }
            }
            None => {
                self.drawn.unknown += 1;
                self.push(glyph(char::REPLACEMENT_CHARACTER, origin, end));
            }
        }
    }

    fn push(&mut self, glyph: Glyph) {
        if !(glyph.size.is_finite() && glyph.start.0.is_finite() && glyph.end.0.is_finite()) {
            return;
        }
        if glyph.char.is_whitespace() || !self.is_stamped_again(&glyph) {
            self.drawn.glyphs.push(glyph);
        }
    }

    /// Whether the same character stands there already, but for a shift that makes it look bold.
    fn is_stamped_again(&mut self, glyph: &Glyph) -> bool {
        let width = (glyph.end.0 - glyph.start.0).hypot(glyph.end.1 - glyph.start.1);
        let near = (width * 0.35).min(glyph.size * 0.12).max(0.05);
        let (x, y) = glyph.start;
        let cell = |v: f32| (v / 2.0).floor() as i32;
        for dx in -1..=1 {
            for dy in -1..=1 {
                let at = self.seen.get(&(glyph.char, cell(x) + dx, cell(y) + dy));
                if at.is_some_and(|(a, b)| (a - x).abs() <= near && (b - y).abs() <= near) {
                    return true;
                }
            }
        }
        self.seen.insert((glyph.char, cell(x), cell(y)), glyph.start);
        false
    }

    fn rule(&mut self, a: Point, b: Point) {
        let (dx, dy) = ((a.x - b.x).abs(), (a.y - b.y).abs());
        if dx.min(dy) <= THICKEST_RULE && dx.max(dy) >= SHORTEST_RULE && self.drawn.rules.len() < MOST_RULES {
            self.drawn.rules.push(Rule {
                x0: a.x.min(b.x) as f32,
                y0: a.y.min(b.y) as f32,
                x1: a.x.max(b.x) as f32,
                y1: a.y.max(b.y) as f32,
            });
        }
    }

    /// The straight parts of a path that is drawn as a line.
    fn stroked(&mut self, path: &BezPath, place: Affine) {
        let mut first = Point::ZERO;
        let mut last = Point::ZERO;
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(p) => {
                    first = place * p;
                    last = first;
                }
                PathEl::LineTo(p) => {
                    let p = place * p;
                    self.rule(last, p);
                    last = p;
                }
                PathEl::ClosePath => {
                    self.rule(last, first);
                    last = first;
                }
                PathEl::QuadTo(_, p) | PathEl::CurveTo(_, _, p) => last = place * p,
            }
        }
    }

    /// The thin boxes of a path that is filled.
    fn filled(&mut self, path: &BezPath, place: Affine) {
        let mut corners: Option<Rect> = None;
        for element in path.elements() {
            let point = match *element {
                PathEl::MoveTo(p) => {
                    if let Some(whole) = corners.take() {
                        self.rule(whole.origin(), Point::new(whole.x1, whole.y1));
                    }
                    p
                }
                PathEl::LineTo(p) => p,
                PathEl::ClosePath => continue,
                PathEl::QuadTo(..) | PathEl::CurveTo(..) => return,
            };
            let point = place * point;
            let grown = corners.map_or_else(|| Rect::from_points(point, point), |c| c.union_pt(point));
            corners = Some(grown);
        }
        if let Some(whole) = corners {
            self.rule(whole.origin(), Point::new(whole.x1, whole.y1));
        }
    }
}

const UNITS_PER_EM: f64 = 1000.0;

fn is_control(code: u32) -> bool {
    matches!(code, 0x09..=0x0d)
}

/// A character that a text can hold: fonts name private and control characters for glyphs they cannot name.
fn is_readable(letters: &BfString) -> bool {
    let bad = |c: char| {
        c.is_control() && !c.is_whitespace()
            || c == char::REPLACEMENT_CHARACTER
            || matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
    };
    match letters {
        BfString::Char(c) => !bad(*c),
        BfString::String(s) => !s.is_empty() && !s.chars().any(bad),
    }
}

impl<'a> Device<'a> for Collector<'_> {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.glyph(glyph, props.transform * glyph.transform());
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        match mode {
            DrawMode::Fill(_) => self.filled(path, props.transform),
            DrawMode::Stroke(_) | DrawMode::FillAndStroke(..) => self.stroked(path, props.transform),
            DrawMode::Invisible => {}
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        let pixels = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let shown = (props.transform * pixels.to_path(0.1)).bounding_box().intersect(self.area);
        self.drawn.pictured += shown.area().max(0.0) / self.area.area().max(1.0);
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_clip_rect(&mut self, _: &Rect) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
