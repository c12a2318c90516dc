//! Patterns of words, as the table of measures writes them, and finding many of them in one pass.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::letters::{Letters, key};
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
            Some(Part::Is(w) | Part::Starts(w)) => Anchor::Start(key(w.bytes())),
            Some(Part::Ends(w)) => Anchor::End(key(w.bytes().rev())),
            _ => Anchor::Anywhere,
        }
    }
}

/// Where the first word of a pattern can be looked up.
enum Anchor {
    Start(u32),
    End(u32),
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
    starts: Letters,
    by_start: FxHashMap<u32, Vec<(usize, Pattern)>>,
    ends: Letters,
    by_end: FxHashMap<u32, Vec<(usize, Pattern)>>,
    anywhere: Vec<(usize, Pattern)>,
}

impl Finder {
    /// A finder for the patterns of each row.
    pub(crate) fn new<'p>(rows: impl Iterator<Item = &'p [Pattern]>) -> Self {
        let mut finder = Self::default();
        for (row, patterns) in rows.enumerate() {
            for pattern in patterns {
                let list = match pattern.anchor() {
                    Anchor::Start(key) => {
                        finder.starts.insert(key);
                        finder.by_start.entry(key).or_default()
                    }
                    Anchor::End(key) => {
                        finder.ends.insert(key);
                        finder.by_end.entry(key).or_default()
                    }
                    Anchor::Anywhere => &mut finder.anywhere,
                };
                list.push((row, pattern.clone()));
            }
        }
        finder
    }

    /// The patterns whose first word may match `word`.
    fn candidates(&self, word: &str) -> impl Iterator<Item = &(usize, Pattern)> {
        // A first word may be shorter than a key: "i", "co".
        let lengths = 1..=word.len().min(3);
        let starts = lengths.clone().filter(|_| self.starts.may_begin(word.bytes()));
        let starts = starts.map(|n| self.by_start.get(&key(word.bytes().take(n))));
        let ends = lengths.filter(|_| self.ends.may_begin(word.bytes().rev()));
        let ends = ends.map(|n| self.by_end.get(&key(word.bytes().rev().take(n))));
        starts.chain(ends).flatten().flatten().chain(&self.anywhere)
    }

    /// Where patterns stand in the statement: of a row at a token the longest; none inside a longer one.
    pub(crate) fn find(&self, s: &Sentence<'_>) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for first in 0..s.len() {
            for (row, pattern) in self.candidates(&s.tokens[first].norm) {
                let Some(last) = pattern.match_at(s, first) else { continue };
                match hits.iter_mut().find(|h| h.row == *row && h.first == first) {
                    Some(hit) => hit.last = hit.last.max(last),
                    None => hits.push(Hit { row: *row, first, last }),
                }
            }
        }
        // The table's order decides between equals.
        hits.sort_by_key(|h| (h.row, h.first));
        let inside =
            |a: &Hit, b: &Hit| b.first <= a.first && a.last <= b.last && b.last - b.first > a.last - a.first;
        hits.iter().filter(|a| !hits.iter().any(|b| inside(a, b))).copied().collect()
    }
}
