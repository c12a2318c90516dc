//! Mail messages (EML): subject, date, people, words, and the files attached.

use std::fmt::Write;

use belaeg_model::{BlockKind, Cause};
use jiff::civil::Date;
use mail_parser::{Address, DateTime, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::Budget;
use super::archive::{Inside, charged, deeper};
use super::finish::{self, Properties};
use crate::piece::{Draft, Piece};
use crate::{Failure, charset, html, text};

/// People of a line that are named.
const MOST_PEOPLE: usize = 20;
/// Levels of parts inside parts; the parser itself has no limit.
const MOST_BOUNDARIES: usize = 10_000;

/// Names of header lines: one of the first and one of the second make a message.
const FROM: [&str; 6] = ["from", "received", "return-path", "delivered-to", "x-sender", "sender"];
const ABOUT: [&str; 7] =
    ["subject", "date", "mime-version", "message-id", "to", "content-type", "thread-topic"];

/// Whether the file begins with the header lines of a message.
pub(super) fn detect(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    let mut names = Vec::new();
    for line in head.lines().skip_while(|line| line.starts_with("From ")) {
        if line.starts_with([' ', '\t']) && !names.is_empty() {
            continue;
        }
        match line.split_once(':') {
            Some((name, _)) if is_name(name) => names.push(name.to_ascii_lowercase()),
            _ => break,
        }
    }
    let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    names.len() >= 3 && has(&FROM) && has(&ABOUT)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let parts = memchr_count(bytes);
    if parts > MOST_BOUNDARIES {
        return Err(Failure::new(Cause::TooDeep, format!("the message declares {parts} parts inside parts")));
    }
    let message = MessageParser::default()
        .parse(bytes)
        .ok_or_else(|| Failure::new(Cause::Damaged, "the message has no header lines that can be read"))?;
    let mut pieces = head(&message);
    let body = body(&message, budget)?;
    pieces.extend(body.pieces.into_iter().map(|piece| deeper(piece, 1)));
    let mut inside = Inside::default();
    for part in message.attachments() {
        if !budget.takes_file() {
            break;
        }
        let name = name_of(part);
        pieces.push(Piece::new(BlockKind::Paragraph, format!("Vedhæftet: {name}"), None));
        inside.take(&name, Ok(bytes_of(part)), budget);
    }
    pieces.extend(inside.pieces);
    let mut draft = finish::of_pieces(pieces, Properties::default());
    draft.markup.published = message.date().and_then(date);
    draft.dropped = body.dropped;
    draft.warnings.extend(body.warnings.into_iter().chain(inside.warnings));
    Ok(draft)
}

/// How often a boundary is declared: each may hold all that follow.
fn memchr_count(bytes: &[u8]) -> usize {
    bytes.windows(9).filter(|window| window.eq_ignore_ascii_case(b"boundary=")).count()
}

/// Subject, date and people.
fn head(message: &Message<'_>) -> Vec<Piece> {
    let subject = message.subject().map(str::trim).filter(|subject| !subject.is_empty());
    let mut pieces = Vec::new();
    let line = |text: &str| charset::tidy(text).split_ascii_whitespace().collect::<Vec<_>>().join(" ");
    pieces.extend(subject.map(|subject| Piece::new(BlockKind::Heading(1), line(subject), None)));
    let day = message.date().and_then(date).map(|day| day.to_string());
    let people = |address: Option<&Address<'_>>| address.map(people);
    let labelled = [("Dato", day), ("Fra", people(message.from())), ("Til", people(message.to()))];
    for (label, value) in labelled {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            pieces.push(Piece::new(BlockKind::Paragraph, format!("{label}: {}", line(&value)), None));
        }
    }
    pieces
}

fn date(moment: &DateTime) -> Option<Date> {
    let (month, day) = (i8::try_from(moment.month).ok()?, i8::try_from(moment.day).ok()?);
    Date::new(i16::try_from(moment.year).ok()?, month, day).ok()
}

fn people(address: &Address<'_>) -> String {
    let mut line = String::new();
    for person in address.iter().take(MOST_PEOPLE) {
        let name = person.name().or(person.address()).unwrap_or_default();
        let separator = if line.is_empty() || name.is_empty() { "" } else { ", " };
        // Writing to a string cannot fail.
        let _ = write!(line, "{separator}{name}");
    }
    line
}

/// The words of the message: as text, or as a page where there is no text or the page has tables.
fn body(message: &Message<'_>, budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let is_table = |part: &MessagePart<'_>| matches!(&part.body, PartType::Html(page) if page.to_ascii_lowercase().contains("<table"));
    let parts: Vec<&MessagePart<'_>> = match message.html_bodies().any(is_table) {
        true => message.html_bodies().collect(),
        false => message.text_bodies().collect(),
    };
    let mut all = Draft::default();
    for part in parts {
        let draft = match &part.body {
            PartType::Text(words) => text::draft(&charset::tidy(words)),
            PartType::Html(page) => html::draft(page),
            _ => continue,
        };
        let draft = charged(draft, budget)?;
        all.pieces.extend(draft.pieces);
        all.dropped.extend(draft.dropped);
        all.warnings.extend(draft.warnings);
    }
    Ok(all)
}

fn name_of(part: &MessagePart<'_>) -> String {
    let subject = || match &part.body {
        PartType::Message(message) => message.subject().map(str::to_owned),
        _ => None,
    };
    part.attachment_name().map(str::to_owned).or_else(subject).unwrap_or_else(|| "uden navn".to_owned())
}

fn bytes_of(part: &MessagePart<'_>) -> Vec<u8> {
    match &part.body {
        PartType::Message(message) => message.raw_message().to_vec(),
        _ => part.contents().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::outline;

    fn message(text: &str) -> Draft {
        assert!(detect(text.as_bytes()), "{}", &text[..text.len().min(200)]);
        let limits = OfficeLimits::default();
        read(text.as_bytes(), &mut Budget::new(&limits)).expect("a good message")
    }

    const HEAD: &str = "From: =?utf-8?q?=C3=85se_=C3=98?= <aase@aeroe.dk>\r\nTo: Bo <bo@x.dk>, cc@x.dk\r\n\
        Subject: =?iso-8859-1?Q?Svar_p=E5_sp=F8rgsm=E5l?=\r\nDate: Sun, 7 Apr 2024 10:00:00 +0200\r\nMIME-Version: 1.0\r\n";
    const SHOWN: &str = "h1: Svar på spørgsmål\np: Dato: 2024-04-07\np: Fra: Åse Ø\np: Til: Bo, cc@x.dk\n";

    #[test]
    fn words_of_a_message() {
        let plain = "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
            Andelen p=E5 =C6r=F8 faldt til 22,2=A0% i 2023.\r\n";
        let draft = message(&format!("{HEAD}{plain}"));
        assert_eq!(outline(&draft.pieces), format!("{SHOWN}p: Andelen på Ærø faldt til 22,2~% i 2023.\n"));
        assert_eq!(draft.markup.published.map(|d| d.to_string()).as_deref(), Some("2024-04-07"));
        let both = format!(
            "{HEAD}Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
             Som tekst på én linje.\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Som side.</p>§\r\n--b--\r\n"
        );
        assert_eq!(
            outline(&message(&both.replace('§', "")).pieces),
            format!("{SHOWN}p: Som tekst på én linje.\n")
        );
        let table = "<table><tr><th>År</th><th>Andel</th></tr><tr><td>2023</td><td>22</td></tr></table>";
        let got = outline(&message(&both.replace('§', table)).pieces);
        assert_eq!(got, format!("{SHOWN}p: Som side.\ntable: #År | #Andel / 2023 | 22\n"));
    }

    #[test]
    fn attachments() {
        let inner = format!("{HEAD}\r\nIndre tekst på linjen.\r\n");
        let text = format!(
            "{HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSe her.\r\n\
             --b\r\nContent-Type: text/csv; name=\"tal.csv\"\r\nContent-Disposition: attachment; filename=\"../../tal.csv\"\r\n\r\n\
             a;b;c\r\n1;2;3\r\n\r\n--b\r\nContent-Type: image/png; name=logo.png\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment\r\n\r\niVBORw0KGgo=\r\n--b\r\nContent-Type: message/rfc822\r\n\
             Content-Disposition: attachment\r\n\r\n{inner}\r\n--b--\r\n"
        );
        let draft = message(&text);
        let got = outline(&draft.pieces);
        let want = format!(
            "{SHOWN}p: Se her.\np: Vedhæftet: ../../tal.csv\np: Vedhæftet: logo.png\np: Vedhæftet: Svar på spørgsmål\n\
             h2: ../../tal.csv\ntable: #a | #b | #c / 1 | 2 | 3\nh2: Svar på spørgsmål\n{}p: Indre tekst på linjen.\n",
            SHOWN.replace("h1", "h3")
        );
        assert_eq!(got, want);
        assert_eq!(draft.warnings, []);
    }

    #[test]
    fn messages_in_messages_end() {
        let mut text = format!("{HEAD}\r\nInderst.\r\n");
        for level in 0..30 {
            text = format!(
                "{HEAD}Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\nContent-Type: message/rfc822\r\n\
                 Content-Disposition: attachment\r\n\r\n{text}\r\n--b{level}--\r\n"
            );
        }
        let draft = message(&text);
        assert!(draft.warnings.iter().any(|w| w.cause == Cause::TooDeep), "{:?}", draft.warnings);
        let nested = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(100_000);
        let limits = OfficeLimits::default();
        let refused = read(format!("{HEAD}{nested}").as_bytes(), &mut Budget::new(&limits));
        assert_eq!(refused.map_err(|f| f.cause).err(), Some(Cause::TooDeep));
    }

    #[test]
    fn texts_are_no_messages() {
        for text in
            ["Fra: Bo\nTil: Åse\nEmne: Svar\n\nTekst", "From: Bo\n\nTekst", "Dato: 7. april\nSted: Ærø\n", ""]
        {
            assert!(!detect(text.as_bytes()), "{text}");
        }
    }
}
