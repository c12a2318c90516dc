//! A meeting as FirstAgenda Publication answers it: JSON with items, whose fields hold pages.

use belaeg_model::BlockKind;
use belaeg_model::date::iso_day;
use serde::Deserialize;

use super::agenda::one_line;
use super::archive::deeper;
use super::finish::{self, Properties};
use super::{Budget, damaged};
use crate::charset::tidy;
use crate::format::contains;
use crate::piece::{Draft, Piece};
use crate::{Failure, html};

/// How far into the file its list of items is looked for.
const SNIFFED: usize = 1 << 20;

/// Whether this is such an answer.
pub(super) fn detect(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(SNIFFED)).unwrap_or_default();
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let is_object = head.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
    is_object && contains(head, b"\"Dagsordenpunkter\"")
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Agenda {
    udvalg: Named,
    moede: Meeting,
    dagsordenpunkter: Vec<Item>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Named {
    navn: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Meeting {
    navn: Option<String>,
    dato: Option<String>,
    meeting_begin_utc: Option<String>,
    sted: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Item {
    navn: Option<String>,
    caption: Option<String>,
    punktnummer: Option<serde_json::Value>,
    number: Option<serde_json::Value>,
    #[serde(rename = "SagsNummer")]
    sagsnummer: Option<String>,
    case_number: Option<String>,
    is_open: Option<bool>,
    felter: Vec<Field>,
    bilag: Vec<Attachment>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Field {
    navn: Option<String>,
    html: Option<String>,
    tekst: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Attachment {
    navn: Option<String>,
    caption: Option<String>,
    order: i64,
}

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let agenda: Agenda = serde_json::from_slice(bytes).map_err(|e| damaged("the JSON of the meeting", e))?;
    let mut pieces = Vec::new();
    let mut push = |kind, text: Option<String>| {
        let text = text.map(|t| one_line(&tidy(&t))).filter(|t| !t.is_empty());
        if let Some(text) = text.filter(|t| budget.takes_text(t.len())) {
            pieces.push(Piece::new(kind, text, None));
        }
    };
    let title: Vec<String> =
        [&agenda.moede.navn, &agenda.udvalg.navn].into_iter().flatten().cloned().collect();
    push(BlockKind::Heading(1), Some(title.join(" - ")));
    let date =
        [&agenda.moede.dato, &agenda.moede.meeting_begin_utc].into_iter().flatten().find_map(|d| iso_day(d));
    push(BlockKind::Paragraph, agenda.udvalg.navn.map(|name| format!("Udvalg: {name}")));
    push(BlockKind::Paragraph, date.map(|date| format!("Mødedato: {date}")));
    push(BlockKind::Paragraph, agenda.moede.sted.map(|place| format!("Mødested: {place}")));
    for item in agenda.dagsordenpunkter.into_iter().filter(|item| item.is_open != Some(false)) {
        push_item(&mut pieces, item, budget);
    }
    let mut draft = finish::of_pieces(pieces, Properties::default());
    draft.markup.published = date;
    Ok(draft)
}

fn push_item(pieces: &mut Vec<Piece>, item: Item, budget: &mut Budget<'_>) {
    let mut push = |kind, text: String| {
        let text = one_line(&tidy(&text));
        if !text.is_empty() && budget.takes_text(text.len()) {
            pieces.push(Piece::new(kind, text, None));
        }
    };
    let name = item.navn.or(item.caption).unwrap_or_default();
    let number =
        item.punktnummer.or(item.number).map(|n| n.as_str().map_or_else(|| n.to_string(), str::to_owned));
    let number = number.filter(|n| n != "null" && !n.is_empty());
    // Some kommuner write the number into the name too.
    let heading = match number {
        Some(n) if !name.trim_start().starts_with(&format!("{n}.")) => {
            format!("{}. {name}", n.trim_end_matches('.'))
        }
        _ => name,
    };
    push(BlockKind::Heading(2), heading);
    if let Some(case) = item.sagsnummer.or(item.case_number).filter(|c| !c.trim().is_empty()) {
        push(BlockKind::Paragraph, format!("Sagsnr. {case}"));
    }
    for field in item.felter {
        push_field(pieces, field, budget);
    }
    let mut attachments = item.bilag;
    attachments.sort_by_key(|a| a.order);
    let names: Vec<String> = attachments.into_iter().filter_map(|a| a.navn.or(a.caption)).collect();
    if !names.is_empty() {
        pieces.push(Piece::new(BlockKind::Heading(3), "Bilag", None));
    }
    for name in names {
        let text = one_line(&tidy(&name));
        if !text.is_empty() && budget.takes_text(text.len()) {
            pieces.push(Piece::new(BlockKind::ListItem, text, None));
        }
    }
}

fn push_field(pieces: &mut Vec<Piece>, field: Field, budget: &mut Budget<'_>) {
    let own = match (field.html.filter(|h| !h.trim().is_empty()), field.tekst) {
        (Some(page), _) if budget.takes_text(page.len()) => {
            html::draft(&format!("<html><body>{page}")).pieces.into_iter().map(|p| deeper(p, 3)).collect()
        }
        (None, Some(text)) if budget.takes_text(text.len()) => {
            let lines = text.lines().map(|line| one_line(&tidy(line))).filter(|line| !line.is_empty());
            lines.map(|line| Piece::new(BlockKind::Paragraph, line, None)).collect()
        }
        _ => Vec::new(),
    };
    let heading = field.navn.map(|n| one_line(&tidy(&n))).filter(|n| !n.is_empty() && !own.is_empty());
    pieces.extend(heading.map(|name| Piece::new(BlockKind::Heading(3), name, None)));
    pieces.extend(own);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::outline;
    use belaeg_model::Cause;

    #[test]
    fn meetings_are_read() {
        let json = "\u{feff}{\"Id\":\"1\",\"Udvalg\":{\"Id\":\"2\",\"Navn\":\"Børneudvalget\"},\
            \"Moede\":{\"Id\":\"00000000-0000-0000-0000-000000000000\",\"Navn\":\"Referat\",\"Dato\":\"2026-05-04T22:30:00Z\",\"Sted\":null},\
            \"Dagsordenpunkter\":[{\"Navn\":\"Klager på Ærø\",\"Punktnummer\":\"4\",\"SagsNummer\":\"24-024921\",\"IsOpen\":true,\
            \"Felter\":[{\"Navn\":\"Sagsfremstilling\",\"Html\":\"<p>Andelen faldt til 22,2&nbsp;%.</p><p>Der kom 90 klager.</p>\",\"DocumentId\":null},\
            {\"Navn\":\"Beslutning\",\"Html\":\"\",\"Tekst\":\"Godkendt.\"},{\"Navn\":\"Tom\",\"Html\":null}],\
            \"Bilag\":[{\"Navn\":\"To\",\"Order\":2},{\"Caption\":\"Et\",\"Order\":1}]},\
            {\"Caption\":\"5. Lukket sag\",\"Number\":5,\"IsOpen\":false,\"Felter\":[]},{\"Caption\":\"6. Eventuelt\",\"Number\":6}]}";
        assert!(detect(json.as_bytes()));
        let limits = OfficeLimits::default();
        let draft = read(json.as_bytes(), &mut Budget::new(&limits)).expect("a meeting");
        let want = "h1: Referat - Børneudvalget\np: Udvalg: Børneudvalget\np: Mødedato: 2026-05-05\nh2: 4. Klager på Ærø\n\
            p: Sagsnr. 24-024921\nh3: Sagsfremstilling\np: Andelen faldt til 22,2~%.\np: Der kom 90 klager.\nh3: Beslutning\n\
            p: Godkendt.\nh3: Bilag\nli: Et\nli: To\nh2: 6. Eventuelt\n";
        assert_eq!(outline(&draft.pieces), want);
        assert_eq!(draft.markup.published.map(|d| d.to_string()).as_deref(), Some("2026-05-05"));
        let cut = &json.as_bytes()[..json.len() / 2];
        assert_eq!(read(cut, &mut Budget::new(&limits)).map_err(|f| f.cause).err(), Some(Cause::Damaged));
    }
}
