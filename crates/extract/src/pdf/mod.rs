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
mod second;
mod segments;
mod table;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use belaeg_model::{Cause, Warning};
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use serde::{Deserialize, Serialize};

use crate::piece::{CLUE_LINES, Doubtful, Draft, RawCell};
use crate::{Failure, charset, text};
use glyphs::{Drawn, Reader};
use layout::{Region, Sheet};
use ocr::{Ocr, Recognised};
pub(crate) use second::push_raised;

/// A page is bad where more than one of this many of its letters cannot be read.
const UNREADABLE: usize = 10;

/// Bytes of a property that are kept.
const LONGEST_PROPERTY: usize = 1000;
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
    pub(crate) info: Info,
}

/// What the properties of the file say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Info {
    pub(crate) title: Option<String>,
    pub(crate) author: Option<String>,
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

/// Reads the text of every page, at most `output_bytes` of it. Runs in the worker: may abort or take for ever.
///
/// # Errors
/// If the file is damaged, needs a password, or has no page that can be read.
pub(crate) fn read(bytes: Vec<u8>, output_bytes: u64, ocr: OcrLimits) -> Result<Pages, Failure> {
    let bytes = Arc::new(bytes);
    let mut second = second::Opinion::of(&bytes);
    let load = || Pdf::new(bytes.clone()).map_err(failure);
    let loaded = catch_unwind(AssertUnwindSafe(load))
        .unwrap_or_else(|_| Err(Failure::new(Cause::Crashed, "the PDF parser panicked on this file")));
    let pdf = match loaded {
        Ok(pdf) => pdf,
        Err(failure) => return second.whole(output_bytes).ok_or(failure),
    };
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(Failure::new(Cause::Damaged, "the PDF has no pages that can be found"));
    }
    let mut reader = Reader::new();
    let mut out = Pages { info: info(&pdf), ..Pages::default() };
    let (mut glyphs, mut crashed) = (0, false);
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut bad: Vec<bool> = Vec::new();
    let mut pictured: Vec<bool> = Vec::new();
    for (number, page) in (1..).zip(pages.iter()) {
        if glyphs > output_bytes {
            out.left_out.push(number);
            continue;
        }
        let drawn = draw(page, &mut reader);
        crashed |= drawn.is_none();
        bad.push(drawn.as_ref().is_none_or(is_bad));
        let drawn = drawn.unwrap_or_default();
        glyphs += drawn.glyphs.len() as u64;
        pictured.push(drawn.pictured >= ocr::PICTURED);
        sheets.push(Sheet::of(&drawn));
    }
    out.furniture = furniture::take_away(&mut sheets);
    let (mut size, mut usual) = (0, None);
    let mut recogniser: Option<Option<Ocr<'_>>> = None;
    for (at, (sheet, is_bad)) in sheets.into_iter().zip(bad).enumerate() {
        let number = number_of(at);
        if size > output_bytes {
            out.left_out.push(number);
            continue;
        }
        let first = Some(put_in_order(sheet, &mut usual)).filter(|page| !is_bad || !page.is_blank());
        let mut page = if is_bad { better(first, second.page(number)) } else { first };
        let garbled = page.as_ref().is_some_and(|p| is_bad && unreadable_bytes(p) * UNREADABLE > p.len());
        let blank = page.as_ref().is_none_or(Page::is_blank);
        if garbled || blank && pictured[at] {
            page = recognise(&pages[at], &mut recogniser, ocr).or(page);
        }
        match &page {
            None => out.failed.push(number),
            Some(page) if garbled && !page.ocr => out.garbled.push(number),
            Some(_) => {}
        }
        let page = page.unwrap_or_default();
        size += page.len() as u64;
        out.pages.push(page);
    }
    out.left_out.sort_unstable();
    if out.failed.len() == out.pages.len() {
        let cause = if crashed { Cause::Crashed } else { Cause::Damaged };
        return Err(Failure::new(cause, "none of the PDF's pages can be read"));
    }
    Ok(out)
}

fn info(pdf: &Pdf) -> Info {
    let properties = pdf.metadata();
    let words = |bytes: &Option<Box<[u8]>>| {
        let text = charset::tidy(&property(bytes.as_deref()?)?);
        Some(text.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty())
    };
    Info { title: words(&properties.title), author: words(&properties.author) }
}

/// A text of the properties: UTF-16 or UTF-8 behind a mark, else the PDF's own encoding, which has Windows' letters.
fn property(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.get(..bytes.len().min(LONGEST_PROPERTY))?;
    let (encoding, marked) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::WINDOWS_1252, 0));
    let (text, bad) = encoding.decode_without_bom_handling(bytes.get(marked..)?);
    (!bad).then(|| text.into_owned())
}

/// The number of the page at `index`.
fn number_of(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// The page as tesseract reads it, if that is wanted, possible, and there is time.
fn recognise<'a>(
    page: &'a PdfPage<'a>,
    recogniser: &mut Option<Option<Ocr<'a>>>,
    limits: OcrLimits,
) -> Option<Page> {
    if !limits.wanted {
        return None;
    }
    let ocr = recogniser.get_or_insert_with(|| Ocr::new(limits.time)).as_ref().filter(|o| o.has_time())?;
    let Recognised { drawn, doubtful } = catch_unwind(AssertUnwindSafe(|| ocr.read(page))).ok()??;
    let page = put_in_order(Sheet::of(&drawn), &mut None);
    (!page.is_blank()).then_some(Page { ocr: true, doubtful, ..page })
}

/// What the page draws; nothing if the interpreter panicked on it.
fn draw<'a>(page: &PdfPage<'a>, reader: &mut Reader<'a>) -> Option<Drawn> {
    let drawn = catch_unwind(AssertUnwindSafe(|| reader.read(page))).ok();
    if drawn.is_none() {
        // What a panic left half done is of no use to the pages behind.
        *reader = Reader::new();
    }
    drawn
}

fn is_bad(drawn: &Drawn) -> bool {
    drawn.unknown * UNREADABLE > drawn.glyphs.len()
}

/// The page in parts; `usual` is the line distance of the pages before, and is kept for those behind.
fn put_in_order(sheet: Sheet, usual: &mut Option<f32>) -> Page {
    let regions = sheet.regions();
    *usual = layout::usual_distance(&regions).or(*usual);
    let part = |region: Region| match region {
        Region::Lines(lines) => Part::Text(layout::text(&lines, *usual)),
        Region::Table(rows) => Part::Table(rows),
    };
    Page { parts: regions.into_iter().map(part).collect(), ..Page::default() }
}

/// Of two readings of a page the one with more letters that can be read.
fn better(first: Option<Page>, second: Option<Page>) -> Option<Page> {
    let readable = |page: &Page| page.len().saturating_sub(unreadable_bytes(page));
    match (first, second) {
        (Some(a), Some(b)) => Some(if readable(&b) > readable(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// Bytes of the page that stand for letters nobody knows.
fn unreadable_bytes(page: &Page) -> usize {
    let unknown = |text: &str| text.matches(char::REPLACEMENT_CHARACTER).count() * 3;
    let of_part = |part: &Part| match part {
        Part::Text(text) => unknown(text),
        Part::Table(rows) => rows.iter().flatten().map(|cell| unknown(&cell.text)).sum(),
    };
    page.parts.iter().map(of_part).sum()
}

fn failure(error: LoadPdfError) -> Failure {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            Failure::new(Cause::Encrypted, "the PDF needs a password: save it without one")
        }
        LoadPdfError::Decryption(_) => Failure::new(
            Cause::Encrypted,
            "the PDF is encrypted in a way that cannot be undone: save it without protection",
        ),
        LoadPdfError::Invalid => Failure::new(Cause::Damaged, "the PDF is damaged or cut short"),
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
    draft.markup.title = read.info.title;
    draft.markup.author = read.info.author;
    Ok(draft)
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
