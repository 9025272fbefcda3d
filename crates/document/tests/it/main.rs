//! The document model.
//!
//! - `alignment`: the way back to the payload, also over two steps.
//! - `tables`: rows, relations, names, and undoing them.
//! - `layers`: what the drafts write is what a view reads.
//! - `json`: strings in the value buffer.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod alignment;
mod json;
mod layers;
mod tables;
