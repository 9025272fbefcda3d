//! The archive: an output folder as one SQLite file with full-text search.
//!
//! `cli` calls [`catch_up`] at the end of a run with the sink `sqlite`, and before it searches. The archive is
//! made from the committed records and the stories alone, so it can be removed and made again at any time; what is
//! in it is told in `docs/archive.md`. It asks no stage and knows no setting of one: a record is what `wire` reads.

mod database;
mod error;
mod follow;
mod names;
mod query;
mod rows;
mod search;
mod stories;
mod words;

pub use error::ArchiveError;
pub use follow::{CaughtUp, catch_up, fault, remake};
pub use query::QueryError;
pub use search::{Archive, ArticleHit, Hit, Search, Snippet, Target};

/// The name of the archive in its output folder.
pub const FILE: &str = "archive.sqlite";
