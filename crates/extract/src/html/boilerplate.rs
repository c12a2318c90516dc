//! Finds the main text of a page: what is navigation, banner, form or teaser, and which element holds the rest.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};
use scraper::node::Element;
use scraper::{Html, Node};

/// A step of a walk through the tree.
pub(super) enum Step<'a> {
    Enter(NodeRef<'a, Node>),
    Leave(NodeRef<'a, Node>),
}

/// Walks the tree under `root` without recursion; `visit` says for an entered node whether to go into it.
pub(super) fn walk<'a>(root: NodeRef<'a, Node>, mut visit: impl FnMut(Step<'a>) -> bool) {
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

/// Elements that never hold text of the document.
pub(super) fn is_never_text(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "template"
            | "noscript"
            | "iframe"
            | "svg"
            | "select"
            | "input"
            | "textarea"
            | "object"
            | "head"
            | "canvas"
            | "audio"
            | "video"
            | "map"
            | "math"
            | "datalist"
            | "option"
    )
}

/// Words of a class or id that mark furniture, wherever they stand in it ("side-menu").
const WEAK: &[&str] = &[
    "cookie",
    "cookies",
    "breadcrumb",
    "breadcrumbs",
    "share",
    "sharing",
    "related",
    "relateret",
    "menu",
    "submenu",
    "nav",
    "navbar",
    "navigation",
    "pagination",
    "pager",
    "advert",
    "advertisement",
    "annonce",
    "annoncer",
    "skip",
    "footer",
    "sidebar",
    "toolbar",
    "newsletter",
    "nyhedsbrev",
    "readspeaker",
    "backtotop",
    "totop",
    "teaser",
    "teasers",
    "contact",
    "kontakt",
    "some",
    "feedback",
    "popup",
    "modal",
    "login",
];

/// Classes and ids that mark furniture however much text it holds.
const STRONG: &[&str] = &[
    "menu",
    "nav",
    "navigation",
    "mainmenu",
    "main-menu",
    "topmenu",
    "top-menu",
    "submenu",
    "sub-menu",
    "sidemenu",
    "megamenu",
    "mega-menu",
    "breadcrumb",
    "breadcrumbs",
    "cookieconsent",
    "cookiebot",
    "cybotcookiebotdialog",
    "coioverlay",
    "cookie-information",
    "cookie-consent",
    "cookie-banner",
    "coi-banner-wrapper",
    "cookiebanner",
    "skip-link",
    "skiplink",
    "annonce",
    "advertisement",
    "sitemap",
];

/// Ids and classes of elements that hold the document.
const CONTENT: &[&str] = &[
    "content",
    "main-content",
    "maincontent",
    "main",
    "indhold",
    "page-content",
    "pagecontent",
    "article",
    "article-content",
    "article-body",
    "artikel",
    "news-content",
    "news-item",
    "nyhed",
    "content-main",
    "maincol",
    "bodytext",
    "rich-text",
    "post-content",
    "entry-content",
];

/// What is known of a page before its text is taken.
#[derive(Default)]
pub(super) struct Survey {
    /// Elements that are left out.
    pub(super) skipped: HashSet<NodeId>,
    /// Tables that hold tables.
    pub(super) layout_tables: HashSet<NodeId>,
    /// The element that holds the main text, if one stands out.
    pub(super) main: Option<NodeId>,
    /// The first top heading.
    pub(super) h1: Option<NodeId>,
}

#[derive(Clone, Copy, PartialEq)]
enum Watch {
    /// Left out unless it holds the top heading or the main element.
    Furniture,
    /// The same, and kept if it holds half of the text.
    Perhaps,
    /// A candidate for the main element; smaller ranks win.
    Content(u8),
    Table,
}

struct Open {
    id: NodeId,
    watch: Watch,
    /// Counts at its start: all text, text outside furniture, anchors.
    text: usize,
    useful: usize,
    anchors: usize,
}

#[derive(Default)]
struct Surveyor {
    survey: Survey,
    open: Vec<Open>,
    text: usize,
    useful: usize,
    /// `h1` and `main` elements so far.
    anchors: usize,
    inside_furniture: usize,
    inside_content: usize,
    perhaps: Vec<(NodeId, usize)>,
    candidates: Vec<(u8, usize, NodeId)>,
}

/// Looks through the page once.
pub(super) fn survey(html: &Html) -> Survey {
    let mut surveyor = Surveyor::default();
    walk(html.tree.root(), |step| match step {
        Step::Enter(node) => surveyor.enter(node),
        Step::Leave(node) => {
            surveyor.leave(node);
            false
        }
    });
    surveyor.finish()
}

impl Surveyor {
    fn enter(&mut self, node: NodeRef<'_, Node>) -> bool {
        match node.value() {
            Node::Text(text) => {
                let letters = text.bytes().filter(|b| !b.is_ascii_whitespace()).count();
                self.text += letters;
                if self.inside_furniture == 0 {
                    self.useful += letters;
                }
                false
            }
            Node::Element(element) => self.enter_element(node, element),
            _ => true,
        }
    }

    fn enter_element(&mut self, node: NodeRef<'_, Node>, element: &Element) -> bool {
        let name = element.name();
        if is_never_text(name) || is_hidden(element) {
            self.survey.skipped.insert(node.id());
            return false;
        }
        if name == "h1" && self.inside_furniture == 0 && self.survey.h1.is_none() {
            self.survey.h1 = Some(node.id());
        }
        if let Some(watch) = self.watch(element) {
            match watch {
                Watch::Furniture => self.inside_furniture += 1,
                Watch::Content(0 | 1) => self.inside_content += 1,
                Watch::Table => {
                    if let Some(outer) = self.open.iter().rev().find(|o| o.watch == Watch::Table) {
                        self.survey.layout_tables.insert(outer.id);
                    }
                }
                Watch::Perhaps | Watch::Content(_) => {}
            }
            self.open.push(Open {
                id: node.id(),
                watch,
                text: self.text,
                useful: self.useful,
                anchors: self.anchors,
            });
        }
        if name == "h1" || name == "main" || element.attr("role") == Some("main") {
            self.anchors += 1;
        }
        true
    }

    fn watch(&self, element: &Element) -> Option<Watch> {
        let role = element.attr("role").unwrap_or("");
        match element.name() {
            "html" | "body" | "h1" | "h2" | "h3" | "td" | "th" | "tr" | "tbody" => return None,
            "table" => return Some(Watch::Table),
            "main" => return Some(Watch::Content(0)),
            "nav" | "footer" | "dialog" => return Some(Watch::Furniture),
            "aside" => return Some(Watch::Furniture),
            "header" if self.inside_content == 0 => return Some(Watch::Furniture),
            "form" => return Some(Watch::Perhaps),
            _ => {}
        }
        match role {
            "main" => return Some(Watch::Content(0)),
            "navigation" | "banner" | "contentinfo" | "search" | "dialog" | "alertdialog"
            | "complementary" => {
                return Some(Watch::Furniture);
            }
            _ => {}
        }
        let names = || element.classes().chain(element.id());
        if element.name() == "article" {
            return Some(Watch::Content(1));
        }
        if names().any(|n| STRONG.iter().any(|s| n.eq_ignore_ascii_case(s))) {
            Some(Watch::Furniture)
        } else if names().any(|n| CONTENT.iter().any(|s| n.eq_ignore_ascii_case(s))) {
            Some(Watch::Content(2))
        } else if names().any(|n| words(n).any(|w| WEAK.contains(&w.as_str()))) {
            Some(Watch::Perhaps)
        } else {
            None
        }
    }

    fn leave(&mut self, node: NodeRef<'_, Node>) {
        let Some(open) = self.open.pop_if(|o| o.id == node.id()) else { return };
        let anchored = self.anchors > open.anchors;
        match open.watch {
            Watch::Furniture => {
                self.inside_furniture -= 1;
                if anchored {
                    // A header or wrapper that holds the document after all.
                    if self.inside_furniture == 0 {
                        self.useful += self.text - open.text;
                    }
                } else {
                    self.survey.skipped.insert(open.id);
                }
            }
            Watch::Perhaps if !anchored => self.perhaps.push((open.id, self.text - open.text)),
            Watch::Content(rank) => {
                self.inside_content -= usize::from(rank < 2);
                self.candidates.push((rank, self.useful - open.useful, open.id));
            }
            Watch::Perhaps | Watch::Table => {}
        }
    }

    fn finish(mut self) -> Survey {
        let total = self.useful.max(1);
        let small = self.perhaps.iter().filter(|(_, len)| len * 2 <= total);
        self.survey.skipped.extend(small.map(|(id, _)| *id));
        // The main element may share the page with teasers; any other must hold the bulk.
        let holds = |rank: u8, len: usize| len * 10 >= total * if rank == 0 { 3 } else { 6 };
        self.survey.main = self
            .candidates
            .iter()
            .filter(|(rank, len, id)| holds(*rank, *len) && !self.survey.skipped.contains(id))
            .min_by_key(|(rank, len, _)| (*rank, usize::MAX - len))
            .map(|(_, _, id)| *id);
        self.survey
    }
}

/// Hidden by attribute; what only style sheets hide, such as the body of an accordion, is text.
fn is_hidden(element: &Element) -> bool {
    let opens = || {
        element.classes().chain(element.id()).any(|n| {
            words(n).any(|w| matches!(w.as_str(), "accordion" | "collapse" | "panel" | "tab" | "foldout"))
        })
    };
    element.attr("hidden").is_some() && !opens()
}

/// The words of a class or id: "mainMenu-item" is main, menu, item.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut split = String::with_capacity(name.len() + 4);
    let mut last_lower = false;
    for c in name.chars().take(100) {
        if c.is_ascii_uppercase() && last_lower {
            split.push(' ');
        }
        last_lower = c.is_ascii_lowercase();
        split.push(if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' });
    }
    split.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>().into_iter()
}
