//! PDF: the text and tables of each page (read inside the worker), without headers, footers and page numbers.
//!
//! hayro interprets a page; [`segments`] puts its glyphs together to stretches of lines, [`layout`] these to reading
//! order, columns and tables. Where hayro's glyphs cannot be read, pdf-extract is asked for a second opinion.

mod fonts;
mod furniture;
mod glyphs;
mod hyphens;
mod layout;
mod ocr;
mod properties;
mod quality;
mod read;
mod rules;
mod second;
mod segments;
mod table;

use std::collections::HashMap;
use std::time::Duration;

use belaeg_model::{BlockKind, Cause, Warning};
use serde::{Deserialize, Serialize};

use crate::piece::{CLUE_LINES, Doubtful, Draft, Piece, RawCell};
use crate::{Failure, charset, text};
use properties::{Bookmark, Properties};
pub(crate) use read::read;
pub(crate) use second::push_raised;

/// Bytes of a line that a bookmark may name.
const LONGEST_HEADING: usize = 300;
/// Digits of a number that is more than a rate, a year or an amount.
const LONG_NUMBER: usize = 6;
/// Doubtful numbers that a warning shows.
const MOST_SHOWN: usize = 20;

/// The text of a PDF as the worker reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pages {
    /// One for each page that was tried; without parts where it has no text or could not be read.
    pub(crate) pages: Vec<Page>,
    /// Pages (from 1) that could not be read.
    pub(crate) failed: Vec<u32>,
    /// Pages (from 1) that were left out because the text was longer than the limit.
    pub(crate) left_out: Vec<u32>,
    /// Pages (from 1) with letters that no engine can tell.
    pub(crate) garbled: Vec<u32>,
    /// The lines of headers and footers, each once.
    pub(crate) furniture: Vec<String>,
    pub(crate) properties: Properties,
}

/// A page in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(crate) parts: Vec<Part>,
    /// Whether it was read from a picture.
    pub(crate) ocr: bool,
    /// Numbers of it that a second look at the picture read otherwise.
    pub(crate) doubtful: Vec<String>,
}

/// Whether pages that are pictures are read, and how long that may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OcrLimits {
    pub(crate) wanted: bool,
    pub(crate) time: Duration,
}

impl OcrLimits {
    /// No OCR.
    pub(crate) const NONE: Self = Self { wanted: false, time: Duration::ZERO };
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Part {
    /// Lines; an empty one ends a paragraph.
    Text(String),
    /// The rows of a table, each with as many cells as the table has columns.
    Table(Vec<Vec<RawCell>>),
}

impl Page {
    fn of_text(text: String) -> Self {
        Self { parts: vec![Part::Text(text)], ..Self::default() }
    }

    /// Bytes of text.
    fn len(&self) -> usize {
        let of_part = |part: &Part| match part {
            Part::Text(text) => text.len(),
            Part::Table(rows) => rows.iter().flatten().map(|cell| cell.text.len() + 1).sum(),
        };
        self.parts.iter().map(of_part).sum()
    }

    fn is_blank(&self) -> bool {
        self.parts.iter().all(|part| match part {
            Part::Text(text) => text.trim().is_empty(),
            Part::Table(rows) => rows.iter().flatten().all(|cell| cell.text.trim().is_empty()),
        })
    }
}

/// Cuts the pages into pieces.
///
/// # Errors
/// If no page has any text.
pub(crate) fn draft(read: Pages) -> Result<Draft, Failure> {
    if read.pages.iter().all(Page::is_blank) {
        let detail = format!(
            "none of the {} page(s) has text, only pictures: it needs OCR (tesseract with its Danish, and ocr = true)",
            read.pages.len()
        );
        return Err(Failure::new(Cause::NoTextLayer, detail));
    }
    let empty: Vec<u32> = (1..)
        .zip(&read.pages)
        .filter(|(n, page)| page.is_blank() && !read.failed.contains(n))
        .map(|(n, _)| n)
        .collect();
    let mut pages = read.pages;
    for part in pages.iter_mut().flat_map(|page| &mut page.parts) {
        tidy(part);
    }
    hyphens::join(&mut pages);
    let mut draft = text::draft_of_pages(&pages);
    name_headings(&mut draft.pieces, &read.properties.bookmarks);
    for line in read.furniture.iter().take(CLUE_LINES) {
        draft.top.push(text::cut(line));
        draft.dropped.push(text::cut(line));
    }
    draft.pages = pages.len();
    let mut warn = |cause, pages: &[u32], what: &str| {
        if let Some(first) = pages.first() {
            let detail = format!("{} page(s) {what}, the first of them page {first}", pages.len());
            draft.warnings.push(Warning { cause, detail });
        }
    };
    warn(Cause::Damaged, &read.failed, "could not be read");
    warn(Cause::BadEncoding, &read.garbled, "have letters that the file does not name");
    warn(Cause::TooLarge, &read.left_out, "were left out because the text is longer than the limit");
    warn(Cause::NoTextLayer, &empty, "have no text (only pictures, or blank)");
    let recognised: Vec<u32> = (1..).zip(&pages).filter(|(_, p)| p.ocr).map(|(n, _)| n).collect();
    warn(Cause::Ocr, &recognised, "are pictures that were read by OCR");
    draft.ocr_pages = recognised;
    let numbers = |(page, read): (u32, &Page)| {
        let doubtful = |number: &String| Doubtful { page, number: number.clone() };
        read.doubtful.iter().map(doubtful).collect::<Vec<_>>()
    };
    draft.doubtful = (1..).zip(&pages).flat_map(numbers).collect();
    draft.warnings.extend(doubt(&draft.doubtful));
    draft.markup.title = read.properties.title;
    draft.markup.author = read.properties.author;
    Ok(draft)
}

/// A line that a bookmark names is a heading, of the bookmark's level below the title.
fn name_headings(pieces: &mut [Piece], bookmarks: &[Bookmark]) {
    let bare = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut levels: HashMap<String, u8> = HashMap::new();
    for bookmark in bookmarks {
        levels.entry(bare(&bookmark.title)).or_insert(bookmark.level.saturating_add(2).min(6));
    }
    for piece in pieces.iter_mut().filter(|p| p.is_heading() || p.kind == BlockKind::Paragraph) {
        if let Some(level) =
            Some(&piece.text).filter(|t| t.len() <= LONGEST_HEADING).and_then(|t| levels.get(&bare(t)))
        {
            piece.kind = BlockKind::Heading(*level);
        }
    }
}

fn doubt(numbers: &[Doubtful]) -> Option<Warning> {
    // A long number may be a person's: it is counted and not shown.
    let short = |d: &&Doubtful| d.number.chars().filter(char::is_ascii_digit).count() < LONG_NUMBER;
    let shown: Vec<&str> = numbers.iter().filter(short).take(MOST_SHOWN).map(|d| d.number.as_str()).collect();
    let detail = format!("OCR read {} number(s) one way and another: {}", numbers.len(), shown.join(", "));
    (!numbers.is_empty()).then_some(Warning { cause: Cause::OcrDoubt, detail })
}

fn tidy(part: &mut Part) {
    match part {
        Part::Text(text) => *text = charset::tidy(text),
        Part::Table(rows) => {
            for cell in rows.iter_mut().flatten() {
                cell.text = charset::tidy(&cell.text).replace(['\n', '\t'], " ");
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A small PDF with one page for each of `pages`, each a list of lines; and a picture of nothing where it is empty.
    pub(crate) fn sample(pages: &[&[&str]]) -> Vec<u8> {
        let stream = |lines: &&[&str]| {
            let mut stream = Vec::new();
            for (row, line) in (0_i32..).zip(lines.iter()) {
                let y = 800 - 30 * row;
                stream.extend(format!("BT /F1 11 Tf 50 {y} Td (").into_bytes());
                stream.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(line).0);
                stream.extend_from_slice(b") Tj ET\n");
            }
            stream
        };
        document(&pages.iter().map(stream).collect::<Vec<_>>())
    }

    /// A PDF with a page for each content stream; its font is /F1.
    pub(crate) fn document(streams: &[Vec<u8>]) -> Vec<u8> {
        let mut objects: Vec<Vec<u8>> = vec![b"<</Type/Catalog/Pages 2 0 R>>".to_vec()];
        let kids: String = (0..streams.len()).map(|i| format!("{} 0 R ", 4 + 2 * i)).collect();
        objects.push(format!("<</Type/Pages/Kids[{kids}]/Count {}>>", streams.len()).into_bytes());
        objects.push(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec());
        for (i, stream) in streams.iter().enumerate() {
            let content = 5 + 2 * i;
            objects.push(
                format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents {content} 0 R>>")
                    .into_bytes(),
            );
            let mut object = format!("<</Length {}>>\nstream\n", stream.len()).into_bytes();
            object.extend_from_slice(stream);
            object.extend_from_slice(b"endstream");
            objects.push(object);
        }
        let mut out = b"%PDF-1.4\n".to_vec();
        let mut offsets = Vec::new();
        for (i, object) in objects.iter().enumerate() {
            offsets.push(out.len());
            out.extend(format!("{} 0 obj\n", i + 1).into_bytes());
            out.extend_from_slice(object);
            out.extend_from_slice(b"\nendobj\n");
        }
        let xref = out.len();
        out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
        for offset in offsets {
            out.extend(format!("{offset:010} 00000 n \n").into_bytes());
        }
        out.extend(
            format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF", objects.len() + 1)
                .into_bytes(),
        );
        out
    }

    #[test]
    fn reads_pages() {
        let bytes = sample(&[
            &["Årsrapport for Ærø", "Andelen faldt til 22,2 % i 2020."],
            &["Anden side på én linje."],
        ]);
        let pages = read(bytes, 1 << 20, OcrLimits::NONE).expect("a good file");
        assert_eq!(pages.pages.len(), 2);
        assert!(format!("{pages:?}").contains("Årsrapport for Ærø"), "{pages:?}");
        let draft = draft(pages).expect("text");
        let got: Vec<_> = draft.pieces.iter().map(|p| (p.text.as_str(), p.page)).collect();
        let want = [
            ("Årsrapport for Ærø", Some(1)),
            ("Andelen faldt til 22,2 % i 2020.", Some(1)),
            ("Anden side på én linje.", Some(2)),
        ];
        assert_eq!(got, want);
    }

    #[test]
    fn long_doubtful_numbers_are_not_shown() {
        let page = Page {
            ocr: true,
            doubtful: vec!["12,5".to_owned(), "010203-1234".to_owned()],
            ..Page::of_text("Andelen var 12,5 %.".to_owned())
        };
        let draft = draft(Pages { pages: vec![page], ..Pages::default() }).expect("text");
        let doubt = draft.warnings.iter().find(|w| w.cause == Cause::OcrDoubt).expect("a warning");
        assert!(doubt.detail.contains("2 number(s)") && doubt.detail.ends_with(": 12,5"), "{}", doubt.detail);
        assert_eq!(draft.ocr_pages, [1]);
    }

    #[test]
    fn bad_files_have_causes() {
        let good = sample(&[&["Tekst på siden."]]);
        let cause = |bytes: &[u8]| read(bytes.to_vec(), 1 << 20, OcrLimits::NONE).map_err(|f| f.cause);
        assert_eq!(cause(&good[..good.len() / 3]), Err(Cause::Damaged));
        assert_eq!(cause(b"%PDF-1.7\ngarbage \xe6\xf8\xe5"), Err(Cause::Damaged));
        let empty =
            draft(read(sample(&[&[]]), 1 << 20, OcrLimits::NONE).expect("a page")).map_err(|f| f.cause);
        assert_eq!(empty.map(|d| d.pieces), Err(Cause::NoTextLayer));
        let long = read(sample(&[&["Tekst."], &["Mere."], &["Mest."]]), 5, OcrLimits::NONE).expect("a page");
        assert_eq!(long.left_out, [2, 3]);
    }
}
