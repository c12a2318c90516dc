//! Danish municipal prose from a seed: sentences that claim something, with their truth, and sentences that do not.

mod claims;
pub(crate) mod varied;
mod words;

use belaeg_model::Place;

pub use claims::TrueClaim;
pub(crate) use claims::{Passage, sentence};

use crate::random::Random;

/// A compound noun in the definite form; some are frequent and most are rare, as in any text.
fn compound(random: &mut Random) -> String {
    let count = words::FIRST_PARTS.len() * words::HEADS.len();
    // A fixed scatter, so that frequent compounds do not all begin alike; 7919 is prime and no divisor of the count.
    let at = random.zipf(count) * 7919 % count;
    let head = words::HEADS[at / words::FIRST_PARTS.len()];
    let ending = if head.ends_with('e') { "n" } else { "en" };
    format!("{}{head}{ending}", words::FIRST_PARTS[at % words::FIRST_PARTS.len()])
}

/// A sentence that claims no number.
pub(crate) fn filler(random: &mut Random) -> String {
    let actor = random.pick(words::ACTORS);
    let verb = random.pick(words::VERBS);
    let adjective = random.pick(words::ADJECTIVES);
    let (first, second) = (compound(random), compound(random));
    let place = random.pick(words::PLACES);
    let ending = random.pick(words::ENDINGS);
    match random.below(5) {
        0 => format!("{actor} {verb} den {adjective} del af {first} {ending}."),
        1 => format!("{actor} {verb} {first} og {second} {place} {ending}."),
        2 => format!("Det fremgår, at {} {verb} {first} {place}.", actor.to_lowercase()),
        3 => format!("{actor} {verb} de {adjective} erfaringer med {first} {place}, {ending}."),
        _ => format!("Med {first} er {second} blevet en del af det {adjective} arbejde {place}."),
    }
}

/// The title of an agenda item or article.
pub(crate) fn title(random: &mut Random) -> String {
    format!("{} {}", random.pick(words::TITLES), compound(random))
}

/// A paragraph of one claim between sentences without.
pub(crate) fn paragraph(random: &mut Random, place: Place, newest: i16) -> Passage {
    let mut passage = sentence(random, place, newest);
    passage.text = format!("{} {} {}", filler(random), passage.text, filler(random));
    passage
}

/// A sentence whose numbers are no rates: amounts, case numbers, plans, dates.
pub(crate) fn other_numbers(random: &mut Random, year: i16) -> String {
    let (whole, tenth) = (random.between(1, 89), random.between(1, 9));
    let case = random.between(1000, 39999);
    let day = random.between(1, 28);
    match random.below(4) {
        0 => format!("Udgiften til {} er {whole},{tenth} mio. kr. i {year}.", compound(random)),
        1 => format!(
            "Sagen om {} har nummer {:02}/{case}, og fristen er den {day}. maj {year}.",
            compound(random),
            year % 100
        ),
        2 => format!(
            "Lokalplan {whole}.{tenth} om {} sendes i høring i perioden {year}-{}.",
            compound(random),
            year + 3
        ),
        _ => format!("Der afsættes {whole}.{tenth}00 kr. til {}, jf. § {day} i loven.", compound(random)),
    }
}
