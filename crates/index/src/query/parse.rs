//! The query as typed: words, "phrases", -excluded, OR, prefix*. Every string is a query.

use crate::analysis::{Token, stem, tokens};

/// Words of a query beyond this number are not looked at.
pub const MAX_WORDS: usize = 256;

/// A word with this many letters also finds words that begin with it.
const PREFIX_LETTERS: usize = 5;

/// What a query asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Empty or `*`: every statement.
    pub everything: bool,
    /// All must match; of each, one alternative.
    pub required: Vec<Vec<Atom>>,
    /// None may match.
    pub excluded: Vec<Atom>,
}

/// A word or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Atom {
    Word(Word),
    /// Folded words that must follow each other as they are; one alone must stand as it is.
    Phrase(Vec<String>),
}

/// A word that is looked for in all its forms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub exact: String,
    pub stem: String,
    pub prefix: Prefix,
}

/// Whether longer words that begin with a word match it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    No,
    /// Because it is long enough to mean something.
    Implied,
    /// Because of a `*`.
    Asked,
}

impl Word {
    fn new(token: Token, prefix_asked: bool) -> Self {
        let letters = token.text.chars().filter(|c| c.is_alphabetic()).count();
        let prefix = match prefix_asked {
            true => Prefix::Asked,
            false if letters >= PREFIX_LETTERS => Prefix::Implied,
            false => Prefix::No,
        };
        Self { stem: stem(&token.text), exact: token.text, prefix }
    }

    /// Whether a token of a text, given with its stem, is found by this word.
    pub(crate) fn matches(&self, exact: &str, stem: &str) -> bool {
        self.exact == exact
            || self.stem == stem
            || (self.prefix != Prefix::No && exact.starts_with(&self.exact))
    }
}

/// A stretch of the query between white space, parentheses and quotes.
struct Piece<'a> {
    text: &'a str,
    quoted: bool,
    excluded: bool,
}

/// Reads a query. Parentheses are white space; an `OR` with nothing on one side is ignored.
pub(crate) fn parse(query: &str) -> Parsed {
    let mut parsed = Parsed::default();
    if matches!(query.trim(), "" | "*") {
        parsed.everything = true;
        return parsed;
    }
    let mut words = 0;
    let mut or = false;
    for piece in (Pieces { rest: query }) {
        if piece.text == "OR" && !piece.quoted && !piece.excluded {
            or = true;
            continue;
        }
        let (atoms, excluded) = (atoms(&piece, MAX_WORDS - words), piece.excluded);
        words += atoms.iter().map(Atom::words).sum::<usize>();
        if excluded {
            parsed.excluded.extend(atoms);
        } else {
            for (i, atom) in atoms.into_iter().enumerate() {
                match parsed.required.last_mut() {
                    Some(alternatives) if or && i == 0 => alternatives.push(atom),
                    _ => parsed.required.push(vec![atom]),
                }
            }
            or = false;
        }
        if words >= MAX_WORDS {
            break;
        }
    }
    without_repeats(parsed)
}

/// A word that is said twice asks for no more than once.
fn without_repeats(mut parsed: Parsed) -> Parsed {
    let mut required: Vec<Vec<Atom>> = Vec::new();
    for group in parsed.required {
        if !required.contains(&group) {
            required.push(group);
        }
    }
    parsed.required = required;
    parsed
}

/// What a piece asks for, in at most `limit` words. Several words in one piece ("6-byerne") are a phrase.
fn atoms(piece: &Piece<'_>, limit: usize) -> Vec<Atom> {
    let mut found = tokens(piece.text);
    found.truncate(limit);
    let asks_prefix = !piece.quoted && piece.text.ends_with('*');
    let mut atoms = Vec::new();
    let last = if asks_prefix || (found.len() == 1 && !piece.quoted) { found.pop() } else { None };
    if !found.is_empty() {
        atoms.push(Atom::Phrase(found.into_iter().map(|t| t.text).collect()));
    }
    atoms.extend(last.map(|token| Atom::Word(Word::new(token, asks_prefix))));
    atoms
}

impl Atom {
    fn words(&self) -> usize {
        match self {
            Self::Word(_) => 1,
            Self::Phrase(words) => words.len(),
        }
    }
}

/// Cuts a query into pieces.
struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_whitespace() || is_parenthesis(c));
        let after_minus = self.rest.strip_prefix('-');
        let excluded = after_minus.is_some_and(|rest| !rest.starts_with(|c: char| c.is_whitespace()));
        if excluded {
            self.rest = after_minus.unwrap_or_default();
        }
        if let Some(inside) = self.rest.strip_prefix(is_quote) {
            let (text, rest) = inside.split_once(is_quote).unwrap_or((inside, ""));
            self.rest = rest;
            return Some(Piece { text, quoted: true, excluded });
        }
        let end = self.rest.find(|c: char| c.is_whitespace() || is_parenthesis(c) || is_quote(c));
        let (text, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        (!text.is_empty() || !rest.is_empty()).then_some(Piece { text, quoted: false, excluded })
    }
}

fn is_parenthesis(c: char) -> bool {
    matches!(c, '(' | ')')
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query in short: alternatives joined by `|`, phrases by `_`, a word's stem and prefix left out.
    fn shown(query: &str) -> String {
        let parsed = parse(query);
        let atom = |atom: &Atom| match atom {
            Atom::Word(w) => format!("{}{}", w.exact, if w.prefix == Prefix::Asked { "*" } else { "" }),
            Atom::Phrase(words) => format!("<{}>", words.join("_")),
        };
        let mut out: Vec<String> =
            parsed.required.iter().map(|g| g.iter().map(atom).collect::<Vec<_>>().join("|")).collect();
        out.extend(parsed.excluded.iter().map(|a| format!("-{}", atom(a))));
        out.extend(parsed.everything.then(|| "everything".to_owned()));
        out.join(" ")
    }

    #[test]
    fn reads_queries() {
        let cases = [
            ("", "everything"),
            (" * ", "everything"),
            ("!!!", ""),
            ("-", ""),
            ("- skole", "skole"),
            ("Børn skole", "boern skole"),
            ("sag Sag sag", "sag"),
            ("sag sag OR hus", "sag sag|hus"),
            ("Børn OR skole sag", "boern|skole sag"),
            ("a OR b OR \"c d\"", "a|b|<c_d>"),
            ("OR a OR", "a"),
            ("or a", "or a"),
            ("-Odense skole", "skole -odense"),
            ("-\"i Odense\"", "-<i_odense>"),
            ("\"børn\u{a0}og unge\" x", "<boern_og_unge> x"),
            ("„børn og unge” x", "<boern_og_unge> x"),
            ("\"ikke lukket", "<ikke_lukket>"),
            ("a\"b c\"d", "a <b_c> d"),
            ("omgør*", "omgoer*"),
            ("6-byerne", "<6_byerne>"),
            ("28,9%", "<28,9_procent>"),
            ("* skole", "skole"),
            ("((a) (b", "a b"),
            ("-(a b)", "a b"),
            ("--a", "-a"),
            ("\"\"", ""),
        ];
        for (query, want) in cases {
            assert_eq!(shown(query), want, "{query:?}");
        }
    }

    #[test]
    fn long_words_reach_further() {
        let prefix = |query: &str| match parse(query).required.first().and_then(|g| g.first()) {
            Some(Atom::Word(word)) => word.prefix,
            other => panic!("{query}: {other:?}"),
        };
        assert_eq!(prefix("sager"), Prefix::Implied);
        assert_eq!(prefix("sag"), Prefix::No);
        assert_eq!(prefix("sag*"), Prefix::Asked);
        assert_eq!(prefix("13.244"), Prefix::No);
    }

    #[test]
    fn only_the_first_words_count() {
        let words = (0..10_000).map(|i| format!("ord{i} ")).collect::<String>();
        assert_eq!(parse(&words).required.len(), MAX_WORDS);
        let phrase = parse(&format!("\"{words}\" efter"));
        assert_eq!(phrase.required.len(), 1);
        assert_eq!(parse(&"(".repeat(10_000)), Parsed::default());
    }

    proptest::proptest! {
        #[test]
        fn any_string_is_a_query(query in "([-\"*()„ ]|OR|æ|ord|%|1)*|\\PC*") {
            let parsed = parse(&query);
            for atom in parsed.required.iter().flatten().chain(&parsed.excluded) {
                proptest::prop_assert!(atom.words() > 0);
            }
        }
    }
}
