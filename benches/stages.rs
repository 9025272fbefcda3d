//! Each stage on its own, and the four together with the record, over the articles of the sample drop.
//!
//! `cargo bench -p benches --bench stages`; the figures are kept in `docs/performance.md`.

use std::hint::black_box;

use benches::{article, sample_texts};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use document::Document;
use stage_api::{BuiltStage, Flow, Settings, Stage, StageSpec};

/// The four stages in order.
fn specs() -> [StageSpec; 4] {
    [normalize::spec(), entity_tag::spec(), quote_extract::spec(), summarize::spec()]
}

fn instance(spec: &StageSpec) -> Box<dyn Stage> {
    let built = spec.build(&Settings::defaults(&spec.settings)).expect("the defaults fit");
    let BuiltStage::Article(factory) = built else {
        panic!("`{}` is an article stage", spec.info.name)
    };
    factory.instance()
}

fn process(stage: &mut dyn Stage, spec: &StageSpec, doc: &mut Document) {
    let flow = stage.process(doc).expect("the sample drop passes");
    assert_eq!(flow, Flow::Keep);
    for layer in &spec.info.writes {
        let layer = doc.intern(layer);
        doc.mark_written(layer);
    }
}

/// One stage over documents that the stages before it have passed.
fn each_stage(c: &mut Criterion) {
    let specs = specs();
    let mut docs: Vec<Document> =
        sample_texts().iter().enumerate().map(|(n, payload)| article(n, payload)).collect();
    let characters: usize =
        docs.iter().map(|doc| String::from_utf8_lossy(doc.payload()).chars().count()).sum();
    let mut group = c.benchmark_group("stage");
    group.throughput(Throughput::Elements(characters as u64)); // so that a report reads in characters a second
    for spec in &specs {
        let mut stage = instance(spec);
        group.bench_function(spec.info.name.as_ref(), |b| {
            b.iter_batched_ref(
                || docs.clone(),
                |docs| docs.iter_mut().for_each(|doc| process(stage.as_mut(), spec, doc)),
                BatchSize::LargeInput,
            );
        });
        for doc in &mut docs {
            process(stage.as_mut(), spec, doc);
        }
    }
    let options = wire::Options::default();
    group.bench_function("record", |b| {
        let mut out = Vec::new();
        b.iter(|| {
            out.clear();
            for doc in &docs {
                wire::encode(doc, &options, &mut out).expect("the documents are sound");
            }
            assert!(black_box(&out).len() > characters);
        });
    });
}

/// Source, four stages, sink: articles a second.
fn together(c: &mut Criterion) {
    const ARTICLES: usize = 2_000;
    let stages = specs().map(|spec| {
        let built = spec.build(&Settings::defaults(&spec.settings)).expect("the defaults fit");
        benches::stage(
            &spec.info.name,
            spec.info.writes.iter().map(ToString::to_string).collect(),
            built,
        )
    });
    let payloads = sample_texts();
    let mut group = c.benchmark_group("four stages");
    group.throughput(Throughput::Elements(ARTICLES as u64));
    group.sample_size(10);
    for workers in [1, 2] {
        group.bench_function(format!("{workers} workers"), |b| {
            b.iter(|| benches::run(&payloads, ARTICLES, &stages, workers));
        });
    }
}

criterion_group!(stages, each_stage, together);
criterion_main!(stages);
