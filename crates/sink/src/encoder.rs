//! Documents into records, on the workers.

use document::Document;
use stage_api::Encode;
use wire::Options;

/// Turns documents into records, one line of JSON each.
#[derive(Clone, Copy, Debug)]
pub struct RecordEncoder(
    /// How the records are written.
    pub Options,
);

impl Encode for RecordEncoder {
    fn encode(&self, doc: &Document, out: &mut Vec<u8>) -> Result<(), String> {
        wire::encode(doc, &self.0, out).map_err(|error| error.to_string())?;
        out.push(b'\n');
        Ok(())
    }
}
