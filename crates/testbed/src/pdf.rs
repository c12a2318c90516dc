//! Small real PDFs: text in WinAnsi Helvetica on A4 pages.

use lopdf::content::{Content, Operation};
use lopdf::{Document, Object, Stream, dictionary};

/// Lines on a page.
const LINES: usize = 48;
/// Letters on a line, so that Helvetica 11 stays within the margins.
const COLUMNS: usize = 85;

/// A PDF of `title` and `paragraphs`. The same words give the same bytes.
pub(crate) fn write(title: &str, paragraphs: &[&str]) -> Vec<u8> {
    let mut lines = vec![title.to_owned(), String::new()];
    for paragraph in paragraphs {
        wrap(paragraph, &mut lines);
        lines.push(String::new());
    }
    let mut file = Document::with_version("1.5");
    let pages = file.new_object_id();
    let font = file.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let resources = file.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids: Vec<Object> = Vec::new();
    for page in lines.chunks(LINES) {
        let content = file.add_object(Stream::new(dictionary! {}, operators(page)));
        let page =
            file.add_object(dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content });
        kids.push(page.into());
    }
    let count = i64::try_from(kids.len()).unwrap_or(0);
    let size = vec![0.into(), 0.into(), 595.into(), 842.into()];
    let tree = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources, "MediaBox" => size,
    };
    file.objects.insert(pages, Object::Dictionary(tree));
    let catalog = file.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    file.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    // Writing into memory does not fail.
    let _ = file.save_to(&mut bytes);
    bytes
}

fn operators(lines: &[String]) -> Vec<u8> {
    let mut operations = vec![
        Operation::new("BT", vec![]),
        Operation::new("Tf", vec!["F1".into(), 11.into()]),
        Operation::new("TL", vec![15.into()]),
        Operation::new("Td", vec![60.into(), 780.into()]),
    ];
    for line in lines {
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(line);
        operations.push(Operation::new("Tj", vec![Object::string_literal(bytes.into_owned())]));
        operations.push(Operation::new("T*", vec![]));
    }
    operations.push(Operation::new("ET", vec![]));
    Content { operations }.encode().unwrap_or_default()
}

/// Breaks at blanks; a no-break space holds.
fn wrap(paragraph: &str, lines: &mut Vec<String>) {
    let mut line = String::new();
    for word in paragraph.split(' ') {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > COLUMNS {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_pages() {
        let long = "Sygefraværet på de ældre afdelinger faldt til 4,2\u{a0}% i 2025. ".repeat(90);
        let bytes = write("Bilag: rådgivning på øen", &[&long]);
        assert_eq!(bytes, write("Bilag: rådgivning på øen", &[&long]));
        let file = Document::load_mem(&bytes).expect("a PDF");
        assert_eq!(file.get_pages().len(), 2);
        let text = file.extract_text(&[1]).expect("text");
        assert!(text.contains("rådgivning på øen"), "{text}");
        // lopdf reads a no-break space as a blank.
        assert!(text.contains("4,2 %"), "{text}");
    }
}
