//! How exactly a value is given.

use belaeg_model::Approx;

use crate::mention::Mention;
use crate::sentence::Sentence;

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
        | ("på" | "ved", "tæt")
        | ("mod", "op") => Approx::JustUnder,
        ("godt" | "vel", _) | ("af", "overkanten") | ("over", "lidt" | "lige" | "godt") => Approx::JustOver,
        ("over", "ikke")
        | ("overstige" | "overstiger" | "overskride" | "overskrider", "ikke")
        | ("indtil", _)
        | ("til", "maksimeret")
        | ("højst" | "højest" | "maksimalt" | "maks" | "maksimum" | "max", _)
        | ("til", "op")
        | ("for", "inden")
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
        _ => by_adverb(s, m.first).unwrap_or_else(|| tight_before(s, m.first)),
    }
}

fn is_negated(words: &[&str]) -> bool {
    words.get(2) == Some(&"ikke")
}

/// "dækker højst halvdelen" said the other way round: "højst dækker halvdelen", "kan højst få tilskud til 40 %".
fn by_adverb(s: &Sentence<'_>, first: usize) -> Option<Approx> {
    let (start, _) = crate::clause::around(s, first, first);
    let adverb =
        (start.max(first.saturating_sub(5))..first).find(|k| matches!(s.word(*k), "højst" | "maksimalt"))?;
    let covers =
        |k: usize| matches!(s.word(k), "dækker" | "dække" | "få" | "får" | "ydes" | "yde" | "give" | "gives");
    (adverb + 1..first).any(covers).then_some(Approx::AtMost)
}

/// "tæt på 50 %": the two words right before the value, where "på" was skipped.
fn tight_before(s: &Sentence<'_>, first: usize) -> Approx {
    let close = first > 1 && s.word(first - 1) == "på" && s.word(first - 2) == "tæt";
    if close { Approx::JustUnder } else { Approx::Exact }
}
