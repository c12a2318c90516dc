//! Case numbers: the label says whose, the shape is the authority's own.

use std::sync::LazyLock;

use belaeg_model::{CaseNumber, How, Kind, Party};
use regex::Regex;

use crate::piece::{Draft, constant};

/// Lines longer than this, in bytes, are prose.
const LONGEST: usize = 200;
/// Case numbers of one document; minutes have one for each item.
const MOST: usize = 500;

/// "Sagsnr. 2021 - 7608", "J.nr. 25-72316", "jeres j.nr. 2024-9950", "Kommunens sagsnr. 15/34881", "Sags ID: SAG-2015-01536".
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)\b(?:(?P<theirs>deres|jeres|dit|modtagerens|(?P<body>\w+(?:ens|ets)))\s+|(?:vores|vor|mit)\s+)?",
        r"(?:sags?[\s-]?(?:nr|nummer|id)|sag|j(?:ournal)?[\s.-]?\s?(?:nr|nummer)|acadre(?:nr|\s?nr)?|ref(?:erence)?)\b\.?\s?:?\s*",
        r"(?P<number>(?-i:[A-ZÆØÅ]{1,8}-)?\d+(?-i:[A-Z]?)(?:(?:\s?[-/]\s?|\.)(?-i:[A-ZÆØÅ]{0,3})\d+(?-i:[A-Z]?))*)",
    ))
});

/// The numbers in the order of the document, each once.
pub(super) fn find(draft: &Draft, kind: Kind) -> Vec<CaseNumber> {
    let mut found: Vec<CaseNumber> = Vec::new();
    let cells = draft.pieces.iter().flat_map(|p| &p.rows).filter(|row| row.len() >= 2);
    let rows = cells.map(|row| format!("{}: {}", row[0].text.trim_end_matches(':'), row[1].text));
    let pieces = draft.pieces.iter().flat_map(|p| p.text.lines());
    let around = draft.top.iter().chain(&draft.above).chain(&draft.dropped).map(String::as_str);
    let lines = around.chain(pieces).map(str::to_owned).chain(rows);
    for line in lines.filter(|line| line.len() <= LONGEST) {
        for c in LABELLED.captures_iter(&line) {
            let number = c["number"].split_whitespace().collect::<Vec<_>>().join(" ");
            let is_number = number.chars().filter(char::is_ascii_digit).count() >= 4;
            if !is_number || found.iter().any(|f| f.number == number) || found.len() >= MOST {
                continue;
            }
            let of = (kind == Kind::Letter).then(|| whose(&c));
            found.push(CaseNumber { number, of: of.flatten(), how: How::Label });
        }
    }
    found
}

/// A number without an owner is the sender's; of a named body ("Kommunens sagsnr.") only the reader can tell.
fn whose(captures: &regex::Captures<'_>) -> Option<Party> {
    match (captures.name("theirs"), captures.name("body")) {
        (_, Some(_)) => None,
        (Some(_), None) => Some(Party::Recipient),
        (None, None) => Some(Party::Sender),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn numbers_have_labels_and_owners() {
        use Party::{Recipient, Sender};
        type Numbers<'a> = &'a [(&'a str, Option<Party>)];
        let cases: &[(&str, Numbers<'_>)] = &[
            ("Sagsnr. 2021 - 7608\nDoknr. 527976", &[("2021 - 7608", Some(Sender))]),
            (
                "J.nr. 25-72316, jeres j.nr. 2024-9950",
                &[("25-72316", Some(Sender)), ("2024-9950", Some(Recipient))],
            ),
            ("Kommunens sagsnr. 15/34881", &[("15/34881", None)]),
            ("Sags ID: SAG-2015-01536", &[("SAG-2015-01536", Some(Sender))]),
            ("Sag 306-2009-600", &[("306-2009-600", Some(Sender))]),
            ("Journal nr.: 27.00.00-P35-1-22", &[("27.00.00-P35-1-22", Some(Sender))]),
            ("Sagsnummer: 24-024921\u{a0}", &[("24-024921", Some(Sender))]),
            ("Sagsnr. 24/2023. ISBN 7", &[("24/2023", Some(Sender))]),
            ("I sagen er der 12 børn, og sag 3 blev udsat.", &[]),
            ("Ældrerådet behandlede 13.244 sager", &[]),
        ];
        for (text, want) in cases {
            let draft = text::draft(text);
            let found = find(&draft, Kind::Letter);
            let got: Vec<_> = found.iter().map(|c| (c.number.as_str(), c.of)).collect();
            assert_eq!(got, *want, "{text}");
        }
    }
}
