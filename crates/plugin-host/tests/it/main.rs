//! Plugins against the host: what is refused, what passes, what a failure costs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so and stop")]

mod check;
#[cfg(unix)]
mod child;
mod ends;
mod native;
