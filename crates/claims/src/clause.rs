//! Where one clause of a statement ends and the next begins.

use crate::lex::Kind;
use crate::lexicon::Class;
use crate::sentence::{Sentence, Use};

/// Whether a clause ends between tokens `a` and `b` (both excluded): at a comma, a semicolon, a dash between
/// blanks, a colon, or a conjunction of contrast.
pub(crate) fn crosses(s: &Sentence<'_>, a: usize, b: usize) -> bool {
    (a + 1..b).any(|k| is_boundary(s, k))
}

/// The first and last token of the clause around tokens `first..=last`.
pub(crate) fn around(s: &Sentence<'_>, first: usize, last: usize) -> (usize, usize) {
    let start = (0..first).rev().find(|k| is_boundary(s, *k)).map_or(0, |k| k + 1);
    let end = (last + 1..s.len()).find(|k| is_boundary(s, *k)).map_or(s.len(), |k| k);
    (start, end.saturating_sub(1).max(last))
}

/// The clause around the tokens, with the one before it where the clause says what that one announced
/// (", at ..."), and with what a colon joins it to.
pub(crate) fn with_main(s: &Sentence<'_>, first: usize, last: usize) -> (usize, usize) {
    let (start, end) = around(s, first, last);
    let mut whole = (start, end);
    if start > 1 && (matches!(s.word(start), "at" | "hvis") || s.symbol(start - 1, ':')) {
        whole.0 = around(s, start - 2, start - 2).0;
    }
    if s.symbol(end + 1, ':') && end + 2 < s.len() {
        whole.1 = around(s, end + 2, end + 2).1;
    }
    whole
}

/// Whether the comma at `k` parts nothing: in a list of numbers, or before the same once more in other figures
/// ("30 mio. kr., svarende til 2,1 %").
fn parts_nothing(s: &Sentence<'_>, k: usize) -> bool {
    let number = |k: usize| s.get(k).is_some_and(|t| t.number().is_some());
    let again = match s.word(k + 1) {
        "svarende" | "altså" | "dvs" | "nemlig" => true,
        "det" => s.word(k + 2) == "vil" && s.word(k + 3) == "sige",
        "hvilket" => matches!(s.word(k + 2), "svarer" | "giver"),
        _ => false,
    };
    let year = s.uses.get(k + 1) == Some(&Use::Year);
    again || k > 0 && number(k - 1) && number(k + 1) && !year
}

/// Whether token `k` is part of a rate or count.
fn told(s: &Sentence<'_>, k: usize) -> bool {
    matches!(s.uses.get(k), Some(Use::Rate | Use::Count))
}

/// Whether token `k` ends a clause.
pub(crate) fn is_boundary(s: &Sentence<'_>, k: usize) -> bool {
    let Some(token) = s.get(k) else { return false };
    match token.kind {
        Kind::Symbol(',') => !parts_nothing(s, k),
        Kind::Symbol(';' | ':') => true,
        Kind::Symbol(_) => token.is_dash() && !s.glued(k) && !s.glued(k + 1),
        // "mod 52 procent", not "vaccineret mod influenza".
        Kind::Word => {
            token.entry.class.is(Class::CLAUSE) && (token.norm != "mod" || (k + 1..k + 6).any(|n| told(s, n)))
        }
        Kind::Number(_) => false,
    }
}
