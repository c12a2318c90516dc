//! Words that searchers use for one another, as data: `data/synonyms.toml`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::{fold, stem};

/// The file: groups of words, each a synonym of every other in its group.
#[derive(Deserialize)]
struct File {
    groups: Vec<Vec<String>>,
}

/// Stems by stem.
static SYNONYMS: LazyLock<FxHashMap<String, Vec<String>>> = LazyLock::new(|| {
    let file: File = toml::from_str(include_str!("../../data/synonyms.toml"))
        .expect("data/synonyms.toml is compiled in and covered by a test");
    let mut by_stem: FxHashMap<String, Vec<String>> = FxHashMap::default();
    for group in file.groups {
        let stems: Vec<String> = group.iter().map(|word| stem(&fold(word))).collect();
        for own in &stems {
            let others = by_stem.entry(own.clone()).or_default();
            others.extend(stems.iter().filter(|s| *s != own).cloned());
            others.sort_unstable();
            others.dedup();
        }
    }
    by_stem
});

/// The stems of the synonyms of the word with this stem, in order.
pub fn synonyms(stem: &str) -> &'static [String] {
    SYNONYMS.get(stem).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_read_and_mutual() {
        let of = |word: &str| synonyms(&stem(&fold(word)));
        assert!(of("omgørelsesprocent").contains(&stem("omgjort")));
        assert!(of("omgjort").contains(&stem(&fold("hjemvist"))));
        assert!(of("skole").is_empty());
        for (own, others) in &*SYNONYMS {
            assert!(others.iter().all(|other| synonyms(other).contains(own)), "{own}");
        }
    }
}
