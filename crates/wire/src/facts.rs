//! A record taken apart into facts that can be compared with those of another record.
//!
//! In a record, a mention names its entity by an index and a quotation its first part by another, so one more
//! name at the top of an article changes most lines below it. A fact says the same without an index: the
//! entity by its key, the first part by its place.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use serde_json::{Map, Value};

use crate::{OffsetIndex, Offsets, RecordError, SCHEMA};

/// What one record says, as a list of facts.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Identity of the article over drops.
    pub id: String,
    /// The clean text.
    pub text: Option<String>,
    /// Digest of the payload, in hexadecimal; `None` where it was not said.
    pub payload: Option<String>,
    /// The facts, by their key in the record's order, then in the order of their list.
    pub list: Vec<Fact>,
    /// The keys that the record has, also those of empty lists and of `null`.
    keys: BTreeSet<String>,
}

/// One thing that a record says: a row of a layer, a value, or a field of metadata.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// The record's key that it stands under: `mentions`, `annotations`, `title`.
    pub key: String,
    /// The layer: the key, or of an annotation its own (`watchlist.hit`); [`Fact::METADATA`] for fields.
    pub layer: String,
    /// The stage that wrote the layer, in the pipeline's words; `None` for what came with the article.
    pub stage: Option<String>,
    /// Where it stands in the text, in code points, end exclusive; `None` where it is about no stretch.
    pub span: Option<(u32, u32)>,
    /// What it is called among its like: its words, an entity's key, a value's or a field's name.
    pub name: String,
    /// Everything that it says, as in the record, but for indices; offsets are in code points.
    pub says: Value,
}

impl Fact {
    /// The layer of a fact that is a field of metadata.
    pub const METADATA: &str = "metadata";

    /// What it says without where: two of these are equal where the same words stand in texts of which
    /// one is longer.
    pub fn says_anywhere(&self) -> Cow<'_, Value> {
        if self.span.is_none() && !self.says.is_object() {
            return Cow::Borrowed(&self.says);
        }
        let mut says = self.says.clone();
        forget_offsets(&mut says);
        Cow::Owned(says)
    }
}

/// Keys of which facts are not made: what they say is about the file or the run.
const PASSED_OVER: [&str; 7] =
    ["schema", "id", "revision", "supersedes", "offsets", "origin", "layers"];

/// The keys of a record in its own order; others follow by name.
const ORDER: [&str; 25] = [
    "id",
    "discarded",
    "failed",
    "title",
    "dek",
    "byline",
    "published",
    "modified",
    "outlet",
    "url",
    "language",
    "fields",
    "story",
    "text",
    "sentences",
    "mentions",
    "entities",
    "quotations",
    "turns",
    "summary",
    "keyphrases",
    "annotations",
    "values",
    "meta",
    "notes",
];

/// Keys whose value is an object of facts by name.
const BY_NAME: [&str; 3] = ["fields", "values", "meta"];

impl Facts {
    /// The facts of a record, or of what [`to_text`](Self::to_text) wrote: any object with an `id` and some of a
    /// record's keys. The text may be a list of its lines.
    ///
    /// # Errors
    /// [`RecordError`] if this is no such object, or says that it follows another schema.
    pub fn parse(json: impl AsRef<[u8]>) -> Result<Self, RecordError> {
        Self::from_object(serde_json::from_slice(json.as_ref()).map_err(RecordError::Form)?)
    }

    /// As [`parse`](Self::parse), of an object that was read already.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn from_object(mut record: Map<String, Value>) -> Result<Self, RecordError> {
        if let Some(schema) = record.get("schema").and_then(Value::as_str)
            && schema != SCHEMA
        {
            return Err(RecordError::Schema(schema.to_owned()));
        }
        let no_id = || RecordError::Form(serde::de::Error::missing_field("id"));
        let id = record.get("id").and_then(Value::as_str).ok_or_else(no_id)?.to_owned();
        let text = record.remove("text").as_ref().and_then(text_of);
        let payload = record.get("origin").and_then(|origin| origin["sha256"].as_str());
        let payload = payload.map(str::to_owned);
        if let Some(text) = &text {
            in_code_points(&mut record, text);
        }
        without_indices(&mut record);
        let layers = record.remove("layers").unwrap_or_default();
        let stage_of = |layer: &str| layers[layer]["stage"].as_str().map(str::to_owned);
        record.retain(|key, _| !PASSED_OVER.contains(&&**key));
        let mut keys: BTreeSet<String> = record.keys().cloned().collect();
        let index = text.as_deref().map(|text| (text, OffsetIndex::new(text, Offsets::CodePoints)));
        let mut list = Vec::new();
        let mut ordered: Vec<(String, Value)> = record.into_iter().collect();
        ordered.sort_by_key(|(key, _)| rank(key));
        for (key, value) in ordered {
            match value {
                Value::Array(items) if items.iter().all(Value::is_object) => {
                    list.extend(
                        items.into_iter().map(|item| row(&key, item, index.as_ref(), &stage_of)),
                    );
                }
                Value::Object(entries) if BY_NAME.contains(&&*key) => {
                    let layer = if key == "values" { "values" } else { Fact::METADATA };
                    let stage = stage_of(if key == "values" { "values" } else { "text" });
                    let stage = stage.filter(|_| key != "meta");
                    list.extend(entries.into_iter().map(|(name, says)| Fact {
                        key: key.clone(),
                        layer: layer.to_owned(),
                        stage: stage.clone(),
                        span: None,
                        name,
                        says,
                    }));
                }
                Value::Null => {}
                says => {
                    let layer = if key == "story" { "story" } else { Fact::METADATA };
                    let stage = stage_of(if key == "story" { "story" } else { "text" });
                    list.push(Fact {
                        layer: layer.to_owned(),
                        stage,
                        span: None,
                        name: key.clone(),
                        key,
                        says,
                    });
                }
            }
        }
        if text.is_some() {
            keys.insert("text".to_owned());
        }
        Ok(Self { id, text, payload, list, keys })
    }

    /// The facts without what is measured rather than said: scores, how sure a field is and where it is
    /// known from, places in the payload.
    pub fn without_measures(mut self) -> Self {
        self.keys.remove("fields");
        self.list.retain(|fact| fact.key != "fields");
        for fact in &mut self.list {
            for key in ["score", "raw_start", "raw_end"] {
                remove_from_row(&mut fact.says, key);
            }
        }
        self
    }

    /// The facts without their places in the payload, for records of two payloads.
    pub fn without_places_in_payload(mut self) -> Self {
        for fact in &mut self.list {
            for key in ["raw_start", "raw_end"] {
                remove_from_row(&mut fact.says, key);
            }
        }
        self
    }

    /// Whether the record has this key, be its list empty or its value `null`.
    pub fn has_key(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    /// The same without the facts, and the text, whose key does not pass.
    pub fn filtered(mut self, passes: impl Fn(&str) -> bool) -> Self {
        self.keys.retain(|key| passes(key));
        self.list.retain(|fact| passes(&fact.key));
        self.text = self.text.filter(|_| passes("text"));
        self
    }

    /// The keys that facts or the text may stand under, in the record's order.
    pub fn keys(&self) -> Vec<&str> {
        let mut keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        keys.sort_by_key(|key| rank(key));
        keys
    }

    /// The facts as JSON for people to read and to keep: a line for each row, with its place and words first,
    /// and the text as a list of its lines. [`parse`](Self::parse) reads it.
    pub fn to_text(&self) -> String {
        let mut out = format!("{{\n  \"id\": {}", Value::from(&*self.id));
        for key in self.keys() {
            let facts = || self.list.iter().filter(|fact| fact.key == key);
            let (open, lines, close): (_, Vec<String>, _) = match key {
                "text" => {
                    let text = self.text.as_deref().unwrap_or_default();
                    ('[', text.split('\n').map(|line| Value::from(line).to_string()).collect(), ']')
                }
                key if BY_NAME.contains(&key) => {
                    let entry =
                        |fact: &Fact| format!("{}: {}", Value::from(&*fact.name), line(&fact.says));
                    ('{', facts().map(entry).collect(), '}')
                }
                key if is_list(key) || facts().any(|fact| fact.name != key) => {
                    ('[', facts().map(|fact| line(&fact.says)).collect(), ']')
                }
                key => {
                    let says = facts().next().map_or(&Value::Null, |fact| &fact.says);
                    add(&mut out, format_args!(",\n  {}: {}", Value::from(key), line(says)));
                    continue;
                }
            };
            add(&mut out, format_args!(",\n  {}: {open}", Value::from(key)));
            if !lines.is_empty() {
                add(&mut out, format_args!("\n    {}\n  ", lines.join(",\n    ")));
            }
            out.push(close);
        }
        out.push_str("\n}\n");
        out
    }
}

fn add(out: &mut String, text: fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes everything");
}

/// Where a key stands in the record's order.
fn rank(key: &str) -> (usize, String) {
    let at = ORDER.iter().position(|known| *known == key).unwrap_or(ORDER.len());
    (at, key.to_owned())
}

/// Whether the key's value is a list of rows also where it is empty.
fn is_list(key: &str) -> bool {
    let at = |wanted: &str| ORDER.iter().position(|known| *known == wanted);
    at(key) >= at("sentences") && at(key) <= at("annotations") || key == "notes"
}

/// The text as a record has it, or as the list of its lines.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) => {
            let lines: Vec<&str> = lines.iter().filter_map(Value::as_str).collect();
            Some(lines.join("\n"))
        }
        _ => None,
    }
}

/// The fact that an item of a list is.
fn row(
    key: &str,
    mut item: Value,
    text: Option<&(&str, OffsetIndex<'_>)>,
    stage_of: &dyn Fn(&str) -> Option<String>,
) -> Fact {
    forget_nulls(&mut item);
    let layer = item["layer"].as_str().filter(|_| key == "annotations").unwrap_or(key).to_owned();
    let stage = match key {
        "notes" => item["stage"].as_str().map(str::to_owned),
        _ => stage_of(&layer),
    };
    let offset = |key: &str| item[key].as_u64().and_then(|at| u32::try_from(at).ok());
    let span = offset("start").zip(offset("end"));
    let string = |key: &&str| item[*key].as_str().map(str::to_owned);
    let slice = || -> Option<String> {
        let ((start, end), (text, index)) = (span?, text?);
        let bytes = index.byte_at(start)? as usize..index.byte_at(end)? as usize;
        Some(text.get(bytes)?.to_owned())
    };
    let name = ["key", "text", "message"].iter().find_map(string).or_else(slice);
    let name = name.or_else(|| string(&"label")).unwrap_or_default();
    Fact { key: key.to_owned(), layer, stage, span, name, says: item }
}

/// A value on one line; of what has a place, its place and words first.
fn line(value: &Value) -> String {
    const FIRST: [&str; 5] = ["layer", "start", "end", "text", "key"];
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(line).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(entries) => {
            let first = FIRST.iter().filter_map(|key| entries.get_key_value(*key));
            let rest = entries.iter().filter(|(key, _)| !FIRST.contains(&&***key));
            let entries = first.chain(rest);
            let entries: Vec<String> = entries
                .map(|(key, value)| format!("{}: {}", Value::from(&**key), line(value)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        plain => plain.to_string(),
    }
}

/// What is `null` means the same as what is absent, but in a plugin's own `data`.
fn forget_nulls(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_nulls),
        Value::Object(entries) => {
            entries.retain(|_, value| !value.is_null());
            let known = entries.iter_mut().filter(|(key, _)| *key != "data");
            known.for_each(|(_, value)| forget_nulls(value));
        }
        _ => {}
    }
}

fn remove_from_row(says: &mut Value, key: &str) {
    if let Value::Object(row) = says {
        row.remove(key);
    }
}

/// Turns the offsets of a record that counts otherwise into code points.
fn in_code_points(record: &mut Map<String, Value>, text: &str) {
    let unit = record.get("offsets").cloned().unwrap_or_default();
    let unit: Offsets = serde_json::from_value(unit).unwrap_or_default();
    if unit == Offsets::CodePoints {
        return;
    }
    let (from, to) = (OffsetIndex::new(text, unit), OffsetIndex::new(text, Offsets::CodePoints));
    let convert = |at: u32| from.byte_at(at).map(|byte| to.unit_at(byte));
    for (key, value) in record.iter_mut() {
        if is_list(key) {
            each_offset(value, &convert);
        }
    }
}

fn each_offset(value: &mut Value, convert: &dyn Fn(u32) -> Option<u32>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| each_offset(item, convert)),
        Value::Object(entries) => {
            for (key, value) in entries {
                let at = value.as_u64().and_then(|at| u32::try_from(at).ok());
                match at.filter(|_| key == "start" || key == "end").and_then(convert) {
                    Some(at) => *value = at.into(),
                    // What a plugin keeps in its `data` is its own.
                    None if key != "data" => each_offset(value, convert),
                    None => {}
                }
            }
        }
        _ => {}
    }
}

/// Puts what they stand for in place of indices into the record's lists.
fn without_indices(record: &mut Map<String, Value>) {
    let entities = record.get("entities").cloned().unwrap_or_default();
    let key_of = |entity: &Value| {
        let known = entities.as_array()?.iter().find(|known| known["id"] == *entity)?;
        Some(known["key"].clone())
    };
    let resolve = |row: &mut Value| {
        if let Some(entity) = row.get_mut("entity").filter(|entity| entity.is_number()) {
            *entity = key_of(entity).unwrap_or_default();
        }
    };
    let quotations = record.get("quotations").cloned().unwrap_or_default();
    let place_of = |part: &Value| {
        let first = quotations.as_array()?.iter().find(|first| first["id"] == *part)?;
        let key = |key: &str| (key.to_owned(), first[key].clone());
        Some(Value::Object([key("start"), key("end")].into_iter().collect()))
    };
    for (list, fix) in [
        ("mentions", &resolve as &dyn Fn(&mut Value)),
        ("turns", &|turn| {
            if let Some(speaker) = turn.get_mut("speaker") {
                resolve(speaker);
            }
        }),
        ("quotations", &|quotation| {
            remove_from_row(quotation, "id");
            if let Some(part) = quotation.get_mut("part_of").filter(|part| part.is_number()) {
                *part = place_of(part).unwrap_or_default();
            }
            if let Some(speaker) = quotation.get_mut("speaker") {
                resolve(speaker);
            }
        }),
        ("entities", &|entity| {
            remove_from_row(entity, "id");
            remove_from_row(entity, "mentions");
        }),
    ] {
        if let Some(Value::Array(rows)) = record.get_mut(list) {
            rows.iter_mut().for_each(fix);
        }
    }
}

fn forget_offsets(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(forget_offsets),
        Value::Object(entries) => {
            for key in ["start", "end", "raw_start", "raw_end"] {
                entries.remove(key);
            }
            entries.values_mut().for_each(forget_offsets);
        }
        _ => {}
    }
}
