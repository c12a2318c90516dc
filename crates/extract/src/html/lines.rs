//! Blocks that the tree did not tell from text: what stands around the prose, and lines whose words give them away.

use belaeg_model::BlockKind;

use super::blocks::{Block, Stood};
use super::measure::ends_sentence;
use super::phrases::{is_end_heading, is_note, is_pointer};
use crate::furniture::has_rate;
use crate::metadata::is_date_line;

/// Letters of a block that is prose even without a full stop.
const LONG: u32 = 80;
const SHORT: u32 = 25;
/// Letters of a sentence that is marked up as a paragraph.
const BRIEF: u32 = 15;

/// Numbered headings of one rank that make an agenda.
const AGENDA: usize = 2;

/// Headings of sections that are looked at.
const MOST_SECTIONS: usize = 50;

/// Which blocks are furniture.
pub(super) fn furniture(blocks: &[Block]) -> Vec<bool> {
    let mut gone: Vec<bool> = blocks.iter().map(says_so).collect();
    drop_sections(blocks, &mut gone);
    let is_text = |at: usize, gone: &[bool]| !gone[at] && holds_text(&blocks[at]);
    let first = (0..blocks.len()).find(|at| is_text(*at, &gone));
    let last = (0..blocks.len()).rev().find(|at| is_text(*at, &gone));
    let (Some(first), Some(last)) = (first, last) else { return gone };
    for (at, block) in blocks.iter().enumerate() {
        let edge = at < first || at > last;
        // In the midst of the text a paragraph may be a link and nothing else.
        let pointer = edge || block.stood != Stood::Paragraph;
        gone[at] |= pointer && is_mostly_linked(block, if edge { 50 } else { 90 });
        // "Beslutning" and what was decided may stand at the very end.
        let headed = at > last
            && at.checked_sub(1).is_some_and(|above| !gone[above] && rank(&blocks[above]).is_some());
        let label = edge
            && !headed
            && block.stood == Stood::Bare
            && block.letters < LONG
            && !(at < first && is_date_line(&block.piece.text));
        gone[at] |= label && !has_rate(&block.piece.text);
    }
    drop_empty_headings(blocks, &mut gone);
    gone
}

/// The rank of a heading that is marked up as one.
fn rank(block: &Block) -> Option<u8> {
    match block.piece.kind {
        BlockKind::Heading(level) if block.stood == Stood::Heading => Some(level),
        _ => None,
    }
}

/// Text, and not what merely stands with it.
fn holds_text(block: &Block) -> bool {
    match block.stood {
        Stood::Table => !is_mostly_linked(block, 60),
        Stood::Heading | Stood::Caption => false,
        Stood::Item if block.letters >= SHORT && block.linked * 2 < block.letters => true,
        _ => {
            let short = if block.stood == Stood::Paragraph { BRIEF } else { SHORT };
            block.linked * 2 <= block.letters
                && (block.letters >= LONG || (block.letters >= short && ends_sentence(&block.piece.text)))
        }
    }
}

fn is_mostly_linked(block: &Block, percent: u64) -> bool {
    block.stood != Stood::Heading
        && block.letters > 0
        && u64::from(block.linked) * 100 >= u64::from(block.letters) * percent
}

/// Whether its words say that a block is a note or a pointer.
fn says_so(block: &Block) -> bool {
    let text = block.piece.text.as_str();
    if block.stood == Stood::Table || text.len() > 400 {
        return false;
    }
    let pointer = is_pointer(text) && block.linked * 2 >= block.letters;
    (pointer || is_note(text)) && !has_rate(text)
}

/// Leaves out what stands under a heading like "Comments" or "Related articles", to the next heading of its rank.
fn drop_sections(blocks: &[Block], gone: &mut [bool]) {
    let mut sums = vec![0_u64];
    for block in blocks {
        let own = if holds_text(block) { u64::from(block.letters.saturating_sub(block.linked)) } else { 0 };
        sums.push(sums.last().copied().unwrap_or(0) + own);
    }
    let prose = |range: std::ops::Range<usize>| sums[range.end] - sums[range.start];
    let total = prose(0..blocks.len()).max(1);
    let mut headings = 0;
    let mut at = 0;
    while at < blocks.len() && headings < MOST_SECTIONS {
        let block = &blocks[at];
        if !heads_section(block) {
            at += 1;
            continue;
        }
        headings += 1;
        let end = section_end(blocks, at);
        if prose(0..at) * 3 >= total && prose(at..end) * 2 <= total {
            gone[at..end].fill(true);
            at = end;
        } else {
            gone[at] = true;
            at += 1;
        }
    }
}

/// Whether a block heads something that is no text of the document.
fn heads_section(block: &Block) -> bool {
    let heads = matches!(block.stood, Stood::Heading | Stood::Bare | Stood::Paragraph | Stood::Caption);
    heads && is_end_heading(&block.piece.text)
}

/// Where the section that the block `at` heads has ended.
fn section_end(blocks: &[Block], at: usize) -> usize {
    let level = rank(&blocks[at]).unwrap_or(6);
    let ends = |b: &Block| rank(b).is_some_and(|l| l <= level) && !is_end_heading(&b.piece.text);
    let end = (at + 1..blocks.len()).find(|n| ends(&blocks[*n])).unwrap_or(blocks.len());
    if blocks[at].stood == Stood::Heading {
        return end;
    }
    // Without a rank it heads what is linked.
    (at + 1..end).find(|n| holds_text(&blocks[*n])).unwrap_or(end)
}

/// "18. Lukket punkt", "Punkt 18 Lukket punkt".
fn is_numbered(heading: &str) -> bool {
    let rest = ["Punkt ", "Pkt. ", "Sag "].iter().find_map(|p| heading.strip_prefix(p)).unwrap_or(heading);
    rest.starts_with(|c: char| c.is_ascii_digit())
}

/// A heading goes with all that stood under it, and at the end of the page if nothing did.
fn drop_empty_headings(blocks: &[Block], gone: &mut [bool]) {
    // The last item of an agenda may have a heading and nothing else.
    let items = |level: u8| {
        let heads = blocks.iter().zip(gone.iter()).filter(|(b, gone)| !**gone && rank(b) == Some(level));
        heads.filter(|(b, _)| is_numbered(&b.piece.text)).count() >= AGENDA
    };
    let agenda: Vec<bool> = (0..=6).map(items).collect();
    // The rank of the heading below, or none where text stands there.
    let mut below = Some(0);
    let mut lost = true;
    for at in (0..blocks.len()).rev() {
        if gone[at] {
            lost = true;
            continue;
        }
        let Some(level) = rank(&blocks[at]) else {
            below = None;
            lost = false;
            continue;
        };
        // The title may stand alone.
        let item = agenda[usize::from(level.min(6))] && is_numbered(&blocks[at].piece.text);
        gone[at] = level > 1 && !item && lost && below.is_some_and(|below| below <= level);
        if !gone[at] {
            below = Some(level);
            lost = false;
        }
    }
}
