//! What it costs to make columns of what the four stages found, over records and without: step by step, over the
//! articles of the sample drop.
//!
//! `cargo bench -p benches --bench columns`; the figures are kept in `docs/performance.md`.

use std::hint::black_box;

use benches::{article, sample_texts};
use columns::{Rows, Table};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use document::Document;
use stage_api::{BuiltStage, Flow, Settings};
use wire::{Options, Record, Tape};

const ARTICLES: usize = 256;

/// Documents that the four stages have passed.
fn documents() -> Vec<Document> {
    let texts = sample_texts();
    let texts = texts.iter().cycle().take(ARTICLES).enumerate();
    let mut docs: Vec<Document> = texts.map(|(n, payload)| article(n, payload)).collect();
    for spec in [normalize::spec(), entity_tag::spec(), quote_extract::spec(), summarize::spec()] {
        let built = spec.build(&Settings::defaults(&spec.settings)).expect("the defaults fit");
        let BuiltStage::Article(factory) = built else { panic!("it is an article stage") };
        let mut stage = factory.instance();
        for doc in &mut docs {
            assert_eq!(stage.process(doc).expect("the sample drop passes"), Flow::Keep);
            for layer in &spec.info.writes {
                let layer = doc.intern(layer);
                doc.mark_written(layer);
            }
        }
    }
    docs
}

fn line(doc: &Document) -> Vec<u8> {
    let mut line = Vec::new();
    wire::encode(doc, &Options::default(), &mut line).expect("the documents are sound");
    line
}

fn tape(doc: &Document) -> Vec<u8> {
    let mut tape = Vec::new();
    wire::tell(doc, &Options::default(), &mut Tape(&mut tape)).expect("the documents are sound");
    tape
}

fn both_ways(c: &mut Criterion) {
    let docs = documents();
    let lines: Vec<_> = docs.iter().map(line).collect();
    let tapes: Vec<_> = docs.iter().map(tape).collect();
    let read = || -> Vec<Record> {
        lines.iter().map(|line| Record::parse(line).expect("it is a record")).collect()
    };
    let records = read();
    let mut group = c.benchmark_group("columns");
    group.throughput(Throughput::Elements(ARTICLES as u64));
    group.bench_function("lines", |b| {
        b.iter(|| docs.iter().for_each(|doc| drop(black_box(line(doc)))));
    });
    group.bench_function("records of lines", |b| b.iter_with_large_drop(read));
    group.bench_function("drop of records", |b| b.iter_batched(read, drop, BatchSize::LargeInput));
    group.bench_function("columns of records", |b| {
        b.iter(|| columns::batch(Table::Nested, &records).expect("they fit"));
    });
    group.bench_function("tapes", |b| {
        b.iter(|| docs.iter().for_each(|doc| drop(black_box(tape(doc)))));
    });
    group.bench_function("columns of tapes", |b| {
        b.iter(|| {
            let mut rows = Rows::new();
            for tape in &tapes {
                wire::play(tape, &mut rows);
            }
            rows.finish().expect("they fit")
        });
    });
}

criterion_group!(benches, both_ways);
criterion_main!(benches);
