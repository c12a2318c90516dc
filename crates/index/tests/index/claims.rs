//! Filters: rate, unit, measure, year and place are those of one claim.

use belaeg_index::{Filters, Index, Interval, Search};
use belaeg_model::{Claim, Unit, Year};

use crate::support::{Doc, Said, built, claim, doc, found, place, query, said};

fn percent(value: f64, years: &[Year], where_: Option<&str>) -> Claim {
    Claim { years: years.to_vec(), place: where_.map(place), ..claim(value, Unit::Percent) }
}

fn about(measure: &str, claim: Claim) -> Claim {
    Claim { measure: Some(measure.to_owned()), ..claim }
}

fn index(dir: &std::path::Path) -> Index {
    let with =
        |text: &str, years: &[Year], claims: Vec<Claim>| Said { years: years.to_vec(), claims, ..said(text) };
    let odense = Some("Odense");
    let omgørelse = "omgoerelsesprocent";
    let said = vec![
        /* 1 */
        with(
            "Andelen faldt fra 45\u{a0}% i 2016 til 28,9\u{a0}% i 2017.",
            &[2016, 2017],
            vec![
                about(omgørelse, percent(45.0, &[2016], odense)),
                about(omgørelse, percent(28.9, &[2017], odense)),
            ],
        ),
        /* 2 */
        with("I 2017 var det 22 % i Aarhus.", &[2017], vec![percent(22.0, &[2017], Some("Aarhus"))]),
        /* 3 */
        with("Mellem 10 og 15 %.", &[], vec![Claim { value_max: Some(15.0), ..percent(10.0, &[], odense) }]),
        /* 4 */
        with("25 sager i 2017.", &[2017], vec![Claim { years: vec![2017], ..claim(25.0, Unit::Count) }]),
        /* 5 */
        with("12 procentpoint.", &[], vec![claim(12.0, Unit::PercentagePoint)]),
        /* 6 */
        with("I 2015 begyndte Vejle Kommune.", &[2015], vec![]),
        /* 7 */
        with("4,2 ‰ og 3 pr. 1.000.", &[], vec![claim(4.2, Unit::Permille), claim(3.0, Unit::PerN)]),
        /* 8 */
        with(
            "20 % i 2013-2014; sygefravær 5 %.",
            &[2013, 2014],
            vec![percent(20.0, &[2013, 2014], odense), about("sygefravaer", percent(5.0, &[], None))],
        ),
    ];
    let mut said = said;
    said[5].places = vec![place("Vejle")];
    let odense_doc = Doc { said, ..doc(1, &[]) };
    let no_claims = Doc { place: Some(place("Vejle")), ..doc(2, &["Intet tal."]) };
    built(dir, &[odense_doc, no_claims])
}

#[derive(Default, Clone, Copy)]
struct Filter {
    rate: Option<(f64, f64)>,
    years: Option<(Year, Year)>,
    place: Option<&'static str>,
    unit: Option<Unit>,
    measure: Option<&'static str>,
}

fn search(filter: Filter) -> Search {
    words("*", filter)
}

fn words(text: &str, filter: Filter) -> Search {
    let filters = Filters {
        rates: filter.rate.map(|(low, high)| vec![Interval::new(low, high)]),
        years: filter.years.map(|(from, to)| vec![Interval::new(from, to)]),
        places: filter.place.map(|name| vec![place(name)]).into_iter().collect(),
        units: filter.unit.map(|unit| vec![unit]),
        measures: filter.measure.map(|key| vec![key.to_owned()]),
        ..Filters::default()
    };
    let asked = query(text);
    Search { query: asked.query.with(filters).expect("no contradiction"), ..asked }
}

#[test]
fn one_claim_must_have_it_all() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let none = Filter::default();
    let rate = |from, to| Filter { rate: Some((from, to)), ..none };
    let year = |from, to| Filter { years: Some((from, to)), ..none };
    let unit = |unit| Filter { unit: Some(unit), ..none };
    let cases: &[(&str, Filter, &[&str])] = &[
        (
            "2017 and 20..30 in Odense",
            Filter { years: Some((2017, 2017)), place: Some("Odense"), ..rate(20.0, 30.0) },
            &["1.1"],
        ),
        ("2016 and 20..30", Filter { years: Some((2016, 2016)), ..rate(20.0, 30.0) }, &[]),
        ("2016 and 40..50", Filter { years: Some((2016, 2016)), ..rate(40.0, 50.0) }, &["1.1"]),
        ("2017 and 20..30", Filter { years: Some((2017, 2017)), ..rate(20.0, 30.0) }, &["1.1", "1.2"]),
        (
            "2017 and 20..30 in Aarhus",
            Filter { years: Some((2017, 2017)), place: Some("Aarhus"), ..rate(20.0, 30.0) },
            &["1.2"],
        ),
        ("20..30, no counts", rate(20.0, 30.0), &["1.1", "1.2", "1.8"]),
        ("counts 20..30", Filter { unit: Some(Unit::Count), ..rate(20.0, 30.0) }, &["1.4"]),
        ("12..13 overlaps 10-15", rate(12.0, 13.0), &["1.3", "1.5"]),
        ("upper bound reached", rate(0.0, 10.0), &["1.3", "1.7", "1.8"]),
        ("upper bound missed", Filter { unit: Some(Unit::Percent), ..rate(6.0, 9.999) }, &[]),
        ("lower bound reached", Filter { unit: Some(Unit::Percent), ..rate(15.0, 16.0) }, &["1.3"]),
        ("lower bound missed", rate(15.001, 16.0), &[]),
        ("a point, from both sides", rate(28.9, 28.9), &["1.1"]),
        ("just above the point", rate(28.901, 29.0), &[]),
        ("just below the point", rate(28.0, 28.899), &[]),
        ("upside down", rate(30.0, 20.0), &[]),
        ("upside down around a range", rate(14.0, 11.0), &[]),
        ("no number", rate(f64::NAN, 30.0), &[]),
        ("unbounded", rate(f64::NEG_INFINITY, f64::INFINITY), &["1.1", "1.2", "1.3", "1.5", "1.7", "1.8"]),
        ("permille", unit(Unit::Permille), &["1.7"]),
        ("per n", unit(Unit::PerN), &["1.7"]),
        ("permille's value is not per n's", Filter { unit: Some(Unit::PerN), ..rate(4.0, 5.0) }, &[]),
        ("points", unit(Unit::PercentagePoint), &["1.5"]),
        ("count in its year", Filter { years: Some((2017, 2017)), ..unit(Unit::Count) }, &["1.4"]),
        ("count in another year", Filter { years: Some((2016, 2016)), ..unit(Unit::Count) }, &[]),
        ("measure", Filter { measure: Some("omgoerelsesprocent"), ..none }, &["1.1"]),
        ("measure at 20 %", Filter { measure: Some("sygefravaer"), ..rate(20.0, 20.0) }, &[]),
        ("measure at 5 %", Filter { measure: Some("sygefravaer"), ..rate(5.0, 5.0) }, &["1.8"]),
        (
            "measure in the other claim's year",
            Filter { measure: Some("sygefravaer"), ..year(2013, 2014) },
            &[],
        ),
        ("unknown measure", Filter { measure: Some("x"), ..none }, &[]),
        ("years of one claim", Filter { years: Some((2014, 2014)), ..rate(20.0, 20.0) }, &["1.8"]),
        ("years of one claim, before", Filter { years: Some((2000, 2012)), ..rate(20.0, 20.0) }, &[]),
        ("years alone: mentioned", year(2015, 2015), &["1.6"]),
        ("years alone: inclusive", year(2014, 2016), &["1.1", "1.6", "1.8"]),
        ("years alone: none", year(2018, 2030), &[]),
        ("years upside down", year(2017, 2013), &[]),
        ("years upside down with rate", Filter { rate: Some((0.0, 99.0)), ..year(2017, 2013) }, &[]),
        ("place alone: document or named", Filter { place: Some("Vejle"), ..none }, &["1.6", "2.1"]),
        ("place alone: a claim's", Filter { place: Some("Aarhus"), ..none }, &["1.2"]),
        ("place and year alone may be apart", Filter { place: Some("Odense"), ..year(2015, 2015) }, &["1.6"]),
        ("place of the document is not the claim's", Filter { place: Some("Vejle"), ..rate(0.0, 99.0) }, &[]),
    ];
    for (name, filter, want) in cases {
        assert_eq!(found(&index, &search(*filter)), *want, "{name}");
    }
}

#[test]
fn filters_and_words_work_together() {
    let home = tempfile::tempdir().expect("tempdir");
    let index = index(home.path());
    let filter = Filter { rate: Some((20.0, 30.0)), years: Some((2017, 2017)), ..Filter::default() };
    let narrowed = |text: &str| words(text, filter);
    assert_eq!(found(&index, &narrowed("andelen")), ["1.1"]);
    assert_eq!(found(&index, &narrowed("i -andelen")), ["1.2"]);
    assert_eq!(found(&index, &narrowed("sager")), [] as [&str; 0]);
}

#[test]
fn claims_come_back_as_they_went_in() {
    let home = tempfile::tempdir().expect("tempdir");
    let infinite = percent(f64::INFINITY, &[], None);
    let odd = percent(0.1 + 0.2, &[2017], Some("Odense"));
    let statement = Said { claims: vec![odd.clone(), infinite], ..said("0,3 %") };
    let index = built(home.path(), &[Doc { said: vec![statement], ..doc(1, &[]) }]);
    let hits = index.search(&query("*")).expect("search").hits;
    assert_eq!(hits[0].claims, [odd]);
    let unbounded = Filter { rate: Some((1.0, f64::INFINITY)), ..Filter::default() };
    assert!(found(&index, &search(unbounded)).is_empty());
}

/// Documents enough for several blocks of postings: the filter agrees with a look at every claim.
#[test]
fn the_filter_agrees_with_a_look_at_every_claim() {
    let home = tempfile::tempdir().expect("tempdir");
    let mut state = 7_u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % below
    };
    let units = Unit::ALL;
    let docs: Vec<Doc> = (0..20)
        .map(|number| {
            let said = (0..100)
                .map(|i| {
                    let claims = (0..next(4))
                        .map(|_| Claim {
                            unit: units[next(5) as usize],
                            years: (0..next(3)).map(|_| 2010 + next(5) as Year).collect(),
                            place: [None, Some(place("Odense")), Some(place("Vejle"))][next(3) as usize],
                            ..claim(f64::from(next(20)), Unit::Percent)
                        })
                        .collect();
                    Said { claims, ..said(if i % 3 == 0 { "børn venter" } else { "børn" }) }
                })
                .collect();
            Doc { said, ..doc(number, &[]) }
        })
        .collect();
    let index = built(home.path(), &docs);
    let test = |c: &Claim| {
        c.unit != Unit::Count
            && (5.0..=9.0).contains(&c.value)
            && c.place == Some(place("Vejle"))
            && c.years.iter().any(|y| (2011..=2012).contains(y))
    };
    let filter = Filter {
        rate: Some((5.0, 9.0)),
        years: Some((2011, 2012)),
        place: Some("Vejle"),
        ..Filter::default()
    };
    for word in ["børn", "venter"] {
        let want = docs
            .iter()
            .flat_map(|d| &d.said)
            .filter(|s| s.text.contains(word) && s.claims.iter().any(test))
            .count();
        let got = index.search(&Search { limit: 5, ..words(word, filter) }).expect("search");
        assert_eq!(got.total, want, "{word}");
        assert!(want > 10, "{want} are too few to mean anything");
    }
}
