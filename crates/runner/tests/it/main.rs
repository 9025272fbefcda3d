//! The runner over small sources and stages made here.
//!
//! - `pipelines`: the source, stages and sink that the tests below run.
//! - `order`: same outcomes in the same order, whatever the workers and batches.
//! - `outcomes`: one outcome each: panics, errors, retries, discards, conditions, limits.
//! - `batches`: a stage that takes several articles at a time answers as one that does not.
//! - `line`: the stages without a run around them.
//! - `state`: what an ordered stage learns travels with its article, and comes back.
//! - `folder`: the same over an output folder, with kills.
//! - `identity`: over renames, copies and replacements every payload keeps a record.
//! - `reading`: articles known by their place alone, and those that earlier work has done with.
//! - `ends`: how a run ends: complete, interrupted, closed, failed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod batches;
mod ends;
mod folder;
mod identity;
mod line;
mod order;
mod outcomes;
mod pipelines;
mod reading;
mod state;
