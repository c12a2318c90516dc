//! Which words of a text a word of the query finds, and in which tier.

use std::fmt;
use std::rc::Rc;

use belaeg_model::ByteSpan;

use crate::analysis::Forms;

/// How a word was found, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// As written.
    Exact,
    /// In another form of the word.
    Stem,
    /// By a synonym.
    Synonym,
    /// As a part of a compound, or a compound by its parts.
    Compound,
    /// By its beginning, which a `*` asks for.
    Prefix,
    /// Spelt nearly so.
    Fuzzy,
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Exact => "exact",
            Self::Stem => "stem",
            Self::Synonym => "synonym",
            Self::Compound => "compound",
            Self::Prefix => "prefix",
            Self::Fuzzy => "fuzzy",
        })
    }
}

/// A required word or phrase of a query, ready to be looked for in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Matcher {
    Word(WordMatcher),
    /// Folded words that follow each other.
    Phrase(Vec<String>),
}

/// What finds a word of a text; what is switched off is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WordMatcher {
    /// The word itself, folded.
    pub exact: Option<String>,
    pub stem: Option<String>,
    /// Stems of synonyms.
    pub synonyms: &'static [String],
    /// The stem that a compound may have among its parts.
    pub part: Option<String>,
    /// The stems of the word's own parts; a statement must have all.
    pub parts: Vec<&'static str>,
    pub prefix: Option<String>,
    /// Words spelt nearly so.
    pub similar: Vec<String>,
}

impl WordMatcher {
    /// How it finds a word of a text. `all_parts` says that the text has all of its parts.
    pub(crate) fn tier(&self, forms: &Forms, all_parts: bool) -> Option<Tier> {
        let has_part = |part: &str| forms.stem == part || forms.parts.contains(&part);
        if self.exact.as_ref() == Some(&forms.exact) {
            Some(Tier::Exact)
        } else if self.stem.as_ref() == Some(&forms.stem) {
            Some(Tier::Stem)
        } else if self.synonyms.contains(&forms.stem) {
            Some(Tier::Synonym)
        } else if self.part.as_deref().is_some_and(|part| forms.parts.contains(&part))
            || (all_parts && self.parts.iter().any(|part| has_part(part)))
        {
            Some(Tier::Compound)
        } else if self.prefix.as_ref().is_some_and(|prefix| forms.exact.starts_with(prefix)) {
            Some(Tier::Prefix)
        } else {
            self.similar.contains(&forms.exact).then_some(Tier::Fuzzy)
        }
    }

    /// Whether the words of a text have all of its parts.
    pub(crate) fn has_all_parts(&self, text: &[(ByteSpan, Rc<Forms>)]) -> bool {
        let has = |forms: &Forms, part: &str| forms.stem == part || forms.parts.contains(&part);
        !self.parts.is_empty() && self.parts.iter().all(|part| text.iter().any(|(_, forms)| has(forms, part)))
    }
}
