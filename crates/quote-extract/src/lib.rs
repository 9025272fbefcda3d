//! Who said what: reported speech with its words, its cue and its speaker, verbatim to the character.
//!
//! The program's registry and tests depend on this crate, through [`spec`]; the command that trains its model, through
//! [`training`]. The way of an article: `marks` pairs quotation marks into stretches, `statement` joins the
//! sentences that a stretch holds together, `token` cuts each into tokens, `signs` says what the `model` sees
//! of each. From every word that may report, `features` and `tagger` find content and speaker, and `reports` settles which reports stand.
//! `phrase` and `speaker` say who the words of a speaker are, and `extract` carries speakers from statement to
//! statement. `headline` knows lines that only repeat a quotation, `turns` interviews.
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
//! an entity. The content of `said that …` includes the `that`. `did not say`, `declined to say`, `stopped short of saying` and `denied` are negated, `did not deny` is not.

mod detail;
mod extract;
mod features;
mod headline;
mod lexicon;
mod marks;
mod model;
mod names;
mod phrase;
mod repair;
mod reports;
mod signs;
mod speaker;
mod stage;
mod statement;
mod tagger;
mod token;
pub mod training;
mod turns;

pub use stage::spec;
