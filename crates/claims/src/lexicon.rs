//! What a word can be by itself: every list of `words`, and every number in words, behind one look-up a token.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::letters::Letters;
use crate::{letters, number, words};

/// A set of things that a word may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Class(u32);

impl Class {
    /// A currency behind an amount.
    pub(crate) const MONEY: Self = Self(1);
    /// "mio.", "milliarder".
    pub(crate) const SCALE: Self = Self(1 << 1);
    /// A unit of what is neither rate nor count.
    pub(crate) const MEASUREMENT: Self = Self(1 << 2);
    /// A unit of time.
    pub(crate) const DURATION: Self = Self(1 << 3);
    /// "hele" in "3 hele måneder".
    pub(crate) const DURATION_ADJECTIVE: Self = Self(1 << 4);
    /// Stands before a clock.
    pub(crate) const CLOCK: Self = Self(1 << 5);
    /// Stands before a number that names a thing.
    pub(crate) const REFERENCE: Self = Self(1 << 6);
    /// Stands before a figure on a scale.
    pub(crate) const SCORE: Self = Self(1 << 7);
    /// A function word: a number before it counts nothing.
    pub(crate) const FUNCTION: Self = Self(1 << 8);
    /// Has a plural ending and counts nothing.
    pub(crate) const NOT_COUNTED: Self = Self(1 << 9);
    /// A stretch of time: a month, a day of the week, a period.
    pub(crate) const CALENDAR: Self = Self(1 << 10);
    /// Begins a unit of rates ("%", "pct"), or carries one ("omgørelsesprocenten", "procentsmål").
    pub(crate) const UNIT: Self = Self(1 << 11);
    /// Begins "pr. 1.000", "for hver 100".
    pub(crate) const PER: Self = Self(1 << 12);
    /// Begins a relative time.
    pub(crate) const RELATIVE_TIME: Self = Self(1 << 13);
    /// "halvdelen", "tredjedele", "hver".
    pub(crate) const FRACTION: Self = Self(1 << 14);
    /// A plural without a plural ending.
    pub(crate) const BARE_PLURAL: Self = Self(1 << 16);
    /// May begin a new clause.
    pub(crate) const CLAUSE: Self = Self(1 << 15);
    /// A number in digits, or a word that spells one (but for `ONE`).
    pub(crate) const NUMERAL: Self = Self(1 << 17);
    /// "en", "et": a number or an article.
    pub(crate) const ONE: Self = Self(1 << 18);
    /// May mean the whole country.
    pub(crate) const COUNTRY: Self = Self(1 << 21);
    /// May say that a number is aimed at.
    pub(crate) const AIM: Self = Self(1 << 19);
    /// May say that a number is expected.
    pub(crate) const EXPECTATION: Self = Self(1 << 20);

    /// Whether the word may be one of `these`.
    pub(crate) fn is(self, these: Self) -> bool {
        self.0 & these.0 != 0
    }

    /// Either of two sets.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What is known about a word.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Entry {
    pub(crate) class: Class,
    /// The number below 1,000 that it spells.
    pub(crate) number: Option<u16>,
}

static LEXICON: LazyLock<FxHashMap<String, Entry>> = LazyLock::new(|| {
    let mut lexicon = FxHashMap::<String, Entry>::default();
    for (class, list) in words::LISTS {
        for word in *list {
            let entry = lexicon.entry((*word).to_owned()).or_default();
            entry.class = entry.class.or(*class);
        }
    }
    for word in words::calendar_words() {
        let entry = lexicon.entry(word).or_default();
        entry.class = entry.class.or(Class::CALENDAR);
    }
    for word in number::parts_of_a_whole() {
        let entry = lexicon.entry(word).or_default();
        entry.class = entry.class.or(Class::FRACTION);
    }
    for (word, value) in number::spelled() {
        let entry = lexicon.entry(word).or_default();
        entry.number = Some(value);
        entry.class = entry.class.or(if value == 1 { Class::ONE } else { Class::NUMERAL });
    }
    lexicon
});

/// Words that are told by how they begin or end.
struct Affixes {
    letters: Letters,
    by_key: FxHashMap<[u8; 3], Vec<(&'static str, Class)>>,
}

impl Affixes {
    /// `key`: the letters of an affix that a word is looked up by.
    fn new(lists: &[(Class, &[&'static str])], key: fn(&str) -> [u8; 3]) -> Self {
        let mut affixes = Self { letters: Letters::default(), by_key: FxHashMap::default() };
        for (class, list) in lists {
            for affix in *list {
                affixes.letters.insert(key(affix));
                affixes.by_key.entry(key(affix)).or_default().push((affix, *class));
            }
        }
        affixes
    }

    /// What the affixes that `fits` say, of those with the letters `key`.
    fn class(&self, key: [u8; 3], fits: impl Fn(&str) -> bool) -> Class {
        if !self.letters.may_begin(key) {
            return Class::default();
        }
        let candidates = self.by_key.get(&key).into_iter().flatten();
        candidates.filter(|(affix, _)| fits(affix)).fold(Class::default(), |all, (_, class)| all.or(*class))
    }
}

static STEMS: LazyLock<Affixes> = LazyLock::new(|| Affixes::new(words::STEMS, letters::first));

static ENDINGS: LazyLock<Affixes> = LazyLock::new(|| Affixes::new(words::ENDINGS, letters::last));

/// What the lists say of `word`, in lower case.
pub(crate) fn listed(word: &str) -> Class {
    LEXICON.get(word).map_or(Class::default(), |entry| entry.class)
}

/// The number below 1,000 that `word` spells.
pub(crate) fn number(word: &str) -> Option<u16> {
    LEXICON.get(word)?.number
}

/// What `word`, in lower case, can be.
pub(crate) fn look_up(word: &str) -> Entry {
    let mut entry = LEXICON.get(word).copied().unwrap_or_default();
    if crate::unit::is_in_word(word) {
        entry.class = entry.class.or(Class::UNIT);
    }
    let begins = STEMS.class(letters::first(word), |stem| word.starts_with(stem));
    let ends = ENDINGS.class(letters::last(word), |ending| word.ends_with(ending));
    entry.class = entry.class.or(begins).or(ends);
    entry
}
