//! The second opinion on a page: pdf-extract's characters in the order of the file, as lines; an empty line where the
//! distance shows that a paragraph ends.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};

use super::{Page, Pages};

/// A reader that opens the file when it is asked for the first time.
pub(super) struct Opinion<'a> {
    bytes: &'a [u8],
    document: Option<Option<Document>>,
    usual: Option<f64>,
}

impl<'a> Opinion<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, document: None, usual: None }
    }

    /// The whole file, if the first reader cannot open it and this one can.
    pub(super) fn whole(&mut self, output_bytes: u64) -> Option<Pages> {
        let bytes = self.bytes;
        let document = self.document.get_or_insert_with(|| open(bytes)).as_ref()?;
        let count = catch_unwind(AssertUnwindSafe(|| document.get_pages().len())).ok()?;
        let mut all = Pages::default();
        let mut size = 0;
        for number in 1..=u32::try_from(count).ok()? {
            if size > output_bytes {
                all.left_out.push(number);
                continue;
            }
            let page = self.page(number);
            size += page.as_ref().map_or(0, |page| page.len() as u64);
            if page.is_none() {
                all.failed.push(number);
            }
            all.pages.push(page.unwrap_or_default());
        }
        all.pages.iter().any(|page| !page.is_blank()).then_some(all)
    }

    /// The page, counted from 1, if it can be read this way.
    pub(super) fn page(&mut self, number: u32) -> Option<Page> {
        let bytes = self.bytes;
        let document = self.document.get_or_insert_with(|| open(bytes)).as_ref()?;
        let read = || {
            let mut layout = Layout::default();
            output_doc_page(document, &mut layout, number).ok()?;
            Some(layout)
        };
        let layout = catch_unwind(AssertUnwindSafe(read)).ok()??;
        self.usual = layout.usual_distance().or(self.usual);
        Some(Page::of_text(layout.text(self.usual)))
    }
}

fn open(bytes: &[u8]) -> Option<Document> {
    let load = || {
        let mut document = Document::load_mem(bytes).ok()?;
        if document.is_encrypted() {
            document.decrypt("").ok()?;
        }
        Some(document)
    };
    catch_unwind(load).ok()?
}

/// A distance of this many font sizes from line to line always ends a paragraph, and a smaller one than
/// [`NARROW`] never does; between them the page's usual distance decides.
const WIDE: f64 = 2.1;
const NARROW: f64 = 1.5;
/// How much wider than usual the distance between two paragraphs is.
const WIDER: f64 = 1.2;
/// Distances on a page from which the usual one is taken.
const FEWEST: usize = 4;
/// Lines whose sizes differ by more than this factor are of different paragraphs.
const OTHER_SIZE: f64 = 1.2;

/// Collects the lines of one page.
#[derive(Default)]
pub(crate) struct Layout {
    lines: Vec<Line>,
    /// Whether the next character is the first one of a string, which may stand anywhere.
    anywhere: bool,
    /// Where the last character ended, and its base line.
    end: f64,
    y: f64,
}

#[derive(Default)]
struct Line {
    text: String,
    /// The base line, downward, and the size of the largest character.
    y: f64,
    size: f64,
}

impl Layout {
    /// The text of the page, where `usual` is the distance from line to line that is usual in the document.
    pub(crate) fn text(&self, usual: Option<f64>) -> String {
        let widest = usual.map_or(NARROW, |usual| (usual * WIDER).clamp(NARROW, WIDE));
        let mut text = String::new();
        let mut above: Option<&Line> = None;
        for line in self.lines.iter().filter(|line| !line.is_bullet()) {
            if let Some(above) = above {
                let together = line.distance(above).is_some_and(|d| d <= widest) && line.is_sized(above);
                text.push_str(if together { "\n" } else { "\n\n" });
            }
            text.push_str(line.text.trim_end());
            above = Some(line);
        }
        text
    }

    /// The usual distance from line to line in font sizes: that of lines of one paragraph. Nothing if the page
    /// has too few lines to tell.
    pub(crate) fn usual_distance(&self) -> Option<f64> {
        let mut seen: Vec<f64> = self
            .lines
            .windows(2)
            .filter_map(|pair| match pair {
                [above, line] if line.is_sized(above) => line.distance(above),
                _ => None,
            })
            .filter(|d| (0.8..=WIDE).contains(d))
            .collect();
        seen.sort_unstable_by(f64::total_cmp);
        if seen.len() < FEWEST { None } else { seen.get(seen.len() / 4).copied() }
    }

    fn push(&mut self, text: &str, size: f64) {
        let Some(line) = self.lines.last_mut() else { return };
        let raised = size < line.size * 0.8 && self.y < line.y - line.size * 0.2;
        for c in text.chars() {
            match c {
                c if c.is_whitespace() => push_blank(&mut line.text, c),
                c if c.is_control() => {}
                c if raised && c.is_ascii_digit() => push_raised(&mut line.text, c),
                c => line.text.push(c),
            }
        }
        line.size = line.size.max(size);
    }
}

impl Line {
    /// How far this line stands below `above`, in font sizes; nothing if it stands above it or nowhere.
    fn distance(&self, above: &Line) -> Option<f64> {
        let distance = (self.y - above.y) / self.size.max(above.size);
        (distance.is_finite() && distance >= 0.0).then_some(distance)
    }

    /// Whether the line is a mark whose item stands elsewhere on the page.
    fn is_bullet(&self) -> bool {
        self.text.chars().all(|c| matches!(c, '•' | '●' | '○' | '◦' | '▪' | '■' | '·' | ' '))
    }

    fn is_sized(&self, above: &Line) -> bool {
        self.size.max(above.size) <= self.size.min(above.size) * OTHER_SIZE
    }
}

impl OutputDev for Layout {
    fn begin_page(
        &mut self,
        _: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        at: &Transform,
        width: f64,
        _: f64,
        font_size: f64,
        text: &str,
    ) -> Result<(), OutputError> {
        let size = font_size.abs() * (at.m11 * at.m22 - at.m12 * at.m21).abs().sqrt();
        // Along the base line and away from it, however the page is turned.
        let norm = at.m11.hypot(at.m12);
        let (along, up) = (at.m11 / norm, at.m12 / norm);
        let (x, y) = (at.m31 * along + at.m32 * up, at.m31 * up - at.m32 * along);
        let mut blank = false;
        if self.anywhere {
            let away = (y - self.y).abs();
            let next_line = away > size * 1.5 || (x < self.end && away > size * 0.5);
            if next_line || self.lines.is_empty() {
                self.lines.push(Line { text: String::new(), y, size });
            }
            blank = x > self.end + size * 0.1;
        }
        self.y = y;
        if blank {
            self.push(" ", 0.0);
        }
        self.push(text, size);
        self.anywhere = false;
        self.end = x + width * size;
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.anywhere = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Appends a blank; several are one.
fn push_blank(text: &mut String, blank: char) {
    if text.is_empty() {
        return;
    }
    if text.ends_with(char::is_whitespace) {
        text.pop();
        text.push(' ');
    } else {
        text.push(if blank == '\u{a0}' { blank } else { ' ' });
    }
}

/// Appends a raised character. A raised digit behind a number is the mark of a footnote and is left out, so that
/// the number stays what it is; behind 10 it is an exponent, behind a letter part of a unit, behind a sign a mark.
pub(crate) fn push_raised(text: &mut String, c: char) {
    const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let number = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let ten = text.ends_with("10") && number == 2 && !text[..text.len() - 2].ends_with([',', '.']);
    let digit = c.to_digit(10).and_then(|d| RAISED.get(usize::try_from(d).ok()?).copied());
    if number == 0 || ten {
        text.push(digit.unwrap_or(c));
    }
}
