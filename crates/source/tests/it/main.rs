//! Drops laid out in temporary folders, and what arrives from them.

#![allow(clippy::unwrap_used)] // the functions that lay out drops are tests too

mod drop;
mod feeds;
mod fields;
mod formats;
mod known;
mod lines;
mod listing;
mod mail;
mod parquet;
mod paths;
mod properties;
mod sidecars;
mod stdin;
mod warc;
