//! What flows: one article moving through the pipeline.
//!
//! A [`Document`] owns the payload it arrived as, the immutable [`text`](Document::text) that
//! `normalize` made of it, the [`Alignment`] between the two, the [`Metadata`], and everything the
//! stages found, as stand-off annotations in two flat tables of fixed-size entries: [`Row`]s
//! and [`Relation`]s. No annotation owns a string: spans point into the text, names are interned
//! [`Symbol`]s, and anything else is a piece of UTF-8 JSON in one buffer per document.
//!
//! Every crate of the workspace may depend on this one, and it depends on nothing: no I/O, no
//! threads, no serialization. Records are made of documents in the crate `wire`.
//!
//! The layers that the pipeline itself knows (sentences, mentions, entities, quotations and so
//! on) are written with the draft types of [`layers`] and read back through a [`View`]:
//!
//! ```
//! use document::{Document, Form, Origin, Span, Text, layers::MentionDraft, symbol};
//!
//! let mut doc = Document::new("drop/a.txt", Origin::path("drop/a.txt"), b"Ada Ek spoke.".to_vec(), Form::Text);
//! doc.set_text(Text::verbatim("Ada Ek spoke."));
//! let mention = doc.add_mention(&MentionDraft::name(Span::new(0, 6), symbol::PER, 0.9));
//! let entity = doc.add_entity(symbol::PER, "per:ada-ek", "Ada Ek", None);
//! doc.set_entity(mention, entity);
//!
//! let view = doc.view();
//! let found = view.mentions().next().expect("one mention");
//! assert_eq!(doc.slice(found.span()), "Ada Ek");
//! assert_eq!(view.entity(found.entity().expect("linked")).name(), "Ada Ek");
//! ```

mod alignment;
mod document;
pub mod json;
pub mod layers;
mod metadata;
mod origin;
mod span;
pub mod symbol;
mod table;
mod view;

pub use alignment::{Alignment, AlignmentBuilder, Run, Step};
pub use document::{Checkpoint, Document, Form, LayerWritten, Producer, Revision, Text};
pub use metadata::{Field, FieldValue, Metadata};
pub use origin::{Origin, Sha256};
pub use span::Span;
pub use symbol::Symbol;
pub use table::{ProducerId, Relation, Row, RowId};
pub use view::{Entity, Keyphrase, Mention, Quotation, Speaker, Turn, View};
