//! What a query asks for, as a tree, and how it is written back.

use std::fmt;

use super::Filters;

/// A query, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// Every statement.
    Everything,
    /// No statement: text without a word in it.
    Nothing,
    Word(Word),
    /// Words that must follow each other as they are; one alone must stand as it is.
    Phrase(Vec<Word>),
    Filter(Filters),
    Not(Box<Self>),
    /// At least two; no [`Node::And`] among them, and at most one [`Node::Filter`].
    And(Vec<Self>),
    /// At least two; no [`Node::Or`] among them.
    Or(Vec<Self>),
}

/// A word that is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// As the user wrote it, in lower case and without what is dropped inside it.
    pub written: String,
    /// Its folded form.
    pub exact: String,
    pub reach: Reach,
}

/// How far from its own form a word may be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// As the tiers allow.
    Usual,
    /// Any longer word too: `begin*`.
    Prefix,
    /// Words spelt nearly so too: `wrod~`.
    Fuzzy,
}

impl Node {
    /// Whether filters stand in it.
    pub(super) fn has_filters(&self) -> bool {
        match self {
            Self::Filter(_) => true,
            Self::Not(_) | Self::Everything | Self::Nothing | Self::Word(_) | Self::Phrase(_) => false,
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::has_filters),
        }
    }

    /// Whether it is words to look for, and no filter or exclusion.
    pub(super) fn is_text(&self) -> bool {
        match self {
            Self::Word(_) | Self::Phrase(_) | Self::Nothing => true,
            Self::Everything | Self::Filter(_) | Self::Not(_) => false,
            Self::And(nodes) | Self::Or(nodes) => nodes.iter().any(Self::is_text),
        }
    }

    /// The nodes of a conjunction; any other node is one of one.
    pub(super) fn conjuncts(&self) -> &[Self] {
        match self {
            Self::And(nodes) => nodes,
            other => std::slice::from_ref(other),
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("*"),
            Self::Nothing => f.write_str("\"\""),
            Self::Word(word) => word.fmt(f),
            Self::Phrase(words) => {
                let words: Vec<&str> = words.iter().map(|w| w.written.as_str()).collect();
                write!(f, "\"{}\"", words.join(" "))
            }
            Self::Filter(filters) => filters.fmt(f),
            Self::Not(node) => write!(f, "-{}", Grouped(node)),
            Self::And(nodes) => joined(nodes, " ", f),
            Self::Or(nodes) => joined(nodes, " OR ", f),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)?;
        f.write_str(match self.reach {
            Reach::Usual => "",
            Reach::Prefix => "*",
            Reach::Fuzzy => "~",
        })
    }
}

fn joined(nodes: &[Node], between: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, node) in nodes.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        match node {
            // Filters of one conjunction are one node and need no parentheses in it.
            Node::Filter(filters) if between == " " => write!(f, "{filters}")?,
            node => write!(f, "{}", Grouped(node))?,
        }
    }
    Ok(())
}

/// A node in parentheses where it is more than one thing.
struct Grouped<'a>(&'a Node);

impl fmt::Display for Grouped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let several = match self.0 {
            Node::And(_) | Node::Or(_) => true,
            Node::Filter(_) => text.contains(' ') && !is_one_filter(&text),
            _ => false,
        };
        if several { write!(f, "({text})") } else { f.write_str(&text) }
    }
}

/// Whether the text of filters is one with a value in quotes.
fn is_one_filter(text: &str) -> bool {
    text.split_once(":\"").is_some_and(|(name, rest)| {
        name.chars().all(char::is_alphabetic) && rest.find('"') == Some(rest.len() - 1)
    })
}
