//! What the markup of a page says about it: titles, date of publication, language, address.

use belaeg_model::date;
use ego_tree::NodeRef;
use jiff::civil::Date;
use scraper::node::Element;
use scraper::{Html, Node};

use super::blocks::line_of;
use super::boilerplate::{Step, Survey, is_never_text, walk};
use crate::piece::Markup;

/// Names of `<meta>` elements that hold the date of publication.
const DATE_NAMES: &[&str] = &[
    "article:published_time",
    "article:published",
    "og:published_time",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "date",
    "publishdate",
    "publish_date",
    "publish-date",
    "pubdate",
    "publicationdate",
    "datepublished",
];

/// A larger JSON-LD block is not looked into, in bytes.
const LARGEST_JSON: usize = 1 << 20;
/// A `<time>` further into the text than this many bytes belongs to something else.
const TIME_WITHIN: usize = 1500;

/// Reads the markup.
pub(super) fn read(html: &Html, survey: &Survey) -> Markup {
    let mut reader =
        Reader { markup: Markup::default(), meta: None, json: None, time: None, text: 0, survey };
    walk(html.tree.root(), |step| match step {
        Step::Enter(node) => reader.enter(node),
        Step::Leave(_) => false,
    });
    reader.markup.published = reader.meta.or(reader.json).or(reader.time);
    reader.markup.h1 =
        survey.h1.and_then(|id| html.tree.get(id)).map(|h1| line_of(h1, survey)).filter(|t| !t.is_empty());
    reader.markup
}

struct Reader<'s> {
    markup: Markup,
    meta: Option<Date>,
    json: Option<Date>,
    time: Option<Date>,
    /// Bytes of text so far.
    text: usize,
    survey: &'s Survey,
}

impl Reader<'_> {
    fn enter(&mut self, node: NodeRef<'_, Node>) -> bool {
        if let Node::Text(text) = node.value() {
            self.text += text.trim().len();
        }
        let Node::Element(element) = node.value() else { return true };
        let attr = |name| element.attr(name).map(str::trim).filter(|v| !v.is_empty());
        match element.name() {
            "html" => self.markup.lang = self.markup.lang.take().or_else(|| attr("lang").map(str::to_owned)),
            "title" => {
                if self.markup.title.is_none() && self.text == 0 {
                    self.markup.title = Some(line_of(node, &Survey::default())).filter(|t| !t.is_empty());
                }
                return false;
            }
            "meta" => self.meta(element),
            "link" if attr("rel") == Some("canonical") => {
                self.markup.url = self.markup.url.take().or_else(|| attr("href").map(str::to_owned));
            }
            "script" if attr("type").is_some_and(|t| t.eq_ignore_ascii_case("application/ld+json")) => {
                self.json = self.json.or_else(|| json_date(node));
                return false;
            }
            "time" if self.time.is_none() && self.text < TIME_WITHIN && !is_update(node) => {
                self.time = attr("datetime").and_then(parse_date);
            }
            // The head is skipped as text, and looked into here.
            name if name != "head" && is_never_text(name) => return false,
            name => return name == "head" || !self.survey.skipped.contains(&node.id()),
        }
        true
    }

    fn meta(&mut self, element: &Element) {
        let Some(content) = element.attr("content").map(str::trim).filter(|c| !c.is_empty()) else { return };
        let name =
            element.attr("property").or_else(|| element.attr("name")).or_else(|| element.attr("itemprop"));
        let name = name.unwrap_or("").to_ascii_lowercase();
        if DATE_NAMES.contains(&name.as_str()) {
            self.meta = self.meta.or_else(|| parse_date(content));
        }
        if name == "og:title" && self.markup.og_title.is_none() {
            self.markup.og_title = Some(crate::text::cut(content));
        }
        if name == "og:url" && self.markup.url.is_none() {
            self.markup.url = Some(content.to_owned());
        }
    }
}

/// The day of an ISO timestamp, or a date in Danish.
fn parse_date(text: &str) -> Option<Date> {
    let iso = text.get(..10).and_then(|day| day.parse::<Date>().ok());
    iso.or_else(|| date::find_dates(text).first().map(|m| m.date))
}

/// Whether the words around a `<time>` say that it is the time of the last change.
fn is_update(node: NodeRef<'_, Node>) -> bool {
    let own = node.value().as_element().and_then(|e| e.attr("itemprop")).unwrap_or("");
    let before =
        node.prev_sibling().and_then(|n| n.value().as_text()).map(|t| t.to_lowercase()).unwrap_or_default();
    own == "dateModified" || ["opdateret", "ændret", "rettet", "revideret"].iter().any(|w| before.contains(w))
}

/// The first `datePublished` of a JSON-LD block.
fn json_date(script: NodeRef<'_, Node>) -> Option<Date> {
    let text = script.first_child()?.value().as_text()?;
    if text.len() > LARGEST_JSON {
        return None;
    }
    let mut open: Vec<serde_json::Value> = vec![serde_json::from_str(text).ok()?];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Object(map) => {
                if let Some(date) = map.get("datePublished").and_then(|d| d.as_str()).and_then(parse_date) {
                    return Some(date);
                }
                open.extend(map.into_iter().map(|(_, v)| v).collect::<Vec<_>>().into_iter().rev());
            }
            serde_json::Value::Array(values) => open.extend(values.into_iter().rev()),
            _ => {}
        }
    }
    None
}
