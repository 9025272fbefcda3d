//! The calling thread: outcomes back in order, counted, into the sink.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::time::Duration;

use crossbeam_channel::{Receiver, TryRecvError};
use document::Sha256;
use stage_api::{MaxFailures, Order, Outcome, Sink, SinkError, reason_class};

use crate::budget::Budget;
use crate::feed::fails_too;
use crate::gauges::Gauges;
use crate::panics::caught;
use crate::pipeline::{Batch, InFlight, State};
use crate::reorder::Reorder;
use crate::report::{Counts, Ending, Report, RunError, StageFigures};
use crate::running::Remembering;

/// Articles before which a share of failures says little.
const FAIR_SAMPLE: u64 = 1_000;

/// What the commit needs and keeps.
pub(crate) struct Commit<'r> {
    sink: &'r mut dyn Sink,
    order: Order,
    max_failures: Option<MaxFailures>,
    budget: &'r Budget,
    gauges: &'r Gauges,
    /// Number of the queue before the commit.
    segments: usize,
    totals: Totals,
    /// Payloads of this run that failed in a stage.
    failed_payloads: HashSet<Sha256>,
    /// Whether an article was left to the next run.
    left: bool,
}

/// What the outcomes add up to.
#[derive(Debug, Default)]
struct Totals {
    counts: Counts,
    discards: BTreeMap<String, u64>,
    quotations: u64,
    attributed: u64,
    speakers: HashSet<u64>,
}

/// What the commit leaves behind.
#[derive(Debug)]
pub(crate) struct Committed {
    totals: Totals,
    early: Option<Ending>,
}

impl<'r> Commit<'r> {
    pub(crate) fn new(
        sink: &'r mut dyn Sink,
        order: Order,
        max_failures: Option<MaxFailures>,
        budget: &'r Budget,
        (gauges, segments): (&'r Gauges, usize),
    ) -> Self {
        Self {
            sink,
            order,
            max_failures,
            budget,
            gauges,
            segments,
            totals: Totals::default(),
            failed_payloads: HashSet::new(),
            left: false,
        }
    }

    /// Counts an outcome and hands it to the sink, behind what its article changed.
    fn take(&mut self, item: InFlight) -> Result<(), Ending> {
        match item.state {
            State::Barred(words) => return Err(Ending::Failed(RunError::Aborted(words))),
            // In input order nothing behind it can be committed: the next run would not know of the gap.
            State::Left if self.order == Order::Input => return Err(Ending::Interrupted),
            State::Left => {
                self.left = true;
                return Ok(());
            }
            _ => {}
        }
        for change in item.changes {
            self.sink.change(&change.stage, &change.bytes).map_err(ending_of)?;
        }
        let (outcome, last_words) = match item.state {
            State::Done(outcome) => (outcome, None),
            State::Last(outcome, words) => (outcome, Some(words)),
            State::Live(_) | State::Barred(_) | State::Left => {
                unreachable!("the last segment gives every document its outcome")
            }
        };
        let outcome = self.with_its_original(outcome);
        if let Some(file) = item.file {
            self.sink.arrived(file);
        }
        let failed = matches!(outcome, Outcome::Failed { .. });
        self.totals.count(&outcome);
        self.gauges.count(failed);
        self.sink.write(outcome).map_err(ending_of)?;
        if let Some(words) = last_words {
            return Err(Ending::Failed(RunError::Aborted(words)));
        }
        if failed && self.too_many_failures() {
            let Counts { failed, read, .. } = self.totals.counts;
            return Err(Ending::Failed(RunError::TooManyFailures { failed, read }));
        }
        Ok(())
    }

    /// How it ends when no more comes.
    fn end(&self) -> Result<(), Ending> {
        if self.left { Err(Ending::Interrupted) } else { Ok(()) }
    }

    /// A duplicate of an article that failed in this run fails with it.
    fn with_its_original(&mut self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Failed { ref receipt, ref failure } if failure.stage.is_some() => {
                self.failed_payloads.insert(receipt.origin.sha256);
                outcome
            }
            Outcome::Discarded { receipt, reason }
                if reason_class(&reason) == "duplicate of"
                    && self.failed_payloads.contains(&receipt.origin.sha256) =>
            {
                fails_too(receipt, &reason)
            }
            outcome => outcome,
        }
    }

    fn too_many_failures(&self) -> bool {
        let Counts { read, failed, .. } = self.totals.counts;
        match self.max_failures {
            Some(MaxFailures::Count(limit)) => failed > limit,
            Some(MaxFailures::Percent(limit)) => {
                read >= FAIR_SAMPLE && failed as f64 * 100.0 > limit * read as f64
            }
            None => false,
        }
    }
}

impl Totals {
    fn count(&mut self, outcome: &Outcome) {
        let counts = &mut self.counts;
        let is_known = matches!(
            outcome,
            Outcome::Unchanged | Outcome::Moved { .. } | Outcome::Restored { .. }
        );
        counts.read += u64::from(!is_known);
        match outcome {
            Outcome::Written { tally, .. } => {
                counts.written += 1;
                self.quotations += u64::from(tally.quotations);
                self.attributed += u64::from(tally.attributed);
                self.speakers.extend(&tally.speakers);
            }
            Outcome::Discarded { reason, .. } => {
                counts.discarded += 1;
                let words = reason_class(reason);
                match self.discards.get_mut(words) {
                    Some(count) => *count += 1,
                    None => drop(self.discards.insert(words.to_owned(), 1)),
                }
            }
            Outcome::Failed { .. } => counts.failed += 1,
            Outcome::Unchanged | Outcome::Moved { .. } | Outcome::Restored { .. } => {
                counts.unchanged += 1;
            }
        }
    }
}

/// Takes outcomes until the channel ends or the run must, and then lets the sink finish at once: it
/// does not wait for stages that are still at work.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the receiver must be gone on return, so that senders notice"
)]
pub(crate) fn commit(mut commit: Commit<'_>, input: Receiver<Batch>) -> Committed {
    let early = take_all(&mut commit, &input).err();
    // What came before a failure is whole and stays; only a sink that failed itself is left alone.
    if !matches!(early, None | Some(Ending::Failed(RunError::Sink(_)) | Ending::Closed)) {
        // The failure that ended the run is the one to tell.
        let _ = commit.sink.finish();
    }
    let totals = commit.totals;
    let Counts { read, written, discarded, failed, .. } = totals.counts;
    assert_eq!(read, written + discarded + failed, "every article has one outcome");
    Committed { totals, early }
}

fn take_all(commit: &mut Commit<'_>, input: &Receiver<Batch>) -> Result<(), Ending> {
    let mut reorder = Reorder::new();
    loop {
        let batch = match input.try_recv() {
            Ok(batch) => batch,
            Err(TryRecvError::Disconnected) => return commit.end(),
            Err(TryRecvError::Empty) => {
                commit.sink.idle().map_err(ending_of)?;
                match input.recv() {
                    Ok(batch) => batch,
                    Err(_) => return commit.end(),
                }
            }
        };
        commit.gauges.unqueue(commit.segments, batch.len());
        let mut freed = 0;
        for item in batch {
            if commit.order == Order::Any {
                freed += item.charge;
                commit.take(item)?;
                continue;
            }
            reorder.push(item.number, item);
            while let Some(next) = reorder.pop() {
                freed += next.charge;
                commit.take(next)?;
            }
        }
        commit.gauges.land(freed);
        commit.budget.give_back(freed);
    }
}

fn write_drop_records(
    sink: &mut dyn Sink,
    Remembering { stage, mut instance }: Remembering,
) -> Result<(), Ending> {
    let Some(name) = &stage.drop_file else { return Ok(()) };
    let mut panicked = None;
    let written = sink.drop_file(name, &mut |out| {
        caught(|| instance.drop_records(out)).unwrap_or_else(|message| {
            panicked = Some(message.clone());
            Err(io::Error::other(message))
        })
    });
    match panicked {
        Some(message) => {
            let stage = &stage.producer.stage;
            let message = format!("stage `{stage}` failed over its drop records: {message}");
            Err(Ending::Failed(RunError::Aborted(message)))
        }
        None => written.map_err(ending_of),
    }
}

fn ending_of(error: SinkError) -> Ending {
    match error {
        SinkError::Closed => Ending::Closed,
        error => Ending::Failed(RunError::Sink(error)),
    }
}

impl Committed {
    /// Nothing was committed: the run could not begin.
    pub(crate) fn unable(error: RunError) -> Self {
        Self { totals: Totals::default(), early: Some(Ending::Failed(error)) }
    }

    /// After a run that committed all it took in: the drop records of the ordered stages, whose state
    /// is now that of the commits, and then the end of the sink.
    pub(crate) fn conclude(mut self, sink: &mut dyn Sink, ordered: Vec<Remembering>) -> Self {
        if self.early.is_none() {
            let written = ordered.into_iter().try_for_each(|stage| write_drop_records(sink, stage));
            let finished = sink.finish().map_err(ending_of);
            self.early = written.and(finished).err();
        }
        self
    }

    /// Whether the commit stopped listening before the input ended.
    pub(crate) fn ended_early(&self) -> bool {
        self.early.is_some()
    }

    pub(crate) fn into_report(
        self,
        fed: Result<(), RunError>,
        interrupted: bool,
        stages: Vec<StageFigures>,
        workers: usize,
        wall: Duration,
    ) -> Report {
        let ending = match (self.early, fed) {
            (Some(early), _) => early,
            (None, Err(error)) => Ending::Failed(error),
            (None, Ok(())) if interrupted => Ending::Interrupted,
            (None, Ok(())) => Ending::Complete,
        };
        let Totals { counts, discards, quotations, attributed, speakers } = self.totals;
        let speakers = speakers.len() as u64;
        Report { counts, discards, stages, quotations, attributed, speakers, workers, wall, ending }
    }
}
