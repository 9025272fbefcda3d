use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use runner::{Ending, Ledger, Options, Pipeline, Report, Segment};
use sink::{Cadence, Folder, FolderOptions};
use stage_api::{Encode, Outcome, Sink, SinkError};

use crate::pipelines::{numbers, set_text};
use crate::state;

/// A folder whose run is killed after some outcomes.
struct Killed {
    folder: Folder,
    left: usize,
}

impl Sink for Killed {
    fn encoder(&self) -> Option<Box<dyn Encode>> {
        self.folder.encoder()
    }

    fn replay(
        &mut self,
        stage: &str,
        each: &mut dyn FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), SinkError> {
        self.folder.replay(stage, each)
    }

    fn change(&mut self, stage: &str, change: &[u8]) -> Result<(), SinkError> {
        self.folder.change(stage, change)
    }

    fn write(&mut self, outcome: Outcome) -> Result<(), SinkError> {
        self.left = self.left.checked_sub(1).ok_or(SinkError::Closed)?;
        self.folder.write(outcome)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.folder.finish()
    }
}

fn open(dir: &Path, fresh: bool) -> Folder {
    let cadence = Cadence { outcomes: 7, bytes: usize::MAX, time: Duration::MAX };
    let options =
        FolderOptions { cadence, fresh, part_bytes: 4 << 10, ..FolderOptions::new(dir, "key", "") };
    Folder::open(options).unwrap()
}

/// A run over the drop `0..articles`, killed after `left` outcomes.
fn run(folder: Folder, articles: u64, left: usize, options: Options) -> Report {
    let mut ledger = Ledger::default();
    for known in folder.known().unwrap() {
        ledger.remember(&known.unwrap()).unwrap();
    }
    let mut segments = state::segments(None);
    segments.insert(0, Segment { stages: vec![set_text()], workers: None });
    let mut sink = Killed { folder, left };
    let pipeline = Pipeline { source: numbers(articles), segments, sink: &mut sink };
    let report = runner::run(pipeline, Options { ledger, ..options });
    if report.is_complete() {
        sink.folder.complete().unwrap();
    }
    report
}

/// Records, dead letters and states by file name.
fn kept(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name());
    names
        .map(|name| name.into_string().unwrap())
        .filter(|name| ["articles-", "state-", "dead-"].iter().any(|kind| name.starts_with(kind)))
        .map(|name| (name.clone(), fs::read(dir.join(name)).unwrap()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The records say what the stage knew at each article, so a change lost or made twice would show.
    #[test]
    fn kills_drops_and_workers_change_no_byte(
        workers in prop_oneof![Just(1_usize), Just(2), Just(5)],
        batch in 1..20_usize,
        kills in prop::collection::vec((1..90_u64, 0..60_usize), 0..5),
    ) {
        let whole = tempfile::tempdir().unwrap();
        let report = run(open(whole.path(), false), 90, usize::MAX, Options { workers: 1, ..Options::default() });
        prop_assert!(report.is_complete());
        let dir = tempfile::tempdir().unwrap();
        for (articles, left) in kills {
            run(open(dir.path(), false), articles, left, Options { workers, batch, ..Options::default() });
        }
        let report = run(open(dir.path(), false), 90, usize::MAX, Options { workers, batch, ..Options::default() });
        prop_assert!(report.is_complete());
        prop_assert_eq!(kept(dir.path()), kept(whole.path()));
    }
}

#[test]
fn a_later_drop_goes_on_and_a_fresh_run_begins_anew() {
    let dir = tempfile::tempdir().unwrap();
    run(open(dir.path(), false), 4, usize::MAX, Options::default());
    let report = run(open(dir.path(), false), 6, usize::MAX, Options::default());
    assert_eq!((report.counts.unchanged, report.counts.read), (4, 2));
    let last = |part: &str| {
        let records = fs::read_to_string(dir.path().join(part)).unwrap();
        records.lines().last().unwrap().to_owned()
    };
    assert!(last("articles-00000000.jsonl").contains("after [0, 2, 4]"), "records of both drops");
    run(open(dir.path(), true), 2, usize::MAX, Options::default());
    let anew = last("gen-1/articles-00000000.jsonl");
    assert!(anew.contains("after [0]"), "{anew}");
}

#[test]
fn a_damaged_state_ends_the_run_before_its_first_article() {
    let dir = tempfile::tempdir().unwrap();
    run(open(dir.path(), false), 9, usize::MAX, Options::default());
    let before = kept(dir.path());
    let path = dir.path().join("state-evens.bin");
    fs::write(&path, vec![0; before["state-evens.bin"].len()]).unwrap();
    let report = run(open(dir.path(), false), 90, usize::MAX, Options::default());
    let Ending::Failed(error) = report.ending else { panic!("{:?}", report.ending) };
    let error = error.to_string();
    assert!(error.contains("state-evens.bin: the state of the stage `evens`"), "{error}");
    assert_eq!(report.counts.read, 0);
    fs::write(&path, &before["state-evens.bin"]).unwrap();
    assert_eq!(kept(dir.path()), before, "nothing was written");
}
