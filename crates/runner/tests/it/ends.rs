//! How a run ends.

use crossbeam_channel::{Receiver, bounded};
use runner::{Ending, Options, Pipeline, Policy, RunError, Segment, Stop};
use stage_api::{Arrival, Flow, MaxFailures, OnError, Order, Source, SourceError, StageError};

use crate::pipelines::{Remember, article, article_stage, fused, number, numbers, run};

/// A stage that asks for the stop at article 100.
fn stopping_at_100(name: &'static str, stop: &Stop) -> runner::PipelineStage {
    let stop = stop.clone();
    article_stage(name, move |doc| {
        if number(doc) == 100 {
            stop.request();
        }
        Ok(Flow::Keep)
    })
}

#[test]
fn a_stop_finishes_what_a_stage_is_at_work_on_and_leaves_the_rest() {
    for order in [Order::Input, Order::Any] {
        // Before the second of two segments still is a queue: with workers of its own, it is left, too.
        for (workers, least) in [(None, 101), (Some(1), 0)] {
            let stop = Stop::default();
            let options = Options { workers: 1, order, stop: stop.clone(), ..Options::default() };
            let first = Segment { stages: vec![stopping_at_100("first", &stop)], workers: None };
            let stages = vec![stopping_at_100("second", &stop)];
            let second = Segment { stages, workers };
            let (lines, report) = run(numbers(1_000_000), vec![first, second], options);
            assert!(matches!(report.ending, Ending::Interrupted));
            assert!((least..=101).contains(&lines.len()), "{} have an outcome", lines.len());
            assert_eq!(report.counts.read, lines.len() as u64);
            for (number, line) in lines.iter().enumerate() {
                assert_eq!(line, &format!("{number} test.first,test.second"), "no gap");
            }
        }
    }
}

#[test]
fn a_stop_within_the_last_stage_costs_no_article_before_it() {
    let stop = Stop::default();
    let options = Options { workers: 1, stop: stop.clone(), ..Options::default() };
    let stage = article_stage("stopper", move |doc| {
        if number(doc) == 100 {
            stop.request();
        }
        Ok(Flow::Keep)
    });
    let (lines, report) = run(numbers(1_000_000), fused(vec![stage]), options);
    assert!(matches!(report.ending, Ending::Interrupted));
    let expected: Vec<String> = (0..=100).map(|number| format!("{number} test.stopper")).collect();
    assert_eq!(lines, expected, "what it was at work on is written, nothing behind it");
}

/// Delivers one article, then waits for input that never comes.
struct Waiting {
    first: Option<Arrival>,
    never: Receiver<()>,
}

impl Source for Waiting {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        match self.first.take() {
            Some(first) => Ok(Some(first)),
            None => Ok(self.never.recv().ok().map(|()| unreachable!("nothing is ever sent"))),
        }
    }

    fn may_wait(&self) -> bool {
        true
    }
}

#[test]
fn a_source_that_waits_does_not_hold_up_a_stop() {
    let stop = Stop::default();
    let options = Options { stop: stop.clone(), ..Options::default() };
    let (_keep_open, never) = bounded(0);
    let source = Waiting { first: Some(Arrival::Article(article(0))), never };
    let stage = article_stage("stopper", move |_| {
        stop.request();
        Ok(Flow::Keep)
    });
    let (lines, report) = run(Box::new(source), fused(vec![stage]), options);
    assert_eq!(lines, ["0 test.stopper"], "it was sent on although its batch was not full");
    assert!(matches!(report.ending, Ending::Interrupted));
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let mut sink = Remember { close_at: Some(10), ..Remember::default() };
    let pipeline =
        Pipeline { source: numbers(1_000_000), segments: fused(Vec::new()), sink: &mut sink };
    let report = runner::run(pipeline, Options::default());
    assert!(matches!(report.ending, Ending::Closed));
    assert_eq!(sink.lines.len(), 10);
}

#[test]
fn too_many_failures_end_the_run_at_the_same_article_every_time() {
    let odd = || {
        article_stage("odd", |doc| match number(doc) % 2 {
            1 => Err(StageError::Article("odd".into())),
            _ => Ok(Flow::Keep),
        })
    };
    let cases = [(MaxFailures::Count(3), 8), (MaxFailures::Percent(10.0), 1_000)];
    for (limit, expected) in cases {
        for workers in [1, 4] {
            let options = Options { workers, max_failures: Some(limit), ..Options::default() };
            let (lines, report) = run(numbers(100_000), fused(vec![odd()]), options);
            assert_eq!(lines.len(), expected, "{limit:?}");
            assert!(matches!(report.ending, Ending::Failed(RunError::TooManyFailures { .. })));
        }
    }
}

#[test]
fn a_fatal_error_ends_the_run_before_its_article_and_abort_after_it() {
    let fatal = article_stage("model", |doc| match number(doc) {
        5 => Err(StageError::Fatal("out of licences".into())),
        _ => Ok(Flow::Keep),
    });
    let mut abort = article_stage("strict", |doc| match number(doc) {
        5 => Err(StageError::Article("out of licences".into())),
        _ => Ok(Flow::Keep),
    });
    abort.policy = Policy { on_error: OnError::Abort, retries: 0 };
    // A cause that is gone in the next run (a licence) must not have cost the article.
    for (stage, outcomes) in [(fatal, 5), (abort, 6)] {
        let (lines, report) = run(numbers(100_000), fused(vec![stage]), Options::default());
        assert_eq!(lines.len(), outcomes, "what came before is written");
        let Ending::Failed(error) = report.ending else { panic!("{:?}", report.ending) };
        assert!(error.to_string().ends_with("failed on drop/5.txt: out of licences"), "{error}");
    }
}

/// Fails or panics after two articles.
struct Breaking {
    left: u64,
    panics: bool,
}

impl Source for Breaking {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        if self.left == 0 {
            assert!(!self.panics, "broken source");
            return Err(SourceError { place: "-".into(), message: "input/output error".into() });
        }
        self.left -= 1;
        Ok(Some(Arrival::Article(article(self.left))))
    }
}

#[test]
fn a_source_that_breaks_costs_nothing_that_came_before() {
    for (panics, expected) in [(false, "-: input/output error"), (true, "broken source")] {
        let (lines, report) =
            run(Box::new(Breaking { left: 2, panics }), fused(Vec::new()), Options::default());
        assert_eq!(lines, ["1", "0"]);
        let Ending::Failed(error) = report.ending else { panic!("{:?}", report.ending) };
        assert!(error.to_string().contains(expected), "{error}");
    }
}
