//! HTML pages: the main text in blocks, the tables, and what the markup says about the page.

mod blocks;
mod boilerplate;
pub(crate) mod dates;
mod dom;
mod guard;
mod head;
mod lines;
mod main_text;
mod measure;
mod names;
mod phrases;
pub(crate) mod published;
mod table;

use std::ops::Range;

use belaeg_model::{BlockKind, Cause, Warning};

use self::boilerplate::Survey;
use self::dom::Dom;
use crate::piece::{CLUE_LINES, Draft, Piece};
use crate::text::settle_sections;
use crate::{contact, furniture, text};

/// A text of fewer letters than this may have lost too much.
const LITTLE: usize = 250;

/// Lines above the main text among which its clues are the last.
const MANY_LINES: usize = 1000;

/// Cuts a page into pieces.
pub(crate) fn draft(page: &str) -> Draft {
    draft_of(page, None)
}

/// Cuts a page into pieces; the text is what a CSS selector selects, if it selects anything.
pub(crate) fn draft_of(page: &str, selector: Option<&str>) -> Draft {
    let parsed = guard::parse(page);
    let dom = Dom::new(&parsed.html);
    let selected = selector.map(|selector| dom.select(&parsed.html, selector));
    let mut survey = boilerplate::survey(&dom);
    let (mut markup, stamp) = head::read(&dom, &survey.skipped);
    let titles: Vec<&str> =
        [&markup.og_title, &markup.title].into_iter().flatten().map(String::as_str).collect();
    survey.title = main_text::title(&dom, &survey, &titles);
    markup.h1 = survey.title.map(|h1| blocks::line_of(&dom, &survey.skipped, h1)).filter(|t| !t.is_empty());
    let whole = survey.skipped.clone();
    boilerplate::prune(&dom, &mut survey);
    let mut main = main_text::find(&dom, &survey);
    let mut draft = Draft { marked_up: true, ..Draft::default() };
    let chosen = selected.as_deref().filter(|nodes| !nodes.is_empty());
    let mut pieces = match chosen {
        Some(nodes) => {
            nodes.iter().flat_map(|at| text_of(&dom, &whole, dom.subtree(*at), &mut draft.dropped)).collect()
        }
        None => text_of(&dom, &survey.skipped, main.nodes.clone(), &mut draft.dropped),
    };
    if let Some(first) = chosen.and_then(|nodes| nodes.first()) {
        main = main_text::Main { nodes: dom.subtree(*first), found: true };
    } else if is_little(&pieces) {
        let loose = with_less_pruned(&dom, &survey, whole.clone());
        if size(&loose) > size(&pieces) * 2 {
            pieces = loose;
        }
    }
    settle_sections(&mut pieces);
    if !pieces.iter().any(|p| p.kind == BlockKind::Heading(1))
        && let Some(h1) = &markup.h1
    {
        // The heading stands above the element that holds the text.
        pieces.insert(0, Piece::new(BlockKind::Heading(1), h1.as_str(), None));
    }
    let shown = published::find(&dom, &survey, &whole, &main.nodes);
    markup.published = stamp.map(|stamp| stamp.local(shown)).or(shown);
    draft.markup = markup;
    if main.found {
        let above = clues(&dom, &whole, 0..main.nodes.start, MANY_LINES);
        draft.above = above.into_iter().rev().take(CLUE_LINES).rev().collect();
    }
    draft.top = clues(&dom, &whole, main.nodes, CLUE_LINES);
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
    if selected.is_some_and(|nodes| nodes.is_empty()) {
        let selector = selector.unwrap_or_default();
        let detail = format!(
            "the selector {selector:?} is none or selects nothing; the page was read without it: correct it at the source or sidecar"
        );
        draft.warnings.push(Warning { cause: Cause::BadSidecar, detail });
    }
    draft
}

/// The text among `nodes`, without what its place and words show to be furniture.
fn text_of(dom: &Dom<'_>, skipped: &[bool], nodes: Range<usize>, dropped: &mut Vec<String>) -> Vec<Piece> {
    let blocks = blocks::blocks(dom, skipped, nodes, usize::MAX);
    let gone = lines::furniture(&blocks);
    let mut pieces = Vec::with_capacity(blocks.len());
    for (block, gone) in blocks.into_iter().zip(gone) {
        if !gone {
            pieces.push(block.piece);
        } else if dropped.len() < CLUE_LINES {
            dropped.push(text::cut(&block.piece.text));
        }
    }
    pieces
}

/// All that is no navigation for certain.
fn with_less_pruned(dom: &Dom<'_>, survey: &Survey, mut whole: Vec<bool>) -> Vec<Piece> {
    for (at, item) in dom.items.iter().enumerate() {
        let furniture =
            matches!(item.tag, dom::Tag::Nav | dom::Tag::Footer | dom::Tag::Aside | dom::Tag::Dialog);
        whole[at] |= furniture || survey.senses(at).any(names::Senses::STRONG);
    }
    let main = main_text::find(
        dom,
        &Survey { skipped: whole.clone(), title: survey.title, senses: survey.all_senses() },
    );
    blocks::blocks(dom, &whole, main.nodes, usize::MAX).into_iter().map(|b| b.piece).collect()
}

fn size(pieces: &[Piece]) -> usize {
    let cells = |p: &Piece| p.rows.iter().flatten().map(|c| c.text.len()).sum::<usize>();
    pieces.iter().map(|p| p.text.len() + cells(p)).sum()
}

fn is_little(pieces: &[Piece]) -> bool {
    size(pieces) < LITTLE
}

/// The first lines among `nodes` as they stand.
fn clues(dom: &Dom<'_>, skipped: &[bool], nodes: Range<usize>, most: usize) -> Vec<String> {
    blocks::lines(dom, skipped, nodes, most).iter().map(|line| text::cut(line)).collect()
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
