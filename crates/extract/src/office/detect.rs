//! What a file is, by its content alone: signatures, members of a zip, streams of a container, header lines of mail.

use super::package::Package;
use super::{OfficeFormat, delimited, mail, old, publication, rtf};

/// How far into the file its sort is looked for.
const SNIFFED: usize = 4096;
/// Members of a zip that are looked at.
const LOOKED_AT: usize = 2000;

/// The format, or `None` if the file is none of these.
pub(crate) fn detect(bytes: &[u8]) -> Option<OfficeFormat> {
    let head = &bytes[..bytes.len().min(SNIFFED)];
    match () {
        () if is_zip(head) => Some(of_zip(bytes)),
        () if head.starts_with(old::MAGIC) && old::is_workbook(bytes) => Some(OfficeFormat::Xls),
        () if head.starts_with(old::MAGIC) => Some(OfficeFormat::Old),
        () if head.starts_with(rtf::MAGIC) => Some(OfficeFormat::Rtf),
        () if is_xml(head) => Some(OfficeFormat::Agenda),
        () if publication::detect(bytes) => Some(OfficeFormat::Publication),
        () if mail::detect(head) => Some(OfficeFormat::Mail),
        () if delimited::detect(bytes) => Some(OfficeFormat::Delimited),
        () => None,
    }
}

fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// XML that is no page.
fn is_xml(head: &[u8]) -> bool {
    let letters = head.iter().filter(|b| b.is_ascii() && **b != 0).map(u8::to_ascii_lowercase);
    let start: String = letters.map(char::from).collect();
    start.trim_start().starts_with("<?xml") && !start.contains("<html")
}

fn of_zip(bytes: &[u8]) -> OfficeFormat {
    // One whose list is lost is damaged, whatever it was.
    let Ok(package) = Package::open(bytes) else { return OfficeFormat::Zip };
    let names: Vec<String> = package.names().take(LOOKED_AT).collect();
    let has = |name: &str| names.iter().any(|n| n.eq_ignore_ascii_case(name));
    let has_under = |folder: &str| names.iter().any(|n| n.starts_with(folder));
    if has("[Content_Types].xml") {
        return match () {
            () if has("xl/workbook.bin") => OfficeFormat::Xlsb,
            () if has_under("word/") => OfficeFormat::Docx,
            () if has_under("xl/") => OfficeFormat::Xlsx,
            () if has_under("ppt/") => OfficeFormat::Pptx,
            () => OfficeFormat::Zip,
        };
    }
    let is_open_document = has("content.xml") && (has("mimetype") || has("META-INF/manifest.xml"));
    if is_open_document { OfficeFormat::OpenDocument } else { OfficeFormat::Zip }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::testing::{ole_of, zip_of};

    #[test]
    fn by_content() {
        let zip = |names: &[&str]| zip_of(&names.iter().map(|n| (*n, b"x".as_slice())).collect::<Vec<_>>());
        let types = "[Content_Types].xml";
        let cases: Vec<(Vec<u8>, Option<OfficeFormat>)> = vec![
            (zip(&[types, "word/document.xml"]), Some(OfficeFormat::Docx)),
            (zip(&[types, "xl/workbook.xml"]), Some(OfficeFormat::Xlsx)),
            (zip(&[types, "xl/workbook.bin"]), Some(OfficeFormat::Xlsb)),
            (zip(&[types, "ppt/presentation.xml"]), Some(OfficeFormat::Pptx)),
            (zip(&["mimetype", "content.xml"]), Some(OfficeFormat::OpenDocument)),
            (zip(&["word/notat.docx"]), Some(OfficeFormat::Zip)),
            (zip(&[]), Some(OfficeFormat::Zip)),
            (b"PK\x03\x04\x14\x00\x06\x00".to_vec(), Some(OfficeFormat::Zip)),
            (ole_of("Workbook", b"x"), Some(OfficeFormat::Xls)),
            (ole_of("WordDocument", b"x"), Some(OfficeFormat::Old)),
            (b"{\\rtf1 x}".to_vec(), Some(OfficeFormat::Rtf)),
            (b"<?xml version='1.0'?><Dagsorden/>".to_vec(), Some(OfficeFormat::Agenda)),
            (b"<?xml version='1.0'?><html><p>x</p></html>".to_vec(), None),
            (
                b"From: a@b.dk\r\nSubject: x\r\nDate: Sun, 7 Apr 2024 10:00:00 +0200\r\n\r\nx".to_vec(),
                Some(OfficeFormat::Mail),
            ),
            (b"a;b;c\n1;2;3\n".to_vec(), Some(OfficeFormat::Delimited)),
            (b"%PDF-1.4".to_vec(), None),
            ("Kære Åse\n\nTak for brevet.".into(), None),
            (Vec::new(), None),
        ];
        for (bytes, want) in cases {
            assert_eq!(detect(&bytes), want, "{:?}", String::from_utf8_lossy(&bytes[..bytes.len().min(60)]));
        }
    }
}
