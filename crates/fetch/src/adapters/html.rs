//! Pages of lists as trees, and the links in them.

use scraper::{ElementRef, Html, Selector};
use url::Url;

use super::BadListing;
use crate::dates;

/// Elements inside one another beyond this are no list: the tree builder takes time with the square of it.
const DEPTH: usize = 2000;

/// Words in a tag beyond this are no list either, for the same reason.
const WORDS_IN_TAG: usize = 4000;

/// Elements that have no end tag, or need none.
const UNCLOSED: [&str; 24] = [
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option",
    "p", "param", "source", "tbody", "td", "tfoot", "th", "tr", "track", "wbr",
];

/// A link in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) url: Url,
    /// What it says, with single blanks.
    pub(super) text: Option<String>,
}

/// The tree of a page.
///
/// # Errors
/// If it is nested or stuffed as no page is.
pub(super) fn parse(page: &str) -> Result<Html, BadListing> {
    check(page)?;
    Ok(Html::parse_document(page))
}

fn check(page: &str) -> Result<(), BadListing> {
    let mut depth: usize = 0;
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let is_end = rest.starts_with('/');
        let name_at = usize::from(is_end);
        let name_end =
            rest[name_at..].find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len() - name_at);
        let name = rest[name_at..name_at + name_end].to_ascii_lowercase();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        if tag.split(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=').nth(WORDS_IN_TAG).is_some()
            && !tag.contains("data:")
        {
            return Err(BadListing("a tag has too many attributes".to_owned()));
        }
        if is_end {
            depth = depth.saturating_sub(1);
        } else if name == "script" || name == "style" {
            rest = rest.find(&format!("</{name}")).map_or("", |end| &rest[end..]);
            depth += 1;
        } else if !UNCLOSED.contains(&name.as_str()) {
            depth += 1;
        }
        if depth > DEPTH {
            return Err(BadListing(format!("more than {DEPTH} elements inside one another")));
        }
    }
    Ok(())
}

/// The elements that `css` names below `element`; a selector that is none names nothing.
pub(super) fn below<'a>(element: ElementRef<'a>, css: &str) -> Vec<ElementRef<'a>> {
    let Ok(selector) = Selector::parse(css) else { return Vec::new() };
    element.select(&selector).collect()
}

/// The links that `css` names in a page at `base`.
pub(super) fn links(page: &Html, css: &str, base: &Url) -> Vec<Link> {
    below(page.root_element(), css).into_iter().filter_map(|element| link(element, base)).collect()
}

/// The link that an element is.
pub(super) fn link(element: ElementRef<'_>, base: &Url) -> Option<Link> {
    let url = base.join(element.value().attr("href")?.trim()).ok()?;
    Some(Link { url, text: text(element) })
}

/// The words of an element with single blanks.
pub(super) fn text(element: ElementRef<'_>) -> Option<String> {
    let mut words = String::new();
    for word in element.text().flat_map(str::split_whitespace) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    (!words.is_empty()).then_some(words)
}

/// The first date in an element: of a `<time>`, else of its words.
pub(super) fn date(element: ElementRef<'_>) -> Option<jiff::civil::Date> {
    let stamped = below(element, "time[datetime]").into_iter().chain([element]);
    let stamped = stamped.filter_map(|e| e.value().attr("datetime")).find_map(dates::iso_day);
    stamped.or_else(|| dates::in_text(&text(element)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_limited() {
        assert!(parse(&"<div>".repeat(DEPTH + 1)).is_err());
        assert!(parse(&"<p><br><li>".repeat(DEPTH * 3)).is_ok());
        assert!(parse(&format!("<script>{}</script>", "a<b ".repeat(DEPTH * 2))).is_ok());
        assert!(parse(&format!("<div {}>", "a=1 ".repeat(WORDS_IN_TAG))).is_err());
    }

    #[test]
    fn dates_and_words() {
        let page = parse("<li><a href='/x'>Nyt \u{a0}om\n børn</a> <b>5.&nbsp;oktober 2026</b></li>")
            .expect("a page");
        let item = below(page.root_element(), "li")[0];
        assert_eq!(date(item).map(|d| d.to_string()).as_deref(), Some("2026-10-05"));
        let base = Url::parse("https://a.dk/nyheder?x=1").expect("an address");
        assert_eq!(links(&page, "a", &base)[0].text.as_deref(), Some("Nyt om børn"));
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_parsed(page in "(<|>|/|div|a href=x|p|script|\\PC){0,60}") {
            let _ = parse(&page);
        }
    }
}
