//! What a PDF says of itself beside its pages: title, author, and the bookmarks, which name its headings.

use std::collections::HashSet;

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{Dict, ObjectIdentifier, String as Bytes};
use serde::{Deserialize, Serialize};

use crate::charset;

/// Bytes of a property that are kept.
const LONGEST: usize = 1000;
/// Bookmarks of a file that are read.
const MOST: usize = 5000;
/// Levels of bookmarks below each other.
const DEEPEST: u8 = 8;

/// What the properties of the file say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Properties {
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
    pub(crate) bookmarks: Vec<Bookmark>,
}

/// A line of the outline that a viewer shows beside the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bookmark {
    /// 0 at the top.
    pub(crate) level: u8,
    pub(crate) title: String,
}

/// Reads the properties. May panic on a hostile file.
pub(super) fn read(pdf: &Pdf) -> Properties {
    let said = pdf.metadata();
    let words = |bytes: &Option<Box<[u8]>>| words(bytes.as_deref()?);
    Properties { title: words(&said.title), author: words(&said.author), bookmarks: bookmarks(pdf) }
}

fn bookmarks(pdf: &Pdf) -> Vec<Bookmark> {
    let mut found = Vec::new();
    let outline = || pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?.get::<Dict<'_>>("Outlines");
    let Some(outline) = outline() else { return found };
    let mut seen: HashSet<ObjectIdentifier> = HashSet::new();
    let mut open = vec![(0, outline.get_ref("First"))];
    while let Some((level, next)) = open.pop() {
        // A list of bookmarks may lead back to itself.
        let Some(id) = next.map(ObjectIdentifier::from).filter(|id| found.len() < MOST && seen.insert(*id))
        else {
            continue;
        };
        let Some(item) = pdf.xref().get::<Dict<'_>>(id) else { continue };
        if let Some(title) = item.get::<Bytes<'_>>("Title").and_then(|t| words(t.as_bytes())) {
            found.push(Bookmark { level, title });
        }
        open.push((level, item.get_ref("Next")));
        if level < DEEPEST {
            open.push((level + 1, item.get_ref("First")));
        }
    }
    found
}

/// A text on one line: UTF-16 or UTF-8 behind a mark, else the PDF's own encoding, which has Windows' letters.
fn words(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.get(..bytes.len().min(LONGEST))?;
    let (encoding, marked) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::WINDOWS_1252, 0));
    let (text, bad) = encoding.decode_without_bom_handling(bytes.get(marked..)?);
    let text = charset::tidy(&text).split_whitespace().collect::<Vec<_>>().join(" ");
    (!bad && !text.is_empty()).then_some(text)
}
