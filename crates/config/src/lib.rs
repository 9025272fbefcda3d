//! `pipeline.toml` → a checked [`Plan`], or every [`Mistake`] at its place.
//!
//! The program depends on this crate to read a pipeline file and to show what it says; stages,
//! sources and sinks do not: they declare their settings in `stage-api`, and the declarations come
//! in as a [`Registry`](stage_api::Registry).
//!
//! ```
//! use std::path::Path;
//!
//! use config::{Options, Plan};
//! use stage_api::{Kind, Registry, Setting, TableSpec};
//!
//! let paths = Setting::new("paths", Kind::List(Box::new(Kind::Path)), "files and folders");
//! let mut registry = Registry::default();
//! registry.sources.push(TableSpec { name: "files".into(), summary: "files".into(), settings: vec![paths], follows: None });
//!
//! let file = "version = 1\n[[source]]\nuse = \"files\"\npath = [\"drop\"]\n";
//! let mistakes = Plan::from_text("pipeline.toml", file, Path::new(""), &registry, &Options::run()).unwrap_err();
//! assert_eq!(
//!     mistakes.render(false),
//!     "pipeline.toml:4:1: error: unknown key `path`
//!   |
//! 4 | path = [\"drop\"]
//!   | ^^^^ not a key of the source `files`
//!   |
//!   = help: did you mean `paths`?"
//! );
//! ```
//!
//! A file is parsed with recovery and walked by hand, so that all of its mistakes come out in one
//! go, each with a place. Environment variables are put into string values after parsing and come
//! in through [`Options::env`]: nothing here reads the environment, a clock, or any file but the
//! pipeline file and those that it names.
//!
//! What this crate does not do: it runs nothing, and how a plugin is loaded is the business of the
//! [`PluginLoader`](stage_api::PluginLoader) in [`Options::plugins`].

mod absolute;
mod catalog;
mod checker;
mod env;
mod explain;
mod graph;
mod host;
mod key;
mod layers;
mod mistake;
mod overview;
mod parse;
mod plan;
mod planner;
mod plugins;
mod print;
mod reference;
mod run;
mod schema;
mod stages;
mod suggest;
mod table;
mod tree;
mod units;
mod value;
mod when;

pub use catalog::{stages, stages_json};
pub use explain::explain;
pub use graph::{GraphFormat, graph};
pub use mistake::{Mistake, Mistakes, Place, Severity};
pub use overview::{check_table, plan_json};
pub use plan::{
    Mode, Options, Output, Overrides, Plan, PlannedPlugin, PlannedStage, PlannedTable, RunSettings,
    Segment, SegmentKind, StageRun, uses,
};
pub use plugins::registry_with_plugins;
pub use reference::reference;
pub use schema::schema;
pub use suggest::nearest;
