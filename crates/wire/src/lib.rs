//! The record: a document as one line of JSON, schema [`SCHEMA`], and back.
//!
//! `sink` depends on this crate to write records, the program and readers of output folders to
//! show and compare them. It is the only place where the names of the record's keys stand: the
//! types in memory know nothing of JSON, and nothing else spells `quotations` or `raw_start`.
//! It opens no file and ends no line: what surrounds a record is the sink's business.
//!
//! ```
//! use document::{Document, Form, Origin, Span, Text, layers::MentionDraft, symbol};
//! use wire::{Options, Record};
//!
//! let mut doc = Document::new("drop/a.txt", Origin::path("drop/a.txt"), Vec::new(), Form::Text);
//! doc.set_text(Text::verbatim("Zoë Ek spoke."));
//! doc.add_mention(&MentionDraft::name(Span::new(0, 7), symbol::PER, 0.9));
//! doc.mark_written(symbol::MENTIONS);
//!
//! let mut line = Vec::new();
//! wire::encode(&doc, &Options::default(), &mut line)?;
//! let record = Record::parse(&line)?;
//! let mention = &record.mentions.as_deref().expect("the layer was written")[0];
//! assert_eq!((mention.start, mention.end), (Some(0), Some(6))); // code points, not bytes
//! assert_eq!(mention.text.as_deref(), Some("Zoë Ek"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod encode;
mod facts;
mod keys;
mod listener;
mod offsets;
mod order;
mod over_articles;
mod record;
mod schema;
mod spans;
mod story;
mod tape;
mod words;
mod writer;

pub use decode::{DecodeError, decode};
pub use encode::{EncodeError, Options, encode, encode_excerpt, tell};
pub use facts::{Fact, Facts};
pub use keys::{Key, Keys};
pub use listener::{Listener, Value};
pub use offsets::{OffsetIndex, Offsets};
pub use over_articles::OverArticles;
pub use record::{
    Annotation, Correction, Entity, FieldSource, Json, Keyphrase, LayerSource, Mention, Note,
    Origin, Passage, Place, Quotation, Record, RecordError, Speaker, SummarySentence, Turn,
};
pub use schema::Shape;
pub use story::{
    STORY_SCHEMA, Story, StoryDate, StoryPassage, StoryPerson, StoryQuotation, StoryVersion,
};
pub use tape::{Tape, play};
pub use words::has_words;

/// What a record's `schema` says.
pub const SCHEMA: &str = "copydesk.article/1";
