//! Years and periods of a statement, plain and relative, and how firmly a number may be tied to them.

use belaeg_model::Year;
use belaeg_model::date::full_year;
use jiff::civil::Date;

use crate::lex::{Kind, Shape};
use crate::lexicon::Class;
use crate::sentence::{Sentence, Use};
use crate::words;

/// How firmly a time may be tied to a number beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tie {
    /// The time that numbers near it are about.
    Own,
    /// What a number is compared with: "end i 2015", "i forhold til 1990".
    Baseline,
    /// "siden 2019".
    Since,
    /// A full date: the time of a number in the same clause.
    Day,
    /// Only mentioned: a deadline, "opført før 1990", an index base.
    Mention,
}

/// A stretch of the statement that names years.
#[derive(Clone, Debug)]
pub(crate) struct Time {
    pub(crate) first: usize,
    pub(crate) last: usize,
    /// The years, sorted; none for a time that cannot be resolved ("sidste år" in a text without a date).
    pub(crate) years: Vec<Year>,
    pub(crate) tie: Tie,
    /// "fra 2016 til 2018": its ends may pair with two values.
    pub(crate) from_to: bool,
}

/// Every time of the sentence in order; its tokens are marked. `told`: the years that the statement before was about.
pub(crate) fn find_times(s: &mut Sentence<'_>, published: Option<Date>, told: &[Year]) -> Vec<Time> {
    let mut times: Vec<Time> = Vec::new();
    let mut i = 0;
    while i < s.len() {
        let found = match s.tokens[i].kind {
            Kind::Number(_) => date(s, i)
                .or_else(|| calendar_years(s, i))
                .or_else(|| short_period(s, i))
                .or_else(|| years_from(s, i, &times, told)),
            Kind::Word => election(s, i)
                .or_else(|| relative(s, i, published, &times, told))
                .or_else(|| years_from(s, i, &times, told)),
            Kind::Symbol('\'' | '’') => calendar_years(s, i),
            Kind::Symbol(_) => None,
        };
        match found {
            Some(time) => {
                s.mark(time.first, time.last, Use::Year);
                i = time.last + 1;
                times.push(time);
            }
            None => i += 1,
        }
    }
    resolve_ahead(s, &mut times);
    times
}

/// The first year that `text` tells of, days and what something is compared with aside.
pub(crate) fn told_of(text: &str, published: Option<Date>) -> Option<Year> {
    let times = find_times(&mut Sentence::new(text), published, &[]);
    let mut own = times.iter().filter(|t| t.tie == Tie::Own);
    match own.next()?.years.as_slice() {
        [year] => Some(*year),
        _ => None,
    }
}

/// "Året før var det 46 pct.; i 2021 var det 39": relative to the time named behind it.
fn resolve_ahead(s: &Sentence<'_>, times: &mut [Time]) {
    for i in 0..times.len() {
        let by = match (s.word(times[i].first), s.word(times[i].last)) {
            ("året" | "år", "før" | "forinden" | "forud" | "tidligere") => -1,
            _ => continue,
        };
        let anchor = times[i + 1..].iter().find(|t| t.tie == Tie::Own && !t.years.is_empty());
        if let Some(years) = anchor.filter(|_| times[i].years.is_empty() && times[i].first == 0) {
            times[i].years = years.years.iter().map(|y| y + by).collect();
        }
    }
}

fn date(s: &Sentence<'_>, i: usize) -> Option<Time> {
    let &(first, last, year) = s.dates.iter().find(|(first, ..)| *first == i)?;
    if let Some(time) = between_dates(s, first, last, year) {
        return Some(time);
    }
    let before =
        first.checked_sub(1).map_or("", |b| if s.symbol(b, '.') { s.word_before(b) } else { s.word(b) });
    let tie = match before {
        "pr" | "per" | "ultimo" | "primo" => Tie::Own,
        "siden" => Tie::Since,
        // "Fra 1. februar 2020 stiger taksten".
        "fra" if first == 1 => Tie::Day,
        _ if is_event(s, first) => Tie::Mention,
        _ => Tie::Day,
    };
    Some(Time { first, last, years: vec![year], tie, from_to: false })
}

/// "mellem 1. januar 2020 og 30. juni 2022", "fra 1. august 2019 til 31. juli 2020": one period.
fn between_dates(s: &Sentence<'_>, first: usize, last: usize, from: Year) -> Option<Time> {
    let joint = last + 1;
    let begin = if matches!(s.word_before(first), "den" | "d") { first - 1 } else { first };
    let joined = match s.word(joint) {
        "og" => s.word_before(begin) == "mellem",
        "til" => true,
        _ => s.dash(joint),
    };
    let next = if matches!(s.word(joint + 1), "den" | "d") { joint + 2 } else { joint + 1 };
    let &(_, last, to) = s.dates.iter().find(|(at, ..)| joined && *at == next)?;
    let years = (from..=to).collect();
    (to >= from && to - from < 60).then_some(Time { first, last, years, tie: Tie::Own, from_to: false })
}

/// "inden den 1. juli 2023", "mødet den 5. maj 2022": a deadline or an event, told by the words before the date.
fn is_event(s: &Sentence<'_>, first: usize) -> bool {
    const WORDS: &[&str] = &[
        "inden",
        "senest",
        "efter",
        "fra",
        "før",
        "til",
        "af",
        "mødet",
        "møde",
        "møder",
        "dateret",
        "brev",
        "kraft",
        "frist",
        "på",
        "byrådet",
        "udvalget",
        "på mødet",
    ];
    (first.saturating_sub(3)..first).any(|k| WORDS.contains(&s.word(k)))
}

/// `2017`, `2016-2018`, `2017/18`, `'18`, `fra 2016 til 2018`, `mellem 2016 og 2018`.
fn calendar_years(s: &Sentence<'_>, i: usize) -> Option<Time> {
    let (year, at) = single_year(s, i)?;
    if is_reference(s, i) {
        return None;
    }
    let before = s.word_before(i);
    let (years, last, from_to) = if let Some((to, last)) = range_end(s, year, at) {
        ((year..=to).collect(), last, false)
    } else if (s.word(at + 1) == "til" || before == "mellem" && s.word(at + 1) == "og")
        && let Some((to, last)) = later_year(s, at + 2).filter(|(to, _)| *to > year && *to - year < 100)
    {
        ((year..=to).collect(), last, true)
    } else {
        (vec![year], at, false)
    };
    Some(Time { first: i, last, years, tie: tie_at(s, i, last), from_to })
}

/// "FOB 2020-37": the number of a decision in a collection.
fn is_reference(s: &Sentence<'_>, i: usize) -> bool {
    let Some(name) = i.checked_sub(1).map(|k| s.tokens[k].span.of(s.text)) else { return false };
    let short = (2..=4).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_uppercase()) && name != "KV";
    short && s.dash(i + 1) && s.get(i + 2).is_some_and(|t| t.norm.len() <= 3 && t.number().is_some())
}

/// The year that ends "2019 til 1. halvår 2020", "2017 til december 2019": over the name of a part of a year.
fn later_year(s: &Sentence<'_>, i: usize) -> Option<(Year, usize)> {
    let part = |k: usize| {
        s.uses.get(k) == Some(&Use::Ordinal)
            || s.symbol(k, '.')
            || matches!(
                s.word(k),
                "halvår" | "kvartal" | "og" | "med" | "udgangen" | "af" | "ultimo" | "primo" | "år"
            )
            || belaeg_model::date::month(s.word(k)).is_some()
    };
    let at = (i..i + 5).find(|k| !part(*k))?;
    single_year(s, at)
}

/// A year in four digits, or in two behind an apostrophe; and its last token.
fn single_year(s: &Sentence<'_>, i: usize) -> Option<(Year, usize)> {
    let token = s.get(i)?;
    if token.is_symbol('\'') || token.is_symbol('’') {
        let two = s.free_number(i + 1).filter(|_| s.glued(i + 1) && s.tokens[i + 1].norm.len() == 2)?;
        let stands_alone = !s.glued(i) || i == 0;
        #[expect(clippy::cast_possible_truncation, reason = "two digits")]
        return stands_alone.then(|| (full_year(two.value as i16), i + 1));
    }
    let year = token.year_like()?;
    s.free_number(i)?;
    let adjective =
        usize::from(words::is_adjective(s.word(i + 1)) && !words::is_case_or_person(s.word(i + 1)));
    let counted = words::is_case_or_person(s.word(i + 1 + adjective)) && !names_a_year(s, i);
    (!counted).then_some((year, i))
}

/// Whether the words before a four-digit number say that it is a year.
fn names_a_year(s: &Sentence<'_>, i: usize) -> bool {
    let before = s.word_before(i);
    matches!(
        before,
        "i" | "år"
            | "året"
            | "årene"
            | "fra"
            | "til"
            | "siden"
            | "ultimo"
            | "primo"
            | "medio"
            | "for"
            | "ved"
            | "inden"
            | "budget"
            | "regnskab"
            | "skoleåret"
            | "efteråret"
            | "foråret"
            | "sommeren"
            | "vinteren"
    ) || words::is_calendar(before)
        || belaeg_model::date::month(before).is_some()
        // "i 2019 og 2020 finde besparelser": the second of two years.
        || matches!(before, "og" | "eller") && i > 1 && s.tokens[i - 2].year_like().is_some()
}

/// The last year of "2016-2018", "2017/18", "2017-18" and its token.
fn range_end(s: &Sentence<'_>, year: Year, at: usize) -> Option<(Year, usize)> {
    let dash = at + 1;
    let joined = s.dash(dash) || s.symbol(dash, '/') && s.glued(dash);
    let number = s.free_number(dash + 1).filter(|n| joined && n.shape == Shape::Plain)?;
    let to = match s.tokens[dash + 1].norm.len() {
        4 => s.tokens[dash + 1].year_like()?,
        #[expect(clippy::cast_possible_truncation, reason = "two digits")]
        2 if s.glued(dash) && s.glued(dash + 1) => year - year % 100 + number.value as Year,
        _ => return None,
    };
    (to > year && to - year < 60 && crate::unit::unit_at(s, dash + 2).is_none()).then_some((to, dash + 1))
}

/// "sidste år", "i fjor", "i år", "året før", "for to år siden", "næste år".
fn relative(
    s: &Sentence<'_>,
    i: usize,
    published: Option<Date>,
    earlier: &[Time],
    told: &[Year],
) -> Option<Time> {
    if !s.is(i, Class::RELATIVE_TIME) {
        return None;
    }
    let this_year = published.map(Date::year);
    let second = s.word(i + 1);
    let (by, last) = match (s.word(i), second) {
        (
            "sidste" | "forrige",
            "år" | "års" | "forår" | "sommer" | "efterår" | "vinter" | "sæson" | "skoleår",
        )
        | ("i", "fjor") => (-1, i + 1),
        // Now, whenever that is.
        ("i", "går") => {
            let years = published.and_then(|p| p.yesterday().ok()).map(Date::year).into_iter().collect();
            return Some(Time { first: i, last: i + 1, years, tie: Tie::Own, from_to: false });
        }
        ("i", "dag" | "øjeblikket") => {
            return Some(Time { first: i, last: i + 1, years: Vec::new(), tie: Tie::Own, from_to: false });
        }
        ("i" | "dette" | "indeværende", "år") if s.get(i + 2).is_none_or(|t| t.year_like().is_none()) => {
            (0, i + 1)
        }
        ("næste" | "kommende", "år" | "års") => (1, i + 1),
        ("for", _) if s.word(i + 2) == "år" && s.word(i + 3) == "siden" => (-years_ago(s, i + 1)?, i + 3),
        ("året" | "år", _) => return neighbour_year(s, i, earlier, told),
        _ => return None,
    };
    // Without a date of publication the time is known to be another one, but not which.
    let years = this_year.map(|y| y + by).into_iter().collect();
    Some(Time { first: i, last, years, tie: tie_at(s, i, last), from_to: false })
}

/// "KV17", "FV19": the election of that year.
fn election(s: &Sentence<'_>, i: usize) -> Option<Time> {
    // "R2020", "B2021": the accounts and the budget of the year.
    let accounts = matches!(s.word(i), "r" | "b" | "bo") && s.glued(i + 1);
    if let Some(token) = s.get(i + 1).filter(|t| accounts && t.norm.len() == 4)
        && let Some(n) = token.number().filter(|n| (1900.0..2100.0).contains(&n.value))
    {
        #[expect(clippy::cast_possible_truncation, reason = "within 1900..2100")]
        let years = vec![n.value as Year];
        return Some(Time { first: i, last: i + 1, years, tie: Tie::Own, from_to: false });
    }
    let named = matches!(s.word(i), "kv" | "fv" | "ep" | "rv") && s.glued(i + 1);
    let two = s.get(i + 1).filter(|t| named && t.norm.len() == 2)?.number()?;
    #[expect(clippy::cast_possible_truncation, reason = "two digits")]
    let years = vec![full_year(two.value as i16)];
    Some(Time { first: i, last: i + 1, years, tie: Tie::Own, from_to: false })
}

/// "skoleåret 21/22".
fn short_period(s: &Sentence<'_>, i: usize) -> Option<Time> {
    let period = matches!(s.word_before(i), "skoleåret" | "skoleår" | "sæsonen" | "sæson" | "teatersæsonen");
    let two = |k: usize| s.get(k).filter(|t| t.norm.len() == 2)?.number();
    let (a, b) = (two(i).filter(|_| period)?, two(i + 2)?);
    let joined = (s.symbol(i + 1, '/') || s.dash(i + 1)) && (a.value - b.value + 1.0).abs() < 0.1;
    #[expect(clippy::cast_possible_truncation, reason = "two digits")]
    let years = vec![full_year(a.value as i16), full_year(b.value as i16)];
    joined.then_some(Time { first: i, last: i + 2, years, tie: Tie::Own, from_to: false })
}

/// "fire år tidligere", "to år senere": so far from the time named before it.
fn years_from(s: &Sentence<'_>, i: usize, earlier: &[Time], told: &[Year]) -> Option<Time> {
    if !s.word(i + 1).starts_with("år") {
        return None;
    }
    // "samme år", "begge år".
    if matches!(s.word(i), "samme" | "begge") && matches!(s.word(i + 1), "år" | "årene") {
        let named = earlier.iter().rev().filter(|t| !t.years.is_empty());
        let mut years: Vec<Year> =
            named.take(if s.word(i) == "samme" { 1 } else { 2 }).flat_map(|t| t.years.clone()).collect();
        if years.is_empty() && s.word(i) == "samme" {
            years.extend(told);
        }
        years.sort_unstable();
        years.dedup();
        let tie = tie_at(s, i, i + 1);
        return (!years.is_empty()).then_some(Time { first: i, last: i + 1, years, tie, from_to: false });
    }
    if !matches!(s.word(i + 1), "år") || s.get(i)?.number().is_none() && s.number_word(i).is_none() {
        return None;
    }
    let by = match s.word(i + 2) {
        "før" | "forinden" | "tidligere" => -years_ago(s, i)?,
        "efter" | "senere" => years_ago(s, i)?,
        _ => return None,
    };
    let before = |t: &&Time| !t.years.is_empty() && t.tie != Tie::Mention;
    let anchor = earlier.iter().rev().find(before).map_or(told, |t| &t.years);
    let years: Vec<Year> = anchor.iter().map(|y| y + by).collect();
    (!years.is_empty()).then_some(Time { first: i, last: i + 2, years, tie: Tie::Own, from_to: false })
}

fn years_ago(s: &Sentence<'_>, i: usize) -> Option<Year> {
    let token = s.get(i)?;
    let value = token.number().map(|n| n.value).or_else(|| s.number_word(i))?;
    #[expect(clippy::cast_possible_truncation, reason = "below a hundred")]
    (1.0..100.0).contains(&value).then_some(value as Year)
}

/// "året før", "året efter", "et år tidligere": relative to the time named before it.
fn neighbour_year(s: &Sentence<'_>, i: usize, earlier: &[Time], told: &[Year]) -> Option<Time> {
    let by = match s.word(i + 1) {
        "før" | "forinden" | "forud" | "tidligere" => -1,
        "efter" | "senere" => 1,
        _ => return None,
    };
    let anchor = earlier.iter().rev().find(|t| t.tie == Tie::Own).or_else(|| earlier.last());
    let years = anchor.map_or(told, |a| &a.years).iter().map(|y| y + by).collect();
    Some(Time { first: i, last: i + 1, years, tie: tie_at(s, i, i + 1), from_to: false })
}

/// How firmly the time at tokens `first..=last` may be tied: told by the words before it.
fn tie_at(s: &Sentence<'_>, first: usize, last: usize) -> Tie {
    if s.symbol(last + 1, '=') || names_a_plan(s, first) {
        return Tie::Mention;
    }
    let mut at = first;
    for _ in 0..7 {
        let Some(before) = at.checked_sub(1) else {
            return Tie::Own;
        };
        match s.word(before) {
            "end" => return Tie::Baseline,
            // "93 pct., det samme som i 2020".
            "som" if s.word_before(before) == "samme" => return Tie::Baseline,
            "til" if matches!(s.word_before(before), "forhold" | "ift") => return Tie::Baseline,
            "med" if matches!(s.word_before(before), "sammenlignet" | "sammenholdt" | "sammenligning") => {
                return Tie::Baseline;
            }
            "ift" | "kontra" => return Tie::Baseline,
            // "et point under samme kvartal sidste år", "over niveauet i 2014"; "målt over perioden" is none.
            "under" | "over"
                if !matches!(s.word(before + 1), "perioden" | "årene" | "en" | "et" | "de")
                    && !s.dash(last + 1) =>
            {
                return Tie::Baseline;
            }
            // "et fald på 1,5 procentpoint fra 2013".
            "fra" if first == last && ["procentpoint", "point"].contains(&s.word_before(before)) => {
                return Tie::Baseline;
            }
            // "det laveste niveau siden 2020" says since when nothing was lower.
            "siden" if s.word_before(before) == "niveau" => return Tie::Mention,
            "siden" => return Tie::Since,
            "før" | "efter" | "født" | "fødte" => return Tie::Mention,
            "i" | "for" | "ved" | "af" | "samme" | "kvartal" | "periode" | "perioden" | "måned"
            | "halvår" | "året" | "år" | "den" | "det" | "tilsvarende" | "niveauet" | "skoleåret" | "på"
            | "kommunalvalget" | "budget" | "oprindelige" | "vedtagne" | "valget" | "ultimo" | "primo"
            | "starten" | "slutningen" => {}
            "" if s.uses[before] == Use::Ordinal || s.symbol(before, '.') => {}
            _ => return Tie::Own,
        }
        at = before;
    }
    Tie::Own
}

/// "Spildevandsplan 2016-2020": the years are part of a name.
fn names_a_plan(s: &Sentence<'_>, first: usize) -> bool {
    const NAMES: &[&str] = &["plan", "strategi", "politik", "aftale", "lov", "program", "vision", "agenda"];
    NAMES.iter().any(|n| s.word_before(first).ends_with(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn times(text: &str) -> Vec<(Vec<Year>, Tie)> {
        let mut s = Sentence::new(text);
        let published = Date::new(2020, 6, 1).ok();
        find_times(&mut s, published, &[]).into_iter().map(|t| (t.years, t.tie)).collect()
    }

    #[test]
    fn years_and_periods() {
        use Tie::{Baseline, Day, Mention, Own, Since};
        type Case<'a> = (&'a str, &'a [(&'a [Year], Tie)]);
        let cases: &[Case<'_>] = &[
            ("fra 45 % i 2016 til 28,9 % i 2017", &[(&[2016], Own), (&[2017], Own)]),
            (
                "I perioden 2016-2018 og skoleåret 2020/21",
                &[(&[2016, 2017, 2018], Own), (&[2020, 2021], Own)],
            ),
            ("fra 2016 til 2018 steg den", &[(&[2016, 2017, 2018], Own)]),
            ("i 2022 1973 klagesager", &[(&[2022], Own)]),
            ("sidste år mindre end året før", &[(&[2019], Own), (&[2018], Baseline)]),
            ("i forhold til 1990 og siden 2015", &[(&[1990], Baseline), (&[2015], Since)]),
            ("opført før 1990, end i 2015", &[(&[1990], Mention), (&[2015], Baseline)]),
            ("inden den 1. juli 2023", &[(&[2023], Mention)]),
            ("vaccineret den 1. december 2020", &[(&[2020], Day)]),
            ("Pr. 31. december 2021 var", &[(&[2021], Own)]),
            ("for to år siden og i år", &[(&[2018], Own), (&[2020], Own)]),
            ("i skoleåret 2018/19, lavere end året før", &[(&[2018, 2019], Own), (&[2017, 2018], Baseline)]),
            ("Sag 2019-0087614, Smallegade 1, 2000 Frederiksberg", &[]),
            ("i ’18 og 2017-18", &[(&[2018], Own), (&[2017, 2018], Own)]),
            ("2.019 m² og 2019 sager", &[]),
            ("(2015 = 100)", &[(&[2015], Mention)]),
            ("i samme kvartal året før", &[(&[], Own)]),
        ];
        for (text, want) in cases {
            let want: Vec<_> = want.iter().map(|(y, t)| (y.to_vec(), *t)).collect();
            assert_eq!(times(text), want, "{text}");
        }
    }
}
