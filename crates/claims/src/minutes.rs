//! Minutes: the headings of agenda items, and the lines that name their sections.

use belaeg_model::{Section, StatementKind};

/// A longer line is no label of a section, in bytes.
const LONGEST_LABEL: usize = 100;

/// "Punkt 5: Budgetopfølgning", "12. Klagesager i 2021": the heading of an agenda item.
pub(crate) fn is_item(text: &str, kind: StatementKind) -> bool {
    if text.len() > 4 * LONGEST_LABEL || text.contains('\t') {
        return false;
    }
    let head: String = text.chars().take(20).flat_map(char::to_lowercase).collect();
    let named = ["punkt", "pkt.", "pkt", "sag nr.", "sag", "dagsordenspunkt"]
        .iter()
        .find_map(|p| head.strip_prefix(p));
    let numbered = |rest: &str| rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let heads = (1..=3).contains(&digits) && text[digits..].starts_with(['.', ':', ')']);
    let short = text.len() <= LONGEST_LABEL * 2 && !text.ends_with('.');
    short && (named.is_some_and(numbered) || kind == StatementKind::Heading && heads)
}

/// The section that a line names: "Sagsfremstilling", "Beslutning i Økonomiudvalget den 5. maj 2021", "Indstilling: ...".
pub(crate) fn section(text: &str) -> Option<Section> {
    const LABELS: &[(&str, Section)] = &[
        ("resumé", Section::Resume),
        ("resume", Section::Resume),
        ("sammenfatning", Section::Resume),
        ("baggrund", Section::Baggrund),
        ("sagens forløb", Section::Baggrund),
        ("sagsfremstilling", Section::Sagsfremstilling),
        ("sagsbeskrivelse", Section::Sagsfremstilling),
        ("fremstilling", Section::Sagsfremstilling),
        ("vurdering", Section::Vurdering),
        ("forvaltningens vurdering", Section::Vurdering),
        ("administrationens vurdering", Section::Vurdering),
        ("økonomi", Section::Oekonomi),
        ("økonomiske konsekvenser", Section::Oekonomi),
        ("høring", Section::Hoering),
        ("høringssvar", Section::Hoering),
        ("lovgrundlag", Section::Lovgrundlag),
        ("retsgrundlag", Section::Lovgrundlag),
        ("indstilling", Section::Indstilling),
        ("forvaltningen indstiller", Section::Indstilling),
        ("administrationen indstiller", Section::Indstilling),
        ("beslutning", Section::Beslutning),
        ("afgørelse", Section::Beslutning),
        ("udvalgets beslutning", Section::Beslutning),
        ("bilag", Section::Bilag),
    ];
    let line = text.trim_start_matches(|c: char| !c.is_alphabetic());
    let head: String = line.chars().take(40).flat_map(char::to_lowercase).collect();
    LABELS.iter().find_map(|(label, section)| {
        let rest = head.strip_prefix(label)?;
        let alone = rest.is_empty() || rest.starts_with(':');
        let dated = text.len() <= LONGEST_LABEL
            && !text.ends_with('.')
            && (rest.starts_with(' ') || rest.starts_with(','));
        let said = rest.starts_with(',') || rest.starts_with(" at ") || rest.starts_with(':');
        let proposes = label.ends_with("indstiller") && (said || text.ends_with(':'));
        (alone || proposes || dated && !label.ends_with("indstiller")).then_some(*section)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_items_are_told_by_their_lines() {
        let cases = [
            ("Sagsfremstilling", Some(Section::Sagsfremstilling)),
            ("SAGSFREMSTILLING:", Some(Section::Sagsfremstilling)),
            ("Beslutning i Økonomiudvalget den 5. maj 2021", Some(Section::Beslutning)),
            ("Indstilling: at der spares 0,5 %.", Some(Section::Indstilling)),
            ("Forvaltningen indstiller, at sagen godkendes.", Some(Section::Indstilling)),
            ("Økonomi", Some(Section::Oekonomi)),
            ("Beslutningen blev truffet i går.", None),
            ("Økonomiudvalget godkendte sagen.", None),
            ("Vurderingen er, at det går godt.", None),
        ];
        for (text, want) in cases {
            assert_eq!(section(text), want, "{text}");
        }
        assert!(is_item("Punkt 5: Budgetopfølgning", StatementKind::Sentence));
        assert!(is_item("12. Klagesager i 2021", StatementKind::Heading));
        assert!(!is_item("12. juni 2021 mødtes udvalget.", StatementKind::Sentence));
        assert!(!is_item("Sagen blev udsat", StatementKind::Heading));
    }
}
