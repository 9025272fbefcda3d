//! Rows of Parquet files as JSON, held against records.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};

/// A row: the columns by name.
pub(crate) type Row = Map<String, Value>;

/// The rows of a table, of all its files in their order.
pub(crate) fn rows(folder: &Path, table: &str) -> Vec<Row> {
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let of_table = |path: &&std::path::PathBuf| {
        path.file_name().unwrap().to_string_lossy().starts_with(&format!("{table}-"))
    };
    files.iter().filter(of_table).flat_map(|path| rows_of(path)).collect()
}

/// The rows of a file.
pub(crate) fn rows_of(path: &Path) -> Vec<Row> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let row = |batch: &RecordBatch, at: usize| -> Row {
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(batch.columns());
        columns.map(|(field, array)| (field.name().clone(), value(array, at))).collect()
    };
    let batches = reader.build().unwrap().map(Result::unwrap);
    batches
        .flat_map(|batch| (0..batch.num_rows()).map(|at| row(&batch, at)).collect::<Vec<_>>())
        .collect()
}

fn value(array: &dyn Array, at: usize) -> Value {
    if array.is_null(at) {
        return Value::Null;
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(at).into(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(at).into(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(at).into(),
        DataType::Date32 => array.as_primitive::<Date32Type>().value(at).into(),
        DataType::Boolean => array.as_boolean().value(at).into(),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(at);
            (0..items.len()).map(|at| value(&items, at)).collect()
        }
        DataType::Struct(fields) => {
            let columns = fields.iter().zip(array.as_struct().columns());
            columns.map(|(field, column)| (field.name().clone(), value(column, at))).collect()
        }
        other => panic!("no column is of {other}"),
    }
}

/// What a row of a record is to say.
fn expected(record: &Value) -> Row {
    let mut row = record.as_object().unwrap().clone();
    row.remove("schema");
    let offsets = row.entry("offsets").or_insert("codepoints".into());
    assert!(["codepoints", "bytes", "utf16"].contains(&offsets.as_str().unwrap()));
    for (key, name) in [("fields", "field"), ("layers", "layer")] {
        let named = |(key, value): (&String, &Value)| {
            let mut row = value.as_object().unwrap().clone();
            row.insert(name.to_owned(), key.clone().into());
            row.into()
        };
        let list: Vec<Value> =
            row.get(key).and_then(Value::as_object).into_iter().flatten().map(named).collect();
        row.insert(key.to_owned(), list.into());
    }
    for key in ["byline", "notes"] {
        row.entry(key).or_insert(json!([]));
    }
    row.entry("meta").or_insert(json!({}));
    row
}

/// Columns of free JSON as what they say.
fn parsed(mut row: Row) -> Row {
    for key in ["meta", "values", "value", "data"] {
        if let Some(Value::String(json)) = row.get(key) {
            let value = serde_json::from_str(json).unwrap();
            row.insert(key.to_owned(), value);
        }
    }
    for list in ["mentions", "annotations"] {
        if let Some(Value::Array(items)) = row.get_mut(list) {
            for item in items.iter_mut().filter(|item| item.is_object()) {
                *item = parsed(std::mem::take(item.as_object_mut().unwrap())).into();
            }
        }
    }
    row
}

/// Whether two say the same, where absent and null do, and so do two numbers.
fn assert_same(found: &Value, expected: &Value, place: &str) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            for key in found.keys().chain(expected.keys()) {
                let of = |row: &Row| row.get(key).cloned().unwrap_or_default();
                assert_same(&of(found), &of(expected), &format!("{place}.{key}"));
            }
        }
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len(), "{place}");
            for (number, (found, expected)) in found.iter().zip(expected).enumerate() {
                assert_same(found, expected, &format!("{place}[{number}]"));
            }
        }
        // Said only where it is so.
        (Value::Bool(false), Value::Null) if place.ends_with(".corrected") => {}
        _ => assert_eq!(found, expected, "{place}"),
    }
}

/// The files of the nested layout say what the records say, and nothing else.
pub(crate) fn assert_nested(folder: &Path, records: &[Value]) {
    let rows = rows(folder, "articles");
    assert_eq!(rows.len(), records.len());
    for (row, record) in rows.into_iter().zip(records) {
        let mut row = parsed(row);
        row.remove("published_day");
        assert_same(&row.into(), &expected(record).into(), record["id"].as_str().unwrap());
    }
}

/// The files of the tables say what the records say, and nothing else. Of a layer that is empty they say as
/// little as of one that is absent.
pub(crate) fn assert_tables(folder: &Path, records: &[Value]) {
    let layers = [
        "fields",
        "sentences",
        "mentions",
        "entities",
        "quotations",
        "turns",
        "summary",
        "keyphrases",
        "annotations",
        "layers",
        "notes",
    ];
    let mut lists: BTreeMap<&str, Vec<Row>> =
        layers.iter().map(|layer| (*layer, rows(folder, layer))).collect();
    let articles = rows(folder, "articles");
    assert_eq!(articles.len(), records.len());
    for (article, record) in articles.into_iter().zip(records) {
        let mut row = parsed(article);
        row.remove("published_day");
        let mut expected = expected(record);
        for layer in layers {
            let items = expected.remove(layer).unwrap_or_default();
            let items = items.as_array().cloned().unwrap_or_default();
            let rest = lists.get_mut(layer).unwrap();
            let own: Vec<Row> = rest.drain(..items.len()).collect();
            for (number, (mut row, item)) in own.into_iter().zip(items).enumerate() {
                assert_eq!(row.remove("article"), Some(record["id"].clone()));
                assert_eq!(row.remove("revision"), Some(record["revision"].clone()));
                if item.get("id").is_none() && !["fields", "layers"].contains(&layer) {
                    assert_eq!(row.remove("id"), Some(number.into()), "{layer}");
                }
                let place = format!("{}.{layer}[{number}]", record["id"]);
                assert_same(&parsed(row).into(), &flat(item.as_object().unwrap()).into(), &place);
            }
        }
        assert_same(&row.into(), &flat(&expected).into(), record["id"].as_str().unwrap());
    }
    assert!(lists.values().all(Vec::is_empty), "rows of no article");
}

/// Parts of parts under names of their own.
fn flat(row: &Row) -> Row {
    let mut flat = Row::new();
    for (key, value) in row {
        let struct_like =
            ["origin", "cue", "speaker", "addressee", "occasion"].contains(&key.as_str());
        match value {
            Value::Object(parts) if struct_like => {
                flat.extend(
                    parts.iter().map(|(part, value)| (format!("{key}_{part}"), value.clone())),
                );
            }
            value => drop(flat.insert(key.clone(), value.clone())),
        }
    }
    flat
}
