//! What the columns of a table mean: written by a researcher as TOML, or known of a publisher.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::Failure;
use super::number::Decimal;

/// What the columns of a table mean. Columns are named by their heads, in any case.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// The charset of a text file, by its name; without it UTF-8, or else Windows-1252.
    pub encoding: Option<String>,
    /// What parts the columns of a text file; without it the commonest of `;`, tab and `,` in the row of heads.
    pub delimiter: Option<char>,
    /// The decimal mark; without it what the column of values shows.
    pub decimal: Option<Decimal>,
    /// Rows above the row of heads.
    pub skip_rows: usize,
    /// The sheet of a workbook; without it the first.
    pub sheet: Option<String>,
    /// The columns.
    pub columns: Columns,
    /// What is the same for all rows.
    pub constant: Constant,
    /// Rows with other values in these columns are passed over.
    #[serde(deserialize_with = "lists")]
    pub only: BTreeMap<String, Vec<String>>,
    /// What is measured, where one column of values is not enough.
    pub values: Vec<Values>,
    /// Keys of areas for the words of the area's columns; other words become their own key.
    pub areas: BTreeMap<String, String>,
}

/// Heads of the columns.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Columns {
    /// Kommune, region or country, by code or name.
    pub place: Option<String>,
    /// The name of a place whose code stands in `place`; a row where the two disagree is refused.
    pub place_name: Option<String>,
    /// Year, quarter, month, half-year or span.
    pub period: Option<String>,
    /// The number.
    pub value: Option<String>,
    /// What is measured.
    pub measure: Option<String>,
    /// What it is narrowed to; several columns make one key.
    #[serde(deserialize_with = "list")]
    pub area: Vec<String>,
    /// The unit.
    pub unit: Option<String>,
    /// How many cases a share is taken of.
    pub cases: Option<String>,
    /// Who says it: official, kommune-quoting-official, news-quoting-official.
    pub standing: Option<String>,
    /// Name of the source.
    pub source: Option<String>,
    /// Address of the source.
    pub url: Option<String>,
    /// What a reader has to know.
    pub note: Option<String>,
}

/// What is the same for all rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Constant {
    /// Kommune, region or country.
    pub place: Option<String>,
    /// The period.
    pub period: Option<String>,
    /// What is measured.
    pub measure: Option<String>,
    /// What it is narrowed to.
    pub area: Option<String>,
    /// The unit: pct, pct-point, promille, antal, karakter, dagsvaerk, kr, km2.
    pub unit: Option<String>,
    /// Who says it; official without it.
    pub standing: Option<String>,
    /// Name of the source.
    pub source: Option<String>,
    /// Address of the source.
    pub url: Option<String>,
}

/// A column of values and what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Values {
    /// The column; `columns.value` without it.
    pub column: Option<String>,
    /// What is measured.
    pub measure: Option<String>,
    /// What it is narrowed to.
    pub area: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The column with the number of cases; `columns.cases` without it.
    pub cases: Option<String>,
    /// Only for rows that have these values.
    #[serde(deserialize_with = "lists")]
    pub when: BTreeMap<String, Vec<String>>,
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// If it is no TOML, or says something that a mapping does not have.
    pub fn parse(text: &str) -> Result<Self, Failure> {
        toml::from_str(text).map_err(|e| Failure::Mapping(e.to_string().trim().to_owned()))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl From<OneOrMore> for Vec<String> {
    fn from(from: OneOrMore) -> Self {
        match from {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

fn list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(OneOrMore::deserialize(from)?.into())
}

fn lists<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<String, Vec<String>>, D::Error> {
    let lists = BTreeMap::<String, OneOrMore>::deserialize(from)?;
    Ok(lists.into_iter().map(|(column, values)| (column, values.into())).collect())
}

/// A key of our tables for words: "Ændrede/ophævede sager" is `aendrede_ophaevede_sager`.
pub(crate) fn key(words: &str) -> String {
    let mut key = String::with_capacity(words.len());
    for c in words.trim().chars().flat_map(char::to_lowercase) {
        match c {
            'æ' => key.push_str("ae"),
            'ø' => key.push_str("oe"),
            'å' => key.push_str("aa"),
            c if c.is_ascii_alphanumeric() => key.push(c),
            _ if key.ends_with('_') || key.is_empty() => {}
            _ => key.push('_'),
        }
    }
    key.truncate(key.trim_end_matches('_').len());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings() {
        let text = "skip_rows = 2\ndecimal = 'comma'\n[columns]\nplace = 'Kommune'\narea = 'Lov'\n\
                    [only]\n'KØN' = 'TOT'\nALDER = ['IALT', 'TOT']\n[[values]]\ncolumn = 'Andel'\nunit = 'pct'\n";
        let mapping = Mapping::parse(text).expect("a mapping");
        assert_eq!(mapping.columns.area, ["Lov"]);
        assert_eq!(mapping.only["KØN"], ["TOT"]);
        assert_eq!(mapping.decimal, Some(Decimal::Comma));
        let wrong = Mapping::parse("[columns]\nplaec = 'Kommune'\n").expect_err("a slip");
        assert!(wrong.to_string().contains("plaec"), "{wrong}");
    }

    #[test]
    fn keys() {
        for (words, expected) in [
            ("Ændrede/ophævede sager", "aendrede_ophaevede_sager"),
            (" Børn & unge ", "boern_unge"),
            ("§ 100", "100"),
            ("omgoerelsesprocent", "omgoerelsesprocent"),
            ("--", ""),
        ] {
            assert_eq!(key(words), expected);
        }
    }
}
