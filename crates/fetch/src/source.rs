//! Sources: what `corpus/sources.toml` says about where to fetch what.

use std::collections::HashSet;

use belaeg_model::{Kind, Place};
use serde::Deserialize;
use toml::{Spanned, Table, Value};
use url::Url;

use crate::Scope;
use crate::adapters::{self, Start};

/// A publisher's section that is fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// A name for people and for the catalog, such as `odense-minutes`.
    pub id: String,
    /// Whose documents they are.
    pub place: Option<Place>,
    /// What they are.
    pub kind: Kind,
    /// What serves them.
    pub system: System,
    /// Where it does.
    pub base: Url,
    /// What the system must be told.
    pub options: Options,
    /// A word to whoever reads the file or a report.
    pub note: Option<String>,
    /// A CSS selector of the elements that hold the text of its pages.
    pub main: Option<String>,
}

impl Source {
    /// The addresses that a run begins with. What follows from their answers is not known yet.
    pub fn plan(&self, scope: &Scope) -> Vec<String> {
        let start = Start { source: self, scope, today: crate::dates::today() };
        let lists = adapters::of(self.system).start(&start).into_iter().map(|ask| ask.url.into());
        lists.chain(self.options.urls.iter().map(|url| url.as_str().to_owned())).collect()
    }
}

/// A system that publishes, each with its own way to list documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum System {
    /// FirstAgenda Publication: JSON behind an anonymous session.
    FirstAgenda,
    /// København: Drupal with JSON:API.
    Kk,
    /// Åben Dagsorden.
    AabenDagsorden,
    /// Formpipe Meetings+.
    MeetingsPlus,
    /// Ringkøbing-Skjern: eDoc in Dynamicweb.
    Rksk,
    /// Frederikssund's own pages.
    Frederikssund,
    /// Hedensted: an SBSYS module in Umbraco.
    Hedensted,
    /// Aalborg's own application.
    Aalborg,
    /// RSS and Atom.
    Rss,
    /// Sitemaps.
    Sitemap,
    /// Lists on pages, read with CSS selectors.
    ListPage,
    /// The open data of Folketinget.
    Oda,
    /// Addresses by themselves.
    Urls,
    /// Nothing that may be asked automatically.
    None,
}

impl System {
    /// Every system.
    pub const ALL: [Self; 14] = [
        Self::FirstAgenda,
        Self::Kk,
        Self::AabenDagsorden,
        Self::MeetingsPlus,
        Self::Rksk,
        Self::Frederikssund,
        Self::Hedensted,
        Self::Aalborg,
        Self::Rss,
        Self::Sitemap,
        Self::ListPage,
        Self::Oda,
        Self::Urls,
        Self::None,
    ];

    /// The name in `sources.toml`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FirstAgenda => "firstagenda",
            Self::Kk => "kk",
            Self::AabenDagsorden => "aabendagsorden",
            Self::MeetingsPlus => "meetingsplus",
            Self::Rksk => "rksk",
            Self::Frederikssund => "frederikssund",
            Self::Hedensted => "hedensted",
            Self::Aalborg => "aalborg",
            Self::Rss => "rss",
            Self::Sitemap => "sitemap",
            Self::ListPage => "listpage",
            Self::Oda => "oda",
            Self::Urls => "urls",
            Self::None => "none",
        }
    }

    /// Its options: those that must be there, and those that may.
    fn options(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::FirstAgenda => (&[], &["search_from"]),
            Self::AabenDagsorden => (&["date_format"], &["exclude"]),
            Self::Rksk | Self::Frederikssund | Self::Hedensted => (&["lists"], &[]),
            Self::Aalborg => (&["committees"], &[]),
            Self::Sitemap => (&[], &["include"]),
            Self::ListPage => (&["item"], &["list", "link", "next", "title", "date"]),
            Self::Oda => (&[], &["filter"]),
            Self::Urls => (&["urls"], &[]),
            Self::Kk | Self::MeetingsPlus | Self::Rss | Self::None => (&[], &[]),
        }
    }
}

/// The shape of dates in questions to Åben Dagsorden.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateFormat {
    /// `2026-10-05`
    #[default]
    Iso,
    /// `05/10/2026`
    Dmy,
}

/// What a system must be told; which of these a system knows is checked when the file is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Options {
    /// Committees whose meetings are no meetings (Åben Dagsorden).
    pub exclude: Vec<String>,
    /// The shape of dates (Åben Dagsorden).
    pub date_format: DateFormat,
    /// Paths of lists (Ringkøbing-Skjern, Frederikssund, Hedensted).
    pub lists: Vec<String>,
    /// Numbers of committees (Aalborg).
    pub committees: Vec<u64>,
    /// Documents are what has this in its address (sitemaps).
    pub include: Option<String>,
    /// A condition in OData (Folketinget).
    pub filter: Option<String>,
    /// The first year to search besides the list of committees (FirstAgenda).
    pub search_from: Option<i16>,
    /// Addresses of documents.
    pub urls: Vec<Url>,
    /// CSS selectors (lists on pages).
    #[serde(flatten)]
    pub selectors: Selectors,
}

/// CSS selectors for a list on a page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Selectors {
    /// What the list stands in; the whole page where this is not said.
    pub list: Option<String>,
    /// An entry of the list.
    pub item: Option<String>,
    /// The link in an entry; its first link where this is not said.
    pub link: Option<String>,
    /// The link to the next page.
    pub next: Option<String>,
    /// The title in an entry; what the link says where this is not said.
    pub title: Option<String>,
    /// The date in an entry; the first date in it where this is not said.
    pub date: Option<String>,
}

/// A file of sources that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct SourceError(#[from] SourceErrorKind);

#[derive(Debug, thiserror::Error)]
enum SourceErrorKind {
    // Its message is the whole of it, so that nobody prints it again as a cause.
    #[error("{entry}{message}")]
    Toml { entry: String, message: String },
    #[error("line {line}: {kind}")]
    At { line: usize, kind: Box<Self> },
    #[error("{key} is not known here; the file is a list of [[source]]")]
    UnknownTable { key: String },
    #[error("source {entry}: {key} is missing")]
    Missing { entry: String, key: &'static str },
    #[error("source {entry}: {key} is not known{hint}")]
    UnknownKey { entry: String, key: String, hint: String },
    #[error("source {entry}: {key}: {why}")]
    Bad { entry: String, key: String, why: String },
    #[error("source {entry}: there are two of this id")]
    Twice { entry: String },
}

/// Parses `sources.toml`: tables `[[source]]` with `id`, `place`, `kind`, `system`, `base`, `options`, `main` and `note`.
///
/// # Errors
/// If it is no TOML; if an entry lacks a key, has one that is not known, or a value that is none of the key's; if two
/// have the same id, or one has an id that could be a place. The error names line, entry and key.
pub fn sources(toml: &str) -> Result<Vec<Source>, SourceError> {
    let file: Table = toml::from_str(toml).map_err(|e| bad_toml(toml, &e))?;
    let lines = Lines::of(toml);
    let mut found = Vec::new();
    let mut ids = HashSet::new();
    for (key, value) in file {
        let Value::Array(entries) = value else { return Err(SourceErrorKind::UnknownTable { key }.into()) };
        if key != "source" {
            return Err(SourceErrorKind::UnknownTable { key }.into());
        }
        for (index, entry) in entries.into_iter().enumerate() {
            let source = source(entry, index + 1).map_err(|kind| lines.at(index, kind))?;
            if !ids.insert(source.id.clone()) {
                return Err(lines.at(index, SourceErrorKind::Twice { entry: source.id }).into());
            }
            found.push(source);
        }
    }
    Ok(found)
}

/// A file that is no TOML, and the entry in which it ceases to be.
fn bad_toml(toml: &str, error: &toml::de::Error) -> SourceErrorKind {
    const HEAD: &str = "[[source]]";
    let at = error.span().map_or(0, |span| span.start);
    let section = toml.get(..at).and_then(|before| toml.get(before.rfind(HEAD)? + HEAD.len()..));
    let lines = section.into_iter().flat_map(str::lines).take_while(|line| !line.starts_with('['));
    let mut ids =
        lines.filter_map(|line| line.trim_start().strip_prefix("id")?.trim_start().strip_prefix('='));
    let entry = ids.next().map(|id| format!("source {}: ", id.trim().trim_matches(['"', '\''])));
    SourceErrorKind::Toml { entry: entry.unwrap_or_default(), message: error.to_string() }
}

/// The lines on which the entries begin, counted from 1.
struct Lines(Vec<usize>);

impl Lines {
    fn of(toml: &str) -> Self {
        #[derive(Deserialize)]
        struct File {
            source: Vec<Spanned<Value>>,
        }
        let entries = toml::from_str::<File>(toml).map(|file| file.source).unwrap_or_default();
        let before =
            |entry: Spanned<Value>| toml.get(..entry.span().start).unwrap_or_default().matches('\n').count();
        Self(entries.into_iter().map(|entry| before(entry) + 1).collect())
    }

    fn at(&self, index: usize, kind: SourceErrorKind) -> SourceErrorKind {
        match self.0.get(index) {
            Some(&line) => SourceErrorKind::At { line, kind: Box::new(kind) },
            None => kind,
        }
    }
}

/// One entry; `number` counts from 1.
fn source(entry: Value, number: usize) -> Result<Source, SourceErrorKind> {
    let Value::Table(mut table) = entry else {
        let (entry, key) = (number.to_string(), "source".to_owned());
        return Err(SourceErrorKind::Bad { entry, key, why: "is no table".to_owned() });
    };
    let id = table.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let entry = Entry { name: if id.is_empty() { number.to_string() } else { id } };
    let source = Source {
        id: entry.id(entry.need(entry.take(&mut table, "id")?, "id")?)?,
        place: entry.take(&mut table, "place")?,
        kind: entry.need(entry.take(&mut table, "kind")?, "kind")?,
        system: entry.system(&entry.need(entry.take::<String>(&mut table, "system")?, "system")?)?,
        base: entry.base(entry.need(entry.take(&mut table, "base")?, "base")?)?,
        note: entry.take(&mut table, "note")?,
        main: entry.take(&mut table, "main")?,
        options: Options::default(),
    };
    let options = table.remove("options");
    if let Some(key) = table.keys().next() {
        return Err(SourceErrorKind::UnknownKey { entry: entry.name, key: key.clone(), hint: String::new() });
    }
    let options = entry.options(source.system, options)?;
    Ok(Source { options, ..source })
}

/// The entry that errors name.
struct Entry {
    name: String,
}

impl Entry {
    fn bad(&self, key: &str, why: impl ToString) -> SourceErrorKind {
        SourceErrorKind::Bad { entry: self.name.clone(), key: key.to_owned(), why: why.to_string() }
    }

    /// The value of a key, which is taken out.
    fn take<'de, T: Deserialize<'de>>(
        &self,
        table: &mut Table,
        key: &str,
    ) -> Result<Option<T>, SourceErrorKind> {
        let Some(value) = table.remove(key) else { return Ok(None) };
        value.try_into().map(Some).map_err(|e: toml::de::Error| self.bad(key, e.message()))
    }

    fn need<T>(&self, value: Option<T>, key: &'static str) -> Result<T, SourceErrorKind> {
        value.ok_or_else(|| SourceErrorKind::Missing { entry: self.name.clone(), key })
    }

    /// Sources and places are asked for side by side, so that no id may be a place.
    fn id(&self, id: String) -> Result<String, SourceErrorKind> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if id.is_empty() || !id.chars().all(is_plain) {
            return Err(
                self.bad("id", format!("{id:?} is none; it has small letters a to z, digits and hyphens"))
            );
        }
        if let Ok(place) = id.parse::<Place>() {
            let why = format!("{id:?} is a place ({}); say what it is of, such as {id}-news", place.name());
            return Err(self.bad("id", why));
        }
        Ok(id)
    }

    fn system(&self, name: &str) -> Result<System, SourceErrorKind> {
        let all = System::ALL.map(System::as_str);
        if let Some(system) = System::ALL.into_iter().find(|system| system.as_str() == name) {
            return Ok(system);
        }
        let near = all.into_iter().map(|known| (strsim::jaro_winkler(known, name), known));
        let near = near.filter(|(likeness, _)| *likeness > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = near
            .map_or_else(|| format!("there are {}", all.join(", ")), |n| format!("did you mean {}?", n.1));
        Err(self.bad("system", format!("{name:?} is not known; {hint}")))
    }

    fn base(&self, url: Url) -> Result<Url, SourceErrorKind> {
        let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
        if is_web { Ok(url) } else { Err(self.bad("base", "must begin with https:// or http://")) }
    }

    fn options(&self, system: System, value: Option<Value>) -> Result<Options, SourceErrorKind> {
        let (needed, possible) = system.options();
        let mut table = match value {
            None => Table::new(),
            Some(Value::Table(table)) => table,
            Some(_) => return Err(self.bad("options", "is no table")),
        };
        if let Some(key) = needed.iter().find(|key| !table.contains_key(**key)) {
            return Err(SourceErrorKind::Missing { entry: self.name.clone(), key });
        }
        let known = |key: &str| needed.contains(&key) || possible.contains(&key);
        if let Some(key) = table.keys().find(|key| !known(key)) {
            let all = [needed, possible].concat().join(", ");
            let hint = format!(
                "; system {} has the options: {}",
                system.as_str(),
                if all.is_empty() { "none" } else { &all }
            );
            return Err(SourceErrorKind::UnknownKey { entry: self.name.clone(), key: key.clone(), hint });
        }
        // Key by key, so that an error can name the key.
        for key in table.keys() {
            let single = Table::from_iter([(key.clone(), table[key].clone())]);
            Options::deserialize(single).map_err(|e| self.bad(key, e.message()))?;
        }
        self.check_selectors(&table)?;
        let options = Value::Table(std::mem::take(&mut table));
        options.try_into().map_err(|e: toml::de::Error| self.bad("options", e.message()))
    }

    fn check_selectors(&self, table: &Table) -> Result<(), SourceErrorKind> {
        for key in ["list", "item", "link", "next", "title", "date"] {
            if let Some(Value::String(css)) = table.get(key) {
                scraper::Selector::parse(css).map_err(|e| self.bad(key, e))?;
            }
        }
        Ok(())
    }
}
