//! Tables of figures; tables that only lay out a page are read as paragraphs.

use belaeg_model::BlockKind;
use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::blocks::line_of;
use super::boilerplate::{Step, Survey, walk};
use crate::piece::{Piece, RawCell};

/// A cell of more bytes than this, in a table without headers, is prose.
const LONGEST_CELL: usize = 500;
/// Columns that one cell may span, and columns of a table.
const MAX_COLUMNS: usize = 200;

/// The table `node` (with its caption before it), or `None` if it only lays out the page.
pub(super) fn read(node: NodeRef<'_, Node>, survey: &Survey) -> Option<Vec<Piece>> {
    let element = node.value().as_element()?;
    if survey.layout_tables.contains(&node.id()) || element.attr("role") == Some("presentation") {
        return None;
    }
    let mut reader = Reader::default();
    walk(node, |step| match step {
        Step::Enter(node) => reader.enter(node, survey),
        Step::Leave(node) => {
            reader.leave(node);
            false
        }
    });
    let Reader { caption, mut rows, .. } = reader;
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
    in_head: bool,
}

impl Reader {
    fn enter(&mut self, node: NodeRef<'_, Node>, survey: &Survey) -> bool {
        let Node::Element(element) = node.value() else { return false };
        match element.name() {
            _ if survey.skipped.contains(&node.id()) => false,
            "caption" => {
                self.caption = line_of(node, survey);
                false
            }
            "thead" => {
                self.in_head = true;
                true
            }
            "tr" => {
                self.rows.push(Vec::new());
                true
            }
            "td" | "th" => {
                self.push_cell(element, line_of(node, survey));
                false
            }
            _ => true,
        }
    }

    fn leave(&mut self, node: NodeRef<'_, Node>) {
        let name = node.value().as_element().map_or("", Element::name);
        match name {
            "thead" => self.in_head = false,
            "tr" => self.cover(),
            _ => {}
        }
    }

    fn push_cell(&mut self, element: &Element, text: String) {
        self.cover();
        let header = self.in_head || element.name() == "th" || element.attr("scope").is_some();
        let span = |name| element.attr(name).and_then(|n| n.trim().parse::<usize>().ok()).unwrap_or(1);
        let columns = span("colspan").clamp(1, MAX_COLUMNS);
        let below = span("rowspan").clamp(1, 1000) - 1;
        let Some(row) = self.rows.last_mut() else { return };
        for i in 0..columns {
            if row.len() >= MAX_COLUMNS {
                return;
            }
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
            *left -= 1;
            row.push(RawCell::default());
        }
    }
}
