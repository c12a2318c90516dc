//! The genre: words of the address or file name, labels of the text, words of the title.

use std::sync::LazyLock;

use belaeg_model::{How, Kind, Stated};
use regex::Regex;

use super::Name;
use super::published::is_date_line;
use crate::piece::{Draft, constant};

pub(super) static MINUTES_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)\breferat(?:et|er)?\b|\bdagsorden(?:en)?\b|\b(?:beslutnings)?protokol\b|\bmødereferat")
});
static REPORT_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)\w*rapport(?:en)?\b|\w*beretning(?:en)?\b|\w*redegørelse(?:n)?\b|\w*statistik(?:ken)?\b|\bstatus\b|\w*budget\b|\bregnskab\b",
    )
});
/// A label that only minutes have, and those of which it takes two.
static MEETING: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:mødedato|mødested|mødetidspunkt|mødedeltagere|dagsorden(?:spunkt(?:er)?)?|referat af møde\b.*|fraværende)\b.{0,120}$",
    )
});
static MEETING_WEAK: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:beslutning|afbud|til stede|deltagere|indstilling|sagsfremstilling|referent|godkendelse af dagsorden|eventuelt)\b.{0,60}$",
    )
});
static ATTENTION: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^att\b[.:]|^kære\b.{0,60}$"));
static CASE: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:sag|sagsnr|j\.? ?nr|journalnr)\b\.?\s*:?\s*\S{2,40}$"));
static CLOSING: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)^(?:med )?(?:venlig|venlige|de bedste) hilsen(?:er)?\W*$"));
static CONTENTS: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)^indhold(?:sfortegnelse)?:?$"));

/// Lines at the head of a letter that are looked at.
const HEAD: usize = 20;

/// Finds the kind; nothing found means news.
pub(super) fn find(name: &Name, draft: &Draft, title: Option<&str>) -> Stated<Kind> {
    if let Some(kind) = by_name(&name.path) {
        return Stated::new(kind, How::Words);
    }
    let heading = draft.pieces.iter().find(|p| p.is_heading()).map(|p| p.text.as_str());
    let title = title.or(draft.markup.h1.as_deref()).or(heading).unwrap_or("");
    if MINUTES_TITLE.is_match(title) {
        return Stated::new(Kind::Minutes, How::Words);
    }
    if is_minutes(draft) {
        return Stated::new(Kind::Minutes, How::Label);
    }
    if is_letter(draft) {
        return Stated::new(Kind::Letter, How::Label);
    }
    let names_itself = REPORT_TITLE.find(title).is_some_and(|m| m.start() == 0 || !draft.marked_up);
    if names_itself && title.split_whitespace().count() <= 10 {
        return Stated::new(Kind::Report, How::Words);
    }
    if draft.pages > 3 && lines(draft).any(|l| CONTENTS.is_match(l)) {
        return Stated::new(Kind::Report, How::Label);
    }
    Stated::new(Kind::News, How::Default)
}

/// The first word of the address or file name that names a kind: a folder comes before its files.
fn by_name(path: &str) -> Option<Kind> {
    let lower = path.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).find_map(|word| match word {
        "referat"
        | "referater"
        | "dagsorden"
        | "dagsordener"
        | "dagsordner"
        | "moedereferat"
        | "mødereferat"
        | "beslutningsprotokol"
        | "udvalgsmoede"
        | "byraadsmoede" => Some(Kind::Minutes),
        "nyhed" | "nyheder" | "news" | "pressemeddelelse" | "pressemeddelelser" | "presse" => {
            Some(Kind::News)
        }
        "brev" | "breve" | "svarbrev" | "hoeringssvar" | "høringssvar" => Some(Kind::Letter),
        "budget" | "redegoerelse" | "redegørelse" | "regnskab" => Some(Kind::Report),
        word if ["rapport", "rapporten", "beretning", "statistik"].iter().any(|end| word.ends_with(end)) => {
            Some(Kind::Report)
        }
        _ => None,
    })
}

/// The short lines of the document.
fn lines(draft: &Draft) -> impl Iterator<Item = &str> {
    let pieces = draft.pieces.iter().flat_map(|p| p.text.lines());
    let around = draft.above.iter().chain(&draft.dropped);
    pieces.chain(around.map(String::as_str)).map(str::trim).filter(|l| l.len() <= 160)
}

fn is_minutes(draft: &Draft) -> bool {
    let mut weak: Vec<&str> = Vec::new();
    for line in lines(draft) {
        if MEETING.is_match(line) {
            return true;
        }
        if let Some(word) = MEETING_WEAK.find(line).and_then(|_| line.split_whitespace().next())
            && !weak.contains(&word)
        {
            weak.push(word);
        }
    }
    weak.len() >= 3
}

/// A letter is addressed to someone, has a date or case number, or ends with a greeting; two of these.
fn is_letter(draft: &Draft) -> bool {
    let head = || draft.top.iter().take(HEAD).map(|l| l.trim());
    let addressed = head().any(|l| ATTENTION.is_match(l));
    let closes = lines(draft).any(|l| CLOSING.is_match(l));
    let dated = head().any(is_date_line);
    let numbered = lines(draft).any(|l| CASE.is_match(l));
    (addressed && (closes || (dated && numbered))) || (closes && dated && numbered)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn kinds() {
        let kind = |path: &str, body: &str| {
            let draft = text::draft(body);
            find(&Name { host: None, path: path.to_owned() }, &draft, None).value
        };
        let prose = "Kommunen har set på sagerne og fundet, at tallet er faldet siden sidst.";
        for (path, body, want) in [
            ("/nyheder/2022/ny-rapport", prose.to_owned(), Kind::News),
            ("/politik/referater/nyhedsbrev", prose.to_owned(), Kind::Minutes),
            ("aarsrapport-2020.pdf", prose.to_owned(), Kind::Report),
            ("Brev til ministeriet.pdf", prose.to_owned(), Kind::Letter),
            ("nyhedsbrev.txt", prose.to_owned(), Kind::News),
            ("a.txt", format!("Referat fra byrådet\n\n{prose}"), Kind::Minutes),
            ("a.txt", format!("Punkt 4\n\nMødedato: 7. april 2022\n\n{prose}"), Kind::Minutes),
            ("a.txt", format!("Ærø\nAtt.: Åse\n\n{prose}\n\nMed venlig hilsen\n\nØ"), Kind::Letter),
            ("a.txt", format!("Kære borger\n\n{prose}\n\nVenlig hilsen"), Kind::Letter),
            ("a.txt", format!("2. april 2024\n\nSagsnr. 24/123\n\n{prose}\n\nVenlig hilsen"), Kind::Letter),
            ("a.txt", format!("Årsberetning fra borgerrådgiveren\n\n{prose}"), Kind::Report),
            ("a.txt", format!("Tallet falder\n\n{prose}\n\n- Kære alle, siger hun."), Kind::News),
        ] {
            assert_eq!(kind(path, &body), want, "{path} {body:?}");
        }
    }
}
