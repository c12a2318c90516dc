//! The styles of a Word document: which are headings, lists, captions, contents, hidden.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::OfficeLimits;
use super::flow::Look;
use super::xml::{Element, Node, Xml};
use crate::Failure;
use crate::piece::constant;

/// Styles that a style may build upon, one upon the other.
const LONGEST_CHAIN: usize = 20;

static HEADING: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:heading|overskrift|rubrik|überschrift)[ _]?([1-9])(?:\b|_|$)"));
static TITLE: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^(?:title|titel)$"));
static CAPTION: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^(?:caption|billedtekst|tabeltekst)$"));
static CONTENTS: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:toc|indholdsfortegnelse|contents?)[ _]?\d|^table of figures"));
static LIST: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:list|opstilling)[ _-]?(?:bullet|number|punkt|(?:- )?punkttegn|med)"));
static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:placeholder ?text|pladsholdertekst)$"));

/// What one style says itself.
#[derive(Clone, Debug, Default)]
struct Style {
    based_on: Option<String>,
    level: Option<u8>,
    list: Option<bool>,
    bold: Option<bool>,
    hidden: Option<bool>,
    caption: bool,
    contents: bool,
}

/// What a style comes to with those that it builds upon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) look: Look,
    pub(super) bold: bool,
    pub(super) hidden: bool,
}

/// The styles by id.
#[derive(Debug, Default)]
pub(super) struct Styles(HashMap<String, Resolved>);

impl Styles {
    /// Reads `styles.xml`.
    pub(super) fn read(text: &str, limits: &OfficeLimits) -> Result<Self, Failure> {
        let mut styles: HashMap<String, Style> = HashMap::new();
        let mut xml = Xml::new(text, limits);
        let mut id = String::new();
        while let Some(node) = xml.next()? {
            let Node::Start(element) = node else { continue };
            if element.name() == "style" {
                id = element.attr("styleId").unwrap_or_default();
                let style = Style { level: level_of(&id), ..Style::default() };
                styles.insert(id.clone(), style);
            } else if let Some(style) = styles.get_mut(&id) {
                style.take(&element);
            }
        }
        Ok(Self(styles.keys().map(|id| (id.clone(), resolve(&styles, id))).collect()))
    }

    /// What the style `id` comes to; one that is not in the list is known by its name alone.
    pub(super) fn get(&self, id: &str) -> Resolved {
        let unlisted = || Resolved {
            look: Look { level: level_of(id), left_out: CONTENTS.is_match(id), ..Look::default() },
            ..Resolved::default()
        };
        self.0.get(id).copied().unwrap_or_else(unlisted)
    }
}

impl Style {
    fn take(&mut self, element: &Element<'_>) {
        let value = || element.attr("val").unwrap_or_default();
        match element.name() {
            "name" => self.take_name(&value()),
            "basedOn" => self.based_on = Some(value()),
            // Level 9 is body text.
            "outlineLvl" => self.level = value().parse().ok().filter(|n| *n < 9).map(|n: u8| n + 1),
            "numId" => self.list = Some(value() != "0"),
            "b" => self.bold = Some(element.is_on()),
            "vanish" => self.hidden = Some(element.is_on()),
            _ => {}
        }
    }

    fn take_name(&mut self, name: &str) {
        self.level = self.level.or_else(|| level_of(name));
        self.caption = CAPTION.is_match(name);
        self.contents = CONTENTS.is_match(name);
        if LIST.is_match(name) {
            self.list = Some(true);
        }
        if PLACEHOLDER.is_match(name) {
            self.hidden = Some(true);
        }
    }
}

/// The level that a style's name or id tells; 0 is the title.
pub(super) fn level_of(name: &str) -> Option<u8> {
    if TITLE.is_match(name) {
        return Some(0);
    }
    HEADING.captures(name)?.get(1)?.as_str().parse().ok()
}

/// Whether a style's name is that of a list of contents.
pub(super) fn is_contents(name: &str) -> bool {
    CONTENTS.is_match(name)
}

/// Whether a style's name is that of a caption.
pub(super) fn is_caption(name: &str) -> bool {
    CAPTION.is_match(name)
}

fn resolve(styles: &HashMap<String, Style>, id: &str) -> Resolved {
    let chain = std::iter::successors(styles.get(id), |style| styles.get(style.based_on.as_ref()?));
    // A style that builds upon itself must not go round for ever.
    let chain: Vec<&Style> = chain.take(LONGEST_CHAIN).collect();
    let look = Look {
        level: chain.iter().find_map(|s| s.level),
        list: chain.iter().find_map(|s| s.list).unwrap_or(false),
        caption: chain.iter().any(|s| s.caption),
        left_out: chain.iter().any(|s| s.contents),
    };
    let on = |of: fn(&Style) -> Option<bool>| chain.iter().find_map(|s| of(s)).unwrap_or(false);
    Resolved { look, bold: on(|s| s.bold), hidden: on(|s| s.hidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_levels() {
        for (name, want) in [
            ("Heading1", Some(1)),
            ("heading 2", Some(2)),
            ("Overskrift3", Some(3)),
            ("Overskrift 1", Some(1)),
            ("Titel", Some(0)),
            ("Title", Some(0)),
            ("Heading", None),
            ("Undertitel", None),
            ("Normal", None),
        ] {
            assert_eq!(level_of(name), want, "{name}");
        }
        assert!(is_contents("toc 1") && is_contents("Indholdsfortegnelse2") && !is_contents("Indhold"));
    }

    #[test]
    fn styles_build_upon_each_other() {
        let text = "<w:styles><w:style w:styleId='A'><w:name w:val='Punkt'/><w:basedOn w:val='B'/></w:style>\
            <w:style w:styleId='B'><w:pPr><w:outlineLvl w:val='1'/></w:pPr><w:rPr><w:b/></w:rPr></w:style>\
            <w:style w:styleId='C'><w:basedOn w:val='C'/><w:rPr><w:vanish/><w:b w:val='0'/></w:rPr></w:style></w:styles>";
        let styles = Styles::read(text, &OfficeLimits::default()).expect("good XML");
        assert_eq!((styles.get("A").look.level, styles.get("A").bold), (Some(2), true));
        assert!(styles.get("C").hidden && !styles.get("C").bold);
        assert_eq!(styles.get("Overskrift2").look.level, Some(2));
        assert!(styles.get("TOC1").look.left_out);
    }
}
