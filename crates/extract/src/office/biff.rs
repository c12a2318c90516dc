//! What `calamine` does not tell of an old workbook (XLS): the number format of each cell, and how large it would be.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use belaeg_model::Cause;

use super::number::builtin;
use super::{OfficeLimits, damaged};
use crate::Failure;

/// The records that are looked at.
const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const FORMULA: u16 = 0x0006;
const BOUND_SHEET: u16 = 0x0085;
const MUL_RK: u16 = 0x00BD;
const XF: u16 = 0x00E0;
const DIMENSIONS: u16 = 0x0200;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027E;
const FORMAT: u16 = 0x041E;
/// Cells of all sheets from corner to corner, as `calamine` lays them out in memory, for each that may be kept.
const LAID_OUT_FOR_KEPT: usize = 4;

/// The number formats of a workbook.
#[derive(Debug, Default)]
pub(super) struct Formats {
    codes: HashMap<u16, String>,
    /// For each style of a cell, its number format.
    styles: Vec<u16>,
    /// The style of each cell (sheet, row, column) with a number.
    cells: HashMap<(usize, u16, u16), u16>,
}

impl Formats {
    /// The format of a cell; sheets count from 0.
    pub(super) fn code(&self, sheet: usize, row: usize, column: usize) -> &str {
        let at = || Some((sheet, u16::try_from(row).ok()?, u16::try_from(column).ok()?));
        let style = at().and_then(|at| self.cells.get(&at));
        let Some(id) = style.and_then(|style| self.styles.get(usize::from(*style))) else { return "General" };
        self.codes.get(id).map_or_else(|| builtin(*id), String::as_str)
    }
}

/// Reads the formats.
///
/// # Errors
/// If the container is damaged, or a sheet has its cells so far apart that laying it out would take all memory.
pub(super) fn formats(bytes: &[u8], limits: &OfficeLimits) -> Result<Formats, Failure> {
    let stream = workbook(bytes)?;
    let mut formats = Formats::default();
    let mut starts = Vec::new();
    for (kind, data) in records(&stream) {
        match kind {
            EOF => break,
            BOUND_SHEET => starts.push(u32_at(data, 0).unwrap_or(u32::MAX)),
            XF => formats.styles.push(u16_at(data, 2).unwrap_or(0)),
            FORMAT => formats.codes.extend(format_of(data)),
            _ => {}
        }
    }
    let mut laid_out = 0_usize;
    for (sheet, start) in starts.into_iter().enumerate() {
        let stream = usize::try_from(start).ok().and_then(|at| stream.get(at..)).ok_or_else(|| {
            Failure::new(Cause::Damaged, "the workbook is cut short: a sheet begins behind its end")
        })?;
        laid_out = laid_out.saturating_add(read_sheet(sheet, stream, &mut formats));
        if laid_out > limits.cells.saturating_mul(LAID_OUT_FOR_KEPT) {
            let detail = "the cells of a sheet stand too far apart: save the workbook as XLSX";
            return Err(Failure::new(Cause::TooLarge, detail));
        }
    }
    Ok(formats)
}

fn workbook(bytes: &[u8]) -> Result<Vec<u8>, Failure> {
    let what = "the old office file";
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|e| damaged(what, e))?;
    let name = if file.is_stream("/Workbook") { "/Workbook" } else { "/Book" };
    let mut stream = Vec::new();
    let open = file.open_stream(name).map_err(|e| damaged(what, e))?;
    // No stream is longer than its file.
    open.take(bytes.len() as u64).read_to_end(&mut stream).map_err(|e| damaged(what, e))?;
    Ok(stream)
}

/// The records of a stream: kind, length, data.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let data = rest.get(4..4 + length)?;
        rest = rest.get(4 + length..)?;
        Some((kind, data))
    })
}

/// Reads the formats of a sheet's cells; returns how many cells it has from corner to corner.
fn read_sheet(sheet: usize, stream: &[u8], formats: &mut Formats) -> usize {
    let mut corners = Corners::default();
    let mut depth = 0_usize;
    for (kind, data) in records(stream) {
        // Charts stand inside the sheet with cells of their own.
        match kind {
            BOF => depth += 1,
            EOF if depth <= 1 => break,
            EOF => depth -= 1,
            _ => {}
        }
        if depth > 1 {
            continue;
        }
        let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else {
            continue;
        };
        match kind {
            DIMENSIONS => corners.reserve(data),
            NUMBER | RK | FORMULA => {
                corners.take(row, column);
                formats.cells.extend(u16_at(data, 4).map(|style| ((sheet, row, column), style)));
            }
            MUL_RK => {
                for (i, cell) in data.get(4..).unwrap_or_default().chunks_exact(6).enumerate() {
                    let column = column.saturating_add(u16::try_from(i).unwrap_or(u16::MAX));
                    corners.take(row, column);
                    formats.cells.extend(u16_at(cell, 0).map(|style| ((sheet, row, column), style)));
                }
            }
            // Words, errors and formulas' strings.
            0x0204 | 0x0205 | 0x00D6 | 0x00FD => corners.take(row, column),
            _ => {}
        }
    }
    corners.cells()
}

/// How far the cells of a sheet reach, as it says and as they do.
#[derive(Debug, Default)]
struct Corners {
    rows: usize,
    columns: usize,
    reserved: usize,
}

impl Corners {
    fn take(&mut self, row: u16, column: u16) {
        self.rows = self.rows.max(usize::from(row) + 1);
        self.columns = self.columns.max(usize::from(column) + 1);
    }

    /// The first and last row and column that the sheet says it has; from 8 on rows have four bytes.
    fn reserve(&mut self, data: &[u8]) {
        let wide = data.len() >= 14;
        let (top, bottom) = match wide {
            true => (u32_at(data, 0), u32_at(data, 4)),
            false => (u16_at(data, 0).map(u32::from), u16_at(data, 2).map(u32::from)),
        };
        let at = if wide { 8 } else { 4 };
        let (left, right) = (u16_at(data, at).unwrap_or(0), u16_at(data, at + 2).unwrap_or(0));
        let (top, bottom) = (top.unwrap_or(0), bottom.unwrap_or(0));
        // An end before the beginning would be taken for a number beyond all bounds.
        let is_odd = (bottom > 0 && bottom < top) || (right > 0 && right < left);
        let rows = usize::try_from(bottom).unwrap_or(usize::MAX);
        let said = if is_odd { usize::MAX } else { rows.saturating_mul(usize::from(right)) };
        self.reserved = self.reserved.max(said);
    }

    fn cells(&self) -> usize {
        self.rows.saturating_mul(self.columns).max(self.reserved)
    }
}

/// The number and code of a format: 16-bit length, a byte of flags, letters of one or two bytes.
fn format_of(data: &[u8]) -> Option<(u16, String)> {
    let length = usize::from(u16_at(data, 2)?);
    let wide = data.get(4)? & 1 == 1;
    let letters = data.get(5..)?;
    let code = if wide {
        let units = letters.chunks_exact(2).take(length).map(|c| u16_at(c, 0).unwrap_or(0));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        letters.iter().take(length).map(|b| char::from(*b)).collect()
    };
    Some((u16_at(data, 0)?, code))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read() {
        let narrow = [&164_u16.to_le_bytes()[..], &4_u16.to_le_bytes(), b"\x000.0%"].concat();
        assert_eq!(format_of(&narrow), Some((164, "0.0%".to_owned())));
        let wide = [&165_u16.to_le_bytes()[..], &2_u16.to_le_bytes(), b"\x01\xe5\x00\xe6\x00"].concat();
        assert_eq!(format_of(&wide), Some((165, "åæ".to_owned())));
        assert_eq!(format_of(b"\x01"), None);
    }

    #[test]
    fn far_corners_are_refused() {
        let most = OfficeLimits::default().cells * LAID_OUT_FOR_KEPT;
        let record = |kind: u16, data: &[u8]| {
            let length = u16::try_from(data.len()).expect("short");
            [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
        };
        let cells = |stream: &[u8]| read_sheet(0, stream, &mut Formats::default());
        let far = record(NUMBER, &[0xff, 0xff, 0xff, 0xff, 0, 0]);
        assert!(cells(&far) > most);
        let claims = [0_u32.to_le_bytes(), u32::MAX.to_le_bytes(), [0, 0, 255, 255], [0; 4]].concat();
        assert!(cells(&record(DIMENSIONS, &claims)) > most);
        let backwards = [9_u32.to_le_bytes(), 5_u32.to_le_bytes(), [0, 0, 5, 0], [0; 4]].concat();
        assert!(cells(&record(DIMENSIONS, &backwards)) > most);
        // What stands behind a chart counts, what stands in it does not.
        let chart = [record(BOF, &[0; 4]), record(BOF, &[0; 4]), far.clone(), record(EOF, &[])].concat();
        assert_eq!(cells(&chart), 0);
        assert!(cells(&[chart, far].concat()) > most);
    }

    #[test]
    fn chains_in_a_ring_are_damaged() {
        let good = include_bytes!("../../tests/data/office/tal.xls");
        // The first table of chains: each sector is made to lead to itself.
        let at = 512 * (1 + usize::from(u16_at(good, 76).expect("a header")));
        let mut ring = good.to_vec();
        for (i, entry) in ring[at..at + 512].chunks_exact_mut(4).enumerate() {
            entry.copy_from_slice(&u32::try_from(i).expect("small").to_le_bytes());
        }
        assert_eq!(formats(&ring, &OfficeLimits::default()).map_err(|f| f.cause).err(), Some(Cause::Damaged));
    }
}
