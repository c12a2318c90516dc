//! Which years a number is about.

use belaeg_model::{Found, Role, Year};

use crate::clause::crosses;
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::sentence::{Sentence, Use};
use crate::times::{Tie, Time};
use crate::words;
use crate::year_lists::{listed, pair_brackets, pair_lists, parallel, share_in_brackets, with_run};

/// The years of each mention, in the order of `mentions` (sorted by their first token), with how they were found.
pub(crate) fn attach(
    s: &Sentence<'_>,
    mentions: &[Mention],
    roles: &[Role],
    times: &[Time],
) -> Vec<(Vec<Year>, Option<Found>)> {
    if times.is_empty() {
        return vec![(Vec::new(), None); mentions.len()];
    }
    let mut years: Vec<Option<Vec<Year>>> = vec![None; mentions.len()];
    pair_lists(s, mentions, times, &mut years);
    pair_brackets(s, mentions, times, &mut years);
    let tight: Vec<Option<usize>> = mentions.iter().map(|m| tight(s, m, times)).collect();
    for i in 0..mentions.len() {
        if years[i].is_none()
            && let Some(t) = tight[i]
        {
            years[i] = Some(with_run(s, times, t));
        }
    }
    for i in 0..mentions.len() {
        if years[i].is_none() {
            years[i] = parallel(s, mentions, times, &years, i)
                .or_else(|| loose(s, mentions, roles, times, &tight, &years, i));
        }
    }
    share_in_brackets(s, mentions, &mut years);
    for (i, own) in years.iter_mut().enumerate().filter(|(_, own)| own.is_none()) {
        *own = only_time(s, mentions, roles, times, &tight, i);
    }
    years
        .into_iter()
        .map(|y| y.filter(|y| !y.is_empty()).map_or((Vec::new(), None), |y| (y, Some(Found::Explicit))))
        .collect()
}

/// The time that stands with the mention: at its head, or right behind it. "5,4 % i 2020 (5,6 % i 2019)": in a bracket its own.
fn tight(s: &Sentence<'_>, m: &Mention, times: &[Time]) -> Option<usize> {
    let behind = right_of(s, m, times);
    let bracketed = |t: usize| s.symbol(m.first.saturating_sub(1), '(') && in_bracket(s, times[t].first);
    behind.filter(|t| bracketed(*t)).or_else(|| head_of(s, m, times)).or(behind)
}

/// The time that heads the mention: "2018 – 41 %", "i 2017 (73,9 pct.)", "2017 (foreløbigt tal): 28 pct."
fn head_of(s: &Sentence<'_>, m: &Mention, times: &[Time]) -> Option<usize> {
    let (t, time) = times.iter().enumerate().rev().find(|(_, t)| t.last < m.first)?;
    let mut at = time.last + 1;
    if s.symbol(at, '(')
        && let Some(close) = (at + 1..m.first.min(at + 5)).find(|k| s.symbol(*k, ')'))
    {
        at = close + 1;
    }
    let mark = |k: usize| s.symbol(k, ':') || s.symbol(k, '(') || s.symbol(k, '=') || s.dash(k);
    // "siden 2017, hvor den var 14,8".
    let relative = s.symbol(at, ',') && s.word(at + 1) == "hvor" && !crosses(s, at + 1, m.first);
    let heads = relative || at < m.first && (at..m.first).all(mark);
    (heads && time.tie != Tie::Day).then_some(t)
}

/// The years of the only time of the statement behind the mention, where nothing says that it is about another: "46 pct.
/// i A, 51 pct. i B og 44 pct. i C (2018)".
fn only_time(
    s: &Sentence<'_>,
    mentions: &[Mention],
    roles: &[Role],
    times: &[Time],
    tight: &[Option<usize>],
    i: usize,
) -> Option<Vec<Year>> {
    let m = &mentions[i];
    let mut own = times.iter().enumerate().filter(|(_, t)| t.tie == Tie::Own);
    let (t, time) = own.next().filter(|(_, t)| t.first > m.last)?;
    let same =
        |k: usize| roles[k] == roles[i] && mentions[k].form != Form::Count || mentions[k].form == Form::Count;
    let only = !own.any(|(_, other)| other.years != time.years);
    let of_other =
        (0..mentions.len()).any(|k| tight[k] == Some(t) && !same(k)) || s.symbol(time.last + 1, ':');
    let (clause, _) = crate::clause::around(s, time.first, time.last);
    let subordinate = clause > m.last
        && matches!(s.word(clause), "siden" | "som" | "der" | "da" | "når" | "hvis" | "hvor" | "og")
        && !(s.word(clause) == "og" && mentions.iter().any(|k| k.first > clause && k.first < time.first));
    // "A 91,2; B 93,0 (pct., 2021)".
    let closing = in_bracket(s, time.first) && time.last + 3 >= s.len();
    let parted = (m.last + 1..time.first)
        .any(|k| s.symbol(k, ';') && !closing || matches!(s.word(k), "heraf" | "hvoraf" | "siden" | "inden"));
    // "88 procent ... mod 84 procent i 2014", "27,0 til 26,5 promille fra 2020", "men målet for 2023 er 7 procent".
    let next =
        mentions.get(i + 1).filter(|n| n.last < time.first || s.is(clause.saturating_sub(1), Class::CLAUSE));
    // "81,7 procent ... – i 2017 var det 77".
    let compared = told_apart(s, mentions, m, time)
        || next.is_some_and(|n| {
            let joint = |w: &str| (m.last + 1..n.first).any(|k| s.word(k) == w);
            tight[i + 1] == Some(t) && (joint("mod") || joint("fra"))
                || joint("til") && listed(s, m, n)
                || joint("men")
                || joint("mens")
        });
    // "i 38 sager (76 procent), mod 62 procent i 2020".
    let held = m.form == Form::Count && (m.last + 1..time.first).any(|k| s.word(k) == "mod");
    // "vokse med 0,6 pct., og antallet ventes at falde til 4.120 i 2029".
    let joined =
        |k: usize| (m.last + 1..mentions[k].first).any(|c| s.symbol(c, ',') && s.word(c + 1) == "og");
    let of_count = m.form != Form::Count
        && (i + 1..mentions.len())
            .any(|k| tight[k] == Some(t) && mentions[k].form == Form::Count && joined(k));
    let apart = held
        || of_count
        || !only
        || of_other
        || subordinate
        || parted
        || compared
        || roles[i] == Role::Target;
    (!apart).then(|| with_run(s, times, t))
}

/// Whether the time stands with a value of its own behind a dash: "81,7 procent ... – i 2017 var det 77".
fn told_apart(s: &Sentence<'_>, mentions: &[Mention], m: &Mention, time: &Time) -> bool {
    let (clause, _) = crate::clause::around(s, time.first, time.last);
    let other = |n: &Mention| n.first >= clause && n.form != Form::Count && !crosses(s, clause, n.first);
    clause > m.last && s.dash(clause - 1) && mentions.iter().any(other)
}

/// The last token of a mention with the noun it counts.
fn end_of(s: &Sentence<'_>, m: &Mention) -> usize {
    let mut last = m.last;
    if matches!(m.form, Form::Count | Form::Ratio) {
        while last < m.last + 3
            && s.get(last + 1).is_some_and(|t| t.is_word() && words::looks_counted(&t.norm))
        {
            last += 1;
        }
    }
    last
}

/// The time that stands right behind the mention: "45 % i 2016", "41 (2019)", "4,9 procent året efter".
fn right_of(s: &Sentence<'_>, m: &Mention, times: &[Time]) -> Option<usize> {
    let end = end_of(s, m);
    let (i, t) = times.iter().enumerate().find(|(_, t)| t.first > end)?;
    // "end de 4,1 %, der blev registreret i 2013", "31 procent af de klager, som blev sendt sidste år".
    let base = if s.word(end + 1) == "af" { 6 } else { 0 };
    let comma = (end + 1..=end + 1 + base).find(|k| s.symbol(*k, ','));
    let relative = comma.is_some_and(|k| matches!(s.word(k + 1), "der" | "som") && !crosses(s, k, t.first));
    if relative && t.tie == Tie::Own {
        return Some(i);
    }
    let close = t.first - end <= 9 && t.tie == Tie::Own;
    // "(2018: 84 pct.)": the time heads what follows it.
    let heads = s.symbol(t.last + 1, ':');
    (close && !heads && (end + 1..t.first).all(|k| is_glue(s, k))).then_some(i)
}

fn is_glue(s: &Sentence<'_>, k: usize) -> bool {
    s.symbol(k, '(')
        || s.symbol(k, ')')
        || s.symbol(k, '.')
        || s.uses[k] == Use::Ordinal
        || matches!(
            s.word(k),
            "i" | "for"
                | "fra"
                | "ultimo"
                | "primo"
                | "medio"
                | "år"
                | "året"
                | "årene"
                | "ved"
                | "kommunalvalget"
                | "valget"
                | "skoleåret"
                | "skoleår"
                | "beretningsåret"
                | "perioden"
                | "sæsonen"
                | "samme"
                | "kvartal"
                | "halvår"
                | "pr"
                | "per"
                | "periode"
                | "måned"
                | "udgangen"
                | "af"
                | "det"
                | "foregående"
                | "den"
                | "tilsvarende"
                | "stikprøve"
                | "måling"
                | "undersøgelse"
                | "opgørelse"
                | "slutningen"
                | "hele"
                | "budgetåret"
                | "lavere"
                | "højere"
                | "flere"
                | "færre"
                | "mindre"
                | "mere"
                | "årligt"
                | "om"
        )
        || belaeg_model::date::month(s.word(k)).is_some()
}

/// The years of mention `i` when no time stands right behind it.
fn loose(
    s: &Sentence<'_>,
    mentions: &[Mention],
    roles: &[Role],
    times: &[Time],
    tight: &[Option<usize>],
    years: &[Option<Vec<Year>>],
    i: usize,
) -> Option<Vec<Year>> {
    let m = &mentions[i];
    let same_class = |k: usize| (mentions[k].form == Form::Count) == (m.form == Form::Count) && k != i;
    let taken = |t: usize| (0..mentions.len()).any(|k| same_class(k) && tight[k] == Some(t));
    let preceding = times.iter().enumerate().rev().find(|(t, time)| {
        time.last < m.first && time.tie == Tie::Own && !taken(*t) && may_reach(s, time, m, roles[i])
    });
    let inside = |k: usize| in_bracket(s, mentions[k].first) && !in_bracket(s, m.first);
    let before = (0..i).rev().find(|k| same_class(*k) && mentions[*k].last < m.first && !inside(*k));
    if let Some(both) = whole_of_counts(s, mentions, years, i) {
        return Some(both);
    }
    let inherited = before.and_then(|k| inherited(s, mentions, roles, years, k, i));
    // "fra 43 % i 2018 til 26 % i 2019, dvs. med 17 procentpoint", "9 procentpoint til 31 i 2021".
    let of_own = |k: usize, time: &Time| years[k].as_ref() != Some(&time.years);
    let between =
        |k: usize| times.iter().any(|t| t.first > mentions[k].last && t.last < m.first && of_own(k, t));
    if roles[i] == Role::Change
        && let Some(both) = inherited.as_ref().filter(|y| y.len() > 1)
        && before.is_some_and(|k| !between(k))
    {
        return Some(both.clone());
    }
    if roles[i] == Role::Change
        && s.word(m.last + 1) == "til"
        && mentions.get(i + 1).is_some_and(|next| next.first == m.last + 2)
        && let Some(reached) = years.get(i + 1).cloned().flatten()
    {
        return Some(reached);
    }
    let in_clause = |a: usize, b: usize| !crosses(s, a, b) && !(a + 1..b).any(|k| s.symbol(k, '('));
    // "hver anden underkendt i 2015 til hver fjerde underkendt i 2017": the time before is the one of the value before.
    let of_before = preceding.is_some_and(|(_, t)| {
        before.is_some_and(|k| mentions[k].last < t.first && in_clause(mentions[k].last, t.first))
    });
    if (of_before || preceding.is_none_or(|(_, t)| !in_clause(t.last, m.first)))
        && let Some((t, _)) = times.iter().enumerate().find(|(t, time)| {
            time.first > m.last && time.tie == Tie::Own && !taken(*t) && in_clause(m.last, time.first)
        })
        && !mentions.iter().any(|k| k.first > m.last && k.last < times[t].first && k.form != Form::Count)
    {
        return Some(with_run(s, times, t));
    }
    if let Some((t, time)) = preceding {
        let nearer = before.filter(|k| mentions[*k].first > time.last && tight[*k].is_some());
        return match nearer.and(inherited) {
            Some(years) => Some(years),
            None => Some(with_run(s, times, t)),
        };
    }
    inherited.or_else(|| following(s, mentions, roles, times, &taken, i)).or_else(|| since(s, times, m))
}

/// "fra 1.450 personer i 2025 til 2.320 i 2037, altså med 60 procent": both years of the counts.
fn whole_of_counts(
    s: &Sentence<'_>,
    mentions: &[Mention],
    years: &[Option<Vec<Year>>],
    i: usize,
) -> Option<Vec<Year>> {
    let [.., a, b] = &mentions[..i] else { return None };
    let counts = a.form == Form::Count && b.form == Form::Count && mentions[i].form != Form::Count;
    let developed = s.word_before(a.first) == "fra" && s.word_before(b.first) == "til";
    let again = (b.last + 1..mentions[i].first).any(|k| matches!(s.word(k), "altså" | "dvs" | "svarende"));
    if !(counts && developed && again) {
        return None;
    }
    Some([years[i - 2].as_deref()?, years[i - 1].as_deref()?].concat())
}

/// Whether token `k` stands in a bracket.
fn in_bracket(s: &Sentence<'_>, k: usize) -> bool {
    (0..k).rev().take_while(|b| !s.symbol(*b, ')')).any(|b| s.symbol(b, '('))
}

/// Whether a time reaches forward to the mention: a goal in a clause of its own has its own time or none.
fn may_reach(s: &Sentence<'_>, time: &Time, m: &Mention, role: Role) -> bool {
    let bracketed = in_bracket(s, time.first) && (time.last + 1..m.first).any(|k| s.symbol(k, ')'));
    let headed = time.last + 2 == m.first && s.symbol(time.last + 1, ':');
    let own_clause = role == Role::Target && !headed && crosses(s, time.last, m.first);
    // "... i 2030, og udledningen er reduceret med 58 %": the time ends what was said before.
    let ends = s.symbol(time.last + 1, ',') && s.word(time.last + 2) == "og" && role == Role::Change;
    let points_back = (time.last + 1..m.first).any(|k| s.word(k) == "året");
    !bracketed && !ends && (!own_clause || points_back || announces(s, time, m))
}

/// "I 2024 er målet, at ...": the comma only opens the clause that the goal is in.
fn announces(s: &Sentence<'_>, time: &Time, m: &Mention) -> bool {
    (time.last + 1..m.first).any(|k| s.symbol(k, ',') && matches!(s.word(k + 1), "at"))
}

/// The years that mention `i` takes over from mention `k` before it: "26,0 % i 2021 og dermed 0,4 procentpoint ...".
fn inherited(
    s: &Sentence<'_>,
    mentions: &[Mention],
    roles: &[Role],
    years: &[Option<Vec<Year>>],
    k: usize,
    i: usize,
) -> Option<Vec<Year>> {
    let (before, m) = (&mentions[k], &mentions[i]);
    let own = years[k].clone()?;
    if roles[i] == Role::Change {
        let earlier = (0..k)
            .rev()
            .find(|e| matches!(roles[*e], Role::Level | Role::Forecast) && mentions[*e].unit == before.unit);
        let again =
            (before.last + 1..m.first).any(|t| matches!(s.word(t), "altså" | "dvs" | "svarende" | "dermed"));
        let developed = earlier.filter(|e| {
            (mentions[*e].last + 1..before.first).any(|t| s.word(t) == "til" || again && s.word(t) == "mod")
        });
        let mut both = developed.and_then(|e| years[e].clone()).unwrap_or_default();
        both.extend(own);
        both.sort_unstable();
        both.dedup();
        return Some(both);
    }
    let between: Vec<&str> = (before.last + 1..m.first).map(|t| s.word(t)).collect();
    let arrives =
        |w: &&str| matches!(*w, "endte" | "ender" | "landede" | "lander" | "nåede" | "nu" | "dermed" | "til");
    if roles[k] == Role::Change && roles[i] == Role::Level && own.len() > 1 && between.iter().any(arrives) {
        return own.last().map(|y| vec![*y]);
    }
    // "steget med 4 % siden 2019, og 9,5 % af bilerne kører på el": now.
    if roles[k] == Role::Change && roles[i] == Role::Level && between.first() == Some(&"siden") {
        return None;
    }
    let developed =
        between.last() == Some(&"til") || (between.contains(&"til") && !crosses(s, before.last, m.first));
    (!developed && roles[i] != Role::Target).then_some(own)
}

/// A time later in the statement, when no other value claims it: "blev omgjort i 2021".
fn following(
    s: &Sentence<'_>,
    mentions: &[Mention],
    roles: &[Role],
    times: &[Time],
    taken: &dyn Fn(usize) -> bool,
    i: usize,
) -> Option<Vec<Year>> {
    let m = &mentions[i];
    let (t, time) = times.iter().enumerate().find(|(_, t)| t.first > m.last && t.tie == Tie::Own)?;
    let between = |k: &Mention| {
        k.first > m.last && k.last < time.first && (k.form == Form::Count) == (m.form == Form::Count)
    };
    let bracket = (m.last + 1..time.first).any(|k| s.symbol(k, '('));
    let semicolon = (m.last + 1..time.first).any(|k| s.symbol(k, ';'));
    let new_clause = (m.last + 1..time.first).any(|k| {
        s.symbol(k, ',') && matches!(s.word(k + 1), "og" | "men" | "mens" | "hvor" | "hvilket" | "som" | "da")
    });
    if bracket || semicolon || new_clause || told_apart(s, mentions, m, time) {
        return None;
    }
    let blocked = mentions.iter().any(between);
    let coordinated = blocked
        && (m.last + 1..time.first).any(|k| s.word(k) == "og")
        && !(m.last + 1..time.first).any(|k| matches!(s.word(k), "til" | "mod" | "mens" | "men"));
    let alike = |k: usize| !crosses(s, m.last, mentions[k].first) && roles[k] == roles[i];
    let coordinated = coordinated && (0..mentions.len()).filter(|k| between(&mentions[*k])).all(alike);
    let free = !blocked && !taken(t);
    (free || coordinated).then(|| with_run(s, times, t))
}

/// "siden 2019", "den 1. december 2020" in the clause of the value, when nothing else is said.
fn since(s: &Sentence<'_>, times: &[Time], m: &Mention) -> Option<Vec<Year>> {
    // "siden 2019 faldet til nu 84,1 %".
    if s.word_before(m.first) == "nu" {
        return None;
    }
    let time = times.iter().find(|t| matches!(t.tie, Tie::Since | Tie::Day))?;
    let (a, b) = if time.last < m.first { (time.last, m.first) } else { (m.last, time.first) };
    (!crosses(s, a, b)).then(|| time.years.clone())
}
