//! What a number is meant as (level, change, target, forecast) and how exactly it is given.

use belaeg_model::{Approx, Role, Unit, Year};

use crate::clause::{around, with_main};
use crate::mention::{Form, Mention};
use crate::sentence::Sentence;

/// The role of a mention, and whether it is the size of a movement or distance (which a target or forecast may be too).
pub(crate) fn role_of(s: &Sentence<'_>, m: &Mention, approx: Approx) -> (Role, bool) {
    let moves = m.form != Form::Count && is_movement(s, m);
    let role = if is_target(s, m, approx) {
        Role::Target
    } else if is_forecast(s, m) {
        Role::Forecast
    } else if moves {
        Role::Change
    } else {
        Role::Level
    };
    (role, moves)
}

/// A forecast for years that were over when the text was published is none.
pub(crate) fn settle(role: Role, moves: bool, years: &[Year], published: Option<Year>) -> Role {
    let over = published.is_some_and(|p| years.last().is_some_and(|y| *y < p));
    match role {
        Role::Forecast if over && moves => Role::Change,
        Role::Forecast if over => Role::Level,
        role => role,
    }
}

fn starts_with_any(word: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| word.starts_with(stem))
}

const RISE_OR_FALL_VERBS: &[&str] = &[
    "steg",
    "stig",
    "fald",
    "vokse",
    "voks",
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
    "effektiviser",
];

const RISE_OR_FALL_NOUNS: &[&str] = &[
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

const LEVEL_VERBS: &[&str] = &[
    "ligger", "lå", "er", "var", "endte", "landede", "udgør", "udgjorde", "blev", "havde", "har", "fik",
    "viser",
];

fn is_movement(s: &Sentence<'_>, m: &Mention) -> bool {
    if m.unit == Unit::PercentagePoint {
        return true;
    }
    if m.form == Form::Ratio {
        return false;
    }
    let compared = |k: usize| {
        matches!(
            s.word(k),
            "flere"
                | "færre"
                | "højere"
                | "lavere"
                | "mere"
                | "mindre"
                | "bedre"
                | "større"
                | "ringere"
                | "dårligere"
                | "billigere"
                | "dyrere"
        ) || matches!(s.word(k), "over" | "under")
            && !s.get(k + 1).is_some_and(|t| t.number().is_some())
            && !matches!(s.word(k + 1), "en" | "et")
    };
    if compared(m.last + 1) {
        return true;
    }
    let (start, _) = around(s, m.first, m.last);
    let first = before_approximation(s, m.first);
    let Some(before) = first.checked_sub(1).filter(|b| *b >= start) else {
        return false;
    };
    match s.word(before) {
        "med" => (start..before).any(|k| starts_with_any(s.word(k), RISE_OR_FALL_VERBS)),
        "på" => noun_of_movement(s, start, before),
        word => starts_with_any(
            word,
            &["steg", "faldt", "voksede", "stiger", "falder", "vokser", "stige", "falde"],
        ),
    }
}

/// "et fald på", "et fald i antallet af anbringelser på": the noun, and no verb of level behind it.
fn noun_of_movement(s: &Sentence<'_>, start: usize, at: usize) -> bool {
    (start..at).rev().take(8).take_while(|k| !LEVEL_VERBS.contains(&s.word(*k))).any(|k| {
        let word = s.word(k);
        RISE_OR_FALL_NOUNS.iter().any(|n| word == *n || word.ends_with(n) && word.len() > n.len() + 2)
            || RISE_OR_FALL_NOUNS
                .iter()
                .any(|n| word.strip_suffix("en").or(word.strip_suffix("et")) == Some(n))
    })
}

/// The token where the approximation in front of `first` begins ("med ca. 5 %" -> "ca").
fn before_approximation(s: &Sentence<'_>, first: usize) -> usize {
    let mut at = first;
    for _ in 0..4 {
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
            )
            || s.word(before) == "til" && s.word_before(before) == "op";
        if !skips {
            break;
        }
        at = before;
    }
    at
}

fn is_target(s: &Sentence<'_>, m: &Mention, approx: Approx) -> bool {
    let (start, end) = with_main(s, m.first, m.last);
    let has = |test: &dyn Fn(&str) -> bool| (start..=end).any(|k| test(s.word(k)));
    if has(&|w| {
        matches!(
            w,
            "nået"
                | "nåede"
                | "opfyldt"
                | "overholdt"
                | "realiseret"
                | "opnået"
                | "opnåede"
                | "indfriet"
                | "resultatet"
                | "overholdes"
        )
    }) {
        return false;
    }
    let (own_start, own_end) = around(s, m.first, m.last);
    let in_own = |test: &dyn Fn(&str) -> bool| (own_start..=own_end).any(|k| test(s.word(k)));
    let compound_goal = (m.last..=m.last)
        .any(|k| starts_with_any(s.word(k), &["procentsmål", "procentskrav", "procentsgræns"]));
    let goal = has(&|w| {
        matches!(
            w,
            "mål"
                | "målet"
                | "målene"
                | "krav"
                | "kravet"
                | "kravene"
                | "loft"
                | "loftet"
                | "ambitionen"
                | "ambition"
                | "måltal"
                | "måltallet"
        ) || starts_with_any(
            w,
            &[
                "målsætning",
                "målsat",
                "resultatmål",
                "servicemål",
                "minimumskrav",
                "forpligt",
                "klimamål",
                "grænseværdi",
            ],
        ) || w.ends_with("målsætning")
            || w.ends_with("kravet")
    });
    let duty = in_own(&|w| matches!(w, "skal" | "bør" | "skulle"));
    let bound = matches!(approx, Approx::AtLeast | Approx::AtMost);
    let rule = bound
        && in_own(&|w| matches!(w, "må" | "kan" | "dækker" | "ydes"))
        && (in_own(&|w| w == "må")
            || in_own(&|w| {
                starts_with_any(
                    w,
                    &[
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
                    ],
                )
            }));
    compound_goal || goal || duty || rule
}

fn is_forecast(s: &Sentence<'_>, m: &Mention) -> bool {
    let (start, end) = with_main(s, m.first, m.last);
    (start..=end).any(|k| {
        let w = s.word(k);
        starts_with_any(
            w,
            &[
                "forvent",
                "budgetter",
                "skøn",
                "fremskriv",
                "anslå",
                "anslået",
                "estimer",
                "budgetforslag",
                "prognos",
            ],
        ) || matches!(w, "ventes" | "vente" | "venter" | "indarbejdet")
            || w.ends_with("prognose")
            || w.ends_with("prognosen")
            || w.ends_with("prognoser")
            || w == "vil"
                && (k..=end).any(|j| {
                    matches!(s.word(j), "udgøre" | "stige" | "falde" | "vokse" | "ligge" | "blive" | "være")
                })
    })
}

/// How exactly the value is given: told by the words right before it, or "eller mere" behind it.
pub(crate) fn approx_of(s: &Sentence<'_>, m: &Mention) -> Approx {
    let mut at = m.first;
    let skips = ["mellem", "en", "på", "hele", "hver", "udgøre", "være", "ligge", "dække", "få", "have"];
    while at > 0 && skips.contains(&s.word(at - 1)) && at + 2 > m.first {
        at -= 1;
    }
    let words: Vec<&str> = (1..=4)
        .filter_map(|back| at.checked_sub(back))
        .filter(|k| !s.symbol(*k, '.'))
        .map(|k| s.word(k))
        .collect();
    let word = |i: usize| words.get(i).copied().unwrap_or("");
    match (word(0), word(1)) {
        (
            "ca" | "cirka" | "circa" | "omkring" | "omtrent" | "omring" | "regnet" | "tilnærmelsesvis"
            | "anslået",
            _,
        ) => Approx::About,
        ("knap" | "knapt" | "næsten" | "nær", _)
        | ("under", "lige" | "lidt")
        | ("på", "tæt")
        | ("mod", "op") => Approx::JustUnder,
        ("godt" | "vel", _) | ("over", "lidt" | "lige" | "godt") => Approx::JustOver,
        ("over", "ikke")
        | ("højst" | "højest" | "maksimalt" | "maks" | "maksimum" | "max", _)
        | ("til", "op")
        | ("end", "mere")
            if is_negated(&words) || word(0) != "end" =>
        {
            Approx::AtMost
        }
        ("under", "ikke") | ("mindst" | "minimum" | "minimalt" | "mindste", _) => Approx::AtLeast,
        ("over", _) | ("end", "mere" | "flere" | "højere") => Approx::Over,
        ("under", _) | ("end", "mindre" | "færre" | "lavere") => Approx::Under,
        _ if s.word(m.last + 1) == "eller" && matches!(s.word(m.last + 2), "mere" | "derover" | "flere") => {
            Approx::AtLeast
        }
        _ if s.word(m.last + 1) == "eller"
            && matches!(s.word(m.last + 2), "mindre" | "derunder" | "færre") =>
        {
            Approx::AtMost
        }
        _ => tight_before(s, m.first),
    }
}

fn is_negated(words: &[&str]) -> bool {
    words.get(2) == Some(&"ikke")
}

/// "tæt på 50 %": the two words right before the value, where "på" was skipped.
fn tight_before(s: &Sentence<'_>, first: usize) -> Approx {
    let close = first > 1 && s.word(first - 1) == "på" && s.word(first - 2) == "tæt";
    if close { Approx::JustUnder } else { Approx::Exact }
}
