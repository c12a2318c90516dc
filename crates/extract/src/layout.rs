//! Characters on a page of a PDF to lines; an empty line where the distance shows that a paragraph ends.

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};

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

#[cfg(test)]
mod tests {
    use crate::pdf::{read, tests::document};

    /// Lines as (font size, distance to the line above, text).
    fn text_of(lines: &[(u32, u32, &str)]) -> String {
        let mut stream = Vec::new();
        let mut y = 800;
        for (size, down, text) in lines {
            y -= down;
            stream.extend(format!("BT /F1 {size} Tf 50 {y} Td (").into_bytes());
            stream.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(text).0);
            stream.extend_from_slice(b") Tj ET\n");
        }
        page(stream)
    }

    fn page(stream: Vec<u8>) -> String {
        let pages = read(&document(&[stream]), 1 << 20).expect("a good file");
        pages.pages.concat()
    }

    #[test]
    fn paragraphs_end_where_the_distance_is_wider() {
        let wide = [
            (10, 0, "Emne om børn med"),
            (10, 17, "handicap"),
            (10, 30, "Et afsnit om børn på Ærø,"),
            (10, 17, "som har flere linjer,"),
            (10, 17, "og slutter her."),
            (10, 30, "Et nyt afsnit."),
            (10, 17, "Det er slut."),
        ];
        assert_eq!(
            text_of(&wide),
            "Emne om børn med\nhandicap\n\nEt afsnit om børn på Ærø,\nsom har flere linjer,\nog slutter her.\n\nEt nyt afsnit.\nDet er slut."
        );
        let alone = [(10, 0, "Ét"), (10, 17, "To"), (10, 17, "Tre")];
        assert_eq!(text_of(&alone), "Ét\n\nTo\n\nTre");
        let heading = [(16, 0, "Årsrapport"), (10, 14, "Et afsnit om børn,"), (10, 12, "med to linjer.")];
        assert_eq!(text_of(&heading), "Årsrapport\n\nEt afsnit om børn,\nmed to linjer.");
    }

    #[test]
    fn blanks_are_single() {
        let text = "I   første \\t halvår   2022  faldt";
        assert_eq!(text_of(&[(10, 0, text)]), "I første halvår 2022 faldt");
        let spread = "BT /F1 10 Tf 50 800 Td [(I ) -500 ( f\\370rste) -900 (halv\\345r)] TJ ET";
        assert_eq!(page(spread.as_bytes().to_vec()), "I første halvår");
    }

    #[test]
    fn short_pages_follow_the_pages_before() {
        let line = |y: u32, text: &str| format!("BT /F1 10 Tf 50 {y} Td ({text}) Tj ET\n");
        let first: String = (0..6).map(|n| line(800 - 17 * n, "En linje af det lange afsnit")).collect();
        let second = line(800, "Der tages forbehold for") + &line(783, "godkendelse.");
        let pages =
            read(&document(&[first.into_bytes(), second.into_bytes()]), 1 << 20).expect("a good file");
        assert_eq!(pages.pages[1], "Der tages forbehold for\ngodkendelse.");
    }

    #[test]
    fn lone_bullets_go() {
        assert_eq!(text_of(&[(10, 0, "Ét"), (10, 40, "•"), (10, 40, "To • tre")]), "Ét\n\nTo • tre");
    }

    #[test]
    fn raised_digits_are_no_digits() {
        for (before, mark, want) in [
            ("212", "2", "212 sager"),
            ("5 %", "13", "5 %¹³ sager"),
            ("48 m", "2", "48 m² sager"),
            ("10", "6", "10⁶ sager"),
            ("9,10", "6", "9,10 sager"),
        ] {
            let stream = format!(
                "BT /F1 10 Tf 50 800 Td ({before}) Tj /F1 6 Tf 4 Ts ({mark}) Tj 0 Ts /F1 10 Tf ( sager) Tj ET"
            );
            assert_eq!(page(stream.into_bytes()), want);
        }
    }

    #[test]
    fn turned_pages_have_lines() {
        let stream = "BT /F1 10 Tf 0 1 -1 0 100 50 Tm (Tal for 2022) Tj 1 0 0 1 0 0 Tm ET \
            BT /F1 10 Tf 0 1 -1 0 112 50 Tm (faldt til 5 %) Tj ET";
        assert_eq!(page(stream.as_bytes().to_vec()), "Tal for 2022\nfaldt til 5 %");
    }
}
