//! Years of values that stand in lists: as many times as values, values in brackets, the same list once more.

use belaeg_model::Year;

use crate::mention::{Form, Mention};
use crate::sentence::Sentence;
use crate::times::{Tie, Time};

/// "hhv. 34 og 42 pct. i 2021 og 2020", "Fra 2016 til 2017 ... fra 66 til 69 %": as many times as values, in order.
pub(crate) fn pair_lists(
    s: &Sentence<'_>,
    mentions: &[Mention],
    times: &[Time],
    years: &mut [Option<Vec<Year>>],
) {
    let mut i = 0;
    while i < mentions.len() {
        let mut last = i;
        while last + 1 < mentions.len() && listed(s, &mentions[last], &mentions[last + 1]) {
            last += 1;
        }
        let n = last - i + 1;
        if n >= 2 {
            let runs = runs(s, times);
            let run = runs.iter().find(|(a, b)| b - a + 1 == n);
            if let Some((a, _)) = run {
                for k in 0..n {
                    years[i + k] = Some(times[a + k].years.clone());
                }
            } else if let Some(t) = times.iter().find(|t| n > 2 && t.years.len() == n && t.tie == Tie::Own) {
                for k in 0..n {
                    years[i + k] = Some(vec![t.years[k]]);
                }
            } else if let Some(t) = times.iter().find(|t| n == 2 && t.from_to && t.tie == Tie::Own) {
                years[i] = t.years.first().map(|y| vec![*y]);
                years[i + 1] = t.years.last().map(|y| vec![*y]);
            }
        }
        i = last + 1;
    }
}

/// "2021 (2017): Vamdrup 68,9 (71,4), Bramdrup 73,5 (73,5)": values in brackets are of the time in brackets.
pub(crate) fn pair_brackets(
    s: &Sentence<'_>,
    mentions: &[Mention],
    times: &[Time],
    years: &mut [Option<Vec<Year>>],
) {
    let closes = |k: usize| s.symbol(k, ')') || s.word(k) == "i" && s.word(k + 1).starts_with("parentes");
    let bracketed = |first: usize, last: usize| first > 0 && s.symbol(first - 1, '(') && closes(last + 1);
    let Some(pair) =
        times.windows(2).find(|w| w[0].last + 2 == w[1].first && bracketed(w[1].first, w[1].last))
    else {
        return;
    };
    for i in 1..mentions.len() {
        let (a, b) = (&mentions[i - 1], &mentions[i]);
        if a.last + 2 == b.first && bracketed(b.first, b.last) {
            years[i - 1] = Some(pair[0].years.clone());
            years[i] = Some(pair[1].years.clone());
        }
    }
}

/// "12 af 96 sager (12,5 pct.) i 2019": the same figure twice has the same years.
pub(crate) fn share_in_brackets(s: &Sentence<'_>, mentions: &[Mention], years: &mut [Option<Vec<Year>>]) {
    let rates: Vec<usize> = (0..mentions.len()).filter(|i| mentions[*i].form != Form::Count).collect();
    for pair in rates.windows(2) {
        let [a, b] = *pair else { continue };
        let bracketed = mentions[b].first > 0
            && s.symbol(mentions[b].first - 1, '(')
            && s.symbol(mentions[b].last + 1, ')')
            && mentions[b].first - mentions[a].last <= 5;
        let same = (mentions[a].value - mentions[b].value).abs() < 0.6;
        // "2019: 34 (mål: 30)": what is held against it is of the same time.
        let against = mentions[b].first > 3
            && (mentions[a].last + 1..mentions[b].first)
                .all(|k| s.symbol(k, '(') || s.symbol(k, ':') || s.word(k) == "mål")
            && (mentions[a].last + 1..mentions[b].first).any(|k| s.word(k) == "mål");
        let bracketed = bracketed || against;
        let same = same || against;
        if bracketed && same && (years[a].is_none() || years[b].is_none()) {
            let known = years[a].clone().or_else(|| years[b].clone());
            (years[a], years[b]) = (known.clone(), known);
        }
    }
}

/// "2,4 % i juni 2022 mod 3,9 % i juni 2021; på landsplan var tallene 2,6 % og 4,0 %": a list of values without a time
/// of its own has the years of as many values before it, in order.
pub(crate) fn parallel(
    s: &Sentence<'_>,
    mentions: &[Mention],
    times: &[Time],
    years: &[Option<Vec<Year>>],
    i: usize,
) -> Option<Vec<Year>> {
    let held = |a: &Mention, b: &Mention| a.last + 2 == b.first && s.word(a.last + 1) == "mod";
    let joins = |k: usize| {
        let (a, b) = (&mentions[k], &mentions[k + 1]);
        listed(s, a, b) || held(a, b)
    };
    let first = (1..=i).rev().find(|k| !joins(k - 1)).unwrap_or(0);
    let last = (i..mentions.len() - 1).find(|k| !joins(*k)).unwrap_or(mentions.len() - 1);
    let n = last - first + 1;
    let model = first.checked_sub(n).filter(|_| n > 1)?;
    let (start, end) = crate::clause::around(s, mentions[first].first, mentions[last].last);
    let timed = times.iter().any(|t| t.first >= start && t.last <= end);
    let mut given: Vec<&Vec<Year>> = years[model..first].iter().flatten().filter(|y| !y.is_empty()).collect();
    given.dedup();
    (!timed && given.len() == n).then(|| given[i - first].clone())
}

/// Whether `b` follows `a` in a list: nothing but joints and approximations between them.
pub(crate) fn listed(s: &Sentence<'_>, a: &Mention, b: &Mention) -> bool {
    a.last < b.first
        && b.first - a.last <= 4
        && (a.last + 1..b.first).all(|k| {
            s.symbol(k, ',')
                || s.symbol(k, '.')
                || s.symbol(k, '/')
                || s.symbol(k, '|')
                || s.dash(k)
                || matches!(
                    s.word(k),
                    "hhv"
                        | "henholdsvis"
                        | "og"
                        | "til"
                        | "eller"
                        | "samt"
                        | "ca"
                        | "cirka"
                        | "knap"
                        | "godt"
                        | "omkring"
                        | "næsten"
                )
        })
}

/// Runs of two or more times with nothing but joints between them, as ranges of indexes.
fn runs(s: &Sentence<'_>, times: &[Time]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut a = 0;
    while a < times.len() {
        let mut b = a;
        while b + 1 < times.len() && in_run(s, &times[b], &times[b + 1]) {
            b += 1;
        }
        if b > a {
            runs.push((a, b));
        }
        a = b + 1;
    }
    runs
}

fn in_run(s: &Sentence<'_>, a: &Time, b: &Time) -> bool {
    let own = a.tie == Tie::Own && b.tie == Tie::Own && !a.from_to;
    // ", og i 2030 ...": what follows is said of another time.
    let anew = s.symbol(a.last + 1, ',') && s.word(a.last + 2) == "og";
    own && !anew
        && b.first > a.last
        && (a.last + 1..b.first).all(|k| {
            s.symbol(k, ',')
                || s.symbol(k, '/')
                || s.symbol(k, '|')
                || matches!(s.word(k), "og" | "samt" | "i" | "eller")
        })
}

/// The years of time `t`, and of the whole run it stands in ("i 2019 og 2020").
pub(crate) fn with_run(s: &Sentence<'_>, times: &[Time], t: usize) -> Vec<Year> {
    let range = runs(s, times).into_iter().find(|(a, b)| (*a..=*b).contains(&t)).unwrap_or((t, t));
    let mut years: Vec<Year> =
        times[range.0..=range.1].iter().flat_map(|t| t.years.iter().copied()).collect();
    years.sort_unstable();
    years.dedup();
    years
}
