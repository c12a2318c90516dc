//! The place of a statement among the results, and how a page says where it ended.

use std::fmt;
use std::str::FromStr;

use crate::same::Fnv;
use crate::search::Search;

/// What decides the order of statements, the most important first; smaller comes earlier. No two statements share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    /// The sort's own measure.
    pub(super) rank: u64,
    /// The document's id as a number.
    pub(super) document: u64,
    pub(super) ordinal: u64,
}

impl Position {
    /// After every statement.
    pub(super) const END: Self = Self { rank: u64::MAX, document: u64::MAX, ordinal: u64::MAX };
}

/// Where a page of results ended: the next begins after it. Written as hexadecimal digits and hyphens.
///
/// It belongs to one search; only limit, offset, facets and context may change. By date and value it is exact even when
/// documents were written or taken out since; by relevance such writing moves scores a little, so that a statement
/// may be met twice or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    search: u64,
    pub(super) position: Position,
}

impl Cursor {
    pub(super) fn new(search: &Search, position: Position) -> Self {
        Self { search: fingerprint(search), position }
    }

    /// Whether it was made by a search for the same.
    pub(super) fn belongs_to(&self, search: &Search) -> bool {
        self.search == fingerprint(search)
    }
}

/// 32 bits that tell searches apart.
fn fingerprint(search: &Search) -> u64 {
    let asked = Search { limit: 0, offset: 0, after: None, facets: false, context: false, ..search.clone() };
    let mut number = Fnv::default();
    number.add(format!("{asked:?}").as_bytes());
    number.0 >> 32
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { rank, document, ordinal } = self.position;
        write!(f, "{:08x}-{rank:016x}-{document:012x}-{ordinal:x}", self.search)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let wrong = || CursorError(text.chars().take(80).collect());
        let number = |part: &str| {
            let is_hex = part.len() <= 16 && part.bytes().all(|b| b.is_ascii_hexdigit());
            is_hex.then(|| u64::from_str_radix(part, 16).ok()).flatten().ok_or_else(wrong)
        };
        let parts = text.split('-').map(number).collect::<Result<Vec<u64>, _>>()?;
        match parts[..] {
            [search, rank, document, ordinal] => {
                Ok(Self { search, position: Position { rank, document, ordinal } })
            }
            _ => Err(wrong()),
        }
    }
}

impl serde::Serialize for Cursor {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

/// A text that is no cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CursorError(String);

impl fmt::Display for CursorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no cursor; copy the one that stands at the end of the page before", self.0)
    }
}

impl std::error::Error for CursorError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_as_it_is_written() {
        let position = Position { rank: !7, document: 0xbe1a_0000_0009, ordinal: 12 };
        let cursor = Cursor::new(&Search::default(), position);
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        let other_page =
            Search { limit: 3, offset: 9, after: Some(cursor), facets: true, ..Search::default() };
        assert!(cursor.belongs_to(&other_page));
        assert!(!cursor.belongs_to(&Search { query: "æ".parse().expect("a query"), ..Search::default() }));
        for wrong in
            ["", "-", "1-2-3", "1-2-3-4-5", "1-2-3-x", "1-2-3-+4", "1-2-3-", "1-2-3-11111111111111111", "æøå"]
        {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong:?}");
        }
    }
}
