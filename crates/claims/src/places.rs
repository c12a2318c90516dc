//! Which place a number is about.

use belaeg_model::place::{PlaceKind, find_places};
use belaeg_model::{Found, Place};

use crate::clause::{around, crosses};
use crate::mention::{Form, Mention};
use crate::sentence::{Sentence, Use};

/// A place and the tokens that name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceAt {
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) place: Place,
    /// Only what a number is compared with: "over landsgennemsnittet", "end i Odense".
    compared: bool,
}

/// Every place that the sentence names; "regionen" is the region of the document's kommune.
pub(crate) fn places_of(s: &Sentence<'_>, document: Option<Place>) -> Vec<PlaceAt> {
    let mut found: Vec<PlaceAt> = find_places(s.text)
        .into_iter()
        .filter_map(|m| {
            let first = s.token_at(m.span.start);
            let last = s.token_at(m.span.end.saturating_sub(1)).max(first);
            (first < s.len()).then(|| place_at(s, first, last.min(s.len() - 1), m.place))
        })
        .collect();
    let country = (1..s.len()).filter(|k| is_country(s, *k)).map(|k| place_at(s, k, k, Place::DENMARK));
    found.extend(country);
    found.sort_by_key(|p| p.first);
    if let Some(region) = document.and_then(Place::region) {
        let words = ["regionen", "regionens", "regionsgennemsnittet", "regionsgennemsnit", "regionalt"];
        let own = (0..s.len()).filter(|k| words.contains(&s.word(*k))).map(|k| place_at(s, k, k, region));
        found.extend(own);
        found.sort_by_key(|p| p.first);
    }
    found
}

/// The places named in a text that reports no number.
pub(crate) fn named(text: &str, document: Option<Place>) -> Vec<Place> {
    let mentions = find_places(text);
    let region = document.and_then(Place::region).filter(|_| text.contains("egion"));
    if region.is_none() {
        return mentions.into_iter().map(|m| m.place).collect();
    }
    places_of(&Sentence::new(text), document).into_iter().map(|p| p.place).collect()
}

/// "52 pct. i landet", "landets 67,2": the country, where a rate stands beside it.
fn is_country(s: &Sentence<'_>, k: usize) -> bool {
    let rate = |k: usize| s.uses.get(k) == Some(&Use::Rate);
    match s.word(k) {
        "landet" => s.word(k - 1) == "i" && k > 1 && rate(k - 2),
        "landets" => rate(k + 1),
        _ => false,
    }
}

fn place_at(s: &Sentence<'_>, first: usize, last: usize, place: Place) -> PlaceAt {
    let mut at = first;
    let mut compared = false;
    for _ in 0..4 {
        let Some(before) = at.checked_sub(1) else { break };
        match s.word(before) {
            "over" | "under" | "end" | "overstiger" | "overgår" => compared = true,
            "med" if s.word_before(before) == "niveau" => compared = true,
            "til" if s.word_before(before) == "forhold" => compared = true,
            "med" if s.word_before(before).starts_with("sammen") => compared = true,
            "i" | "på" | "for" | "gennemsnittet" | "niveauet" | "hos" | "de" | "øvrige" => {}
            _ => break,
        }
        at = before;
    }
    PlaceAt { first, last, place, compared }
}

/// The place of each mention, with how it was found.
pub(crate) fn attach(
    s: &Sentence<'_>,
    mentions: &[Mention],
    places: &[PlaceAt],
    document: Option<Place>,
) -> Vec<(Option<Place>, Option<Found>)> {
    let mut out: Vec<Option<Place>> = vec![None; mentions.len()];
    pair_lists(s, mentions, places, &mut out);
    let tied: Vec<Option<usize>> = mentions.iter().map(|m| tied(s, m, places)).collect();
    for (i, m) in mentions.iter().enumerate() {
        if out[i].is_none() {
            let at = tied[i]
                .or_else(|| in_clause(s, mentions, m, places, &tied))
                .or_else(|| carried(s, m, places, &tied));
            out[i] = at.map(|p| places[p].place);
        }
    }
    // "i Odense 42 i 2018 mod 31 i 2017": what is compared is of the same place.
    for i in 1..mentions.len() {
        let joint = mentions[i].first.checked_sub(1);
        let compared =
            joint.is_some_and(|k| s.word(k) == "mod" || s.symbol(k, '.') && k > 1 && s.word(k - 2) == "mod");
        if out[i].is_none() && compared {
            out[i] = out[i - 1];
        }
    }
    out.into_iter()
        .map(|p| match p {
            Some(p) => (Some(p), Some(Found::Explicit)),
            None => (document, document.map(|_| Found::Default)),
        })
        .collect()
}

/// "København og Aarhus ligger på hhv. 25 og 36 procent": the places of a list before a list of as many values, in
/// order.
fn pair_lists(s: &Sentence<'_>, mentions: &[Mention], places: &[PlaceAt], out: &mut [Option<Place>]) {
    let rates: Vec<usize> = (0..mentions.len()).filter(|i| mentions[*i].form != Form::Count).collect();
    let mut a = 0;
    while a < rates.len() {
        let mut b = a;
        while b + 1 < rates.len() && crate::years::listed(s, &mentions[rates[b]], &mentions[rates[b + 1]]) {
            b += 1;
        }
        let n = b - a + 1;
        let first = mentions[rates[a]].first;
        let before = places.iter().filter(|p| p.last < first && !p.compared).count();
        let behind = before + n <= places.len()
            && places.get(before).is_some_and(|p| matches!(s.word_before(p.first), "hhv" | "henholdsvis"));
        if n > 1 && behind && is_list(s, &places[before..before + n]) {
            for k in 0..n {
                out[rates[a + k]] = Some(places[before + k].place);
            }
        } else if n > 1 && before >= n && is_list(s, &places[before - n..before]) {
            for k in 0..n {
                out[rates[a + k]] = Some(places[before - n + k].place);
            }
        }
        a = b + 1;
    }
}

/// Whether nothing but joints stands between the places.
fn is_list(s: &Sentence<'_>, places: &[PlaceAt]) -> bool {
    places.windows(2).all(|w| {
        w[0].last < w[1].first
            && (w[0].last + 1..w[1].first)
                .all(|k| s.symbol(k, ',') || matches!(s.word(k), "og" | "samt" | "i"))
    })
}

/// The place that belongs to the mention and to no other: "24,6 pct. (København)", "Langeland (23,9)",
/// "Langeland 67 procent", "på landsplan er den 41".
fn tied(s: &Sentence<'_>, m: &Mention, places: &[PlaceAt]) -> Option<usize> {
    let bracket_behind = places.iter().position(|p| {
        s.symbol(m.last + 1, '(')
            && p.first > m.last + 1
            && p.first <= m.last + 4
            && !(m.last + 2..p.first).any(|k| s.symbol(k, ')'))
            // "(hele landet: 9,0 pct.)": the place of another value.
            && !s.symbol(p.last + 1, ':')
    });
    let before = || {
        places.iter().rposition(|p| {
            let leads = (p.last + 1..m.first).all(|k| leads_to(s, k) && (!p.compared || s.word(k) != "med"));
            p.last < m.first && m.first - p.last <= 6 && leads
        })
    };
    bracket_behind.or_else(before)
}

/// Words between a place and its value: "landsgennemsnittet var 52%", "i Allerød under 1 promille".
fn leads_to(s: &Sentence<'_>, k: usize) -> bool {
    s.symbol(k, '(')
        || s.symbol(k, ':')
        || s.symbol(k, '.')
        || s.dash(k)
        || matches!(
            s.word(k),
            "er" | "var"
                | "den"
                | "det"
                | "på"
                | "lå"
                | "ligger"
                | "med"
                | "havde"
                | "har"
                | "ca"
                | "cirka"
                | "omkring"
                | "knap"
                | "godt"
                | "næsten"
                | "over"
                | "under"
                | "kun"
                | "blot"
                | "udgør"
                | "udgjorde"
                | "tallet"
                | "andelen"
                | "hele"
        )
}

/// A place in the clause of the mention: behind it ("52 procent på landsplan"), else before it.
fn in_clause(
    s: &Sentence<'_>,
    mentions: &[Mention],
    m: &Mention,
    places: &[PlaceAt],
    tied: &[Option<usize>],
) -> Option<usize> {
    let (start, end) = around(s, m.first, m.last);
    let free = |i: usize| !places[i].compared && !tied.contains(&Some(i));
    let rate_between =
        |a: usize, b: usize| mentions.iter().any(|o| o.form != Form::Count && o.first > a && o.last < b);
    let behind = (0..places.len()).find(|i| {
        places[*i].first > m.last
            && places[*i].last <= end
            && free(*i)
            && !rate_between(m.last, places[*i].first)
    });
    let before = || {
        (0..places.len()).rev().find(|i| places[*i].first >= start && places[*i].last < m.first && free(*i))
    };
    behind.or_else(before)
}

/// A kommune or region named in a clause before: "Middelfart har fynsk rekord: Her omgøres to tredjedele".
fn carried(s: &Sentence<'_>, m: &Mention, places: &[PlaceAt], tied: &[Option<usize>]) -> Option<usize> {
    (0..places.len()).rev().find(|i| {
        let p = &places[*i];
        let subject =
            matches!(p.place.kind(), PlaceKind::Kommune | PlaceKind::Region) || !crosses(s, p.last, m.first);
        let own_clause = (p.last + 1..m.first).any(|k| matches!(s.word(k), "mod" | "mens"));
        p.last < m.first && !p.compared && !tied.contains(&Some(*i)) && subject && !own_clause
    })
}
