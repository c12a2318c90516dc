//! The title: top heading, page title, first heading of a text, subject line of a letter.

use std::sync::LazyLock;

use belaeg_model::{BlockKind, How, Kind, Stated};
use regex::Regex;

use super::published::is_date_line;
use crate::piece::{Draft, Piece, constant};
use crate::text::is_heading;

/// Longest title, in characters.
const LONGEST: usize = 250;
/// How many pieces a letter's head may have.
const LETTER_HEAD: usize = 20;

static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:(?:emne|titel|overskrift)\s*:\s*)(\S.*)$|^((?:vedr|vedrørende|angående|ang|svar)\b.*)$",
    )
});
static ADDRESSEE: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)^att\b|^til[: ]|^kære\b|^c/o\b|\b\d{4} [A-ZÆØÅ][a-zæøå]+|^(?:sag|sagsnr|j\.? ?nr|journalnr|dok|dato|cpr|cvr)\b",
        r"|ministeri|styrelsen$|^[\wæøå.+-]+@|^(?:tlf|telefon)",
    ))
});
static CONTENTS: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:indhold(?:sfortegnelse)?|table of contents)\W*$"));
static SITE: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)kommune$|\.dk$|^forside$|kommune\b.{0,20}$|ministeriet$|^nyheder$"));

/// Finds the title and marks the piece that holds it as the first heading.
pub(super) fn find(draft: &mut Draft, kind: Kind) -> Option<Stated<String>> {
    if draft.marked_up {
        return marked_up(draft);
    }
    let at = if kind == Kind::Letter { subject(&draft.pieces) } else { None };
    let (at, how) = match at {
        Some(at) => (at, How::Position),
        None => {
            (draft.pieces.iter().position(|p| p.is_heading() && !CONTENTS.is_match(&p.text))?, How::Position)
        }
    };
    let piece = draft.pieces.get_mut(at)?;
    piece.kind = BlockKind::Heading(1);
    let line = one_line(&piece.text);
    let title =
        SUBJECT.captures(&line).and_then(|c| c.get(1).or(c.get(2))).map_or(line.as_str(), |m| m.as_str());
    Some(Stated::new(title.to_owned(), how))
}

fn marked_up(draft: &Draft) -> Option<Stated<String>> {
    let markup = &draft.markup;
    let in_text = draft.pieces.iter().find(|p| p.kind == BlockKind::Heading(1)).map(|p| one_line(&p.text));
    let heads = [in_text, markup.h1.clone(), markup.og_title.as_deref().map(without_site)];
    let mut titles = heads.into_iter().flatten().chain(markup.title.as_deref().map(without_site));
    if let Some(title) = titles.find(|t| !t.trim().is_empty()) {
        return Some(Stated::new(one_line(&title), How::Markup));
    }
    let first = draft.pieces.iter().find(|p| p.is_heading())?;
    Some(Stated::new(one_line(&first.text), How::Position))
}

/// The subject line of a letter: the first short line behind addressee, date and references.
fn subject(pieces: &[Piece]) -> Option<usize> {
    let head = &pieces[..pieces.len().min(LETTER_HEAD)];
    let labelled = head.iter().position(|p| p.text.len() <= LONGEST && SUBJECT.is_match(&p.text));
    let prose = head.iter().position(|p| p.text.len() > 200).unwrap_or(head.len());
    if labelled.is_some_and(|at| at <= prose) {
        return labelled;
    }
    let is_head = |p: &Piece| ADDRESSEE.is_match(&p.text) || is_date_line(&p.text);
    let after = head[..prose].iter().rposition(is_head)? + 1;
    let is_subject = |p: &Piece| p.text.chars().count() <= LONGEST && is_heading(&one_line(&p.text));
    head[..prose].iter().skip(after).position(is_subject).map(|n| after + n)
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
        let mut draft = crate::text::draft(&[(None, text)]);
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
