//! One stage and this worker's instance of it: calling it, and what its answer means.

use std::sync::Arc;
use std::time::Instant;

use document::Document;
use stage_api::{
    BuiltStage, Failure, FailureClass, Flow, OnError, OrderedStage, Outcome, Receipt, Stage,
    StageError,
};

use crate::panics::caught;
use crate::pipeline::{PipelineStage, State, receipt};
use crate::report::StageFigures;

/// A stage with this worker's instance of it.
pub(crate) struct Running<'p> {
    stage: &'p PipelineStage,
    pub(crate) instance: Instance,
    pub(crate) figures: StageFigures,
}

pub(crate) enum Instance {
    Article(Box<dyn Stage>),
    Ordered(Box<dyn OrderedStage>),
}

impl<'p> Running<'p> {
    pub(crate) fn new((stage, figures): (&'p PipelineStage, StageFigures)) -> Self {
        let instance = match &stage.built {
            BuiltStage::Article(factory) => Instance::Article(factory.instance()),
            BuiltStage::Ordered(make) => Instance::Ordered(make()),
        };
        Self { stage, instance, figures }
    }

    /// Runs the stage on a document; `Some` if the document goes no further.
    pub(crate) fn advance(&mut self, doc: &mut Document, fingerprint: u64) -> Option<State> {
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

/// The outcome of a document that failed.
pub(crate) fn failed(
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
