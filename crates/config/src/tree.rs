//! The file as a tree: every key and value with its place, in the order of the file.

use std::ops::Range;

/// A value with its place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) span: Range<usize>,
    pub(crate) data: Data,
}

/// What a value is.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Text(String),
    /// Text that came, in whole or in part, from the environment: it may stand for a number, too.
    Substituted(String),
    Integer(i64),
    Float(f64),
    Bool(bool),
    Datetime,
    List(Vec<Node>),
    Table(Table),
    /// Not known: an unset variable, or a value already complained about.
    Hole,
}

/// A table. Its span is that of its header, or of its braces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) span: Range<usize>,
    pub(crate) entries: Vec<Entry>,
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) node: Node,
}

impl Table {
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }
}

impl Node {
    /// The text, wherever it came from.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) | Data::Substituted(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_hole(&self) -> bool {
        matches!(self.data, Data::Hole)
    }

    /// What it is, for messages.
    pub(crate) fn what(&self) -> &'static str {
        match &self.data {
            Data::Text(_) | Data::Substituted(_) => "a string",
            Data::Integer(_) => "a whole number",
            Data::Float(_) => "a number with a point",
            Data::Bool(_) => "a truth value",
            Data::Datetime => "a date",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
            Data::Hole => "an unknown value",
        }
    }
}
