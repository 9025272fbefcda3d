//! Learning to mark stretches of a row of tokens, to rank, or to answer yes or no, and using what was
//! learned: tags, hashed features, a linear model over them, boosted trees, and the file that holds them.
//!
//! A stage that learns from labelled text depends on this crate. It decides what to look at and
//! hands over numbers (features, as 64-bit hashes); what they mean is nothing that this crate knows.
//!
//! - [`tags`]: the tags of a row of tokens, and the stretches they mark.
//! - [`hash`]: words and features as numbers.
//! - [`Rows`]: the weights of features, [`Codes`]: small facts by hash; both read from bytes as
//!   they lie, so that opening a model builds nothing. [`Batch`]: the features of several tokens, looked up together.
//! - [`Steps`]: the weights of two tags in a row, and the best tags of a sentence.
//! - [`forest`]: a yes-or-no answer from a few facts, by trees that add up; training them.
//! - [`Borders`]: numbers of any size as such facts.
//! - [`mod@file`]: the sections of a model file.
//! - [`Trees`]: small trees over a row of numbers, for ranking; they know nothing of tags. [`Prepared`] are the same,
//!   ready to answer fast.
//! - [`crf`] and [`boost`] are about training.
//!
//! There are two kinds of boosted trees on purpose. A [`forest`]'s answer is yes or no, decides which text a reader gets to
//! see, and must be the same on every processor: it adds whole numbers. [`Trees`] give an order to a few sentences from
//! measures that are fractions, and their leaves are averages of such; rounding both to bytes is what [`Borders`] would
//! do, and that has not been measured for ranking.
//!
//! What runs on articles is integer arithmetic, or additions of floats in a fixed order, so that the same model and text give the
//! same answers on every processor. Training uses floating point in a fixed order on one thread: the same data give
//! the same bytes on the same machine.

pub mod boost;
mod borders;
mod codes;
pub mod crf;
pub mod file;
pub mod forest;
pub mod hash;
mod prepared;
mod rows;
mod steps;
pub mod tags;
pub mod trees;

pub use borders::Borders;
pub use codes::Codes;
pub use file::{ModelError, ModelFile};
pub use forest::Forest;
pub use prepared::Prepared;
pub use rows::{Batch, Row, Rows, Sums, WIDTH};
pub use steps::Steps;
pub use trees::Trees;
