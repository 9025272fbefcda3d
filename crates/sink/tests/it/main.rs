//! Tests of the sinks: one module per promise.

#![cfg(test)] // tells clippy that helpers may `unwrap`, too

/// Closed parts as zstd: read as any other, and damaged as any other.
mod compressed;
/// What becomes of a folder that was cut off anywhere.
mod crash;
/// Dead letters: listed while they stand, gone when something later put them right.
mod dead_letters;
/// Disks that fill up, fail, or lose what was not durable.
mod faults;
/// The folder as a whole: what it holds, what it refuses.
mod folder;
/// Reading on from a cursor.
mod followers;
/// Another configuration beside the one that readers see.
mod generations;
/// Outcomes and folders for the tests.
mod sample;
/// What ordered stages know: kept with the articles that taught them, cut with them.
mod states;
/// Standard output.
mod stdout;
/// Looking a folder over, and mending it.
mod verify;
