//! What the boundary costs: the same stage called statically and as a plugin, over an article of 5 KB with
//! 50 mentions in and 50 rows out, every check on.
//!
//! `cargo bench -p benches --bench plugin`; the figures are kept in `docs/performance.md`.

#![allow(clippy::print_stdout, reason = "a bench says what it found")]

use benches::copy::{self, Copy};
use criterion::{Criterion, criterion_group, criterion_main};
use stage_api::{Flow, Stage};

fn lanes(c: &mut Criterion) {
    let article = copy::article(0);
    assert_eq!((article.text().len(), article.rows().len()), (5000, 50));
    let mut group = c.benchmark_group("copy of 50 rows");
    let native = copy::stage(copy::library(), false);
    let mut stages: [(&str, Box<dyn Stage>); 2] = [("static", Box::new(Copy)), ("native", native)];
    for (lane, stage) in &mut stages {
        let mut doc = article.clone();
        group.bench_function(*lane, |b| {
            b.iter(|| {
                // Undone after each call, which costs the same in every lane.
                let before = doc.checkpoint();
                assert_eq!(stage.process(&mut doc), Ok(Flow::Keep));
                assert_eq!(doc.rows().len(), 100);
                doc.roll_back(before);
            });
        });
    }
    group.finish();
    for (lane, stage) in &mut stages {
        let fastest = copy::fastest(20_000, stage.as_mut(), std::slice::from_ref(&article));
        println!("{lane}: {} ns in the fastest of 20,000 calls", fastest.as_nanos());
    }
}

criterion_group!(benches, lanes);
criterion_main!(benches);
