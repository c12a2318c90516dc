//! Which words of a statement a query found.

use std::collections::BTreeMap;
use std::rc::Rc;

use belaeg_model::ByteSpan;

use crate::analysis::{Forms, words};
use crate::query::Tier;
use crate::query::matching::Matcher;

/// The words of `text` that the query's required words and phrases find, in order, each with the best tier in which it
/// was found. One span a word.
pub(crate) fn highlights(text: &str, matchers: &[Matcher]) -> Vec<(ByteSpan, Tier)> {
    if matchers.is_empty() {
        return Vec::new();
    }
    let said = words(text);
    let mut found: BTreeMap<ByteSpan, Tier> = BTreeMap::new();
    let mut add = |span, tier: Tier| {
        let best = found.entry(span).or_insert(tier);
        *best = tier.min(*best);
    };
    for matcher in matchers {
        match matcher {
            Matcher::Word(word) => {
                let all_parts = word.has_all_parts(&said);
                for (span, forms) in &said {
                    if let Some(tier) = word.tier(forms, all_parts) {
                        add(*span, tier);
                    }
                }
            }
            Matcher::Phrase(words) => places_of(words, &said).for_each(|span| add(span, Tier::Exact)),
        }
    }
    found.into_iter().collect()
}

/// The spans of the words of every occurrence of the phrase.
fn places_of<'a>(
    phrase: &'a [String],
    said: &'a [(ByteSpan, Rc<Forms>)],
) -> impl Iterator<Item = ByteSpan> + 'a {
    said.windows(phrase.len().max(1))
        .filter(move |window| window.iter().map(|(_, forms)| &forms.exact).eq(phrase))
        .flat_map(|window| window.iter().map(|(span, _)| *span))
}
