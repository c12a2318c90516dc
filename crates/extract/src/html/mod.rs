//! HTML pages: the main text in blocks, the tables, and what the markup says about the page.

mod blocks;
mod boilerplate;
mod guard;
mod head;
mod table;

use belaeg_model::{BlockKind, Cause, Warning};

use crate::piece::{CLUE_LINES, Draft, Piece};
use crate::{contact, furniture, text};

/// Cuts a page into pieces.
pub(crate) fn draft(page: &str) -> Draft {
    let parsed = guard::parse(page);
    let html = &parsed.html;
    let survey = boilerplate::survey(html);
    let markup = head::read(html, &survey);
    let root = survey.main.and_then(|id| html.tree.get(id)).unwrap_or_else(|| html.tree.root());
    let mut pieces = blocks::pieces(root, &survey);
    if !pieces.iter().any(|p| p.kind == BlockKind::Heading(1))
        && let Some(h1) = &markup.h1
    {
        // The heading stands above the element that holds the text.
        pieces.insert(0, Piece::new(BlockKind::Heading(1), h1.as_str(), None));
    }
    let mut draft = Draft { markup, marked_up: true, ..Draft::default() };
    if let Some(main) = survey.main {
        let above = blocks::pieces_above(html.tree.root(), &survey, main);
        let lines = above.iter().flat_map(|p| p.text.lines()).filter(|l| !l.is_empty());
        draft.above = lines.take(CLUE_LINES).map(text::cut).collect();
    }
    draft.top = pieces
        .iter()
        .flat_map(|p| p.text.lines())
        .filter(|l| !l.is_empty())
        .take(CLUE_LINES)
        .map(text::cut)
        .collect();
    draft.pieces = without_furniture(pieces, &mut draft.dropped);
    if parsed.tags_left_out > 0 {
        draft.warnings.push(Warning {
            cause: Cause::TooDeep,
            detail: format!(
                "the page is nested too deeply or has too many elements: {} tag(s) were left out, their text kept",
                parsed.tags_left_out
            ),
        });
    }
    draft
}

/// Takes furniture lines and contact boxes out of the pieces; a piece that loses all its lines goes.
pub(crate) fn without_furniture(mut pieces: Vec<Piece>, dropped: &mut Vec<String>) -> Vec<Piece> {
    // A table is one line here that belongs to no box.
    let lines: Vec<&str> = pieces
        .iter()
        .flat_map(|p| if p.kind == BlockKind::Table { ".".lines() } else { p.text.lines() })
        .collect();
    let mut gone: Vec<bool> = lines.iter().map(|line| furniture::is_furniture(line)).collect();
    let left: Vec<&str> =
        lines.iter().zip(&gone).filter(|(_, gone)| !**gone).map(|(line, _)| *line).collect();
    let boxes = contact::find(&left);
    for (gone, boxed) in gone.iter_mut().filter(|gone| !**gone).zip(boxes) {
        *gone = boxed;
    }
    dropped.extend(
        lines.iter().zip(&gone).filter(|(_, gone)| **gone).take(CLUE_LINES).map(|(line, _)| text::cut(line)),
    );
    let mut flags = gone.into_iter();
    for piece in pieces.iter_mut() {
        if piece.kind == BlockKind::Table {
            flags.next();
            continue;
        }
        let count = piece.text.lines().count();
        let flags: Vec<bool> = flags.by_ref().take(count).collect();
        if flags.contains(&true) {
            let kept: Vec<&str> =
                piece.text.lines().zip(flags).filter(|(_, gone)| !gone).map(|(line, _)| line).collect();
            piece.text = kept.join("\n");
        }
    }
    pieces.retain(|p| p.kind == BlockKind::Table || !p.text.is_empty());
    pieces
}
