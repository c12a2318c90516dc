//! A claim held against the figures: which of them are of its key, and what follows.
//!
//! The key is measure, area, denominator, place and period. Where all of it is certain, the figures of that one cell
//! decide. Where a part is open, every cell that may be meant has to fit; otherwise nothing is said but what there is.

use belaeg_model::{Claim, Found, Place, Role, Rule, Unit, Year};

use crate::FigureSet;
use crate::definitions::{Areas, Definition, breaks, is_no_basis};
use crate::figure::{Figure, FigureUnit, Period};
use crate::passage::{Base, Passage, When};
use crate::reason::Reason;
use crate::verdict::{Candidate, Check, FEW_CASES, Verdict, Warning};

/// A claim of the passage held against the figures; `None` for what is no reported rate: counts, changes, targets, forecasts.
/// What the other claims of the statement leave uncertain is [`Report`](crate::Report)'s.
pub(crate) fn check<'c, 'f>(
    claim: &'c Claim,
    passage: &Passage<'_>,
    figures: &'f FigureSet,
) -> Option<Check<'c, 'f>> {
    if claim.role != Role::Level || claim.unit == Unit::Count {
        return None;
    }
    let mut check = Check {
        claim,
        verdict: Verdict::NoFigure,
        reason: Reason::NoMeasure,
        candidates: Vec::new(),
        warnings: Vec::new(),
        cases: None,
    };
    let claim = passage.completed(claim);
    if let Some(definition) = passage.definition(&claim) {
        let held = Held { claim: &claim, interval: claim.interval(), passage, figures, definition };
        (check.verdict, check.reason) = held.decide(&mut check);
    }
    if check.verdict == Verdict::NoFigure {
        check.warnings.retain(|w| *w != Warning::AreaUnnamed);
    }
    check.warnings.sort_unstable();
    check.warnings.dedup();
    Some(check)
}

/// The figures of one measure, place, period and area; several where sources contradict each other.
type Cell<'f> = &'f [Figure];

/// The cells that a claim may be about.
#[derive(Default)]
struct Cells<'f> {
    /// Of the claim's own area and period.
    exact: Vec<Cell<'f>>,
    /// Of what it leaves open.
    open: Vec<Cell<'f>>,
    /// Of other periods that share months with the claim's, and of no basis.
    near: Vec<Cell<'f>>,
    /// Of other areas, for the claim's period.
    apart: Vec<Cell<'f>>,
}

impl<'f> Cells<'f> {
    /// Those that may be meant.
    fn meant(&self) -> &[Cell<'f>] {
        if self.exact.is_empty() { &self.open } else { &self.exact }
    }

    fn is_empty(&self) -> bool {
        [&self.exact, &self.open, &self.near, &self.apart].iter().all(|cells| cells.is_empty())
    }
}

struct Held<'a, 'c, 'f> {
    claim: &'c Claim,
    /// The values that its words allow.
    interval: (f64, f64),
    passage: &'a Passage<'a>,
    figures: &'f FigureSet,
    definition: &'static Definition,
}

type Decision = (Verdict, Reason);

impl<'f> Held<'_, '_, 'f> {
    fn decide(&self, check: &mut Check<'_, 'f>) -> Decision {
        let definition = self.definition;
        if ![Some(&definition.figures), definition.of_all.as_ref()]
            .into_iter()
            .flatten()
            .any(|m| self.figures.has(m))
        {
            return (Verdict::NoFigure, Reason::NoFigures);
        }
        let when = self.passage.when(self.claim, definition.whole_years);
        self.warn_of_words(check, &when);
        let Some(place) = self.claim.place else { return (Verdict::Undecidable, Reason::PlaceUnnamed) };
        let decision = self.decide_at(check, place, &when);
        if decision.0 == Verdict::Matches || check.candidates.is_empty() || !self.is_publication_year() {
            return decision;
        }
        check.warnings.push(Warning::PublicationYear);
        (Verdict::Undecidable, Reason::PublicationYear)
    }

    fn decide_at(&self, check: &mut Check<'_, 'f>, place: Place, when: &When) -> Decision {
        let cells = self.cells(&self.definition.figures, place, when);
        if let Some(decision) = self.no_cases(check, place, when) {
            return decision;
        }
        let base = if self.definition.cases.is_some() { self.passage.base(self.claim) } else { Base::Usual };
        if base == Base::AllCases {
            return self.decide_of_all(check, &cells, place, when);
        }
        if cells.is_empty() {
            return self.without_cells(check, place, when);
        }
        self.list(check, &cells);
        if base == Base::AllDecisions || !self.definition.comparable {
            return other_denominator(check);
        }
        let near = self.passage.words_of_clause(self.claim);
        if self.definition.elsewhere.iter().any(|p| p.stands_in(near)) {
            check.warnings.push(Warning::OtherDenominator);
            return (Verdict::Undecidable, Reason::OtherPopulation);
        }
        match (cells.exact.is_empty(), cells.open.is_empty()) {
            (false, _) => self.decide_exact(check, &cells, place, base),
            (true, false) => self.decide_open(check, &cells, when),
            (true, true) => self.decide_near(check, &cells),
        }
    }

    /// There are figures of other periods or areas only.
    fn decide_near(&self, check: &mut Check<'_, 'f>, cells: &Cells<'f>) -> Decision {
        let figures = || cells.near.iter().copied().flatten();
        if figures().any(|f| f.period.is_multi_year()) {
            check.warnings.push(Warning::MultiYear);
        }
        let reason = match () {
            () if cells.near.is_empty() => Reason::OtherArea,
            () if figures().all(is_no_basis) => Reason::NoBasis,
            () => Reason::OtherPeriod,
        };
        (Verdict::Undecidable, reason)
    }

    /// No figure of the usual denominator: is there one of another denominator, unit or year?
    fn without_cells(&self, check: &mut Check<'_, 'f>, place: Place, when: &When) -> Decision {
        for of_all in self.definition.of_all.iter().chain(&self.definition.parts_of_all) {
            let cells = self.cells(of_all, place, when);
            self.list(check, &cells);
        }
        if !check.candidates.is_empty() {
            return other_denominator(check);
        }
        if let (true, [year]) = (self.is_publication_year(), &self.claim.years[..]) {
            let before = When::Period(Period::year(year - self.definition.lag_years));
            self.list(check, &self.cells(&self.definition.figures, place, &before));
        }
        let other_unit = self.figures.at(&self.definition.figures, place).iter().any(|f| !self.is_of_unit(f));
        (Verdict::NoFigure, if other_unit { Reason::OtherUnit } else { Reason::NoCell })
    }

    /// "14 % af alle 329 sager": held against figures of that denominator alone.
    fn decide_of_all(
        &self,
        check: &mut Check<'_, 'f>,
        usual: &Cells<'f>,
        place: Place,
        when: &When,
    ) -> Decision {
        if let Some(of_all) = &self.definition.of_all {
            let cells = self.cells(of_all, place, when);
            self.list(check, &cells);
            if !cells.meant().is_empty() && cells.meant().iter().all(|cell| self.fits(cell)) {
                return (Verdict::Matches, Reason::Fits);
            }
        }
        self.list(check, usual);
        if check.candidates.is_empty() {
            (Verdict::NoFigure, Reason::NoCell)
        } else {
            other_denominator(check)
        }
    }

    /// The cell of the claim's key is there.
    fn decide_exact(
        &self,
        check: &mut Check<'_, 'f>,
        cells: &Cells<'f>,
        place: Place,
        base: Base,
    ) -> Decision {
        self.warn_of_cells(check, &cells.exact);
        let states_other = self.states_other_denominator(cells, place);
        if states_other == Some(true) {
            return other_denominator(check);
        }
        if cells.exact.iter().all(|cell| self.fits(cell)) {
            return (Verdict::Matches, Reason::Fits);
        }
        let near =
            cells.near.iter().copied().filter(|cell| cell[0].period.is_multi_year() && self.fits(cell));
        for cell in near {
            check.candidates.extend(cell.iter().map(|f| Candidate::new(self.claim, self.interval, f)));
            check.warnings.push(Warning::MultiYear);
        }
        let is_certain_place = match self.claim.found.place {
            Some(Found::Explicit | Found::Context) => true,
            Some(Found::Default) => self.passage.speaks_of_itself() && !self.passage.names_a_place(),
            // Taken from elsewhere in the statement: "vores 37 procent, mens landet ..." is not the country's.
            None => !self.passage.speaks_of_itself(),
        };
        match () {
            () if cells.exact.len() > 1 => (Verdict::Undecidable, Reason::OtherPeriod),
            () if self.passage.is_implied(self.claim) => (Verdict::Undecidable, Reason::MeasureImplied),
            () if self.passage.is_negated(self.claim) => (Verdict::Undecidable, Reason::Negated),
            () if self.is_concept_unnamed() => (Verdict::Undecidable, Reason::ConceptUnnamed),
            () if self.may_be_decided_ahead() => (Verdict::Undecidable, Reason::YearOfDecision),
            () if check.candidates.iter().any(|c| c.fits && !c.figure.holds(None)) => {
                (Verdict::Undecidable, Reason::Replaced)
            }
            () if self.claim.doubtful => (Verdict::Undecidable, Reason::Doubtful),
            () if !is_certain_place => (Verdict::Undecidable, Reason::PlaceAssumed),
            () if states_other.is_none() || base == Base::Loose => {
                (Verdict::Undecidable, Reason::OtherDenominator)
            }
            () => (Verdict::Deviates, Reason::Differs),
        }
    }

    fn is_concept_unnamed(&self) -> bool {
        let needs = &self.definition.needs;
        !needs.is_empty() && !needs.iter().any(|p| p.stands_in(&self.passage.words))
    }

    /// "Byrådet satte i 2020 skatten op med 0,3 procentpoint, hvorefter den var 26,6": in 2021.
    fn may_be_decided_ahead(&self) -> bool {
        let is_change = |c: &Claim| c.role == Role::Change && c.measure == self.claim.measure;
        self.definition.decided_ahead && self.passage.claims.iter().any(is_change)
    }

    /// A part of the key is open: every cell that may be meant has to fit.
    fn decide_open(&self, check: &mut Check<'_, 'f>, cells: &Cells<'f>, when: &When) -> Decision {
        // One figure of some area and some year is no agreement.
        let unnamed = self.definition.areas && self.claim.area.is_none() && *when == When::Unnamed;
        let several = cells.open.len() > 1 || !unnamed;
        if several && cells.open.iter().all(|cell| self.fits(cell)) {
            self.warn_of_cells(check, &cells.open);
            return (Verdict::Matches, Reason::AllFit);
        }
        let reason = match (&self.claim.area, when) {
            (None, _) if self.definition.areas => Reason::AreaUnnamed,
            (_, When::Unnamed) => Reason::YearUnnamed,
            (_, When::Years(_) | When::Within(_)) => Reason::OtherPeriod,
            (_, When::Period(_)) => Reason::AreaUnspecific,
        };
        (Verdict::Undecidable, reason)
    }

    /// Where figures say that nothing was decided, there is no share.
    fn no_cases(&self, check: &mut Check<'_, 'f>, place: Place, when: &When) -> Option<Decision> {
        let (area, period) = (self.areas()?.only()?, self.period(when)?);
        if self.cases(area, place, period)? > 0 {
            return None;
        }
        check.cases = Some(0);
        check.warnings.push(Warning::NoCases);
        Some((Verdict::Undecidable, Reason::NoCases))
    }

    // --- which figures ---

    fn cells(&self, measure: &str, place: Place, when: &When) -> Cells<'f> {
        let areas = self.areas();
        let mut cells = Cells::default();
        let figures = self.figures.at(measure, place);
        for cell in figures.chunk_by(|a, b| a.period == b.period && a.area == b.area) {
            let figure = &cell[0];
            if !self.is_of_unit(figure) {
                continue;
            }
            let area = area_fit(figure, self.definition, areas.as_ref());
            let period = period_fit(figure.period, when);
            match area.min(period) {
                Fit::No if area == Fit::No && period == Fit::Exact => cells.apart.push(cell),
                Fit::No if is_kin(figure, areas.as_ref()) && period != Fit::No => cells.apart.push(cell),
                Fit::No => {}
                _ if is_no_basis(figure) => cells.near.push(cell),
                Fit::Exact => cells.exact.push(cell),
                Fit::Open => cells.open.push(cell),
                Fit::Near => cells.near.push(cell),
            }
        }
        self.settle_years(&mut cells, when);
        cells
    }

    /// Of several years, either the one span of them all decides or each year.
    fn settle_years(&self, cells: &mut Cells<'f>, when: &When) {
        let When::Years(years) = when else { return };
        let span = span_of(years);
        let is_span = |cell: &Cell<'f>| Some(cell[0].period) == span;
        for found in [&mut cells.exact, &mut cells.open] {
            if found.iter().any(is_span) {
                found.retain(is_span);
            } else if found.len() < years.len() {
                cells.near.append(found);
            }
        }
    }

    fn areas(&self) -> Option<Areas<'_>> {
        self.claim.area.as_deref().filter(|_| self.definition.areas).map(Areas::of)
    }

    fn period(&self, when: &When) -> Option<Period> {
        match when {
            When::Period(period) => Some(*period),
            When::Years(years) => span_of(years),
            When::Unnamed | When::Within(_) => None,
        }
    }

    fn is_of_unit(&self, figure: &Figure) -> bool {
        matches!(
            (self.claim.unit, figure.unit),
            (Unit::Percent, FigureUnit::Percent) | (Unit::Permille, FigureUnit::Permille)
        )
    }

    /// Whether any of the figures of a cell fits that hold, or held when the document was published.
    fn fits(&self, cell: Cell<'f>) -> bool {
        let holds = |figure: &&Figure| figure.holds(None) || figure.holds(self.passage.published);
        cell.iter().filter(holds).any(|figure| self.candidate(figure).fits)
    }

    /// A figure beside the claim. "20 ud af 30" fits a printed 66.6 % of 30 cases: only 20 cases make that.
    fn candidate(&self, figure: &'f Figure) -> Candidate<'f> {
        let mut candidate = Candidate::new(self.claim, self.interval, figure);
        let ratio = self.claim.numerator.zip(self.claim.denominator);
        if let (Rule::OutOf, Some((part, whole)), Some(cases)) = (self.claim.found.rule, ratio, figure.cases)
        {
            let of_figure = (figure.value * whole / 100.0).round();
            candidate.fits |= self::whole(whole) == Some(cases) && (of_figure - part).abs() < 0.5;
        }
        candidate
    }

    /// What may be meant; where nothing is, what is near.
    fn list(&self, check: &mut Check<'_, 'f>, cells: &Cells<'f>) {
        let meant = [&cells.exact, &cells.open];
        let beside = [&cells.near, &cells.apart];
        let shown = if meant.iter().all(|cells| cells.is_empty()) { beside } else { meant };
        let figures = shown.into_iter().flatten().copied().flatten();
        check.candidates.extend(figures.map(|figure| self.candidate(figure)));
    }

    // --- how many cases ---

    /// The number of cases that a share of this area and period is taken of.
    fn cases(&self, area: &str, place: Place, period: Period) -> Option<u64> {
        let measure = self.definition.cases.as_deref()?;
        let counts = self.figures.cell(measure, place, period);
        counts.iter().find(|f| f.area == area && f.holds(None)).and_then(|f| whole(f.value))
    }

    fn cases_of(&self, figure: &Figure) -> Option<u64> {
        figure.cases.or_else(|| self.cases(&figure.area, figure.place, figure.period))
    }

    /// Whether the claim says a denominator other than that of the figure; `None` where it says one and the figure's is not
    /// known.
    fn states_other_denominator(&self, cells: &Cells<'f>, place: Place) -> Option<bool> {
        let Some(stated) = self.claim.denominator.and_then(whole) else { return Some(false) };
        let figures = || cells.exact.iter().copied().flatten();
        let mut known = figures().filter_map(|f| self.cases_of(f)).peekable();
        if known.peek().is_some() {
            return Some(known.all(|cases| cases != stated));
        }
        let all_cases = self.definition.all_cases.as_deref()?;
        let counts_all = |period| self.figures.cell(all_cases, place, period).iter();
        let is_all = figures().flat_map(|f| counts_all(f.period)).any(|f| whole(f.value) == Some(stated));
        is_all.then_some(true)
    }

    // --- warnings ---

    /// What the words alone tell.
    fn warn_of_words(&self, check: &mut Check<'_, 'f>, when: &When) {
        if self.definition.areas && self.claim.area.is_none() {
            check.warnings.push(Warning::AreaUnnamed);
        }
        if self.definition.cases.is_some()
            && self.claim.denominator.and_then(whole).is_some_and(|n| n < FEW_CASES)
        {
            check.warnings.push(Warning::FewCases);
        }
        if matches!(when, When::Years(years) if span_of(years).is_some()) {
            check.warnings.push(Warning::MultiYear);
        }
        let measure = self.definition.id.as_str();
        let Some(years) = self.passage.compared_years(measure) else { return };
        let areas = self.areas();
        let area = areas.as_ref().and_then(Areas::only);
        if breaks().iter().any(|b| b.parts(measure, area, years)) {
            check.warnings.push(Warning::SeriesBreak);
        }
    }

    /// What the figures of the cells that decide tell.
    fn warn_of_cells(&self, check: &mut Check<'_, 'f>, cells: &[Cell<'f>]) {
        let figures = || cells.iter().copied().flatten();
        check.cases = figures().filter_map(|f| self.cases_of(f)).min();
        if check.cases.is_some_and(|n| n < FEW_CASES) {
            check.warnings.push(Warning::FewCases);
        }
        if figures().any(|f| f.period.is_multi_year()) {
            check.warnings.push(Warning::MultiYear);
        }
        if cells.iter().any(|cell| is_revised(cell)) {
            check.warnings.push(Warning::Revised);
        }
    }

    /// Whether the year is that of publication: said so, or the one of the document, in which the figure of a whole year is
    /// not there yet.
    fn is_publication_year(&self) -> bool {
        let published = self.passage.published.map(|d| d.year());
        let of_document = matches!(self.claim.years[..], [year] if Some(year) == published);
        let said = self.claim.years.is_empty() && !self.passage.publication_years.is_empty();
        self.definition.lag_years > 0 && (of_document || said)
    }
}

fn other_denominator(check: &mut Check<'_, '_>) -> Decision {
    check.warnings.push(Warning::OtherDenominator);
    (Verdict::Undecidable, Reason::OtherDenominator)
}

/// How well a figure's area or period is that of a claim; the worse of both counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    Near,
    Open,
    Exact,
}

fn area_fit(figure: &Figure, definition: &Definition, areas: Option<&Areas<'_>>) -> Fit {
    let Some(areas) = areas else { return if definition.areas { Fit::Open } else { Fit::Exact } };
    let area = figure.area.as_str();
    if areas.only() == Some(area) {
        Fit::Exact
    } else if areas.covers.contains(&area) {
        Fit::Open
    } else {
        Fit::No
    }
}

fn is_kin(figure: &Figure, areas: Option<&Areas<'_>>) -> bool {
    areas.is_some_and(|areas| areas.kin.contains(&figure.area.as_str()))
}

fn period_fit(period: Period, when: &When) -> Fit {
    let near = |claimed: Period| {
        if claimed.contains(period) || period.contains(claimed) { Fit::Near } else { Fit::No }
    };
    match when {
        When::Unnamed => Fit::Open,
        When::Period(claimed) if *claimed == period => Fit::Exact,
        When::Period(claimed) => near(*claimed),
        When::Within(claimed) => {
            if claimed.contains(period) {
                Fit::Open
            } else {
                near(*claimed)
            }
        }
        When::Years(years) => {
            let each = period.as_year().is_some_and(|year| years.contains(&year));
            let span = span_of(years);
            if each || span == Some(period) { Fit::Exact } else { span.map_or(Fit::No, near) }
        }
    }
}

/// The span of years that follow each other.
fn span_of(years: &[Year]) -> Option<Period> {
    let (first, last) = (*years.first()?, *years.last()?);
    let run = years.windows(2).all(|pair| pair[1] == pair[0] + 1);
    (run && first < last).then(|| Period::years(first, last))
}

/// Whether a value was replaced, or the authority itself has said several that are not roundings of each other.
fn is_revised(cell: Cell<'_>) -> bool {
    if cell.iter().any(|f| f.replaced_at.is_some()) {
        return true;
    }
    let official: Vec<_> = cell.iter().filter(|f| f.source.standing.is_official()).collect();
    official.iter().any(|a| official.iter().any(|b| (a.value - b.value).abs() > a.rounding() + b.rounding()))
}

/// A count as a whole number.
fn whole(value: f64) -> Option<u64> {
    const LARGEST: f64 = 1e15;
    if value.fract() != 0.0 || !(0.0..LARGEST).contains(&value) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and in the range")]
    Some(value as u64)
}

#[cfg(test)]
mod tests {
    use belaeg_model::Approx;

    use super::*;
    use crate::figure::Standing;
    use crate::testing::{claim, figure, source};

    fn verdict(claim: &Claim, text: &str, figures: Vec<Figure>) -> (&'static str, Vec<&'static str>) {
        let set = FigureSet::new(figures);
        let claims = std::slice::from_ref(claim);
        let check = check(claim, &Passage::new(text, claims, None), &set).expect("a rate");
        (check.verdict.as_str(), check.warnings.iter().map(|w| w.as_str()).collect())
    }

    fn of(value: f64, quote: &str, approx: Approx) -> Claim {
        Claim { value, quote: quote.to_owned(), approx, ..claim() }
    }

    #[test]
    fn rounding_counts_on_either_side() {
        for (value, quote, official, decimals, expected) in [
            (51.0, "51 %", 50.6, 1, "matches"),
            (50.6, "50,6 %", 51.0, 0, "matches"),
            (50.6, "50,6 %", 52.0, 0, "deviates"),
            (51.0, "51 %", 52.0, 0, "deviates"),
            (50.6, "50,6 %", 50.7, 1, "deviates"),
            (52.0, "52,0 %", 52.4, 1, "deviates"),
            (36.0, "36 %", 35.65, 2, "matches"),
        ] {
            let found = verdict(&of(value, quote, Approx::Exact), "", vec![figure(official, decimals)]);
            assert_eq!(found.0, expected, "{quote} against {official}");
        }
    }

    #[test]
    fn words_are_intervals() {
        for (value, approx, official, expected) in [
            (50.0, Approx::About, 52.0, "matches"),
            (50.0, Approx::About, 53.5, "deviates"),
            (3.0, Approx::About, 2.3, "matches"),
            (50.0, Approx::JustUnder, 46.0, "matches"),
            (50.0, Approx::JustUnder, 52.0, "deviates"),
            (50.0, Approx::JustOver, 54.0, "matches"),
            (50.0, Approx::JustOver, 48.0, "deviates"),
            (50.0, Approx::Over, 75.0, "matches"),
            (50.0, Approx::Over, 48.0, "deviates"),
            (50.0, Approx::AtMost, 50.0, "matches"),
            (50.0, Approx::Under, 53.0, "deviates"),
        ] {
            let found = verdict(&of(value, "tallet", approx), "", vec![figure(official, 1)]);
            assert_eq!(found.0, expected, "{approx:?} {value} against {official}");
        }
    }

    #[test]
    fn any_value_of_a_cell_may_match_and_the_official_one_is_shown() {
        let quoted = Figure { source: source(Standing::QuotedByNews), ..figure(47.0, 0) };
        let set = FigureSet::new(vec![quoted, figure(52.0, 0)]);
        for (value, expected) in [(47.0, "matches"), (52.0, "matches"), (60.0, "deviates")] {
            let claim = of(value, "tallet", Approx::Exact);
            let claims = std::slice::from_ref(&claim);
            let check = check(&claim, &Passage::new("", claims, None), &set).expect("a rate");
            assert_eq!(check.verdict.as_str(), expected);
            assert!(check.candidates[0].figure.source.standing.is_official());
        }
    }

    #[test]
    fn what_is_not_named_never_deviates() {
        let other = Figure { area: "voksenhandicap".to_owned(), ..figure(42.4, 1) };
        let figures = || vec![figure(52.0, 0), other.clone()];
        let unnamed = Claim { area: None, ..claim() };
        assert_eq!(verdict(&unnamed, "", figures()), ("undecidable", vec!["area_unnamed"]));
        assert_eq!(verdict(&unnamed, "", vec![figure(52.0, 0)]).0, "matches");
        assert_eq!(verdict(&unnamed, "", vec![figure(60.0, 0)]).0, "undecidable");
        assert_eq!(
            verdict(&Claim { years: Vec::new(), ..claim() }, "", vec![figure(60.0, 0)]).0,
            "undecidable"
        );
        assert_eq!(verdict(&Claim { place: None, ..claim() }, "", figures()).0, "undecidable");
        let of_all = "52 procent af alle 90 sager blev omgjort";
        assert_eq!(verdict(&claim(), of_all, figures()), ("undecidable", vec!["other_denominator"]));
    }

    #[test]
    fn only_what_there_is_a_figure_for() {
        assert_eq!(verdict(&claim(), "", Vec::new()).0, "no_figure");
        let other = Claim { measure: Some("tilfredshed".to_owned()), ..claim() };
        assert_eq!(verdict(&other, "", vec![figure(52.0, 0)]).0, "no_figure");
        assert_eq!(
            verdict(&Claim { years: vec![2015], ..claim() }, "", vec![figure(52.0, 0)]).0,
            "no_figure"
        );
        let permille = Claim { unit: Unit::Permille, ..claim() };
        assert_eq!(verdict(&permille, "", vec![figure(52.0, 0)]).0, "no_figure");
        let passage = Passage::new("", &[], None);
        let target = Claim { role: Role::Target, ..claim() };
        assert_eq!(check(&target, &passage, &FigureSet::default()), None);
    }

    #[test]
    fn replaced_values_held_on_their_day() {
        let replaced = Figure { replaced_at: "2021-06-01T10:00:00Z".parse().ok(), ..figure(48.0, 0) };
        let set = FigureSet::new(vec![replaced, figure(52.0, 0)]);
        let on = |day: Option<&str>, value| {
            let claim = of(value, "tallet", Approx::Exact);
            let day = day.map(|d| d.parse().expect("a day"));
            let check =
                check(&claim, &Passage::new("", std::slice::from_ref(&claim), day), &set).expect("a rate");
            assert!(check.warnings.contains(&Warning::Revised));
            check.verdict.as_str()
        };
        assert_eq!(on(Some("2021-05-01"), 48.0), "matches");
        assert_eq!(on(Some("2021-07-01"), 48.0), "undecidable");
        assert_eq!(on(None, 48.0), "undecidable");
        assert_eq!(on(None, 52.0), "matches");
        assert_eq!(on(None, 60.0), "deviates");
    }

    #[test]
    fn few_and_no_cases() {
        let few = Figure { cases: Some(6), ..figure(52.0, 0) };
        assert_eq!(verdict(&claim(), "", vec![few]), ("matches", vec!["few_cases"]));
        let none = Figure {
            measure: "realitetsbehandlede_sager".to_owned(),
            unit: FigureUnit::Count,
            ..figure(0.0, 0)
        };
        let elsewhere = Figure { period: "2019".parse().expect("a period"), ..figure(0.0, 0) };
        assert_eq!(verdict(&claim(), "", vec![none, elsewhere]), ("undecidable", vec!["no_cases"]));
    }
}
