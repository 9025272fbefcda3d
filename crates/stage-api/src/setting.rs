//! Settings: what a stage, source or sink declares of its table in `pipeline.toml`, and the
//! checked values it gets.
//!
//! A declaration is data, so that one description serves the check with its carets, the
//! editor's JSON Schema, `copydesk stages` and the defaults; a plugin's JSON Schema becomes the same.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// One key of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The key.
    pub name: Cow<'static, str>,
    /// What its value must be.
    pub kind: Kind,
    /// The value where the key is absent; `None` leaves it absent.
    pub default: Option<Value>,
    /// Whether the key must be there.
    pub required: bool,
    /// One line for people, lowercase, without a full stop.
    pub doc: Cow<'static, str>,
}

impl Setting {
    /// An optional key without a default.
    pub fn new(
        name: impl Into<Cow<'static, str>>,
        kind: Kind,
        doc: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { name: name.into(), kind, default: None, required: false, doc: doc.into() }
    }

    /// The same key with a default.
    pub fn default(mut self, value: impl Into<Value>) -> Self {
        self.default = Some(value.into());
        self
    }

    /// The same key, required.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// A whole number in a range, both ends included.
    Integer {
        /// The smallest allowed.
        min: i64,
        /// The largest allowed.
        max: i64,
    },
    /// A number in a range, both ends included; whole numbers are fine.
    Number {
        /// The smallest allowed.
        min: f64,
        /// The largest allowed.
        max: f64,
    },
    /// Any text.
    Text,
    /// One of a few words.
    Choice(Vec<Cow<'static, str>>),
    /// An amount of memory, such as `"64 MiB"`; its value is [`Value::Integer`], in bytes.
    Size,
    /// A length of time, such as `"5s"`; its value is [`Value::Integer`], in milliseconds.
    Duration,
    /// A file or folder, relative to the pipeline file; its value is [`Value::Text`] resolved
    /// against that file's folder, unless it is an [address](crate::is_address). Its content is part of the stage's key.
    Path,
    /// A list of values of one kind.
    List(Box<Kind>),
    /// A table with free keys and values of one kind.
    Map(Box<Kind>),
    /// A table with these keys and no others.
    Table(Vec<Setting>),
}

impl Kind {
    /// A whole number from `min` to `max`.
    pub fn count(min: u32, max: u32) -> Self {
        Self::Integer { min: i64::from(min), max: i64::from(max) }
    }

    /// One of these words.
    pub fn choice(words: &[&'static str]) -> Self {
        Self::Choice(words.iter().copied().map(Cow::Borrowed).collect())
    }
}

/// A checked value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// For [`Kind::Bool`].
    Bool(bool),
    /// For [`Kind::Integer`], [`Kind::Size`] (bytes) and [`Kind::Duration`] (milliseconds).
    Integer(i64),
    /// For [`Kind::Number`].
    Number(f64),
    /// For [`Kind::Text`], [`Kind::Choice`] and [`Kind::Path`].
    Text(String),
    /// For [`Kind::List`].
    List(Vec<Value>),
    /// For [`Kind::Map`] and [`Kind::Table`], sorted by key.
    Table(BTreeMap<String, Value>),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Number(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// The checked settings of one table, defaults filled in.
///
/// The getters that return a bare value are for settings with a default or marked required, which
/// are always there; they panic on a name or kind that the declaration does not have, a bug of the
/// stage and not of its user.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    values: BTreeMap<String, Value>,
}

impl Settings {
    /// Settings from checked values.
    pub fn new(values: BTreeMap<String, Value>) -> Self {
        Self { values }
    }

    /// The defaults of a declaration, as for an empty table.
    pub fn defaults(declared: &[Setting]) -> Self {
        let default =
            |setting: &Setting| Some((setting.name.to_string(), setting.default.clone()?));
        Self::new(declared.iter().filter_map(default).collect())
    }

    /// The same settings with one value set; for tests and for programs that build stages themselves.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values.insert(name.to_owned(), value.into());
        self
    }

    /// Every value, sorted by name.
    pub fn values(&self) -> &BTreeMap<String, Value> {
        &self.values
    }

    /// The value of a setting that may be absent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// A text, choice or path that may be absent.
    pub fn get_text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|value| match value {
            Value::Text(text) => text.as_str(),
            other => panic!("setting `{name}` is no text: {other:?}"),
        })
    }

    /// A whole number, size or duration that may be absent.
    pub fn get_integer(&self, name: &str) -> Option<i64> {
        self.get(name).map(|value| match value {
            Value::Integer(number) => *number,
            other => panic!("setting `{name}` is no whole number: {other:?}"),
        })
    }

    /// `true` or `false`.
    pub fn bool(&self, name: &str) -> bool {
        match self.present(name) {
            Value::Bool(value) => *value,
            other => panic!("setting `{name}` is neither true nor false: {other:?}"),
        }
    }

    /// A whole number, size in bytes or duration in milliseconds that cannot be negative.
    pub fn count(&self, name: &str) -> usize {
        let number =
            self.get_integer(name).unwrap_or_else(|| panic!("setting `{name}` has no default"));
        usize::try_from(number)
            .unwrap_or_else(|_| panic!("setting `{name}` is declared as 0 or more"))
    }

    /// A number.
    pub fn number(&self, name: &str) -> f64 {
        match self.present(name) {
            Value::Number(value) => *value,
            Value::Integer(value) => *value as f64,
            other => panic!("setting `{name}` is no number: {other:?}"),
        }
    }

    /// A text or choice.
    pub fn text(&self, name: &str) -> &str {
        self.get_text(name).unwrap_or_else(|| panic!("setting `{name}` has no default"))
    }

    /// The texts of a list; empty where it is absent.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        let Some(value) = self.get(name) else { return Vec::new() };
        let Value::List(values) = value else { panic!("setting `{name}` is no list: {value:?}") };
        values
            .iter()
            .map(|value| match value {
                Value::Text(text) => text.as_str(),
                other => panic!("setting `{name}` is no list of texts: {other:?}"),
            })
            .collect()
    }

    /// The texts of a map; empty where it is absent.
    pub fn text_map(&self, name: &str) -> BTreeMap<&str, &str> {
        let Some(value) = self.get(name) else { return BTreeMap::new() };
        let Value::Table(entries) = value else {
            panic!("setting `{name}` is no table: {value:?}")
        };
        entries
            .iter()
            .map(|(key, value)| match value {
                Value::Text(text) => (key.as_str(), text.as_str()),
                other => panic!("setting `{name}` is no table of texts: {other:?}"),
            })
            .collect()
    }

    fn present(&self, name: &str) -> &Value {
        self.get(name).unwrap_or_else(|| panic!("setting `{name}` has no default"))
    }
}

/// A setting whose value has the right kind and still does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{setting}`: {message}")]
pub struct SettingError {
    /// Which setting.
    pub setting: String,
    /// What is wrong and what to do, lowercase, without a full stop.
    pub message: String,
}

impl SettingError {
    /// An error about one setting.
    pub fn new(setting: impl Into<String>, message: impl Into<String>) -> Self {
        Self { setting: setting.into(), message: message.into() }
    }
}
