//! A sheet of cells to pieces: its name, its tables, and the lines above and below them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use belaeg_model::BlockKind;
use regex::Regex;

use super::{Budget, Cut};
use crate::charset::tidy;
use crate::piece::{Piece, RawCell, constant};

/// The name that a program gives a sheet says nothing.
static NO_NAME: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^(?:ark|sheet|feuille?|tabelle)[ _]?\d*$"));
static NUMBER: LazyLock<Regex> =
    LazyLock::new(|| constant(r"^[(+−–-]?[ ]?(?:kr\.? )?\d[\d.,]*(?:[ \u{a0}]?(?:%|‰|pct\.?|kr\.?))?\)?$"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| constant(r"^(?:19|20)\d\d(?:[/-]\d{2,4})?$"));
static CPR_HEAD: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)\bcpr|personnummer"));
/// The ten digits of a CPR number, or nine where a spreadsheet took them for a number.
static CPR: LazyLock<Regex> = LazyLock::new(|| constant(r"^\d?\d{9}$"));

static CAPTION: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^(?:figur|tabel) \d"));

/// Lines that may head a table.
const MOST_TITLES: usize = 4;
/// Rows that may head a table's columns.
const MOST_HEADS: usize = 3;

/// The cells of a sheet that hold something.
#[derive(Debug, Default)]
pub(super) struct Grid {
    rows: BTreeMap<usize, BTreeMap<usize, String>>,
}

/// A row by its filled cells.
type Line<'g> = &'g BTreeMap<usize, String>;

/// Bytes of a cell, as many as Excel takes; a longer one is a quotation mark that was never closed.
const LONGEST_CELL: usize = 32_767;

impl Grid {
    /// Puts words into a cell; says whether the limits left room.
    pub(super) fn put(&mut self, row: usize, column: usize, text: &str, budget: &mut Budget<'_>) -> bool {
        let whole = text.get(..text.floor_char_boundary(LONGEST_CELL)).unwrap_or_default();
        if whole.len() < text.len() {
            budget.note(Cut::Text);
        }
        let text = whole.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return true;
        }
        if self.rows.len() >= budget.limits.rows && !self.rows.contains_key(&row) {
            budget.note(Cut::Rows);
            return false;
        }
        let fits = budget.takes_cells(1) && budget.takes_text(text.len());
        if fits {
            let text = tidy(&text).replace('\u{ad}', "");
            self.rows.entry(row).or_default().insert(column, text);
        }
        fits
    }

    /// The sheet as pieces, under its name.
    pub(super) fn pieces(mut self, name: &str, budget: &mut Budget<'_>) -> Vec<Piece> {
        self.cut_columns(budget);
        self.mark_cpr();
        let mut pieces = Vec::new();
        let name = name.trim();
        if !self.rows.is_empty() && !name.is_empty() && !NO_NAME.is_match(name) {
            pieces.push(Piece::new(BlockKind::Heading(2), tidy(name), None));
        }
        for region in self.regions() {
            push_region(&mut pieces, &region, budget);
        }
        pieces
    }

    /// Leaves out columns beyond the limit; empty ones do not count.
    fn cut_columns(&mut self, budget: &mut Budget<'_>) {
        let used: BTreeSet<usize> = self.rows.values().flat_map(|row| row.keys().copied()).collect();
        let Some(first) = used.iter().nth(budget.limits.columns).copied() else { return };
        budget.note(Cut::Columns);
        for row in self.rows.values_mut() {
            row.split_off(&first);
        }
        self.rows.retain(|_, row| !row.is_empty());
    }

    /// Writes bare CPR numbers in a column of that name with their hyphen, so that they are masked like all others.
    fn mark_cpr(&mut self) {
        let heads = |text: &String| text.chars().count() <= 60 && CPR_HEAD.is_match(text);
        let columns: BTreeSet<usize> =
            self.rows.values().flatten().filter(|(_, text)| heads(text)).map(|(column, _)| *column).collect();
        if columns.is_empty() {
            return;
        }
        for (column, text) in self.rows.values_mut().flatten() {
            if columns.contains(column) && CPR.is_match(text) {
                let digits = format!("{text:0>10}");
                *text = format!("{}-{}", &digits[..6], &digits[6..]);
            }
        }
    }

    /// The rows, parted at empty ones unless the table goes on behind them.
    fn regions(&self) -> Vec<Vec<Line<'_>>> {
        let mut regions: Vec<Vec<Line<'_>>> = Vec::new();
        let mut last = None;
        for (at, row) in &self.rows {
            let is_first = regions.len() == 1;
            let follows = last.is_some_and(|last: usize| last + 1 == *at);
            match regions.last_mut() {
                Some(region) if follows || goes_on(region, row) || is_title(region, is_first) => {
                    region.push(row);
                }
                _ => regions.push(vec![row]),
            }
            last = Some(*at);
        }
        regions
    }
}

/// Whether a few lines of words head what follows behind an empty row: at the top, or as "Tabel 2. ...".
fn is_title(region: &[Line<'_>], is_first: bool) -> bool {
    let is_numbered = || region.last().is_some_and(|line| line.values().any(|text| CAPTION.is_match(text)));
    region.len() <= MOST_TITLES && region.iter().all(|line| is_lone(line)) && (is_first || is_numbered())
}

/// A row of one cell with words; a lone figure is what is left of a row.
fn is_lone(line: Line<'_>) -> bool {
    line.len() == 1 && line.values().all(|text| text.chars().any(char::is_alphabetic))
}

/// Whether a row behind an empty one belongs to the table above: it has numbers of its own and no heads.
fn goes_on(region: &[Line<'_>], row: Line<'_>) -> bool {
    let is_table = region.iter().any(|line| line.len() > 1);
    is_table && row.len() > 1 && !is_head(row) && row.values().any(|text| is_number(text))
}

/// A row of heads: several cells, none of them a number but years.
fn is_head(row: Line<'_>) -> bool {
    row.len() > 1 && row.values().all(|text| !is_number(text))
}

fn is_number(text: &str) -> bool {
    NUMBER.is_match(text) && !YEAR.is_match(text)
}

/// Lines of one cell above a table are its caption and what is said before, those below what is said behind.
fn push_region(pieces: &mut Vec<Piece>, region: &[Line<'_>], budget: &mut Budget<'_>) {
    let above = region.iter().take_while(|line| is_lone(line)).count();
    let below = region[above..].iter().rev().take_while(|line| is_lone(line)).count();
    let (above, rest) = region.split_at(above);
    let (table, below) = rest.split_at(rest.len() - below);
    let words = |line: &Line<'_>| line.values().next().cloned().unwrap_or_default();
    let captioned = !table.is_empty() && !above.is_empty();
    for (i, line) in above.iter().enumerate() {
        let is_caption = captioned && i + 1 == above.len();
        let kind = if is_caption { BlockKind::Caption } else { BlockKind::Paragraph };
        pieces.push(Piece::new(kind, words(line), None));
    }
    if !table.is_empty() {
        pieces.push(Piece::table(rows_of(table, budget), captioned));
    }
    pieces.extend(below.iter().map(|line| Piece::new(BlockKind::Paragraph, words(line), None)));
}

/// The rows of a table without its empty columns.
fn rows_of(table: &[Line<'_>], budget: &mut Budget<'_>) -> Vec<Vec<RawCell>> {
    let columns: BTreeSet<usize> = table.iter().flat_map(|row| row.keys().copied()).collect();
    let heads = table.iter().take_while(|row| is_head(row)).count();
    // A table of nothing but words has one row of heads at most.
    let all_heads = heads == table.len();
    let heads = if all_heads { 0 } else { heads.min(MOST_HEADS) };
    let mut rows = Vec::with_capacity(table.len());
    for (at, line) in table.iter().enumerate() {
        let empty = columns.len().saturating_sub(line.len());
        if !budget.takes_cells(empty) {
            break;
        }
        let cell = |column| {
            let text = line.get(column).cloned().unwrap_or_default();
            RawCell { text, header: at < heads }
        };
        rows.push(columns.iter().map(cell).collect());
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::outline;

    fn grid(rows: &[&str], budget: &mut Budget<'_>) -> Grid {
        let mut grid = Grid::default();
        for (r, row) in rows.iter().enumerate() {
            for (c, text) in row.split('|').enumerate() {
                grid.put(r + 2, c + 1, text, budget);
            }
        }
        grid
    }

    fn read(rows: &[&str]) -> String {
        let limits = OfficeLimits::default();
        let mut budget = Budget::new(&limits);
        outline(&grid(rows, &mut budget).pieces("Ark1", &mut budget))
    }

    #[test]
    fn sheets_are_tables_with_lines_around() {
        let rows = [
            "Notat til Ærø",
            "Tabel 1. Sygefravær",
            "Område||2022|2023",
            "Ældre||5,9\u{a0}%|6,1\u{a0}%",
            "",
            "Børn||4,0 %|3,9 %",
            "Kilde: KRL",
            "",
            "Skole|Elever",
            "Nord|212",
        ];
        let want = "p: Notat til Ærø\ncaption: Tabel 1. Sygefravær\n\
            table: #Område | #2022 | #2023 / Ældre | 5,9~% | 6,1~% / Børn | 4,0 % | 3,9 %\n\
            p: Kilde: KRL\ntable: #Skole | #Elever / Nord | 212\n";
        assert_eq!(read(&rows), want);
    }

    #[test]
    fn cpr_numbers_get_their_hyphen() {
        let got = read(&["Navn|CPR-nr.|Beløb", "Åse|0101901234|1234567890", "Bo|101901234|5"]);
        assert!(got.contains("Åse | 010190-1234 | 1234567890 / Bo | 010190-1234 | 5"), "{got}");
    }

    #[test]
    fn limits_hold() {
        let limits = OfficeLimits { rows: 2, columns: 2, ..OfficeLimits::default() };
        let mut budget = Budget::new(&limits);
        let got = outline(&grid(&["a|b|c", "1|2|3", "4|5|6"], &mut budget).pieces("Tal", &mut budget));
        assert_eq!(got, "h2: Tal\ntable: #a | #b / 1 | 2\n");
        assert_eq!(budget.warnings().len(), 2);
    }
}
