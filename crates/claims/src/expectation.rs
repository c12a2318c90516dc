//! Words of expectation: whether a number is forecast or budgeted.

use crate::clause::with_main;
use crate::lexicon::Class;
use crate::mention::Mention;
use crate::role::starts_with_any;
use crate::sentence::Sentence;

/// Whether a word of expectation stands anywhere in the statement.
pub(crate) fn expects_anything(s: &Sentence<'_>) -> bool {
    s.seen.is(Class::EXPECTATION) && (0..s.len()).any(|k| starts_with_any(s.word(k), FORECAST_STEMS))
}

pub(crate) const FORECAST_STEMS: &[&str] = &[
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

pub(crate) const PROGNOSES: &[&str] = &["prognose", "prognosen", "prognoser"];

/// Words that may say that a number is expected, beside the stems: which of them do, [`expects`] tells by what stands
/// around them.
pub(crate) const WORDS: &[&str] = &[
    "regner",
    "regnet",
    "bygger",
    "venter",
    "vente",
    "ventes",
    "lægger",
    "tegner",
    "tror",
    "havde",
    "udsigt",
    "vil",
    "indarbejdet",
];

/// Whether a word of expectation stands before the number in its clause (or the one that announces it), or behind it
/// in the same clause without a joint between.
pub(crate) fn is_forecast(s: &Sentence<'_>, m: &Mention) -> bool {
    if !s.seen.is(Class::EXPECTATION) {
        return false;
    }
    let (start, end) = with_main(s, m.first, m.last);
    let joined = |k: usize| k > m.last && (m.last + 1..k).any(|j| s.word(j) == "og");
    (start..=end).any(|k| expects(s, k, end) && !joined(k))
}

/// "Hvis halvdelen bliver bygget, bliver væksten 2,2 procent", "Bliver tilslutningen 75 procent, falder prisen med 8
/// procent": what would be. "Hvis man ser på 2021, var andelen 8 procent" is what was.
pub(crate) fn is_conditional(s: &Sentence<'_>, m: &Mention) -> bool {
    let was =
        |k: usize| matches!(s.word(k), "var" | "blev" | "havde" | "lå" | "er" | "ligger" | "man" | "vi");
    if (0..s.len()).any(was) {
        return false;
    }
    let inverted = || {
        matches!(s.word(0), "bliver" | "stiger" | "vokser" | "når") && (1..m.first).any(|k| s.symbol(k, ','))
    };
    s.word(0) == "hvis" || inverted()
}

pub(crate) fn expects(s: &Sentence<'_>, k: usize, end: usize) -> bool {
    if !s.is(k, Class::EXPECTATION) {
        return false;
    }
    let word = s.word(k);
    // "Prognosen rammer som regel godt": how good it was is none.
    if word.contains("prognose") && (0..s.len()).any(|j| matches!(s.word(j), "rammer" | "ramte" | "ramt")) {
        return false;
    }
    let prognosis = PROGNOSES.iter().any(|p| word.ends_with(p));
    let budgeted = word == "bygger" && (0..k).any(|j| s.word(j).starts_with("budget"));
    let counts_on = word == "regner" && (k + 1..k + 9).any(|j| s.word(j) == "med")
        || word == "regnet" && s.word(k + 1) == "med"
        || budgeted
        || matches!(word, "venter" | "vente")
            && (matches!(s.word(k + 1), "et" | "en" | "at") || s.symbol(k + 1, ',') && s.word(k + 2) == "at");
    let proposes = word == "lægger" && s.word(k + 1) == "op" && s.word(k + 2) == "til";
    let heads = word == "tegner" && (k + 1..k + 3).any(|j| s.word(j) == "til")
        || word == "tror" && s.word(k + 1) == "på"
        || word == "havde" && s.word(k + 1) == "ventet"
        || word == "udsigt" && s.word(k + 1) == "til";
    let will = word == "vil"
        && (k..=end).any(|j| {
            matches!(
                s.word(j),
                "gå" | "bo"
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
    let follows = (k.saturating_sub(5)..k).any(|v| s.word(v) == "efter");
    starts_with_any(word, FORECAST_STEMS) && !follows
        || matches!(word, "ventes" | "indarbejdet")
        || prognosis
        || counts_on
        || proposes
        || heads
        || will
}
