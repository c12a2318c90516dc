//! The main text of a page as pieces: headings, paragraphs, list items, tables.

use std::ops::Range;

use belaeg_model::BlockKind;

use super::dom::{Dom, Tag};
use super::measure::{count_letters, leads_away};
use super::table;
use crate::charset::tidy;
use crate::pdf::push_raised;
use crate::piece::Piece;
use crate::text::{MAYBE_SECTION, is_list_item, is_section};

/// How many open elements are asked what a text is.
const DEEPEST: usize = 12;
/// Bytes of the longest `<sup>` that is looked at as a mark.
const LONGEST_MARK: usize = 12;

/// Where a block of text stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stood {
    Heading,
    Paragraph,
    /// In a list, a list of terms or a quotation.
    Item,
    Table,
    Caption,
    /// In nothing that says what it is.
    Bare,
}

/// A piece with what tells text from furniture.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) piece: Piece,
    pub(super) stood: Stood,
    pub(super) letters: u32,
    /// Letters in links.
    pub(super) linked: u32,
}

/// Takes the blocks among `nodes` that are not skipped, at most about `most` of them.
pub(super) fn blocks(dom: &Dom<'_>, skipped: &[bool], nodes: Range<usize>, most: usize) -> Vec<Block> {
    let mut emitter = Emitter::new(dom, skipped);
    let mut at = nodes.start;
    while at < nodes.end && emitter.blocks.len() < most {
        emitter.leave_before(at);
        at = emitter.enter(at);
    }
    emitter.finish()
}

/// A shorter value of an attribute is a name or a setting, in bytes.
const SHORTEST_WORDS: usize = 12;
/// The rank of a heading that stands in an attribute.
const COMPONENT_HEADING: u8 = 2;

/// The text of a value that may be markup.
fn without_tags(value: &str) -> String {
    if !value.contains('<') {
        return value.to_owned();
    }
    scraper::Html::parse_fragment(value).root_element().text().collect::<Vec<_>>().join(" ")
}

struct Emitter<'d> {
    dom: &'d Dom<'d>,
    skipped: &'d [bool],
    blocks: Vec<Block>,
    buffer: String,
    letters: u32,
    linked: u32,
    /// Where the open link ends.
    link_end: usize,
    /// The open blocks: what they are and where they end.
    open: Vec<(Tag, usize)>,
    /// The level of the open heading.
    heading: Option<u8>,
    caption: bool,
    /// For each open list item, whether its first block is still to come.
    items: Vec<bool>,
    pre: usize,
    /// How many more empty cells the tables of the page may have.
    fillers: usize,
}

impl<'d> Emitter<'d> {
    fn new(dom: &'d Dom<'d>, skipped: &'d [bool]) -> Self {
        Self {
            dom,
            skipped,
            blocks: Vec::new(),
            buffer: String::new(),
            letters: 0,
            linked: 0,
            link_end: 0,
            open: Vec::new(),
            heading: None,
            caption: false,
            items: Vec::new(),
            pre: 0,
            fillers: table::MOST_FILLERS,
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        self.blocks
    }

    /// Enters the node `at` and says which is next.
    fn enter(&mut self, at: usize) -> usize {
        let Some(item) = self.dom.items.get(at) else { return at + 1 };
        // The title of an accordion is a button inside a heading.
        if self.skipped[at] || (item.tag == Tag::Button && self.heading.is_none()) {
            return item.end;
        }
        match item.tag {
            Tag::Text => {
                let text = item.text();
                push_collapsed(&mut self.buffer, text, self.pre > 0);
                let letters = count_letters(text);
                self.letters = self.letters.saturating_add(letters);
                if at < self.link_end {
                    self.linked = self.linked.saturating_add(letters);
                }
                at + 1
            }
            Tag::Break => {
                push_break(&mut self.buffer);
                item.end
            }
            Tag::Sup if push_mark(&mut self.buffer, self.dom, at) => item.end,
            Tag::Link => {
                if leads_away(item.attr("href")) {
                    self.link_end = self.link_end.max(item.end);
                }
                at + 1
            }
            tag if tag.is_block() => self.enter_block(at, tag, item.end),
            _ => {
                self.push_attributes(at);
                at + 1
            }
        }
    }

    /// The words that a web component has in its attributes, where a page draws them: its lead, its text.
    fn push_attributes(&mut self, at: usize) {
        let Some(item) = self.dom.items.get(at).filter(|item| item.name().contains('-')) else { return };
        let name = item.name();
        if ["card", "link", "menu", "nav", "teaser", "button", "icon"].iter().any(|part| name.contains(part))
        {
            return;
        }
        let heads = |attribute: &str| matches!(attribute, "heading" | "headline");
        for attribute in ["heading", "headline", "lead", "summary", "text", "body", "content", "description"]
        {
            let Some(value) = item.attr(attribute).filter(|v| v.len() >= SHORTEST_WORDS) else { continue };
            self.flush();
            push_collapsed(&mut self.buffer, &without_tags(value), false);
            self.letters = count_letters(&self.buffer);
            let level = self.heading;
            if heads(attribute) {
                self.heading = Some(COMPONENT_HEADING);
            }
            self.flush();
            self.heading = level;
        }
    }

    fn enter_block(&mut self, at: usize, tag: Tag, end: usize) -> usize {
        self.flush();
        match tag {
            Tag::Table => {
                if let Some(table) = table::read(self.dom, self.skipped, at, &mut self.fillers) {
                    self.blocks.extend(table.into_iter().map(|piece| Block {
                        stood: if piece.kind == BlockKind::Table { Stood::Table } else { Stood::Caption },
                        piece,
                        letters: 0,
                        linked: 0,
                    }));
                    return end;
                }
            }
            Tag::Item => self.items.push(true),
            Tag::Caption | Tag::FigureCaption => self.caption = true,
            Tag::Pre => self.pre += 1,
            Tag::Heading(level) => self.heading = Some(level),
            // A heading that nobody closed: its words are said, and what begins here is the page.
            Tag::P if self.has_heading() => self.heading = None,
            _ => {}
        }
        self.open.push((tag, end));
        at + 1
    }

    /// Whether the words of the open heading have been read.
    fn has_heading(&self) -> bool {
        let last = self.blocks.last().map(|block| block.piece.kind);
        self.heading.is_some_and(|level| last == Some(BlockKind::Heading(level)))
    }

    /// Leaves the blocks that end before the node `at`.
    fn leave_before(&mut self, at: usize) {
        while let Some((tag, _)) = self.open.pop_if(|(_, end)| *end <= at) {
            self.flush_in(tag);
            match tag {
                Tag::Item => {
                    self.items.pop();
                }
                Tag::Caption | Tag::FigureCaption => self.caption = false,
                Tag::Pre => self.pre = self.pre.saturating_sub(1),
                Tag::Heading(_) => self.heading = None,
                _ => {}
            }
        }
    }

    /// Ends the block that is being collected.
    fn flush(&mut self) {
        self.flush_in(Tag::Inline);
    }

    /// Ends the block, which stood in `tag`. An empty line (two `<br>`) ends a paragraph.
    fn flush_in(&mut self, tag: Tag) {
        let letters = std::mem::take(&mut self.letters);
        let linked = std::mem::take(&mut self.linked);
        if self.buffer.trim().is_empty() {
            self.buffer.clear();
            return;
        }
        let text = tidied(std::mem::take(&mut self.buffer));
        if let Some(level) = self.heading {
            let line = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            self.push(BlockKind::Heading(level), &line, Stood::Heading, (letters, linked));
            return;
        }
        let stood = self.stood(tag);
        let mut part: Vec<&str> = Vec::new();
        for line in text.lines().map(str::trim).chain([""]) {
            if !part.is_empty() && (line.is_empty() || is_list_item(line)) {
                self.push_paragraph(&part.join("\n"), stood, (letters, linked));
                part.clear();
            }
            if !line.is_empty() {
                part.push(line);
            }
        }
    }

    /// What the innermost telling element around the text is.
    fn stood(&self, own: Tag) -> Stood {
        let around = self.open.iter().rev().map(|(tag, _)| *tag).take(DEEPEST);
        std::iter::once(own)
            .chain(around)
            .find_map(|tag| match tag {
                Tag::P => Some(Stood::Paragraph),
                Tag::Item | Tag::Term | Tag::Quote | Tag::Pre | Tag::Summary => Some(Stood::Item),
                Tag::Caption | Tag::FigureCaption => Some(Stood::Caption),
                Tag::Section | Tag::Article | Tag::Main => Some(Stood::Bare),
                _ => None,
            })
            .unwrap_or(Stood::Bare)
    }

    fn push_paragraph(&mut self, text: &str, stood: Stood, letters: (u32, u32)) {
        let first_of_item = self.items.last_mut().is_some_and(std::mem::take);
        let kind = match () {
            () if self.caption => BlockKind::Caption,
            () if !first_of_item && is_section(text) => MAYBE_SECTION,
            () if first_of_item || is_list_item(text) => BlockKind::ListItem,
            () => BlockKind::Paragraph,
        };
        self.push(kind, text, stood, letters);
    }

    fn push(&mut self, kind: BlockKind, text: &str, stood: Stood, (letters, linked): (u32, u32)) {
        let text = text.trim();
        if !text.is_empty() {
            self.blocks.push(Block { piece: Piece::new(kind, text, None), stood, letters, linked });
        }
    }
}

/// [`tidy`], which plain ASCII does not need.
fn tidied(text: String) -> String {
    let plain = text.bytes().all(|b| matches!(b, b'\n' | b' '..=b'~'));
    if plain { text } else { tidy(&text) }
}

/// The first lines of text among `nodes`, whatever they are.
pub(super) fn lines(dom: &Dom<'_>, skipped: &[bool], nodes: Range<usize>, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut ends: Vec<usize> = Vec::new();
    let mut at = nodes.start;
    while at < nodes.end && lines.len() < most {
        let mut breaks = false;
        while ends.pop_if(|end| *end <= at).is_some() {
            breaks = true;
        }
        let Some(item) = dom.items.get(at) else { break };
        if breaks || item.tag == Tag::Break || item.tag.is_block() {
            let text = std::mem::take(&mut line);
            let text = if text.trim().is_empty() { String::new() } else { tidied(text.trim().to_owned()) };
            lines.extend(text.lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned));
        }
        if skipped[at] {
            at = item.end;
            continue;
        }
        if item.tag.is_block() {
            ends.push(item.end);
        }
        push_collapsed(&mut line, item.text(), false);
        at += 1;
    }
    lines.extend(Some(tidied(line.trim().to_owned())).filter(|l| !l.is_empty()));
    lines
}

fn push_break(buffer: &mut String) {
    if buffer.ends_with(' ') {
        buffer.pop();
    }
    buffer.push('\n');
}

/// Appends `text` with its white space (but no no-break spaces) collapsed, as a browser shows it.
pub(super) fn push_collapsed(buffer: &mut String, text: &str, pre: bool) {
    for c in text.chars() {
        if pre && c == '\n' {
            push_break(buffer);
        } else if !c.is_ascii_whitespace() {
            buffer.push(c);
        } else if !buffer.is_empty() && !buffer.ends_with([' ', '\n']) {
            buffer.push(' ');
        }
    }
}

/// Appends the digits of a `<sup>` that holds nothing else, raised: a footnote's number is no part of the number
/// before it. Says whether it did.
fn push_mark(buffer: &mut String, dom: &Dom<'_>, sup: usize) -> bool {
    let mut text = String::new();
    for n in dom.subtree(sup) {
        text.push_str(dom.items[n].text().trim());
        if text.len() > LONGEST_MARK {
            return false;
        }
    }
    let mark = text.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')') || c.is_whitespace());
    let is_mark = mark.starts_with(|c: char| c.is_ascii_digit())
        && mark.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '-' | '–' | ' '))
        && mark.len() <= LONGEST_MARK;
    if is_mark {
        mark.chars().for_each(|c| push_raised(buffer, c));
    }
    is_mark
}

/// The text under `root` as one line.
pub(super) fn line_of(dom: &Dom<'_>, skipped: &[bool], root: usize) -> String {
    let mut line = String::new();
    let nodes = dom.subtree(root);
    let mut at = nodes.start;
    // Where the innermost block that is open ends; what it holds is apart from what follows.
    let mut ends: Vec<usize> = Vec::new();
    while at < nodes.end {
        while ends.pop_if(|end| *end <= at).is_some() {
            push_collapsed(&mut line, " ", false);
        }
        let item = &dom.items[at];
        match item.tag {
            _ if skipped[at] => {
                at = item.end;
                continue;
            }
            Tag::Text => push_collapsed(&mut line, item.text(), false),
            Tag::Sup if push_mark(&mut line, dom, at) => {
                at = item.end;
                continue;
            }
            Tag::Break => push_collapsed(&mut line, " ", false),
            tag if tag.is_block() => {
                push_collapsed(&mut line, " ", false);
                ends.push(item.end);
            }
            _ => {}
        }
        at += 1;
    }
    // What tidying makes a line break of is white space here.
    tidied(line).replace(['\n', '\t'], " ").trim().to_owned()
}
