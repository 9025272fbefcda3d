//! The workers: taking documents through the stages of a segment.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use crossbeam_channel::select;
use document::{Document, symbol};
use stage_api::{
    BuiltStage, Encode, Failure, FailureClass, Flow, OnError, OrderedStage, Outcome, Receipt,
    Stage, StageError, Tally,
};

use crate::pipeline::{Batch, Channels, InFlight, PipelineStage, Segment, State, receipt};
use crate::reorder::Reorder;
use crate::report::StageFigures;

thread_local! {
    /// Whether this thread is inside a stage, where a panic costs one article and is told in its dead letter.
    static IN_STAGE: Cell<bool> = const { Cell::new(false) };
    /// Where the last panic in a stage happened.
    static PANIC_PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics inside stages off standard error, and remembers their place for the dead letter.
///
/// To be called once by a program; without it panics are caught all the same, but printed and without their place.
pub fn note_stage_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if IN_STAGE.get() {
            PANIC_PLACE.set(info.location().map(ToString::to_string));
        } else {
            before(info);
        }
    }));
}

/// One thread's share of a segment.
pub(crate) struct Worker<'p> {
    stages: Vec<Running<'p>>,
    ordered: bool,
    encoder: Option<Arc<dyn Encode>>,
    last: bool,
}

/// A stage with this worker's instance of it.
struct Running<'p> {
    stage: &'p PipelineStage,
    instance: Instance,
    figures: StageFigures,
}

enum Instance {
    Article(Box<dyn Stage>),
    Ordered(Box<dyn OrderedStage>),
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

/// Calls something that may panic on one article, and turns the panic into its place and message.
fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    IN_STAGE.set(true);
    // What a panic may leave half done is the document, which is rolled back or dropped, and the
    // stage's instance, which is replaced; an ordered stage keeps its state as it stands.
    let result = catch_unwind(AssertUnwindSafe(call));
    IN_STAGE.set(false);
    result.map_err(|panic| {
        let place = PANIC_PLACE.take().map(|place| format!(" at {place}")).unwrap_or_default();
        format!("panicked{place}: {}", panic_message(panic.as_ref()))
    })
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

impl<'p> Running<'p> {
    fn new((stage, figures): (&'p PipelineStage, StageFigures)) -> Self {
        let instance = match &stage.built {
            BuiltStage::Article(factory) => Instance::Article(factory.instance()),
            BuiltStage::Ordered(make) => Instance::Ordered(make()),
        };
        Self { stage, instance, figures }
    }

    /// Runs the stage on a document; `Some` if the document goes no further.
    fn advance(&mut self, doc: &mut Document, fingerprint: u64) -> Option<State> {
        self.figures.received += 1;
        if !self.stage.when.holds(doc) {
            self.figures.skipped += 1;
            self.figures.kept += 1;
            return None;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the time a stage takes is a figure of the run, never of its output"
        )]
        let begun = Instant::now();
        let result = self.process(doc);
        self.figures.time += begun.elapsed();
        match result {
            Ok(Flow::Keep) => {
                self.figures.kept += 1;
                None
            }
            Ok(Flow::Discard(reason)) => {
                self.figures.discarded += 1;
                tracing::debug!(doc = doc.id(), stage = self.name(), %reason, "discarded");
                Some(State::Done(Outcome::Discarded {
                    receipt: receipt(doc, fingerprint),
                    reason: reason.into_owned(),
                }))
            }
            Err(cause) => self.settle(cause, doc, fingerprint),
        }
    }

    /// Calls the stage, again where it asks for that and may.
    fn process(&mut self, doc: &mut Document) -> Result<Flow, Cause> {
        let policy = self.stage.policy;
        doc.begin_stage(Arc::clone(&self.stage.producer));
        let mut tries_left = policy.retries;
        loop {
            let state =
                (tries_left > 0 || policy.on_error == OnError::SkipStage).then(|| doc.checkpoint());
            let result = self.call(doc);
            match result {
                Ok(flow) => {
                    for layer in &self.stage.writes {
                        let layer = doc.intern(layer);
                        doc.mark_written(layer);
                    }
                    return Ok(flow);
                }
                Err(cause) => {
                    if let Some(state) = state {
                        doc.roll_back(state);
                    }
                    if tries_left == 0 || !cause.again {
                        return Err(cause);
                    }
                    tries_left -= 1;
                }
            }
        }
    }

    /// Calls the stage once, catching its panic.
    fn call(&mut self, doc: &mut Document) -> Result<Flow, Cause> {
        let result = caught(|| match &mut self.instance {
            Instance::Article(stage) => stage.process(doc),
            Instance::Ordered(stage) => stage.process(doc),
        });
        match result {
            Ok(result) => result.map_err(Cause::from),
            Err(message) => {
                if let BuiltStage::Article(factory) = &self.stage.built {
                    self.instance = Instance::Article(factory.instance());
                }
                Err(Cause { class: FailureClass::Panic, message, again: false, fatal: false })
            }
        }
    }

    fn settle(&mut self, cause: Cause, doc: &mut Document, fingerprint: u64) -> Option<State> {
        let on_error = self.stage.policy.on_error;
        let Cause { class, message, fatal, .. } = cause;
        if on_error == OnError::SkipStage && !fatal {
            tracing::warn!(doc = doc.id(), stage = self.name(), error = %message, "stage skipped");
            doc.note(None, &format!("stage `{}` was skipped: {message}", self.name()));
            self.figures.skipped += 1;
            self.figures.kept += 1;
            return None;
        }
        self.figures.failed += 1;
        let stage = self.name().to_owned();
        let last_words = format!("stage `{stage}` failed on {}: {message}", doc.origin);
        let outcome = failed(doc, fingerprint, Some(stage), class, message);
        let ends = fatal || on_error == OnError::Abort;
        Some(if ends { State::Last(outcome, last_words) } else { State::Done(outcome) })
    }

    fn name(&self) -> &str {
        &self.stage.producer.stage
    }
}

/// Why a stage failed on an article.
struct Cause {
    class: FailureClass,
    message: String,
    again: bool,
    fatal: bool,
}

impl From<StageError> for Cause {
    fn from(error: StageError) -> Self {
        let again = matches!(error, StageError::Retry(_));
        let fatal = matches!(error, StageError::Fatal(_));
        let class = match error {
            StageError::Foreign(class, _) => class,
            _ => FailureClass::Stage,
        };
        Self { class, message: error.to_string(), again, fatal }
    }
}

fn failed(
    doc: &mut Document,
    fingerprint: u64,
    stage: Option<String>,
    class: FailureClass,
    message: String,
) -> Outcome {
    let receipt: Receipt = receipt(doc, fingerprint);
    let failure =
        Failure { id: receipt.id.clone(), origin: receipt.origin.clone(), stage, class, message };
    Outcome::Failed { receipt, failure }
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

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}
