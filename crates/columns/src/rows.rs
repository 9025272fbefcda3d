//! Columns filled by what tells a record, one row after the other.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::builder::{
    ArrayBuilder, BooleanBuilder, Float64Builder, Int64Builder, StringBuilder,
};
use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, Date32Array, ListArray, RecordBatch, StructArray, UInt32Array};
use arrow_buffer::{NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, SchemaRef};
use arrow_select::take::take;
use wire::{Listener, Offsets, Value};

use crate::articles::{day, object};
use crate::{Table, schema};

/// The rows of [`Table::Nested`], each told by [`wire::tell`] or [`wire::play`]; the same as those that [`batch`] makes
/// of the records, without any record in between.
///
/// It knows no key of a record but a handful: a value goes to the column whose name is its key, inside of the struct
/// or list that it is told in, and the type of the column says the rest. What has no column is passed over. Where the record has an object and the columns
/// have a list, its keys are the first column of the items.
///
/// [`batch`]: crate::batch
#[derive(Debug)]
pub struct Rows {
    schema: SchemaRef,
    /// The row itself, which is a struct, then all columns in it; those of one struct in a row.
    columns: Vec<Column>,
    /// What has begun and not ended, the innermost last.
    open: Vec<Open>,
    /// The column of the key that came last.
    at: Option<usize>,
    /// How many objects and lists without a column have begun and not ended.
    passed_over: usize,
    /// More than fits into a column.
    too_much: Option<usize>,
}

#[derive(Debug)]
struct Column {
    field: FieldRef,
    /// That of the field, which is looked at for each key.
    name: String,
    values: Values,
    /// The text where a record that has the rest says none.
    otherwise: Option<&'static str>,
}

#[derive(Debug)]
enum Values {
    Text(StringBuilder),
    Whole(Int64Builder),
    Number(Float64Builder),
    Truth(BooleanBuilder),
    /// The day of the column before.
    Day,
    Struct {
        parts: Range<usize>,
        there: Vec<bool>,
    },
    List {
        items: usize,
        ends: Vec<i32>,
        there: Vec<bool>,
        order: Vec<u32>,
    },
}

#[derive(Debug)]
enum Open {
    /// A struct; the next key is probably that of `next`.
    Struct { column: usize, next: usize },
    /// A list that is one.
    List { column: usize, items: usize },
    /// A list that is an object in the record, with the item of each key.
    Map { column: usize, items: usize, keys: BTreeMap<String, u32> },
    /// A text that is an object in the record.
    Object { column: usize, key: String, values: BTreeMap<String, String> },
}

impl Column {
    /// The rows so far.
    fn rows(&self) -> usize {
        match &self.values {
            Values::Text(texts) => texts.len(),
            Values::Whole(numbers) => numbers.len(),
            Values::Number(numbers) => numbers.len(),
            Values::Truth(truths) => truths.len(),
            Values::Day => 0,
            Values::Struct { there, .. } | Values::List { there, .. } => there.len(),
        }
    }
}

impl Default for Rows {
    fn default() -> Self {
        Self::new()
    }
}

impl Rows {
    /// No rows yet.
    pub fn new() -> Self {
        let schema = schema(Table::Nested);
        let row = DataType::Struct(schema.fields().clone());
        Self {
            schema,
            columns: columns(Field::new("", row, false)),
            open: Vec::new(),
            at: None,
            passed_over: 0,
            too_much: None,
        }
    }

    /// All rows.
    ///
    /// # Errors
    /// As [`batch`](crate::batch).
    pub fn finish(mut self) -> Result<RecordBatch, ArrowError> {
        if let Some(bytes) = self.too_much {
            return Err(ArrowError::OffsetOverflowError(bytes));
        }
        let rows = self.array(0)?;
        RecordBatch::try_new(self.schema, rows.as_struct().columns().to_vec())
    }

    fn array(&mut self, at: usize) -> Result<ArrayRef, ArrowError> {
        let Column { field, values, .. } = &mut self.columns[at];
        Ok(match values {
            Values::Text(texts) => Arc::new(texts.finish()),
            Values::Whole(numbers) => Arc::new(numbers.finish()),
            Values::Number(numbers) => Arc::new(numbers.finish()),
            Values::Truth(truths) => Arc::new(truths.finish()),
            Values::Day => Arc::new(Date32Array::new_null(0)),
            Values::Struct { parts, there } => {
                let fields = inner(field);
                let nulls = NullBuffer::from(mem::take(there));
                let mut arrays: Vec<ArrayRef> = Vec::new();
                for part in parts.clone() {
                    let array = match self.columns[part].values {
                        Values::Day => days(arrays.last()),
                        _ => self.array(part)?,
                    };
                    arrays.push(array);
                }
                Arc::new(StructArray::try_new(fields, arrays, Some(nulls))?)
            }
            Values::List { items, ends, there, order } => {
                let DataType::List(item) = field.data_type().clone() else {
                    unreachable!("lists are of a list type")
                };
                let starts = std::iter::once(0).chain(mem::take(ends)).collect::<ScalarBuffer<_>>();
                let nulls = NullBuffer::from(mem::take(there));
                let (items, order) = (*items, mem::take(order));
                let mut items = self.array(items)?;
                if !order.is_empty() {
                    items = take(&items, &UInt32Array::from(order), None)?;
                }
                Arc::new(ListArray::try_new(item, OffsetBuffer::new(starts), items, Some(nulls))?)
            }
        })
    }

    /// Where what is told now belongs.
    fn target(&mut self) -> Option<usize> {
        match self.open.last() {
            None => Some(0),
            Some(Open::List { items, .. }) => Some(*items),
            Some(_) => self.at.take(),
        }
    }

    fn text(&mut self, at: usize, text: &str) {
        let Values::Text(texts) = &mut self.columns[at].values else { return };
        let bytes = texts.values_slice().len() + text.len();
        if i32::try_from(bytes).is_ok() {
            texts.append_value(text);
        } else {
            self.too_much = Some(bytes);
        }
    }

    /// The row of a record that says nothing for this column.
    fn absent(&mut self, at: usize) {
        let Column { field, values, otherwise, .. } = &mut self.columns[at];
        match (values, *otherwise) {
            (Values::Text(_), Some(text)) => self.text(at, text),
            (Values::Truth(truths), _) if !field.is_nullable() => truths.append_value(false),
            (Values::List { ends, there, .. }, _) => {
                ends.push(ends.last().copied().unwrap_or_default());
                there.push(!field.is_nullable());
            }
            _ => self.null(at),
        }
    }

    /// A row without a value.
    fn null(&mut self, at: usize) {
        match &mut self.columns[at].values {
            Values::Text(texts) => texts.append_null(),
            Values::Whole(numbers) => numbers.append_null(),
            Values::Number(numbers) => numbers.append_null(),
            Values::Truth(truths) => truths.append_null(),
            Values::Day => {}
            Values::Struct { parts, there } => {
                there.push(false);
                for part in parts.clone() {
                    self.null(part);
                }
            }
            Values::List { ends, there, .. } => {
                ends.push(ends.last().copied().unwrap_or_default());
                there.push(false);
            }
        }
    }

    fn end_struct(&mut self, at: usize) {
        let Values::Struct { parts, there } = &mut self.columns[at].values else { return };
        let (parts, before) = (parts.clone(), there.len());
        there.push(true);
        for part in parts {
            if self.columns[part].rows() == before {
                self.absent(part);
            }
        }
    }

    /// A list of the items so far that are in none, in this order if it is given.
    fn push_list(&mut self, at: usize, sorted: Option<BTreeMap<String, u32>>) {
        let Values::List { items, .. } = self.columns[at].values else { return };
        let told = self.columns[items].rows();
        let Values::List { ends, there, order, .. } = &mut self.columns[at].values else { return };
        there.push(true);
        let end = sorted.map_or(told, |sorted| {
            order.extend(sorted.into_values());
            order.len()
        });
        match i32::try_from(end) {
            Ok(end) => ends.push(end),
            Err(_) => self.too_much = Some(end),
        }
    }
}

impl Listener for Rows {
    fn begin_object(&mut self) {
        let target = if self.passed_over > 0 { None } else { self.target() };
        let Some(column) = target else {
            self.passed_over += 1;
            return;
        };
        let open = match &self.columns[column].values {
            Values::Struct { parts, .. } => Open::Struct { column, next: parts.start },
            Values::List { items, .. } => {
                Open::Map { column, items: *items, keys: BTreeMap::new() }
            }
            Values::Text(_) => Open::Object { column, key: String::new(), values: BTreeMap::new() },
            _ => {
                self.passed_over += 1;
                return;
            }
        };
        self.open.push(open);
    }

    fn end_object(&mut self) {
        if self.passed_over > 0 {
            self.passed_over -= 1;
            return;
        }
        match self.open.pop() {
            Some(Open::Struct { column, .. }) => self.end_struct(column),
            Some(Open::Map { column, keys, .. }) => self.push_list(column, Some(keys)),
            Some(Open::Object { column, values, .. }) => {
                let values = values.iter().map(|(key, value)| (&**key, &**value));
                self.text(column, &object(values));
            }
            Some(Open::List { .. }) | None => {}
        }
    }

    fn begin_list(&mut self) {
        let target = if self.passed_over > 0 { None } else { self.target() };
        let list = target.and_then(|column| match self.columns[column].values {
            Values::List { items, .. } => Some(Open::List { column, items }),
            _ => None,
        });
        match list {
            Some(list) => self.open.push(list),
            None => self.passed_over += 1,
        }
    }

    fn end_list(&mut self) {
        if self.passed_over > 0 {
            self.passed_over -= 1;
        } else if let Some(Open::List { column, .. }) = self.open.pop() {
            self.push_list(column, None);
        }
    }

    fn key(&mut self, key: &str) {
        if self.passed_over > 0 {
            return;
        }
        match self.open.last_mut() {
            Some(Open::Struct { column, next }) => {
                let Values::Struct { parts, .. } = &self.columns[*column].values else { return };
                let mut order = (*next..parts.end).chain(parts.start..*next);
                self.at = order.find(|part| self.columns[*part].name == key);
                *next = self.at.map_or(*next, |at| at + 1);
            }
            Some(Open::Map { items, keys, .. }) => {
                let items = *items;
                // A record read back has them in the order of their keys, and of two with one key the later.
                keys.insert(key.to_owned(), self.columns[items].rows() as u32);
                self.at = Some(items);
                if let Values::Struct { parts, .. } = &self.columns[items].values {
                    self.text(parts.start, key);
                }
            }
            Some(Open::Object { key: last, .. }) => key.clone_into(last),
            Some(Open::List { .. }) | None => {}
        }
    }

    fn value(&mut self, value: Value<'_>) {
        if self.passed_over > 0 {
            return;
        }
        if let Some(Open::Object { key, values, .. }) = self.open.last_mut() {
            if let Value::Json(json) = value {
                values.insert(mem::take(key), one_line(json));
            }
            return;
        }
        let Some(at) = self.target() else { return };
        match (&mut self.columns[at].values, value) {
            (Values::Text(_), Value::Text(text)) => self.text(at, text),
            (Values::Text(_), Value::Json(json)) if json.trim_ascii() != "null" => {
                self.text(at, &one_line(json));
            }
            (Values::Whole(numbers), Value::Whole(number)) => {
                numbers.append_option(i64::try_from(number).ok());
            }
            (Values::Number(numbers), Value::Number(number)) => numbers.append_value(number),
            (Values::Truth(truths), Value::Truth(truth)) => truths.append_value(truth),
            _ => self.absent(at),
        }
    }
}

/// A field and all inside of it, those of one struct in a row.
fn columns(root: Field) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut waiting = VecDeque::from([(Arc::new(root), None)]);
    while let Some((field, otherwise)) = waiting.pop_front() {
        let next = columns.len() + 1 + waiting.len();
        let values = match field.data_type() {
            DataType::Int64 => Values::Whole(Int64Builder::new()),
            DataType::Float64 => Values::Number(Float64Builder::new()),
            DataType::Boolean => Values::Truth(BooleanBuilder::new()),
            DataType::Date32 => Values::Day,
            DataType::Struct(parts) => {
                let part = |part: &FieldRef| (Arc::clone(part), otherwise_in(field.name(), part));
                waiting.extend(parts.iter().map(part));
                Values::Struct { parts: next..next + parts.len(), there: Vec::new() }
            }
            DataType::List(item) => {
                waiting.push_back((Arc::clone(item), None));
                let (ends, there, order) = (Vec::new(), Vec::new(), Vec::new());
                Values::List { items: next, ends, there, order }
            }
            _ => Values::Text(StringBuilder::new()),
        };
        columns.push(Column { name: field.name().clone(), field, values, otherwise });
    }
    columns
}

/// What stands in a column of texts where a record says nothing: what it means by that.
fn otherwise_in(inside: &str, part: &Field) -> Option<&'static str> {
    match (inside, &**part.name()) {
        ("", "offsets") => Some(Offsets::default().word()),
        ("", "meta") => Some("{}"),
        // Passages, whose words were left out together with the text.
        ("cue" | "addressee" | "occasion", "text") => Some(""),
        _ => None,
    }
}

fn inner(field: &Field) -> Fields {
    match field.data_type() {
        DataType::Struct(fields) => fields.clone(),
        _ => Fields::empty(),
    }
}

/// The days of a column of dates.
fn days(dates: Option<&ArrayRef>) -> ArrayRef {
    let dates = dates.map(AsArray::as_string::<i32>);
    Arc::new(dates.into_iter().flatten().map(|date| day(date?)).collect::<Date32Array>())
}

/// JSON as it stands in a record: without white space around, on one line.
fn one_line(json: &str) -> String {
    json.trim_ascii().replace(['\n', '\r'], " ")
}
