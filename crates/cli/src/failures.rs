//! The first dead letters of a run, told at its end: who has tried one file wants to know why, and not where to look it up.

use std::io;

use stage_api::{Encode, Failure, Outcome, Sink, SinkError};

use crate::args::{LogFormat, Logging};
use crate::shown;
use crate::summary::plural;

/// How many are told.
const TOLD: usize = 3;

/// The most characters of a message.
const LENGTH: usize = 300;

/// A sink that hands everything on and remembers what failed first.
pub(crate) struct Hearing<'s> {
    sink: &'s mut dyn Sink,
    /// Id, stage and message.
    first: Vec<(String, Option<String>, String)>,
    failed: u64,
}

impl<'s> Hearing<'s> {
    pub(crate) fn new(sink: &'s mut dyn Sink) -> Self {
        Self { sink, first: Vec::new(), failed: 0 }
    }

    /// Says what was heard.
    pub(crate) fn tell(&self, logging: &Logging) {
        for (id, stage, message) in &self.first {
            match logging.log_format {
                LogFormat::Json => tracing::warn!(doc = id, stage, error = message, "dead letter"),
                LogFormat::Text => {
                    let stage = stage
                        .as_ref()
                        .map(|stage| format!(" (stage `{stage}`)"))
                        .unwrap_or_default();
                    eprintln!("dead letter {id}{stage}: {message}");
                }
            }
        }
        let more = self.failed - self.first.len() as u64;
        if more > 0 && logging.log_format == LogFormat::Text {
            eprintln!("and {}", plural(more, "more dead letter"));
        }
    }

    fn hear(&mut self, failure: &Failure) {
        self.failed += 1;
        if self.first.len() < TOLD {
            let stage = failure.stage.clone();
            self.first.push((plain(&failure.id), stage, plain(&failure.message)));
        }
    }
}

/// The beginning of words from elsewhere, as a terminal may have them.
fn plain(words: &str) -> String {
    let mut plain: String = words.chars().take(LENGTH).map(shown::character).collect();
    if words.chars().nth(LENGTH).is_some() {
        plain.push('…');
    }
    plain
}

impl Sink for Hearing<'_> {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        self.sink.encoder()
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        if let Outcome::Failed { failure, .. } = &outcome {
            self.hear(failure);
        }
        self.sink.write(outcome)
    }

    fn replay(
        &mut self,
        stage: &str,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), SinkError> {
        self.sink.replay(stage, each)
    }

    fn change(&mut self, stage: &str, change: &[u8]) -> Result<(), SinkError> {
        self.sink.change(stage, change)
    }

    fn arrived(&mut self, file: u64) {
        self.sink.arrived(file);
    }

    fn drop_file(
        &mut self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), SinkError> {
        self.sink.drop_file(name, write)
    }

    fn idle(&mut self) -> Result<(), SinkError> {
        self.sink.idle()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.sink.finish()
    }
}
