//! The stage `normalize`: the payload of an article → its text, sentences, language and metadata,
//! with the way from each character back to the payload's bytes.
//!
//! Depend on this crate to put the stage into a registry ([`spec`]) or to run it alone
//! ([`Normalize`]). Nothing else needs it: later stages read the document.
//!
//! ```
//! use document::{Document, Field, Form, Origin, symbol};
//! use normalize::{Mode, Normalize};
//! use stage_api::{Flow, Stage};
//!
//! let page = "<title>Bridge reopens</title><p>The bridge over the Aller has reopened after a year of repairs.\
//!             <p>&ldquo;We are glad,&rdquo; said the mayor.";
//! let mut doc = Document::new("a", Origin::path("a.html"), page.into(), Form::Html);
//! assert_eq!(Normalize::new(Mode::Article).process(&mut doc), Ok(Flow::Keep));
//!
//! assert_eq!(doc.metadata.get(Field::Title), Some("Bridge reopens"));
//! let last = doc.view().sentences().last().unwrap();
//! assert_eq!(doc.slice(last), "“We are glad,” said the mayor.");
//! let raw = doc.alignment().unwrap().raw_range(last).unwrap();
//! assert_eq!(&page[raw.start as usize..raw.end as usize], "&ldquo;We are glad,&rdquo; said the mayor.");
//! ```
//!
//! The steps, one file each: bytes to characters (`decode`), characters as they were meant (`mend`), characters to clean paragraphs
//! (`clean`, or `html` for pages), the body among them (`pasted`, `html::body`), then `sentences`
//! and `language`. What is cut is cut whole, paragraph by paragraph; no word of the body is changed.
//!
//! It does not fetch anything a page refers to.

mod abbreviations;
mod aligned;
mod article;
mod clean;
mod dateline;
mod dates;
mod decode;
mod finding;
mod furniture;
mod html;
mod language;
mod mend;
mod names;
mod pasted;
mod remarks;
mod sentences;
mod stage;
mod supplied;
pub mod training;

pub use html::training as pages;
pub use stage::{Mode, Normalize, spec};
