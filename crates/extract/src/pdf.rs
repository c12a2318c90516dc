//! PDF: text by page (read inside the worker), without headers, footers and page numbers.

use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use belaeg_model::{Cause, Warning};
use pdf_extract::{Document, Error, OutputError, output_doc_page};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::furniture::has_rate;
use crate::layout::Layout;
use crate::piece::{Draft, constant};
use crate::{Failure, charset, text};

/// Lines at the top and at the bottom of a page that may be its furniture.
const EDGE: usize = 4;
/// On how many pages a line must stand to be furniture.
const REPEATED: usize = 3;

static PAGE_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)^[-–—|\s]*(?:side|page|s\.)?\s*\d{1,4}\s*(?:(?:/|af|of)\s*\d{1,4})?[-–—|\s]*$")
});
static OUTER_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)^\d{1,4}\s+(\D{3,})$|^(\D{3,}?)\s*(?:side\s*)?\d{1,4}(?:\s*(?:/|af)\s*\d{1,4})?$")
});

/// The text of a PDF as the worker reports it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pages {
    /// One text for each page that was tried; empty where it has no text or could not be read.
    pub(crate) pages: Vec<String>,
    /// Pages (from 1) that could not be read.
    pub(crate) failed: Vec<u32>,
    /// Pages (from 1) that were left out because the text was longer than the limit.
    pub(crate) left_out: Vec<u32>,
}

/// Reads the text of every page, at most `output_bytes` of it. Runs in the worker: may abort or take for ever.
///
/// # Errors
/// If the file is damaged, needs a password, or has no page that can be read.
pub(crate) fn read(bytes: &[u8], output_bytes: u64) -> Result<Pages, Failure> {
    let document = catch_unwind(|| load(bytes))
        .unwrap_or_else(|_| Err(Failure::new(Cause::Crashed, "the PDF parser panicked on this file")))?;
    let numbers: Vec<u32> = document.get_pages().into_keys().collect();
    if numbers.is_empty() {
        return Err(Failure::new(Cause::Damaged, "the PDF has no pages that can be found"));
    }
    let mut out = Pages::default();
    let mut size = 0;
    let mut crashed = false;
    let mut usual = None;
    for number in numbers {
        if size > output_bytes {
            out.left_out.push(number);
            continue;
        }
        let page = catch_unwind(AssertUnwindSafe(|| page(&document, number, &mut usual)));
        crashed |= page.is_err();
        let text = page.ok().and_then(Result::ok);
        if text.is_none() {
            out.failed.push(number);
        }
        let text = text.unwrap_or_default();
        size += text.len() as u64;
        out.pages.push(text);
    }
    if out.failed.len() == out.pages.len() {
        let cause = if crashed { Cause::Crashed } else { Cause::Damaged };
        return Err(Failure::new(cause, "none of the PDF's pages can be read"));
    }
    Ok(out)
}

fn load(bytes: &[u8]) -> Result<Document, Failure> {
    let mut document =
        Document::load_mem(bytes).map_err(|e| failure(&e, "the PDF is damaged or cut short"))?;
    if document.is_encrypted() {
        document.decrypt("").map_err(|_| password())?;
    }
    Ok(document)
}

fn failure(error: &Error, what: &str) -> Failure {
    match error {
        Error::Decryption(_) | Error::AlreadyEncrypted => password(),
        error => Failure::new(Cause::Damaged, format!("{what}: {error}")),
    }
}

fn password() -> Failure {
    Failure::new(Cause::Encrypted, "the PDF needs a password: save it without one")
}

/// The text of a page; `usual` is the line distance of the pages before, and is kept for those behind.
fn page(document: &Document, number: u32, usual: &mut Option<f64>) -> Result<String, OutputError> {
    let mut layout = Layout::default();
    output_doc_page(document, &mut layout, number)?;
    *usual = layout.usual_distance().or(*usual);
    Ok(layout.text(*usual))
}

/// Cuts the pages into pieces.
///
/// # Errors
/// If no page has any text.
pub(crate) fn draft(read: Pages) -> Result<Draft, Failure> {
    let mut pages: Vec<String> = read.pages.iter().map(|page| charset::tidy(page)).collect();
    if pages.iter().all(|page| page.trim().is_empty()) {
        let detail = format!("none of the {} page(s) has text, only pictures: it needs OCR", pages.len());
        return Err(Failure::new(Cause::NoTextLayer, detail));
    }
    drop_edges(&mut pages);
    let numbered: Vec<(Option<u32>, &str)> = (1..).map(Some).zip(pages.iter().map(String::as_str)).collect();
    let mut draft = text::draft(&numbered);
    draft.pages = pages.len();
    let mut warn = |cause, pages: &[u32], what: &str| {
        if let Some(first) = pages.first() {
            let detail = format!("{} page(s) {what}, the first of them page {first}", pages.len());
            draft.warnings.push(Warning { cause, detail });
        }
    };
    warn(Cause::Damaged, &read.failed, "could not be read");
    warn(Cause::TooLarge, &read.left_out, "were left out because the text is longer than the limit");
    let empty: Vec<u32> = (1..)
        .zip(&read.pages)
        .filter(|(n, page)| page.trim().is_empty() && !read.failed.contains(n))
        .map(|(n, _)| n)
        .collect();
    warn(Cause::NoTextLayer, &empty, "have no text (only pictures, or blank)");
    Ok(draft)
}

/// Takes page numbers and lines that stand at the edge of three or more pages away.
fn drop_edges(pages: &mut [String]) {
    let mut on_pages: HashMap<String, usize> = HashMap::new();
    for page in pages.iter() {
        let keys: HashSet<String> = edges(page).into_iter().map(|(_, line)| without_number(line)).collect();
        for key in keys {
            *on_pages.entry(key).or_default() += 1;
        }
    }
    for page in pages.iter_mut() {
        let is_furniture = |line: &str| {
            let repeated = on_pages.get(&without_number(line)).is_some_and(|n| *n >= REPEATED);
            (repeated || PAGE_NUMBER.is_match(line)) && !has_rate(line)
        };
        let gone: HashSet<usize> =
            edges(page).into_iter().filter(|(_, line)| is_furniture(line)).map(|(i, _)| i).collect();
        if !gone.is_empty() {
            let kept =
                |(i, line): (usize, &str)| if gone.contains(&i) { String::new() } else { line.to_owned() };
            *page = page.lines().enumerate().map(kept).collect::<Vec<_>>().join("\n");
        }
    }
}

/// The first and last lines with text of a page, with their numbers.
fn edges(page: &str) -> Vec<(usize, &str)> {
    let filled: Vec<(usize, &str)> =
        page.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()).collect();
    let last = filled.len().saturating_sub(EDGE).max(EDGE);
    filled.iter().enumerate().filter(|(i, _)| *i < EDGE || *i >= last).map(|(_, line)| *line).collect()
}

/// The line without a page number at either end.
fn without_number(line: &str) -> String {
    match OUTER_NUMBER.captures(line) {
        Some(c) => c.get(1).or(c.get(2)).map_or("", |m| m.as_str()).trim().to_owned(),
        None => line.to_owned(),
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
        let pages = read(&bytes, 1 << 20).expect("a good file");
        assert_eq!(pages.pages.len(), 2);
        assert!(pages.pages[0].contains("Årsrapport for Ærø"), "{pages:?}");
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
    fn bad_files_have_causes() {
        let good = sample(&[&["Tekst på siden."]]);
        let cause = |bytes: &[u8]| read(bytes, 1 << 20).map_err(|f| f.cause);
        assert_eq!(cause(&good[..good.len() / 3]), Err(Cause::Damaged));
        assert_eq!(cause(b"%PDF-1.7\ngarbage \xe6\xf8\xe5"), Err(Cause::Damaged));
        let empty = draft(read(&sample(&[&[]]), 1 << 20).expect("a page")).map_err(|f| f.cause);
        assert_eq!(empty.map(|d| d.pieces), Err(Cause::NoTextLayer));
        let long = read(&sample(&[&["Tekst."], &["Mere."], &["Mest."]]), 5).expect("a page");
        assert_eq!(long.left_out, [2, 3]);
    }

    #[test]
    fn page_furniture_goes() {
        let page = |n: usize, text: &str| format!("Ærø Kommune – budget\n{text}\nSide {n} af 4\nNotat {n}");
        let mut pages: Vec<String> =
            ["Et tal.", "To tal.", "Tre tal.", "Ærø 22 %"].iter().zip(1..).map(|(t, n)| page(n, t)).collect();
        drop_edges(&mut pages);
        let left: Vec<&str> = pages.iter().map(|p| p.trim()).collect();
        assert_eq!(left, ["Et tal.", "To tal.", "Tre tal.", "Ærø 22 %"]);
    }
}
