//! What a stop of the pipeline is: [`Source`], [`Stage`], [`OrderedStage`] and [`Sink`], what each
//! declares about itself, and what it can answer.
//!
//! Depend on this crate to write a stage, a source or a sink; depend on `runner` to run them and
//! on `config` to read them from `pipeline.toml`. It holds no implementation and does no I/O.
//!
//! A stage in full, with its contract, its settings and its refusal:
//!
//! ```
//! use document::{Document, Row, symbol};
//! use stage_api::{Flow, Kind, Setting, Settings, Stage, StageError, StageInfo, StageSpec, Value};
//!
//! /// Counts the words of an article into the value `words`.
//! struct WordCount {
//!     at_least: usize,
//! }
//!
//! impl Stage for WordCount {
//!     fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
//!         let words = doc.text().split_whitespace().count();
//!         if words < self.at_least {
//!             return Ok(Flow::Discard("too short".into()));
//!         }
//!         let name = doc.intern("words");
//!         doc.add_with_value(Row::new(symbol::VALUES).kind(name), &words.to_string());
//!         Ok(Flow::Keep)
//!     }
//! }
//!
//! let spec = StageSpec::article(
//!     StageInfo::new("word-count", "0.1.0", "counts the words of an article").reads("text").writes("values"),
//!     vec![Setting::new("at_least", Kind::count(0, 1_000_000), "articles with fewer words are discarded").default(0)],
//!     |settings: &Settings| {
//!         let at_least = settings.count("at_least");
//!         Ok(Box::new(move || Box::new(WordCount { at_least }) as Box<dyn Stage>))
//!     },
//! );
//! assert_eq!(spec.info.writes, ["values"]);
//! # let _ = Value::Integer(1);
//! ```

mod address;
mod known;
mod plugin;
mod policy;
mod registry;
mod setting;
mod sink;
mod source;
mod stage;

pub use address::{is_address, seen_from};
pub use known::{IdHash, Known, OutcomeKind, PlaceHash};
pub use plugin::{
    Lane, LoadedPlugin, NoPlugins, Placement, PluginError, PluginFile, PluginKey, PluginLoader,
    PluginProgram, PluginRequest,
};
pub use policy::{Condition, MaxFailures, OnError, Order, Subject, When};
pub use registry::{Registry, TableSpec};
pub use setting::{Kind, Setting, SettingError, Settings, Value};
pub use sink::{Encode, Outcome, Receipt, Sink, SinkError, Tally, reason_class};
pub use source::{Arrival, End, Failure, FailureClass, Progress, Source, SourceError};
pub use stage::{
    ArticleFactory, BuiltStage, Flow, OrderedStage, Stage, StageError, StageInfo, StageSpec,
    Threads,
};
