//! Agendas in XML, of whatever system: elements with the names of headings and of texts, by their words.

use std::sync::LazyLock;

use belaeg_model::BlockKind;
use regex::Regex;

use super::archive::deeper;
use super::finish::{self, Properties};
use super::package::decode;
use super::xml::{Node, Xml};
use super::{Budget, unsupported};
use crate::charset::tidy;
use crate::piece::{Draft, Piece, constant};
use crate::{Failure, html};

/// Names that only agendas and minutes have.
static AGENDA: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)agenda|dagsorden|meeting|møde|moede|referat|minutes|punkt"));
static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)(?:title|titel|heading|headline|overskrift|emne|subject|caption)$|^(?:punkt|sag|item)s?navn$",
    )
});
static TEXT: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)(?:text|tekst|content|indhold|body|html|paragraph|afsnit|description|beskrivelse|resume|summary|beslutning|decision|indstilling|recommendation|fremstilling|baggrund|økonomi|høring|bemærkning(?:er)?)$|^p$",
    )
});
/// Values that say when and who.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:(?:meeting|møde|moede)?(?:date|dato)|udvalg(?:snavn)?|committee(?:name)?|location|sted)$",
    )
});
/// Sections of an item: an element of this name heads the texts inside it.
static SECTION: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:beslutning|decision|indstilling|recommendation|(?:sags)?fremstilling|resume|summary|baggrund|økonomi|høring)$",
    )
});
/// Text that is a page itself.
static MARKUP: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)<(?:p|br|div|table|ul|ol|span|h[1-6]|b|strong)\b[^>]*>"));

/// Inside a text, elements behind which a line ends.
const LINES: [&str; 9] = ["p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4"];

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let text = decode(bytes);
    let mut reader = Reader::default();
    let mut xml = Xml::new(&text, budget.limits);
    let mut depth = 0_usize;
    while let Some(node) = xml.next()? {
        match node {
            Node::Start(element) => {
                depth += 1;
                reader.begin(element.name(), depth);
            }
            Node::End(name) => {
                reader.end(&name, depth, budget);
                depth = depth.saturating_sub(1);
            }
            Node::Text(text) => reader.text.push_str(&text),
        }
    }
    let Reader { pieces, is_agenda, headings, texts, .. } = reader;
    if !is_agenda || headings == 0 || texts == 0 {
        return Err(unsupported("XML that is no agenda", "text, HTML or PDF"));
    }
    Ok(finish::of_pieces(pieces, Properties::default()))
}

/// What an element is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Heading,
    Text,
    Labelled,
    Other,
}

fn sort_of(name: &str) -> Sort {
    match () {
        () if HEADING.is_match(name) => Sort::Heading,
        () if TEXT.is_match(name) => Sort::Text,
        () if LABELLED.is_match(name) => Sort::Labelled,
        () => Sort::Other,
    }
}

#[derive(Debug, Default)]
struct Reader {
    pieces: Vec<Piece>,
    /// What has been read of the innermost element that is not a line of a text.
    text: String,
    is_agenda: bool,
    headings: usize,
    texts: usize,
    /// The depth of the text that is being read with all that is in it.
    inside: Option<usize>,
    /// The name of a section that has just begun: a heading, once a text stands in it.
    section: Option<String>,
}

impl Reader {
    fn begin(&mut self, name: &str, depth: usize) {
        self.is_agenda |= AGENDA.is_match(name);
        // Marks inside a text are none of the agenda's.
        if self.inside.is_some() && (is_line(name) || sort_of(name) == Sort::Other) {
            return;
        }
        if let Some(section) = self.section.take() {
            self.pieces.push(Piece::new(BlockKind::Heading(3), section, None));
        }
        self.text.clear();
        self.inside = (sort_of(name) == Sort::Text).then_some(depth);
        if SECTION.is_match(name) {
            self.section = Some(name.to_owned());
        }
    }

    fn end(&mut self, name: &str, depth: usize, budget: &mut Budget<'_>) {
        if self.inside.is_some_and(|at| at < depth) {
            self.text.push_str(if is_line(name) { "\n" } else { "" });
            return;
        }
        self.inside = None;
        let section = self.section.take();
        let text = std::mem::take(&mut self.text);
        let text = tidy(&text);
        if text.trim().is_empty() || !budget.takes_text(text.len()) {
            return;
        }
        self.pieces.extend(section.map(|name| Piece::new(BlockKind::Heading(3), name, None)));
        match sort_of(name) {
            Sort::Heading => {
                self.headings += 1;
                // What heads the whole stands right below the root.
                let level = if depth <= 2 && self.headings == 1 { 1 } else { 2 };
                self.pieces.push(Piece::new(BlockKind::Heading(level), one_line(&text), None));
            }
            Sort::Text => self.push_text(&text),
            Sort::Labelled => {
                let line = format!("{}: {}", label(name), one_line(&text));
                self.pieces.push(Piece::new(BlockKind::Paragraph, line, None));
            }
            Sort::Other => {}
        }
    }

    fn push_text(&mut self, text: &str) {
        self.texts += 1;
        if MARKUP.is_match(text) {
            let page = html::draft(&format!("<html><body>{text}"));
            self.pieces.extend(page.pieces.into_iter().map(|piece| deeper(piece, 2)));
            return;
        }
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            self.pieces.push(Piece::new(BlockKind::Paragraph, line, None));
        }
    }
}

fn is_line(name: &str) -> bool {
    LINES.contains(&name.to_ascii_lowercase().as_str())
}

pub(super) fn one_line(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// The label that a value has in minutes.
fn label(name: &str) -> &'static str {
    let name = name.to_lowercase();
    match () {
        () if name.ends_with("date") || name.ends_with("dato") => "Mødedato",
        () if name.starts_with("udvalg") || name.starts_with("committee") => "Udvalg",
        () => "Sted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::outline;
    use belaeg_model::Cause;

    fn agenda(text: &str) -> Result<String, Cause> {
        let limits = OfficeLimits::default();
        read(text.as_bytes(), &mut Budget::new(&limits)).map(|d| outline(&d.pieces)).map_err(|f| f.cause)
    }

    #[test]
    fn agendas() {
        let text = "<?xml version='1.0'?><Dagsorden><Titel>Møde i Børneudvalget</Titel><Mødedato>2024-04-07</Mødedato>\
            <Punkter><Punkt><Nummer>1</Nummer><Overskrift>Omgjorte sager</Overskrift><Beslutning><Tekst>&lt;p&gt;Andelen \
            faldt til 22,2&amp;nbsp;%.&lt;/p&gt;&lt;table&gt;&lt;tr&gt;&lt;th&gt;År&lt;/th&gt;&lt;th&gt;Andel&lt;/th&gt;&lt;/tr&gt;\
            &lt;tr&gt;&lt;td&gt;2023&lt;/td&gt;&lt;td&gt;22&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;</Tekst></Beslutning>\
            <Resume><p>Første linje.</p><p>Anden <b>fed</b> linje.</p></Resume></Punkt></Punkter></Dagsorden>";
        let want = "h1: Møde i Børneudvalget\np: Mødedato: 2024-04-07\nh2: Omgjorte sager\nh3: Beslutning\n\
            p: Andelen faldt til 22,2~%.\ntable: #År | #Andel / 2023 | 22\nh3: Resume\np: Første linje.\np: Anden fed linje.\n";
        assert_eq!(agenda(text).as_deref(), Ok(want));
    }

    #[test]
    fn other_xml_is_refused() {
        for (text, cause) in [
            ("<?xml version='1.0'?><svg><title>x</title><text>y</text></svg>", Cause::UnsupportedFormat),
            ("<?xml version='1.0'?><urlset><url><loc>x</loc></url></urlset>", Cause::UnsupportedFormat),
            ("<?xml version='1.0'?><Dagsorden/>", Cause::UnsupportedFormat),
            ("<?xml version='1.0'?><Dagsorden><Titel>x", Cause::Damaged),
        ] {
            assert_eq!(agenda(text), Err(cause), "{text}");
        }
    }
}
