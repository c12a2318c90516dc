//! How alike two texts are: the share of three-word sequences that they have in common (Jaccard), and bands of a MinHash that
//! find the candidates without comparing everything with everything.
//!
//! Not a simhash: an agenda and its minutes share seven of ten sequences, at which a 64-bit simhash with four bands
//! found 3 of 12 such pairs of the testbed, and these bands all of them.

use std::cmp::Ordering;

/// Words of a sequence.
const SEQUENCE: usize = 3;

/// A text of fewer words is like too many others.
const FEWEST_WORDS: usize = 30;

/// From this similarity on two texts are near-duplicates. Measured: an agenda and its minutes have 0.66 and more, two agendas
/// of one form 0.36 at the most, and two of the example documents 0.03.
pub(crate) const ALIKE: f64 = 0.5;

/// Bands, and the hashes in one. Of pairs with a similarity of 0.5, 0.6 and 0.7 these find 88, 98 and 99.9 per cent.
const BANDS: usize = 16;
const ROWS: usize = 3;

/// The three-word sequences of a text, as hashes, sorted and each once.
#[derive(Debug)]
pub(crate) struct Shingles(Vec<u64>);

impl Shingles {
    /// Those of `text`; `None` where it is too short to tell.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let words: Vec<u64> = words(text).map(|word| hash(&word)).collect();
        if words.len() < FEWEST_WORDS {
            return None;
        }
        let sequence = |words: &[u64]| words.iter().fold(0, |hash, word| mix(hash ^ word));
        let mut all: Vec<u64> = words.windows(SEQUENCE).map(sequence).collect();
        all.sort_unstable();
        all.dedup();
        Some(Self(all))
    }

    /// The share of all sequences of both texts that both have, from 0 to 1.
    pub(crate) fn similarity(&self, other: &Self) -> f64 {
        let (mut a, mut b) = (self.0.as_slice(), other.0.as_slice());
        let mut shared = 0_usize;
        while let (Some((x, rest_a)), Some((y, rest_b))) = (a.split_first(), b.split_first()) {
            match x.cmp(y) {
                Ordering::Less => a = rest_a,
                Ordering::Greater => b = rest_b,
                Ordering::Equal => {
                    shared += 1;
                    (a, b) = (rest_a, rest_b);
                }
            }
        }
        shared as f64 / (self.0.len() + other.0.len() - shared) as f64
    }

    /// The bands of the text's MinHash.
    pub(crate) fn bands(&self) -> [i64; BANDS] {
        let mut seed = 0;
        std::array::from_fn(|band| {
            let least = (0..ROWS).map(|_| {
                seed += 1;
                // An odd factor makes a permutation.
                let factor = mix(seed) | 1;
                self.0.iter().map(|hash| hash.wrapping_mul(factor)).min().unwrap_or_default()
            });
            least.fold(band as u64, |hash, least| mix(hash ^ least)).cast_signed()
        })
    }
}

/// The words of a text in small letters; a word that is broken by a soft hyphen is one.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '\u{ad}';
    let word = |part: &str| -> String {
        part.chars().filter(|c| *c != '\u{ad}').flat_map(char::to_lowercase).collect()
    };
    text.split(move |c| !is_word(c)).map(word).filter(|word| !word.is_empty())
}

/// FNV-1a. It is written here because its values stand in the catalog and must not change.
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// The finish of SplitMix64: every bit of the value changes every bit of the result.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ value >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` words of which no two are the same.
    fn text(from: usize, count: usize) -> String {
        (from..from + count).map(|i| format!("ærø{i}")).collect::<Vec<_>>().join("\u{a0}")
    }

    fn similarity(a: &str, b: &str) -> f64 {
        let of = |text| Shingles::of(text).expect("long enough");
        of(a).similarity(&of(b))
    }

    fn share_a_band(a: &str, b: &str) -> bool {
        let of = |text| Shingles::of(text).expect("long enough").bands();
        of(a).iter().any(|band| of(b).contains(band))
    }

    #[test]
    fn the_share_of_common_sequences() {
        let a = text(0, 102);
        assert!((similarity(&a, &a) - 1.0).abs() < 1e-9);
        assert!((similarity(&a, &a.to_uppercase().replace('\u{a0}', ", ")) - 1.0).abs() < 1e-9);
        // 100 sequences each, 50 of them in both.
        let half = format!("{} {}", text(0, 52), text(1000, 50));
        assert!((similarity(&a, &half) - 50.0 / 150.0).abs() < 1e-9);
        assert!(similarity(&a, &text(5000, 200)) < 1e-9);
        assert!(Shingles::of(&text(0, 29)).is_none());
        assert!(Shingles::of("").is_none());
    }

    #[test]
    fn what_is_alike_shares_a_band() {
        let found = |shared: usize| {
            (0..200)
                .filter(|i| {
                    let at = i * 10_000;
                    let a = text(at, 102);
                    share_a_band(&a, &format!("{} {}", text(at, shared + 2), text(at + 5000, 100 - shared)))
                })
                .count()
        };
        // Similarities of 0.67, 0.82 and 0.11.
        assert!(found(80) >= 195, "{}", found(80));
        assert_eq!(found(90), 200);
        assert!(found(20) <= 15, "{}", found(20));
    }

    #[test]
    fn bands_do_not_change() {
        let bands = Shingles::of(&text(0, 40)).expect("long enough").bands();
        assert_eq!(bands[..2], [-5_371_345_191_340_554_599, 932_750_146_526_848_827]);
    }
}
