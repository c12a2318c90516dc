//! Documents of every readable sort through the public function.

mod boilerplate;
mod documents;
mod hostile;
mod html;
mod metadata;
mod ocr;
mod office;
mod pages;
mod pdf;

use belaeg_extract::{Extractor, Failure, Input, Limits, WorkerCommand, worker_main};
use belaeg_model::{BlockKind, Extracted, Hints};

/// The worker of these tests: this program, with only this test.
#[test]
#[ignore = "is started by other tests, with a request on its standard input"]
fn as_worker() {
    // What the test runner would print behind the answer must not be part of it.
    if worker_main(std::io::stdin().lock(), std::io::stdout().lock()).is_ok() {
        std::process::exit(0);
    }
}

fn extractor() -> Extractor {
    let program = std::env::current_exe().expect("the program that runs");
    let args = ["--exact", "as_worker", "--ignored", "--nocapture"].map(Into::into).to_vec();
    Extractor::new(WorkerCommand { program, args }, Limits::default())
}

fn extract(name: &str, bytes: &[u8]) -> Result<Extracted, Failure> {
    extractor().extract(&Input { bytes, name, media_type: None, hints: &Hints::default() })
}

fn page(html: &str) -> Extracted {
    extract("page.html", html.as_bytes()).expect("a page with text")
}

/// Each block as a line: its kind and its text, no-break spaces as `~`.
fn outline(doc: &Extracted) -> String {
    let line = |kind: BlockKind, text: &str| {
        let mark = match kind {
            BlockKind::Heading(n) => format!("h{n}"),
            BlockKind::Paragraph => "p".to_owned(),
            BlockKind::ListItem => "li".to_owned(),
            BlockKind::Table => "table".to_owned(),
            BlockKind::Caption => "caption".to_owned(),
        };
        format!("{mark}: {}\n", text.replace('\n', " / ").replace('\t', " | ").replace('\u{a0}', "~"))
    };
    doc.blocks.iter().map(|b| line(b.kind, b.span.of(&doc.text))).collect()
}

/// Checks what every result promises: blocks in order, whole characters, no white space at the ends, cells in tables.
fn check_spans(doc: &Extracted) {
    let mut end = 0;
    for block in &doc.blocks {
        let text = block.span.get(&doc.text).expect("a span on character boundaries");
        assert!(block.span.start >= end, "blocks overlap: {block:?}");
        assert!(!text.is_empty() && text.trim() == text, "{block:?} {text:?}");
        end = block.span.end;
    }
    for table in &doc.tables {
        assert!(doc.blocks.iter().any(|b| b.kind == BlockKind::Table && b.span == table.span));
        for cell in table.rows.iter().flatten() {
            assert!(table.span.contains(cell.span), "{cell:?} outside {:?}", table.span);
            assert!(cell.span.get(&doc.text).is_some_and(|t| !t.contains(['\n', '\t'])), "{cell:?}");
        }
        assert!(table.caption.is_none_or(|c| c.end <= table.span.start));
    }
}
