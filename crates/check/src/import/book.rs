//! Workbooks (XLSX): the Talportal's, with heads of two levels, and any other that a mapping explains.

use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, Range, Reader as _, Xlsx};
use zip::ZipArchive;

use super::known::overlay;
use super::mapping::Mapping;
use super::number::decimal_of;
use super::pivot::Pivot;
use super::reader::{At, Cell, Reader, listed};
use super::{Failure, Format, Import, Origin};

/// The most bytes of a workbook's parts, unpacked.
const MOST_UNPACKED: u64 = 256 << 20;

/// The most cells of a sheet, empty ones included.
const MOST_CELLS: usize = 5_000_000;

/// The Talportal's sheet.
const TALPORTAL_SHEET: &str = "Som tabel";

pub(super) fn read(bytes: &[u8], origin: &Origin, user: Option<&Mapping>) -> Result<Import, Failure> {
    check_parts(bytes)?;
    // The parser has panicked on damaged workbooks before.
    let sheet = catch_unwind(AssertUnwindSafe(|| open(bytes, user)));
    let sheet =
        sheet.unwrap_or_else(|_| Err(Failure::Damaged("the workbook's parser stopped at it".to_owned())))?;
    let user_explains = user.is_some_and(|m| m.columns.place.is_some() || m.constant.place.is_some());
    match user {
        Some(mapping) if user_explains => explained(&sheet, origin, mapping),
        _ => talportal(&sheet, origin, user),
    }
}

/// Unpacks every part once and keeps none: the parser knows no limits.
fn check_parts(bytes: &[u8]) -> Result<(), Failure> {
    let damaged =
        |e: &dyn std::fmt::Display| Failure::Damaged(format!("the workbook cannot be unpacked: {e}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut left = MOST_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|e| damaged(&e))?;
        let mut unpacked = Vec::new();
        part.take(left.saturating_add(1)).read_to_end(&mut unpacked).map_err(|e| damaged(&e))?;
        if counts_lie(&unpacked) {
            return Err(Failure::Damaged("the workbook has fewer shared strings than it says".to_owned()));
        }
        left = left.checked_sub(unpacked.len() as u64).ok_or_else(|| Failure::TooLarge {
            what: "the workbook has too many bytes when it is unpacked".to_owned(),
            limit: MOST_UNPACKED,
        })?;
    }
    Ok(())
}

/// Whether a part says that it has more shared strings than it has bytes: the parser makes room for as many.
fn counts_lie(part: &[u8]) -> bool {
    const NAME: &[u8] = b"uniqueCount";
    let mut rest = part;
    while let Some(at) = rest.windows(NAME.len()).position(|window| window == NAME) {
        rest = &rest[at + NAME.len()..];
        let digits = rest
            .iter()
            .skip_while(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\'' | b'+'));
        let digits: Vec<u8> = digits.take_while(|b| b.is_ascii_digit()).copied().collect();
        let says = String::from_utf8_lossy(&digits);
        if !says.is_empty() && says.parse::<usize>().unwrap_or(usize::MAX) > part.len() {
            return true;
        }
    }
    false
}

/// The rows of the sheet that is meant.
fn open(bytes: &[u8], user: Option<&Mapping>) -> Result<Range<Data>, Failure> {
    let damaged = |e: calamine::XlsxError| Failure::Damaged(format!("the workbook cannot be read: {e}"));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = book.sheet_names();
    let wanted = user.and_then(|m| m.sheet.as_deref());
    let has = |name: &str| names.iter().find(|known| known.to_lowercase() == name.to_lowercase());
    let name = match wanted {
        Some(name) => has(name).ok_or_else(|| {
            Failure::Mapping(format!("there is no sheet {name:?}, only {}", listed(&names)))
        })?,
        None => has(TALPORTAL_SHEET).or(names.first()).ok_or(Failure::Empty)?,
    };
    let mut cells = 0_usize;
    {
        // Far cells make a large range of few: counted before it is made.
        let mut reader = book.worksheet_cells_reader(name).map_err(damaged)?;
        let (mut rows, mut columns) = (0, 0);
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let (row, column) = cell.get_position();
            rows = rows.max(row as usize + 1);
            columns = columns.max(column as usize + 1);
            cells += 1;
            if cells > MOST_CELLS || rows.saturating_mul(columns) > MOST_CELLS {
                let what = format!("the sheet {name:?} has more than {MOST_CELLS} cells");
                return Err(Failure::TooLarge { what, limit: MOST_CELLS as u64 });
            }
        }
    }
    book.worksheet_range(name).map_err(damaged)
}

fn cell(data: &Data) -> Cell<'_> {
    match data {
        Data::String(text) | Data::DateTimeIso(text) => Cell::Text(text),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::Float(number) => Cell::Number(*number),
        _ => Cell::Empty,
    }
}

fn words(data: &Data) -> String {
    cell(data).words().trim().to_owned()
}

/// The sheet's rows with their numbers, from 1.
fn rows(sheet: &Range<Data>) -> impl Iterator<Item = (u64, &[Data])> {
    let first = sheet.start().map_or(0, |(row, _)| u64::from(row));
    (first + 1..).zip(sheet.rows())
}

fn is_blank(row: &[Data]) -> bool {
    row.iter().all(|data| words(data).is_empty())
}

fn explained(sheet: &Range<Data>, origin: &Origin, mapping: &Mapping) -> Result<Import, Failure> {
    let mut all = rows(sheet).skip_while(|(number, _)| *number <= mapping.skip_rows as u64);
    let (_, head) = all.next().ok_or(Failure::Empty)?;
    let heads: Vec<String> = head.iter().map(words).collect();
    let mut reader = Reader::new(Format::Workbook, &heads, mapping, origin)?;
    let rest: Vec<(u64, &[Data])> = all.filter(|(_, row)| !is_blank(row)).collect();
    let columns = reader.value_columns();
    let texts = rest.iter().flat_map(|(_, row)| columns.iter().filter_map(|column| text(row.get(*column)?)));
    reader.decimal = reader.decimal.or_else(|| decimal_of(texts));
    for (number, row) in rest {
        let cells: Vec<Cell<'_>> = row.iter().map(cell).collect();
        reader.row(At::Row(number), &cells)?;
    }
    let mut import = reader.finish();
    import.title.clone_from(&mapping.constant.source);
    Ok(import)
}

fn text(data: &Data) -> Option<&str> {
    match data {
        Data::String(text) => Some(text),
        _ => None,
    }
}

/// Two rows of heads, of which the upper has merged cells; the rows below up to the first blank one, behind which stands the source.
fn talportal(sheet: &Range<Data>, origin: &Origin, user: Option<&Mapping>) -> Result<Import, Failure> {
    let mut all = rows(sheet).skip_while(|(_, row)| is_blank(row));
    let (_, upper) = all.next().ok_or(Failure::Empty)?;
    let unknown =
        || Failure::UnknownColumns { columns: listed(&upper.iter().map(words).collect::<Vec<_>>()) };
    let (_, lower) = all.next().ok_or_else(unknown)?;
    let pivot = Pivot::of(&merged(upper, lower)).ok_or_else(unknown)?;
    let mapping = overlay(pivot.mapping(), user);
    let mut reader = Reader::new(Format::Talportal, pivot.heads(), &mapping, origin)?;
    reader.zero_is_missing = true;
    for (number, row) in all.take_while(|(_, row)| !is_blank(row)) {
        let cells: Vec<Cell<'_>> = row.iter().map(cell).collect();
        pivot.rows(&cells, |cells| reader.row(At::Row(number), cells))?;
    }
    let mut import = reader.finish();
    import.title.clone_from(&mapping.constant.source);
    Ok(import)
}

/// Both levels of each head: a merged cell of the upper row stands above every head below it.
fn merged(upper: &[Data], lower: &[Data]) -> Vec<(String, String)> {
    let mut above = String::new();
    let pair = |(upper, lower): (&Data, &Data)| {
        let (upper, lower) = (words(upper), words(lower));
        if !upper.is_empty() {
            above.clone_from(&upper);
        }
        match lower.is_empty() {
            true => (upper, lower),
            false => (above.clone(), lower),
        }
    };
    upper.iter().zip(lower).map(pair).collect()
}
