//! The language: what the page declares, or the small words that only one language has.

use belaeg_model::{How, Stated};

use crate::piece::Draft;

/// Words of running text; English ones are no Danish words and the other way round.
const DANISH: &[&str] =
    &["og", "det", "på", "af", "til", "ikke", "som", "en", "er", "der", "har", "den", "et", "med"];
const ENGLISH: &[&str] =
    &["the", "and", "of", "to", "is", "that", "with", "as", "was", "are", "this", "which", "by"];
/// Bytes of text that are looked at.
const SAMPLE: usize = 20_000;

pub(super) fn find(draft: &Draft) -> Option<Stated<String>> {
    let declared = draft.markup.lang.as_deref().and_then(|l| l.trim().get(..2)).map(str::to_ascii_lowercase);
    if let Some(code) = declared.filter(|c| c.bytes().all(|b| b.is_ascii_lowercase())) {
        return Some(Stated::new(code, How::Markup));
    }
    let (mut danish, mut english, mut seen) = (0_usize, 0_usize, 0);
    for piece in &draft.pieces {
        for word in piece.text.split(|c: char| !c.is_alphabetic()) {
            let word = word.to_lowercase();
            danish += usize::from(DANISH.contains(&word.as_str()));
            english += usize::from(ENGLISH.contains(&word.as_str()));
        }
        seen += piece.text.len();
        if seen > SAMPLE {
            break;
        }
    }
    let code = match () {
        () if danish >= 3 && danish > 2 * english => "da",
        () if english >= 3 && english > 2 * danish => "en",
        () => return None,
    };
    Some(Stated::new(code.to_owned(), How::Words))
}
