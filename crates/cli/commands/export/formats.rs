//! Rows as CSV, NDJSON and Parquet. Memory follows the row, or in Parquet the row group.

use std::io::Write;
use std::sync::Arc;

use belaeg_corpus::{Cell, Column, ColumnType};
use parquet::basic::{Compression, LogicalType, Repetition, Type};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type as SchemaType;

use crate::output;

/// Bytes of text, and rows, of a row group.
const GROUP_BYTES: usize = 32 << 20;
const GROUP_ROWS: usize = 100_000;

/// A file of a format, while it is written.
pub(super) trait Format {
    fn row(&mut self, cells: &[Cell<'_>]) -> anyhow::Result<()>;
    fn finish(self: Box<Self>) -> anyhow::Result<()>;
}

/// RFC 4180, with a head.
pub(super) struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Csv<W> {
    pub(super) fn new(out: W, columns: &[Column]) -> anyhow::Result<Self> {
        let mut table = csv::Writer::from_writer(out);
        table.write_record(columns.iter().map(|c| c.name))?;
        Ok(Self(table))
    }
}

impl<W: Write> Format for Csv<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> anyhow::Result<()> {
        for cell in cells {
            match *cell {
                Cell::Empty => self.0.write_field("")?,
                Cell::Text(text) => self.0.write_field(&*output::no_formula(text))?,
                Cell::Integer(n) => self.0.write_field(n.to_string())?,
                Cell::Number(n) => self.0.write_field(n.to_string())?,
                Cell::Boolean(yes) => self.0.write_field(yes.to_string())?,
            }
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.0.flush()?)
    }
}

/// One JSON object a line.
pub(super) struct Ndjson<W> {
    out: W,
    columns: &'static [Column],
}

impl<W: Write> Ndjson<W> {
    pub(super) fn new(out: W, columns: &'static [Column]) -> Self {
        Self { out, columns }
    }
}

impl<W: Write> Format for Ndjson<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> anyhow::Result<()> {
        let value = |cell: &Cell<'_>| match *cell {
            Cell::Empty => serde_json::Value::Null,
            Cell::Text(text) => text.into(),
            Cell::Integer(n) => n.into(),
            Cell::Number(n) => n.into(),
            Cell::Boolean(yes) => yes.into(),
        };
        let object: serde_json::Map<String, serde_json::Value> =
            self.columns.iter().zip(cells).map(|(c, cell)| (c.name.to_owned(), value(cell))).collect();
        serde_json::to_writer(&mut self.out, &object)?;
        Ok(self.out.write_all(b"\n")?)
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// The values of one column of a row group that are there, and for each row whether it has one.
struct Values {
    there: Vec<i16>,
    values: Kept,
}

enum Kept {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
    Boolean(Vec<bool>),
}

/// Parquet, compressed with Snappy; every column may be null.
pub(super) struct Parquet<W: Write + Send> {
    out: SerializedFileWriter<W>,
    columns: Vec<Values>,
    rows: usize,
    bytes: usize,
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn new(out: W, columns: &[Column]) -> anyhow::Result<Self> {
        let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
        let schema = Arc::new(SchemaType::group_type_builder("row").with_fields(fields).build()?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let empty = |c: &Column| Values {
            there: Vec::new(),
            values: match c.r#type {
                ColumnType::Text => Kept::Text(Vec::new()),
                ColumnType::Integer => Kept::Integer(Vec::new()),
                ColumnType::Number => Kept::Number(Vec::new()),
                ColumnType::Boolean => Kept::Boolean(Vec::new()),
            },
        };
        Ok(Self {
            out: SerializedFileWriter::new(out, schema, Arc::new(properties))?,
            columns: columns.iter().map(empty).collect(),
            rows: 0,
            bytes: 0,
        })
    }

    fn write_group(&mut self) -> anyhow::Result<()> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.out.next_row_group()?;
        for Values { there, values } in &mut self.columns {
            let Some(mut column) = group.next_column()? else { break };
            let there = std::mem::take(there);
            match values {
                Kept::Text(v) => {
                    column.typed::<ByteArrayType>().write_batch(&std::mem::take(v), Some(&there), None)?
                }
                Kept::Integer(v) => {
                    column.typed::<Int64Type>().write_batch(&std::mem::take(v), Some(&there), None)?
                }
                Kept::Number(v) => {
                    column.typed::<DoubleType>().write_batch(&std::mem::take(v), Some(&there), None)?
                }
                Kept::Boolean(v) => {
                    column.typed::<BoolType>().write_batch(&std::mem::take(v), Some(&there), None)?
                }
            };
            column.close()?;
        }
        group.close()?;
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }
}

fn field(column: &Column) -> anyhow::Result<Arc<SchemaType>> {
    let (physical, logical) = match column.r#type {
        ColumnType::Text => (Type::BYTE_ARRAY, Some(LogicalType::String)),
        ColumnType::Integer => (Type::INT64, None),
        ColumnType::Number => (Type::DOUBLE, None),
        ColumnType::Boolean => (Type::BOOLEAN, None),
    };
    let builder = SchemaType::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical);
    Ok(Arc::new(builder.build()?))
}

impl<W: Write + Send> Format for Parquet<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> anyhow::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (*cell, &mut column.values) {
                (Cell::Text(text), Kept::Text(values)) => {
                    self.bytes += text.len();
                    values.push(text.into());
                }
                (Cell::Integer(n), Kept::Integer(values)) => values.push(n),
                (Cell::Number(n), Kept::Number(values)) => values.push(n),
                (Cell::Boolean(yes), Kept::Boolean(values)) => values.push(yes),
                _ => {
                    column.there.push(0);
                    continue;
                }
            }
            column.there.push(1);
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS || self.bytes >= GROUP_BYTES {
            self.write_group()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        self.write_group()?;
        self.out.close()?;
        Ok(())
    }
}
