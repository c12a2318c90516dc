//! The last steps of every document: which headings are headings, what is furniture, what its properties say.

use std::sync::LazyLock;

use belaeg_model::BlockKind;
use jiff::civil::Date;
use regex::Regex;

use super::flow::MAYBE_HEADING;
use super::package::Package;
use super::xml::{Node, Xml};
use super::{Budget, OfficeLimits};
use crate::piece::{CLUE_LINES, Draft, Piece, constant};
use crate::{Failure, html, text};

/// Titles that a program or a template gave.
static NO_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^(?:microsoft (?:word|excel|powerpoint)\b.*|(?:word|excel)?-?dokument\d*|document\d*|untitled.*|powerpoint-præsentation|(?:\w+)?skabelon.*|slide 1|præsentation\d*|presentation\d*|(?:mappe|book|ark)\d+)$|\.do[ct]x?$",
    )
});

/// What a file says about itself beside its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Properties {
    pub(super) title: Option<String>,
    pub(super) created: Option<Date>,
}

impl Properties {
    /// Reads `docProps/core.xml` or `meta.xml`, which have the same local names. A damaged one says nothing.
    pub(super) fn read(text: &str, limits: &OfficeLimits) -> Self {
        let mut found = Self::default();
        let mut xml = Xml::new(text, limits);
        let (mut created, mut modified) = (None, None);
        while let Ok(Some(node)) = xml.next() {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "title" => found.title = xml.text().ok().filter(|text| !text.is_empty()),
                "created" | "creation-date" => created = day(&mut xml),
                "modified" => modified = day(&mut xml),
                _ => {}
            }
        }
        found.created = created.filter(|day| modified.is_none_or(|last| is_near(*day, last)));
        found.title = found.title.filter(|title| !NO_TITLE.is_match(title));
        found
    }

    pub(super) fn of_package(package: &mut Package<'_>, budget: &mut Budget<'_>) -> Result<Self, Failure> {
        let text = package.optional("docProps/core.xml", budget)?;
        Ok(Self::read(&text, budget.limits))
    }
}

/// The date at the beginning of the element that has just begun.
fn day(xml: &mut Xml<'_>) -> Option<Date> {
    xml.text().ok()?.get(..10)?.parse().ok()
}

/// A file that was made more than a year before it was last changed was made from a template.
fn is_near(created: Date, modified: Date) -> bool {
    created.until(modified).is_ok_and(|span| span.get_days().abs() <= 366)
}

/// A draft of running text.
pub(super) fn document(mut pieces: Vec<Piece>, properties: Properties) -> Draft {
    text::settle_sections(&mut pieces);
    let marked_up = settle_headings(&mut pieces);
    settle_captions(&mut pieces);
    let top = top(&pieces);
    let mut draft = of_pieces(Vec::new(), properties);
    draft.marked_up = marked_up;
    draft.top = top;
    draft.pieces = html::without_furniture(pieces, &mut draft.dropped);
    draft
}

/// A draft of tables, or of other drafts: nothing in it is furniture.
pub(super) fn of_pieces(pieces: Vec<Piece>, properties: Properties) -> Draft {
    let Properties { title, created } = properties;
    let mut draft = Draft { top: top(&pieces), pieces, marked_up: true, ..Draft::default() };
    draft.markup.title = title;
    draft.markup.created = created;
    draft
}

fn top(pieces: &[Piece]) -> Vec<String> {
    let lines = pieces.iter().flat_map(|p| p.text.lines()).filter(|line| !line.is_empty());
    lines.take(CLUE_LINES).map(text::cut).collect()
}

/// Gives headings their levels; says whether any was marked up as one. Bold lines are headings where none was.
fn settle_headings(pieces: &mut [Piece]) -> bool {
    let is_styled = |p: &Piece| p.is_heading() && p.kind != MAYBE_HEADING;
    let styled = pieces.iter().any(is_styled);
    for piece in pieces.iter_mut().filter(|p| p.kind == MAYBE_HEADING) {
        piece.kind = if styled { BlockKind::Paragraph } else { BlockKind::Heading(2) };
    }
    // A document without a title whose first heading alone has the topmost level has that for its title.
    let level = |p: &Piece| if let BlockKind::Heading(level) = p.kind { Some(level) } else { None };
    let levels: Vec<u8> = pieces.iter().filter_map(level).collect();
    let lowest = levels.iter().min().copied().unwrap_or(1);
    let alone = levels.iter().filter(|l| **l == lowest).count() == 1 && levels.first() == Some(&lowest);
    if styled && lowest > 1 && alone && levels.len() > 1 {
        for piece in pieces.iter_mut() {
            if let BlockKind::Heading(level) = &mut piece.kind {
                *level = level.saturating_sub(lowest - 1).max(1);
            }
        }
    }
    styled
}

/// A caption right above a table is that table's.
fn settle_captions(pieces: &mut [Piece]) {
    let mut before = None;
    for piece in pieces {
        piece.captioned = piece.kind == BlockKind::Table && before == Some(BlockKind::Caption);
        before = Some(piece.kind);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Heading, Paragraph};

    #[test]
    fn levels() {
        let cases: &[(&[BlockKind], &[BlockKind], bool)] = &[
            (&[Heading(1), Heading(2)], &[Heading(1), Heading(2)], true),
            (&[Heading(2), Paragraph, Heading(3)], &[Heading(1), Paragraph, Heading(2)], true),
            (&[Heading(2), Heading(2)], &[Heading(2), Heading(2)], true),
            (&[Heading(3), Heading(2)], &[Heading(3), Heading(2)], true),
            (&[MAYBE_HEADING, Paragraph], &[Heading(2), Paragraph], false),
            (&[MAYBE_HEADING, Heading(2)], &[Paragraph, Heading(2)], true),
        ];
        for (kinds, want, styled) in cases {
            let mut pieces: Vec<Piece> = kinds.iter().map(|k| Piece::new(*k, "x", None)).collect();
            assert_eq!(settle_headings(&mut pieces), *styled);
            assert_eq!(pieces.iter().map(|p| p.kind).collect::<Vec<_>>(), *want, "{kinds:?}");
        }
    }

    #[test]
    fn properties() {
        let core = "<cp:coreProperties><dc:title>Årsrapport for Ærø</dc:title><dcterms:created>2024-04-07T10:00:00Z\
            </dcterms:created></cp:coreProperties>";
        let limits = OfficeLimits::default();
        let read = Properties::read(core, &limits);
        assert_eq!(read.title.as_deref(), Some("Årsrapport for Ærø"));
        assert_eq!(read.created.map(|d| d.to_string()).as_deref(), Some("2024-04-07"));
        let old = core.replace("</cp:", "<dcterms:modified>2026-04-07T10:00:00Z</dcterms:modified></cp:");
        assert_eq!(Properties::read(&old, &limits).created, None);
        for title in ["Microsoft Word - notat.docx", "Dokument1", "Brevskabelon 2", "notat.docx"] {
            assert_eq!(
                Properties::read(&format!("<a><title>{title}</title></a>"), &limits).title,
                None,
                "{title}"
            );
        }
        assert_eq!(Properties::read("<a><title>", &limits).title, None);
    }
}
