//! Text → mentions and entities: who and what an article names, which dates and amounts it gives,
//! and which mentions are one entity.
//!
//! The registry of the program depends on this crate, through [`spec`]; other stages meet its
//! work only in the layers `mentions` and `entities`.
//!
//! ```
//! use document::{Document, Form, Origin, Text, symbol};
//! use stage_api::{BuiltStage, Settings};
//!
//! let spec = entity_tag::spec();
//! let BuiltStage::Article(factory) = spec.build(&Settings::defaults(&spec.settings))? else { unreachable!() };
//! let mut doc = Document::new("a", Origin::path("a.txt"), Vec::new(), Form::Text);
//! doc.set_text(Text::verbatim("Minister Ada Lindholm spoke in Oslo on 6 February 2023. Lindholm left at once."));
//! factory.instance().process(&mut doc)?;
//!
//! let view = doc.view();
//! let names: Vec<&str> = view.mentions().filter(|found| found.kind() == symbol::NAME).map(|found| found.text()).collect();
//! assert_eq!(names, ["Ada Lindholm", "Oslo", "Lindholm"]);
//! let keys: Vec<String> = view.entities().map(|entity| entity.key().into_owned()).collect();
//! assert_eq!(keys, ["per:ada-lindholm", "loc:oslo"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! How it works, in the order of the files: `token` cuts the text into words with what the
//! `lexicon` says of each; `values` (`dates`, `amounts`) reads dates and amounts; `names` finds which
//! capitalised words are one name, with the help of how the article writes them elsewhere
//! (`context`); `classify` weighs lists and neighbouring words; `entities` groups names;
//! `referents` adds pronouns and descriptions of persons.
//!
//! A date's value is an ISO date or interval. What is given relative to the article's own date is
//! resolved against `published` and has no value without it: a weekday is the nearest such day not after
//! it, a day or month without a year falls within half a year of it.
//!
//! It does not link entities to any knowledge base or over articles, does not resolve "it" and
//! "they", and speaks English only: an article in another language gets a note and empty layers.

mod amounts;
mod calendar;
mod classify;
mod context;
mod currencies;
mod dates;
mod entities;
mod fold;
mod lexicon;
mod names;
mod numbers;
mod referents;
mod relative;
mod stage;
mod token;
mod units;
mod values;
mod years;

pub use stage::spec;
