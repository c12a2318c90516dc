//! Pages that are pictures are read by tesseract, where it is installed: the page is drawn, and the words that come back
//! with their places go through the same layout as those of any other page.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hayro::hayro_syntax::page::Page as PdfPage;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;
use scraper::Html;

use super::glyphs::{Drawn, Glyph, Rule};
use super::rules::{self, Picture};

/// Dots per inch at which pages are drawn, and at which they are drawn again to check the numbers: tesseract reads
/// percentages best at the first.
const DPI: f32 = 150.0;
const DPI_AGAIN: f32 = 200.0;
/// Points per inch.
pub(super) const POINTS: f32 = 72.0;
/// A page larger than this in either direction is drawn smaller, in dots.
const MOST_DOTS: f32 = 6000.0;
/// Pictures cover at least this share of a page that is a picture.
pub(super) const PICTURED: f64 = 0.3;

/// A page as tesseract read it.
pub(super) struct Recognised {
    pub(super) drawn: Drawn,
    /// Numbers that a second look read otherwise.
    pub(super) doubtful: Vec<String>,
}

/// Reads pages until its time is up.
pub(super) struct Ocr<'a> {
    cache: RenderCache<'a>,
    until: Instant,
}

impl Ocr<'_> {
    /// Nothing where tesseract, or its Danish, is not installed.
    pub(super) fn new(time: Duration) -> Option<Self> {
        let listed = Command::new("tesseract").arg("--list-langs").stderr(Stdio::null()).output().ok()?;
        let danish = String::from_utf8_lossy(&listed.stdout).lines().any(|l| l.trim() == "dan");
        danish.then(|| Self { cache: RenderCache::new(), until: Instant::now() + time })
    }

    pub(super) fn has_time(&self) -> bool {
        Instant::now() < self.until
    }
}

impl<'a> Ocr<'a> {
    /// Reads the page. May panic on a hostile one.
    pub(super) fn read(&self, page: &'a PdfPage<'a>) -> Option<Recognised> {
        let (width, height) = page.render_dimensions();
        let (first, rules) = self.words(page, DPI)?;
        let numbers = |words: &[Word]| -> Vec<String> {
            let texts = words.iter().map(Word::text);
            texts.filter(|t| t.contains(|c: char| c.is_ascii_digit())).map(|t| bare(&t)).collect()
        };
        let seen = numbers(&first);
        let mut doubtful = Vec::new();
        if !seen.is_empty() {
            let mut again = self.words(page, DPI_AGAIN).map(|(words, _)| numbers(&words)).unwrap_or_default();
            for number in seen {
                match again.iter().position(|n| *n == number) {
                    Some(at) => drop(again.swap_remove(at)),
                    None => doubtful.push(number),
                }
            }
        }
        let glyphs = first.iter().flat_map(Word::glyphs).collect();
        Some(Recognised { drawn: Drawn { glyphs, rules, width, height, ..Drawn::default() }, doubtful })
    }

    fn words(&self, page: &'a PdfPage<'a>, dpi: f32) -> Option<(Vec<Word>, Vec<Rule>)> {
        let (width, height) = page.render_dimensions();
        let scale = (dpi / POINTS).min(MOST_DOTS / width.max(height).max(1.0));
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let picture =
            render(page, &self.cache, &InterpreterSettings::default(), &RenderSettings::default(), &settings);
        let grey = |[r, g, b]: [u8; 3]| {
            ((u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000) as u8
        };
        let mut drawn = Picture {
            width: picture.width().into(),
            height: picture.height().into(),
            dots: picture.data_as_u8_slice().chunks_exact(4).map(|p| grey([p[0], p[1], p[2]])).collect(),
        };
        let rules = rules::erase(&mut drawn, scale * POINTS);
        let mut pgm = format!("P5 {} {} 255\n", drawn.width, drawn.height).into_bytes();
        pgm.extend(drawn.dots);
        let hocr = tesseract(pgm, (scale * POINTS).round() as u32)?;
        Some((words(&hocr, scale), rules))
    }
}

/// The answer of tesseract about a picture, as hOCR with the places of letters.
fn tesseract(picture: Vec<u8>, dpi: u32) -> Option<String> {
    let mut child = Command::new("tesseract")
        .args(["stdin", "stdout", "-l", "dan", "--dpi", &dpi.to_string()])
        .args(["-c", "hocr_char_boxes=1", "hocr"])
        // A page a core is faster than two threads a page.
        .env("OMP_THREAD_LIMIT", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let writer = std::thread::spawn(move || stdin.write_all(&picture));
    let output = child.wait_with_output().ok()?;
    // A tesseract that ends early breaks the pipe; its status says so.
    let _ = writer.join();
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A word with the letters it is made of.
#[derive(Default)]
struct Word {
    letters: Vec<Glyph>,
}

impl Word {
    fn text(&self) -> String {
        self.letters.iter().map(|g| g.char).collect()
    }

    /// Its letters side by side, and a blank behind. A percent sign is parted from its number where the picture shows a
    /// gap: tesseract takes the two for one word.
    fn glyphs(&self) -> Vec<Glyph> {
        let mut out = Vec::with_capacity(self.letters.len() + 2);
        let blank = |after: &Glyph, end| Glyph { char: ' ', start: after.end, end, ..*after };
        let mut from = f32::MIN;
        for (k, letter) in self.letters.iter().enumerate() {
            let mut letter = *letter;
            // The places of letters are guesses, and may lie across one another; their order is sure.
            letter.start.0 = letter.start.0.max(from);
            from = letter.start.0 + 0.05;
            match self.letters.get(k + 1) {
                Some(next) if next.char == '%' && next.start.0 - letter.end.0 > letter.size * SIGN_GAP => {
                    out.push(letter);
                    out.push(blank(&letter, next.start));
                }
                Some(next) => {
                    letter.end.0 = next.start.0.max(from);
                    out.push(letter);
                }
                None => {
                    out.push(letter);
                    out.push(blank(&letter, (letter.end.0 + letter.size * 0.1, letter.end.1)));
                }
            }
        }
        out
    }
}

/// A gap before a percent sign, in font sizes.
const SIGN_GAP: f32 = 0.18;

/// The base line of a line of print, in dots: it slopes where the page lies askew.
#[derive(Clone, Copy, Default)]
struct BaseLine {
    /// A point of it, in the middle of the line.
    middle: (f32, f32),
    slope: f32,
    size: f32,
}

/// The words of tesseract's answer (hOCR with the places of letters); `scale` is in dots per point.
fn words(hocr: &str, scale: f32) -> Vec<Word> {
    let html = Html::parse_document(hocr);
    let mut words: Vec<(BaseLine, Word)> = Vec::new();
    let mut line = BaseLine::default();
    for element in html.root_element().descendent_elements() {
        let title = element.attr("title").unwrap_or_default();
        match element.attr("class").unwrap_or_default() {
            "ocr_line" | "ocr_header" | "ocr_caption" | "ocr_textfloat" => line = base_line(title),
            "ocrx_word" => words.push((line, Word::default())),
            "ocrx_cinfo" => {
                if let Some((line, word)) = words.last_mut()
                    && let [x0, _, x1, _] = numbers(title, "x_bboxes")[..]
                {
                    let at = |x| (x, line.middle.1);
                    let glyph = |char| Glyph { char, start: at(x0), end: at(x1), size: line.size };
                    word.letters.extend(element.text().flat_map(str::chars).map(glyph));
                }
            }
            _ => {}
        }
    }
    straighten(&mut words, scale);
    words.into_iter().map(|(_, word)| word).filter(|word| !word.letters.is_empty()).collect()
}

/// Turns what lies askew and goes over to points.
fn straighten(words: &mut [(BaseLine, Word)], scale: f32) {
    let mut slopes: Vec<f32> = words.iter().map(|(line, _)| line.slope).collect();
    slopes.sort_unstable_by(f32::total_cmp);
    let slope = slopes.get(slopes.len() / 2).copied().unwrap_or(0.0);
    for (line, word) in words {
        let y = (line.middle.1 - slope * line.middle.0) / scale;
        for letter in &mut word.letters {
            letter.start = (letter.start.0 / scale, y);
            letter.end = (letter.end.0 / scale, y);
            letter.size = line.size / scale;
        }
    }
}

/// "bbox 36 92 618 121; baseline 0.001 -5; x_size 29": offset and slope are from the lower left corner of the box.
fn base_line(title: &str) -> BaseLine {
    let [x0, _, x1, bottom] = numbers(title, "bbox")[..] else { return BaseLine::default() };
    let (slope, offset) = match numbers(title, "baseline")[..] {
        [slope, offset] => (slope, offset),
        _ => (0.0, 0.0),
    };
    let size = numbers(title, "x_size").first().copied().unwrap_or(0.0);
    let half = (x1 - x0) / 2.0;
    BaseLine { middle: (x0 + half, bottom + offset + slope * half), slope, size }
}

/// The numbers behind `key` in a title.
fn numbers(title: &str, key: &str) -> Vec<f32> {
    let own = title.split(';').map(str::trim).find_map(|part| part.strip_prefix(key)?.strip_prefix(' '));
    own.unwrap_or_default().split_whitespace().filter_map(|n| n.parse().ok()).collect()
}

/// The number without its sign and what stands around it.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_places() {
        let letter = |x0: u32, x1: u32, c: char| {
            format!("<span class='ocrx_cinfo' title='x_bboxes {x0} 200 {x1} 240; x_conf 99'>{c}</span>")
        };
        let word = |letters: &[String]| {
            format!("<span class='ocrx_word' title='bbox 1 2 3 4'>{}</span>", letters.concat())
        };
        let first = word(&[letter(100, 130, 'Æ'), letter(132, 150, 'r'), letter(152, 180, 'ø')]);
        let second = word(&[
            letter(220, 240, '5'),
            letter(242, 246, ','),
            letter(248, 268, '4'),
            letter(282, 310, '%'),
        ]);
        let hocr = format!(
            "<html><body><span class='ocr_line' title='bbox 100 200 310 250; baseline 0 -10; x_size 40'>{first} {second}</span></body></html>"
        );
        let words = words(&hocr, 2.0);
        let text: Vec<String> = words.iter().map(|w| w.glyphs().iter().map(|g| g.char).collect()).collect();
        assert_eq!(text, ["Ærø ", "5,4 % "]);
        let first = words[0].letters[0];
        assert_eq!((first.start, first.end, first.size), ((50.0, 120.0), (65.0, 120.0), 20.0));
        assert_eq!(bare("(5,4%)."), "5,4");
    }
}
