//! Finds the format of a document: by its content first, by its name and media type second.

use belaeg_model::Cause;

use crate::{Failure, Input, charset};

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text in any usual encoding.
    Text,
    /// HTML or XHTML.
    Html,
    /// PDF with a text layer.
    Pdf,
}

/// File signatures of formats that are often met and not read.
const SIGNATURES: &[(&[u8], &str)] = &[
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite file"),
];

/// How far into the file the formats are looked for.
const SNIFFED: usize = 2048;

/// Endings of files that are read when a folder is taken in.
const ENDINGS: &[&str] = &[
    "txt", "text", "html", "htm", "xhtml", "pdf", "docx", "odt", "rtf", "xlsx", "xls", "ods", "csv", "tsv",
    "pptx", "odp", "eml", "zip",
];

/// Whether a file of this name is worth reading: one of the endings that are read, in any case, or none.
pub fn is_supported(name: &str) -> bool {
    match extension(name) {
        Some(ext) => ENDINGS.contains(&ext.as_str()),
        None => !last_segment(name).is_empty() && !last_segment(name).starts_with('.'),
    }
}

pub(crate) fn detect(input: &Input<'_>) -> Result<Format, Failure> {
    let bytes = input.bytes;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::new(Cause::Empty, "the file is empty"));
    }
    let head = &bytes[..bytes.len().min(SNIFFED)];
    if head.windows(5).take(1024).any(|w| w == b"%PDF-") {
        return Ok(Format::Pdf);
    }
    // Without its first bytes, but with what only a PDF has.
    if claimed_pdf(input) && [&b"startxref"[..], b" obj"].iter().all(|mark| contains(bytes, mark)) {
        return Ok(Format::Pdf);
    }
    if let Some((_, what)) = SIGNATURES.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Err(unsupported(what));
    }
    if charset::is_binary(bytes) {
        return Err(if claimed_pdf(input) { no_pdf() } else { unsupported("binary data") });
    }
    let start = sniffable(head);
    if begins_html(&start) {
        return Ok(Format::Html);
    }
    if claimed_pdf(input) {
        return Err(no_pdf());
    }
    let ext = extension(input.name);
    let said_html = matches!(ext.as_deref(), Some("html" | "htm" | "xhtml" | "aspx" | "php"))
        || media_is(input, "text/html")
        || media_is(input, "application/xhtml+xml");
    if said_html && ext.as_deref() != Some("txt") && start.contains('<') {
        return Ok(Format::Html);
    }
    if start.starts_with("<?xml") {
        return Err(unsupported("xml that is no page"));
    }
    Ok(Format::Text)
}

fn claimed_pdf(input: &Input<'_>) -> bool {
    extension(input.name).as_deref() == Some("pdf") || media_is(input, "application/pdf")
}

pub(crate) fn contains(bytes: &[u8], mark: &[u8]) -> bool {
    bytes.windows(mark.len()).any(|w| w == mark)
}

fn unsupported(what: &str) -> Failure {
    let detail = format!("{what} is not read: save it as text, HTML or PDF");
    Failure::new(Cause::UnsupportedFormat, detail)
}

fn no_pdf() -> Failure {
    Failure::new(Cause::Damaged, "no PDF header: the file is called a PDF and is none, or its start is lost")
}

/// The first bytes as lower-case ASCII; UTF-16 loses its NULs.
fn sniffable(head: &[u8]) -> String {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    head.iter().filter(|b| b.is_ascii() && **b != 0).map(|b| char::from(b.to_ascii_lowercase())).collect()
}

/// Whether the first thing that is no comment or XML declaration is a tag of HTML.
fn begins_html(start: &str) -> bool {
    let mut rest = start.trim_start();
    loop {
        if rest.starts_with("<!--") {
            match rest.find("-->") {
                Some(end) => rest = rest[end + 3..].trim_start(),
                None => return rest.contains("<html"),
            }
        } else if rest.starts_with("<?xml") && rest.contains("<html") {
            return true;
        } else {
            break;
        }
    }
    const TAGS: &[&str] = &[
        "!doctype html",
        "html",
        "head",
        "body",
        "title",
        "meta",
        "div",
        "p",
        "h1",
        "h2",
        "h3",
        "table",
        "main",
        "article",
        "section",
        "script",
        "ul",
        "ol",
        "a",
        "b",
        "span",
        "br",
        "header",
        "nav",
        "form",
        "center",
    ];
    let Some(tag) = rest.strip_prefix('<') else { return false };
    TAGS.iter().any(|t| {
        tag.strip_prefix(t)
            .is_some_and(|after| after.starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace()))
    })
}

fn media_is(input: &Input<'_>, wanted: &str) -> bool {
    let media = input.media_type.unwrap_or("");
    media.split(';').next().is_some_and(|m| m.trim().eq_ignore_ascii_case(wanted))
}

fn last_segment(name: &str) -> &str {
    let path = name.split(['?', '#']).next().unwrap_or("");
    path.rsplit(['/', '\\']).next().unwrap_or("")
}

/// The extension in lower case; a name like ".htaccess", or a long or odd "extension", has none.
fn extension(name: &str) -> Option<String> {
    let (stem, ext) = last_segment(name).rsplit_once('.')?;
    // "Referat den 7. april 2022" has none, and neither has "Referat 2.3".
    let letters = ext.bytes().any(|b| b.is_ascii_alphabetic());
    let plausible = letters && ext.len() <= 12 && ext.bytes().all(|b| b.is_ascii_alphanumeric());
    (plausible && !stem.is_empty()).then(|| ext.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use belaeg_model::Hints;

    #[test]
    fn content_wins_over_name() {
        let hints = Hints::default();
        type Case<'a> = (&'a str, &'a [u8], Option<&'a str>, Result<Format, Cause>);
        let cases: &[Case<'_>] = &[
            ("a.txt", b"%PDF-1.4 ...", None, Ok(Format::Pdf)),
            ("a.pdf", b"<!DOCTYPE html><p>x", None, Ok(Format::Html)),
            ("a.pdf", b"garbage", None, Err(Cause::Damaged)),
            ("a.txt", b"<!-- c --> <HTML lang=da>", None, Ok(Format::Html)),
            ("a.txt", b"<3 m\xe5ned", None, Ok(Format::Text)),
            ("a.html", b"Tekst <em>med</em>", None, Ok(Format::Html)),
            ("a", b"Tekst <em>med</em>", Some("text/html; charset=utf-8"), Ok(Format::Html)),
            ("a", b"Tekst", Some("text/html"), Ok(Format::Text)),
            ("a.html", b"<\0h\0t\0m\0l\0>\0x\0", None, Ok(Format::Html)),
            ("a.txt", b"PK\x03\x04xxxx", None, Err(Cause::UnsupportedFormat)),
            ("a.txt", b"\x01\x02\x00\x07\x08\x00\x00\x00\x03", None, Err(Cause::UnsupportedFormat)),
            ("a.txt", b" \n\t", None, Err(Cause::Empty)),
            ("a.txt", b"", None, Err(Cause::Empty)),
        ];
        for (name, bytes, media_type, want) in cases {
            let input = Input { bytes, name, media_type: *media_type, hints: &hints };
            assert_eq!(detect(&input).map_err(|f| f.cause), *want, "{name} {bytes:?}");
        }
    }

    #[test]
    fn names_of_supported_files() {
        for name in [
            "a.txt",
            "b/A.PDF",
            "c.Html",
            "d.htm",
            "e.xhtml",
            "f.text",
            "g",
            "h.docx",
            "Referat den 7. april 2022",
        ] {
            assert!(is_supported(name), "{name}");
        }
        for name in ["a.doc", "b.toml", "c.jpg", "0f.fieldnorm", ".gitignore", ""] {
            assert!(!is_supported(name), "{name}");
        }
    }
}
