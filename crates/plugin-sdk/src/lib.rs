//! Write a stage of copydesk in Rust as a plugin: one trait, one macro, no `unsafe`.
//!
//! A plugin is a crate with `crate-type = ["cdylib"]` that depends on this one (and on `serde` for its
//! settings). It needs nothing else of copydesk, and knows nothing of it: an article comes as a
//! [`Document`], annotations go into an [`Output`], everything is checked on the other side.
//!
//! ```
//! use plugin_sdk::{Contract, Document, Error, Flow, Host, New, Output, Setting, SettingError, Stage};
//! use serde::Deserialize;
//!
//! /// Marks the words of a list, and counts them.
//! struct Flag {
//!     terms: Vec<String>,
//! }
//!
//! #[derive(Deserialize)]
//! struct Settings {
//!     terms: Vec<String>,
//! }
//!
//! impl Stage for Flag {
//!     type Settings = Settings;
//!
//!     fn contract() -> Contract {
//!         Contract::article("flag", "marks the words of a list")
//!             .reads("text")
//!             .writes("words.hit")
//!             .writes("values")
//!             .setting(Setting::texts("terms", "the words to look for").required())
//!             .pure()
//!     }
//!
//!     fn new(settings: Settings, _host: &Host) -> Result<Self, SettingError> {
//!         if settings.terms.iter().any(String::is_empty) {
//!             return Err(SettingError::new("terms", "an empty word stands everywhere"));
//!         }
//!         Ok(Self { terms: settings.terms })
//!     }
//!
//!     fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error> {
//!         let mut hits = 0;
//!         for term in &self.terms {
//!             for (at, found) in doc.text().match_indices(term) {
//!                 out.add(New::row("words.hit").at(at..at + found.len()).label(term));
//!                 hits += 1;
//!             }
//!         }
//!         out.value("words.hits", hits);
//!         Ok(Flow::Keep)
//!     }
//! }
//!
//! plugin_sdk::export_plugin! {
//!     name: "words",
//!     version: "0.1.0",
//!     stages: [Flag],
//! }
//! # fn main() {}
//! ```
//!
//! In `pipeline.toml`:
//!
//! ```toml
//! [[plugin]]
//! name = "words"
//! path = "target/release/libwords"
//!
//! [[stage]]
//! use = "words/flag"
//! terms = ["ceasefire"]
//! ```
//!
//! # Rules
//!
//! - The same document and settings give the same output: no clock, no network, no files after [`Stage::new`].
//! - A panic costs its article and nothing else; build with `panic = "unwind"`, Rust's default.
//! - A stage is made once for each worker; what they share lies behind a `static` or an `Arc` in one.
//! - Memory use is the plugin's own affair; the host copies what it is given.

#![allow(
    unsafe_code,
    reason = "the host's tables are read and called here, so that no author has to"
)]

#[cfg(panic = "abort")]
compile_error!("a plugin must be built with `panic = \"unwind\"`: a panic would end the program");

mod boundary;
mod contract;
mod document;
mod host;
mod output;
pub mod testing;

pub use contract::{Contract, Setting};
pub use document::{Annotation, Document};
pub use host::{Host, Level};
pub use output::{New, Output, RowId};
pub use plugin_abi::{Relation, Row};
use serde::de::DeserializeOwned;

/// What the macro needs; no part of the interface.
#[doc(hidden)]
pub mod private {
    pub use crate::boundary::{StageTable, entry, stage};
    pub use plugin_abi::Plugin;
}

/// A step over one article at a time.
///
/// An *article* stage ([`Contract::article`]) has an instance on every worker and sees articles in any
/// order, so nothing that it keeps may change a later result. An *ordered* one ([`Contract::ordered`])
/// has one instance and sees every article in input order; what it learns from an article it
/// says by [`Output::change`], and is told again by [`restore`](Self::restore) when a run is continued.
pub trait Stage: Sized + Send + 'static {
    /// Its settings, as they stand in its table of `pipeline.toml`, checked against the contract and
    /// with defaults filled in. `()` for none.
    type Settings: DeserializeOwned;

    /// What it declares: its name, the layers it reads and writes, its settings.
    fn contract() -> Contract;

    /// Makes an instance.
    ///
    /// # Errors
    /// [`SettingError`] where a setting does not fit in a way that the contract could not say; it is
    /// shown with a caret in `pipeline.toml`.
    fn new(settings: Self::Settings, host: &Host) -> Result<Self, SettingError>;

    /// Works on one article.
    ///
    /// # Errors
    /// [`Error`] where it could not do its work; nothing that it put into `out` is kept.
    fn process(&mut self, doc: &Document<'_>, out: &mut Output<'_>) -> Result<Flow, Error>;

    /// Applies a change that an earlier instance gave to [`Output::change`]; called before the first
    /// article, once for each, in their order. Only for ordered stages whose contract says
    /// [`keeps_state`](Contract::keeps_state).
    ///
    /// # Errors
    /// [`Error`] where these bytes are no change of this stage; the run does not start.
    fn restore(&mut self, change: &[u8]) -> Result<(), Error> {
        Err(Error::Article(format!("no state is kept, and {} bytes of one came", change.len())))
    }
}

/// What becomes of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Keep,
    /// It goes no further, on purpose; the reason is counted by the words before a colon
    /// (`duplicate of: drop/a.txt`).
    Discard(String),
}

/// Why a stage could not do its work on an article. Poor text is no error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// This article cannot be processed; the others can.
    Article(String),
    /// This article may succeed if tried again at once.
    Retry(String),
    /// No article can be processed from here on; the run ends, and the next one takes this article again.
    Fatal(String),
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        Self::Article(error.to_string())
    }
}

/// A setting that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingError {
    /// Which; empty for the table as a whole.
    pub setting: String,
    /// What is wrong and what to do, lowercase, without a full stop.
    pub message: String,
}

impl SettingError {
    /// An error about one setting.
    pub fn new(setting: impl Into<String>, message: impl Into<String>) -> Self {
        Self { setting: setting.into(), message: message.into() }
    }
}

/// Exports a plugin: its name, its version, the stages it holds.
///
/// Once in a crate. Under the crate feature or `cfg` of your choice if the crate is used as an ordinary
/// library, too: it defines the symbol `copydesk_plugin`.
///
/// ```
/// # use plugin_sdk::*;
/// # struct Flag;
/// # impl Stage for Flag {
/// #     type Settings = ();
/// #     fn contract() -> Contract { Contract::article("flag", "marks nothing") }
/// #     fn new((): (), _: &Host) -> Result<Self, SettingError> { Ok(Self) }
/// #     fn process(&mut self, _: &Document<'_>, _: &mut Output<'_>) -> Result<Flow, Error> { Ok(Flow::Keep) }
/// # }
/// plugin_sdk::export_plugin! {
///     name: "words",
///     version: env!("CARGO_PKG_VERSION"),
///     stages: [Flag],
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! export_plugin {
    (name: $name:expr, version: $version:expr, stages: [$($stage:ty),+ $(,)?] $(,)?) => {
        const _: () = {
            #[cfg(panic = "abort")]
            ::core::compile_error!("a plugin must be built with `panic = \"unwind\"`: a panic would end the program");

            #[allow(unsafe_code, reason = "the one symbol of a plugin; the macro is its only author")]
            #[unsafe(no_mangle)]
            extern "C" fn copydesk_plugin(host_abi: u32) -> *const $crate::private::Plugin {
                static TABLE: ::std::sync::OnceLock<&$crate::private::Plugin> = ::std::sync::OnceLock::new();
                $crate::private::entry(host_abi, &TABLE, $name, $version, &[$($crate::private::stage::<$stage>),+])
            }
        };
    };
}
