//! The one place that joins pieces to a text and counts the spans.

use std::collections::BTreeMap;

use belaeg_model::{Block, BlockKind, ByteSpan, Cell, Extracted, Metadata, Table};

use crate::piece::{Doubtful, Draft, Piece, RawCell};

/// Joins the pieces of `draft`: an empty line between blocks, a line break between rows, a tab between cells.
pub(crate) fn assemble(draft: Draft, meta: Metadata) -> Extracted {
    let mut out =
        Extracted { meta, warnings: draft.warnings, ocr_pages: draft.ocr_pages, ..Extracted::default() };
    for piece in draft.pieces {
        match piece.kind {
            BlockKind::Table => push_table(&mut out, piece),
            kind => push_text(&mut out, kind, &piece),
        }
    }
    out.doubtful = doubtful_spans(&out, &draft.doubtful);
    out
}

/// Where the doubtful numbers stand: every place on their page at which they can be read.
fn doubtful_spans(out: &Extracted, numbers: &[Doubtful]) -> Vec<ByteSpan> {
    let mut by_page: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for Doubtful { page, number } in numbers {
        by_page.entry(*page).or_default().push(number);
    }
    let mut spans = Vec::new();
    for block in &out.blocks {
        let text = block.span.of(&out.text);
        let Some(numbers) = block.page.and_then(|page| by_page.get(&page)) else { continue };
        for number in numbers {
            let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            for (at, found) in text.match_indices(number) {
                let end = at + found.len();
                let is_whole =
                    !is_digit(text[..at].chars().next_back()) && !is_digit(text[end..].chars().next());
                if is_whole {
                    spans.push(ByteSpan::new(at, end).shifted(block.span.start));
                }
            }
        }
    }
    spans.sort_unstable_by_key(|s| (s.start, s.end));
    spans.dedup();
    spans
}

fn push_text(out: &mut Extracted, kind: BlockKind, piece: &Piece) {
    let text = piece.text.trim();
    if text.is_empty() {
        return;
    }
    separate(&mut out.text);
    let start = out.text.len();
    out.text.push_str(text);
    out.blocks.push(Block { kind, span: ByteSpan::new(start, out.text.len()), page: piece.page });
}

fn push_table(out: &mut Extracted, piece: Piece) {
    if piece.rows.iter().flatten().all(|cell| cell.text.trim().is_empty()) {
        return;
    }
    let caption = if piece.captioned {
        out.blocks.last().filter(|b| b.kind == BlockKind::Caption).map(|b| b.span)
    } else {
        None
    };
    separate(&mut out.text);
    let start = out.text.len();
    let mut rows: Vec<Vec<Cell>> = Vec::with_capacity(piece.rows.len());
    for row in &piece.rows {
        if !rows.is_empty() {
            out.text.push('\n');
        }
        rows.push(push_row(&mut out.text, row));
    }
    // Empty cells at either end leave tabs there, and a block has no white space at its ends.
    let written = &out.text[start..];
    let end = start + written.trim_end().len();
    let first = start + written.len() - written.trim_start().len();
    for cell in rows.iter_mut().flatten() {
        cell.span = ByteSpan::new(cell.span.start.clamp(first, end), cell.span.end.clamp(first, end));
    }
    out.text.truncate(end);
    let span = ByteSpan::new(first, end);
    out.blocks.push(Block { kind: BlockKind::Table, span, page: piece.page });
    out.tables.push(Table { span, caption, rows });
}

fn push_row(text: &mut String, row: &[RawCell]) -> Vec<Cell> {
    let mut cells = Vec::with_capacity(row.len());
    for cell in row {
        if !cells.is_empty() {
            text.push('\t');
        }
        let start = text.len();
        text.push_str(cell.text.trim());
        cells.push(Cell { span: ByteSpan::new(start, text.len()), header: cell.header });
    }
    cells
}

fn separate(text: &mut String) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
}
