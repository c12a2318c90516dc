//! Splits compounds: "sagsbehandlingstiden" is sag, behandling and tid.
//!
//! The words that compounds are made of stand in `data/parts.txt`, compiled in, so that documents and queries are
//! split alike for as long as a generation lives; the names of kommuner may stand first ("Struerborgere"). A word is
//! split where parts of the list cover it from end to end, joined by nothing, -s- or -e-, with the last part inflected; the fewest parts win, short ones cost more.

use std::sync::LazyLock;

use belaeg_model::Place;
use belaeg_model::place::PlaceKind;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{fold, stem, tokens};

/// A shorter word is never a compound of ours. In bytes of the folded form.
const SHORTEST: usize = 5;
/// A longer word is noise.
const LONGEST: usize = 64;
/// The longest part of the list, its linking letter included.
const LONGEST_PART: usize = 24;

/// Endings of a word that ends in a consonant, or whose last consonant is doubled before them.
const AFTER_CONSONANT: [&str; 15] =
    ["ernes", "enes", "erne", "ene", "ens", "ets", "ers", "nes", "ne", "en", "et", "er", "es", "e", "s"];
/// Endings of a word that ends in -e.
const AFTER_E: [&str; 8] = ["rnes", "rne", "ns", "ts", "rs", "n", "t", "r"];

/// A word that compounds are made of.
#[derive(Debug)]
pub struct Part {
    /// As a dictionary gives it.
    pub lemma: &'static str,
    /// Its stem, as the index has it.
    pub stem: String,
}

/// The parts of a folded word, in order; empty where it is no compound that the list covers.
pub fn parts(folded: &str) -> Vec<&'static Part> {
    let list = &*PARTS;
    list.split(folded).into_iter().map(|i| &list.parts[usize::from(i)]).collect()
}

static PARTS: LazyLock<PartList> = LazyLock::new(|| PartList::read(include_str!("../../data/parts.txt")));

/// A part's place in the list.
type PartId = u16;

#[derive(Default)]
struct PartList {
    parts: Vec<Part>,
    /// Forms before another part, linking letter included, and what the link costs.
    first: FxHashMap<String, (PartId, u32)>,
    /// The lengths of those, a bit each, by the two letters that they begin with: most need not be looked up.
    first_lengths: FxHashMap<[u8; 2], u32>,
    /// Forms that end a word as they are, or with a genitive -s.
    last: FxHashMap<String, PartId>,
    /// Forms that an ending of [`AFTER_CONSONANT`] follows.
    consonant: FxHashMap<String, PartId>,
    /// Forms that an ending of [`AFTER_E`] follows.
    vowel: FxHashMap<String, PartId>,
    /// Words that are left alone.
    whole: FxHashSet<String>,
}

/// The cheapest way to the end of a part.
#[derive(Clone, Copy)]
struct Step {
    cost: u32,
    from: usize,
    part: PartId,
}

impl PartList {
    fn read(text: &'static str) -> Self {
        let mut list = Self::default();
        let entries = text.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
        for entry in entries {
            if let Some(word) = entry.strip_prefix('=') {
                list.whole.insert(fold(word));
            } else {
                list.add(entry);
            }
        }
        for place in Place::all() {
            let name = tokens(place.name());
            if let ([token], PlaceKind::Kommune) = (&name[..], place.kind()) {
                list.add_name(place.name(), &token.text);
            }
            list.whole.extend(name.into_iter().map(|token| token.text));
        }
        list
    }

    /// Adds the name of a kommune, unless it is a word of the list too.
    fn add_name(&mut self, name: &'static str, folded: &str) {
        let Ok(id) = PartId::try_from(self.parts.len()) else { return };
        if self.ending(folded).is_none() {
            self.parts.push(Part { lemma: name, stem: stem(folded) });
            self.add_form(id, folded.to_owned(), 0);
            self.add_form(id, format!("{folded}s"), 1);
        }
    }

    /// Adds an entry as the head of the file describes it.
    fn add(&mut self, entry: &'static str) {
        let word = entry.trim_start_matches('-').trim_end_matches('+');
        let mut forms = word.split('/');
        let lemma = forms.next().unwrap_or_default();
        let folded = fold(lemma);
        let others: Vec<String> = forms.map(fold).collect();
        let Ok(id) = PartId::try_from(self.parts.len()) else { return };
        self.parts.push(Part { lemma, stem: stem(&folded) });
        if !entry.starts_with('-') {
            self.add_first(id, &folded, &others);
        }
        if entry.ends_with('+') {
            self.whole.insert(folded);
        } else {
            self.add_last(id, folded, others);
        }
    }

    fn add_first(&mut self, id: PartId, lemma: &str, others: &[String]) {
        self.add_form(id, lemma.to_owned(), 0);
        if !lemma.ends_with('s') {
            self.add_form(id, format!("{lemma}s"), 1);
        }
        match lemma.strip_suffix('e') {
            // "arbejde" as in "arbejdstid".
            Some(short) if lemma.len() >= 6 => self.add_form(id, format!("{short}s"), 3),
            None if !ends_in_vowel(lemma) => self.add_form(id, format!("{lemma}e"), 3),
            _ => {}
        }
        others.iter().for_each(|form| self.add_form(id, form.clone(), 1));
    }

    /// Adds a form that stands before another part.
    fn add_form(&mut self, id: PartId, form: String, cost: u32) {
        if let Some(begin) = form.as_bytes().first_chunk() {
            *self.first_lengths.entry(*begin).or_default() |= 1 << form.len().min(LONGEST_PART);
        }
        let known = self.first.entry(form).or_insert((id, cost));
        if cost < known.1 {
            *known = (id, cost);
        }
    }

    fn add_last(&mut self, id: PartId, lemma: String, others: Vec<String>) {
        for form in others.into_iter().chain([lemma.clone()]) {
            self.last.entry(form).or_insert(id);
        }
        if let Some(last) = lemma.chars().next_back().filter(|_| !ends_in_vowel(&lemma)) {
            self.consonant.entry(format!("{lemma}{last}")).or_insert(id);
            let short = without_weak_e(&lemma).or_else(|| latin_stem(&lemma));
            if let Some(short) = short {
                self.consonant.entry(short).or_insert(id);
            }
        }
        let inflected = if lemma.ends_with('e') { &mut self.vowel } else { &mut self.consonant };
        inflected.entry(lemma).or_insert(id);
    }

    /// The parts of `word`, the cheapest split; empty where there is none.
    fn split(&self, word: &str) -> Vec<PartId> {
        let may_be =
            (SHORTEST..=LONGEST).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase());
        if !may_be || self.is_whole(word) || self.ending(word).is_some() {
            return Vec::new();
        }
        // What the cheapest way costs that ends before each byte, and the part that it ends with.
        let mut ways: Vec<Option<Step>> = vec![None; word.len()];
        let mut best: Option<Step> = None;
        for start in 0..word.len() {
            let cost = match (start, ways[start]) {
                (0, _) => 0,
                (_, Some(step)) => step.cost,
                (_, None) => continue,
            };
            if start > 0 {
                let rest = &word[start..];
                // "implementeret" ends as a participle, and not in "ret".
                let fits = !(rest == "ret" && word[..start].ends_with('e'));
                let last = self.ending(rest).filter(|_| fits);
                let step = last.map(|part| Step { cost: cost + cost_of(rest.len()), from: start, part });
                keep_cheaper(&mut best, step);
            }
            for end in self.ends_of_first(word, start) {
                if let Some((part, link)) = self.first.get(&word[start..end]).copied() {
                    let length = self.parts[usize::from(part)].lemma.len().min(end - start);
                    let step = Step { cost: cost + cost_of(length) + link, from: start, part };
                    keep_cheaper(&mut ways[end], Some(step));
                }
            }
        }
        best.map_or_else(Vec::new, |last| path(last, &ways))
    }

    /// Where a part may end that begins at byte `start` of `word` and is not its last.
    fn ends_of_first<'a>(&self, word: &'a str, start: usize) -> impl Iterator<Item = usize> + use<'a> {
        let begin = word.as_bytes().get(start..).and_then(<[u8]>::first_chunk);
        let lengths = begin.and_then(|begin| self.first_lengths.get(begin)).copied().unwrap_or(0);
        let ends = start + 2..word.len().min(start + LONGEST_PART + 1);
        ends.filter(move |end| lengths & (1 << (end - start)) != 0)
    }

    /// The part that `rest` is, inflected or not.
    fn ending(&self, rest: &str) -> Option<PartId> {
        let after = |endings: &[&str], stems: &FxHashMap<String, PartId>| {
            endings.iter().find_map(|ending| stems.get(rest.strip_suffix(ending)?).copied())
        };
        let as_is = self.last.get(rest).or_else(|| self.last.get(rest.strip_suffix('s')?)).copied();
        as_is.or_else(|| after(&AFTER_CONSONANT, &self.consonant)).or_else(|| after(&AFTER_E, &self.vowel))
    }

    /// Whether `word` is to be left alone, inflected or not.
    fn is_whole(&self, word: &str) -> bool {
        let endings = AFTER_CONSONANT.iter().chain(&AFTER_E);
        self.whole.contains(word)
            || endings.filter_map(|ending| word.strip_suffix(ending)).any(|short| self.whole.contains(short))
    }
}

/// What a part of `length` bytes costs: short ones are found in many words by chance.
fn cost_of(length: usize) -> u32 {
    match length {
        0..=2 => 18,
        3 => 13,
        _ => 10,
    }
}

fn keep_cheaper(kept: &mut Option<Step>, step: Option<Step>) {
    if let Some(step) = step
        && kept.is_none_or(|k| step.cost < k.cost)
    {
        *kept = Some(step);
    }
}

fn path(last: Step, ways: &[Option<Step>]) -> Vec<PartId> {
    let mut found = vec![last.part];
    let mut at = last.from;
    while let Some(step) = ways.get(at).copied().flatten() {
        found.push(step.part);
        at = step.from;
    }
    found.reverse();
    found
}

fn ends_in_vowel(word: &str) -> bool {
    word.ends_with(['a', 'e', 'i', 'o', 'u', 'y'])
}

/// "middel" as in "midler", "cykel" as in "cykler".
fn without_weak_e(word: &str) -> Option<String> {
    let (head, last) = word.split_at_checked(word.len().checked_sub(2)?)?;
    if !matches!(last, "el" | "er" | "en") {
        return None;
    }
    let mut before = head.chars().rev();
    let consonant = before.next().filter(|c| !"aeiouy".contains(*c))?;
    let doubled = before.next() == Some(consonant);
    let head = if doubled { &head[..head.len() - 1] } else { head };
    Some(format!("{head}{}", &last[1..]))
}

/// "gymnasium" as in "gymnasiet".
fn latin_stem(word: &str) -> Option<String> {
    word.strip_suffix("um").filter(|short| short.len() >= 4).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(word: &str) -> String {
        parts(&fold(word)).iter().map(|p| p.lemma).collect::<Vec<_>>().join("+")
    }

    #[test]
    fn compounds_come_apart() {
        let cases = [
            ("skolefravær", "skole+fravær"),
            ("skolefraværets", "skole+fravær"),
            ("børnehandicapområdet", "børn+handicap+område"),
            ("boernehandicapomraadet", "børn+handicap+område"),
            ("sagsbehandlingstiderne", "sag+behandling+tid"),
            ("arbejdstid", "arbejde+tid"),
            ("Hjemmeplejen", "hjem+pleje"),
            ("hjælpemiddelområdet", "hjælpemiddel+område"),
            ("driftsmidler", "drift+middel"),
            ("jobcentrene", "job+center"),
            ("ungdomsklubberne", "ungdom+klub"),
            ("kommuneskatten", "kommune+skat"),
            ("omgørelsesprocent", "omgørelse+procent"),
            ("Struerborgerne", "Struer+borger"),
            ("Ærøfamilier", "Ærø+familie"),
            ("Københavnsskolerne", "København+skole"),
        ];
        for (word, want) in cases {
            assert_eq!(shown(word), want, "{word}");
        }
    }

    #[test]
    fn other_words_stay_whole() {
        let whole = [
            "skole",
            "skolerne",
            "forvaltning",
            "underretning",
            "afgørelser",
            "kommunalt",
            "middelfart",
            "vejle",
            "skiverne",
            "dokumenteret",
            "halvanden",
            "lønningerne",
            "hjælpemidler",
            "ministeriet",
            "",
            "x",
            "børn",
            "æøå",
            "2017",
            "xyz-område",
        ];
        for word in whole {
            assert_eq!(shown(word), "", "{word}");
        }
        assert_eq!(shown(&"skole".repeat(20)), "");
    }

    #[test]
    fn no_part_stands_twice() {
        let mut seen = FxHashSet::default();
        for part in &PARTS.parts {
            assert!(seen.insert(part.lemma), "{} stands twice", part.lemma);
            assert!(part.lemma.len() <= LONGEST_PART, "{}", part.lemma);
        }
    }

    proptest::proptest! {
        #[test]
        fn any_word_is_split_or_not(word in "(sag|s|e|behandling|tid|skole|et|erne|ø|1)*|\\PC*") {
            let folded = fold(&word);
            proptest::prop_assert_ne!(parts(&folded).len(), 1);
        }
    }
}
