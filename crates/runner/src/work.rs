//! The workers: taking documents through the stages of a segment.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crossbeam_channel::select;
use document::{Document, Producer, symbol};
use stage_api::{BuiltStage, Encode, FailureClass, OrderedStage, Outcome, Sink, SinkError, Tally};

use crate::panics::caught;
use crate::pipeline::{Batch, Change, Channels, InFlight, PipelineStage, Segment, State, receipt};
use crate::reorder::Reorder;
use crate::report::StageFigures;
use crate::running::{Cause, Remembering, Running, failed};
use crate::stop::Stop;

/// One thread's share of a segment.
pub(crate) struct Worker {
    stages: Vec<Running>,
    ordered: bool,
    encoder: Option<Arc<dyn Encode>>,
    last: bool,
}

impl Worker {
    /// A worker with instances of its own; `remembering` is the one of an ordered stage.
    pub(crate) fn new(
        segment: &Segment,
        remembering: Option<Box<dyn OrderedStage>>,
        encoder: Option<Arc<dyn Encode>>,
        last: bool,
    ) -> Self {
        let ordered = segment.is_ordered();
        assert!(!ordered || segment.stages.len() == 1, "an ordered stage is alone in its segment");
        let mut remembering = remembering;
        let running = |(stage, figures)| Running::new(stage, remembering.take(), figures);
        let stages = segment.stages.iter().cloned().zip(no_figures(segment)).map(running).collect();
        Self { stages, ordered, encoder, last }
    }

    /// Has documents that pass every stage become records of this encoder.
    pub(crate) fn encode_with(&mut self, encoder: Arc<dyn Encode>) {
        self.encoder = Some(encoder);
    }

    /// Takes a batch through the stages, each article through all of them in turn, or all at once
    /// where the only stage wants that.
    pub(crate) fn advance_all(&mut self, batch: &mut Batch, stop: Option<&Stop>) {
        match &mut self.stages[..] {
            [only] if only.batch() > 1 => {
                only.advance_batch(batch, stop);
                for item in batch {
                    self.finish_last(item);
                }
            }
            _ => {
                for item in batch {
                    self.advance(item, stop);
                }
            }
        }
    }

    /// Takes an article through the stages, unless it is left to the next run: at a stop where there is one to
    /// heed, see [`Channels::leaves`].
    fn advance(&mut self, item: &mut InFlight, stop: Option<&Stop>) {
        // What only waits to be written has nothing left to wait for.
        if !self.stages.is_empty() && item.is_left(stop) {
            return;
        }
        let State::Live(doc) = &mut item.state else { return };
        for running in &mut self.stages {
            if let Some(done) = running.advance(doc, item.fingerprint) {
                item.state = done;
                return;
            }
        }
        self.finish_last(item);
    }

    /// As [`advance`](Self::advance) for an ordered stage: what the article changed goes with it.
    fn advance_remembering(&mut self, item: &mut InFlight, stop: Option<&Stop>) {
        let live = matches!(item.state, State::Live(_));
        self.advance(item, stop);
        let [running] = &mut self.stages[..] else { return };
        if !live || matches!(item.state, State::Left) {
            return;
        }
        match running.take_change() {
            Ok(None) => {}
            Ok(Some(bytes)) => {
                let stage = running.name().to_owned();
                item.changes.push(Change { stage, bytes });
            }
            Err(message) => {
                let message = format!("its state is lost: {message}");
                item.state.end_with(running.producer(), message, item.fingerprint);
            }
        }
    }

    /// Tells the figures of the run what the stages did since the last call.
    fn count(&mut self, channels: &Channels) {
        let figures = self.stages.iter_mut().map(|running| &mut running.figures);
        channels.gauges.add(channels.first_stage, figures);
    }

    fn finish_last(&self, item: &mut InFlight) {
        if let (true, State::Live(doc)) = (self.last, &mut item.state) {
            item.state = State::Done(self.finish(doc, item.fingerprint));
        }
    }

    /// Turns a document that passed every stage into its outcome.
    fn finish(&self, doc: &mut Document, fingerprint: u64) -> Outcome {
        let mut record = Vec::new();
        let result = caught(|| {
            self.encoder.iter().try_for_each(|encoder| encoder.encode(doc, &mut record))?;
            Ok(tally(doc))
        });
        match result {
            Ok(Ok(tally)) => Outcome::Written { tally, receipt: receipt(doc, fingerprint), record },
            Ok(Err(message)) => {
                failed(doc, fingerprint, None, Cause::new(FailureClass::Contract, message))
            }
            Err(message) => failed(doc, fingerprint, None, Cause::of_panic(message)),
        }
    }
}

/// The instance of an ordered stage with what the sink kept of its state; `None` for other segments.
pub(crate) fn remembering(
    segment: &Segment,
    sink: &mut dyn Sink,
) -> Result<Option<Box<dyn OrderedStage>>, SinkError> {
    let [PipelineStage { built: BuiltStage::Ordered(make), producer, .. }] = &segment.stages[..]
    else {
        return Ok(None);
    };
    let mut instance = make();
    sink.replay(&producer.stage, &mut |change| {
        caught(|| instance.restore(change)).unwrap_or_else(Err)
    })?;
    Ok(Some(instance))
}

/// The empty figures of a segment's stages.
pub(crate) fn no_figures(segment: &Segment) -> Vec<StageFigures> {
    let named = |stage: &PipelineStage| StageFigures {
        stage: stage.producer.stage.clone(),
        ..StageFigures::default()
    };
    segment.stages.iter().map(named).collect()
}

/// Takes batches from the input through the stages to the output, until either end is closed; gives the
/// ordered stage back if it was one.
pub(crate) fn work(mut worker: Worker, channels: &Channels) -> Option<Remembering> {
    if worker.ordered {
        work_in_order(&mut worker, channels);
    } else {
        while let Some(mut batch) = channels.next() {
            worker.advance_all(&mut batch, channels.leaves());
            worker.count(channels);
            if !channels.send(batch) {
                break;
            }
        }
    }
    worker.stages.into_iter().find_map(Running::into_remembering)
}

fn work_in_order(worker: &mut Worker, channels: &Channels) {
    let mut reorder = Reorder::new();
    // Behind an article that was left, no outcome is committed in input order, so no work is either.
    let mut left = false;
    while let Some(batch) = channels.next() {
        let mut done = Vec::with_capacity(batch.len());
        for item in batch {
            reorder.push(item.number, item);
            while let Some(mut next) = reorder.pop() {
                if left && matches!(next.state, State::Live(_)) {
                    next.state = State::Left;
                }
                worker.advance_remembering(&mut next, channels.leaves());
                left |= matches!(next.state, State::Left);
                done.push(next);
            }
        }
        worker.count(channels);
        if !done.is_empty() && !channels.send(done) {
            break;
        }
    }
}

impl InFlight {
    /// Whether the article is left to the next run: a stop was requested, and it still has a way to go.
    pub(crate) fn is_left(&mut self, stop: Option<&Stop>) -> bool {
        if matches!(self.state, State::Live(_)) && stop.is_some_and(Stop::is_requested) {
            self.state = State::Left;
        }
        matches!(self.state, State::Left)
    }
}

impl State {
    /// The run ends with this article: as it failed where it had no outcome yet.
    fn end_with(&mut self, producer: &Producer, message: String, fingerprint: u64) {
        let words = |place: &dyn std::fmt::Display| {
            format!("stage `{}` failed on {place}: {message}", producer.stage)
        };
        let ended = match std::mem::replace(self, Self::Done(Outcome::Unchanged)) {
            Self::Live(mut doc) => {
                let words = words(&doc.origin);
                let cause = Cause::of_panic(message);
                Self::Last(failed(&mut doc, fingerprint, Some(producer), cause), words)
            }
            Self::Done(outcome) => {
                let words = match &outcome {
                    Outcome::Discarded { receipt, .. } | Outcome::Failed { receipt, .. } => {
                        words(&receipt.origin)
                    }
                    _ => words(&"an article"),
                };
                Self::Last(outcome, words)
            }
            last @ (Self::Last(..) | Self::Barred(_) | Self::Left) => last,
        };
        *self = ended;
    }
}

impl Channels {
    /// The stop from which on articles are left before this segment. Those that have the first one behind them
    /// flow on, lest the work in them is lost, but for segments with workers of their own, whose stages are slow or foreign.
    fn leaves(&self) -> Option<&Stop> {
        (self.segment == 0 || self.own_workers).then_some(&self.stop)
    }

    /// The next batch; `None` when no more will come. After a stop, what lies in the channel still does.
    fn next(&self) -> Option<Batch> {
        let batch = if self.segment > 0 {
            self.input.recv().ok()
        } else {
            select! {
                recv(self.input) -> batch => batch.ok(),
                recv(self.stop.channel()) -> _ => self.input.try_recv().ok(),
            }
        }?;
        self.gauges.unqueue(self.segment, batch.len());
        Some(batch)
    }

    /// Sends a batch on; whether anybody takes it.
    fn send(&self, batch: Batch) -> bool {
        self.gauges.queue(self.segment + 1, batch.len());
        self.output.send(batch).is_ok()
    }
}

/// What was found in a document: whole quotations, and who speaks in them.
fn tally(doc: &Document) -> Tally {
    let mut tally = Tally::default();
    if !doc.has_layer(symbol::QUOTATIONS) {
        return tally;
    }
    let view = doc.view();
    for quotation in view.quotations() {
        if quotation.part_of().is_some_and(|first| first != quotation.id()) {
            continue;
        }
        tally.quotations += 1;
        if let Some(speaker) = quotation.speaker() {
            tally.attributed += 1;
            let mut hash = DefaultHasher::new(); // the same keys in every process, and only ever counted
            speaker.name().hash(&mut hash);
            tally.speakers.push(hash.finish());
        }
    }
    tally.speakers.sort_unstable();
    tally.speakers.dedup();
    tally
}
