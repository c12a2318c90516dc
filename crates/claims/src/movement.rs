//! Rises, falls and distances: whether a number is the size of a movement.

use belaeg_model::Unit;

use crate::clause::around;
use crate::goal::is_goal;
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::role::starts_with_any;
use crate::sentence::Sentence;

const RISE_OR_FALL_VERBS: &[&str] = &[
    "steg",
    "stig",
    "fald",
    "vokse",
    "vokset",
    "skar",
    "opskriv",
    "opskrev",
    "nedskriv",
    "nedskrev",
    "øge",
    "reducer",
    "nedbring",
    "nedbragt",
    "sænk",
    "hæv",
    "forbedr",
    "forring",
    "forhøj",
    "nedsat",
    "nedsæt",
    "mindsk",
    "formindsk",
    "ændr",
    "skær",
    "beskær",
    "beskåret",
    "skåret",
    "steget",
    "faldet",
    "vokset",
    "løft",
    "udvid",
    "faldt",
    "gået",
    "dykke",
    "styrtdyk",
    "skrump",
    "bedr",
    "forøge",
    "nedskær",
    "spare",
    "sparet",
    "tiltog",
    "tiltag",
    "aftag",
    "aftog",
    "svandt",
    "svind",
    "dropp",
    "barber",
    "effektiviser",
];

const RISE_OR_FALL_NOUNS: &[&str] = &[
    "sænkning",
    "hævning",
    "takststigning",
    "fald",
    "faldet",
    "stigning",
    "vækst",
    "væksten",
    "fremgang",
    "tilbagegang",
    "reduktion",
    "nedgang",
    "forbedring",
    "forøgelse",
    "forhøjelse",
    "ændring",
    "besparelse",
    "nedsættelse",
    "forskel",
    "udsving",
    "øgning",
    "afvigelse",
    "nedskæring",
    "forringelse",
    "effektivisering",
    "difference",
    "merudgift",
    "fremskrivning",
];

pub(crate) const LEVEL_VERBS: &[&str] = &[
    "ligger", "lå", "er", "var", "endte", "landede", "udgør", "udgjorde", "blev", "havde", "har", "fik",
    "viser",
];

pub(crate) fn is_movement(s: &Sentence<'_>, m: &Mention) -> bool {
    if m.unit == Unit::PercentagePoint {
        // "hvoraf 1,9 procentpoint skyldtes", "udgør 2,9 procentpoint af fraværet": a part of the level.
        let (start, _) = around(s, m.first, m.last);
        let part = (start..m.first).any(|k| matches!(s.word(k), "udgør" | "udgjorde"))
            && (m.last + 1..s.len()).any(|k| s.word(k) == "af");
        return !part && !matches!(s.word_before(m.first), "hvoraf" | "heraf");
    }
    if m.form == Form::Ratio {
        return false;
    }
    // "-6,5 %", with a blank before the sign; "steg udlånet 12 pct.".
    let signed =
        m.first > 0 && s.dash(m.first - 1) && s.glued(m.first) && (m.first < 2 || !s.glued(m.first - 1));
    if signed || is_inverted(s, m) {
        return true;
    }
    // "sprang 9 procent op", "gik 3 procent frem".
    let turns =
        matches!(s.word(m.last + 1), "op" | "ned" | "frem" | "tilbage") && s.word(m.last + 2) != "til";
    if is_compared(s, m.last + 1) || turns {
        return true;
    }
    let (start, _) = around(s, m.first, m.last);
    let mut first = before_approximation(s, m.first);
    // "skar Frederikssund 41 procent af sin udledning".
    while first > start && s.tokens[first - 1].is_word() && s.tokens[first - 1].capital && first - 1 > start {
        first -= 1;
    }
    let Some(before) = first.checked_sub(1).filter(|b| *b >= start) else {
        return false;
    };
    match s.word(before) {
        "med" => {
            // "satte hjælpen ned med 20 procent".
            matches!(s.word_before(before), "ned" | "op")
                || (start..before)
                    .any(|k| starts_with_any(s.word(k), RISE_OR_FALL_VERBS) && !s.word(k).starts_with("ændr"))
        }
        "på" => noun_of_movement(s, start, before),
        "minus" | "plus" => true,
        word if is_known_movement(word) => true,
        word if LEVEL_VERBS.contains(&word) => (start..before).any(|k| is_known_movement(s.word(k))),
        word => {
            // "ændrede 6 procent" tells how complaints ended.
            starts_with_any(word, RISE_OR_FALL_VERBS)
                && !RISE_OR_FALL_NOUNS.contains(&word)
                && !word.starts_with("ændr")
                && !word.starts_with("voksen")
                || starts_with_any(word, &["mistede", "mister", "mistet", "fald"])
        }
    }
}

/// "steg udlånet 12 pct.", "faldt det 4 pct.": the verb, what rises or falls, the number.
fn is_inverted(s: &Sentence<'_>, m: &Mention) -> bool {
    let subject =
        |k: usize| s.tokens[k].is_word() && (!s.is(k, Class::FUNCTION) || matches!(s.word(k), "det" | "den"));
    let first = before_approximation(s, m.first);
    let Some(verb) =
        (first.saturating_sub(3)..first).rev().find(|k| !subject(*k) || is_rise_or_fall(s.word(*k)))
    else {
        return false;
    };
    is_rise_or_fall(s.word(verb)) && verb + 1 < first
}

fn is_rise_or_fall(word: &str) -> bool {
    matches!(word, "steg" | "stiger" | "faldt" | "falder" | "voksede" | "vokser")
}

/// "faldet var 3,5 pct.", "stigningen udgjorde 4 pct.": a movement that is spoken of already.
fn is_known_movement(word: &str) -> bool {
    matches!(word, "faldet" | "væksten" | "fremgangen" | "tilbagegangen" | "nedgangen")
        || RISE_OR_FALL_NOUNS.iter().any(|n| n.len() > 5 && word.strip_suffix("en") == Some(n))
}

/// "flere", "højere", "over landsgennemsnittet" at token `k`: the number before it is a distance.
pub(crate) fn is_compared(s: &Sentence<'_>, k: usize) -> bool {
    if s.word(k) == "til" && is_goal(s.word(k + 1)) {
        return true;
    }
    const COMPARATIVES: &[&str] = &[
        "flere",
        "færre",
        "højere",
        "lavere",
        "mere",
        "mindre",
        "bedre",
        "større",
        "ringere",
        "dårligere",
        "billigere",
        "dyrere",
    ];
    let side = matches!(s.word(k), "over" | "under")
        && s.get(k + 1).is_none_or(|t| t.number().is_none())
        && !matches!(s.word(k + 1), "en" | "et");
    COMPARATIVES.contains(&s.word(k)) || side
}

/// Whether `word` tells of a rise, a fall or a movement.
pub(crate) fn is_development(word: &str) -> bool {
    starts_with_any(word, RISE_OR_FALL_VERBS)
        || RISE_OR_FALL_NOUNS.iter().any(|n| word.starts_with(n))
        || matches!(
            word,
            "gik"
                | "kom"
                | "kommet"
                | "går"
                | "flyttet"
                | "rykket"
                | "krøbet"
                | "nåede"
                | "nået"
                | "bragt"
                | "tilbage"
                | "op"
                | "ned"
        )
}

/// "et fald på", "et fald i antallet af anbringelser på": the noun, and no verb of level behind it.
fn noun_of_movement(s: &Sentence<'_>, start: usize, at: usize) -> bool {
    (start..at).rev().take(8).take_while(|k| !LEVEL_VERBS.contains(&s.word(*k))).any(|k| {
        let word = s.word(k);
        if word.starts_with("frafald") {
            return false;
        }
        RISE_OR_FALL_NOUNS.iter().any(|n| word == *n || word.ends_with(n) && word.len() > n.len() + 2)
            || RISE_OR_FALL_NOUNS.iter().any(|n| {
                let bare = word.strip_suffix("en").or(word.strip_suffix("et"));
                bare.is_some_and(|w| w.ends_with(n))
            })
    })
}

/// The token where the approximation in front of `first` begins ("med ca. 5 %" -> "ca").
fn before_approximation(s: &Sentence<'_>, first: usize) -> usize {
    let mut at = first;
    for _ in 0..5 {
        let Some(before) = at.checked_sub(1) else { break };
        let skips = s.symbol(before, '.') && s.word_before(before) == "ca"
            || matches!(
                s.word(before),
                "ca" | "cirka"
                    | "omkring"
                    | "knap"
                    | "godt"
                    | "næsten"
                    | "over"
                    | "under"
                    | "mindst"
                    | "højst"
                    | "op"
                    | "mellem"
                    | "mere"
                    | "mindre"
                    | "end"
                    | "yderligere"
                    | "hele"
                    | "kun"
                    | "blot"
                    | "minimum"
                    | "lidt"
                    | "lige"
                    | "tæt"
                    | "samlet"
                    | "omtrent"
                    | "maksimalt"
                    | "hhv"
                    | "henholdsvis"
                    | "gennemsnit"
                    | "rundt"
                    | "regnet"
            )
            || s.word(before) == "i" && s.word(before + 1) == "gennemsnit"
            || s.word(before) == "til" && s.word_before(before) == "op";
        // "vokser ifølge prognosen 41 procent".
        if before > 0 && s.word(before - 1) == "ifølge" {
            at = before - 1;
            continue;
        }
        if !skips {
            break;
        }
        at = before;
    }
    at
}
