//! Who is told a record, entry by entry.

/// Is told the entries of a record in their order by [`tell`](crate::tell()).
///
/// What begins ends, a value follows each key, and between keys and inside of lists stand values, objects and lists: what
/// is told is always one whole piece of JSON.
pub trait Listener {
    /// An object begins: the next is a key, or its end.
    fn begin_object(&mut self);

    /// The object that began last and has not ended ends.
    fn end_object(&mut self);

    /// A list begins: the next is its first item, or its end.
    fn begin_list(&mut self);

    /// The list that began last and has not ended ends.
    fn end_list(&mut self);

    /// The key of the next value, object or list.
    fn key(&mut self, key: &str);

    /// A value that has no others inside, or is JSON from elsewhere.
    fn value(&mut self, value: Value<'_>);
}

/// A value of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'v> {
    /// There is none.
    Null,
    /// True or not.
    Truth(bool),
    /// A whole number.
    Whole(u64),
    /// Any other number; it is finite.
    Number(f64),
    /// A text.
    Text(&'v str),
    /// JSON from elsewhere, which may have white space around and inside. What is none makes [`tell`](crate::tell())
    /// fail in the end.
    Json(&'v str),
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Whole(number.into())
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Whole(number)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl<'v> From<&'v str> for Value<'v> {
    fn from(text: &'v str) -> Self {
        Self::Text(text)
    }
}

impl<'v, T: Into<Value<'v>>> From<Option<T>> for Value<'v> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
