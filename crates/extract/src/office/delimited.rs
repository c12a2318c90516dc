//! Tables of delimited values (CSV, TSV): semicolons, commas or tabs, in any encoding.

use belaeg_model::Cause;
use csv::{ReaderBuilder, StringRecord};

use super::Budget;
use super::finish::{self, Properties};
use super::grid::Grid;
use crate::piece::Draft;
use crate::{Failure, charset};

/// Delimiters, the one that is likelier in Denmark first.
const DELIMITERS: [u8; 3] = [b';', b'\t', b','];
/// Bytes and rows that are looked at to find the delimiter.
const SNIFFED: usize = 64 * 1024;
const SNIFFED_ROWS: usize = 50;

pub(super) fn read(bytes: &[u8], budget: &mut Budget<'_>) -> Result<Draft, Failure> {
    let decoded = charset::decode(bytes, None, false);
    let text = without_directive(&decoded.text);
    let delimiter = delimiter_of(head(text))
        .ok_or_else(|| Failure::new(Cause::Damaged, "the rows of the table have no delimiter in common"))?;
    let mut grid = Grid::default();
    for (row, record) in records(text, delimiter).enumerate() {
        for (column, value) in record.iter().enumerate() {
            grid.put(row, column, value, budget);
        }
    }
    let mut draft = finish::of_pieces(grid.pieces("", budget), Properties::default());
    draft.warnings.extend(decoded.warning());
    Ok(draft)
}

/// Whether `bytes` are rows of delimited values and no running text.
pub(super) fn detect(bytes: &[u8]) -> bool {
    let sample = &bytes[..bytes.len().min(SNIFFED)];
    if charset::is_binary(sample) || sample.trim_ascii_start().starts_with(b"<") {
        return false;
    }
    let decoded = charset::decode(sample, None, false);
    delimiter_of(head(without_directive(&decoded.text))).is_some()
}

/// Excel's first line "sep=;".
fn without_directive(text: &str) -> &str {
    let text = text.trim_start_matches('\u{feff}');
    let is_directive = |line: &str| line.trim().len() == 5 && line.starts_with("sep=");
    text.split_once('\n').filter(|(line, _)| is_directive(line)).map_or(text, |(_, rest)| rest)
}

/// The whole lines at the beginning.
fn head(text: &str) -> &str {
    if text.len() <= SNIFFED {
        return text;
    }
    let cut = text.floor_char_boundary(SNIFFED);
    text[..cut].rfind('\n').map_or("", |end| &text[..end])
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = StringRecord> {
    let reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    reader.into_records().map_while(Result::ok)
}

/// The delimiter that parts every row into as many values; running text has none.
fn delimiter_of(text: &str) -> Option<u8> {
    DELIMITERS.into_iter().find(|delimiter| {
        let rows: Vec<StringRecord> =
            records(text, *delimiter).filter(|r| !is_empty(r)).take(SNIFFED_ROWS).collect();
        parts(&rows, *delimiter)
    })
}

fn is_empty(row: &StringRecord) -> bool {
    row.iter().all(|value| value.trim().is_empty())
}

fn parts(rows: &[StringRecord], delimiter: u8) -> bool {
    let columns = rows.last().map_or(0, StringRecord::len);
    // A few lines of words may stand above the table.
    let same = rows.iter().rev().take_while(|row| row.len() == columns).count();
    let others_above = rows.len() - same;
    // Commas stand in sentences, with a blank behind them.
    let sentence = |value: &str| value.ends_with('.') && value.split_whitespace().count() > 3;
    let prose = |row: &StringRecord| {
        row.iter().skip(1).any(|v| v.starts_with(' ') && v.len() > 1 || sentence(v.trim_end()))
    };
    let spoken = rows.iter().filter(|row| prose(row)).count();
    let is_prose = delimiter == b',' && spoken * 4 > rows.len();
    let longest = rows.iter().flat_map(StringRecord::iter).map(str::len).max().unwrap_or(0);
    let enough = if columns > 2 { same >= 2 } else { same >= 3 };
    // Lines of a program end with a semicolon behind which nothing stands.
    let filled = rows.iter().filter(|row| row.iter().filter(|v| !v.trim().is_empty()).count() > 1).count();
    columns > 1
        && filled * 2 >= rows.len()
        && enough
        && others_above <= 3
        && others_above * 2 <= same
        && !is_prose
        && longest < 4000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::OfficeLimits;
    use crate::office::testing::outline;

    fn table(bytes: &[u8]) -> String {
        assert!(detect(bytes), "{}", String::from_utf8_lossy(bytes));
        let limits = OfficeLimits::default();
        outline(&read(bytes, &mut Budget::new(&limits)).expect("a table").pieces)
    }

    #[test]
    fn tables() {
        let want =
            "table: #Område | #2022 | #2023 / Ældre | 5,9 % | 6,1 % / \"Små\" børn; alle | 4,0 % | 3,9~%\n";
        let text = "Område;2022;2023\r\nÆldre;5,9 %;6,1 %\r\n\"\"\"Små\"\" børn; alle\";4,0 %;3,9\u{a0}%\r\n";
        assert_eq!(table(text.as_bytes()), want);
        assert_eq!(table(&encoding_rs::WINDOWS_1252.encode(text).0), want);
        assert_eq!(table(format!("sep=;\r\n{text}").as_bytes()), want);
        assert_eq!(table(format!("\u{feff}{text}").as_bytes()), want);
        let tabs = "Område\t2022\t2023\nÆldre\t5,9 %\t6,1 %\n\"\"\"Små\"\" børn; alle\"\t4,0 %\t3,9\u{a0}%\n";
        assert_eq!(table(tabs.as_bytes()), want);
        assert_eq!(
            table("År,Elever\n2022,212\n2023,198\n".as_bytes()),
            "table: #År | #Elever / 2022 | 212 / 2023 | 198\n"
        );
        let titled = "Elever på Ærø;;\n\nSkole;Hold;Antal\nNord;A;212\n";
        assert_eq!(
            table(titled.as_bytes()),
            "caption: Elever på Ærø\ntable: #Skole | #Hold | #Antal / Nord | A | 212\n"
        );
    }

    #[test]
    fn running_text_is_none() {
        for text in [
            "",
            "Kort.",
            "Andelen faldt, og det er godt, siger udvalget.\nDen var 5, men er nu 4, siger det.\nDet er, som det skal være, alt.",
            "Kære Åse\n\nTak for dit brev.\n\nVenlig hilsen\nBo",
            "Et punkt; og et til.\nSlut.\nFærdig.",
            "<html>;<p>\n<a>;<b>\n<c>;<d>",
            "Formand: Bo\nSekretær: Åse\nTid: 12.30\n",
            "mod agenda;\nmod archive;\nmod mail;\nmod sheet;\n",
        ] {
            assert!(!detect(text.as_bytes()), "{text}");
        }
    }
}
