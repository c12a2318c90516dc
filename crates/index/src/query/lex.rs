//! Cuts a query into words, quoted phrases, signs and fields.

use super::{Field, QueryError};
use crate::analysis::is_fixed_space;

/// A piece of a query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Lexeme<'a> {
    /// Text between white space, parentheses and quotes.
    Word(&'a str),
    /// Text between quotes; the last one may be missing.
    Quoted(&'a str),
    /// A field's name with its colon; what follows is its value.
    Field(Field),
    Open,
    Close,
    And,
    Or,
    Not,
}

/// Cuts a query into lexemes.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    /// A field was the last: what comes now is its value, whatever it looks like.
    wants_value: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(query: &'a str) -> Self {
        Self { rest: query, wants_value: false }
    }

    fn lexeme(&mut self) -> Result<Option<Lexeme<'a>>, QueryError> {
        self.rest = self.rest.trim_start();
        let wants_value = std::mem::take(&mut self.wants_value);
        if let Some(inside) = self.rest.strip_prefix(is_quote) {
            let (text, rest) = inside.split_once(is_quote).unwrap_or((inside, ""));
            self.rest = rest;
            return Ok(Some(Lexeme::Quoted(text)));
        }
        for (sign, lexeme) in [('(', Lexeme::Open), (')', Lexeme::Close)] {
            if let Some(rest) = self.rest.strip_prefix(sign) {
                self.rest = rest;
                return Ok(Some(lexeme));
            }
        }
        if let Some(rest) = self.rest.strip_prefix('-').filter(|_| !wants_value) {
            self.rest = rest;
            // A dash between words is none.
            return if rest.starts_with(char::is_whitespace) { self.lexeme() } else { Ok(Some(Lexeme::Not)) };
        }
        let (text, rest) = self.rest.split_at(word_end(self.rest));
        if text.is_empty() {
            return Ok(None);
        }
        if !wants_value && let Some((field, length)) = field(text)? {
            self.rest = &self.rest[length..];
            self.wants_value = true;
            return Ok(Some(Lexeme::Field(field)));
        }
        self.rest = rest;
        Ok(Some(match text {
            "AND" | "OG" if !wants_value => Lexeme::And,
            "OR" | "ELLER" if !wants_value => Lexeme::Or,
            "NOT" | "IKKE" if !wants_value => Lexeme::Not,
            word => Lexeme::Word(word),
        }))
    }
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Result<Lexeme<'a>, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.lexeme().transpose()
    }
}

/// The field that `text` begins with and the bytes up to its value. An unknown name is an error, except where nothing
/// or an address follows ("Note:", "https://...").
fn field(text: &str) -> Result<Option<(Field, usize)>, QueryError> {
    let Some((name, value)) = text.split_once(':') else { return Ok(None) };
    if name.is_empty() || !name.chars().all(char::is_alphabetic) {
        return Ok(None);
    }
    match Field::named(name) {
        Some(field) => Ok(Some((field, name.len() + 1))),
        None if value.is_empty() || value.starts_with('/') => Ok(None),
        None => {
            let short: String = name.chars().take(40).collect();
            Err(QueryError::UnknownField { suggestion: Field::suggestion(&short), name: short })
        }
    }
}

/// Where the word ends that `text` begins with. A space inside a number ("13 244") does not end it if it breaks no line.
fn word_end(text: &str) -> usize {
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let inside_number = is_fixed_space(c)
            && before.is_ascii_digit()
            && text[at + c.len_utf8()..].starts_with(|next: char| next.is_ascii_digit());
        let ends = c.is_whitespace() || matches!(c, '(' | ')') || is_quote(c);
        if ends && !inside_number {
            return at;
        }
        before = c;
    }
    text.len()
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}
