//! Sentences with a rate or a count, and what is true of them.

use belaeg_model::{Place, Unit};
use serde::Serialize;

use crate::random::Random;

/// A rate or count that a generated text states.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrueClaim {
    /// The number with its unit as the text has it, no-break spaces included.
    pub quote: String,
    /// The value in `unit`.
    pub value: f64,
    /// The unit of `value`.
    pub unit: Unit,
    /// The calendar year it is about.
    pub year: Option<i16>,
    /// The kommune it is about.
    pub place: Option<Place>,
    /// The measure's key in the table of measures.
    pub measure: Option<&'static str>,
}

/// A paragraph and the claims in it, in the order of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Passage {
    pub(crate) text: String,
    pub(crate) claims: Vec<TrueClaim>,
}

impl Passage {
    /// A paragraph that claims nothing.
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), claims: Vec::new() }
    }

    /// Changes the value of the first claim, in the text and in the truth; `false` where there is none.
    pub(crate) fn edit(&mut self) -> bool {
        let Some(claim) = self.claims.first_mut() else { return false };
        let written =
            claim.quote.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(claim.quote.len());
        let (number, unit) = claim.quote.split_at(written);
        let tenths = tenths_of(number) + if number.contains(',') { 7 } else { 30 };
        let quote = format!("{}{unit}", decimal(tenths));
        self.text = self.text.replacen(&claim.quote, &quote, 1);
        claim.value = f64::from(tenths) / 10.0;
        claim.quote = quote;
        true
    }
}

fn tenths_of(number: &str) -> i32 {
    let (whole, tenth) = number.split_once(',').unwrap_or((number, "0"));
    whole.parse::<i32>().unwrap_or(0) * 10 + tenth.parse::<i32>().unwrap_or(0)
}

/// Tenths with the decimal comma of Danish; without decimals where there are none.
fn decimal(tenths: i32) -> String {
    if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{},{}", tenths / 10, tenths % 10) }
}

/// A measure with the words before and after its value; `{k}` is the kommune, `{y}` the year, `{v}` the value.
struct Template {
    words: &'static str,
    measure: &'static str,
    /// From and to, in tenths of a percent.
    range: (i32, i32),
}

const fn template(words: &'static str, measure: &'static str, low: i32, high: i32) -> Template {
    Template { words, measure, range: (low, high) }
}

const TEMPLATES: &[Template] = &[
    template("I {y} var omgørelsesprocenten i {k} {v}.", "omgoerelsesprocent", 180, 520),
    template("Ankestyrelsen omgjorde {v} af afgørelserne fra {k} i {y}.", "omgoerelsesprocent", 180, 520),
    template("Sygefraværet i {k} var {v} i {y}.", "sygefravaer", 31, 79),
    template("I {y} lå sygefraværet i {k} på {v}.", "sygefravaer", 31, 79),
    template("Ledigheden i {k} var {v} i {y}.", "ledighed", 19, 68),
    template(
        "I {y} svarede {v} af borgerne i {k}, at de var tilfredse med hjemmeplejen.",
        "tilfredshed",
        610,
        940,
    ),
    template("Valgdeltagelsen i {k} var {v} i {y}.", "valgdeltagelse", 610, 790),
    template("I {y} genanvendte {k} {v} af affaldet fra husholdningerne.", "genanvendelse", 380, 690),
    template("Stadfæstelsesprocenten for {k} var {v} i {y}.", "stadfaestelsesprocent", 450, 780),
    template("I {y} var andelen af elever i {k}, der faldt fra, {v}.", "frafald", 41, 190),
];

const UNITS: &[&str] = &[" %", "\u{a0}%", " procent", " pct.", "\u{a0}procent"];

/// A sentence about `place` with one or two claims.
pub(crate) fn sentence(random: &mut Random, place: Place, newest: i16) -> Passage {
    if random.chance(5) {
        return counted(random, place, newest);
    }
    if random.chance(4) {
        return fall(random, place, newest);
    }
    let chosen = &TEMPLATES[random.below(TEMPLATES.len())];
    let year = newest - i16::try_from(random.below(6)).unwrap_or(0);
    let (quote, value) = rate(random, chosen.range);
    let text = chosen
        .words
        .replace("{k}", &format!("{} Kommune", place.name()))
        .replace("{y}", &year.to_string())
        .replace("{v}", &quote)
        .replace("pct..", "pct.");
    let claim = TrueClaim {
        quote,
        value,
        unit: Unit::Percent,
        year: Some(year),
        place: Some(place),
        measure: Some(chosen.measure),
    };
    Passage { text, claims: vec![claim] }
}

fn rate(random: &mut Random, (low, high): (i32, i32)) -> (String, f64) {
    let mut tenths = random.between(low, high);
    if random.chance(3) {
        tenths -= tenths % 10;
    }
    (format!("{}{}", decimal(tenths), random.pick(UNITS)), f64::from(tenths) / 10.0)
}

/// Two levels in one sentence.
fn fall(random: &mut Random, place: Place, newest: i16) -> Passage {
    let year = newest - i16::try_from(random.below(4)).unwrap_or(0);
    let before = random.between(46, 79);
    let after = before - random.between(1, 15);
    let unit = random.pick(&[" %", "\u{a0}%", " procent"]);
    let claim = |tenths: i32, year| TrueClaim {
        quote: format!("{}{unit}", decimal(tenths)),
        value: f64::from(tenths) / 10.0,
        unit: Unit::Percent,
        year: Some(year),
        place: Some(place),
        measure: Some("sygefravaer"),
    };
    let claims = vec![claim(before, year - 1), claim(after, year)];
    let text = format!(
        "Sygefraværet i {} Kommune faldt fra {} i {} til {} i {year}.",
        place.name(),
        claims[0].quote,
        year - 1,
        claims[1].quote,
    );
    Passage { text, claims }
}

fn counted(random: &mut Random, place: Place, newest: i16) -> Passage {
    const NOUNS: [&str; 4] = ["sager", "afgørelser", "klager", "ansøgninger"];
    let year = newest - i16::try_from(random.below(5)).unwrap_or(0);
    let number = random.between(40, 899);
    let quote = format!("{number} {}", random.pick(&NOUNS));
    let text = format!("{} Kommune behandlede {quote} i {year}.", place.name());
    let claim = TrueClaim {
        quote,
        value: f64::from(number),
        unit: Unit::Count,
        year: Some(year),
        place: Some(place),
        measure: None,
    };
    Passage { text, claims: vec![claim] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_change_text_and_truth_alike() {
        let mut random = Random::keyed(1, &[]);
        let odense: Place = "461".parse().expect("Odense");
        for _ in 0..300 {
            let mut passage = sentence(&mut random, odense, 2026);
            let before = passage.clone();
            assert!(passage.edit());
            assert_ne!(passage.text, before.text);
            assert!(passage.claims[0].value > before.claims[0].value);
            for claim in &passage.claims {
                assert!(passage.text.contains(&claim.quote), "{passage:?}");
                assert!(claim.quote.starts_with(&claim.value.to_string().replace('.', ",")), "{claim:?}");
            }
        }
    }
}
