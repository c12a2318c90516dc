//! What a statement takes over from what stands above it: its agenda item and section, the heading, and what the
//! statement before was about when this one only says "den", "det" or "andelen".

use std::borrow::Cow;

use belaeg_model::{ByteSpan, Claim, Found, Kind, Place, Role, Section, StatementKind, Unit, Year};

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
    /// Measure and area that the title names, or the heading of the agenda item.
    topic: Option<(Option<String>, Option<String>)>,
    /// The year that the title names: "Kvalitetsrapport 2023".
    title_years: Vec<Year>,
    /// A report goes on about the year that its section told of last; elsewhere a year is soon left.
    report: bool,
    told: Vec<Year>,
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
}

/// How many statements a subject lasts: "Det ..." after two sentences about something else is about these.
const LASTS: usize = 2;

/// A longer line is no label of a section, in bytes.
const LONGEST_LABEL: usize = 100;

impl Above {
    /// For a document of that kind and title.
    pub(crate) fn new(kind: Option<Kind>, title: &str, context: &Context) -> Self {
        let (minutes, report) = (kind == Some(Kind::Minutes), kind == Some(Kind::Report));
        let years = Head::of(title, context).years;
        // A title with several years tells of a span, and of no year in it.
        let title_years = if is_one_period(&years) { years } else { Vec::new() };
        Self { minutes, title_years, report, ..Self::default() }
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
        }
        if kind == StatementKind::TableRow {
            self.complete_row(found);
        } else {
            self.complete(text, kind, found);
            self.remember(text, kind, found, context);
        }
    }

    /// The section and the agenda item of the statement read last.
    pub(crate) fn minutes(&self) -> (Option<Section>, Option<ByteSpan>) {
        (self.section, self.item)
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

    /// Gives the cells of a row, whose heads name no measure, what the heading or the topic is about.
    fn complete_row(&self, found: &mut Findings) {
        for claim in &mut found.claims {
            if let (Some((measure, area)), Some(Found::Default)) = (self.spoken_of(), claim.found.measure) {
                take_measure(claim, Some(measure), area, false);
            }
            if matches!(claim.role, Role::Level | Role::Change) {
                let heading = &self.heading.years;
                take_years(claim, if is_one_period(heading) { heading } else { &self.title_years });
            }
        }
    }

    /// What the heading is about, or else the whole.
    fn spoken_of(&self) -> Option<(&String, Option<&String>)> {
        let topic = self.topic.as_ref().and_then(|(measure, area)| Some((measure.as_ref()?, area.as_ref())));
        self.heading.measure.as_ref().map(|m| (m, self.heading.area.as_ref())).or(topic)
    }

    fn complete(&self, text: &str, kind: StatementKind, found: &mut Findings) {
        let places =
            self.heading.place.is_some() || self.subject.as_ref().is_some_and(|(s, _)| s.place.is_some());
        let lacks = |c: &Claim| {
            let place = places && c.found.place != Some(Found::Explicit);
            c.years.is_empty() || place || is_rate(c) && c.found.measure != Some(Found::Explicit)
        };
        if !found.claims.iter().any(lacks) {
            return;
        }
        let subject = self.subject.as_ref().map(|(subject, age)| (subject, *age));
        let link = Link::of(text, kind, subject.map(|(s, _)| s), &self.heading);
        let silent = found.places.is_empty();
        let last_year = found.years.last().copied();
        let labelled = found.claims.len() == 1 && is_label_line(text);
        let compared = subject.filter(|_| last_year.is_none() && link.past).and_then(|(s, _)| s.compared);
        if let Some((earlier, later)) = compared {
            take_ends(text, &mut found.claims, earlier, later);
        }
        for claim in &mut found.claims {
            let about = Wording::of(text, claim);
            let timeless = !about.moves && may_take_years(claim, &link);
            let elliptic = about.elliptic || about.placed;
            if let Some((subject, age)) = subject {
                if (link.refers || link.listed || elliptic) && is_rate(claim) {
                    take_measure(claim, subject.measure.as_ref(), subject.area.as_ref(), about.own_base);
                }
                if (link.refers || link.listed || link.past && age == 0 || about.elliptic)
                    && timeless
                    && is_later(claim, last_year, &subject.years)
                {
                    take_years(claim, &subject.years);
                }
                if let Some(place) = subject.place.filter(|_| silent && link.refers) {
                    take_place(claim, place);
                }
            }
            let unnamed = is_rate(claim) && claim.found.measure != Some(Found::Explicit);
            if unnamed && let Some(measure) = self.named_by(&text[..claim.span.start]) {
                take_measure(claim, Some(measure), None, about.own_base);
            }
            if (link.refers || link.listed || about.elliptic) && is_rate(claim) {
                let heading = &self.heading;
                take_measure(claim, heading.measure.as_ref(), heading.area.as_ref(), about.own_base);
            }
            if about.placed
                && is_rate(claim)
                && let Some((measure, area)) = self.spoken_of()
            {
                take_measure(claim, Some(measure), area, about.own_base);
            }
            let years = &self.heading.years;
            if timeless && is_later(claim, last_year, years) && years.len() <= 2 {
                take_years(claim, &self.heading.years);
            }
            let goes_on = self.report && is_rate(claim);
            if timeless && last_year.is_none() && (link.past || link.listed || labelled || goes_on) {
                take_years(claim, if goes_on { &self.told } else { &[] });
                take_years(claim, &self.title_years);
            }
            if let Some(place) = self.heading.place.filter(|_| silent) {
                take_place(claim, place);
            }
        }
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

    fn remember(&mut self, text: &str, kind: StatementKind, found: &Findings, context: &Context) {
        let explicit = found.claims.iter().filter(|c| c.found.measure == Some(Found::Explicit));
        for measure in explicit.filter_map(|c| c.measure.clone()) {
            self.name(measure);
        }
        // The items of a list share the line above it, not one another's values.
        if kind == StatementKind::ListItem {
            return;
        }
        let rate = found.claims.iter().rev().find(|c| is_rate(c) && c.role != Role::Target);
        if let Some(claim) = rate.or_else(|| found.claims.iter().rev().find(|c| c.unit == Unit::Count)) {
            let named = |f: Option<Found>| matches!(f, Some(Found::Explicit | Found::Context));
            let before = self.subject.take().map(|(s, _)| s).unwrap_or_default();
            // A count goes on about the same measure, and a claim without years about the same time.
            let counted = claim.unit == Unit::Count;
            // "69 % i 2021 mod 73 % i 2017": the text goes on about 2021.
            let told = found.claims.iter().filter(|c| matches!(c.role, Role::Level | Role::Change));
            let latest = told.map(|c| &c.years).max_by_key(|years| years.last().copied());
            if let Some(years) =
                latest.filter(|years| is_one_period(years) && years.last() >= self.told.last())
            {
                self.told.clone_from(years);
            }
            let measure = claim.measure.clone().filter(|_| named(claim.found.measure));
            let subject = Subject {
                compared: compared_years(&found.claims),
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
            let Head { measure, area, years, place, .. } = Head::of(text, context);
            self.subject = Some((Subject { measure, area, years, place, compared: None }, 0));
        } else {
            self.subject = self.subject.take().map(|(s, age)| (s, age + 1)).filter(|(_, age)| *age < LASTS);
        }
    }
}

fn is_rate(claim: &Claim) -> bool {
    !matches!(claim.unit, Unit::Count | Unit::PerN)
}

/// How a statement joins the one before it.
#[derive(Clone, Copy, Debug, Default)]
struct Link {
    /// It points back: "det", "heraf", "fraværet".
    refers: bool,
    /// It is an item of a list.
    listed: bool,
    /// It tells of what has been.
    past: bool,
    /// It tells of now.
    now: bool,
}

impl Link {
    fn of(text: &str, kind: StatementKind, subject: Option<&Subject>, heading: &Head) -> Self {
        const NOW: &[&str] = &["nu", "dag", "aktuelt", "fortsat", "forventes", "ventes", "skal"];
        let (mut past, mut now) = (false, false);
        for word in words(text) {
            past |= is_past(word);
            now |= NOW.contains(&word);
        }
        let same = [subject.and_then(|s| s.measure.as_ref()), heading.measure.as_ref()];
        let mut nouns = words(text).take(8).filter_map(definite);
        let names_it = nouns.any(|noun| same.iter().any(|measure| is_label_of(*measure, &noun)));
        let refers = refers_back(text) || names_it;
        Self { refers, listed: kind == StatementKind::ListItem, past, now }
    }
}

/// What the words around a claim say about its being complete.
struct Wording {
    /// "af sagerne": what it is a share of.
    own_base: bool,
    /// "lå på 41 pct.": a value and nothing that it measures.
    elliptic: bool,
    /// "ligger Odense på 36 % og Kolding på 71 %": places and their values, and nothing that they measure.
    placed: bool,
    /// "fra 7,1 % til 6,2 %": the two ends have different years, and no one of them is said.
    moves: bool,
}

impl Wording {
    fn of(text: &str, claim: &Claim) -> Self {
        let own_base = text[claim.span.end..].trim_start().starts_with("af ");
        let before = last_word(&text[..claim.span.start]).unwrap_or_default();
        let second = text[..claim.span.start].trim_end().len() < 3;
        // "svarende til 13 procent" is no end of a movement.
        let moves =
            before == "fra" || before == "til" && words(&text[..claim.span.start]).any(|w| w == "fra");
        let led = moves || before == "til";
        let leads = led || ["på", "var", "er", "det", "den", "mod"].contains(&before);
        // "De 39 procent dækker 64 sager".
        let pointed = second && matches!(before, "De" | "Den");
        let own_rate = || words(&text[..claim.span.start]).any(|w| w.len() > 9 && w.ends_with("procenten"));
        let placed = claim.found.place == Some(Found::Explicit)
            && words(text).any(|w| ["ligger", "lå", "havde", "har", "topper", "fulgt"].contains(&w));
        let elliptic = leads || pointed;
        let open = (elliptic || placed) && !own_base && !own_rate();
        Self { own_base, elliptic: open && elliptic, placed: open && placed, moves }
    }
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
    const IRREGULAR: &[&str] = &[
        "blev", "var", "lå", "havde", "fik", "endte", "udgjorde", "kom", "tog", "gik", "viste", "steg",
        "faldt", "brugte", "svarede",
    ];
    const NO_VERBS: &[&str] = &["samlede", "ansatte", "ønskede"];
    IRREGULAR.contains(&word) || word.len() > 6 && word.ends_with("ede") && !NO_VERBS.contains(&word)
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

/// Gives "fra 46 % til 52 %" the two years that the statement before compared.
fn take_ends(text: &str, claims: &mut [Claim], earlier: Year, later: Year) {
    let led_by = |c: &Claim, word| last_word(&text[..c.span.start]) == Some(word);
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

fn last_word(text: &str) -> Option<&str> {
    text.rsplit(|c: char| !c.is_alphabetic()).find(|w| !w.is_empty())
}

/// Where the letters, or the characters that are none, end that begin at byte `at`.
fn run_end(text: &str, at: usize, letters: bool) -> usize {
    let mut end = at;
    while let Some(b) = text.as_bytes().get(end) {
        if b.is_ascii() {
            if b.is_ascii_alphabetic() != letters {
                break;
            }
            end += 1;
        } else {
            let Some(c) = text[end..].chars().next() else { break };
            if c.is_alphabetic() != letters {
                break;
            }
            end += c.len_utf8();
        }
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

/// Whether a claim may be of years said above: it has none, and tells of what is or was.
fn may_take_years(claim: &Claim, link: &Link) -> bool {
    let level = matches!(claim.role, Role::Level | Role::Change);
    claim.years.is_empty() && level && !link.now
}

/// Whether `years` can be those of the claim beside the years of its own statement: it has none, or is compared with an
/// earlier one ("12 procent flere end i 2021").
fn is_later(claim: &Claim, last_year: Option<Year>, years: &[Year]) -> bool {
    last_year.is_none() || claim.role == Role::Change && last_year < years.last().copied()
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

/// Whether the statement says that it goes on about what was spoken of: "Det er ...", "I 2021 var andelen ...", "Heraf ...".
fn refers_back(text: &str) -> bool {
    const NOUNS: &[&str] = &[
        "tallet",
        "tallene",
        "andelen",
        "procenten",
        "niveauet",
        "satsen",
        "faldet",
        "stigningen",
        "målet",
        "gennemsnittet",
        "landsgennemsnittet",
        "resultatet",
        "heraf",
        "deraf",
        "her",
        "dermed",
        "således",
        "tilsvarende",
    ];
    words(text).take(6).enumerate().any(|(i, w)| {
        let lower =
            if w.starts_with(char::is_uppercase) { w.to_lowercase().into() } else { Cow::Borrowed(w) };
        // "Den 5. maj", "det sociale område": an article, unless a verb stands beside it.
        match lower.as_ref() {
            "den" | "det" | "dette" | "denne" => is_subject(text, i),
            word => NOUNS.contains(&word),
        }
    })
}

/// Whether the pronoun at word `i` is a subject: a verb stands beside it.
fn is_subject(text: &str, i: usize) -> bool {
    const VERBS: &[&str] = &[
        "er", "var", "blev", "bliver", "lå", "ligger", "udgør", "udgjorde", "svarer", "svarede", "steg",
        "stiger", "faldt", "falder", "har", "havde", "endte", "gælder", "skal",
    ];
    let words: Vec<&str> = words(text).take(8).collect();
    let verb = |k: Option<usize>| k.and_then(|k| words.get(k)).is_some_and(|w| VERBS.contains(w));
    verb(Some(i + 1)) || verb(i.checked_sub(1))
}

/// "Punkt 5: Budgetopfølgning", "12. Klagesager i 2021": the heading of an agenda item.
fn is_item(text: &str, kind: StatementKind) -> bool {
    if text.len() > 4 * LONGEST_LABEL || text.contains('\t') {
        return false;
    }
    let head: String = text.chars().take(20).flat_map(char::to_lowercase).collect();
    let named = ["punkt", "pkt.", "pkt", "sag nr.", "sag", "dagsordenspunkt"]
        .iter()
        .find_map(|p| head.strip_prefix(p));
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
