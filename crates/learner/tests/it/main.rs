//! Tests of the learner: what is built can be read, what was taught is known.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

/// The sections of a model file.
mod file;
/// Tags, steps and the best row of tags.
mod tagging;
/// Training.
mod training;
/// Trees: learning, and the way to bytes and back.
mod trees;
