//! Drops laid out in temporary folders, and what arrives from them.

#![allow(clippy::unwrap_used)] // what the helpers build is as much a test as the cases

mod drop;
mod fields;
mod formats;
mod lines;
mod paths;
mod properties;
mod sidecars;
mod stdin;
