//! Excel workbooks (XLSX, XLS) through `calamine`: each visible sheet as it shows, numbers in their formats.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;

use belaeg_model::Cause;
use calamine::{
    Data, DataRef, DataType, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError,
};
use regex::bytes::{Captures, Regex};

use super::biff::{self, Formats};
use super::finish::{self, Properties};
use super::grid::Grid;
use super::number::{Moment, shown, shown_date};
use super::package::{Package, password};
use super::{Budget, damaged};
use crate::Failure;
use crate::piece::{Draft, Piece};

static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?i-u)uniqueCount\s*=\s*["']\s*\+?([0-9]+)"#)
        .expect("constant patterns are compiled by the tests")
});

/// Cells read of a sheet, empty ones included, for each cell that may be kept.
const READ_FOR_KEPT: usize = 10;

pub(super) fn read_xlsx(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let mut package = Package::open(bytes)?;
    check_parts(&mut package, budget)?;
    let properties = Properties::of_package(&mut package, budget)?;
    let pieces = guarded(|| xlsx_pieces(bytes, budget))?;
    Ok(finish::of_pieces(pieces, properties))
}

/// Unpacks every member first: `calamine` knows no limits, and any may be a sheet.
fn check_parts(package: &mut Package<'_>, budget: &mut Budget<'_>) -> Result<(), Failure> {
    for index in 0..package.len() {
        let bytes = package.unpack(index, budget)?;
        if package.name(index).to_ascii_lowercase().ends_with(".xml") {
            check_count(&bytes)?;
        }
    }
    Ok(())
}

/// Refuses shared strings that say they are more than they can be: `calamine` makes room for as many.
fn check_count(part: &[u8]) -> Result<(), Failure> {
    let says =
        |count: Captures<'_>| String::from_utf8_lossy(&count[1]).parse::<usize>().unwrap_or(usize::MAX);
    match COUNT.captures_iter(part).map(says).any(|count| count > part.len()) {
        true => Err(damaged("the workbook", "it has fewer shared strings than it says")),
        false => Ok(()),
    }
}

/// The parser has panicked on damaged workbooks before.
fn guarded<T>(read: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Failure::new(Cause::Crashed, "the workbook parser panicked on this file")))
}

fn xlsx_pieces(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Vec<Piece>, Failure> {
    let failed = |error: XlsxError| match error {
        XlsxError::Password => password(),
        error => damaged("the workbook", error),
    };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(failed)?;
    let mut pieces = Vec::new();
    for name in visible_sheets(&book) {
        let mut grid = Grid::default();
        let mut cells = book.worksheet_cells_reader(&name).map_err(failed)?;
        let mut left = budget.limits.cells.saturating_mul(READ_FOR_KEPT);
        while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(failed)? {
            let Some(less) = left.checked_sub(1) else { break };
            left = less;
            let format = cells.styles().get(style).and_then(|s| s.number_format.as_ref());
            let code = format.map_or("General", |f| f.format_code.as_str());
            let (row, column) = cell.get_position();
            if !grid.put(row as usize, column as usize, &words_of(cell.get_value(), code), budget) {
                break;
            }
        }
        pieces.extend(grid.pieces(&name, budget));
    }
    Ok(pieces)
}

/// The names of the sheets that a reader of the workbook sees.
fn visible_sheets<RS: std::io::Read + std::io::Seek, R: Reader<RS>>(book: &R) -> Vec<String> {
    let sheets = book.sheets_metadata().iter();
    let visible = sheets.filter(|s| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet);
    visible.map(|s| s.name.clone()).collect()
}

/// A value as its cell shows it.
fn words_of(value: &DataRef<'_>, code: &str) -> String {
    match value {
        DataRef::Int(n) => shown(*n as f64, code),
        DataRef::Float(n) => shown(*n, code),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(truth) => if *truth { "SAND" } else { "FALSK" }.to_owned(),
        DataRef::DateTime(moment) => moment_of(moment, code),
        DataRef::DateTimeIso(text) => text.replace('T', " "),
        DataRef::DurationIso(text) => text.clone(),
        // "#DIV/0!" is no figure.
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn moment_of(moment: &ExcelDateTime, code: &str) -> String {
    if moment.is_duration() {
        let minutes = (moment.as_f64() * 24.0 * 60.0).round();
        return format!("{}:{:02}", (minutes / 60.0).trunc(), (minutes % 60.0).abs());
    }
    let (year, month, day, hour, minute, _, _) = moment.to_ymd_hms_milli();
    shown_date(Moment { year, month, day, hour, minute }, code)
}

pub(super) fn read_xls(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let formats = biff::formats(bytes, budget.limits)?;
    let pieces = guarded(|| xls_pieces(bytes, &formats, budget))?;
    Ok(finish::of_pieces(pieces, Properties::default()))
}

fn xls_pieces(bytes: &[u8], formats: &Formats, budget: &mut Budget<'_>) -> Result<Vec<Piece>, Failure> {
    let failed = |error: XlsError| match error {
        XlsError::Password => password(),
        error => damaged("the workbook", error),
    };
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(failed)?;
    let all: Vec<String> = book.sheets_metadata().iter().map(|s| s.name.clone()).collect();
    let visible = visible_sheets(&book);
    let mut pieces = Vec::new();
    for (at, name) in all.iter().enumerate().filter(|(_, name)| visible.contains(name)) {
        let range = book.worksheet_range(name).map_err(failed)?;
        let Some((top, left)) = range.start() else { continue };
        let mut grid = Grid::default();
        for (row, column, value) in range.used_cells() {
            let (row, column) = (top as usize + row, left as usize + column);
            grid.put(row, column, &xls_words(value, formats.code(at, row, column)), budget);
        }
        pieces.extend(grid.pieces(name, budget));
    }
    Ok(pieces)
}

fn xls_words(value: &Data, code: &str) -> String {
    match value {
        Data::Int(n) => shown(*n as f64, code),
        Data::Float(n) => shown(*n, code),
        Data::DateTime(moment) => moment_of(moment, code),
        Data::Bool(truth) => if *truth { "SAND" } else { "FALSK" }.to_owned(),
        Data::Error(_) | Data::Empty => String::new(),
        text => text.as_string().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::{outline, zip_of};

    /// A workbook of one sheet, with four styles: none, per cent, thousands, dates.
    fn workbook(name: &str, rows: &str) -> Vec<u8> {
        let book = format!(
            "<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets>\
             <sheet name='{name}' sheetId='1' r:id='rId1'/></sheets></workbook>"
        );
        let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let relations = format!(
            "<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>\
             <Relationship Id='rId1' Type='{kind}/worksheet' Target='worksheets/sheet1.xml'/>\
             <Relationship Id='rId2' Type='{kind}/styles' Target='styles.xml'/></Relationships>"
        );
        let root = format!(
            "<Relationships><Relationship Id='rId1' Type='{kind}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
        );
        let styles = "<styleSheet><numFmts count='1'><numFmt numFmtId='164' formatCode='0.0%'/></numFmts><cellXfs count='4'>\
            <xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='3'/><xf numFmtId='14'/></cellXfs></styleSheet>";
        let sheet = format!("<worksheet><sheetData>{rows}</sheetData></worksheet>");
        zip_of(&[
            ("[Content_Types].xml", b"<Types/>".as_slice()),
            ("_rels/.rels", root.as_bytes()),
            ("xl/workbook.xml", book.as_bytes()),
            ("xl/_rels/workbook.xml.rels", relations.as_bytes()),
            ("xl/styles.xml", styles.as_bytes()),
            ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        ])
    }

    fn sheet(rows: &str, limits: &OfficeLimits) -> Result<(String, usize), Cause> {
        let mut budget = Budget::new(limits);
        let draft = read_xlsx(&workbook("Børn &amp; unge", rows), &mut budget).map_err(|f| f.cause)?;
        Ok((outline(&draft.pieces), budget.warnings().len()))
    }

    #[test]
    fn cells_as_shown() {
        let rows = "<row r='2'><c r='B2' t='inlineStr'><is><t>Område</t></is></c><c r='C2'><v>2023</v></c><c r='E2' t='str'><v>Dato</v></c></row>\
            <row r='3'><c r='B3' t='inlineStr'><is><t>Ær\u{a0}ø</t></is></c><c r='C3' s='1'><v>0.15</v></c><c r='E3' s='3'><v>45389</v></c></row>\
            <row r='4'><c r='B4' t='b'><v>1</v></c><c r='C4' s='2'><v>12345.6</v></c><c r='D4' s='2'/><c r='E4' t='e'><v>#DIV/0!</v></c></row>";
        let want = "h2: Børn & unge\ntable: #Område | #2023 | #Dato / Ær~ø | 15,0 % | 2024-04-07 / SAND | 12.346 | \n";
        assert_eq!(sheet(rows, &OfficeLimits::default()), Ok((want.to_owned(), 0)));
    }

    #[test]
    fn far_and_many_cells() {
        let far =
            "<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='XFD1048576'><v>2</v></c></row>";
        let (got, _) = sheet(far, &OfficeLimits::default()).expect("two cells");
        assert_eq!(got.matches('\n').count(), 3, "{got}");
        let many: String = (1..=50)
            .map(|r| format!("<row r='{r}'><c r='A{r}'><v>{r}</v></c><c r='B{r}'><v>1</v></c></row>"))
            .collect();
        let limits = OfficeLimits { rows: 10, ..OfficeLimits::default() };
        let (got, warnings) = sheet(&many, &limits).expect("cells");
        assert_eq!((got.matches(" / ").count(), warnings), (9, 1));
    }

    #[test]
    fn counts_that_lie_are_refused() {
        let sst = |count: &str| check_count(format!("<sst uniqueCount='{count}'><si/></sst>").as_bytes());
        assert!(sst("1").is_ok());
        for count in ["99999999999", "99999999999999999999999999", "+88888888"] {
            assert_eq!(sst(count).map_err(|f| f.cause), Err(Cause::Damaged), "{count}");
        }
    }

    #[test]
    fn bad_workbooks() {
        let limits = OfficeLimits::default();
        let beyond = "<row r='1'><c r='A99999999999'><v>1</v></c></row>";
        let read = sheet(beyond, &limits).map(|(text, _)| text.len() < 100);
        assert!(matches!(read, Ok(true) | Err(Cause::Damaged | Cause::Crashed)), "{read:?}");
        let zeros = format!("<row>{}</row>", " ".repeat(42 << 20));
        assert_eq!(sheet(&zeros, &limits), Err(Cause::TooLarge));
    }
}
