//! `sources.toml` for a world.

use std::fmt::Write;

use crate::systems;
use crate::web::origin;
use crate::world::{News, Site, System, World};

/// One `[[source]]`.
struct Source<'a> {
    id: String,
    place: &'a str,
    kind: &'static str,
    system: System,
    base: String,
    /// An inline table.
    options: Option<String>,
    note: Option<&'static str>,
}

impl World {
    /// The file of sources that names everything in this world, when it is served on `port`.
    pub fn sources_toml(&self, port: u16) -> String {
        let mut sources: Vec<Source> = Vec::new();
        for site in &self.sites {
            sources.push(minutes(site, port));
            sources.extend(news(site, port));
            sources.extend(letters(site, port));
        }
        sources.push(Source {
            id: "folketinget-letters".to_owned(),
            place: "DK",
            kind: "letter",
            system: System::Oda,
            base: origin(systems::ODA_HOST, port),
            options: None,
            note: None,
        });
        let head = "# Sources of a simulated web of kommuner. Nothing here is real.\n".to_owned();
        sources.iter().fold(head, |toml, source| toml + "\n" + &table(source))
    }
}

fn table(source: &Source) -> String {
    let mut toml = format!(
        "[[source]]\nid = \"{}\"\nplace = \"{}\"\nkind = \"{}\"\nsystem = \"{}\"\nbase = \"{}\"\n",
        source.id,
        source.place,
        source.kind,
        source.system.as_str(),
        source.base
    );
    if let Some(options) = &source.options {
        let _ = writeln!(toml, "options = {options}");
    }
    if let Some(note) = source.note {
        let _ = writeln!(toml, "note = \"{note}\"");
    }
    toml
}

fn id(site: &Site, kind: &str) -> String {
    format!("{}-{kind}", crate::web::slug(site.place.name()))
}

fn minutes(site: &Site, port: u16) -> Source<'static> {
    Source {
        id: id(site, "minutes"),
        place: site.place.code(),
        kind: "minutes",
        system: site.minutes,
        base: origin(&site.minutes_host, port),
        options: systems::options(site),
        note: (site.minutes == System::None)
            .then_some("A challenge for browsers stands before every page. Import documents by hand."),
    }
}

fn news(site: &Site, port: u16) -> Option<Source<'static>> {
    let host = origin(&site.news_host, port);
    let (system, path, options) = match site.news {
        News::Sitemap => (System::Sitemap, "/sitemap.xml", Some("{ include = \"/nyheder/\" }".to_owned())),
        News::Rss | News::Atom => (System::Rss, systems::feed_path(site), None),
        News::ListPage | News::Cards => {
            (System::ListPage, "/nyheder", Some(systems::selectors(site).to_owned()))
        }
        News::None => return None,
    };
    let (id, place) = (id(site, "news"), site.place.code());
    Some(Source { id, place, kind: "news", system, base: format!("{host}{path}"), options, note: None })
}

fn letters(site: &Site, port: u16) -> Option<Source<'static>> {
    let base = origin(&site.news_host, port);
    let of_letters = site.articles.iter().filter(|a| a.is_letter);
    let urls: Vec<String> = of_letters.map(|a| format!("\"{base}{}\"", a.path())).collect();
    let options = Some(format!("{{ urls = [{}] }}", urls.join(", ")));
    let source = Source {
        id: id(site, "letters"),
        place: site.place.code(),
        kind: "letter",
        system: System::Urls,
        base,
        options,
        note: None,
    };
    (!urls.is_empty()).then_some(source)
}
