//! Plain-text documents from the bytes to the metadata, hints, limits and refusals.

use belaeg_extract::{Extractor, Input, Limits, WorkerCommand};
use belaeg_model::{Cause, Hints, How, Kind};
use expect_test::expect;

use super::{check_spans, extract, extractor, outline};

const NEWS: &str = "Spring til indhold\nNyhed\n\nFærre klager over støtte til børn i Ærø\n\n19-04-2018\n\u{a0}\n\n\
    Andelen faldt fra 45 % i 2016 til 28,9 % i 2017, og det er den laveste andel,\nsom kommunen har haft.\n\n\
    -- annonce ---\n\n- Det er godt, siger formanden.\n\nKontaktinformation\n\nÅse Ø, rådmand, telefon 12 34 56 78\n";

const LETTER: &str = "Ministeriet for Ældre\nAtt.: Åse Ø\n\n2. april 2024\n\nSvar om forløb for børn\n\n\
    Odsherred Kommune har fået jeres brev, og vi takker for tilbuddet om hjælp.\n\n\
    Børn og Unge\n\nSag: 00.15.01-A00-1-24\n\nBørn og Unge Sekretariat\n\n59 00 11 22\n\npost@odsherred.dk\n\n\
    Borgeren 010190-1234 er nævnt i sagen.\n\nVenlig hilsen\n\nÅse Ø";

#[test]
fn a_news_text() {
    let doc = extract("a.txt", NEWS.as_bytes()).expect("it has text");
    expect![[r#"
        h1: Færre klager over støtte til børn i Ærø
        p: 19-04-2018
        p: Andelen faldt fra 45 % i 2016 til 28,9 % i 2017, og det er den laveste andel, / som kommunen har haft.
        li: - Det er godt, siger formanden.
    "#]]
    .assert_eq(&outline(&doc));
    check_spans(&doc);
    let meta = doc.meta;
    assert_eq!(meta.kind.map(|k| (k.value, k.how)), Some((Kind::News, How::Default)));
    assert_eq!(
        meta.published.map(|d| (d.value.to_string(), d.how)),
        Some(("2018-04-19".to_owned(), How::Position))
    );
    assert_eq!(meta.place.map(|p| p.value.code()), Some("492"));
    assert_eq!(meta.lang.map(|l| l.value).as_deref(), Some("da"));
    assert!(doc.warnings.is_empty());
}

#[test]
fn a_letter() {
    let doc = extract("a.txt", LETTER.as_bytes()).expect("it has text");
    expect![[r#"
        p: Ministeriet for Ældre
        p: Att.: Åse Ø
        p: 2. april 2024
        h1: Svar om forløb for børn
        p: Odsherred Kommune har fået jeres brev, og vi takker for tilbuddet om hjælp.
        p: Borgeren XXXXXX-XXXX er nævnt i sagen.
        p: Venlig hilsen
        p: Åse Ø
    "#]]
    .assert_eq(&outline(&doc));
    assert_eq!(doc.warnings.iter().map(|w| w.cause).collect::<Vec<_>>(), [Cause::CprMasked]);
    assert!(!doc.warnings[0].detail.contains("010190"));
    assert_eq!(doc.meta.kind.map(|k| k.value), Some(Kind::Letter));
    assert_eq!(doc.meta.place.map(|p| p.value.code()), Some("306"));
    assert_eq!(doc.meta.title.map(|t| t.value).as_deref(), Some("Svar om forløb for børn"));
}

#[test]
fn hints_win() {
    let hints = Hints {
        url: Some("https://www.odense.dk/nyheder/2020/fald".to_owned()),
        title: Some("En anden titel".to_owned()),
        kind: Some(Kind::Report),
        published: "2001-02-03".parse().ok(),
        ..Hints::default()
    };
    let input = Input { bytes: NEWS.as_bytes(), name: "a.txt", media_type: None, hints: &hints };
    let meta = extractor().extract(&input).expect("it has text").meta;
    assert_eq!(meta.title.map(|t| (t.value, t.how)), Some(("En anden titel".to_owned(), How::Given)));
    assert_eq!(meta.kind.map(|k| (k.value, k.how)), Some((Kind::Report, How::Given)));
    assert_eq!(
        meta.published.map(|d| (d.value.to_string(), d.how)),
        Some(("2001-02-03".to_owned(), How::Given))
    );
    assert_eq!(meta.place.map(|p| (p.value.code(), p.how)), Some(("461", How::Words)));
}

#[test]
fn refusals_have_causes() {
    let cases: &[(&str, &[u8], Cause)] = &[
        ("a.txt", b"", Cause::Empty),
        ("a.txt", b" \n\xc2\xa0\n", Cause::Empty),
        ("a.html", b"<html><body><nav>Menu</nav>", Cause::Empty),
        ("a.docx", b"PK\x03\x04\x14\x00\x06\x00", Cause::Damaged),
        ("a.pdf", b"no header", Cause::Damaged),
        ("a.pdf", b"%PDF-1.4 and nothing else", Cause::Damaged),
    ];
    for (name, bytes, want) in cases {
        let failure = extract(name, bytes).expect_err("nothing to read");
        assert_eq!(failure.cause, *want, "{name}: {failure}");
        assert!(failure.to_string().len() > 10, "{failure}");
    }
}

#[test]
fn limits_are_named() {
    let limits = Limits { text_bytes: 10, html_bytes: 20, input_bytes: 30, ..Limits::default() };
    let small = Extractor::new(WorkerCommand { program: "/no/such/worker".into(), args: Vec::new() }, limits);
    let hints = Hints::default();
    for (bytes, limit) in [
        ("Tekst på mere end ti", "10 bytes"),
        ("<html><p>mere end tyve</p>", "20 bytes"),
        ("<html><p>mere end tredive bytes i alt", "30 bytes"),
    ] {
        let input = Input { bytes: bytes.as_bytes(), name: "a", media_type: None, hints: &hints };
        let failure = small.extract(&input).expect_err("too large");
        assert_eq!(failure.cause, Cause::TooLarge);
        assert!(failure.detail.contains(limit), "{failure}");
    }
}

#[test]
fn extractors_are_shared_between_threads() {
    let shared = extractor();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let shared = &shared;
            scope.spawn(move || {
                let hints = Hints::default();
                let input = Input { bytes: NEWS.as_bytes(), name: "a.txt", media_type: None, hints: &hints };
                assert!(shared.extract(&input).is_ok());
            });
        }
    });
}
