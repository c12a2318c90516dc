//! What the HTML pages of all kommuner have in common: furniture that is no text of the document.

use std::fmt::Write;

use crate::prose::Passage;
use crate::web::{Reply, escape};
use crate::world::{Item, Site};

/// Stands on everything that is served.
pub(crate) const NOTE: &str =
    "Eksempel: siden er opdigtet og indeholder ingen oplysninger om en rigtig kommune.";

/// A page of a kommune. `head` is HTML for the head, `body` for the main part.
pub(super) fn page(site: &Site, title: &str, head: &str, body: &str) -> Reply {
    let name = site.place.name();
    let title = escape(title);
    let skip =
        ["Spring til indhold", "Gå til hovedindhold", "Skip til hoved indholdet"][usize::from(site.code % 3)];
    Reply::html(format!(
        "<!doctype html>\n<html lang=\"da\">\n<head><meta charset=\"utf-8\"><title>{title} | {name} Kommune</title>{head}</head>\n\
         <body>\n<a class=\"c-skip-to-content\" href=\"#main\">{skip}</a>\n\
         <header class=\"c-site-header\"><nav class=\"main-nav\"><a href=\"/\">Forside</a> <a href=\"/borger\">Borger</a> \
         <a href=\"/nyheder\">Nyheder</a></nav></header>\n\
         <div id=\"CookieConsent\"><p>Vi bruger cookies for at forbedre din oplevelse af siden.</p></div>\n\
         <main id=\"main\">\n{body}\n<p class=\"eksempel\">{NOTE}</p>\n</main>\n\
         <footer class=\"c-site-footer\"><p>{name} Kommune, Rådhuset. Telefon 12 34 56 78.</p></footer>\n</body>\n</html>\n"
    ))
}

/// Paragraphs.
pub(super) fn paragraphs(passages: &[Passage]) -> String {
    passages.iter().fold(String::new(), |mut html, passage| {
        let _ = writeln!(html, "<p>{}</p>", escape(&passage.text));
        html
    })
}

/// The sections of an item that are text, each under its heading in the element `heading`.
pub(super) fn sections(item: &Item, heading: &str) -> String {
    let in_text = item.sections.iter().filter(|s| s.pdf.is_none());
    in_text.fold(String::new(), |mut html, section| {
        let _ = writeln!(html, "<{heading}>{}</{heading}>", section.heading);
        html + &paragraphs(&section.passages)
    })
}
