//! A plugin's stage, made and called as the runner would.

use std::sync::Arc;
use std::time::{Duration, Instant};

use config::PlannedStage;
use document::{Document, Producer};
use stage_api::{
    BuiltStage, FailureClass, Flow, OrderedStage, Placement, SettingError, Settings, Stage,
    StageError,
};

use super::warnings;

/// A stage of the plugin under test with the settings to test it with.
pub(super) struct Subject {
    planned: PlannedStage,
    producer: Arc<Producer>,
}

/// What a stage made of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The record.
    Kept(Vec<u8>),
    Discarded(String),
    Failed(FailureClass, String),
    /// It asked to be tried again.
    Again(String),
    /// It ended the run.
    Fatal(String),
}

impl Answer {
    /// In a few words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Kept(_) => "it keeps the article".to_owned(),
            Self::Discarded(reason) => format!("discarded: {reason}"),
            Self::Failed(class, message) => format!("{}: {message}", class.word()),
            Self::Again(message) => format!("asks to be tried again: {message}"),
            Self::Fatal(message) => format!("ends the run: {message}"),
        }
    }
}

/// An instance of the stage.
pub(super) enum Instance {
    Article(Box<dyn Stage>),
    Ordered(Box<dyn OrderedStage>),
}

impl Subject {
    pub(super) fn new(planned: PlannedStage) -> Self {
        let producer = Producer {
            stage: planned.name.clone(),
            version: planned.spec.info.version.to_string(),
            key: planned.key.clone(),
        };
        Self { planned, producer: Arc::new(producer) }
    }

    pub(super) fn is_ordered(&self) -> bool {
        self.planned.spec.ordered
    }

    pub(super) fn planned(&self) -> &PlannedStage {
        &self.planned
    }

    /// Builds the stage, in a process of its own if it is to be apart.
    pub(super) fn build(
        &self,
        settings: &Settings,
        apart: bool,
        timeout: Duration,
    ) -> Result<BuiltStage, SettingError> {
        let placement = Placement {
            isolate: apart,
            timeout: Some(timeout),
            ..Placement::named(self.planned.name.clone())
        };
        self.planned.spec.build_at(settings, &placement)
    }

    /// Calls an instance on a copy of an article; how long that took comes with it.
    #[expect(
        clippy::disallowed_methods,
        reason = "how long foreign code takes is a figure of the report"
    )]
    pub(super) fn ask(&self, instance: &mut Instance, doc: &Document) -> (Answer, Duration) {
        let mut doc = doc.clone();
        doc.begin_stage(self.producer.clone());
        let start = Instant::now();
        let (result, warning) = warnings::during(|| match instance {
            Instance::Article(stage) => stage.process(&mut doc),
            Instance::Ordered(stage) => stage.process(&mut doc),
        });
        let time = start.elapsed();
        // The host gets past it, as it must in a run; the author should not.
        if let (Ok(_), Some(warning)) = (&result, warning) {
            return (Answer::Failed(FailureClass::Contract, warning), time);
        }
        let answer = match result {
            Ok(Flow::Keep) => self.record(doc),
            Ok(Flow::Discard(reason)) => Answer::Discarded(reason.into_owned()),
            Err(StageError::Retry(message)) => Answer::Again(message),
            Err(StageError::Fatal(message)) => Answer::Fatal(message),
            Err(StageError::Foreign(class, message)) => Answer::Failed(class, message),
            Err(error) => Answer::Failed(FailureClass::Stage, error.to_string()),
        };
        (answer, time)
    }

    /// The article as it would be written.
    fn record(&self, mut doc: Document) -> Answer {
        for layer in &self.planned.spec.info.writes {
            let layer = doc.intern(layer);
            doc.mark_written(layer);
        }
        let mut record = Vec::new();
        match wire::encode(&doc, &wire::Options::default(), &mut record) {
            Ok(()) => Answer::Kept(record),
            Err(error) => Answer::Failed(FailureClass::Contract, error.to_string()),
        }
    }
}

impl Instance {
    pub(super) fn of(built: &BuiltStage) -> Self {
        match built {
            BuiltStage::Article(factory) => Self::Article(factory.instance()),
            BuiltStage::Ordered(make) => Self::Ordered(make()),
        }
    }
}
