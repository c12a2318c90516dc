//! What changed between two versions: words of the text, and claims, told as "12 % → 9 %" where one took the other's place.

use std::borrow::Cow;
use std::io::Write;

use belaeg_corpus::Version;
use belaeg_model::{ByteSpan, Claim, Statement};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::search::describe;
use crate::output::{self, Marks, plain};
use crate::settings::Language;

/// Changed lines that are printed; whoever wants more takes `--json`.
const PRINTED_LINES: usize = 200;

/// Characters that are printed on each side of changed words.
const BESIDE: usize = 60;

/// Characters of a line that is new or gone as a whole.
const WHOLE_LINE: usize = 500;

/// A claim of a version, and the statement without it.
struct Told<'v> {
    claim: &'v Claim,
    around: String,
}

/// What became of the claims.
struct Claims<'v> {
    changed: Vec<(&'v Claim, &'v Claim)>,
    gone: Vec<&'v Claim>,
    come: Vec<&'v Claim>,
}

/// Prints what changed from `a` to `b`.
pub(super) fn print(
    out: &mut impl Write,
    a: &Version,
    b: &Version,
    json: bool,
    language: Language,
) -> anyhow::Result<()> {
    let lines = lines(a, b);
    let noted = lines.iter().any(|(sign, line)| *sign == '+' && belaeg_claims::is_correction(line));
    let Claims { changed, gone, come } = claims(a, b);
    if json {
        let words: Vec<Value> =
            lines.iter().map(|(sign, line)| json!({"change": sign.to_string(), "text": line})).collect();
        // Each change is also a claim that went and one that came.
        let removed: Vec<&Claim> = changed.iter().map(|(from, _)| *from).chain(gone).collect();
        let added: Vec<&Claim> = changed.iter().map(|(_, to)| *to).chain(come).collect();
        let changed: Vec<Value> = changed.iter().map(|(from, to)| json!({"from": from, "to": to})).collect();
        let claims = json!({"changed": changed, "removed": removed, "added": added});
        let record = json!({"from": a.number, "to": b.number, "words": words, "claims": claims, "correction_note": noted});
        return output::json_line(out, &record);
    }
    print_words(out, a, b)?;
    writeln!(out)?;
    let note = match noted {
        true => language.pick("the page has a correction note", "siden har en rettelse"),
        false => language.pick("no correction note", "ingen rettelse"),
    };
    for (from, to) in changed {
        writeln!(out, "~ {} → {}, {note}", plain(&from.quote), describe(to, language))?;
    }
    for (sign, claims) in [('-', gone), ('+', come)] {
        for claim in claims {
            writeln!(out, "{sign} {}", describe(claim, language))?;
        }
    }
    Ok(())
}

/// Prints the lines that changed, and marks the words that did.
fn print_words(out: &mut impl Write, a: &Version, b: &Version) -> anyhow::Result<()> {
    let diff = TextDiff::from_lines(&a.extracted.text, &b.extracted.text);
    let changes = diff.ops().iter().flat_map(|op| diff.iter_inline_changes(op));
    let mut changes = changes.filter_map(|change| {
        let parts: Vec<(bool, &str)> = change.values().to_vec();
        let is_blank = parts.iter().all(|(_, part)| part.trim().is_empty());
        sign(change.tag()).filter(|_| !is_blank).map(|sign| (sign, parts))
    });
    for (sign, parts) in changes.by_ref().take(PRINTED_LINES) {
        writeln!(out, "{sign} {}", marked(&parts, Marks::for_stdout()))?;
    }
    let left = changes.count();
    if left > 0 {
        writeln!(out, "… and {left} more lines; --json has all of them")?;
    }
    Ok(())
}

/// A line with its changed words marked. Of what did not change only what stands beside them is printed.
fn marked(parts: &[(bool, &str)], marks: Marks) -> String {
    let mut text = String::new();
    let mut spans = Vec::new();
    for (i, (is_changed, part)) in parts.iter().enumerate() {
        let start = text.len();
        if *is_changed {
            // Blanks around the words are not what changed.
            text.push_str(part);
            let words = part.trim();
            let from = start + part.find(words).unwrap_or_default();
            spans.push(ByteSpan::new(from, from + words.len()));
        } else {
            let (before, after) = (i > 0, i + 1 < parts.len());
            text.push_str(&shortened(part, if before { BESIDE } else { 0 }, if after { BESIDE } else { 0 }));
        }
    }
    spans.retain(|span| span.start < span.end);
    marks.apply(&text, &spans).trim_end().to_owned()
}

/// The first and last words of what did not change, about so many characters of each; a line without any change, where both
/// are 0, from its beginning.
fn shortened(part: &str, first: usize, last: usize) -> Cow<'_, str> {
    let (first, last) = if first + last == 0 { (WHOLE_LINE, 0) } else { (first, last) };
    let count = part.chars().count();
    if count <= first + last + BESIDE {
        return part.into();
    }
    let byte = |chars: usize| part.char_indices().nth(chars).map_or(part.len(), |(at, _)| at);
    let (head, tail) = (&part[..byte(first)], &part[byte(count - last)..]);
    // Whole words alone.
    let head = head.rfind(char::is_whitespace).map_or("", |at| &head[..=at]);
    let tail = tail.find(char::is_whitespace).map_or("", |at| &tail[at..]);
    format!("{head}…{tail}").into()
}

fn sign(tag: ChangeTag) -> Option<char> {
    match tag {
        ChangeTag::Delete => Some('-'),
        ChangeTag::Insert => Some('+'),
        ChangeTag::Equal => None,
    }
}

fn lines(a: &Version, b: &Version) -> Vec<(char, String)> {
    let changes = TextDiff::from_lines(&a.extracted.text, &b.extracted.text);
    let lines =
        changes.iter_all_changes().filter_map(|c| Some((sign(c.tag())?, c.value().trim_end().to_owned())));
    lines.filter(|(_, line)| !line.trim().is_empty()).collect()
}

fn claims<'v>(a: &'v Version, b: &'v Version) -> Claims<'v> {
    let (mut gone, mut come) = (missing(a, b), missing(b, a));
    let mut changed = Vec::new();
    gone.retain(|old| {
        // The same sentence with another number, or else another number for the same measure, place and years.
        let same_words = |new: &Told<'v>| new.around == old.around && new.claim.unit == old.claim.unit;
        let matter = |c: &'v Claim| (c.unit, c.role, &c.measure, &c.area, c.place, &c.years, &c.noun);
        let same_matter =
            |new: &Told<'v>| old.claim.measure.is_some() && matter(new.claim) == matter(old.claim);
        let at = come.iter().position(same_words).or_else(|| come.iter().position(same_matter));
        if let Some(at) = at {
            changed.push((old.claim, come.remove(at).claim));
        }
        at.is_none()
    });
    let bare = |told: Vec<Told<'v>>| told.into_iter().map(|t| t.claim).collect();
    Claims { changed, gone: bare(gone), come: bare(come) }
}

/// The claims of `a` that `b` does not report: same value, unit, years, place and measure.
fn missing<'v>(a: &'v Version, b: &'v Version) -> Vec<Told<'v>> {
    let key = |c: &'v Claim| {
        (c.value.to_bits(), c.value_max.map(f64::to_bits), c.unit, &c.years, c.place, &c.measure, &c.noun)
    };
    let mut known: Vec<_> = b.statements.iter().flat_map(|s| &s.claims).map(key).collect();
    let mut is_missing = |c: &'v Claim| match known.iter().position(|k| *k == key(c)) {
        Some(i) => {
            known.swap_remove(i);
            false
        }
        None => true,
    };
    let all = a.statements.iter().flat_map(|s| s.claims.iter().map(move |c| (s, c)));
    all.filter(|(_, c)| is_missing(c))
        .map(|(s, claim)| Told { claim, around: around(a, s, claim.span) })
        .collect()
}

/// The statement without the claim's words.
fn around(version: &Version, statement: &Statement, span: ByteSpan) -> String {
    let text = statement.span.get(&version.extracted.text).unwrap_or_default();
    format!("{}\u{0}{}", text.get(..span.start).unwrap_or_default(), text.get(span.end..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_words_are_marked_and_the_rest_is_short() {
        let marks = Marks::plain();
        let long = "ærlig talt ".repeat(40);
        let show = |parts: &[(bool, &str)]| marked(parts, marks);
        assert_eq!(
            show(&[(false, "Andelen er "), (true, "12 "), (false, "% på Ærø.\n")]),
            "Andelen er «12» % på Ærø."
        );
        let shown = show(&[(false, &long), (true, "9"), (false, &long), (true, "8"), (false, &long)]);
        assert_eq!(shown.matches('…').count(), 3, "{shown}");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains(" «9»ærlig"), "{shown}");
        assert!(shown.chars().count() < 5 * BESIDE, "{shown}");
        let whole = show(&[(false, &long.repeat(9))]);
        assert!(
            whole.starts_with("ærlig talt")
                && whole.ends_with('…')
                && whole.chars().count() <= WHOLE_LINE + 1
        );
        assert_eq!(show(&[(false, &"å".repeat(2000))]), "…");
        assert_eq!(show(&[(true, " \n")]), "");
    }
}
