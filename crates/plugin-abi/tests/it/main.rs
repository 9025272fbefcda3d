//! The boundary.
//!
//! - `frame`: what is written is what is read, and no bytes make a reader panic.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod frame;
