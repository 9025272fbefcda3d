//! A sink that draws records instead of keeping them, for `--dry-run` and `show`.

use std::io::{self, Write};

use sink::RecordEncoder;
use stage_api::{Encode, Outcome, Sink, SinkError};
use wire::Record;

use crate::drawing;

/// Draws every record to `out`; what has none is told in a line.
#[derive(Debug)]
pub(crate) struct Preview<W> {
    out: W,
    articles: u64,
}

impl<W: Write> Preview<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out, articles: 0 }
    }

    fn draw(&mut self, outcome: Outcome) -> io::Result<()> {
        if self.articles > 0 {
            writeln!(self.out)?;
        }
        self.articles += 1;
        match outcome {
            Outcome::Written { record, .. } => {
                let record = Record::parse(&record).expect("what the encoder writes can be read");
                write!(self.out, "{}", drawing::article(&record, &drawing::Style::of_stdout()))
            }
            Outcome::Discarded { receipt, reason } => {
                writeln!(self.out, "{}: discarded ({reason})", receipt.origin)
            }
            Outcome::Unchanged | Outcome::Moved { .. } | Outcome::Restored { .. } => {
                writeln!(self.out, "(the same article again)")
            }
            Outcome::Failed { failure, .. } => {
                let stage =
                    failure.stage.map(|stage| format!(" in stage `{stage}`")).unwrap_or_default();
                writeln!(self.out, "{}: failed{stage}: {}", failure.origin, failure.message)
            }
        }
    }
}

impl<W: Write + Send> Sink for Preview<W> {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        Some(Box::new(RecordEncoder(wire::Options::default())))
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        self.draw(outcome).map_err(|error| match error.kind() {
            io::ErrorKind::BrokenPipe => SinkError::Closed,
            _ => SinkError::Io { path: "standard output".to_owned(), error },
        })
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}
