//! Any bytes that are UTF-8: as one statement, and as a document of paragraphs, headings and items.
#![no_main]

use belaeg_claims::{Context, find_claims, statements};
use belaeg_model::{Block, BlockKind, ByteSpan, Extracted, Place};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let context = Context { place: Some(Place::DENMARK), published: Some(date(2022, 5, 1)) };
    for claim in find_claims(text, &context).claims {
        assert_eq!(claim.span.get(text), Some(claim.quote.as_str()));
        assert!(claim.value.is_finite());
    }
    let mut document = Extracted { text: text.to_owned(), ..Extracted::default() };
    let mut at = 0;
    for (i, line) in text.split_inclusive('\n').enumerate() {
        let kind = [BlockKind::Heading(2), BlockKind::Paragraph, BlockKind::ListItem][i % 3];
        let span = ByteSpan::new(at, at + line.trim_end().len());
        document.blocks.push(Block { kind, span, page: None });
        at += line.len();
    }
    for statement in statements(&document) {
        assert!(statement.span.get(text).is_some());
    }
});
