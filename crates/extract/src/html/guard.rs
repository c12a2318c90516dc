//! Parses HTML at a bounded cost: depth, number of nodes and attributes are capped before the tree is built.
//!
//! The tree builder of html5ever looks through all open elements at nearly every tag, and its tokenizer through
//! all attributes at every attribute; both are quadratic in what a hostile page can make as large as it likes.

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
    for chunk in chunks(&slim(text)) {
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

/// Attributes that the readers of a page look at; others are not worth the tokenizer's time.
const READ: &[&str] = &[
    "class",
    "id",
    "href",
    "content",
    "property",
    "name",
    "itemprop",
    "role",
    "type",
    "datetime",
    "rel",
    "lang",
    "hidden",
    "colspan",
    "rowspan",
    "scope",
    "title",
    "heading",
    "headline",
    "lead",
    "summary",
    "text",
    "body",
    "description",
];

/// Leaves out what no reader looks at: comments, scripts but JSON-LD, styles, attributes that say nothing about text,
/// and attributes beyond [`MAX_ATTRIBUTES`], which the tokenizer would compare pair by pair.
fn slim(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len() / 2);
    let mut copied = 0;
    let mut at = 0;
    while let Some(start) = find(text, at, "<") {
        let rest = &bytes[start..];
        if rest.starts_with(b"<!--") {
            out.push_str(&text[copied..start]);
            at = comment_end(text, start);
            copied = at;
        } else if rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            out.push_str(&text[copied..start]);
            let end = push_tag(&mut out, text, start);
            at = raw_text_end(text, start + 1, end).map_or(end, |raw| {
                if raw.kept {
                    out.push_str(&text[end..raw.end]);
                }
                raw.end
            });
            copied = at;
        } else {
            at = start + 1;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// Where the comment that begins at `start` has ended, as the tokenizer sees it.
fn comment_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let inside = start + 4;
    for empty in [&b">"[..], b"->"] {
        if bytes.get(inside..).is_some_and(|rest| rest.starts_with(empty)) {
            return inside + empty.len();
        }
    }
    let mut at = inside;
    while let Some(dashes) = find(text, at, "--") {
        match bytes.get(dashes + 2..) {
            Some([b'>', ..]) => return dashes + 3,
            Some([b'!', b'>', ..]) => return dashes + 4,
            _ => at = dashes + 1,
        }
    }
    bytes.len()
}

/// Copies the tag at `start` with the attributes that are read, and says where it ends. Every cut is at an ASCII byte.
fn push_tag(out: &mut String, text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let skip = |from: usize, stop: fn(u8) -> bool| {
        bytes
            .get(from..)
            .and_then(|rest| rest.iter().position(|b| stop(*b)))
            .map_or(bytes.len(), |n| from + n)
    };
    let is_gap = |b: u8| b.is_ascii_whitespace() || b == b'/';
    let mut at = skip(start + 1, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
    out.push_str(&text[start..at]);
    let is_abbr = text[start + 1..at].eq_ignore_ascii_case("abbr");
    let mut count = 0;
    loop {
        let gap = at;
        at = skip(at, |b| !(b.is_ascii_whitespace() || b == b'/'));
        match bytes.get(at) {
            None => return at,
            Some(b'>') => {
                out.push_str(if at > gap && bytes[at - 1] == b'/' { " />" } else { ">" });
                return at + 1;
            }
            Some(_) => {}
        }
        let name = at;
        // A leading "=" is part of the name.
        at = skip(at + 1, |b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='));
        let is_read = READ
            .iter()
            .any(|read| text[name..at].eq_ignore_ascii_case(read) && (*read != "title" || is_abbr));
        let mut end = at;
        let sign = skip(at, |b| !b.is_ascii_whitespace());
        if bytes.get(sign) == Some(&b'=') {
            at = skip(sign + 1, |b| !b.is_ascii_whitespace());
            at = match bytes.get(at) {
                Some(b'"') => (skip(at + 1, |b| b == b'"') + 1).min(bytes.len()),
                Some(b'\'') => (skip(at + 1, |b| b == b'\'') + 1).min(bytes.len()),
                _ => skip(at, |b| b.is_ascii_whitespace() || b == b'>'),
            };
            end = at;
        } else if bytes.get(sign).is_some_and(|b| !is_gap(*b)) {
            at = sign;
        }
        if is_read && count < MAX_ATTRIBUTES {
            count += 1;
            out.push(' ');
            out.push_str(&text[name..end]);
        }
    }
}

/// What the tokenizer reads as one text and not as markup.
struct RawText {
    end: usize,
    /// Whether a reader looks at it.
    kept: bool,
}

/// The raw text behind the start tag whose name stands at `name` and that ends at `from`.
fn raw_text_end(text: &str, name: usize, from: usize) -> Option<RawText> {
    let bytes = text.as_bytes();
    let is = |raw: &str, at: usize| {
        bytes.get(at..at + raw.len()).is_some_and(|b| b.eq_ignore_ascii_case(raw.as_bytes()))
            && !bytes.get(at + raw.len()).is_some_and(u8::is_ascii_alphanumeric)
    };
    let raw = RAW.iter().find(|raw| is(raw, name))?;
    let mut end = from;
    let end = loop {
        match find(text, end, "</") {
            Some(found) if is(raw, found + 2) => break found,
            Some(found) => end = found + 2,
            None => break bytes.len(),
        }
    };
    let inside = &text[from..end];
    let read = match *raw {
        "title" | "xmp" => true,
        "script" => {
            // A script in a script ends with the second end tag.
            let nested = inside.contains("<!--") && inside.contains("<script");
            nested || text[name..from].contains("ld+json")
        }
        _ => false,
    };
    Some(RawText { end, kept: read })
}

/// Elements whose content is raw text.
const RAW: &[&str] =
    &["script", "style", "noscript", "iframe", "title", "textarea", "xmp", "noembed", "noframes"];

/// Where `what` stands at or behind `from`, which is next to an ASCII byte.
fn find(text: &str, from: usize, what: &str) -> Option<usize> {
    text.get(from..)?.find(what).map(|n| from + n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_reads_is_left_out() {
        let classes = " class=å".repeat(150);
        for (page, want) in [
            ("<p data-x='a>b' class=\"ø\" id=x hidden>æ</p>", "<p class=\"ø\" id=x hidden>æ</p>"),
            ("5<!-- <p class=x> -->,2<!-->3<!--->4<!-- x --!>5", "5,2345"),
            ("a<!-- unclosed <p>", "a"),
            ("<script>if (a<b) '<p>'</script><i>ø</i>", "<script></script><i>ø</i>"),
            (
                "<script type='application/ld+json'>{}</script>",
                "<script type='application/ld+json'>{}</script>",
            ),
            ("<STYLE media=x>a{}</STYLE >b", "<STYLE></STYLE >b"),
            ("<title>a <!-- b</title>c", "<title>a <!-- b</title>c"),
            ("<br/><img src=a.png/><a href=/x>å</a>", "<br /><img><a href=/x>å</a>"),
            ("<abbr title=x>a</abbr><a title=x>b</a>", "<abbr title=x>a</abbr><a>b</a>"),
            ("<p a=1>x<", "<p>x<"),
            ("<p class = 'x' onclick = y>z", "<p class = 'x'>z"),
            ("<p a='unclosed", "<p"),
            ("1 < 2 & <3", "1 < 2 & <3"),
        ] {
            assert_eq!(slim(page), want, "{page}");
        }
        assert_eq!(slim(&format!("<p{classes}>æ")).matches("class").count(), MAX_ATTRIBUTES);
    }
}
