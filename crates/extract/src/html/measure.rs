//! How much text each part of a page holds: all of it, what stands in links, and what reads like sentences.

use super::dom::{Dom, Tag};

/// A block with so many letters is prose even without a full stop.
const LONG: u32 = 80;
/// A shorter one is a label.
const SHORT: u32 = 25;

/// Sums up to each node, so that a subtree's share is a difference.
pub(super) struct Measure {
    letters: Vec<u32>,
    linked: Vec<u32>,
    prose: Vec<u32>,
    links: Vec<u32>,
}

/// What a part of the page holds, in bytes that are no white space.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Amount {
    pub(super) letters: u32,
    pub(super) linked: u32,
    /// Letters outside links in blocks that read like sentences.
    pub(super) prose: u32,
    /// How many links with text.
    pub(super) links: u32,
}

impl Amount {
    /// Whether at least `percent` of the letters stand in links.
    pub(super) fn is_linked(self, percent: u64) -> bool {
        self.letters > 0 && u64::from(self.linked) * 100 >= u64::from(self.letters) * percent
    }

    /// Whether the prose is at most `percent` of `total`.
    pub(super) fn is_at_most(self, percent: u64, total: u32) -> bool {
        u64::from(self.prose) * 100 <= u64::from(total) * percent
    }
}

/// A block's text while it is read.
#[derive(Default)]
struct Block {
    letters: u32,
    linked: u32,
    heads: bool,
    ends_sentence: bool,
    last: usize,
}

impl Block {
    fn prose(&self) -> u32 {
        let mostly_linked = u64::from(self.linked) * 2 > u64::from(self.letters);
        let reads = self.letters >= LONG || (self.letters >= SHORT && self.ends_sentence);
        if self.heads || mostly_linked || !reads { 0 } else { self.letters - self.linked }
    }
}

impl Measure {
    /// Measures what is not skipped.
    pub(super) fn new(dom: &Dom<'_>, skipped: &[bool]) -> Self {
        let count = dom.len();
        let mut own_prose = vec![0_u32; count];
        let mut measure = Self {
            letters: Vec::with_capacity(count + 1),
            linked: Vec::with_capacity(count + 1),
            prose: Vec::with_capacity(count + 1),
            links: Vec::with_capacity(count + 1),
        };
        let (mut letters, mut linked, mut links) = (0_u32, 0_u32, 0_u32);
        let mut block = Block::default();
        let mut link_end = 0;
        let mut head_end = 0;
        let mut open_blocks: Vec<usize> = Vec::new();
        let mut at = 0;
        while let Some(item) = dom.items.get(at) {
            measure.push(letters, linked, links);
            let mut ends = false;
            while open_blocks.pop_if(|end| *end <= at).is_some() {
                ends = true;
            }
            if ends || item.tag.is_block() {
                own_prose[block.last] += block.prose();
                block = Block::default();
            }
            if skipped[at] {
                for _ in at + 1..item.end {
                    measure.push(letters, linked, links);
                }
                at = item.end;
                continue;
            }
            match item.tag {
                Tag::Text => {
                    let text = item.text();
                    let own = count_letters(text);
                    if own > 0 {
                        letters = letters.saturating_add(own);
                        block.letters = block.letters.saturating_add(own);
                        block.last = at;
                        block.heads = at < head_end;
                        block.ends_sentence = ends_sentence(text);
                        if at < link_end {
                            linked = linked.saturating_add(own);
                            block.linked = block.linked.saturating_add(own);
                        }
                    }
                }
                Tag::Link if leads_away(item.attr("href")) => {
                    link_end = link_end.max(item.end);
                    links += 1;
                }
                Tag::Heading(_) => head_end = head_end.max(item.end),
                _ => {}
            }
            if item.tag.is_block() {
                open_blocks.push(item.end);
            }
            at += 1;
        }
        own_prose.get_mut(block.last).map(|own| *own += block.prose()).unwrap_or_default();
        measure.push(letters, linked, links);
        let mut sum = 0_u32;
        measure.prose.push(0);
        for own in own_prose {
            sum = sum.saturating_add(own);
            measure.prose.push(sum);
        }
        measure
    }

    fn push(&mut self, letters: u32, linked: u32, links: u32) {
        self.letters.push(letters);
        self.linked.push(linked);
        self.links.push(links);
    }

    /// What stands in the nodes from `start` to before `end`.
    pub(super) fn of(&self, nodes: std::ops::Range<usize>) -> Amount {
        let sum = |sums: &[u32]| {
            let value = |at: usize| sums.get(at).or(sums.last()).copied().unwrap_or(0);
            value(nodes.end).saturating_sub(value(nodes.start))
        };
        Amount {
            letters: sum(&self.letters),
            linked: sum(&self.linked),
            prose: sum(&self.prose),
            links: sum(&self.links),
        }
    }
}

pub(super) fn count_letters(text: &str) -> u32 {
    let count = text.bytes().filter(|b| !b.is_ascii_whitespace()).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Whether a sentence (or what introduces a list) ends here.
pub(super) fn ends_sentence(text: &str) -> bool {
    let end = text.trim_end_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '”' | '“' | '»' | '«' | ')' | '’' | '\'')
    });
    end.ends_with(['.', '!', '?', ':', '…', '。', '।', '؟', '！', '？'])
}

/// Whether a link opens another page; what folds out a part of this one does not.
pub(super) fn leads_away(href: Option<&str>) -> bool {
    href.is_some_and(|href| !href.starts_with('#') && !href.starts_with("javascript:"))
}
