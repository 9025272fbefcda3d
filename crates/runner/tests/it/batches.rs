use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use document::{Document, Field, Row, symbol};
use proptest::prelude::*;
use runner::{Options, PipelineStage, Policy, Segment};
use stage_api::{
    BuiltStage, Condition, FailureClass, Flow, OnError, Stage, StageError, Subject, When,
};

use crate::pipelines::{article_stage, fused, number, numbers, run, set_text, stage};

/// Answers by the article's number: keeps, discards, fails in every way, asks for another try, and
/// panics, whether it is asked about one or about several.
struct Moody {
    size: usize,
    /// Sizes of the batches that it was given.
    batches: Arc<Mutex<Vec<usize>>>,
    /// Counts the tries of article 7.
    tries: Arc<AtomicU64>,
}

impl Stage for Moody {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let number = number(doc);
        assert_eq!(doc.layer(symbol::VALUES).count(), 0, "each try begins from a clean document");
        doc.add(Row::new(symbol::VALUES));
        doc.metadata.extract(Field::Title, &["moody"], "moody", 1.0);
        assert!(number % 29 != 9, "number {number} is unlucky");
        match number % 10 {
            1 => Ok(Flow::Discard("first of ten".into())),
            2 => Err(StageError::Article(format!("number {number} is refused"))),
            3 => Err(StageError::Foreign(FailureClass::Timeout, format!("{number} took too long"))),
            4 => Err(StageError::Retry("always again".into())),
            7 if number == 7 && self.tries.fetch_add(1, Ordering::Relaxed) == 0 => {
                Err(StageError::Retry("once more".into()))
            }
            _ => Ok(Flow::Keep),
        }
    }

    fn batch(&self) -> usize {
        self.size
    }

    fn process_batch(&mut self, docs: &mut [&mut Document]) -> Vec<Result<Flow, StageError>> {
        self.batches.lock().unwrap().push(docs.len());
        docs.iter_mut().map(|doc| self.process(doc)).collect()
    }
}

pub(crate) fn moody(size: usize, on_error: OnError) -> (PipelineStage, Arc<Mutex<Vec<usize>>>) {
    let (batches, tries) = (Arc::<Mutex<Vec<usize>>>::default(), Arc::<AtomicU64>::default());
    let seen = Arc::clone(&batches);
    let factory = move || {
        let (batches, tries) = (Arc::clone(&seen), Arc::clone(&tries));
        Box::new(Moody { size, batches, tries }) as Box<dyn Stage>
    };
    let mut moody = stage("moody", BuiltStage::Article(Arc::new(factory)));
    moody.policy = Policy { on_error, retries: 2 };
    let odd = Condition { subject: Subject::Meta("odd".into()), values: vec!["false".into()] };
    moody.when = When { conditions: vec![odd] };
    (moody, batches)
}

/// The stage in a segment of its own, between one that leaves every fourth article out and one that
/// sees what it left.
pub(crate) fn segments(moody: PipelineStage) -> Vec<Segment> {
    let choose = article_stage("choose", |doc| {
        let odd = number(doc) % 4 == 1;
        doc.metadata.set_meta("odd", odd.to_string());
        Ok(Flow::Keep)
    });
    let count = article_stage("count", |doc| {
        let title = doc.metadata.get(Field::Title).unwrap_or("none").to_owned();
        let values = doc.layer(symbol::VALUES).count();
        doc.note(None, &format!("{title} {values}"));
        Ok(Flow::Keep)
    });
    let alone = Segment { stages: vec![moody], workers: Some(1) };
    let mut segments = fused(vec![set_text(), choose]);
    segments.extend([alone, fused(vec![count]).remove(0)]);
    segments
}

pub(crate) fn outcomes(
    size: usize,
    on_error: OnError,
    articles: u64,
    options: Options,
) -> (Vec<String>, Vec<usize>) {
    let (moody, batches) = moody(size, on_error);
    let (lines, report) = run(numbers(articles), segments(moody), options);
    let figures = report.stages.iter().find(|figures| figures.stage == "moody").unwrap();
    assert_eq!(figures.received, figures.kept + figures.discarded + figures.failed);
    let failed = if on_error == OnError::SkipStage { 0 } else { figures.failed };
    assert_eq!(report.counts.failed, failed);
    (lines, batches.lock().unwrap().clone())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn batches_change_no_outcome(
        size in 2..20_usize,
        batch in 1..40_usize,
        workers in 1..4_usize,
        skip: bool,
        articles in 0..200_u64,
    ) {
        let on_error = if skip { OnError::SkipStage } else { OnError::DeadLetter };
        let options = Options { workers, batch, ..Options::default() };
        let (lines, batches) = outcomes(size, on_error, articles, options);
        let (expected, none) = outcomes(1, on_error, articles, Options::default());
        prop_assert_eq!(lines, expected);
        prop_assert!(batches.iter().all(|given| *given <= size));
        prop_assert!(none.is_empty(), "who wants one at a time gets no batch");
    }
}

#[test]
fn each_article_of_a_batch_has_its_own_outcome() {
    let (lines, batches) = outcomes(8, OnError::DeadLetter, 12, Options::default());
    assert_eq!(batches, [8, 1], "articles 1, 5 and 9 are left out");
    let told: Vec<_> = lines.iter().map(String::as_str).collect();
    assert_eq!(
        told,
        [
            r#"0 test.set-text,test.choose,test.moody,test.count "moody 1""#,
            r#"1 test.set-text,test.choose,test.count "none 0""#,
            "drop/2.txt stage in moody: number 2 is refused",
            "drop/3.txt timeout in moody: 3 took too long",
            "drop/4.txt stage in moody: always again",
            r#"5 test.set-text,test.choose,test.count "none 0""#,
            r#"6 test.set-text,test.choose,test.moody,test.count "moody 1""#,
            r#"7 test.set-text,test.choose,test.moody,test.count "moody 1""#,
            r#"8 test.set-text,test.choose,test.moody,test.count "moody 1""#,
            r#"9 test.set-text,test.choose,test.count "none 0""#,
            r#"10 test.set-text,test.choose,test.moody,test.count "moody 1""#,
            "drop/11.txt discarded: first of ten",
        ]
    );
}

#[test]
fn a_stage_that_answers_for_too_few_is_asked_one_by_one() {
    struct Short;
    impl Stage for Short {
        fn process(&mut self, _: &mut Document) -> Result<Flow, StageError> {
            Ok(Flow::Keep)
        }
        fn batch(&self) -> usize {
            16
        }
        fn process_batch(&mut self, _: &mut [&mut Document]) -> Vec<Result<Flow, StageError>> {
            vec![Ok(Flow::Discard("lost".into()))]
        }
    }
    let factory = || Box::new(Short) as Box<dyn Stage>;
    let short = stage("short", BuiltStage::Article(Arc::new(factory)));
    let (lines, _) = run(numbers(3), fused(vec![short]), Options::default());
    assert_eq!(lines, ["0 test.short", "1 test.short", "2 test.short"]);
}

#[test]
fn a_fatal_error_in_a_batch_ends_the_run_before_its_article() {
    struct Tired;
    impl Stage for Tired {
        fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
            match number(doc) {
                5 => Err(StageError::Fatal("out of licences".into())),
                _ => Ok(Flow::Keep),
            }
        }
        fn batch(&self) -> usize {
            16
        }
    }
    let factory = || Box::new(Tired) as Box<dyn Stage>;
    let tired = stage("tired", BuiltStage::Article(Arc::new(factory)));
    let (lines, report) = run(numbers(1_000), fused(vec![tired]), Options::default());
    assert_eq!((lines.len(), report.counts.failed), (5, 0));
    assert!(!report.is_complete());
}
