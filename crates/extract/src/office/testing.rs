//! Builders of small files for the tests of the readers.

use std::io::{Cursor, Write};

use belaeg_model::BlockKind;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::piece::{Piece, RawCell};

/// A zip of these members.
pub(crate) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a name");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// A zip whose headers say that its one member is of four GiB less one byte.
pub(crate) fn stored_lies() -> Vec<u8> {
    let mut bytes = zip_of(&[("a.txt", b"Aarhus".as_slice())]);
    let central = bytes.windows(4).position(|w| w == b"PK\x01\x02").expect("a central directory");
    bytes[22..26].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    bytes[central + 24..central + 28].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    bytes
}

/// An OLE2 container with one stream.
pub(crate) fn ole_of(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
    file.create_stream(format!("/{name}")).expect("a name").write_all(bytes).expect("memory");
    file.flush().expect("memory");
    file.into_inner().into_inner()
}

/// Each piece as a line: its kind and its words, no-break spaces as `~`, `#` before the cells of heads.
pub(crate) fn outline(pieces: &[Piece]) -> String {
    let cell = |cell: &RawCell| format!("{}{}", if cell.header { "#" } else { "" }, cell.text);
    let row = |row: &Vec<RawCell>| row.iter().map(cell).collect::<Vec<_>>().join(" | ");
    let line = |piece: &Piece| match piece.kind {
        BlockKind::Heading(n) => format!("h{n}: {}", piece.text),
        BlockKind::Paragraph => format!("p: {}", piece.text),
        BlockKind::ListItem => format!("li: {}", piece.text),
        BlockKind::Caption => format!("caption: {}", piece.text),
        BlockKind::Table => format!("table: {}", piece.rows.iter().map(row).collect::<Vec<_>>().join(" / ")),
    };
    let lines = pieces.iter().map(|p| line(p).replace('\n', " / ").replace('\u{a0}', "~").replace('\t', "→"));
    lines.map(|line| line + "\n").collect()
}
