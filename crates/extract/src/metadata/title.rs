//! The title: top heading, page title, first heading of a text, subject line of a letter.

use std::sync::LazyLock;

use belaeg_model::{BlockKind, How, Kind, Stated};
use regex::Regex;

use super::kind::MINUTES_TITLE;
use super::published::is_date_line;
use crate::piece::{Draft, Piece, constant};
use crate::row::is_row;
use crate::text::{is_heading, is_section};

/// Longest title, in characters.
const LONGEST: usize = 250;
/// How many pieces the head of a letter or of minutes may have.
const HEAD: usize = 20;
/// A line of a letter's head (address, reference, date) is shorter than this, in bytes.
const LONGEST_HEAD_LINE: usize = 90;
/// Running text has so many words in a piece, or so many bytes.
const PROSE_WORDS: usize = 8;
const PROSE_BYTES: usize = 200;

static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)^(?:(?:emne|titel|overskrift|vedr\.?|vedrørende|angående|ang\.?)\s*:\s*)(\S.*)$",
        r"|^((?:vedr|vedrørende|angående|ang|svar)\b.*)$",
    ))
});
static ADDRESSEE: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"^(?i:att\b|til[: ]|kære\b|c/o\b|(?:sag|sagsnr|j\.? ?nr|journalnr|dok|dato|cpr|cvr|tlf|telefon)\b|[\wæøå.+-]+@)",
        r"|\b\d{4} [A-ZÆØÅ][a-zæøå]+|(?i:ministeri\w*|styrelsen)$",
        // References: "Kommunens sagsnr. 15/3", "Matr.nr. 10 a", "Deres ref.: mail", "Sags ID: 7".
        r"|^(?i:(?:[\wæøå.-]+ )?[\wæøå.-]*(?:nr|nummer|id|ref|reference)\b\.?(?:\s*:|\s+\S*\d))",
        r"|^(?i:(?:sagsbehandler|kontaktperson|direkte telefon)\b)",
    ))
});
static CONTENTS: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:indhold(?:sfortegnelse)?|table of contents)\W*$"));
static SITE: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)kommune$|\.dk$|^forside$|kommune\b.{0,20}$|ministeriet$|^nyheder$"));
/// The name of a kommune or region and nothing else.
static LETTERHEAD: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"^(?:[A-ZÆØÅ][\wæøåÆØÅ-]*\s+){1,2}(?i:kommunes?)$|^(?i:region)\s+[A-ZÆØÅ][\wæøåÆØÅ-]*$")
});
/// A word that names the genre and nothing else.
static BARE: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)^(?:møde|beslutnings)?(?:referat(?:et)?|dagsorden(?:en)?|protokol(?:len)?)$")
});
pub(super) static COMMITTEE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^[A-ZÆØÅ].{0,80}(?:udvalg(?:et)?|råd(?:et)?|bestyrelse(?:n)?|forum(?:met)?|nævn(?:et)?|kommission(?:en)?)$",
    )
});
/// What a program writes for a title: its own name, a file's, or none.
static PROGRAM: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\.(?:docx?|odt|xlsx?|pptx?|pdf|rtf|indd|tmp)$|^(?:microsoft|untitled|document\b|dokument ?\d|print|scan)",
    )
});
/// The heading of an item of the agenda.
static ITEM: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:dagsordens)?punkt\s+\d|^(?:sag )?\d{1,3}[.:]?\s|^godkendelse af\b"));

/// Finds the title and marks the piece that holds it as the first heading.
pub(super) fn find(draft: &mut Draft, kind: Kind) -> Option<Stated<String>> {
    if draft.marked_up {
        return marked_up(draft, kind);
    }
    in_text(draft, kind).or_else(|| draft.markup.title.as_deref().and_then(property))
}

/// The title among the properties of a file, unless a program put it there.
fn property(title: &str) -> Option<Stated<String>> {
    let title = one_line(title);
    let is_title = title.contains(' ') && !PROGRAM.is_match(&title);
    is_title.then(|| Stated::new(title, How::Markup))
}

fn in_text(draft: &mut Draft, kind: Kind) -> Option<Stated<String>> {
    let (at, line) = match kind {
        Kind::Letter => subject(&draft.pieces).map(|at| (at, one_line(&draft.pieces[at].text))),
        Kind::Minutes => minutes(&draft.pieces).or_else(|| first_heading(&draft.pieces)),
        Kind::News | Kind::Report => first_heading(&draft.pieces),
    }?;
    draft.pieces.get_mut(at)?.kind = BlockKind::Heading(1);
    let title =
        SUBJECT.captures(&line).and_then(|c| c.get(1).or(c.get(2))).map_or(line.as_str(), |m| m.as_str());
    Some(Stated::new(title.to_owned(), How::Position))
}

fn marked_up(draft: &Draft, kind: Kind) -> Option<Stated<String>> {
    let markup = &draft.markup;
    let tops = draft.pieces.iter().filter(|p| p.kind == BlockKind::Heading(1)).map(|p| one_line(&p.text));
    let heads = markup.h1.iter().map(|h1| one_line(h1));
    let pages = [&markup.og_title, &markup.title].into_iter().flatten().map(|t| one_line(&without_site(t)));
    let titles: Vec<String> = tops.chain(heads).chain(pages).filter(|t| !t.is_empty()).collect();
    if let Some(title) = titles.iter().find(|t| !is_date_line(t) && !BARE.is_match(t)) {
        return Some(Stated::new(title.clone(), How::Markup));
    }
    let is_minutes = kind == Kind::Minutes || titles.iter().any(|t| BARE.is_match(t));
    let found = if is_minutes { minutes(&draft.pieces) } else { None };
    let found = found.filter(|(_, line)| !BARE.is_match(line)).or_else(|| first_heading(&draft.pieces));
    let bare = || titles.into_iter().find(|t| !is_date_line(t)).map(|t| Stated::new(t, How::Markup));
    found.map(|(_, line)| Stated::new(line, How::Position)).or_else(bare)
}

/// The first heading that is no letterhead, date, list of contents or item of an agenda.
fn first_heading(pieces: &[Piece]) -> Option<(usize, String)> {
    let headings = pieces.iter().enumerate().filter(|(_, p)| p.is_heading());
    headings.map(|(at, p)| (at, one_line(&p.text))).find(|(_, line)| {
        !CONTENTS.is_match(line)
            && !LETTERHEAD.is_match(line)
            && !is_date_line(line)
            && !is_section(line)
            && !ITEM.is_match(line)
    })
}

/// The line at the head of minutes that says what they are; a bare "Referat" together with the committee next to it.
fn minutes(pieces: &[Piece]) -> Option<(usize, String)> {
    let head: Vec<String> =
        pieces.iter().take(HEAD).take_while(|p| !is_prose(p)).map(|p| one_line(&p.text)).collect();
    let is_title = |line: &String| {
        line.chars().count() <= LONGEST && MINUTES_TITLE.is_match(line) && !line.ends_with([':', '.'])
    };
    let items = head.iter().position(|l| is_section(l) || ITEM.is_match(l)).unwrap_or(head.len());
    let at = head[..items].iter().position(is_title)?;
    let line = &head[at];
    if !BARE.is_match(line) {
        return Some((at, line.clone()));
    }
    let is_committee = |at: usize| head.get(at).filter(|l| COMMITTEE.is_match(l));
    let title = match (at.checked_sub(1).and_then(is_committee), is_committee(at + 1)) {
        (Some(above), _) => format!("{above} - {line}"),
        (None, Some(below)) => format!("{line} - {below}"),
        (None, None) => line.clone(),
    };
    Some((at, title))
}

/// The subject line of a letter: the first short line behind addressee, date and references, above the prose.
fn subject(pieces: &[Piece]) -> Option<usize> {
    let prose = pieces.iter().take(HEAD).position(is_prose).unwrap_or(pieces.len().min(HEAD));
    let head = &pieces[..prose];
    let labelled = |p: &Piece| p.text.len() <= LONGEST && SUBJECT.is_match(&one_line(&p.text));
    if let Some(at) = head.iter().position(labelled) {
        return Some(at);
    }
    let is_head = |p: &Piece| {
        p.text.len() <= LONGEST_HEAD_LINE && (ADDRESSEE.is_match(&p.text) || is_date_line(&p.text))
    };
    let after = head.iter().rposition(is_head).map_or(0, |at| at + 1);
    let is_subject = |p: &Piece| {
        let line = one_line(&p.text);
        p.text.chars().count() <= LONGEST && is_heading(&line) && !LETTERHEAD.is_match(&line)
    };
    let is_alone = |at: usize| after > 0 || head[at].is_heading();
    (after..head.len()).find(|at| is_subject(&head[*at]) && is_alone(*at))
}

/// Whether a piece is running text: a sentence, or several lines.
fn is_prose(piece: &Piece) -> bool {
    let words = piece.text.split_whitespace().count();
    let sentence = piece.text.ends_with(['.', '!', '?']) && words >= PROSE_WORDS;
    sentence || piece.text.len() > PROSE_BYTES || is_row(&piece.text)
}

/// A page's title without the name of the site behind (or before) it.
fn without_site(title: &str) -> String {
    for separator in [" | ", " - ", " – ", " — ", " :: ", " · "] {
        let Some((head, tail)) = title.rsplit_once(separator) else { continue };
        if SITE.is_match(tail.trim()) || separator == " | " {
            return without_site(head);
        }
        if let Some((first, rest)) = title.split_once(separator)
            && SITE.is_match(first.trim())
        {
            return rest.trim().to_owned();
        }
    }
    title.trim().to_owned()
}

fn one_line(text: &str) -> String {
    let line = text.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    line.trim().chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_names_go() {
        for (title, want) in [
            ("Færre klager i Ærø | Ærø Kommune", "Færre klager i Ærø"),
            ("Færre klager - Ærø Kommune", "Færre klager"),
            ("Færre klager - nyt fra byrådet", "Færre klager - nyt fra byrådet"),
            ("Færre klager | Nyheder | aeroe.dk", "Færre klager"),
            ("Ærø Kommune - Færre klager", "Færre klager"),
            ("Færre klager", "Færre klager"),
        ] {
            assert_eq!(without_site(title), want);
        }
    }

    #[test]
    fn the_first_heading_is_the_title() {
        let text = "Indholdsfortegnelse\n\nTekst her.\n\nÅrsberetning for Ærø\n\nTekst her.";
        let mut draft = crate::text::draft(text);
        let title = find(&mut draft, Kind::Report).map(|t| t.value);
        assert_eq!(title.as_deref(), Some("Årsberetning for Ærø"));
        assert_eq!(draft.pieces[2].kind, BlockKind::Heading(1));
    }

    #[test]
    fn a_letter_has_a_subject() {
        let long = "Kommunen skriver her et langt svar. ".repeat(10);
        let cases: &[(&[&str], Option<usize>)] = &[
            (&["Ærø Ministeriet", "Att.: Åse Ø", "2. april 2024", "Svar på henvendelse", &long], Some(3)),
            (&["Åse Ø", "Vejen 1", "5970 Ærøskøbing", "Afgørelse om støtte til børn", &long], Some(3)),
            (&["Kære Åse", "Tak for brevet.", &long], None),
            (&["Vedr. klage over afgørelse", "Kære Åse", &long], Some(0)),
        ];
        for (lines, want) in cases {
            let pieces: Vec<Piece> =
                lines.iter().map(|l| Piece::new(BlockKind::Paragraph, *l, None)).collect();
            assert_eq!(subject(&pieces), *want, "{lines:?}");
        }
    }
}
