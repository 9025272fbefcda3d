//! One JSON object as an article: its text or HTML, the fields with a meaning, and everything else
//! byte for byte.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use document::{Field, Form};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::columns::{Columns, Target};
use crate::supplied::Supplied;

/// An object's fields, sorted by what they are for.
#[derive(Debug, Default)]
pub(crate) struct Article {
    text: Option<String>,
    html: Option<String>,
    pub(crate) supplied: Supplied,
}

/// What is wrong with an object, with the place inside of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Counted from 1.
    pub(crate) line: usize,
    /// In bytes, counted from 1.
    pub(crate) column: usize,
    pub(crate) message: String,
}

impl Article {
    /// Reads one object and nothing after it. Of equal keys the last one counts; `null` is absent.
    pub(crate) fn parse(json: &[u8], columns: &Columns) -> Result<Self, Mistake> {
        let json = std::str::from_utf8(json)
            .map_err(|error| Mistake::not_utf8(json, error.valid_up_to()))?;
        let mut deserializer = serde_json::Deserializer::from_str(json);
        Object(columns)
            .deserialize(&mut deserializer)
            .and_then(|article| deserializer.end().map(|()| article))
            .map_err(|error| Mistake::of_json(&error))
    }

    /// The payload, or what to say where there is none. `text` wins over `html`.
    pub(crate) fn take_payload(&mut self, columns: &Columns) -> Result<(Vec<u8>, Form), String> {
        if let Some(text) = self.text.take() {
            return Ok((text.into_bytes(), Form::Text));
        }
        let html = self.html.take().ok_or_else(|| self.without_payload(columns))?;
        Ok((html.into_bytes(), Form::Html))
    }

    /// Takes the fields of an object inside of the object, where the outer one has them not.
    fn read_nested(&mut self, json: &str, columns: &Columns) {
        let Ok(inner) = serde_json::from_str::<BTreeMap<Key<'_>, &RawValue>>(json) else { return };
        for (Key(key), json) in inner {
            let Some(target @ Target::Field(field)) = columns.target(&key) else { continue };
            let mut value = serde_json::Deserializer::from_str(json.get());
            if let Ok(values) = Values(&key, field, columns).deserialize(&mut value)
                && !self.supplied.has(field)
            {
                self.supplied.set(target, values);
            }
        }
    }

    fn without_payload(&self, columns: &Columns) -> String {
        let (text, html) = (columns.name(Target::Text), columns.name(Target::Html));
        let others: Vec<String> =
            self.supplied.meta_names().take(5).map(|name| format!("`{name:.40}`")).collect();
        if others.is_empty() {
            return format!("neither `{text}` nor `{html}` is given; an article needs one of them");
        }
        let others = others.join(", ");
        format!(
            "neither `{text}` nor `{html}` is given, but {others}; if one of them is the text, say so in `fields`"
        )
    }
}

impl Mistake {
    fn not_utf8(json: &[u8], at: usize) -> Self {
        let before = &json[..at];
        Self {
            line: memchr::memchr_iter(b'\n', before).count() + 1,
            column: at - memchr::memrchr(b'\n', before).map_or(0, |feed| feed + 1) + 1,
            message: "the bytes are no UTF-8, which JSON must be; convert the file".to_owned(),
        }
    }

    fn of_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let message = error.to_string();
        let place = format!(" at line {line} column {column}");
        let message = message.strip_suffix(&place).unwrap_or(&message).to_owned();
        Self { line, column: column.max(1), message }
    }
}

/// Reads an object into an [`Article`].
struct Object<'c>(&'c Columns);

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Article;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Article, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Article;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one JSON object for each article")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Article, A::Error> {
        let mut article = Article::default();
        while let Some(Key(key)) = map.next_key()? {
            let Some(target) = self.0.target(&key) else {
                let json: &RawValue = map.next_value()?;
                if self.0.is_nested(&key) {
                    article.read_nested(json.get(), self.0);
                }
                article.supplied.add_meta(key.into_owned(), json.get().to_owned());
                continue;
            };
            match target {
                Target::Text => article.text = map.next_value_seed(Words(&key))?,
                Target::Html => article.html = map.next_value_seed(Words(&key))?,
                Target::Id => {
                    let id = identifier(map.next_value()?, &key)?;
                    article.supplied.set(target, id.into_iter().collect());
                }
                Target::Field(field) => {
                    article.supplied.set(target, map.next_value_seed(Values(&key, field, self.0))?);
                }
            }
        }
        Ok(article)
    }
}

/// A key, borrowed from the input where it has no escapes.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// An id is a string, or a number in the very digits of the input.
fn identifier<E: Error>(json: &RawValue, key: &str) -> Result<Option<String>, E> {
    let json = json.get();
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json)
            .map(Some)
            .map_err(|error| E::custom(Mistake::of_json(&error).message)),
        Some(b'-' | b'0'..=b'9') => Ok(Some(json.to_owned())),
        _ if json == "null" => Ok(None),
        _ => Err(E::custom(format_args!("expected `{key}` to be a string or a number"))),
    }
}

/// Reads a string or `null` under the key it names.
struct Words<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for Words<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for Words<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` to be a string", self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(text.to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// Reads the values of a field under the key it names, as the tool of the columns writes them.
struct Values<'k>(&'k str, Field, &'k Columns);

impl<'de> DeserializeSeed<'de> for Values<'_> {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        let Self(key, field, columns) = self;
        let mut values: Vec<String> = match field {
            Field::Byline => {
                let given = Names(key).deserialize(deserializer)?;
                let names = given.iter().flat_map(|string| columns.names(string));
                names.map(str::to_owned).collect()
            }
            _ => Words(key).deserialize(deserializer)?.into_iter().collect(),
        };
        values.retain(|value| !columns.is_absent(value));
        Ok(values)
    }
}

/// Reads a string, a list of strings or `null` under the key it names.
struct Names<'k>(&'k str);

impl<'de> DeserializeSeed<'de> for Names<'_> {
    type Value = Vec<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` to be a string or a list of strings", self.0)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok(vec![name.to_owned()])
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = list.next_element_seed(Words(self.0))? {
            names.extend(name);
        }
        Ok(names)
    }
}
