//! Corrections by hand.
//!
//! - `file`: what a line may say, and how it is told what it may not.
//! - `lines`: what each line does to a document, and when it does not fit.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod file;
mod lines;
