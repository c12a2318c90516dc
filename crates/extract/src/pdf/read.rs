//! The pages of a PDF, each in the best reading that can be had. Runs in the worker.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use belaeg_model::Cause;
use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};

use super::glyphs::{Drawn, Reader};
use super::layout::{self, Region, Sheet};
use super::ocr::{self, Ocr, Recognised};
use super::{OcrLimits, Page, Pages, Part, furniture, properties, quality, second};
use crate::Failure;

/// A page is bad where more than one of this many of its letters cannot be read.
const UNREADABLE: usize = 10;

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
    let properties = catch_unwind(AssertUnwindSafe(|| properties::read(&pdf))).unwrap_or_default();
    let mut out = Pages { properties, ..Pages::default() };
    let (mut sheets, sketches) = draw_all(pages, output_bytes, &mut out.left_out);
    out.furniture = furniture::take_away(&mut sheets);
    let mut eyes = Eyes { second, recogniser: None, ocr, usual: None };
    let mut size = 0;
    for (at, (sheet, sketch)) in sheets.into_iter().zip(&sketches).enumerate() {
        let number = number_of(at);
        if size > output_bytes {
            out.left_out.push(number);
            continue;
        }
        let page = eyes.read(number, &pages[at], sheet, sketch);
        match &page {
            None => out.failed.push(number),
            Some(page) if sketch.is_bad && is_garbled(page) && !page.ocr => out.garbled.push(number),
            Some(_) => {}
        }
        let page = page.unwrap_or_default();
        size += page.len() as u64;
        out.pages.push(page);
    }
    out.left_out.sort_unstable();
    if out.failed.len() == out.pages.len() {
        let crashed = sketches.iter().any(|s| s.crashed);
        let cause = if crashed { Cause::Crashed } else { Cause::Damaged };
        return Err(Failure::new(cause, "none of the PDF's pages can be read"));
    }
    Ok(out)
}

/// What drawing a page showed.
struct Sketch {
    crashed: bool,
    /// Many of its letters cannot be read.
    is_bad: bool,
    is_picture: bool,
}

/// Draws the pages until there are more glyphs than the text may have bytes.
fn draw_all<'a>(
    pages: &'a [PdfPage<'a>],
    output_bytes: u64,
    left_out: &mut Vec<u32>,
) -> (Vec<Sheet>, Vec<Sketch>) {
    let mut reader = Reader::new();
    let mut glyphs = 0;
    let (mut sheets, mut sketches) = (Vec::new(), Vec::new());
    for (number, page) in (1..).zip(pages) {
        if glyphs > output_bytes {
            left_out.push(number);
            continue;
        }
        let drawn = draw(page, &mut reader);
        let (crashed, is_bad) = (drawn.is_none(), drawn.as_ref().is_none_or(is_bad));
        let drawn = drawn.unwrap_or_default();
        glyphs += drawn.glyphs.len() as u64;
        sketches.push(Sketch { crashed, is_bad, is_picture: drawn.pictured >= ocr::PICTURED });
        sheets.push(Sheet::of(&drawn));
    }
    (sheets, sketches)
}

/// The readers of a page, and what they carry from page to page.
struct Eyes<'a> {
    second: second::Opinion<'a>,
    /// Looked for when a page needs it; there may be none.
    recogniser: Option<Option<Ocr<'a>>>,
    ocr: OcrLimits,
    /// The line distance of the pages before.
    usual: Option<f32>,
}

impl<'a> Eyes<'a> {
    /// The best reading of a page: by its glyphs, by pdf-extract, or by its looks.
    fn read(&mut self, number: u32, page: &'a PdfPage<'a>, sheet: Sheet, sketch: &Sketch) -> Option<Page> {
        let ordered = put_in_order(sheet, &mut self.usual);
        let first = Some(ordered).filter(|page| !sketch.is_bad || !page.is_blank());
        let is_doubtful = sketch.is_bad || first.as_ref().is_some_and(quality::is_gibberish);
        let best = if is_doubtful { better(first, self.second.page(number)) } else { first };
        let garbled = best.as_ref().is_some_and(|page| sketch.is_bad && is_garbled(page));
        let gibberish = best.as_ref().is_some_and(quality::is_gibberish);
        let blank = best.as_ref().is_none_or(Page::is_blank);
        if garbled || gibberish || blank && sketch.is_picture {
            // A list of names has no common words either: only running text is surely better.
            let seen = self.recognise(page).filter(|seen| garbled || blank || quality::is_language(seen));
            return seen.or(best);
        }
        best
    }

    /// The page as tesseract reads it, if that is wanted, possible, and there is time.
    fn recognise(&mut self, page: &'a PdfPage<'a>) -> Option<Page> {
        if !self.ocr.wanted {
            return None;
        }
        let time = self.ocr.time;
        let ocr = self.recogniser.get_or_insert_with(|| Ocr::new(time)).as_ref().filter(|o| o.has_time())?;
        let Recognised { drawn, doubtful } = catch_unwind(AssertUnwindSafe(|| ocr.read(page))).ok()??;
        let page = put_in_order(Sheet::of(&drawn), &mut None);
        (!page.is_blank()).then_some(Page { ocr: true, doubtful, ..page })
    }
}

/// The number of the page at `index`.
fn number_of(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
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
        (Some(a), Some(b)) if quality::is_gibberish(&a) && quality::is_language(&b) => Some(b),
        (Some(a), Some(b)) => Some(if readable(&b) > readable(&a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// Whether too many letters of the page are unknown.
fn is_garbled(page: &Page) -> bool {
    unreadable_bytes(page) * UNREADABLE > page.len()
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
