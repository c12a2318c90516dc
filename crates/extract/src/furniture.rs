//! Lines that are furniture of a page and not its text: skip links, advertising marks, archive notices, share bars.

use std::sync::LazyLock;

use regex::Regex;

use crate::piece::constant;

/// Longer lines are prose.
const LONGEST: usize = 400;

static WHOLE_LINE: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)^[\s\-–—*•>»|]*(?:",
        r"(?:spring|gå|hop|skip) (?:direkte )?til (?:side(?:ns|n)? )?(?:hoved[ -]?)?(?:indhold(?:et)?|menu(?:en)?)",
        r"|skip to (?:main )?content|(?:tilbage |gå |op )?til toppen?|til top",
        r"|kopier link(?: til .{0,40})?|print|udskriv(?: siden?)?|se alle bilag|(?:hent|download) (?:som )?pdf",
        r"|luk alle ?/ ?åbe?n alle|åbe?n alle ?/ ?luk alle|fold alle (?:ud|ind)|vis (?:mere|mindre|alle)|luk|menu|søg",
        r"|annoncer?|reklamer?|sponsoreret(?: indhold)?",
        r"|arkivnyhed\b.{0,60}|(?:artiklen|nyheden|siden) er mere end \w+ (?:dage|uger|måneder|år) gammel",
        r"|denne (?:nyhed|artikel|side|pressemeddelelse) er (?:arkiveret|forældet)\b.{0,80}",
        r"|læs (?:mere|også)(?: her)?|nyhed(?:er)?|pressemeddelelser?|tip en ven|oplæs(?: siden)?|lyt til siden",
        r"|side \d{1,4}(?: ?(?:/|af|of) ?\d{1,4})?|\d{1,4} af \d{1,4}",
        r"|du er her:?.{0,100}|(?:forrige|næste)(?: side)?|kontakt os|del (?:siden|artiklen|nyheden|på sociale medier)",
        r")[\s\-–—*•<>»«|:.…]*$",
    ))
});

static COOKIES: LazyLock<Regex> = LazyLock::new(|| {
    constant(concat!(
        r"(?i)^(?:[\w.-]+ (?:kommune )?)?(?:vi|denne|dette|siden|hjemmesiden|når|ved at|accept\w*|nødvendige|cookies?",
        r"|du kan|for at|læs om|bruger|anvender|tillad|afvis)\b.*\bcookies?(?:politik)?\b",
    ))
});
static COOKIE_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)accept|samtykke|\bvi\b|anvender|bruger|klikke|politik|tillad|afvis|indstillinger|nødvendige",
    )
});

static SHARE: LazyLock<Regex> = LazyLock::new(|| {
    constant(
        r"(?i)^del\b.{0,60}\b(?:facebook|twitter|linkedin)\b.{0,40}\b(?:facebook|twitter|linkedin)\b.{0,40}$",
    )
});

/// Words of which a share bar consists.
const SHARE_WORDS: &[&str] = &[
    "del",
    "på",
    "via",
    "facebook",
    "twitter",
    "linkedin",
    "x",
    "instagram",
    "print",
    "udskriv",
    "mail",
    "e-mail",
    "kopier",
    "link",
    "tip",
    "send",
    "til",
    "en",
    "ven",
    "og",
    "siden",
];
const SHARE_SITES: &[&str] = &["facebook", "twitter", "linkedin"];

static RATE: LazyLock<Regex> = LazyLock::new(|| constant(r"(?i)[%‰]|\bpct\b|procent|promille"));

/// Whether `line` speaks of a percentage: such a line is never taken away.
pub(crate) fn has_rate(line: &str) -> bool {
    RATE.is_match(line)
}

/// Whether `line` is nothing but furniture.
pub(crate) fn is_furniture(line: &str) -> bool {
    let line = line.trim();
    if line.is_empty() || line.len() > LONGEST {
        return false;
    }
    let furniture = (line.len() <= 160 && WHOLE_LINE.is_match(line))
        || SHARE.is_match(line)
        || is_share_bar(line)
        || (COOKIES.is_match(line) && COOKIE_WORDS.is_match(line));
    furniture && !has_rate(line)
}

fn is_share_bar(line: &str) -> bool {
    if line.len() > 120 {
        return false;
    }
    let lower = line.to_lowercase();
    let mut words = lower.split(|c: char| c.is_whitespace() || matches!(c, '|' | ',' | '/' | ':' | '·'));
    SHARE_SITES.iter().any(|s| lower.contains(s)) && words.all(|w| w.is_empty() || SHARE_WORDS.contains(&w))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn furniture_lines() {
        for line in [
            "Spring til indhold",
            "Gå til hovedindhold",
            "Gå til indhold",
            "Skip til hoved indholdet",
            "Til toppen",
            "Kopier link til punktet - Print",
            "Se alle bilag",
            "Luk alle / Åben alle",
            "annonce",
            "-- annonce ---",
            "ANNONCE",
            "Arkivnyhed - kan være forældet",
            "Artiklen er mere end 30 dage gammel",
            "Denne nyhed er arkiveret",
            "Denne nyhed er arkiveret.\u{a0}",
            "Læs mere",
            "Læs mere »",
            "Nyhed",
            "Del på Facebook Del på Twitter",
            "Del: Facebook, LinkedIn",
            "Facebook Twitter Print",
            "Side 1/9",
            "Side 2 af 5",
            "Side 12",
            "3 af 7",
            "Du er her: Forside / Nyheder",
            "Vi bruger cookies til at forbedre hjemmesiden",
            "Ærø Kommune anvender cookies for at lave statistik",
            "Accepter alle cookies",
        ] {
            assert!(is_furniture(line), "{line}");
        }
    }

    #[test]
    fn text_lines() {
        for line in [
            "Nyhed om børn",
            "Læs mere om omgørelsesprocenten her i rapporten",
            "Annonceringen begynder i maj",
            "Side om side arbejder de",
            "Del af aftalen er, at kommunen bruger Facebook mere end før i kampagnen, som",
            "Udvalget drøftede brugen af cookies på skolerne",
            "Søgningen faldt",
            "Arkivnyhed: 22 % af sagerne",
            "",
            "Foto: Ærø Kommune",
            "2 af 5 sager blev omgjort",
        ] {
            assert!(!is_furniture(line), "{line}");
        }
    }
}
