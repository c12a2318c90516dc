//! What every version must keep to before it is stored and after it is loaded: spans lie in the text, quotes are
//! what stands there, values are numbers. A quote that cannot be shown must not be asserted.

use belaeg_model::{Claim, Extracted, Statement};

/// What is wrong with a version, if anything: [`Corpus::store`](crate::Corpus::store) turns such a version into a
/// failure, and so can its maker, to count it.
///
/// # Errors
/// Names the first span, quote or value that does not hold.
pub fn check(extracted: &Extracted, statements: &[Statement]) -> Result<(), String> {
    let text = extracted.text.as_str();
    let spans = extracted.blocks.iter().map(|b| b.span);
    let spans = spans.chain(extracted.tables.iter().flat_map(|table| {
        let cells = table.rows.iter().flatten().map(|cell| cell.span);
        [table.span].into_iter().chain(table.caption).chain(cells)
    }));
    for span in spans {
        if span.get(text).is_none() {
            return Err(format!("a block, table or cell has the span {span:?}, which is not in the text"));
        }
    }
    for statement in statements {
        let Some(said) = statement.span.get(text) else {
            return Err(format!("a statement has the span {:?}, which is not in the text", statement.span));
        };
        if let Some(item) = statement.item.filter(|item| item.get(text).is_none()) {
            return Err(format!("an agenda item has the span {item:?}, which is not in the text"));
        }
        for claim in &statement.claims {
            check_claim(claim, said)?;
        }
    }
    Ok(())
}

fn check_claim(claim: &Claim, said: &str) -> Result<(), String> {
    let quote = &claim.quote;
    if claim.span.get(said) != Some(quote.as_str()) {
        return Err(format!("the quote {quote:?} does not stand at {:?} of its statement", claim.span));
    }
    let values = [Some(claim.value), claim.value_max, claim.numerator, claim.denominator];
    if values.into_iter().flatten().any(|value| !value.is_finite()) {
        return Err(format!("the claim {quote:?} has a value that is no finite number"));
    }
    Ok(())
}
