//! Which kommune uses which system under which host.

use std::sync::LazyLock;

use belaeg_model::Place;
use serde::Serialize;

use super::News;

/// A system that kommuner publish with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum System {
    /// FirstAgenda Publication, which nine of ten kommuner use for minutes.
    FirstAgenda,
    /// Københavns Kommune's Drupal with JSON:API.
    #[serde(rename = "kk")]
    Koebenhavn,
    /// Åben Dagsorden.
    AabenDagsorden,
    /// Formpipe Meetings+.
    MeetingsPlus,
    /// eDoc in Dynamicweb.
    Rksk,
    /// Frederikssund's own CMS.
    Frederikssund,
    /// The SBSYS module in Umbraco.
    Hedensted,
    /// Aalborg's own application.
    Aalborg,
    /// RSS and Atom feeds.
    Rss,
    /// Sitemaps.
    Sitemap,
    /// Lists of news on pages.
    ListPage,
    /// The open data of Folketinget.
    Oda,
    /// Addresses by themselves.
    Urls,
    /// Not to be reached.
    None,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::FirstAgenda,
        Self::Koebenhavn,
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
            Self::Koebenhavn => "kk",
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

    fn of_minutes(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

/// One kommune's minutes.
pub(super) struct Host {
    pub(super) place: Place,
    pub(super) code: u16,
    pub(super) system: System,
    pub(super) host: &'static str,
}

/// The kommuner that come first in a small world: one of each system, then the others with a rare one.
const FIRST: [u16; 12] = [461, 101, 161, 530, 760, 250, 766, 851, 183, 265, 706, 707];

static HOSTS: LazyLock<Vec<Host>> = LazyLock::new(|| {
    let rows = include_str!("../../data/minutes.csv").lines().skip(1);
    let mut hosts: Vec<Host> = rows.filter_map(row).collect();
    hosts.sort_by_key(|h| (FIRST.iter().position(|&f| f == h.code).unwrap_or(FIRST.len()), h.code));
    hosts
});

fn row(line: &'static str) -> Option<Host> {
    let mut cells = line.split(',');
    let (code, system, host) = (cells.next()?, cells.next()?, cells.next()?);
    let place = code.parse().ok()?;
    Some(Host { place, code: code.parse().ok()?, system: System::of_minutes(system)?, host })
}

/// All kommuner, in the order in which worlds take them.
pub(super) fn hosts() -> &'static [Host] {
    &HOSTS
}

/// How the kommune at `index` lists its news, and where.
pub(super) fn news(host: &Host, index: usize) -> (News, String) {
    const ROUND: [News; 4] = [News::Sitemap, News::ListPage, News::Rss, News::Atom];
    let site = host.place.website().unwrap_or(host.host);
    let kind = match host.code {
        183 => return (News::None, site.to_owned()),
        265 => News::Rss,
        621 => News::Cards,
        _ => ROUND[index % ROUND.len()],
    };
    (kind, format!("www.{site}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kommune_has_its_system() {
        assert_eq!(hosts().len(), 98);
        let count = |s| hosts().iter().filter(|h| h.system == s).count();
        assert_eq!(count(System::FirstAgenda), 88);
        assert_eq!(count(System::AabenDagsorden), 2);
        assert_eq!(count(System::MeetingsPlus), 2);
        assert_eq!(hosts()[0].host, "dagsordener.odense.dk");
    }
}
