//! Whether a value is JSON that every reader understands.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// Checks one JSON text.
///
/// Stricter than the grammar where readers differ: no half of a surrogate pair, no number beyond the
/// range of a double, nesting up to 128 levels.
pub(super) fn check(json: &str) -> Result<(), String> {
    if is_plain_string(json.as_bytes()) {
        return Ok(());
    }
    serde_json::from_str::<Sound>(json).map(drop).map_err(|error| error.to_string())
}

/// The one form that most values have, told without a parser: a string without escapes.
fn is_plain_string(json: &[u8]) -> bool {
    let [b'"', inner @ .., b'"'] = json else { return false };
    inner.iter().all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\')
}

/// Any JSON value, read and forgotten.
struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for Sound {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_unit<E: Error>(self) -> Result<Self, E> {
        Ok(Self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self, A::Error> {
        while list.next_element::<Self>()?.is_some() {}
        Ok(Self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self, A::Error> {
        while entries.next_entry::<Self, Self>()?.is_some() {}
        Ok(Self)
    }
}
