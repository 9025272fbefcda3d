//! One outcome for every article.

use std::sync::atomic::{AtomicU32, Ordering};

use document::{Document, Field, Row, Span, symbol};
use runner::{Options, Policy};
use stage_api::{
    Arrival, Condition, Failure, FailureClass, Flow, OnError, Source, SourceError, StageError,
    Subject, When,
};

use crate::pipelines::{article, article_stage, fused, number, numbers, run, set_text};

#[test]
fn a_panic_costs_its_article_and_is_told_with_stage_and_message() {
    let stage = article_stage("touchy", |doc| {
        assert!(number(doc) != 1, "the {}st article is bad", number(doc));
        Ok(Flow::Keep)
    });
    let (lines, report) = run(numbers(3), fused(vec![stage]), Options::default());
    assert_eq!([lines[0].as_str(), lines[2].as_str()], ["0 test.touchy", "2 test.touchy"]);
    let (told, message) =
        (lines[1].starts_with("drop/1.txt panic in touchy: panicked at "), &lines[1]);
    assert!(told && message.ends_with(": the 1st article is bad"), "{message}");
    assert_eq!((report.counts.written, report.counts.failed), (2, 1));
}

#[test]
fn a_skipped_stage_leaves_no_trace_but_a_note() {
    let mut stage = article_stage("half", |doc| {
        doc.add(Row::new(symbol::MENTIONS).at(Span::new(0, 1)));
        doc.metadata.extract(Field::Title, &["wrong"], "half", 1.0);
        let half_done: Result<Flow, StageError> = Err(StageError::Article("no more".into()));
        half_done
    });
    stage.policy = Policy { on_error: OnError::SkipStage, retries: 0 };
    let check = article_stage("check", |doc| {
        assert_eq!(
            (doc.layer(symbol::MENTIONS).count(), doc.metadata.get(Field::Title)),
            (0, None)
        );
        Ok(Flow::Keep)
    });
    let (lines, report) =
        run(numbers(1), fused(vec![set_text(), stage, check]), Options::default());
    assert_eq!(lines, [r#"0 test.set-text,test.check "stage `half` was skipped: no more""#]);
    assert_eq!((report.stages[1].skipped, report.stages[1].failed), (1, 0));
}

#[test]
fn retries_are_counted_and_start_from_a_clean_document() {
    let tries = AtomicU32::new(0);
    let mut stage = article_stage("flaky", move |doc| {
        assert_eq!(doc.layer(symbol::VALUES).count(), 0, "rolled back");
        doc.add(Row::new(symbol::VALUES));
        let count = tries.fetch_add(1, Ordering::SeqCst);
        if count % 3 < 2 { Err(StageError::Retry(format!("try {count}"))) } else { Ok(Flow::Keep) }
    });
    stage.policy = Policy { on_error: OnError::DeadLetter, retries: 2 };
    let one_worker = Options { workers: 1, ..Options::default() };
    let (lines, _) = run(numbers(2), fused(vec![stage.clone()]), one_worker);
    assert_eq!(lines, ["0 test.flaky", "1 test.flaky"]);
    stage.policy.retries = 1;
    let (lines, _) = run(numbers(1), fused(vec![stage]), Options::default());
    assert_eq!(lines, ["drop/0.txt stage in flaky: try 7"]);
}

#[test]
fn two_stages_may_add_to_one_layer() {
    let writer = |name: &str, label: &'static str| {
        let mut stage = article_stage(name, move |doc| {
            let (layer, label) = (doc.intern("gauge.hit"), doc.intern(label));
            doc.add(Row::new(layer).label(label).at(Span::new(0, 1)));
            Ok(Flow::Keep)
        });
        stage.writes = vec!["gauge.hit".to_owned()];
        stage
    };
    let check = article_stage("check", |doc| {
        let layer = doc.intern("gauge.hit");
        let rows = doc.layer(layer).map(|(_, row)| (doc.name_of(row.label), row.producer.0));
        assert_eq!(rows.collect::<Vec<_>>(), [("tide", 1), ("flood", 2)]);
        Ok(Flow::Keep)
    });
    let stages = vec![set_text(), writer("one", "tide"), writer("two", "flood"), check];
    let (lines, _) = run(numbers(1), fused(stages), Options::default());
    assert_eq!(lines, ["0 test.set-text,gauge.hit,test.check"]);
}

#[test]
fn a_stage_whose_condition_does_not_hold_is_skipped() {
    let french = |number| number % 2 == 1;
    let tag = article_stage("tag", move |doc| {
        doc.metadata.supply(Field::Language, if french(number(doc)) { "fr" } else { "en" }, "test");
        doc.metadata.set_meta("desk", r#""world""#.to_owned());
        Ok(Flow::Keep)
    });
    let mut english = article_stage("english", |_| Ok(Flow::Keep));
    let line = |subject, values: &[&str]| Condition {
        subject,
        values: values.iter().map(ToString::to_string).collect(),
    };
    english.when = When {
        conditions: vec![
            line(Subject::Field(Field::Language), &["en", "de"]),
            line(Subject::Meta("desk".into()), &["world"]),
        ],
    };
    let (lines, report) = run(numbers(3), fused(vec![tag, english]), Options::default());
    assert_eq!(lines, ["0 test.tag,test.english", "1 test.tag", "2 test.tag,test.english"]);
    assert_eq!(
        (report.stages[1].received, report.stages[1].kept, report.stages[1].skipped),
        (3, 3, 1)
    );
}

/// A page saved twice failed in a stage, and its copy was discarded as its duplicate: when the first
/// was corrected, the words of the copy were nowhere.
#[test]
fn a_duplicate_of_a_failure_is_a_failure() {
    let refuse = article_stage("strict", |_| Err(StageError::Article("refused".into())));
    let copy =
        Document::new("drop/copy.txt", article(7).origin, b"7".to_vec(), document::Form::Text);
    let arrivals = vec![Arrival::Article(copy), Arrival::Article(article(7))];
    let (lines, _) = run(Box::new(Mixed(arrivals)), fused(vec![refuse]), Options::default());
    assert_eq!(
        lines,
        [
            "drop/7.txt stage in strict: refused",
            "drop/copy.txt stage in : duplicate of: drop/7.txt, which failed",
        ]
    );
}

/// One unreadable thing between two articles.
#[test]
fn what_cannot_be_read_ends_a_run_that_is_to_abort() {
    let origin = document::Origin::path("drop/x");
    let unreadable = FailureClass::Unreadable;
    let failure = Failure::of_source("drop/x".into(), origin, unreadable, "permission denied");
    let arrivals =
        vec![Arrival::Article(article(2)), Arrival::Failed(failure), Arrival::Article(article(1))];
    let options = Options { on_error: OnError::Abort, ..Options::default() };
    let (lines, report) = run(Box::new(Mixed(arrivals)), fused(Vec::new()), options);
    assert_eq!(lines, ["1", "drop/x unreadable in : permission denied"]);
    let runner::Ending::Failed(error) = report.ending else { panic!("{:?}", report.ending) };
    assert_eq!(error.to_string(), "cannot read drop/x: permission denied");
}

/// The same article twice, something unreadable, and something passed over.
struct Mixed(Vec<Arrival>);

impl Source for Mixed {
    fn next(&mut self) -> Result<Option<Arrival>, SourceError> {
        Ok(self.0.pop())
    }
}

#[test]
fn arrivals_that_are_no_articles_have_outcomes_too() {
    let twin = |id: &str| {
        let original = article(7);
        let origin = document::Origin { path: id.into(), ..original.origin };
        Document::new(id, origin, b"7".to_vec(), document::Form::Text)
    };
    let origin = document::Origin::path("drop/x");
    let unreadable = FailureClass::Unreadable;
    let failure = Failure::of_source("drop/x".into(), origin, unreadable, "permission denied");
    let skipped = Arrival::Discarded {
        id: "w#1".into(),
        origin: document::Origin::path("w"),
        reason: "redirect".into(),
    };
    let mut arrivals = vec![
        Arrival::Article(article(7)),
        Arrival::Article(twin("drop/copy.txt")),
        Arrival::Failed(failure.clone()),
        Arrival::Failed(failure),
        skipped,
    ];
    arrivals.reverse();
    let (lines, report) = run(Box::new(Mixed(arrivals)), fused(Vec::new()), Options::default());
    assert_eq!(
        lines,
        [
            "7",
            "drop/copy.txt discarded: duplicate of: drop/7.txt",
            "drop/x unreadable in : permission denied",
            "unchanged",
            "w#1 discarded: redirect",
        ]
    );
    let counts = report.counts;
    assert_eq!(
        (counts.read, counts.written, counts.discarded, counts.failed, counts.unchanged),
        (4, 1, 2, 1, 1)
    );
    assert_eq!(
        report.discards.into_iter().collect::<Vec<_>>(),
        [("duplicate of".into(), 1), ("redirect".into(), 1)]
    );
}
