//! A thread a stage, two a stage, or each article run to completion by one of two workers.
//!
//! `cargo bench -p benches --bench scheduling`: four stages that only burn time, one of them ordered where a profile says so. A figure is
//! articles a second; divide it by that of run to completion.

use std::hint::black_box;
use std::sync::Arc;

use benches::{Count, FromMemory};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use document::Document;
use runner::{Options, Pipeline, PipelineStage, Segment};
use stage_api::{BuiltStage, Flow, OrderedStage, Stage, StageError};

const ARTICLES: usize = 4_000;

/// Steps of [`burn`](Burn::burn) in a unit of a profile; a unit is about a seventh of a microsecond.
const STEPS: u64 = 1_000;

/// What the four stages take, in units, and which of them sees the articles in order.
const PROFILES: [(&str, [u64; 4], Option<usize>); 5] = [
    ("even", [50, 50, 50, 50], None),
    ("skewed", [10, 30, 20, 240], None),
    ("cheap", [2, 5, 3, 10], None),
    ("third ordered", [20, 60, 80, 140], Some(2)),
    ("ours", [40, 480, 20, 40], None),
];

struct Burn(u64);

impl Burn {
    fn burn(&self) -> Flow {
        let mut state = self.0 | 1;
        for _ in 0..self.0 * STEPS {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        }
        black_box(state);
        Flow::Keep
    }
}

impl Stage for Burn {
    fn process(&mut self, _: &mut Document) -> Result<Flow, StageError> {
        Ok(self.burn())
    }
}

impl OrderedStage for Burn {
    fn process(&mut self, _: &mut Document) -> Result<Flow, StageError> {
        Ok(self.burn())
    }
}

fn stages(costs: [u64; 4], ordered: Option<usize>) -> Vec<PipelineStage> {
    let built = |(number, cost): (usize, u64)| {
        let built = if ordered == Some(number) {
            BuiltStage::Ordered(Arc::new(move || Box::new(Burn(cost)) as Box<dyn OrderedStage>))
        } else {
            BuiltStage::Article(Arc::new(move || Box::new(Burn(cost)) as Box<dyn Stage>))
        };
        benches::stage(&format!("burn-{number}"), Vec::new(), built)
    };
    costs.into_iter().enumerate().map(built).collect()
}

/// The stages in one segment, cut only at the ordered one.
fn run_to_completion(stages: Vec<PipelineStage>) -> Vec<Segment> {
    let mut segments = vec![Segment::default()];
    for stage in stages {
        let ordered = matches!(stage.built, BuiltStage::Ordered(_));
        if ordered {
            segments.push(Segment { stages: vec![stage], workers: None });
            segments.push(Segment::default());
        } else {
            segments.last_mut().expect("there is one").stages.push(stage);
        }
    }
    segments
}

fn apart(stages: Vec<PipelineStage>, workers: usize) -> Vec<Segment> {
    let alone = |stage| Segment { stages: vec![stage], workers: Some(workers) };
    stages.into_iter().map(alone).collect()
}

fn scheduling(c: &mut Criterion) {
    let payloads = vec![b"an article".to_vec()];
    for (name, costs, ordered) in PROFILES {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(ARTICLES as u64));
        group.sample_size(10);
        let designs = [
            ("run to completion", run_to_completion(stages(costs, ordered))),
            ("a thread a stage", apart(stages(costs, ordered), 1)),
            ("two threads a stage", apart(stages(costs, ordered), 2)),
        ];
        for (design, segments) in designs {
            group.bench_function(BenchmarkId::from_parameter(design), |b| {
                b.iter(|| {
                    let source = Box::new(FromMemory::new(payloads.clone(), ARTICLES));
                    let mut sink = Count::default();
                    let pipeline = Pipeline { source, segments: segments.clone(), sink: &mut sink };
                    let report =
                        runner::run(pipeline, Options { workers: 2, ..Options::default() });
                    assert_eq!(report.counts.written, ARTICLES as u64);
                });
            });
        }
    }
}

criterion_group!(designs, scheduling);
criterion_main!(designs);
