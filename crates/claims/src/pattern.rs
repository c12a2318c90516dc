//! Patterns of words, as the table of measures writes them, and finding many of them in one pass.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::letters::{self, Letters};
use crate::sentence::Sentence;

/// One word of a pattern.
#[derive(Clone, Debug)]
enum Part {
    Is(String),
    Starts(String),
    Ends(String),
    Contains(String),
    /// Up to three words.
    Gap,
}

/// A row of words: `omgjort`, `omgørelse*`, `*vaccin*`, `fravær* ... sygdom`.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Pattern(Vec<Part>);

impl From<String> for Pattern {
    fn from(written: String) -> Self {
        let part = |w: &str| match (w.strip_prefix('*'), w.strip_suffix('*')) {
            _ if w == "..." => Part::Gap,
            (Some(_), Some(_)) => Part::Contains(w.trim_matches('*').to_owned()),
            (Some(end), None) => Part::Ends(end.to_owned()),
            (None, Some(start)) => Part::Starts(start.to_owned()),
            (None, None) => Part::Is(w.to_owned()),
        };
        Self(written.split_whitespace().map(part).collect())
    }
}

impl Pattern {
    /// The last token of the match that begins at token `i`.
    fn match_at(&self, s: &Sentence<'_>, i: usize) -> Option<usize> {
        match_parts(&self.0, s, i).map(|end| end - 1)
    }

    /// Whether it stands anywhere in the statement.
    pub(crate) fn stands_in(&self, s: &Sentence<'_>) -> bool {
        (0..s.len()).any(|i| self.match_at(s, i).is_some())
    }

    /// The letters that every match begins or ends with.
    fn anchor(&self) -> Anchor {
        match self.0.first() {
            Some(Part::Is(w) | Part::Starts(w)) => Anchor::Start(letters::first(w)),
            Some(Part::Ends(w)) => Anchor::End(letters::last(w)),
            _ => Anchor::Anywhere,
        }
    }
}

/// Where the first word of a pattern can be looked up.
enum Anchor {
    Start([u8; 3]),
    End([u8; 3]),
    Anywhere,
}

/// Behind the last token of the match of `parts` at `i`.
fn match_parts(parts: &[Part], s: &Sentence<'_>, i: usize) -> Option<usize> {
    let Some((first, rest)) = parts.split_first() else {
        return Some(i);
    };
    if matches!(first, Part::Gap) {
        return (i..=i + 3).find_map(|k| match_parts(rest, s, k));
    }
    let norm = s.get(i)?.norm.as_ref();
    let fits = match first {
        Part::Is(w) => norm == w,
        Part::Starts(w) => norm.starts_with(w.as_str()),
        Part::Ends(w) => norm.ends_with(w.as_str()) && norm.len() > w.len(),
        Part::Contains(w) => norm.len() >= w.len() && norm.contains(w.as_str()),
        Part::Gap => false,
    };
    fits.then(|| match_parts(rest, s, i + 1)).flatten()
}

/// A pattern found in a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit {
    /// The row of the table whose pattern it is.
    pub(crate) row: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
}

/// The patterns of all rows of a table, by the letters they begin or end with: a token is held against few of them.
#[derive(Debug, Default)]
pub(crate) struct Finder {
    starts: ByLetters,
    ends: ByLetters,
    anywhere: Vec<(usize, Pattern)>,
}

/// Patterns with their rows, by three letters of the first word, or as many as it has.
#[derive(Debug, Default)]
struct ByLetters {
    letters: Letters,
    patterns: FxHashMap<[u8; 3], Vec<(usize, Pattern)>>,
}

impl ByLetters {
    fn insert(&mut self, key: [u8; 3], row: usize, pattern: Pattern) {
        self.letters.insert(key);
        self.patterns.entry(key).or_default().push((row, pattern));
    }

    /// The patterns that a word with these letters may match; the first word of a pattern may be shorter than a key: "i", "co".
    fn with(&self, [a, b, c]: [u8; 3]) -> impl Iterator<Item = &(usize, Pattern)> {
        let lengths = [a, b, c].iter().filter(|b| **b != 0).count();
        [[a, 0, 0], [a, b, 0], [a, b, c]]
            .into_iter()
            .take(lengths)
            .filter_map(|key| self.patterns.get(&key))
            .flatten()
    }
}

impl Finder {
    /// A finder for the patterns of each row.
    pub(crate) fn new<'p>(rows: impl Iterator<Item = &'p [Pattern]>) -> Self {
        let mut finder = Self::default();
        for (row, patterns) in rows.enumerate() {
            for pattern in patterns {
                match pattern.anchor() {
                    Anchor::Start(key) => finder.starts.insert(key, row, pattern.clone()),
                    Anchor::End(key) => finder.ends.insert(key, row, pattern.clone()),
                    Anchor::Anywhere => finder.anywhere.push((row, pattern.clone())),
                }
            }
        }
        finder
    }

    /// Where patterns stand in the statement: of a row at a token the longest; none inside a longer one.
    pub(crate) fn find(&self, s: &Sentence<'_>) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for first in 0..s.len() {
            let mut hold = |(row, pattern): &(usize, Pattern)| {
                let Some(last) = pattern.match_at(s, first) else { return };
                match hits.iter_mut().find(|h| h.row == *row && h.first == first) {
                    Some(hit) => hit.last = hit.last.max(last),
                    None => hits.push(Hit { row: *row, first, last }),
                }
            };
            let word = s.tokens[first].norm.as_ref();
            let (starts, ends) = (letters::first(word), letters::last(word));
            if self.starts.letters.may_begin(starts) {
                self.starts.with(starts).for_each(&mut hold);
            }
            if self.ends.letters.may_begin(ends) {
                self.ends.with(ends).for_each(&mut hold);
            }
            self.anywhere.iter().for_each(&mut hold);
        }
        // The table's order decides between equals.
        hits.sort_by_key(|h| (h.row, h.first));
        let inside =
            |a: &Hit, b: &Hit| b.first <= a.first && a.last <= b.last && b.last - b.first > a.last - a.first;
        hits.iter().filter(|a| !hits.iter().any(|b| inside(a, b))).copied().collect()
    }
}
