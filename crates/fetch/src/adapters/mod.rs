//! The systems that publish, a file each: where lists begin, what a page of a list names, what hangs on a document. All of it
//! is reading; asking is done by the run.

mod aabendagsorden;
mod aalborg;
mod feed;
mod firstagenda;
mod frederikssund;
mod hedensted;
mod html;
mod json_ld;
mod kk;
mod listpage;
mod meetingsplus;
mod oda;
mod rksk;
mod sitemap;
pub(crate) mod urls;
mod xml;

use belaeg_model::date::MONTHS;
use jiff::civil::Date;
use url::Url;

use crate::address::{canonical, encoded, file_name};
use crate::event::Item;
use crate::{Scope, Source, System};

/// How a system is read.
pub(crate) trait Adapter: Send + Sync {
    /// The first pages of the lists.
    fn start(&self, start: &Start<'_>) -> Vec<Ask>;

    /// What a page of a list names and where the list goes on.
    ///
    /// # Errors
    /// If the page is not of the shape that the system's pages have.
    fn read(&self, start: &Start<'_>, ask: &Ask, page: &str) -> Result<Page, BadListing>;

    /// The attachments that a document names; only asked where [`Listed::has_parts`] says so.
    ///
    /// # Errors
    /// If the document is not of the shape that the system's documents have.
    fn parts(&self, _source: &Source, _whole: &Listed, _document: &str) -> Result<Vec<Listed>, BadListing> {
        Ok(Vec::new())
    }

    /// Whether a canonical address is that of an attachment, which no list names.
    fn is_part(&self, _url: &str) -> bool {
        false
    }

    /// Whether an anonymous session is needed.
    fn has_session(&self) -> bool {
        false
    }

    /// Whether the lists show the newest documents only, so that one that left them need not be gone.
    fn is_window(&self) -> bool {
        false
    }
}

/// What a run begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a> {
    pub(crate) source: &'a Source,
    pub(crate) scope: &'a Scope,
    /// The day in Denmark.
    pub(crate) today: Date,
}

/// A page of a list to ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ask {
    pub(crate) url: Url,
    pub(crate) step: Step,
}

impl Ask {
    pub(crate) fn new(url: Url, step: Step) -> Self {
        Self { url, step }
    }
}

/// What a page of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// One of a chain of pages, which ends at the latest where a page brings nothing new.
    List,
    /// A page that leads to lists.
    Index,
    /// The page of a committee, which leads to its list.
    Committee,
    /// The meetings of some days, both ends counted. So many days after them had none; nothing is said where another slice
    /// goes on before these days.
    Slice { from: Date, to: Date, empty_days: Option<i32> },
    /// The meetings of a year.
    Year(i16),
    /// The hits of a search in a year from a number on.
    Search { year: i16, from: usize },
}

/// A page of a list, read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) listed: Vec<Listed>,
    pub(crate) next: Vec<Ask>,
}

/// A document that a list names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) item: Item,
    /// The address to ask for, which may differ from the canonical one.
    pub(crate) fetch: Url,
    /// Attachments may hang on it.
    pub(crate) has_parts: bool,
    /// Never changes without its mark, however young it is.
    pub(crate) only_by_mark: bool,
}

impl Listed {
    /// A document at `fetch` of which nothing more is known.
    pub(crate) fn new(source: &Source, fetch: Url) -> Self {
        let item = Item {
            url: canonical(&fetch),
            name: file_name(&fetch),
            kind: source.kind,
            place: source.place,
            title: None,
            published: None,
            modified: None,
            mark: None,
            group: None,
            aliases: Vec::new(),
        };
        Self { item, fetch, has_parts: false, only_by_mark: false }
    }

    /// An attachment of this document: of its kind, day and group.
    pub(crate) fn part(&self, fetch: Url, title: Option<String>) -> Self {
        let item = Item {
            url: canonical(&fetch),
            name: file_name(&fetch),
            title,
            aliases: Vec::new(),
            mark: None,
            ..self.item.clone()
        };
        Self { item, fetch, has_parts: false, only_by_mark: false }
    }
}

/// A list that is not of the shape it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadListing(pub(crate) String);

impl From<serde_json::Error> for BadListing {
    fn from(error: serde_json::Error) -> Self {
        Self(format!("JSON: {error}"))
    }
}

/// The reader of a system.
pub(crate) fn of(system: System) -> &'static dyn Adapter {
    match system {
        System::FirstAgenda => &firstagenda::FirstAgenda,
        System::Kk => &kk::Kk,
        System::AabenDagsorden => &aabendagsorden::AabenDagsorden,
        System::MeetingsPlus => &meetingsplus::MeetingsPlus,
        System::Rksk => &rksk::Rksk,
        System::Frederikssund => &frederikssund::Frederikssund,
        System::Hedensted => &hedensted::Hedensted,
        System::Aalborg => &aalborg::Aalborg,
        System::Rss => &feed::Feed,
        System::Sitemap => &sitemap::Sitemap,
        System::ListPage => &listpage::ListPage,
        System::Oda => &oda::Oda,
        System::Urls | System::None => &urls::Urls,
    }
}

/// `base` with another path (and query), whatever path it had.
fn at(base: &Url, path: &str) -> Option<Url> {
    base.join(path).ok()
}

/// The first page of each of the source's lists.
fn lists(start: &Start<'_>, step: Step) -> Vec<Ask> {
    let source = start.source;
    source.options.lists.iter().filter_map(|path| Some(Ask::new(at(&source.base, path)?, step))).collect()
}

/// "4. maj 2026".
fn danish(day: Date) -> String {
    let month = usize::try_from(day.month()).ok().and_then(|m| MONTHS.get(m.checked_sub(1)?));
    format!("{}. {} {}", day.day(), month.unwrap_or(&""), day.year())
}

/// What agenda and minutes of a meeting have in common.
fn meeting_group(day: Date, committee: &str) -> String {
    format!("{day} {}", committee.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const SCOPE: Scope = Scope { since: None, limit: None };

    /// A source with one entry's options, as an inline table or nothing.
    pub(super) fn fixture(system: &str, base: &str, options: &str) -> Source {
        let mut toml = format!(
            "[[source]]\nid = \"eksempel\"\nplace = \"461\"\nkind = \"minutes\"\nsystem = \"{system}\"\nbase = \"{base}\"\n"
        );
        if !options.is_empty() {
            toml += &format!("options = {options}\n");
        }
        crate::sources(&toml).expect("a source").remove(0)
    }

    pub(super) fn start(source: &Source) -> Start<'_> {
        Start { source, scope: &SCOPE, today: date(2026, 10, 5) }
    }

    /// Options with which a source of the system can be parsed.
    fn options(system: System) -> &'static str {
        match system {
            System::AabenDagsorden => "{ date_format = \"iso\" }",
            System::Rksk | System::Frederikssund | System::Hedensted => "{ lists = [\"/liste\"] }",
            System::Aalborg => "{ committees = [1] }",
            System::ListPage => "{ item = \"li\", next = \"a\" }",
            System::Urls => "{ urls = [\"https://a.dk/x\"] }",
            _ => "",
        }
    }

    proptest::proptest! {
        #[test]
        fn any_page_of_any_system_is_read(
            page in "\\PC{0,40}|([{}\\[\\]\":,<>/=a0-9 ]|Udvalg|Id|meetings|value|data|href|\\?AgendaID=1|2026-05-04){0,60}",
            step in 0..6_usize,
        ) {
            let day = date(2026, 5, 4);
            let slice = Step::Slice { from: day, to: day, empty_days: Some(0) };
            let search = Step::Search { year: 2026, from: 0 };
            let step = [Step::List, Step::Index, Step::Committee, slice, Step::Year(2026), search][step];
            for system in System::ALL {
                let source = fixture(system.as_str(), "https://a.dk/x", options(system));
                let adapter = of(system);
                let ask = Ask::new(source.base.clone(), step);
                let _ = adapter.read(&start(&source), &ask, &page);
                let _ = adapter.parts(&source, &Listed::new(&source, source.base.clone()), &page);
            }
        }
    }
}
