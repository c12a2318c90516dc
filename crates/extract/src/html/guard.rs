//! Parses HTML at a bounded cost: depth, number of nodes and attributes are capped before the tree is built.
//!
//! The tree builder of html5ever looks through all open elements at nearly every tag, and its tokenizer through
//! all attributes at every attribute; both are quadratic in what a hostile page can make as large as it likes.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::Tracer;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, LocalName, TokenizerResult};
use scraper::{Html, HtmlTreeSink};

type Handle = <HtmlTreeSink as TreeSink>::Handle;

/// Open (and pending formatting) elements beyond which tags are left out and only their text is kept.
const MAX_OPEN: usize = 400;
/// Tags between two counts of the open elements.
const COUNT_EVERY: u32 = 32;
/// Nodes of the tree beyond which tags are left out.
const MAX_NODES: usize = 2_000_000;
/// Attributes of one element; further ones are left out.
const MAX_ATTRIBUTES: usize = 100;
/// Bytes of one attribute; a longer value (an embedded picture) is left out.
const MAX_ATTRIBUTE: usize = 64 * 1024;

/// A parsed page.
pub(super) struct Parsed {
    pub(super) html: Html,
    /// How many tags were left out because of the depth or the number of nodes.
    pub(super) tags_left_out: usize,
}

/// Parses `text`.
pub(super) fn parse(text: &str) -> Parsed {
    let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default());
    let guard = Guard {
        builder,
        tags: Cell::new(0),
        too_deep: Cell::new(false),
        left_out: RefCell::default(),
        tags_left_out: Cell::new(0),
    };
    let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
    let queue = BufferQueue::default();
    for chunk in chunks(&trim_attributes(text)) {
        queue.push_back(StrTendril::from_slice(chunk));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
    }
    tokenizer.end();
    let tags_left_out = tokenizer.sink.tags_left_out.get();
    Parsed { html: tokenizer.sink.builder.sink.finish(), tags_left_out }
}

/// Pieces of at most 1 MiB, on character boundaries.
fn chunks(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let end = text.floor_char_boundary(1 << 20);
        let (chunk, rest) = text.split_at_checked(end)?;
        text = rest;
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Stands between tokenizer and tree builder.
struct Guard {
    builder: TreeBuilder<Handle, HtmlTreeSink>,
    tags: Cell<u32>,
    too_deep: Cell<bool>,
    /// Start tags that were left out and whose end tags are still to come.
    left_out: RefCell<HashMap<LocalName, usize>>,
    tags_left_out: Cell<usize>,
}

/// Counts the elements that the tree builder keeps at hand.
struct Counter(Cell<usize>);

impl Tracer for Counter {
    type Handle = Handle;

    fn trace_handle(&self, _: &Handle) {
        self.0.set(self.0.get() + 1);
    }
}

impl Guard {
    fn is_full(&self) -> bool {
        let tags = self.tags.get() + 1;
        self.tags.set(tags);
        if tags.is_multiple_of(COUNT_EVERY) {
            let open = Counter(Cell::new(0));
            self.builder.trace_handles(&open);
            self.too_deep.set(open.0.get() > MAX_OPEN);
        }
        self.too_deep.get() || self.builder.sink.0.borrow().tree.values().len() > MAX_NODES
    }

    /// Whether `tag` is left out; keeps start and end tags in pairs.
    fn leaves_out(&self, tag: &Tag) -> bool {
        let full = self.is_full();
        let mut left_out = self.left_out.borrow_mut();
        match tag.kind {
            TagKind::StartTag if full && !switches_tokenizer(&tag.name) => {
                self.tags_left_out.set(self.tags_left_out.get() + 1);
                if !tag.self_closing && !is_void(&tag.name) {
                    *left_out.entry(tag.name.clone()).or_default() += 1;
                }
                true
            }
            TagKind::EndTag => left_out.get_mut(&tag.name).filter(|n| **n > 0).map(|n| *n -= 1).is_some(),
            TagKind::StartTag => false,
        }
    }
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        let token = match token {
            // Keeps words apart.
            Token::TagToken(tag) if self.leaves_out(&tag) => {
                Token::CharacterTokens(StrTendril::from_slice(" "))
            }
            Token::TagToken(mut tag) => {
                tag.attrs.retain(|a: &Attribute| a.value.len() <= MAX_ATTRIBUTE);
                tag.attrs.truncate(MAX_ATTRIBUTES);
                Token::TagToken(tag)
            }
            Token::CommentToken(_) | Token::ParseError(_) => return TokenSinkResult::Continue,
            token => token,
        };
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Elements whose content the tokenizer must not read as markup; they hold no elements, so depth is no matter.
fn switches_tokenizer(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "title" | "textarea" | "xmp" | "iframe" | "noembed" | "noframes" | "noscript"
    )
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Cuts the attributes of a tag beyond [`MAX_ATTRIBUTES`], which the tokenizer would compare pair by pair.
fn trim_attributes(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(start) = find(bytes, at, b"<") {
        let rest = &bytes[start..];
        if rest.starts_with(b"<!--") {
            at = find(bytes, start + 4, b"-->").map_or(bytes.len(), |end| end + 3);
        } else if rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            let tag = scan_tag(bytes, start + 1);
            if let Some(surplus) = tag.surplus {
                out.push_str(&text[copied..surplus]);
                copied = tag.end;
            }
            at = skip_raw_text(bytes, start + 1, tag.end + 1);
        } else {
            at = start + 1;
        }
    }
    if copied == 0 && out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
    Cow::Owned(out)
}

struct ScannedTag {
    /// Where its `>` stands, or the end of the text.
    end: usize,
    /// Where the first attribute too many begins.
    surplus: Option<usize>,
}

/// Reads a tag whose name begins at `at` the way the tokenizer does. Every cut is at an ASCII byte.
fn scan_tag(bytes: &[u8], at: usize) -> ScannedTag {
    let skip = |from: usize, stop: &dyn Fn(u8) -> bool| {
        bytes
            .get(from..)
            .and_then(|rest| rest.iter().position(|b| stop(*b)))
            .map_or(bytes.len(), |n| from + n)
    };
    let is_gap = |b: u8| b.is_ascii_whitespace() || b == b'/';
    let mut at = skip(at, &|b| is_gap(b) || b == b'>');
    let mut surplus = None;
    let mut count = 0;
    loop {
        let gap = at;
        at = skip(at, &|b| !is_gap(b));
        match bytes.get(at) {
            None | Some(b'>') => return ScannedTag { end: at, surplus },
            Some(_) => {}
        }
        count += 1;
        if count > MAX_ATTRIBUTES && surplus.is_none() {
            surplus = Some(gap);
        }
        // A leading "=" is part of the name.
        at = skip(at + 1, &|b| is_gap(b) || b == b'>' || b == b'=');
        let sign = skip(at, &|b| !b.is_ascii_whitespace());
        if bytes.get(sign) == Some(&b'=') {
            at = skip(sign + 1, &|b| !b.is_ascii_whitespace());
            at = match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => (skip(at + 1, &|b| b == *quote) + 1).min(bytes.len()),
                _ => skip(at, &|b| b.is_ascii_whitespace() || b == b'>'),
            };
        }
    }
}

/// Behind the end tag of a script or style whose start tag's name stands at `name`; else `after`.
fn skip_raw_text(bytes: &[u8], name: usize, after: usize) -> usize {
    for raw in [&b"script"[..], b"style"] {
        let is = |at: usize| bytes.get(at..at + raw.len()).is_some_and(|b| b.eq_ignore_ascii_case(raw));
        if is(name) && !bytes.get(name + raw.len()).is_some_and(u8::is_ascii_alphanumeric) {
            let mut at = after;
            while let Some(end) = find(bytes, at, b"</") {
                if is(end + 2) {
                    return end;
                }
                at = end + 2;
            }
            return bytes.len();
        }
    }
    after
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(what.len()).position(|w| w == what).map(|n| from + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surplus_attributes_are_cut() {
        let many: String = (0..150).map(|i| format!(" a{i}='å>{i}'")).collect();
        let page = format!("<!-- <p{many}> --><p{many}>æ</p><script>if (a<b{many}) x</script><i>ø</i>");
        let trimmed = trim_attributes(&page);
        assert!(trimmed.contains("a99='å>99'>æ</p>"), "{trimmed}");
        assert_eq!(trimmed.matches("a149").count(), 2, "comment and script stay as they are");
        assert_eq!(trim_attributes("<p a=1>x<"), "<p a=1>x<");
        assert_eq!(trim_attributes("<p a='unclosed"), "<p a='unclosed");
    }
}
