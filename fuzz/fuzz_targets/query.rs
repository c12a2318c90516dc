//! Any bytes that are UTF-8, as a query and as text to analyse.
#![no_main]

use belaeg_index::Query;
use belaeg_index::analysis::{forms, tokens};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for token in tokens(text) {
        assert!(token.span.get(text).is_some_and(|written| !written.is_empty()));
        forms(&token.text);
    }
    if let Ok(query) = text.parse::<Query>() {
        query.claim_filters();
        // What is too long written out is an error; whatever is read is the same query.
        if let Ok(again) = query.to_string().parse::<Query>() {
            assert_eq!(again, query);
        }
    }
});
