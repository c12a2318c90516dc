//! Whether a page reads as words: a file may name its letters wrongly throughout, and then every letter is known and no
//! word is right.

use super::{Page, Part};

/// Words that running text cannot do without, in the languages that Danish documents and their annexes are in. Those of two
/// letters come out of a wrong alphabet by chance.
const COMMON: &[&str] = &[
    // Danish, Norwegian, Swedish.
    "det", "den", "der", "til", "for", "med", "som", "ikke", "har", "fra", "kan", "vil", "skal", "eller",
    "blev", "var", "ved", "efter", "och", "att", "för", "till", "inte", "ikkje", // English.
    "the", "and", "that", "with", "this", "are", "from", "not", "was", "which", // German, Dutch.
    "die", "das", "und", "ist", "von", "mit", "nicht", "ein", "eine", "het", "een", "van",
    // French, Spanish, Italian, Portuguese, Polish.
    "les", "des", "est", "une", "que", "por", "los", "las", "con", "del", "che", "para", "się",
];

/// Fewer words tell nothing.
const FEWEST: usize = 60;
/// Of a page in a wrong alphabet at most one word in so many is a common one by chance.
const BY_CHANCE: usize = 100;
/// Of running text at least one word in so many is a common one.
const RUNNING: usize = 15;

/// Whether the page has many words in Latin letters and hardly a common one among them.
pub(super) fn is_gibberish(page: &Page) -> bool {
    let (common, all) = words(page);
    all >= FEWEST && common * BY_CHANCE < all
}

/// Whether the page reads as running text.
pub(super) fn is_language(page: &Page) -> bool {
    let (common, all) = words(page);
    all > 0 && common * RUNNING >= all
}

/// How many common words the page has, and how many words in Latin letters.
fn words(page: &Page) -> (usize, usize) {
    let texts = page.parts.iter().flat_map(|part| match part {
        Part::Text(text) => vec![text.as_str()],
        Part::Table(rows) => rows.iter().flatten().map(|cell| cell.text.as_str()).collect(),
    });
    let is_latin = |word: &&str| word.len() >= 2 && word.chars().all(|c| c.is_alphabetic() && c < '\u{250}');
    let is_common = |word: &str| COMMON.contains(&word.to_lowercase().as_str());
    let words =
        texts.flat_map(|t| t.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation())).filter(is_latin);
    words.fold((0, 0), |(common, all), word| (common + usize::from(is_common(word)), all + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_alphabets_are_told_from_text_and_from_lists() {
        let text =
            "Kommunen har set på sagerne og fundet, at tallet er faldet siden sidst på Ærø. ".repeat(8);
        let shifted: String = text
            .chars()
            .map(|c| if c.is_ascii_lowercase() { (b'a' + (c as u8 - b'a' + 3) % 26) as char } else { c })
            .collect();
        let page = |text: &str| Page::of_text(text.to_owned());
        assert!(!is_gibberish(&page(&text)) && is_language(&page(&text)));
        assert!(is_gibberish(&page(&shifted)) && !is_language(&page(&shifted)));
        assert!(!is_gibberish(&page("Ærø Kommune")), "a few words tell nothing");
        assert!(!is_gibberish(&page(&"Сведения о численности населения ".repeat(40))), "another alphabet");
    }
}
