//! Who said what: reported speech with its words, its cue and its speaker, verbatim to the character.
//!
//! The program's registry and tests depend on this crate; its one public item is [`spec`]. The way
//! of an article: `marks` pairs quotation marks into stretches, `statement` joins the sentences that
//! a stretch holds together, `cues` finds the words that signal a report, `phrase` the noun phrase
//! beside each, `clauses` the content that it reports, `speaker` who the phrase refers to, and
//! `extract` carries speakers from statement to statement. `turns` finds interviews.
//!
//! ```
//! use document::symbol;
//! use stage_api::{BuiltStage, Settings};
//!
//! let mut doc = testkit::doc_with_sentences("“We leave at dawn,” said Ada Ek.", &["“We leave at dawn,” said Ada Ek."]);
//! let BuiltStage::Article(factory) = quote_extract::spec().build(&Settings::default())? else {
//!     panic!("quote-extract is an article stage");
//! };
//! factory.instance().process(&mut doc)?;
//! let view = doc.view();
//! let quotation = view.quotations().next().expect("one quotation");
//! assert_eq!(doc.slice(quotation.span()), "We leave at dawn,");
//! assert_eq!(quotation.speaker().expect("a speaker").name(), "Ada Ek");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It speaks English only, resolves no name beyond the article, and does not judge whether what
//! was said is true. A pronoun that refers to nobody known stays the speaker under its own words, without
//! an entity. `denied that …` is a statement like any other; only `did not say` and `never said` are negated.

mod clauses;
mod cues;
mod detail;
mod extract;
mod lexicon;
mod marks;
mod names;
mod phrase;
mod repair;
mod speaker;
mod stage;
mod statement;
mod token;
mod turns;

pub use stage::spec;
