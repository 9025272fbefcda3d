//! Plan → threads and bounded channels: streams documents from a source through stages to a sink.
//!
//! The program depends on this crate; stages, sources and sinks depend on `stage-api` alone.
//! It knows no stage by name and no configuration file.
//!
//! ```text
//! source thread ─▶ [batches] ─▶ worker pool ─▶ [batches] ─▶ ordered stage ─▶ [batches] ─▶ pool ─▶ [batches] ─▶ commit
//!      ▲  identity: new, revised, unchanged, duplicate                                              │
//!      └───────────────────────────── bytes in flight are given back ◀──────────────────────────────┘
//! ```
//!
//! Neighbouring article stages form one *segment*: a worker takes a batch through all of them, so
//! no thread waits for a slower neighbour. An ordered stage, a stage with its own workers, and one that asks for
//! isolation are segments of their own, with a bounded channel before and after; a stage that is
//! alone may take several articles in one call. What an ordered stage learns from an article goes
//! with that article to the sink, and comes back to the stage at the start of the next run. The
//! last segment also turns documents into record bytes; the calling thread restores input order and hands the outcomes to
//! the sink. Every article has exactly one [`Outcome`](stage_api::Outcome).
//!
//! ```
//! use std::sync::Arc;
//! use document::{Document, Form, Origin};
//! use runner::{Options, Pipeline, run};
//! use stage_api::{Arrival, Encode, Outcome, Sink, SinkError, Source, SourceError};
//!
//! struct Three(u32);
//! impl Source for Three {
//!     fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
//!         self.0 += 1;
//!         let id = format!("drop/{}.txt", self.0);
//!         let mut doc = Document::new(id.clone(), Origin::path(id), b"text".to_vec(), Form::Text);
//!         doc.explicit_id = true; // or the same text twice would be a duplicate
//!         Ok((self.0 <= 3).then_some(Arrival::Article(doc)))
//!     }
//! }
//!
//! struct Nothing;
//! impl Sink for Nothing {
//!     fn encoder(&self) -> Option<Box<dyn Encode>> { None }
//!     fn write(&mut self, _: Outcome) -> Result<(), SinkError> { Ok(()) }
//!     fn finish(&mut self) -> Result<(), SinkError> { Ok(()) }
//! }
//!
//! let pipeline = Pipeline { source: Box::new(Three(0)), segments: Vec::new(), sink: &mut Nothing };
//! let report = run(pipeline, Options::default());
//! assert_eq!((report.counts.read, report.counts.written), (3, 3));
//! ```
//!
//! Who has articles in hand and wants their outcomes back, without source, identity and sink, takes them through a
//! [`Line`] of the same stages on its own thread.
//!
//! It journals nothing: the sink `Folder` does, and hands what it knows of articles back in
//! [`Options::ledger`], and what stages knew in [`replay`](stage_api::Sink::replay).

mod budget;
mod commit;
mod feed;
mod fingerprint;
mod gauges;
mod ledger;
mod line;
mod panics;
mod pipeline;
mod reading;
mod reorder;
mod report;
mod running;
mod spill;
mod stop;
mod table;
mod waiting;
mod work;

pub use fingerprint::fingerprint;
pub use gauges::Gauges;
pub use ledger::{Admission, Ledger};
pub use line::{Line, NoArticle};
pub use panics::note_stage_panics;
pub use pipeline::{Options, Pipeline, PipelineStage, Policy, Segment, run};
pub use reading::Reading;
pub use report::{Counts, Ending, Latencies, Report, RunError, StageFigures};
pub use stop::Stop;
