//! What to run and how, and the run itself: threads and the channels between them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};
use document::{Document, Producer};
use stage_api::{
    BuiltStage, Encode, IdHash, MaxFailures, OnError, Order, Outcome, Receipt, Sink, Source, When,
};

use crate::budget::Budget;
use crate::commit::{self, Commit, Committed};
use crate::feed::{self, Feed};
use crate::gauges::Gauges;
use crate::ledger::Ledger;
use crate::reading::Reading;
use crate::report::{Ending, Report, RunError};
use crate::stop::Stop;
use crate::work::{self, Worker};

/// A source, the stages cut into segments, and a sink.
pub struct Pipeline<'s> {
    /// Where articles come from. It runs on a thread of its own, which outlives the run if it is
    /// stopped while waiting for input.
    pub source: Box<dyn Source>,
    /// The stages in order, cut where a channel is wanted.
    pub segments: Vec<Segment>,
    /// Where records go; called on the thread that calls [`run`].
    pub sink: &'s mut dyn Sink,
}

/// Stages that one worker takes a batch through without a channel between them.
#[derive(Clone, Debug, Default)]
pub struct Segment {
    /// The stages. An ordered stage is alone in its segment.
    pub stages: Vec<PipelineStage>,
    /// Number of workers; `None` for the run's own number. An ordered stage always has one.
    pub workers: Option<usize>,
}

impl Segment {
    pub(crate) fn is_ordered(&self) -> bool {
        self.stages.iter().any(|stage| matches!(stage.built, BuiltStage::Ordered(_)))
    }
}

/// A stage in its place in the pipeline.
#[derive(Clone, Debug)]
pub struct PipelineStage {
    /// Its name here, version and key: the provenance of what it writes.
    pub producer: Arc<Producer>,
    /// The layers that it declared to write.
    pub writes: Vec<String>,
    /// The file of drop records that it declared, without `.jsonl`.
    pub drop_file: Option<String>,
    /// Which articles it works on; the others pass it by.
    pub when: When,
    /// What to do about its errors.
    pub policy: Policy,
    /// The stage.
    pub built: BuiltStage,
}

/// What to do when a stage fails on an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// What becomes of the article.
    pub on_error: OnError,
    /// How many more times to try after [`StageError::Retry`](stage_api::StageError::Retry).
    pub retries: u32,
}

/// How to run; [`Options::default`] suits tests.
#[derive(Debug)]
pub struct Options {
    /// Workers of each segment that does not say otherwise; 0 is one per core.
    pub workers: usize,
    /// Articles in one channel message, at most.
    pub batch: usize,
    /// Bytes of articles in flight.
    pub memory: u64,
    /// Order of the outcomes.
    pub order: Order,
    /// What becomes of the run where something cannot be read; what a stage's errors cost is its own
    /// [`Policy`]. [`OnError::SkipStage`] means nothing here.
    pub on_error: OnError,
    /// How many failures end the run.
    pub max_failures: Option<MaxFailures>,
    /// What earlier runs committed.
    pub ledger: Ledger,
    /// Where given, it says what is known, and not the ledger: each arrival is an article of its own.
    pub reading: Option<Reading>,
    /// What beside payload and metadata counts for an article, as a digest that is not 0: its corrections by
    /// hand. Where that changes, the article is a revision.
    pub amended: BTreeMap<IdHash, u64>,
    /// The request to stop, to keep a clone of.
    pub stop: Stop,
    /// Figures to watch while it runs, to keep a clone of.
    pub gauges: Arc<Gauges>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workers: 0,
            batch: 16,
            memory: 64 << 20,
            order: Order::Input,
            on_error: OnError::default(),
            max_failures: None,
            ledger: Ledger::default(),
            reading: None,
            amended: BTreeMap::new(),
            stop: Stop::default(),
            gauges: Arc::default(),
        }
    }
}

impl Options {
    /// The workers, counted.
    fn workers(&self) -> usize {
        match self.workers {
            0 => thread::available_parallelism().map_or(1, Into::into),
            given => given,
        }
    }
}

/// An article on its way, or its outcome: what the channels carry.
#[derive(Debug)]
pub(crate) struct InFlight {
    /// Place in the input, from 0.
    pub(crate) number: u64,
    /// Bytes in flight that it reserved.
    pub(crate) charge: u64,
    /// The number of its file, where the source counts them.
    pub(crate) file: Option<u64>,
    /// Digest of the supplied metadata and of what else counts for it.
    pub(crate) fingerprint: u64,
    /// How far it is.
    pub(crate) state: State,
    /// What it changed in the state of ordered stages, in pipeline order.
    pub(crate) changes: Vec<Change>,
}

/// What one article changed in the state of an ordered stage.
#[derive(Debug)]
pub(crate) struct Change {
    /// The stage's name in the pipeline.
    pub(crate) stage: String,
    /// The change, as only the stage understands it.
    pub(crate) bytes: Vec<u8>,
}

/// How far an article is.
#[derive(Debug)]
pub(crate) enum State {
    /// Stages are still to come.
    Live(Document),
    /// It has its outcome and only waits for its turn.
    Done(Outcome),
    /// It has its outcome, and the run ends with it.
    Last(Outcome, String),
    /// The run ends before it: no article can be processed, so this one has no outcome and the next run
    /// takes it again.
    Barred(String),
    /// A stop was requested before its next segment began: it has no outcome either.
    Left,
}

pub(crate) type Batch = Vec<InFlight>;

/// What to remember of a document that leaves the pipeline.
pub(crate) fn receipt(doc: &mut Document, fingerprint: u64) -> Receipt {
    Receipt {
        id: doc.id().to_owned(),
        explicit_id: doc.explicit_id,
        revision: doc.revision,
        origin: std::mem::take(&mut doc.origin),
        fingerprint,
    }
}

/// Runs a pipeline to its end and reports what became of every article.
///
/// Before the first article, each ordered stage gets back from the sink what it knew.
///
/// Returns when everything taken in has its outcome and the sink has finished. After a stop was
/// requested or the run failed, articles from some place of the input on have none; [`Report::ending`] says which.
///
/// # Panics
/// If an ordered stage shares its segment with another stage, or if the counts do not add up: both are bugs.
pub fn run(pipeline: Pipeline<'_>, options: Options) -> Report {
    let Pipeline { source, mut segments, sink } = pipeline;
    if segments.last().is_none_or(Segment::is_ordered) {
        segments.push(Segment::default()); // records are encoded by workers, not by the ordered stage's thread
    }
    #[expect(
        clippy::disallowed_methods,
        reason = "the time a run takes is a figure of it, never of its output"
    )]
    let begun = Instant::now();
    let workers = options.workers();
    let gauges = Arc::clone(&options.gauges);
    gauges.begin(segments.iter().flat_map(work::no_figures).collect(), segments.len());
    let mut remembering = Vec::with_capacity(segments.len());
    for segment in &segments {
        match work::remembering(segment, sink) {
            Ok(instance) => remembering.push(instance),
            Err(error) => {
                let committed = Committed::unable(RunError::State(error));
                let stages = gauges.stages();
                return committed.into_report(Ok(()), false, stages, workers, begun.elapsed());
            }
        }
    }
    let depth = 4 * workers;
    let budget = Arc::new(Budget::new(options.memory));
    let encoder: Option<Arc<dyn Encode>> = sink.encoder().map(Arc::from);
    let (feed_out, mut input) = bounded(depth);
    let feed = Feed {
        source,
        ledger: options.ledger,
        reading: options.reading,
        amended: options.amended,
        batch: options.batch.max(1),
        abort_on_failure: options.on_error == OnError::Abort,
        budget: Arc::clone(&budget),
        stop: options.stop.clone(),
        gauges: Arc::clone(&options.gauges),
    };
    let feeding = thread::Builder::new()
        .name("copydesk-source".to_owned())
        .spawn(move || feed::feed(feed, &feed_out))
        .expect("the system starts a thread");

    let last = segments.len() - 1;
    let (committed, ordered) = thread::scope(|scope| {
        let mut threads = Vec::new();
        let mut first_stage = 0;
        for (index, (segment, mut remembering)) in segments.iter().zip(remembering).enumerate() {
            let (output, next_input) = bounded(depth);
            let encoder = if index == last { encoder.clone() } else { None };
            let count =
                if segment.is_ordered() { 1 } else { segment.workers.unwrap_or(workers).max(1) };
            for number in 0..count {
                let channels = Channels {
                    input: input.clone(),
                    output: output.clone(),
                    stop: options.stop.clone(),
                    segment: index,
                    own_workers: segment.workers.is_some(),
                    first_stage,
                    gauges: Arc::clone(&gauges),
                };
                let worker =
                    Worker::new(segment, remembering.take(), encoder.clone(), index == last);
                let thread = thread::Builder::new()
                    .name(format!("copydesk-{index}-{number}"))
                    .spawn_scoped(scope, move || work::work(worker, &channels))
                    .expect("the system starts a thread");
                threads.push(thread);
            }
            first_stage += segment.stages.len();
            input = next_input;
        }
        let commit = Commit::new(
            &mut *sink,
            options.order,
            options.max_failures,
            &budget,
            (&gauges, segments.len()),
        );
        let committed = commit::commit(commit, input);
        // The receiver is gone: workers that still send find out and end; so must those that wait.
        if committed.ended_early() {
            options.stop.request();
        }
        budget.close();
        let join = |thread: thread::ScopedJoinHandle<'_, _>| {
            thread.join().expect("a worker catches what its stages throw")
        };
        let ordered = threads.into_iter().filter_map(join).collect();
        (committed, ordered)
    });
    let committed = committed.conclude(sink, ordered);
    // A source that is stopped while it waits for input cannot be woken; its thread ends with the program.
    let source_end = if options.stop.is_requested() && !feeding.is_finished() {
        Ok(())
    } else {
        feeding.join().unwrap_or(Err(RunError::SourcePanicked(String::new())))
    };
    let interrupted = options.stop.is_requested();
    committed.into_report(source_end, interrupted, gauges.stages(), workers, begun.elapsed())
}

/// What a worker is connected to.
#[derive(Debug)]
pub(crate) struct Channels {
    pub(crate) input: Receiver<Batch>,
    pub(crate) output: Sender<Batch>,
    pub(crate) stop: Stop,
    /// Number of the segment. The input of the first may never end by itself.
    pub(crate) segment: usize,
    /// Whether it says how many workers it has.
    pub(crate) own_workers: bool,
    /// Number of its first stage.
    pub(crate) first_stage: usize,
    pub(crate) gauges: Arc<Gauges>,
}

impl Report {
    /// Whether the run went through to its end.
    pub fn is_complete(&self) -> bool {
        matches!(self.ending, Ending::Complete)
    }
}
