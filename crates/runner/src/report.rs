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
    /// How long its calls took, each of one article, or of a batch where it takes batches.
    pub latencies: Latencies,
}

impl StageFigures {
    pub(crate) fn add(&mut self, other: &Self) {
        self.received += other.received;
        self.kept += other.kept;
        self.discarded += other.discarded;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.time += other.time;
        self.latencies.add(&other.latencies);
    }
}

/// How often something took how long, in buckets that double from one microsecond on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Latencies {
    counts: [u64; Self::BUCKETS],
}

impl Latencies {
    /// The last bucket has no bound: everything longer than 16 seconds.
    const BUCKETS: usize = 26;

    pub(crate) fn record(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = (u64::BITS - micros.leading_zeros()) as usize;
        self.counts[bucket.min(Self::BUCKETS - 1)] += 1;
    }

    fn add(&mut self, other: &Self) {
        for (sum, count) in self.counts.iter_mut().zip(other.counts) {
            *sum += count;
        }
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The bound that each bucket's times are below, and how many are in it; the last has none.
    pub fn buckets(&self) -> impl Iterator<Item = (Option<Duration>, u64)> {
        self.counts.iter().enumerate().map(|(bucket, count)| {
            let bound = (bucket + 1 < Self::BUCKETS).then(|| Duration::from_micros(1 << bucket));
            (bound, *count)
        })
    }

    /// A bound that this share of the times (0 to 1) are below: that of the bucket which reaches it.
    /// `None` where there are none, or it lies in the last bucket.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let wanted = (share * self.count() as f64).ceil().max(1.0);
        let mut seen = 0;
        let reached = self.buckets().find(|(_, count)| {
            seen += count;
            seen as f64 >= wanted
        });
        reached.and_then(|(bound, _)| bound)
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
    /// A [`Reading`](crate::Reading) that is gone on with met something else than before.
    #[error(
        "{0} is not what stood there when this reading of the files was begun; `--fresh` begins another"
    )]
    Changed(String),
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Latencies;

    #[test]
    fn latencies_are_told_by_the_bucket_that_reaches_the_share() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.quantile(0.5), None);
        for micros in [0, 1, 3, 900, 1_000, 1_023, 1_024, 100_000_000] {
            latencies.record(Duration::from_micros(micros));
        }
        let filled: Vec<_> = latencies.buckets().filter(|(_, count)| *count > 0).collect();
        let micros = |n| Some(Duration::from_micros(n));
        let expected = [
            (micros(1), 1),
            (micros(2), 1),
            (micros(4), 1),
            (micros(1_024), 3),
            (micros(2_048), 1),
        ];
        assert_eq!(filled[..5], expected);
        assert_eq!(filled[5..], [(None, 1)]);
        assert_eq!(latencies.quantile(0.5), micros(1_024));
        assert_eq!(latencies.quantile(0.01), micros(1));
        assert_eq!(latencies.quantile(1.0), None);
    }
}
