//! What the benches feed: articles from memory.
//!
//! Only the benches of this folder depend on it. `floor.rs` measures what the machinery costs without any
//! stage doing anything; `stages.rs` each stage and the four together; `durable.rs` what syncing
//! costs; `scheduling.rs` and `resume.rs` what the runner's design rests on; `plugin.rs` and `child.rs` what it costs
//! that a stage is not ours, by the stage of [`copy`].

pub mod copy;

use std::path::Path;
use std::sync::Arc;

use document::{Document, Form, Origin, Producer, Sha256};
use runner::{Options, Pipeline, PipelineStage, Policy, Segment};
use sha2::Digest;
use stage_api::{
    Arrival, BuiltStage, Encode, Outcome, Settings, Sink, SinkError, Source, SourceError,
    StageSpec, When,
};

/// Articles from memory, the payloads repeated under new ids until there are enough.
#[derive(Debug)]
pub struct FromMemory {
    payloads: Vec<Vec<u8>>,
    next: usize,
    articles: usize,
}

impl FromMemory {
    /// `articles` articles over these payloads.
    ///
    /// # Panics
    /// If there are no payloads.
    pub fn new(payloads: Vec<Vec<u8>>, articles: usize) -> Self {
        assert!(!payloads.is_empty(), "there is something to feed");
        Self { payloads, next: 0, articles }
    }
}

/// The plain English texts of the sample drop.
///
/// # Panics
/// If it is not there.
pub fn sample_texts() -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/drop")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the sample drop is here") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "txt") {
                texts.push(std::fs::read(path).expect("the file can be read"));
            }
        }
    }
    texts.sort();
    texts
}

/// The four stages with their defaults.
///
/// # Panics
/// If one cannot be built.
pub fn four_stages() -> Vec<PipelineStage> {
    let specs = [normalize::spec(), entity_tag::spec(), quote_extract::spec(), summarize::spec()];
    let stage = |spec: StageSpec| {
        let built = spec.build(&Settings::defaults(&spec.settings)).expect("the defaults fit");
        let writes = spec.info.writes.iter().map(ToString::to_string).collect();
        self::stage(&spec.info.name, writes, built)
    };
    specs.into_iter().map(stage).collect()
}

/// A document as a source makes it, payload digest included.
pub fn article(number: usize, payload: &[u8]) -> Document {
    let id = format!("bench/{number}");
    let sha256 = Sha256(sha2::Sha256::digest(payload).into());
    let mut doc =
        Document::new(id, Origin { sha256, ..Origin::path("bench") }, payload.to_vec(), Form::Text);
    doc.explicit_id = true;
    doc
}

impl Source for FromMemory {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        if self.next == self.articles {
            return Ok(None);
        }
        let payload = &self.payloads[self.next % self.payloads.len()];
        self.next += 1;
        Ok(Some(Arrival::Article(article(self.next, payload))))
    }
}

/// A sink that only counts.
#[derive(Debug, Default)]
pub struct Count(
    /// Outcomes so far.
    pub u64,
);

impl Sink for Count {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        None
    }

    fn write(&mut self, _: Outcome) -> Result<(), SinkError> {
        self.0 += 1;
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// A stage in its place in a pipeline, with nothing said about it but its name and what it writes.
pub fn stage(name: &str, writes: Vec<String>, built: BuiltStage) -> PipelineStage {
    let producer = Producer { stage: name.to_owned(), version: String::new(), key: String::new() };
    PipelineStage {
        producer: Arc::new(producer),
        writes,
        drop_file: None,
        when: When::default(),
        policy: Policy::default(),
        built,
    }
}

/// Runs `stages` as one segment over `articles` articles from memory.
///
/// # Panics
/// If not every article is written: a broken fast path must not win.
pub fn run(payloads: &[Vec<u8>], articles: usize, stages: &[PipelineStage], workers: usize) {
    let source = Box::new(FromMemory::new(payloads.to_vec(), articles));
    let segments = vec![Segment { stages: stages.to_vec(), workers: None }];
    let mut sink = Count::default();
    let options = Options { workers, ..Options::default() };
    let report = runner::run(Pipeline { source, segments, sink: &mut sink }, options);
    assert_eq!((report.counts.written, sink.0), (articles as u64, articles as u64));
}
