//! The crate as its users see it.

mod digests;
mod properties;
mod statements;
