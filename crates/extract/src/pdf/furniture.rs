//! Headers, footers and page numbers: what stands at the same place at the edge of several pages.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::layout::{Band, Sheet};
use super::table::is_figure;
use crate::furniture::has_rate;
use crate::piece::constant;

/// The share of a page's height, at the top and at the bottom, where furniture stands.
const EDGE: f32 = 0.13;
/// Lines at either edge that may be furniture.
const LINES: usize = 4;
/// On how many pages a line must stand to be furniture, one of them near; a shorter document must have it on each.
const REPEATED: usize = 3;
/// Left and right pages may have headers of their own.
const NEAR: usize = 2;
/// A lone number is a page number if this many font sizes of white part it from the text.
const APART: f32 = 1.6;

static PAGE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)^[-–—|\s]*(?:side|page|s\.)?\s*\d{1,4}\s*(?:(?:/|af|of)\s*\d{1,4})?[-–—|\s]*$")
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| constant(r"^(?:19|20)\d\d$"));

/// Which words at which edge and height.
type Key = (bool, i32, String);

/// Takes the furniture of the pages away and returns its lines, each once.
pub(super) fn take_away(sheets: &mut [Sheet]) -> Vec<String> {
    let mut on_pages: HashMap<Key, Vec<usize>> = HashMap::new();
    for (n, sheet) in sheets.iter().enumerate() {
        let keys: HashSet<Key> = edges(sheet).into_iter().flat_map(|(_, keys)| keys).collect();
        for key in keys {
            on_pages.entry(key).or_default().push(n);
        }
    }
    let enough = sheets.len().clamp(2, REPEATED);
    let mut lines: Vec<String> = Vec::new();
    for (n, sheet) in sheets.iter_mut().enumerate() {
        let near = |pages: &[usize]| pages.iter().any(|k| *k != n && k.abs_diff(n) <= NEAR);
        let repeats = |pages: &Vec<usize>| pages.len() >= enough && near(pages);
        let is_repeated = |keys: &[Key]| keys.iter().any(|key| on_pages.get(key).is_some_and(repeats));
        let mut gone: Vec<usize> =
            edges(sheet).into_iter().filter(|(_, keys)| is_repeated(keys)).map(|(at, _)| at).collect();
        gone.extend(page_numbers(sheet, &gone));
        gone.sort_unstable();
        gone.dedup();
        let Some(bands) = sheet.groups.first_mut() else { continue };
        for at in gone.into_iter().rev() {
            let line = bands.remove(at).text();
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
    }
    lines
}

/// The bands at the edges of the page, with the keys they are known by.
fn edges(sheet: &Sheet) -> Vec<(usize, Vec<Key>)> {
    let Some(bands) = sheet.groups.first() else { return Vec::new() };
    let last = bands.len().saturating_sub(LINES).max(LINES.min(bands.len()));
    let at_edge = (0..bands.len().min(LINES)).chain(last..bands.len());
    at_edge
        .filter_map(|at| {
            let band = &bands[at];
            let top = band.y < sheet.height * EDGE;
            let bottom = band.y > sheet.height * (1.0 - EDGE);
            let text = band.text();
            let heads_rows = bands.get(at + 1).is_some_and(is_row);
            if !(top || bottom) || has_rate(&text) || is_row(band) || heads_rows {
                return None;
            }
            let words = without_digits(&text);
            let height = |y: f32| (y / 3.0).round() as i32;
            // Heights are rounded; one that falls between two steps is known by both.
            let keys = [height(band.y - 0.7), height(band.y + 0.7)].map(|y| (top, y, words.clone()));
            Some((at, keys.to_vec()))
        })
        .collect()
}

/// The bands that are page numbers and nothing else, first or last on the page once `gone` is taken away.
fn page_numbers(sheet: &Sheet, gone: &[usize]) -> Vec<usize> {
    let Some(bands) = sheet.groups.first() else { return Vec::new() };
    let left: Vec<usize> = (0..bands.len()).filter(|at| !gone.contains(at)).collect();
    let apart = |a: &Band, b: &Band| (a.y - b.y).abs() > a.size().max(b.size()) * APART;
    let is_number = |at: usize, next: Option<&usize>| {
        let band = &bands[at];
        let text = band.text();
        let outer = band.y < sheet.height * EDGE || band.y > sheet.height * (1.0 - EDGE);
        outer
            && PAGE_NUMBER.is_match(text.trim())
            && !YEAR.is_match(text.trim())
            && next.is_none_or(|next| apart(band, &bands[*next]))
    };
    if left.len() < 2 {
        // A page of nothing but a number keeps it.
        return Vec::new();
    }
    let first = left.first().filter(|at| is_number(**at, left.get(1)));
    let last = left.last().filter(|at| is_number(**at, left.len().checked_sub(2).and_then(|k| left.get(k))));
    first.into_iter().chain(last).copied().collect()
}

/// Two figures or more.
fn is_row(band: &Band) -> bool {
    band.segments.iter().filter(|s| is_figure(&s.text)).count() >= 2
}

fn without_digits(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let digit = c.is_ascii_digit();
        if !digit || !words.ends_with('#') {
            words.push(if digit { '#' } else { c });
        }
    }
    words
}
