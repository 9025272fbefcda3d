//! One stage and this worker's instance of it: calling it, and what its answer means.

use std::sync::Arc;
use std::time::Instant;

use document::{Document, Producer};
use stage_api::{
    BuiltStage, Failure, FailureClass, Flow, OnError, OrderedStage, Outcome, Receipt, Stage,
    StageError,
};

use crate::panics::caught;
use crate::pipeline::{InFlight, PipelineStage, State, receipt};
use crate::report::StageFigures;
use crate::stop::Stop;

/// The path of articles that come from standard input, and from nowhere a second time.
const STDIN: &str = "-";

/// A stage with this worker's instance of it.
pub(crate) struct Running {
    stage: PipelineStage,
    instance: Instance,
    pub(crate) figures: StageFigures,
}

/// An ordered stage with its one instance, and so with what it knows.
pub(crate) struct Remembering {
    pub(crate) stage: PipelineStage,
    pub(crate) instance: Box<dyn OrderedStage>,
}

enum Instance {
    Article(Box<dyn Stage>),
    Ordered(Box<dyn OrderedStage>),
}

impl Running {
    /// The stage with an instance of its own: `remembering` for an ordered stage, a fresh one else.
    pub(crate) fn new(
        stage: PipelineStage,
        remembering: Option<Box<dyn OrderedStage>>,
        figures: StageFigures,
    ) -> Self {
        let instance = match (&stage.built, remembering) {
            (BuiltStage::Article(factory), _) => Instance::Article(factory.instance()),
            (BuiltStage::Ordered(_), Some(instance)) => Instance::Ordered(instance),
            (BuiltStage::Ordered(make), None) => Instance::Ordered(make()),
        };
        Self { stage, instance, figures }
    }

    /// How many articles it wants at a time; 1 where it takes no batches.
    pub(crate) fn batch(&self) -> usize {
        match &self.instance {
            Instance::Article(stage) => stage.batch().max(1),
            Instance::Ordered(_) => 1,
        }
    }

    /// Runs the stage on a document; `Some` if the document goes no further.
    pub(crate) fn advance(&mut self, doc: &mut Document, fingerprint: u64) -> Option<State> {
        if !self.receive(doc) {
            return None;
        }
        let result = self.timed(|running| {
            doc.begin_stage(Arc::clone(&running.stage.producer));
            running.try_on(doc, running.stage.policy.retries)
        });
        self.take_answer(result, doc, fingerprint)
    }

    /// Runs the stage on the documents of a batch, as many at a time as it wants then. From a stop on, they
    /// are left to the next run.
    pub(crate) fn advance_batch(&mut self, batch: &mut [InFlight], stop: Option<&Stop>) {
        let mut live = Vec::with_capacity(batch.len());
        for item in batch {
            if !item.is_left(stop)
                && let State::Live(doc) = &item.state
                && self.receive(doc)
            {
                live.push(item);
            }
            if live.len() >= self.batch() {
                self.advance_live(&mut live);
                live.clear();
            }
        }
        self.advance_live(&mut live);
    }

    /// Runs the stage once on articles that it is to work on.
    fn advance_live(&mut self, items: &mut [&mut InFlight]) {
        if items.is_empty() {
            return;
        }
        let mut docs: Vec<&mut Document> = items
            .iter_mut()
            .filter_map(|item| match &mut item.state {
                State::Live(doc) => Some(doc),
                State::Done(_) | State::Last(..) | State::Barred(_) | State::Left => None,
            })
            .collect();
        let results = self.timed(|running| running.process_batch(&mut docs));
        for (item, result) in items.iter_mut().zip(results) {
            let State::Live(doc) = &mut item.state else { continue };
            if let Some(state) = self.take_answer(result, doc, item.fingerprint) {
                item.state = state;
            }
        }
    }

    /// What the stage remembers since the last call; nothing for an article stage.
    ///
    /// # Errors
    /// The message of its panic: what it knows and what is kept are no longer the same.
    pub(crate) fn take_change(&mut self) -> Result<Option<Vec<u8>>, String> {
        match &mut self.instance {
            Instance::Article(_) => Ok(None),
            Instance::Ordered(stage) => caught(|| stage.take_change()),
        }
    }

    /// Counts a document in; whether the stage is to work on it.
    fn receive(&mut self, doc: &Document) -> bool {
        self.figures.received += 1;
        let wanted = self.stage.when.holds(doc);
        if !wanted {
            self.figures.skipped += 1;
            self.figures.kept += 1;
        }
        wanted
    }

    fn timed<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        #[expect(
            clippy::disallowed_methods,
            reason = "the time a stage takes is a figure of the run, never of its output"
        )]
        let begun = Instant::now();
        let result = work(self);
        let elapsed = begun.elapsed();
        self.figures.time += elapsed;
        self.figures.latencies.record(elapsed);
        result
    }

    /// What the stage's answer means for a document; `Some` if it goes no further.
    fn take_answer(
        &mut self,
        result: Result<Flow, Cause>,
        doc: &mut Document,
        fingerprint: u64,
    ) -> Option<State> {
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
    fn try_on(&mut self, doc: &mut Document, mut tries_left: u32) -> Result<Flow, Cause> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let again = tries_left > 0 || self.stage.policy.on_error == OnError::SkipStage;
            let before = again.then(|| doc.checkpoint());
            let cause = match self.call(doc) {
                Ok(flow) => return Ok(self.mark_written(doc, flow)),
                Err(cause) => cause,
            };
            if let Some(before) = before {
                doc.roll_back(before);
            }
            if tries_left == 0 || !cause.again {
                return Err(Cause { attempts, ..cause });
            }
            tries_left -= 1;
        }
    }

    /// Calls the stage once on several documents. Those that it wants to try again, and after a
    /// panic all of them, it gets one by one.
    fn process_batch(&mut self, docs: &mut [&mut Document]) -> Vec<Result<Flow, Cause>> {
        let retries = self.stage.policy.retries;
        for doc in &mut *docs {
            doc.begin_stage(Arc::clone(&self.stage.producer));
        }
        let before: Vec<_> = docs.iter().map(|doc| doc.checkpoint()).collect();
        let answers = caught(|| match &mut self.instance {
            Instance::Article(stage) => {
                let answers = stage.process_batch(docs);
                assert_eq!(answers.len(), docs.len(), "an answer for each article of a batch");
                answers
            }
            Instance::Ordered(_) => unreachable!("an ordered stage takes no batches"),
        });
        let mut results = Vec::with_capacity(docs.len());
        let Ok(answers) = answers else {
            self.renew();
            for (doc, before) in docs.iter_mut().zip(before) {
                doc.roll_back(before);
                let result = self.try_on(doc, retries);
                results
                    .push(result.map_err(|cause| Cause { attempts: cause.attempts + 1, ..cause }));
            }
            return results;
        };
        for ((doc, before), answer) in docs.iter_mut().zip(before).zip(answers) {
            results.push(match answer.map_err(Cause::from) {
                Ok(flow) => Ok(self.mark_written(doc, flow)),
                Err(cause) => {
                    doc.roll_back(before);
                    match retries.checked_sub(1).filter(|_| cause.again) {
                        Some(tries_left) => self
                            .try_on(doc, tries_left)
                            .map_err(|cause| Cause { attempts: cause.attempts + 1, ..cause }),
                        None => Err(cause),
                    }
                }
            });
        }
        results
    }

    fn mark_written(&self, doc: &mut Document, flow: Flow) -> Flow {
        for layer in &self.stage.writes {
            let layer = doc.intern(layer);
            doc.mark_written(layer);
        }
        flow
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
                self.renew();
                Err(Cause::of_panic(message))
            }
        }
    }

    /// A fresh instance in place of one that panicked; an ordered stage is what it knows, and stays.
    fn renew(&mut self) {
        if let BuiltStage::Article(factory) = &self.stage.built {
            self.instance = Instance::Article(factory.instance());
        }
    }

    fn settle(&mut self, cause: Cause, doc: &mut Document, fingerprint: u64) -> Option<State> {
        let on_error = self.stage.policy.on_error;
        if on_error == OnError::SkipStage && !cause.fatal {
            let message = &cause.message;
            tracing::warn!(doc = doc.id(), stage = self.name(), error = %message, "stage skipped");
            doc.note(None, &format!("stage `{}` was skipped: {message}", self.name()));
            self.figures.skipped += 1;
            self.figures.kept += 1;
            return None;
        }
        let last_words =
            format!("stage `{}` failed on {}: {}", self.name(), doc.origin, cause.message);
        if cause.fatal {
            return Some(State::Barred(last_words));
        }
        self.figures.failed += 1;
        let outcome = failed(doc, fingerprint, Some(&self.stage.producer), cause);
        let ends = on_error == OnError::Abort;
        Some(if ends { State::Last(outcome, last_words) } else { State::Done(outcome) })
    }

    /// The stage with its instance, if it is an ordered one.
    pub(crate) fn into_remembering(self) -> Option<Remembering> {
        match self.instance {
            Instance::Ordered(instance) => Some(Remembering { stage: self.stage, instance }),
            Instance::Article(_) => None,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.stage.producer.stage
    }

    pub(crate) fn producer(&self) -> &Producer {
        &self.stage.producer
    }
}

/// Why a stage failed on an article.
pub(crate) struct Cause {
    class: FailureClass,
    pub(crate) message: String,
    /// Calls that it took.
    attempts: u32,
    again: bool,
    fatal: bool,
}

impl Cause {
    /// One attempt that failed for good.
    pub(crate) fn new(class: FailureClass, message: String) -> Self {
        Self { class, message, attempts: 1, again: false, fatal: false }
    }

    pub(crate) fn of_panic(message: String) -> Self {
        Self::new(FailureClass::Panic, message)
    }
}

impl From<StageError> for Cause {
    fn from(error: StageError) -> Self {
        let again = matches!(error, StageError::Retry(_));
        let fatal = matches!(error, StageError::Fatal(_));
        let class = match error {
            StageError::Foreign(class, _) => class,
            _ => FailureClass::Stage,
        };
        Self { again, fatal, ..Self::new(class, error.to_string()) }
    }
}

/// The outcome of a document that failed.
pub(crate) fn failed(
    doc: &mut Document,
    fingerprint: u64,
    producer: Option<&Producer>,
    cause: Cause,
) -> Outcome {
    let receipt: Receipt = receipt(doc, fingerprint);
    let Cause { class, message, attempts, .. } = cause;
    let passing = receipt.origin.path == STDIN;
    let failure = Failure {
        id: receipt.id.clone(),
        origin: receipt.origin.clone(),
        stage: producer.map(|producer| producer.stage.clone()),
        stage_key: producer.map(|producer| producer.key.clone()),
        class,
        message,
        attempts,
        payload: passing.then(|| String::from_utf8_lossy(doc.payload()).into_owned()),
    };
    Outcome::Failed { receipt, failure }
}
