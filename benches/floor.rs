//! The floor: one hop over a channel, one pass-through stage call, and the empty pipeline.
//!
//! `cargo bench -p benches --bench floor`

use std::sync::Arc;
use std::thread;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use crossbeam_channel::bounded;
use document::Document;
use runner::PipelineStage;
use stage_api::{BuiltStage, Flow, Stage, StageError};

const ARTICLE_BYTES: usize = 5_000;

/// A stage that does nothing.
struct PassThrough;

impl Stage for PassThrough {
    fn process(&mut self, _: &mut Document) -> Result<Flow, StageError> {
        Ok(Flow::Keep)
    }
}

fn pass_through(name: &str) -> PipelineStage {
    let factory = || Box::new(PassThrough) as Box<dyn Stage>;
    benches::stage(name, Vec::new(), BuiltStage::Article(Arc::new(factory)))
}

/// One hop: boxed items in batches of 16 through one bounded channel to another thread.
fn hop(c: &mut Criterion) {
    const ITEMS: u64 = 100_000;
    let mut group = c.benchmark_group("hop");
    group.throughput(Throughput::Elements(ITEMS));
    group.sample_size(20);
    group.bench_function("batch 16", |b| {
        b.iter(|| {
            let (send, receive) = bounded::<Vec<Box<u64>>>(64);
            let reader =
                thread::spawn(move || receive.iter().map(|batch| batch.len() as u64).sum::<u64>());
            for first in (0..ITEMS).step_by(16) {
                send.send((first..ITEMS.min(first + 16)).map(Box::new).collect())
                    .expect("the reader listens");
            }
            drop(send);
            assert_eq!(reader.join().expect("the reader ends"), ITEMS);
        });
    });
}

/// Four pass-through stages between a source in memory and a sink that counts.
fn empty_pipeline(c: &mut Criterion) {
    const ARTICLES: usize = 100_000;
    let payloads: Vec<Vec<u8>> =
        (0..64_u8).map(|seed| vec![b'a' + seed % 26; ARTICLE_BYTES]).collect();
    let stages = ["one", "two", "three", "four"].map(pass_through);
    let mut group = c.benchmark_group("empty pipeline");
    group.throughput(Throughput::Elements(ARTICLES as u64));
    group.sample_size(10);
    for workers in [1, 2] {
        group.bench_function(format!("{workers} workers, articles of 5 KB"), |b| {
            b.iter(|| benches::run(&payloads, ARTICLES, &stages, workers));
        });
    }
}

criterion_group!(floor, hop, empty_pipeline);
criterion_main!(floor);
