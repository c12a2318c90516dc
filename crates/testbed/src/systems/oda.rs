//! The open data of Folketinget: OData v3 as JSON, at most 100 rows at once, and the files they name.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{FT_HOST, ODA_HOST, Published, attachment_pdf};
use crate::truth::{Forbidden, Kind};
use crate::web::{Reply, Request, encode_value};
use crate::world::{Letter, System, World};

/// The most rows of an answer.
const ROWS: usize = 100;

pub(crate) fn respond(world: &World, request: &Request) -> Reply {
    if request.path == "/robots.txt" {
        return Reply::new(200, "text/plain", "User-agent: *\nDisallow:\n");
    }
    if request.host == FT_HOST {
        return file(world, request);
    }
    match request.path.trim_end_matches('/') {
        "/api/Dokument" => rows(world, request, document),
        "/api/Fil" => rows(world, request, file_json),
        "/api/DokumentAktør" => rows(world, request, actor),
        _ => Reply::not_found(),
    }
}

fn file(world: &World, request: &Request) -> Reply {
    match world.letters.iter().find(|l| l.path() == request.path) {
        Some(letter) if letter.blocked => Reply::status(403, "Adgang nægtet"),
        Some(letter) => attachment_pdf(&letter.title, &letter.passages),
        None => Reply::not_found(),
    }
}

fn rows(world: &World, request: &Request, row: fn(&Letter, &Request) -> Value) -> Reply {
    let filter = request.parameter("$filter").unwrap_or_default();
    let Some(conditions) = parse(&filter) else {
        return Reply::new(
            400,
            "application/json",
            "{\"odata.error\":{\"code\":\"\",\"message\":{\"lang\":\"da\",\"value\":\"$filter\"}}}",
        );
    };
    let mut found: Vec<&Letter> =
        world.letters.iter().filter(|l| conditions.iter().all(|c| c.holds(l))).collect();
    match request.parameter("$orderby").as_deref().map(str::trim) {
        Some("dato" | "dato asc" | "opdateringsdato" | "opdateringsdato asc") => {
            found.sort_by_key(|l| l.date)
        }
        Some("dato desc" | "opdateringsdato desc") => found.sort_by_key(|l| std::cmp::Reverse(l.date)),
        Some("id desc") => found.reverse(),
        _ => {}
    }
    let top = request.number("$top").unwrap_or(ROWS);
    let skip = request.number("$skip").unwrap_or(0);
    let from = if request.endless { 0 } else { skip };
    let value: Vec<Value> = found.iter().skip(from).take(top.min(ROWS)).map(|l| row(l, request)).collect();
    let mut body = json!({
        "odata.metadata": format!("{}/api/%24metadata", request.origin(ODA_HOST)),
        "value": value,
    });
    if request.parameter("$inlinecount").as_deref() == Some("allpages") {
        body["odata.count"] = json!(found.len().to_string());
    }
    if request.endless || (top >= ROWS && skip + ROWS < found.len()) {
        body["odata.nextLink"] = json!(next_link(request, skip + ROWS));
    }
    Reply::json(&body)
}

fn next_link(request: &Request, skip: usize) -> String {
    let others = request.parameters().filter(|(key, _)| key != "$skip");
    let query: String = others.map(|(key, value)| format!("{key}={}&", encode_value(&value))).collect();
    format!("{}{}?{query}$skip={skip}", request.origin(ODA_HOST), crate::web::encode_path(&request.path))
}

enum Condition {
    Contains(String),
    /// `dato` against a day, by the operator.
    Date(String, Date),
    /// `id` of a document, `dokumentid` of a file: the same number.
    Document(u32),
}

impl Condition {
    fn holds(&self, letter: &Letter) -> bool {
        match self {
            Self::Contains(word) => letter.title.to_lowercase().contains(word),
            Self::Date(operator, day) => match operator.as_str() {
                "gt" => letter.date > *day,
                "ge" => letter.date >= *day,
                "lt" => letter.date < *day,
                "le" => letter.date <= *day,
                _ => letter.date == *day,
            },
            Self::Document(id) => letter.id == *id,
        }
    }
}

/// The conditions of a `$filter` that joins them by `and`; `None` for what this server does not know.
fn parse(filter: &str) -> Option<Vec<Condition>> {
    let parts = filter.split(" and ").map(str::trim).filter(|p| !p.is_empty());
    parts.map(|part| condition(part.trim_matches(['(', ')']).trim())).collect()
}

fn condition(part: &str) -> Option<Condition> {
    if let Some(rest) = part.strip_prefix("substringof('") {
        let (word, field) = rest.split_once("',")?;
        let known = field.trim_matches([' ', ')']) == "titel";
        return known.then(|| Condition::Contains(word.to_lowercase()));
    }
    let mut words = part.split_whitespace();
    let (field, operator, value) = (words.next()?, words.next()?, words.next()?);
    match field {
        "dato" | "opdateringsdato" if ["gt", "ge", "lt", "le", "eq"].contains(&operator) => {
            let day = value.strip_prefix("datetime'")?.get(..10)?.parse().ok()?;
            Some(Condition::Date(operator.to_owned(), day))
        }
        "id" | "dokumentid" if operator == "eq" => Some(Condition::Document(value.parse().ok()?)),
        _ => None,
    }
}

fn document(letter: &Letter, request: &Request) -> Value {
    let date = format!("{}T00:00:00", letter.date);
    let mut json = json!({
        "id": letter.id, "titel": letter.title, "dato": date, "opdateringsdato": date, "typeid": 5,
        "note": super::page::NOTE,
    });
    if request.parameter("$expand").is_some_and(|e| e.split(',').any(|part| part.trim() == "Fil")) {
        json["Fil"] = json!([file_json(letter, request)]);
    }
    json
}

fn file_json(letter: &Letter, request: &Request) -> Value {
    json!({
        "id": letter.file_id(), "dokumentid": letter.id, "titel": letter.title, "format": "PDF",
        "filurl": format!("{}{}", request.origin(FT_HOST), letter.path()),
        "versionsdato": format!("{}T00:00:00", letter.date),
    })
}

fn actor(letter: &Letter, _: &Request) -> Value {
    json!({ "id": letter.id + 9_000_000, "dokumentid": letter.id, "aktørid": letter.id % 98, "rolleid": 1 })
}

pub(super) fn published(world: &World) -> Vec<Published> {
    let of = |letter: &Letter| Published {
        host: FT_HOST.to_owned(),
        paths: vec![letter.path()],
        place: letter.place,
        system: System::Oda,
        kind: Kind::Letter,
        title: letter.title.clone(),
        date: letter.date,
        claims: letter.passages.iter().flat_map(|p| p.claims.clone()).collect(),
        withdrawn: None,
        forbidden: letter.blocked.then_some(Forbidden::Blocked),
    };
    world.letters.iter().map(of).collect()
}
