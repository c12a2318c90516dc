//! Words by their first or last letters: most words are none that a list is looking for, and one look tells so.

/// The first three bytes of `word`, or as many as there are before zeros.
pub(crate) fn first(word: &str) -> [u8; 3] {
    match *word.as_bytes() {
        [a, b, c, ..] => [a, b, c],
        [a, b] => [a, b, 0],
        [a] => [a, 0, 0],
        [] => [0; 3],
    }
}

/// The last three bytes of `word`, the last one first.
pub(crate) fn last(word: &str) -> [u8; 3] {
    match *word.as_bytes() {
        [.., c, b, a] => [a, b, c],
        [b, a] => [a, b, 0],
        [a] => [a, 0, 0],
        [] => [0; 3],
    }
}

/// A set of keys of up to three letters, as the words see it that begin with them. Of each byte, five bits count, which tell the letters of the
/// alphabet apart.
#[derive(Debug)]
pub(crate) struct Letters(Box<[u64]>);

/// Bits for three letters.
const BITS: usize = 1 << 15;

impl Default for Letters {
    fn default() -> Self {
        Self(vec![0; BITS / 64].into())
    }
}

impl Letters {
    /// Takes in the letters of a key, whatever goes on behind those that are there.
    pub(crate) fn insert(&mut self, key: [u8; 3]) {
        let first = index(key);
        let free = 5 * key.iter().filter(|b| **b == 0).count();
        for i in first..first + (1 << free) {
            self.0[i / 64] |= 1 << (i % 64);
        }
    }

    /// False where no key begins the word with these letters.
    pub(crate) fn may_begin(&self, letters: [u8; 3]) -> bool {
        let i = index(letters);
        self.0[i / 64] >> (i % 64) & 1 == 1
    }
}

fn index(letters: [u8; 3]) -> usize {
    letters.iter().fold(0, |index, b| index << 5 | usize::from(b & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_seen_whatever_follows() {
        let mut letters = Letters::default();
        for word in ["sag", "æ", "co"] {
            letters.insert(first(word));
        }
        for word in ["sag", "sager", "ærlig", "æ", "co", "co2"] {
            assert!(letters.may_begin(first(word)), "{word}");
        }
        for word in ["sa", "klage", "c", ""] {
            assert!(!letters.may_begin(first(word)), "{word}");
        }
    }
}
