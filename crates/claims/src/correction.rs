//! Words with which a page owns up to a change of what it said before.

use std::sync::LazyLock;

use crate::pattern::Pattern;
use crate::sentence::Sentence;

static CORRECTIONS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let written = [
        "rettelse*",
        "korrig*",
        "berigtig*",
        "fejlagtig*",
        "rettet",
        "tidligere fremgik",
        "tidligere stod",
        "fremgik ... tidligere",
        "stod ... tidligere",
    ];
    written.map(|w| Pattern::from(w.to_owned())).into()
});

/// "rettet mod børn" is aimed at them: no correction.
static AIMS: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| ["rettet mod", "rettet imod", "rettet til"].map(|w| Pattern::from(w.to_owned())).into());

/// Whether `text` says that something written before was wrong and is put right.
///
/// ```
/// assert!(belaeg_claims::is_correction("Rettelse: I en tidligere udgave stod der 12 %."));
/// assert!(belaeg_claims::is_correction("Tallet er rettet den 3. maj."));
/// assert!(!belaeg_claims::is_correction("Tilbuddet er rettet mod børn og unge."));
/// ```
pub fn is_correction(text: &str) -> bool {
    let sentence = Sentence::new(text);
    CORRECTIONS.iter().any(|p| p.stands_in(&sentence)) && !AIMS.iter().any(|p| p.stands_in(&sentence))
}
