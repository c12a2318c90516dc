//! Running text with tables and boxes in any nesting, put together to pieces without recursion.
//!
//! A reader opens and closes paragraphs, tables, rows and cells as it meets them. A paragraph may hold a text box,
//! which holds paragraphs: what is closed inside goes to the nearest cell or paragraph that is open, and stands
//! behind its words.

use belaeg_model::BlockKind;

use super::Budget;
use crate::charset::tidy;
use crate::pdf::push_raised;
use crate::piece::{Piece, RawCell};
use crate::text::{MAYBE_SECTION, is_heading, is_list_item, is_section};

/// The level of a lone bold line, until it is known whether the document has headings marked up as such.
pub(super) const MAYBE_HEADING: BlockKind = BlockKind::Heading(8);
/// A cell of more bytes than this, in a table without headers, is prose.
const LONGEST_CELL: usize = 500;
/// What a piece costs of the text's budget besides its words, so that memory stays bounded where each has one letter.
const PIECE: usize = 48;
/// Columns of a table in running text, and that one cell may span.
pub(super) const MAX_COLUMNS: usize = 200;

/// What is known of a paragraph besides its words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// The level of a heading; 0 is the title.
    pub(super) level: Option<u8>,
    pub(super) list: bool,
    pub(super) caption: bool,
    /// A line of a list of contents, or hidden.
    pub(super) left_out: bool,
}

#[derive(Debug, Default)]
struct Paragraph {
    text: String,
    look: Look,
    /// Whether some of its words are not bold.
    plain: bool,
    /// What stands in boxes that are anchored in it.
    behind: Vec<Piece>,
}

#[derive(Debug, Default)]
struct Row {
    cells: Vec<Cell>,
    header: bool,
    left_out: bool,
}

#[derive(Clone, Debug, Default)]
struct Cell {
    pieces: Vec<Piece>,
    columns: usize,
    /// Whether a cell above covers it.
    covered: bool,
    /// Whether some of its words are not bold.
    plain: bool,
    header: bool,
}

#[derive(Debug)]
enum Frame {
    Paragraph(Paragraph),
    Table(Vec<Row>),
    Cell(Cell),
    /// A note, to stand behind the whole text, or a box.
    Aside {
        pieces: Vec<Piece>,
        is_note: bool,
    },
}

/// The document so far.
#[derive(Debug)]
pub(super) struct Flow<'f, 'l> {
    pub(super) budget: &'f mut Budget<'l>,
    pieces: Vec<Piece>,
    frames: Vec<Frame>,
    notes: Vec<Piece>,
    /// A paragraph whose end was deleted; the next one goes on with it.
    carried: Option<Paragraph>,
}

impl<'f, 'l> Flow<'f, 'l> {
    pub(super) fn new(budget: &'f mut Budget<'l>) -> Self {
        Self { budget, pieces: Vec::new(), frames: Vec::new(), notes: Vec::new(), carried: None }
    }

    /// Everything, when the document has ended; what is still open is closed.
    pub(super) fn finish(mut self) -> Vec<Piece> {
        while let Some(frame) = self.frames.last() {
            match frame {
                Frame::Paragraph(_) => self.end_paragraph(),
                Frame::Cell(_) => self.end_cell(),
                Frame::Table(_) => self.end_table(),
                Frame::Aside { .. } => self.end_aside(),
            }
        }
        self.settle_carried();
        self.pieces.append(&mut self.notes);
        self.pieces
    }

    pub(super) fn begin_paragraph(&mut self) {
        let carried = self.carried.take().unwrap_or_default();
        self.frames.push(Frame::Paragraph(Paragraph { look: Look::default(), ..carried }));
    }

    /// What the open paragraph looks like, to be changed.
    pub(super) fn look(&mut self) -> Option<&mut Look> {
        self.paragraph().map(|p| &mut p.look)
    }

    pub(super) fn in_paragraph(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Paragraph(_)))
    }

    pub(super) fn in_cell(&self) -> bool {
        matches!(self.frames.last(), Some(Frame::Cell(_)))
    }

    fn paragraph(&mut self) -> Option<&mut Paragraph> {
        match self.frames.last_mut() {
            Some(Frame::Paragraph(paragraph)) => Some(paragraph),
            _ => None,
        }
    }

    /// Words of the open paragraph; outside of one they are none.
    pub(super) fn push(&mut self, text: &str, bold: bool) {
        if self.in_paragraph()
            && self.budget.takes_text(text.len())
            && let Some(paragraph) = self.paragraph()
        {
            paragraph.plain |= !bold && text.chars().any(char::is_alphanumeric);
            paragraph.text.extend(text.chars().filter(|c| *c != '\u{ad}'));
        }
    }

    /// The words of the open paragraph so far, for those that collapse white space.
    pub(super) fn written(&self) -> &str {
        match self.frames.last() {
            Some(Frame::Paragraph(paragraph)) => &paragraph.text,
            _ => "",
        }
    }

    /// A raised sign: the number of a note is no part of the number before it.
    pub(super) fn push_raised(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraph() {
            text.chars().for_each(|c| push_raised(&mut paragraph.text, c));
        }
    }

    /// Ends the open paragraph.
    pub(super) fn end_paragraph(&mut self) {
        if let Some(Frame::Paragraph(paragraph)) = self.frames.pop_if(|f| matches!(f, Frame::Paragraph(_))) {
            self.put(paragraph);
        }
    }

    /// Ends the open paragraph so that the next one goes on with its words.
    pub(super) fn end_paragraph_openly(&mut self) {
        if let Some(Frame::Paragraph(paragraph)) = self.frames.pop_if(|f| matches!(f, Frame::Paragraph(_))) {
            self.carried = Some(paragraph);
        }
    }

    /// Puts a carried paragraph down where none goes on with it.
    fn settle_carried(&mut self) {
        if let Some(paragraph) = self.carried.take() {
            self.put(paragraph);
        }
    }

    fn put(&mut self, paragraph: Paragraph) {
        let Paragraph { text, look, plain, behind } = paragraph;
        if let Some(Frame::Cell(cell)) = self.frames.last_mut() {
            cell.plain |= plain;
        }
        if !look.left_out && !text.trim().is_empty() && self.budget.takes_text(PIECE) {
            self.extend(pieces_of(&text, look, plain));
        }
        self.extend(behind);
    }

    /// Hands pieces to the nearest cell or paragraph that is open, else to the document.
    fn extend(&mut self, pieces: Vec<Piece>) {
        let inner = self.frames.iter_mut().rev().find_map(|frame| match frame {
            Frame::Paragraph(paragraph) => Some(&mut paragraph.behind),
            Frame::Cell(cell) => Some(&mut cell.pieces),
            Frame::Aside { pieces, .. } => Some(pieces),
            Frame::Table(_) => None,
        });
        inner.unwrap_or(&mut self.pieces).extend(pieces);
    }

    /// Begins a note, whose paragraphs stand behind the whole text.
    pub(super) fn begin_note(&mut self) {
        self.frames.push(Frame::Aside { pieces: Vec::new(), is_note: true });
    }

    /// Begins a box, whose paragraphs stand behind the one that is open.
    pub(super) fn begin_box(&mut self) {
        self.frames.push(Frame::Aside { pieces: Vec::new(), is_note: false });
    }

    pub(super) fn end_aside(&mut self) {
        match self.frames.pop_if(|f| matches!(f, Frame::Aside { .. })) {
            Some(Frame::Aside { pieces, is_note: true }) => self.notes.extend(pieces),
            Some(Frame::Aside { pieces, is_note: false }) => self.extend(pieces),
            _ => {}
        }
    }

    pub(super) fn begin_table(&mut self) {
        self.settle_carried();
        self.frames.push(Frame::Table(Vec::new()));
    }

    pub(super) fn begin_row(&mut self) {
        // A row without cells is the next one.
        if let Some(Frame::Table(rows)) = self.frames.last_mut()
            && rows.last().is_none_or(|row| !row.cells.is_empty())
        {
            rows.push(Row::default());
        }
    }

    fn row(&mut self) -> Option<&mut Row> {
        match self.frames.last_mut() {
            Some(Frame::Table(rows)) => rows.last_mut(),
            _ => None,
        }
    }

    pub(super) fn mark_header_row(&mut self) {
        if let Some(row) = self.row() {
            row.header = true;
        }
    }

    /// The open row was deleted, or repeats what stands elsewhere.
    pub(super) fn leave_row_out(&mut self) {
        if let Some(row) = self.row() {
            row.left_out = true;
        }
    }

    pub(super) fn begin_cell(&mut self) {
        if matches!(self.frames.last(), Some(Frame::Table(_))) {
            self.frames.push(Frame::Cell(Cell { columns: 1, ..Cell::default() }));
        }
    }

    pub(super) fn span_columns(&mut self, columns: usize) {
        if let Some(Frame::Cell(cell)) = self.frames.last_mut() {
            cell.columns = columns.clamp(1, MAX_COLUMNS);
        }
    }

    pub(super) fn cover_cell(&mut self) {
        if let Some(Frame::Cell(cell)) = self.frames.last_mut() {
            cell.covered = true;
        }
    }

    pub(super) fn end_cell(&mut self) {
        self.settle_carried();
        if let Some(Frame::Cell(cell)) = self.frames.pop_if(|f| matches!(f, Frame::Cell(_)))
            && self.budget.takes_cells(cell.columns)
            && let Some(row) = self.row()
            && row.cells.len() < MAX_COLUMNS
        {
            row.cells.push(cell);
        }
    }

    /// Repeats the last cell of the open row, for formats that say how often it stands there.
    pub(super) fn repeat_cell(&mut self, times: usize) {
        let Some((room, last)) = self.row().and_then(|row| {
            let room = MAX_COLUMNS.saturating_sub(row.cells.len());
            Some((room, row.cells.last()?.clone()))
        }) else {
            return;
        };
        let copies = times.saturating_sub(1).min(room);
        let words: usize = last.pieces.iter().map(|p| p.text.len()).sum();
        if copies > 0
            && self.budget.takes_cells(copies)
            && self.budget.takes_text(words.saturating_mul(copies))
        {
            self.row().into_iter().for_each(|row| row.cells.extend(vec![last.clone(); copies]));
        }
    }

    pub(super) fn end_table(&mut self) {
        let Some(Frame::Table(rows)) = self.frames.pop_if(|f| matches!(f, Frame::Table(_))) else { return };
        let rows = rows.into_iter().filter(|row| !row.left_out).collect();
        self.extend(pieces_of_table(rows));
    }
}

fn pieces_of_table(rows: Vec<Row>) -> Vec<Piece> {
    if lays_out(&rows) {
        return rows.into_iter().flat_map(|row| row.cells).flat_map(|cell| cell.pieces).collect();
    }
    let mut lines = Vec::with_capacity(rows.len());
    for (at, row) in rows.into_iter().enumerate() {
        let line = line(row, at == 0);
        if line.iter().any(|cell| !cell.text.is_empty()) {
            lines.push(line);
        }
    }
    vec![Piece::table(lines, false)]
}

/// Whether a table only arranges text: one column, tables or prose in its cells.
fn lays_out(rows: &[Row]) -> bool {
    let columns = rows.iter().map(|row| row.cells.iter().map(|c| c.columns).sum::<usize>()).max();
    let cells = || rows.iter().flat_map(|row| &row.cells);
    let has_header = rows.iter().any(|row| row.header) || cells().any(|cell| cell.header);
    let holds_table = |cell: &Cell| cell.pieces.iter().any(|p| p.kind == BlockKind::Table);
    let is_prose = |cell: &Cell| cell.pieces.iter().map(|p| p.text.len()).sum::<usize>() > LONGEST_CELL;
    columns.unwrap_or(0) < 2 || cells().any(holds_table) || (!has_header && cells().any(is_prose))
}

/// A row of a table: a cell that spans columns is followed by empty ones.
fn line(row: Row, is_first: bool) -> Vec<RawCell> {
    // A first row that is all bold heads its columns.
    let filled = || row.cells.iter().filter(|cell| !cell.pieces.is_empty());
    let heads = row.header || (is_first && filled().count() > 1 && filled().all(|cell| !cell.plain));
    let mut line = Vec::new();
    for cell in row.cells {
        let header = heads || cell.header;
        let text = if cell.covered { String::new() } else { one_line(&cell.pieces) };
        line.push(RawCell { text, header });
        line.extend((1..cell.columns).map(|_| RawCell { text: String::new(), header }));
    }
    line.truncate(MAX_COLUMNS);
    line
}

fn one_line(pieces: &[Piece]) -> String {
    let words = pieces.iter().flat_map(|p| p.text.split_ascii_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

/// The pieces of a paragraph: several if empty lines stand in it.
fn pieces_of(text: &str, look: Look, plain: bool) -> Vec<Piece> {
    let text = tidy(text);
    if let Some(level) = look.level {
        let line = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        let kind = BlockKind::Heading(level.saturating_add(1).min(6));
        return if line.is_empty() { Vec::new() } else { vec![Piece::new(kind, line, None)] };
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        match pieces.last_mut() {
            _ if line.is_empty() => open = false,
            Some(piece) if open && !is_list_item(line) => {
                piece.text.push('\n');
                piece.text.push_str(line);
            }
            _ => {
                pieces.push(Piece::new(BlockKind::Paragraph, line, None));
                open = true;
            }
        }
    }
    for (at, piece) in pieces.iter_mut().enumerate() {
        piece.kind = kind_of(&piece.text, look, plain, at == 0);
    }
    pieces
}

fn kind_of(text: &str, look: Look, plain: bool, is_first: bool) -> BlockKind {
    let lone = !text.contains('\n');
    match () {
        () if look.caption => BlockKind::Caption,
        () if look.list && is_first => BlockKind::ListItem,
        () if lone && is_section(text) => MAYBE_SECTION,
        () if is_list_item(text) => BlockKind::ListItem,
        () if !plain && lone && is_heading(text) => MAYBE_HEADING,
        () => BlockKind::Paragraph,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;

    fn cell(flow: &mut Flow<'_, '_>, text: &str) {
        flow.begin_cell();
        paragraph(flow, text);
        flow.end_cell();
    }

    fn paragraph(flow: &mut Flow<'_, '_>, text: &str) {
        flow.begin_paragraph();
        flow.push(text, false);
        flow.end_paragraph();
    }

    #[test]
    fn boxes_stand_behind_their_paragraph() {
        let limits = OfficeLimits::default();
        let mut budget = Budget::new(&limits);
        let mut flow = Flow::new(&mut budget);
        flow.begin_paragraph();
        flow.push("Før ", false);
        paragraph(&mut flow, "i boksen");
        flow.push("og ef\u{ad}ter", false);
        flow.end_paragraph();
        let texts: Vec<String> = flow.finish().into_iter().map(|p| p.text).collect();
        assert_eq!(texts, ["Før og efter", "i boksen"]);
    }

    #[test]
    fn tables_and_layout() {
        let limits = OfficeLimits::default();
        for (texts, want) in [(["År", "22\u{a0}%"], true), (["År", &"lang tekst ".repeat(60)], false)] {
            let mut budget = Budget::new(&limits);
            let mut flow = Flow::new(&mut budget);
            flow.begin_table();
            flow.begin_row();
            texts.iter().for_each(|text| cell(&mut flow, text));
            let pieces = flow.finish();
            assert_eq!(pieces.len() == 1 && pieces[0].kind == BlockKind::Table, want, "{pieces:?}");
        }
    }

    #[test]
    fn text_beyond_the_budget_is_left_out() {
        let limits = OfficeLimits { text_bytes: 120, ..OfficeLimits::default() };
        let mut budget = Budget::new(&limits);
        let mut flow = Flow::new(&mut budget);
        ["en", "to", "meget lang tekst", "x"].iter().for_each(|text| paragraph(&mut flow, text));
        let texts: Vec<String> = flow.finish().into_iter().map(|p| p.text).collect();
        assert_eq!(texts, ["en", "to"]);
        assert_eq!(budget.warnings().len(), 1);
    }
}
