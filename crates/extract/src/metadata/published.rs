//! The date of publication: markup, labels, the title of minutes, a date alone on a line, the file's name.

use std::sync::LazyLock;

use belaeg_model::date::{DateMention, find_dates};
use belaeg_model::{How, Kind, Stated};
use jiff::civil::Date;
use regex::Regex;

use super::Name;
use crate::html::dates::first_date;
use crate::html::published::{is_update, local_day};
use crate::piece::{Draft, constant};

/// Lines near the top in which a date may stand alone.
const TOP: usize = 15;
/// Bytes of the place and date with which a text opens.
const LONGEST_OPENING: usize = 50;
/// Lines above the text of a page that are looked at.
const ABOVE: usize = 10;
/// Bytes of a line that holds a date and little else.
const LONGEST_DATELINE: usize = 100;
/// A label and its date stand in a line no longer than this, in bytes.
const LONGEST_LABEL: usize = 160;

static MEETING_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:mødedato|mødetidspunkt|dato for mødet|møde (?:den|d\.)|mødet? (?:blev )?(?:af)?holdt)\b[\s:]*",
    )
});
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:publiceret|offentliggjort|oprettet|udgivet|udgivelsesdato|publiceringsdato|dato|nyhed|afgivet(?: til [\wæøå-]{1,30})?)\b(?: (?:den|d\.|kl\.?))?[\s:,–-]*",
    )
});
/// Labels on pages of other countries, at the beginning of a line or of a part of it.
static WEB_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)^(?:.{0,60}[|·•,;–(»]\s*|(?:article|post|beitrag|artikel)\s+)?(?:first |wurde |zuerst )?",
        r"(?:published|posted|created|written|submitted|veröffentlicht|erschienen|erstellt|geschrieben|eingestellt|publiziert|datum|date|fecha",
        r"|release date|publié|mis en ligne|publicado|pubblicato|opublikowano|gepubliceerd|publisert|publicerad|publiceret|offentliggjort|oprettet",
        r"|udgivet)\b[^.!?]{0,40}\d",
    ))
});
/// Dates of meetings, deadlines and periods.
static OTHER_DATE: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)frist|deadline|møde|høring|arrangement|periode|gælder|senest|inden|træder|valid|event\b|termin|veranstaltung|meeting",
        r"|\b(?:fra|til|from|until|till|bis|ab|seit|since|født|geboren|born|dead|gestorben|evento|reunión)\b",
    ))
});
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"^\W{0,3}(?:[A-ZÆØÅ][\wæøå.-]*(?: [A-ZÆØÅKk][\wæøå.-]*){0,2},\s*)?",
        r"(?i:(?:man|tirs|ons|tors|fre|lør|søn)dag,?\s*)?(?i:(?:den|d\.)\s*)?$",
    ))
});
static AFTER: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^[\s,.:|–-]*(?:(?:kl|klokken)?[.:]?\s*\d{1,2}[.:]\d{2}(?::\d{2})?(?:\s*[-–]\s*\d{1,2}[.:]\d{2})?)?\W{0,3}$",
    )
});
static DAY_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?:^|[^0-9a-zA-Z])(\d{1,2})[-_.](\d{1,2})[-_.]((?:19|20)\d{2})(?:[^0-9a-zA-Z]|$)")
});
static IN_NAME: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?:^|[^0-9a-zA-Z])((?:19|20)\d{2})(?:([-_./])(\d{1,2})[-_./](\d{1,2})|(\d{2})(\d{2}))(?:[^0-9a-zA-Z]|$)",
    )
});

/// Finds the date; a date in the prose is never taken.
pub(super) fn find(name: &Name, draft: &Draft, title: Option<&str>, kind: Kind) -> Option<Stated<Date>> {
    if let Some(date) = draft.markup.published {
        return Some(Stated::new(local_day(date, in_name(&name.path)), How::Markup));
    }
    if let Some(date) = labelled(draft, &MEETING_LABEL) {
        return Some(Stated::new(date, How::Label));
    }
    let in_title =
        || title.filter(|_| kind == Kind::Minutes).and_then(|t| find_dates(t).first().map(|m| m.date));
    if let Some(date) = in_title() {
        return Some(Stated::new(date, How::Words));
    }
    if let Some(date) = labelled(draft, &LABEL) {
        return Some(Stated::new(date, How::Label));
    }
    let top = draft.top.iter().take(TOP);
    if let Some(date) =
        top.filter_map(|line| lone_date(line).or_else(|| masthead(line))).map(|m| m.date).next()
    {
        return Some(Stated::new(date, How::Position));
    }
    if let Some(date) = in_name(&name.path) {
        return Some(Stated::new(date, How::Words));
    }
    let on_page = Some(draft).filter(|d| d.marked_up).and_then(on_page);
    on_page.or_else(|| draft.markup.created.map(|date| Stated::new(date, How::Markup)))
}

/// The date in a short line of a page, in any of the languages of the web: next to its title, or behind a label.
fn on_page(draft: &Draft) -> Option<Stated<Date>> {
    let near = draft.above.iter().rev().take(ABOVE).chain(draft.top.iter().take(TOP));
    let is_labelled =
        |line: &str| line.len() <= LONGEST_LABEL && WEB_LABEL.is_match(line) && !is_update(line);
    let how = |line: &str| if is_labelled(line) { How::Label } else { How::Position };
    let stated = |line: &String| first_date(line).map(|date| Stated::new(date, how(line)));
    if let Some(date) = near.filter(|line| is_dateline(line)).find_map(stated) {
        return Some(date);
    }
    if let Some(date) = draft.top.iter().take(TOP).find_map(|line| opening_date(line)) {
        return Some(Stated::new(date, How::Position));
    }
    let around = draft.top.iter().chain(draft.dropped.iter().rev()).chain(draft.above.iter().rev());
    let last = draft.pieces.iter().rev().take(TOP).flat_map(|p| p.text.lines());
    let mut labelled = around.map(String::as_str).chain(last).filter(|line| is_labelled(line));
    labelled.find_map(first_date).map(|date| Stated::new(date, How::Label))
}

/// The date with which a text opens: "Ærø, 29.11.2022 – Kommunen ...".
fn opening_date(line: &str) -> Option<Date> {
    let (head, _) = line.split_once([" – ", " - ", " — "].into_iter().find(|dash| line.contains(dash))?)?;
    if head.len() > LONGEST_OPENING || is_update(head) { None } else { first_date(head) }
}

/// Whether a line holds a date and few other words: who wrote it, a section of the site, a clock. A label of another
/// date is none of these.
fn is_dateline(line: &str) -> bool {
    let words =
        line.split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().any(char::is_alphabetic)).count();
    let short = line.len() <= LONGEST_DATELINE && words <= 8;
    let labelled =
        line.split_once(": ").is_some_and(|(label, _)| !label.contains(|c: char| c.is_ascii_digit()));
    short
        && !is_update(line)
        && !line.contains('©')
        && !OTHER_DATE.is_match(line)
        && (!labelled || WEB_LABEL.is_match(line))
}

/// The date behind the first line (or cell) that begins with such a label.
fn labelled(draft: &Draft, label: &Regex) -> Option<Date> {
    let behind = |line: &str| {
        let rest = &line[label.find(line)?.end()..];
        find_dates(rest).first().filter(|m| m.span.start <= 30).map(|m| m.date)
    };
    let short = |line: &&str| line.len() <= LONGEST_LABEL;
    let texts =
        draft.pieces.iter().flat_map(|p| p.text.lines()).chain(draft.dropped.iter().map(String::as_str));
    let texts = texts.chain(draft.above.iter().map(String::as_str));
    let in_text =
        texts.chain(draft.top.iter().map(String::as_str)).map(str::trim).filter(short).find_map(behind);
    in_text.or_else(|| {
        let rows = draft.pieces.iter().flat_map(|p| &p.rows);
        rows.filter(|row| row.len() >= 2).find_map(|row| behind(&format!("{}: {}", row[0].text, row[1].text)))
    })
}

/// The date of a masthead: one of its parts is a date and nothing else ("Nyhedsbrev · nr. 3 · 2. april 2024").
fn masthead(line: &str) -> Option<DateMention> {
    let parts = || line.split(['·', '•', '|']).map(str::trim);
    let short = line.len() <= LONGEST_LABEL && parts().count() >= 2;
    short.then(|| parts().find_map(lone_date)).flatten()
}

/// Whether the line holds a date and nothing else.
pub(crate) fn is_date_line(line: &str) -> bool {
    lone_date(line).is_some()
}

/// The date of a line that is nothing but a date, with weekday, clock or town ("Ærø, den 2. april 2024 kl. 10.15").
fn lone_date(line: &str) -> Option<DateMention> {
    let line = line.trim();
    if line.len() > 80 {
        return None;
    }
    let mentions = find_dates(line);
    let [only] = mentions.as_slice() else { return None };
    let alone = BEFORE.is_match(line.get(..only.span.start)?) && AFTER.is_match(line.get(only.span.end..)?);
    alone.then_some(*only)
}

/// A date in a file's name or a path: 2020-03-01, 20200301, /2020/03/01/, 1-3-2020.
fn in_name(path: &str) -> Option<Date> {
    let year_first = IN_NAME.captures_iter(path).find_map(|c| {
        let part = |a: usize, b: usize| c.get(a).or(c.get(b))?.as_str().parse::<i8>().ok();
        Date::new(c[1].parse().ok()?, part(3, 5)?, part(4, 6)?).ok()
    });
    year_first.or_else(|| {
        DAY_FIRST
            .captures_iter(path)
            .find_map(|c| Date::new(c[3].parse().ok()?, c[2].parse().ok()?, c[1].parse().ok()?).ok())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn dates_of_publication() {
        let prose = "Den 3. maj 2019 behandlede byrådet sagen, og den 4. juni 2019 blev den afgjort.";
        let cases: &[(&str, &str, Kind, Option<&str>)] = &[
            ("a.txt", "Overskrift\n\n19-04-2018\n\n{}", Kind::News, Some("2018-04-19")),
            ("a.txt", "Onsdag den 1. oktober 2025 kl. 15.45\n\n{}", Kind::News, Some("2025-10-01")),
            ("a.txt", "Odsherred, den 2. april 2024\n\n{}", Kind::Letter, Some("2024-04-02")),
            ("a.txt", "2.\u{a0}april 2024\n\n{}", Kind::News, Some("2024-04-02")),
            (
                "a.txt",
                "Mødedato: 7. april 2022\n\nDato: 1. maj 2022\n\n{}",
                Kind::Minutes,
                Some("2022-04-07"),
            ),
            ("a.txt", "Publiceret: 7. april 2022 kl. 10\n\n{}", Kind::News, Some("2022-04-07")),
            ("a.txt", "Sidst opdateret: 7. april 2022\n\n{}", Kind::News, None),
            (
                "a.txt",
                "Sidst opdateret 7. april 2022\n\nOprettet 1. april 2022\n\n{}",
                Kind::News,
                Some("2022-04-01"),
            ),
            ("a.txt", "Referat fra mødet den 7. april 2022\n\n{}", Kind::Minutes, Some("2022-04-07")),
            ("a.txt", "Aftale af 7. april 2022 om børn\n\n{}", Kind::News, None),
            ("/nyheder/2020/03/01/fald", "{}", Kind::News, Some("2020-03-01")),
            ("referat-20200301.pdf", "{}", Kind::Minutes, Some("2020-03-01")),
            ("referat-1-3-2020.pdf", "{}", Kind::Minutes, Some("2020-03-01")),
            ("referat 2020-03-01.pdf", "{}", Kind::Minutes, Some("2020-03-01")),
            ("sag-20201399.pdf", "{}", Kind::Minutes, None),
            ("000_20200301c7f2.txt", "{}", Kind::News, None),
            ("a.txt", "{}", Kind::News, None),
        ];
        for (path, body, kind, want) in cases {
            let body = body.replace("{}", prose);
            let draft = text::draft(&body);
            let name = Name { host: None, path: (*path).to_owned() };
            let title = draft.pieces.iter().find(|p| p.is_heading()).map(|p| p.text.clone());
            let got = find(&name, &draft, title.as_deref(), *kind).map(|d| d.value.to_string());
            assert_eq!(got.as_deref(), *want, "{path} {body:?}");
        }
    }
}
