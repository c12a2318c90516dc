//! Bands that have columns: whether they are a table, and the rows of one.

use std::sync::LazyLock;

use regex::Regex;

use super::glyphs::Rule;
use super::layout::Band;
use super::segments::Segment;
use crate::piece::{RawCell, constant};

/// What bands with columns are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Table,
    /// Columns of prose: each is read to its end before the next.
    Columns,
    /// Read line by line: labels with their values.
    Lines,
}

/// Letters that a line of prose has on the average, at the least; in a narrow column, whose lines have several words
/// and follow one another closely.
const PROSE: usize = 22;
const NARROW_PROSE: usize = 14;
/// Lines nearer to one another than this many font sizes may be of one cell.
const NEAR: f32 = 1.45;
/// A distance of this many usual ones from row to row stands before another table.
const CLEARLY: f32 = 1.35;
/// Longest head of a column, in characters.
const LONGEST_HEAD: usize = 80;
/// Lines of heads above the first row, at the most.
const MOST_HEADS: usize = 5;

static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^[(+−–-]?\s*\d[\d.,\s\u{a0}]*(?:%|‰|pct\.?|procent(?:point)?|promille|kr\.?|mio\.?|t?kr\.|pp\.?|p\.p\.)?[\s\u{a0}]*(?:%|kr\.?)?\)?\s*[*¹²³⁴⁵⁶⁷⁸⁹⁰]*$|^[-–−.]{1,3}$|^\.\.$|^x$",
    )
});
static YEAR: LazyLock<Regex> =
    LazyLock::new(|| constant(r"^(?:19|20)\d\d(?:\s?[/–-]\s?(?:19|20)?\d\d)?\*?$"));

pub(super) fn is_figure(text: &str) -> bool {
    FIGURE.is_match(text.trim())
}

fn is_year(text: &str) -> bool {
    YEAR.is_match(text.trim())
}

/// The upright rules from their top to their bottom, also where they are drawn cell by cell.
pub(super) fn upright(rules: &[Rule]) -> Vec<Rule> {
    /// Parts of a rule that stand within so many points of one another.
    const SAME: f32 = 1.5;
    let mut parts: Vec<Rule> = rules.iter().copied().filter(|r| r.y1 - r.y0 > r.x1 - r.x0).collect();
    parts.sort_unstable_by(|a, b| a.x0.total_cmp(&b.x0).then(a.y0.total_cmp(&b.y0)));
    let mut whole: Vec<Rule> = Vec::new();
    for part in parts {
        let goes_on = |r: &&mut Rule| {
            (r.x0 - part.x0).abs() <= SAME && part.y0 <= r.y1 + SAME && r.y0 <= part.y1 + SAME
        };
        match whole.iter_mut().rev().take_while(|r| part.x0 - r.x0 <= SAME).find(goes_on) {
            Some(rule) => (rule.y0, rule.y1) = (rule.y0.min(part.y0), rule.y1.max(part.y1)),
            None => whole.push(part),
        }
    }
    whole
}

type Edges = [(f32, f32)];

/// The column that a segment stands in, and the last one that it reaches.
fn columns_of(s: &Segment, edges: &Edges) -> (usize, usize) {
    let overlaps = |&(a, b): &(f32, f32)| s.x1.min(b) - s.x0.max(a) > s.size * 0.2;
    let first = edges.iter().position(overlaps);
    let last = edges.iter().rposition(overlaps);
    let nearest = || {
        let middle = (s.x0 + s.x1) / 2.0;
        let away = |&(a, b): &(f32, f32)| ((a + b) / 2.0 - middle).abs();
        (0..edges.len()).min_by(|i, k| away(&edges[*i]).total_cmp(&away(&edges[*k]))).unwrap_or(0)
    };
    match (first, last) {
        (Some(first), Some(last)) => (first, last),
        _ => {
            let at = nearest();
            (at, at)
        }
    }
}

/// What is known of one column.
struct Column {
    lines: usize,
    letters: usize,
    words: usize,
    figures: usize,
    /// Whether its lines begin, end or are centred at the same place.
    aligned: bool,
    /// Whether they begin at the same place, as the lines of a column of text do.
    flush: bool,
    /// Whether its lines follow one another without gaps.
    dense: bool,
}

impl Column {
    fn of(bands: &[Band], edges: &Edges, c: usize) -> Self {
        let own: Vec<(&Segment, f32)> = bands
            .iter()
            .flat_map(|b| b.segments.iter().map(|s| (s, b.y)))
            .filter(|(s, _)| columns_of(s, edges).0 == c)
            .collect();
        let figures = own.iter().filter(|(s, _)| is_figure(&s.text)).count();
        let letters = own.iter().map(|(s, _)| s.text.chars().filter(|c| c.is_alphabetic()).count()).sum();
        let words = own.iter().map(|(s, _)| s.text.split_whitespace().count()).sum();
        let mut ys: Vec<f32> = own.iter().map(|(_, y)| *y).collect();
        ys.dedup();
        let size = own.first().map_or(10.0, |(s, _)| s.size);
        let wide = ys.windows(2).filter(|w| w[1] - w[0] > size * 1.7).count();
        let (aligned, flush) = alignment(&own, size);
        Self { lines: ys.len(), letters, words, figures, aligned, flush, dense: wide * 4 <= ys.len() }
    }

    fn is_prose(&self) -> bool {
        let wide = self.lines >= 3 && self.letters >= PROSE * self.lines;
        let narrow = self.lines >= 5
            && self.dense
            && self.letters >= NARROW_PROSE * self.lines
            && self.words * 2 >= self.lines * 5;
        (wide || narrow) && self.figures * 3 < self.lines
    }

    fn is_figures(&self) -> bool {
        self.figures > 0 && self.figures * 2 >= self.lines
    }
}

/// Whether most segments begin, end or are centred at one place, and whether they begin there.
fn alignment(own: &[(&Segment, f32)], size: f32) -> (bool, bool) {
    let most_at = |place: &dyn Fn(&Segment) -> f32| {
        let near = |x: f32| own.iter().filter(|(s, _)| (place(s) - x).abs() <= size * 0.25).count();
        own.iter().take(50).map(|(s, _)| near(place(s))).max().unwrap_or(0)
    };
    let most = |n: usize| n * 10 >= own.len() * 6;
    let flush = most(most_at(&|s| s.x0));
    (flush || most(most_at(&|s| s.x1).max(most_at(&|s| (s.x0 + s.x1) / 2.0))), flush)
}

/// What the bands with the columns at `edges` are.
pub(super) fn kind(bands: &[Band], edges: &Edges, rules: &[Rule]) -> Kind {
    let columns: Vec<Column> = (0..edges.len()).map(|c| Column::of(bands, edges, c)).collect();
    if columns.iter().skip(1).any(Column::is_figures) && !columns.iter().skip(1).any(Column::is_prose) {
        return Kind::Table;
    }
    let rows = row_rules(bands, edges, rules);
    if rows.len() >= 3 && (rows.len() + 1) * 4 >= bands.len() && edges.len() > 1 {
        return Kind::Table;
    }
    // Wide blanks of justified lines that happen to stand under one another part no columns.
    if !columns.iter().all(|c| c.flush || c.is_prose() || c.aligned && columns.len() > 2) {
        return Kind::Lines;
    }
    let prose = columns.iter().filter(|c| c.is_prose()).count();
    if prose == columns.len() {
        return Kind::Columns;
    }
    if prose > 0 {
        return if columns.iter().all(|c| c.is_prose() || c.flush) && beside(bands, edges, &columns) {
            Kind::Columns
        } else {
            Kind::Lines
        };
    }
    let aligned = columns.iter().all(|c| c.aligned);
    match columns.len() {
        2 if columns.iter().all(|c| c.dense && c.lines >= 4) && !paired(bands, edges) => Kind::Columns,
        2 => Kind::Lines,
        _ if aligned && bands.len() >= 3 => Kind::Table,
        _ => Kind::Lines,
    }
}

/// Whether one column of prose stands beside short lines that are not its labels: they have lines of their own, or
/// follow one another closely.
fn beside(bands: &[Band], edges: &Edges, columns: &[Column]) -> bool {
    let short: Vec<&Column> = columns.iter().filter(|c| !c.is_prose()).collect();
    let label_first = columns.first().is_some_and(|c| !c.is_prose());
    if label_first && paired(bands, edges) {
        return short.iter().all(|c| c.dense && c.lines >= 3);
    }
    true
}

/// Whether nearly every line of the shorter side stands on a line of the other.
fn paired(bands: &[Band], edges: &Edges) -> bool {
    let side = |b: &Band, left: bool| b.segments.iter().any(|s| (columns_of(s, edges).0 == 0) == left);
    let (mut left, mut right, mut both) = (0, 0, 0);
    for b in bands {
        let (l, r) = (side(b, true), side(b, false));
        left += usize::from(l);
        right += usize::from(r);
        both += usize::from(l && r);
    }
    both * 4 >= left.min(right) * 3
}

/// Where horizontal rules across the table part its bands, from the top.
fn row_rules(bands: &[Band], edges: &Edges, rules: &[Rule]) -> Vec<f32> {
    let (Some(first), Some(last), Some(left), Some(right)) =
        (bands.first(), bands.last(), edges.first(), edges.last())
    else {
        return Vec::new();
    };
    let (top, bottom) = (first.y - first.size() * 1.5, last.y + last.size());
    let inside = |r: &&Rule| r.y1 - r.y0 < 3.0 && r.y0 > top && r.y0 < bottom;
    let mut at: Vec<(f32, f32)> = Vec::new();
    let mut level: Vec<&Rule> = rules.iter().filter(inside).collect();
    level.sort_by(|a, b| a.y0.total_cmp(&b.y0));
    for rule in level {
        let width = (rule.x1.min(right.1) - rule.x0.max(left.0)).max(0.0);
        match at.last_mut().filter(|(y, _)| rule.y0 - *y < 2.0) {
            Some((_, sum)) => *sum += width,
            None => at.push((rule.y0, width)),
        }
    }
    let whole = right.1 - left.0;
    at.into_iter().filter(|(_, width)| *width >= whole * 0.6).map(|(y, _)| y).collect()
}

/// Where the next table begins: a line of words alone that stands clearly below the rows above it.
pub(super) fn next_caption(bands: &[Band]) -> Option<usize> {
    let mut steps: Vec<f32> = bands.windows(2).map(|w| w[1].y - w[0].y).collect();
    steps.sort_unstable_by(f32::total_cmp);
    let usual = steps.get(steps.len() / 2).copied()?;
    (2..bands.len()).find(|&k| {
        let band = &bands[k];
        let alone = band.segments.len() == 1 && !is_figure(&band.text());
        let words = band.text().split_whitespace().count() >= 2;
        // Heads follow, and no figures: a label may be wrapped, too.
        let heads = bands.get(k + 1).is_some_and(|b| {
            b.segments.len() > 1 && b.segments.iter().all(|s| !is_figure(&s.text) || is_year(&s.text))
        });
        alone && words && heads && band.y - bands[k - 1].y > usual * CLEARLY
    })
}

/// Whether some rows of figures, and nothing else, reach over the white between the columns at `edges`.
pub(super) fn is_reached_over(bands: &[Band], edges: &Edges) -> bool {
    let reaches = |b: &&Band| {
        b.segments.iter().any(|s| {
            let (first, last) = columns_of(s, edges);
            last > first
        })
    };
    let mut rows = bands.iter().filter(reaches).peekable();
    rows.peek().is_some() && rows.all(|b| b.segments.iter().filter(|s| is_figure(&s.text)).count() >= 2)
}

/// How many of the last bands `above` are heads of the columns.
pub(super) fn heads_above(above: &[Band], table: &[Band], edges: &Edges) -> usize {
    let (Some(left), Some(right)) = (edges.first(), edges.last()) else { return 0 };
    let mut below = match table.first() {
        Some(band) => (band.y, band.size()),
        None => return 0,
    };
    let mut heads = 0;
    for (k, band) in above.iter().enumerate().rev().take(MOST_HEADS) {
        let near = below.0 - band.y <= below.1 * 2.4;
        let inside = band.segments.iter().all(|s| s.x0 >= left.0 - s.size && s.x1 <= right.1 + s.size * 2.0);
        let short = band.segments.iter().all(|s| s.text.chars().count() <= LONGEST_HEAD);
        let over_columns = band.segments.len() > 1 || band.segments.iter().all(|s| s.x0 > left.1);
        let ends_sentence = band.segments.last().is_some_and(|s| s.text.trim_end().ends_with('.'));
        if !(near && inside && short && over_columns) || ends_sentence && band.segments.len() == 1 {
            break;
        }
        heads = above.len() - k;
        below = (band.y, band.size());
    }
    heads
}

/// A row that is being put together.
struct Row {
    cells: Vec<String>,
    head: bool,
    /// Whether a cell reaches over several columns.
    spans: bool,
    top: f32,
    bottom: f32,
    size: f32,
}

/// The parts of a segment that reaches from one column into the figures of the next: "pct. 28,3" where the unit stands
/// close to the first figure.
fn parted(segment: &Segment, edges: &Edges) -> Vec<Segment> {
    let mut left = segment.clone();
    let mut right = Vec::new();
    for &(at, x0, x1) in segment.blanks.iter().rev() {
        let (first, last) = columns_of(&left, edges);
        let between = |k: usize| x1 > edges[k].1 - left.size * 0.3 && x0 < edges[k + 1].0 + left.size * 0.3;
        let behind = left.text.get(at..).unwrap_or_default().trim();
        if (first..last).any(between) && is_figure(behind) {
            right.push(Segment { text: behind.to_owned(), x0: x1, blanks: Vec::new(), ..left.clone() });
            left.text.truncate(at);
            left.x1 = x0;
        }
    }
    right.push(left);
    right.reverse();
    right
}

impl Row {
    fn of(band: &Band, edges: &Edges) -> Self {
        let mut cells = vec![String::new(); edges.len()];
        let mut spans = false;
        for s in &band.segments.iter().flat_map(|s| parted(s, edges)).collect::<Vec<_>>() {
            let (first, last) = columns_of(s, edges);
            spans |= last > first;
            push_words(&mut cells[first], s.text.trim());
        }
        let figures = cells.iter().skip(1).filter(|c| is_figure(c) && !is_year(c)).count();
        Self { cells, head: figures == 0, spans, top: band.y, bottom: band.y, size: band.size() }
    }

    fn has_label_alone(&self) -> bool {
        !self.cells[0].is_empty() && self.cells[1..].iter().all(String::is_empty)
    }

    fn has_figures(&self) -> bool {
        self.cells[1..].iter().any(|c| is_figure(c))
    }

    fn append(&mut self, below: Self) {
        for (cell, words) in self.cells.iter_mut().zip(below.cells) {
            push_words(cell, &words);
        }
        self.bottom = below.bottom;
        self.spans |= below.spans;
        self.head &= below.head;
    }
}

fn push_words(cell: &mut String, words: &str) {
    if words.is_empty() {
        return;
    }
    // "omgørelses-" and "procent" in the head of a narrow column.
    let begins_small = words.starts_with(char::is_lowercase);
    if begins_small && cell.ends_with(['-', '\u{2010}', '\u{ad}']) && cell.chars().count() > 2 {
        cell.pop();
    } else if !cell.is_empty() {
        cell.push(' ');
    }
    cell.push_str(words);
}

/// The rows of the table, heads first; nothing if no table is left.
pub(super) fn rows(bands: &[Band], edges: &Edges, rules: &[Rule]) -> Option<Vec<Vec<RawCell>>> {
    let parted = row_rules(bands, edges, rules);
    let mut rows: Vec<Row> = bands.iter().map(|b| Row::of(b, edges)).collect();
    let first_row = rows.iter().position(|r| !r.head).unwrap_or(1.min(rows.len()));
    for (k, row) in rows.iter_mut().enumerate() {
        row.head = k < first_row;
    }
    let every_row_is_ruled = is_fully_ruled(&rows, &parted);
    let mut rows = merge(rows, &parted, every_row_is_ruled);
    raise_label_head(&mut rows);
    let cells = |row: Row| {
        let head = row.head;
        row.cells
            .into_iter()
            .enumerate()
            .map(|(c, text)| RawCell { header: head || c == 0 && !is_figure(&text), text })
            .collect()
    };
    (rows.len() > 1).then(|| rows.into_iter().map(cells).collect())
}

/// The head of the labels stands anywhere beside the heads of the columns; it is of the first row.
fn raise_label_head(rows: &mut [Row]) {
    let heads = rows.iter().take_while(|r| r.head).count();
    let filled: Vec<usize> = (0..heads).filter(|k| !rows[*k].cells[0].is_empty()).collect();
    if let [at] = filled[..]
        && at > 0
    {
        rows[0].cells[0] = std::mem::take(&mut rows[at].cells[0]);
    }
}

fn is_ruled_between(parted: &[f32], a: &Row, b: &Row) -> bool {
    parted.iter().any(|y| *y > a.bottom - a.size * 0.3 && *y < b.top)
}

/// Whether rules part every row from the next: no two lines of figures stand between two rules.
fn is_fully_ruled(rows: &[Row], parted: &[f32]) -> bool {
    parted.len() >= 2
        && rows
            .windows(2)
            .all(|w| is_ruled_between(parted, &w[0], &w[1]) || !(w[0].has_figures() && w[1].has_figures()))
        && rows.windows(2).filter(|w| is_ruled_between(parted, &w[0], &w[1])).count() * 3 >= rows.len()
}

/// Joins the lines of one row.
fn merge(lines: Vec<Row>, parted: &[f32], ruled: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut lines = lines.into_iter().peekable();
    while let Some(line) = lines.next() {
        let joins = rows.last().is_some_and(|last| {
            if is_ruled_between(parted, last, &line) {
                return false;
            }
            if ruled {
                return last.head == line.head;
            }
            let near = line.top - last.bottom <= last.size.max(line.size) * NEAR;
            near && goes_on(last, &line, lines.peek())
        });
        match rows.last_mut().filter(|_| joins) {
            Some(last) => last.append(line),
            None => rows.push(line),
        }
    }
    rows
}

/// Whether `line` is more of the row `last`; `next` is the line below it.
fn goes_on(last: &Row, line: &Row, next: Option<&Row>) -> bool {
    if last.head && line.head {
        return !last.spans && !line.spans;
    }
    if last.head != line.head {
        return false;
    }
    let label = &line.cells[0];
    let small = label.starts_with(char::is_lowercase) || label.starts_with('(');
    let open = last.cells[0].ends_with(['-', '\u{2010}', ',']);
    if label.is_empty() {
        // Words under words, or the figures of a label that stands a little higher.
        return !(last.has_figures() && line.has_figures());
    }
    if line.has_label_alone() {
        // More of the label above, unless it is nearer to the figures below.
        let nearer_below = next.is_some_and(|next| {
            next.cells[0].starts_with(char::is_lowercase) && next.top - line.bottom < line.top - last.bottom
        });
        return (small || open) && !nearer_below && !last.head;
    }
    // The figures of a label whose first line stands above them.
    last.has_label_alone() && (small || open) && line.has_figures()
}
