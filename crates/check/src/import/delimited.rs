//! Text tables: our own CSV, the StatBank's CSV and BULK, the Talportal's CSV, and any other that a mapping explains.

use std::borrow::Cow;
use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::known::{self, STATBANK_VALUE, TALPORTAL_LABELS, overlay};
use super::mapping::Mapping;
use super::number::decimal_of;
use super::pivot::Pivot;
use super::reader::{At, Cell, Reader, listed};
use super::{Failure, Format, Import, Origin};

/// Columns of our own table that no other has together.
const OWN: [&str; 5] = ["measure", "area", "place_code", "year", "value"];

/// Values of a column that are named in a message.
const FEW: usize = 5;

pub(super) fn read(bytes: &[u8], origin: &Origin, user: Option<&Mapping>) -> Result<Import, Failure> {
    let text = decoded(bytes, user.and_then(|m| m.encoding.as_deref()))?;
    let table = Table::of(text.trim_start_matches('\u{feff}'), user)?;
    let (format, mapping) = table.meaning(origin, user)?;
    if format == Format::Talportal && mapping.columns.period.is_none() {
        return pivoted(&table, origin, user);
    }
    let mut reader = Reader::new(format, &table.heads, &mapping, origin)?;
    table.survey(&mut reader, format)?;
    table.each(|row, record| {
        if record.len() < table.heads.len()
            || record.iter().skip(table.heads.len()).any(|v| !v.trim().is_empty())
        {
            reader.refuse_length(At::Row(row), record.len());
            return Ok(());
        }
        let cells: Vec<Cell<'_>> = record.iter().map(Cell::Text).collect();
        reader.row(At::Row(row), &cells)
    })?;
    let mut import = reader.finish();
    import.title = mapping.constant.source;
    Ok(import)
}

fn pivoted(table: &Table<'_>, origin: &Origin, user: Option<&Mapping>) -> Result<Import, Failure> {
    let split = |head: &String| match head.split_once(';') {
        Some((first, second)) => (first.trim().to_owned(), second.trim().to_owned()),
        None => (head.clone(), String::new()),
    };
    let pairs: Vec<(String, String)> = table.heads.iter().map(split).collect();
    let pivot = Pivot::of(&pairs).ok_or_else(|| table.unknown())?;
    let mapping = overlay(pivot.mapping(), user);
    let mut reader = Reader::new(Format::Talportal, pivot.heads(), &mapping, origin)?;
    let mut values = Vec::new();
    table.each(|_, record| {
        values.extend(pivot.columns().filter_map(|column| record.get(column)).map(str::to_owned));
        Ok(())
    })?;
    reader.decimal = reader.decimal.or_else(|| decimal_of(values.iter().map(String::as_str)));
    table.each(|row, record| {
        let cells: Vec<Cell<'_>> = record.iter().map(Cell::Text).collect();
        pivot.rows(&cells, |cells| reader.row(At::Row(row), cells))
    })?;
    let mut import = reader.finish();
    import.title = mapping.constant.source.clone();
    Ok(import)
}

/// The text of a file: by its byte order mark or as the mapping says, else UTF-8, and Windows-1252 (Latin-1) where it is none.
fn decoded<'b>(bytes: &'b [u8], encoding: Option<&str>) -> Result<Cow<'b, str>, Failure> {
    if let Some(label) = encoding {
        let unknown = || Failure::Mapping(format!("{label:?} is no encoding; write utf-8 or latin1"));
        let encoding = Encoding::for_label(label.as_bytes()).ok_or_else(unknown)?;
        return Ok(encoding.decode(bytes).0);
    }
    let (text, _, is_damaged) = UTF_8.decode(bytes);
    let text = if is_damaged { WINDOWS_1252.decode(bytes).0 } else { text };
    if text.contains('\0') {
        return Err(Failure::Damaged("it has bytes of zero and is no text table".to_owned()));
    }
    Ok(text)
}

/// What stands below Excel's first line "sep=;", if there is one.
fn below_directive(text: &str) -> Option<&str> {
    let is_directive = |line: &str| line.trim().len() == 5 && line.starts_with("sep=");
    text.split_once('\n').filter(|(line, _)| is_directive(line)).map(|(_, rest)| rest)
}

/// A text table: its heads, and the rows below them.
struct Table<'t> {
    text: &'t str,
    /// Lines of the file above `text`.
    lines_above: u64,
    delimiter: u8,
    /// Rows up to and with the heads.
    above: usize,
    heads: Vec<String>,
}

impl<'t> Table<'t> {
    fn of(text: &'t str, user: Option<&Mapping>) -> Result<Self, Failure> {
        let below = below_directive(text);
        let (text, lines_above) = (below.unwrap_or(text), u64::from(below.is_some()));
        let above = user.map_or(0, |m| m.skip_rows);
        let said = user.and_then(|m| m.delimiter);
        let delimiter = match said.map(u8::try_from) {
            Some(Ok(delimiter)) => delimiter,
            Some(Err(_)) => {
                return Err(Failure::Mapping("the delimiter is no character of ASCII".to_owned()));
            }
            None => delimiter_of(text.lines().nth(above).unwrap_or_default()),
        };
        let head = records(text, delimiter).nth(above);
        let head = head.ok_or(Failure::Empty)?.map_err(|e| Failure::Damaged(e.to_string()))?;
        let heads: Vec<String> = head.iter().map(|h| h.trim().to_owned()).collect();
        Ok(Self { text, lines_above, delimiter, above: above.saturating_add(1), heads })
    }

    /// Hands every row to `take`, with its line.
    fn each(&self, mut take: impl FnMut(u64, &StringRecord) -> Result<(), Failure>) -> Result<(), Failure> {
        for record in records(self.text, self.delimiter).skip(self.above) {
            let record = record.map_err(|e| Failure::Damaged(e.to_string()))?;
            if record.iter().all(|value| value.trim().is_empty()) {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line);
            take(self.lines_above + line, &record)?;
        }
        Ok(())
    }

    fn has(&self, head: &str) -> bool {
        self.heads.iter().any(|h| h.to_lowercase() == head.to_lowercase())
    }

    fn unknown(&self) -> Failure {
        Failure::UnknownColumns { columns: listed(&self.heads) }
    }

    /// The format and what its columns mean.
    fn meaning(&self, origin: &Origin, user: Option<&Mapping>) -> Result<(Format, Mapping), Failure> {
        let is_explained = user.is_some_and(|m| m.columns.place.is_some() || m.constant.place.is_some());
        if is_explained {
            return Ok((Format::Csv, user.cloned().unwrap_or_default()));
        }
        if OWN.iter().all(|head| self.has(head)) {
            return Ok((Format::Own, overlay(self.own(), user)));
        }
        if self.has(STATBANK_VALUE) {
            let base = known::statbank(origin.table.as_deref(), &self.heads);
            return Ok((Format::StatBankCsv, overlay(base, user)));
        }
        if self.has(TALPORTAL_LABELS[0]) && (self.has(TALPORTAL_LABELS[1]) || self.has(TALPORTAL_LABELS[2])) {
            let base = known::talportal(&self.heads);
            if base.columns.period.is_some() && base.values.is_empty() {
                return Err(self.unknown());
            }
            return Ok((Format::Talportal, overlay(base, user)));
        }
        Err(self.unknown())
    }

    /// Our own table; columns that only explain may be left out.
    fn own(&self) -> Mapping {
        let mut mapping = known::own();
        let columns = &mut mapping.columns;
        let optional = [
            &mut columns.place_name,
            &mut columns.cases,
            &mut columns.standing,
            &mut columns.source,
            &mut columns.url,
            &mut columns.note,
        ];
        for column in optional {
            *column = column.take().filter(|head| self.has(head));
        }
        mapping
    }

    /// Looks through the rows: which decimal mark the values have, and, of a StatBank table, whether a variable that nobody
    /// explained has several values.
    fn survey(&self, reader: &mut Reader<'_>, format: Format) -> Result<(), Failure> {
        let unexplained = if format == Format::StatBankCsv { reader.unexplained() } else { Vec::new() };
        if reader.decimal.is_some() && unexplained.is_empty() {
            return Ok(());
        }
        let columns = reader.value_columns();
        let mut seen: Vec<BTreeSet<String>> = vec![BTreeSet::new(); unexplained.len()];
        let mut marks = Vec::new();
        self.each(|_, record| {
            marks.extend(decimal_of(columns.iter().filter_map(|c| record.get(*c))));
            let cells: Vec<Cell<'_>> = record.iter().map(Cell::Text).collect();
            if !unexplained.is_empty() && reader.wants(&cells) {
                for (seen, column) in seen.iter_mut().zip(&unexplained) {
                    if let Some(value) =
                        record.get(*column).filter(|v| seen.len() <= FEW && !seen.contains(*v))
                    {
                        seen.insert(value.to_owned());
                    }
                }
            }
            Ok(())
        })?;
        let first = marks.first().copied();
        reader.decimal = reader.decimal.or(first.filter(|first| marks.iter().all(|mark| mark == first)));
        match unexplained.iter().zip(&seen).find(|(_, values)| values.len() > 1) {
            Some((column, values)) => Err(Failure::SeveralValues {
                column: self.heads[*column].clone(),
                values: values.iter().take(FEW).cloned().collect::<Vec<_>>().join(", "),
            }),
            None => Ok(()),
        }
    }
}

fn records(text: &str, delimiter: u8) -> impl Iterator<Item = csv::Result<StringRecord>> {
    ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes())
        .into_records()
}

/// The commonest delimiter of the row of heads, outside quotes.
fn delimiter_of(head: &str) -> u8 {
    let mut counts = [(b';', 0), (b'\t', 0), (b',', 0)];
    let mut is_quoted = false;
    for byte in head.bytes() {
        is_quoted ^= byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|(d, _)| *d == byte && !is_quoted) {
            *count += 1;
        }
    }
    // Of two that are as common the first.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b';', |(delimiter, _)| *delimiter)
}
