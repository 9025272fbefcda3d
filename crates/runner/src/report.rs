//! What became of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use stage_api::{SinkError, SourceError};

/// Articles by outcome; `read` is the sum of `written`, `discarded` and `failed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Taken in and not unchanged.
    pub read: u64,
    /// With a record.
    pub written: u64,
    /// Dropped on purpose.
    pub discarded: u64,
    /// Dead letters.
    pub failed: u64,
    /// Known from before, beside the others.
    pub unchanged: u64,
}

/// What one stage did, summed over its workers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StageFigures {
    /// Its name in the pipeline.
    pub stage: String,
    /// Articles that reached it.
    pub received: u64,
    /// Articles that went on, skipped ones included.
    pub kept: u64,
    /// Articles it discarded.
    pub discarded: u64,
    /// Articles it failed on that became dead letters.
    pub failed: u64,
    /// Articles it did not work on, because of `when` or `on_error = "skip-stage"`.
    pub skipped: u64,
    /// Time spent in it.
    pub time: Duration,
}

impl StageFigures {
    pub(crate) fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.kept += other.kept;
        self.discarded += other.discarded;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.time += other.time;
    }
}

/// How a run ended.
#[derive(Debug)]
pub enum Ending {
    /// Everything the source had has its outcome.
    Complete,
    /// A stop was requested; everything taken in until then has its outcome.
    Interrupted,
    /// The reader of the output has gone.
    Closed,
    /// The run failed; what came before in input order is written.
    Failed(RunError),
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The source could not go on.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The source panicked: a bug in it.
    #[error("the source panicked: {0}; this is a bug, please report it with the input")]
    SourcePanicked(String),
    /// What is known of the articles could not be kept.
    #[error(
        "cannot keep track of the articles in a temporary file: {0}; free some space, or set TMPDIR"
    )]
    Ledger(std::io::Error),
    /// The sink could not go on.
    #[error("cannot write the output: {0}")]
    Sink(SinkError),
    /// What an ordered stage knew could not be given back to it; no article was read.
    #[error("cannot go on from the last run: {0}")]
    State(SinkError),
    /// An article failed where the pipeline says that this ends the run, or a stage can do no more.
    #[error("{0}")]
    Aborted(String),
    /// More dead letters than allowed.
    #[error("{failed} of {read} articles failed, more than `max_failures` allows")]
    TooManyFailures {
        /// Dead letters so far.
        failed: u64,
        /// Articles so far.
        read: u64,
    },
}

/// Everything a person may want to know about a run.
#[derive(Debug)]
pub struct Report {
    /// Articles by outcome.
    pub counts: Counts,
    /// Discarded articles by reason, without what follows a colon.
    pub discards: BTreeMap<String, u64>,
    /// What each stage did, in pipeline order.
    pub stages: Vec<StageFigures>,
    /// Quotations written.
    pub quotations: u64,
    /// Of these, with a speaker.
    pub attributed: u64,
    /// Different speakers' names.
    pub speakers: u64,
    /// Workers of each segment that did not say otherwise.
    pub workers: usize,
    /// From start to end.
    pub wall: Duration,
    /// How it ended.
    pub ending: Ending,
}
