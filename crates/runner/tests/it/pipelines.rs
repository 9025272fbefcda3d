//! A source of numbered articles, stages from closures, and a sink that remembers.

use std::sync::{Arc, Once};

use document::{Document, Form, Origin, Producer, Sha256, Text, symbol};
use runner::{Options, Pipeline, PipelineStage, Policy, Report, Segment};
use stage_api::{
    Arrival, BuiltStage, Encode, Flow, OrderedStage, Outcome, Sink, SinkError, Source, SourceError,
    Stage, StageError, When,
};

/// Articles `0`, `1`, … with their number as text.
pub(crate) struct Numbers {
    pub(crate) next: u64,
    pub(crate) end: u64,
}

pub(crate) fn numbers(end: u64) -> Box<dyn Source> {
    Box::new(Numbers { next: 0, end })
}

pub(crate) fn article(number: u64) -> Document {
    let text = number.to_string();
    let mut sha256 = [0; 32];
    sha256[..8].copy_from_slice(&number.to_le_bytes());
    let origin = Origin { sha256: Sha256(sha256), ..Origin::path(format!("drop/{text}.txt")) };
    Document::new(format!("drop/{text}.txt"), origin, text.into_bytes(), Form::Text)
}

impl Source for Numbers {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        self.next += 1;
        Ok((self.next <= self.end).then(|| Arrival::Article(article(self.next - 1))))
    }
}

/// The number of an article.
pub(crate) fn number(doc: &Document) -> u64 {
    std::str::from_utf8(doc.payload()).unwrap().parse().unwrap()
}

type Process = dyn Fn(&mut Document) -> Result<Flow, StageError> + Send + Sync;

struct FromFn(Arc<Process>);

impl Stage for FromFn {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        (self.0)(doc)
    }
}

impl OrderedStage for FromFn {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        (self.0)(doc)
    }
}

pub(crate) fn stage(name: &str, built: BuiltStage) -> PipelineStage {
    let producer = Producer { stage: name.to_owned(), version: "1".to_owned(), key: String::new() };
    PipelineStage {
        producer: Arc::new(producer),
        writes: vec![format!("test.{name}")],
        drop_file: None,
        when: When::default(),
        policy: Policy::default(),
        built,
    }
}

pub(crate) fn article_stage<F>(name: &str, process: F) -> PipelineStage
where
    F: Fn(&mut Document) -> Result<Flow, StageError> + Send + Sync + 'static,
{
    let process: Arc<Process> = Arc::new(process);
    let factory = move || Box::new(FromFn(Arc::clone(&process))) as Box<dyn Stage>;
    stage(name, BuiltStage::Article(Arc::new(factory)))
}

pub(crate) fn ordered_stage<F>(name: &str, process: F) -> PipelineStage
where
    F: Fn(&mut Document) -> Result<Flow, StageError> + Send + Sync + 'static,
{
    let process: Arc<Process> = Arc::new(process);
    stage(name, BuiltStage::Ordered(Arc::new(move || Box::new(FromFn(Arc::clone(&process))))))
}

/// Sets the text, so that later stages can add rows.
pub(crate) fn set_text() -> PipelineStage {
    article_stage("set-text", |doc| {
        let text = String::from_utf8(doc.payload().to_vec()).unwrap();
        doc.set_text(Text::verbatim(text));
        Ok(Flow::Keep)
    })
}

/// One line per outcome, in the order in which they came.
#[derive(Default)]
pub(crate) struct Remember {
    pub(crate) lines: Vec<String>,
    pub(crate) finished: bool,
    /// Say that the reader has gone at this outcome.
    pub(crate) close_at: Option<usize>,
}

struct Line;

impl Encode for Line {
    fn encode(&self, doc: &Document, out: &mut Vec<u8>) -> Result<(), String> {
        let layers: Vec<_> =
            doc.layers_written().iter().map(|written| doc.name_of(written.layer)).collect();
        let notes: Vec<_> =
            doc.layer(symbol::NOTES).map(|(_, row)| doc.value(row).unwrap()).collect();
        out.extend(format!("{} {} {}", number(doc), layers.join(","), notes.join(",")).bytes());
        Ok(())
    }
}

impl Sink for Remember {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        Some(Box::new(Line))
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        if self.close_at == Some(self.lines.len()) {
            return Err(SinkError::Closed);
        }
        self.lines.push(match outcome {
            Outcome::Written { record, .. } => {
                String::from_utf8(record).unwrap().trim_end().to_owned()
            }
            Outcome::Discarded { reason, receipt } => format!("{} discarded: {reason}", receipt.id),
            Outcome::Unchanged => "unchanged".to_owned(),
            Outcome::Moved { receipt } => format!("{} moved", receipt.id),
            Outcome::Restored { receipt, .. } => format!("{} restored", receipt.id),
            Outcome::Failed { failure, .. } => {
                let stage = failure.stage.unwrap_or_default();
                format!("{} {} in {stage}: {}", failure.id, failure.class.word(), failure.message)
            }
        });
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.finished = true;
        Ok(())
    }
}

/// Runs `segments` over `source` and returns what the sink saw and the report.
pub(crate) fn run(
    source: Box<dyn Source>,
    segments: Vec<Segment>,
    options: Options,
) -> (Vec<String>, Report) {
    static QUIET: Once = Once::new();
    QUIET.call_once(runner::note_stage_panics);
    let mut sink = Remember::default();
    let report = runner::run(Pipeline { source, segments, sink: &mut sink }, options);
    assert!(sink.finished, "the sink finishes whatever the ending");
    (sink.lines, report)
}

/// All stages in one segment.
pub(crate) fn fused(stages: Vec<PipelineStage>) -> Vec<Segment> {
    vec![Segment { stages, workers: None }]
}
