//! Finds contact boxes and the side column of a letter: runs of phone numbers, addresses and case numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::furniture::has_rate;
use crate::piece::constant;

static PHONE: LazyLock<Regex> = LazyLock::new(|| constant(r"(?:\+45 ?)?\b\d\d[ .]?\d\d[ .]?\d\d[ .]?\d\d\b"));
static BARE_PHONE: LazyLock<Regex> =
    LazyLock::new(|| constant(r"^(?:\+45[ \u{a0}]?)?\d\d[ \u{a0}.]?\d\d[ \u{a0}.]?\d\d[ \u{a0}.]?\d\d$"));
static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)[a-z0-9æøå_.+-]{1,64}@(?:[a-z0-9æøå-]{1,40}\.){1,4}[a-z]{2,10}"));
static HARD: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)^(?:",
        r"(?:tlf|telefon|telefonnr|tel|mobil|direkte|fax|t|m)\b[.:]?(?: ?nr\.?:?)?[ \u{a0}]*\+?[\d \u{a0}.()]{8,20}",
        r"|(?:e-?mail|mail|e)?[.: ]*[a-z0-9æøå_.+-]+@(?:[a-z0-9æøå-]+\.)+[a-z]{2,10}",
        r"|(?:web|hjemmeside)?[.: ]*(?:https?://)?(?:[a-z0-9æøå-]+\.)+(?:dk|com|eu|org)(?:/\S*)?",
        r"|(?:sag|sagsnr|sagsnummer|sags-?id|j\.? ?nr|journalnr|dok(?:ument)?\.?-?(?:nr|id)|cvr(?:[ -]?nr)?",
        r"|ean(?:[ -]?nr)?|ref|reference)\b[.: ]*[a-z0-9_./: -]+",
        r"|(?:åbningstider?|telefontider?|ekspeditionstid)\b.{0,40}",
        r"|(?:man|tirs|ons|tors|fre|lør|søn)(?:dag)?\.?(?: ?(?:-|–|til|og) ?(?:man|tirs|ons|tors|fre|lør|søn)(?:dag)?\.?)?",
        r":? *(?:kl\.? ?)?\d{1,2}(?:[.:]\d\d)? ?(?:-|–|til) ?\d{1,2}(?:[.:]\d\d)?",
        r")$",
    ))
});
static BOX_HEADING: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)^(?:kontakt(?:information|oplysninger|info|person(?:er)?)?(?: os)?|pressekontakt",
        r"|(?:for )?(?:yderligere|flere|mere) (?:oplysninger|information)|vil du vide mere\??)[.:]?$",
    ))
});
static BOX_SENTENCE: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?i)^(?:for (?:mere|yderligere|flere)|yderligere|kontakt|ring|skriv|henvendelse|spørgsmål)\b")
});
static DEPARTMENT: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)kommune|forvaltning|afdeling|center|sekretariat|styrelse|rådhus|direktion|familier|jobcent",
    )
});

/// The most lines without a number that may stand between two contact lines.
const GAP: usize = 3;

/// For each of `lines` (no blank ones among them), whether it belongs to a contact box or a side column.
pub(crate) fn find(lines: &[&str]) -> Vec<bool> {
    let mut drop = vec![false; lines.len()];
    let hard: Vec<bool> = lines.iter().map(|l| is_hard(l)).collect();
    let mut at = 0;
    while at < lines.len() {
        let run = if BOX_HEADING.is_match(head(lines[at])) {
            boxed(lines, &hard, at)
        } else if hard[at] {
            column(lines, &hard, at)
        } else {
            Run { lines: at..at + 1, goes: false }
        };
        at = run.lines.end;
        if run.goes {
            drop[run.lines].fill(true);
        }
    }
    drop
}

/// Lines that have been looked at together, and whether they go. Ends behind the line it was looked for at.
struct Run {
    lines: Range<usize>,
    goes: bool,
}

/// Regexes look at short lines only.
fn head(line: &str) -> &str {
    if line.len() <= 100 { line } else { "" }
}

/// A line that is nothing but a phone number, an address, a case number or opening hours.
fn is_hard(line: &str) -> bool {
    let line = head(line.trim());
    !line.is_empty() && !has_rate(line) && (BARE_PHONE.is_match(line) || HARD.is_match(line))
}

/// A short line that may stand in a contact box: a name, a title, a department.
fn is_soft(line: &str) -> bool {
    let line = line.trim();
    line.len() <= 80
        && !has_rate(line)
        && !line.ends_with(['.', ':', '?', '!', ';'])
        && !line.starts_with(['-', '•'])
}

/// The side column around the contact line at `first`: at least two contact lines, one of them more than digits.
fn column(lines: &[&str], hard: &[bool], first: usize) -> Run {
    let mut end = first + 1;
    let mut count = 1;
    let mut next = end;
    while next < lines.len() && next - end <= GAP {
        if hard[next] {
            count += 1;
            end = next + 1;
        } else if !is_soft(lines[next]) || BOX_HEADING.is_match(head(lines[next])) {
            break;
        }
        next += 1;
    }
    let labelled = (first..end).any(|i| hard[i] && !BARE_PHONE.is_match(lines[i].trim()));
    if count < 2 || !labelled {
        return Run { lines: first..end, goes: false };
    }
    Run { lines: leading_department(lines, first, end)..end, goes: true }
}

/// The department's name above a side column belongs to it.
fn leading_department(lines: &[&str], first: usize, end: usize) -> usize {
    let Some(above) = first.checked_sub(1) else { return first };
    let line = lines[above].trim();
    let named_again = (first..end).any(|i| lines[i].starts_with(line));
    if is_soft(line) && line.len() <= 60 && (named_again || DEPARTMENT.is_match(line)) {
        above
    } else {
        first
    }
}

/// The box under the heading at `heading`: to the end of the document, or to its last contact line.
fn boxed(lines: &[&str], hard: &[bool], heading: usize) -> Run {
    let mut end = heading + 1;
    let mut last_contact = None;
    while let Some(line) = lines.get(end) {
        if hard[end] || is_contact_sentence(line) {
            last_contact = Some(end);
        } else if !is_soft(line) || last_contact.map_or(end - heading, |l| end - l) > GAP + 1 {
            break;
        }
        end += 1;
    }
    if end == lines.len() {
        return Run { lines: heading..end, goes: true };
    }
    let end = last_contact.unwrap_or(heading) + 1;
    Run { lines: heading..end, goes: last_contact.is_some() }
}

/// A line that holds a phone number or an e-mail address, or says whom to ask.
fn is_contact_sentence(line: &str) -> bool {
    line.len() <= 300
        && !has_rate(line)
        && (EMAIL.is_match(line)
            || PHONE.is_match(&line.replace('\u{a0}', " "))
            || (line.len() <= 160 && BOX_SENTENCE.is_match(line)))
}

/// The hosts of the e-mail addresses in `text`, in order.
pub(crate) fn email_hosts(text: &str) -> impl Iterator<Item = &str> {
    EMAIL.find_iter(text).filter_map(|m| m.as_str().rsplit_once('@').map(|(_, host)| host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(lines: &[&'static str]) -> Vec<&'static str> {
        lines.iter().zip(find(lines)).filter(|(_, drop)| !drop).map(|(l, _)| *l).collect()
    }

    #[test]
    fn boxes_and_columns_go() {
        let prose = "Kommunen har i 2023 behandlet sagerne og fulgt op på hver enkelt afgørelse.";
        let cases: &[(&[&str], &[&str])] = &[
            (&[prose, "Kontakt", "Åse Ærø, chef, telefon 12 34 56 78"], &[prose]),
            (&[prose, "Kontaktinformation", "Åse Ærø", "Centerchef", "12 34 56 78", "aa@aeroe.dk"], &[prose]),
            (&[prose, "Yderligere oplysninger:", "Ring til Åse på 12345678.", prose], &[prose, prose]),
            (&[prose, "Kontakt"], &[prose]),
            (&[prose, "Kontakt", prose], &[prose, "Kontakt", prose]),
            (
                &[
                    prose,
                    "Børn og Unge",
                    "Sag: 00.15.01-A00-1-24",
                    "Børn og Unge Sekretariat",
                    "59 00 11 22",
                    "post@aeroe.dk",
                    "Ærø Kommune",
                    "aeroe.dk",
                    prose,
                ],
                &[prose, prose],
            ),
            (&["Telefon: 12\u{a0}34\u{a0}56\u{a0}78", "CVR 12345678", "Man-fre 10-14", prose], &[prose]),
            (&[prose, "12 34 56 78", "11 22 33 44", prose], &[prose, "12 34 56 78", "11 22 33 44", prose]),
            (&["Sagsnr. 24/1234", prose], &["Sagsnr. 24/1234", prose]),
            (&["a@b.dk", "Fald på 22 %", "c@d.dk"], &["a@b.dk", "Fald på 22 %", "c@d.dk"]),
        ];
        for (lines, want) in cases {
            assert_eq!(kept(lines), *want, "{lines:?}");
        }
    }
}
