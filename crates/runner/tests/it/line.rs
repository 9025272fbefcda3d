use std::sync::Arc;

use runner::{Line, Options};
use stage_api::{OnError, Sink, StageError};

use crate::batches::{moody, outcomes, segments};
use crate::pipelines::{Remember, article, article_stage, fused, ordered_stage};

#[test]
fn a_line_gives_what_a_run_gives() {
    for size in [1, 8] {
        let (expected, _) = outcomes(size, OnError::DeadLetter, 60, Options::default());
        let mut sink = Remember::default();
        let mut line = Line::new(&segments(moody(size, OnError::DeadLetter).0));
        line.encode_with(Arc::from(sink.encoder().unwrap()));
        for first in (0..60).step_by(16) {
            let docs = (first..60.min(first + 16)).map(article).collect();
            for outcome in line.take(docs).unwrap() {
                sink.write(outcome).unwrap();
            }
        }
        assert_eq!(sink.lines, expected);
    }
}

#[test]
fn a_line_without_stages_keeps_everything() {
    let mut line = Line::new(&[]);
    assert_eq!(line.take((0..3).map(article).collect()).unwrap().len(), 3);
    assert!(line.take(Vec::new()).unwrap().is_empty());
}

#[test]
fn where_no_article_can_be_processed_a_line_says_so() {
    let broken = article_stage("broken", |_| Err(StageError::Fatal("no more licences".into())));
    let error = Line::new(&fused(vec![broken])).take(vec![article(0)]).unwrap_err();
    let words = error.to_string();
    assert!(words.contains("`broken`") && words.contains("no more licences"), "{words}");
}

#[test]
#[should_panic(expected = "article stages alone")]
fn an_ordered_stage_is_none_for_a_line() {
    let ordered = ordered_stage("stories", |_| Ok(stage_api::Flow::Keep));
    Line::new(&fused(vec![ordered]));
}
