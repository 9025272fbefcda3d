//! The form that anybody can write: an article is one line of JSON, and so is the answer.
//!
//! Keys and shapes are those of a record, offsets are code points. An answer is an object with the id of
//! its article and what the stage adds to it; everything else may be absent. Keys that mean
//! nothing here are refused, so that a misspelt one is told from an empty layer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use document::Document;
use serde::Deserialize;
use serde_json::value::RawValue;
use stage_api::{Flow, StageError};
use wire::EncodeError;

/// Appends the line of `doc` with the layers in `reads`.
pub(super) fn write(
    doc: &Document,
    reads: &[String],
    out: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    wire::encode_excerpt(doc, reads, out)?;
    out.push(b'\n');
    Ok(())
}

/// Appends the line that has a stage apply a change of state.
pub(super) fn write_restore(change: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"restore\":");
    out.extend_from_slice(change);
    out.extend_from_slice(b"}\n");
}

/// One answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line<'l> {
    /// Whose answer it is. So one too many or too few is noticed at once.
    #[serde(borrow)]
    pub(super) id: Cow<'l, str>,
    #[serde(default)]
    pub(super) sentences: Vec<Place>,
    #[serde(borrow, default)]
    pub(super) mentions: Vec<Mention<'l>>,
    #[serde(borrow, default)]
    pub(super) entities: Vec<Entity<'l>>,
    #[serde(borrow, default)]
    pub(super) quotations: Vec<Quotation<'l>>,
    #[serde(borrow, default)]
    pub(super) turns: Vec<Turn<'l>>,
    #[serde(borrow, default)]
    pub(super) summary: Vec<Sentence<'l>>,
    #[serde(borrow, default)]
    pub(super) keyphrases: Vec<Keyphrase<'l>>,
    #[serde(borrow, default)]
    pub(super) annotations: Vec<Annotation<'l>>,
    #[serde(borrow, default)]
    pub(super) values: BTreeMap<Cow<'l, str>, &'l RawValue>,
    #[serde(borrow, default)]
    pub(super) story: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) notes: Vec<Note<'l>>,
    #[serde(borrow, default)]
    pub(super) discard: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) fail: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) retry: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) fatal: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) change: Option<&'l RawValue>,
}

/// A stretch of the text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// The same with its words, which must be those of the article there: so one who counts bytes or
/// UTF-16 units finds out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passage<'l> {
    pub(super) start: u32,
    pub(super) end: u32,
    #[serde(borrow, default)]
    pub(super) text: Option<Cow<'l, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mention<'l> {
    pub(super) start: u32,
    pub(super) end: u32,
    #[serde(borrow, default)]
    pub(super) text: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) kind: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) label: Option<Cow<'l, str>>,
    #[serde(default)]
    pub(super) entity: Option<usize>,
    #[serde(borrow, default)]
    pub(super) value: Option<&'l RawValue>,
    #[serde(default)]
    pub(super) score: Option<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entity<'l> {
    /// As in a record; it is the place in the list and not looked at.
    #[serde(default, rename = "id")]
    _id: Option<u32>,
    #[serde(borrow)]
    pub(super) name: Cow<'l, str>,
    #[serde(borrow, default)]
    pub(super) label: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) key: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) country: Option<Cow<'l, str>>,
    #[serde(default)]
    pub(super) mentions: Vec<usize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quotation<'l> {
    #[serde(default, rename = "id")]
    _id: Option<u32>,
    pub(super) start: u32,
    pub(super) end: u32,
    #[serde(default, rename = "raw_start")]
    _raw_start: Option<u32>,
    #[serde(default, rename = "raw_end")]
    _raw_end: Option<u32>,
    #[serde(borrow, default)]
    pub(super) text: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) kind: Option<Cow<'l, str>>,
    /// Absent: all of a direct quotation.
    #[serde(default)]
    pub(super) marked: Option<Vec<Place>>,
    #[serde(default)]
    pub(super) part_of: Option<usize>,
    #[serde(borrow, default)]
    pub(super) cue: Option<Passage<'l>>,
    #[serde(borrow, default)]
    pub(super) speaker: Option<Speaker<'l>>,
    #[serde(borrow, default)]
    pub(super) addressee: Option<Passage<'l>>,
    #[serde(borrow, default)]
    pub(super) occasion: Option<Passage<'l>>,
    #[serde(borrow, default)]
    pub(super) said_on: Option<Cow<'l, str>>,
    #[serde(default)]
    pub(super) negated: bool,
    #[serde(default)]
    pub(super) score: Option<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Speaker<'l> {
    #[serde(default)]
    pub(super) start: Option<u32>,
    #[serde(default)]
    pub(super) end: Option<u32>,
    #[serde(borrow, default)]
    pub(super) text: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) via: Option<Cow<'l, str>>,
    #[serde(default)]
    pub(super) entity: Option<usize>,
    #[serde(borrow, default)]
    pub(super) name: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) role: Option<Cow<'l, str>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Turn<'l> {
    pub(super) start: u32,
    pub(super) end: u32,
    #[serde(borrow)]
    pub(super) role: Cow<'l, str>,
    #[serde(borrow, default)]
    pub(super) speaker: Option<Speaker<'l>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sentence<'l> {
    pub(super) start: u32,
    pub(super) end: u32,
    #[serde(default, rename = "raw_start")]
    _raw_start: Option<u32>,
    #[serde(default, rename = "raw_end")]
    _raw_end: Option<u32>,
    #[serde(borrow, default)]
    pub(super) text: Option<Cow<'l, str>>,
    #[serde(default)]
    pub(super) score: Option<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keyphrase<'l> {
    #[serde(borrow)]
    pub(super) text: Cow<'l, str>,
    #[serde(default)]
    pub(super) score: Option<f32>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Annotation<'l> {
    #[serde(borrow)]
    pub(super) layer: Cow<'l, str>,
    #[serde(default)]
    pub(super) start: Option<u32>,
    #[serde(default)]
    pub(super) end: Option<u32>,
    #[serde(borrow, default)]
    pub(super) text: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) label: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    pub(super) kind: Option<Cow<'l, str>>,
    #[serde(default)]
    pub(super) score: Option<f32>,
    #[serde(borrow, default)]
    pub(super) data: Option<&'l RawValue>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Note<'l> {
    #[serde(borrow)]
    pub(super) message: Cow<'l, str>,
    #[serde(default)]
    pub(super) start: Option<u32>,
    #[serde(default)]
    pub(super) end: Option<u32>,
}

impl<'l> Line<'l> {
    /// The answer on a line, its line end included.
    ///
    /// # Errors
    /// A message where the line is no JSON object, or one with keys that mean nothing.
    pub(super) fn parse(line: &'l [u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| {
            let shown: String = String::from_utf8_lossy(line).trim().chars().take(80).collect();
            format!("its answer is none ({error}): {shown}")
        })
    }

    /// What the line says where it does not keep the article.
    pub(super) fn refusal(&self) -> Option<Result<Flow, StageError>> {
        let said = |message: &Option<Cow<'l, str>>| message.as_deref().map(super::link::said);
        let fatal = said(&self.fatal).map(|message| Err(StageError::Fatal(message)));
        let fail = || said(&self.fail).map(|message| Err(StageError::Article(message)));
        let retry = || said(&self.retry).map(|message| Err(StageError::Retry(message)));
        let discard = || said(&self.discard).map(|reason| Ok(Flow::Discard(reason.into())));
        fatal.or_else(fail).or_else(retry).or_else(discard)
    }
}
