//! Words by their first or last letters: most words are none that a list is looking for, and one look tells so.

/// The first three bytes, or as many as there are.
pub(crate) fn key(bytes: impl Iterator<Item = u8>) -> u32 {
    bytes.take(3).fold(0, |key, b| key << 8 | u32::from(b))
}

/// A set of keys, as the words see it that begin with them. Of each byte, five bits count, which tell the letters of the
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
    /// Takes in a key, whatever goes on behind it.
    pub(crate) fn insert(&mut self, key: u32) {
        let bytes: Vec<u8> = key.to_be_bytes().into_iter().filter(|b| *b != 0).collect();
        let first = index(bytes.iter().copied());
        let free = 5 * 3_usize.saturating_sub(bytes.len());
        for i in first..first + (1 << free) {
            self.0[i / 64] |= 1 << (i % 64);
        }
    }

    /// False where no key begins the word with these bytes.
    pub(crate) fn may_begin(&self, bytes: impl Iterator<Item = u8>) -> bool {
        let i = index(bytes);
        self.0[i / 64] >> (i % 64) & 1 == 1
    }
}

fn index(bytes: impl Iterator<Item = u8>) -> usize {
    bytes.chain([0; 3]).take(3).fold(0, |index, b| index << 5 | usize::from(b & 31))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_seen_whatever_follows() {
        let mut letters = Letters::default();
        for word in ["sag", "æ", "co"] {
            letters.insert(key(word.bytes()));
        }
        for word in ["sag", "sager", "ærlig", "æ", "co", "co2"] {
            assert!(letters.may_begin(word.bytes()), "{word}");
        }
        for word in ["sa", "klage", "c", ""] {
            assert!(!letters.may_begin(word.bytes()), "{word}");
        }
    }
}
