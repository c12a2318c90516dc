//! Office files as the usual programs write them.

use belaeg_model::{Cause, How};
use expect_test::expect;

use super::{check_spans, extract, outline};

/// The bytes of a file of the tests.
macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!("../data/office/", $name)).as_slice()
    };
}

/// The outline of a file, `#` before the cells of heads.
fn read(bytes: &[u8]) -> String {
    let doc = extract("fil", bytes).expect("a good file");
    check_spans(&doc);
    assert_eq!(doc.warnings, []);
    outline(&doc)
}

#[test]
fn a_report_in_each_format() {
    let want = expect![[r#"
        h1: Årsrapport for børneområdet
        h2: Klager over afgørelser
        p: Andelen af omgjorte sager faldt til 22,2~% i 2023, hvilket er mindre end før.
        li: Færre klager
        li: Kortere sagsbehandling
        h3: Tal
        caption: Tabel 1. Klager i Ærø
        table: Udfald | 2022 | 2023 / Stadfæstet | 51,3 % | 60,1 % / Ændret | 13,8 % | 9,0~%
        p: Et afsnit / med linjeskift og | tabulator.
    "#]];
    for bytes in [
        sample!("rapport.docx"),
        sample!("rapport-libreoffice.docx"),
        sample!("rapport.odt"),
        sample!("rapport.rtf"),
    ] {
        want.assert_eq(&read(bytes));
        let doc = extract("fil", bytes).expect("a good file");
        let heads: Vec<bool> = doc.tables[0].rows.iter().flatten().map(|cell| cell.header).collect();
        assert_eq!(heads, [true, true, true, false, false, false, false, false, false]);
        assert!(doc.tables[0].caption.is_some());
    }
}

#[test]
fn a_workbook_in_each_format() {
    let want = expect![[r#"
        h2: Sygefravær
        caption: Tabel 2. Sygefravær i Ærø Kommune
        table: Område | 2022 | 2023 | Ansatte | Opgjort / Ældre | 5,9 % | 6,1 % | 1.234 | 2024-04-07 / Børn | 4,0 % | 3,9 % | 568 | 2024-01-31
        table: År | Elever / 2023 | 212 / 2024 | 424
    "#]];
    for bytes in [sample!("tal.xlsx"), sample!("tal.xls")] {
        want.assert_eq(&read(bytes));
    }
    // An OpenDocument sheet holds what each cell shows; this one was made in English.
    expect![[r#"
        h2: Sygefravær
        caption: Tabel 2. Sygefravær i Ærø Kommune
        table: Område | 2022 | 2023 | Ansatte | Opgjort / Ældre | 5,9% | 6,1% | 1.234 | 07-04-2024 / Børn | 4,0% | 3,9% | 568 | 31-01-2024
        table: År | Elever / 2023 | 212 / 2024 | 424
    "#]]
    .assert_eq(&read(sample!("tal.ods")));
}

#[test]
fn slides_in_each_format() {
    expect![[r#"
        h2: Færre klager på Ærø
        p: Andelen faldt til 22,2~%
        p: Flere børn får hjælp
        h2: Tal
        table: År | Andel / 2023 | 22,2 %
    "#]]
    .assert_eq(&read(sample!("oplaeg.pptx")));
    expect![[r#"
        h2: Færre klager på Ærø
        li: Andelen faldt til 22,2~%
        li: Flere børn får hjælp
        h2: Tal
        table: År | Andel / 2023 | 22,2 %
    "#]]
    .assert_eq(&read(sample!("oplaeg.odp")));
}

#[test]
fn properties_are_metadata() {
    let meta = extract("fil", sample!("tal.xlsx")).expect("a good file").meta;
    assert_eq!(meta.title.map(|t| (t.value, t.how)), Some(("Tal for Ærø".to_owned(), How::Markup)));
    let meta = extract("fil", sample!("rapport.odt")).expect("a good file").meta;
    let published = meta.published.map(|d| (d.value.to_string(), d.how));
    assert_eq!(published, Some(("2024-04-07".to_owned(), How::Markup)));
}

#[test]
fn old_files_are_refused() {
    let failure = extract("fil", sample!("rapport.doc")).expect_err("an old file");
    assert_eq!(failure.cause, Cause::UnsupportedFormat);
    assert!(failure.detail.contains("DOCX or PDF"), "{failure}");
}

#[test]
fn cut_files_are_damaged() {
    let files = [
        sample!("rapport.docx"),
        sample!("rapport.odt"),
        sample!("rapport.rtf"),
        sample!("tal.xlsx"),
        sample!("tal.xls"),
        sample!("oplaeg.pptx"),
    ];
    for bytes in files {
        for part in 1..20 {
            let cut = &bytes[..bytes.len() * part / 20];
            let failure = extract("fil", cut).map(|doc| doc.text).expect_err("a cut file");
            let known = [Cause::Damaged, Cause::UnsupportedFormat];
            assert!(known.contains(&failure.cause), "{part}: {failure}");
        }
    }
}

#[test]
fn changed_bytes_do_no_harm() {
    for bytes in [sample!("tal.xls"), sample!("rapport.rtf"), sample!("tal.xlsx")] {
        // A fixed walk: every 37th byte, each changed by itself.
        for at in (0..bytes.len()).step_by(bytes.len() / 300) {
            let mut changed = bytes.to_vec();
            changed[at] ^= 0xff;
            if let Ok(doc) = extract("fil", &changed) {
                check_spans(&doc);
            }
        }
    }
}
