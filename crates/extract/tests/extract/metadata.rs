//! Titles and dates of documents whose first heading is not their title.

use belaeg_extract::Input;
use belaeg_model::{BlockKind, Extracted, Hints};

use super::{check_spans, extractor};

const PROSE: &str =
    "Kommunen har set på alle sagerne fra året før, og det viser sig, at andelen faldt til 22,2 % i 2020.";

fn read(name: &str, text: &str) -> Extracted {
    let text = text.replace("{}", PROSE);
    let hints = Hints::default();
    let input = Input { bytes: text.as_bytes(), name, media_type: None, hints: &hints };
    let doc = extractor().extract(&input).expect("it has text");
    check_spans(&doc);
    doc
}

fn title(doc: &Extracted) -> Option<&str> {
    doc.meta.title.as_ref().map(|t| t.value.as_str())
}

#[test]
fn titles_of_texts() {
    let cases: &[(&str, &str, &str, Option<&str>)] = &[
        (
            "a letterhead is no title",
            "a.txt",
            "Ærø Kommune\n\nNYE TIDER I HALLEN\n\n{}",
            Some("NYE TIDER I HALLEN"),
        ),
        ("nor in capitals", "a.txt", "HØJE-TAASTRUP KOMMUNE\n\nFærre klager\n\n{}", Some("Færre klager")),
        (
            "a title may name the kommune",
            "a.txt",
            "Nøgletal for Ærø Kommune\n\n{}",
            Some("Nøgletal for Ærø Kommune"),
        ),
        ("a letterhead and no title", "a.txt", "Ærø Kommune\n\n{}", None),
        (
            "minutes under a letterhead",
            "referat.txt",
            "Ærø Kommune\n\nReferat fra Skoleudvalgets møde den 11.9.2023\n\nSted: Hallen\n\n1. Skoler\n\n{}",
            Some("Referat fra Skoleudvalgets møde den 11.9.2023"),
        ),
        (
            "a bare word takes the committee with it",
            "referat.txt",
            "ÆRØ KOMMUNE\nKlima- og Miljøudvalget\nREFERAT\n\nMødedato: 6. juni 2024\n\nPunkt 1  Godkendelse af dagsorden\n\n{}",
            Some("Klima- og Miljøudvalget - REFERAT"),
        ),
        (
            "the committee may stand below it",
            "referat.txt",
            "Dagsorden\nÆldrerådet\n\n1. Godkendelse af dagsorden\n\n{}",
            Some("Dagsorden - Ældrerådet"),
        ),
        (
            "a section is no title of minutes",
            "referat.txt",
            "Punkt 1 Godkendelse af dagsorden\n\n{}\n\n2. Skoler\n\n{}",
            None,
        ),
        (
            "references of a letter",
            "brev.txt",
            "Ærø Kommune\nTeknik og Miljø\n\nTil ansøger\n\nDato: 3. oktober 2022\nSagsnr.: 2022-19\nMatr.nr. 100 a, Ærø Marker\n\nKvittering for din ansøgning\n\n{}\n\nGebyret er fra 2017 og lokale\n2019 er åbent.\n\nMed venlig hilsen\n\nByggeteamet\n\nTekst herunder.",
            Some("Kvittering for din ansøgning"),
        ),
        (
            "an authority as addressee",
            "brev.txt",
            "  ÆRØ KOMMUNE\n\nAnkestyrelsen\nTilsynet\n0000 Aalborg\n\n30-09-2019\nJ.nr. 2019-25-72316\n\nUdtalelse om hjemviste sager\n\n{}",
            Some("Udtalelse om hjemviste sager"),
        ),
        (
            "a labelled line is no title",
            "høringssvar.txt",
            "Ærø Kommune\n\nDen 26. marts 2021\n\nSags ID: SAG-2021-1\n\nSagsbehandler: Sekretariatet\n\nTil ministeriet\n\nHøringssvar om nationale mål for\nsagsbehandlingen\n\n{}\n\nGenerelle bemærkninger\n\n{}",
            Some("Høringssvar om nationale mål for sagsbehandlingen"),
        ),
        (
            "a wrapped subject",
            "brev.txt",
            "2. april 2024\n\nVedr. tilbud om et taskforce-forløb om børn med\nhandicap\n\n{}",
            Some("Vedr. tilbud om et taskforce-forløb om børn med handicap"),
        ),
        (
            "a label with a colon goes",
            "brev.txt",
            "Kære Åse\n\nVedr.: Elevfravær i 2019/20\n\n{}",
            Some("Elevfravær i 2019/20"),
        ),
        ("without colon it stays", "brev.txt", "2. april 2024\n\nVedr. klage\n\n{}", Some("Vedr. klage")),
        (
            "no subject",
            "brev.txt",
            "Ærø Kommune\nPlan og Klima\n\nTil beboerne\n\nKære beboer\n\n{}\n\nHvad så nu\n\n{}\n\nHilsen\n\nPlan og Klima\n\nSlut.",
            None,
        ),
    ];
    for (what, name, text, want) in cases {
        let doc = read(name, text);
        assert_eq!(title(&doc), *want, "{what}: {:?}", doc.text);
        let first = doc.blocks.iter().any(|b| b.kind == BlockKind::Heading(1));
        assert_eq!(first, want.is_some(), "{what}: the title is the first heading");
    }
}

#[test]
fn titles_of_pages() {
    let cases = [
        (
            "<title>Dagsorden - Ældreudvalget</title><h1>Mandag den 15. september 2025 kl. 08.30</h1><h2>1. Tal</h2><p>{}",
            Some("Dagsorden - Ældreudvalget"),
        ),
        ("<h1>15. september 2025</h1><h1>Møde i Ældrerådet</h1><p>{}", Some("Møde i Ældrerådet")),
        ("<h1>Den 15. september 2025</h1><h2>Ældreudvalget</h2><p>{}", Some("Ældreudvalget")),
        (
            "<title>Referat</title><p><b>Ærø Kommune</b><p><b>Ældreudvalget</b><p>Referat<p>Dato: 06-12-2012<p>{}",
            Some("Ældreudvalget - Referat"),
        ),
        ("<title>Referat</title><p>{}<p>{}", Some("Referat")),
        ("<h1>15. september 2025: Færre klager</h1><p>{}", Some("15. september 2025: Færre klager")),
    ];
    for (html, want) in cases {
        let doc = read("side.html", &format!("<html>{html}"));
        assert_eq!(title(&doc), want, "{html}");
    }
}

#[test]
fn dates_of_publication() {
    let above = "<html><div id=content><div class=hoved><p>Ældreudvalget<p>Mødedato: 25.01.2023, kl. 10:00</div>\
        <article><h1>4. Sygefravær (2022-0381920)</h1><p>{}<p>{}</article><p>Mødedato: 1. maj 2024</div>";
    let cases: &[(&str, &str, &str, Option<&str>)] = &[
        ("a label above the main element", "side.html", above, Some("2023-01-25")),
        (
            "none below it",
            "side.html",
            "<html><article><h1>Færre klager</h1><p>{}<p>{}</article><div><p>Publiceret: 1. maj 2024</div>",
            None,
        ),
        (
            "the title of minutes",
            "a.txt",
            "Ærø Kommune\n\nReferat fra Skoleudvalgets møde den 11.9.2023\n\n{}",
            Some("2023-09-11"),
        ),
        (
            "handed over",
            "a.txt",
            "Årets beretning\n\nÆrø Kommune\nAfgivet til byrådet den 28. marts 2023\n\n{}",
            Some("2023-03-28"),
        ),
        (
            "a masthead",
            "a.txt",
            "Nyt fra Ærø\n\nNyhedsbrev · nr. 3 · 23. september 2022\n\n{}",
            Some("2022-09-23"),
        ),
        (
            "a masthead with bars",
            "a.txt",
            "Nyt fra Ærø\n\nNr. 3 | Fredag den 23. september 2022\n\n{}",
            Some("2022-09-23"),
        ),
        (
            "a date among words is none",
            "a.txt",
            "Nyt fra Ærø\n\nSvar på brev · sendt den 23. september 2022\n\n{}",
            None,
        ),
        (
            "a span of days is none",
            "a.txt",
            "Nyt fra Ærø\n\n20. september 2022 - 23. september 2022\n\n{}",
            None,
        ),
    ];
    for (what, name, text, want) in cases {
        let doc = read(name, text);
        assert_eq!(doc.meta.published.map(|d| d.value.to_string()).as_deref(), *want, "{what}");
    }
}
