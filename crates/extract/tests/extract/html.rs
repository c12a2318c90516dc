//! Pages of five templates, tables, and broken markup.

use belaeg_model::{How, Kind};
use expect_test::expect;

use super::{check_spans, extract, outline, page};

#[test]
fn a_newsroom() {
    let doc = page(include_str!("../data/newsroom.html"));
    expect![[r#"
        h1: Færre klager i Ærø
        p: Andelen faldt til 22,2~% i 2021.
        h2: Hvad er sket?
        p: Kommunen har set på alle sager, / også de gamle.
        li: Første punkt
        li: Andet punkt
        p: med mere tekst
        h3: Fold ud
        p: Skjult er også tekst.
        p: Sidste linje i artiklen.
    "#]]
    .assert_eq(&outline(&doc));
    check_spans(&doc);
    let meta = &doc.meta;
    assert_eq!(meta.title.as_ref().map(|t| t.value.as_str()), Some("Færre klager i Ærø"));
    assert_eq!(
        meta.published.as_ref().map(|d| (d.value.to_string(), d.how)),
        Some(("2022-03-14".to_owned(), How::Markup))
    );
    assert_eq!(meta.place.as_ref().map(|p| p.value.code()), Some("492"));
    assert_eq!(meta.lang.as_ref().map(|l| l.value.as_str()), Some("da"));
    assert_eq!(meta.kind.as_ref().map(|k| k.value), Some(Kind::News));
}

#[test]
fn an_old_site_in_a_form_and_layout_tables() {
    let doc = page(include_str!("../data/webforms.html"));
    expect![[r#"
        h1: Sygefravær i Tårnby
        p: Oprettet 1. april 2019. Sidst opdateret 5. maj 2020.
        p: Fraværet var 4,5 procent i 2018. Det er lavere end året før, og det skyldes en særlig indsats i ældreplejen.
        p: Forvaltningen følger udviklingen og vender tilbage til udvalget.
    "#]]
    .assert_eq(&outline(&doc));
    assert_eq!(
        doc.meta.published.map(|d| (d.value.to_string(), d.how)),
        Some(("2019-04-01".to_owned(), How::Label))
    );
    assert_eq!(doc.meta.place.map(|p| p.value.code()), Some("185"));
}

#[test]
fn an_agenda_with_a_table() {
    let doc = page(include_str!("../data/agenda.html"));
    expect![[r#"
        h1: Børne- og Ungeudvalget
        p: Mødedato: 12. maj 2021 kl. 16.00
        h2: 4. Ankestatistik for 2020
        h3: Sagsfremstilling
        p: Tabellen viser andelen af omgjorte afgørelser.
        caption: Omgørelsesprocent
        table: 2019 | 2020 / Børn | 33,3~% | 22,2 % / Voksne | ikke opgjort
        h3: Beslutning
        p: Taget til efterretning.
        p: Fraværende: Åse Ærø
    "#]]
    .assert_eq(&outline(&doc));
    check_spans(&doc);
    let table = doc.tables.first().expect("one table");
    assert_eq!(table.caption.map(|c| c.of(&doc.text)), Some("Omgørelsesprocent"));
    let rows: Vec<Vec<(&str, bool)>> =
        table.rows.iter().map(|row| row.iter().map(|c| (c.span.of(&doc.text), c.header)).collect()).collect();
    let want = vec![
        vec![("", true), ("2019", true), ("2020", true)],
        vec![("Børn", true), ("33,3\u{a0}%", false), ("22,2 %", false)],
        vec![("Voksne", true), ("ikke opgjort", false), ("", false)],
    ];
    assert_eq!(rows, want);
    assert_eq!(doc.meta.kind.map(|k| k.value), Some(Kind::Minutes));
    assert_eq!(doc.meta.published.map(|d| d.value.to_string()).as_deref(), Some("2021-05-12"));
}

#[test]
fn a_hero_above_the_main_element() {
    let doc = page(include_str!("../data/hero.html"));
    expect![[r#"
        h1: Flere i job
        p: Andelen af ledige faldt fra 3,1 % til 2,9 % på ét år, og det er det laveste tal i ti år.
        p: Jobcentret har holdt flere samtaler.
        p: Ledige i 2022
        p: 1.203 personer
        p: Ledige i 2023
        p: 1.120 personer
        p: Det er flot, siger formanden.
    "#]]
    .assert_eq(&outline(&doc));
    assert_eq!(doc.meta.published.map(|d| d.value.to_string()).as_deref(), Some("2023-09-05"));
    assert_eq!(doc.meta.place.map(|p| p.value.code()), Some("316"));
    assert_eq!(doc.meta.kind.map(|k| (k.value, k.how)), Some((Kind::News, How::Words)));
}

#[test]
fn broken_and_bare_markup() {
    let doc = page(include_str!("../data/bare.html"));
    expect![[r#"
        p: Notat om klager
        p: Der kom 120 klager i 2016. / Der kom 90 i 2017.
        li: - første punkt
        li: - andet punkt
        p: Slut
        p: og helt slut
    "#]]
    .assert_eq(&outline(&doc));
    check_spans(&doc);
    assert_eq!(doc.meta.title.map(|t| t.value).as_deref(), Some("Notat"));
}

#[test]
fn tables_in_every_shape() {
    for (html, want) in [
        ("<table><tr><td>Én kolonne</table>", "p: Én kolonne\n"),
        ("<table><tr><td>a<td>b<tr><td rowspan=2>c<td>d<tr><td>e</table>", "table: a | b / c | d /  | e\n"),
        ("<table><tr><td>a<br>b<td><p>c</p><p>d</p></table>", "table: a b | c d\n"),
        ("<table><tr><td><table><tr><td>a<td>b</table></table>", "table: a | b\n"),
        ("<table><tr><td><td>  </table>x", "p: x\n"),
        ("<table role=presentation><tr><td>a<td>b</table>", "p: a\np: b\n"),
        (
            "<p>før<table><tr><th>a<th>b<tr><td>1<td>2</table>efter",
            "p: før\ntable: a | b / 1 | 2\np: efter\n",
        ),
    ] {
        let doc = page(&format!("<html>{html}"));
        check_spans(&doc);
        assert_eq!(outline(&doc), want, "{html}");
    }
}

#[test]
fn inline_markup_neither_glues_nor_splits() {
    for (html, want) in [
        ("<p>28,9&nbsp;% og 28,9&#160;pct.", "p: 28,9~% og 28,9~pct.\n"),
        ("<p><b>28</b>,9 %", "p: 28,9 %\n"),
        ("<p>omgør<b><i>el</i></b>ses<span>procent</span>", "p: omgørelsesprocent\n"),
        ("<p><b>Andel</b> <i>faldt</i><b> til</b> 5<!-- note -->,2 %", "p: Andel faldt til 5,2 %\n"),
        ("<p>i 2020<br>45 %<br/>i alt", "p: i 2020 / 45 % / i alt\n"),
        ("<p>Små&shy;børn &amp; fx &lt;5 &aelig;&oslash;&aring;&eacute;", "p: Små\u{ad}børn & fx <5 æøåé\n"),
        ("<h1>Fald<br>på 5&nbsp;%</h1>", "h1: Fald på 5~%\n"),
        ("<h1>Vaccination på Ærø<p>Kun 5&nbsp;% mangler.", "h1: Vaccination på Ærø\np: Kun 5~% mangler.\n"),
        ("<p>38 %<sup>1</sup> af sagerne", "p: 38 %¹ af sagerne\n"),
        ("<p>212<sup>2</sup> sager og 7<sup><a href=#n>[13]</a></sup> andre", "p: 212 sager og 7 andre\n"),
        ("<p>48 m<sup>2</sup>, CO<sub>2</sub>, 4<sup> 1) </sup>", "p: 48 m², CO2, 4\n"),
        ("<p>10<sup>6</sup> kr. og 2,4<sup>1, 2</sup> kr.", "p: 10⁶ kr. og 2,4 kr.\n"),
        ("<p>kap. 3<sup>a</sup> og 5<sup>*</sup>", "p: kap. 3a og 5*\n"),
        ("<h2>Tal for 2021<sup>1</sup></h2>x", "h2: Tal for 2021\np: x\n"),
        (
            "<table><tr><th>År<th>2021<sup>1</sup><tr><td>a<br>b<td><b>28</b>,9&nbsp;%<sup>2</sup></table>",
            "table: År | 2021 / a b | 28,9~%²\n",
        ),
    ] {
        let doc = page(&format!("<html>{html}"));
        check_spans(&doc);
        assert_eq!(outline(&doc), want, "{html}");
    }
}

#[test]
fn numbered_sections_are_headings() {
    let doc = page(
        "<html><p>Indhold<p>1. Klager i Nævnet<p>2. Fravær i 2012<p>1. Klager i Nævnet<p>Sagen drøftes her.\
        <p>2. Fravær i 2012<p>Tallet faldt.<ul><li>1. Skat<li>og mere</ul>",
    );
    expect![[r#"
        p: Indhold
        li: 1. Klager i Nævnet
        li: 2. Fravær i 2012
        h2: 1. Klager i Nævnet
        p: Sagen drøftes her.
        h2: 2. Fravær i 2012
        p: Tallet faldt.
        li: 1. Skat
        li: og mere
    "#]]
    .assert_eq(&outline(&doc));
}

#[test]
fn charsets_of_pages() {
    let body = "<p>Børn på Ærø får 22,2 %";
    let latin: Vec<u8> = body.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let declared = [&b"<html><meta charset=iso-8859-1>"[..], &latin].concat();
    let silent = [&b"<html>"[..], &latin].concat();
    let wide: Vec<u8> = format!("<html>{body}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [declared, silent, wide, format!("<html>{body}").into_bytes()] {
        let doc = extract("side.html", &bytes).expect("a page with text");
        assert_eq!(doc.text, "Børn på Ærø får 22,2 %");
    }
}

#[test]
fn a_selector_of_the_source_says_what_the_text_is() {
    let html = "<html><body><div class=side><p>Andre nyheder fra Ærø med mange ord om alt muligt andet end sagen selv.</p></div>\
        <div class=tekst><h1>Børn</h1><p>Andelen er 12&nbsp;%.</p></div><div class=tekst><p>Slut.</p></div></body></html>";
    let read = |main: &str| {
        let hints = belaeg_model::Hints { main: Some(main.to_owned()), ..belaeg_model::Hints::default() };
        let input = belaeg_extract::Input {
            bytes: html.as_bytes(),
            name: "side.html",
            media_type: None,
            hints: &hints,
        };
        super::extractor().extract(&input).expect("a page with text")
    };
    let doc = read("div.tekst");
    check_spans(&doc);
    assert_eq!(outline(&doc), "h1: Børn\np: Andelen er 12~%.\np: Slut.\n");
    assert!(doc.warnings.is_empty(), "{:?}", doc.warnings);
    for wrong in ["div.findes-ikke", "div["] {
        let doc = read(wrong);
        assert!(doc.warnings[0].detail.contains(wrong), "{:?}", doc.warnings);
    }
}
