//! Which place a number is about.

use belaeg_model::place::{PlaceKind, find_places};
use belaeg_model::{Found, Place};

use crate::clause::{around, crosses};
use crate::lexicon::Class;
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
    let named = |k: usize| found.iter().any(|p| p.first <= k && k <= p.last);
    let end = if s.seen.is(Class::COUNTRY) { s.len() } else { 0 };
    let country: Vec<_> = (1..end).filter(|k| is_country(s, *k) && !named(*k)).collect();
    found.extend(country.into_iter().map(|k| place_at(s, k, k, Place::DENMARK)));
    let broken: Vec<_> = (0..s.len()).filter_map(|k| Some((k, broken_name(s, k)?))).collect();
    found.extend(broken.into_iter().map(|(k, place)| place_at(s, k, k, place)));
    found.sort_by_key(|p| p.first);
    if let Some(region) = document.and_then(own_region) {
        let words = ["regionen", "regionens", "regionsgennemsnittet", "regionsgennemsnit", "regionalt"];
        let own = (0..s.len()).filter(|k| words.contains(&s.word(*k))).map(|k| place_at(s, k, k, region));
        found.extend(own);
        found.sort_by_key(|p| p.first);
    }
    found
}

/// The place that a word names over the end of a line: "landsgen-\nnemsnittet".
fn broken_name(s: &Sentence<'_>, k: usize) -> Option<Place> {
    let token = &s.tokens[k];
    let broken = token.is_word() && token.span.len() > token.norm.len();
    let name = broken && (token.capital || token.norm.starts_with("lands"));
    name.then(|| token.norm.parse().ok()).flatten()
}

/// What "regionen" means in a document of `place`.
fn own_region(place: Place) -> Option<Place> {
    if place.kind() == PlaceKind::Region { Some(place) } else { place.region() }
}

/// The places of a text in which no word over the end of a line and none for the country or the own region stands.
pub(crate) fn spelled(text: &str) -> impl Iterator<Item = Place> {
    find_places(text).into_iter().map(|m| m.place)
}

/// "52 pct. i landet", "landets 67,2": the country, where a rate stands beside it.
fn is_country(s: &Sentence<'_>, k: usize) -> bool {
    let rate = |k: usize| s.uses.get(k) == Some(&Use::Rate);
    match s.word(k) {
        "landet" => {
            s.word(k - 1) == "i" && k > 1 && rate(k - 2)
                || rate(k + 1)
                || s.symbol(k + 1, ':')
                || s.word(k - 1) == "i" && matches!(s.word(k + 1), "er" | "var" | "blev" | "lå")
                || s.word(k - 1) == "resten"
        }
        "landets" => {
            rate(k + 1)
                || matches!(
                    s.word(k + 1),
                    "stiger" | "steg" | "falder" | "faldt" | "er" | "var" | "ligger" | "lå"
                )
        }
        "danskerne" | "danskernes" => true,
        // "For kommunale sager under ét".
        "kommunale" => {
            s.word(k + 1) == "sager"
                && s.word(k + 2) == "under"
                && matches!(s.word(k + 3), "ét" | "et" | "eet")
        }
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
            // "6 procentpoint op til Favrskov", "61 % kom fra København".
            "til" if matches!(s.word_before(before), "op" | "ned" | "vej") => compared = true,
            "fra"
                if (0..before).any(|k| {
                    matches!(s.word(k), "kom" | "kommer" | "stammer" | "tilflyttere" | "tilflyttede")
                }) =>
            {
                compared = true;
            }
            "og" if first > 2 && compared_list(s, before) => compared = true,
            "til" if s.word_before(before) == "forhold" => compared = true,
            "med" if s.word_before(before).starts_with("sammen") => compared = true,
            "i" | "på" | "for" | "gennemsnittet" | "niveauet" | "hos" | "de" | "øvrige" => {}
            _ => break,
        }
        at = before;
    }
    PlaceAt { first, last, place, compared }
}

/// "fra København og Tårnby": the first of the two is where somebody comes from.
fn compared_list(s: &Sentence<'_>, joint: usize) -> bool {
    joint > 1
        && s.word(joint - 2) == "fra"
        && (0..joint).any(|k| matches!(s.word(k), "kom" | "kommer" | "stammer"))
}

/// The place of each mention, with how it was found.
pub(crate) fn attach(
    s: &Sentence<'_>,
    mentions: &[Mention],
    places: &[PlaceAt],
    document: Option<Place>,
) -> Vec<(Option<Place>, Option<Found>)> {
    if places.is_empty() {
        return vec![(document, document.map(|_| Found::Default)); mentions.len()];
    }
    let mut out: Vec<Option<Place>> = vec![None; mentions.len()];
    pair_lists(s, mentions, places, &mut out);
    pair_rivals(s, mentions, places, &mut out);
    let tied: Vec<Option<usize>> = mentions.iter().map(|m| tied(s, mentions, m, places)).collect();
    for (i, m) in mentions.iter().enumerate() {
        if out[i].is_none() {
            out[i] = tied[i]
                .map(|p| places[p].place)
                .or_else(|| out[i.checked_sub(1)?].filter(|_| is_same_base(s, &mentions[i - 1], m)))
                .or_else(|| {
                    out[i.checked_sub(1)?].filter(|_| is_further_year(s, &mentions[i - 1], m, places))
                })
                .or_else(|| listed_with(s, mentions, places, &out, i))
                .or_else(|| in_clause(s, mentions, m, places, &tied).map(|p| places[p].place))
                .or_else(|| of_relative(s, m, places).map(|p| places[p].place))
                .or_else(|| carried(s, m, places, &tied).map(|p| places[p].place));
        }
    }
    for i in (1..mentions.len()).rev() {
        if out[i - 1].is_none() && shares_clause_end(s, &mentions[i - 1], &mentions[i], places) {
            out[i - 1] = out[i];
        }
    }
    out.into_iter()
        .map(|p| match p {
            Some(p) => (Some(p), Some(Found::Explicit)),
            None => (document, document.map(|_| Found::Default)),
        })
        .collect()
}

/// "28 ud af 52 sager", "33 procent af 138 sager", "46,9, fordelt på 49 sager": how many the rate before is a share of.
fn is_same_base(s: &Sentence<'_>, rate: &Mention, m: &Mention) -> bool {
    let joint =
        |k: usize| s.symbol(k, ',') || matches!(s.word(k), "af" | "ud" | "fordelt" | "på" | "de" | "ca");
    let counted = m.form == Form::Count && m.first > rate.first;
    counted && (m.first <= rate.last || m.first - rate.last <= 5 && (rate.last + 1..m.first).all(joint))
}

/// "47 pct. af sagerne om børn og 32 pct. af sagerne om voksne omgjort i hele landet": the place at the end is of both.
fn shares_clause_end(s: &Sentence<'_>, m: &Mention, next: &Mention, places: &[PlaceAt]) -> bool {
    let rates = m.form != Form::Count && next.form != Form::Count;
    let alike =
        s.word(m.last + 1) == "af" && s.word(next.last + 1) == "af" && s.word_before(next.first) == "og";
    let named = places.iter().any(|p| p.first > m.last && p.last < next.first);
    rates && alike && !named && !crosses(s, m.last, next.first)
}

/// "70,8 % i hele landet i 2017 og 71,9 % i 2013": another year of the same place.
fn is_further_year(s: &Sentence<'_>, before: &Mention, m: &Mention, places: &[PlaceAt]) -> bool {
    let Some(place) = places.iter().find(|p| p.first > before.last && p.last < m.first) else { return false };
    let dated = s.word(m.last + 1) == "i" && s.uses.get(m.last + 2) == Some(&Use::Year);
    let joint = |k: usize| s.uses[k] == Use::Year || matches!(s.word(k), "i" | "og" | "mod");
    dated && m.form != Form::Count && (place.last + 1..m.first).all(joint)
}

/// The further places of a mention that several share, with the first of them: "Allerød og Vejen, der begge lå på 1,5
/// procent", "22,8 procent i Gentofte og Rudersdal".
pub(crate) fn shared(s: &Sentence<'_>, m: &Mention, places: &[PlaceAt]) -> Vec<Place> {
    // "5 procent i Odense og Assens tilsammen" is of neither alone.
    let together = |k: usize| matches!(s.word(k), "tilsammen" | "samlet" | "gennemsnit" | "gennemsnitligt");
    if m.form == Form::Count || (0..s.len()).any(together) {
        return Vec::new();
    }
    let is_kommune = |p: &&PlaceAt| p.place.kind() == PlaceKind::Kommune && !p.compared;
    let kommuner: Vec<PlaceAt> = places.iter().filter(is_kommune).copied().collect();
    let both = (0..m.first).rev().take(8).find(|k| matches!(s.word(*k), "begge" | "alle"));
    let before = kommuner.iter().rposition(|p| both.is_some_and(|both| p.last < both && both - p.last <= 4));
    let behind = || kommuner.iter().position(|p| p.first == m.last + 2 && s.word(m.last + 1) == "i");
    let mut list: Vec<PlaceAt> = Vec::new();
    if let Some(last) = before {
        let first = (0..last).rev().take_while(|i| is_list(s, &kommuner[*i..=*i + 1])).last().unwrap_or(last);
        list.extend(&kommuner[first..=last]);
    } else if let Some(first) = behind() {
        let last = (first + 1..kommuner.len()).take_while(|i| is_list(s, &kommuner[i - 1..=*i])).last();
        list.extend(&kommuner[first..=last.unwrap_or(first)]);
    }
    let places: Vec<Place> = list.iter().map(|p| p.place).collect();
    if places.len() > 1 { places } else { Vec::new() }
}

/// "København og Aarhus ligger på hhv. 25 og 36 procent": the places of a list before a list of as many values, in
/// order.
fn pair_lists(s: &Sentence<'_>, mentions: &[Mention], places: &[PlaceAt], out: &mut [Option<Place>]) {
    let rates: Vec<usize> = (0..mentions.len()).filter(|i| mentions[*i].form != Form::Count).collect();
    let mut a = 0;
    while a < rates.len() {
        let mut b = a;
        while b + 1 < rates.len()
            && crate::year_lists::listed(s, &mentions[rates[b]], &mentions[rates[b + 1]])
        {
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

/// "Ishøj slår Greve: 58 mod 47 procent": the first value is of the one that wins.
fn pair_rivals(s: &Sentence<'_>, mentions: &[Mention], places: &[PlaceAt], out: &mut [Option<Place>]) {
    let [a, b, ..] = places else { return };
    let beats =
        (a.last + 1..b.first).any(|k| matches!(s.word(k), "slår" | "slog" | "overgår" | "overgik" | "end"));
    let rates: Vec<usize> = (0..mentions.len()).filter(|i| mentions[*i].form != Form::Count).collect();
    if let [i, j] = rates[..]
        && beats
        && mentions[i].first > b.last
        && (mentions[i].last + 1..mentions[j].first).any(|k| s.word(k) == "mod")
    {
        (out[i], out[j]) = (Some(a.place), Some(b.place));
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

/// The place that mention `i` shares with the number before it: only joints and times stand between them ("Sorø 40,7
/// (2021), 38,5 (2022)", "i hele landet 65, 66 og 67", "i Odense 42 i 2018 mod 31 i 2017").
fn listed_with(
    s: &Sentence<'_>,
    mentions: &[Mention],
    places: &[PlaceAt],
    out: &[Option<Place>],
    i: usize,
) -> Option<Place> {
    let m = &mentions[i];
    let k = (0..i).rev().find(|k| (mentions[*k].form == Form::Count) == (m.form == Form::Count))?;
    let before = &mentions[k];
    let between = before.last + 1..m.first;
    let joined = between.clone().all(|t| {
        s.uses[t] == Use::Year
            || s.get(t).is_some_and(|t| !t.is_word() && t.number().is_none() && !t.is_symbol(';'))
            || matches!(s.word(t), "og" | "i" | "til" | "mod" | "ca" | "knap" | "godt" | "samt")
            || belaeg_model::date::month(s.word(t)).is_some()
    });
    let named =
        places.iter().any(|p| between.contains(&p.first) || p.first > m.last && p.first <= m.last + 2);
    (joined && !named && !between.is_empty()).then_some(out[k]).flatten()
}

/// The place that belongs to the mention and to no other: "24,6 pct. (København)", "Langeland (23,9)",
/// "Langeland 67 procent", "på landsplan er den 41". Where a place stands between two numbers, a joint parts it from
/// the one it does not belong to ("46 pct. i Ballerup, 51 pct. i Herlev"; "Struer 27 pct., Lemvig 19 pct.").
fn tied(s: &Sentence<'_>, mentions: &[Mention], m: &Mention, places: &[PlaceAt]) -> Option<usize> {
    let is_rate = |k: &&Mention| k.form != Form::Count;
    let behind = places.iter().position(|p| {
        let gap = m.last + 1..p.first;
        p.first > m.last && p.first <= m.last + 6 && gap.clone().all(|k| follows_to(s, k)) && !gap.is_empty()
            // "(hele landet: 9,0 pct.)": the place of another value.
            && !s.symbol(p.last + 1, ':')
            && !p.compared
            && !closes_before(s, m.last, p.first)
    });
    let before = places.iter().rposition(|p| {
        let own = mentions.iter().filter(is_rate).all(|o| o.first >= m.first || o.last < p.first);
        let leads = (p.last + 1..m.first)
            .all(|k| s.uses[k] == Use::Year || leads_to(s, k) && (!p.compared || s.word(k) != "med"));
        // "22 i Vejle over 27 i Randers": the place of the number before it.
        let of_other = mentions.iter().filter(is_rate).any(|o| {
            let gap = o.last + 1..p.first;
            o.last < p.first
                && !gap.is_empty()
                && gap.clone().all(|k| follows_to(s, k))
                && !s.symbol(p.last + 1, ':')
        });
        let headed = (p.last + 1..m.first).any(|k| s.symbol(k, ':') || s.symbol(k, '('));
        p.last < m.first && m.first - p.last <= 8 && leads && own && (!of_other || headed)
    });
    before.filter(|p| behind.is_none() || !is_joined_to(s, mentions, &places[*p])).or(behind).or(before)
}

/// Whether a bracket that was open at token `a` closes before `b`.
fn closes_before(s: &Sentence<'_>, a: usize, b: usize) -> bool {
    let mut depth = 0;
    for k in a + 1..b {
        if s.symbol(k, '(') {
            depth += 1;
        } else if s.symbol(k, ')') {
            if depth == 0 {
                return true;
            }
            depth -= 1;
        }
    }
    false
}

/// Whether a number stands right before the place: "28 i Odense 31 i Vejle" has no joint to tell whose it is.
fn is_joined_to(s: &Sentence<'_>, mentions: &[Mention], p: &PlaceAt) -> bool {
    mentions.iter().any(|o| o.last < p.first && (o.last + 1..p.first).all(|k| follows_to(s, k)))
}

/// Words between a value and the place behind it: "24,6 pct. (København)", "27 i Region Midtjylland".
fn follows_to(s: &Sentence<'_>, k: usize) -> bool {
    s.symbol(k, '(') || s.uses[k] == Use::Year || matches!(s.word(k), "i" | "på" | "for" | "hos" | "fra")
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
                | "gns"
                | "snit"
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
    let parted = |i: usize| {
        (m.last + 1..places[i].first)
            .any(|k| matches!(s.word(k), "og" | "samt") || s.symbol(k, ')') || s.symbol(k, ','))
    };
    let before = || {
        (0..places.len()).rev().find(|i| places[*i].first >= start && places[*i].last < m.first && free(*i))
    };
    match (behind, before()) {
        (Some(behind), Some(before)) if parted(behind) => Some(before),
        (behind, before) => behind.or(before),
    }
}

/// The place that a relative clause tells about: "Haderslev, som har varslet en sænkning på 1 promille".
fn of_relative(s: &Sentence<'_>, m: &Mention, places: &[PlaceAt]) -> Option<usize> {
    let (start, _) = around(s, m.first, m.last);
    let relative = start > 0 && s.symbol(start - 1, ',') && matches!(s.word(start), "som" | "der" | "hvor");
    places.iter().rposition(|p| relative && p.last + 2 == start)
}

/// A kommune or region named in a clause before: "Middelfart har fynsk rekord: Her omgøres to tredjedele".
fn carried(s: &Sentence<'_>, m: &Mention, places: &[PlaceAt], tied: &[Option<usize>]) -> Option<usize> {
    (0..places.len()).rev().find(|i| {
        let p = &places[*i];
        let subject = matches!(p.place.kind(), PlaceKind::Kommune | PlaceKind::Region)
            || p.first <= 1
            || !crosses(s, p.last, m.first);
        // "På landsplan 38 % i 2017 mod 37 % i 2016": another year of the same place.
        let dated = (m.last + 1..m.last + 4).any(|k| s.uses.get(k) == Some(&Use::Year));
        // "mens omgørelsesprocenten var 27,9": another measure of the same place.
        let begins_anew = |k: usize| s.word(k) == "mens" && !s.word(k + 1).ends_with("procenten");
        let own_clause = (p.last + 1..m.first).any(|k| begins_anew(k) || s.word(k) == "mod" && !dated);
        p.last < m.first && !p.compared && !tied.contains(&Some(*i)) && subject && !own_clause
    })
}
