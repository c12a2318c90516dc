//! Segments to what a reader sees: lines in reading order, columns one after the other, tables as tables.

use super::glyphs::{Drawn, Rule};
use super::segments::{Group, Segment, groups, split_at_rules};
use super::table;
use crate::piece::RawCell;

/// A distance of this many font sizes from line to line always ends a paragraph, and a smaller one than
/// [`NARROW`] never does; between them the document's usual distance decides.
const WIDE: f32 = 2.1;
const NARROW: f32 = 1.5;
/// How much wider than usual the distance between two paragraphs is.
const WIDER: f32 = 1.2;
/// Distances on a page from which the usual one is taken.
const FEWEST: usize = 4;
/// Lines whose sizes differ by more than this factor are of different paragraphs.
const OTHER_SIZE: f32 = 1.2;
/// An empty strip between columns is at least this many font sizes wide.
const GUTTER: f32 = 0.5;
/// Columns inside columns inside columns are as deep as a page goes.
const DEEPEST: usize = 6;
/// Fewer lines on either side of a strip make no column.
const FEWEST_LINES: usize = 2;
/// More lines than a page has: what lies deeper is not looked at for columns.
const MOST_BANDS: usize = 600;

/// A part of a page, in reading order.
#[derive(Debug, PartialEq)]
pub(super) enum Region {
    Lines(Vec<Line>),
    Table(Vec<Vec<RawCell>>),
}

/// A line of running text.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) text: String,
    /// The base line and the font size, in points.
    y: f32,
    size: f32,
}

/// What stands on one base line, from left to right.
#[derive(Clone, Debug)]
pub(super) struct Band {
    pub(super) y: f32,
    pub(super) segments: Vec<Segment>,
}

impl Band {
    pub(super) fn text(&self) -> String {
        let words: Vec<&str> = self.segments.iter().map(|s| s.text.trim()).collect();
        words.join(" ")
    }

    pub(super) fn size(&self) -> f32 {
        self.segments.iter().map(|s| s.size).fold(1.0, f32::max)
    }
}

/// A page as bands, before it is put in order.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    /// The bands of the direction that most text has, and of each other one.
    pub(super) groups: Vec<Vec<Band>>,
    /// The rules that stand among the bands of the first group.
    rules: Vec<Rule>,
    /// Height of the page as its text stands.
    pub(super) height: f32,
}

impl Sheet {
    pub(super) fn of(drawn: &Drawn) -> Self {
        let mut groups: Vec<Group> = groups(drawn);
        let (turned, height) = groups.first().map_or((false, drawn.height), |g| (g.turned, g.height));
        // The rules are of the page as it is seen; where the text is turned it is told by its places alone.
        let rules = if turned { Vec::new() } else { drawn.rules.clone() };
        if let Some(first) = groups.first_mut() {
            first.segments = split_at_rules(std::mem::take(&mut first.segments), &rules);
        }
        Self { groups: groups.into_iter().map(|g| bands(g.segments)).collect(), rules, height }
    }

    /// The regions in reading order. Text that runs another way than most comes last.
    pub(super) fn regions(self) -> Vec<Region> {
        let mut all = Vec::new();
        for (i, bands) in self.groups.into_iter().enumerate() {
            let mut late = Vec::new();
            let rules: &[Rule] = if i == 0 { &self.rules } else { &[] };
            order(bands, rules, 0, &mut all, &mut late);
            while let Some(bands) = late.pop() {
                order(bands, rules, DEEPEST, &mut all, &mut Vec::new());
            }
        }
        all
    }
}

/// The distance from line to line that is usual in the regions, in font sizes: that of lines of one paragraph.
/// Nothing if they have too few lines to tell.
pub(super) fn usual_distance(regions: &[Region]) -> Option<f32> {
    let lines = regions.iter().flat_map(|r| match r {
        Region::Lines(lines) => lines.windows(2),
        Region::Table(_) => [].windows(2),
    });
    let mut seen: Vec<f32> = lines
        .filter_map(|pair| match pair {
            [above, line] if line.is_sized(above) => line.distance(above),
            _ => None,
        })
        .filter(|d| (0.8..=WIDE).contains(d))
        .collect();
    seen.sort_unstable_by(f32::total_cmp);
    if seen.len() < FEWEST { None } else { seen.get(seen.len() / 4).copied() }
}

/// The lines as text, an empty line where a paragraph ends; `usual` is the distance from line to line in the document.
pub(super) fn text(lines: &[Line], usual: Option<f32>) -> String {
    let widest = usual.map_or(NARROW, |usual| (usual * WIDER).clamp(NARROW.min(usual * 1.35), WIDE));
    let mut text = String::new();
    let mut above: Option<&Line> = None;
    for line in lines.iter().filter(|line| !is_bullet(&line.text)) {
        if let Some(above) = above {
            let together = line.distance(above).is_some_and(|d| d <= widest) && line.is_sized(above);
            text.push_str(if together { "\n" } else { "\n\n" });
        }
        text.push_str(line.text.trim_end());
        above = Some(line);
    }
    text
}

impl Line {
    fn of(band: Band) -> Self {
        let size = band.segments.iter().map(|s| s.size).fold(0.0, f32::max);
        Self { text: band.text(), y: band.y, size }
    }

    /// How far this line stands below `above`, in font sizes; nothing if it stands above it.
    fn distance(&self, above: &Self) -> Option<f32> {
        let distance = (self.y - above.y) / self.size.max(above.size);
        (distance.is_finite() && distance >= 0.0).then_some(distance)
    }

    fn is_sized(&self, above: &Self) -> bool {
        self.size.max(above.size) <= self.size.min(above.size) * OTHER_SIZE
    }
}

/// Whether the text is a mark whose item stands elsewhere on the page.
fn is_bullet(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '•' | '●' | '○' | '◦' | '▪' | '■' | '·' | ' '))
}

/// A mark of a list: it belongs to the words to its right.
fn is_mark(text: &str) -> bool {
    let bare = text.strip_suffix(['.', ')']).unwrap_or(text);
    let numbered = bare.len() < text.len()
        && (bare.len() <= 2 && bare.bytes().all(|b| b.is_ascii_digit())
            || bare.len() == 1 && bare.bytes().all(|b| b.is_ascii_alphabetic()));
    let sign = matches!(text, "•" | "●" | "○" | "◦" | "▪" | "■" | "·" | "-" | "–" | "o" | "\u{f0b7}");
    !text.is_empty() && (numbered || sign)
}

/// The segments by base line, from the top.
fn bands(mut segments: Vec<Segment>) -> Vec<Band> {
    segments.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut bands: Vec<Band> = Vec::new();
    for segment in segments {
        match bands.last_mut().filter(|b| (segment.y - b.y).abs() <= segment.size.min(b.size()) * 0.3) {
            Some(band) => band.segments.push(segment),
            None => bands.push(Band { y: segment.y, segments: vec![segment] }),
        }
    }
    for band in &mut bands {
        band.segments.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        join_marks(&mut band.segments);
    }
    bands
}

/// Joins the marks of a list with their items.
fn join_marks(segments: &mut Vec<Segment>) {
    let mut k = 0;
    while k + 1 < segments.len() {
        let near = segments[k + 1].x0 - segments[k].x1 < segments[k].size * 4.0;
        let worded = segments[k + 1].text.chars().filter(|c| c.is_alphabetic()).count() >= 2;
        if is_mark(segments[k].text.trim()) && near && worded {
            let item = segments.remove(k + 1);
            let mark = &mut segments[k];
            mark.text = format!("{} {}", mark.text.trim(), item.text);
            mark.x1 = item.x1;
            mark.size = item.size;
        } else {
            k += 1;
        }
    }
}

/// Puts the bands in reading order: what stands above columns, the columns from the left, what stands below them. A box
/// beside a paragraph that runs on below it is put into `late`, to be read when the text is read.
fn order(
    mut bands: Vec<Band>,
    rules: &[Rule],
    depth: usize,
    out: &mut Vec<Region>,
    late: &mut Vec<Vec<Band>>,
) {
    let may_part = depth < DEEPEST && bands.len() <= MOST_BANDS;
    let found = if may_part { grid(&bands, rules).or_else(|| columns(&bands)) } else { None };
    let Some(Stretch { from, to, mut edges }) = found else {
        return push_lines(bands, out);
    };
    let mut below = bands.split_off(to);
    let mut middle = bands.split_off(from);
    let mut kind = table::kind(&middle, &edges, rules);
    if kind == table::Kind::Table
        && let Some(end) = table::next_caption(&middle)
    {
        let mut behind = middle.split_off(end);
        behind.append(&mut below);
        below = behind;
        edges = edges_of(&middle);
        kind = table::kind(&middle, &edges, rules);
    }
    // One cell that reaches over its column hides the white between two of them.
    let finer = finer_edges(&middle);
    if kind != table::Kind::Columns
        && finer.len() > edges.len()
        && table::is_reached_over(&middle, &finer)
        && table::kind(&middle, &finer, rules) == table::Kind::Table
    {
        (kind, edges) = (table::Kind::Table, finer);
    }
    match kind {
        table::Kind::Table => {
            let heads = table::heads_above(&bands, &middle, &edges);
            let mut rows = bands.split_off(bands.len() - heads);
            rows.append(&mut middle);
            order(bands, rules, depth + 1, out, late);
            match table::rows(&rows, &edges, rules) {
                Some(rows) => out.push(Region::Table(rows)),
                None => push_lines(rows, out),
            }
        }
        table::Kind::Columns => {
            order(bands, rules, depth + 1, out, late);
            let mut columns = split(middle, &edges);
            if runs_on_below(&columns, &below) {
                late.extend(columns.drain(1..).rev());
            }
            for column in columns {
                order(column, rules, depth + 1, out, late);
            }
        }
        // Labels with their values, or words that happen to stand under one another.
        table::Kind::Lines => {
            bands.append(&mut middle);
            push_lines(bands, out);
        }
    }
    if !below.is_empty() {
        order(below, rules, depth, out, late);
    }
}

/// Whether the first of two columns stops in mid-sentence and a line right below goes on.
fn runs_on_below(columns: &[Vec<Band>], below: &[Band]) -> bool {
    let ([first, _], Some(next)) = (columns, below.first()) else { return false };
    let Some(last) = first.last() else { return false };
    let open = !last.text().trim_end().ends_with(['.', ':', '!', '?', '”']);
    open && next.y - last.y <= last.size() * NARROW && next.segments.len() == 1
}

fn push_lines(bands: Vec<Band>, out: &mut Vec<Region>) {
    if bands.is_empty() {
        return;
    }
    let lines = bands.into_iter().map(Line::of);
    match out.last_mut() {
        Some(Region::Lines(before)) => before.extend(lines),
        _ => out.push(Region::Lines(lines.collect())),
    }
}

/// Bands with columns: the first, the one behind the last, and the left and right edge of each column.
/// Rules that end within so many points of one another end together.
const ALIGNED: f32 = 3.0;
/// The upright rules of a table of two columns.
const LEAST_RULES: usize = 3;

struct Stretch {
    from: usize,
    to: usize,
    edges: Vec<(f32, f32)>,
}

/// The first stretch of bands that stands among upright rules of one height, as in a table with all its lines drawn:
/// short lines of prose above or below it are no rows of it.
fn grid(bands: &[Band], rules: &[Rule]) -> Option<Stretch> {
    let upright = table::upright(rules);
    let mut found: Option<(usize, usize)> = None;
    for (i, rule) in upright.iter().enumerate() {
        let same =
            |other: &&Rule| (other.y0 - rule.y0).abs() <= ALIGNED && (other.y1 - rule.y1).abs() <= ALIGNED;
        let mut places: Vec<f32> = upright.iter().filter(same).map(|r| r.x0).collect();
        places.sort_unstable_by(f32::total_cmp);
        places.dedup_by(|a, b| (*a - *b).abs() <= ALIGNED);
        let is_first = !upright[..i].iter().any(|other| same(&other));
        if places.len() < LEAST_RULES || !is_first {
            continue;
        }
        let middle = |band: &Band| band.y - 0.3 * band.size();
        let from = bands.partition_point(|b| middle(b) < rule.y0);
        let to = bands.partition_point(|b| middle(b) <= rule.y1);
        if to >= from + 2 && found.is_none_or(|(first, _)| from < first) {
            found = Some((from, to));
        }
    }
    let (from, to) = found?;
    let edges = edges_of(&bands[from..to]);
    (edges.len() >= 2).then_some(Stretch { from, to, edges })
}

/// The longest stretch of bands that has columns.
fn columns(bands: &[Band]) -> Option<Stretch> {
    let mut best: Option<(usize, usize)> = None;
    let mut from = 0;
    while from < bands.len() {
        let to = stretch(bands, from);
        let longest = best.map_or(0, |(a, b)| b - a);
        if let Some((a, b)) = to.and_then(|to| trimmed(bands, from, to)).filter(|(a, b)| b - a > longest) {
            best = Some((a, b));
        }
        from += 1;
    }
    let (from, to) = best?;
    Some(Stretch { from, to, edges: edges_of(&bands[from..to]) })
}

/// How far down from band `from` a strip stays empty with words on both sides.
fn stretch(bands: &[Band], from: usize) -> Option<usize> {
    let size = bands[from].size();
    let mut edges: Vec<(f32, f32)> = Vec::new();
    let mut to = from;
    for band in &bands[from..] {
        let mut grown = edges.clone();
        for s in &band.segments {
            add(&mut grown, (s.x0, s.x1), size * GUTTER);
        }
        // The first lines may stand on one side alone.
        if grown.len() < 2 && to >= from + 3 || !edges.is_empty() && edges.len() > 1 && grown.len() < 2 {
            break;
        }
        edges = grown;
        to += 1;
    }
    (edges.len() > 1).then_some(to)
}

/// The stretch without what stands above and below its columns on one side alone; nothing if too little is left.
fn trimmed(bands: &[Band], from: usize, to: usize) -> Option<(usize, usize)> {
    let edges = edges_of(&bands[from..to]);
    let (_, gutter) = *edges.first()?;
    let right = |band: &Band| band.segments.iter().any(|s| s.x0 > gutter);
    let left = |band: &Band| band.segments.iter().any(|s| s.x0 <= gutter);
    let first = from + bands[from..to].iter().position(right)?;
    let last = from + bands[from..to].iter().rposition(right)?;
    // A short line under the columns, right above text that runs across, is no part of them.
    let mut end = to;
    if to < bands.len() && last + 1 < to && to - last <= 3 {
        let gap = bands[last + 1].y - bands[last].y;
        if gap > bands[last].size() * 1.8 {
            end = last + 1;
        }
    }
    let part = &bands[first..end];
    let enough = part.iter().filter(|b| left(b)).count() >= FEWEST_LINES
        && part.iter().filter(|b| right(b)).count() >= FEWEST_LINES;
    enough.then_some((first, end))
}

/// The left and right edges of the columns of `bands`.
fn edges_of(bands: &[Band]) -> Vec<(f32, f32)> {
    let size = bands.first().map_or(10.0, Band::size);
    let mut edges = Vec::new();
    for s in bands.iter().flat_map(|b| &b.segments) {
        add(&mut edges, (s.x0, s.x1), size * GUTTER);
    }
    edges
}

/// The edges of the columns where a few bands may reach across the white between them.
fn finer_edges(bands: &[Band]) -> Vec<(f32, f32)> {
    let size = bands.first().map_or(10.0, Band::size);
    let most_across = bands.len() / 8;
    // Where segments begin (+1) and end (-1), from the left.
    let mut ends: Vec<(f32, i32)> =
        bands.iter().flat_map(|b| &b.segments).flat_map(|s| [(s.x0, 1), (s.x1, -1)]).collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut edges: Vec<(f32, f32)> = Vec::new();
    let mut open = 0;
    for (x, step) in ends {
        let before = open;
        open += step;
        let most = i32::try_from(most_across).unwrap_or(i32::MAX);
        if before <= most && open > most {
            match edges.last_mut().filter(|(_, end)| x - *end < size * GUTTER) {
                Some(last) => last.1 = x,
                None => edges.push((x, x)),
            }
        } else if before > most
            && open <= most
            && let Some(last) = edges.last_mut()
        {
            last.1 = x;
        }
    }
    edges
}

/// Adds an interval to others that lie at least `gutter` apart.
fn add(edges: &mut Vec<(f32, f32)>, (mut x0, mut x1): (f32, f32), gutter: f32) {
    edges.retain(|(a, b)| {
        let apart = *a - x1 >= gutter || x0 - *b >= gutter;
        if !apart {
            x0 = x0.min(*a);
            x1 = x1.max(*b);
        }
        apart
    });
    let at = edges.partition_point(|(a, _)| *a < x0);
    edges.insert(at, (x0, x1));
}

/// The bands of each column.
fn split(bands: Vec<Band>, edges: &[(f32, f32)]) -> Vec<Vec<Band>> {
    let mut columns: Vec<Vec<Band>> = vec![Vec::new(); edges.len()];
    for band in bands {
        for segment in band.segments {
            let at = edges.partition_point(|(a, _)| *a <= segment.x0).saturating_sub(1);
            match columns[at].last_mut().filter(|b| b.y == band.y) {
                Some(own) => own.segments.push(segment),
                None => columns[at].push(Band { y: band.y, segments: vec![segment] }),
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::RawCell;
    use crate::pdf::{OcrLimits, Page, Part, read, tests::document};

    /// The page as text: rows as lines, cells with tabs.
    fn text_of_page(page: &Page) -> String {
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Table(rows) => {
                let row =
                    |row: &Vec<RawCell>| row.iter().map(|c| c.text.as_str()).collect::<Vec<_>>().join("\t");
                rows.iter().map(row).collect::<Vec<_>>().join("\n")
            }
        };
        page.parts.iter().map(part).collect::<Vec<_>>().join("\n\n")
    }

    /// Lines as (font size, distance to the line above, text).
    fn text_of(lines: &[(u32, u32, &str)]) -> String {
        let mut stream = Vec::new();
        let mut y = 800;
        for (size, down, text) in lines {
            y -= down;
            stream.extend(format!("BT /F1 {size} Tf 50 {y} Td (").into_bytes());
            stream.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(text).0);
            stream.extend_from_slice(b") Tj ET\n");
        }
        page(stream)
    }

    fn page(stream: Vec<u8>) -> String {
        let pages = read(document(&[stream]), 1 << 20, OcrLimits::NONE).expect("a good file");
        pages.pages.iter().map(text_of_page).collect()
    }

    #[test]
    fn paragraphs_end_where_the_distance_is_wider() {
        let wide = [
            (10, 0, "Emne om børn med"),
            (10, 17, "handicap"),
            (10, 30, "Et afsnit om børn på Ærø,"),
            (10, 17, "som har flere linjer,"),
            (10, 17, "og slutter her."),
            (10, 30, "Et nyt afsnit."),
            (10, 17, "Det er slut."),
        ];
        assert_eq!(
            text_of(&wide),
            "Emne om børn med\nhandicap\n\nEt afsnit om børn på Ærø,\nsom har flere linjer,\nog slutter her.\n\nEt nyt afsnit.\nDet er slut."
        );
        let alone = [(10, 0, "Ét"), (10, 17, "To"), (10, 17, "Tre")];
        assert_eq!(text_of(&alone), "Ét\n\nTo\n\nTre");
        let heading = [(16, 0, "Årsrapport"), (10, 14, "Et afsnit om børn,"), (10, 12, "med to linjer.")];
        assert_eq!(text_of(&heading), "Årsrapport\n\nEt afsnit om børn,\nmed to linjer.");
    }

    #[test]
    fn blanks_are_single() {
        let text = "I   første \\t halvår   2022  faldt";
        assert_eq!(text_of(&[(10, 0, text)]), "I første halvår 2022 faldt");
        let spread = "BT /F1 10 Tf 50 800 Td [(I ) -500 ( f\\370rste) -900 (halv\\345r)] TJ ET";
        assert_eq!(page(spread.as_bytes().to_vec()), "I første halvår");
    }

    #[test]
    fn short_pages_follow_the_pages_before() {
        let line = |y: u32, text: &str| format!("BT /F1 10 Tf 50 {y} Td ({text}) Tj ET\n");
        let first: String = (0..6).map(|n| line(800 - 17 * n, "En linje af det lange afsnit")).collect();
        let second = line(800, "Der tages forbehold for") + &line(783, "godkendelse.");
        let pages = read(document(&[first.into_bytes(), second.into_bytes()]), 1 << 20, OcrLimits::NONE)
            .expect("a good file");
        assert_eq!(text_of_page(&pages.pages[1]), "Der tages forbehold for\ngodkendelse.");
    }

    #[test]
    fn lone_bullets_go() {
        assert_eq!(text_of(&[(10, 0, "Ét"), (10, 40, "•"), (10, 40, "To • tre")]), "Ét\n\nTo • tre");
    }

    #[test]
    fn raised_digits_are_no_digits() {
        for (before, mark, want) in [
            ("212", "2", "212 sager"),
            ("5 %", "13", "5 %¹³ sager"),
            ("48 m", "2", "48 m² sager"),
            ("10", "6", "10⁶ sager"),
            ("9,10", "6", "9,10 sager"),
        ] {
            let stream = format!(
                "BT /F1 10 Tf 50 800 Td ({before}) Tj /F1 6 Tf 4 Ts ({mark}) Tj 0 Ts /F1 10 Tf ( sager) Tj ET"
            );
            assert_eq!(page(stream.into_bytes()), want);
        }
    }

    #[test]
    fn turned_pages_have_lines() {
        let stream = "BT /F1 10 Tf 0 1 -1 0 100 50 Tm (Tal for 2022) Tj 1 0 0 1 0 0 Tm ET \
            BT /F1 10 Tf 0 1 -1 0 112 50 Tm (faldt til 5 %) Tj ET";
        assert_eq!(page(stream.as_bytes().to_vec()), "Tal for 2022\nfaldt til 5 %");
    }
}
