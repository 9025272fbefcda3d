//! Arrow columns → articles, as lines of JSON.
//!
//! A row becomes the object that it would be on a line of JSON, and is then read like one: the fields mean the same,
//! and what they lack is said in the same words. Dates, times and bytes look as they do where a run reads them out of a
//! Parquet file.

use arrow_array::cast::AsArray;
use arrow_array::temporal_conversions as temporal;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, RecordBatch};
use arrow_schema::{DataType, TimeUnit};
use document::json;

/// The rows of a batch, each as an object on a line of its own.
///
/// # Errors
/// What is wrong with a column: its type has no JSON.
pub(crate) fn lines(batch: &RecordBatch) -> Result<Vec<u8>, String> {
    let schema = batch.schema();
    let names: Vec<String> = schema.fields().iter().map(|field| key(field.name())).collect();
    let mut out = String::with_capacity(batch.get_array_memory_size());
    for row in 0..batch.num_rows() {
        out.push('{');
        for (at, (name, column)) in names.iter().zip(batch.columns()).enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(name);
            push(&mut out, column, row).map_err(|kind| {
                let name = schema.field(at).name();
                format!("the column `{name}` is {kind}, which is no field of an article; cast it or leave it out")
            })?;
        }
        out.push_str("}\n");
    }
    Ok(out.into_bytes())
}

/// A name as the key of an object, with what stands behind it.
fn key(name: &str) -> String {
    let mut key = String::new();
    json::push_string(&mut key, name);
    key.push(':');
    key
}

/// A value as JSON.
///
/// # Errors
/// Its type, where that has none.
fn push(out: &mut String, array: &ArrayRef, row: usize) -> Result<(), DataType> {
    if array.is_null(row) {
        out.push_str("null");
        return Ok(());
    }
    match array.data_type() {
        DataType::Null => out.push_str("null"),
        DataType::Utf8 => json::push_string(out, array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => json::push_string(out, array.as_string::<i64>().value(row)),
        DataType::Utf8View => json::push_string(out, array.as_string_view().value(row)),
        DataType::Binary => push_bytes(out, array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => push_bytes(out, array.as_binary::<i64>().value(row)),
        DataType::BinaryView => push_bytes(out, array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => push_bytes(out, array.as_fixed_size_binary().value(row)),
        DataType::Boolean => *out += if array.as_boolean().value(row) { "true" } else { "false" },
        DataType::Int8 => push_whole::<Int8Type>(out, array, row),
        DataType::Int16 => push_whole::<Int16Type>(out, array, row),
        DataType::Int32 => push_whole::<Int32Type>(out, array, row),
        DataType::Int64 => push_whole::<Int64Type>(out, array, row),
        DataType::UInt8 => push_whole::<UInt8Type>(out, array, row),
        DataType::UInt16 => push_whole::<UInt16Type>(out, array, row),
        DataType::UInt32 => push_whole::<UInt32Type>(out, array, row),
        DataType::UInt64 => push_whole::<UInt64Type>(out, array, row),
        DataType::Float16 => {
            push_number(out, array.as_primitive::<Float16Type>().value(row).to_f64());
        }
        DataType::Float32 => {
            // With its own digits: as 64 bits it would have more.
            let number = array.as_primitive::<Float32Type>().value(row);
            let wide: f64 = number.to_string().parse().unwrap_or(f64::NAN);
            push_number(out, wide);
        }
        DataType::Float64 => push_number(out, array.as_primitive::<Float64Type>().value(row)),
        DataType::Decimal128(..) => {
            *out += &array.as_primitive::<Decimal128Type>().value_as_string(row);
        }
        DataType::Decimal256(..) => {
            *out += &array.as_primitive::<Decimal256Type>().value_as_string(row);
        }
        DataType::Date32 => {
            push_time(
                out,
                array.as_primitive::<Date32Type>().value_as_date(row).map(|day| day.to_string()),
            );
        }
        DataType::Date64 => {
            push_time(
                out,
                array.as_primitive::<Date64Type>().value_as_date(row).map(|day| day.to_string()),
            );
        }
        DataType::Timestamp(unit, _) => push_timestamp(out, array, *unit, row),
        _ => push_nested(out, array, row)?,
    }
    Ok(())
}

/// A value that has others inside.
fn push_nested(out: &mut String, array: &ArrayRef, row: usize) -> Result<(), DataType> {
    match array.data_type() {
        DataType::List(_) => push_list(out, &array.as_list::<i32>().value(row))?,
        DataType::LargeList(_) => push_list(out, &array.as_list::<i64>().value(row))?,
        DataType::FixedSizeList(..) => push_list(out, &array.as_fixed_size_list().value(row))?,
        DataType::Dictionary(..) => {
            let one = array.slice(row, 1);
            let dictionary = one.as_any_dictionary();
            push(out, dictionary.values(), dictionary.normalized_keys()[0])?;
        }
        DataType::Struct(_) => {
            let fields = array.as_struct();
            out.push('{');
            for (at, name) in fields.column_names().iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                out.push_str(&key(name));
                push(out, fields.column(at), row)?;
            }
            out.push('}');
        }
        DataType::Map(..) => {
            let entries = array.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            out.push('{');
            for at in 0..entries.len() {
                if at > 0 {
                    out.push(',');
                }
                let mut name = String::new();
                push(&mut name, keys, at)?;
                if name.starts_with('"') {
                    out.push_str(&name);
                } else {
                    json::push_string(out, &name); // a number, say, is a key as a string
                }
                out.push(':');
                push(out, values, at)?;
            }
            out.push('}');
        }
        other => return Err(other.clone()),
    }
    Ok(())
}

fn push_list(out: &mut String, items: &ArrayRef) -> Result<(), DataType> {
    out.push('[');
    for at in 0..items.len() {
        if at > 0 {
            out.push(',');
        }
        push(out, items, at)?;
    }
    out.push(']');
    Ok(())
}

/// Bytes as a string where they are text; a picture beside the article is nothing that a record holds.
fn push_bytes(out: &mut String, bytes: &[u8]) {
    match std::str::from_utf8(bytes) {
        Ok(text) => json::push_string(out, text),
        Err(_) => out.push_str("null"),
    }
}

fn push_whole<T: ArrowPrimitiveType<Native: ToString>>(
    out: &mut String,
    array: &ArrayRef,
    row: usize,
) {
    out.push_str(&array.as_primitive::<T>().value(row).to_string());
}

fn push_timestamp(out: &mut String, array: &ArrayRef, unit: TimeUnit, row: usize) {
    let time = match unit {
        TimeUnit::Second => temporal::timestamp_s_to_datetime(
            array.as_primitive::<TimestampSecondType>().value(row),
        ),
        TimeUnit::Millisecond => temporal::timestamp_ms_to_datetime(
            array.as_primitive::<TimestampMillisecondType>().value(row),
        ),
        TimeUnit::Microsecond => temporal::timestamp_us_to_datetime(
            array.as_primitive::<TimestampMicrosecondType>().value(row),
        ),
        TimeUnit::Nanosecond => temporal::timestamp_ns_to_datetime(
            array.as_primitive::<TimestampNanosecondType>().value(row),
        ),
    };
    push_time(out, time.map(|time| time.format("%Y-%m-%d %H:%M:%S%.f +00:00").to_string()));
}

fn push_number(out: &mut String, number: f64) {
    // `null` for what is no number.
    *out += &serde_json::to_string(&number).expect("a number is JSON");
}

fn push_time(out: &mut String, time: Option<String>) {
    match time {
        Some(time) => json::push_string(out, &time),
        None => out.push_str("null"),
    }
}
