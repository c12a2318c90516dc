//! X of Y against the share that is stated.

use belaeg_model::{Claim, Rule, Unit};

use super::{Agreement, Arithmetic, Sum, is_share, meet, same_setting};
use crate::passage::Passage;
use crate::words::{Word, fits};

/// Shares beside the counts that they are taken of.
pub(super) fn shares(passage: &Passage<'_>) -> Vec<Arithmetic> {
    let mut found = Vec::new();
    for claim in passage.claims.iter().filter(|c| is_share(c) && c.found.rule != Rule::OutOf) {
        if let Some((ratio, link)) = restated(passage, claim) {
            found.extend(ratio.numerator.zip(ratio.denominator).and_then(|(x, y)| {
                let mut sum = held((x, y), claim, &[ratio])?;
                if link == Link::Loose && sum.agreement == Agreement::Inconsistent {
                    sum.agreement = Agreement::NotCheckable;
                }
                Some(sum)
            }));
        } else if let Some((part, whole)) = claim.numerator.zip(claim.denominator) {
            found.extend(held((part, whole), claim, &[]));
        } else if let Some((counts, ratio)) = of_outcomes(passage, claim) {
            found.extend(held(ratio, claim, &counts));
        } else if let Some((part, whole)) = in_apposition(passage, claim) {
            found.extend(held((part.value, whole.value), claim, &[part, whole]));
        }
    }
    found
}

fn held((part, whole): (f64, f64), stated: &Claim, of: &[&Claim]) -> Option<Arithmetic> {
    if whole <= 0.0 || part < 0.0 {
        return None;
    }
    let share = 100.0 * part / whole;
    let sum = Sum::Share { part, whole, stated: stated.quote.clone() };
    let claims: Vec<&Claim> = of.iter().copied().chain([stated]).collect();
    Some(Arithmetic::new(meet((share, share), stated.interval()), sum, &claims))
}

/// How surely a percentage restates a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// "svarende til", "altså".
    Said,
    /// Only a comma or a parenthesis stands between.
    Loose,
}

/// The "X ud af Y" that a percentage says again: "49 ud af 88 klagesager, svarende til 56 procent".
pub(crate) fn restated<'a>(passage: &Passage<'a>, claim: &Claim) -> Option<(&'a Claim, Link)> {
    if !is_share(claim) || claim.found.rule == Rule::OutOf {
        return None;
    }
    let rates = || passage.claims.iter().filter(|c| c.unit != Unit::Count);
    let before = rates().rev().find(|c| c.span.end <= claim.span.start);
    let after = rates().find(|c| c.span.start >= claim.span.end);
    let is_ratio = |c: &&&Claim| c.found.rule == Rule::OutOf && same_setting(c, claim);
    if let Some(ratio) = before.as_ref().filter(is_ratio) {
        return link_before(passage, claim.span.start).map(|link| (*ratio, link));
    }
    let ratio = after.as_ref().filter(is_ratio)?;
    let between = passage.text.get(claim.span.end..ratio.span.start)?;
    let words = passage.words_between(claim.span.end, ratio.span.start);
    let said = words.iter().any(|w| matches!(&*w.lower, "svarende" | "dvs" | "altså"));
    let link = if said { Link::Said } else { Link::Loose };
    (said || words.len() <= 1 && between.trim_start().starts_with(['(', ','])).then_some((*ratio, link))
}

/// What links the number at `at` with what was said before it.
fn link_before(passage: &Passage<'_>, at: usize) -> Option<Link> {
    const SAID: &[&[&str]] = &[
        &["svarende", "til"],
        &["svarer", "til"],
        &["svarede", "til"],
        &["altså"],
        &["dvs"],
        &["vil", "sige"],
        &["hvilket", "er"],
        &["hvilket", "giver"],
        &["det", "er"],
        &["det", "giver"],
        &["eller"],
        &["lig"],
    ];
    let words = passage.words_before(at);
    let words = &words[..words.len() - words.iter().rev().take_while(|w| is_approximation(&w.lower)).count()];
    if SAID.iter().any(|phrase| ends_with(words, phrase)) {
        return Some(Link::Said);
    }
    let end = words.last()?.span.end;
    let between = passage.text.get(end..at)?;
    between.trim_start().starts_with([',', '(', '–', ':']).then_some(Link::Loose)
}

fn ends_with(words: &[Word<'_>], phrase: &[&str]) -> bool {
    let tail = words.len().checked_sub(phrase.len()).map(|start| &words[start..]);
    tail.is_some_and(|tail| phrase.iter().zip(tail).all(|(p, w)| fits(p, &w.lower)))
}

fn is_approximation(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "ca", "cirka", "omkring", "omtrent", "knap", "næsten", "godt", "lidt", "lige", "over", "under",
        "tæt", "på", "mere", "mindre", "end", "mindst", "højst", "rundt", "regnet", "kun", "hele", "i",
        "alt",
    ];
    WORDS.contains(&word)
}

/// The outcomes that counts of cases are given for, as measures, and what the words for them begin with.
const OUTCOMES: [(&str, &[&str]); 4] = [
    ("hjemvisningsprocent", &["hjemvis*", "hjemvist"]),
    ("aendringsprocent", &["ændre*", "ophæv*"]),
    ("stadfaestelsesprocent", &["stadfæst*"]),
    ("omgoerelsesprocent", &["omgjort*"]),
];

/// "Af 129 sager blev 19 hjemvist og 5 ændret, så omgørelsesprocenten er 18,6 procent."
fn of_outcomes<'a>(passage: &Passage<'a>, claim: &Claim) -> Option<(Vec<&'a Claim>, (f64, f64))> {
    let measure = claim.measure.as_deref()?;
    let counts = || passage.claims.iter().filter(|c| c.unit == Unit::Count && same_setting(c, claim));
    let with = |measure: &str| {
        let mut all = counts().filter(|c| outcome(passage, c) == Some(measure));
        // Two counts of one outcome: which of them is meant is not said.
        all.next().filter(|_| all.next().is_none())
    };
    let parts = match with(measure) {
        Some(part) => vec![part],
        None if measure == "omgoerelsesprocent" => {
            vec![with("hjemvisningsprocent")?, with("aendringsprocent")?]
        }
        None => return None,
    };
    let mut wholes = counts().filter(|c| is_whole(passage, c));
    let whole = wholes.next().filter(|_| wholes.next().is_none())?;
    let part: f64 = parts.iter().map(|c| c.value).sum();
    let ratio = (part, whole.value);
    (part <= whole.value).then(|| ([parts, vec![whole]].concat(), ratio))
}

/// The outcome that is said right behind a count.
fn outcome(passage: &Passage<'_>, count: &Claim) -> Option<&'static str> {
    let words = passage.words_after(count.span.end);
    let near = words.iter().take(3).take_while(|w| !fits("#", &w.lower));
    near.filter_map(|w| OUTCOMES.iter().find(|(_, stems)| stems.iter().any(|s| fits(s, &w.lower))))
        .map(|(measure, _)| *measure)
        .next()
}

/// "Af 129 sager", "af i alt 63 sager", "ud af Vordingborgs 9 sager": what parts are taken of.
fn is_whole(passage: &Passage<'_>, count: &Claim) -> bool {
    let words = passage.words_before(count.span.start);
    let near = words.iter().rev().take(3).take_while(|w| !fits("#", &w.lower));
    outcome(passage, count).is_none() && near.into_iter().any(|w| w.lower == "af")
}

/// "Af 840 børn er cirka halvdelen, 424, tilmeldt": a count between commas right behind the share.
fn in_apposition<'a>(passage: &Passage<'a>, claim: &Claim) -> Option<(&'a Claim, &'a Claim)> {
    let mut counts = passage.claims.iter().filter(|c| c.unit == Unit::Count && same_setting(c, claim));
    let part = counts.clone().find(|c| c.span.start >= claim.span.end)?;
    let between = passage.text.get(claim.span.end..part.span.start)?.trim();
    let behind = passage.text.get(part.span.end..)?.trim_start();
    let set_off = between == "," && behind.starts_with(',') || between == "(" && behind.starts_with(')');
    let whole = counts.find(|c| c.span.end <= claim.span.start && is_whole(passage, c))?;
    (set_off && part.value <= whole.value).then_some((part, whole))
}
