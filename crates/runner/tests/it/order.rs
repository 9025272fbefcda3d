//! Same outcomes in the same order, whatever the workers, the batches and the memory.

use std::sync::Mutex;

use proptest::prelude::*;
use runner::{Options, Segment};
use stage_api::{Flow, StageError};

use crate::pipelines::{article_stage, fused, number, numbers, ordered_stage, run};

/// Fails on every seventh article, panics on every eleventh, discards every fifth, and takes
/// longer for some than for others.
fn segments(cut: bool) -> Vec<Segment> {
    let uneven = article_stage("uneven", |doc| {
        let number = number(doc);
        std::hint::black_box((0..number % 13 * 500).sum::<u64>());
        assert!(number % 11 != 3, "number {number} is unlucky");
        if number % 7 == 2 {
            return Err(StageError::Article(format!("number {number} is refused")));
        }
        Ok(if number % 5 == 1 { Flow::Discard("fifth".into()) } else { Flow::Keep })
    });
    let seen = Mutex::new(None);
    let ordered = ordered_stage("ordered", move |doc| {
        let mut last = seen.lock().unwrap();
        assert!(
            last.is_none_or(|last| last < number(doc)),
            "an ordered stage sees articles in input order"
        );
        *last = Some(number(doc));
        Ok(Flow::Keep)
    });
    let last = article_stage("last", |_| Ok(Flow::Keep));
    if cut {
        let own = Segment { stages: vec![uneven], workers: Some(3) };
        let ordered = Segment { stages: vec![ordered], workers: None };
        vec![own, ordered, Segment { stages: vec![last], workers: None }]
    } else {
        vec![Segment { stages: vec![uneven, last], workers: None }]
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn workers_batches_and_memory_change_nothing(
        workers in 1..6_usize,
        batch in 1..40_usize,
        memory in prop_oneof![Just(1_u64), Just(20_000), Just(64 << 20)],
        cut: bool,
        articles in 0..400_u64,
    ) {
        let options = Options { workers, batch, memory, ..Options::default() };
        let (lines, report) = run(numbers(articles), segments(cut), options);
        let plain = Options { workers: 1, batch: 1, ..Options::default() };
        let (expected, _) = run(numbers(articles), segments(cut), plain);
        prop_assert_eq!(report.counts.read, articles);
        prop_assert_eq!(lines, expected);
    }
}

#[test]
fn an_ordered_stage_alone_still_gets_records_out() {
    let ordered =
        Segment { stages: vec![ordered_stage("ordered", |_| Ok(Flow::Keep))], workers: None };
    let (lines, report) = run(numbers(100), vec![ordered], Options::default());
    assert_eq!((lines.len(), report.counts.written), (100, 100));
    assert_eq!(lines[42], "42 test.ordered");
}

#[test]
fn no_stage_at_all_passes_everything_on() {
    let (lines, report) = run(numbers(3), fused(Vec::new()), Options::default());
    assert_eq!(lines, ["0", "1", "2"]);
    assert!(report.is_complete());
}
