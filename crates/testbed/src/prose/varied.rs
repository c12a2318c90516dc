//! Sentences for large corpora, in which the words are as frequent as in real text: few are common, and most are rare
//! compounds, of which a larger text always brings new ones.

use super::words::{ACTORS, ADJECTIVES, FIRST_PARTS, HEADS, PLACES};
use crate::random::Random;

const PRONOUNS: &[&str] = &["det", "vi", "man", "de", "den", "der", "alle", "han", "hun", "ingen"];
const DETERMINERS: &[&str] = &["den", "en", "de", "det", "et", "sin", "denne", "disse", "hele", "hver"];
const ADVERBS: &[&str] =
    &["ikke", "også", "nu", "derfor", "igen", "fortsat", "allerede", "stadig", "kun", "endnu", "samtidig"];
const PREPOSITIONS: &[&str] = &[
    "i", "af", "til", "på", "for", "med", "om", "fra", "ved", "efter", "under", "over", "mellem", "uden",
    "gennem", "mod", "før", "blandt",
];
const CONNECTORS: &[&str] =
    &[" og ", ", og ", ", men ", ", at ", ", som ", ", da ", ", hvis ", ", så ", ", mens ", ", fordi "];
const VERB_PREFIXES: &[&str] = &[
    "", "ud", "op", "for", "af", "ind", "over", "om", "under", "be", "gen", "til", "frem", "ned", "sam",
    "med", "på", "an", "mod", "fast",
];
const VERBS: &[&str] = &[
    "tog",
    "gav",
    "gik",
    "lagde",
    "satte",
    "førte",
    "stillede",
    "holdt",
    "skrev",
    "sendte",
    "delte",
    "viste",
    "fulgte",
    "regnede",
    "arbejdede",
    "byggede",
    "kaldte",
    "bragte",
    "stod",
    "så",
];
const ADJECTIVE_ENDINGS: &[&str] =
    &["mæssige", "faglige", "politiske", "relaterede", "venlige", "orienterede", "styrede", "specifikke"];

/// A sentence that claims no number.
pub(crate) fn sentence(random: &mut Random) -> String {
    let mut text = String::with_capacity(200);
    clause(&mut text, random);
    let more = [0, 0, 0, 0, 0, 1, 1, 1, 1, 2][random.below(10)];
    for _ in 0..more {
        text.push_str(zipf(random, CONNECTORS));
        clause(&mut text, random);
    }
    text.push('.');
    let first = text.chars().next().unwrap_or_default();
    text.replace_range(..first.len_utf8(), &first.to_uppercase().to_string());
    text
}

fn clause(text: &mut String, random: &mut Random) {
    match random.below(5) {
        0 => text.push_str(&random.pick(ACTORS).to_lowercase()),
        1 | 2 => text.push_str(zipf(random, PRONOUNS)),
        _ => noun(text, random),
    }
    text.push(' ');
    text.push_str(zipf(random, VERB_PREFIXES));
    text.push_str(zipf(random, VERBS));
    text.push(' ');
    if random.chance(3) {
        text.push_str(zipf(random, ADVERBS));
        text.push(' ');
    }
    object(text, random);
    for _ in 0..[0, 0, 0, 1, 1, 1, 1, 2, 2, 2][random.below(10)] {
        text.push(' ');
        if random.chance(8) {
            text.push_str(random.pick(PLACES));
        } else {
            text.push_str(zipf(random, PREPOSITIONS));
            text.push(' ');
            noun(text, random);
        }
    }
}

fn object(text: &mut String, random: &mut Random) {
    match random.below(3) {
        0 => {
            text.push_str(zipf(random, DETERMINERS));
            text.push(' ');
            adjective(text, random);
            text.push(' ');
            noun(text, random);
        }
        1 => {
            noun(text, random);
            text.push_str(" og ");
            noun(text, random);
        }
        _ => noun(text, random),
    }
}

/// One of a list, whose first words are the frequent ones.
fn zipf<'a>(random: &mut Random, words: &[&'a str]) -> &'a str {
    words[random.zipf(words.len())]
}

fn adjective(text: &mut String, random: &mut Random) {
    let rank = random.zipf(ADJECTIVES.len() + FIRST_PARTS.len() * ADJECTIVE_ENDINGS.len());
    let Some(at) = rank.checked_sub(ADJECTIVES.len()) else { return text.push_str(ADJECTIVES[rank]) };
    text.push_str(FIRST_PARTS[at % FIRST_PARTS.len()]);
    text.push_str(ADJECTIVE_ENDINGS[at / FIRST_PARTS.len()]);
}

/// A noun of one, two or three parts, the rarer the longer, in one of four forms: some two million in all.
fn noun(text: &mut String, random: &mut Random) {
    let (parts, heads) = (FIRST_PARTS.len(), HEADS.len());
    let (two, three) = (parts * heads, parts * parts * heads);
    let rank = random.zipf(heads + two + three);
    let head = if let Some(at) = rank.checked_sub(heads + two) {
        let at = scattered(at, three);
        text.push_str(FIRST_PARTS[at / heads / parts]);
        text.push_str(FIRST_PARTS[at / heads % parts]);
        HEADS[at % heads]
    } else if let Some(at) = rank.checked_sub(heads) {
        let at = scattered(at, two);
        text.push_str(FIRST_PARTS[at / heads]);
        HEADS[at % heads]
    } else {
        HEADS[rank]
    };
    text.push_str(head);
    let vowel = if head.ends_with('e') { "" } else { "e" };
    let ending = match random.below(20) {
        0..5 => return,
        5..15 => "n",
        15..18 => "r",
        _ => "ns",
    };
    text.push_str(vowel);
    text.push_str(ending);
}

/// A fixed scatter of the numbers under `count`, so that words of like frequency do not all begin alike; the factor is
/// prime and divides no count.
fn scattered(at: usize, count: usize) -> usize {
    at * 7919 % count
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// Rank times frequency is about the same from the tenth word to the thousandth, and new words keep coming.
    #[test]
    fn words_are_as_frequent_as_in_real_text() {
        let mut random = Random::keyed(1, &[]);
        let mut counts: HashMap<String, usize> = HashMap::new();
        let (mut words, mut half) = (0, 0);
        for n in 0..40_000 {
            if n == 20_000 {
                half = counts.len();
            }
            for word in sentence(&mut random).to_lowercase().split([' ', ',', '.']).filter(|w| !w.is_empty())
            {
                *counts.entry(word.to_owned()).or_default() += 1;
                words += 1;
            }
        }
        assert!(counts.len() * 10 > half * 13, "{half} words and then {}", counts.len());
        let mut frequencies: Vec<usize> = counts.into_values().collect();
        frequencies.sort_unstable_by(|a, b| b.cmp(a));
        for rank in [10, 30, 100, 300, 1000, 3000] {
            let share = frequencies[rank - 1] * rank * 1000 / words;
            assert!((20..250).contains(&share), "rank {rank}: {share} in a thousand");
        }
        let once = frequencies.iter().filter(|n| **n == 1).count();
        assert!(once * 3 > frequencies.len(), "{once} of {} words stand once", frequencies.len());
    }
}
