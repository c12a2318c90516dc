//! What a statement takes over from what stands above it: its agenda item and section, the heading, and what the
//! statement before was about when this one only says "den", "det" or "andelen".

use std::borrow::Cow;
use std::cmp::Reverse;

use belaeg_model::{ByteSpan, Claim, Found, Kind, Place, Role, Section, StatementKind, Unit, Year, date};
use jiff::civil::Date;

use crate::heads::Head;
use crate::minutes::{is_item, section};
use crate::{Context, Findings, measure, times};

/// What stands above the statement that is read next.
#[derive(Debug, Default)]
pub(crate) struct Above {
    /// Only minutes have sections and agenda items.
    minutes: bool,
    section: Option<Section>,
    item: Option<ByteSpan>,
    heading: Head,
    /// The heading of the agenda item.
    item_heading: Head,
    /// What the statement before was about, and how many statements ago that was.
    subject: Option<(Subject, usize)>,
    /// Measure and area that the title names, or the heading of the agenda item.
    topic: Option<(Option<String>, Option<String>)>,
    /// The year that the title names: "Kvalitetsrapport 2023".
    title_years: Vec<Year>,
    /// Subject and years told where the list began that is being read.
    above_list: Option<BeforeList>,
    /// All years of a title that tells of a span: "Befolkningsprognose 2025-2037".
    span: Vec<Year>,
    /// It is a prognosis.
    prognosis: bool,
    /// It is about the budget of a year to come.
    planned: bool,
    /// A report goes on about the year that its section told of last; elsewhere a year is soon left.
    report: bool,
    told: Vec<Year>,
    /// It told of it in the present: "Pr. 31. oktober 2021 er 89 % vaccineret".
    told_now: bool,
    /// "(2018 i parentes):": the years of the values in brackets under such a line.
    bracketed: Vec<Year>,
    /// The rates read last, the last one last.
    values: Vec<Claim>,
    /// How many of them are of the statement before.
    last_rates: usize,
    /// How many statements have been read.
    lines: usize,
    /// The measures that the document has named so far, the last one last.
    named: Vec<String>,
}

/// What a claim was about.
#[derive(Clone, Debug, Default)]
struct Subject {
    measure: Option<String>,
    area: Option<String>,
    years: Vec<Year>,
    /// "38 % i 2017 mod 37 % i 2016": the earlier and the later of the two years compared.
    compared: Option<(Year, Year)>,
    place: Option<Place>,
    /// It was held against what was told before: "I 2021 var det 75 %."
    aside: bool,
    /// It was a share of something that no measure names.
    unnamed: bool,
    /// The years that it was expected for, or planned.
    expected: Option<Vec<Year>>,
}

/// The subject and the years told of where a list began.
type BeforeList = (Option<(Subject, usize)>, Vec<Year>);

/// How many statements a subject lasts: "Det ..." after two sentences about something else is about these.
const LASTS: usize = 2;

/// How many rates back "de 39 procent" may point.
const VALUES_KEPT: usize = 12;

/// How many statements stand on a title page.
const TITLE_PAGE: usize = 5;

/// In a longer statement a year is one thing among many, in bytes.
const LONGEST_DATED: usize = 200;

impl Above {
    /// For a document of that kind and title.
    pub(crate) fn new(kind: Option<Kind>, title: &str, context: &Context) -> Self {
        let minutes = kind == Some(Kind::Minutes);
        // A letter about the accounts of a year is a report of it.
        let report = kind == Some(Kind::Report) || words(title).any(|w| w.eq_ignore_ascii_case("regnskab"));
        let years = Head::of(title, context).years;
        // A title with several years tells of a span, and of no year in it.
        let title_years = if is_one_period(&years) { years.clone() } else { Vec::new() };
        let prognosis = words(title).any(|w| w.to_lowercase().ends_with("prognose"));
        let span = if title_years.is_empty() { years } else { Vec::new() };
        let to_come = context.published.map(Date::year) < title_years.first().copied();
        let planned = to_come && words(title).any(|w| w == "Budget" || w == "budget" || w == "Budgettet");
        Self { minutes, title_years, span, prognosis, planned, report, ..Self::default() }
    }

    /// Takes in the statement `text` at `span` (of the same block as the one before, or not), and gives its claims what it leaves to what stands above.
    pub(crate) fn read(
        &mut self,
        text: &str,
        (span, same_block): (ByteSpan, bool),
        kind: StatementKind,
        found: &mut Findings,
        context: &Context,
    ) {
        self.place_in_minutes(text, span, kind);
        self.read_title_page(text);
        self.leave_item(kind, same_block);
        if self.minutes && kind == StatementKind::Heading && section(text).is_some() {
            // "Sagsfremstilling" says nothing: the heading of the agenda item holds.
            self.heading.clone_from(&self.item_heading);
            self.subject = None;
            // What was decided is not of the year that was told of.
            if section(text) == Some(Section::Beslutning) {
                self.told.clear();
            }
        } else if kind == StatementKind::Heading {
            self.heading = Head::of(text, context);
            if is_item(text, kind) {
                self.item_heading.clone_from(&self.heading);
            }
            // "Sådan fordelte deltagelsen sig".
            self.heading.measure = self.heading.measure.take().or_else(|| self.named_by(text).cloned());
            if let Some(measure) = self.heading.measure.clone() {
                self.name(measure);
            }
            if self.topic.is_none() || is_item(text, kind) {
                self.topic = Some((self.heading.measure.clone(), self.heading.area.clone()));
            }
            self.subject = None;
            self.told.clear();
            self.bracketed.clear();
        }
        if kind == StatementKind::TableRow {
            self.complete_row(found);
            for measure in found.claims.iter().filter(|c| is_rate(c)).filter_map(|c| c.measure.clone()) {
                if self.named.last() != Some(&measure) {
                    self.name(measure);
                }
            }
        } else {
            let refers = !found.claims.is_empty() && refers_back(text);
            self.complete(text, kind, found, refers, context);
            self.keep(&found.claims);
            self.remember(text, kind, found, refers, context);
        }
    }

    /// The years that the text is about where the next statement begins; none where it is unsure.
    pub(crate) fn told(&self) -> &[Year] {
        let subject = self.subject.as_ref().map(|(subject, _)| subject.years.as_slice());
        subject.filter(|years| is_one_period(years)).unwrap_or(&self.told)
    }

    /// The section and the agenda item of the statement read last.
    pub(crate) fn minutes(&self) -> (Option<Section>, Option<ByteSpan>) {
        (self.section, self.item)
    }

    /// "Kvalitet og retssikkerhed", "2023": a report may have its year on a line of its own on its title page.
    fn read_title_page(&mut self, text: &str) {
        self.lines += 1;
        let year = text.parse::<Year>().ok().filter(|y| (1900..2100).contains(y) && text.len() == 4);
        if self.report && self.lines <= TITLE_PAGE && self.title_years.is_empty() {
            self.title_years.extend(year);
        }
    }

    /// Takes in where the statement stands, and nothing else of it.
    pub(crate) fn place_in_minutes(&mut self, text: &str, span: ByteSpan, kind: StatementKind) {
        if !self.minutes {
            return;
        }
        if is_item(text, kind) {
            (self.item, self.section) = (Some(span), None);
        } else if let Some(section) = section(text) {
            self.section = Some(section);
        }
    }

    /// What a sentence of a list item said holds for the next one of the same item, and not behind it.
    fn leave_item(&mut self, kind: StatementKind, same_block: bool) {
        if kind == StatementKind::ListItem && same_block {
            return;
        }
        if let Some((subject, told)) = self.above_list.take() {
            (self.subject, self.told) = (subject, told);
        }
    }

    /// Gives the cells of a row, whose heads name no measure, what the heading or the topic is about.
    fn complete_row(&self, found: &mut Findings) {
        for claim in &mut found.claims {
            if let (Some((measure, area)), Some(Found::Default)) = (self.spoken_of(), claim.found.measure) {
                take_measure(claim, Some(measure), area, false);
            }
            if matches!(claim.role, Role::Level | Role::Change) {
                let heading = &self.heading.years;
                take_years(claim, if is_one_period(heading) { heading } else { &self.title_years });
                take_years(claim, &self.told);
            }
        }
    }

    /// What the heading is about, or else the whole.
    fn spoken_of(&self) -> Option<(&String, Option<&String>)> {
        let topic = self.topic.as_ref().and_then(|(measure, area)| Some((measure.as_ref()?, area.as_ref())));
        self.heading.measure.as_ref().map(|m| (m, self.heading.area.as_ref())).or(topic)
    }

    /// `refers`: whether the statement goes on about what was spoken of.
    fn complete(
        &self,
        text: &str,
        kind: StatementKind,
        found: &mut Findings,
        refers: bool,
        context: &Context,
    ) {
        let places =
            self.heading.place.is_some() || self.subject.as_ref().is_some_and(|(s, _)| s.place.is_some());
        self.take_list(text, &mut found.claims);
        let lacks = |c: &Claim| {
            let place = places && c.found.place != Some(Found::Explicit);
            c.years.is_empty() || place || is_rate(c) && c.found.measure != Some(Found::Explicit)
        };
        if !found.claims.iter().any(lacks) {
            return;
        }
        let subject = self.subject.as_ref().map(|(subject, age)| (subject, *age));
        let mut link = Link::of(text, kind, refers, subject.map(|(s, _)| s), &self.heading);
        // Only a claim without years asks for the time of the statement.
        if found.claims.iter().any(|c| c.years.is_empty()) {
            link.read_time(text);
        }
        let it = Reading {
            text,
            kind,
            link,
            subject,
            silent: found.places.is_empty(),
            last_year: found.years.last().copied(),
            published: context.published,
            labelled: found.claims.len() == 1 && is_label_line(text),
        };
        let compared = subject
            .filter(|_| it.last_year.is_none() && (it.link.past || text.starts_with("Samtidig")))
            .and_then(|(s, _)| s.compared);
        if let Some((earlier, later)) = compared {
            take_ends(text, &mut found.claims, earlier, later);
        }
        let pointed = self.place_of_known(text, &found.claims);
        // Where the rate before ended, the share that it was, and whether its words said of what.
        let (mut rate_end, mut share, mut base) = (0, None, false);
        for claim in &mut found.claims {
            let mut about = Wording::of(text, claim);
            // "21 pct. valgte en erhvervsuddannelse; målet er 30 pct.": the goal of what its own statement tells.
            about.refers = it.link.refers || it.link.goal && claim.role == Role::Target && rate_end == 0;
            // "26 ud af 13.244 afgørelser, hvilket svarer til 0,20 %": the same share once more.
            if share.is_some_and(|s: f64| (s - claim.value).abs() < 0.6) {
                about.own_base = base;
            }
            if is_rate(claim) {
                share = claim.numerator.map(|_| claim.value);
                base = about.own_base || claim.denominator.is_some_and(|d| d >= 1000.0);
            }
            if text[..claim.span.start].ends_with('(') {
                take_years(claim, &self.bracketed);
            }
            if about.pointed {
                self.take_known(claim, it.last_year);
            }
            if let Some(place) = pointed.filter(|_| !is_rate(claim)) {
                take_place(claim, place);
            }
            self.expect(claim, &it, &about);
            self.plan(claim, &it);
            self.go_on(claim, &it, &about);
            let said = if claim.role == Role::Change { rate_end } else { 0 };
            self.take_named(claim, &it, &about, said);
            self.take_times(claim, &it, &about);
            if let Some(place) = self.heading.place.filter(|_| it.silent) {
                take_place(claim, place);
            }
            rate_end = claim.span.end.max(rate_end);
        }
        join_years(text, &mut found.claims);
    }

    /// Gives a claim what the statement before was about.
    fn go_on(&self, claim: &mut Claim, it: &Reading<'_>, about: &Wording) {
        let Some((subject, age)) = it.subject else { return };
        let (refers, link) = (about.refers, &it.link);
        if (refers || link.listed || about.elliptic || about.placed) && is_rate(claim) {
            take_measure(claim, subject.measure.as_ref(), subject.area.as_ref(), about.own_base);
        }
        // "I 2019 var det 56 procent." was said beside what the text is about.
        let aside = (link.listed || subject.aside && !refers) && self.told.last() > subject.years.last();
        let years = if aside { &self.told } else { &subject.years };
        let timeless = !about.moves && may_take_years(claim, link, about);
        if let Some((earlier, later)) = subject.compared.filter(|_| refers && about.whole_change) {
            take_years(claim, &[earlier, later]);
        }
        if (refers || link.listed || link.past && age == 0 || about.elliptic)
            && timeless
            && is_later(claim, about, it.last_year, it.now(), years)
        {
            take_years(claim, years);
        }
        if let Some(place) = subject.place.filter(|_| it.silent && refers) {
            take_place(claim, place);
        }
    }

    /// Gives a claim the measure that a noun of its statement (behind byte `said`), the heading or the topic names.
    fn take_named(&self, claim: &mut Claim, it: &Reading<'_>, about: &Wording, said: usize) {
        if !is_rate(claim) {
            return;
        }
        let unnamed = claim.found.measure != Some(Found::Explicit);
        if unnamed && let Some(measure) = self.named_by(&it.text[said..claim.span.start]) {
            take_measure(claim, Some(measure), None, about.own_base);
        }
        let of_other = about.refers && it.subject.is_some_and(|(s, age)| s.unnamed && age == 0);
        if (about.refers || it.link.listed || about.elliptic) && !of_other {
            let heading = (self.heading.measure.as_ref(), self.heading.area.as_ref());
            // A heading that is a claim itself: "Målet er 5,5 procent".
            let topic = self.spoken_of().filter(|_| it.kind == StatementKind::Heading);
            let (measure, area) = topic.map_or(heading, |(m, a)| (Some(m), a));
            take_measure(claim, measure, area, about.own_base);
        }
        if about.placed
            && let Some((measure, area)) = self.spoken_of()
        {
            take_measure(claim, Some(measure), area, about.own_base);
        }
        // "en samlet vækst på 2,6 procent" under "Befolkningsprognose".
        if claim.measure.is_none() && words(it.text).any(|w| w == "vækst" || w == "væksten") {
            take_measure(claim, self.heading.moved.as_ref(), None, about.own_base);
        }
    }

    /// Gives a claim the years of the heading, of what was told, or of the title.
    fn take_times(&self, claim: &mut Claim, it: &Reading<'_>, about: &Wording) {
        let (link, heading) = (&it.link, &self.heading.years);
        let timeless = !about.moves && may_take_years(claim, link, about);
        let later = |claim: &Claim, years: &[Year]| is_later(claim, about, it.last_year, it.now(), years);
        if timeless && later(claim, heading) && heading.len() <= 2 {
            take_years(claim, heading);
        }
        if claim.role == Role::Target && self.heading.role == Some(Role::Target) && it.last_year.is_none() {
            take_years(claim, heading);
        }
        if !timeless {
            return;
        }
        // What is told in the present is of the year told of in the present, or of the year of a report.
        let present = self.report && !link.perfect || self.told_now || about.refers || about.held_against;
        // "Den 5. maj" is a time of its own.
        let goes_on = (is_rate(claim) || self.report && link.past) && !link.dated && (link.past || present);
        if goes_on && later(claim, &self.told) {
            take_years(claim, &self.told);
        }
        if (goes_on || link.past || link.listed || it.labelled) && later(claim, &self.title_years) {
            take_years(claim, &self.title_years);
        }
        if it.last_year.is_none() && link.past {
            take_years(claim, &latest_month(clause_at(it.text, claim.span), it.published));
        }
    }

    /// "Det er 3 pct. færre end i dag", after what is expected for 2030: what a change goes on to is expected too.
    fn expect(&self, claim: &mut Claim, it: &Reading<'_>, about: &Wording) {
        let expected = it.subject.filter(|(_, age)| *age == 0).and_then(|(s, _)| s.expected.as_ref());
        let Some(years) = expected.filter(|_| it.last_year.is_none() && !it.link.past) else { return };
        let growth = words(it.text).next().is_some_and(|w| matches!(w, "Væksten" | "Stigningen" | "Faldet"));
        let same = it.link.refers || self.prognosis;
        let goes_on =
            claim.role == Role::Change || claim.role == Role::Level && (growth || about.whole_level);
        if same && goes_on && claim.years.is_empty() && is_rate(claim) {
            claim.role = Role::Forecast;
            // "0,3 procent om året": of each year of the prognosis.
            let yearly = it.text[claim.span.end..].trim_start().starts_with("om året");
            take_years(claim, if yearly && !self.span.is_empty() { &self.span } else { years });
        }
    }

    /// "Anlægsbudgettet skæres med en femtedel" under "Budget 2024": a change in the budget of a year to come is planned.
    fn plan(&self, claim: &mut Claim, it: &Reading<'_>) {
        let budget = || words(it.text).any(|w| w.to_lowercase().contains("budget"));
        let earlier = it.last_year < self.title_years.first().copied();
        let open = claim.role == Role::Change && claim.years.is_empty() && !it.link.past;
        if self.planned && earlier && open && budget() {
            claim.role = Role::Forecast;
            take_years(claim, &self.title_years);
        }
    }

    /// Gives "de 39 procent" what was said of the 39 procent before.
    fn take_known(&self, claim: &mut Claim, last_year: Option<Year>) {
        let same = |c: &&Claim| c.unit == claim.unit && (c.value - claim.value).abs() < 0.001;
        let Some(known) = self.values.iter().rev().find(same) else { return };
        take_measure(claim, known.measure.as_ref(), known.area.as_ref(), false);
        if claim.role == Role::Level && known.role == Role::Target {
            claim.role = Role::Target;
        }
        if last_year.is_none() {
            take_years(claim, &known.years);
        }
        if let Some(place) = known.place.filter(|_| known.found.place != Some(Found::Default)) {
            take_place(claim, place);
        }
    }

    /// "I 2021 var de tilsvarende andele 68,2, 24,1 og 7,7 procent": a list of as many values as the statement before had
    /// measures what that one did, in order.
    fn take_list(&self, text: &str, claims: &mut [Claim]) {
        let n = claims.len();
        if n < 2
            || !words(text).any(|w| w == "tilsvarende")
            || !claims.iter().all(is_rate)
            || self.last_rates != n
        {
            return;
        }
        for (claim, known) in claims.iter_mut().zip(&self.values[self.values.len() - n..]) {
            claim.measure.clone_from(&known.measure);
            claim.found.measure = Some(Found::Context);
        }
    }

    /// The place of the 39 procent in "De 39 procent dækker 64 sager".
    fn place_of_known(&self, text: &str, claims: &[Claim]) -> Option<Place> {
        let [rate, count] = claims else { return None };
        let pointed = is_rate(rate) && !is_rate(count) && Wording::of(text, rate).pointed;
        let same = |c: &&Claim| c.unit == rate.unit && (c.value - rate.value).abs() < 0.001;
        self.values.iter().rev().find(same).filter(|_| pointed)?.place
    }

    /// Keeps the rates that a later statement may point to.
    fn keep(&mut self, claims: &[Claim]) {
        self.last_rates = claims.iter().filter(|c| is_rate(c)).count().min(VALUES_KEPT);
        self.values.extend(claims.iter().filter(|c| is_rate(c)).cloned());
        let most = self.values.len().saturating_sub(VALUES_KEPT);
        self.values.drain(..most);
    }

    fn name(&mut self, measure: String) {
        self.named.retain(|m| *m != measure);
        self.named.push(measure);
    }

    /// The measure that a definite noun of `text` means: "fraværet" where sygefravær has been spoken of.
    fn named_by(&self, text: &str) -> Option<&String> {
        if self.named.is_empty() {
            return None;
        }
        let nouns: Vec<String> = words(text).filter_map(definite).collect();
        let names = |m: &String| nouns.iter().any(|noun| is_label_of(Some(m), noun));
        self.named.iter().rev().find(|m| names(m))
    }

    fn remember(
        &mut self,
        text: &str,
        kind: StatementKind,
        found: &Findings,
        refers: bool,
        context: &Context,
    ) {
        let explicit = found.claims.iter().filter(|c| c.found.measure == Some(Found::Explicit));
        for measure in explicit.filter_map(|c| c.measure.clone()) {
            self.name(measure);
        }
        // The items of a list share the line above it, not one another's values.
        if kind == StatementKind::ListItem && self.above_list.is_none() {
            self.above_list = Some((self.subject.clone(), self.told.clone()));
        }
        let rate = found.claims.iter().rev().find(|c| is_rate(c) && c.role != Role::Target);
        let aimed = found.claims.iter().rev().find(|c| is_rate(c));
        if let Some(claim) =
            rate.or(aimed).or_else(|| found.claims.iter().rev().find(|c| c.unit == Unit::Count))
        {
            let named = |f: Option<Found>| matches!(f, Some(Found::Explicit | Found::Context));
            let before = self.subject.take().map(|(s, _)| s).unwrap_or_default();
            // A count goes on about the same measure, and a claim without years about the same time.
            let counted = claim.unit == Unit::Count;
            // "69 % i 2021 mod 73 % i 2017": the text goes on about 2021.
            // What follows "et fald på 1 procentpoint" from one year to the next is of the later one.
            let spans = |c: &&Claim| c.found.years == Some(Found::Context) && c.years.len() > 1;
            // "Budgettet bygger på 25,4 i 2026 mod 25,6 i 2025": the text goes on about 2026.
            let held = words(text).any(|w| w == "mod");
            let since = |c: &&Claim| c.years.first().is_some_and(|y| text.contains(&format!("siden {y}")));
            let told = found.claims.iter().filter(|c| {
                c.role == Role::Level
                    || c.role == Role::Change && !spans(c) && !since(c)
                    || c.role == Role::Forecast && held
            });
            let latest = told.max_by_key(|c| (c.years.last().copied(), Reverse(c.years.len())));
            let dated = latest.and_then(|c| c.found.years);
            let latest = latest.map(|c| &c.years);
            if let Some(years) =
                latest.filter(|years| is_one_period(years) && years.last() >= self.told.last())
            {
                self.told.clone_from(years);
                self.told_now =
                    !words(text).any(is_past) && (self.told_now || dated == Some(Found::Explicit));
            } else if latest.is_none_or(Vec::is_empty) && !self.report && words(text).any(|w| w == "har") {
                // "Ungeindsatsen har fulgt 140 unge": what follows is about them, whenever that was.
                self.told.clear();
            }
            let measure = claim.measure.clone().filter(|_| named(claim.found.measure));
            // "Faldet er på 4,8 procentpoint" goes on between the two years.
            let kept = before.compared.filter(|(a, b)| found.claims.iter().all(|c| c.years == [*a, *b]));
            let subject = Subject {
                aside: refers,
                unnamed: !counted
                    && claim.found.measure != Some(Found::Explicit)
                    && claim.measure.as_deref().is_none_or(|m| m == measure::OTHER_SHARE),
                expected: expected_years(text, &found.claims),
                compared: compared_years(&found.claims).or(kept),
                measure: if counted { before.measure } else { measure },
                area: if counted { before.area } else { claim.area.clone() },
                years: latest.cloned().unwrap_or_default(),
                // "24,6 pct. (København) og 38,3 pct. (Esbjerg)": what comes next is of neither.
                place: claim
                    .place
                    .filter(|p| named(claim.found.place) && found.claims.iter().all(|c| c.place == Some(*p))),
            };
            self.subject = Some((subject, 0));
        } else if text.ends_with(':') {
            let Head { measure, area, mut years, place, .. } = Head::of(text, context);
            self.bracketed = years_of_brackets(text, context);
            years.retain(|year| !self.bracketed.contains(year));
            self.subject = Some((Subject { measure, area, years, place, ..Subject::default() }, 0));
        } else if let Some(subject) = unclaimed(text, context) {
            self.subject = Some((subject, 0));
        } else if let Some(year) = only_year(text, context).filter(|y| Some(y) >= self.told().last()) {
            self.told = vec![year];
            self.subject = None;
        } else {
            self.subject = self.subject.take().map(|(s, age)| (s, age + 1)).filter(|(_, age)| *age < LASTS);
        }
    }
}

/// What a statement without claims was about, where the next may be about it: "94 dage i 2023 mod 77 dage i 2022", "Det
/// forventede regnskab viser ...".
fn unclaimed(text: &str, context: &Context) -> Option<Subject> {
    if !text.bytes().any(|b| b.is_ascii_digit()) || text.len() > LONGEST_DATED {
        return None;
    }
    let expected = expected_years(text, &[]);
    let compared = words(text).any(|w| w == "mod");
    if !compared && expected.is_none() {
        return None;
    }
    let years = Head::of(text, context).years;
    match (years.as_slice(), expected) {
        (_, Some(_)) => Some(Subject { expected: Some(years), unnamed: true, ..Subject::default() }),
        ([earlier, later], None) => Some(Subject {
            compared: Some((*earlier, *later)),
            years: vec![*later],
            unnamed: true,
            ..Subject::default()
        }),
        _ => None,
    }
}

/// The years for which a statement says what is expected.
fn expected_years(text: &str, claims: &[Claim]) -> Option<Vec<Year>> {
    if claims.is_empty() {
        return words(text).any(|w| w.starts_with("forvente")).then(Vec::new);
    }
    claims.iter().rev().find(|c| c.role == Role::Forecast && !c.years.is_empty()).map(|c| c.years.clone())
}

/// The years of the values in brackets: "Andelen i 2019 (2018 i parentes):".
fn years_of_brackets(text: &str, context: &Context) -> Vec<Year> {
    let told = text.split_once(" i parentes").map_or("", |(before, _)| before);
    let bracket = told.rfind('(').map_or("", |at| &told[at..]);
    Head::of(bracket, context).years
}

/// The year that a statement without claims tells of: "Medarbejderne var mindre syge i 2023 end året før".
fn only_year(text: &str, context: &Context) -> Option<Year> {
    if text.len() > LONGEST_DATED {
        return None;
    }
    let bytes = text.as_bytes();
    let begins_year = |at| matches!(bytes.get(at..at + 4), Some([b'1', b'9', ..] | [b'2', b'0', ..]));
    if !memchr::memchr2_iter(b'1', b'2', bytes).any(begins_year) {
        return None;
    }
    if !words(text).any(is_past) {
        return None;
    }
    times::told_of(text, context.published)
}

fn is_rate(claim: &Claim) -> bool {
    !matches!(claim.unit, Unit::Count | Unit::PerN)
}

/// How a statement joins the one before it.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    /// It points back: "det", "heraf", "fraværet".
    refers: bool,
    /// It speaks of the goal.
    goal: bool,
    /// It is an item of a list.
    listed: bool,
    /// It tells of what has been.
    past: bool,
    /// It tells of now.
    now: bool,
    /// It tells of what has become so: "har deltaget".
    perfect: bool,
    /// It names a month.
    dated: bool,
}

impl Link {
    fn of(text: &str, kind: StatementKind, refers: bool, subject: Option<&Subject>, heading: &Head) -> Self {
        let same = [subject.and_then(|s| s.measure.as_ref()), heading.measure.as_ref()];
        let mut nouns = words(text).take(8).filter_map(definite);
        let names_it = nouns.any(|noun| same.iter().any(|measure| is_label_of(*measure, &noun)));
        let refers = refers || names_it;
        let goal = words(text).take(8).any(|w| w.eq_ignore_ascii_case("målet"));
        Self { refers, goal, listed: kind == StatementKind::ListItem, ..Self::default() }
    }

    fn read_time(&mut self, text: &str) {
        let mut has = false;
        for word in words(text) {
            self.perfect |= has && word.len() > 3 && word.ends_with('t');
            has = word == "har";
            self.past |= is_past(word);
            self.now |= is_now(word);
            self.dated |= date::month(word).is_some();
        }
        self.perfect &= !self.past;
    }
}

/// The statement that is being completed.
struct Reading<'a> {
    text: &'a str,
    kind: StatementKind,
    link: Link,
    /// What the statement before was about, and how many statements ago that was.
    subject: Option<(&'a Subject, usize)>,
    /// It names no place.
    silent: bool,
    last_year: Option<Year>,
    published: Option<Date>,
    /// It is a label and one value.
    labelled: bool,
}

impl Reading<'_> {
    fn now(&self) -> Option<Year> {
        self.published.map(Date::year)
    }
}

/// What the words around a claim say about its being complete.
struct Wording {
    /// It goes on about what was spoken of.
    refers: bool,
    /// "af sagerne": what it is a share of.
    own_base: bool,
    /// "lå på 41 pct.": a value and nothing that it measures.
    elliptic: bool,
    /// "ligger Odense på 36 % og Kolding på 71 %": places and their values, and nothing that they measure.
    placed: bool,
    /// "fra 7,1 % til 6,2 %": the two ends have different years, and no one of them is said.
    moves: bool,
    /// "5,9 procent mod 6,9 procent i 2022": what is held against it was earlier.
    held_against: bool,
    /// "De 39 procent": a value that was said before.
    pointed: bool,
    /// "Det er et merforbrug på 35,0 mio. kr. eller 1,8 procent": the whole of what was said before.
    whole_level: bool,
    /// "Det er et fald på 1,0 procentpoint": between the two values compared before.
    whole_change: bool,
}

impl Wording {
    fn of(text: &str, claim: &Claim) -> Self {
        // "33 procent af 138 sager" says of how many, and not of what.
        let base = text[claim.span.end..].trim_start().strip_prefix("af ");
        let own_base = base.is_some_and(|base| !base.starts_with(|c: char| c.is_ascii_digit()))
            || text.starts_with("Af de")
            || text[..claim.span.start].contains("ndelen af ");
        let before =
            words_back(&text[..claim.span.start]).find(|w| !APPROXIMATIONS.contains(w)).unwrap_or_default();
        // "svarende til 13 procent" is no end of a movement.
        let moves =
            before == "fra" || before == "til" && words(&text[..claim.span.start]).any(|w| w == "fra");
        let led = moves || before == "til";
        let leads = led || ["på", "var", "er", "det", "den", "mod"].contains(&before);
        // "De 39 procent dækker 64 sager".
        let once_more = text.trim_start_matches(['—', '–', '-', ' ']).starts_with("eller ");
        let pointed = matches!(before, "De" | "de" | "Den") || once_more;
        // "Kommunen venter at nå 55 procent i 2023": what is aimed at or expected is said before.
        let aimed = matches!(claim.role, Role::Target | Role::Forecast)
            && (ends_there(&text[claim.span.end..]) || text[claim.span.end..].starts_with(" skal "));
        let own_rate = text[..claim.span.start].contains("procenten")
            && words(&text[..claim.span.start]).any(|w| w.len() > 9 && w.ends_with("procenten"));
        let placed = claim.found.place == Some(Found::Explicit)
            && words(text).any(|w| ["ligger", "lå", "havde", "har", "topper", "fulgt"].contains(&w));
        let open = !own_base && !own_rate;
        let mut behind = words(&text[claim.span.end..]);
        let held_against = match behind.next() {
            Some("mod") => true,
            Some("det") => behind.next() == Some("samme"),
            // "88 % opnår ... – 2 procentpoint flere end i 2017/18".
            _ => {
                claim.role == Role::Level
                    && text[claim.span.end..]
                        .split_once(" procentpoint ")
                        .is_some_and(|(_, b)| b.contains(" end i "))
            }
        };
        let mut behind = words(&text[claim.span.end..]);
        let whole_change =
            claim.role == Role::Change && !behind.any(|w| matches!(w, "end" | "over" | "under"));
        let own_base = own_base || own_rate;
        Self {
            refers: false,
            own_base,
            elliptic: open && (leads || pointed || aimed),
            placed: open && placed,
            moves,
            held_against,
            pointed,
            whole_change,
            whole_level: text.starts_with("Det er ") || text.starts_with("Det er\n"),
        }
    }
}

/// Words before a value that only say how exact it is.
const APPROXIMATIONS: &[&str] =
    &["ca", "cirka", "knap", "godt", "omkring", "kun", "næsten", "mindst", "højst", "under", "over"];

/// Whether nothing but a time follows in the clause: " i 2023 og ...", ", som ...".
fn ends_there(behind: &str) -> bool {
    let Some(first) = behind.trim_start().chars().next() else { return true };
    !first.is_alphabetic()
        || words(behind).next().is_some_and(|w| matches!(w, "i" | "inden" | "og" | "eller"))
}

/// "Socialområdet   46 procent": a few words and a value, and no verb between them.
fn is_label_line(text: &str) -> bool {
    const VERBS: &[&str] = &["er", "har", "svarer", "udgør", "ligger", "får", "bliver"];
    if text.ends_with('.') {
        return false;
    }
    let label = text.split(|c: char| c.is_ascii_digit()).next().unwrap_or_default();
    if label.len() >= text.len() || !(1..=5).contains(&words(label).count()) {
        return false;
    }
    words(text).count() <= 9 && !words(text).any(|w| is_past(w) || VERBS.contains(&w))
}

/// A verb in the past: "blev", "handlede".
fn is_past(word: &str) -> bool {
    let regular = word.len() > 6 && word.ends_with("ede");
    match word {
        "blev" | "var" | "lå" | "havde" | "fik" | "endte" | "udgjorde" | "kom" | "tog" | "gik" | "viste"
        | "steg" | "faldt" | "brugte" | "svarede" | "udtalte" | "ramte" => true,
        "samlede" | "ansatte" | "ønskede" => false,
        _ => regular,
    }
}

/// A word of now, or of what is to come.
fn is_now(word: &str) -> bool {
    matches!(word, "nu" | "dag" | "aktuelt" | "fortsat" | "forventes" | "ventes" | "skal")
}

/// A year, or the two years of a school year.
fn is_one_period(years: &[Year]) -> bool {
    matches!(years, [_] | [_, _]) && years.last().zip(years.first()).is_some_and(|(b, a)| b - a <= 1)
}

/// The earlier and the later year, where the claims compare two years of one value each.
fn compared_years(claims: &[Claim]) -> Option<(Year, Year)> {
    let levels: Vec<&Claim> = claims.iter().filter(|c| c.role == Role::Level && is_rate(c)).collect();
    let [a, b] = levels[..] else { return None };
    match (a.years.as_slice(), b.years.as_slice()) {
        ([a], [b]) if a != b => Some((*a.min(b), *a.max(b))),
        _ => None,
    }
}

/// Years that claims of one statement share once some have taken theirs from above: the parts of "96 ud af 100" have those of
/// the share, "et fald på 2,8" behind "38,2 mod 41,0" has both.
fn join_years(text: &str, claims: &mut [Claim]) {
    for i in 0..claims.len() {
        // "blev overholdt i 38 sager (76 procent)".
        let again = |c: &Claim| {
            let between = text.get(claims[i].span.end..c.span.start);
            between.is_some_and(|t| t.ends_with('(') && t.split_whitespace().count() <= 3)
        };
        let given = |c: &&Claim| {
            (c.span.contains(claims[i].span) || again(c))
                && is_rate(c)
                && c.found.years == Some(Found::Context)
        };
        if !is_rate(&claims[i])
            && let Some(years) = claims.iter().find(given).map(|c| c.years.clone())
        {
            take_years(&mut claims[i], &years);
        }
    }
    for i in 2..claims.len() {
        let [later, earlier, change] = &claims[i - 2..=i] else { continue };
        let held =
            later.span.end <= earlier.span.start && text[later.span.end..earlier.span.start].trim() == "mod";
        let of_both = change.role == Role::Change
            && change.years == earlier.years
            && earlier.span.end <= change.span.start
            && text[earlier.span.end..change.span.start].contains("altså");
        if held && of_both && later.found.years == Some(Found::Context) {
            let mut years = [earlier.years.as_slice(), later.years.as_slice()].concat();
            years.sort_unstable();
            years.dedup();
            claims[i].years = years;
        }
    }
}

/// Gives "fra 46 % til 52 %" the two years that the statement before compared.
fn take_ends(text: &str, claims: &mut [Claim], earlier: Year, later: Year) {
    let led_by = |c: &Claim, word| words_back(&text[..c.span.start]).next() == Some(word);
    for i in 1..claims.len() {
        if led_by(&claims[i - 1], "fra") && led_by(&claims[i], "til") {
            take_years(&mut claims[i - 1], &[earlier]);
            take_years(&mut claims[i], &[later]);
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at = run_end(text, at, false);
        let start = at;
        at = run_end(text, at, true);
        (at > start).then(|| &text[start..at])
    })
}

/// The words of `text` from the last one on.
fn words_back(text: &str) -> impl Iterator<Item = &str> {
    text.rsplit(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty())
}

/// Where the letters, or the characters that are none, end that begin at byte `at`.
fn run_end(text: &str, at: usize, letters: bool) -> usize {
    let bytes = text.as_bytes();
    let mut end = at;
    while let Some(b) = bytes.get(end) {
        let (is_letter, len) = match b {
            0..0x80 => (b.is_ascii_alphabetic(), 1),
            // "À" to "ÿ": letters, but for "×" and "÷".
            0xc3 => (!matches!(bytes.get(end + 1), Some(0x97 | 0xb7)), 2),
            _ => {
                let Some(c) = text[end..].chars().next() else { break };
                (c.is_alphabetic(), c.len_utf8())
            }
        };
        if is_letter != letters {
            break;
        }
        end += len;
    }
    end
}

/// The bare form, in lower case, of a word that may be a definite noun: "fraværet" -> "fravær".
fn definite(word: &str) -> Option<String> {
    let bare = word.strip_suffix("en").or_else(|| word.strip_suffix("et"))?;
    (bare.len() >= 6).then(|| bare.to_lowercase())
}

/// Whether a measure is called `noun`, or something that ends with it: "fravær" of "sygefravær".
fn is_label_of(measure: Option<&String>, noun: &str) -> bool {
    let label = measure.and_then(|m| measure::folded_label(m)).unwrap_or_default();
    // "deltagelsen" of "valgdeltagelse".
    label.ends_with(noun) || label.strip_suffix('e').is_some_and(|l| l.ends_with(noun))
}

/// Whether a claim may be of years said above: it has none, and is neither of now nor aimed at.
fn may_take_years(claim: &Claim, link: &Link, about: &Wording) -> bool {
    // "forventes" says what is expected, and not when; "nu 17,5 % mod 22,0 % i 2021/22" is of the year told of.
    let now = link.now && claim.role != Role::Forecast && !about.held_against;
    let vote = claim.noun.as_deref().is_some_and(|n| n.starts_with("stemme"));
    claim.years.is_empty() && claim.role != Role::Target && !now && !vote
}

/// Whether `years` can be those of the claim beside the years of its own statement: it has none, or is compared with an
/// earlier one ("12 procent flere end i 2021", "5,9 procent mod 6,9 procent i 2022"). What is expected is not of years before `now`.
fn is_later(
    claim: &Claim,
    about: &Wording,
    last_year: Option<Year>,
    now: Option<Year>,
    years: &[Year],
) -> bool {
    if claim.role == Role::Forecast && (now.is_none() || years.last().copied() < now) {
        return false;
    }
    let compared = claim.role == Role::Change || about.held_against;
    last_year.is_none() || compared && last_year < years.last().copied()
}

/// The text up to the end of the clause or noun phrase around `span`.
fn clause_at(text: &str, span: ByteSpan) -> &str {
    let end = text[span.end..].find([',', ';']).map_or(text.len(), |at| span.end + at);
    let joined = text[span.end..end].find(" og en ").map_or(end, |at| span.end + at);
    &text[..joined]
}

/// The year of the last such month before `published` that "i november" in a statement about the past means.
fn latest_month(text: &str, published: Option<Date>) -> Vec<Year> {
    let Some(published) = published else { return Vec::new() };
    let words: Vec<&str> = words(text).collect();
    let named = words.windows(2).find_map(|w| (w[0].eq_ignore_ascii_case("i")).then(|| date::month(w[1]))?);
    named.map(|m| published.year() - Year::from(m > published.month())).into_iter().collect()
}

fn take_measure(claim: &mut Claim, measure: Option<&String>, area: Option<&String>, own_base: bool) {
    // A level whose words name something that is no measure has none.
    let none = claim.measure.is_none() && claim.role == Role::Level;
    if claim.found.measure == Some(Found::Explicit) || own_base || none {
        return;
    }
    if let Some(measure) = measure.filter(|_| claim.found.measure != Some(Found::Context)) {
        claim.measure = Some(measure.clone());
        claim.found.measure = Some(Found::Context);
        claim.area = claim.area.take().or_else(|| area.cloned());
    }
}

fn take_years(claim: &mut Claim, years: &[Year]) {
    if claim.years.is_empty() && !years.is_empty() {
        claim.years = years.to_vec();
        claim.found.years = Some(Found::Context);
    }
}

fn take_place(claim: &mut Claim, place: Place) {
    if claim.found.place.is_none_or(|f| f == Found::Default) {
        claim.place = Some(place);
        claim.found.place = Some(Found::Context);
    }
}

/// Whether the statement says that it goes on about what was spoken of: "Det er ...", "I 2021 var andelen ...", "Heraf ...".
fn refers_back(text: &str) -> bool {
    let words: Vec<&str> = words(text).take(10).collect();
    words.iter().take(8).enumerate().any(|(i, w)| {
        let lower =
            if w.starts_with(char::is_uppercase) { w.to_lowercase().into() } else { Cow::Borrowed(*w) };
        match lower.as_ref() {
            // "Den 5. maj", "det sociale område": an article, unless a verb stands beside it.
            "den" | "det" | "dette" | "denne" => {
                let verb = |k: Option<usize>| k.and_then(|k| words.get(k)).is_some_and(|w| is_verb(w));
                verb(Some(i + 1)) || verb(i.checked_sub(1))
            }
            // "Andelen af langtidsledige": it says of what.
            "andelen" => words.get(i + 1) != Some(&"af"),
            word => points_back(word),
        }
    })
}

/// A word for what has been spoken of.
fn points_back(word: &str) -> bool {
    matches!(
        word,
        "tallet"
            | "tallene"
            | "procenten"
            | "niveauet"
            | "satsen"
            | "faldet"
            | "stigningen"
            | "gennemsnittet"
            | "landsgennemsnittet"
            | "resultatet"
            | "overskridelsen"
            | "tilslutningen"
            | "altså"
            | "heraf"
            | "deraf"
            | "her"
            | "dermed"
            | "således"
            | "tilsvarende"
    )
}

/// A verb of which a pronoun may be the subject.
fn is_verb(word: &str) -> bool {
    matches!(
        word,
        "er" | "var"
            | "blev"
            | "bliver"
            | "lå"
            | "ligger"
            | "udgør"
            | "udgjorde"
            | "svarer"
            | "svarede"
            | "steg"
            | "stiger"
            | "faldt"
            | "falder"
            | "har"
            | "havde"
            | "endte"
            | "gælder"
            | "skal"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_points_back_takes_over() {
        for text in [
            "Det er 3 procentpoint højere end i 2021.",
            "I 2020 var andelen 5 %.",
            "Tallet var 7 pct. i Odense.",
        ] {
            assert!(refers_back(text), "{text}");
        }
        for text in
            ["Den 5. maj blev 5 % spurgt.", "Skolerne har 5 % fravær.", "Det sociale område faldt 5 %."]
        {
            assert!(!refers_back(text), "{text}");
        }
    }
}
