//! Columns being put together.

use std::sync::Arc;

use arrow_array::{
    Array, ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray, RecordBatch,
    StringArray, StructArray,
};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, Field, Schema};

/// The name of a list's values.
const ITEM: &str = "item";

/// Columns of equal length, in their order.
#[derive(Default)]
pub(crate) struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    /// No columns yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A column of texts.
    pub(crate) fn text<'t>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<&'t str>>,
    ) -> Result<Self, ArrowError> {
        Ok(self.with(name, Arc::new(texts(&values.collect::<Vec<_>>())?)))
    }

    /// A column of whole numbers.
    pub(crate) fn whole<N: TryInto<i64>>(
        self,
        name: &str,
        values: impl Iterator<Item = Option<N>>,
    ) -> Self {
        let wide = values.map(|value| value.and_then(|value| value.try_into().ok()));
        self.with(name, Arc::new(wide.collect::<Int64Array>()))
    }

    /// A column of numbers.
    pub(crate) fn number(self, name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.with(name, Arc::new(values.collect::<Float64Array>()))
    }

    /// A column of what is true or not.
    pub(crate) fn truth(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        self.with(name, Arc::new(values.map(Some).collect::<BooleanArray>()))
    }

    /// A column of days, counted from 1970-01-01.
    pub(crate) fn day(self, name: &str, values: impl Iterator<Item = Option<i32>>) -> Self {
        self.with(name, Arc::new(values.collect::<Date32Array>()))
    }

    /// A column of structs, null where there is none. `columns` have a row for each, nulls where there is none.
    pub(crate) fn structs(
        self,
        name: &str,
        there: Vec<bool>,
        columns: Self,
    ) -> Result<Self, ArrowError> {
        let nulls = NullBuffer::from(there);
        let structs = StructArray::try_new(columns.fields.into(), columns.arrays, Some(nulls))?;
        Ok(self.with(name, Arc::new(structs)))
    }

    /// A column of lists of structs, one for each of `lists`, null where that is `None`; `columns` makes the
    /// columns of all their items together.
    pub(crate) fn lists<'t, T>(
        self,
        name: &str,
        lists: &[Option<&'t [T]>],
        columns: impl FnOnce(&[&'t T]) -> Result<Self, ArrowError>,
    ) -> Result<Self, ArrowError> {
        let items: Vec<&T> = lists.iter().copied().flatten().flatten().collect();
        let columns = columns(&items)?;
        let structs = StructArray::try_new(columns.fields.into(), columns.arrays, None)?;
        self.list(name, lists.iter().map(|list| list.map(<[T]>::len)), Arc::new(structs))
    }

    /// A column of lists of texts.
    pub(crate) fn text_lists(self, name: &str, lists: &[&[String]]) -> Result<Self, ArrowError> {
        let items: Vec<Option<&str>> =
            lists.iter().copied().flatten().map(|text| Some(&**text)).collect();
        self.list(name, lists.iter().map(|list| Some(list.len())), Arc::new(texts(&items)?))
    }

    /// A column of lists of whole numbers.
    pub(crate) fn whole_lists(self, name: &str, lists: &[&[u32]]) -> Result<Self, ArrowError> {
        let items = lists.iter().copied().flatten().map(|number| Some(i64::from(*number)));
        let items: Int64Array = items.collect();
        self.list(name, lists.iter().map(|list| Some(list.len())), Arc::new(items))
    }

    /// Lists of these lengths, cut from `items`.
    fn list(
        self,
        name: &str,
        lengths: impl Iterator<Item = Option<usize>> + Clone,
        items: ArrayRef,
    ) -> Result<Self, ArrowError> {
        let item = Field::new(ITEM, items.data_type().clone(), false);
        let there: Vec<bool> = lengths.clone().map(|length| length.is_some()).collect();
        let offsets = OffsetBuffer::from_lengths(lengths.map(Option::unwrap_or_default));
        let nulls = NullBuffer::from(there);
        let lists = ListArray::try_new(Arc::new(item), offsets, items, Some(nulls))?;
        Ok(self.with(name, Arc::new(lists)))
    }

    /// The same with the last column never null.
    pub(crate) fn required(mut self) -> Self {
        if let Some(last) = self.fields.pop() {
            self.fields.push(last.with_nullable(false));
        }
        self
    }

    /// The same with the columns of `others` behind them.
    pub(crate) fn and(mut self, others: Self) -> Self {
        self.fields.extend(others.fields);
        self.arrays.extend(others.arrays);
        self
    }

    /// The same with the parts of each struct as columns of their own: `cue` with `start` becomes `cue_start`.
    pub(crate) fn flat(self) -> Self {
        let mut flat = Self::new();
        for (field, array) in self.fields.into_iter().zip(self.arrays) {
            let Some(structs) = array.as_any().downcast_ref::<StructArray>() else {
                flat.fields.push(field);
                flat.arrays.push(array);
                continue;
            };
            for (inner, column) in structs.fields().iter().zip(structs.columns()) {
                let name = format!("{}_{}", field.name(), inner.name());
                flat = flat.with(&name, Arc::clone(column));
            }
        }
        flat
    }

    pub(crate) fn into_batch(self) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_new(Arc::new(Schema::new(self.fields)), self.arrays)
    }

    fn with(mut self, name: &str, array: ArrayRef) -> Self {
        self.fields.push(Field::new(name, array.data_type().clone(), true));
        self.arrays.push(array);
        self
    }
}

/// Texts, whose bytes are counted with 32 bits.
fn texts(values: &[Option<&str>]) -> Result<StringArray, ArrowError> {
    let bytes: usize = values.iter().flatten().map(|text| text.len()).sum();
    if i32::try_from(bytes).is_err() {
        return Err(ArrowError::OffsetOverflowError(bytes));
    }
    Ok(values.iter().copied().collect())
}
