//! Tests of the archive: one module per promise.

#![cfg(test)] // tells clippy that helpers may `unwrap`, too
#![allow(clippy::unwrap_used, reason = "a test fails where it unwraps")]

/// What becomes of an archive that was cut off, locked, or is none.
mod faults;
/// Records, revisions, generations and stories, taken in.
mod following;
/// Folders for the tests.
mod sample;
/// Searching.
mod searching;
