//! What a number is meant as (level, change, target, forecast) and how exactly it is given.

use belaeg_model::{Approx, Role, Unit, Year};

use crate::clause::{around, is_boundary, with_main};
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::sentence::{Sentence, Use};

/// The role of a mention, and whether it is the size of a movement or distance (which a target or forecast may be too).
pub(crate) fn role_of(s: &Sentence<'_>, m: &Mention, approx: Approx) -> (Role, bool) {
    let moves = m.form != Form::Count && is_movement(s, m);
    let role = if is_goal_itself(s, m) {
        Role::Target
    } else if (starts_development(s, m) || ends_comparison(s, m)) && !moves {
        Role::Level
    } else if is_target(s, m, approx) {
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

/// "kravet på 55 %", "målet på 60".
fn is_goal_itself(s: &Sentence<'_>, m: &Mention) -> bool {
    let bounded =
        m.first > 2 && matches!(s.word(m.first - 1), "højst" | "mindst" | "maks" | "minimum" | "maksimalt");
    let first = if bounded { m.first - 1 } else { m.first };
    // "måltallets 5,5 pct.".
    let owned = first > 0 && s.word(first - 1).strip_suffix('s').is_some_and(is_goal);
    owned || first > 1 && s.word(first - 1) == "på" && is_goal(s.word(first - 2))
}

/// "0,5 procentpoint lavere end sidste års 6,3 procent": what something else is held against has been.
fn ends_comparison(s: &Sentence<'_>, m: &Mention) -> bool {
    (m.first.saturating_sub(4)..m.first).any(|k| {
        s.word(k) == "end"
            && (k + 1..m.first).all(|v| s.uses[v] == Use::Year || matches!(s.word(v), "de" | "det"))
    })
}

/// "fra 55 %", "fra de nuværende 55 %": where a development begins is a level, wherever it is to go.
fn starts_development(s: &Sentence<'_>, m: &Mention) -> bool {
    let from = (m.first.saturating_sub(3)..m.first).rev().find(|k| s.word(*k) == "fra");
    let filler = |k: usize| {
        matches!(s.word(k), "de" | "nuværende" | "nu" | "ca" | "omkring" | "knap" | "godt")
            || s.symbol(k, '.')
    };
    from.is_some_and(|from| (from + 1..m.first).all(filler))
}

/// A forecast for years that were over when the text was published is none; a change of years still to come is one.
/// `expects`: the statement speaks of expectations somewhere.
pub(crate) fn settle(
    role: Role,
    moves: bool,
    expects: bool,
    years: &[Year],
    published: Option<Year>,
) -> Role {
    let over = published.is_some_and(|p| years.last().is_some_and(|y| *y < p));
    let to_come = published.is_some_and(|p| years.first().is_some_and(|y| *y > p));
    match role {
        Role::Change if to_come => Role::Forecast,
        Role::Level if to_come && expects => Role::Forecast,
        Role::Forecast if over && moves => Role::Change,
        Role::Forecast if over => Role::Level,
        role => role,
    }
}

/// Whether a word of expectation stands anywhere in the statement.
pub(crate) fn expects_anything(s: &Sentence<'_>) -> bool {
    (0..s.len()).any(|k| starts_with_any(s.word(k), FORECAST_STEMS))
}

fn starts_with_any(word: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| word.starts_with(stem))
}

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

const LEVEL_VERBS: &[&str] = &[
    "ligger", "lå", "er", "var", "endte", "landede", "udgør", "udgjorde", "blev", "havde", "har", "fik",
    "viser",
];

fn is_movement(s: &Sentence<'_>, m: &Mention) -> bool {
    if m.unit == Unit::PercentagePoint {
        // "hvoraf 1,9 procentpoint skyldtes": a part of the level.
        return !matches!(s.word_before(m.first), "hvoraf" | "heraf");
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
fn is_compared(s: &Sentence<'_>, k: usize) -> bool {
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

const GOALS: &[&str] = &[
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

const GOAL_STEMS: &[&str] = &[
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

/// What money that covers "up to" a share is called.
const SUPPORT_STEMS: &[&str] = &[
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

fn is_goal(word: &str) -> bool {
    if word.starts_with("spørgsmål") {
        return false;
    }
    GOALS.contains(&word)
        || word.ends_with("krav")
        || starts_with_any(word, GOAL_STEMS)
        || ["målsætning", "kravet", "målet"].iter().any(|end| word.ends_with(end))
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

fn is_target(s: &Sentence<'_>, m: &Mention, approx: Approx) -> bool {
    if starts_with_any(s.word(m.last), &["procentsmål", "procentskrav", "procentsgræns"]) {
        return true;
    }
    if opens_with_aim(s, m) {
        return true;
    }
    let (start, end) = with_main(s, m.first, m.last);
    let aimed = if start > 1 && s.word(start - 1) == "mod" { start - 2 } else { start };
    if is_compared(s, m.last + 1) {
        // "skal være 70 procent lavere end i 1990"; "3 procentpoint under målet" is a distance.
        return (around(s, m.first, m.last).0..m.first)
            .any(|k| s.word(k) == "skal" && s.word(k + 1) != "ses");
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
        || (start..=end).any(|k| is_goal(s.word(k)) && !is_compared_goal(s, k) && !tied_elsewhere(s, k, m))
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
        .any(|k| matches!(s.word(k), "skal" | "bør" | "skulle") && s.word(k + 1) != "ses" && !of_next(k));
    duty || bound && (says(&["må"]) || supports && says(&["kan", "dækker", "ydes", "få"]))
}

/// "Udvalget ønsker, at ...", "Vi har sat os for, at ...", "Det er udvalgets pejlemærke, at ...": what is wished for up to
/// the next contrast is a goal.
fn opens_with_aim(s: &Sentence<'_>, m: &Mention) -> bool {
    let opens = |k: usize| {
        let word = s.word(k);
        matches!(word, "ønsker" | "pejlemærke" | "resultatkrav" | "ambitionen" | "bestræber" | "målsætning")
            || word == "sat" && matches!(s.word(k + 1), "sig" | "os")
    };
    let aim = (0..m.first).find(|k| opens(*k));
    let after = |k: usize| {
        (k + 1..k + 5).any(|v| s.symbol(v, ',') && s.word(v + 1) == "at")
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
    let word = s.word(k);
    let met = (0..k).any(|v| s.word(v).starts_with("opfyld"));
    let named = !met
        && is_goal(word)
        && matches!(s.word(k + 1), "om" | "for" | "på")
        && !(k + 1..number)
            .any(|v| LEVEL_VERBS.contains(&s.word(v)) || REACHED.contains(&s.word(v)) || is_boundary(s, v));
    let heads = word == "tegner" && (k + 1..k + 3).any(|j| s.word(j) == "til")
        || word == "tror" && s.word(k + 1) == "på"
        || word == "havde" && s.word(k + 1) == "ventet"
        || word == "udsigt" && s.word(k + 1) == "til";
    let will = heads
        || word == "vil"
            && (k + 1..number).any(|v| CHANGING.contains(&s.word(v)))
            && (number.saturating_sub(3)..number).any(|v| matches!(s.word(v), "til" | "på"));
    let wants =
        word == "vil" && matches!(s.word(k + 1), "ned" | "op") && s.word(k + 2) == "på" && k + 3 == number;
    let bounded = matches!(s.word_before(number), "maksimalt" | "højst" | "mindst" | "minimum");
    let fixed = bounded && matches!(word, "fastsat" | "fastlagt" | "fastsættes");
    let whole = word == "vil"
        && (s.word(k + 1) == "have" && k + 2 == number || s.word(k + 1) == "under" && k + 2 == number);
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

const FORECAST_STEMS: &[&str] = &[
    "forvent",
    "budgetter",
    "skøn",
    "fremskriv",
    "anslå",
    "estimer",
    "budgetforslag",
    "budgetoplæg",
    "prognos",
    "forudsæt",
    "forudsat",
    "forudse",
    "spår",
    "indregne",
];

/// Whether a word of expectation stands before the number in its clause (or the one that announces it), or behind it
/// in the same clause without a joint between.
fn is_forecast(s: &Sentence<'_>, m: &Mention) -> bool {
    let (start, end) = with_main(s, m.first, m.last);
    let joined = |k: usize| k > m.last && (m.last + 1..k).any(|j| s.word(j) == "og");
    (start..=end).any(|k| expects(s, k, end) && !joined(k))
}

fn expects(s: &Sentence<'_>, k: usize, end: usize) -> bool {
    let word = s.word(k);
    let prognosis = ["prognose", "prognosen", "prognoser"].iter().any(|p| word.ends_with(p));
    let counts_on = word == "regner" && (k + 1..k + 9).any(|j| s.word(j) == "med")
        || matches!(word, "venter" | "vente")
            && (matches!(s.word(k + 1), "et" | "en" | "at") || s.symbol(k + 1, ',') && s.word(k + 2) == "at");
    let proposes = word == "lægger" && s.word(k + 1) == "op" && s.word(k + 2) == "til";
    let will = word == "vil"
        && (k..=end).any(|j| {
            matches!(
                s.word(j),
                "gå" | "have"
                    | "bo"
                    | "komme"
                    | "nå"
                    | "få"
                    | "udgøre"
                    | "stige"
                    | "falde"
                    | "vokse"
                    | "ligge"
                    | "blive"
                    | "være"
            )
        });
    // "hævet efter KL's skøn": whose estimate a decision follows.
    let follows = (k.saturating_sub(3)..k).any(|v| s.word(v) == "efter");
    starts_with_any(word, FORECAST_STEMS) && !follows
        || matches!(word, "ventes" | "indarbejdet")
        || prognosis
        || counts_on
        || proposes
        || will
}

/// Roles that a list hands on: "mindst 60 % i 2025, minimum 65 % i 2030", "1,25 % på A og ½ % på B".
pub(crate) fn hand_on(s: &Sentence<'_>, mentions: &[Mention], roles: &mut [(Role, bool)]) {
    for i in 1..mentions.len() {
        let (before, m) = (&mentions[i - 1], &mentions[i]);
        let same_unit = before.unit == m.unit && before.last < m.first;
        // "vil stige med 50 pct. – mest i Egedal (98 pct.)": the parts of the same movement.
        let part = s.symbol(m.first.saturating_sub(1), '(')
            && (before.last + 1..m.first).any(|k| matches!(s.word(k), "mest" | "mindst" | "størst"));
        if part && roles[i - 1].1 {
            roles[i] = roles[i - 1];
            continue;
        }
        // "steget med 18 pct. siden 2019, og 27 pct. af klagerne ...": the share of something is said anew.
        let said_anew = s.word(m.last + 1) == "af" && s.word(before.last + 1) != "af";
        if said_anew {
            continue;
        }
        if roles[i].0 == Role::Level
            && roles[i - 1].0 != Role::Level
            && same_unit
            && goes_on(s, before.last, m.first)
        {
            roles[i] = roles[i - 1];
        }
    }
}

/// Whether only joints, times, places and approximations stand between tokens `a` and `b`.
fn goes_on(s: &Sentence<'_>, a: usize, b: usize) -> bool {
    let joined = s.word_before(b) == "og" || (a + 1..b).any(|k| s.word(k) == "og" || s.symbol(k, ','));
    let verbs = [
        "er",
        "var",
        "lå",
        "ligger",
        "blev",
        "mens",
        "men",
        "mod",
        "realiseret",
        "til",
        "vil",
        "har",
        "at",
        "udgjorde",
        "udgør",
        "endte",
        "da",
    ];
    let rising = (a + 1..b).any(|k| matches!(s.word(k), "stigende" | "faldende" | "voksende"));
    if rising && s.word_before(b) == "til" {
        return true;
    }
    joined
        && b - a <= 12
        && !(a + 1..b).any(|k| {
            s.uses[k] != Use::Year
                && s.uses.get(k + 1) != Some(&Use::Year)
                && (verbs.contains(&s.word(k)) || s.symbol(k, '('))
        })
}

/// How exactly the value is given: told by the words right before it, or "eller mere" behind it.
pub(crate) fn approx_of(s: &Sentence<'_>, m: &Mention) -> Approx {
    let mut at = m.first;
    let skips =
        ["mellem", "en", "må", "på", "hele", "hver", "udgøre", "være", "ligge", "dække", "få", "have"];
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
        ("knap" | "knapt" | "næsten" | "nær" | "små", _)
        | ("af", "underkanten")
        | ("under", "lige" | "lidt")
        | ("på", "tæt")
        | ("mod", "op") => Approx::JustUnder,
        ("godt" | "vel", _) | ("af", "overkanten") | ("over", "lidt" | "lige" | "godt") => Approx::JustOver,
        ("over", "ikke")
        | ("overstige" | "overstiger" | "overskride" | "overskrider", "ikke")
        | ("indtil", _)
        | ("til", "maksimeret")
        | ("højst" | "højest" | "maksimalt" | "maks" | "maksimum" | "max", _)
        | ("til", "op")
        | ("end", "mere")
            if is_negated(&words) || word(0) != "end" =>
        {
            Approx::AtMost
        }
        ("under", "kommer" | "ligger" | "falder") if word(2) == "ikke" => Approx::AtLeast,
        ("under", "ikke") | ("mindst" | "minimum" | "minimalt" | "mindste", _) => Approx::AtLeast,
        // "klaget over 120 forhold".
        ("over", second) if second.starts_with("klage") => Approx::Exact,
        ("over" | "overstiger" | "overskrider", _) | ("end", "mere" | "flere" | "højere") => Approx::Over,
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
