//! The stage `filter`: discards what a pipeline does not want, and says why.
//!
//! Depend on this crate to put the stage into a registry ([`spec`]). An article that is discarded is
//! counted in `run.json` under the first words of its reason (`language`, `too short`), and
//! journalled with the whole of it (`language: de`).
//!
//! ```
//! use document::{Document, Field, Form, Origin, Text};
//! use stage_api::{BuiltStage, Flow, Settings, Value};
//!
//! let settings = Settings::default().with("languages", Value::List(vec!["en".into()]));
//! let BuiltStage::Article(factory) = filter::spec().build(&settings)? else { unreachable!() };
//! let mut doc = Document::new("a", Origin::path("a.txt"), b"Guten Tag.".to_vec(), Form::Text);
//! doc.set_text(Text::verbatim("Guten Tag."));
//! doc.metadata.supply(Field::Language, "de", "sidecar");
//! assert_eq!(factory.instance().process(&mut doc), Ok(Flow::Discard("language: de".into())));
//! # Ok::<(), stage_api::SettingError>(())
//! ```
//!
//! It changes nothing in the articles that it keeps. What an article does not say is judged so: without a
//! language it is not in one of `languages`; without an address it is not of one of `hosts`; without a date
//! it lies between `from` and `to`; without an article score (in `mode = "verbatim"`) it is an article.

mod settings;
mod stage;

pub use settings::is_day;
pub use stage::spec;
