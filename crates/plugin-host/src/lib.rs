//! Loads plugins, checks what they say, and shows each of their stages as a
//! [`StageSpec`](stage_api::StageSpec) like any other.
//!
//! `cli` depends on this crate and hands its loader to `config`; nothing else knows that plugins
//! exist. What a plugin returns is an [`Answer`](check::Answer), whichever lane it came through, and
//! no document changes before all of it was checked.

#![allow(
    unsafe_code,
    reason = "foreign code is called and its tables are read here; every block says why it may"
)]

pub mod check;
mod child;
mod declaration;
mod in_flight;
mod loader;
mod native;
mod rows;
mod schema;
mod serve;

/// The target of the warnings that a child has said what it was not asked for.
pub const UNASKED: &str = "plugin_host::unasked";

pub use child::groups::end_children;
pub use declaration::{Declaration, StageDeclaration};
pub use in_flight::crash::exit_at_once;
pub use in_flight::{End, FILE as IN_FLIGHT_FILE, Hang, Suspect, Watch};
pub use loader::Loader;
pub use plugin_abi::{ABI_MAJOR, ABI_MINOR};
#[cfg(unix)]
pub use serve::serve;
pub use serve::serve_over;
