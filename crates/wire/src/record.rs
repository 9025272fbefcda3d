//! A record read back.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::{Offsets, SCHEMA, spans};

/// The layer with the lines of `corrections.jsonl`.
pub(crate) const CORRECTIONS: &str = "corrections";

/// One record, as [`encode`](crate::encode()) writes it.
///
/// A layer is `None` where no stage wrote it; an absent key and `null` mean the same, and keys that
/// are not known here are passed over. Offsets count what [`offsets`](Self::offsets) says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Record {
    /// [`SCHEMA`].
    pub schema: String,
    /// Identity of the article over drops.
    pub id: String,
    /// Counted from 1.
    pub revision: u32,
    /// Payload digest of the revision before, in hexadecimal.
    pub supersedes: Option<String>,
    /// What offsets count.
    #[serde(default, deserialize_with = "null_as_default")]
    pub offsets: Offsets,
    /// Where the article was read from.
    pub origin: Origin,
    /// The headline.
    pub title: Option<String>,
    /// The line under the headline.
    pub dek: Option<String>,
    /// The authors.
    #[serde(default, deserialize_with = "null_as_default")]
    pub byline: Vec<String>,
    /// First published: an ISO date, or a date-time with zone.
    pub published: Option<String>,
    /// Last changed, in the same form.
    pub modified: Option<String>,
    /// The paper, site or agency.
    pub outlet: Option<String>,
    /// Address of the article.
    pub url: Option<String>,
    /// Language as a BCP 47 primary subtag.
    pub language: Option<String>,
    /// For each metadata field that has a value, where it is known from.
    #[serde(default, deserialize_with = "null_as_default")]
    pub fields: BTreeMap<String, FieldSource>,
    /// The clean text.
    pub text: Option<String>,
    /// The sentences, in text order.
    pub sentences: Option<Vec<Place>>,
    /// Spans that refer to something or state a value.
    pub mentions: Option<Vec<Mention>>,
    /// What mentions refer to.
    pub entities: Option<Vec<Entity>>,
    /// Reported speech.
    pub quotations: Option<Vec<Quotation>>,
    /// Questions and answers of an interview.
    pub turns: Option<Vec<Turn>>,
    /// The sentences chosen as the summary.
    pub summary: Option<Vec<SummarySentence>>,
    /// The terms that say what the article is about.
    pub keyphrases: Option<Vec<Keyphrase>>,
    /// Rows of plugins' own layers.
    pub annotations: Option<Vec<Annotation>>,
    /// Values of the whole article, by name.
    pub values: Option<BTreeMap<String, Json>>,
    /// The story that the article belongs to.
    pub story: Option<String>,
    /// For each written layer, the stage that wrote it.
    #[serde(default, deserialize_with = "null_as_default")]
    pub layers: BTreeMap<String, LayerSource>,
    /// Fields of the input without a fixed meaning.
    #[serde(default, deserialize_with = "null_as_default")]
    pub meta: BTreeMap<String, Json>,
    /// Non-fatal oddities.
    #[serde(default, deserialize_with = "null_as_default")]
    pub notes: Vec<Note>,
}

impl Record {
    /// The record on one line, its line end optional. Where the words of spans were [left
    /// out](crate::Key::SpanTexts) and the text was not, they are put back.
    ///
    /// # Errors
    /// [`RecordError`] if the line is no record of this schema.
    pub fn parse(line: impl AsRef<[u8]>) -> Result<Self, RecordError> {
        let mut record: Self = serde_json::from_slice(line.as_ref()).map_err(RecordError::Form)?;
        if record.schema != SCHEMA {
            return Err(RecordError::Schema(record.schema));
        }
        spans::restore(&mut record);
        Ok(record)
    }
}

impl Record {
    /// The lines of `corrections.jsonl` that named this article when the record was made, in their order.
    pub fn corrections(&self) -> impl Iterator<Item = Correction> {
        let rows = self.annotations.iter().flatten().filter(|row| row.layer == CORRECTIONS);
        rows.filter_map(|row| serde_json::from_str(row.data.as_ref()?.get()).ok())
    }
}

/// A line of `corrections.jsonl`, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Correction {
    /// The line as it stood in the file.
    pub line: Json,
    /// Whether it fitted the article.
    pub applied: bool,
    /// Why not.
    pub why: Option<String>,
}

/// Why a line is no record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// It is no JSON, or a key is missing or of the wrong type.
    #[error("no record: {0}")]
    Form(serde_json::Error),
    /// It says that it follows another schema.
    #[error("schema is `{0}`, expected `{SCHEMA}`")]
    Schema(String),
}

/// A piece of JSON kept byte for byte; equal if the bytes are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Json(Box<RawValue>);

impl Json {
    /// The bytes of the JSON.
    pub fn get(&self) -> &str {
        self.0.get()
    }
}

impl PartialEq for Json {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Json {}

/// Where an article was read from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Origin {
    /// The file, or `-` for standard input.
    pub path: String,
    /// Line in a file of lines, counted from 1.
    pub line: Option<u64>,
    /// Member of a container, counted from 1.
    pub member: Option<u64>,
    /// Byte offset of the line or member in its file.
    pub offset: Option<u64>,
    /// Digest of the payload, in hexadecimal.
    pub sha256: String,
}

/// Where a metadata field is known from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldSource {
    /// Such as `sidecar`, `json-ld` or `first line`.
    pub from: String,
    /// From 0 to 1.
    pub confidence: Option<f64>,
    /// Whether it came with the article; absent unless the record is [exact](crate::Options::exact).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplied: Option<bool>,
}

/// The stage that wrote a layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LayerSource {
    /// The stage's name in the pipeline.
    pub stage: String,
    /// Version of the stage.
    pub version: String,
    /// Digest of everything that determines the stage's output.
    pub key: String,
}

/// A stretch of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Where it begins.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
}

/// A stretch of the text with its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Where it begins.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// Its words; empty where they were left out together with the text.
    #[serde(default)]
    pub text: String,
}

/// A span that refers to something or states a value.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Mention {
    /// Where it begins.
    pub start: Option<u32>,
    /// Where it ends, exclusive.
    pub end: Option<u32>,
    /// Its words.
    pub text: Option<String>,
    /// `name`, `description`, `pronoun` or `value`.
    pub kind: Option<String>,
    /// `PER`, `ORG`, `LOC`, `MISC`, or for values `DATE`, `MONEY`, `QUANTITY`.
    pub label: Option<String>,
    /// The entity it refers to: its `id`.
    pub entity: Option<u32>,
    /// The normalised value, for values.
    pub value: Option<Json>,
    /// Confidence from 0 to 1.
    pub score: Option<f64>,
}

/// What mentions refer to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Entity {
    /// Its index in the list.
    pub id: u32,
    /// Its key, made from the article alone.
    pub key: String,
    /// The fullest form of its name in the article.
    pub name: String,
    /// Its class.
    pub label: Option<String>,
    /// ISO 3166 code, for countries and what belongs to one.
    pub country: Option<String>,
    /// Whether it was corrected by hand.
    #[serde(default, deserialize_with = "null_as_default")]
    pub corrected: bool,
    /// Its mentions, by index.
    pub mentions: Vec<u32>,
}

/// A piece of reported speech.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Quotation {
    /// Its index in the list.
    pub id: u32,
    /// Where the content begins.
    pub start: Option<u32>,
    /// Where the content ends, exclusive.
    pub end: Option<u32>,
    /// First byte in the payload; `None` where the content was inserted.
    pub raw_start: Option<u32>,
    /// The byte after the last one in the payload.
    pub raw_end: Option<u32>,
    /// The content.
    pub text: Option<String>,
    /// `direct`, `mixed` or `indirect`.
    pub kind: Option<String>,
    /// The stretches inside marks.
    pub marked: Vec<Place>,
    /// `id` of the first part, if there are several.
    pub part_of: Option<u32>,
    /// The word that signals the report.
    pub cue: Option<Passage>,
    /// Who said it.
    pub speaker: Option<Speaker>,
    /// Whom it was said to.
    pub addressee: Option<Passage>,
    /// Where it was said.
    pub occasion: Option<Passage>,
    /// The day it was said, an ISO date.
    pub said_on: Option<String>,
    /// Whether it reports what was not said.
    pub negated: bool,
    /// Whether it was corrected by hand.
    #[serde(default, deserialize_with = "null_as_default")]
    pub corrected: bool,
    /// Confidence from 0 to 1.
    pub score: Option<f64>,
}

/// Who a quotation or turn is credited to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speaker {
    /// Where the speaker is named for this quotation, if in the text.
    pub start: Option<u32>,
    /// Where that ends, exclusive.
    pub end: Option<u32>,
    /// The words there.
    pub text: Option<String>,
    /// `name`, `description`, `pronoun` or `carried`.
    pub via: Option<String>,
    /// The entity, by `id`.
    pub entity: Option<u32>,
    /// The fullest form of the name known in the article.
    pub name: Option<String>,
    /// The office as the article states it.
    pub role: Option<String>,
}

/// A question or answer of an interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Where it begins.
    pub start: Option<u32>,
    /// Where it ends, exclusive.
    pub end: Option<u32>,
    /// `question` or `answer`.
    pub role: Option<String>,
    /// Who speaks.
    pub speaker: Option<Speaker>,
}

/// A sentence of the summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SummarySentence {
    /// Where it begins.
    pub start: Option<u32>,
    /// Where it ends, exclusive.
    pub end: Option<u32>,
    /// First byte in the payload; `None` where the sentence was inserted.
    pub raw_start: Option<u32>,
    /// The byte after the last one in the payload.
    pub raw_end: Option<u32>,
    /// Its words.
    pub text: Option<String>,
    /// Its weight from 0 to 1.
    pub score: Option<f64>,
}

/// A term that says what the article is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keyphrase {
    /// The phrase.
    pub text: String,
    /// Its weight from 0 to 1.
    pub score: Option<f64>,
}

/// A row of a plugin's own layer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Annotation {
    /// The layer, as `plugin.layer`.
    pub layer: String,
    /// Where it begins, if it is about a stretch of the text.
    pub start: Option<u32>,
    /// Where it ends, exclusive.
    pub end: Option<u32>,
    /// The class it was given.
    pub label: Option<String>,
    /// What sort of annotation within its layer.
    pub kind: Option<String>,
    /// Confidence from 0 to 1.
    pub score: Option<f64>,
    /// Whatever else the plugin says.
    pub data: Option<Json>,
}

/// A non-fatal oddity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The stage that noted it.
    pub stage: Option<String>,
    /// Where it begins, if it is about a stretch of the text.
    pub start: Option<u32>,
    /// Where it ends, exclusive.
    pub end: Option<u32>,
    /// What is odd.
    pub message: String,
}

fn null_as_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    from: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}
