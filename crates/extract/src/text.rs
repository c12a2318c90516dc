//! Lines of plain text to paragraphs, headings and list items; the words and line breaks stay as they are.

use std::sync::LazyLock;

use belaeg_model::{BlockKind, date};
use regex::Regex;

use crate::piece::{CLUE_LINES, Draft, Piece, constant};
use crate::{contact, furniture};

/// A line shorter than this (in characters) was not broken by a right margin.
const NARROWEST: usize = 40;
/// Longest heading, in characters.
const LONGEST_HEADING: usize = 130;

static LIST_MARK: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"^(?:[-–•*·▪◦o][ \t\u{a0}]|(?:\d{1,2}|[a-zA-ZæøåÆØÅ])[.)][ \t\u{a0}])[ \t\u{a0}]*\S")
});
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| constant(r"^\d{1,2}\.[ \u{a0}]+(\S+)"));
static PICTURE: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)\bfoto(?:graf)?: ?\S|^(?:figur|tabel) \d+[.:]"));
/// Greetings, labels with their value ("Mødedato: ...", "Udvalg: Åse Ærø"), and lines without words.
static NO_HEADING: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i:^(?:att\b|kære\b|(?:med )?venlig hilsen|mvh\b|(?:til|fra|dato|cc|bilag|tid|sted):? ",
        r"|møde(?:dato|sted|tid\w*|deltagere)\b|(?:fraværende|afbud|deltagere|til stede|formand)\b|sags?(?:nr|nummer)?\b[.:]",
        r"|(?:publiceret|offentliggjort|oprettet|udgivet|(?:sidst|senest) (?:opdateret|ændret))\b))",
        r"|^\W*$|;|^[^\s:]+: [A-ZÆØÅ]\w+ [A-ZÆØÅ]\w+",
    ))
});

/// A line; blank ones have no text.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    page: Option<u32>,
}

/// Cuts pages of text (page number, text) into pieces. Plain text is one page without a number.
pub(crate) fn draft(pages: &[(Option<u32>, &str)]) -> Draft {
    let mut lines = lines_of(pages);
    let top = lines.iter().filter(|l| !l.text.is_empty()).take(CLUE_LINES).map(|l| cut(l.text)).collect();
    let mut draft = Draft { top, ..Draft::default() };
    drop_furniture(&mut lines, &mut draft.dropped);
    for group in lines.split(|l| l.text.is_empty()) {
        push_group(&mut draft.pieces, group);
    }
    settle_headings(&mut draft.pieces);
    draft
}

/// A clue is short.
pub(crate) fn cut(line: &str) -> String {
    line.chars().take(300).collect()
}

/// The trimmed lines, blank ones only where they separate.
fn lines_of<'t>(pages: &[(Option<u32>, &'t str)]) -> Vec<Line<'t>> {
    let mut lines: Vec<Line<'t>> = Vec::new();
    for (page, text) in pages {
        let mut first = true;
        for text in text.lines().map(str::trim) {
            let blank_before = lines.last().is_none_or(|l| l.text.is_empty());
            if text.is_empty() && (blank_before || first) {
                continue;
            }
            // A sentence may run on over a page break.
            if first && !blank_before && !lines.last().is_some_and(|last| runs_on(last.text, text)) {
                lines.push(Line { text: "", page: *page });
            }
            lines.push(Line { text, page: *page });
            first = false;
        }
        while lines.last().is_some_and(|l| l.text.is_empty()) {
            lines.pop();
        }
    }
    lines
}

/// Blanks the lines that are furniture or belong to a contact box, so that they separate what stands around them.
fn drop_furniture(lines: &mut [Line<'_>], dropped: &mut Vec<String>) {
    let mut take_away = |line: &mut Line<'_>| {
        if dropped.len() < CLUE_LINES {
            dropped.push(cut(line.text));
        }
        line.text = "";
    };
    for line in lines.iter_mut().filter(|l| furniture::is_furniture(l.text)) {
        take_away(line);
    }
    let texts: Vec<&str> = lines.iter().map(|l| l.text).filter(|t| !t.is_empty()).collect();
    let flags = contact::find(&texts);
    for (line, flag) in lines.iter_mut().filter(|l| !l.text.is_empty()).zip(flags) {
        if flag {
            take_away(line);
        }
    }
}

/// Cuts a group of lines without blank ones between into pieces.
fn push_group(pieces: &mut Vec<Piece>, group: &[Line<'_>]) {
    let width = group.iter().map(|l| l.text.chars().count()).max().unwrap_or(0);
    let mut current: Option<Piece> = None;
    let mut last = "";
    for line in group {
        if let Some(piece) = current.as_mut().filter(|_| continues(last, line.text, width)) {
            piece.text.push('\n');
            piece.text.push_str(line.text);
        } else {
            let kind = if is_list_item(line.text) { BlockKind::ListItem } else { BlockKind::Paragraph };
            pieces.extend(current.replace(Piece::new(kind, line.text, line.page)));
        }
        last = line.text;
    }
    let alone = group.len() == 1;
    if let Some(mut piece) = current {
        if alone && PICTURE.is_match(&piece.text) && piece.text.len() <= 200 {
            piece.kind = BlockKind::Caption;
        } else if alone && is_heading(&piece.text) {
            piece.kind = BlockKind::Heading(2);
        }
        pieces.push(piece);
    }
}

/// Whether `next` goes on with the paragraph whose last line is `last`, in a group of lines `width` wide.
fn continues(last: &str, next: &str, width: usize) -> bool {
    if is_list_item(next) {
        return false;
    }
    if runs_on(last, next) {
        return true;
    }
    let length = last.chars().count();
    let word = next.split_whitespace().next().map_or(0, |w| w.chars().count());
    // The next word would still have fitted into this line: the line was ended on purpose.
    length >= NARROWEST && (length + 1 + word) * 5 >= width * 4
}

/// Whether a sentence is open at the end of `last` and `next` begins in the middle of one.
fn runs_on(last: &str, next: &str) -> bool {
    let open = !last.ends_with(['.', '!', '?', ':', ';', '”', '"']);
    let begins_small = next.starts_with(|c: char| c.is_lowercase() || matches!(c, '%' | ')'));
    open && begins_small && !is_list_item(next) && last.chars().count() >= 20
}

/// Whether the line begins with a bullet, a number or a letter of a list ("2. april" does not).
pub(crate) fn is_list_item(line: &str) -> bool {
    let month = |line| NUMBERED.captures(line).is_some_and(|c| date::month(c[1].trim_matches(',')).is_some());
    LIST_MARK.is_match(line) && !month(line)
}

/// A short line that stands alone and is no sentence, greeting, date or list item.
pub(crate) fn is_heading(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    line.chars().count() <= LONGEST_HEADING
        && words <= 18
        && letters >= 3
        && letters * 2 > line.chars().filter(|c| !c.is_whitespace()).count()
        && !line.ends_with(['.', ':', ';', ',', '!', '-'])
        && line
            .starts_with(|c: char| c.is_uppercase() || c.is_numeric() || matches!(c, '”' | '"' | '§' | '»'))
        && !is_list_item(line)
        && !NO_HEADING.is_match(line)
        && !crate::metadata::is_date_line(line)
}

/// A heading has something under it; the closing lines of a document are none.
fn settle_headings(pieces: &mut [Piece]) {
    let end = pieces.iter().rposition(|p| !p.is_heading()).map_or(0, |last| last + 1);
    let closing = pieces.iter().rposition(|p| p.text.to_lowercase().ends_with("venlig hilsen"));
    let from = closing.filter(|at| *at * 2 > pieces.len()).map_or(end, |at| end.min(at));
    // A document of nothing but headings keeps the first one.
    for piece in pieces.iter_mut().skip(from.max(1)).filter(|p| p.is_heading()) {
        piece.kind = BlockKind::Paragraph;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Caption, Heading, ListItem, Paragraph};

    fn blocks(text: &str) -> Vec<(BlockKind, String)> {
        draft(&[(None, text)]).pieces.into_iter().map(|p| (p.kind, p.text)).collect()
    }

    #[test]
    fn cuts_text_into_blocks() {
        let long = "Kommunen har set på alle sager fra året før, og det viser sig at";
        let cases: &[(&str, &[(BlockKind, &str)])] = &[
            (
                "Færre klager i Ærø\n\nTallet er faldet.\n",
                &[(Heading(2), "Færre klager i Ærø"), (Paragraph, "Tallet er faldet.")],
            ),
            (
                "Linje et er kort\nLinje to er.",
                &[(Paragraph, "Linje et er kort"), (Paragraph, "Linje to er.")],
            ),
            (
                "- første\n- anden\n1. tredje\na) fjerde\nB) femte",
                &[
                    (ListItem, "- første"),
                    (ListItem, "- anden"),
                    (ListItem, "1. tredje"),
                    (ListItem, "a) fjerde"),
                    (ListItem, "B) femte"),
                ],
            ),
            (
                "  A)\u{a0}Om siden\n  Hans orienterede om siden.",
                &[(ListItem, "A)\u{a0}Om siden"), (Paragraph, "Hans orienterede om siden.")],
            ),
            (
                "04.04.2017\nFra foråret har kommunen set på alle sagerne.",
                &[(Paragraph, "04.04.2017"), (Paragraph, "Fra foråret har kommunen set på alle sagerne.")],
            ),
            ("Åse (V) Foto: Ærø\n\nTekst her.", &[(Caption, "Åse (V) Foto: Ærø"), (Paragraph, "Tekst her.")]),
            (
                "Tekst her.\n\nAnnonce\n\nMere tekst.",
                &[(Paragraph, "Tekst her."), (Paragraph, "Mere tekst.")],
            ),
            (
                "Tekst her.\n\nVenlig hilsen\n\nÅse Ærø",
                &[(Paragraph, "Tekst her."), (Paragraph, "Venlig hilsen"), (Paragraph, "Åse Ærø")],
            ),
            (
                "Svar fra\n\n2. april 2024\n\nTekst her.",
                &[(Heading(2), "Svar fra"), (Paragraph, "2. april 2024"), (Paragraph, "Tekst her.")],
            ),
        ];
        for (text, want) in cases {
            let got = blocks(text);
            let got: Vec<_> = got.iter().map(|(k, t)| (*k, t.as_str())).collect();
            assert_eq!(got, *want, "{text:?}");
        }
        for next in
            ["212 sager er blevet afgjort i perioden.", "2. april 2024 er dagen.", "børnene får hjælp."]
        {
            let wrapped = format!("{long}\n{next}");
            assert_eq!(
                blocks(&wrapped),
                [(Paragraph, wrapped.clone())],
                "hard-wrapped text is one paragraph"
            );
        }
    }

    #[test]
    fn sentences_run_over_pages() {
        let pages = [
            (Some(1), "Overskrift\n\nAndelen af omgjorte afgørelser i\n"),
            (Some(2), "\nkommunen faldt.\n\nNy side."),
        ];
        let got: Vec<_> = draft(&pages).pieces.into_iter().map(|p| (p.text, p.page)).collect();
        let want =
            [("Overskrift", 1), ("Andelen af omgjorte afgørelser i\nkommunen faldt.", 1), ("Ny side.", 2)];
        assert_eq!(got, want.map(|(t, p)| (t.to_owned(), Some(p))));
    }
}
