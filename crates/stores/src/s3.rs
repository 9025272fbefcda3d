//! The connections to stores.

mod client;
mod folder;
mod object;
mod write;

pub(crate) use client::check;
pub(crate) use folder::{forget, info, list};
pub(crate) use object::{end, read};
pub(crate) use write::{put, remove};
