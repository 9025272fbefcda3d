//! What words can tell about texts: their terms, sentences as vectors of terms, which sentences
//! stand on their own, and what several articles say together.
//!
//! Stages that choose among sentences depend on this crate. It reads English and knows no layer.
//!
//! - [`words()`] finds words, [`Terms`] numbers them so that forms of one word count together.
//! - [`Vectors`] makes a vector of each sentence, [`Sum`] compares one with many at once.
//! - [`statement`] tells what shows in a sentence that it does not stand on its own.
//! - [`digest`] chooses the headline and the sentences of a story.
//!
//! ```
//! use terms::digest::{self, Candidate};
//!
//! let candidates = [
//!     Candidate { article: 0, position: 0, text: "Port Ansel closed its harbour on Monday." },
//!     Candidate { article: 1, position: 0, text: "On Monday the harbour of Port Ansel closed." },
//!     Candidate { article: 1, position: 1, text: "Dockers plan a march to the harbour on Friday." },
//! ];
//! assert_eq!(digest::choose(&candidates, 2), [0, 2]);
//! ```
//!
//! It does not split sentences, counts nothing from one article to the next, and does no I/O.

mod article;
pub mod digest;
mod said;
pub mod statement;
mod vectors;
mod words;

pub use article::{Terms, Token};
pub use said::Said;
pub use vectors::{Sum, Vectors, Weight, similarity};
pub use words::{Grade, fold, words};
