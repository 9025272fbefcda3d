//! Tests of the record: one module per promise.

/// What stands in a record, and what does not.
mod content;
mod decode;
/// A record taken apart, to be compared.
mod facts;
/// Offsets in three units, and back to the payload.
mod offsets;
/// Documents built by hand.
mod sample;
/// The JSON Schema against right and wrong records.
mod schema;
