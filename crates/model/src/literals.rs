//! Finding any of many words in a text where few of them stand: each place is first held against the first letters of all.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, BuildError, Input, MatchKind, StartKind};

use crate::ByteSpan;

/// How many bytes of a word are held against the text before it is looked for.
const HEAD: usize = 4;

/// How many kinds of beginnings are told apart at once.
const BITS: usize = 64;

/// A set of words to be found.
///
/// An automaton over all words takes one step after another; what most places in a text need is only the answer that
/// no word begins there. How a word begins has one of 64 bits, and for each of its first four bytes a table says which
/// bits may have that byte there. The look-ups wait for nothing; the automaton reads on from where they agree.
#[derive(Debug)]
pub struct Literals {
    /// For each of the first bytes, and each value of it: the bits of the beginnings that have it.
    heads: Box<[[u64; 256]; HEAD]>,
    /// How words begin, in the order of their bits.
    begins: Vec<Vec<u8>>,
    any_case: bool,
    words: AhoCorasick,
}

/// A word found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Literal {
    /// Which one of the words it is.
    pub index: usize,
    /// Where it stands.
    pub span: ByteSpan,
}

impl Literals {
    /// For `words`, of which none is empty. `any_case`: ASCII letters stand for themselves in both cases.
    ///
    /// # Errors
    /// When the words are too many for one automaton.
    pub fn new(words: &[String], any_case: bool) -> Result<Self, BuildError> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .kind(Some(AhoCorasickKind::DFA))
            .ascii_case_insensitive(any_case)
            .build(words)?;
        let fold = |word: &String| if any_case { word.to_ascii_lowercase() } else { word.clone() };
        let mut begins: Vec<Vec<u8>> = words.iter().map(|w| fold(w).bytes().take(HEAD).collect()).collect();
        begins.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        begins.dedup();
        let mut heads = Box::new([[0; 256]; HEAD]);
        for (i, word) in begins.iter().enumerate() {
            // Words that begin alike share a bit, and short ones, behind which anything may stand, have their own.
            let bit = 1_u64 << (i * BITS / begins.len());
            for (k, head) in heads.iter_mut().enumerate() {
                match word.get(k) {
                    Some(b) if any_case => {
                        head[usize::from(b.to_ascii_lowercase())] |= bit;
                        head[usize::from(b.to_ascii_uppercase())] |= bit;
                    }
                    Some(b) => head[usize::from(*b)] |= bit,
                    None => head.iter_mut().for_each(|b| *b |= bit),
                }
            }
        }
        Ok(Self { heads, begins, any_case, words: automaton })
    }

    /// The first word in `text` that begins at byte `from` or behind it, and of those that begin there the longest.
    pub fn find(&self, text: &str, from: usize) -> Option<Literal> {
        let mut at = from;
        while let Some(candidate) = self.candidate(text.as_bytes(), at) {
            let rest = Input::new(text).span(candidate..text.len()).anchored(Anchored::Yes);
            if let Some(found) = self.words.find(rest) {
                let span = ByteSpan::new(found.start(), found.end());
                return Some(Literal { index: found.pattern().as_usize(), span });
            }
            at = candidate + 1;
        }
        None
    }

    /// Every word in `text`, in order; none overlaps the one before it.
    pub fn find_all(&self, text: &str) -> impl Iterator<Item = Literal> {
        std::iter::successors(self.find(text, 0), |before| self.find(text, before.span.end))
    }

    /// The next place from `from` on where a word may begin.
    fn candidate(&self, text: &[u8], from: usize) -> Option<usize> {
        let [first, second, third, fourth] = &*self.heads;
        let mut at = from;
        for b in text.get(from..)?.array_windows::<HEAD>() {
            // Two letters are enough for most places.
            let two = first[usize::from(b[0])] & second[usize::from(b[1])];
            if two != 0 {
                let bits = two & third[usize::from(b[2])] & fourth[usize::from(b[3])];
                if bits != 0 && self.begins_with(&text[at..], bits) {
                    return Some(at);
                }
            }
            at += 1;
        }
        // Near the end only a short word can stand.
        (at..text.len()).find(|at| {
            let rest = &text[*at..];
            let bits =
                self.heads.iter().zip(rest).fold(u64::MAX, |bits, (head, b)| bits & head[usize::from(*b)]);
            bits != 0 && self.begins_with(rest, bits)
        })
    }

    /// Whether one of the beginnings with these bits begins `text`.
    fn begins_with(&self, text: &[u8], bits: u64) -> bool {
        let fits = |begin: &Vec<u8>| {
            let head = text.get(..begin.len());
            head.is_some_and(|h| if self.any_case { h.eq_ignore_ascii_case(begin) } else { h == begin })
        };
        let first_of = |bit: usize| (bit * self.begins.len()).div_ceil(BITS);
        let mut left = bits;
        while left != 0 {
            let bit = left.trailing_zeros() as usize;
            if self.begins[first_of(bit)..first_of(bit + 1)].iter().any(fits) {
                return true;
            }
            left &= left - 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that the automaton alone finds.
    fn plainly(words: &[String], text: &str) -> Vec<(usize, usize)> {
        let mut all = AhoCorasick::builder();
        all.match_kind(MatchKind::LeftmostLongest).ascii_case_insensitive(true);
        let all = all.build(words).expect("few words");
        all.find_iter(text).map(|m| (m.start(), m.end())).collect()
    }

    proptest::proptest! {
        #[test]
        fn finds_what_an_automaton_finds(
            words in proptest::collection::vec("[abæ ]{1,6}|%", 1..60),
            text in "[abAæ% c]{0,40}"
        ) {
            let literals = Literals::new(&words, true).expect("few words");
            let found: Vec<_> = literals.find_all(&text).map(|m| (m.span.start, m.span.end)).collect();
            proptest::prop_assert_eq!(found, plainly(&words, &text));
        }
    }
}
