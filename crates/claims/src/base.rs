//! What a share is a share of, and whether a number goes on with what was said before it.

use crate::mention::{Form, Mention};
use crate::pattern::Hit;
use crate::sentence::{Sentence, Use};
use crate::words;

/// "mod 33 pct. året før og 41 pct. i 2020": nothing between the numbers names another thing.
pub(crate) fn names_nothing_new(s: &Sentence<'_>, a: usize, b: usize) -> bool {
    let joint = |k: usize| {
        s.uses[k] == Use::Year
            || !s.tokens[k].is_word()
            || matches!(
                s.word(k),
                "og" | "i" | "mod" | "samt" | "ca" | "knap" | "godt" | "kun" | "blot" | "året" | "år"
            )
    };
    let compares = (a + 1..b).any(|k| matches!(s.word(k), "mod" | "og"));
    compares && b - a <= 8 && (a + 1..b).all(joint)
}

/// "medhold i 61 ud af 82 klagesager, svarende til 74 pct.": the same share once more.
pub(crate) fn restates(s: &Sentence<'_>, before: &Mention, m: &Mention) -> bool {
    let same = before.ratio.is_some() && (before.value - m.value).abs() < 0.6;
    same && (before.last + 1..m.first)
        .any(|k| matches!(s.word(k), "svarende" | "svarer" | "altså" | "dvs" | "giver" | "nemlig" | "eller"))
}

/// "... omgjort, men kun 31 procent af sagerne om voksenhandicap": what became of them was said before.
pub(crate) fn is_elliptic(s: &Sentence<'_>, m: &Mention) -> bool {
    let Some((_, base_end)) = base_of_share(s, m) else { return false };
    let (start, end) = crate::clause::around(s, m.first, m.last);
    let joined = (start.saturating_sub(1)..m.first).any(|k| matches!(s.word(k), "men" | "og" | "mens"));
    joined && !(start..=end).any(|k| k > base_end && is_verb(s.word(k)) || k < m.first && is_verb(s.word(k)))
}

/// Whether `word` is a verb that says what became of the share.
fn is_verb(word: &str) -> bool {
    matches!(
        word,
        "er" | "var"
            | "blev"
            | "bliver"
            | "har"
            | "havde"
            | "fik"
            | "får"
            | "gik"
            | "går"
            | "kom"
            | "kommer"
            | "skal"
            | "kan"
            | "vil"
            | "må"
            | "svarer"
            | "mener"
            | "oplever"
            | "ønsker"
            | "overvejer"
            | "føler"
            | "siger"
            | "angiver"
            | "bor"
    ) || ["ede", "des", "edes", "tes"].iter().any(|e| word.len() > 4 && word.ends_with(e))
}

/// "men kun 41 % har hørt om muligheden": a share at the head of a clause with a verb of its own, where nothing of the
/// clause is a measure.
pub(crate) fn is_told_anew(s: &Sentence<'_>, hits: &[Hit], m: &Mention) -> bool {
    let (start, mut end) = crate::clause::around(s, m.first, m.last);
    // "94 pct. svarer, at de er tilfredse".
    if s.symbol(end + 1, ',') && s.word(end + 2) == "at" {
        end = crate::clause::around(s, end + 2, end + 2).1;
    }
    let heads = start > 0
        && (start..m.first)
            .all(|k| matches!(s.word(k), "og" | "men" | "at" | "kun" | "blot" | "kan" | "under" | "over"));
    heads
        && s.get(m.last + 1).is_some_and(|t| is_verb(&t.norm))
        && !hits.iter().any(|h| h.first >= start && h.last <= end)
}

/// Whether a contrast or a new main clause stands between the number and the words behind it: "31 pct. i 2020, mens
/// sygefraværet var 6 pct.".
pub(crate) fn is_of_next(s: &Sentence<'_>, number: usize, words: usize) -> bool {
    (number + 1..words).any(|k| {
        matches!(s.word(k), "mens" | "men" | "hvorimod" | "medens")
            || s.symbol(k, ';')
            || s.symbol(k, ',') && s.word(k + 1) == "og" && (k + 2..words + 4).any(|v| is_verb(s.word(v)))
    })
}

/// The commas around a relative clause right behind what the mention is a share of: ", der klagede over kommunen, ".
pub(crate) fn relative_clause(s: &Sentence<'_>, m: &Mention) -> Option<(usize, usize)> {
    let comma = (m.last + 1..m.last + 7).find(|k| s.symbol(*k, ','))?;
    let end = (comma + 1..s.len()).find(|k| s.symbol(*k, ','))?;
    matches!(s.word(comma + 1), "der" | "som").then_some((comma, end))
}

/// The last token of the noun behind a ratio: "7 ud af 9 hjemvisninger", "3 ud af 4 påklagede afgørelser".
pub(crate) fn end_of_noun(s: &Sentence<'_>, last: usize) -> usize {
    let noun = |k: usize| words::looks_counted(s.word(k)) || words::is_adjective(s.word(k));
    (last + 1..last + 4).take_while(|k| noun(*k)).last().unwrap_or(last)
}

/// "Af de omgjorte sager skyldtes 55 % nye oplysninger": what the share is of opens the sentence.
pub(crate) fn leading_base(s: &Sentence<'_>, m: &Mention) -> Option<(usize, usize)> {
    let af = if s.word(0) == "ud" { 1 } else { 0 };
    let first = if matches!(s.word(af + 1), "de" | "alle" | "kommunens") { af + 2 } else { af + 1 };
    let last = end_of_noun(s, first.saturating_sub(1));
    (s.word(af) == "af" && last >= first && last < m.first).then_some((af, last))
}

/// The tokens of what the share is a share of: "af de hjemviste sager" behind the number. A measure named there
/// is the base and not what is measured.
pub(crate) fn base_of_share(s: &Sentence<'_>, m: &Mention) -> Option<(usize, usize)> {
    let af = m.last + 1;
    // "fire ud af ti ledige", "hver sjette sag": the noun stands right behind.
    if m.form == Form::WordFraction && words::looks_counted(s.word(af)) {
        return Some((af, af));
    }
    if s.word(af) != "af" {
        return None;
    }
    // "to tredjedele af overskridelsen": what there is only one of.
    let definite = |w: &str| w.len() > 6 && (w.ends_with("en") || w.ends_with("et"));
    if m.form == Form::WordFraction && definite(s.word(af + 1)) {
        return Some((af, af + 1));
    }
    let mut last = af;
    while let Some(token) = s.get(last + 1).filter(|t| t.is_word()) {
        let word = token.norm.as_ref();
        let article =
            matches!(word, "de" | "alle" | "det" | "den" | "vores" | "kommunens" | "samtlige" | "landets");
        if !article && !words::looks_counted(word) && !words::is_adjective(word) {
            break;
        }
        last += 1;
        // A definite noun is the last word: "omgørelserne handlede om".
        let ends = words::looks_counted(word)
            && (word.ends_with("erne")
                || !s.get(last + 1).is_some_and(|t| t.is_word() && words::looks_counted(&t.norm)));
        if ends {
            break;
        }
    }
    (last > af).then_some((af, last))
}
