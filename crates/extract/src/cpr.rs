//! Masks what looks like a CPR number (the Danish personal number), before anything keeps it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::piece::{Draft, constant};

const MASK: &str = "XXXXXX-XXXX";

static DASHED: LazyLock<Regex> = LazyLock::new(|| constant(r"\b([0-9]{6})[ ]?[-–‑][ ]?[0-9]{4}\b"));
static LABELLED: LazyLock<Regex> =
    LazyLock::new(|| constant(r"(?i)\b(cpr[^0-9\n]{0,20})([0-9]{6})[ \u{a0}]?[0-9]{4}\b"));

/// Masks the numbers in every piece and clue of `draft`; returns how many the pieces held.
pub(crate) fn mask(draft: &mut Draft) -> usize {
    let mut count = 0;
    for piece in &mut draft.pieces {
        count += mask_in(&mut piece.text);
        for cell in piece.rows.iter_mut().flatten() {
            count += mask_in(&mut cell.text);
        }
    }
    let markup = &mut draft.markup;
    let titles = [&mut markup.h1, &mut markup.og_title, &mut markup.title];
    for clue in draft.top.iter_mut().chain(&mut draft.dropped).chain(titles.into_iter().flatten()) {
        mask_in(clue);
    }
    count
}

fn mask_in(text: &mut String) -> usize {
    let mut count = 0;
    let dashed = replace(&DASHED, text, |c| is_day_month(&c[1]).then(|| MASK.to_owned()), &mut count);
    let both =
        replace(&LABELLED, &dashed, |c| is_day_month(&c[2]).then(|| format!("{}{MASK}", &c[1])), &mut count);
    if count > 0 {
        *text = both.into_owned();
    }
    count
}

fn replace<'t>(
    pattern: &Regex,
    text: &'t str,
    by: impl Fn(&Captures<'_>) -> Option<String>,
    count: &mut usize,
) -> Cow<'t, str> {
    pattern.replace_all(text, |c: &Captures<'_>| {
        by(c).map_or_else(
            || c[0].to_owned(),
            |masked| {
                *count += 1;
                masked
            },
        )
    })
}

/// Whether six digits begin with a day and a month.
fn is_day_month(digits: &str) -> bool {
    let number = |range| digits.get(range).and_then(|d: &str| d.parse::<u8>().ok()).unwrap_or(0);
    (1..=31).contains(&number(0..2)) && (1..=12).contains(&number(2..4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_personal_numbers_only() {
        let cases = [
            ("født 010190-1234 i Ærø", "født XXXXXX-XXXX i Ærø", 1),
            ("cpr-nr.: 3112991234.", "cpr-nr.: XXXXXX-XXXX.", 1),
            ("CPR 311299 1234 og 311299-1235", "CPR XXXXXX-XXXX og XXXXXX-XXXX", 2),
            ("010190 – 1234", "XXXXXX-XXXX", 1),
            ("sag 451399-1234", "sag 451399-1234", 0),
            ("3112991234 kroner", "3112991234 kroner", 0),
            ("EAN 5798006622108", "EAN 5798006622108", 0),
        ];
        for (text, want, count) in cases {
            let mut got = text.to_owned();
            assert_eq!((mask_in(&mut got), got.as_str()), (count, want), "{text}");
        }
    }
}
