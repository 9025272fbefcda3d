//! Which articles cover one event, who said what, and how each outlet cut it: the room for all that
//! crosses articles.
//!
//! The registry of the program depends on this crate. It reads what earlier stages left in the layers.

#![allow(dead_code, reason = "the stage that uses them is not here yet")]

mod article;
mod codec;
mod days;
mod extract;
mod fold;
mod keys;
mod quotations;
