//! Pages that only tesseract can read. Where it is not installed, the document has to say so.

use std::process::Command;

use belaeg_model::{Cause, Extracted};

use super::{check_spans, extract};

fn is_installed() -> bool {
    let listed = Command::new("tesseract").arg("--list-langs").output();
    listed.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).lines().any(|l| l.trim() == "dan"))
}

fn has(doc: &Extracted, cause: Cause) -> bool {
    doc.warnings.iter().any(|w| w.cause == cause)
}

/// A page of minutes at 200 dpi, black on white.
#[test]
fn a_picture_of_a_page_is_read() {
    let read = extract("skannet.pdf", include_bytes!("../data/skannet.pdf"));
    if !is_installed() {
        let failure = read.expect_err("nobody can read it");
        assert_eq!(failure.cause, Cause::NoTextLayer);
        assert!(failure.detail.contains("tesseract"), "{}", failure.detail);
        return;
    }
    let doc = read.expect("a page of text");
    check_spans(&doc);
    assert_eq!(doc.ocr_pages, [1]);
    assert!(has(&doc, Cause::Ocr), "{:?}", doc.warnings);
    let cell = |c: &belaeg_model::Cell| c.span.of(&doc.text).to_owned();
    let rows: Vec<Vec<String>> = doc.tables[0].rows.iter().map(|r| r.iter().map(cell).collect()).collect();
    assert_eq!(rows[0], ["Område", "Antal sager", "Stadfæstet", "Omgjort"]);
    assert_eq!(rows[3], ["Førtidspension", "80", "51 %", "49 %"]);
    assert_eq!(rows[4][1..], ["48", "42 %", "58 %"]);
    // What may be wrong is told, number by number.
    assert_eq!(has(&doc, Cause::OcrDoubt), !doc.doubtful.is_empty());
}

/// A page whose file names every letter, and every one wrongly.
#[test]
fn a_page_that_reads_as_no_language_is_looked_at() {
    let line = "Andelen af sager om børn, som blev ændret af Ankestyrelsen, er faldet fra 45 % til 28,9 %, og det er godt for dem.";
    let doc = extract("forskudt.pdf", &wrongly_named(&[line; 5])).expect("some text");
    check_spans(&doc);
    let is_right = doc.text.contains("er faldet fra 45 % til 28,9 %");
    assert_eq!(
        (is_right, doc.ocr_pages.len()),
        (is_installed(), usize::from(is_installed())),
        "{}",
        doc.text
    );
}

/// A PDF that shows `lines` and names each letter with the next but two.
fn wrongly_named(lines: &[&str]) -> Vec<u8> {
    let mut content = Vec::new();
    for (row, line) in lines.iter().enumerate() {
        content.extend(format!("BT /F1 9 Tf 30 {} Td (", 780 - 30 * row).into_bytes());
        content.extend_from_slice(&encoding_rs::WINDOWS_1252.encode(line).0);
        content.extend_from_slice(b") Tj ET\n");
    }
    let names: String =
        (b'a'..=b'z').map(|c| format!("<{c:02x}> <{:04x}>\n", b'a' + (c - b'a' + 3) % 26)).collect();
    let cmap = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n\
         1 begincodespacerange <00> <ff> endcodespacerange\n26 beginbfchar\n{names}endbfchar\nendcmap end end"
    );
    let stream = |bytes: &[u8]| {
        [format!("<</Length {}>>\nstream\n", bytes.len()).as_bytes(), bytes, b"\nendstream"].concat()
    };
    let objects = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>"
            .to_vec(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 6 0 R>>".to_vec(),
        stream(&content),
        stream(cmap.as_bytes()),
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (at, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(format!("{} 0 obj\n", at + 1).into_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let at = out.len();
    out.extend(
        format!("{table}trailer<</Size {}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF", objects.len() + 1)
            .into_bytes(),
    );
    out
}
