//! A statement with its claims, and what its words say that no claim carries: months, quarters, denominators.

use belaeg_model::{ByteSpan, Claim, Place, Unit, Year, date};
use jiff::civil::Date;

use crate::figure::Period;
use crate::words::{Word, find, fits, words};

/// A statement as it is checked.
#[derive(Clone, Debug)]
pub struct Passage<'a> {
    /// The statement's text.
    pub text: &'a str,
    /// Its rates and counts, in the order of the text.
    pub claims: &'a [Claim],
    /// When its document was published.
    pub published: Option<Date>,
    pub(crate) words: Vec<Word<'a>>,
    parts: Vec<PartOfYear>,
}

/// A month, quarter or half-year that the text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PartOfYear {
    span: ByteSpan,
    part: Part,
    /// The year behind it.
    year: Option<Year>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Month(u8),
    Quarter(u8),
    HalfYear(u8),
}

impl Part {
    fn of(self, year: Year) -> Option<Period> {
        match self {
            Self::Month(n) => Period::month(year, n),
            Self::Quarter(n) => Period::quarter(year, n),
            Self::HalfYear(n) => Period::half_year(year, n),
        }
    }
}

/// What a share is taken of, as far as the words say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// Nothing else than the definition is said.
    Usual,
    /// "af alle", "inkl. afviste": every case.
    AllCases,
    /// "af kommunens afgørelser": all that was decided in the first place.
    AllDecisions,
}

/// The months and years that a claim is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// The claim names none.
    Unnamed,
    /// One period.
    Period(Period),
    /// Several years, as one span or each for itself.
    Years(Vec<Year>),
    /// Months are named beside the year, and which of them is meant is not certain.
    Within(Period),
}

impl<'a> Passage<'a> {
    /// The statement with this text and these claims, of a document published on this day.
    pub fn new(text: &'a str, claims: &'a [Claim], published: Option<Date>) -> Self {
        let words = words(text);
        let parts = parts_of_years(text, &words);
        Self { text, claims, published, words, parts }
    }

    /// The first and the last year that its claims of this measure are about.
    pub(crate) fn years_of(&self, measure: &str) -> Option<(Year, Year)> {
        let of_measure = self.claims.iter().filter(|c| c.measure.as_deref() == Some(measure));
        let years = || of_measure.clone().flat_map(|c| c.years.iter().copied());
        years().min().zip(years().max())
    }

    /// Whether the text speaks of the place that publishes it: "kommunen", "vi".
    pub(crate) fn speaks_of_itself(&self) -> bool {
        const OWN: &[&str] = &[
            "kommunen",
            "kommunens",
            "vi",
            "vores",
            "os",
            "byrådet",
            "byrådets",
            "forvaltningen",
            "forvaltningens",
        ];
        self.words.iter().any(|w| OWN.contains(&w.lower.as_ref()))
    }

    /// What a share is taken of.
    pub(crate) fn base(&self) -> Base {
        const ALL_CASES: &[&[&str]] = &[
            &["af", "alle"],
            &["af", "samtlige"],
            &["inkl", "afviste"],
            &["inklusive", "afviste"],
            &["inklusiv", "afviste"],
            &["også", "de", "afviste"],
            &["også", "afviste"],
            &["medregnet", "afviste"],
            &["afviste", "medregnet"],
            &["afviste", "sager", "medregnet"],
            &["afviste", "tælles", "med"],
            &["afviste", "sager", "tælles", "med"],
            &["regnes", "de", "afviste"],
            &["regnes", "afviste"],
        ];
        const ALL_DECISIONS: &[&[&str]] = &[
            &["alle", "afgørelser"],
            &["samtlige", "afgørelser"],
            &["kommunens", "afgørelser"],
            &["alle", "kommunens", "afgørelser"],
            &["kommunens", "samlede", "antal", "afgørelser"],
            &["det", "samlede", "antal", "afgørelser"],
            &["trufne", "afgørelser"],
        ];
        let says = |phrases: &[&[&str]]| phrases.iter().any(|p| find(&self.words, p).is_some());
        match () {
            () if says(ALL_DECISIONS) => Base::AllDecisions,
            () if says(ALL_CASES) => Base::AllCases,
            () => Base::Usual,
        }
    }

    /// The months and years that `claim` is about; with `whole_years` months are dates of something else.
    pub(crate) fn when(&self, claim: &Claim, whole_years: bool) -> When {
        match claim.years[..] {
            [] => When::Unnamed,
            [year] if whole_years => When::Period(Period::year(year)),
            [year] => self.within_year(claim, year),
            _ => self.span_of_months(claim).map_or_else(|| When::Years(claim.years.clone()), When::Period),
        }
    }

    fn within_year(&self, claim: &Claim, year: Year) -> When {
        let parts: Vec<_> = self.parts.iter().filter(|p| p.year.is_none_or(|y| y == year)).collect();
        let whole = Period::year(year);
        let Some(first) = parts.first() else { return When::Period(whole) };
        let only = parts.iter().all(|p| p.part == first.part).then_some(*first);
        let found = only.or_else(|| self.nearest(claim, &parts)).and_then(|p| p.part.of(year));
        found.map_or(When::Within(whole), When::Period)
    }

    /// The part that stands behind the claim, or else before it, with no other rate between them.
    fn nearest<'p>(&self, claim: &Claim, parts: &[&'p PartOfYear]) -> Option<&'p PartOfYear> {
        let free = |a: usize, b: usize| {
            let inside = |c: &Claim| c.unit != Unit::Count && a <= c.span.start && c.span.end <= b;
            !self.claims.iter().any(|c| inside(c))
        };
        let behind =
            parts.iter().find(|p| p.span.start >= claim.span.end && free(claim.span.end, p.span.start));
        let before = || {
            parts.iter().rev().find(|p| p.span.end <= claim.span.start && free(p.span.end, claim.span.start))
        };
        behind.or_else(before).copied()
    }

    /// "fra juni 2014 til maj 2015".
    fn span_of_months(&self, claim: &Claim) -> Option<Period> {
        let [first, last] = self.parts[..] else { return None };
        let years = (*claim.years.first()?, *claim.years.last()?);
        if first.year.is_some_and(|y| y != years.0) || last.year? != years.1 {
            return None;
        }
        first.part.of(years.0)?.until(last.part.of(years.1)?)
    }

    /// Whether a place is named among the claims besides `place`.
    pub(crate) fn other_place(&self, place: Place) -> bool {
        self.claims.iter().filter_map(|c| c.place).any(|p| p != place)
    }
}

/// "oktober 2021", "3. kvartal 2024", "første halvår af 2018"; a month behind a day is a date.
fn parts_of_years(text: &str, words: &[Word<'_>]) -> Vec<PartOfYear> {
    let part = |i: usize| {
        let word = &words[i];
        let (part, first) = match &*word.lower {
            w if w.starts_with("kvartal") => (Part::Quarter(ordinal(words, i)?), i - 1),
            w if w.starts_with("halvår") => (Part::HalfYear(ordinal(words, i)?), i - 1),
            w => (Part::Month(month_number(w)?), i),
        };
        if first == i && i > 0 && is_day(text, &words[i - 1], word) {
            return None;
        }
        let behind = words[i + 1..].iter().take(2).skip_while(|w| matches!(&*w.lower, "i" | "af" | "måned"));
        let year = behind.take(1).find_map(|w| year_of(&w.lower));
        Some(PartOfYear { span: ByteSpan::new(words[first].span.start, word.span.end), part, year })
    };
    (0..words.len()).filter_map(part).collect()
}

/// A full name of a month; "maj" and the rest are no other words in lower case.
fn month_number(word: &str) -> Option<u8> {
    if word.len() < 3 || !word.starts_with(|c: char| "jfmasond".contains(c)) {
        return None;
    }
    date::month(word).and_then(|n| u8::try_from(n).ok())
}

/// "19. november": a number right before with a full stop.
fn is_day(text: &str, before: &Word<'_>, month: &Word<'_>) -> bool {
    let between = text.get(before.span.end..month.span.start).unwrap_or_default();
    between.starts_with('.') && before.lower.parse::<u8>().is_ok_and(|day| (1..=31).contains(&day))
}

fn ordinal(words: &[Word<'_>], i: usize) -> Option<u8> {
    const NAMES: [&[&str]; 4] =
        [&["1", "første"], &["2", "andet", "anden"], &["3", "tredje"], &["4", "fjerde", "sidste"]];
    let before = words.get(i.checked_sub(1)?)?;
    let number = NAMES.iter().position(|names| names.contains(&&*before.lower))?;
    // "sidste halvår" is the second.
    let number = if fits("halvår*", &words[i].lower) && before.lower == "sidste" { 1 } else { number };
    u8::try_from(number + 1).ok()
}

fn year_of(word: &str) -> Option<Year> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|y| (1900..2200).contains(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Vec<String> {
        let passage = Passage::new(text, &[], None);
        let period = |p: &PartOfYear| p.part.of(p.year.unwrap_or(1)).expect("a period").to_string();
        passage.parts.iter().map(period).collect()
    }

    #[test]
    fn parts_of_years_are_found() {
        assert_eq!(named("I oktober 2021 og i november måned 2021"), ["2021M10", "2021M11"]);
        assert_eq!(named("3. kvartal 2024, første halvår af 2018"), ["2024K3", "2018H1"]);
        assert_eq!(named("valget den 21. november 2017"), Vec::<String>::new());
        assert_eq!(named("i maj var ledigheden"), ["0001M05"]);
        assert_eq!(named("kvartal halvår æøå"), Vec::<String>::new());
    }

    #[test]
    fn bases_are_found() {
        let base = |text: &str| Passage::new(text, &[], None).base();
        assert_eq!(base("14 procent af alle 329 sager"), Base::AllCases);
        assert_eq!(base("0,2 procent af alle afgørelser"), Base::AllDecisions);
        assert_eq!(base("31 procent af klagesagerne"), Base::Usual);
    }
}
