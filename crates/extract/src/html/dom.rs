//! A page as one list of nodes in the order in which they begin; a subtree is a range of it.

use std::collections::HashSet;
use std::ops::Range;

use ego_tree::NodeRef;
use scraper::node::Element;
use scraper::{Html, Node, Selector};

/// What an element is to the readers of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Text,
    Html,
    Head,
    Body,
    Heading(u8),
    P,
    Div,
    Section,
    Article,
    Main,
    Aside,
    Nav,
    Header,
    Footer,
    Form,
    Dialog,
    List,
    Item,
    Terms,
    Term,
    Table,
    TableHead,
    Row,
    Cell,
    HeadCell,
    Caption,
    Figure,
    FigureCaption,
    Quote,
    Pre,
    Address,
    Summary,
    Rule,
    Link,
    Break,
    Sup,
    Button,
    Time,
    /// An element that never holds text of the document.
    Never,
    OtherBlock,
    Inline,
}

impl Tag {
    fn of(name: &str) -> Self {
        match name {
            "a" => Self::Link,
            "abbr" | "b" | "em" | "i" | "img" | "span" | "strong" => Self::Inline,
            "address" => Self::Address,
            "article" => Self::Article,
            "aside" => Self::Aside,
            "blockquote" => Self::Quote,
            "body" => Self::Body,
            "br" => Self::Break,
            "button" => Self::Button,
            "caption" => Self::Caption,
            "center" | "details" | "fieldset" | "legend" | "search" | "tbody" | "tfoot" => Self::OtherBlock,
            "dd" | "dt" => Self::Term,
            "dialog" => Self::Dialog,
            "dir" | "menu" | "ol" | "ul" => Self::List,
            "div" => Self::Div,
            "dl" => Self::Terms,
            "figcaption" => Self::FigureCaption,
            "figure" => Self::Figure,
            "footer" => Self::Footer,
            "form" => Self::Form,
            "h1" => Self::Heading(1),
            "h2" => Self::Heading(2),
            "h3" => Self::Heading(3),
            "h4" => Self::Heading(4),
            "h5" => Self::Heading(5),
            "h6" => Self::Heading(6),
            "head" => Self::Head,
            "header" => Self::Header,
            "hr" => Self::Rule,
            "html" => Self::Html,
            "li" => Self::Item,
            "main" => Self::Main,
            "nav" => Self::Nav,
            "p" => Self::P,
            "pre" => Self::Pre,
            "section" => Self::Section,
            "summary" => Self::Summary,
            "sup" => Self::Sup,
            "table" => Self::Table,
            "td" => Self::Cell,
            "th" => Self::HeadCell,
            "thead" => Self::TableHead,
            "time" => Self::Time,
            "tr" => Self::Row,
            "audio" | "canvas" | "datalist" | "iframe" | "input" | "map" | "math" | "noscript" | "object"
            | "option" | "script" | "select" | "style" | "svg" | "template" | "textarea" | "video" => {
                Self::Never
            }
            // Elements that a site has made itself.
            name if name.ends_with("-footer") => Self::Footer,
            name if name.ends_with("-nav") || name.ends_with("-menu") => Self::Nav,
            _ => Self::Inline,
        }
    }

    /// Whether the element begins a new line.
    pub(super) fn is_block(self) -> bool {
        !matches!(
            self,
            Self::Text
                | Self::Head
                | Self::Link
                | Self::Break
                | Self::Sup
                | Self::Button
                | Self::Time
                | Self::Never
                | Self::Inline
        )
    }
}

/// A node of the page.
pub(super) struct Item<'a> {
    pub(super) tag: Tag,
    pub(super) parent: usize,
    /// Behind its last descendant.
    pub(super) end: usize,
    content: Content<'a>,
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Text(&'a str),
    Element(&'a Element),
}

impl<'a> Item<'a> {
    /// The text of a text node; elements have none.
    pub(super) fn text(&self) -> &'a str {
        match self.content {
            Content::Text(text) => text,
            Content::Element(_) => "",
        }
    }

    /// The element's name; text has none.
    pub(super) fn name(&self) -> &'a str {
        match self.content {
            Content::Text(_) => "",
            Content::Element(element) => element.name(),
        }
    }

    /// The value of an attribute, if it has one that is not empty.
    pub(super) fn attr(&self, name: &str) -> Option<&'a str> {
        let Content::Element(element) = self.content else { return None };
        element.attrs().find(|(n, _)| *n == name).map(|(_, value)| value.trim()).filter(|v| !v.is_empty())
    }

    /// Whether the attribute stands there at all.
    pub(super) fn has_attr(&self, name: &str) -> bool {
        matches!(self.content, Content::Element(element) if element.attrs().any(|(n, _)| n == name))
    }
}

/// The nodes of a page. Elements that never hold text have no children here, but for the head and JSON-LD.
pub(super) struct Dom<'a> {
    pub(super) items: Vec<Item<'a>>,
}

impl<'a> Dom<'a> {
    pub(super) fn new(html: &'a Html) -> Self {
        let mut items: Vec<Item<'a>> = Vec::with_capacity(html.tree.values().len());
        let mut open: Vec<usize> = Vec::new();
        walk(html.tree.root(), |step| match step {
            Step::Enter(node) => {
                let parent = open.last().copied().unwrap_or(0);
                let end = items.len() + 1;
                match node.value() {
                    Node::Text(text) => {
                        items.push(Item { tag: Tag::Text, parent, end, content: Content::Text(text) });
                        false
                    }
                    Node::Element(element) => {
                        let tag = Tag::of(element.name());
                        open.push(items.len());
                        items.push(Item { tag, parent, end, content: Content::Element(element) });
                        tag != Tag::Never || is_json(element)
                    }
                    _ => true,
                }
            }
            Step::Leave(node) => {
                if node.value().is_element()
                    && let Some(at) = open.pop()
                {
                    items[at].end = items.len();
                }
                false
            }
        });
        Self { items }
    }

    /// The outermost elements that a CSS selector selects, in order; none where it is no selector.
    pub(super) fn select(&self, html: &Html, selector: &str) -> Vec<usize> {
        let Ok(selector) = Selector::parse(selector) else { return Vec::new() };
        let wanted: HashSet<*const Element> =
            html.select(&selector).map(|e| std::ptr::from_ref(e.value())).collect();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(item) = self.items.get(at) {
            let is_wanted =
                matches!(item.content, Content::Element(e) if wanted.contains(&std::ptr::from_ref(e)));
            if is_wanted {
                found.push(at);
            }
            at = if is_wanted { item.end } else { at + 1 };
        }
        found
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The nodes under `at`, itself first.
    pub(super) fn subtree(&self, at: usize) -> Range<usize> {
        at..self.items.get(at).map_or(at, |item| item.end)
    }

    /// The children of `at`.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        let end = self.subtree(at).end;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let child = next;
            (child < end).then(|| {
                next = self.items[child].end;
                child
            })
        })
    }

    /// The elements around `at`, the innermost first.
    pub(super) fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut at = at;
        std::iter::from_fn(move || {
            let parent = self.items.get(at)?.parent;
            (parent != at).then(|| {
                at = parent;
                parent
            })
        })
    }
}

fn is_json(element: &Element) -> bool {
    element.name() == "script"
        && element.attrs().any(|(n, t)| n == "type" && t.trim().eq_ignore_ascii_case("application/ld+json"))
}

/// A step of a walk through the tree.
enum Step<'a> {
    Enter(NodeRef<'a, Node>),
    Leave(NodeRef<'a, Node>),
}

/// Walks the tree under `root` without recursion; `visit` says for an entered node whether to go into it.
fn walk<'a>(root: NodeRef<'a, Node>, mut visit: impl FnMut(Step<'a>) -> bool) {
    let mut node = root;
    loop {
        if visit(Step::Enter(node))
            && let Some(child) = node.first_child()
        {
            node = child;
            continue;
        }
        loop {
            visit(Step::Leave(node));
            if node.id() == root.id() {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            match node.parent() {
                Some(parent) => node = parent,
                None => return,
            }
        }
    }
}
