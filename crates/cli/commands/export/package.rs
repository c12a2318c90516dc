//! The data dictionary of an export, as a Frictionless Data Package (specs.frictionlessdata.io).

use belaeg_corpus::{ColumnType, TABLES, Table};
use serde_json::{Value, json};

use crate::args::ExportFormat;

/// The description of every table and column.
pub(super) fn describe(format: ExportFormat, rows: &[u64]) -> Value {
    let tables: Vec<Value> =
        TABLES.iter().zip(rows).map(|(table, rows)| resource(table, *rows, format)).collect();
    json!({
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "belaeg-export",
        "title": "What Danish kommuner claim, as belaeg found it",
        "created": jiff::Timestamp::now().to_string(),
        "resources": tables,
    })
}

fn resource(table: &Table, rows: u64, format: ExportFormat) -> Value {
    let field = |column: &belaeg_corpus::Column| {
        let r#type = match column.r#type {
            ColumnType::Text => "string",
            ColumnType::Integer => "integer",
            ColumnType::Number => "number",
            ColumnType::Boolean => "boolean",
        };
        json!({"name": column.name, "type": r#type, "description": column.meaning})
    };
    let fields: Vec<Value> = table.columns.iter().map(field).collect();
    json!({
        "name": table.name,
        "description": table.meaning,
        "path": format!("{}.{}", table.name, format.extension()),
        "format": format.extension(),
        "encoding": "utf-8",
        "rows": rows,
        "schema": {"fields": fields, "primaryKey": table.key},
    })
}
