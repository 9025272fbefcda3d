//! The boundary between copydesk and its plugins: C types and their versions, and the frame.
//!
//! `plugin-host` and `plugin-sdk` depend on this crate and meet nowhere else; authors in C read the
//! same in `include/copydesk.h`. There is next to no code here and no dependency. A Rust
//! author wants `plugin-sdk` instead.
//!
//! # How a plugin is used
//!
//! A library exports one symbol, [`ENTRY`], of type [`EntryFn`]. The host calls it once with its own
//! [`ABI`] and gets a [`Plugin`]: a static table that names the library and lists its [`Stage`]s.
//! For each instance of a stage the host calls `create`, then `process` once per article, then
//! `destroy`. A library is never unloaded.
//!
//! # The rules
//!
//! - **Versions.** [`ABI`] is `major << 16 | minor` and has nothing to do with the product's version.
//!   While the major number is 0 both sides must have the same number. From 1.0 on, minor versions only
//!   append: every table begins with its size in bytes, arrays come with the size of an element, a
//!   reader takes what it knows and treats what is not there as zero.
//! - **Memory.** Nobody frees the other side's memory. What is passed in is borrowed until the call
//!   returns; what is handed to the host (`emit`, `explain`, an ability) is copied before that call returns.
//!   The descriptors behind [`EntryFn`] live as long as the process.
//! - **Threads.** Calls on one instance never overlap, but may come from different threads, one after
//!   the other. With [`flag::SHARED`] one instance serves several threads at once. An ordered stage has
//!   one instance and sees every article in input order. `create` and `destroy` are called from one
//!   thread at a time.
//! - **Outcomes.** `process` returns one of [`outcome`], having said why through `explain` where it is not
//!   [`outcome::KEEP`]. Whatever was emitted in a call that fails is thrown away.
//! - **Panics.** No panic and no exception may leave the library: these functions are `extern "C"`, and
//!   one that tries ends the process. The SDK catches them and answers [`outcome::PANIC`].
//! - **Trust.** Every row, relation, name and value is checked before the document changes; a bad one
//!   makes the article a dead letter that names the plugin.
//! - **Abilities.** What not every plugin needs is asked for by a string id with a revision (`state/1`),
//!   from either side. An unknown id is a null pointer, never an error.

#![allow(unsafe_code, reason = "the tables of a C boundary are made of raw pointers")]

mod document;
pub mod frame;
mod plugin;
pub mod symbol;

pub use document::{Bytes, Document, Field, Output, Relation, Row};
pub use plugin::{
    ABI, ABI_MAJOR, ABI_MINOR, Call, Cancel1, ENTRY, EntryFn, Host, HostState1, Log1, Plugin,
    Settings1, Stage, StageState1, Values1, ability, flag, kind, level, outcome,
};
