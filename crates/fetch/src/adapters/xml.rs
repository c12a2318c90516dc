//! XML as a flat run of elements: enough for feeds and sitemaps, whose entries are not nested.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::BadListing;

/// An element that ended, with the words directly in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    /// An element begins.
    Start {
        /// The name without its namespace's prefix.
        name: String,
        /// Its attributes.
        attributes: Vec<(String, String)>,
    },
    /// An element ends.
    End {
        /// The name without its namespace's prefix.
        name: String,
        /// The words since the last start or end of an element.
        text: String,
    },
}

/// Hands the nodes of a document to `take` in their order.
///
/// # Errors
/// If it is no XML, or has no element at all.
pub(super) fn read(xml: &str, mut take: impl FnMut(Node)) -> Result<(), BadListing> {
    let mut reader = Reader::from_str(xml.trim_start());
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    let mut text = String::new();
    let mut depth: usize = 0;
    let mut any = false;
    loop {
        let at = reader.buffer_position();
        let bad = |e: &dyn std::fmt::Display| BadListing(format!("XML at byte {at}: {e}"));
        match reader.read_event().map_err(|e| bad(&e))? {
            Event::Start(start) => {
                (any, depth) = (true, depth + 1);
                text.clear();
                take(Node::Start {
                    name: start.local_name().as_ref().to_owned(),
                    attributes: attributes(&start),
                });
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                let text = std::mem::take(&mut text).trim().to_owned();
                take(Node::End { name: end.local_name().as_ref().to_owned(), text });
            }
            Event::Text(words) => text.push_str(words.as_ref()),
            Event::CData(words) => text.push_str(words.as_ref()),
            Event::GeneralRef(entity) => text.push_str(&resolved(entity.as_ref())),
            Event::Eof if any && depth == 0 => return Ok(()),
            Event::Eof => return Err(bad(&"it ends too early")),
            _ => {}
        }
    }
}

/// The five entities of XML and characters by number; others, which a document would have to define, stay as they are.
fn resolved(entity: &str) -> String {
    quick_xml::escape::unescape(&format!("&{entity};")).map_or_else(|_| format!("&{entity};"), Into::into)
}

fn attributes(start: &BytesStart<'_>) -> Vec<(String, String)> {
    let mut all = start.attributes();
    all.with_checks(false)
        .flatten()
        .map(|a| {
            let raw = a.value.into_owned();
            let value = quick_xml::escape::unescape(&raw).map_or_else(|_| raw.clone(), Into::into);
            (a.key.local_name().as_ref().to_owned(), value)
        })
        .collect()
}
