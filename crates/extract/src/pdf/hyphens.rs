//! Words that are parted at the end of a line are joined again.

use std::collections::HashSet;

use super::{Page, Part};

const SOFT: char = '\u{ad}';
const HYPHENS: [char; 3] = ['-', '\u{2010}', SOFT];

/// Joins the parts of words over line ends: "procentpo-" and "int". What was parted at a hyphen of its own keeps it
/// ("børne- og ungeområdet", "it-systemer"), as does a word that the document writes with it elsewhere.
pub(super) fn join(pages: &mut [Page]) {
    let hyphened = hyphened_words(pages);
    for part in pages.iter_mut().flat_map(|page| &mut page.parts) {
        match part {
            Part::Text(text) if text.contains(HYPHENS) => {
                *text = joined(text, &hyphened);
                text.retain(|c| c != SOFT);
            }
            Part::Text(_) => {}
            Part::Table(rows) => rows.iter_mut().flatten().for_each(|cell| cell.text.retain(|c| c != SOFT)),
        }
    }
}

/// The words that stand with a hyphen inside a line, in lower case.
fn hyphened_words(pages: &[Page]) -> HashSet<String> {
    let texts = pages.iter().flat_map(|p| &p.parts).filter_map(|part| match part {
        Part::Text(text) => Some(text.as_str()),
        Part::Table(_) => None,
    });
    let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '-'));
    words.filter(|w| w.trim_matches('-').contains('-')).map(str::to_lowercase).collect()
}

fn joined(text: &str, hyphened: &HashSet<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines().map(str::to_owned).collect::<Vec<_>>();
    for i in 0..lines.len() {
        let next = lines.get(i + 1).cloned().unwrap_or_default();
        let line = lines[i].clone();
        if let Some((word, rest)) =
            whole_word(line.trim_end(), &next, hyphened).filter(|_| i + 1 < lines.len())
        {
            out.push_str(&word);
            lines[i + 1] = rest;
            out.push('\n');
            continue;
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

/// The line with the whole of its last word, and what is left of the next line, if the word goes on there.
fn whole_word(line: &str, next: &str, hyphened: &HashSet<String>) -> Option<(String, String)> {
    let stem = line.strip_suffix(HYPHENS)?;
    let soft = line.ends_with(SOFT);
    let head = stem.rsplit(|c: char| !c.is_alphabetic()).next().filter(|h| !h.is_empty())?;
    let next = next.trim_start();
    let tail_len = next.find(|c: char| !c.is_alphabetic()).unwrap_or(next.len());
    let tail = &next[..tail_len];
    if matches!(tail, "og" | "eller" | "samt" | "til") || !soft && !next.starts_with(char::is_lowercase) {
        return None;
    }
    // "it-", "EU-": a hyphen of its own.
    let own = head.chars().count() <= 2 || head.chars().all(char::is_uppercase);
    let known = hyphened.contains(&format!("{}-{}", head.to_lowercase(), tail.to_lowercase()));
    let hyphen = if (own || known) && !soft { "-" } else { "" };
    // What stands right behind the word, such as a full stop, goes with it.
    let end = next[tail_len..].find(char::is_whitespace).map_or(next.len(), |n| tail_len + n);
    Some((format!("{stem}{hyphen}{}", &next[..end]), next[end..].trim_start().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole_again() {
        let cases = [
            ("Faldet er på 4,8 procentpo-\nint. Det er", "Faldet er på 4,8 procentpoint.\nDet er\n"),
            ("på børne-\nog ungeområdet", "på børne-\nog ungeområdet\n"),
            ("nye it-\nsystemer i", "nye it-systemer\ni\n"),
            ("i sagsbe\u{ad}\nhandlingen", "i sagsbehandlingen\n\n"),
            ("2019-\n2020", "2019-\n2020\n"),
            ("til sidst\u{ad}", "til sidst\u{ad}\n"),
            ("Ærø-\nØstergade", "Ærø-\nØstergade\n"),
            ("en to-\nårig aftale", "en to-årig\naftale\n"),
        ];
        for (text, want) in cases {
            assert_eq!(joined(text, &HashSet::new()), want, "{text:?}");
        }
        let known = HashSet::from(["e-boks".to_owned(), "fælles-møde".to_owned()]);
        assert_eq!(joined("et fælles-\nmøde", &known), "et fælles-møde\n\n");
    }
}
