//! Why nothing could be taken from a file or an answer at all.

/// A file, an answer or a mapping that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// A page for people stands where figures should be.
    #[error(
        "it is an HTML page{} and no table of figures; open the address in a browser to see what it says",
        titled(title)
    )]
    Html {
        /// The page's title.
        title: Option<String>,
    },
    /// The StatBank says that it gives nothing.
    #[error("the StatBank answered {code}: {message}{}", advice(code))]
    StatBank {
        /// Its code of the error.
        code: String,
        /// Its words.
        message: String,
    },
    /// It is larger than what is read.
    #[error("{what}, and at most {limit} are read; choose fewer places, periods or values")]
    TooLarge {
        /// What there is too much of.
        what: String,
        /// How much is read.
        limit: u64,
    },
    /// It cannot be read as what it seems to be.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Its columns are not known, and nobody said what they mean.
    #[error(
        "its columns are not known: {columns}; say what they mean in a mapping file (--mapping FILE; `belaeg official import --help` shows one)"
    )]
    UnknownColumns {
        /// The heads of the columns.
        columns: String,
    },
    /// A table of the StatBank of which is not known what it measures.
    #[error(
        "nothing says what it measures: give --measure and --unit, or a mapping file (its columns: {columns})"
    )]
    NoMeasure {
        /// The heads of the columns.
        columns: String,
    },
    /// A column has several values, each of which would give another figure of the same cell.
    #[error(
        "the column {column} has several values ({values}); choose one, in the request or with `only` in a mapping file"
    )]
    SeveralValues {
        /// The column.
        column: String,
        /// Some of its values.
        values: String,
    },
    /// A mapping that is wrong, or does not fit the file.
    #[error("the mapping cannot be used: {0}")]
    Mapping(String),
}

fn titled(title: &Option<String>) -> String {
    title.as_ref().map_or_else(String::new, |title| format!(" (\"{title}\")"))
}

/// What to do about an error of the StatBank.
fn advice(code: &str) -> &'static str {
    match code {
        "EXTRACT-NOTFOUND" => "; look the table, its variables and their values up at statistikbanken.dk",
        "EXTRACT-TOOBIG" | "REQUEST-LIMIT" => "; choose fewer values, or add format=BULK to the request",
        "EXTRACT-NOTALLOWED" | "REQUEST-MISSING" => {
            "; name every variable that the table wants, such as OMRÅDE=*&Tid=*"
        }
        _ => "",
    }
}

/// The failure that `bytes` tell of themselves: nothing, a page, an error of the StatBank.
pub(crate) fn spoken(bytes: &[u8]) -> Option<Failure> {
    let head = &bytes[..bytes.len().min(64 << 10)];
    let text = String::from_utf8_lossy(head);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.is_empty() && bytes.len() == head.len() {
        return Some(Failure::Empty);
    }
    if text.starts_with('<') {
        return Some(Failure::Html { title: title(text) });
    }
    error_code(text)
}

fn title(page: &str) -> Option<String> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = page.get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
    (!title.is_empty()).then(|| title.chars().take(100).collect())
}

/// `{"errorTypeCode": "EXTRACT-NOTFOUND", "message": "..."}`, or the code at the beginning of a line of text.
fn error_code(text: &str) -> Option<Failure> {
    #[derive(serde::Deserialize)]
    struct Answer {
        #[serde(rename = "errorTypeCode")]
        code: String,
        #[serde(default)]
        message: String,
    }
    let short = |text: &str| text.chars().take(300).collect::<String>().trim().to_owned();
    if text.starts_with('{') {
        let answer: Answer = serde_json::from_str(text).ok()?;
        return Some(Failure::StatBank { code: short(&answer.code), message: short(&answer.message) });
    }
    let line = text.lines().next().unwrap_or_default();
    let code = line.split([' ', ':', ';']).next().unwrap_or_default();
    let is_code = ["EXTRACT-", "REQUEST-"].iter().any(|begin| code.starts_with(begin));
    let message = line[code.len()..].trim_start_matches([' ', ':', ';']);
    is_code.then(|| Failure::StatBank { code: short(code), message: short(message) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_data_says_so() {
        assert_eq!(spoken(b" \n"), Some(Failure::Empty));
        let page = "\u{feff}<!DOCTYPE html><html><head><title>\n Vedligehold på Ærø </title></head>";
        let title = Some("Vedligehold på Ærø".to_owned());
        assert_eq!(spoken(page.as_bytes()), Some(Failure::Html { title }));
        let not_found = Failure::StatBank {
            code: "EXTRACT-NOTFOUND".to_owned(),
            message: "Tabellen blev ikke fundet".to_owned(),
        };
        let json = r#"{"errorTypeCode":"EXTRACT-NOTFOUND","message":"Tabellen blev ikke fundet"}"#;
        assert_eq!(spoken(json.as_bytes()), Some(not_found.clone()));
        assert_eq!(spoken("EXTRACT-NOTFOUND: Tabellen blev ikke fundet".as_bytes()), Some(not_found));
        assert_eq!(spoken("OMRÅDE;TID;INDHOLD\n".as_bytes()), None);
        assert_eq!(spoken(br#"{"dataset":{}}"#), None);
    }
}
