//! Tables of figures; tables that only lay out a page are read as paragraphs.

use belaeg_model::BlockKind;

use super::blocks::line_of;
use super::dom::{Dom, Item, Tag};
use crate::piece::{Piece, RawCell};

/// A cell of more bytes than this, in a table without headers, is prose.
const LONGEST_CELL: usize = 500;
/// Columns that one cell may span, and columns of a table.
const MAX_COLUMNS: usize = 200;
/// Empty cells that fill what others span, on the whole page: a table of figures needs few.
pub(super) const MOST_FILLERS: usize = 200_000;

/// The table `at` (with its caption before it), or `None` if it only lays out the page.
pub(super) fn read(dom: &Dom<'_>, skipped: &[bool], at: usize, fillers: &mut usize) -> Option<Vec<Piece>> {
    let nodes = dom.subtree(at);
    let holds_table = dom.items.get(at + 1..nodes.end)?.iter().any(|item| item.tag == Tag::Table);
    if holds_table || dom.items[at].attr("role") == Some("presentation") {
        return None;
    }
    let mut reader = Reader { fillers: *fillers, ..Reader::default() };
    let mut at = at + 1;
    while at < nodes.end {
        at = reader.enter(dom, skipped, at);
    }
    reader.cover();
    let Reader { caption, mut rows, fillers: left, .. } = reader;
    *fillers = left;
    rows.retain(|row| row.iter().any(|cell| !cell.text.is_empty()));
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let has_header = rows.iter().flatten().any(|cell| cell.header);
    let prose = rows.iter().flatten().any(|cell| cell.text.len() > LONGEST_CELL);
    if columns < 2 || (prose && !has_header) {
        return None;
    }
    let captioned = !caption.is_empty();
    let mut pieces = Vec::with_capacity(2);
    if captioned {
        pieces.push(Piece::new(BlockKind::Caption, caption, None));
    }
    pieces.push(Piece::table(rows, captioned));
    Some(pieces)
}

#[derive(Default)]
struct Reader {
    caption: String,
    rows: Vec<Vec<RawCell>>,
    /// For each column, how many more rows a cell from above covers.
    covered: Vec<usize>,
    /// Where the head ends.
    head_end: usize,
    /// How many more empty cells the page may have.
    fillers: usize,
}

impl Reader {
    /// Reads the node `at` and says which is next.
    fn enter(&mut self, dom: &Dom<'_>, skipped: &[bool], at: usize) -> usize {
        let item = &dom.items[at];
        match item.tag {
            _ if skipped[at] => item.end,
            Tag::Caption => {
                self.caption = line_of(dom, skipped, at);
                item.end
            }
            Tag::TableHead => {
                self.head_end = item.end;
                at + 1
            }
            Tag::Row => {
                self.cover();
                self.rows.push(Vec::new());
                at + 1
            }
            Tag::Cell | Tag::HeadCell => {
                let in_head = at < self.head_end;
                self.push_cell(item, in_head, line_of(dom, skipped, at));
                item.end
            }
            _ => at + 1,
        }
    }

    fn push_cell(&mut self, cell: &Item<'_>, in_head: bool, text: String) {
        self.cover();
        let header = in_head || cell.tag == Tag::HeadCell || cell.attr("scope").is_some();
        let span = |name| cell.attr(name).and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(1);
        let columns = span("colspan").clamp(1, MAX_COLUMNS);
        let below = span("rowspan").clamp(1, 1000) - 1;
        let Some(row) = self.rows.last_mut() else { return };
        for i in 0..columns {
            if row.len() >= MAX_COLUMNS || i > 0 && self.fillers == 0 {
                return;
            }
            self.fillers -= usize::from(i > 0);
            let column = row.len();
            row.push(RawCell { text: if i == 0 { text.clone() } else { String::new() }, header });
            if below > 0 {
                self.covered.resize(self.covered.len().max(column + 1), 0);
                self.covered[column] = below;
            }
        }
    }

    /// Fills the next columns that a cell from above covers with empty cells.
    fn cover(&mut self) {
        let Some(row) = self.rows.last_mut() else { return };
        while let Some(left) = self.covered.get_mut(row.len()).filter(|n| **n > 0) {
            if self.fillers == 0 {
                self.covered.clear();
                return;
            }
            self.fillers -= 1;
            *left -= 1;
            row.push(RawCell::default());
        }
    }
}
