//! Comparisons in words, decided with figures: "under landsgennemsnittet", "lavest blandt 6-byerne", "halveret".

use belaeg_model::place::find_places;
use belaeg_model::{Language, Place, PlaceKind, Year};

use crate::FigureSet;
use crate::definitions::{Areas, Definition, breaks, definition, groups, is_no_basis};
use crate::figure::{Figure, FigureUnit, Period};
use crate::passage::Passage;
use crate::verdict::{FEW_CASES, Verdict, Warning};
use crate::words::{Word, find, fits};

/// What a statement is about as a whole, for comparisons that no claim carries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The key of the measure that it names.
    pub measure: Option<String>,
    /// The area that it names.
    pub area: Option<String>,
    /// The years that it mentions or means, sorted.
    pub years: Vec<Year>,
    /// The place of its document.
    pub place: Option<Place>,
}

/// A comparison with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison<'f> {
    /// Whether the figures are as the words say.
    pub verdict: Verdict,
    /// Why.
    pub reason: ComparisonReason,
    /// The figures that were compared, the subject's first.
    pub figures: Vec<&'f Figure>,
    /// `series_break`, `few_cases`, `area_unnamed` or none.
    pub warnings: Vec<Warning>,
}

/// Why a comparison has its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ComparisonReason {
    /// The figures are as the words say.
    Holds,
    /// They are not.
    Fails,
    /// The areas that may be meant do not agree, or the area is open.
    AreaOpen,
    /// Not every figure that it takes is there.
    Incomplete,
    /// The figures are too near each other to tell.
    TooNear,
}

impl Comparison<'_> {
    /// Why, as one sentence.
    pub fn because(&self, language: Language) -> String {
        let why = match self.reason {
            ComparisonReason::Holds => {
                language.pick("the figures are as the words say", "tallene er, som ordene siger")
            }
            ComparisonReason::Fails => {
                language.pick("the figures are not as the words say", "tallene er ikke, som ordene siger")
            }
            ComparisonReason::AreaOpen => language.pick(
                "the area is not named, and the areas do not agree",
                "området er ikke nævnt, og områderne er ikke enige",
            ),
            ComparisonReason::Incomplete => language
                .pick("not every figure that it takes is there", "ikke alle tal, der skal til, er her"),
            ComparisonReason::TooNear => language.pick(
                "the figures are too near each other to tell",
                "tallene ligger for tæt til at sige det",
            ),
        };
        let shown = self.figures.iter().take(4).map(|f| format!("{} {} {f}", f.place.name(), f.period));
        let shown: Vec<String> = shown.collect();
        if shown.is_empty() { why.to_owned() } else { format!("{why}: {}", shown.join(", ")) }
    }
}

/// The comparisons of a statement that figures can be asked about.
pub fn comparisons<'f>(passage: &Passage<'_>, about: &About, figures: &'f FigureSet) -> Vec<Comparison<'f>> {
    let Some(definition) = about.measure.as_deref().and_then(definition).filter(|d| d.comparable) else {
        return Vec::new();
    };
    let Some((words, subject)) = said(passage, about) else { return Vec::new() };
    let Some(place) = subject else { return Vec::new() };
    let asked = Asked { passage, about, figures, definition, place };
    asked.decide(&words).into_iter().collect()
}

/// A comparison as the words say it.
#[derive(Clone, Debug, PartialEq)]
enum Said {
    /// Higher or lower than another place; the whole country for "landsgennemsnittet".
    Than { place: Place, higher: bool },
    /// Higher or lower than in another year.
    ThanIn { year: Year, higher: bool },
    /// The highest or lowest of these places.
    Extreme { places: Vec<Place>, highest: bool },
    /// So many times the value of the first year, from and to.
    Times { low: f64, high: f64 },
}

/// What is compared, and whom it is said of.
fn said(passage: &Passage<'_>, about: &About) -> Option<(Said, Option<Place>)> {
    let words = &passage.words;
    let said = extreme(words).or_else(|| than(passage)).or_else(|| times(words))?;
    let base = match said {
        Said::Than { place, .. } => Some(place),
        _ => None,
    };
    let named = find_places(passage.text).into_iter().map(|m| m.place);
    let mut subjects = named.filter(|p| Some(*p) != base && p.kind() != PlaceKind::Group);
    let subject = if matches!(said, Said::Extreme { .. }) {
        subjects.find(|p| p.kind() == PlaceKind::Kommune)
    } else {
        subjects.next()
    };
    Some((said, subject.or(about.place)))
}

fn extreme(words: &[Word<'_>]) -> Option<Said> {
    let highest = words.iter().find_map(|w| match &*w.lower {
        "højeste" | "højest" => Some(true),
        "laveste" | "lavest" => Some(false),
        _ => None,
    })?;
    if let Some(group) = groups().iter().find(|g| g.words.iter().any(|p| p.stands_in(words))) {
        return Some(Said::Extreme { places: group.places.clone(), highest });
    }
    const ALL: &[&[&str]] =
        &[&["landets"], &["i", "landet"], &["i", "hele", "landet"], &["i", "danmark"], &["alle", "kommuner"]];
    let all = ALL.iter().any(|p| find(words, p).is_some());
    let kommuner = || Place::all().filter(|p| p.kind() == PlaceKind::Kommune).collect();
    all.then(|| Said::Extreme { places: kommuner(), highest })
}

/// "under landsgennemsnittet", "højere end i 2016", "en lavere omgørelsesprocent end Vejle".
fn than(passage: &Passage<'_>) -> Option<Said> {
    let words = &passage.words;
    let is_average = |w: &Word<'_>| {
        ["landsgennemsnit*", "landssnit*", "landstal*", "landsniveau*"].iter().any(|p| fits(p, &w.lower))
    };
    for (i, word) in words.iter().enumerate() {
        let behind = &words[i + 1..];
        let higher = match &*word.lower {
            "over" | "under" if behind.first().is_some_and(is_average) => {
                return Some(Said::Than { place: Place::DENMARK, higher: word.lower == "over" });
            }
            "højere" | "større" => true,
            "lavere" | "mindre" => false,
            _ => continue,
        };
        let Some(end) = behind.iter().take(6).position(|w| w.lower == "end") else { continue };
        let base = &behind[end + 1..];
        let base =
            if base.first().is_some_and(|w| w.lower == "i" || w.lower == "på") { &base[1..] } else { base };
        let first = base.first()?;
        if is_average(first) || first.lower == "landsplan" {
            return Some(Said::Than { place: Place::DENMARK, higher });
        }
        if let Some(year) = first.lower.parse().ok().filter(|y| (1900..2200).contains(y)) {
            return Some(Said::ThanIn { year, higher });
        }
        let place = find_places(passage.text).into_iter().find(|m| m.span.start == first.span.start);
        return place.map(|m| Said::Than { place: m.place, higher });
    }
    None
}

/// "halveret", "næsten halveret", "mere end fordoblet".
fn times(words: &[Word<'_>]) -> Option<Said> {
    const WORDS: [(&str, f64); 4] =
        [("halvere*", 0.5), ("fordoble*", 2.0), ("tredoble*", 3.0), ("firedoble*", 4.0)];
    // As with shares in words: 3 points of the first value to either side; "næsten" and "knap" up to 10 % short.
    const EITHER: f64 = 0.03;
    const SHORT: f64 = 0.1;
    let (at, factor) = words
        .iter()
        .enumerate()
        .find_map(|(i, w)| Some((i, WORDS.iter().find(|(p, _)| fits(p, &w.lower))?.1)))?;
    let before = |k: usize| at.checked_sub(k).map_or("", |i| words[i].lower.as_ref());
    let (low, high) = match (before(2), before(1)) {
        ("mere", "end") | (_, "over") if factor < 1.0 => (0.0, factor),
        ("mere", "end") | (_, "over") => (factor, f64::INFINITY),
        (_, "næsten" | "knap") if factor < 1.0 => (factor, factor * (1.0 + SHORT)),
        (_, "næsten" | "knap") => (factor * (1.0 - SHORT), factor),
        _ => (factor - EITHER * factor.max(1.0), factor + EITHER * factor.max(1.0)),
    };
    Some(Said::Times { low, high })
}

struct Asked<'a, 'f> {
    passage: &'a Passage<'a>,
    about: &'a About,
    figures: &'f FigureSet,
    definition: &'static Definition,
    place: Place,
}

/// What the figures of one area say.
struct Answer<'f> {
    /// `None` where they are too near each other.
    holds: Option<bool>,
    figures: Vec<&'f Figure>,
}

impl<'f> Asked<'_, 'f> {
    fn decide(&self, said: &Said) -> Option<Comparison<'f>> {
        match said {
            Said::Than { place, higher } => {
                let period = self.period(&self.about.years)?;
                Some(self.of_areas(|area| self.higher((self.place, period), (*place, period), area, *higher)))
            }
            Said::ThanIn { year, higher } => {
                let years: Vec<Year> = self.about.years.iter().copied().filter(|y| y != year).collect();
                let (period, base) = (self.period(&years)?, Period::year(*year));
                Some(
                    self.of_areas(|area| {
                        self.higher((self.place, period), (self.place, base), area, *higher)
                    }),
                )
            }
            Said::Times { low, high } => {
                let [first, last] = self.about.years[..] else { return None };
                let (first, last) = (Period::year(first), Period::year(last));
                Some(self.of_areas(|area| self.times(first, last, area, (*low, *high))))
            }
            Said::Extreme { places, highest } => {
                let period = self.period(&self.about.years)?;
                Some(self.extreme(places, period, *highest))
            }
        }
    }

    /// The one period that is meant.
    fn period(&self, years: &[Year]) -> Option<Period> {
        let [year] = years[..] else { return None };
        self.passage.period_in(year, self.definition.whole_years)
    }

    /// What the words say of every area that may be meant.
    fn of_areas(&self, ask: impl Fn(&str) -> Option<Answer<'f>>) -> Comparison<'f> {
        let areas = self.areas();
        let answers: Vec<Answer<'f>> = areas.iter().filter_map(|area| ask(area)).collect();
        let (verdict, reason) = match &answers[..] {
            [] => (Verdict::Undecidable, ComparisonReason::Incomplete),
            all if all.iter().all(|a| a.holds == Some(true)) => (Verdict::Matches, ComparisonReason::Holds),
            [Answer { holds: None, .. }] => (Verdict::Undecidable, ComparisonReason::TooNear),
            [Answer { holds: Some(false), .. }] if self.is_area_certain() => {
                (Verdict::Deviates, ComparisonReason::Fails)
            }
            _ => (Verdict::Undecidable, ComparisonReason::AreaOpen),
        };
        let figures = answers.into_iter().flat_map(|a| a.figures).collect();
        self.with_warnings(Comparison { verdict, reason, figures, warnings: Vec::new() })
    }

    fn with_warnings(&self, mut comparison: Comparison<'f>) -> Comparison<'f> {
        let measure = self.definition.id.as_str();
        let years = self.about.years.first().zip(self.about.years.last());
        let area = self.about.area.as_deref().and_then(|a| Areas::of(a).only());
        if years.is_some_and(|(a, b)| breaks().iter().any(|k| k.parts(measure, area, (*a, *b)))) {
            comparison.warnings.push(Warning::SeriesBreak);
        }
        if comparison.figures.iter().any(|f| f.cases.is_some_and(|n| n < FEW_CASES)) {
            comparison.warnings.push(Warning::FewCases);
        }
        if self.definition.areas && self.about.area.is_none() {
            comparison.warnings.push(Warning::AreaUnnamed);
        }
        comparison.warnings.sort_unstable();
        comparison
    }

    fn is_area_certain(&self) -> bool {
        !self.definition.areas || self.about.area.as_deref().is_some_and(|a| Areas::of(a).only().is_some())
    }

    /// The areas of figures that may be meant.
    fn areas(&self) -> Vec<&str> {
        if let (true, Some(area)) = (self.definition.areas, self.about.area.as_deref()) {
            return Areas::of(area).covers;
        }
        let mut all: Vec<&str> =
            self.figures.at(&self.definition.figures, self.place).iter().map(|f| f.area.as_str()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn cell(&self, place: Place, period: Period, area: &str) -> Vec<&'f Figure> {
        let figures = self.figures.cell(&self.definition.figures, place, period).iter();
        figures
            .filter(|f| f.area == area && f.unit == FigureUnit::Percent && f.holds(None) && !is_no_basis(f))
            .collect()
    }

    /// Whether no case was decided there, so that there is no share that could be higher or lower.
    fn has_no_cases(&self, place: Place, period: Period, area: &str) -> bool {
        let counts =
            self.definition.cases.as_deref().map(|m| self.figures.cell(m, place, period)).unwrap_or_default();
        counts.iter().any(|f| f.area == area && f.value == 0.0)
    }

    fn higher(&self, a: (Place, Period), b: (Place, Period), area: &str, higher: bool) -> Option<Answer<'f>> {
        let (a, b) = (self.cell(a.0, a.1, area), self.cell(b.0, b.1, area));
        if a.is_empty() || b.is_empty() {
            return None;
        }
        let holds = is_higher(&a, &b).map(|is| is == higher);
        Some(Answer { holds, figures: [a, b].concat() })
    }

    fn times(&self, first: Period, last: Period, area: &str, (low, high): (f64, f64)) -> Option<Answer<'f>> {
        let (a, b) = (self.cell(self.place, first, area), self.cell(self.place, last, area));
        let pairs = || a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
        let may_hold = |(a, b): (&&Figure, &&Figure)| {
            let least = (b.value - b.rounding()) / (a.value + a.rounding());
            let most = (b.value + b.rounding()) / (a.value - a.rounding()).max(f64::MIN_POSITIVE);
            least <= high && low <= most
        };
        if a.is_empty() || b.is_empty() {
            return None;
        }
        let (any, all) = (pairs().any(may_hold), pairs().all(may_hold));
        let holds = if any == all { Some(any) } else { None };
        Some(Answer { holds, figures: [a, b].concat() })
    }

    /// One counterexample is enough against it; for it, every place has to be known.
    fn extreme(&self, places: &[Place], period: Period, highest: bool) -> Comparison<'f> {
        let told = |verdict, reason, figures| {
            self.with_warnings(Comparison { verdict, reason, figures, warnings: Vec::new() })
        };
        let undecidable = |reason, figures| told(Verdict::Undecidable, reason, figures);
        let areas = self.areas();
        let [area] = areas[..] else { return undecidable(ComparisonReason::AreaOpen, Vec::new()) };
        let own = self.cell(self.place, period, area);
        if own.is_empty() || !self.is_area_certain() || !places.contains(&self.place) {
            return undecidable(ComparisonReason::Incomplete, own);
        }
        let mut complete = true;
        for place in places.iter().filter(|p| **p != self.place) {
            let other = self.cell(*place, period, area);
            match is_higher(&own, &other) {
                _ if other.is_empty() => complete &= self.has_no_cases(*place, period, area),
                Some(higher) if higher == highest => {}
                Some(_) => return told(Verdict::Deviates, ComparisonReason::Fails, [own, other].concat()),
                None => complete = false,
            }
        }
        if complete {
            told(Verdict::Matches, ComparisonReason::Holds, own)
        } else {
            undecidable(ComparisonReason::Incomplete, own)
        }
    }
}

/// Whether every figure of `a` is higher than every one of `b`, or lower; `None` where they meet or do not agree.
fn is_higher(a: &[&Figure], b: &[&Figure]) -> Option<bool> {
    let mut pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b))).map(|(a, b)| {
        let apart = (a.value - b.value).abs() > a.rounding() + b.rounding();
        apart.then_some(a.value > b.value)
    });
    let first = pairs.next()??;
    pairs.all(|p| p == Some(first)).then_some(first)
}
