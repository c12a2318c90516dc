//! One statement under analysis: its tokens, and what each number in it has been found to be.

use belaeg_model::date::{self, DateMention};
use belaeg_model::{ByteSpan, Year};

use crate::lex::{Number, Token, lex};
use crate::lexicon::Class;

/// What a token is used for. Only a `Free` number can become a rate or a count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing yet.
    Free,
    /// Part of a date.
    Date,
    /// Part of a year or period.
    Year,
    /// "7." in "7. klasse".
    Ordinal,
    /// Case numbers, versions, scores.
    Code,
    /// An amount of money.
    Money,
    /// Metres, tonnes, points, index figures.
    Measurement,
    /// "8 uger", "80 år".
    Duration,
    /// "0-17-årige", "6-byerne".
    Compound,
    /// "kl. 16.30", "kl. 9-14".
    Clock,
    /// "§ 42", "punkt 7", "Egevej 14".
    Reference,
    /// A telephone number.
    Phone,
    /// Part of a rate.
    Rate,
    /// A count.
    Count,
}

/// A statement's tokens with their uses and dates.
pub(crate) struct Sentence<'t> {
    pub(crate) text: &'t str,
    pub(crate) tokens: Vec<Token<'t>>,
    pub(crate) uses: Vec<Use>,
    /// Full dates, with the range of their tokens.
    pub(crate) dates: Vec<(usize, usize, Year)>,
    /// What any of its words may be: what none is need not be looked for.
    pub(crate) seen: Class,
}

impl<'t> Sentence<'t> {
    /// Lexes `text` and marks every number that is no quantity.
    pub(crate) fn new(text: &'t str) -> Self {
        let tokens = lex(text);
        let uses = vec![Use::Free; tokens.len()];
        let seen = tokens.iter().fold(Class::default(), |all, t| all.or(t.entry.class));
        let mut sentence = Self { text, tokens, uses, dates: Vec::new(), seen };
        if seen.is(Class::NUMERAL) {
            sentence.mark_dates();
            crate::marks::mark(&mut sentence);
        }
        sentence
    }

    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(crate) fn get(&self, i: usize) -> Option<&Token<'t>> {
        self.tokens.get(i)
    }

    /// The word at `i` in lower case; empty for anything else.
    pub(crate) fn word(&self, i: usize) -> &str {
        match self.tokens.get(i) {
            Some(t) if t.is_word() => &t.norm,
            _ => "",
        }
    }

    /// Whether the word at `i` may be one of `these`.
    pub(crate) fn is(&self, i: usize, these: Class) -> bool {
        self.tokens.get(i).is_some_and(|t| t.entry.class.is(these))
    }

    /// The number that the word at `i` spells.
    pub(crate) fn number_word(&self, i: usize) -> Option<f64> {
        self.tokens.get(i)?.entry.number.map(f64::from)
    }

    /// The word before `i`.
    pub(crate) fn word_before(&self, i: usize) -> &str {
        i.checked_sub(1).map_or("", |i| self.word(i))
    }

    pub(crate) fn symbol(&self, i: usize, c: char) -> bool {
        self.tokens.get(i).is_some_and(|t| t.is_symbol(c))
    }

    pub(crate) fn dash(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(Token::is_dash)
    }

    /// Whether nothing stands between token `i` and the one before it.
    pub(crate) fn glued(&self, i: usize) -> bool {
        self.tokens.get(i).is_some_and(|t| t.gap == crate::lex::Gap::Glued)
    }

    /// The number at `i`, if it is not used for anything yet.
    pub(crate) fn free_number(&self, i: usize) -> Option<Number> {
        let number = self.tokens.get(i)?.number()?;
        (self.uses[i] == Use::Free).then_some(number)
    }

    pub(crate) fn mark(&mut self, first: usize, last: usize, r#use: Use) {
        for i in first..=last.min(self.uses.len().saturating_sub(1)) {
            if self.uses[i] == Use::Free {
                self.uses[i] = r#use;
            }
        }
    }

    /// The bytes from token `first` to token `last`.
    pub(crate) fn span(&self, first: usize, last: usize) -> ByteSpan {
        ByteSpan::new(self.tokens[first].span.start, self.tokens[last].span.end)
    }

    /// Behind an abbreviation's dot at `i`, if there is one.
    pub(crate) fn skip_dot(&self, i: usize) -> usize {
        if self.symbol(i, '.') { i + 1 } else { i }
    }

    /// Behind a colon at `i`, if there is one.
    pub(crate) fn skip_colon(&self, i: usize) -> usize {
        if self.symbol(i, ':') { i + 1 } else { i }
    }

    /// Whether a dash touches token `i` from the left.
    pub(crate) fn dash_before(&self, i: usize) -> bool {
        self.glued(i) && i.checked_sub(1).is_some_and(|b| self.dash(b))
    }

    /// The index of the first token that ends behind `byte`.
    pub(crate) fn token_at(&self, byte: usize) -> usize {
        self.tokens.partition_point(|t| t.span.end <= byte)
    }

    fn mark_dates(&mut self) {
        let mut i = 0;
        while i < self.tokens.len() {
            let start = self.tokens[i].span.start;
            let is_number = self.tokens[i].number().is_some();
            let Some(DateMention { span, date }) =
                is_number.then(|| date::date_at(self.text, start)).flatten()
            else {
                i += 1;
                continue;
            };
            let last = self.token_at(span.end).min(self.tokens.len()).saturating_sub(1).max(i);
            // "27.03.00-G01-19": the number of a case.
            if self.dash(last + 1) && self.glued(last + 1) && self.glued(last + 2) {
                i = last + 1;
                continue;
            }
            self.mark(i, last, Use::Date);
            self.dates.push((i, last, date.year()));
            i = last + 1;
        }
    }
}
