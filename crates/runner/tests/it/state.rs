use std::io;
use std::sync::Arc;

use document::Document;
use proptest::prelude::*;
use runner::{Ending, Options, Pipeline, PipelineStage, RunError, Segment};
use stage_api::{BuiltStage, Encode, Flow, OrderedStage, Outcome, Sink, SinkError, StageError};

use crate::pipelines::{Numbers, article_stage, fused, number, numbers, stage};

/// Says how many even articles came before; remembers their numbers. Discards, fails and panics
/// here and there, after having learnt.
#[derive(Default)]
struct Evens {
    seen: Vec<u64>,
    change: Option<u64>,
    /// Panics when asked for the change of this article.
    breaks_at: Option<u64>,
}

impl OrderedStage for Evens {
    fn process(&mut self, doc: &mut Document) -> Result<Flow, StageError> {
        let number = number(doc);
        doc.note(None, &format!("after {:?}", self.seen));
        if number.is_multiple_of(2) {
            self.seen.push(number);
            self.change = Some(number);
        }
        assert!(number % 10 != 6, "number {number} is unlucky");
        match number % 10 {
            2 => Ok(Flow::Discard("second".into())),
            4 => Err(StageError::Article("fourth".into())),
            _ => Ok(Flow::Keep),
        }
    }

    fn take_change(&mut self) -> Option<Vec<u8>> {
        assert!(self.breaks_at.is_none() || self.change != self.breaks_at, "forgot");
        self.change.take().map(|number| number.to_string().into_bytes())
    }

    fn drop_records(&mut self, out: &mut dyn io::Write) -> io::Result<()> {
        assert!(self.breaks_at != Some(DROP_RECORDS), "forgot all");
        writeln!(out, "{:?}", self.seen)
    }

    fn restore(&mut self, change: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(change);
        self.seen.push(text.parse().map_err(|_| format!("`{text}` is no number"))?);
        Ok(())
    }
}

fn evens(breaks_at: Option<u64>) -> PipelineStage {
    let make = move || Box::new(Evens { breaks_at, ..Evens::default() }) as Box<dyn OrderedStage>;
    let stage = stage("evens", BuiltStage::Ordered(Arc::new(make)));
    PipelineStage { drop_file: Some("evens".to_owned()), ..stage }
}

/// In place of an article's number: breaks over the drop records.
const DROP_RECORDS: u64 = u64::MAX;

/// What a folder keeps, in memory: outcomes, each behind what its article changed.
#[derive(Default)]
struct Keep {
    lines: Vec<String>,
    changes: Vec<Vec<u8>>,
    /// The drop records.
    drop_file: String,
}

struct Notes;

impl Encode for Notes {
    fn encode(&self, doc: &Document, out: &mut Vec<u8>) -> Result<(), String> {
        let note = doc.layer(document::symbol::NOTES).filter_map(|(_, row)| doc.value(row));
        out.extend(format!("{} {}", number(doc), note.collect::<String>()).bytes());
        Ok(())
    }
}

impl Sink for Keep {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        Some(Box::new(Notes))
    }

    fn replay(
        &mut self,
        stage: &str,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), SinkError> {
        self.changes.iter().try_for_each(|change| each(change)).map_err(|message| {
            SinkError::State { path: "state".into(), stage: stage.into(), message }
        })
    }

    fn drop_file(
        &mut self,
        name: &str,
        write: &mut dyn FnMut(&mut dyn io::Write) -> io::Result<()>,
    ) -> Result<(), SinkError> {
        let mut out = format!("{name}: ").into_bytes();
        let path = || name.to_owned();
        write(&mut out).map_err(|error| SinkError::Io { path: path(), error })?;
        self.drop_file = String::from_utf8_lossy(&out).into_owned();
        Ok(())
    }

    fn change(&mut self, stage: &str, change: &[u8]) -> Result<(), SinkError> {
        self.lines.push(format!("  {stage}: {}", String::from_utf8_lossy(change)));
        self.changes.push(change.to_vec());
        Ok(())
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        self.lines.push(match outcome {
            Outcome::Written { record, .. } => String::from_utf8(record).unwrap(),
            Outcome::Discarded { receipt, reason } => format!("{} {reason}", receipt.id),
            Outcome::Failed { failure, .. } => format!("{} {}", failure.id, failure.class.word()),
            other => format!("{other:?}"),
        });
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// The ordered stage between two pools; the second loses some articles after the stage saw them.
pub(crate) fn segments(breaks_at: Option<u64>) -> Vec<Segment> {
    let lossy = article_stage("lossy", |doc| match number(doc) % 10 {
        8 => Err(StageError::Article("eighth".into())),
        _ => Ok(Flow::Keep),
    });
    let before = article_stage("before", |doc| match number(doc) % 14 {
        12 => Ok(Flow::Discard("never seen".into())),
        _ => Ok(Flow::Keep),
    });
    let mut segments = fused(vec![before]);
    segments.push(Segment { stages: vec![evens(breaks_at)], workers: None });
    segments.extend(fused(vec![lossy]));
    segments
}

fn run_into(keep: &mut Keep, from: u64, to: u64, options: Options) -> runner::Report {
    let source = Box::new(Numbers { next: from, end: to });
    runner::run(Pipeline { source, segments: segments(None), sink: keep }, options)
}

#[test]
fn a_change_goes_with_its_article_whatever_becomes_of_it() {
    let mut keep = Keep::default();
    run_into(&mut keep, 0, 13, Options::default());
    assert_eq!(
        keep.lines,
        [
            "  evens: 0",
            r#"0 "after []""#,
            r#"1 "after [0]""#,
            "  evens: 2",
            "drop/2.txt second",
            r#"3 "after [0, 2]""#,
            "  evens: 4",
            "drop/4.txt stage",
            r#"5 "after [0, 2, 4]""#,
            "  evens: 6",
            "drop/6.txt panic",
            r#"7 "after [0, 2, 4, 6]""#,
            "  evens: 8",
            "drop/8.txt stage",
            r#"9 "after [0, 2, 4, 6, 8]""#,
            "  evens: 10",
            r#"10 "after [0, 2, 4, 6, 8]""#,
            r#"11 "after [0, 2, 4, 6, 8, 10]""#,
            "drop/12.txt never seen",
        ]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn workers_and_stops_change_nothing(
        workers in 1..6_usize,
        batch in 1..20_usize,
        mut stops in prop::collection::vec(0..60_u64, 0..4),
    ) {
        let mut whole = Keep::default();
        run_into(&mut whole, 0, 60, Options { workers: 1, ..Options::default() });
        let mut pieces = Keep::default();
        stops.sort_unstable();
        stops.push(60);
        let mut from = 0;
        for stop in stops {
            run_into(&mut pieces, from, stop, Options { workers, batch, ..Options::default() });
            from = stop;
        }
        prop_assert_eq!(pieces.lines, whole.lines);
        prop_assert_eq!(pieces.drop_file, whole.drop_file);
    }
}

#[test]
fn a_state_that_cannot_come_back_keeps_the_run_from_beginning() {
    let mut keep = Keep { changes: vec![b"4".to_vec(), b"four".to_vec()], ..Keep::default() };
    let report = run_into(&mut keep, 0, 3, Options::default());
    let Ending::Failed(error @ RunError::State(_)) = report.ending else {
        panic!("{:?}", report.ending)
    };
    let expected = "cannot go on from the last run: state: the state of the stage `evens` cannot be \
                    read back: `four` is no number; restore the folder from a copy, or begin from \
                    nothing with `--fresh`";
    assert_eq!(error.to_string(), expected);
    assert_eq!((keep.lines.len(), report.counts.read), (0, 0));
}

#[test]
fn a_stage_that_cannot_say_what_changed_ends_the_run() {
    let mut keep = Keep::default();
    let pipeline =
        Pipeline { source: numbers(1_000), segments: segments(Some(4)), sink: &mut keep };
    let report = runner::run(pipeline, Options::default());
    let Ending::Failed(RunError::Aborted(words)) = report.ending else {
        panic!("{:?}", report.ending)
    };
    assert!(
        words.starts_with("stage `evens` failed on drop/4.txt: its state is lost: "),
        "{words}"
    );
    assert_eq!(keep.lines.last().map(String::as_str), Some("drop/4.txt stage"));
}

#[test]
fn drop_records_are_told_of_everything_that_was_committed() {
    let mut keep = Keep::default();
    run_into(&mut keep, 0, 9, Options::default());
    assert_eq!(keep.drop_file, "evens: [0, 2, 4, 6, 8]\n");
    run_into(&mut keep, 9, 9, Options::default());
    assert_eq!(keep.drop_file, "evens: [0, 2, 4, 6, 8]\n", "also where nothing came");
}

#[test]
fn a_stage_that_breaks_over_its_drop_records_ends_the_run_with_every_article_written() {
    let mut keep = Keep::default();
    let segments = segments(Some(DROP_RECORDS));
    let pipeline = Pipeline { source: numbers(3), segments, sink: &mut keep };
    let report = runner::run(pipeline, Options::default());
    let Ending::Failed(RunError::Aborted(words)) = report.ending else {
        panic!("{:?}", report.ending)
    };
    assert!(
        words.starts_with("stage `evens` failed over its drop records: panicked at"),
        "{words}"
    );
    assert_eq!(report.counts.read, 3);
}
