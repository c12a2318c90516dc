//! The rules of tables on a picture of a page: a reader of letters takes them for letters ("|", "1"), so they go.

use std::ops::Range;

use super::glyphs::Rule;
use super::ocr::POINTS;

/// A rule is at least so long, in inches: longer than letters are high, and than dashes.
const LEAST_LENGTH: f32 = 0.3;
/// and at most so thick.
const MOST_THICKNESS: f32 = 0.035;
/// Specks that may interrupt a rule, in dots.
const GAP: usize = 2;
/// The share of a rule that is no thicker than a rule is: other lines and letters may touch it.
const THIN_SHARE: f32 = 0.7;
/// A dot below this is ink.
const INK: u8 = 160;
const WHITE: u8 = 255;

/// A picture of a page in grey, row by row.
pub(super) struct Picture {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) dots: Vec<u8>,
}

/// Whites out the upright and level rules of a picture with so many dots an inch, and says where they were, in points.
pub(super) fn erase(picture: &mut Picture, dpi: f32) -> Vec<Rule> {
    let (least, most) = ((dpi * LEAST_LENGTH) as usize, (dpi * MOST_THICKNESS).ceil() as usize);
    let (width, height) = (picture.width, picture.height);
    let upright = Lines { count: width, length: height, across: 1, along: width, least, most };
    let level = Lines { count: height, length: width, across: width, along: 1, least, most };
    // Both are looked for before either is gone: where they cross, each makes the other look thick.
    let (mut marked, mut found) = (Vec::new(), Vec::new());
    upright.rules(&picture.dots, &mut marked, |x, y| found.push(Rule { x0: x.0, x1: x.1, y0: y.0, y1: y.1 }));
    level.rules(&picture.dots, &mut marked, |y, x| found.push(Rule { x0: x.0, x1: x.1, y0: y.0, y1: y.1 }));
    for dot in marked {
        picture.dots[dot] = WHITE;
    }
    let points = |dots: f32| dots * POINTS / dpi;
    for rule in &mut found {
        *rule = Rule { x0: points(rule.x0), y0: points(rule.y0), x1: points(rule.x1), y1: points(rule.y1) };
    }
    found
}

/// The dots of a picture as lines in one direction.
struct Lines {
    count: usize,
    length: usize,
    /// From a dot to the same one of the next line, and to the next one of its line, in the buffer.
    across: usize,
    along: usize,
    least: usize,
    most: usize,
}

impl Lines {
    /// The dots of all rules and of the grey edge beside them; `found` is told where each runs across and along.
    fn rules(&self, dots: &[u8], marked: &mut Vec<usize>, mut found: impl FnMut((f32, f32), (f32, f32))) {
        for line in 0..self.count {
            let mut start = None;
            let mut last = 0;
            for at in 0..=self.length {
                let ink = at < self.length && self.is_ink(dots, line, at);
                if ink {
                    start.get_or_insert(at);
                    last = at;
                } else if let Some(first) = start.filter(|_| at == self.length || at - last > GAP) {
                    let is_rule =
                        last + 1 - first >= self.least && self.mark(dots, line, first..last + 1, marked);
                    if is_rule {
                        found((line as f32, line as f32), (first as f32, last as f32));
                    }
                    start = None;
                }
            }
        }
    }

    /// Adds the dots of the run if it is a rule, and says whether it is one.
    fn mark(&self, dots: &[u8], line: usize, run: Range<usize>, marked: &mut Vec<usize>) -> bool {
        let length = run.len();
        let extents: Vec<_> = run.map(|at| (at, self.thickness(dots, line, at))).collect();
        let thin = extents.iter().filter(|(_, extent)| extent.is_some()).count();
        if (thin as f32) < length as f32 * THIN_SHARE {
            return false;
        }
        // Where other ink crosses, the rule is as thick as before.
        let mut extent = (line, line);
        for (at, own) in extents {
            extent = own.unwrap_or(extent);
            let edges = extent.0.saturating_sub(1)..(extent.1 + 2).min(self.count);
            marked.extend(edges.map(|line| line * self.across + at * self.along));
        }
        true
    }

    /// The first and last line that the ink around this dot reaches, where it is no thicker than a rule.
    fn thickness(&self, dots: &[u8], line: usize, at: usize) -> Option<(usize, usize)> {
        let reach = |lines: &mut dyn Iterator<Item = usize>| {
            lines.take(self.most + 1).take_while(|line| self.is_ink(dots, *line, at)).count()
        };
        let (before, behind) = (reach(&mut (0..line).rev()), reach(&mut (line + 1..self.count)));
        (before + 1 + behind <= self.most).then(|| (line - before, line + behind))
    }

    fn is_ink(&self, dots: &[u8], line: usize, at: usize) -> bool {
        dots[line * self.across + at * self.along] < INK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of 100 dots an inch: `#` is ink.
    fn picture(rows: &[String]) -> Picture {
        let dots = rows.iter().flat_map(|r| r.bytes().map(|b| if b == b'#' { 0 } else { WHITE })).collect();
        Picture { width: rows[0].len(), height: rows.len(), dots }
    }

    fn ink(picture: &Picture) -> usize {
        picture.dots.iter().filter(|d| **d < INK).count()
    }

    #[test]
    fn thin_long_lines_go_and_letters_stay() {
        let empty = ".".repeat(60);
        let upright = format!("{}##{}", ".".repeat(20), ".".repeat(38));
        let mut table = vec![upright.clone(); 60];
        table[30] = "#".repeat(60);
        // A letter of two strokes, less high than a rule is long, beside the line.
        for row in &mut table[5..25] {
            row.replace_range(40..44, "####");
        }
        let mut seen = picture(&table);
        let rules = erase(&mut seen, 100.0);
        assert!(rules.iter().any(|r| r.x0 == r.x1 && (14.0..16.0).contains(&r.x0)), "{rules:?}");
        assert_eq!(ink(&seen), 80, "the letter is left");
        let mut bar = picture(&[vec![empty.clone(); 5], vec!["#".repeat(60); 10], vec![empty; 5]].concat());
        erase(&mut bar, 100.0);
        assert_eq!(ink(&bar), 600, "a thick bar is no rule");
    }
}
