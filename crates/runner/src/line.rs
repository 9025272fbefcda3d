//! The stages without the run: articles in, their outcomes out, on the calling thread.

use std::sync::Arc;

use document::Document;
use stage_api::{Encode, Outcome};

use crate::pipeline::{InFlight, Segment, State};
use crate::work::Worker;

/// Article stages in order, for who has articles in hand and wants their outcomes back.
///
/// It has instances of its own of every stage, which live as long as it does. There is no source, no sink and no
/// identity: each article is the first of its id. Everything else is as in a run, so the records are the same: the
/// stages' conditions, retries, panics and batches.
pub struct Line {
    workers: Vec<Worker>,
}

/// No article can be processed; displays as which stage says so, on which article, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoArticle(pub String);

impl Line {
    /// A line of the stages of `segments`. Its outcomes have no records before it [is told](Self::encode_with) which.
    ///
    /// # Panics
    /// If a stage is ordered: it would have to see every article there is.
    pub fn new(segments: &[Segment]) -> Self {
        assert!(!segments.iter().any(Segment::is_ordered), "a line has article stages alone");
        let none = [Segment::default()];
        let segments = if segments.is_empty() { &none } else { segments };
        let last = segments.len() - 1;
        let worker = |(at, segment)| Worker::new(segment, None, None, at == last);
        Self { workers: segments.iter().enumerate().map(worker).collect() }
    }

    /// From now on the outcomes have the records of this encoder.
    pub fn encode_with(&mut self, encoder: Arc<dyn Encode>) {
        if let Some(last) = self.workers.last_mut() {
            last.encode_with(encoder);
        }
    }

    /// The outcomes of articles, in their order. A stage that takes batches gets them together.
    ///
    /// # Errors
    /// [`NoArticle`] where a stage says that it can work on none; the outcomes of the others are lost with it.
    pub fn take(&mut self, docs: Vec<Document>) -> Result<Vec<Outcome>, NoArticle> {
        let in_flight = |(number, doc)| InFlight {
            number,
            charge: 0,
            file: None,
            fingerprint: 0,
            state: State::Live(doc),
            changes: Vec::new(),
        };
        let mut batch = (0..).zip(docs).map(in_flight).collect();
        for worker in &mut self.workers {
            worker.advance_all(&mut batch, None);
        }
        let outcome = |item: InFlight| match item.state {
            State::Done(outcome) | State::Last(outcome, _) => Ok(outcome),
            State::Barred(words) => Err(NoArticle(words)),
            State::Live(_) | State::Left => unreachable!("the last worker ends every article"),
        };
        batch.into_iter().map(outcome).collect()
    }
}
