//! The boundary.
//!
//! - `frame`: what is written is what is read, and no bytes make a reader panic;
//! - `layout`: sizes and offsets are pinned, and the C header says the same.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod frame;
mod layout;
