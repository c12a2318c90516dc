//! What an import is asked for: a file, an address, or a table of the StatBank with its selections.

use anyhow::{Context, bail};
use url::Url;

use crate::settings::Official;

/// The form that is asked for where the request names none.
const USUAL_FORMAT: &str = "JSONSTAT";

/// Forms that can be read.
const FORMATS: [&str; 3] = ["JSONSTAT", "CSV", "BULK"];

/// What an input of `belaeg official import` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// A file.
    File,
    /// Something on the web.
    Web {
        url: Url,
        /// The StatBank's table.
        table: Option<String>,
    },
}

impl Request {
    /// # Errors
    /// If it begins like a table or an address and is none.
    pub(super) fn of(input: &str, settings: &Official) -> anyhow::Result<Self> {
        if let Some(table) = input.strip_prefix("statbank:") {
            return statbank(table, &settings.statbank);
        }
        if input.starts_with("https://") || input.starts_with("http://") {
            let url = Url::parse(input).with_context(|| format!("{input} is no address"))?;
            return Ok(Self::Web { url, table: None });
        }
        Ok(Self::File)
    }
}

/// `PSKAT?OMRÅDE=*&SKATPCT=KOM&Tid=*` as a request to the StatBank: `format` chooses the form, everything else is handed on.
fn statbank(request: &str, base: &str) -> anyhow::Result<Request> {
    let (table, selections) = request.split_once('?').unwrap_or((request, ""));
    if table.is_empty() || !table.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        bail!("{table:?} is no table of the StatBank\nhint: write statbank:PSKAT?OMRÅDE=*&SKATPCT=KOM&Tid=*");
    }
    let mut format = USUAL_FORMAT.to_owned();
    let mut pairs = Vec::new();
    for pair in selections.split('&').filter(|pair| !pair.is_empty()) {
        let Some((variable, values)) = pair.split_once('=') else {
            bail!("{pair:?} is no selection\nhint: write VARIABLE=VALUES, such as OMRÅDE=461,000 or Tid=*");
        };
        match variable.to_ascii_lowercase().as_str() {
            "format" => format = values.to_ascii_uppercase(),
            _ => pairs.push((variable, values)),
        }
    }
    if !FORMATS.contains(&format.as_str()) {
        bail!("the form {format} is not read\nhint: ask for {}", FORMATS.join(", "));
    }
    let says = |name: &str| pairs.iter().any(|(variable, _)| variable.eq_ignore_ascii_case(name));
    let has_lang = says("lang");
    let wants_codes = format == "CSV" && !says("valuePresentation");
    let base = if base.ends_with('/') { base.to_owned() } else { format!("{base}/") };
    let base = Url::parse(&base)
        .with_context(|| format!("official.statbank in belaeg.toml is no address: {base}"))?;
    let mut url = base.join(&format!("data/{table}/{format}"))?;
    let mut query = url.query_pairs_mut();
    query.extend_pairs(pairs);
    if wants_codes {
        query.append_pair("valuePresentation", "Code");
    }
    if !has_lang {
        query.append_pair("lang", "da");
    }
    drop(query);
    Ok(Request::Web { url, table: Some(table.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(input: &str) -> String {
        match Request::of(input, &Official::default()).expect("a request") {
            Request::Web { url, .. } => url.to_string(),
            Request::File => "file".to_owned(),
        }
    }

    #[test]
    fn tables_are_asked_for_as_the_statbank_wants_it() {
        assert_eq!(
            url("statbank:PSKAT?OMRÅDE=*&SKATPCT=KOM&Tid=>=2020<=2024"),
            "https://api.statbank.dk/v1/data/PSKAT/JSONSTAT?OMR%C3%85DE=*&SKATPCT=KOM&Tid=%3E%3D2020%3C%3D2024&lang=da"
        );
        assert_eq!(
            url("statbank:FOLK1A?format=csv&Tid=(1)&lang=en"),
            "https://api.statbank.dk/v1/data/FOLK1A/CSV?Tid=%281%29&lang=en&valuePresentation=Code"
        );
        assert_eq!(url("statbank:PSKAT"), "https://api.statbank.dk/v1/data/PSKAT/JSONSTAT?lang=da");
        assert_eq!(url("https://eksempel.dk/tal.csv"), "https://eksempel.dk/tal.csv");
        assert_eq!(url("tal.csv"), "file");
    }

    #[test]
    fn what_is_no_request_says_why() {
        for (input, word) in [
            ("statbank:", "no table"),
            ("statbank:../x", "no table"),
            ("statbank:PSKAT?OMRÅDE", "no selection"),
            ("statbank:PSKAT?format=PX", "not read"),
        ] {
            let error = Request::of(input, &Official::default()).expect_err(input).to_string();
            assert!(error.contains(word) && error.contains("hint"), "{error}");
        }
    }
}
