//! A statement with its claims, and what its words say that no claim carries: months, quarters, denominators.

use std::borrow::Cow;

use belaeg_model::{ByteSpan, Claim, Found, Unit, Year, date};
use jiff::civil::Date;

use crate::arithmetic::{restated, total_measure};
use crate::definitions::{Definition, definition, implied, named, of_outcome};
use crate::figure::Period;
use crate::words::{Word, find, fits, words};

/// The measure of shares that no measure of the claims names.
const OTHER_SHARE: &str = "andel_oevrig";

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
    /// Years in which something was published, and which are no data years.
    pub(crate) publication_years: Vec<Year>,
}

/// A month, quarter or half-year that the text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PartOfYear {
    span: ByteSpan,
    part: Part,
    /// The year behind it.
    year: Option<Year>,
    /// "2017 og første halvår af 2018": the year from which it goes on.
    since: Option<Year>,
}

impl PartOfYear {
    fn of(self, year: Year) -> Option<Period> {
        let part = self.part.of(year)?;
        self.since.map_or(Some(part), |since| Period::year(since).until(part))
    }
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
    /// "af kommunens afgørelser": loosely said, or all that was decided.
    Loose,
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
        let publication_years = publication_years(&words);
        Self { text, claims, published, words, parts, publication_years }
    }

    /// The words that end at or before `at`.
    pub(crate) fn words_before(&self, at: usize) -> &[Word<'a>] {
        &self.words[..self.words.partition_point(|w| w.span.end <= at)]
    }

    /// The words that begin at or behind `at`.
    pub(crate) fn words_after(&self, at: usize) -> &[Word<'a>] {
        &self.words[self.words.partition_point(|w| w.span.start < at)..]
    }

    /// The words from `start` to `end`.
    pub(crate) fn words_between(&self, start: usize, end: usize) -> &[Word<'a>] {
        let behind = self.words_after(start);
        &behind[..behind.partition_point(|w| w.span.end <= end)]
    }

    /// The words around a claim: from the rate before it to the rate behind it.
    fn words_around(&self, claim: &Claim) -> &[Word<'a>] {
        let rates = || self.claims.iter().filter(|c| c.unit != Unit::Count);
        let start = rates().map(|c| c.span.end).filter(|end| *end <= claim.span.start).max();
        let end = rates().map(|c| c.span.start).filter(|start| *start >= claim.span.end).min();
        self.words_between(start.unwrap_or(0), end.unwrap_or(self.text.len()))
    }

    /// The words of a claim's own clause: from the rate before it to the comma behind it.
    pub(crate) fn words_of_clause(&self, claim: &Claim) -> &[Word<'a>] {
        let words = self.words_around(claim);
        let behind = self.text.get(claim.span.end..).unwrap_or_default();
        let end = behind.find([',', ';']).map_or(self.text.len(), |at| claim.span.end + at);
        &words[..words.partition_point(|w| w.span.end <= end)]
    }

    /// What a claim is a share of, by its measure or, where that says nothing, by the words around it.
    pub(crate) fn definition(&self, claim: &Claim) -> Option<&'static Definition> {
        match claim.measure.as_deref() {
            None | Some(OTHER_SHARE) => self.definition_in_words(claim),
            Some(measure) => definition(measure),
        }
    }

    fn definition_in_words(&self, claim: &Claim) -> Option<&'static Definition> {
        let words = self.words_around(claim);
        let of_all_decisions =
            || (self.base(claim) == Base::AllDecisions).then(|| of_outcome(words)).flatten();
        let of_area = || claim.area.as_ref().and_then(|_| implied(words));
        named(words, claim.span).or_else(of_all_decisions).or_else(of_area)
    }

    /// Whether only an area of law says what is measured.
    pub(crate) fn is_implied(&self, claim: &Claim) -> bool {
        let unnamed = matches!(claim.measure.as_deref(), None | Some(OTHER_SHARE));
        unnamed && named(self.words_around(claim), claim.span).is_none()
    }

    /// The measure of a claim, as its words complete it.
    pub(crate) fn measure<'c>(&self, claim: &'c Claim) -> Option<&'c str> {
        let own = claim.measure.as_deref();
        own.filter(|m| *m != OTHER_SHARE).or_else(|| self.definition(claim).map(|d| d.id.as_str())).or(own)
    }

    /// The claim with what the rest of the statement says of it.
    pub(crate) fn completed<'c>(&self, claim: &'c Claim) -> Cow<'c, Claim> {
        let mut whole = Cow::Borrowed(claim);
        if let Some((ratio, _)) = restated(self, claim) {
            restate(whole.to_mut(), ratio);
        }
        if let Some(measure) = total_measure(self, claim) {
            whole.to_mut().measure = Some(measure.to_owned());
        }
        // "vores 37,0 pct. skal holdes op mod 37,5 for hele landet": what is ours is not of the place that is named.
        if claim.place.is_none() && !self.speaks_of_itself() {
            let mut named = self.claims.iter().filter(|c| c.found.place == Some(Found::Explicit));
            let place = named.next().and_then(|c| c.place);
            if place.is_some() && named.all(|c| c.place == place) {
                whole.to_mut().place = place;
            }
        }
        if let [year] = claim.years[..]
            && self.publication_years.contains(&year)
        {
            whole.to_mut().years = self.data_years();
        }
        whole
    }

    /// The one year named that is none of publication.
    fn data_years(&self) -> Vec<Year> {
        let mut years: Vec<Year> = self.words.iter().filter_map(|w| year_of(&w.lower)).collect();
        years.retain(|y| !self.publication_years.contains(y));
        years.dedup();
        if years.len() == 1 { years } else { Vec::new() }
    }

    /// The first and the last of the years for which its claims of this measure are compared; none where all are about
    /// the same years.
    pub(crate) fn compared_years(&self, measure: &str) -> Option<(Year, Year)> {
        let mut of_measure =
            self.claims.iter().filter(|c| c.measure.as_deref() == Some(measure)).map(|c| &c.years);
        let first = of_measure.next()?;
        let others = || of_measure.clone().filter(|years| *years != first && !years.is_empty());
        others().next()?;
        let all = || others().chain([first]).flatten().copied();
        all().min().zip(all().max())
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

    /// What a share is taken of: what stands around it, or before all rates ("Af alle 329 sager blev 14 procent ...").
    pub(crate) fn base(&self, claim: &Claim) -> Base {
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
            &["afviste", "sager", "regnes", "med"],
            &["afviste", "regnes", "med"],
        ];
        const ALL_DECISIONS: &[&[&str]] = &[
            &["alle", "afgørelser"],
            &["samtlige", "afgørelser"],
            &["alle", "kommunens", "afgørelser"],
            &["kommunens", "#", "afgørelser"],
            &["samlede", "antal", "afgørelser"],
            &["trufne", "afgørelser"],
            // A thousand and more.
            &["ud", "af", "#", "#", "afgørelser"],
        ];
        const LOOSE: &[&[&str]] = &[&["kommunens", "afgørelser"], &["kommunes", "afgørelser"]];
        let around = self.words_around(claim);
        let first = self.claims.iter().filter(|c| c.unit != Unit::Count).map(|c| c.span.start).min();
        let leading = self.words_before(first.unwrap_or_default());
        let says = |phrases: &[&[&str]]| {
            phrases.iter().any(|p| find(around, p).is_some() || find(leading, p).is_some())
        };
        match () {
            () if says(ALL_DECISIONS) => Base::AllDecisions,
            () if says(ALL_CASES) => Base::AllCases,
            () if says(LOOSE) => Base::Loose,
            () => Base::Usual,
        }
    }

    /// The months and years that `claim` is about; with `whole_years` months are dates of something else.
    pub(crate) fn when(&self, claim: &Claim, whole_years: bool) -> When {
        match claim.years[..] {
            [] => When::Unnamed,
            [year] if self.is_bound(year) => When::Within(Period::year(year)),
            [year] if whole_years => When::Period(Period::year(year)),
            [year] => self.within_year(claim, year),
            _ => self.span_of_months(claim).map_or_else(|| When::Years(claim.years.clone()), When::Period),
        }
    }

    /// "siden 2017", "frem til 2017", "før 2017": the year only bounds the time that is meant.
    fn is_bound(&self, year: Year) -> bool {
        const BOUNDS: &[&str] = &["siden", "før", "inden", "efter", "frem"];
        let bounds =
            |pair: &[Word<'_>]| BOUNDS.contains(&&*pair[0].lower) && year_of(&pair[1].lower) == Some(year);
        let bounds_behind = |words: &[Word<'_>]| {
            year_of(&words[0].lower) == Some(year) && words[1].lower == "og" && words[2].lower == "frem"
        };
        let to = |words: &[Word<'_>]| {
            matches!(&*words[0].lower, "frem" | "op" | "indtil")
                && matches!(&*words[1].lower, "til" | "med")
                && year_of(&words[2].lower) == Some(year)
        };
        self.words.windows(2).any(bounds) || self.words.windows(3).any(|w| bounds_behind(w) || to(w))
    }

    /// Whether the claim is denied, or the share of those to which the thing measured did not happen: "ikke 60 procent",
    /// "blev ikke omgjort".
    pub(crate) fn is_negated(&self, claim: &Claim) -> bool {
        const OUTCOMES: &[&str] =
            &["omgjort*", "ændre*", "hjemvis*", "stadfæst*", "ophæv*", "afvis*", "stem*", "deltog", "led*"];
        let no = |w: &Word<'_>| matches!(&*w.lower, "ikke" | "hverken" | "uden");
        let words = self.words_of_clause(claim);
        let of_outcome = |pair: &[Word<'_>]| no(&pair[0]) && OUTCOMES.iter().any(|o| fits(o, &pair[1].lower));
        self.words_before(claim.span.start).last().is_some_and(no) || words.windows(2).any(of_outcome)
    }

    /// The one period of `year` that the text names.
    pub(crate) fn period_in(&self, year: Year, whole_years: bool) -> Option<Period> {
        let mut parts = self.parts.iter().filter(|p| p.year.is_none_or(|y| y == year));
        let Some(first) = parts.next().filter(|_| !whole_years) else { return Some(Period::year(year)) };
        first.of(year).filter(|_| parts.all(|p| (p.part, p.since) == (first.part, first.since)))
    }

    fn within_year(&self, claim: &Claim, year: Year) -> When {
        let parts: Vec<_> = self.parts.iter().filter(|p| p.year.is_none_or(|y| y == year)).collect();
        let whole = Period::year(year);
        let Some(first) = parts.first() else { return When::Period(whole) };
        let only = parts.iter().all(|p| (p.part, p.since) == (first.part, first.since)).then_some(*first);
        let found = only.or_else(|| self.nearest(claim, &parts)).and_then(|p| p.of(year));
        found.map_or(When::Within(whole), When::Period)
    }

    /// The part that stands behind the claim, or else before it, with no other rate between them.
    fn nearest<'p>(&self, claim: &Claim, parts: &[&'p PartOfYear]) -> Option<&'p PartOfYear> {
        let free = |a: usize, b: usize| {
            let inside = |c: &Claim| c.unit != Unit::Count && a <= c.span.start && c.span.end <= b;
            !self.claims.iter().any(inside)
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

    /// Whether the text names another place than the document's.
    pub(crate) fn names_a_place(&self) -> bool {
        self.claims.iter().any(|c| c.found.place == Some(Found::Explicit))
    }
}

/// Takes over what "X ud af Y" says for the percentage that says it again.
fn restate(claim: &mut Claim, ratio: &Claim) {
    if claim.years.is_empty() {
        claim.years.clone_from(&ratio.years);
    }
    if claim.place.is_none() {
        claim.place = ratio.place;
    }
    claim.measure = claim.measure.take().or_else(|| ratio.measure.clone());
    claim.area = claim.area.take().or_else(|| ratio.area.clone());
    (claim.numerator, claim.denominator) = (ratio.numerator, ratio.denominator);
}

/// "offentliggjort i juni 2022", "Danmarkskortet fra 2021".
fn publication_years(words: &[Word<'_>]) -> Vec<Year> {
    let verb =
        |w: &str| ["offentliggj*", "udgivet", "udgav*", "udkom*", "udsend*"].iter().any(|p| fits(p, w));
    let of = |i: usize| {
        let behind = &words[i + 1..];
        if verb(&words[i].lower) {
            return behind.iter().take(4).find_map(|w| year_of(&w.lower));
        }
        let map = fits("danmarkskort*", &words[i].lower) && behind.first().is_some_and(|w| w.lower == "fra");
        if map { year_of(&behind.get(1)?.lower) } else { None }
    };
    (0..words.len()).filter_map(of).collect()
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
        let since = first.checked_sub(2).filter(|k| matches!(&*words[k + 1].lower, "og" | "samt"));
        let since = since.and_then(|k| year_of(&words[k].lower));
        Some(PartOfYear { span: ByteSpan::new(words[first].span.start, word.span.end), part, year, since })
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

    fn periods(text: &str) -> Vec<String> {
        let passage = Passage::new(text, &[], None);
        let period = |p: &PartOfYear| p.of(p.year.unwrap_or(1)).expect("a period").to_string();
        passage.parts.iter().map(period).collect()
    }

    #[test]
    fn parts_of_years_are_found() {
        assert_eq!(periods("I oktober 2021 og i november måned 2021"), ["2021M10", "2021M11"]);
        assert_eq!(periods("3. kvartal 2024, første halvår af 2018"), ["2024K3", "2018H1"]);
        assert_eq!(periods("I 2017 og første halvår af 2018"), ["2017-2018H1"]);
        assert_eq!(periods("valget den 21. november 2017"), Vec::<String>::new());
        assert_eq!(periods("i maj var ledigheden"), ["0001M05"]);
        assert_eq!(periods("kvartal halvår æøå"), Vec::<String>::new());
    }

    #[test]
    fn publication_is_no_data_year() {
        let passage = |text| Passage::new(text, &[], None);
        assert_eq!(
            passage("De tal for 2020, der blev offentliggjort i juni 2021, viser").publication_years,
            [2021]
        );
        assert_eq!(
            passage("De tal for 2020, der blev offentliggjort i juni 2021, viser").data_years(),
            [2020]
        );
        assert_eq!(passage("Ifølge Danmarkskortet fra 2021").data_years(), [] as [Year; 0]);
    }

    #[test]
    fn bases_are_found() {
        let base = |text: &str| Passage::new(text, &[], None).base(&crate::testing::claim());
        assert_eq!(base("14 procent af alle 329 sager"), Base::AllCases);
        assert_eq!(base("0,2 procent af alle afgørelser"), Base::AllDecisions);
        assert_eq!(base("31 procent af klagesagerne"), Base::Usual);
    }
}
