//! Counts: numbers of cases, persons, decisions, votes, in digits or words.

use std::cell::OnceCell;

use belaeg_model::Unit;

use crate::lex::Shape;
use crate::lexicon::Class;
use crate::mention::{Form, Mention};
use crate::sentence::{Sentence, Use};
use crate::words;

/// Every count of the sentence, in order; the numbers are marked.
pub(crate) fn find_counts(s: &mut Sentence<'_>) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    if !s.seen.is(Class::NUMERAL) {
        return found;
    }
    let announced = OnceCell::new();
    for i in 0..s.len() {
        if let Some(mention) = in_words(s, i) {
            found.push(mention);
        }
        let Some(n) = s.free_number(i) else { continue };
        if !matches!(n.shape, Shape::Plain | Shape::Grouped) || n.value > 1e9 {
            continue;
        }
        let noun = noun_behind(s, i)
            .or_else(|| listed_noun(s, i))
            .or_else(|| elided_noun(s, i, &found))
            .or_else(|| noun_before(s, i))
            .or_else(|| {
                let noun = announced.get_or_init(|| announced_noun(s)).as_ref();
                noun.filter(|(at, _)| *at < i && stands_alone(s, i)).map(|(_, n)| n.clone())
            });
        if let Some(noun) = noun {
            let mut m = Mention::new(i, i, n.value, Unit::Count, Form::Count);
            m.noun = Some(noun);
            found.push(m);
        }
    }
    for m in &found {
        s.mark(m.first, m.last, Use::Count);
    }
    found
}

/// "tre ankesager", "seks partier": a number in one word with the noun it counts. "en" and "et" are articles.
fn in_words(s: &Sentence<'_>, i: usize) -> Option<Mention> {
    let value = s.number_word(i).filter(|n| *n >= 2.0 && s.uses[i] == Use::Free)?;
    let half = matches!(s.word(i + 1), "en" | "et" | "komma" | "og" | "hundrede" | "tusind")
        || s.dash(i + 1)
        || s.dash_before(i);
    let noun = noun_behind(s, i).filter(|_| !half)?;
    let mut m = Mention::new(i, i, value, Unit::Count, Form::Count);
    m.noun = Some(noun);
    Some(m)
}

/// The noun behind the number at `i`: "840 henvendelser", "112 nye boliger", "17 stemmer imod".
fn noun_behind(s: &Sentence<'_>, i: usize) -> Option<String> {
    let mut noun = None;
    for at in i + 1..i + 5 {
        let token = s.get(at).filter(|t| t.is_word())?;
        let word = token.norm.as_ref();
        if s.is(at, Class::DURATION.or(Class::MONEY).or(Class::MEASUREMENT)) {
            return None;
        }
        // "3 af udvalgets medlemmer", "Ni af de afgjorte sager".
        let of = s.word(i + 1) == "af";
        let genitive = of && at == i + 2 && word.ends_with('s');
        if genitive || of && (at == i + 1 && s.number_word(i).is_some() || at == i + 2 && word == "de") {
            continue;
        }
        if words::looks_counted(word) && !token.capital {
            noun = Some(at);
            // "nye" of "112 nye boliger" looks like a plural too: the noun is the last of the run.
            let goes_on = words::is_adjective(word)
                && s.get(at + 1).is_some_and(|t| t.is_word() && words::looks_counted(&t.norm));
            if !goes_on {
                break;
            }
        } else if !words::is_adjective(word) {
            break;
        }
    }
    noun.map(|k| written(s, k))
}

fn written(s: &Sentence<'_>, i: usize) -> String {
    s.tokens[i].norm.to_string()
}

/// "12 og 15 sager", "982-1.078 sager": the noun stands behind the last number of the list.
fn listed_noun(s: &Sentence<'_>, i: usize) -> Option<String> {
    let joint = i + 1;
    let joined = matches!(s.word(joint), "og" | "til" | "eller" | "af")
        || s.dash(joint) && s.free_number(joint + 1).is_some();
    let mut next = joint + 1;
    if s.word(joint) == "ud" && s.word(next) == "af" {
        next += 1;
    } else if !joined {
        return None;
    }
    while matches!(s.word(next), "de" | "i" | "alt" | "samlet" | "ca" | "knap" | "godt" | "kommunens")
        || s.symbol(next, '.')
    {
        next += 1;
    }
    s.free_number(next)?;
    noun_behind(s, next)
}

/// "1973 klagesager på A og 950 på B", "hvoraf 41 vedrører ...": the noun of the count before.
fn elided_noun(s: &Sentence<'_>, i: usize, found: &[Mention]) -> Option<String> {
    let before = found.last()?.noun.clone()?;
    let of_them = (i.saturating_sub(3)..i).any(|k| matches!(s.word(k), "heraf" | "hvoraf" | "deraf"));
    if of_them && crate::unit::unit_at(s, i + 1).is_none() {
        return Some(before);
    }
    // "58 sager: 39 stadfæstet, 14 hjemvist"; "stadfæstede 51 afgørelser, hjemviste 8"; "44 klager (2019: 39; 2018: 51)".
    if counts_the_same(s, i) {
        return Some(before);
    }
    let outcome = |w: &str| {
        ["stadfæst", "hjemvis", "ændre", "ophæv", "omgjor", "omgør", "afvis"].iter().any(|o| w.starts_with(o))
    };
    let ends = s.get(i + 1).is_none_or(|t| !t.is_word() || t.entry.class.is(Class::FUNCTION))
        && crate::unit::unit_at(s, i + 1).is_none();
    let dated = i > 1 && s.symbol(i - 1, ':') && s.uses[i - 2] == Use::Year;
    if outcome(s.word(i + 1)) || ends && (outcome(s.word_before(i)) || dated) {
        return Some(before);
    }
    let joined = matches!(s.word_before(i), "og" | "mod" | "til" | "heraf" | "samt");
    let placed = matches!(s.word(i + 1), "på" | "i" | "om" | "for" | "af" | "vedrørende")
        || s.get(i + 1).is_none()
        || s.symbol(i + 1, '.');
    (joined && placed).then_some(before)
}

/// Whether the bare number at `i` can only count what was counted before it: "heraf 41 fra borgere, 15 fra foreninger",
/// "14 stemmer for og 5 imod", "207 blanke og 61 ugyldige", "andre 6 i 2026".
fn counts_the_same(s: &Sentence<'_>, i: usize) -> bool {
    let grouped = s.free_number(i).is_some_and(|n| n.shape == Shape::Grouped);
    let ends = s.get(i + 1).is_none_or(|t| {
        !t.is_word() && !t.is_dash() && !matches!(t.kind, crate::lex::Kind::Symbol('/' | ':' | '%'))
            || t.entry.class.is(Class::FUNCTION)
            || s.uses[i + 1] == Use::Year
            || words::is_adjective(&t.norm)
            || matches!(t.norm.as_ref(), "imod" | "for")
    });
    let before = s.word_before(i);
    let listed = matches!(before, "og" | "andre" | "af" | "mod" | "på" | "de")
        || i > 0 && (s.symbol(i - 1, ',') || s.symbol(i - 1, ';'));
    let year = s.tokens[i].year_like().is_some();
    !year && crate::unit::unit_at(s, i + 1).is_none() && (grouped || ends && listed)
}

/// "lige så mange sager, nemlig 66", "Blandt medarbejderne tog 412 ud af 760 imod tilbuddet": the noun stands before.
fn noun_before(s: &Sentence<'_>, i: usize) -> Option<String> {
    let apposed = i > 2 && s.word(i - 1) == "nemlig" && s.symbol(i - 2, ',');
    if apposed {
        return words::looks_counted(s.word(i - 3)).then(|| written(s, i - 3));
    }
    let first = if s.word(i + 1) == "ud" && s.word(i + 2) == "af" {
        i
    } else {
        i.checked_sub(3).filter(|_| s.word_before(i) == "af" && s.word(i - 2) == "ud")?
    };
    s.free_number(first).filter(|_| stands_alone_ratio(s, first))?;
    let of = (0..first).rev().find(|k| matches!(s.word(*k), "blandt" | "af"))?;
    words::looks_counted(s.word(of + 1)).then(|| written(s, of + 1))
}

/// Whether no noun follows the "X ud af Y" that begins at `i`.
fn stands_alone_ratio(s: &Sentence<'_>, i: usize) -> bool {
    s.get(i + 3).is_some_and(|t| t.number().is_some()) && noun_behind(s, i + 3).is_none()
}

/// The noun of "Antallet af underretninger voksede fra 982 ...", and where it stands.
fn announced_noun(s: &Sentence<'_>) -> Option<(usize, String)> {
    let Some(at) = (0..s.len()).find(|i| matches!(s.word(*i), "antal" | "antallet")) else {
        return labelled_noun(s).or_else(|| number_of(s));
    };
    let noun = if s.word(at + 1) == "af" { at + 2 } else { at + 1 };
    let noun = (noun..noun + 3).find(|k| words::looks_counted(s.word(*k)))?;
    Some((noun, written(s, noun)))
}

/// "Musikskolens elevtal er gået fra 1.104 ...": a noun that is a number of something.
fn number_of(s: &Sentence<'_>) -> Option<(usize, String)> {
    const NOT: &[&str] = &["lands", "mål", "ni", "nøgle", "år", "fler", "halv", "procent", "karakter"];
    let stem = |w: &'_ str| w.strip_suffix("tallet").or_else(|| w.strip_suffix("tal")).map(str::to_owned);
    let counts =
        |k: &usize| stem(s.word(*k)).is_some_and(|w| w.len() > 2 && !NOT.iter().any(|n| w.ends_with(n)));
    (0..s.len()).find(counts).map(|k| (k, written(s, k)))
}

/// The noun that begins a line of labels and values: "Klager over støj i 2016: 14; i 2017: 22".
fn labelled_noun(s: &Sentence<'_>) -> Option<(usize, String)> {
    let colon = (1..s.len()).find(|k| s.symbol(*k, ':'))?;
    let valued = s.free_number(colon + 1).is_some() && words::looks_counted(s.word(0));
    let rates = (0..colon).any(|k| s.is(k, Class::UNIT));
    (valued && !rates).then(|| (0, written(s, 0)))
}

/// Whether the number is followed by no noun of its own: "982 i 2018", "1.078 til", end.
fn stands_alone(s: &Sentence<'_>, i: usize) -> bool {
    let Some(next) = s.get(i + 1) else { return true };
    if next.is_word() {
        return matches!(
            next.norm.as_ref(),
            "i" | "til" | "mod" | "og" | "på" | "året" | "sidste" | "om" | "for"
        );
    }
    !next.is_dash() && next.gap != crate::lex::Gap::Glued
        || next.is_symbol('.')
        || next.is_symbol(',')
        || next.is_symbol(';')
        || next.is_symbol(')')
}
