//! What changed between two versions: lines of the text, and claims, told as "12 % → 9 %" where one took the other's place.

use std::io::Write;

use belaeg_corpus::Version;
use belaeg_model::{ByteSpan, Claim, Statement};
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};

use super::search::describe;
use crate::output::{self, plain};
use crate::settings::Language;

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
    for (sign, line) in lines {
        writeln!(out, "{sign} {}", plain(&line))?;
    }
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

fn lines(a: &Version, b: &Version) -> Vec<(char, String)> {
    let changes = TextDiff::from_lines(&a.extracted.text, &b.extracted.text);
    let sign = |tag| match tag {
        ChangeTag::Delete => Some('-'),
        ChangeTag::Insert => Some('+'),
        ChangeTag::Equal => None,
    };
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
