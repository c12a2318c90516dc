//! Which part of a page holds its main text, and which heading is its title.

use std::ops::Range;

use super::boilerplate::Survey;
use super::dom::{Dom, Tag};
use super::measure::Measure;
use super::names::Senses;

/// The part of a page that holds its text: a run of nodes.
pub(super) struct Main {
    pub(super) nodes: Range<usize>,
    /// Whether an element stands out; else it is the whole page.
    pub(super) found: bool,
}

/// How much of the page's prose an element of each rank must hold, in per cent: marked body, article, main, named.
const SHARES: [u64; 4] = [80, 60, 30, 70];

/// Bytes of a part of a page's title that says which heading is meant, and of what may stand next to it there.
const LONG_PART: usize = 15;
const LONG_KICKER: usize = 40;
/// How many parts of it are compared.
const MOST_PARTS: usize = 8;

/// Finds the main text among what is not skipped.
pub(super) fn find(dom: &Dom<'_>, survey: &Survey) -> Main {
    let measure = Measure::new(dom, &survey.skipped);
    let whole = 0..dom.len();
    let total = measure.of(whole.clone()).prose;
    if total == 0 {
        return Main { nodes: whole, found: false };
    }
    let chosen = by_marks(dom, survey, &measure, total);
    let start = chosen.unwrap_or(0);
    let found = descend(dom, survey, &measure, start);
    let nodes = with_title(dom, survey, &measure, found);
    Main { found: found != 0 || chosen.is_some(), nodes }
}

/// The element that markup or names say to hold the text, if it holds enough of the prose.
fn by_marks(dom: &Dom<'_>, survey: &Survey, measure: &Measure, total: u32) -> Option<usize> {
    let mut best: [Option<(u32, usize)>; SHARES.len()] = [None; SHARES.len()];
    let mut at = 0;
    while let Some(item) = dom.items.get(at) {
        if survey.skipped[at] {
            at = item.end;
            continue;
        }
        if let Some(rank) = rank(dom, survey, at) {
            let prose = measure.of(dom.subtree(at)).prose;
            let enough = u64::from(prose) * 100 >= u64::from(total) * SHARES[rank];
            if enough && best[rank].is_none_or(|(most, _)| prose > most) {
                best[rank] = Some((prose, at));
            }
        }
        at += 1;
    }
    best.into_iter().flatten().next().map(|(_, at)| at)
}

fn rank(dom: &Dom<'_>, survey: &Survey, at: usize) -> Option<usize> {
    let item = &dom.items[at];
    let senses = survey.senses(at);
    match item.tag {
        Tag::Text | Tag::Html | Tag::Body | Tag::Heading(_) | Tag::P | Tag::Inline | Tag::Link => None,
        _ if item.attr("itemprop").is_some_and(|p| p.contains("articleBody")) => Some(0),
        _ if senses.any(Senses::BODY) => Some(0),
        Tag::Article => Some(1),
        _ if senses.any(Senses::POST) => Some(1),
        Tag::Main => Some(2),
        _ if item.attr("role") == Some("main") => Some(2),
        _ if senses.any(Senses::CONTENT) => Some(3),
        _ => None,
    }
}

/// Goes down as long as one child holds nearly all of the prose.
fn descend(dom: &Dom<'_>, survey: &Survey, measure: &Measure, from: usize) -> usize {
    let mut at = from;
    loop {
        let all = measure.of(dom.subtree(at)).prose;
        let next = dom.children(at).find(|child| {
            let prose = measure.of(dom.subtree(*child)).prose;
            !survey.skipped[*child]
                && matches!(
                    dom.items[*child].tag,
                    Tag::Html
                        | Tag::Body
                        | Tag::Div
                        | Tag::Section
                        | Tag::Article
                        | Tag::Main
                        | Tag::OtherBlock
                        | Tag::Form
                )
                && u64::from(prose) * 100 >= u64::from(all) * 97
        });
        match next {
            Some(child) => at = child,
            None => return at,
        }
    }
}

/// The title stands above the element that holds the text, and what stands between them may be the introduction.
fn with_title(dom: &Dom<'_>, survey: &Survey, measure: &Measure, main: usize) -> Range<usize> {
    let nodes = dom.subtree(main);
    let Some(title) = survey.title.filter(|title| *title < nodes.start) else { return nodes };
    let between = measure.of(title..nodes.start);
    let all = measure.of(nodes.clone());
    if between.prose * 2 > all.prose || between.is_linked(60) && between.letters > 400 {
        return nodes;
    }
    title..nodes.end
}

/// The heading that says what the page's title says, the one that says most of it; else the first top heading.
pub(super) fn title(dom: &Dom<'_>, survey: &Survey, titles: &[&str]) -> Option<usize> {
    let parts = titles.iter().flat_map(|t| {
        t.split([" - ", " | ", " – ", " — "].into_iter().find(|s| t.contains(s)).unwrap_or(" | "))
    });
    let parts: Vec<String> = parts.take(MOST_PARTS).map(plain).filter(|t| t.len() >= LONG_PART).collect();
    let titles: Vec<String> = titles.iter().map(|t| plain(t)).filter(|t| !t.is_empty()).collect();
    let mut matching: Option<(usize, u8, usize)> = None;
    let mut repeating = None;
    let mut first = None;
    let mut at = 0;
    while let Some(item) = dom.items.get(at) {
        if survey.skipped[at] || (matches!(item.tag, Tag::Nav | Tag::Footer | Tag::Aside)) {
            at = item.end;
            continue;
        }
        let Tag::Heading(level @ 1..=3) = item.tag else {
            at += 1;
            continue;
        };
        if level == 1 && first.is_none() {
            first = Some(at);
        }
        let text = plain(&text_of(dom, at));
        // A kicker or a date may stand in the heading.
        let repeats = |part: &String| text.len() <= part.len() + LONG_KICKER && text.contains(part);
        if repeating.is_none() && parts.iter().any(repeats) {
            repeating = Some(at);
        }
        let says =
            text.len() >= 3 && titles.iter().any(|t| *t == text || (text.len() >= 12 && t.contains(&text)));
        let better =
            matching.is_none_or(|(len, best, _)| text.len() > len || (text.len() == len && level < best));
        if says && better {
            matching = Some((text.len(), level, at));
        }
        at = item.end;
    }
    matching.map(|(_, _, at)| at).or(repeating).or(first)
}

fn text_of(dom: &Dom<'_>, at: usize) -> String {
    let mut text = String::new();
    for n in dom.subtree(at) {
        if text.len() > 300 {
            break;
        }
        text.push_str(dom.items[n].text());
    }
    text
}

/// Letters and digits in lower case, to compare what two titles say.
fn plain(text: &str) -> String {
    text.chars().take(300).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
