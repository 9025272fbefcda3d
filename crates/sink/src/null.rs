//! The sink that keeps nothing.

use stage_api::{Encode, Outcome, Sink, SinkError};

/// Takes every outcome and forgets it: for timing, and for pipelines whose followers are enough.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        None
    }

    fn write(&mut self, _outcome: Outcome) -> Result<(), SinkError> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}
