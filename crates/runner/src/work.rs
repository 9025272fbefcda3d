//! The workers: taking documents through the stages of a segment.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use crossbeam_channel::select;
use document::{Document, symbol};
use stage_api::{Encode, FailureClass, Outcome, Tally};

use crate::panics::caught;
use crate::pipeline::{Batch, Channels, InFlight, PipelineStage, Segment, State, receipt};
use crate::reorder::Reorder;
use crate::report::StageFigures;
use crate::running::{Instance, Running, failed};

/// One thread's share of a segment.
pub(crate) struct Worker<'p> {
    stages: Vec<Running<'p>>,
    ordered: bool,
    encoder: Option<Arc<dyn Encode>>,
    last: bool,
}

impl<'p> Worker<'p> {
    pub(crate) fn new(segment: &'p Segment, encoder: Option<Arc<dyn Encode>>, last: bool) -> Self {
        let stages: Vec<_> =
            segment.stages.iter().zip(no_figures(segment)).map(Running::new).collect();
        let ordered = stages.iter().any(|running| matches!(running.instance, Instance::Ordered(_)));
        assert!(!ordered || stages.len() == 1, "an ordered stage is alone in its segment");
        Self { stages, ordered, encoder, last }
    }

    fn advance(&mut self, item: &mut InFlight) {
        let State::Live(doc) = &mut item.state else { return };
        for running in &mut self.stages {
            if let Some(done) = running.advance(doc, item.fingerprint) {
                item.state = done;
                return;
            }
        }
        if self.last {
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
            Ok(Err(message)) => failed(doc, fingerprint, None, FailureClass::Contract, message),
            Err(message) => failed(doc, fingerprint, None, FailureClass::Panic, message),
        }
    }
}

/// The empty figures of a segment's stages.
pub(crate) fn no_figures(segment: &Segment) -> Vec<StageFigures> {
    let named = |stage: &PipelineStage| StageFigures {
        stage: stage.producer.stage.clone(),
        ..StageFigures::default()
    };
    segment.stages.iter().map(named).collect()
}

/// Takes batches from the input through the stages to the output, until either end is closed.
pub(crate) fn work(mut worker: Worker<'_>, channels: &Channels) -> Vec<StageFigures> {
    if worker.ordered {
        work_in_order(&mut worker, channels);
    } else {
        while let Some(mut batch) = channels.next() {
            for item in &mut batch {
                worker.advance(item);
            }
            if channels.output.send(batch).is_err() {
                break;
            }
        }
    }
    worker.stages.into_iter().map(|running| running.figures).collect()
}

fn work_in_order(worker: &mut Worker<'_>, channels: &Channels) {
    let mut reorder = Reorder::new();
    while let Some(batch) = channels.next() {
        let mut done = Vec::with_capacity(batch.len());
        for item in batch {
            reorder.push(item.number, item);
            while let Some(mut next) = reorder.pop() {
                worker.advance(&mut next);
                done.push(next);
            }
        }
        if !done.is_empty() && channels.output.send(done).is_err() {
            break;
        }
    }
}

impl Channels {
    /// The next batch; `None` when no more will come. After a stop, what lies in the channel still does.
    fn next(&self) -> Option<Batch> {
        let Some(stop) = &self.stop else { return self.input.recv().ok() };
        select! {
            recv(self.input) -> batch => batch.ok(),
            recv(stop.channel()) -> _ => self.input.try_recv().ok(),
        }
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
