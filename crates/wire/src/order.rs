//! What reading a record as a [`Record`](crate::Record) forgets: the order of keys, and where every span
//! lies in the payload.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::record::{Json, LayerSource};

/// See the [module documentation](self).
#[derive(Debug, Deserialize)]
pub(crate) struct Order {
    pub(crate) layers: Option<Entries<LayerSource>>,
    pub(crate) meta: Option<Entries<Json>>,
    sentences: Option<Vec<Anchored>>,
    mentions: Option<Vec<Anchored>>,
    quotations: Option<Vec<Anchored>>,
    turns: Option<Vec<Anchored>>,
    summary: Option<Vec<Anchored>>,
    annotations: Option<Vec<Anchored>>,
    notes: Option<Vec<Anchored>>,
    /// The runs of the alignment, in an exact record.
    pub(crate) alignment: Option<Vec<AlignedRun>>,
}

/// Bytes of text, first byte and bytes of the payload, and how the two correspond.
#[derive(Debug, Deserialize)]
pub(crate) struct AlignedRun(pub(crate) u32, pub(crate) u32, pub(crate) u32, pub(crate) String);

impl Order {
    /// Everything that has a place, without its parts.
    pub(crate) fn anchored(&self) -> impl Iterator<Item = &Anchored> {
        let lists = [
            &self.sentences,
            &self.mentions,
            &self.quotations,
            &self.turns,
            &self.summary,
            &self.annotations,
            &self.notes,
        ];
        lists.into_iter().flatten().flatten()
    }
}

/// A place in the text, and in the payload if the record tells it.
#[derive(Debug, Deserialize)]
pub(crate) struct Anchored {
    pub(crate) start: Option<u32>,
    pub(crate) end: Option<u32>,
    pub(crate) raw_start: Option<u32>,
    pub(crate) raw_end: Option<u32>,
    marked: Option<Vec<Anchored>>,
    cue: Option<Box<Anchored>>,
    speaker: Option<Box<Anchored>>,
    addressee: Option<Box<Anchored>>,
    occasion: Option<Box<Anchored>>,
}

impl Anchored {
    /// The places inside of it.
    pub(crate) fn parts(&self) -> impl Iterator<Item = &Self> {
        let parts = [&self.cue, &self.speaker, &self.addressee, &self.occasion];
        let parts = parts.into_iter().flatten().map(|part| &**part);
        self.marked.iter().flatten().chain(parts)
    }
}

/// The entries of an object, in order.
#[derive(Debug)]
pub(crate) struct Entries<V>(pub(crate) Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Collect(PhantomData))
    }
}

struct Collect<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Collect<V> {
    type Value = Entries<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Entries(entries))
    }
}
