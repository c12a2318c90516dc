//! Goals, requirements and limits: whether a number is what is aimed at.

use belaeg_model::{Approx, Unit};

use crate::clause::{around, is_boundary, with_main};
use crate::lexicon::Class;
use crate::mention::Mention;
use crate::movement::{LEVEL_VERBS, is_compared};
use crate::role::starts_with_any;
use crate::sentence::{Sentence, Use};

/// "kravet på 55 %", "målet på 60".
pub(crate) fn is_goal_itself(s: &Sentence<'_>, m: &Mention) -> bool {
    let bounded =
        m.first > 2 && matches!(s.word(m.first - 1), "højst" | "mindst" | "maks" | "minimum" | "maksimalt");
    let first = if bounded { m.first - 1 } else { m.first };
    // "måltallets 5,5 pct.".
    let owned = first > 0 && s.word(first - 1).strip_suffix('s').is_some_and(is_goal);
    owned || first > 1 && s.word(first - 1) == "på" && is_goal(s.word(first - 2))
}

/// Words that say that a goal was met or missed: what follows them is a level.
const REACHED: &[&str] = &[
    "nået",
    "nåede",
    "opfyldt",
    "opfylder",
    "opfyldte",
    "overholder",
    "indfrier",
    "lever",
    "overholdt",
    "realiseret",
    "opnået",
    "opnåede",
    "indfriet",
    "resultatet",
    "overholdes",
];

pub(crate) const GOALS: &[&str] = &[
    "mål",
    "målet",
    "målene",
    "krav",
    "kravet",
    "kravene",
    "loft",
    "loftet",
    "ambitionen",
    "ambition",
    "måltal",
    "måltallet",
];

pub(crate) const GOAL_STEMS: &[&str] = &[
    "målsætning",
    "målsat",
    "resultatmål",
    "servicemål",
    "minimumskrav",
    "forpligt",
    "klimamål",
    "grænseværdi",
    "normtal",
    "succeskriteri",
];

pub(crate) const GOAL_ENDINGS: &[&str] = &["krav", "kravet", "målet", "målsætning"];

/// Further words that may say that a number is aimed at: without any of them, and without a goal, none is.
pub(crate) const AIMS: &[&str] = &[
    "skal",
    "bør",
    "skulle",
    "vil",
    "må",
    "ønsker",
    "ønske",
    "ønskede",
    "pejlemærke",
    "resultatkrav",
    "bestræber",
    "sat",
    "fastsat",
    "fastlagt",
    "fastsættes",
    "maksimeret",
    "kræver",
    "kræves",
    "fordrer",
    "accepterer",
    "tillader",
    "tåler",
    "accepteres",
    "tolereres",
];

/// Beginnings of such words.
pub(crate) const AIM_STEMS: &[&str] =
    &["sigter", "sigtes", "stiler", "stræber", "anbefal", "indstil", "fastlægge"];

/// What money that covers "up to" a share is called.
pub(crate) const SUPPORT_STEMS: &[&str] = &[
    "dække",
    "tilskud",
    "støtte",
    "refusion",
    "refunder",
    "medfinansier",
    "finansier",
    "fradrag",
    "rabat",
    "kompens",
    "yde",
];

pub(crate) fn is_goal(word: &str) -> bool {
    if word.starts_with("spørgsmål") {
        return false;
    }
    GOALS.contains(&word)
        || starts_with_any(word, GOAL_STEMS)
        || GOAL_ENDINGS.iter().any(|end| word.ends_with(end))
}

/// "inden for servicemålet", "over kravet": a goal that the number is only compared with.
fn is_compared_goal(s: &Sentence<'_>, k: usize) -> bool {
    let number_follows = s.word(k + 1) == "på" && s.get(k + 2).is_some_and(|t| t.number().is_some());
    let (before, second) = (s.word_before(k), k.checked_sub(2).map_or("", |b| s.word(b)));
    let side = |w: &str| matches!(w, "for" | "indenfor" | "over" | "under" | "end" | "fra");
    let on = |w: &str| w == "på";
    let lies = k > 2 && (on(before) || on(second)) && (0..k).any(|v| matches!(s.word(v), "ligger" | "lå"));
    !number_follows
        && (lies || side(before) && before != "for" || side(second) || before == "for" && second == "inden")
}

pub(crate) fn is_target(s: &Sentence<'_>, m: &Mention, approx: Approx) -> bool {
    if starts_with_any(s.word(m.last), &["procentsmål", "procentskrav", "procentsgræns"]) {
        return true;
    }
    s.seen.is(Class::AIM) && is_aimed_at(s, m, approx)
}

/// Whether words of aim and duty make the number a target; a statement without such words has none.
fn is_aimed_at(s: &Sentence<'_>, m: &Mention, approx: Approx) -> bool {
    if opens_with_aim(s, m) || is_said_of_goal(s, m) {
        return true;
    }
    let (start, end) = with_main(s, m.first, m.last);
    let aimed = if start > 1 && s.word(start - 1) == "mod" { start - 2 } else { start };
    if is_compared(s, m.last + 1) {
        // "skal være 70 procent lavere end i 1990"; "3 procentpoint under målet" is a distance.
        return (around(s, m.first, m.last).0..m.first)
            .any(|k| s.word(k) == "skal" && !is_read(s.word(k + 1)));
    }
    if (aimed..m.first).any(|k| aims(s, k, m.first)) || is_required(s, m, start) {
        return true;
    }
    let duty = (start..m.first).any(|k| s.word(k) == "skal");
    if (start..=end).any(|k| REACHED.contains(&s.word(k)) && !(duty && s.word(k) == "overholdes")) {
        return false;
    }
    let wished = (start..m.first).any(|k| matches!(s.word(k), "ønsker" | "ønske" | "ønskede"));
    if wished
        || (start..=end).any(|k| {
            s.is(k, Class::AIM) && is_goal(s.word(k)) && !is_compared_goal(s, k) && !tied_elsewhere(s, k, m)
        })
    {
        return true;
    }
    let own = around(s, m.first, m.last);
    let (start, end) = if s.symbol(own.1 + 1, ':') { (start, end) } else { own };
    let says = |words: &[&str]| (start..=end).any(|k| words.contains(&s.word(k)));
    let supports = (start..=end).any(|k| starts_with_any(s.word(k), SUPPORT_STEMS));
    let bound = matches!(approx, Approx::AtLeast | Approx::AtMost);
    // "er 76 og skal op på 85": the duty is the one of what follows.
    let of_next = |k: usize| k > m.last && s.word(k - 1) == "og";
    let duty = (start..=end)
        .any(|k| matches!(s.word(k), "skal" | "bør" | "skulle") && !is_read(s.word(k + 1)) && !of_next(k));
    duty || bound
        && (says(&["må", "accepteres", "tolereres"]) || supports && says(&["kan", "dækker", "ydes", "få"]))
}

/// "målet i den første klimaplan, som lød på en reduktion på 50 %": what the clause before calls a goal.
fn is_said_of_goal(s: &Sentence<'_>, m: &Mention) -> bool {
    let (start, _) = around(s, m.first, m.last);
    let relative = start > 1
        && s.symbol(start - 1, ',')
        && matches!(s.word(start), "som" | "der")
        && matches!(s.word(start + 1), "lød" | "lyder");
    relative && {
        let (a, b) = around(s, start - 2, start - 2);
        (a..=b).any(|k| is_goal(s.word(k)))
    }
}

/// "skal ses i sammenhæng med", "skal holdes op imod": how a number is to be read.
fn is_read(verb: &str) -> bool {
    matches!(verb, "ses" | "holdes" | "læses" | "sammenlignes")
}

/// "Udvalget ønsker, at ...", "Vi har sat os for, at ...", "Det er udvalgets pejlemærke, at ...": what is wished for up to
/// the next contrast is a goal.
fn opens_with_aim(s: &Sentence<'_>, m: &Mention) -> bool {
    let opens = |k: usize| {
        let word = s.word(k);
        matches!(word, "ønsker" | "pejlemærke" | "resultatkrav" | "ambitionen" | "bestræber" | "målsætning")
            || word == "sat" && matches!(s.word(k + 1), "sig" | "os")
            || word == "gerne" && s.word(k + 1) == "have"
            || matches!(word, "mål" | "målet") && s.word(k + 1) == "er" && s.symbol(k + 2, ',')
    };
    let aim = (0..m.first).find(|k| opens(*k));
    let after = |k: usize| {
        (k + 1..k + 5).any(|v| s.symbol(v, ',') && matches!(s.word(v + 1), "at" | "til" | "indtil"))
            || s.word(k) == "bestræber"
            || s.word(k) == "sat" && s.word(k + 2) == "for"
    };
    let ends = |k: usize| s.symbol(k, ';') || matches!(s.word(k), "men" | "mens");
    let compared = is_compared(s, m.last + 1) || m.unit == Unit::PercentagePoint;
    !compared && aim.is_some_and(|k| after(k) && !(k..m.first).any(ends))
}

/// Whether the words at `k` make the number at `number` what is aimed at: "målsætningen om en tilfredshed på", "sigter
/// mod", "vil nedbringe ... til".
fn aims(s: &Sentence<'_>, k: usize, number: usize) -> bool {
    const CHANGING: &[&str] =
        &["nedbringe", "sænke", "øge", "hæve", "reducere", "løfte", "forbedre", "mindske", "begrænse", "nå"];
    if !s.is(k, Class::AIM) {
        return false;
    }
    let word = s.word(k);
    let met = || (0..k).any(|v| s.word(v).starts_with("opfyld"));
    let named = is_goal(word)
        && !met()
        && matches!(s.word(k + 1), "om" | "for" | "på")
        && !(k + 1..number)
            .any(|v| LEVEL_VERBS.contains(&s.word(v)) || REACHED.contains(&s.word(v)) || is_boundary(s, v));
    let will = word == "vil"
        && (k + 1..number).any(|v| CHANGING.contains(&s.word(v)))
        && (number.saturating_sub(3)..number).any(|v| matches!(s.word(v), "til" | "på"));
    let wants =
        word == "vil" && matches!(s.word(k + 1), "ned" | "op") && s.word(k + 2) == "på" && k + 3 == number;
    let bounded = matches!(s.word_before(number), "maksimalt" | "højst" | "mindst" | "minimum");
    let fixed = bounded && matches!(word, "fastsat" | "fastlagt" | "fastsættes");
    let whole = word == "vil" && matches!(s.word(k + 1), "have" | "under") && k + 2 == number;
    let limit = word == "maksimeret" && s.word(k + 1) == "til";
    named
        || will
        || wants
        || fixed
        || whole
        || limit
        || starts_with_any(word, &["sigter", "sigtes", "stiler", "stræber"])
}

/// "WHO anbefaler en tilslutning på 95 procent", "kvalitetsstandarden fordrer 95 %", "de 95 %, der kræves".
fn is_required(s: &Sentence<'_>, m: &Mention, start: usize) -> bool {
    let accepted = s.word_before(m.first) == "maksimalt" || s.word_before(m.first) == "højst";
    let demands = |w: &str| {
        matches!(w, "kræver" | "fordrer")
            || accepted && matches!(w, "accepterer" | "tillader" | "tåler")
            || w.starts_with("anbefal")
    };
    let bounded = matches!(s.word_before(m.first), "mindst" | "højst" | "minimum" | "maks" | "indtil");
    let proposed = bounded
        && (0..m.first).any(|k| s.word(k).starts_with("indstil") || s.word(k).starts_with("fastlægge"));
    (start..m.first).any(|k| demands(s.word(k)))
        || proposed
        || s.symbol(m.last + 1, ',') && s.word(m.last + 2) == "der" && s.word(m.last + 3) == "kræves"
}

/// "målet på 60" behind the number: the goal is the other one.
fn tied_elsewhere(s: &Sentence<'_>, k: usize, m: &Mention) -> bool {
    let bracketed = k > m.last && (m.last + 1..k).any(|b| s.symbol(b, '('));
    let of_other = k > m.last && (k + 1..k + 5).any(|n| s.uses.get(n) == Some(&Use::Rate));
    bracketed
        || of_other
        || k > m.last && s.word(k + 1) == "på" && s.get(k + 2).is_some_and(|t| t.number().is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_of_aim_aim() -> Result<(), Box<dyn std::error::Error>> {
        let gold = concat!(env!("CARGO_MANIFEST_DIR"), "/../../corpus/gold");
        let mut read = 0;
        for name in ["dev", "fresh-b", "fresh-h"] {
            for line in fs_err::read_to_string(format!("{gold}/{name}.jsonl"))?.lines() {
                let labelled: serde_json::Value = serde_json::from_str(line)?;
                let mut s = Sentence::new(labelled["text"].as_str().unwrap_or_default());
                let times = crate::times::find_times(&mut s, None, &[]);
                for m in crate::rates::find_rates(&mut s, &times) {
                    let aimed = [Approx::Exact, Approx::AtLeast].iter().any(|a| is_aimed_at(&s, &m, *a));
                    assert!(!aimed || s.seen.is(Class::AIM), "{}", s.text);
                    read += 1;
                }
            }
        }
        assert!(read > 300);
        Ok(())
    }
}
