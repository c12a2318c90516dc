//! The file of sources for the real world: whole, and free of slips.

use std::collections::BTreeSet;

use belaeg_fetch::{System, sources};
use belaeg_model::{Kind, Place, place::PlaceKind};

const REAL: &str = include_str!("../../../../corpus/sources.toml");

#[test]
fn every_kommune_has_its_minutes() {
    let all = sources(REAL).expect("sources");
    let of_minutes = all.iter().filter(|s| s.kind == Kind::Minutes);
    let places: BTreeSet<&str> = of_minutes.filter_map(|s| s.place).map(Place::code).collect();
    let kommuner: BTreeSet<&str> =
        Place::all().filter(|p| p.kind() == PlaceKind::Kommune).map(Place::code).collect();
    assert_eq!(kommuner.len(), 98);
    assert_eq!(places, kommuner);
    let count = |system| all.iter().filter(|s| s.system == system).count();
    assert_eq!((count(System::FirstAgenda), count(System::None)), (88, 1));
    for source in &all {
        assert_eq!(source.base.scheme(), "https", "{}", source.id);
        assert!(source.id.is_ascii() && source.id.contains('-'), "{}", source.id);
        assert!(source.note.is_some() || source.system != System::None, "{}", source.id);
    }
}

#[test]
fn errors_name_entry_and_key() {
    let entry = |more: &str| {
        format!(
            "[[source]]\nid = \"a-news\"\nkind = \"news\"\nsystem = \"rss\"\nbase = \"https://a.dk\"\n{more}"
        )
    };
    for (toml, expected) in [
        (entry("colour = \"red\""), "source a-news: colour is not known"),
        (
            entry("options = { lists = [\"/x\"] }"),
            "source a-news: lists is not known; system rss has the options: none",
        ),
        (entry("place = \"9999\""), "source a-news: place: "),
        (entry("") + &entry(""), "source a-news: there are two of this id"),
        (entry("").replace("rss", "rzz"), "source a-news: system: "),
        (entry("").replace("rss", "aalborg"), "source a-news: committees is missing"),
        (entry("").replace("rss", "listpage") + "options = { item = \"a[\" }", "source a-news: item: "),
        (entry("").replace("https", "ftp"), "source a-news: base: must begin with https://"),
        (entry("").replace("id = \"a-news\"\n", ""), "source 1: id is missing"),
        (entry("colour = \"red\""), "line 1: source a-news: "),
        (entry("") + "\n" + &entry("").replace("a-news", "a_news"), "line 7: source a_news: id: "),
        (entry("").replace("a-news", "Nyheder"), "source Nyheder: id: \"Nyheder\" is none"),
        (entry("").replace("a-news", "børn"), "id: \"børn\" is none"),
        (entry("").replace("a-news", ""), "source 1: id: \"\" is none"),
        (entry("").replace("a-news", "odense"), "id: \"odense\" is a place (Odense)"),
        (entry("").replace("a-news", "461"), "id: \"461\" is a place (Odense)"),
        (entry("").replace("\"rss\"", "\"firstagneda\""), "did you mean firstagenda?"),
        (entry("").replace("\"rss\"", "\"xyz\""), "\"xyz\" is not known; there are firstagenda, kk"),
        (entry("").replace("\"rss\"", "rss"), "source a-news: TOML parse error at line 4"),
        ("[sources]\n".to_owned(), "sources is not known here"),
        ("x = [".to_owned(), "TOML parse error"),
    ] {
        let error = sources(&toml).expect_err(&toml).to_string();
        assert!(error.contains(expected), "{error:?} has no {expected:?}");
        assert_eq!(error.matches("TOML parse error").count(), usize::from(error.contains("TOML parse")));
        let source = std::error::Error::source(&sources(&toml).expect_err(&toml)).map(ToString::to_string);
        assert_eq!(source, None, "it would be printed twice");
    }
}
