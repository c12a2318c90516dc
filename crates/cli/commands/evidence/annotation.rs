//! A claim's place in its document as a W3C Web Annotation, and its review as schema.org's ClaimReview.

use belaeg_model::Language;
use serde_json::{Value, json};

use crate::commands::check::located::{Located, Quote};
use crate::commands::evidence::{RECORD, TEXT};

/// The annotation: two targets, the document as it was at its address and the text that was read from it. Positions are
/// characters (Unicode code points) of the text, counted from 0.
pub(super) fn annotation(located: &Located, conclusion: &str, language: Language) -> Value {
    let Quote { prefix, exact, suffix } = located.quote();
    let quote = json!({"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix});
    let characters = located.characters();
    let position = json!({"type": "TextPositionSelector", "start": characters.start, "end": characters.end});
    let snapshot = &located.version.snapshot;
    json!({
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": format!("urn:belaeg:claim:{}", located.id),
        "type": "Annotation",
        "motivation": "assessing",
        "body": {"type": "TextualBody", "value": conclusion, "format": "text/plain", "language": language.pick("en", "da")},
        "target": [
            {
                "source": located.document.url,
                "state": {"type": "TimeState", "sourceDate": snapshot.fetched_at, "cached": RECORD},
                "selector": [quote],
            },
            {"source": TEXT, "selector": [quote, position]},
        ],
    })
}

/// The review under the name of who answers for it. The rating is in words: a verdict is never true or false.
pub(super) fn claim_review(located: &Located, conclusion: &str, verdict: &str, reviewer: &str) -> Value {
    let publisher = located.place().map(|place| json!({"@type": "Organization", "name": place.authority()}));
    json!({
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "claimReviewed": located.statement_text(),
        "author": {"@type": "Person", "name": reviewer},
        "itemReviewed": {
            "@type": "Claim",
            "author": publisher,
            "datePublished": located.published(),
            "appearance": {"@type": "CreativeWork", "url": located.document.url, "headline": located.title()},
        },
        "reviewRating": {"@type": "Rating", "alternateName": verdict, "ratingExplanation": conclusion},
    })
}
