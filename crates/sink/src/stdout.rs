//! Records on standard output.

use std::io::{self, BufWriter, Write};

use stage_api::{Encode, Outcome, Sink, SinkError};
use wire::Options;

use crate::dead_letters::DeadLetter;
use crate::encoder::RecordEncoder;

/// Writes records to one stream and dead letters, one line of JSON each, to another.
///
/// Meant for standard output and standard error, which the program passes in.
#[derive(Debug)]
pub struct StdoutSink<W: Write + Send, E: Write + Send> {
    records: BufWriter<W>,
    letters: E,
    options: Options,
}

const BUFFER: usize = 64 << 10;

impl<W: Write + Send, E: Write + Send> StdoutSink<W, E> {
    /// A sink over the two streams.
    pub fn new(records: W, letters: E, options: Options) -> Self {
        Self { records: BufWriter::with_capacity(BUFFER, records), letters, options }
    }
}

impl<W: Write + Send, E: Write + Send> Sink for StdoutSink<W, E> {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        Some(Box::new(RecordEncoder(self.options)))
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        match outcome {
            Outcome::Written { record, .. } => self.records.write_all(&record).map_err(on_output),
            Outcome::Failed { receipt, failure } => {
                let letter = DeadLetter::new(failure, receipt.revision);
                let line = letter.line(letter.attempts);
                self.letters.write_all(&line).map_err(|error| io_error("standard error", error))
            }
            Outcome::Discarded { .. }
            | Outcome::Unchanged
            | Outcome::Moved { .. }
            | Outcome::Restored { .. } => Ok(()),
        }
    }

    fn idle(&mut self) -> Result<(), SinkError> {
        self.records.flush().map_err(on_output)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.idle()
    }
}

fn on_output(error: io::Error) -> SinkError {
    if error.kind() == io::ErrorKind::BrokenPipe {
        SinkError::Closed
    } else {
        io_error("standard output", error)
    }
}

fn io_error(stream: &str, error: io::Error) -> SinkError {
    SinkError::Io { path: stream.to_owned(), error }
}
