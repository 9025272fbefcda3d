//! Documents into records, on the workers.

use document::Document;
use stage_api::Encode;
use wire::Options;

/// One line of JSON per document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordEncoder(pub(crate) Options);

impl Encode for RecordEncoder {
    fn encode(&self, doc: &Document, out: &mut Vec<u8>) -> Result<(), String> {
        wire::encode(doc, &self.0, out).map_err(|error| error.to_string())?;
        out.push(b'\n');
        Ok(())
    }
}
