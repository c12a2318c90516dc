//! The main text of a page as pieces: headings, paragraphs, list items, tables.

use belaeg_model::BlockKind;
use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;

use super::boilerplate::{Step, Survey, walk};
use super::table;
use crate::charset::tidy;
use crate::pdf::push_raised;
use crate::piece::Piece;
use crate::text::{MAYBE_SECTION, is_list_item, is_section, settle_sections};

/// Bytes of the longest `<sup>` that is looked at as a mark.
const LONGEST_MARK: usize = 12;

/// Takes the pieces under `root`.
pub(super) fn pieces(root: NodeRef<'_, Node>, survey: &Survey) -> Vec<Piece> {
    let mut emitter = Emitter::new(survey);
    walk(root, |step| match step {
        Step::Enter(node) => emitter.enter(node),
        Step::Leave(node) => {
            emitter.leave(node);
            false
        }
    });
    emitter.finish()
}

/// Takes the pieces under `root` that stand above the element `end`.
pub(super) fn pieces_above(root: NodeRef<'_, Node>, survey: &Survey, end: NodeId) -> Vec<Piece> {
    let mut emitter = Emitter::new(survey);
    let mut ended = false;
    walk(root, |step| match step {
        Step::Enter(node) => {
            ended |= node.id() == end;
            !ended && emitter.enter(node)
        }
        Step::Leave(node) => {
            if !ended {
                emitter.leave(node);
            }
            false
        }
    });
    emitter.finish()
}

struct Emitter<'s> {
    survey: &'s Survey,
    pieces: Vec<Piece>,
    buffer: String,
    /// The heading that is open, with its level.
    heading: Option<(NodeId, u8)>,
    caption: bool,
    /// For each open list item, whether its first block is still to come.
    items: Vec<bool>,
    pre: usize,
}

impl<'s> Emitter<'s> {
    fn new(survey: &'s Survey) -> Self {
        Self {
            survey,
            pieces: Vec::new(),
            buffer: String::new(),
            heading: None,
            caption: false,
            items: Vec::new(),
            pre: 0,
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.flush();
        settle_sections(&mut self.pieces);
        self.pieces
    }

    fn enter(&mut self, node: NodeRef<'_, Node>) -> bool {
        match node.value() {
            Node::Text(text) => {
                push_collapsed(&mut self.buffer, text, self.pre > 0);
                false
            }
            Node::Element(element) => self.enter_element(node, element),
            _ => true,
        }
    }

    fn enter_element(&mut self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        let name = element.name();
        // The title of an accordion is a button inside a heading.
        if self.survey.skipped.contains(&node.id()) || (name == "button" && self.heading.is_none()) {
            return false;
        }
        if name == "br" {
            push_break(&mut self.buffer);
            return false;
        }
        if name == "sup" && push_mark(&mut self.buffer, node) {
            return false;
        }
        if !is_block(name) {
            return true;
        }
        self.flush();
        match name {
            "table" => {
                if let Some(table) = table::read(node, self.survey) {
                    self.pieces.extend(table);
                    return false;
                }
            }
            "li" => self.items.push(true),
            "caption" | "figcaption" => self.caption = true,
            "pre" => self.pre += 1,
            _ => {
                if let Some(level) = heading_level(name) {
                    self.heading = Some((node.id(), level));
                }
            }
        }
        true
    }

    fn leave(&mut self, node: NodeRef<'_, Node>) {
        let Node::Element(element) = node.value() else { return };
        let name = element.name();
        if !is_block(name) || self.survey.skipped.contains(&node.id()) {
            return;
        }
        self.flush();
        match name {
            "li" => {
                self.items.pop();
            }
            "caption" | "figcaption" => self.caption = false,
            "pre" => self.pre = self.pre.saturating_sub(1),
            _ => self.heading = self.heading.filter(|(id, _)| *id != node.id()),
        }
    }

    /// Ends the block that is being collected. An empty line (two `<br>`) ends a paragraph.
    fn flush(&mut self) {
        if self.buffer.trim().is_empty() {
            self.buffer.clear();
            return;
        }
        let text = tidy(&std::mem::take(&mut self.buffer));
        if let Some((_, level)) = self.heading {
            let line = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
            self.push(BlockKind::Heading(level), line);
            return;
        }
        let mut part: Vec<&str> = Vec::new();
        for line in text.lines().map(str::trim).chain([""]) {
            if !part.is_empty() && (line.is_empty() || is_list_item(line)) {
                self.push_paragraph(&part.join("\n"));
                part.clear();
            }
            if !line.is_empty() {
                part.push(line);
            }
        }
    }

    fn push_paragraph(&mut self, text: &str) {
        let first_of_item = self.items.last_mut().is_some_and(std::mem::take);
        let kind = match () {
            () if self.caption => BlockKind::Caption,
            () if !first_of_item && is_section(text) => MAYBE_SECTION,
            () if first_of_item || is_list_item(text) => BlockKind::ListItem,
            () => BlockKind::Paragraph,
        };
        self.push(kind, text);
    }

    fn push(&mut self, kind: BlockKind, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.pieces.push(Piece::new(kind, text.trim(), None));
        }
    }
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
fn push_mark(buffer: &mut String, sup: NodeRef<'_, Node>) -> bool {
    let mut text = String::new();
    walk(sup, |step| {
        if let Step::Enter(node) = step
            && let Node::Text(part) = node.value()
            && text.len() <= LONGEST_MARK
        {
            text.push_str(part.trim());
        }
        true
    });
    let mark = text.trim_matches(|c: char| matches!(c, '[' | ']' | '(' | ')') || c.is_whitespace());
    let is_mark = mark.starts_with(|c: char| c.is_ascii_digit())
        && mark.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '-' | '–' | ' '))
        && mark.len() <= LONGEST_MARK;
    if is_mark {
        mark.chars().for_each(|c| push_raised(buffer, c));
    }
    is_mark
}

/// The text under `node` as one line.
pub(super) fn line_of(node: NodeRef<'_, Node>, survey: &Survey) -> String {
    let mut line = String::new();
    walk(node, |step| {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => push_collapsed(&mut line, text, false),
                Node::Element(e) if e.name() == "sup" => return !push_mark(&mut line, node),
                Node::Element(_) if survey.skipped.contains(&node.id()) => return false,
                Node::Element(e) if e.name() == "br" || is_block(e.name()) => {
                    push_collapsed(&mut line, " ", false)
                }
                _ => {}
            },
            Step::Leave(node) => {
                if node.value().as_element().is_some_and(|e| is_block(e.name())) {
                    push_collapsed(&mut line, " ", false);
                }
            }
        }
        true
    });
    // What tidying makes a line break of is white space here.
    tidy(&line).replace(['\n', '\t'], " ").trim().to_owned()
}

fn heading_level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

fn is_block(name: &str) -> bool {
    heading_level(name).is_some()
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "body"
                | "caption"
                | "center"
                | "dd"
                | "details"
                | "dialog"
                | "dir"
                | "div"
                | "dl"
                | "dt"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "header"
                | "hr"
                | "html"
                | "legend"
                | "li"
                | "main"
                | "menu"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "search"
                | "section"
                | "summary"
                | "table"
                | "tbody"
                | "td"
                | "tfoot"
                | "th"
                | "thead"
                | "tr"
                | "ul"
        )
}
