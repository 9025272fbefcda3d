//! The native lane: a library in this process, called through the tables of `plugin-abi`.
//!
//! - `binary`: what a file is, before the system's loader sees it;
//! - `library`: loading it once and for all, and what it declares;
//! - `call`: what it reaches of ours during a call;
//! - `stage`: what the runner sees.

mod binary;
mod call;
mod library;
mod shown;
mod stage;

pub(crate) use binary::{Binary, look};
pub(crate) use library::Library;
pub(crate) use stage::{Native, Serve};
