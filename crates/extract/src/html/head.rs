//! What the markup of a page says about it: titles, date of publication, language, address.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::dates::first_date;
use super::dom::{Dom, Item, Tag};
use crate::piece::Markup;

/// Names of `<meta>` elements that hold the date of publication.
const DATE_NAMES: &[&str] = &[
    "article:published_time",
    "article:published",
    "article:published_date",
    "article:publicationdate",
    "article:created",
    "article.published",
    "article.created",
    "article_date_original",
    "og:published_time",
    "og:pubdate",
    "og:publish_date",
    "og:article:published_time",
    "vr:published_time",
    "shareaholic:article_published_time",
    "mediator_published_time",
    "date",
    "dc.date",
    "dc.date.issued",
    "dc.date.created",
    "dc.created",
    "dc.issued",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "dcterms.available",
    "dc:date",
    "dc:created",
    "publishdate",
    "publish_date",
    "publish-date",
    "publishtime",
    "publish_time",
    "publish-time",
    "pubdate",
    "pub_date",
    "pubtime",
    "publicationdate",
    "publication_date",
    "publication-date",
    "publisheddate",
    "published_date",
    "published-date",
    "published_time",
    "published_at",
    "datepublished",
    "date_published",
    "datecreated",
    "date_created",
    "dateposted",
    "bt:pubdate",
    "citation_publication_date",
    "citation_date",
    "citation_online_date",
    "created",
    "creation_date",
    "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime",
    "displaydate",
    "gentime",
    "originalpublicationdate",
    "parsely-pub-date",
    "pdate",
    "ptime",
    "rbpubdate",
    "release_date",
    "releasedate",
    "sailthru.date",
    "timestamp",
    "twt-published-at",
    "uploaddate",
    "upload-date",
    "video:release_date",
];

/// A larger JSON-LD block is not looked into, in bytes.
const LARGEST_JSON: usize = 1 << 20;

/// Reads the markup, and when it says that the page was published. `skipped` says what is no text.
pub(super) fn read(dom: &Dom<'_>, skipped: &[bool]) -> (Markup, Option<Stamp>) {
    let mut reader = Reader { markup: Markup::default(), meta: None, json: None, text: 0, dom };
    let mut at = 0;
    while let Some(item) = dom.items.get(at) {
        if item.tag == Tag::Text {
            reader.text += item.text().trim().len();
            at += 1;
            continue;
        }
        let inside = reader.enter(at, item) && (!skipped[at] || item.tag == Tag::Head);
        at = if inside { at + 1 } else { item.end };
    }
    let stamp = reader.meta.or(reader.json);
    (reader.markup, stamp)
}

struct Reader<'d> {
    markup: Markup,
    meta: Option<Stamp>,
    json: Option<Stamp>,
    /// Bytes of text so far.
    text: usize,
    dom: &'d Dom<'d>,
}

impl Reader<'_> {
    /// Reads an element and says whether to look inside.
    fn enter(&mut self, at: usize, item: &Item<'_>) -> bool {
        match item.name() {
            "html" => {
                self.markup.lang = self.markup.lang.take().or_else(|| item.attr("lang").map(str::to_owned));
            }
            "title" => {
                if self.markup.title.is_none() && self.text == 0 {
                    self.markup.title = self.title(at);
                }
                return false;
            }
            "meta" => self.meta(item),
            "link" if item.attr("rel") == Some("canonical") => {
                self.markup.url = self.markup.url.take().or_else(|| item.attr("href").map(str::to_owned));
            }
            // Only JSON-LD has its text here.
            "script" => {
                let text = self.dom.items.get(at + 1..item.end).unwrap_or(&[]).first().map_or("", Item::text);
                self.linked_data(&LinkedData::of(text));
                return false;
            }
            _ => {}
        }
        true
    }

    fn title(&self, at: usize) -> Option<String> {
        let line = super::blocks::line_of(self.dom, &vec![false; self.dom.len()], at);
        Some(line).filter(|t| !t.is_empty())
    }

    fn meta(&mut self, item: &Item<'_>) {
        let Some(content) = item.attr("content") else { return };
        let name = item.attr("property").or_else(|| item.attr("name")).or_else(|| item.attr("itemprop"));
        let name = name.unwrap_or("").to_ascii_lowercase();
        if DATE_NAMES.contains(&name.as_str()) {
            self.meta = self.meta.or_else(|| Stamp::parse(content));
        }
        match name.as_str() {
            "article:modified_time" | "og:updated_time" | "dcterms.modified" | "last-modified" => {
                self.changed(Stamp::parse(content));
            }
            "author" | "dc.creator" | "dcterms.creator" | "article:author" => self.written_by(content),
            _ => {}
        }
        if name == "og:title" && self.markup.og_title.is_none() {
            self.markup.og_title = Some(crate::text::cut(content));
        }
        if name == "og:url" && self.markup.url.is_none() {
            self.markup.url = Some(content.to_owned());
        }
    }

    fn linked_data(&mut self, data: &LinkedData) {
        self.json = self.json.or(data.published).or(data.created);
        self.changed(data.modified);
        self.written_by(data.author.as_deref().unwrap_or_default());
    }

    fn changed(&mut self, stamp: Option<Stamp>) {
        self.markup.updated = self.markup.updated.or(stamp.map(|s| s.date));
    }

    /// An address is no name.
    fn written_by(&mut self, name: &str) {
        if self.markup.author.is_none() && !name.contains("://") {
            self.markup.author = Some(crate::text::cut(name.trim())).filter(|n| !n.is_empty());
        }
    }
}

/// A day, and its hour where that is Greenwich's and not the place's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    date: Date,
    greenwich_hour: Option<u8>,
}

impl Stamp {
    /// The day of an ISO timestamp, or a date in words.
    fn parse(text: &str) -> Option<Self> {
        let iso = text.get(..10).and_then(|day| day.parse::<Date>().ok());
        let utc = ["Z", "+00:00", "+0000", "GMT"].iter().any(|zone| text.trim_end().ends_with(zone));
        let hour = text.get(11..13).and_then(|hour| hour.parse().ok()).filter(|_| utc && iso.is_some());
        iso.or_else(|| first_date(text)).map(|date| Self { date, greenwich_hour: hour })
    }

    /// The day at the place, which the page shows, where it may differ from Greenwich's.
    pub(super) fn local(self, shown: Option<Date>) -> Date {
        let next = self.date.tomorrow().ok().filter(|_| self.greenwich_hour.is_some_and(|hour| hour >= 20));
        let before = self.date.yesterday().ok().filter(|_| self.greenwich_hour.is_some_and(|hour| hour <= 9));
        shown.filter(|day| next == Some(*day) || before == Some(*day)).unwrap_or(self.date)
    }
}

/// What a JSON-LD block says of the page.
#[derive(Default)]
struct LinkedData {
    published: Option<Stamp>,
    /// A video or a recipe may have nothing else.
    created: Option<Stamp>,
    modified: Option<Stamp>,
    author: Option<String>,
}

impl LinkedData {
    /// The first of each in the block, outer objects before inner ones.
    fn of(text: &str) -> Self {
        let mut found = Self::default();
        let parsed =
            || Some(text).filter(|t| t.len() <= LARGEST_JSON).and_then(|t| serde_json::from_str(t).ok());
        let mut open: Vec<Value> = parsed().into_iter().collect();
        while let Some(value) = open.pop() {
            match value {
                Value::Object(map) => {
                    found.read(&map);
                    open.extend(map.into_iter().map(|(_, v)| v).collect::<Vec<_>>().into_iter().rev());
                }
                Value::Array(values) => open.extend(values.into_iter().rev()),
                _ => {}
            }
        }
        found
    }

    fn read(&mut self, map: &Map<String, Value>) {
        let date = |name: &str| map.get(name).and_then(Value::as_str).and_then(Stamp::parse);
        self.published = self.published.or_else(|| date("datePublished"));
        self.created = self.created.or_else(|| date("dateCreated")).or_else(|| date("uploadDate"));
        self.modified = self.modified.or_else(|| date("dateModified"));
        if self.author.is_none() {
            self.author = map.get("author").and_then(name_of);
        }
    }
}

/// The name of a person or an organisation, or those of several.
fn name_of(value: &Value) -> Option<String> {
    let one = |value: &Value| value.as_str().or_else(|| value.get("name")?.as_str()).map(str::to_owned);
    match value {
        Value::Array(values) => Some(values.iter().filter_map(one).collect::<Vec<_>>().join(", ")),
        value => one(value),
    }
}
