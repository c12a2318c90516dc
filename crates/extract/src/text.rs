//! Lines of plain text to paragraphs, headings and list items; the words and line breaks stay as they are.

use std::sync::LazyLock;

use belaeg_model::{BlockKind, date};
use regex::Regex;

use crate::pdf::{Page, Part};
use crate::piece::{CLUE_LINES, Draft, Piece, RawCell, constant};
use crate::{contact, furniture, line_table, row};

/// A line shorter than this (in characters) was not broken by a right margin.
const NARROWEST: usize = 40;
/// Longest heading, in characters.
const LONGEST_HEADING: usize = 130;

static LIST_MARK: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"^(?:[-–•*·▪◦o][ \t\u{a0}]|(?:\d{1,2}|[a-zA-ZæøåÆØÅ])[.)][ \t\u{a0}])[ \t\u{a0}]*\S")
});
/// The number or letter of a section, and its words.
static SECTION: LazyLock<Regex> =
    LazyLock::new(|| constant(r"^(?:(\d{1,3})|([A-ZÆØÅ]))\.[ \t\u{a0}]+(\S.*)$"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| constant(r"\b(?:19|20)\d\d\b"));
static NUMBERED: LazyLock<Regex> = LazyLock::new(|| constant(r"^\d{1,2}\.[ \u{a0}]+(\S+)"));
static PICTURE: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)\bfoto(?:graf)?: ?\S|^(?:figur|tabel) \d+[.:]"));
/// Greetings, labels with their value ("Mødedato: ...", "Udvalg: Åse Ærø"), and lines without words.
static NO_HEADING: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i:^(?:att\b|kære\b|(?:med )?venlig hilsen|mvh\b|(?:til|fra|dato|cc|bilag|tid|sted):? ",
        r"|(?:sagsbehandler|kontaktperson|direkte|telefon|tlf|udvalg|referent|mødeleder|udarbejdet af)\b[^:]{0,20}:",
        r"|møde(?:dato|sted|tid\w*|deltagere)\b|(?:fraværende|afbud|deltagere|til stede|formand)\b|sags?(?:nr|nummer)?\b[.:]",
        r"|(?:publiceret|offentliggjort|oprettet|udgivet|(?:sidst|senest) (?:opdateret|ændret))\b))",
        r"|^\W*$|;|^[^\s:]+: [A-ZÆØÅ]\w+ [A-ZÆØÅ]\w+",
    ))
});

/// The level of a numbered line that stands alone, until [`settle_sections`] has looked at its neighbours.
pub(crate) const MAYBE_SECTION: BlockKind = BlockKind::Heading(9);

/// A line; blank ones have no text.
#[derive(Clone, Copy)]
struct Line<'t> {
    text: &'t str,
    page: Option<u32>,
    /// The table that stands at this blank line.
    table: Option<&'t Vec<Vec<RawCell>>>,
}

/// Cuts plain text into pieces.
pub(crate) fn draft(text: &str) -> Draft {
    let mut lines = Vec::new();
    push_lines(&mut lines, None, text);
    cut_up(lines, true)
}

/// Cuts the pages of a PDF into pieces.
pub(crate) fn draft_of_pages(pages: &[Page]) -> Draft {
    let mut lines = Vec::new();
    for (page, number) in pages.iter().zip((1..).map(Some)) {
        for part in &page.parts {
            match part {
                Part::Text(text) => push_lines(&mut lines, number, text),
                Part::Table(rows) => lines.push(Line { text: "", page: number, table: Some(rows) }),
            }
        }
    }
    // A letter's box with its number and telephone is text of the letter; menus are not printed.
    cut_up(lines, false)
}

fn cut_up(mut lines: Vec<Line<'_>>, from_page: bool) -> Draft {
    let top = lines.iter().filter(|l| !l.text.is_empty()).take(CLUE_LINES).map(|l| cut(l.text)).collect();
    let mut draft = Draft { top, ..Draft::default() };
    drop_furniture(&mut lines, from_page, &mut draft.dropped);
    for group in lines.split_inclusive(|l| l.text.is_empty()) {
        let (blank, words) = match group.split_last() {
            Some((last, words)) if last.text.is_empty() => (Some(last), words),
            _ => (None, group),
        };
        push_group(&mut draft.pieces, words);
        if let Some((table, page)) = blank.and_then(|line| Some((line.table?, line.page))) {
            let captioned = caption_of_table(&mut draft.pieces);
            draft.pieces.push(Piece { page, ..Piece::table(table.clone(), captioned) });
        }
    }
    settle_sections(&mut draft.pieces);
    settle_headings(&mut draft.pieces);
    draft
}

/// A clue is short.
pub(crate) fn cut(line: &str) -> String {
    line.chars().take(300).collect()
}

/// Adds the trimmed lines of `text`, blank ones only where they separate.
fn push_lines<'t>(lines: &mut Vec<Line<'t>>, page: Option<u32>, text: &'t str) {
    let line = |text| Line { text, page, table: None };
    let mut begun = false;
    for text in text.lines().map(str::trim) {
        let blank_before = lines.last().is_none_or(|l| l.text.is_empty());
        if text.is_empty() && (blank_before || !begun) {
            continue;
        }
        // A sentence may run on over a page break, or from one column to the next.
        if !begun && !blank_before && !lines.last().is_some_and(|last| runs_on(last.text, text)) {
            lines.push(line(""));
        }
        lines.push(line(text));
        begun = true;
    }
    while begun && lines.last().is_some_and(|l| l.text.is_empty() && l.table.is_none()) {
        lines.pop();
    }
}

/// Blanks the lines that are furniture or belong to a contact box, so that they separate what stands around them.
fn drop_furniture(lines: &mut [Line<'_>], boxes: bool, dropped: &mut Vec<String>) {
    let mut take_away = |line: &mut Line<'_>| {
        if dropped.len() < CLUE_LINES {
            dropped.push(cut(line.text));
        }
        line.text = "";
    };
    for line in lines.iter_mut().filter(|l| furniture::is_furniture(l.text)) {
        take_away(line);
    }
    if !boxes {
        return;
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
    let mut behind_table = 0;
    for (i, line) in group.iter().enumerate() {
        if i < behind_table {
            continue;
        }
        if let Some((rows, taken)) = line_table::read(group[i..].iter().map(|l| l.text)) {
            pieces.extend(current.take());
            let captioned = caption_of_table(pieces);
            pieces.push(Piece { page: line.page, ..Piece::table(rows, captioned) });
            behind_table = i + taken;
            last = "";
            continue;
        }
        if let Some(piece) = current.as_mut().filter(|_| continues(last, line.text, width)) {
            piece.text.push('\n');
            piece.text.push_str(line.text);
        } else {
            let kind = if is_list_item(line.text) { BlockKind::ListItem } else { BlockKind::Paragraph };
            pieces.extend(current.replace(Piece::new(kind, line.text, line.page)));
        }
        last = line.text;
    }
    if let Some(mut piece) = current {
        let alone = piece.text.lines().count() == group.len();
        if alone {
            piece.kind = kind_of_lone(&piece, group.len()).unwrap_or(piece.kind);
        }
        pieces.push(piece);
    }
}

/// Makes the piece before a table its caption, if it reads like one ("Tabel 2. Klager").
fn caption_of_table(pieces: &mut [Piece]) -> bool {
    let Some(before) = pieces.last_mut().filter(|p| PICTURE.is_match(&p.text) && p.text.len() <= 200) else {
        return false;
    };
    before.kind = BlockKind::Caption;
    true
}

/// What a piece is that stands alone in `lines` lines: a caption, a heading (which may be wrapped once), a section.
fn kind_of_lone(piece: &Piece, lines: usize) -> Option<BlockKind> {
    let text = piece.text.replace('\n', " ");
    // A page of a PDF has tables without marks.
    let is_cells = piece.page.is_some() && row::has_two_rates(&text);
    match lines {
        1 | 2 if PICTURE.is_match(&text) && text.len() <= 200 => Some(BlockKind::Caption),
        1 if is_section(&text) => Some(MAYBE_SECTION),
        1 | 2 if is_heading(&text) && !is_cells => Some(BlockKind::Heading(2)),
        _ => None,
    }
}

/// Whether `next` goes on with the paragraph whose last line is `last`, in a group of lines `width` wide.
fn continues(last: &str, next: &str, width: usize) -> bool {
    if is_list_item(next) || row::is_row(last) || row::is_row(next) {
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

/// Whether the line begins with a bullet, a number or a letter of a list ("2. april" and "1. halvår" do not).
pub(crate) fn is_list_item(line: &str) -> bool {
    let period = |word: &str| date::month(word).is_some() || matches!(word, "halvår" | "kvartal" | "klasse");
    let dated = |line| NUMBERED.captures(line).is_some_and(|c| period(c[1].trim_matches(',')));
    LIST_MARK.is_match(line) && !dated(line)
}

/// A short line that stands alone and is no sentence, greeting, date or list item.
pub(crate) fn is_heading(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    line.chars().count() <= LONGEST_HEADING
        && words <= 18
        && letters >= 3
        && letters * 2 > YEAR.replace_all(line, "").chars().filter(|c| !c.is_whitespace()).count()
        && !line.ends_with(['.', ':', ';', ',', '!', '-'])
        && line
            .starts_with(|c: char| c.is_uppercase() || c.is_numeric() || matches!(c, '”' | '"' | '§' | '»'))
        && !is_list_item(line)
        && !row::ends_with_numbers(line)
        && !NO_HEADING.is_match(line)
        && !crate::metadata::is_date_line(line)
}

/// Whether the line is the numbered heading of a section ("4. Eventuelt"), were it no item of a list.
pub(crate) fn is_section(line: &str) -> bool {
    let words = |line| Some(SECTION.captures(line)?.get(3)?.as_str());
    is_list_item(line) && words(line).is_some_and(is_heading)
}

/// The number of a numbered line; letters count from A.
fn ordinal(piece: &Piece) -> Option<u32> {
    let c = SECTION.captures(&piece.text)?;
    let letter = || c.get(2)?.as_str().chars().next().map(u32::from);
    c.get(1).map_or_else(letter, |n| n.as_str().parse().ok())
}

/// Numbered lines that stand alone are headings, unless the next number stands right above or below: a list.
pub(crate) fn settle_sections(pieces: &mut [Piece]) {
    let in_list = |pieces: &[Piece], at: usize| {
        let (Some(number), Some(below)) = (ordinal(&pieces[at]), pieces.get(at + 1)) else { return true };
        let above = at.checked_sub(1).and_then(|above| ordinal(&pieces[above]));
        above.is_some_and(|n| n + 1 == number) || ordinal(below) == Some(number + 1)
    };
    let lone: Vec<usize> = (0..pieces.len()).filter(|at| pieces[*at].kind == MAYBE_SECTION).collect();
    let listed: Vec<bool> = lone.iter().map(|at| in_list(pieces, *at)).collect();
    for (at, listed) in lone.into_iter().zip(listed) {
        pieces[at].kind = if listed { BlockKind::ListItem } else { BlockKind::Heading(2) };
    }
}

/// A heading has something under it; the closing lines of a document are none.
fn settle_headings(pieces: &mut [Piece]) {
    let heads_row = |pieces: &[Piece], at: usize| {
        let below = pieces.get(at + 1).and_then(|p| p.text.lines().next());
        row::heads_row(&pieces[at].text) && below.is_some_and(row::is_row)
    };
    // A line that goes on in the next block is the beginning of a sentence.
    let goes_on = |pieces: &[Piece], at: usize| {
        pieces.get(at + 1).is_some_and(|next| runs_on(&pieces[at].text, &next.text))
    };
    for at in 0..pieces.len() {
        if pieces[at].is_heading() && (heads_row(pieces, at) || goes_on(pieces, at)) {
            pieces[at].kind = BlockKind::Paragraph;
        }
    }
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

    fn page(text: &str) -> Page {
        Page { parts: vec![Part::Text(text.to_owned())], ..Page::default() }
    }

    fn blocks(text: &str) -> Vec<(BlockKind, String)> {
        draft(text).pieces.into_iter().map(|p| (p.kind, p.text)).collect()
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
                "Der tages forbehold for\n\nbyrådets godkendelse.",
                &[(Paragraph, "Der tages forbehold for"), (Paragraph, "byrådets godkendelse.")],
            ),
            (
                "Tabel 1. Afgørelser i Ærø og omegn, fordelt på\nsager.\n\nTekst her.",
                &[
                    (Caption, "Tabel 1. Afgørelser i Ærø og omegn, fordelt på\nsager."),
                    (Paragraph, "Tekst her."),
                ],
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
    fn numbered_sections() {
        let cases: &[(&str, &[(BlockKind, &str)])] = &[
            (
                "Dagsorden\n1. Karakterer\n2. Eventuelt\n\n1. Karakterer\n\nTallet faldt.\n\n2. Eventuelt\n\nIntet.",
                &[
                    (Paragraph, "Dagsorden"),
                    (ListItem, "1. Karakterer"),
                    (ListItem, "2. Eventuelt"),
                    (Heading(2), "1. Karakterer"),
                    (Paragraph, "Tallet faldt."),
                    (Heading(2), "2. Eventuelt"),
                    (Paragraph, "Intet."),
                ],
            ),
            (
                "Målene er:\n\n1. Færre klager\n\n2. Kortere tid\n\n3. Bedre svar\n\nDet er alt.",
                &[
                    (Paragraph, "Målene er:"),
                    (ListItem, "1. Færre klager"),
                    (ListItem, "2. Kortere tid"),
                    (ListItem, "3. Bedre svar"),
                    (Paragraph, "Det er alt."),
                ],
            ),
            (
                "5. Mål for 2024-2026\n\nUdvalget har mål.",
                &[(Heading(2), "5. Mål for 2024-2026"), (Paragraph, "Udvalget har mål.")],
            ),
            (
                "B. Ledighed, sæsonkorrigeret\n\nTallet faldt.\n\n2. at tallet falder\n\nSlut.\n\n3. Det er sagt.\n\nSlut.\n\n4. Eventuelt",
                &[
                    (Heading(2), "B. Ledighed, sæsonkorrigeret"),
                    (Paragraph, "Tallet faldt."),
                    (ListItem, "2. at tallet falder"),
                    (Paragraph, "Slut."),
                    (ListItem, "3. Det er sagt."),
                    (Paragraph, "Slut."),
                    (ListItem, "4. Eventuelt"),
                ],
            ),
        ];
        for (text, want) in cases {
            let got = blocks(text);
            let got: Vec<_> = got.iter().map(|(k, t)| (*k, t.as_str())).collect();
            assert_eq!(got, *want, "{text:?}");
        }
    }

    #[test]
    fn rows_are_no_headings() {
        let text = "Udfald Ærø 2022 Hele landet 2022\n\nÆndret eller ophævet 13,8 % 9,0 %\n\n\
            Klager 45 % i byen og 52 % på landet\n\nSagerne faldt.";
        let kinds = |draft: Draft| -> Vec<BlockKind> { draft.pieces.into_iter().map(|p| p.kind).collect() };
        assert_eq!(kinds(draft_of_pages(&[page(text)])), [Paragraph, Paragraph, Paragraph, Paragraph]);
        assert_eq!(kinds(draft(text)), [Paragraph, Paragraph, Heading(2), Paragraph]);
        let rows =
            "Mindst 02 i dansk og matematik pct. 90,1 91,2\nI ungdomsuddannelse efter 3 mdr. pct. 93 94 92";
        assert_eq!(blocks(rows).len(), 2, "rows are not joined to a paragraph");
        let wrapped = "Har du spørgsmål til brevet her, så ring på 12 34 56 78\neller skriv til os.";
        assert_eq!(blocks(wrapped).len(), 1, "a phone number is no row");
    }

    #[test]
    fn sentences_run_over_pages() {
        let pages =
            [page("Overskrift\n\nAndelen af omgjorte afgørelser i\n"), page("\nkommunen faldt.\n\nNy side.")];
        let got: Vec<_> = draft_of_pages(&pages).pieces.into_iter().map(|p| (p.text, p.page)).collect();
        let want =
            [("Overskrift", 1), ("Andelen af omgjorte afgørelser i\nkommunen faldt.", 1), ("Ny side.", 2)];
        assert_eq!(got, want.map(|(t, p)| (t.to_owned(), Some(p))));
    }
}
