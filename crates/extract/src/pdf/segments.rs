//! Glyphs to segments: stretches of a line without a wide gap. The order of the file plays no part, only the places do.

use super::glyphs::{Drawn, Glyph, Rule};
use super::second::push_raised;

/// A gap of this many font sizes parts two words, and one of [`PARTING`] two segments.
const BLANK: f32 = 0.15;
const PARTING: f32 = 0.7;
/// Base lines that differ by less than this many font sizes are one line.
const SAME_LINE: f32 = 0.3;
/// Letters that stand apart by more than this many font sizes are letter-spaced.
const SPACED: f32 = 0.08;

/// A stretch of a line. Coordinates are in points from the top left corner, with the text upright.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) x0: f32,
    pub(super) x1: f32,
    /// The base line.
    pub(super) y: f32,
    /// The font size of most of it.
    pub(super) size: f32,
    /// Its blanks: where each stands in the text, and from where to where on the line.
    pub(super) blanks: Vec<(usize, f32, f32)>,
}

/// The directions in which text runs: as the page is seen, turned by a quarter to the right, on its head, and by a
/// quarter to the left.
const DIRECTIONS: usize = 4;

/// The segments of a page that run the same way.
pub(super) struct Group {
    pub(super) segments: Vec<Segment>,
    /// Whether the page must be turned to have them upright.
    pub(super) turned: bool,
    /// Height of the page once they stand upright.
    pub(super) height: f32,
}

/// The segments of a page: those of the direction that most of its text has, then those of each other one.
pub(super) fn groups(drawn: &Drawn) -> Vec<Group> {
    // A watermark runs askew; a page of nothing else is read as well as can be.
    let strict = drawn.glyphs.iter().any(|g| !g.char.is_whitespace() && direction(g, ASKEW).is_some());
    let mut glyphs: Vec<Vec<Glyph>> = vec![Vec::new(); DIRECTIONS];
    for glyph in &drawn.glyphs {
        if let Some(direction) = direction(glyph, if strict { ASKEW } else { 1.0 }) {
            glyphs[direction].push(upright(*glyph, direction, drawn));
        }
    }
    let mut by_direction: Vec<(usize, Vec<Glyph>)> = glyphs.into_iter().enumerate().collect();
    by_direction.retain(|(_, glyphs)| !glyphs.is_empty());
    by_direction.sort_by_key(|(_, glyphs)| std::cmp::Reverse(glyphs.len()));
    let group = |(direction, glyphs): (usize, Vec<Glyph>)| Group {
        segments: of_glyphs(glyphs),
        turned: direction != 0,
        height: if direction % 2 == 0 { drawn.height } else { drawn.width },
    };
    by_direction.into_iter().map(group).collect()
}

/// How many times as far a glyph must run along the page as across it. A skewed scan still runs along.
const ASKEW: f32 = 5.0;

/// Which way the glyph runs; nothing where it runs askew, as the letters of a watermark do.
fn direction(glyph: &Glyph, askew: f32) -> Option<usize> {
    let (dx, dy) = (glyph.end.0 - glyph.start.0, glyph.end.1 - glyph.start.1);
    let along = |a: f32, b: f32| a.abs() >= b.abs() * askew;
    match () {
        () if dx == 0.0 && dy == 0.0 => Some(0),
        () if along(dx, dy) => Some(if dx > 0.0 { 0 } else { 2 }),
        () if along(dy, dx) => Some(if dy > 0.0 { 1 } else { 3 }),
        () => None,
    }
}

/// The glyph as it stands when the page is turned so that it runs to the right.
fn upright(glyph: Glyph, direction: usize, drawn: &Drawn) -> Glyph {
    let turn = |(x, y): (f32, f32)| match direction {
        1 => (y, drawn.width - x),
        2 => (drawn.width - x, drawn.height - y),
        3 => (drawn.height - y, x),
        _ => (x, y),
    };
    Glyph { start: turn(glyph.start), end: turn(glyph.end), ..glyph }
}

fn of_glyphs(mut glyphs: Vec<Glyph>) -> Vec<Segment> {
    // Runs as they were drawn, then the runs of a line from left to right: what is drawn in pieces or column by column
    // comes together.
    let mut runs: Vec<Run> = Vec::new();
    for glyph in glyphs.drain(..) {
        match runs.last_mut() {
            Some(run) if run.takes(&glyph) => run.push(glyph),
            _ => runs.push(Run::new(glyph)),
        }
    }
    runs.retain(|run| run.glyphs.iter().any(|g| !g.char.is_whitespace()));
    let mut segments = Vec::new();
    for line in lines(runs) {
        segments.extend(join(line));
    }
    segments
}

/// Glyphs drawn one after the other along a line.
struct Run {
    glyphs: Vec<Glyph>,
    x0: f32,
    x1: f32,
    y: f32,
    size: f32,
}

impl Run {
    fn new(glyph: Glyph) -> Self {
        Self { x0: glyph.start.0, x1: glyph.end.0, y: glyph.start.1, size: glyph.size, glyphs: vec![glyph] }
    }

    /// Whether the glyph goes on with the run. Blanks reach over a gap.
    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let gap = glyph.start.0 - self.x1;
        (glyph.start.1 - self.y).abs() <= size * 0.02 + 0.05
            && (-0.3 * size..=PARTING * size).contains(&gap)
            && (self.size - glyph.size).abs() <= 0.02 * size
    }

    fn push(&mut self, glyph: Glyph) {
        self.x1 = self.x1.max(glyph.end.0);
        self.glyphs.push(glyph);
    }
}

/// The runs line by line, each from left to right.
fn lines(mut runs: Vec<Run>) -> Vec<Vec<Run>> {
    runs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        let line = lines.iter_mut().rev().take(4).find(|line| is_on(line, &run));
        match line {
            Some(line) => line.push(run),
            None => lines.push(vec![run]),
        }
    }
    rejoin(&mut lines);
    for line in &mut lines {
        line.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
    lines
}

/// Puts what was met before the line it is raised above onto that line.
fn rejoin(lines: &mut Vec<Vec<Run>>) {
    let mut k = 0;
    while k < lines.len() {
        let near = (k + 1..lines.len().min(k + 4))
            .find(|j| matches!(&lines[k][..], [run] if is_on(&lines[*j], run)));
        match near {
            Some(j) => {
                let raised = lines.remove(k);
                lines[j - 1].extend(raised);
            }
            None => k += 1,
        }
    }
}

/// Whether the run stands on the line: on its base line, or raised or lowered beside one of its runs.
fn is_on(line: &[Run], run: &Run) -> bool {
    line.iter().any(|other| {
        let size = other.size.max(run.size);
        let away = (other.y - run.y).abs();
        let beside = run.x0 - other.x1 < size * 0.5 && other.x0 - run.x1 < size * 0.5;
        let small = other.size.min(run.size) < size * 0.8;
        // A large letter may reach into the line beside it; words that lie over one another are of two lines.
        let overlap = run.x1.min(other.x1) - run.x0.max(other.x0);
        let over = overlap > size * 0.3 && away > size * 0.05;
        let level = away <= other.size.min(run.size) * SAME_LINE;
        !over && (level || small && beside && away <= size * 0.6)
    })
}

/// The segments of one line.
fn join(line: Vec<Run>) -> Vec<Segment> {
    let glyphs: Vec<Glyph> = {
        let mut all: Vec<Glyph> = line.into_iter().flat_map(|run| run.glyphs).collect();
        all.sort_by(|a, b| a.start.0.total_cmp(&b.start.0));
        all
    };
    let mut segments: Vec<Writer> = Vec::new();
    let blank_at = blank_width(&glyphs);
    let mut last: Option<Glyph> = None;
    let mut blank: Option<char> = None;
    for glyph in glyphs {
        if glyph.char.is_whitespace() {
            blank = blank.or(Some(glyph.char));
            continue;
        }
        let gap = last.map_or(0.0, |last| glyph.start.0 - last.end.0);
        let size = last.map_or(glyph.size, |last| last.size.max(glyph.size));
        let parted = gap > size * PARTING.max(blank_at + 0.4);
        match segments.last_mut().filter(|_| !parted) {
            Some(segment) => {
                if blank.is_some() && gap > -0.4 * size || gap > size * blank_at {
                    segment.blank(blank.unwrap_or(' '), glyph.start.0);
                }
                segment.push(&glyph);
            }
            None => segments.push(Writer::new(&glyph)),
        }
        blank = None;
        last = Some(glyph);
    }
    segments.into_iter().map(Writer::finish).collect()
}

/// How far a rule may reach beside a blank, in points.
const BESIDE: f32 = 1.0;
/// Words keep this many font sizes away from a rule that parts them from others: as far as where no rule is drawn.
const CLEAR: f32 = 0.5;

/// Cuts segments at blanks in which an upright rule stands, and keeps their ends clear of it: the words on either side
/// are of two cells, however near they stand.
pub(super) fn split_at_rules(segments: Vec<Segment>, rules: &[Rule]) -> Vec<Segment> {
    let upright: Vec<&Rule> = rules.iter().filter(|r| r.y1 - r.y0 > r.x1 - r.x0).collect();
    if upright.is_empty() {
        return segments;
    }
    let mut cut = Vec::with_capacity(segments.len());
    for segment in segments {
        let middle = segment.y - 0.3 * segment.size;
        let crossing = |r: &&&Rule| r.y0 <= middle && middle <= r.y1 && r.y1 - r.y0 >= segment.size;
        let rules: Vec<f32> = upright.iter().filter(crossing).map(|r| (r.x0 + r.x1) / 2.0).collect();
        if rules.is_empty() {
            cut.push(segment);
        } else {
            cut.extend(split(segment, &rules).into_iter().map(|s| clear(s, &rules)));
        }
    }
    cut
}

/// The parts of a segment between the rules at these places.
fn split(mut left: Segment, rules: &[f32]) -> Vec<Segment> {
    let mut right = Vec::new();
    let mut behind = Vec::new();
    for (at, x0, x1) in std::mem::take(&mut left.blanks).into_iter().rev() {
        let is_cut = rules.iter().any(|x| (x0 - BESIDE..=x1 + BESIDE).contains(x));
        let words = left.text.get(at..).map(str::trim_start).filter(|_| is_cut);
        if let Some(words) = words.map(str::to_owned) {
            let shift = left.text.len() - words.len();
            let blanks = std::mem::take(&mut behind).into_iter().rev();
            let blanks =
                blanks.filter_map(|(i, a, b): (usize, f32, f32)| Some((i.checked_sub(shift)?, a, b)));
            right.push(Segment { x0: x1, blanks: blanks.collect(), text: words, ..left.clone() });
            left.text.truncate(at);
            left.x1 = x0;
        } else {
            behind.push((at, x0, x1));
        }
    }
    behind.reverse();
    left.blanks = behind;
    right.push(left);
    right.reverse();
    right.retain(|s| !s.text.trim().is_empty());
    right
}

fn clear(mut segment: Segment, rules: &[f32]) -> Segment {
    let (least, near) = (segment.size * CLEAR, segment.size);
    for x in rules {
        if (segment.x0 - near..=segment.x0 + BESIDE).contains(x) {
            segment.x0 = segment.x0.max(x + least).min(segment.x1);
        } else if (segment.x1 - BESIDE..=segment.x1 + near).contains(x) {
            segment.x1 = segment.x1.min(x - least).max(segment.x0);
        }
    }
    segment
}

/// From which gap on, in font sizes, words are parted on this line: wider where the letters are spaced out.
fn blank_width(glyphs: &[Glyph]) -> f32 {
    let mut gaps: Vec<f32> = glyphs
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] if a.char.is_alphabetic() && b.char.is_alphabetic() && a.size > 0.0 => {
                Some((b.start.0 - a.end.0) / a.size)
            }
            _ => None,
        })
        .collect();
    gaps.sort_unstable_by(f32::total_cmp);
    let usual = gaps.get(gaps.len() / 2).copied().unwrap_or(0.0);
    if gaps.len() >= 4 && usual > SPACED { usual + BLANK } else { BLANK }
}

/// Writes a segment glyph by glyph.
struct Writer {
    segment: Segment,
    /// Characters of each size, to find the size of most.
    sizes: Vec<(f32, usize)>,
    ys: Vec<(f32, f32)>,
}

impl Writer {
    fn new(glyph: &Glyph) -> Self {
        let (x, y) = glyph.start;
        let segment = Segment { text: String::new(), x0: x, x1: x, y, size: glyph.size, blanks: Vec::new() };
        let mut writer = Self { segment, sizes: Vec::new(), ys: Vec::new() };
        writer.push(glyph);
        writer
    }

    fn blank(&mut self, blank: char, to: f32) {
        self.segment.blanks.push((self.segment.text.len(), self.segment.x1, to));
        self.segment.text.push(if blank == '\u{a0}' { blank } else { ' ' });
    }

    fn push(&mut self, glyph: &Glyph) {
        let base = self.ys.last().copied();
        let raised = base.is_some_and(|(y, size)| glyph.size < size * 0.8 && glyph.start.1 < y - size * 0.2);
        if raised && glyph.char.is_ascii_digit() {
            push_raised(&mut self.segment.text, glyph.char);
        } else {
            self.segment.text.push(glyph.char);
        }
        if !raised {
            self.ys.push((glyph.start.1, glyph.size));
        }
        self.segment.x1 = self.segment.x1.max(glyph.end.0);
        match self.sizes.iter_mut().find(|(size, _)| (size - glyph.size).abs() < 0.05) {
            Some((_, n)) => *n += 1,
            None => self.sizes.push((glyph.size, 1)),
        }
    }

    fn finish(mut self) -> Segment {
        if let Some((size, _)) = self.sizes.iter().max_by_key(|(_, n)| *n) {
            self.segment.size = *size;
        }
        if let Some((y, _)) = self.ys.iter().rev().find(|(_, size)| *size == self.segment.size) {
            self.segment.y = *y;
        }
        let text = unspaced(&self.segment.text);
        if text.len() != self.segment.text.len() {
            self.segment.blanks.clear();
        }
        self.segment.text = text;
        self.segment
    }
}

/// "R E F E R A T" is one word: four letters or more that stand alone.
fn unspaced(text: &str) -> String {
    let tokens: Vec<&str> = text.split(' ').collect();
    let lone = |t: &&str| t.chars().count() == 1 && t.chars().all(char::is_alphabetic);
    let mut out: Vec<String> = Vec::new();
    let mut i = 0;
    while i < tokens.len() {
        let run = tokens[i..].iter().take_while(|t| lone(t)).count();
        if run >= 4 {
            out.push(tokens[i..i + run].concat());
            i += run;
        } else {
            out.push(tokens[i].to_owned());
            i += 1;
        }
    }
    out.join(" ")
}
