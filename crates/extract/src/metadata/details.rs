//! Who wrote, sent and got a document, whose meeting it is of, and when it was last changed. What it does not say stays empty.

use std::sync::LazyLock;

use belaeg_model::{Details, How, Kind, Stated};
use regex::Regex;

use super::cases;
use super::published::is_date_line;
use crate::html::dates::first_date;
use crate::html::published::is_update;
use crate::piece::{Draft, constant};

/// Lines of the head of a letter or of minutes.
const HEAD: usize = 30;
/// Lines below a greeting in which the sender may stand.
const BELOW: usize = 6;
/// Longest name, in characters.
const LONGEST: usize = 120;
/// A label and its value stand in a line no longer than this, in bytes.
const LONGEST_LINE: usize = 160;

static RECIPIENT: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^(?:til|modtager(?:e)?)\s*:\s*(\S.*)$"));
static SENDER: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^(?:fra|afsender)\s*:\s*(\S.*)$"));
static ATTENTION: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^att\b\.?\s*:?\s*(\S.*)$"));
static TOWN: LazyLock<Regex> = LazyLock::new(|| constant(r"^(?:DK-)?\d{4} [A-ZÆØÅ]"));
static GREETING: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:med )?(?:venlig|venlige|de bedste|bedste) hilsen(?:er)?\b"));
/// A line that names an authority and nothing else.
static AUTHORITY: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"^(?:[A-ZÆØÅ][\wæøåÆØÅ,-]*(?: og | )?){0,5}(?i:kommunes?|ministeriet|styrelsen|nævnet|forvaltningen|råd|rådet|udvalget)$",
        r"|^(?i:region) [A-ZÆØÅ][\wæøå]*$|^KL$|^KL – Kommunernes Landsforening$",
    ))
});
static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"^(?:Af|Skrevet af|Tekst|Forfatter|Redaktion|By|Written by):? ([A-ZÆØÅ][\wæøåé.-]+(?: [A-ZÆØÅ][\wæøåé.-]+){1,4})\W*$",
    )
});
static COMMITTEE_LABEL: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:udvalg|forum|mødeforum|mødegruppe|råd)\s*:\s*(\S.*)$"));
/// "Børne- og Ungdomsudvalget", "Klima-, Teknik- og Miljøudvalget", "Byrådet".
static COMMITTEE: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?:[A-ZÆØÅ][\wæøå]*-,? (?:og )?|[A-ZÆØÅ][\wæøå]* og |Udvalget for |Rådet for )*",
        r"(?:[A-ZÆØÅ][\wæøåÆØÅ]*(?:udvalg(?:et)?|bestyrelse(?:n)?|repræsentation(?:en)?|nævn(?:et)?|forum(?:met)?|råd(?:et)?|kommission(?:en)?)",
        r"|Udvalget for [A-ZÆØÅ][\wæøå]*(?:(?:,| og) [A-ZÆØÅ][\wæøå]*)*|Byråd(?:et)?)\b",
    ))
});

/// Finds what the document says of itself besides title, kind, place and date.
pub(super) fn find(draft: &Draft, title: Option<&str>, kind: Kind) -> Details {
    let is_letter = kind == Kind::Letter;
    Details {
        updated: updated(draft),
        author: author(draft),
        sender: if is_letter { sender(draft) } else { None },
        recipient: if is_letter { recipient(draft) } else { None },
        committee: if kind == Kind::Minutes { committee(draft, title) } else { None },
        case_numbers: cases::find(draft, kind),
    }
}

/// The lines at the head: what was taken away there (the letterhead) counts too.
fn head(draft: &Draft) -> impl Iterator<Item = &str> + Clone {
    let pieces = draft.pieces.iter().flat_map(|p| p.text.lines());
    let lines = draft.top.iter().map(String::as_str).take(HEAD).chain(pieces.take(HEAD));
    lines.map(str::trim).filter(|l| l.len() <= LONGEST_LINE)
}

fn behind(lines: impl Iterator<Item = impl AsRef<str>>, label: &Regex) -> Option<Stated<String>> {
    let mut values =
        lines.filter_map(|line| Some(label.captures(line.as_ref())?.get(1)?.as_str().to_owned()));
    values.find_map(|v| name(&v)).map(|v| Stated::new(v, How::Label))
}

fn name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty() && name.chars().count() <= LONGEST).then_some(name)
}

fn updated(draft: &Draft) -> Option<Stated<jiff::civil::Date>> {
    if let Some(date) = draft.markup.updated {
        return Some(Stated::new(date, How::Markup));
    }
    let pieces = draft.pieces.iter().flat_map(|p| p.text.lines());
    let around = draft.top.iter().chain(&draft.above).chain(&draft.dropped).map(String::as_str);
    let labelled = |line: &&str| line.len() <= LONGEST_LINE && is_update(line);
    around.chain(pieces).filter(labelled).find_map(first_date).map(|date| Stated::new(date, How::Label))
}

fn author(draft: &Draft) -> Option<Stated<String>> {
    let lines = draft
        .above
        .iter()
        .map(String::as_str)
        .chain(head(draft))
        .chain(draft.dropped.iter().map(String::as_str));
    let marked = draft.markup.author.as_deref().and_then(name).map(|name| Stated::new(name, How::Markup));
    marked.or_else(|| behind(lines, &BYLINE))
}

/// Behind its label, in the letterhead, or below the greeting.
fn sender(draft: &Draft) -> Option<Stated<String>> {
    if let Some(sender) = behind(head(draft), &SENDER) {
        return Some(sender);
    }
    let is_authority = |line: &&str| AUTHORITY.is_match(line);
    let addressee = recipient(draft).map(|r| r.value);
    let other = |line: &&str| addressee.as_deref() != Some(*line);
    let lines: Vec<&str> = draft.pieces.iter().flat_map(|p| p.text.lines()).map(str::trim).collect();
    let greeting = lines.iter().rposition(|l| GREETING.is_match(l));
    let signed = lines.get(greeting.map_or(lines.len(), |at| at + 1)..).unwrap_or_default();
    let signed: Vec<&str> = signed.iter().take(BELOW).copied().filter(is_authority).collect();
    let is_kommune = |line: &&&str| line.to_lowercase().contains("kommune");
    let below = signed.iter().find(is_kommune).or(signed.first()).copied();
    let letterhead = || {
        let dropped = draft.dropped.iter().map(|l| l.trim());
        dropped.chain(head(draft)).filter(is_authority).find(other)
    };
    below.or_else(letterhead).and_then(name).map(|name| Stated::new(name, How::Position))
}

/// Behind its label, above "Att.", or the first line of the address.
fn recipient(draft: &Draft) -> Option<Stated<String>> {
    if let Some(recipient) = behind(head(draft), &RECIPIENT) {
        return Some(recipient);
    }
    let lines: Vec<&str> =
        draft.pieces.iter().take(HEAD).flat_map(|p| p.text.lines()).map(str::trim).take(HEAD).collect();
    let positioned = |line: &str| name(line).map(|name| Stated::new(name, How::Position));
    if let Some(at) = lines.iter().position(|l| ATTENTION.is_match(l)) {
        let line = |up: usize| at.checked_sub(up).and_then(|at| lines.get(at)).filter(|l| !is_date_line(l));
        // An office stands below the authority it is part of.
        return match line(2).filter(|l| AUTHORITY.is_match(l)).or(line(1)) {
            Some(line) => positioned(line),
            None => behind(lines.iter(), &ATTENTION),
        };
    }
    let first = addressee(draft).map(|line| line.strip_prefix("Til ").unwrap_or(line));
    first.filter(|line| !line.contains(':') && !is_date_line(line)).and_then(positioned)
}

/// The first line of the address: of its block, or above the street where each line is a block.
fn addressee(draft: &Draft) -> Option<&str> {
    let pieces = draft.pieces.get(..draft.pieces.len().min(HEAD))?;
    let at = pieces.iter().position(|p| p.text.lines().any(|l| TOWN.is_match(l.trim())))?;
    let is_town = |line: &str| TOWN.is_match(line.trim());
    if let Some(first) = pieces[at].text.lines().next().filter(|first| !is_town(first)) {
        return Some(first.trim());
    }
    let above = |at: usize| at.checked_sub(1).and_then(|at| pieces.get(at)).map(|p| p.text.trim());
    let street = above(at)?;
    if street.contains(|c: char| c.is_ascii_digit()) { above(at - 1) } else { Some(street) }
}

/// Behind its label, in the title, or alone on a line of the head.
fn committee(draft: &Draft, title: Option<&str>) -> Option<Stated<String>> {
    if let Some(committee) =
        behind(head(draft).chain(draft.above.iter().map(String::as_str)), &COMMITTEE_LABEL)
    {
        return Some(committee);
    }
    let in_line = |line: &str| COMMITTEE.find(line).and_then(|m| name(m.as_str()));
    let in_title = title.and_then(in_line).map(|name| Stated::new(name, How::Words));
    let lines = || draft.above.iter().map(String::as_str).chain(head(draft));
    in_title.or_else(|| lines().find_map(in_line).map(|name| Stated::new(name, How::Position)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    fn details(text: &str, kind: Kind) -> Details {
        find(&text::draft(text), text.lines().next(), kind)
    }

    fn value(stated: Option<Stated<String>>) -> String {
        stated.map(|s| format!("{} [{}]", s.value, s.how.as_str())).unwrap_or_default()
    }

    #[test]
    fn ends_of_a_letter() {
        let prose = "Vi har modtaget henvendelsen om børnene på Ærø og svarer hermed på den.";
        let cases = [
            (
                "Social- og Ældreministeriet\nAtt.: Åse Ø\n\n2. april 2024\n\n{}\n\nMed venlig hilsen\n\nÅse Ø\nÆrø Kommune",
                "Ærø Kommune [position]",
                "Social- og Ældreministeriet [position]",
            ),
            (
                "Ærø Kommune\n\nAnkestyrelsen\nTeglholmsgade 3\n2450 København SV\n\n2. april 2024\n\n{}",
                "Ærø Kommune [position]",
                "Ankestyrelsen [position]",
            ),
            ("Fra: Ærø Kommune\nTil: Ankestyrelsen\n\n{}", "Ærø Kommune [label]", "Ankestyrelsen [label]"),
            ("2. april 2024\n\n{}", "", ""),
        ];
        for (text, sender, recipient) in cases {
            let found = details(&text.replace("{}", prose), Kind::Letter);
            assert_eq!(
                (value(found.sender), value(found.recipient)),
                (sender.to_owned(), recipient.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn meetings_authors_and_changes() {
        for (text, want) in [
            ("Referat fra Børne- og Ungdomsudvalget den 7. april 2022", "Børne- og Ungdomsudvalget [words]"),
            (
                "Referat\n\nKlima-, Teknik- og Miljøudvalget\n\nMødedato: 7. april 2022",
                "Klima-, Teknik- og Miljøudvalget [position]",
            ),
            ("Dagsorden for Byrådet", "Byrådet [words]"),
            ("Referat\n\nUdvalg: Økonomiudvalget", "Økonomiudvalget [label]"),
            ("Referat af møde i Samarbejdsforum den 7. april 2022", "Samarbejdsforum [words]"),
            ("Referat af mødet", ""),
        ] {
            assert_eq!(value(details(text, Kind::Minutes).committee), want, "{text}");
        }
        let found = details(
            "Færre klager\n\nAf Åse Ærøe\n\nSidst opdateret: 8.\u{a0}februar 2022\n\nKommunen har set på det.",
            Kind::News,
        );
        assert_eq!(value(found.author), "Åse Ærøe [label]");
        assert_eq!(found.updated.map(|d| d.value.to_string()).as_deref(), Some("2022-02-08"));
    }
}
