//! Facets, folding, pages by cursor, hits one by one, statements before and after, links.

use belaeg_index::{Bin, Cursor, Error, Facets, Filters, Hit, Index, Interval, Search, Sort, Writer};
use belaeg_model::{Claim, Kind, Place, Unit, Year};
use jiff::civil::date;

use crate::support::{Doc, Said, built, claim, doc, id, names, place, put, query, results, said};

/// A claim with everything that facets count.
fn full(value: f64, unit: Unit, at: &str, years: &[Year], measure: &str) -> Claim {
    Claim {
        place: Some(place(at)),
        years: years.to_vec(),
        measure: Some(measure.to_owned()),
        ..claim(value, unit)
    }
}

/// Statements of several kommuner, years, measures and units, some with several claims, some with none.
fn varied() -> Vec<Doc> {
    let places = ["Odense", "Ærø", "Region Syddanmark", "Aarhus", "Hele landet"];
    let measures = ["sygefravaer", "omgoerelsesprocent", "sagsbehandlingstid"];
    (0..30_u8)
        .map(|number| {
            let n = usize::from(number);
            let statement = |i: usize| {
                let at = |k: usize| places[(n + i + k) % places.len()];
                let year = |k: usize| 2010 + Year::try_from((n * 3 + i + k) % 9).expect("small");
                let one = |k: usize| {
                    let unit = Unit::ALL[(n + i * k) % Unit::ALL.len()];
                    let value = f64::from(number) + 0.5 * i as f64 - 3.0 * k as f64;
                    full(value, unit, at(k), &[year(k), year(k + 2)], measures[(n + k) % 3])
                };
                let claims = (0..(n + i) % 4).map(one).collect();
                let places = if i == 2 { vec![place(at(1)), place(at(2))] } else { vec![] };
                Said { claims, years: vec![year(5)], places, ..said(&format!("Sag {} i året", i % 3)) }
            };
            Doc {
                url: ["https://www.odense.dk/nyt", "https://aeroe.dk/a?b", "home:docs/æ.txt"][n % 3],
                kind: [Some(Kind::News), Some(Kind::Minutes), None][n % 3],
                place: Some(place(places[n % places.len()])),
                published: (n % 4 > 0).then(|| date(2010, 1, 1 + i8::try_from(n % 7).expect("small"))),
                said: (0..6).map(statement).collect(),
                ..doc(number, &[])
            }
        })
        .collect()
}

fn facets(index: &Index, search: &Search) -> Facets {
    let limited = Search { facets: true, limit: 1, ..search.clone() };
    results(index, &limited).facets.expect("facets")
}

/// Says that each facet counts what the search finds when its value is asked for too.
fn check_facets(index: &Index, search: &Search) {
    let check = |what: &str, count: u64, more: Filters| {
        let query = search.query.clone().with(more).expect("filters that do not exclude each other");
        let total = index.search(&Search { query, ..search.clone() }).expect("search").total;
        assert_eq!(count, total as u64, "{what} of {search:?}");
    };
    let facets = facets(index, search);
    for (at, count) in facets.kommune.iter().chain(&facets.region) {
        check(at.name(), *count, Filters { places: vec![vec![*at]], ..Filters::default() });
    }
    for (kind, count) in &facets.kind {
        check(kind.as_str(), *count, Filters { kinds: Some(vec![*kind]), ..Filters::default() });
    }
    for (year, count) in &facets.year {
        let years = Some(vec![Interval::new(*year, *year)]);
        check("a year", *count, Filters { years, ..Filters::default() });
    }
    for (measure, count) in &facets.measure {
        check(measure, *count, Filters { measures: Some(vec![measure.clone()]), ..Filters::default() });
    }
    for (unit, count) in &facets.unit {
        check(unit.as_str(), *count, Filters { units: Some(vec![*unit]), ..Filters::default() });
    }
    for (host, count) in &facets.source {
        check(host, *count, Filters { sources: vec![vec![host.clone()]], ..Filters::default() });
    }
}

#[test]
fn a_facet_counts_what_the_same_search_finds_with_it() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = built(home.path(), &varied());
    let searches = [
        "*",
        "sag",
        "unit:percent",
        "sag rate:3..20",
        "place:odense",
        "place:1083 året",
        "year:2011..2013",
        "year:2011..2013 measure:sygefravaer",
        "place:ærø rate:0..90",
        "source:odense.dk source:www.odense.dk",
        "kind:minutes året -2",
        "role:level unit:permille OR unit:percent",
        "sag (place:odense OR place:aarhus)",
    ];
    let searches = searches.map(query);
    for search in &searches {
        check_facets(&index, search);
    }
    let all = facets(&index, &query("*"));
    assert_eq!(all.kommune.iter().map(|(p, _)| p.name()).collect::<Vec<_>>().len(), 3);
    assert_eq!(all.kind.iter().map(|(_, n)| n).sum::<u64>(), 120, "twenty documents have a kind");
    assert_eq!(all.source, [("aeroe.dk".to_owned(), 60), ("www.odense.dk".to_owned(), 60)]);
    assert!(all.year.is_sorted() && all.year.len() == 9);
    assert_eq!((all.measure.len(), all.unit.len()), (3, 5));
    let south = all.region.iter().find(|(p, _)| *p == place("Region Syddanmark")).expect("a region");
    // Odense and Ærø lie in it, and some statements are about several.
    let of = |name: &str| all.kommune.iter().find(|(p, _)| *p == place(name)).map_or(0, |(_, n)| *n);
    assert!(south.1 >= of("Odense").max(of("Ærø")) && south.1 <= 180, "{south:?}");
}

#[test]
fn facets_do_not_depend_on_segments_or_pages() {
    let homes: Vec<_> = (0..2).map(|_| tempfile::tempdir().expect("tempdir")).collect();
    let whole = built(homes[0].path(), &varied());
    let mut writer = Writer::open(homes[1].path()).expect("open");
    for (batch, doc) in (1..).zip(varied().iter().rev()) {
        put(&mut writer, &Doc { said: vec![said("Væk igen")], ..doc.clone() });
        writer.commit(batch).expect("commit");
        put(&mut writer, doc);
    }
    writer.commit(99).expect("commit");
    let pieces = Index::open(homes[1].path()).expect("open");
    let search = Search { fold: true, offset: 7, ..query("sag rate:0..12") };
    assert_eq!(facets(&whole, &search), facets(&pieces, &search));
    let unfolded = Search { fold: false, offset: 0, ..search.clone() };
    assert_eq!(facets(&whole, &search), facets(&whole, &unfolded));
}

#[test]
fn facets_over_nothing() {
    let home = tempfile::tempdir().expect("tempdir");
    let empty = built(home.path(), &[]);
    assert_eq!(facets(&empty, &query("*")), Facets::default());
    let home = tempfile::tempdir().expect("tempdir");
    let index = built(home.path(), &[doc(1, &["Kun ord om børn."])]);
    assert_eq!(facets(&index, &query("findesikke")), Facets::default());
    let words = facets(&index, &Search { limit: 0, ..query("børn") });
    assert_eq!(words.kommune, [(place("Odense"), 1)]);
    assert_eq!((words.measure.len(), words.unit.len(), words.histogram), (0, 0, None));
    let none = results(&index, &Search { limit: 0, facets: true, offset: usize::MAX, ..query("*") });
    assert_eq!((none.total, none.hits.len(), none.next), (1, 0, None));
    assert!(none.facets.is_some());
}

#[test]
fn a_histogram_has_the_values_of_claims_that_pass() {
    let home = tempfile::tempdir().expect("tempdir");
    let several = |values: &[f64]| {
        let claims = values.iter().map(|v| full(*v, Unit::Percent, "Odense", &[2016, 2017], "x")).collect();
        vec![Said { claims, ..said("Andele på Ærø") }]
    };
    let mut counted = doc(3, &[]);
    counted.said = vec![Said { claims: vec![claim(900.0, Unit::Count)], ..said("Andele og sager") }];
    let docs = [
        Doc { said: several(&[5.0, 5.5, 6.25]), ..doc(1, &[]) },
        Doc { said: several(&[6.5, 6.5, 70.0]), ..doc(2, &[]) },
        counted,
    ];
    let index = built(home.path(), &docs);
    let bins = |search: &Search| facets(&index, search).histogram.expect("values");
    let narrow = bins(&query("rate:5..6.9"));
    assert_eq!(narrow.unit, Unit::Percent);
    assert_eq!(narrow.bins.iter().map(|b| b.count).sum::<u64>(), 5, "a claim of two years counts once");
    assert_eq!(narrow.bins.first(), Some(&Bin { from: Some(5.0), to: Some(5.2), count: 1 }));
    assert_eq!(bins(&query("*")).bins.iter().map(|b| b.count).sum::<u64>(), 6, "counts are left out");
    assert_eq!(bins(&query("unit:count")).unit, Unit::Count);
}

/// All pages of `limit` hits, each begun after the one before.
fn pages(index: &Index, search: &Search, limit: usize) -> Vec<Hit> {
    let mut after = None;
    let mut all = Vec::new();
    loop {
        let page = results(index, &Search { limit, after, ..search.clone() });
        assert!(page.hits.len() == limit || page.next.is_none());
        all.extend(page.hits);
        match page.next {
            // As it is printed and typed again.
            Some(next) => after = Some(next.to_string().parse::<Cursor>().expect("a cursor")),
            None => return all,
        }
    }
}

#[test]
fn pages_after_a_cursor_are_slices_of_the_whole() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = built(home.path(), &varied());
    for sort in [Sort::Relevance, Sort::Published, Sort::Rate] {
        for fold in [false, true] {
            for words in ["*", "sag", "sag 1 OR 2"] {
                let search = Search { sort, fold, ..query(words) };
                let whole = results(&index, &search);
                assert_eq!(whole.next, None);
                assert!(whole.hits.len() >= 2, "{search:?}");
                for limit in [1, 7, 60, 180, 181] {
                    assert_eq!(pages(&index, &search, limit), whole.hits, "{limit} of {search:?}");
                }
            }
        }
    }
    let nothing = results(&index, &Search { limit: 2, ..query("findesikke") });
    assert_eq!((nothing.total, nothing.next), (0, None));
}

#[test]
fn a_cursor_of_another_search_is_refused() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = built(home.path(), &varied());
    let after = results(&index, &Search { limit: 3, ..query("sag") }).next;
    assert!(after.is_some());
    for other in
        [query("året"), Search { sort: Sort::Rate, ..query("sag") }, Search { fold: true, ..query("sag") }]
    {
        let refused = index.search(&Search { after, ..other });
        assert!(matches!(refused, Err(Error::OtherCursor)), "{refused:?}");
    }
    let on = results(&index, &Search { after, limit: 5, offset: 2, facets: true, ..query("sag") });
    assert_eq!(on.total, 180, "a cursor changes the page, not the answer");
    assert_eq!(names(&on.hits), names(&results(&index, &query("sag")).hits[5..10]));
}

#[test]
fn what_says_the_same_is_folded() {
    let home = tempfile::tempdir().expect("tempdir");
    let docs = [
        doc(1, &["Sygefraværet var 5,2 %.", "Børn og unge"]),
        doc(2, &["sygefraværet  var 5,2\u{a0}%", "Sygefraværet var 5,3 %."]),
        doc(3, &["»SYGEFRAVÆRET« VAR 5,2%", "Sygefraværet var -5,2 %."]),
    ];
    let index = built(home.path(), &docs);
    let folded = |search: Search| -> Vec<String> {
        let hits = results(&index, &Search { fold: true, ..search }).hits;
        let same = |h: &Hit| h.same.expect("folded");
        names(&hits).into_iter().zip(&hits).map(|(name, h)| format!("{name}+{}", same(h))).collect()
    };
    assert_eq!(folded(query("sygefraværet")), ["1.1+2", "2.2+0", "3.2+0"]);
    assert_eq!(folded(query("*")), ["1.1+2", "1.2+0", "2.2+0", "3.2+0"]);
    // Only what matches is counted, and the best of it stands for the others.
    assert_eq!(folded(Search { offset: 1, limit: 1, ..query("*") }), ["1.2+0"]);
    assert_eq!(folded(query("sygefraværet -børn")), ["1.1+2", "2.2+0", "3.2+0"]);
    let unfolded = results(&index, &query("*"));
    assert!(unfolded.hits.iter().all(|h| h.same.is_none()));
    assert_eq!((unfolded.total, unfolded.hits.len()), (6, 6));
    assert_eq!(results(&index, &Search { fold: true, ..query("*") }).total, 6);
}

#[test]
fn many_that_say_the_same_leave_room_for_others() {
    let home = tempfile::tempdir().expect("tempdir");
    let docs: Vec<Doc> = (0..100)
        .map(|number| {
            let own = format!("Punkt {number} om fravær i byen");
            let mut texts = vec!["Fravær"; 40];
            texts.push(&own);
            doc(number, &texts)
        })
        .collect();
    let index = built(home.path(), &docs);
    let search = Search { fold: true, limit: 8, ..query("fravær") };
    let first = results(&index, &search);
    assert_eq!(first.total, 4100);
    assert_eq!(first.hits.iter().map(|h| h.same).collect::<Vec<_>>()[..2], [Some(3999), Some(0)]);
    assert_eq!(pages(&index, &search, 8).len(), 101);
}

#[test]
fn hits_come_one_by_one() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = built(home.path(), &varied());
    let search = Search { offset: 3, limit: 40, ..query("sag") };
    let mut hits = index.hits(&search).expect("hits");
    assert_eq!(hits.total(), 180);
    assert_eq!(hits.next_page().expect("a page"), None, "before the page was handed back");
    let all: Vec<Hit> = hits.by_ref().collect::<Result<_, Error>>().expect("hits");
    let at_once = results(&index, &search);
    assert_eq!((all, hits.next_page().expect("a page")), (at_once.hits, at_once.next));
}

#[test]
fn statements_before_and_after() {
    let home = tempfile::tempdir().expect("tempdir");
    let mut writer = Writer::open(home.path()).expect("open");
    put(&mut writer, &doc(1, &["Gammel først", "Gammel midt", "Gammel sidst"]));
    writer.commit(1).expect("commit");
    put(&mut writer, &doc(2, &["Alene på Ærø"]));
    put(&mut writer, &doc(1, &["Først", "Midt", "Sidst"]));
    writer.commit(2).expect("commit");
    let index = Index::open(home.path()).expect("open");
    let beside = |words: &str| {
        let hit = results(&index, &Search { context: true, ..query(words) }).hits.remove(0);
        (hit.statement.before.unwrap_or_default(), hit.statement.after.unwrap_or_default())
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(beside("først"), pair("", "Midt"));
    assert_eq!(beside("midt"), pair("Først", "Sidst"));
    assert_eq!(beside("sidst"), pair("Midt", ""));
    assert_eq!(beside("alene"), pair("", ""));
    let without = results(&index, &query("midt")).hits.remove(0);
    assert_eq!((without.statement.before, without.statement.after, without.matched), (None, None, None));
}

#[test]
fn why_a_statement_matched() {
    let home = tempfile::tempdir().expect("tempdir");
    let claims = vec![
        full(4.0, Unit::Percent, "Odense", &[2016], "sygefravaer"),
        full(9.0, Unit::Percent, "Ærø", &[2017], "sygefravaer"),
    ];
    let said = vec![Said { claims, ..said("Skolerne på Ærø har fravær") }];
    let index = built(home.path(), &[Doc { said, ..doc(1, &[]) }]);
    let matched = |words: &str| {
        let hit = results(&index, &Search { context: true, ..query(words) }).hits.remove(0);
        let matched = hit.matched.expect("asked for");
        let text = &hit.statement.text;
        let words: Vec<String> =
            matched.words.iter().map(|w| format!("{} {}", w.span.of(text), w.by)).collect();
        (words.join(", "), matched.claims)
    };
    assert_eq!(matched("skole fravær"), ("Skolerne stem, fravær exact".to_owned(), vec![]));
    assert_eq!(matched("rate:5..20 sko*"), ("Skolerne prefix".to_owned(), vec![1]));
    assert_eq!(matched("measure:sygefravaer"), (String::new(), vec![0, 1]));
}

#[test]
fn links_into_live_pages() {
    let home = tempfile::tempdir().expect("tempdir");
    let at = |number, url| Doc { url, ..doc(number, &["Fald på 5-7 %, på Ærø"]) };
    let docs = [
        at(1, "https://www.odense.dk/nyt"),
        at(2, "https://www.odense.dk/nyt#top"),
        at(3, "https://www.odense.dk/nyt#top:~:text=gammel"),
        at(4, "https://www.odense.dk/bilag.pdf"),
        at(5, "home:docs/æ.txt"),
    ];
    let index = built(home.path(), &docs);
    let mut hits = results(&index, &query("*")).hits;
    let words = "Fald%20p%C3%A5%205%2D7%20%25%2C%20p%C3%A5%20%C3%86r%C3%B8";
    let links: Vec<Option<String>> = hits.iter().map(Hit::live_url).collect();
    let want = [
        Some(format!("https://www.odense.dk/nyt#:~:text={words}")),
        Some(format!("https://www.odense.dk/nyt#top:~:text={words}")),
        Some(format!("https://www.odense.dk/nyt#top:~:text={words}")),
        Some("https://www.odense.dk/bilag.pdf".to_owned()),
        None,
    ];
    assert_eq!(links, want);
    hits[3].statement.page = Some(4);
    assert_eq!(hits[3].live_url().as_deref(), Some("https://www.odense.dk/bilag.pdf#page=4"));
    assert_eq!(hits[3].statement.id.document, id(4));
    assert_eq!(hits[0].document.place.map(Place::name), Some("Odense"));
}
