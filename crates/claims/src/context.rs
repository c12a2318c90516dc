//! What a statement takes over from what stands above it: its agenda item and section, the heading, and what the
//! statement before was about when this one only says "den", "det" or "andelen".

use belaeg_model::place::PlaceKind;
use belaeg_model::{ByteSpan, Claim, Found, Place, Role, Section, StatementKind, Unit, Year};

use crate::heads::Head;
use crate::{Context, Findings, measure};

/// What stands above the statement that is read next.
#[derive(Debug, Default)]
pub(crate) struct Above {
    /// Only minutes have sections and agenda items.
    minutes: bool,
    section: Option<Section>,
    item: Option<ByteSpan>,
    heading: Head,
    /// What the statement before was about, and how many statements ago that was.
    subject: Option<(Subject, usize)>,
}

/// What a claim was about.
#[derive(Clone, Debug, Default)]
struct Subject {
    measure: Option<String>,
    area: Option<String>,
    years: Vec<Year>,
    place: Option<Place>,
}

/// How many statements a subject lasts: "Det ..." after two sentences about something else is about these.
const LASTS: usize = 2;

/// A longer line is no label of a section, in bytes.
const LONGEST_LABEL: usize = 100;

impl Above {
    pub(crate) fn new(minutes: bool) -> Self {
        Self { minutes, ..Self::default() }
    }

    /// Takes in the statement `text` at `span`, and gives its claims what it leaves to what stands above.
    pub(crate) fn read(
        &mut self,
        text: &str,
        span: ByteSpan,
        kind: StatementKind,
        found: &mut Findings,
        context: &Context,
    ) {
        self.place_in_minutes(text, span, kind);
        if kind == StatementKind::Heading {
            self.heading = Head::of(text, context);
            self.subject = None;
        }
        if kind != StatementKind::TableRow {
            self.complete(text, kind, found);
            self.remember(text, kind, found, context);
        }
    }

    /// The section and the agenda item of the statement read last.
    pub(crate) fn minutes(&self) -> (Option<Section>, Option<ByteSpan>) {
        (self.section, self.item)
    }

    fn place_in_minutes(&mut self, text: &str, span: ByteSpan, kind: StatementKind) {
        if !self.minutes {
            return;
        }
        if is_item(text, kind) {
            (self.item, self.section) = (Some(span), None);
        } else if let Some(section) = section(text) {
            self.section = Some(section);
        }
    }

    fn complete(&self, text: &str, kind: StatementKind, found: &mut Findings) {
        if found.claims.is_empty() {
            return;
        }
        let listed = kind == StatementKind::ListItem;
        let refers = refers_back(text);
        let silent = found.places.is_empty();
        let timeless = found.years.is_empty();
        let subject = self.subject.as_ref().map(|(subject, _)| subject).filter(|_| refers || listed);
        for claim in found.claims.iter_mut().filter(|c| !matches!(c.unit, Unit::Count | Unit::PerN)) {
            let own_base = text[claim.span.end..].trim_start().starts_with("af ");
            if let Some(subject) = subject {
                self.take_over(claim, subject, own_base, timeless, silent);
            }
            if refers || listed {
                take_measure(claim, self.heading.measure.as_ref(), self.heading.area.as_ref(), own_base);
            }
            if timeless && claim.role == Role::Level && same_measure(claim, &self.heading) {
                take_years(claim, &self.heading.years);
            }
            if let Some(place) = self.heading.place.filter(|_| silent) {
                take_place(claim, place);
            }
        }
    }

    /// Gives a claim what the statement before was about.
    fn take_over(&self, claim: &mut Claim, subject: &Subject, own_base: bool, timeless: bool, silent: bool) {
        take_measure(claim, subject.measure.as_ref(), subject.area.as_ref(), own_base);
        // "Det er nu 4 %" is of another time, "det er 3 procentpoint mere end i 2021" is not.
        if timeless || claim.role == Role::Change {
            take_years(claim, &subject.years);
        }
        if let Some(place) = subject.place.filter(|_| silent) {
            take_place(claim, place);
        }
    }

    fn remember(&mut self, text: &str, kind: StatementKind, found: &Findings, context: &Context) {
        let level = |c: &&Claim| !matches!(c.unit, Unit::Count | Unit::PerN) && c.role != Role::Target;
        if let Some(claim) = found.claims.iter().rev().find(level) {
            let named = |f: Option<Found>| matches!(f, Some(Found::Explicit | Found::Context));
            let subject = Subject {
                measure: claim.measure.clone().filter(|_| named(claim.found.measure)),
                area: claim.area.clone(),
                years: claim.years.clone(),
                place: claim.place.filter(|p| named(claim.found.place) && p.kind() == PlaceKind::Kommune),
            };
            // The items of a list share the line above it, not one another's values.
            if kind != StatementKind::ListItem {
                self.subject = Some((subject, 0));
            }
        } else if text.ends_with(':') {
            let Head { measure, area, years, place, .. } = Head::of(text, context);
            self.subject = Some((Subject { measure, area, years, place }, 0));
        } else if kind != StatementKind::ListItem {
            self.subject = self.subject.take().map(|(s, age)| (s, age + 1)).filter(|(_, age)| *age < LASTS);
        }
    }
}

fn take_measure(claim: &mut Claim, measure: Option<&String>, area: Option<&String>, own_base: bool) {
    if claim.found.measure == Some(Found::Explicit) || own_base {
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

/// Whether a heading's year may be that of the claim: it heads the same measure.
fn same_measure(claim: &Claim, heading: &Head) -> bool {
    let known = claim.measure.as_deref().filter(|m| *m != measure::OTHER_SHARE);
    known.is_some() && known == heading.measure.as_deref()
}

/// Whether the statement says that it goes on about what was spoken of: "Det er ...", "I 2021 var andelen ...".
fn refers_back(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "den",
        "det",
        "dette",
        "denne",
        "tallet",
        "tallene",
        "andelen",
        "procenten",
        "fraværet",
        "niveauet",
        "satsen",
        "faldet",
        "stigningen",
        "målet",
        "gennemsnittet",
        "landsgennemsnittet",
        "resultatet",
    ];
    const NOW: &[&str] = &["nu", "dag"];
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).take(6);
    let refers = words.clone().enumerate().any(|(i, w)| {
        let lower = w.to_lowercase();
        // "Den 5. maj", "det sociale område": an article, unless it opens the sentence before a verb.
        let pronoun = matches!(lower.as_str(), "den" | "det" | "dette" | "denne");
        WORDS.contains(&lower.as_str()) && (!pronoun || is_subject(text, i))
    });
    refers && !words.any(|w| NOW.contains(&w))
}

/// Whether the pronoun at word `i` is a subject: a verb stands beside it.
fn is_subject(text: &str, i: usize) -> bool {
    const VERBS: &[&str] = &[
        "er", "var", "blev", "bliver", "lå", "ligger", "udgør", "udgjorde", "svarer", "svarede", "steg",
        "stiger", "faldt", "falder", "har", "havde", "endte", "gælder", "skal",
    ];
    let words: Vec<&str> =
        text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).take(8).collect();
    let verb = |k: Option<usize>| k.and_then(|k| words.get(k)).is_some_and(|w| VERBS.contains(w));
    verb(Some(i + 1)) || verb(i.checked_sub(1))
}

/// "Punkt 5: Budgetopfølgning", "12. Klagesager i 2021": the heading of an agenda item.
fn is_item(text: &str, kind: StatementKind) -> bool {
    if text.len() > 4 * LONGEST_LABEL || text.contains('\t') {
        return false;
    }
    let head: String = text.chars().take(20).flat_map(char::to_lowercase).collect();
    let named =
        ["punkt", "pkt.", "pkt", "sag nr.", "sag", "dagsordenspunkt"].iter().find_map(|p| head.strip_prefix(p));
    let numbered = |rest: &str| rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let heads = (1..=3).contains(&digits) && text[digits..].starts_with(['.', ':', ')']);
    let short = text.len() <= LONGEST_LABEL * 2 && !text.ends_with('.');
    short && (named.is_some_and(numbered) || kind == StatementKind::Heading && heads)
}

/// The section that a line names: "Sagsfremstilling", "Beslutning i Økonomiudvalget den 5. maj 2021", "Indstilling: ...".
fn section(text: &str) -> Option<Section> {
    const LABELS: &[(&str, Section)] = &[
        ("resumé", Section::Resume),
        ("resume", Section::Resume),
        ("sammenfatning", Section::Resume),
        ("baggrund", Section::Baggrund),
        ("sagens forløb", Section::Baggrund),
        ("sagsfremstilling", Section::Sagsfremstilling),
        ("sagsbeskrivelse", Section::Sagsfremstilling),
        ("fremstilling", Section::Sagsfremstilling),
        ("vurdering", Section::Vurdering),
        ("forvaltningens vurdering", Section::Vurdering),
        ("administrationens vurdering", Section::Vurdering),
        ("økonomi", Section::Oekonomi),
        ("økonomiske konsekvenser", Section::Oekonomi),
        ("høring", Section::Hoering),
        ("høringssvar", Section::Hoering),
        ("lovgrundlag", Section::Lovgrundlag),
        ("retsgrundlag", Section::Lovgrundlag),
        ("indstilling", Section::Indstilling),
        ("forvaltningen indstiller", Section::Indstilling),
        ("administrationen indstiller", Section::Indstilling),
        ("beslutning", Section::Beslutning),
        ("afgørelse", Section::Beslutning),
        ("udvalgets beslutning", Section::Beslutning),
        ("bilag", Section::Bilag),
    ];
    let line = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let head: String = line.chars().take(40).flat_map(char::to_lowercase).collect();
    LABELS.iter().find_map(|(label, section)| {
        let rest = head.strip_prefix(label)?;
        let alone = rest.is_empty() || rest.starts_with(':');
        let dated = text.len() <= LONGEST_LABEL
            && !text.ends_with('.')
            && (rest.starts_with(' ') || rest.starts_with(','));
        let said = rest.starts_with(',') || rest.starts_with(" at ") || rest.starts_with(':');
        let proposes = label.ends_with("indstiller") && (said || text.ends_with(':'));
        (alone || proposes || dated && !label.ends_with("indstiller")).then_some(*section)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_items_are_told_by_their_lines() {
        let cases = [
            ("Sagsfremstilling", Some(Section::Sagsfremstilling)),
            ("SAGSFREMSTILLING:", Some(Section::Sagsfremstilling)),
            ("Beslutning i Økonomiudvalget den 5. maj 2021", Some(Section::Beslutning)),
            ("Indstilling: at der spares 0,5 %.", Some(Section::Indstilling)),
            ("Forvaltningen indstiller, at sagen godkendes.", Some(Section::Indstilling)),
            ("Økonomi", Some(Section::Oekonomi)),
            ("Beslutningen blev truffet i går.", None),
            ("Økonomiudvalget godkendte sagen.", None),
            ("Vurderingen er, at det går godt.", None),
        ];
        for (text, want) in cases {
            assert_eq!(section(text), want, "{text}");
        }
        assert!(is_item("Punkt 5: Budgetopfølgning", StatementKind::Sentence));
        assert!(is_item("12. Klagesager i 2021", StatementKind::Heading));
        assert!(!is_item("12. juni 2021 mødtes udvalget.", StatementKind::Sentence));
        assert!(!is_item("Sagen blev udsat", StatementKind::Heading));
    }

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
