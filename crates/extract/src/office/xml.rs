//! XML as a stream of elements and text, by local names: no recursion, no entities but the five of the standard.

use belaeg_model::Cause;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::{OfficeLimits, damaged};
use crate::Failure;

/// A step through the document.
pub(super) enum Node<'x> {
    Start(Element<'x>),
    /// The local name of the element that ends.
    End(String),
    Text(String),
}

impl<'x> Node<'x> {
    /// The element, if one of this name begins here.
    pub(super) fn start(&self, name: &str) -> Option<&Element<'x>> {
        match self {
            Self::Start(element) if element.name() == name => Some(element),
            _ => None,
        }
    }
}

/// The start of an element.
pub(super) struct Element<'x> {
    start: BytesStart<'x>,
}

impl Element<'_> {
    /// Its name without prefix: Word's two namespaces, and prefixes of any name, read alike.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The attribute with this local name.
    pub(super) fn attr(&self, name: &str) -> Option<String> {
        // The check for doubled attributes is quadratic.
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        let found = attributes.flatten().find(|a| a.key.local_name().into_inner() == name)?;
        let value: &str = &found.value;
        Some(unescape(value).map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned))
    }

    /// The id of a relationship (`r:id`), where the element has an `id` of its own as well.
    pub(super) fn relation(&self) -> Option<String> {
        let mut attributes = self.start.attributes();
        attributes.with_checks(false);
        let is_relation = |key: &str| key.ends_with(":id");
        let found = attributes.flatten().find(|a| is_relation(a.key.into_inner()))?;
        Some(found.value.to_string())
    }

    /// A count in an attribute, 1 where it is missing or none.
    pub(super) fn count(&self, name: &str) -> usize {
        self.attr(name).and_then(|n| n.trim().parse().ok()).unwrap_or(1)
    }

    /// Whether a switch (`<w:b/>`, `<w:b w:val="0"/>`) is on.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.attr("val").as_deref(), Some("0" | "false" | "off" | "none"))
    }
}

/// A reader of one document.
pub(super) struct Xml<'x> {
    reader: Reader<&'x [u8]>,
    /// Local names of the open elements.
    open: Vec<String>,
    most_open: usize,
    /// Whether the element that was last begun ends at once.
    empty: bool,
    is_blank: bool,
}

impl<'x> Xml<'x> {
    pub(super) fn new(text: &'x str, limits: &OfficeLimits) -> Self {
        let mut reader = Reader::from_str(text);
        reader.config_mut().allow_dangling_amp = true;
        Self {
            reader,
            open: Vec::new(),
            most_open: limits.elements_open,
            empty: false,
            is_blank: text.trim().is_empty(),
        }
    }

    /// The next step, `None` at the end.
    ///
    /// # Errors
    /// If tags do not match, the text ends too early, or elements are nested too deeply.
    pub(super) fn next(&mut self) -> Result<Option<Node<'x>>, Failure> {
        if std::mem::take(&mut self.empty) {
            return Ok(Some(Node::End(self.open.pop().unwrap_or_default())));
        }
        loop {
            let node = match self.reader.read_event().map_err(|e| damaged("the XML inside", e))? {
                Event::Start(start) => self.begin(start, false)?,
                Event::Empty(start) => self.begin(start, true)?,
                Event::End(_) => Node::End(self.open.pop().unwrap_or_default()),
                Event::Text(text) => Node::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Node::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(name) => Node::Text(character(&name)),
                Event::Eof => return self.end(),
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => continue,
            };
            return Ok(Some(node));
        }
    }

    fn begin(&mut self, start: BytesStart<'x>, empty: bool) -> Result<Node<'x>, Failure> {
        if self.open.len() >= self.most_open {
            let detail = format!("the XML inside has more than {} elements in each other", self.most_open);
            return Err(Failure::new(Cause::TooDeep, detail));
        }
        let element = Element { start };
        self.open.push(element.name().to_owned());
        self.empty = empty;
        Ok(Node::Start(element))
    }

    fn end(&self) -> Result<Option<Node<'x>>, Failure> {
        match self.open.last() {
            Some(name) if !self.is_blank => Err(damaged("the XML inside", format!("<{name}> has no end"))),
            _ => Ok(None),
        }
    }

    /// The local name of the element around the one that has just begun; around text: of its element's parent.
    pub(super) fn parent(&self) -> &str {
        self.open.len().checked_sub(2).and_then(|at| self.open.get(at)).map_or("", String::as_str)
    }

    /// The local name of the element that is open.
    pub(super) fn current(&self) -> &str {
        self.open.last().map_or("", String::as_str)
    }

    /// Passes by the rest of the element that has just begun.
    pub(super) fn skip(&mut self) -> Result<(), Failure> {
        let depth = self.open.len();
        while self.open.len() >= depth {
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// All text of the element that has just begun, as one line.
    pub(super) fn text(&mut self) -> Result<String, Failure> {
        let depth = self.open.len();
        let mut all = String::new();
        while self.open.len() >= depth {
            match self.next()? {
                Some(Node::Text(text)) => all.push_str(&text),
                Some(_) => {}
                None => break,
            }
        }
        Ok(all.split_ascii_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// What a reference stands for; those that a document defines itself stand for nothing, so that none can grow.
fn character(name: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(c)) = name.resolve_char_ref() {
        return c.into();
    }
    let known: &str = match &**name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        _ => "",
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(text: &str) -> Result<String, Cause> {
        let limits = OfficeLimits::default();
        let mut xml = Xml::new(text, &limits);
        let mut out = String::new();
        while let Some(node) = xml.next().map_err(|f| f.cause)? {
            match node {
                Node::Start(e) => out.push_str(&format!("[{}{}", e.name(), e.attr("n").unwrap_or_default())),
                Node::End(name) => out.push_str(&format!("{name}]")),
                Node::Text(text) => out.push_str(&text),
            }
        }
        Ok(out)
    }

    #[test]
    fn steps() {
        assert_eq!(
            walk("<?xml version='1.0'?><w:a x:n='1&amp;2'><b/>æ&#248;&aring;&lt;</w:a>").as_deref(),
            Ok("[a1&2[bb]æø<a]")
        );
        assert_eq!(walk("<a><![CDATA[<å>]]></a>").as_deref(), Ok("[a<å>a]"));
        for damaged in ["<a><b></a>", "<a>", "<a", "<a></b>", "<a b='", "</a>"] {
            assert_eq!(walk(damaged), Err(Cause::Damaged), "{damaged}");
        }
        assert_eq!(walk("").as_deref(), Ok(""));
        assert_eq!(walk(&"<a>".repeat(100_000)), Err(Cause::TooDeep));
    }

    #[test]
    fn entities_do_not_grow() {
        let bomb = "<!DOCTYPE a [<!ENTITY l0 'lol'><!ENTITY l1 '&l0;&l0;&l0;&l0;'><!ENTITY l2 '&l1;&l1;&l1;'>\
            <!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>x&l2;&x;y</a>";
        assert_eq!(walk(bomb).as_deref(), Ok("[axya]"));
    }

    #[test]
    fn many_attributes_are_read_in_time() {
        let attributes: String = (0..200_000).map(|i| format!(" a{i}='{i}'")).collect();
        assert_eq!(walk(&format!("<a{attributes} n='5'/>")).as_deref(), Ok("[a5a]"));
    }
}
